"""Quantities by county and year, by hand."""

import pandas as pd
import pytest

from nngis.register.rules import register


def test_a39_takes_the_city_s_rows_and_shows_the_counties(asked, table):
    rows = table(
        [
            ("南宁市", "A39", 2024, 85.0),
            ("南宁市", "A39", 2025, 86.0),
            ("兴宁区", "A39", 2025, 90.0),
        ]
    )
    found = asked("A39", counties_table=rows)
    assert (found.status, found.parts[0].value, found.parts[0].year) == ("met", 86.0, 2025)
    assert found.by_county["value"].to_dict() == {"兴宁区": 90.0}
    assert found.by_county["status"].to_dict() == {"兴宁区": "unknown"}


def test_a_mean_is_not_made_from_counties(asked, table):
    found = asked(
        "A39", counties_table=table([("兴宁区", "A39", 2025, 90.0), ("横州市", "A39", 2025, 92.0)])
    )
    assert (found.status, found.parts[0].value) == ("unknown", None)


@pytest.mark.parametrize(
    ("rows", "status", "value"),
    [
        ([("兴宁区", 200.0), ("横州市", 100.0)], "met", 300.0),
        ([("兴宁区", 200.0), ("横州市", 79.0)], "missed", 279.0),
        ([("兴宁区", 200.0)], "unknown", 200.0),
        ([("兴宁区", 280.0)], "met", 280.0),
        ([("兴宁区", 200.0), ("横州市", 100.0), ("南宁市", 300.0)], "met", 300.0),
        ([("兴宁区", 200.0), ("横州市", 100.0), ("南宁市", 290.0)], "unknown", 290.0),
        ([("兴宁区", 200.0), ("横州市", 100.0), ("高新区", 50.0)], "met", 300.0),
    ],
)
def test_parts_add_up_to_the_city_or_it_says_so(asked, table, rows, status, value):
    found = asked("A74", counties_table=table([(c, "A74", 2025, v) for c, v in rows]))
    assert (found.status, found.parts[0].value) == (status, value)


def test_what_does_not_add_up_is_named(asked, table):
    rows = [("兴宁区", 200.0), ("横州市", 100.0), ("南宁市", 290.0)]
    found = asked("A74", counties_table=table([(c, "A74", 2025, v) for c, v in rows]))
    assert "add up to 300" in found.note.en


def test_levels_become_per_cent_of_decrease_since_2020(asked, table):
    rows = table(
        [
            ("南宁市", "A01", 2020, 0.40, "tce/10k CNY"),
            ("南宁市", "A01", 2025, 0.34, "tce/10k CNY"),
        ],
        "indicator_unit",
    )
    found = asked("A01", counties_table=rows)
    assert (found.status, found.parts[0].value) == ("met", pytest.approx(15.0))
    same = table([("南宁市", "A01", 2025, 12.5, "%")], "indicator_unit")
    assert asked("A01", counties_table=same).parts[0].value == 12.5


def test_a_rule_of_two_numbers_needs_both(asked, table):
    rows = [("南宁市", "A40.fertiliser", 2025, 42.0), ("南宁市", "A40.pesticide", 2025, 42.0)]
    found = asked("A40", counties_table=table(rows))
    assert [p.status for p in found.parts] == ["met", "missed"]
    assert found.status == "missed"
    one = asked("A40", counties_table=table(rows[:1]))
    assert (one.status, one.missing) == ("unknown", ("counties_table.A40.pesticide",))
    assert (
        asked(
            "A42",
            counties_table=table(
                [("南宁市", "A42.green", 2025, 55.0), ("南宁市", "A42.unified", 2025, 45.0)]
            ),
        ).status
        == "met"
    )
    names = ("coating", "ink", "adhesive")
    paints = [("南宁市", f"A72.{k}", 2025, 20.0) for k in names]
    assert asked("A72", counties_table=table(paints)).status == "met"


@pytest.mark.parametrize("rule", ["A09", "A32", "A67"])
def test_plain_quantities_are_judged_against_their_target(asked, table, rule):
    target = register()[rule].targets[0].value
    rows = [("南宁市", rule, 2025, target)]
    assert asked(rule, counties_table=table(rows)).status == "met"
    rows = [("南宁市", rule, 2025, target - 0.1)]
    assert asked(rule, counties_table=table(rows)).status == "missed"


def test_directions_compare_with_2020(asked, table):
    rows = [
        ("南宁市", "A30", 2020, 9.0),
        ("南宁市", "A30", 2023, 3.0),
        ("南宁市", "A35", 2020, 9.0),
        ("南宁市", "A35", 2025, 8.0),
    ]
    assert asked("A30", counties_table=table(rows)).status == "on_track"
    assert asked("A35", counties_table=table(rows)).status == "missed"
    found = asked("A35", counties_table=table(rows[3:]))
    assert (found.status, found.missing[0]) == ("unknown", "counties_table.A35.2020")


def test_a85_judges_each_county_by_its_basic_and_incentive_target(asked, table):
    names = ("target_basic", "target_incentive")
    rows = [("兴宁区", "A85", 2025, 14.0, 12.0, 13.5), ("横州市", "A85", 2025, 11.0, 12.0, 13.5)]
    found = asked("A85", counties_table=table(rows, *names))
    assert found.by_county["status"].to_dict() == {"兴宁区": "met", "横州市": "missed"}
    assert found.by_county["incentive_met"].to_dict() == {"兴宁区": True, "横州市": False}
    assert (found.status, found.parts[0].value, found.parts[0].target) == ("missed", 1.0, 2.0)
    assert "横州市" in found.note.zh
    assert asked("A85", counties_table=table(rows[:1], *names)).status == "unknown"


def test_county_targets_that_do_not_make_the_city_s_are_named(asked, table):
    rows = [("兴宁区", "A74", 2025, 200.0, 150.0), ("横州市", "A74", 2025, 100.0, 120.0)]
    found = asked("A74", counties_table=table(rows, "target_basic"))
    assert "add up to 270" in found.note.en
    assert found.by_county["status"].to_dict() == {"兴宁区": "met", "横州市": "missed"}


def test_a_split_is_an_assumption_and_adds_up(asked, table):
    people = pd.Series({"兴宁区": 1.0, "横州市": 3.0})
    rows = table([("兴宁区", "A74", 2025, 100.0), ("横州市", "A74", 2025, 200.0)])
    plain = asked("A74", counties_table=rows)
    assert plain.by_county["target"].isna().all()
    assert not plain.assumptions
    found = asked("A74", data={"split": True, "population": people}, counties_table=rows)
    assert found.by_county["target"].to_dict() == {"兴宁区": 70.0, "横州市": 210.0}
    assert found.by_county["status"].to_dict() == {"兴宁区": "met", "横州市": "missed"}
    assert "assumed" in found.assumptions[0].en
    share = asked("A39", data={"split": True}, counties_table=table([("兴宁区", "A39", 2025, 90)]))
    assert share.by_county["target"].to_dict() == {"兴宁区": 86.0}
    assert share.assumptions
