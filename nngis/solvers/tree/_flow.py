"""Cuts that a fractional answer does not pay for, by maximum flow in floating point; compiled.

A flow from the root to a terminal never needs more than 1, so a few augmenting paths do; the
capacities stay floats and nothing is rounded to integers. Once a terminal is seen to lack flow, a
creeping capacity on every arc makes the smallest cut one of few arcs, which bounds better.
"""

import numpy as np

from nngis.arrays import Floats
from nngis.compiled import compiled, inner
from nngis.solvers.tree._network import Ints, Network

TINY = 1e-9
"""Residual capacities below this are none."""

CREEP = 1e-6
"""Capacity that every arc has while a cut is sought."""


@inner
def _search_back(
    net: Network, room: Floats, flow: Floats, via: Ints, seen: Ints, stamp: int, queue: Ints
) -> int:
    """Search from queue[0] against residual arcs; return how many nodes it saw, -1 at the root.

    `room` is the capacity of each arc and, last, what is added to all.
    """
    count, i, least = 1, 0, TINY - room[-1]
    seen[queue[0]] = stamp
    while i < count:
        v = queue[i]
        i += 1
        for j in range(net.in_ptr[v], net.in_ptr[v + 1]):
            a = net.in_arc[j]
            u = net.tail[a]
            if seen[u] != stamp and room[a] - flow[a] > least:
                seen[u], via[u], queue[count] = stamp, a, u
                count += 1
                if u == 0:
                    return -1
        for a in range(net.out_ptr[v], net.out_ptr[v + 1]):
            w = net.head[a]
            if seen[w] != stamp and flow[a] > TINY:
                seen[w], via[w], queue[count] = stamp, a, w
                count += 1
    return count


@inner
def _augment(net: Network, room: Floats, flow: Floats, t: int, via: Ints) -> float:
    """Send what the path found from the root to t can carry."""
    most, u = np.inf, 0
    while u != t:
        a = via[u]
        if net.tail[a] == u:
            most = min(most, room[a] + room[-1] - flow[a])
            u = net.head[a]
        else:
            most = min(most, flow[a])
            u = net.tail[a]
    u = 0
    while u != t:
        a = via[u]
        if net.tail[a] == u:
            flow[a] += most
            u = net.head[a]
        else:
            flow[a] -= most
            u = net.tail[a]
    return most


@inner
def _write_cut(
    net: Network, nodes: Ints, seen: Ints, stamp: int, room: Floats, arcs: Ints, used: int
) -> int:
    """Write the arcs into a set of nodes, and give them capacity 1; return the arcs' end."""
    for v in nodes:
        for j in range(net.in_ptr[v], net.in_ptr[v + 1]):
            a = net.in_arc[j]
            if seen[net.tail[a]] != stamp:
                arcs[used] = a
                used += 1
                room[a] = 1.0
    return used


@compiled
def violated_cuts(net: Network, value: Floats, least: float, most_arcs: int) -> tuple[Ints, Ints]:
    """Find cuts between the root and terminals whose arcs sum to less than ``1 - least``.

    A cut that was found counts as paid, so the next ones are elsewhere.
    """
    n, m = len(net.terminal), len(value)
    room, flow = np.zeros(m + 1), np.empty(m)
    room[:m] = np.maximum(value, 0.0)
    via, seen, queue = np.full(n, -1), np.full(n, -1), np.empty(n, np.int64)
    arcs = np.empty(most_arcs + m, np.int64)
    start, used, stamp = [0], 0, 0
    for t in range(n):
        if not net.terminal[t]:
            continue
        flow[:] = 0.0
        sent = 0.0
        while sent < 1.0 - least and used < most_arcs:
            stamp += 1
            queue[0] = t
            count = _search_back(net, room, flow, via, seen, stamp, queue)
            if count < 0:
                sent += _augment(net, room, flow, t, via)
            elif room[-1] == 0.0:
                room[-1] = CREEP
            else:
                used = _write_cut(net, queue[:count], seen, stamp, room, arcs, used)
                start.append(used)
                room[-1] = 0.0
        room[-1] = 0.0
    return np.array(start), arcs[:used].copy()
