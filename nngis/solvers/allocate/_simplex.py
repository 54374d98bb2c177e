"""Cheapest flows by the network simplex method, with costs in two ranks; compiled.

All flow runs to one node, the root. Costs are pairs compared by their first number, then by their
second, so that serving more always comes before serving nearer and no large number stands for it.
Amounts are whole numbers, so that equal is equal.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.compiled import compiled, inner

Ints = npt.NDArray[np.int64]

FULL, TREE, EMPTY = -1, 0, 1
"""An arc outside the tree is full or empty; the number is the sign of its reduced cost there."""


class Arcs(NamedTuple):
    """Arcs of a flow network; the last node is the root, and no arc leaves it.

    Parameters
    ----------
    tail, head : (m,) int array
        The two nodes of each arc.
    cap : (m,) int array
        Most that an arc carries; arcs that carry nothing are left alone.
    rank : (m,) int array
        First cost of a unit.
    cost : (m,) float array
        Second cost of a unit.
    """

    tail: Ints
    head: Ints
    cap: Ints
    rank: Ints
    cost: Floats


class Flow(NamedTuple):
    """A flow, its spanning tree and its prices.

    Parameters
    ----------
    flow : (m,) int array
        What each arc carries.
    state : (m,) int array
        FULL, TREE or EMPTY.
    parent, via : (n,) int array
        Next node towards the root and the arc between; -1 at the root.
    depth : (n,) int array
        Arcs to the root.
    first, after, before : (n,) int array
        First child, next and previous sibling; -1 where there is none.
    rank, cost : (n,) array
        Prices, 0 at the root: tree arcs have no reduced cost.
    """

    flow: Ints
    state: Ints
    parent: Ints
    via: Ints
    depth: Ints
    first: Ints
    after: Ints
    before: Ints
    rank: Ints
    cost: Floats


@inner
def _hang(flow: Flow, v: int, u: int, a: int) -> None:
    """Make v a child of u by arc a."""
    flow.parent[v], flow.via[v] = u, a
    w = flow.first[u]
    flow.after[v], flow.before[v], flow.first[u] = w, -1, v
    if w >= 0:
        flow.before[w] = v


@inner
def _unhang(flow: Flow, v: int) -> None:
    left, right = flow.before[v], flow.after[v]
    if left >= 0:
        flow.after[left] = right
    else:
        flow.first[flow.parent[v]] = right
    if right >= 0:
        flow.before[right] = left


@inner
def _price(arcs: Arcs, flow: Flow, top: int, stack: Ints) -> None:
    """Set depth and prices in the subtree of a node from its parent's."""
    stack[0], size = top, 1
    while size > 0:
        size -= 1
        v = stack[size]
        u, a = flow.parent[v], flow.via[v]
        sign = -1 if arcs.tail[a] == v else 1
        flow.depth[v] = flow.depth[u] + 1
        flow.rank[v] = flow.rank[u] + sign * arcs.rank[a]
        flow.cost[v] = flow.cost[u] + sign * arcs.cost[a]
        w = flow.first[v]
        while w >= 0:
            stack[size] = w
            size += 1
            w = flow.after[w]


@inner
def _entering(arcs: Arcs, flow: Flow, start: int, block: int, least: float) -> int:
    """Return the best arc to enter of the first block, from `start` on, that has one; or -1."""
    m = len(arcs.tail)
    best, best_rank, best_cost = -1, 0, -least
    for i in range(m):
        a = start + i if start + i < m else start + i - m
        u, v, sign = arcs.tail[a], arcs.head[a], flow.state[a]
        rank = sign * (arcs.rank[a] + flow.rank[u] - flow.rank[v])
        if rank <= best_rank and sign != TREE:
            cost = sign * (arcs.cost[a] + flow.cost[u] - flow.cost[v])
            if rank < best_rank or cost < best_cost:
                best, best_rank, best_cost = a, rank, cost
        if best >= 0 and (i + 1) % block == 0:
            break
    return best


@inner
def _leaving(arcs: Arcs, flow: Flow, a: int, ends: tuple[int, int], join: int) -> tuple[int, int]:
    """Find the last arc on the cycle that blocks, and how much it lets through.

    Returns the node below that arc, -1 if it is the entering arc itself. Taking the last keeps a
    way with room from every node to the root, which excludes cycling (Cunningham 1976).
    """
    least, below = arcs.cap[a], -1
    for side in range(2):
        u = ends[side]
        while u != join:
            b = flow.via[u]
            rises = arcs.tail[b] == u
            room = flow.flow[b] if rises == (side == 0) else arcs.cap[b] - flow.flow[b]
            if room < least or (side == 1 and room == least):
                least, below = room, u
            u = flow.parent[u]
    return below, least


@inner
def _push(arcs: Arcs, flow: Flow, ends: tuple[int, int], join: int, amount: int) -> None:
    """Send an amount from the join down to the first end, and from the second up to it."""
    for side in range(2):
        u = ends[side]
        while u != join:
            b = flow.via[u]
            rises = arcs.tail[b] == u
            flow.flow[b] += -amount if rises == (side == 0) else amount
            u = flow.parent[u]


@inner
def _pivot(arcs: Arcs, flow: Flow, a: int, stack: Ints) -> None:
    """Let an arc enter the tree, or go from one bound to the other."""
    sign = flow.state[a]
    ends = (arcs.tail[a], arcs.head[a]) if sign == EMPTY else (arcs.head[a], arcs.tail[a])
    u, v = ends
    while u != v:
        if flow.depth[u] >= flow.depth[v]:
            u = flow.parent[u]
        else:
            v = flow.parent[v]
    below, amount = _leaving(arcs, flow, a, ends, u)
    _push(arcs, flow, ends, u, amount)
    flow.flow[a] += sign * amount
    if below < 0:
        flow.state[a] = -sign
        return
    out = flow.via[below]
    flow.state[out] = EMPTY if flow.flow[out] == 0 else FULL
    flow.state[a] = TREE
    v = ends[0]
    while v not in (below, u):
        v = flow.parent[v]
    inner, outer = (ends[0], ends[1]) if v == below else (ends[1], ends[0])
    v, u, b = inner, outer, a
    while True:
        upper, above = flow.parent[v], flow.via[v]
        _unhang(flow, v)
        _hang(flow, v, u, b)
        if v == below:
            break
        v, u, b = upper, v, above
    _price(arcs, flow, inner, stack)


@compiled
def cheapest_flow(arcs: Arcs, supply: Ints, start: Ints, least: float) -> Flow:
    """Send all supplies to the root at least cost."""
    # W. H. Cunningham, "A network simplex method", Math. Programming 11 (1976); block search as in
    # P. Kovács, "Minimum-cost flow algorithms: an experimental evaluation", Optim. Methods Softw.
    # 30 (2015), doi:10.1080/10556788.2014.895828.
    n, m = len(supply), len(arcs.tail)
    flow = Flow(
        np.zeros(m, np.int64),
        np.full(m, EMPTY),
        np.full(n, -1),
        np.full(n, -1),
        np.zeros(n, np.int64),
        np.full(n, -1),
        np.full(n, -1),
        np.full(n, -1),
        np.zeros(n, np.int64),
        np.zeros(n),
    )
    flow.state[arcs.cap == 0] = TREE
    stack = np.empty(n, np.int64)
    carried = supply.copy()
    for v in range(n - 1):
        a = start[v]
        u = arcs.head[a]
        flow.flow[a], flow.state[a] = carried[v], TREE
        carried[u] += carried[v]
        _hang(flow, v, u, a)
    child = flow.first[n - 1]
    while child >= 0:
        _price(arcs, flow, child, stack)
        child = flow.after[child]
    block = max(int(np.sqrt(m)), 1)
    a = _entering(arcs, flow, 0, block, least)
    while a >= 0:
        _pivot(arcs, flow, a, stack)
        a = _entering(arcs, flow, a, block, least)
    return flow


@compiled
def cheapest_detour(
    arcs: Arcs, flow: Flow, source: int, order: tuple[Ints, Ints], least: float
) -> tuple[Ints, Floats]:
    """Price one more unit of room between any node and a source: what re-routing then saves.

    Shortest ways, in costs of two ranks, through the arcs that have room and, backwards, through
    those that carry something. Without negative cycles, that is at a cheapest flow, they exist.
    """
    n = len(flow.parent)
    far = np.iinfo(np.int64).max // 4
    rank, cost = np.full(n, far), np.zeros(n)
    queue, queued = np.empty(n, np.int64), np.zeros(n, np.bool_)
    rank[source], queue[0] = 0, source
    head, size = 0, 1
    while size > 0:
        v = queue[head]
        head, size = (head + 1) % n, size - 1
        queued[v] = False
        for i in range(order[1][v], order[1][v + 1]):
            a = order[0][i]
            out = arcs.tail[a] == v
            if (flow.flow[a] == arcs.cap[a]) if out else (flow.flow[a] == 0):
                continue
            w = arcs.head[a] if out else arcs.tail[a]
            r = rank[v] + (arcs.rank[a] if out else -arcs.rank[a])
            c = cost[v] + (arcs.cost[a] if out else -arcs.cost[a])
            if r < rank[w] or (r == rank[w] and c < cost[w] - least):
                rank[w], cost[w] = r, c
                if not queued[w]:
                    queue[(head + size) % n], queued[w] = w, True
                    size += 1
    return rank, cost
