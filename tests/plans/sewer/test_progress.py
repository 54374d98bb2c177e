"""The ledger of projects: lengths, counties, what is there twice, targets and pace."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
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
    added = counted.projects["added_m3_d"].tolist()
    assert added == pytest.approx([float("nan"), 150_000.0], nan_ok=True)
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


@pytest.mark.parametrize(("west", "east", "county"), [(9, 12, "横州市"), (7, 11, "兴宁区")])
def test_a_project_over_a_border_belongs_where_most_of_it_lies(
    frame, counties, line, west, east, county
):
    place = {"sewer_length_km": float(east - west), "geometry": line((west, 5), (east, 5))}
    counted, _ = told(frame({"p": {"completed": True, **place}}), counties)
    assert counted.projects["county"].tolist() == [county]
    assert counted.parts["counted_km"].sum() == pytest.approx(east - west)


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
    # Against 1 km that is drawn; nothing is drawn of the last.
    drawn = [1.0, 1.0, 1.0, float("nan")]
    assert projects["measured_km"].tolist() == pytest.approx(drawn, abs=1e-5, nan_ok=True)
    apart = [0.02, 0.03, 0.01, float("nan")]
    assert projects["difference_share"].tolist() == pytest.approx(apart, abs=1e-5, nan_ok=True)
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


# One ledger, worked out on paper. The border of the counties is at 10 km; b crosses it.
WORKED = {
    "a": {"project_kind": "new", "status": "completed", "plan_year": 2021, "way": ((2, 5), (8, 5))},
    "b": {"project_kind": "renovation", "status": "completed", "plan_year": 2022,
          "capacity_m3_d": 20_000.0, "way": ((7, 6), (12, 6))},
    "c": {"project_kind": "misconnection", "status": "completed", "plan_year": 2020,
          "county": "横州市", "sewer_length_km": 10.0},
    "d": {"status": "construction", "plan_year": 2023, "capacity_m3_d": 30_000.0,
          "county": "横州市", "sewer_length_km": 4.0},
    "e": {"status": "planned", "plan_year": 2025, "capacity_m3_d": 10_000.0, "county": "兴宁区",
          "sewer_length_km": 5.0},
    "f": {"status": None, "plan_year": 2022, "county": "横州市", "sewer_length_km": 7.0},
    "g": {"status": "cancelled", "plan_year": 2022, "county": "兴宁区", "sewer_length_km": 9.0},
    "h": {"project_kind": "extension", "status": "completed", "plan_year": 2026,
          "county": "横州市", "sewer_length_km": 8.0},
    "i": {"status": "completed", "county": "兴宁区", "sewer_length_km": 1.0},
    "w": {"status": "completed", "plan_year": 2022, "capacity_m3_d": 15_000.0, "county": "横州市"},
}  # fmt: skip
BLANK = {"sewer_length_km": None, "capacity_m3_d": None, "county": None, "plan_year": None,
         "project_kind": None}  # fmt: skip
ALIKE = {"base_year": 2020, "target_year": 2025}


@pytest.fixture
def worked(frame, counties, line):
    """Return a function that counts the ledger above against some targets."""

    def run(sewer_km, capacity_10k_t_d, rows=WORKED):
        given_ = {
            name: BLANK
            | {"geometry": line(*row["way"]) if "way" in row else None}
            | {k: v for k, v in row.items() if k != "way"}
            for name, row in rows.items()
        }
        parameters = LedgerParameters(
            sewer_target_km=sewer_km, capacity_target_10k_t_d=capacity_10k_t_d, **ALIKE
        )
        return told(frame(given_), counties, parameters)

    return run


def test_every_sum_of_a_county_is_as_worked_out(worked):
    table = worked(30.0, 3.5)[1]["by_county"].set_index("county")
    # A works stands in one county: that of b in the first of its two.
    expected = {
        "projects_count": (5, 6),
        "done_km": (6 + 3 + 1, 2 + 10 + 8),
        "new_km": (6, 8),
        "renovation_km": (3, 2),
        "misconnection_km": (0, 10),
        "under_way_km": (0, 4),
        "planned_km": (5, 0),
        "undecided_km": (0, 7),
        "done_m3_d": (20_000, 15_000),
        "under_way_m3_d": (0, 30_000),
        "planned_m3_d": (10_000, 0),
        "double_km": (0, 0),
    }
    assert set(expected) == set(table.columns)
    for name, (west, east) in expected.items():
        assert table.loc["兴宁区", name] == pytest.approx(west), name
        assert table.loc["横州市", name] == pytest.approx(east), name


def test_every_year_of_a_county_is_as_worked_out(worked):
    table = worked(30.0, 3.5)[1]["progress"]
    assert table.loc["C001-2021", ["done_km", "done_total_km"]].tolist() == [6, 6]
    assert table.loc["C001-2022", ["done_km", "done_total_km"]].tolist() == [3, 9]
    assert table.loc["C001-2022", ["done_m3_d", "renovation_km"]].tolist() == [20_000, 3]
    assert table.loc["C001-2025", ["planned_km", "planned_m3_d"]].tolist() == [5, 10_000]
    assert table.loc["C001-2026", ["done_km", "done_total_km"]].tolist() == [0, 9]
    assert table.loc["C001-no-year", "done_km"] == 1
    # What was done before the plan began is listed, and no part of its total.
    assert table.loc["C002-2020", ["done_km", "done_total_km"]].tolist() == [10, 0]
    assert table.loc["C002-2022", ["done_km", "done_total_km", "undecided_km"]].tolist() == [
        2,
        2,
        7,
    ]
    assert table.loc["C002-2022", "done_m3_d"] == 15_000
    assert table.loc["C002-2023", ["under_way_km", "under_way_m3_d"]].tolist() == [4, 30_000]
    assert table.loc["C002-2026", ["done_km", "done_total_km"]].tolist() == [8, 10]
    years = range(2020, 2027)
    assert set(table.index) == {f"C00{c}-{y}" for c in (1, 2) for y in years} | {"C001-no-year"}


def test_every_figure_of_a_target_is_as_worked_out(worked):
    # Sewers: 6 of 2021, 5 of 2022 and 1 without a year. The line through 0, 6 and 11 rises by 5.5
    # a year, from 17/3 in 2021; its residuals are -1/6, 2/6, -1/6, so the scatter is 0.40825, and
    # t(1; 0.9) = 3.07768: 3.07768 x 0.40825 x sqrt(1 + 1/3 + 16/2) = 3.8386.
    counted, tables = worked(30.0, 3.5)
    expected = {
        "sewer_km": {
            "indicator_value": 12.0, "target_value": 30.0, "target_share": 0.4,
            "under_way_value": 4.0, "planned_value": 5.0, "last_year": 2022,
            "pace_per_year": 5.5, "needed_per_year": 6.0, "forecast_value": 17 / 3 + 22,
            "forecast_low_value": 17 / 3 + 22 - 3.8386,
            "forecast_high_value": 17 / 3 + 22 + 3.8386,
        },
        # Treatment in 10⁴ t/d: 2 of b and 1.5 of w, both of 2022; 0, 0 and 3.5 rise by 1.75.
        "capacity_10k_t_d": {
            "indicator_value": 3.5, "target_value": 3.5, "target_share": 1.0,
            "under_way_value": 3.0, "planned_value": 1.0, "last_year": 2022,
            "pace_per_year": 1.75, "needed_per_year": 0.0, "forecast_value": 3.5 / 3 + 7,
        },
    }  # fmt: skip
    for row, figures in expected.items():
        for name, value in figures.items():
            got = tables["targets"].loc[row, name]
            assert got == pytest.approx(value, rel=1e-4), (row, name)
    assert tables["targets"]["target_status"].to_dict() == {
        "sewer_km": "missed", "capacity_10k_t_d": "met",
    }  # fmt: skip
    sewers, treatment = target_indicators(tables["targets"], counted)
    # f may be done or not: 12 km are the least, and may yet be 30.
    assert (sewers.value, sewers.unit, sewers.status) == (12.0, "km", "unknown")
    assert (treatment.value, treatment.unit, treatment.status) == (3.5, "10⁴ t/d", "met")


@pytest.mark.parametrize(
    ("target", "share", "needed", "status"),
    [
        (12.0, 1.0, 0.0, "met"),
        (10.0, 1.2, 0.0, "met"),
        (12.3, 12 / 12.3, 0.1, "missed"),
        (0.0, None, 0.0, "met"),
    ],
)
def test_a_target_that_is_reached_needs_nothing_more(worked, target, share, needed, status):
    row = worked(target, None)[1]["targets"].loc["sewer_km"]
    assert row["target_status"] == status
    assert row["needed_per_year"] == pytest.approx(needed)
    assert row["pace_per_year"] == pytest.approx(5.5)
    if share is None:
        assert np.isnan(row["target_share"])
    else:
        assert row["target_share"] == pytest.approx(share)


def test_without_a_target_nothing_is_needed_and_nothing_is_judged(worked):
    row = worked(30.0, None)[1]["targets"].loc["capacity_10k_t_d"]
    assert row["target_status"] == "unknown"
    assert row[["needed_per_year", "target_share", "target_value"]].isna().all()
    assert row["indicator_value"] == pytest.approx(3.5)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(list(WORKED)), more=st.floats(0.1, 20.0))
def test_neither_order_nor_a_longer_sewer_lowers_what_is_done(worked, order, more):
    one = worked(30.0, 3.5)[1]
    longer = {name: dict(WORKED[name]) for name in order}
    longer["i"]["sewer_length_km"] += more
    other = worked(30.0, 3.5, {name: WORKED[name] for name in order})[1]
    for name in ("by_county", "progress", "targets"):
        pd.testing.assert_frame_equal(one[name], other[name])
    after = worked(30.0, 3.5, longer)[1]["targets"].loc["sewer_km"]
    assert after["indicator_value"] == pytest.approx(12.0 + more)
    for table in (one["targets"], worked(30.0, 3.5, longer)[1]["targets"]):
        figures = table[["needed_per_year", "pace_per_year", "target_share", "indicator_value"]]
        assert (figures.dropna() >= 0).all(axis=None)
    # Years add up to the county, counties to the city.
    by = one["progress"].groupby("county")["done_km"].sum()
    assert by.to_dict() == pytest.approx({"兴宁区": 10.0, "横州市": 20.0})
