"""Compiled search for the parts of road pieces that groups of sources reach at several limits."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner
from nngis.network._numba_search import (
    DIST,
    choose_buckets,
    forget,
    longer,
    make_state,
    search,
    sow,
)


@compiled
def reached_parts(
    arcs: tuple[Array, Array, Array],
    sides: tuple[Array, Array],
    legs: tuple[Array, Array, Array],
    own: tuple[Array, Array, Array, Array],
    groups: Array,
    breaks: Array,
) -> tuple[Array, Array, Array, Array, Array]:
    """Find the parts of road pieces reached by groups of sources, at several limits at once."""
    width, n_buckets = choose_buckets(arcs[2], legs[1], breaks[-1])
    state = make_state(arcs[0].size - 1, n_buckets)
    indptr, order = arcs[0], state[2]
    n_pieces = 0
    for piece in sides[0]:
        n_pieces = max(n_pieces, piece + 1)
    whole = np.full(n_pieces, breaks.size, np.int32)
    edge, level = np.empty(1024, np.int32), np.empty(1024, np.int32)
    low, high = np.empty(1024), np.empty(1024)
    start = np.zeros(groups.size, np.int64)
    filled = 0
    for group in range(groups.size - 1):
        first, last = groups[group], groups[group + 1]
        met = 0
        for source in range(first, last):
            met = sow(met, source, legs, (breaks[-1], width), state)
        met = search(arcs, met, (breaks[-1], width), state)
        room = 2 * (last - first)
        for rank in range(met):
            room += indptr[order[rank] + 1] - indptr[order[rank]]
        room = filled + room * breaks.size
        if room > edge.size:
            edge, level = longer(edge, 2 * room), longer(level, 2 * room)
            low, high = longer(low, 2 * room), longer(high, 2 * room)
        parts = (edge, low, high, level)
        filled = _from_sources(filled, parts, own, first, last, breaks)
        filled = _from_nodes(filled, parts, arcs, sides, state, met, breaks, whole)
        forget(met, state)
        start[group + 1] = filled
    return start, edge[:filled], low[:filled], high[:filled], level[:filled]


@inner
def _from_sources(
    filled: int,
    parts: tuple[Array, Array, Array, Array],
    own: tuple[Array, Array, Array, Array],
    first: int,
    last: int,
    breaks: Array,
) -> int:
    """Note the parts reached along the pieces that the sources stand on."""
    piece, share, leg, cost = own
    for source in range(first, last):
        for way in range(2):
            filled, _ = _advance(
                filled,
                parts,
                piece[source],
                share[source],
                way == 1,
                leg[source],
                cost[source, way],
                breaks,
                breaks.size,
            )
    return filled


@inner
def _from_nodes(
    filled: int,
    parts: tuple[Array, Array, Array, Array],
    arcs: tuple[Array, Array, Array],
    sides: tuple[Array, Array],
    state: tuple[Array, Array, Array, Array],
    met: int,
    breaks: Array,
    whole: Array,
) -> int:
    """Note the parts reached from the nodes a search met.

    `whole` keeps the first limit at which each piece has been passed from end to end, so that it
    is not noted again from its other end.
    """
    indptr, _, weight = arcs
    edge_of, upward = sides
    costs, _, order, _ = state
    for rank in range(met):
        node = order[rank]
        for arc in range(indptr[node], indptr[node + 1]):
            piece, up = edge_of[arc], upward[arc]
            filled, done = _advance(
                filled,
                parts,
                piece,
                0.0 if up else 1.0,
                up,
                costs[node, DIST],
                weight[arc, DIST],
                breaks,
                whole[piece],
            )
            whole[piece] = min(whole[piece], done)
    for rank in range(met):
        node = order[rank]
        for arc in range(indptr[node], indptr[node + 1]):
            whole[edge_of[arc]] = breaks.size
    return filled


@inner
def _advance(
    filled: int,
    parts: tuple[Array, Array, Array, Array],
    piece: int,
    share: float,
    up: bool,  # noqa: FBT001
    here: float,
    cost: float,
    breaks: Array,
    stop: int,
) -> tuple[int, int]:
    """Note how far each limit before `stop` gets along one piece, starting at a share of it.

    Return the number of parts, and the first limit that passes the whole of what lies ahead.
    """
    edge, low, high, level = parts
    ahead = 1.0 - share if up else share
    before = 0.0
    for rank in range(stop):
        left = breaks[rank] - here
        if left < 0.0 or cost == np.inf:
            continue
        got = min(ahead, left / cost) if cost > 0.0 else ahead
        if got > before:
            edge[filled] = piece
            low[filled] = share + before if up else share - got
            high[filled] = share + got if up else share - before
            level[filled] = rank
            filled += 1
        before = got
        if got >= ahead:
            return filled, rank
    return filled, breaks.size
