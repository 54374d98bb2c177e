"""What a design adds up to, from figures that can be added by hand."""

import pandas as pd
import pytest

from nngis.plans.sewer.additions import Additions
from nngis.plans.sewer.findings import of_design
from nngis.plans.sewer.parameters import SewerParameters
from nngis.text import counted

FIGURES = {
    "people_low": 900.0, "people_high": 900.0, "gravity_km": 3.25, "rising_main_km": 0.75,
    "total_yuan": 12_340_000.0, "lift_stations": 2.0, "clauses_failed": 1.0,
    "order_people_years": 5_000.0, "bound_people_years": 6_000.0, "programme_people_years": 5_500.0,
}  # fmt: skip
ORDER = pd.DataFrame(
    {"decision": ["build", "defer", "build"], "people": [300.0, 400.0, 200.0]},
    index=["P0", "P1", "P2"],
)


def found(**changed: float) -> dict[str, tuple[float | None, str]]:
    additions = Additions({"priority": ORDER}, {**FIGURES, **changed})
    return {one.name: (one.value, one.unit) for one in of_design(additions, SewerParameters())}


def test_every_amount_of_a_design_is_as_worked_out() -> None:
    assert found() == {
        "design_km": (4.0, "km"),  # what falls and what is pressed
        "design_people": (900.0, "人"),
        "design_10k_cny": (1_234.0, "万元"),
        "lift_stations_count": (2.0, "座"),
        "clauses_failed_count": (1.0, "条"),
        "first_people": (500.0, "人"),
        "programme_people_years": (5_500.0, "人·a"),
    }


def test_people_between_two_numbers_are_unknown_and_both_are_said() -> None:
    (people,) = [
        one
        for one in of_design(
            Additions({"priority": ORDER}, {**FIGURES, "people_low": 700.0}), SewerParameters()
        )
        if one.name == "design_people"
    ]
    assert people.value is None
    assert people.note is not None
    assert "between 700 and 900" in people.note.en


def test_where_nothing_is_priced_only_length_and_people_are_said() -> None:
    without = {name: FIGURES[name] for name in ("people_low", "people_high", "gravity_km")}
    got = of_design(Additions({"priority": ORDER}, without), SewerParameters())
    assert [(one.name, one.value) for one in got] == [("design_km", 3.25), ("design_people", 900.0)]
    assert of_design(Additions({"priority": ORDER}), SewerParameters()) == ()


@pytest.mark.parametrize("years", [1, 3])
def test_the_people_joined_first_are_those_of_what_is_built(years: int) -> None:
    parameters = SewerParameters(build_years=years)
    got = {one.name: one for one in of_design(Additions({"priority": ORDER}, FIGURES), parameters)}
    assert got["first_people"].value == 500.0
    assert counted(years, "year") in got["first_people"].title.en
