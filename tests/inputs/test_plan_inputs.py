"""What a plan is fed with: one work CRS, and no layers of a city where the case is not."""

import geopandas as gpd
import pytest
from shapely import Point

from nngis.catalog.layer import Layer
from nngis.catalog.load import shipped_layers
from nngis.errors import LayerError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.plan_inputs import feed
from nngis.inputs.store import open_role, open_shelf
from nngis.plans.sewer.plan import PLAN
from nngis.text import Text


@pytest.fixture(scope="module")
def shelf():
    return open_shelf(shipped_layers())


def demand_at(lon, lat):
    frame = gpd.GeoDataFrame(index=["a", "b"], geometry=[Point(lon, lat)] * 2, crs="EPSG:4326")
    return Layer("mine", Text("我的", "mine"), frame, "surveyed", None, "0", 2)


def fed(shelf, lon, lat):
    layers = {
        "demand": demand_at(lon, lat),
        "counties": open_role("counties", shelf, {}),
    }
    return feed(PLAN, layers, shelf, {"demand": LayerChoice(path="mine.gpkg")})


def test_a_case_in_the_city_takes_the_citys_layers_and_its_relief(shelf):
    found = fed(shelf, 108.3, 22.8)
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


def test_a_case_elsewhere_takes_only_what_is_given(shelf):
    found = fed(shelf, 58.9, 23.1)
    assert found.crs.to_epsg() == 32640
    assert set(found.frames) == {"demand"}
    assert not found.grids


def test_what_stands_in_for_a_layer_is_not_used_beside_it(shelf):
    layers = {role: open_role(role, shelf, {}) for role in ("counties", "townships", "population")}
    assert set(feed(PLAN, layers, shelf, {}).frames) == {"counties", "townships", "population"}
    own = {"demand": LayerChoice(path="mine.gpkg")}
    found = feed(PLAN, layers | {"demand": demand_at(108.3, 22.8)}, shelf, own)
    assert {one.role for one in found.inputs} == {"demand", "counties", "elevation"}


def test_made_up_layers_stand_aside_once_a_layer_is_given(shelf):
    layers = {
        "demand": demand_at(108.3, 22.8),
        "sewer_projects": open_role("sewer_projects", shelf, {}),
    }
    assert set(feed(PLAN, layers, shelf, {}).frames) == {"demand", "sewer_projects"}
    given = {"demand": LayerChoice(path="mine.gpkg")}
    assert set(feed(PLAN, layers, shelf, given).frames) == {"demand"}
    both = given | {"sewer_projects": LayerChoice(path="sewer_projects")}
    assert set(feed(PLAN, layers, shelf, both).frames) == {"demand", "sewer_projects"}


def test_a_layer_that_stands_aside_does_not_decide_the_place(shelf):
    roles = ("sewer_projects", "treatment_plants", "counties")
    layers = {role: open_role(role, shelf, {}) for role in roles}
    relief = LayerChoice(path=str(shipped_layers() / "elevation.tif"))
    found = feed(PLAN, layers, shelf, {"elevation": relief})
    assert set(found.frames) == {"treatment_plants", "counties"}
    assert set(found.grids) == {"elevation"}


def test_a_plan_without_any_layer_says_which_it_could_use(shelf):
    with pytest.raises(LayerError, match="sewer_projects"):
        feed(PLAN, {}, shelf, {})
