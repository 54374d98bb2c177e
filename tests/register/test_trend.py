"""Whether a quantity arrives in time, by hand."""

import pandas as pd
import pytest

from nngis.register.trend import judge


@pytest.mark.parametrize(
    ("years", "target", "sense", "status"),
    [
        ({2025: 12.5}, 12.5, "at_least", "met"),
        ({2023: 12.6}, 12.5, "at_least", "met"),
        ({2025: 12.4}, 12.5, "at_least", "missed"),
        ({2022: 5.0, 2023: 7.5}, 12.5, "at_least", "on_track"),
        ({2022: 5.0, 2023: 7.4}, 12.5, "at_least", "missed"),
        ({2022: 5.0}, 12.5, "at_least", "unknown"),
        ({}, 12.5, "at_least", "unknown"),
        ({2022: 9.0, 2023: 7.0}, 3.0, "at_most", "on_track"),
        ({2022: 9.0}, None, "at_least", "done"),
    ],
)
def test_a_quantity_is_judged_by_its_last_year_and_its_pace(years, target, sense, status):
    assert judge(pd.Series(years, dtype=float), target, sense, 2025) == status
