"""The allocation that may split demands: exact, with prices of capacity on the side of more."""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Floats
from nngis.solvers.allocate._question import Question
from nngis.solvers.allocate._simplex import Arcs, Flow, Ints, cheapest_detour, cheapest_flow

EQUAL = 1e-9
"""Distances closer than this share of the longest link are equal: the noise of adding floats."""


DETOUR = 1e3
"""How much coarser ways of several arcs are compared: what is equal arc by arc adds up on them."""


@dataclass(frozen=True)
class Relaxed:
    """The best allocation when demands may be split, and what it proves.

    Parameters
    ----------
    counted : (n,) int array
        What each link carries, in the question's unit.
    served, load_distance_m : float
        Bounds of any allocation, split or not: added up from the prices, not from the flow. The
        second holds for allocations that serve as much as the first says.
    link_rank, link_cost_m : (n,) array
        Reduced cost of a unit on each link: load lost, and load times distance [m] gained.
    facility_price, group_price : (f, 2), (g, 2) float array
        What one unit more of capacity changes: load served, load times distance [m].
    """

    counted: Ints
    served: float
    load_distance_m: float
    link_rank: Ints
    link_cost_m: Floats
    facility_price: Floats
    group_price: Floats


def relax(question: Question, unserved_m: float | None = None) -> Relaxed:
    """Serve most load, then at least load times distance, splitting demands where that helps."""
    arcs, supply, start = _network(question)
    if unserved_m is not None:
        cost = np.where(arcs.rank > 0, unserved_m, arcs.cost)
        arcs = arcs._replace(rank=np.zeros_like(arcs.rank), cost=cost)
    least = EQUAL * float(question.distance_m.max(initial=1.0))
    rooted = np.zeros(len(arcs.cap), bool)
    rooted[start[:-1]] = True
    flow = cheapest_flow(arcs._replace(cap=np.maximum(arcs.cap, rooted)), supply, start, least)
    rank = arcs.rank + flow.rank[arcs.tail] - flow.rank[arcs.head]
    cost = arcs.cost + flow.cost[arcs.tail] - flow.cost[arcs.head]
    full = np.where((rank < 0) | ((rank == 0) & (cost < 0.0)), arcs.cap, 0)
    lost = -(supply @ flow.rank) + rank @ full
    distance = -(supply @ flow.cost) + cost @ full
    n = len(question.demand_at)
    prices = _prices(question, arcs, flow, least)
    return Relaxed(
        counted=flow.flow[:n],
        served=float(question.load.sum()) - float(lost) * question.unit,
        load_distance_m=float(distance) * question.unit,
        link_rank=rank[:n],
        link_cost_m=cost[:n],
        facility_price=prices[: len(question.capacity)],
        group_price=prices[len(question.capacity) :],
    )


def _network(question: Question) -> tuple[Arcs, Ints, Ints]:
    """Lay out links, then what stays unserved, then facilities, then groups; the root is last."""
    n, d = len(question.demand_at), len(question.load)
    f, g = len(question.capacity), len(question.group_capacity)
    root = d + f + g
    load = question.counted(question.load)
    room = question.counted(np.concatenate([question.capacity, question.group_capacity]))
    onward = np.where(question.group_at >= 0, d + f + question.group_at, root)
    tail = np.concatenate([question.demand_at, np.arange(root)])
    heads = (d + question.facility_at, np.full(d, root), onward, np.full(g, root))
    closed = (np.append(room[f:], 1)[question.group_at] == 0) | (room[:f] == 0)
    linked = np.where(closed[question.facility_at], 0, load[question.demand_at])
    arcs = Arcs(
        tail,
        np.concatenate(heads),
        np.concatenate([linked, load + 1, room]),
        np.repeat(np.array([0, 1, 0]), [n, d, f + g]),
        np.concatenate([question.distance_m, np.zeros(root)]),
    )
    supply = np.concatenate([load, np.zeros(f + g + 1, np.int64)])
    return arcs, supply, np.concatenate([n + np.arange(root), [-1]])


def _prices(question: Question, arcs: Arcs, flow: Flow, least: float) -> Floats:
    """Price facilities and groups that are full; where there is room, more changes nothing."""
    n, d = len(question.demand_at), len(question.load)
    root = len(flow.parent) - 1
    ends = np.concatenate([arcs.tail, arcs.head])
    order = np.argsort(ends, kind="stable")
    at = order % len(arcs.tail), np.searchsorted(ends[order], np.arange(root + 2))
    own = n + d + np.arange(root - d)
    load = question.counted(question.load)[question.demand_at]
    arcs = arcs._replace(cap=np.concatenate([load, arcs.cap[n:]]))
    full = flow.flow[own] == arcs.cap[own]
    prices = np.zeros((root - d, 2))
    for source in np.unique(arcs.head[own[full]]):
        rank, cost = cheapest_detour(arcs, flow, source, at, DETOUR * least)
        here = full & (arcs.head[own] == source)
        rank, cost = rank[d + np.flatnonzero(here)], cost[d + np.flatnonzero(here)]
        helps = (rank < 0) | ((rank == 0) & (cost < -DETOUR * least))
        prices[here] = np.where(helps[:, None], np.column_stack([-rank, cost]), 0.0)
    return prices
