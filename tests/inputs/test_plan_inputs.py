"""What a plan is fed with: one work CRS, and no layers of a city where the case is not."""

import geopandas as gpd
import pytest
from shapely import Point

from nngis.catalog.layer import Layer
from nngis.catalog.load import shipped_layers
from nngis.errors import LayerError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.plan_inputs import plan_inputs
from nngis.inputs.store import open_role, open_store
from nngis.plans.sewer.plan import PLAN
from nngis.text import Text


@pytest.fixture(scope="module")
def store():
    return open_store(shipped_layers())


def demand_at(lon, lat):
    frame = gpd.GeoDataFrame(index=["a", "b"], geometry=[Point(lon, lat)] * 2, crs="EPSG:4326")
    return Layer("mine", Text("我的", "mine"), frame, "surveyed", None, "0", 2)


def fed(store, lon, lat):
    layers = {
        "demand": demand_at(lon, lat),
        "counties": open_role("counties", store, {}),
    }
    return plan_inputs(PLAN, layers, store, {"demand": LayerChoice(path="mine.gpkg")})


def test_a_case_in_the_city_takes_the_citys_layers_and_its_relief(store):
    found = fed(store, 108.3, 22.8)
    assert found.crs.to_epsg() == 4545
    assert set(found.frames) == {"demand", "counties"}
    grid = found.grids["elevation"]
    xy = found.frames["demand"].get_coordinates().iloc[0]
    width, height = grid.values.shape[1] * grid.cell_m, grid.values.shape[0] * grid.cell_m
    assert grid.west <= xy["x"] - 2000
    assert xy["x"] + 2000 <= grid.west + width < xy["x"] + 5000
    assert grid.north - height <= xy["y"] - 2000
    record = next(one for one in found.inputs if one.role == "elevation")
    assert len(record.sha256) == 64
    assert record.evidence == "approximate"


def test_a_case_elsewhere_takes_only_what_is_given(store):
    found = fed(store, 58.9, 23.1)
    assert found.crs.to_epsg() == 32640
    assert set(found.frames) == {"demand"}
    assert not found.grids


def test_what_stands_in_for_a_layer_is_not_used_beside_it(store):
    layers = {role: open_role(role, store, {}) for role in ("counties", "townships", "population")}
    assert set(plan_inputs(PLAN, layers, store, {}).frames) == {
        "counties",
        "townships",
        "population",
    }
    own = {"demand": LayerChoice(path="mine.gpkg")}
    found = plan_inputs(PLAN, layers | {"demand": demand_at(108.3, 22.8)}, store, own)
    assert {one.role for one in found.inputs} == {"demand", "counties", "elevation"}


def test_made_up_layers_stand_aside_once_a_layer_is_given(store):
    layers = {
        "demand": demand_at(108.3, 22.8),
        "sewer_projects": open_role("sewer_projects", store, {}),
    }
    assert set(plan_inputs(PLAN, layers, store, {}).frames) == {"demand", "sewer_projects"}
    given = {"demand": LayerChoice(path="mine.gpkg")}
    assert set(plan_inputs(PLAN, layers, store, given).frames) == {"demand"}
    both = given | {"sewer_projects": LayerChoice(path="sewer_projects")}
    assert set(plan_inputs(PLAN, layers, store, both).frames) == {"demand", "sewer_projects"}


def test_a_layer_that_stands_aside_does_not_decide_the_place(store):
    roles = ("sewer_projects", "treatment_plants", "counties")
    layers = {role: open_role(role, store, {}) for role in roles}
    relief = LayerChoice(path=str(shipped_layers() / "elevation.tif"))
    found = plan_inputs(PLAN, layers, store, {"elevation": relief})
    assert set(found.frames) == {"treatment_plants", "counties"}
    assert set(found.grids) == {"elevation"}


def test_a_plan_without_any_layer_says_which_it_could_use(store):
    with pytest.raises(LayerError, match="sewer_projects"):
        plan_inputs(PLAN, {}, store, {})


def test_data_that_span_zones_say_how_far_the_plane_is_off(store):
    frame = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([104.5, 112.0] * 50, [24.0] * 100), crs="EPSG:4326"
    )
    wide = Layer("mine", Text("我的", "mine"), frame, "surveyed", None, "0", 100)
    found = plan_inputs(PLAN, {"demand": wide}, store, {"demand": LayerChoice(path="m.gpkg")})
    assert any("2.0 m" in note.en and "0.41%" in note.en for note in found.notes)


def test_data_too_wide_for_any_plane_are_refused(store):
    frame = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([75.0, 108.0, 130.0] * 40, [30.0] * 120), crs="EPSG:4326"
    )
    wide = Layer("mine", Text("我的", "mine"), frame, "surveyed", None, "0", 120)
    with pytest.raises(LayerError, match="too wide for one plane"):
        plan_inputs(PLAN, {"demand": wide}, store, {"demand": LayerChoice(path="m.gpkg")})
