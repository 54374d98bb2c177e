"""Who is to be served: people as stated or by building, towns that stand in."""

import pandas as pd
import pytest
from shapely import Point

from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.people import people_of, towns_without_plant

PARAMETERS = SewerParameters(plant_reach_m=3000.0, most_towns=2, persons_per_building=4.0)


def test_a_row_without_people_is_a_building_and_one_without_a_place_is_left_out(
    frame, at, counties
):
    demand = frame(
        {
            "stated": {"population": 0.0, "geometry": Point(at(1, 1))},
            "building": {"population": None, "geometry": Point(at(12, 1))},
            "nowhere": {"population": 9.0, "geometry": None},
        },
        "demand_id",
    )
    people = people_of(demand, counties, PARAMETERS)
    assert people["population"].to_dict() == {"stated": 0.0, "building": 4.0}
    assert people["people_basis"].tolist() == ["stated", "assumed"]
    assert people["county"].tolist() == ["兴宁区", "横州市"]


@pytest.fixture
def townships(frame, at):
    rows = {
        "450102101": ("三塘镇", "450102", Point(at(1, 1))),
        "450102102": ("五塘镇", "450102", Point(at(6, 1))),
        "450102103": ("昆仑镇", "450102", Point(at(9, 1))),
        "450102001": ("民生街道", "450102", Point(at(8, 1))),
        "450181100": ("峦城镇", "450181", None),
        "450181101": ("六景镇", "450181", Point(at(19, 1))),
    }
    return frame(
        {k: {"name_zh": n, "adcode": a, "geometry": g} for k, (n, a, g) in rows.items()},
        "township_code",
    )


def test_towns_far_from_every_plant_stand_in_the_nearest_first(townships, frame, at, counties):
    plants = frame({"w": {"geometry": Point(at(0, 1))}, "v": {"geometry": None}}, "wwtp_id")
    population = pd.DataFrame(
        {
            "adcode": ["450102", "450181", "450102"],
            "year": [2020, 2020, 2010],
            "population": [4000.0, 1001.0, 9.0],
        }
    )
    towns = towns_without_plant(townships, population, plants, counties, PARAMETERS)
    # 1 km from the plant is near; streets of the city and places unknown are no towns.
    assert towns["name_zh"].tolist() == ["五塘镇", "昆仑镇"]
    # 4,000 people over four townships of a district, three of them towns: how many live in one is
    # not known; the streets hold more than their share, so at most the mean of 1,000.
    assert towns["population"].isna().all()
    assert towns["population_low"].tolist() == [100.0, 100.0]
    assert towns["population_high"].tolist() == [1000.0, 1000.0]
    assert towns["settlement"].tolist() == ["town", "town"]
    assert towns["evidence"].unique().tolist() == ["approximate"]


def test_without_a_layer_of_demand_the_towns_are_who_is_to_be_served(
    townships, frame, at, counties
):
    plants = frame({"w": {"geometry": Point(at(0, 1))}}, "wwtp_id")
    population = pd.DataFrame({"adcode": ["450102"], "year": [2020], "population": [4000.0]})
    given = {"townships": townships, "population": population, "counties": counties}
    asked = SewerLayers(treatment_plants=plants, **given)
    gaps = analyse(asked, PARAMETERS).tables["gaps"]
    assert gaps["name_zh"].tolist() == ["五塘镇", "昆仑镇"]
    for missing in given:  # all three are needed
        less = {role: one for role, one in given.items() if role != missing}
        assert (
            analyse(SewerLayers(**less, treatment_plants=plants), PARAMETERS).tables["gaps"].empty
        )
