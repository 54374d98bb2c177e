"""Rain along a tree of pipes, held against sums worked out by hand."""

import numpy as np
import pytest

from nngis.plans.sewer.prices import prices
from nngis.plans.sewer.storm import Storm, drain, flow_levels, gathered

# 167 x 6 / (t + 10) L/(s ha): at 10 min 50.1, at 20 min 33.4.
STORM = Storm(6.0, 0.7, 10.0, 1.0, 1.0, 10.0, 0.5)
DN300, DN400, DN500 = 0, 1, 2


def sized(ha, length_m=100.0, slope=0.01, start=(0, 1, 2), end=(2, 2, 3), storm=STORM):
    n = len(ha)
    return drain(
        np.array(ha, float), np.full(n, float(length_m)), np.full(n, float(slope)),
        np.array(start[:n]), np.array(end[:n]),
        storm=storm, sizes=prices().sizes, roughness_n=0.013,
    )  # fmt: skip


def test_a_street_alone_drains_its_area_at_the_rain_of_the_first_inlet():
    # 0.5 x 50.1 x 2 ha; DN300 at 1 % and n 0.013 carries 96.7 L/s full.
    found = sized([2.0])
    assert found.flow_l_s.tolist() == pytest.approx([50.1])
    assert found.size.tolist() == [DN300]


def test_below_two_streets_the_rain_is_that_of_the_longer_way():
    # 1 ha and 3 ha: 25.05 and 75.15 L/s, both in DN300 (96.7 L/s, 0.070686 m2, 1.3683 m/s):
    # 100 m take 1.2181 min, so the third pipe sees 167 x 6 / 21.2181 on 4 ha.
    found = sized([1.0, 3.0, 0.0])
    assert found.flow_l_s[:2].tolist() == pytest.approx([25.05, 75.15])
    assert found.flow_l_s[2] == pytest.approx(0.5 * 1002.0 / 21.2181 * 4.0, rel=1e-4)
    # 94.4 L/s: still DN300.
    assert found.size.tolist() == [DN300] * 3


def test_a_pipe_is_no_smaller_than_one_above():
    # 4 ha bring 100.2 L/s: DN400. Below, a steep pipe would do with DN300.
    found = drain(
        np.array([4.0, 0.0]), np.array([10.0, 10.0]), np.array([0.01, 0.09]),
        np.array([0, 1]), np.array([1, 2]),
        storm=STORM, sizes=prices().sizes, roughness_n=0.013,
    )  # fmt: skip
    assert found.size.tolist() == [DN400, DN400]


def test_a_slope_that_is_not_known_is_the_least_one():
    # At 0.003 DN300 carries 52.97 L/s: 2 ha (50.1) fit, 2.2 ha (55.1) do not.
    assert sized([2.0], slope=np.nan).size.tolist() == [DN300]
    assert sized([2.2], slope=np.nan).size.tolist() == [DN400]


def test_what_is_not_known_stays_so_downstream():
    assert np.isnan(sized([1.0, np.nan, 1.0]).flow_l_s).tolist() == [False, True, True]
    unknown = sized([1.0], storm=STORM._replace(a1=float("nan")))
    assert np.isnan(unknown.flow_l_s).all()
    assert unknown.size.tolist() == [-1]


def test_pipes_in_a_circle_carry_nobody_knows_what():
    start, end = np.array([0, 1, 2]), np.array([1, 2, 1])
    levels = flow_levels(start, end)
    assert [level.tolist() for level in levels] == [[0]]
    found = gathered(np.ones(3), start, end, levels)
    assert np.isnan(found).tolist() == [False, True, True]


def test_what_leaves_two_ways_is_split_and_nothing_is_lost():
    start, end = np.array([0, 1, 1, 2, 3]), np.array([1, 2, 3, 4, 4])
    found = gathered(np.array([8.0, 0, 1, 0, 0]), start, end, flow_levels(start, end))
    assert found.tolist() == [8.0, 4.0, 5.0, 4.0, 5.0]
