"""The network as the compiled parts see it: one root, arcs running away from it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.compiled import compiled

Ints = npt.NDArray[np.int64]

UNSEEN = -2


class Network(NamedTuple):
    """Arcs sorted by tail, then head; node 0 is the root and no arc enters it.

    Parameters
    ----------
    tail, head : (m,) int array
        The two nodes of each arc, away from the root.
    cost : (m,) float array
        Not negative, finite.
    back : (m,) int array
        The arc between the same nodes the other way; -1 where there is none.
    out_ptr, in_ptr : (n + 1,) int array
        Arcs that leave node v: ``out_ptr[v]`` to ``out_ptr[v + 1]``; those that enter it:
        ``in_arc[in_ptr[v]:in_ptr[v + 1]]``.
    in_arc : (m,) int array
        Arcs sorted by head, then tail.
    terminal : (n,) bool array
        Nodes that must be reached; never the root.
    """

    tail: Ints
    head: Ints
    cost: Floats
    back: Ints
    out_ptr: Ints
    in_ptr: Ints
    in_arc: Ints
    terminal: Bools


def make_network(tail: Ints, head: Ints, cost: Floats, terminal: Bools) -> tuple[Network, Ints]:
    """Sort arcs into a network; of arcs between the same nodes the cheapest, then the first, stays.

    Parameters
    ----------
    tail, head : (m,) int array
        The two nodes of each arc.
    cost : (m,) float array
        Cost of each arc.
    terminal : (n,) bool array
        Nodes that must be reached.

    Returns
    -------
    network : Network
        Without loops, arcs into node 0 and dominated parallel arcs.
    chosen : int array
        For each arc of the network its position in the arrays given.
    """
    n = len(terminal)
    order = np.lexsort((cost, head, tail))
    order = order[(tail[order] != head[order]) & (head[order] != 0)]
    pair = tail[order] * n + head[order]
    chosen = order[np.diff(pair, prepend=-1) != 0]
    tail, head = tail[chosen], head[chosen]
    pair = tail * n + head
    place = np.searchsorted(pair, head * n + tail)
    place[place == len(pair)] = 0
    in_arc = np.lexsort((tail, head))
    network = Network(
        tail,
        head,
        cost[chosen],
        np.where(pair[place] == head * n + tail, place, -1),
        np.searchsorted(tail, np.arange(n + 1)),
        np.searchsorted(head[in_arc], np.arange(n + 1)),
        in_arc,
        terminal,
    )
    return network, chosen


@compiled
def flood(ptr: Ints, arcs: Ints, head: Ints, is_open: Bools, start: Ints) -> tuple[Ints, Ints]:
    """Search breadth first from some nodes along open arcs.

    Arcs that leave node v are ``arcs[ptr[v]:ptr[v + 1]]``. Returns for each node the arc by which
    it was found (-1 at the start, UNSEEN where it was not), and the nodes in the order found.
    """
    n = len(ptr) - 1
    via, order = np.full(n, UNSEEN), np.empty(n, np.int64)
    count, i = 0, 0
    for v in start:
        if via[v] == UNSEEN:
            via[v], order[count] = -1, v
            count += 1
    while i < count:
        for j in range(ptr[order[i]], ptr[order[i] + 1]):
            a = arcs[j]
            if is_open[a] and via[head[a]] == UNSEEN:
                via[head[a]], order[count] = a, head[a]
                count += 1
        i += 1
    return via, order[:count]


@dataclass(frozen=True)
class Rooted:
    """A network, and how it lies in the graph it was made from.

    Parameters
    ----------
    network : Network
        All nodes that the roots reach at no cost are its node 0; the others that can be reached
        are numbered in the order of a breadth-first search, so that neighbours lie close.
    arc : (m,) int array
        Each arc of the network as an arc of the graph.
    tail, head : int array
        The two nodes of each arc of the graph, away from the root.
    free_via : int array
        For each node of the graph that became node 0 the arc by which it is reached; -1 at a
        root, UNSEEN elsewhere.
    unreached : int array
        Terminals that no root reaches, sorted.
    """

    network: Network
    arc: Ints
    tail: Ints
    head: Ints
    free_via: Ints
    unreached: Ints


def root_network(
    ends: tuple[Ints, Ints], cost: Floats, terminals: Ints, roots: Ints, n: int
) -> Rooted:
    """Make the network of all that the roots can reach."""
    tail, head = ends
    arcs = np.argsort(tail, kind="stable")
    ptr = np.searchsorted(tail[arcs], np.arange(n + 1))
    free_via, merged = flood(ptr, arcs, head, cost == 0.0, roots)
    seen, order = flood(ptr, arcs, head, np.isfinite(cost), merged)
    node = np.full(n, UNSEEN)
    node[order] = np.maximum(np.arange(len(order)) - len(merged) + 1, 0)
    terminal = np.zeros(len(order) - len(merged) + 1, bool)
    wanted = np.unique(terminals)
    reached = seen[wanted] != UNSEEN
    terminal[node[wanted[reached]]] = True
    terminal[0] = False
    usable = np.flatnonzero(np.isfinite(cost) & (node[tail] != UNSEEN))
    network, chosen = make_network(node[tail[usable]], node[head[usable]], cost[usable], terminal)
    return Rooted(network, usable[chosen], tail, head, free_via, wanted[~reached])
