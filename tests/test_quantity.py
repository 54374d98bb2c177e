"""Numbers with units as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.parameter_values import build
from nngis.plans.heat.parameters import HeatParameters
from nngis.quantity import FAMILIES, read_quantity


@pytest.mark.parametrize(
    "typed", ["30km", "30 km", "30 千米", "30公里", "30,000 m", "30000米", "3e4m"]
)
def test_thirty_kilometres_are_understood_however_they_are_typed(typed):
    values, records = build(HeatParameters, {}, {"supply_radius_m": typed}, scenario_name="")
    assert values.supply_radius_m == 30_000.0
    assert next(r for r in records if r.name == "supply_radius_m").value == 30_000.0


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("2.5万元", "元", 25_000.0),
        ("1 h", "min", 60.0),
        ("0.3公顷", "m²", 3_000.0),
        ("10蒸吨", "t/h", 10.0),
        ("-5 m", "m", -5.0),
        ("15 kg", "m", None),
        ("15", "m", None),  # a bare number is pydantic's
        ("km", "m", None),
        ("12 km", "°", None),
        ("80%", "share", 0.8),
        ("80%", "m", None),
    ],
)
def test_units_of_one_family_are_taken_into_each_other_and_others_are_not(typed, unit, value):
    assert read_quantity(typed, unit) == value


@given(st.floats(1e-3, 1e6), st.integers(0, len(FAMILIES) - 1), st.data())
def test_there_and_back_is_the_same(number, at, data):
    one, other = (
        data.draw(st.sampled_from(sorted(FAMILIES[at]))),
        data.draw(st.sampled_from(sorted(FAMILIES[at]))),
    )
    there = read_quantity(f"{number!r} {one}", other)
    back = read_quantity(f"{there!r} {other}", one)
    assert back == pytest.approx(number, rel=1e-6)


def test_no_unit_stands_in_two_families():
    names = [name for family in FAMILIES for name in family]
    assert len(names) == len(set(names))
