"""Trees by shortest paths, and their improvement by exchanging key paths; compiled.

A tree is `via`: for each node the arc that enters it, -1 for the root and for nodes outside.
A key node is the root, a terminal or a branching; a key path runs between two of them.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.compiled import compiled, inner
from nngis.solvers.tree._network import Ints, Network

OUTSIDE, MAIN, CUT_OFF = 0, 1, 2
"""Where a node lies while a key path is out: in no tree, in the root's, in the part cut off."""


@inner
def _before(key: Floats, a: int, b: int) -> bool:
    return key[a] < key[b] or (key[a] == key[b] and a < b)


@inner
def _push(heap: Ints, place: Ints, key: Floats, size: int, node: int) -> int:
    """Put a node into the heap, or move it up after its key fell; return the new size.

    The heap is three arrays: nodes as a binary tree, the place of each node in it (-1 outside),
    and the keys. Of equal keys the lower node comes first.
    """
    at = place[node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if not _before(key, node, other):
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = node
    place[node] = at
    return size


@inner
def _pop(heap: Ints, place: Ints, key: Floats, size: int) -> int:
    """Take the first node, `heap[0]`, out; return the new size."""
    place[heap[0]] = -1
    size -= 1
    if size == 0:
        return 0
    node = heap[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and _before(key, heap[below + 1], heap[below]):
            below += 1
        other = heap[below]
        if not _before(key, other, node):
            break
        heap[at] = other
        place[other] = at
        at = below
    heap[at] = node
    place[node] = at
    return size


@compiled
def grow(net: Network, price: Floats) -> Ints:
    """Join the nearest terminal to the tree until all are in (Takahashi and Matsuyama 1980).

    One heap serves all searches: nodes that enter the tree go back into it at distance 0, so
    only what comes nearer is searched again. An arc with price inf is closed; terminals that
    cannot be reached stay outside.
    """
    n = len(net.terminal)
    dist = np.full(n, np.inf)
    via = np.full(n, -1)
    inside = np.zeros(n, np.bool_)
    heap, place = np.empty(n, np.int64), np.full(n, -1)
    dist[0], inside[0] = 0.0, True
    size = _push(heap, place, dist, 0, 0)
    while size > 0:
        u = heap[0]
        size = _pop(heap, place, dist, size)
        if net.terminal[u] and not inside[u]:
            w = u
            while not inside[w]:
                inside[w], dist[w] = True, 0.0
                size = _push(heap, place, dist, size, w)
                w = net.tail[via[w]]
            continue
        for a in range(net.out_ptr[u], net.out_ptr[u + 1]):
            w, far = net.head[a], dist[u] + price[a]
            if far < dist[w]:
                dist[w], via[w] = far, a
                size = _push(heap, place, dist, size, w)
    for v in range(n):
        if not inside[v]:
            via[v] = -1
    return via


class Work(NamedTuple):
    """The tree under repair, its lists of children, and the scratch of the searches."""

    via: Ints
    first: Ints
    after: Ints
    before: Ints
    side: npt.NDArray[np.int8]
    order: Ints
    shift: Floats
    dist: Floats
    hop: Ints
    touched: Ints
    heap: Ints
    place: Ints


@inner
def _attach(net: Network, work: Work, v: int, a: int) -> None:
    u = net.tail[a]
    work.via[v] = a
    w = work.first[u]
    work.after[v], work.before[v], work.first[u] = w, -1, v
    if w >= 0:
        work.before[w] = v


@inner
def _detach(net: Network, work: Work, v: int) -> int:
    """Take v from its parent; return the parent."""
    u = int(net.tail[work.via[v]])
    left, right = work.before[v], work.after[v]
    if left >= 0:
        work.after[left] = right
    else:
        work.first[u] = right
    if right >= 0:
        work.before[right] = left
    work.via[v] = -1
    return u


@inner
def _open_work(net: Network, via: Ints) -> Work:
    n = len(via)
    work = Work(
        np.full(n, -1),
        np.full(n, -1),
        np.full(n, -1),
        np.full(n, -1),
        np.zeros(n, np.int8),
        np.empty(n, np.int64),
        np.zeros(n),
        np.full(n, np.inf),
        np.full(n, -1),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.full(n, -1),
    )
    work.side[0] = MAIN
    for v in range(n):
        if via[v] >= 0:
            _attach(net, work, v, via[v])
            work.side[v] = MAIN
    return work


@inner
def _cut_above(net: Network, work: Work, v: int, log: Ints) -> int:
    """Remove the key path that ends in v; write its arcs to the log; return their number."""
    logged = 0
    while True:
        log[logged] = work.via[v]
        logged += 1
        v = _detach(net, work, v)
        if v == 0 or net.terminal[v] or work.first[v] >= 0:
            return logged
        work.side[v] = OUTSIDE


@inner
def _mark(net: Network, work: Work, v: int, most: int) -> int:
    """Mark the top of v's part as cut off; list it in `order`, with the cost of turning it there.

    Below `most` nodes the part stays unmarked: most parts that are large are never walked through.
    """
    work.order[0], work.shift[v], work.side[v] = v, 0.0, CUT_OFF
    count, i = 1, 0
    while i < count < most:
        u = work.order[i]
        i += 1
        w = work.first[u]
        while w >= 0 and count < most:
            a = work.via[w]
            back = net.back[a]
            if back < 0:
                work.shift[w] = np.inf
            else:
                work.shift[w] = work.shift[u] + net.cost[back] - net.cost[a]
            work.side[w] = CUT_OFF
            work.order[count] = w
            count += 1
            w = work.after[w]
    return count


@inner
def _relax(net: Network, work: Work, y: int, base: float, limit: float, state: Ints) -> None:
    """Offer the arcs into y to the search towards the main tree; state: heap size, touched."""
    for i in range(net.in_ptr[y], net.in_ptr[y + 1]):
        a = net.in_arc[i]
        x, far = net.tail[a], base + net.cost[a]
        if work.side[x] <= MAIN and far < limit and far < work.dist[x]:
            if work.dist[x] == np.inf:
                work.touched[state[1]] = x
                state[1] += 1
            work.dist[x], work.hop[x] = far, a
            state[0] = _push(work.heap, work.place, work.dist, state[0], x)


@inner
def _hangs_below(net: Network, work: Work, x: int) -> bool:
    """Tell whether a node of the tree that is not marked lies in the part cut off."""
    while work.side[x] == MAIN and work.via[x] >= 0:
        x = net.tail[work.via[x]]
    return bool(work.side[x] == CUT_OFF)


@inner
def _seek(net: Network, work: Work, count: int, limit: float, path: Ints) -> tuple[float, int]:
    """Find the cheapest way from the main tree to the first nodes in `order`, below a limit.

    Returns its cost, re-rooting included (inf if there is none), and the number of its arcs,
    which are written to `path` from the main tree on.
    """
    state = np.zeros(2, np.int64)
    for i in range(count):
        if work.shift[work.order[i]] < limit:
            _relax(net, work, work.order[i], work.shift[work.order[i]], limit, state)
    cost, arcs = np.inf, 0
    while state[0] > 0:
        x = work.heap[0]
        state[0] = _pop(work.heap, work.place, work.dist, state[0])
        if work.side[x] == MAIN:
            if _hangs_below(net, work, x):
                continue
            cost = work.dist[x]
            while work.side[x] <= MAIN:
                path[arcs] = work.hop[x]
                arcs += 1
                x = net.head[work.hop[x]]
            break
        _relax(net, work, x, work.dist[x], limit, state)
    while state[0] > 0:
        state[0] = _pop(work.heap, work.place, work.dist, state[0])
    for i in range(state[1]):
        work.dist[work.touched[i]] = np.inf
    return cost, arcs


@inner
def _join(net: Network, work: Work, path: Ints, arcs: int) -> None:
    """Re-root the cut-off subtree at the end of a path and hang it on the main tree."""
    w = net.head[path[arcs - 1]]
    a = -1
    while True:
        up = work.via[w]
        if up >= 0:
            u = _detach(net, work, w)
        if a >= 0:
            _attach(net, work, w, a)
        if up < 0:
            break
        a = net.back[up]
        w = u
    for i in range(arcs):
        _attach(net, work, net.head[path[i]], path[i])
        work.side[net.head[path[i]]] = MAIN


@inner
def _exchange(
    net: Network, work: Work, v: int, log: Ints, path: Ints, bounds: tuple[int, float]
) -> float:
    """Replace the key path above v by a cheaper one; return the saving."""
    reach, least = bounds
    logged = _cut_above(net, work, v, log)
    old = 0.0
    for i in range(logged):
        old += net.cost[log[i]]
    new, arcs = np.inf, 0
    count = 0
    if old > least:
        count = _mark(net, work, v, reach)
        new, arcs = _seek(net, work, count, old - least, path)
    if new < np.inf:
        _join(net, work, path, arcs)
    else:
        for i in range(logged - 1, -1, -1):
            _attach(net, work, net.head[log[i]], log[i])
            work.side[net.head[log[i]]] = MAIN
        new = old
    for i in range(count):
        work.side[work.order[i]] = MAIN
    return old - new


@compiled
def improve(net: Network, via: Ints, reach: int, least: float, enough: float) -> Ints:
    """Exchange key paths, round and round, until a whole round saves nothing, or too little."""
    # E. Uchoa and R. F. Werneck, "Fast local search for the Steiner problem in graphs", ACM J. Exp.
    # Algorithmics 17 (2012), doi:10.1145/2133803.2184448. There the arcs have no direction; here a
    # part that is joined at another node is turned round, at the cost of its arcs.
    n = len(via)
    work = _open_work(net, via)
    log, path = np.empty(n, np.int64), np.empty(n, np.int64)
    v, quiet, saved = 0, 0, 0.0
    while quiet < n:
        v += 1
        if v >= n:
            if saved < enough:
                break
            v, saved = 0, 0.0
        quiet += 1
        if work.via[v] < 0:
            continue
        child = work.first[v]
        if not net.terminal[v] and (child < 0 or work.after[child] < 0):
            continue
        saving = _exchange(net, work, v, log, path, (reach, least))
        if saving > 0.0:
            quiet = 0
            saved += saving
    return work.via
