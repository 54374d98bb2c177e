"""The ledger of projects: lengths, counties, what is there twice, targets and pace."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, box

from nngis.plans.sewer.ledger import OUTSIDE, count_projects
from nngis.plans.sewer.ledger_parameters import LedgerParameters
from nngis.plans.sewer.progress import amounts, progress_tables, target_indicators

PARAMETERS = LedgerParameters()


@pytest.fixture
def line(at):
    return lambda *places: LineString([at(*place) for place in places])


def told(ledger, counties=None, parameters=PARAMETERS):
    counted = count_projects(ledger, counties, parameters)
    return counted, progress_tables(counted, counties, parameters)


def test_the_press_figures_meet_the_length_and_miss_the_treatment(frame, counties):
    ledger = frame(
        {
            "p": {"sewer_length_km": 592.0, "status": "completed", "plan_year": 2025},
            "q": {
                "sewer_length_km": None,
                "status": "completed",
                "plan_year": 2025,
                "capacity_m3_d": 150_000.0,
            },
        }
    )
    counted, tables = told(ledger, counties)
    sewers, treatment = target_indicators(tables["targets"], counted)
    assert (sewers.value, sewers.target, sewers.status) == (592.0, 280.0, "met")
    assert (treatment.value, treatment.target, treatment.status) == (15.0, 36.0, "missed")


def test_a_ledger_without_treatment_leaves_it_unknown(frame):
    counted, tables = told(frame({"p": {"sewer_length_km": 3.0, "completed": True}}))
    assert target_indicators(tables["targets"], counted)[1].status == "unknown"


def test_a_line_over_a_border_is_split_and_adds_up(frame, counties, line):
    ledger = frame(
        {"p": {"sewer_length_km": 6.0, "completed": True, "geometry": line((7, 5), (13, 5))}}
    )
    counted, tables = told(ledger, counties)
    assert counted.parts["counted_km"].tolist() == pytest.approx([3.0, 3.0])
    assert tables["by_county"]["done_km"].tolist() == pytest.approx([3.0, 3.0])


def test_what_lies_in_no_county_is_kept(frame, counties, line):
    ledger = frame(
        {
            "p": {"sewer_length_km": 4.0, "completed": True, "geometry": line((18, 5), (22, 5))},
            "q": {"sewer_length_km": 1.0, "completed": True, "county": "某县"},
        }
    )
    _, tables = told(ledger, counties)
    by = tables["by_county"].set_index("county")["done_km"]
    assert by.to_dict() == pytest.approx({"兴宁区": 0.0, "横州市": 2.0, OUTSIDE: 3.0})


def test_declared_lengths_more_than_two_per_cent_off_are_flagged(frame, line):
    straight = line((0, 0), (1, 0))
    ledger = frame(
        {
            "exact": {"sewer_length_km": 1.02, "completed": True, "geometry": straight},
            "more": {"sewer_length_km": 1.03, "completed": True, "geometry": straight},
            "metres": {"sewer_length_km": 1010.0, "completed": True, "geometry": straight},
            "loose": {"sewer_length_km": 2.0, "completed": True},
        }
    )
    projects = count_projects(ledger, None, PARAMETERS).projects
    assert projects["ledger_problem"].fillna("").to_dict() == {
        "exact": "",
        "more": "difference",
        "metres": "metres",
        "loose": "",
    }
    assert projects["declared_km"].tolist() == pytest.approx([1.02, 1.03, 1.01, 2.0])
    assert projects["length_basis"].tolist() == ["measured"] * 3 + ["declared"]


def test_a_column_in_metres_is_read_so_where_the_lines_show_it(frame, line):
    ledger = frame(
        {
            "a": {"sewer_length_km": 2003.0, "completed": True, "geometry": line((0, 0), (2, 0))},
            "b": {"sewer_length_km": 600.0, "completed": True},
        }
    )
    projects = count_projects(ledger, None, PARAMETERS).projects
    assert projects["counted_km"].tolist() == pytest.approx([2.0, 0.6])
    assert projects["ledger_problem"].tolist() == ["metres", "metres"]


def test_a_length_nobody_can_believe_is_not_counted(frame):
    ledger = frame({"a": {"sewer_length_km": 3200.0, "completed": True}})
    counted, tables = told(ledger)
    assert counted.projects["ledger_problem"].tolist() == ["perhaps_metres"]
    assert target_indicators(tables["targets"], counted)[0].status == "unknown"


def test_two_projects_in_one_street_count_once_and_the_finished_one_keeps_it(frame, line):
    ledger = frame(
        {
            "a": {"sewer_length_km": 3.0, "status": "planned", "geometry": line((0, 0), (3, 0))},
            "b": {
                "sewer_length_km": 2.0,
                "status": "completed",
                "geometry": line((1, 0.003), (3, 0.003)),
            },
        }
    )
    counted, tables = told(ledger)
    assert counted.projects["counted_km"].to_dict() == pytest.approx({"a": 1.0, "b": 2.0})
    assert counted.overlaps[["project_id", "counted_with"]].to_numpy().tolist() == [["a", "b"]]
    assert counted.overlaps["double_m"].tolist() == pytest.approx([2000.0])
    by = tables["by_county"].iloc[0]
    assert (by["done_km"], by["planned_km"], by["double_km"]) == pytest.approx((2.0, 1.0, 2.0))


def test_crossings_joints_and_storm_sewers_are_no_doubles(frame, line):
    done = {"sewer_length_km": 2.0, "completed": True}
    ledger = frame(
        {
            "a": {**done, "geometry": line((0, 0), (2, 0))},
            "crossing": {**done, "geometry": line((1, -1), (1, 1))},
            "onward": {**done, "geometry": line((2, 0), (4, 0))},
            "storm": {**done, "sewer_kind": "storm", "geometry": line((0, 0), (2, 0))},
        }
    )
    counted = count_projects(ledger, None, PARAMETERS)
    assert counted.overlaps.empty
    assert counted.projects["counted_km"].tolist() == pytest.approx([2.0, 2.0, 2.0, 0.0])


def test_one_project_that_draws_its_street_twice_counts_it_once(frame, at, line):
    twice = MultiLineString([line((0, 0), (2, 0)), line((0.5, 0.002), (1.5, 0.002))])
    ledger = frame({"a": {"sewer_length_km": 3.0, "completed": True, "geometry": twice}})
    assert count_projects(ledger, None, PARAMETERS).projects["counted_km"].item() == (
        pytest.approx(2.0)
    )


def test_the_same_street_without_lines_is_named_and_not_taken_off(frame):
    ledger = frame(
        {
            "a": {"sewer_length_km": 3.0, "completed": True, "name_zh": "园湖路污水管"},
            "b": {"sewer_length_km": 2.0, "completed": True, "name_zh": "园湖路 污水管"},
        }
    )
    counted = count_projects(ledger, None, PARAMETERS)
    assert counted.overlaps["double_basis"].tolist() == ["name"]
    assert counted.projects["counted_km"].sum() == 5.0


def test_years_before_the_plan_and_after_it_do_not_count(frame):
    rows = {
        str(year): {"sewer_length_km": 10.0, "completed": True, "plan_year": year}
        for year in (2020, 2021, 2025, 2026)
    }
    rows["never"] = {"sewer_length_km": 10.0, "status": "cancelled", "plan_year": 2022}
    _, tables = told(frame(rows))
    assert tables["targets"].loc["sewer_km", "indicator_value"] == 20.0
    assert tables["progress"]["done_km"].sum() == 40.0
    assert tables["progress"].set_index("year").loc[2025, "done_total_km"] == 20.0


def test_the_pace_leads_where_a_straight_line_leads(frame):
    rows = {
        f"p{year}": {"sewer_length_km": 60.0, "completed": True, "plan_year": year}
        for year in (2021, 2022, 2023)
    }
    _, tables = told(frame(rows))
    row = tables["targets"].loc["sewer_km"]
    assert (row["indicator_value"], row["pace_per_year"], row["forecast_value"]) == pytest.approx(
        (180.0, 60.0, 300.0)
    )
    assert (row["forecast_low_value"], row["forecast_high_value"]) == pytest.approx((300.0, 300.0))
    assert row["needed_per_year"] == pytest.approx(50.0)
    assert (row["target_status"], row["forecast_status"]) == ("missed", "on_track")


STAGES = ("completed", "construction", "planned", None)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_counties_add_up_to_the_projects_within_a_metre(data):
    place = st.tuples(st.integers(0, 24), st.integers(0, 12))
    rows, shapes = [], []
    for _ in range(data.draw(st.integers(1, 6))):
        path = data.draw(st.lists(place, min_size=2, max_size=4, unique=True))
        drawn = data.draw(st.booleans())
        shapes.append(LineString([(x * 1000, y * 1000) for x, y in path]) if drawn else None)
        rows.append(
            {
                "sewer_length_km": data.draw(st.floats(0.1, 50)),
                "status": data.draw(st.sampled_from(STAGES)),
                "plan_year": data.draw(st.sampled_from([2021, 2023, None])),
                "county": data.draw(st.sampled_from(["a", "b", "x", None])),
                "evidence": "surveyed",
            }
        )
    ledger = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4545")
    ledger.index = [f"p{n}" for n in range(len(rows))]
    zones = gpd.GeoDataFrame(
        {"name_zh": ["a", "b"]},
        geometry=[box(0, 0, 11_500, 9_500), box(11_500, 0, 20_500, 9_500)],
        crs="EPSG:4545",
    )
    counted, tables = told(ledger, zones)
    metre = 1e-3
    total = counted.projects["counted_km"].sum()
    measured = counted.projects["measured_km"].sum()
    assert counted.parts["measured_km"].sum() == pytest.approx(measured, abs=metre)
    km = [c for c in tables["progress"] if c in ("done_km", "under_way_km", "planned_km")]
    km.append("undecided_km")
    for table in (amounts(counted), tables["progress"], tables["by_county"]):
        assert table[km].to_numpy().sum() == pytest.approx(total, abs=metre)
    whole = counted.projects["measured_km"].fillna(counted.projects["declared_km"]).sum()
    double = np.nansum(counted.projects["double_km"])
    assert total + double == pytest.approx(whole, abs=metre)


def test_an_empty_ledger_tells_of_no_kilometre_and_is_not_zero(frame, counties):
    ledger = frame({"p": {"sewer_length_km": 3.0, "completed": True}}).iloc[:0]
    counted, tables = told(ledger, counties)
    assert counted.projects.empty
    assert set(tables["targets"]["target_status"]) == {"unknown"}
    assert tables["targets"]["indicator_value"].isna().all()
    assert tables["by_county"][["done_km", "double_km"]].isna().all(axis=None)
    assert target_indicators(tables["targets"], counted)[0].status == "unknown"
