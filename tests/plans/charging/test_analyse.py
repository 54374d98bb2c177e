"""The charging plan from layers to tables: by hand, and what bad input becomes."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from nngis import fields
from nngis.errors import InfeasibleError
from nngis.plans.charging.analyse import analyse
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.plan import PLAN
from nngis.plans.charging.view import SHEETS, VIEW


@pytest.fixture
def frames(counties, roads, demand, stations):
    return {"counties": counties, "roads": roads, "demand": demand, "charging_stations": stations}


@pytest.fixture(scope="module")
def ran(counties, roads, demand, stations, parameters):
    """Return what the default settings find, with the curve and other plans."""
    frames = {"counties": counties, "roads": roads, "demand": demand, "charging_stations": stations}
    return analyse(
        ChargingLayers(**frames), changed(parameters, curve_points_count=3, alternatives_count=2)
    )


def changed(parameters, **more):
    return ChargingParameters(**{**parameters.model_dump(), **more})


def value(analysis, name):
    return next(one for one in analysis.indicators if one.name == name).value


def said(analysis):
    return " ".join(text.en for text in analysis.warnings)


def test_a_station_covers_its_crossroads_and_the_two_next_to_it(ran, demand):
    found = ran
    table = found.tables["demand"]
    now = table.index[table["decision_before"].eq("covered")]
    assert sorted(now) == ["d00", "d01", "d10", "d45", "d54", "d55"]
    people = demand["population"]
    assert value(found, "covered_before_share") == pytest.approx(
        people[now].sum() / people.sum(), abs=1e-6
    )
    assert value(found, "siting_gap_share") == 0.0
    assert value(found, "covered_share") > value(found, "covered_before_share")


def test_before_anything_is_built_the_nearest_station_lies_blocks_away_by_road(ran):
    # Blocks of 1 km; stations stand at (0, 0) and (5, 5). Beyond the widest radius that is asked
    # for, 2 km, no way by road is looked for.
    far = float("nan")
    table = ran.tables["demand"].loc[["d00", "d11", "d22", "d33", "d54", "d50"]]
    assert table["road_before_m"].tolist() == pytest.approx(
        [0, 2_000, far, far, 1_000, far], nan_ok=True
    )
    crow = [0, 2**0.5, 8**0.5, 8**0.5, 1, 5]
    assert table["straight_before_m"].tolist() == pytest.approx([1_000 * one for one in crow])


def test_what_is_built_covers_most_there_is(frames, parameters):
    found = analyse(ChargingLayers(**frames), changed(parameters, new_stations=1))
    built = found.tables["stations"].query("decision == 'build'")
    demand = found.tables["demand"]
    xy = demand.get_coordinates().to_numpy()
    # By hand: a station at a crossroads serves it and the next ones along the streets.
    near = np.abs(xy[:, None] - xy[None]).sum(axis=2) <= 1000.5
    open_ = demand["decision_before"].ne("covered").to_numpy() * demand["weight"].to_numpy()
    assert built["marginal"].item() == pytest.approx((near * open_).sum(axis=1).max())


def test_every_table_and_column_shown_exists_and_is_in_the_glossary(ran):
    tables = ran.tables
    assert len(tables["curve"])
    assert len(tables["alternatives"])
    for sheet in SHEETS:
        if sheet.table != "rejects":
            frame = tables[sheet.table].reset_index()
            frame["reason"] = ""
            assert set(sheet.columns) <= set(frame.columns), sheet.table
    for one in VIEW.layers:
        assert isinstance(tables[one.table], gpd.GeoDataFrame)
        shown = {*one.popup, one.colour_by, one.name} - {None, "reason"}
        assert shown <= set(tables[one.table].reset_index().columns), one.table
    names = {c for table in tables.values() for c in [table.index.name, *table.columns]}
    known = {"geometry", "reason_zh", "reason_en"} | set(fields.glossary())
    assert names - known == set()


def test_sums_by_county_are_those_of_the_rows(ran):
    found = ran
    demand, by = found.tables["demand"], found.tables["by_county"]
    assert by["population"].sum() == pytest.approx(demand["population"].sum())
    gap = demand["decision"].eq("gap")
    assert by["gap_people"].sum() == pytest.approx(demand.loc[gap, "population"].sum())
    assert found.tables["gaps"]["population"].sum() == pytest.approx(by["gap_people"].sum())
    assert by["built_count"].sum() == 3
    assert by["existing_count"].sum() == 2


def test_the_same_input_gives_the_same_tables(ran, frames, parameters):
    again = analyse(
        ChargingLayers(**frames), changed(parameters, curve_points_count=3, alternatives_count=2)
    )
    for name, table in ran.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(again.tables[name]))


def test_ids_of_new_stations_do_not_depend_on_how_many_are_built(ran, frames, parameters):
    many = analyse(ChargingLayers(**frames), changed(parameters, new_stations=6)).tables[
        "candidates"
    ]
    assert set(ran.tables["candidates"].index) == set(many.index)


def test_without_a_layer_of_stations_coverage_now_is_not_known(frames, parameters):
    del frames["charging_stations"]
    found = analyse(ChargingLayers(**frames), parameters)
    assert value(found, "covered_before_share") is None
    assert found.tables["demand"]["decision_before"].eq("unknown").all()
    assert found.tables["by_county"]["existing_count"].isna().all()
    assert "No stations are known" in said(found)


def test_without_roads_distances_are_straight_and_it_says_so(frames, parameters):
    del frames["roads"]
    found = analyse(ChargingLayers(**frames), parameters)
    table = found.tables["demand"]
    assert np.allclose(table["road_m"], table["straight_m"])
    assert any("straight lines" in text.en for text in found.assumptions)
    assert found.tables["reach_after"].empty


def test_a_county_without_candidates_is_named_and_gets_some(layer, frames, parameters):
    spots = {"c1": (1000, 1000), "c2": (2000, 4000)}
    frames["charging_candidates"] = layer(spots, "candidate_id", name_zh=["一", "二"])
    found = analyse(ChargingLayers(**frames), parameters)
    assert "乙县 had no candidates" in said(found)
    added = found.tables["candidates"].query("candidate_source == 'cells'")
    assert added["county"].eq("乙县").any()


def test_fewer_stations_than_mandatory_places_is_named_and_mended(layer, frames, parameters):
    spots = {f"p{k}": (k * 1000, 3000) for k in range(4)}
    frames["places"] = layer(
        spots, "place_id", name_zh=list("一二三四"), place_class=["bus_depot"] * 4
    )
    found = analyse(
        ChargingLayers(**frames),
        changed(parameters, new_stations=2, mandatory_classes=("bus_depot",)),
    )
    assert "2 new stations are fewer than the 4 mandatory places" in said(found)
    built = found.tables["stations"].query("decision == 'build'")
    assert sorted(built.index) == ["P-p0", "P-p1", "P-p2", "P-p3"]
    assert built["rule"].eq("A26").all()


def test_more_stations_than_candidates_is_named(frames, parameters):
    found = analyse(ChargingLayers(**frames), changed(parameters, new_stations=500))
    assert "500 new stations are more than" in said(found)


def test_nothing_is_built_where_nothing_may_be(frames, parameters):
    west = box(499_000, 2_499_000, 502_100, 2_509_000)
    red = gpd.GeoDataFrame(index=["r"], geometry=[west], crs=frames["counties"].crs)
    found = analyse(ChargingLayers(**{**frames, "red_lines": red}), parameters)
    candidates = found.tables["candidates"]
    barred = candidates.within(west)
    assert barred.any()
    assert candidates.loc[barred, "decision"].eq("excluded").all()
    assert candidates.loc[barred, "reason_en"].str.contains("nothing may be built").all()


def test_candidates_too_near_a_station_are_excluded(frames, parameters):
    found = analyse(ChargingLayers(**frames), changed(parameters, separation_m=1500.0))
    built = found.tables["stations"]
    xy = built.get_coordinates().to_numpy()
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + np.eye(len(xy)) * 9e9
    assert away.min() >= 1500.0 - 1.0
    near = found.tables["candidates"].query("decision == 'excluded'")
    assert near["reason_en"].str.contains("nearer").all()


def test_a_red_line_around_everything_leaves_no_answer(frames, parameters):
    everywhere = box(490_000, 2_490_000, 520_000, 2_520_000)
    red = gpd.GeoDataFrame(index=["r"], geometry=[everywhere], crs=frames["counties"].crs)
    del frames["charging_stations"]
    found = analyse(ChargingLayers(**{**frames, "red_lines": red}), parameters)
    assert value(found, "built_count") == 0
    assert value(found, "covered_share") == 0
    with pytest.raises(InfeasibleError):
        analyse(
            ChargingLayers(**{**frames, "red_lines": red}),
            changed(parameters, budget_10k_cny=900.0),
        )


def test_a_budget_takes_the_place_of_the_number(frames, parameters):
    more = changed(parameters, new_stations=None, budget_10k_cny=650.0)
    found = analyse(ChargingLayers(**frames), more)
    assert value(found, "built_count") == 2  # at 300 each
    assert found.tables["curve"].empty


def test_phases_add_up_and_ids_stay(frames, parameters):
    found = analyse(ChargingLayers(**frames), changed(parameters, new_stations=6))
    phases, built = found.tables["phases"], found.tables["stations"].query("decision == 'build'")
    assert phases["built_count"].tolist() == [0, 2, 2, 2]
    assert built["phase_year"].value_counts().to_dict() == {"2023": 2, "2024": 2, "2025": 2}
    assert phases["covered_share"].is_monotonic_increasing


def test_the_plan_names_roles_that_exist():
    assert PLAN.roles == ("counties",)
    assert PLAN.subject == "stations"


def test_a_station_outside_the_counties_serves_but_is_not_counted(layer, frames, parameters):
    more = layer({"out": (-600, 0)}, "station_id", name_zh=["界外站"], piles_count=[2])
    both = pd.concat([frames["charging_stations"], more])
    found = analyse(
        ChargingLayers(**{**frames, "charging_stations": both}), changed(parameters, new_stations=0)
    )
    assert "1 station lies outside the counties" in said(found)
    assert value(found, "stations_count") == 2
    assert "out" in found.tables["stations"].index


def test_every_layer_of_candidates_keeps_its_names(layer, frames, parameters):
    frames["car_parks"] = layer(
        {"7": (1000, 2000)}, "car_park_id", name_zh=["停车场"], spaces_count=[50]
    )
    frames["petrol_stations"] = layer({"7": (2000, 3000)}, "petrol_id", name_zh=["加油站"])
    frames["charging_candidates"] = layer(
        {"7": (4000, 3000), "8": (3000, 3000)},
        "candidate_id",
        name_zh=["空地", "小变压器"],
        grid_capacity_kw=[900.0, 100.0],
        cost_10k_cny=[80.0, 80.0],
    )
    table = analyse(ChargingLayers(**frames), parameters).tables["candidates"]
    named = table.loc[["K-7", "B-7", "C-7", "C-8"]]
    assert named["name_zh"].tolist() == ["停车场", "加油站", "空地", "小变压器"]
    assert named["county"].tolist() == ["甲区", "甲区", "乙县", "乙县"]
    assert table.loc["C-8", "decision"] == "excluded"
    assert table.loc["C-8", "reason_en"] == "The grid has no room for a station."
    assert table.loc["C-7", "decision"] != "excluded"


def test_a_candidate_far_from_any_substation_is_excluded(layer, frames, parameters):
    room = layer({"u": (0, 0)}, "substation_id", hosting_capacity_mw=[50.0])
    asked = changed(parameters, substation_reach_m=2500.0)
    table = analyse(ChargingLayers(**{**frames, "substations": room}), asked).tables["candidates"]
    fed = table["substation_id"].eq("u")
    assert fed.any()
    assert not fed.all()
    assert table.loc[~fed, "decision"].eq("excluded").all()
    assert not table.loc[fed, "decision"].eq("excluded").any()


def test_a_refused_site_is_never_built_and_a_required_one_always(frames, parameters):
    plain = analyse(ChargingLayers(**frames), parameters).tables["candidates"]
    new, idle = (plain.index[plain["decision"].eq(word)] for word in ("build", "not_chosen"))
    asked = changed(parameters, refused_sites=(new[0],), required_sites=(idle[0], new[0]))
    tables = analyse(ChargingLayers(**frames), asked).tables
    found = tables["candidates"]
    assert found.loc[new[0], "decision"] == "excluded"
    assert "Somebody said" in found.loc[new[0], "reason_en"]
    assert found.loc[idle[0], "decision"] == "build"
    assert "Somebody said" in tables["stations"].loc[idle[0], "reason_en"]
