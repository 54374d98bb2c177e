"""Every ratio in docs/figures.md is that of its two numbers, and each plan has five figures."""

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "figures.md"
PLANS = ("Heat", "Sewage", "Rooftop PV", "Charging")


def rows(plan):
    """Return the cells of a plan's table, row by row."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {plan}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("plan", PLANS)
def test_five_figures_of_each_plan_stand_beside_a_published_or_measured_one(plan):
    assert len(rows(plan)) == 5
    assert all(source for *_, source in rows(plan))


@pytest.mark.parametrize("plan", PLANS)
def test_every_ratio_is_that_of_its_two_numbers(plan):
    for figure, ours, theirs, ratio, _ in rows(plan):
        own, other = (float(number.replace(",", "")) for number in (ours, theirs))
        half = 0.5 * 10.0 ** -len(ratio.partition(".")[2])
        # What is printed is rounded: the ratio may miss by that and by the rounding of its parts.
        assert float(ratio) == pytest.approx(own / other, abs=half + 0.005 * own / other), figure
