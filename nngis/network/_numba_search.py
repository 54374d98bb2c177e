"""Compiled shortest-path searches on CSR arrays: bounded links, nearest source, reached roads.

Nodes that wait are kept in a ring of buckets by their distance, each bucket a linked list with
room for every node once. A bucket is emptied in rounds, and a node that becomes nearer while its
bucket is worked on gets another turn, so the distances are exact whatever the bucket's width; that
only decides the speed. On street networks this takes half the time of a heap (one node in a
thousand has a second turn when a bucket is as wide as the mean arc is long).

Every loop that calls `_search` stands in this file: numba's cache looks at one file only and
would not notice a change in another.

References
----------
R. B. Dial, "Algorithm 360: shortest-path forest with topological ordering", CACM 12 (1969),
632-633; U. Meyer and P. Sanders, "Delta-stepping: a parallelizable shortest path algorithm",
J. Algorithms 49 (2003), 114-152, doi:10.1016/S0196-6774(03)00076-2.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from nngis.compiled import compiled

Array = npt.NDArray[Any]


MOST_BUCKETS = 1 << 16


@compiled
def _buckets(weight: Array, leg_cost: Array, limit: float) -> tuple[float, int]:
    """Choose the width of a bucket, and as many buckets as nodes can wait in at one time."""
    span, total = 0.0, 0.0
    for arc in range(weight.shape[0]):
        total += weight[arc, DIST]
        span = max(span, weight[arc, DIST])
    width = total / max(weight.shape[0], 1)
    for value in leg_cost.ravel():
        if value <= limit and value < np.inf:
            span = max(span, value)
    width = max(width, span / MOST_BUCKETS)
    if width <= 0.0:
        return 1.0, 1
    return width, int(span / width) + 3


# Columns of a search's state: what is read together lies together in memory.
DIST, ALSO = 0, 1
SEED, ENTRY, BUCKET, AFTER, BEFORE = 0, 1, 2, 3, 4


@compiled
def _state(n_nodes: int, n_buckets: int) -> tuple[Array, Array, Array, Array]:
    """Make the arrays of a search.

    Costs: distance and second cost of each node. Links: its seed, its arc of entry, the bucket it
    waits in, the nodes after and before it there; -1 for none. Then the nodes in the order they
    were met, and the first node of each bucket.
    """
    return (
        np.full((n_nodes, 2), np.inf),
        np.full((n_nodes, 5), -1, np.int32),
        np.empty(n_nodes, np.int32),
        np.full(n_buckets, -1, np.int32),
    )


@compiled
def _wait(node: int, place: int, links: Array, first: Array) -> int:
    """Put a node into a bucket, out of the one it is in; return by how many nodes more wait."""
    was = links[node, BUCKET]
    if was == place:
        return 0
    if was >= 0:
        after, before = links[node, AFTER], links[node, BEFORE]
        if before >= 0:
            links[before, AFTER] = after
        else:
            first[was] = after
        if after >= 0:
            links[after, BEFORE] = before
    ahead = first[place]
    links[node, AFTER] = ahead
    links[node, BEFORE] = -1
    if ahead >= 0:
        links[ahead, BEFORE] = node
    first[place] = node
    links[node, BUCKET] = place
    return 0 if was >= 0 else 1


@compiled
def _sow(
    met: int,
    source: int,
    legs: tuple[Array, Array, Array],
    reach: tuple[float, float],
    state: tuple[Array, Array, Array, Array],
) -> int:
    """Let the nodes by which one source enters the graph wait; return how many were met."""
    leg_node, leg_cost, leg_second = legs
    limit, width = reach
    costs, links, order, first = state
    for slot in range(2):
        node, cost = leg_node[source, slot], leg_cost[source, slot]
        if cost > limit or cost >= costs[node, DIST]:
            continue
        if costs[node, DIST] == np.inf:
            order[met] = node
            met += 1
        costs[node, DIST] = cost
        costs[node, ALSO] = leg_second[source, slot]
        links[node, SEED] = 2 * source + slot
        _wait(node, int(cost / width) % first.size, links, first)
    return met


@compiled
def _search(
    arcs: tuple[Array, Array, Array],
    met: int,
    reach: tuple[float, float],
    state: tuple[Array, Array, Array, Array],
) -> int:
    """Search outwards from the nodes that wait, all that were met; return how many are met.

    Of ways equally long the one from the lower seed wins.
    """
    indptr, indices, weight = arcs
    limit, width = reach
    costs, links, order, first = state
    now, n_waiting = 0, met
    while n_waiting > 0:
        node = first[now]
        if node < 0:
            now = now + 1 if now + 1 < first.size else 0
            continue
        first[now] = -1
        while node >= 0:
            n_waiting -= 1
            links[node, BUCKET] = -1
            following = links[node, AFTER]
            here, also, seed = costs[node, DIST], costs[node, ALSO], links[node, SEED]
            for arc in range(indptr[node], indptr[node + 1]):
                head = indices[arc]
                total = here + weight[arc, DIST]
                known = costs[head, DIST]
                if total > known or total > limit:
                    continue
                if total == known:
                    other = links[head, SEED]
                    if seed == other or (seed > other and links[head, ENTRY] != arc):
                        continue
                elif known == np.inf:
                    order[met] = head
                    met += 1
                costs[head, DIST] = total
                costs[head, ALSO] = also + weight[arc, ALSO]
                links[head, SEED] = seed
                links[head, ENTRY] = arc
                n_waiting += _wait(head, int(total / width) % first.size, links, first)
            node = following
    return met


@compiled
def _forget(met: int, state: tuple[Array, Array, Array, Array]) -> None:
    """Make the state ready for the next search by undoing only what was touched."""
    costs, links, order, _ = state
    for at in range(met):
        node = order[at]
        costs[node, DIST] = np.inf
        links[node, SEED] = -1
        links[node, ENTRY] = -1


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
    width, n_buckets = _buckets(arcs[2], legs[1], limit)
    state = _state(arcs[0].size - 1, n_buckets)
    met = 0
    for source in range(legs[0].shape[0]):
        met = _sow(met, source, legs, (limit, width), state)
    _search(arcs, met, (limit, width), state)
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
    width, n_buckets = _buckets(arcs[2], legs[1], limit)
    state = _state(arcs[0].size - 1, n_buckets)
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
        met = _sow(0, source, legs, (limit, width), state)
        met = _search(arcs, met, (limit, width), state)
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
        _forget(met, state)
        if filled + count > room:
            room = 2 * (filled + count)
            source_of, target_of = _longer(source_of, room), _longer(target_of, room)
            cost_of, second_of = _longer(cost_of, room), _longer(second_of, room)
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
def _longer(values: Array, room: int) -> Array:
    """Copy an array into a longer one."""
    grown = np.empty(room, values.dtype)
    grown[: values.size] = values
    return grown


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


@compiled
def reached_parts(
    arcs: tuple[Array, Array, Array],
    sides: tuple[Array, Array],
    legs: tuple[Array, Array, Array],
    own: tuple[Array, Array, Array, Array],
    groups: Array,
    breaks: Array,
) -> tuple[Array, Array, Array, Array, Array]:
    """Find the parts of road pieces reached by groups of sources, at several limits at once.

    Parameters
    ----------
    arcs, legs
        As for `nearest_source`.
    sides : (edge, upward)
        The road piece of each arc in search order, and whether the search runs along its drawing.
    own : (edge, share, leg, cost)
        The road piece each source lies on, where on it, the cost of coming to it, and, in
        (n_sources, 2), the cost of the whole piece downward and upward, inf where closed.
    groups : (g + 1,) int64 array
        Sources ``groups[i]:groups[i + 1]`` make one area together.
    breaks : (b,) float array
        The limits, rising.

    Returns
    -------
    start : (g + 1,) int64 array
        The parts of group ``i`` are ``start[i]:start[i + 1]``.
    edge : (n,) int32 array
        The road piece of each part.
    low, high : (n,) float array
        Where the part begins and ends, as shares of the piece; parts may overlap.
    level : (n,) int32 array
        Position of the first limit that reaches the part.
    """
    width, n_buckets = _buckets(arcs[2], legs[1], breaks[-1])
    state = _state(arcs[0].size - 1, n_buckets)
    indptr, order = arcs[0], state[2]
    whole = np.full(sides[0].max() + 1, breaks.size, np.int32)
    edge, level = np.empty(1024, np.int32), np.empty(1024, np.int32)
    low, high = np.empty(1024), np.empty(1024)
    start = np.zeros(groups.size, np.int64)
    filled = 0
    for group in range(groups.size - 1):
        first, last = groups[group], groups[group + 1]
        met = 0
        for source in range(first, last):
            met = _sow(met, source, legs, (breaks[-1], width), state)
        met = _search(arcs, met, (breaks[-1], width), state)
        room = 2 * (last - first)
        for rank in range(met):
            room += indptr[order[rank] + 1] - indptr[order[rank]]
        room = filled + room * breaks.size
        if room > edge.size:
            edge, level = _longer(edge, 2 * room), _longer(level, 2 * room)
            low, high = _longer(low, 2 * room), _longer(high, 2 * room)
        parts = (edge, low, high, level)
        filled = _from_sources(filled, parts, own, first, last, breaks)
        filled = _from_nodes(filled, parts, arcs, sides, state, met, breaks, whole)
        _forget(met, state)
        start[group + 1] = filled
    return start, edge[:filled], low[:filled], high[:filled], level[:filled]


@compiled
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


@compiled
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


@compiled
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
