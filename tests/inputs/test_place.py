"""Home is a polygon: what lies in the case, what is a place of its own, what is refused."""

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

from nngis.catalog.layer import Layer
from nngis.errors import LayerError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.place import find_place, lies_outside
from nngis.inputs.store import LayerStore
from nngis.run.example_town import new_example
from nngis.run.plans import load_plan
from nngis.text import Text

MINE = LayerChoice(path="mine.gpkg")


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> LayerStore:
    """Make the example: from 101.8 to 102.01 E, from 30.4 to 30.51 N."""
    return new_example(tmp_path_factory.mktemp("case")).store


def layer(*shapes):
    frame = gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326")
    return Layer("mine", Text("我的", "mine"), frame, "surveyed", None, "0", len(shapes))


HERE, NEAR, FAR = Point(101.9, 30.45), Point(102.2, 30.45), Point(103.9, 30.45)
COUNTY_THERE = box(103.8, 30.3, 104.0, 30.6)


def place(store, plan, **given):
    layers = {role: layer(*shapes) for role, shapes in given.items()}
    return find_place([load_plan(plan)], layers, store, dict.fromkeys(given, MINE))


def test_a_ledger_in_the_same_zone_but_beyond_the_boundary_lies_outside(store):
    assert lies_outside(layer(FAR), store)
    assert not lies_outside(layer(HERE), store)
    assert not lies_outside(layer(HERE, HERE, FAR), store)


def test_what_lies_inside_is_at_home_and_the_share_outside_is_named(store):
    found = place(store, "heat", boilers=[HERE, HERE, HERE, FAR])
    assert not found.is_elsewhere
    assert found.outside == {"boilers": 0.25}
    assert "25.0%" in found.said[0].en


def test_what_lies_wholly_inside_leaves_nothing_to_say(store):
    assert place(store, "heat", boilers=[HERE]).said == ()


def test_everything_that_a_plan_needs_elsewhere_is_a_place_of_its_own(store):
    found = place(
        store,
        "heat",
        boilers=[FAR],
        heat_sources=[FAR],
        built_up=[COUNTY_THERE],
        counties=[COUNTY_THERE],
    )
    assert found.is_elsewhere
    assert found.outside["boilers"] == 1.0


def test_what_nobody_gave_of_a_place_elsewhere_is_unknown_and_said(store):
    found = place(store, "heat", boilers=[FAR], counties=[COUNTY_THERE])
    assert found.unknown == ("heat_sources", "built_up")
    assert "--layer heat_sources" in found.said[1].en


def test_a_place_elsewhere_without_what_the_plan_decides_about_is_refused(store):
    with pytest.raises(LayerError) as caught:
        place(store, "heat", heat_sources=[FAR], counties=[COUNTY_THERE])
    (said,) = caught.value.problems
    assert "100%" in said.en
    assert "--layer boilers" in said.en


def test_layers_of_two_places_are_refused(store):
    with pytest.raises(LayerError, match="lies outside the case"):
        place(store, "heat", boilers=[HERE], heat_sources=[FAR])


def test_a_plant_just_beyond_the_boundary_still_serves_the_case(store):
    assert not place(store, "heat", boilers=[HERE], heat_sources=[NEAR]).is_elsewhere


def test_roads_of_the_whole_province_are_no_place_of_their_own(store):
    wide = [LineString([(99, 28), (104, 28)]), LineString([(104, 33), (99, 33)])]
    assert not place(store, "heat", boilers=[HERE], roads=wide).is_elsewhere


def test_a_layer_of_the_case_named_again_is_not_given(store):
    layers = {"boilers": store.open("boilers")}
    choices = {"boilers": LayerChoice(path="boilers")}
    assert find_place([load_plan("heat")], layers, store, choices).outside == {}


def test_a_case_without_a_boundary_takes_what_it_is_given(store):
    bare = LayerStore(store.folder, {})
    assert not place(bare, "heat", boilers=[FAR]).is_elsewhere
