"""The line through the years, against least squares and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nngis.decide.trends import linear_forecast


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
