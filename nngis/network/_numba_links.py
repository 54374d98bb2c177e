"""Compiled searches for links: every pair within a limit, the nearest source, the ways back."""

import numpy as np

from nngis.compiled import compiled
from nngis.network._numba_search import (
    ALSO,
    DIST,
    Array,
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
    """Find the nearest source of every node.

    Parameters
    ----------
    arcs : (indptr, indices, weight)
        The graph in search order; `weight` is (n_arcs, 2): what is minimised, and a second cost
        that is added up beside it.
    legs : (node, cost, second)
        (n_sources, 2) arrays: by which two nodes each source enters, inf where it cannot.
    limit : float
        Nodes farther than this are not reached.

    Returns
    -------
    costs : (n_nodes, 2) float array
        Cost to the nearest source and the second cost on that way; inf if none within the limit.
    links : (n_nodes, 2) int32 array
        Twice the source's position plus the slot of its leg, and the position of the arc by which
        the search came; -1 where none.
    """
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
) -> tuple[Array, Array, Array, Array]:
    """Find every pair of source and target within the limit, one bounded search a source.

    Parameters
    ----------
    arcs, legs, limit
        As for `nearest_source`.
    ports : (start, target, cost, second)
        The targets that can be reached from each node (CSR by node) and what that adds.
    direct : (start, target, cost, second)
        The targets on the same road piece as each source (CSR by source).
    n_targets : int
        Number of targets.

    Returns
    -------
    source, target : (n,) int32 array
        The pairs, each once.
    cost, second : (n,) float array
        Their cost, and the second cost on that way.
    """
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
    return source_of[:filled], target_of[:filled], cost_of[:filled], second_of[:filled]


@compiled
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
    """Follow the search back from nodes to their seeds.

    Parameters
    ----------
    node : (n,) int32 array
        Where each way begins; -1 for a way of no arcs.
    entry : (n_nodes,) int32 array
        The arc by which the search came to each node, -1 at seeds.
    parent : (n_arcs,) int32 array
        The node each arc was searched from.

    Returns
    -------
    start : (n + 1,) int64 array
        Way ``i`` is ``arc[start[i]:start[i + 1]]``.
    arc : int32 array
        Arcs from each node to its seed.
    """
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
