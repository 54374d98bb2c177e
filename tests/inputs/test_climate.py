"""A climate of one's own, from the command to the roofs."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from nngis.catalog.load import shipped_layers
from nngis.errors import LedgerError, NngisError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.climate import irradiated, open_climate
from nngis.inputs.store import open_role, open_store
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.plan import PLAN

WEST, NORTH, STEP = 107.0, 24.5, 0.05


@pytest.fixture(scope="module")
def store():
    return open_store(shipped_layers())


@pytest.fixture
def raster(tmp_path):
    def write(values):
        path = tmp_path / "ghi.tif"
        with rasterio.open(
            path, "w", driver="GTiff", dtype="float64", count=1, crs="EPSG:4326",
            height=values.shape[0], width=values.shape[1],
            transform=rasterio.Affine(STEP, 0.0, WEST, 0.0, -STEP, NORTH),
        ) as out:  # fmt: skip
            out.write(values, 1)
        return LayerChoice(path=str(path))

    return write


def test_the_climate_that_ships_is_taken_where_nobody_names_one(store):
    given = open_climate(store, {})
    assert given.field is None
    assert given.layer.id == "solar_climate"


def test_each_roof_has_the_rasters_mean_over_itself(store, raster):
    columns = np.broadcast_to(1200.0 + np.arange(60), (60, 60))  # kWh/m²·a, one more each cell
    given = open_climate(store, {"solar_climate": raster(columns)})
    assert "kWh/m²·a" in given.layer.notes[-1].en
    middle = WEST + 20 * STEP  # between the 20th and the 21st column
    roof = shapely.box(middle - 3e-5, 22.80, middle + 1e-5, 22.80004)
    layer = open_role("roofs", store, {})
    roofs = gpd.GeoDataFrame(index=["a"], geometry=[roof], crs="EPSG:4326")
    found = irradiated(type(layer)(**{**vars(layer), "frame": roofs}), given.field)
    expected = (0.75 * 1219 + 0.25 * 1220) / 365
    assert found.frame["ghi_kwh_m2_d"]["a"] == pytest.approx(expected, abs=6e-5)


def test_a_brighter_raster_makes_more_energy_and_says_so(store, raster):
    def energy(choice):
        given = open_climate(store, {"solar_climate": choice})
        opened = {role: open_role(role, store, {}) for role in ("roofs", "counties")}
        opened["roofs"] = irradiated(opened["roofs"], given.field)
        opened["solar_climate"] = given.layer
        frames = {role: layer.in_crs("EPSG:4545") for role, layer in opened.items()}
        phases = PLAN.analyse(RooftopLayers(**frames), RooftopParameters()).tables["by_phase"]
        return phases["energy_mwh_a"].sum(), given.layer.notes

    low, notes = energy(raster(np.full((60, 60), 1200.0)))
    high, _ = energy(raster(np.full((60, 60), 1320.0)))
    assert 1.08 < high / low < 1.12  # the beam gains a little more than the tenth
    assert any("taken to be kWh/m²·a" in note.en for note in notes)


def test_a_file_of_another_kind_is_refused(store, tmp_path):
    path = tmp_path / "ghi.tif"
    path.write_text("no raster")
    with pytest.raises(LedgerError, match=r"not that of a \.tif file"):
        open_climate(store, {"solar_climate": LayerChoice(path=str(path))})


def test_cells_given_as_shapes_have_their_place_without_columns_of_it(store, tmp_path):
    cells = gpd.GeoDataFrame(
        {"cell_id": ["C1"], "ghi_kwh_m2_d": [3.4], "air_mean_c": [22.0], "wind_rms_m_s": [2.0]},
        geometry=gpd.points_from_xy([108.25], [22.75]),
        crs=4326,
    )
    cells.to_file(tmp_path / "cells.gpkg")
    choices = {"solar_climate": LayerChoice(path=str(tmp_path / "cells.gpkg"))}
    frame = open_climate(store, choices).layer.frame
    assert frame[["lon", "lat"]].loc["C1"].tolist() == pytest.approx([108.25, 22.75])


def test_cells_without_a_place_are_left_out_and_said_and_none_at_all_is_refused(store, tmp_path):
    path = tmp_path / "climate.csv"
    head = "格网编号,水平面总辐照量,平均气温,均方根风速,经度,纬度\n"
    path.write_text(head + "a,3.6,20,2,108.3,22.8\nb,3.6,20,2,108.4,\n", encoding="utf-8")
    given = open_climate(store, {"solar_climate": LayerChoice(path=str(path), datum="wgs84")})
    assert list(given.layer.frame.index) == ["a"]
    assert any("no place" in note.en for note in given.layer.notes)
    path.write_text(head + "b,3.6,20,2,108.4,\n", encoding="utf-8")
    with pytest.raises(NngisError):
        open_climate(store, {"solar_climate": LayerChoice(path=str(path), datum="wgs84")})
