"""The order in which a forest is built, against every order that small forests allow."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LayerError
from nngis.solvers.tree.order import build_order


@st.composite
def forests(draw, most=6, least_cost=0):
    n = draw(st.integers(1, most))
    parent = [draw(st.integers(-1, v - 1)) for v in range(n)]
    names = draw(st.permutations(range(n)))  # so that parents do not always come first
    place = {old: new for new, old in enumerate(names)}
    shuffled = [0] * n
    for v in range(n):
        shuffled[place[v]] = -1 if parent[v] < 0 else place[parent[v]]
    cost = [draw(st.integers(least_cost, 9)) for _ in range(n)]
    prize = [draw(st.integers(0, 9)) for _ in range(n)]
    return shuffled, cost, prize


def allowed(order, parent):
    seen = set()
    for v in order:
        if parent[v] >= 0 and parent[v] not in seen:
            return False
        seen.add(v)
    return True


def delay(order, cost, prize):
    return float((np.cumsum(np.array(cost)[list(order)]) * np.array(prize)[list(order)]).sum())


@settings(max_examples=150, deadline=None)
@given(forests())
def test_no_other_order_gains_earlier(forest):
    parent, cost, prize = forest
    order = build_order(parent, cost, prize).order.tolist()
    assert allowed(order, parent)
    best = min(
        delay(one, cost, prize) for one in permutations(range(len(parent))) if allowed(one, parent)
    )
    assert delay(order, cost, prize) == best


@settings(max_examples=100, deadline=None)
@given(forests(most=9, least_cost=1))
def test_at_the_end_of_a_stage_no_connected_part_of_that_cost_gains_more(forest):
    parent, cost, prize = forest
    found = build_order(parent, cost, prize)
    n = len(parent)
    parts = [
        [v for v in range(n) if mask >> v & 1]
        for mask in range(1 << n)
        if all(parent[v] < 0 or mask >> parent[v] & 1 for v in range(n) if mask >> v & 1)
    ]
    for stage in range(found.stage.max() + 1):
        built = np.flatnonzero(found.stage <= stage)
        spent, gained = sum(cost[v] for v in built), sum(prize[v] for v in built)
        assert gained == max(
            sum(prize[v] for v in part) for part in parts if sum(cost[v] for v in part) <= spent
        )


def test_a_ring_is_refused():
    with pytest.raises(LayerError, match="ring"):
        build_order([1, 2, 0, -1], [1.0] * 4, [1.0] * 4)


def test_a_missing_cost_is_refused():
    with pytest.raises(LayerError, match="cost"):
        build_order([-1], [np.nan], [1.0])
