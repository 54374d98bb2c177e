"""Exact contractions of a network: chains, dead ends, forced arcs; compiled.

Arcs lie in doubly linked lists, one of arcs out and one of arcs in for each node. An arc that is
made from two others remembers them, so that an answer can be written in the arcs given.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nngis.arrays import Bools, Floats
from nngis.compiled import compiled, inner
from nngis.solvers.tree._network import Ints, Network, make_network

NONE = -1

CHAIN = 2
"""Arcs in, or out, of a junction in the middle of a chain; with more, room would run out."""


class Lists(NamedTuple):
    """Arcs with room for new ones; index 0 of `used` is the number in use, 1 that of forced arcs.

    `left`, `right` are the two parts of a made arc; -1 for an arc that was given. `forced` are
    arcs that every answer has.
    """

    tail: Ints
    head: Ints
    cost: Floats
    left: Ints
    right: Ints
    out_first: Ints
    out_next: Ints
    out_prev: Ints
    in_first: Ints
    in_next: Ints
    in_prev: Ints
    out_degree: Ints
    in_degree: Ints
    forced: Ints
    used: Ints


@inner
def _open_lists(net: Network) -> Lists:
    n, m = len(net.terminal), len(net.tail)
    room = m + 2 * n
    lists = Lists(
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room),
        np.full(room, NONE),
        np.full(room, NONE),
        np.full(n, NONE),
        np.full(room, NONE),
        np.full(room, NONE),
        np.full(n, NONE),
        np.full(room, NONE),
        np.full(room, NONE),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.empty(n, np.int64),
        np.zeros(2, np.int64),
    )
    for a in range(m - 1, -1, -1):
        lists.tail[a], lists.head[a], lists.cost[a] = net.tail[a], net.head[a], net.cost[a]
        _link(lists, a)
    lists.used[0] = m
    return lists


@inner
def _link(lists: Lists, a: int) -> None:
    u, v = lists.tail[a], lists.head[a]
    b = lists.out_first[u]
    lists.out_next[a], lists.out_prev[a], lists.out_first[u] = b, NONE, a
    if b >= 0:
        lists.out_prev[b] = a
    b = lists.in_first[v]
    lists.in_next[a], lists.in_prev[a], lists.in_first[v] = b, NONE, a
    if b >= 0:
        lists.in_prev[b] = a
    lists.out_degree[u] += 1
    lists.in_degree[v] += 1


@inner
def _unlink(lists: Lists, a: int) -> None:
    u, v = lists.tail[a], lists.head[a]
    left, right = lists.out_prev[a], lists.out_next[a]
    if left >= 0:
        lists.out_next[left] = right
    else:
        lists.out_first[u] = right
    if right >= 0:
        lists.out_prev[right] = left
    left, right = lists.in_prev[a], lists.in_next[a]
    if left >= 0:
        lists.in_next[left] = right
    else:
        lists.in_first[v] = right
    if right >= 0:
        lists.in_prev[right] = left
    lists.out_degree[u] -= 1
    lists.in_degree[v] -= 1
    lists.tail[a] = NONE


@inner
def _between(lists: Lists, u: int, v: int) -> int:
    """Return the arc from u to v, or -1."""
    if lists.out_degree[u] <= lists.in_degree[v]:
        a = lists.out_first[u]
        while a >= 0 and lists.head[a] != v:
            a = lists.out_next[a]
    else:
        a = lists.in_first[v]
        while a >= 0 and lists.tail[a] != u:
            a = lists.in_next[a]
    return int(a)


@inner
def _offer(lists: Lists, u: int, v: int, cost: float) -> bool:
    """Make way for an arc from u to v; False where it is useless."""
    if v in (u, 0):
        return False
    a = _between(lists, u, v)
    if a >= 0:
        if lists.cost[a] <= cost:
            return False
        _unlink(lists, a)
    return True


@inner
def _wake(lists: Lists, v: int, queue: Ints, queued: Bools, end: int) -> int:
    """Queue the neighbours of v, for their degrees will change; return the queue's end."""
    a = lists.out_first[v]
    while a >= 0:
        w = lists.head[a]
        a = lists.out_next[a]
        if not queued[w]:
            queued[w] = True
            queue[end % len(queue)] = w
            end += 1
    a = lists.in_first[v]
    while a >= 0:
        w = lists.tail[a]
        a = lists.in_next[a]
        if not queued[w]:
            queued[w] = True
            queue[end % len(queue)] = w
            end += 1
    return end


@inner
def _drop_node(lists: Lists, v: int) -> None:
    while lists.out_first[v] >= 0:
        _unlink(lists, lists.out_first[v])
    while lists.in_first[v] >= 0:
        _unlink(lists, lists.in_first[v])


@inner
def _can_bypass(lists: Lists, v: int) -> bool:
    """Tell whether a tree that enters v, a mere junction, can leave it by one arc only."""
    if lists.out_degree[v] == 0 or lists.in_degree[v] == 0:
        return True
    if lists.out_degree[v] > CHAIN or lists.in_degree[v] > CHAIN:
        return False
    if lists.out_degree[v] == 1:
        return True
    a = lists.in_first[v]
    while a >= 0:
        if _between(lists, v, lists.tail[a]) < 0:
            return False
        a = lists.in_next[a]
    return True


@inner
def _bypass(lists: Lists, v: int) -> None:
    """Replace each way through v by one arc."""
    a = lists.in_first[v]
    while a >= 0:
        b = lists.out_first[v]
        while b >= 0:
            u, w, cost = lists.tail[a], lists.head[b], lists.cost[a] + lists.cost[b]
            if _offer(lists, u, w, cost):
                new = lists.used[0]
                lists.used[0] += 1
                lists.tail[new], lists.head[new], lists.cost[new] = u, w, cost
                lists.left[new], lists.right[new] = a, b
                _link(lists, new)
            b = lists.out_next[b]
        a = lists.in_next[a]
    _drop_node(lists, v)


@inner
def _forced_arc(lists: Lists, v: int) -> int:
    """Return the arc by which some cheapest tree enters terminal v, if that is plain; else -1."""
    a = lists.in_first[v]
    if lists.in_degree[v] == 1:
        return int(a)
    best, root = np.inf, NONE
    while a >= 0:
        if lists.tail[a] == 0:
            root = a
        best = min(best, lists.cost[a])
        a = lists.in_next[a]
    return int(root) if root >= 0 and lists.cost[root] <= best else NONE


@inner
def _merge(lists: Lists, v: int, a: int, terminal: Bools) -> None:
    """Force arc a into terminal v, which becomes one with the arc's tail."""
    u = lists.tail[a]
    lists.forced[lists.used[1]] = a
    lists.used[1] += 1
    if u != 0:
        terminal[u] = True
    terminal[v] = False
    b = lists.out_first[v]
    while b >= 0:
        after = lists.out_next[b]
        w, cost = lists.head[b], lists.cost[b]
        _unlink(lists, b)
        if _offer(lists, u, w, cost):
            lists.tail[b] = u
            _link(lists, b)
        b = after
    _drop_node(lists, v)


@compiled
def _contract(net: Network) -> tuple[Lists, Bools]:
    """Contract until nothing more can be.

    A junction that a tree leaves by one arc at most is bypassed; a terminal that can be entered
    by one arc only, or most cheaply from the root itself, merges with that arc's tail.
    """
    n = len(net.terminal)
    lists, terminal = _open_lists(net), net.terminal.copy()
    queue, queued = np.empty(n, np.int64), np.zeros(n, np.bool_)
    for v in range(n):
        queue[v], queued[v] = v, v > 0
    start, end = 1, n
    while start < end:
        v = queue[start % n]
        start += 1
        queued[v] = False
        if v == 0 or lists.in_degree[v] + lists.out_degree[v] == 0:
            continue
        if terminal[v]:
            a = _forced_arc(lists, v)
            if a >= 0:
                end = _wake(lists, v, queue, queued, end)
                _merge(lists, v, a, terminal)
        elif _can_bypass(lists, v):
            end = _wake(lists, v, queue, queued, end)
            _bypass(lists, v)
    return lists, terminal


@dataclass(frozen=True)
class Contracted:
    """A smaller network, and how its arcs are made from those of the network before.

    Parameters
    ----------
    network : Network
        The smaller network.
    arc : (m,) int array
        Each of its arcs in the numbering of `left` and `right`.
    left, right : int array
        The two parts of each made arc; -1 for the arcs of the network before, which come first.
    forced : int array
        Arcs that every answer has, in the same numbering.
    cost : float
        What the forced arcs cost.
    """

    network: Network
    arc: Ints
    left: Ints
    right: Ints
    forced: Ints
    cost: float

    def expand(self, arcs: Ints) -> Ints:
        """Write an answer in the arcs of the network before."""
        todo = np.concatenate([self.arc[arcs], self.forced])
        done = []
        while todo.size:
            made = self.left[todo] >= 0
            done.append(todo[~made])
            todo = np.concatenate([self.left[todo[made]], self.right[todo[made]]])
        return np.sort(np.concatenate(done)) if done else todo


def contract(net: Network) -> Contracted:
    """Contract a network until nothing more can be, without losing all of its cheapest trees.

    Examples
    --------
    A chain 0 -> 1 -> 2 with a dead end at 1 leaves nothing to decide:

    >>> net, _ = make_network(np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([5.0, 2.0, 1.0]),
    ...                       np.array([False, False, True, False]))
    >>> small = contract(net)
    >>> small.cost, len(small.network.tail), small.expand(np.arange(0)).tolist()
    (7.0, 0, [0, 1])
    """
    lists, terminal = _contract(net)
    used, forced = lists.used
    alive = np.flatnonzero(lists.tail[:used] != NONE)
    ends = np.concatenate([lists.tail[alive], lists.head[alive]])
    nodes = np.union1d(np.flatnonzero(terminal), np.concatenate([[0], ends]))
    tail, head = np.split(np.searchsorted(nodes, ends), 2)
    small, chosen = make_network(tail, head, lists.cost[alive], terminal[nodes])
    return Contracted(
        small,
        alive[chosen],
        lists.left[:used].copy(),
        lists.right[:used].copy(),
        lists.forced[:forced].copy(),
        float(lists.cost[lists.forced[:forced]].sum()),
    )
