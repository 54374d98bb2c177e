"""Decisions by rules, three-valued."""

import pandas as pd
import pytest

from nngis.decide.rules import Rule, decide, evidence_of
from nngis.text import Text

FRAME = pd.DataFrame(
    {"size": [5.0, 10.0, 20.0, None], "zone": pd.array([True, False, True, True], "boolean")},
    index=["a", "b", "c", "d"],
)


def small_in_zone(frame: pd.DataFrame) -> pd.Series:
    return (frame["size"].astype("Float64") <= 10.0) & frame["zone"]


RULES = [
    Rule(
        "R1",
        "clause",
        "retire",
        small_in_zone,
        Text("{size:g}小", "small: {size:g}"),
        {"size": Text("容量", "the size"), "zone": Text("范围", "the zone")},
    ),
    Rule("R2", "clause", "close", lambda f: f["zone"], Text("区内", "in zone")),
]
REST = Rule("none", "", "keep", lambda f: f["zone"].notna(), Text("其余", "the rest"))


def test_first_rule_that_matches_decides_and_all_are_kept() -> None:
    out = decide(FRAME, RULES, REST)
    assert out.loc["a", ["decision", "rule", "rules_hit"]].tolist() == ["retire", "R1", "R1;R2"]
    assert out.loc["c", ["decision", "rule", "rules_hit"]].tolist() == ["close", "R2", "R2"]
    assert out.loc["a", "reason_zh"] == "5小"
    assert out.loc["a", "reason_en"] == "small: 5"


def test_a_later_sure_rule_decides_where_an_earlier_one_cannot_tell() -> None:
    assert decide(FRAME, RULES, REST).loc["d", ["decision", "rule"]].tolist() == ["close", "R2"]


def test_a_row_no_rule_matches_falls_to_the_rest() -> None:
    row = decide(FRAME, RULES, REST).loc["b"]
    assert row[["decision", "rule", "rules_hit", "reason_en"]].tolist() == [
        "keep",
        "none",
        "",
        "the rest",
    ]


def test_what_cannot_be_told_is_unknown_and_names_what_is_missing() -> None:
    row = decide(FRAME, RULES[:1], REST).loc["d"]
    assert row["decision"] == "unknown"
    assert row["reason_en"] == "Rule R1 needs what is missing: the size."
    assert row["reason_zh"] == "规则 R1 缺少判定所需的容量。"


def test_an_empty_frame_gives_an_empty_table() -> None:
    assert decide(FRAME.iloc[:0], RULES, REST).empty


def test_the_argument_frame_stays_as_it_was() -> None:
    before = FRAME.copy()
    decide(FRAME, RULES, REST)
    pd.testing.assert_frame_equal(FRAME, before)


def test_braces_in_ledger_text_are_text() -> None:
    frame = pd.DataFrame({"name": ["{size}<b>"]}, index=["a"])
    rule = Rule("R", "", "x", lambda f: f["name"].notna(), Text("{name}", "{name}"))
    assert decide(frame, [rule], REST).loc["a", "reason_zh"] == "{size}<b>"


@pytest.mark.parametrize("rows", [1, 1000])
def test_patterns_of_rules_hit_do_not_depend_on_the_number_of_rows(rows: int) -> None:
    frame = pd.concat([FRAME.iloc[[0]]] * rows)
    assert set(decide(frame, RULES, REST)["rules_hit"]) == {"R1;R2"}


def test_a_rule_that_matches_twice_is_named_once():
    frame = pd.DataFrame({"x": [1]})
    yes = lambda f: pd.Series(True, f.index, dtype="boolean")  # noqa: E731
    twice = [
        Rule("A63", "", "wait", yes, Text("", "")),
        Rule("A63", "", "close", yes, Text("", "")),
    ]
    found = decide(frame, twice, Rule("", "", "keep", yes, Text("", "")))
    assert found["rules_hit"].tolist() == ["A63"]
    assert found["decision"].tolist() == ["wait"]


def test_evidence_is_the_weakest_of_the_row_and_of_what_its_rule_leans_on():
    rules = [
        Rule("A", "", "x", lambda f: f["x"], Text("", ""), leans_on=("town", "parks")),
        Rule("B", "", "x", lambda f: f["x"], Text("", "")),
    ]
    own = pd.Series(["official", "synthetic", "official"])
    rule = pd.Series(["A", "A", "B"])
    layers = {"town": "derived", "parks": "approximate"}
    assert evidence_of(own, rule, rules, layers).tolist() == [
        "approximate",
        "synthetic",
        "official",
    ]


def test_a_hundred_rules_are_told_apart_as_few_are() -> None:
    frame = pd.DataFrame({"n": range(100)})
    rules = [
        Rule(f"R{at}", "", "close", lambda f, at=at: f["n"].eq(at) | f["n"].eq(99), Text("", ""))
        for at in range(100)
    ]
    hit = decide(frame, rules, REST)["rules_hit"]
    assert hit[:99].tolist() == [f"R{at}" for at in range(99)]
    assert hit[99] == ";".join(f"R{at}" for at in range(100))
