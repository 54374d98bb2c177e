"""The table of sources: whole, documented, and cut into tiles without gaps."""

import re
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.overpass import tiles
from nngis.fetch.pack import _harmless
from nngis.fetch.providers import OTHERS, PROVIDERS, known_layers
from nngis.fetch.rasters import GRIDS

DOCS = Path(__file__).parents[2] / "docs" / "layers.md"


def test_every_provider_has_an_endpoint_and_every_endpoint_a_provider():
    assert set(PROVIDERS) == set(read_endpoints())
    assert set(OTHERS.values()) <= set(PROVIDERS)
    assert {name for name, of in OTHERS.items() if "rasters" in PROVIDERS[of]} == set(GRIDS)


def test_no_layer_is_named_twice():
    assert len(set(known_layers())) == len(known_layers())


@pytest.mark.parametrize("name", [*known_layers(), *read_endpoints()])
def test_every_layer_and_endpoint_is_documented(name):
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8")


def test_the_documentation_names_the_licence_of_every_source():
    text = DOCS.read_text(encoding="utf-8")
    for endpoint in read_endpoints().values():
        word = endpoint.licence.removeprefix("LicenseRef-").split("-")[0].lower()
        assert word in text.lower(), endpoint.id


def test_every_address_says_when_it_was_checked_and_where_it_was_read():
    for endpoint in read_endpoints().values():
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", endpoint.checked), endpoint.id
        assert "https://" in endpoint.read_at, endpoint.id


def test_the_documentation_states_costs_dates_and_what_was_never_met():
    text = DOCS.read_text(encoding="utf-8")
    for endpoint in read_endpoints().values():
        cost = f"| {endpoint.about_mb:g} MB, {endpoint.about_min:g} min | "
        row = next(line for line in text.splitlines() if f"| `{endpoint.id}` |" in line)
        assert row.endswith(f"{cost}{endpoint.met or 'not met'} |"), endpoint.id
        assert f"| {endpoint.licence} |" in row, endpoint.id
        mirrors = "; ".join(endpoint.mirrors) or "–"
        place = f"| {endpoint.url} | {mirrors} | {endpoint.checked} | {endpoint.read_at} |"
        assert f"| `{endpoint.id}` {place}" in text, endpoint.id


def test_what_has_a_mixed_licence_or_great_size_is_left_out_of_all():
    on_request = {name for name, endpoint in read_endpoints().items() if endpoint.on_request}
    assert on_request == {"footprints_gba", "footprints_globfp", "footprints_east_asia", "cbra"}


def test_an_address_of_ones_own_has_no_mirror_and_no_day_of_checking(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[overpass]\nurl = "https://overpass.example.cn/api/interpreter"\n')
    endpoint = read_endpoints(own)["overpass"]
    assert endpoint.places == ("https://overpass.example.cn/api/interpreter",)
    assert (endpoint.checked, endpoint.read_at, endpoint.met) == ("", "", "")
    assert endpoint.least_wait_s == 30


sides = st.tuples(
    st.floats(100, 110), st.floats(20, 25), st.floats(0.01, 0.9), st.floats(0.01, 0.9)
)


@settings(max_examples=60, deadline=None)
@given(sides, st.sampled_from([0.25, 0.1, 0.03125]))
def test_tiles_cover_the_area_and_nothing_twice(corner, size):
    west, south, width, height = (round(side, 5) for side in corner)
    area = shapely.box(west, south, west + width, south + height)
    boxes = [shapely.box(*tile) for tile in tiles(area, size)]
    assert area.difference(shapely.union_all(boxes).buffer(1e-5)).is_empty
    assert sum(box.area for box in boxes) == pytest.approx(shapely.union_all(boxes).area)
    assert all(box.intersects(area) for box in boxes)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab./\\: ", min_size=1, max_size=8))
def test_a_harmless_name_stays_in_its_folder(name):
    if _harmless(name):
        folder = Path("/somewhere/there")
        assert (folder / name).resolve().is_relative_to(folder)
        assert (folder / name).resolve() != folder
