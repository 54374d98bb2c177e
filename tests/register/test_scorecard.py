"""The whole scorecard: 90 honest answers, counties ranked, other plans linked."""

import json

import pytest

from nngis.decide.indicators import Indicator
from nngis.register.data import Data
from nngis.register.public import public_figures
from nngis.register.rules import register
from nngis.register.scorecard import (
    as_records,
    counts,
    county_values,
    objects_tables,
    rank_counties,
    register_table,
    score,
)
from nngis.register.view import analysis_of, sheets_of, view_of
from nngis.result.result import Analysis
from nngis.text import Text

ASKED = [
    "id",
    "clause",
    "quote_zh",
    "meaning",
    "type",
    "status",
    "value",
    "target",
    "unit",
    "missing",
]


@pytest.fixture
def bare(counties):
    return score(register(), Data({}, counties, public_figures()))


def test_with_nothing_given_every_rule_answers_and_says_what_it_lacks(bare):
    records = as_records(bare)
    assert len(records) == 90
    for record in records:
        assert list(record)[:10] == ASKED
        assert record["note"]["zh"], record["id"]
        if record["status"] == "unknown":
            assert record["missing"], record["id"]
    json.dumps(records, allow_nan=False)
    assert counts(bare) == {
        "met": 1,
        "missed": 0,
        "on_track": 0,
        "unknown": 85,
        "done": 0,
        "not_computable": 4,
    }


def test_policies_say_why(bare):
    for rule in ("A25", "A46", "A49", "A69"):
        assert "任何图层都不能判定" in bare.findings[rule].note.zh


def test_the_table_has_a_row_a_rule(bare):
    table = register_table(bare)
    assert table.index.tolist() == list(register())
    assert table.loc["A74", ["decision", "indicator_value"]].tolist() == ["met", 592.0]


@pytest.fixture
def filled(counties, table):
    names = ("target_basic",)
    rows = [
        ("兴宁区", "A39", 2025, 90.0, 86.0),
        ("横州市", "A39", 2025, 80.0, 86.0),
        ("南宁市", "A39", 2025, 86.0, None),
        ("高新区", "A85", 2025, 20.0, 12.0),
        ("兴宁区", "A85", 2025, 12.0, 12.0),
        ("横州市", "A85", 2025, 12.0, 12.0),
    ]
    return score(register(), Data({"counties_table": table(rows, *names)}, counties))


def test_counties_are_ranked_by_what_they_miss_and_zones_stand_beside_them(filled):
    ranks = rank_counties(filled)
    assert ranks["rank"].to_dict() == {"横州市": 3, "高新区": 2, "兴宁区": 1}
    assert ranks.loc["横州市", "behind"] == "A39"
    assert ranks.loc["兴宁区", ["met_count", "missed_count"]].tolist() == [2, 0]
    assert ranks.geometry["高新区"] is None


def test_county_values_are_a_row_a_rule_and_county(filled):
    values = county_values(filled)
    assert values.index.is_unique
    assert values.loc["A39/横州市", "decision"] == "missed"
    assert values.loc["A39/横州市", "target_share"] == pytest.approx(80 / 86)


def test_without_values_by_county_nobody_has_a_rank(bare):
    assert rank_counties(bare)["rank"].isna().all()
    assert county_values(bare).empty


def test_other_plans_contribute_and_heat_decides_a57(counties, layer, at):
    boilers = layer(
        {
            "b1": {"rules_hit": "A57;A63", "decision": "retire", "rule": "A57"},
            "b2": {"rules_hit": "", "decision": "unknown", "rule": "A63"},
        }
    )
    boilers["geometry"] = [at(1, 1), at(12, 1)]
    nox = Indicator(
        "nox_avoided_t_a", Text("", ""), 120.0, "t/a", "", 1000.0, "at_least", basis="planned"
    )
    heat = Analysis({"boilers": boilers}, (nox,))
    card = score(register(), Data({}, counties, plans={"heat": heat}))
    assert card.findings["A04"].contributions == (("heat", "nox_avoided_t_a", 120.0, "t/a"),)
    assert card.findings["A57"].parts[0].value == 1.0
    assert card.findings["A63"].parts[0].value == 1.0
    assert card.findings["A63"].objects["state"].to_dict() == {"b1": "open", "b2": "unknown"}
    assert set(objects_tables(card)) == {"A57", "A63"}


def test_a_table_answers_where_the_layer_is_missing(counties, table):
    data = Data({"counties_table": table([("南宁市", "A38", 2025, 41.0)])}, counties)
    assert score(register(), data).findings["A38"].status == "met"


def test_evidence_is_the_weakest_of_what_a_rule_used(counties, layer, at):
    firms = layer({"a": {"sector": "化工", "geometry": at(1, 1)}}, evidence="synthetic")
    card = score(register(), Data({"enterprises": firms}, counties))
    assert card.findings["A06"].evidence == "synthetic"
    assert card.findings["A74"].evidence is None


def test_empty_cells_are_named_as_what_is_missing(counties, layer):
    organs = layer({"a": {"saving_organ": True}, "b": {"saving_organ": None}})
    card = score(register(), Data({"organs": organs}, counties))
    assert (card.findings["A48"].status, card.findings["A48"].missing) == ("unknown", ("organs.*",))


def test_every_table_that_is_about_places_can_be_drawn(counties, layer, at):
    firms = layer({"a": {"nox_t_a": 3.0, "sector": "化工", "geometry": at(1, 1)}})
    card = score(register(), Data({"enterprises": firms}, counties))
    analysis = analysis_of(card)
    view = view_of(card, analysis)
    for one in view.layers:
        named = [one.colour_by, one.name, *one.popup]
        assert not [n for n in named if n and n not in ("county", *analysis.tables[one.table])]
    assert {"A06", "A50"} <= {one.table for one in view.layers}
    assert {sheet.table for sheet in sheets_of(analysis)} <= set(analysis.tables)


def test_more_than_its_target_in_one_thing_makes_up_for_nothing_in_another(counties, table):
    # 100 % and 200 % are both whole: 兴宁区 has (1 + 1/2) / 2, 横州市 (1 + 1) / 2.
    rows = [
        ("兴宁区", "A39", 2025, 172.0, 86.0),
        ("兴宁区", "A38", 2025, 20.0, 40.0),
        ("横州市", "A39", 2025, 86.0, 86.0),
        ("横州市", "A38", 2025, 40.0, 40.0),
    ]
    card = score(register(), Data({"counties_table": table(rows, "target_basic")}, counties))
    shares = rank_counties(card)["mean_share"].to_dict()
    assert shares == pytest.approx({"兴宁区": 0.75, "横州市": 1.0})
