"""Stops on a line: against all subsets, the greedy rule, and by hand."""

from itertools import combinations, pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import ParameterError
from nngis.plans.charging.corridor_stops import fewest_stops

limits = st.integers(2, 12)
lines = st.tuples(st.integers(1, 40), st.lists(st.integers(1, 39), max_size=8, unique=True))


def steps(end, at):
    return np.diff([0, *at, end])


def allowed(end, places, limit):
    """Whole numbers at which a stop may stand."""
    known = sorted({0, end, *(p for p in places if 0 < p < end)})
    free = [x for a, b in pairwise(known) if b - a > limit for x in range(a + 1, b)]
    return sorted({*free, *known[1:-1]})


def brute(end, places, limit):
    """Try all subsets of whole positions, fewest first; among those the fewest in the open."""
    points = allowed(end, places, limit)
    for count in range(len(points) + 1):
        fits = [c for c in combinations(points, count) if (steps(end, c) <= limit).all()]
        if fits:
            return count, min(len(set(c) - set(places)) for c in fits)
    raise AssertionError


def greedy(end, places, limit):
    """Go as far as is allowed each time."""
    points = allowed(end, places, limit)
    at, count = 0, 0
    while end - at > limit:
        at = max(p for p in points if at < p <= at + limit)
        count += 1
    return count


@settings(max_examples=100, deadline=None)
@given(st.tuples(st.integers(1, 16), st.lists(st.integers(1, 15), max_size=5, unique=True)), limits)
def test_no_subset_of_stops_is_smaller_and_none_as_small_uses_more_places(line, limit):
    end, places = line
    found = fewest_stops(0, end, places, limit)
    assert (len(found.at), int((found.place < 0).sum())) == brute(end, places, limit)


@settings(max_examples=300, deadline=None)
@given(lines, limits)
def test_going_as_far_as_one_can_takes_as_many(line, limit):
    end, places = line
    found = fewest_stops(0, end, places, limit)
    assert len(found.at) == greedy(end, places, limit)
    assert len(found.at) >= ceil(end / limit) - 1


@settings(max_examples=300, deadline=None)
@given(lines, limits)
def test_no_step_is_too_long_and_every_stop_stands_where_it_may(line, limit):
    end, places = line
    found = fewest_stops(0, end, places, limit)
    assert (steps(end, found.at) <= limit * (1 + 1e-7)).all()
    assert (steps(end, found.at) > 0).all()
    known = np.array(sorted({0, end, *(p for p in places if p < end)}))
    for at, place in zip(found.at, found.place, strict=True):
        if place >= 0:
            assert places[place] == at
        else:
            k = np.searchsorted(known, at)
            assert known[k] - known[k - 1] > limit


def test_on_open_road_stops_are_spread_evenly():
    found = fewest_stops(0, 160, [], 50)
    np.testing.assert_allclose(found.at, [40, 80, 120])
    assert (found.place == -1).all()


def test_a_step_of_just_the_limit_needs_no_stop_and_just_more_needs_one():
    assert len(fewest_stops(0, 50, [25], 50).at) == 0
    assert fewest_stops(0, 50.001, [25], 50).at.tolist() == [25]


def test_a_place_is_preferred_to_open_road_if_it_costs_no_more_stops():
    # The farthest step ends in the open at 50; from the place at 30 the end is as near.
    assert fewest_stops(0, 78, [30], 50).at.tolist() == [30]


def test_places_close_together_are_used_though_open_road_would_need_fewer():
    # In the open two stops would do; with a place every 26 it takes three, and no building site.
    found = fewest_stops(0, 104, [26, 52, 78], 50)
    assert found.at.tolist() == [26, 52, 78]


def test_places_outside_and_twice_do_no_harm():
    found = fewest_stops(0, 90, [-5, 0, 45, 45, 90, 99], 50)
    assert found.at.tolist() == [45]
    assert found.place.tolist() == [2]


def test_a_limit_or_position_that_is_none_is_refused():
    with pytest.raises(ParameterError):
        fewest_stops(0, 10, [], 0)
    with pytest.raises(ParameterError):
        fewest_stops(0, 10, [np.nan], 5)
