"""What is written as a number is read as that number, or not at all."""

import pytest

from nngis.ledger.numbers import read_number


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
