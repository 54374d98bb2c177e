"""What is written as a number is read as that number, or not at all."""

import pytest

from nngis.ledger.numbers import read_number, read_quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,345", 12_345.0),
        ("1,234,567.5", 1_234_567.5),
        ("1'234", 1_234.0),
        ("1 234", 1_234.0),
        # A comma that parts no thousands may be a decimal one, a list, or a slip.
        ("1,2345", None),
        ("1,23", None),
        ("1,234,56", None),
        ("1 2345", None),
        ("12345", 12_345.0),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("1e3", 1_000.0),
    ],
)
def test_commas_part_thousands_and_nothing_else(text, value):
    found = read_number(text)
    assert (None if found is None else found.value) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("14MW（22.1t/h）", 20.0),
        ("14MW（22.3t/h）", None),
        ("22.1t/h（14MW）", 22.1),
        ("14MW（18t/h）", 20.0),
        ("14MW（17.9t/h）", None),
    ],
)
def test_two_units_agree_within_a_tenth_of_the_larger(cell, value):
    assert read_quantity(cell, "t/h") == value


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("3万", "人", 30_000.0),
        ("3万", "户", 30_000.0),
        ("3万", "辆", 30_000.0),
        ("3万", "t/h", None),
        ("3万", "m", None),
        ("3万吨/日", "m³/d", 30_000.0),
    ],
)
def test_ten_thousand_of_nothing_is_a_number_of_people_and_vehicles_alone(cell, unit, value):
    assert read_quantity(cell, unit) == value
