"""Who gives which layer: all, on request, from mirrors."""

import json

import pytest

from nngis.catalog.spec import read_catalog
from nngis.fetch.area import read_area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.providers import OTHERS, Wish, orders

AREA = "108.29,22.79,108.42,22.92"
ON_REQUEST = {"footprints_gba", "footprints_globfp", "footprints_east_asia", "roof_areas"}


@pytest.fixture
def wish(patient, tmp_path, monkeypatch):
    monkeypatch.delenv("OPENCHARGEMAP_KEY", raising=False)

    def make(*layers):
        cache = Cache(tmp_path / "cache")
        return Wish(layers, read_area(AREA), read_endpoints(), patient, cache)

    return make


def test_all_leaves_out_what_is_fetched_on_request_and_says_so(wish):
    made, said = orders(wish("all"))
    wanted = {name for order in made for name in order.layers}
    assert set(OTHERS) - wanted == ON_REQUEST | {"charging_points"}
    words = " ".join(text.en for text in said)
    assert all(name in words for name in ON_REQUEST)
    assert "not for commercial use" in words


def test_what_is_named_is_fetched_beside_all(wish):
    made, _ = orders(wish("all", "footprints_gba"))
    assert ("footprints_gba",) in {order.layers for order in made}


def test_a_dry_run_tells_costs_and_what_is_left_out(nngis, tmp_path, monkeypatch):
    monkeypatch.setattr("nngis.fetch.single._size_of", lambda *_: None)
    where = ("--area", AREA, "--cache", tmp_path / "cache", "--lang", "en")
    ran = nngis("layers", "fetch", "all", "--dry-run", *where)
    assert ran.code == 0, ran.err
    row = next(line for line in ran.out.splitlines() if line.startswith("ESA WorldCover"))
    assert "≈ 60 MB" in row
    assert "Left out footprints_gba" in ran.out
    assert "CC BY-NC 4.0" in ran.out


@pytest.fixture
def fetch(nngis, loopback, tmp_path):
    """Fetch from a place and its mirror, both on the loopback."""

    def run(name, *layers):
        own = tmp_path / "own.toml"
        first, second = loopback.url("/first.csv"), loopback.url("/second.csv")
        own.write_text(
            f'[{name}]\nurl = "{first}"\nmirrors = [{json.dumps(second)}]\n', encoding="utf-8"
        )
        where = ("--out", tmp_path / "out", "--cache", tmp_path / "cache", "--area", AREA)
        return nngis("layers", "fetch", *layers, "--endpoints", own, "--lang", "en", *where)

    return run


AIRPORTS = b"""id,ident,type,name,latitude_deg,longitude_deg,elevation_ft
1,ZGNN,large_airport,"Nanning",22.80,108.30,421
"""


@pytest.mark.parametrize(
    "mood", [[("status", 404, {})], [("status", 410, {})], [("status", 503, {})] * 9]
)
def test_a_mirror_gives_what_the_first_place_does_not(fetch, loopback, monkeypatch, mood, tmp_path):
    monkeypatch.setattr("time.sleep", lambda _: None)
    loopback.files["/second.csv"] = AIRPORTS
    loopback.moods["/first.csv"] = mood
    ran = fetch("airports", "airports")
    assert ran.code == 0, ran.err
    assert "asking" in ran.err
    (source,) = {spec.sources for spec in read_catalog(tmp_path / "out").values()
                 if spec.id == "airports"}  # fmt: skip
    assert source[-1].endswith("/second.csv")


def test_what_a_source_without_objects_says_is_told_too(nngis, loopback, tmp_path):
    pytest.importorskip("osmium")
    loopback.files["/airports.csv"] = AIRPORTS
    loopback.speakers["/api"] = lambda _: b'<osm version="0.6"></osm>'
    own = tmp_path / "own.toml"
    own.write_text(
        f'[airports]\nurl = "{loopback.url("/airports.csv")}"\n'
        f'[overpass]\nurl = "{loopback.url("/api")}"\n'
    )
    where = ("--out", tmp_path / "out", "--cache", tmp_path / "cache", "--area", AREA)
    ran = nngis(
        "layers", "fetch", "hospitals", "airports", "--endpoints", own, "--lang", "en", *where
    )
    assert ran.code == 0, ran.err
    assert "nothing for: hospitals" in ran.out
    assert "was asked 1 time today" in ran.out


def test_a_server_that_had_enough_is_not_got_around(fetch, loopback, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    loopback.files["/second.csv"] = AIRPORTS
    loopback.moods["/first.csv"] = [("status", 429, {})] * 9
    ran = fetch("airports", "airports")
    assert ran.code == 1
    assert "too many requests" in ran.err
    assert "/second.csv" not in [path for _, path, _ in loopback.asked]


def test_where_no_place_gives_it_all_are_named(fetch):
    ran = fetch("airports", "airports")
    assert ran.code == 1
    assert "/first.csv" in ran.err
    assert "/second.csv" in ran.err
