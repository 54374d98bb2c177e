"""Made-up data illustrate: whatever they show, they judge nothing and outvote nothing."""

import pytest

from nngis.register.asking import _illustration, ask
from nngis.register.data import Data
from nngis.register.finding import Finding, Part
from nngis.register.public import public_figures
from nngis.register.rules import register
from nngis.register.scorecard import county_values, rank_counties, score
from nngis.text import Text


@pytest.mark.parametrize(("value", "real"), [(39.0, "missed"), (41.0, "met")])
def test_a_made_up_table_is_never_met_nor_missed(counties, table, value, real):
    own = table([("南宁市", "A38", 2025, value)])
    assert ask(register()["A38"], Data({"counties_table": own}, counties)).status == real
    made_up = own.assign(evidence="synthetic")
    found = ask(register()["A38"], Data({"counties_table": made_up}, counties))
    assert found.status == "illustration"
    assert {part.status for part in found.parts} == {"illustration"}
    assert found.parts[0].value == value
    assert found.note.zh.startswith("（合成演示数据）")


def test_made_up_values_rank_no_county(counties, table):
    rows = [("横州市", "A39", 2025, 80.0, 86.0), ("兴宁区", "A39", 2025, 90.0, 86.0)]
    made_up = table(rows, "target_basic").assign(evidence="synthetic")
    card = score(register(), Data({"counties_table": made_up}, counties))
    assert rank_counties(card)["missed_count"].sum() == 0
    assert county_values(card)["decision"].dropna().empty


@pytest.mark.parametrize("rule", ["A74", "A75", "A77"])
def test_what_is_published_decides_and_the_made_up_stands_beside_it(counties, table, rule):
    figures = public_figures()
    bare = ask(register()[rule], Data({}, counties, figures=figures))
    made_up = table([("南宁市", rule, 2025, 0.01)]).assign(evidence="synthetic")
    found = ask(register()[rule], Data({"counties_table": made_up}, counties, figures=figures))
    assert (found.status, found.parts[0].value) == (bare.status, bare.parts[0].value)
    assert found.source == bare.source


def test_made_up_data_that_decide_nothing_stay_unknown(counties, layer):
    organs = layer({"a": {"saving_organ": True}, "b": {"saving_organ": None}})
    organs["evidence"] = "synthetic"
    assert ask(register()["A48"], Data({"organs": organs}, counties)).status == "unknown"


def test_a_number_from_made_up_data_has_no_verdict_where_the_rule_is_unknown(counties):
    parts = (Part("A37.potential", 34.5, "MWp", "done"), Part("A37.built", None, "MWp", "unknown"))
    found = _illustration(Finding("unknown", Text("。", "."), parts))
    assert found.status == "unknown"
    assert [part.status for part in found.parts] == ["illustration", "unknown"]
