import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.plans.sewer.manning import (
    capacity_l_s,
    flowing,
    slope_for_fill,
    slope_for_velocity,
)

N = 0.013


def by_bisection(flow_l_s, diameter_mm, slope):
    """Fill and velocity from the formula alone, with halvings."""
    size = diameter_mm / 1000

    def state(fill):
        angle = 2 * math.acos(1 - 2 * fill)
        area = size**2 / 8 * (angle - math.sin(angle))
        velocity = (area / (size * angle / 2)) ** (2 / 3) * slope**0.5 / N
        return area * velocity * 1000, velocity

    low, high = 1e-9, 0.938
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if state(middle)[0] < flow_l_s else (low, middle)
    return low, state(low)[1]


def test_the_golden_numbers_come_out_to_four_digits():
    # The third slope is 1/180; the note that lists these numbers prints it rounded, 0.005556.
    water = flowing([50, 120, 200], [400, 500, 500], [0.004, 0.004, 1 / 180], N)
    assert water.fill_ratio.round(4).tolist() == [0.4272, 0.5015, 0.6227]
    assert water.velocity_m_s.round(4).tolist() == [0.9762, 1.2178, 1.5558]


def test_a_pipe_carries_most_at_94_hundredths_1_0757_times_what_it_carries_full():
    fill = np.linspace(0.9, 1.0, 100_001)
    share = capacity_l_s(300, 0.003, fill, N) / capacity_l_s(300, 0.003, 1.0, N)
    assert share.max() == pytest.approx(1.0757, abs=5e-5)
    assert fill[share.argmax()] == pytest.approx(0.938, abs=5e-4)


@given(
    fill=st.floats(0.002, 0.93),
    diameter=st.sampled_from([200.0, 300.0, 1000.0, 2400.0]),
    slope=st.floats(0.0002, 0.3),
)
def test_fill_and_velocity_agree_with_halvings_of_the_formula(fill, diameter, slope):
    flow = float(capacity_l_s(diameter, slope, fill, N))
    water = flowing(flow, diameter, slope, N)
    expected = by_bisection(flow, diameter, slope)
    assert float(water.fill_ratio) == pytest.approx(expected[0], rel=1e-7)
    assert float(water.velocity_m_s) == pytest.approx(expected[1], rel=1e-7)


@given(
    fill=st.floats(0.01, 0.93),
    diameter=st.sampled_from([300.0, 800.0]),
    slope=st.floats(0.0005, 0.1),
)
def test_the_slopes_for_a_fill_and_for_a_velocity_lead_back(fill, diameter, slope):
    flow = float(capacity_l_s(diameter, slope, fill, N))
    velocity = float(flowing(flow, diameter, slope, N).velocity_m_s)
    assert float(slope_for_fill(flow, diameter, fill, N)) == pytest.approx(slope, rel=1e-9)
    assert float(slope_for_velocity(flow, diameter, velocity, N)) == pytest.approx(slope, rel=1e-6)


def test_what_a_pipe_cannot_carry_has_no_depth_and_nothing_has_no_velocity():
    full = float(capacity_l_s(300, 0.003, 1.0, N))
    water = flowing([1.08 * full, 0.0, np.nan, -1.0], 300, 0.003, N)
    np.testing.assert_array_equal(water.fill_ratio, [np.nan, 0.0, np.nan, np.nan])
    assert np.isnan(water.velocity_m_s).all()


def test_a_flow_too_large_for_a_velocity_has_no_slope_and_no_flow_an_endless_one():
    # 1 m/s through 300 mm is 70.7 L/s at most.
    slope = slope_for_velocity([71.0, 0.0], 300, 1.0, N)
    np.testing.assert_array_equal(slope, [np.nan, np.inf])
