"""A lower bound by dual ascent, and the arcs that it shows to be of no use; compiled."""

from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from nngis.arrays import Bools, Floats
from nngis.compiled import compiled, copy_into, inner
from nngis.solvers.tree._network import Ints, Network

SLACK = 1.25
"""How many times larger than the next cut a cut may be and still be raised first."""


class Ascent(NamedTuple):
    """What a dual ascent leaves behind.

    Parameters
    ----------
    bound : float
        No tree costs less.
    left : (m,) float array
        Reduced cost of each arc; those at 0 lead from the root to every terminal.
    start, arcs : int array
        The cuts that were raised, as far as they were kept: cut i is
        ``arcs[start[i]:start[i + 1]]``; a tree has at least one arc of each.
    """

    bound: float
    left: Floats
    start: Ints
    arcs: Ints


@inner
def _extend(
    net: Network,
    left: Floats,
    active: Bools,
    mark: Ints,
    stamp: int,
    part: Ints,
    cut: Ints,
    state: Ints,
) -> bool:
    """Add to a component what reaches it by free arcs; False when that is the root or a terminal.

    state: nodes in the component, nodes looked at, arcs in the cut list.
    """
    while state[1] < state[0]:
        v = part[state[1]]
        state[1] += 1
        for i in range(net.in_ptr[v], net.in_ptr[v + 1]):
            a = net.in_arc[i]
            u = net.tail[a]
            if mark[u] == stamp:
                continue
            if left[a] > 0.0:
                cut[state[2]] = a
                state[2] += 1
                continue
            if u == 0 or active[u]:
                return False
            mark[u] = stamp
            part[state[0]] = u
            state[0] += 1
    return True


@inner
def _tighten(net: Network, left: Floats, mark: Ints, stamp: int, cut: Ints, state: Ints) -> float:
    """Drop the arcs of the list that no longer cross; return the least that is left of the rest."""
    kept, least = 0, np.inf
    for i in range(state[2]):
        a = cut[i]
        if mark[net.tail[a]] != stamp:
            cut[kept] = a
            kept += 1
            least = min(least, left[a])
    state[2] = kept
    return least


@inner
def _lower(
    net: Network,
    left: Floats,
    active: Bools,
    mark: Ints,
    stamp: int,
    part: Ints,
    cut: Ints,
    state: Ints,
    least: float,
) -> bool:
    """Lower the arcs of a cut; let in what they set free, False if the root or a terminal."""
    alone = True
    for i in range(state[2]):
        a = cut[i]
        left[a] -= least
        u = net.tail[a]
        if left[a] > 0.0 or mark[u] == stamp:
            continue
        left[a] = 0.0
        if u == 0 or active[u]:
            alone = False
        else:
            mark[u] = stamp
            part[state[0]] = u
            state[0] += 1
    return alone


@compiled
def ascend(net: Network, most_arcs: int) -> Ascent:
    """Raise the duals of cuts around terminals until free arcs lead from the root to each.

    The component with the fewest arcs in is raised first, and as long as its cut stays about as
    small as the next one's.
    """
    # R. T. Wong, "A dual ascent approach for Steiner tree problems on a directed graph", Math.
    # Programming 28 (1984), doi:10.1007/BF02612335; T. Pajor, E. Uchoa, R. F. Werneck, "A robust
    # and scalable algorithm for the Steiner problem in graphs", Math. Programming Computation 10
    # (2018), doi:10.1007/s12532-017-0123-4.
    n = len(net.terminal)
    left, active, mark = net.cost.copy(), net.terminal.copy(), np.full(n, -1)
    part, cut, state = np.empty(n, np.int64), np.empty(len(left), np.int64), np.zeros(3, np.int64)
    start, arcs = [0], np.empty(most_arcs, np.int64)
    stamp, bound = 0, 0.0
    waiting = [(net.in_ptr[t + 1] - net.in_ptr[t], t) for t in np.flatnonzero(net.terminal)]
    heapify(waiting)
    while waiting:
        size, t = heappop(waiting)
        stamp += 1
        mark[t], part[0] = stamp, t
        state[0], state[1], state[2] = 1, 0, 0
        while _extend(net, left, active, mark, stamp, part, cut, state):
            least = _tighten(net, left, mark, stamp, cut, state)
            if waiting and state[2] > size and state[2] > SLACK * waiting[0][0]:
                heappush(waiting, (state[2], t))
                break
            bound += least
            if start[-1] + state[2] <= most_arcs:
                copy_into(arcs[start[-1] :], cut[: state[2]])
                start.append(start[-1] + state[2])
            if not _lower(net, left, active, mark, stamp, part, cut, state, least):
                active[t] = False
                break
        else:
            active[t] = False
    return Ascent(bound, left, np.array(start), arcs[: start[-1]])


def needed_arcs(net: Network, left: Floats, most: float) -> Bools:
    """Tell which arcs a tree can have whose cost is at most `most` above the bound.

    An arc is of no use when the cheapest way, at reduced costs, from the root through it to a
    terminal already costs more.
    """
    n = len(net.terminal)
    forward = csr_array((left, net.head, net.out_ptr), shape=(n, n))
    backward = csr_array((left[net.in_arc], net.tail[net.in_arc], net.in_ptr), shape=(n, n))
    reach = dijkstra(forward, indices=0)
    onward = dijkstra(backward, indices=np.flatnonzero(net.terminal), min_only=True)
    needed: Bools = reach[net.tail] + left + onward[net.head] <= most
    return needed
