"""Indicators against their targets."""

import pytest

from nngis.decide.indicators import Indicator
from nngis.text import Text


def status(value: float | None, target: float | None, sense: str | None) -> str:
    return Indicator("x", Text("", ""), value, "km", "", target, sense).status  # type: ignore[arg-type]


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
