"""Compiled searches for links: every pair within a limit, the nearest source, the ways back."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner
from nngis.network._numba_search import (
    ALSO,
    DIST,
    choose_buckets,
    forget,
    longer,
    make_state,
    search,
    sow,
)


@compiled
def nearest_source(
    arcs: tuple[Array, Array, Array], legs: tuple[Array, Array, Array], limit: float
) -> tuple[Array, Array]:
    """Find the nearest source of every node."""
    width, n_buckets = choose_buckets(arcs[2], legs[1], limit)
    state = make_state(arcs[0].size - 1, n_buckets)
    met = 0
    for source in range(legs[0].shape[0]):
        met = sow(met, source, legs, (limit, width), state)
    search(arcs, met, (limit, width), state)
    return state[0], state[1][:, :2].copy()


@compiled
def links_within(
    arcs: tuple[Array, Array, Array],
    legs: tuple[Array, Array, Array],
    ports: tuple[Array, Array, Array, Array],
    direct: tuple[Array, Array, Array, Array],
    n_targets: int,
    limit: float,
    most: int,
) -> tuple[Array, Array, Array, Array]:
    """Find every pair within the limit, one bounded search a source; end beyond `most`."""
    width, n_buckets = choose_buckets(arcs[2], legs[1], limit)
    state = make_state(arcs[0].size - 1, n_buckets)
    best, beside = np.full(n_targets, np.inf), np.empty(n_targets)
    touched = np.empty(n_targets, np.int32)
    room = 4 * (n_targets + legs[0].shape[0])
    source_of, target_of = np.empty(room, np.int32), np.empty(room, np.int32)
    cost_of, second_of = np.empty(room), np.empty(room)
    filled = 0
    for source in range(legs[0].shape[0]):
        count = 0
        start, target, cost, second = direct
        for at in range(start[source], start[source + 1]):
            count = _offer(target[at], cost[at], second[at], limit, count, best, beside, touched)
        met = sow(0, source, legs, (limit, width), state)
        met = search(arcs, met, (limit, width), state)
        start, target, cost, second = ports
        for rank in range(met):
            node = state[2][rank]
            here, also = state[0][node, DIST], state[0][node, ALSO]
            for at in range(start[node], start[node + 1]):
                count = _offer(
                    target[at],
                    here + cost[at],
                    also + second[at],
                    limit,
                    count,
                    best,
                    beside,
                    touched,
                )
        forget(met, state)
        if filled + count > room:
            room = 2 * (filled + count)
            source_of, target_of = longer(source_of, room), longer(target_of, room)
            cost_of, second_of = longer(cost_of, room), longer(second_of, room)
        for at in range(count):
            reached = touched[at]
            source_of[filled] = source
            target_of[filled] = reached
            cost_of[filled] = best[reached]
            second_of[filled] = beside[reached]
            best[reached] = np.inf
            filled += 1
        if filled > most:
            break
    return source_of[:filled], target_of[:filled], cost_of[:filled], second_of[:filled]


@inner
def _offer(
    target: int,
    cost: float,
    second: float,
    limit: float,
    count: int,
    best: Array,
    beside: Array,
    touched: Array,
) -> int:
    """Note a way to a target if it is the shortest so far; return the number of targets met."""
    if cost > limit or cost >= best[target]:
        return count
    if best[target] == np.inf:
        touched[count] = target
        count += 1
    best[target] = cost
    beside[target] = second
    return count


@compiled
def ways_back(node: Array, entry: Array, parent: Array) -> tuple[Array, Array]:
    """Follow the search back from nodes to their seeds."""
    start = np.zeros(node.size + 1, np.int64)
    for way in range(node.size):
        here, count = node[way], 0
        while here >= 0 and entry[here] >= 0:
            count += 1
            here = parent[entry[here]]
        start[way + 1] = start[way] + count
    arc = np.empty(start[-1], np.int32)
    for way in range(node.size):
        here, at = node[way], start[way]
        while here >= 0 and entry[here] >= 0:
            arc[at] = entry[here]
            at += 1
            here = parent[entry[here]]
    return start, arc
