"""The line through the years, against numpy and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nngis.register.pace import judge, linear_forecast


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=3, max_size=6), st.integers(2026, 2030))
def test_the_range_is_the_prediction_interval_of_least_squares(values, year):
    t = np.arange(2020, 2020 + len(values))
    found = linear_forecast(t, values, year)
    fit = stats.linregress(t, values)
    n, x = len(t), t - t.mean()
    left = np.array(values) - (fit.intercept + fit.slope * t)
    s = np.sqrt((left**2).sum() / (n - 2))
    half = stats.t.ppf(0.9, n - 2) * s * np.sqrt(1 + 1 / n + (year - t.mean()) ** 2 / (x**2).sum())
    assert found.value == pytest.approx(fit.intercept + fit.slope * year, abs=1e-6)
    assert found.high - found.value == pytest.approx(half, rel=1e-6, abs=1e-6)
    assert found.value - found.low == pytest.approx(half, rel=1e-6, abs=1e-6)


def test_two_years_give_a_line_without_a_range():
    found = linear_forecast([2021, 2023], [10.0, 14.0], 2025)
    assert (found.value, found.pace, found.low, found.high) == (18.0, 2.0, None, None)


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
