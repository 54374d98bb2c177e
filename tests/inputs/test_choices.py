"""What stands behind --layer: a path, and of a raster its band and whether it is filled."""

import hashlib
import string
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from rasterio.transform import from_origin

from nngis.catalog.load import shipped_layers
from nngis.cli.options import choose_scenario
from nngis.errors import LayerError, ScenarioError
from nngis.inputs.choices import LayerChoice, read_choice
from nngis.inputs.climate import open_climate
from nngis.inputs.given import take_given
from nngis.inputs.population import people_from_raster
from nngis.inputs.rasters import find_raster, read_grid_around
from nngis.inputs.store import open_role, open_store
from nngis.run.scenario import read_scenario

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
STORE = open_store(shipped_layers())
plain = st.text(string.ascii_letters + string.digits + "/._-=:高程 ", min_size=1, max_size=20)


@settings(max_examples=100, deadline=None)
@given(path=plain, band=st.none() | st.integers(1, 99), fill=st.booleans(), first=st.booleans())
def test_a_path_and_its_options_come_apart(
    path: str, band: int | None, fill: bool, first: bool
) -> None:
    path = path.rstrip(": ") + ".tif"
    words = [f":band={band}"] if band else []
    words += [":fill=outliers"] if fill else []
    said = path + "".join(words if first else words[::-1])
    expected = {"path": path} | ({"band": band} if band else {})
    assert read_choice(said) == expected | ({"fill": "outliers"} if fill else {})


@pytest.mark.parametrize(
    "said", [":band=0", ":band=x", ":band=", ":band=-1", ":fill=yes", ":fill=", ":band=1:band=2"]
)
def test_options_that_say_nothing_are_refused(said: str) -> None:
    with pytest.raises(ScenarioError, match="band as :band=2"):
        read_choice("dem.tif" + said)


def dem(path: Path, bands: int = 2) -> Path:
    """Write a raster of some bands; band n holds 100 n, and the second a pit of 2 x 2 cells."""
    cells = np.stack([np.full((60, 60), 100.0 * (at + 1)) for at in range(bands)])
    if bands > 1:
        cells[1, 30:32, 40:42] = -50.0
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=60, count=bands, dtype="float64",
        crs="EPSG:4545", transform=from_origin(520_000, 2_530_000, 10, 10),
    ) as out:  # fmt: skip
        out.write(cells)
        for at in range(bands):
            out.set_band_description(at + 1, f"b{at + 1}")
    return path


BOUNDS = (520_000.0, 2_529_400.0, 520_600.0, 2_530_000.0)


def read(choice: LayerChoice) -> tuple[np.ndarray, str]:
    found = find_raster("elevation", STORE, {"elevation": choice})
    assert found is not None
    grid, notes = read_grid_around(
        found.path, CRS(4545), BOUNDS, role="elevation", band=found.band, fill=found.fill
    )
    return grid.values, " ".join(note.en for note in notes)


def test_a_raster_is_told_of_by_its_file_and_has_no_rows(tmp_path: Path) -> None:
    path = dem(tmp_path / "dem.tif")
    choice = LayerChoice(path=str(path), evidence="derived")
    found = find_raster("elevation", STORE, {"elevation": choice})
    assert found is not None
    assert (found.record.role, found.record.path, found.record.evidence) == (
        "elevation", "dem.tif", "derived",
    )  # fmt: skip
    assert (found.record.rows, found.record.rejected) == (0, 0)
    assert found.record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_band_that_is_told_is_read_and_said(tmp_path: Path) -> None:
    path = str(dem(tmp_path / "dem.tif"))
    first, said = read(LayerChoice(path=path))
    assert np.unique(first).tolist() == [100.0]
    assert "2 bands (b1, b2), of which number 1 was read; say --layer ROLE=FILE:band=2" in said
    second, said = read(LayerChoice(path=path, band=2))
    assert np.unique(second).tolist() == [-50.0, 200.0]
    assert "number 2 was read, as asked" in said
    assert "4 cells of the terrain break off" in said
    assert "left as they are" in said
    filled, said = read(LayerChoice(path=path, band=2, fill="outliers"))
    np.testing.assert_allclose(filled, 200.0)
    assert "As asked (fill=outliers), 4 cells of the terrain in 1 patch" in said
    with pytest.raises(LayerError, match="no band 3"):
        read(LayerChoice(path=path, band=3))


def test_every_door_takes_the_options_alike(tmp_path: Path) -> None:
    path = dem(tmp_path / "dem.tif")
    said = f"{path}:band=2:fill=outliers"
    expected = LayerChoice(path=str(path), band=2, fill="outliers")
    line = choose_scenario(["sewer"], STORE, [f"elevation={said}"], None).layers["elevation"]
    given_ = take_given({"elevation": said}, STORE).choices["elevation"]
    (tmp_path / "a.toml").write_text('[layers]\nelevation = "dem.tif:band=2:fill=outliers"\n')
    (tmp_path / "b.toml").write_text(
        '[layers]\nelevation = { path = "dem.tif", band = 2, fill = "outliers" }\n'
    )
    files = [read_scenario(tmp_path / name).layers["elevation"] for name in ("a.toml", "b.toml")]
    assert [line, given_, *files] == [expected] * 4


def test_options_of_rasters_are_refused_where_they_mean_nothing(tmp_path: Path) -> None:
    path = str(dem(tmp_path / "dem.tif"))
    filled = LayerChoice(path=path, fill="outliers")
    with pytest.raises(ScenarioError, match="fill for the raster of heights"):
        people_from_raster(filled, STORE)
    with pytest.raises(ScenarioError, match="fill for the raster of heights"):
        open_climate(STORE, {"solar_climate": filled})
    with pytest.raises(ScenarioError, match="fill for the raster of heights"):
        find_raster("land_cover", STORE, {"land_cover": filled})
    with pytest.raises(ScenarioError, match="band is for rasters"):
        open_role("boilers", STORE, {"boilers": LayerChoice(path="a.csv", band=2)})
    find_raster("land_cover", STORE, {"land_cover": LayerChoice(path=path, band=2)})


def test_people_and_sun_are_read_from_the_band_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    cells = np.stack([np.full((4, 4), 1.0), np.full((4, 4), 5.0)])
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=4, count=2, dtype="float64", crs="EPSG:4326",
        transform=from_origin(108.30, 22.84, 0.01, 0.01),
    ) as out:  # fmt: skip
        out.write(cells)
    people = [
        people_from_raster(LayerChoice(path=str(path), band=band), STORE) for band in (None, 2)
    ]
    totals = [layer.frame["population"].sum() for layer in people]
    assert totals == [pytest.approx(16.0), pytest.approx(80.0)]
    assert "number 1 was read; say" in people[0].notes[0].en
    assert "number 2 was read, as asked" in people[1].notes[0].en
    with rasterio.open(path, "r+") as out:
        out.write(np.stack([np.full((4, 4), 9_999.0), np.full((4, 4), 1_400.0)]))
        out.units = ("m", "kWh/m2/year")
    sun = open_climate(STORE, {"solar_climate": LayerChoice(path=str(path), band=2)})
    assert sun.field is not None
    np.testing.assert_allclose(np.nanmean(sun.field.values), 1_400 / 365)
