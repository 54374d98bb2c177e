"""Indicators against their targets."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.decide.indicators import Indicator, with_evidence
from nngis.text import Text


def status(value: float | None, target: float | None, sense: str | None) -> str:
    return Indicator("x", Text("", ""), value, "km", "", target, sense, basis="achieved").status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "target", "sense", "expected"),
    [
        (592.0, 280.0, "at_least", "met"),
        (280.0, 280.0, "at_least", "met"),
        (15.0, 36.0, "at_least", "missed"),
        (1.3, 1.3, "at_most", "met"),
        (1.31, 1.3, "at_most", "missed"),
        (None, 280.0, "at_least", "unknown"),
        (0.0, 280.0, "at_least", "missed"),
        (5.0, None, None, "no_target"),
    ],
)
def test_an_indicator_is_met_at_its_target_and_unknown_without_a_value(
    value: float | None, target: float | None, sense: str | None, expected: str
) -> None:
    assert status(value, target, sense) == expected


def test_what_is_planned_or_possible_is_never_judged():
    for basis in ("planned", "potential"):
        for value in (0.0, 279.9, 280.0, 1e9):
            for sense in ("at_least", "at_most"):
                one = Indicator("x", Text("", ""), value, "km", "", 280.0, sense, basis=basis)
                assert one.status == "unknown"
                assert "built" in one.remark.en


def test_what_is_made_up_illustrates_and_what_is_unknown_stays_unknown():
    one = Indicator(
        "x",
        Text("", ""),
        592.0,
        "km",
        "",
        280.0,
        "at_least",
        basis="achieved",
        evidence="synthetic",
    )
    assert one.status == "illustration"
    assert replace(one, value=None).status == "unknown"
    assert replace(one, target=None).status == "no_target"


@given(
    value=st.floats(0, 1e6),
    target=st.floats(0, 1e6),
    sense=st.sampled_from(["at_least", "at_most"]),
    more=st.floats(0, 1e6),
)
def test_a_lower_bound_never_says_what_more_could_undo(value, target, sense, more):
    least = Indicator(
        "x", Text("", ""), value, "", "", target, sense, basis="achieved", is_least=True
    )
    whole = replace(least, value=value + more, is_least=False)
    if least.status != "unknown":
        assert least.status == whole.status


def test_evidence_is_that_of_the_layers_it_rests_on_alone():
    own = pd.DataFrame({"evidence": ["surveyed"]})
    made_up = pd.DataFrame({"evidence": ["synthetic"]})
    one = Indicator(
        "x", Text("", ""), 1.0, "", "", 2.0, "at_least", basis="achieved", rests_on=("a",)
    )
    frames = {"a": own, "b": made_up}
    assert with_evidence([one], frames)[0].status == "missed"
    assert with_evidence([one], {"a": made_up})[0].status == "illustration"
    assert with_evidence([one], {})[0] == one


def test_nothing_is_achieved_unless_somebody_says_so():
    with pytest.raises(TypeError, match="basis"):
        Indicator("x", Text("", ""), 1.0, "", "", 2.0, "at_least")  # type: ignore[call-arg]
