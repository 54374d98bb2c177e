"""Compiled shortest-path searches on CSR arrays: bounded links, nearest source, reached roads.

Every loop that calls `_search` stands in this file: numba's cache looks at one file only and
would not notice a change in another.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from nngis.kernel._numba_jit import compiled

Array = npt.NDArray[Any]


@compiled
def _rise(place: int, key: float, node: int, heap: tuple[Array, Array, Array]) -> None:
    """Put a node into the 4-ary heap at or above a place."""
    keys, nodes, where = heap
    while place > 0:
        parent = (place - 1) >> 2
        if keys[parent] <= key:
            break
        keys[place] = keys[parent]
        nodes[place] = nodes[parent]
        where[nodes[place]] = place
        place = parent
    keys[place] = key
    nodes[place] = node
    where[node] = place


@compiled
def _sink(size: int, heap: tuple[Array, Array, Array]) -> None:
    """Move the last node of the heap, which stands at `size`, down from the top."""
    keys, nodes, where = heap
    key, node = keys[size], nodes[size]
    place = 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[least]:
                least = other
        if keys[least] >= key:
            break
        keys[place] = keys[least]
        nodes[place] = nodes[least]
        where[nodes[place]] = place
        place = least
    keys[place] = key
    nodes[place] = node
    where[node] = place


@compiled
def _workspace(n_nodes: int) -> tuple[tuple[Array, ...], tuple[Array, Array, Array]]:
    """Arrays of one search: (dist, also, seed, entry, order) and the heap."""
    dist = np.full(n_nodes, np.inf)
    also = np.full(n_nodes, np.nan)
    seed = np.full(n_nodes, -1, np.int32)
    entry = np.full(n_nodes, -1, np.int32)
    order = np.empty(n_nodes, np.int32)
    keys = np.empty(n_nodes)
    nodes = np.empty(n_nodes, np.int32)
    where = np.full(n_nodes, -1, np.int32)
    return (dist, also, seed, entry, order), (keys, nodes, where)


@compiled
def _sow(
    size: int,
    legs: tuple[Array, Array, Array],
    source: int,
    limit: float,
    found: tuple[Array, ...],
    heap: tuple[Array, Array, Array],
) -> int:
    """Put the nodes by which one source enters the graph into the heap; return its size."""
    leg_node, leg_cost, leg_also = legs
    dist, also, seed, entry, _ = found
    for slot in range(2):
        node, cost = leg_node[source, slot], leg_cost[source, slot]
        if cost <= limit and cost < dist[node]:
            place = heap[2][node]
            if place < 0:
                place = size
                size += 1
            dist[node] = cost
            also[node] = leg_also[source, slot]
            seed[node] = 2 * source + slot
            entry[node] = -1
            _rise(place, cost, node, heap)
    return size


@compiled
def _search(
    arcs: tuple[Array, Array, Array, Array],
    size: int,
    limit: float,
    found: tuple[Array, ...],
    heap: tuple[Array, Array, Array],
) -> int:
    """Settle nodes from those in the heap outwards; return how many stand in `order`.

    Of ways equally long the one from the lower seed wins.
    """
    indptr, indices, cost, second = arcs
    dist, also, seed, entry, order = found
    keys, nodes, where = heap
    settled = 0
    while size > 0:
        here, node = keys[0], nodes[0]
        size -= 1
        where[node] = -2
        if size > 0:
            _sink(size, heap)
        order[settled] = node
        settled += 1
        for arc in range(indptr[node], indptr[node + 1]):
            head = indices[arc]
            total = here + cost[arc]
            if total > dist[head] or total > limit:
                continue
            if total == dist[head]:
                if seed[node] < seed[head] and where[head] >= 0:
                    seed[head] = seed[node]
                    entry[head] = arc
                    also[head] = also[node] + second[arc]
                continue
            place = where[head]
            if place < 0:
                place = size
                size += 1
            dist[head] = total
            also[head] = also[node] + second[arc]
            seed[head] = seed[node]
            entry[head] = arc
            _rise(place, total, head, heap)
    return settled


@compiled
def _forget(settled: int, found: tuple[Array, ...], where: Array) -> None:
    """Make the workspace ready for the next search by undoing only what was touched."""
    dist, _, seed, entry, order = found
    for at in range(settled):
        node = order[at]
        dist[node] = np.inf
        seed[node] = -1
        entry[node] = -1
        where[node] = -1


@compiled
def nearest_source(
    arcs: tuple[Array, Array, Array, Array], legs: tuple[Array, Array, Array], limit: float
) -> tuple[Array, Array, Array, Array]:
    """Find the nearest source of every node.

    Parameters
    ----------
    arcs : (indptr, indices, cost, second)
        The graph in search order; `second` is added up beside `cost` without being minimised.
    legs : (node, cost, second)
        (n_sources, 2) arrays: by which two nodes each source enters, inf where it cannot.
    limit : float
        Nodes farther than this are not reached.

    Returns
    -------
    dist : (n_nodes,) float array
        Cost to the nearest source, inf if none within the limit.
    also : (n_nodes,) float array
        The second cost on that way; meaningless where none.
    seed : (n_nodes,) int32 array
        Twice the source's position plus the slot of its leg, -1 if none.
    entry : (n_nodes,) int32 array
        Position of the arc by which the search came, -1 at seeds.
    """
    found, heap = _workspace(arcs[0].size - 1)
    size = 0
    for source in range(legs[0].shape[0]):
        size = _sow(size, legs, source, limit, found, heap)
    _search(arcs, size, limit, found, heap)
    return found[0], found[1], found[2], found[3]


@compiled
def links_within(
    arcs: tuple[Array, Array, Array, Array],
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
    found, heap = _workspace(arcs[0].size - 1)
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
        size = _sow(0, legs, source, limit, found, heap)
        settled = _search(arcs, size, limit, found, heap)
        start, target, cost, second = ports
        for rank in range(settled):
            node = found[4][rank]
            here, also = found[0][node], found[1][node]
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
        _forget(settled, found, heap[2])
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
    arcs: tuple[Array, Array, Array, Array],
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
    found, heap = _workspace(arcs[0].size - 1)
    indptr, order = arcs[0], found[4]
    whole = np.full(sides[0].max() + 1, breaks.size, np.int32)
    edge, level = np.empty(1024, np.int32), np.empty(1024, np.int32)
    low, high = np.empty(1024), np.empty(1024)
    start = np.zeros(groups.size, np.int64)
    filled = 0
    for group in range(groups.size - 1):
        first, last = groups[group], groups[group + 1]
        size = 0
        for source in range(first, last):
            size = _sow(size, legs, source, breaks[-1], found, heap)
        settled = _search(arcs, size, breaks[-1], found, heap)
        room = 2 * (last - first)
        for rank in range(settled):
            room += indptr[order[rank] + 1] - indptr[order[rank]]
        room = filled + room * breaks.size
        if room > edge.size:
            edge, level = _longer(edge, 2 * room), _longer(level, 2 * room)
            low, high = _longer(low, 2 * room), _longer(high, 2 * room)
        parts = (edge, low, high, level)
        filled = _from_sources(filled, parts, own, first, last, breaks)
        filled = _from_nodes(filled, parts, arcs, sides, found, settled, breaks, whole)
        _forget(settled, found, heap[2])
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
    arcs: tuple[Array, Array, Array, Array],
    sides: tuple[Array, Array],
    found: tuple[Array, ...],
    settled: int,
    breaks: Array,
    whole: Array,
) -> int:
    """Note the parts reached from the nodes a search settled.

    `whole` keeps the first limit at which each piece has been passed from end to end, so that it
    is not noted again from its other end.
    """
    indptr, _, cost, _ = arcs
    edge_of, upward = sides
    dist, _, _, _, order = found
    for rank in range(settled):
        node = order[rank]
        for arc in range(indptr[node], indptr[node + 1]):
            piece, up = edge_of[arc], upward[arc]
            filled, done = _advance(
                filled,
                parts,
                piece,
                0.0 if up else 1.0,
                up,
                dist[node],
                cost[arc],
                breaks,
                whole[piece],
            )
            whole[piece] = min(whole[piece], done)
    for rank in range(settled):
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
