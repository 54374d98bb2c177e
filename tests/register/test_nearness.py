"""Nearest facilities and what lies within reach, by hand."""

import numpy as np
import pytest
from shapely import LineString

from nngis.register.nearness import nearest_of
from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0


def states(found):
    return found.objects["state"].to_dict()


@pytest.fixture
def people(at, layer):
    rows = [("a", 100, 0.0), ("b", 300, 0.6), ("c", 600, 2.5), ("d", 1000, 15.0)]
    return layer({k: {"population": n, "geometry": at(x, 5)} for k, n, x in rows})


def test_a29_shares_people_within_500_and_800_m(asked, at, layer, people):
    stops = layer({"s": {"geometry": at(0, 5)}})
    found = asked("A29", transit_stops=stops, demand=people)
    assert [p.value for p in found.parts] == [5.0, 20.0]
    assert found.by_county["value"].to_dict() == {"兴宁区": 40.0, "横州市": 0.0}


def test_a27_and_a84_count_their_own_kind_of_service_point(asked, at, layer, people):
    points = layer(
        {
            "swap": {"service_kind": "swap", "geometry": at(0, 5)},
            "re": {"service_kind": "recycling", "geometry": at(15, 5)},
        }
    )
    found = asked("A27", service_points=points, demand=people)
    assert [p.value for p in found.parts] == [50.0, 50.0]
    found = asked("A84", service_points=points, demand=people)
    assert [p.value for p in found.parts] == [50.0, 50.0]
    assert states(found) == {"a": "open", "b": "open", "c": "open", "d": "done"}


def test_a28_finds_heavy_shippers_near_rail_or_port_without_a_siding(asked, at, layer):
    rows = {
        "near": (200_000, 2, False),
        "sided": (200_000, 2, True),
        "light": (1000, 2, False),
        "far": (200_000, 19, False),
    }
    firms = layer(
        {
            k: {"freight_t_a": f, "rail_siding": s, "geometry": at(x, 1)}
            for k, (f, x, s) in rows.items()
        }
    )
    rail = layer({"r": {"geometry": LineString([(X, Y), (X, Y + 10_000)])}})
    found = asked("A28", enterprises=firms, railways=rail)
    assert found.parts[0].value == 200_000
    assert found.objects["facility_m"].to_dict() == {"near": 2000, "sided": 2000, "far": 19_000}
    berths = layer({"b": {"geometry": at(18, 1)}})
    found = asked("A28", enterprises=firms, railways=rail, berths=berths)
    assert found.parts[0].value == 400_000
    assert found.objects.loc["far", "nearest_kind"] == "berths"


def test_a44_and_a45_add_up_what_lies_within_each_radius(asked, at, layer):
    farms = layer(
        {
            k: {"manure_t_a": m, "geometry": at(x, 1)}
            for k, m, x in [("a", 10, 1), ("b", 20, 4), ("c", 40, 9), ("d", 80, 19)]
        }
    )
    plants = layer({"p": {"geometry": at(0, 1)}})
    found = asked("A44", farms=farms, biogas_plants=plants)
    assert [p.value for p in found.parts] == [10, 30, 70]
    straw = farms.rename(columns={"manure_t_a": "biomass_t_a"})
    works = layer(
        {
            "p": {"fuel": "biomass", "geometry": at(0, 1)},
            "q": {"fuel": "coal", "geometry": at(19, 1)},
        }
    )
    found = asked("A45", biomass_sources=straw, heat_sources=works)
    assert [p.value for p in found.parts] == [150, 150]
    assert found.by_county["value"].to_dict() == {"兴宁区": 70.0, "横州市": 80.0}


def test_the_nearest_facility_is_that_of_brute_force(layer, at):
    rng = np.random.default_rng(3)
    a, b = rng.uniform(0, 20, (40, 2)), rng.uniform(0, 20, (9, 2))
    here = layer({f"a{i}": {"geometry": at(*xy)} for i, xy in enumerate(a)})
    there = layer({f"b{i}": {"geometry": at(*xy)} for i, xy in enumerate(b)})
    found = nearest_of(here, there)
    distance = np.hypot(*(a[:, None, :] - b[None, :, :]).transpose(2, 0, 1)) * 1000
    assert found["facility_id"].tolist() == [f"b{j}" for j in distance.argmin(axis=1)]
    assert found["facility_m"].to_numpy() == pytest.approx(distance.min(axis=1), rel=1e-4)


def test_a26_takes_the_places_that_the_charging_plan_judged(asked, at, layer):
    rows = {
        "P-1": {"place_class": "port", "equipped": True, "geometry": at(1, 1)},
        "P-2": {"place_class": "airport", "equipped": None, "geometry": at(3, 1)},
        "K-1": {"place_class": "car_park", "equipped": False, "geometry": at(9, 9)},
    }
    judged = layer(rows).assign(nearest_m=100.0, nearest_station_id="s")
    found = asked("A26", data={"plans": {"charging": Analysis({"places": judged})}})
    assert states(found) == {"P-1": "done", "P-2": "unknown"}
    assert "port 100%" in found.note.en
    assert "airport ?" in found.note.en
    assert "places.bus_depot" in found.missing


def test_the_map_of_a_coverage_shows_coverage(asked, at, layer):
    rows = {
        "P-1": {"place_class": "port", "equipped": True, "geometry": at(1, 1)},
        "P-2": {"place_class": "port", "equipped": False, "geometry": at(2, 1)},
        "P-3": {"place_class": "airport", "equipped": None, "geometry": at(15, 1)},
    }
    judged = layer(rows).assign(nearest_m=100.0, nearest_station_id="s")
    found = asked("A26", data={"plans": {"charging": Analysis({"places": judged})}})
    assert found.county_unit == "%"
    assert "港区 50%、客运枢纽 ?" in found.note.zh
    assert "port 50%, passenger hub ?" in found.note.en
    assert found.by_county.loc["兴宁区", "value"] == 50.0
    assert found.by_county["value"].isna().to_dict() == {"兴宁区": False, "横州市": True}


def test_a_coverage_of_which_nothing_is_known_is_unknown(asked, at, layer):
    rows = {"P-1": {"place_class": "port", "equipped": None, "geometry": at(1, 1)}}
    judged = layer(rows).assign(nearest_m=100.0, nearest_station_id="s")
    found = asked("A26", data={"plans": {"charging": Analysis({"places": judged})}})
    assert (found.status, found.parts[0].status, found.parts[0].value) == ("unknown",) * 2 + (None,)
