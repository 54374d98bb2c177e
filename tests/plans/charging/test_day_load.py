"""The load over the day: against sums over all earlier arrivals, by hand, and by what must hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from nngis.plans.charging.day_load import load_over_day


def surviving(ago_h, mean_h, scv):
    """Share of the stays still there so long after they began."""
    if scv == 0:
        return (ago_h < mean_h) * (ago_h > 0)
    return gamma.sf(ago_h, 1 / scv, scale=mean_h * scv) * (ago_h > 0)


@pytest.mark.parametrize(
    ("scv", "service"), [(0.0, 0.7), (0.0, 2.5), (0.5, 2.5), (1.0, 2.5), (2.0, 5.0), (4.0, 12.0)]
)
def test_the_load_over_the_day_is_the_sum_over_all_earlier_arrivals(scv, service):
    rates = np.random.default_rng(3).uniform(0, 5, 24)
    # Each hour's arrivals in 200 thin slices, over twenty days back, each with its survivors.
    step = 1 / 200
    born = np.arange(-480, 24, step) + step / 2
    slices = rates[np.floor(born).astype(int) % 24] * step
    expected = [(slices * surviving(hour - born, service, scv)).sum() for hour in range(1, 25)]
    found = load_over_day(rates, service, service_scv=scv)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_equal_stays_of_an_hour_and_a_half_peak_between_the_hours():
    # Ten come between ten and eleven, none else; all stay 1.5 h. At eleven 10 are there, at 11:30
    # still 10 (the first left then), at twelve 5, at 12:30 none. By hours alone 11:30 is not seen.
    rates = np.zeros(24)
    rates[10] = 10.0
    halves = load_over_day(rates, 1.5, service_scv=0.0, steps_per_h=2)
    assert halves[20:26].round(9).tolist() == [5, 10, 10, 5, 0, 0]
    # And with stays of half an hour, at 10:30 and at eleven the 5 of the half hour before.
    assert load_over_day(rates, 0.5, service_scv=0.0, steps_per_h=2)[20:24].round(9).tolist() == [
        5,
        5,
        0,
        0,
    ]


def test_a_sharp_peak_of_equal_stays_is_higher_than_that_of_exponential_ones():
    # 24 come within one hour and stay one hour each: at its end all are there if stays are equal;
    # of exponential ones 24 (1 - 1/e) = 15.2 are (and 24 (1 - 1/e) e⁻²⁴ of the day before).
    rates = np.zeros(24)
    rates[8] = 24.0
    assert load_over_day(rates, 1.0, service_scv=0.0).max() == pytest.approx(24.0)
    assert load_over_day(rates, 1.0).max() == pytest.approx(24 * (1 - np.exp(-1)), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 50), min_size=24, max_size=24),
    st.floats(0.05, 12),
    st.floats(0, 4),
    st.integers(1, 6),
)
def test_the_load_over_the_day_keeps_within_the_arrivals_and_adds_up(rates, service, scv, steps):
    load = load_over_day(rates, service, service_scv=scv, steps_per_h=steps)
    assert load.shape == (24 * steps,)
    assert load.max() <= max(rates) * service * (1 + 1e-9)
    assert load.min() >= min(rates) * service * (1 - 1e-9)
    # Over a day that repeats the load comes back to where it was, so its mean is what arrives
    # times how long it stays, whatever the stays' spread.
    assert load.sum() / steps == pytest.approx(sum(rates) * service, rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(0, 50), min_size=24, max_size=24),
    st.floats(0.05, 12),
    st.floats(0, 4),
    st.integers(1, 23),
)
def test_a_day_that_begins_later_has_its_load_later(rates, service, scv, hours):
    load = load_over_day(rates, service, service_scv=scv)
    later = load_over_day(np.roll(rates, hours), service, service_scv=scv)
    np.testing.assert_allclose(later, np.roll(load, hours), rtol=1e-9, atol=1e-9)


def test_load_over_a_day_of_several_stations_is_each_alone():
    rates = np.array([[1.0, 0.0, 4.0], [2.0, 2.0, 2.0]])
    both = load_over_day(rates, [0.5, 3.0], service_scv=0.5)
    np.testing.assert_allclose(both[0], load_over_day(rates[0], 0.5, service_scv=0.5))
    np.testing.assert_allclose(both[1], load_over_day(rates[1], 3.0, service_scv=0.5))
