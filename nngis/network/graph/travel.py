"""What a way costs: limits in metres or seconds, access legs, ways along one edge."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nngis.arrays import Floats, Ints, Offsets
from nngis.budgets import PAIRS, budget, over_budget
from nngis.crs import INCLUSION_TOLERANCE_M
from nngis.errors import LayerError, ParameterError, Problem, require
from nngis.network.graph.core import Arcs, Graph
from nngis.network.graph.snap import Legs, Snap

Direction = Literal["to_facility", "from_facility"]

#: Speed on the access leg [km/h]: the lanes that a road layer leaves out are driven at what OSRM's
#: car profile gives a service road.
ACCESS_KM_H = 15.0


@dataclass(frozen=True, eq=False)
class Measure:
    """What a search adds up, and how far it goes.

    Parameters
    ----------
    cost, second : (n_arcs,) float array
        What is minimised, and what is counted beside it.
    access, access_second : float
        The same for one metre of access leg.
    limit : float
        How far the search goes, access legs included.
    timed : bool
        Whether `cost` is time [s] and `second` length [m]; else both are length.
    """

    cost: Floats
    second: Floats
    access: float
    access_second: float
    limit: float
    timed: bool


def measure(
    graph: Graph, *, limit_m: float | None, limit_s: float | None, access_km_h: float = ACCESS_KM_H
) -> Measure:
    """Turn a limit in metres or in seconds into what a search needs."""
    found = []
    if (limit_m is None) == (limit_s is None):
        found.append(
            Problem(
                "limit_m 与 limit_s 须给出且只能给出一个。",
                "Give limit_m or limit_s, one of them and not both.",
                where="limit_m, limit_s",
            )
        )
    for name, value in (("limit_m", limit_m), ("limit_s", limit_s)):
        if value is not None and not value >= 0:
            found.append(
                Problem(
                    f"{name} 为 {value}，应不小于零。",
                    f"{name} is {value}; it must be zero or more.",
                    where=name,
                )
            )
    if not access_km_h > 0:
        found.append(
            Problem(
                f"access_km_h 为 {access_km_h}，应大于零。",
                f"access_km_h is {access_km_h}; it must be above zero.",
                where="access_km_h",
            )
        )
    require(found, ParameterError)
    if limit_s is None:
        limit = float(limit_m or 0.0) + INCLUSION_TOLERANCE_M
        return Measure(graph.length_m, graph.length_m, 1.0, 1.0, limit, timed=False)
    per_metre = 3.6 / access_km_h
    return Measure(
        graph.weight("time_s"), graph.length_m, per_metre, 1.0, float(limit_s), timed=True
    )


def search_arcs(arcs: Arcs, how: Measure) -> tuple[Ints, Ints, Floats]:
    """Lay out the costs of the arcs in the order in which a search uses them."""
    weight = np.empty((arcs.arc.size, 2))
    weight[:, 0], weight[:, 1] = how.cost[arcs.arc], how.second[arcs.arc]
    return arcs.indptr, arcs.indices, weight


def seeds(entries: Legs, places: Snap, how: Measure) -> tuple[Ints, Floats, Floats]:
    """Find where each source enters the graph."""
    cost = entries.cost(how.cost, places.distance_m * how.access)
    second = entries.cost(how.second, places.distance_m * how.access_second)
    return entries.node, cost, second


def ports(
    graph: Graph, exits: Legs, places: Snap, how: Measure
) -> tuple[Offsets, Ints, Floats, Floats]:
    """List by node which targets can be reached from it."""
    target, slot = np.nonzero(exits.open)
    node = exits.node[target, slot]
    order = np.argsort(node, kind="stable")
    pick = (target[order], slot[order])
    start = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=graph.n_nodes))])
    cost = exits.cost(how.cost, places.distance_m * how.access)[pick]
    second = exits.cost(how.second, places.distance_m * how.access_second)[pick]
    return start, pick[0].astype(np.int32), cost, second


def direct(
    graph: Graph, sources: Snap, targets: Snap, how: Measure, *, with_traffic: bool
) -> tuple[Offsets, Ints, Floats, Floats]:
    """Price the ways that stay on one edge, for all pairs on the same edge."""
    order = np.argsort(targets.edge, kind="stable")
    sorted_edge = targets.edge[order]
    low = np.searchsorted(sorted_edge, sources.edge, "left")
    count = np.searchsorted(sorted_edge, sources.edge, "right") - low
    start = np.concatenate([[0], np.cumsum(count)])
    over_budget("pairs", int(start[-1]), budget("pairs", PAIRS), "", LayerError)
    source = np.repeat(np.arange(sources.edge.size), count)
    target = order[np.arange(start[-1]) - np.repeat(start[:-1] - low, count)]
    ahead = targets.share[target] - sources.share[source]
    if not with_traffic:
        ahead = -ahead
    edge = sources.edge[source]
    arc = np.where(ahead >= 0, graph.forward_arc[edge], graph.backward_arc[edge])
    leg_m = sources.distance_m[source] + targets.distance_m[target]
    along = np.abs(ahead)
    cost = leg_m * how.access + along * how.cost[arc]
    second = leg_m * how.access_second + along * how.second[arc]
    return start, target.astype(np.int32), np.where((arc >= 0) | (ahead == 0), cost, np.inf), second


def nearest_direct(
    graph: Graph, sources: Snap, targets: Snap, how: Measure, *, with_traffic: bool
) -> tuple[Floats, Floats, Floats]:
    """Find for each source the nearest target on its own edge."""
    start, target, cost, second = direct(graph, sources, targets, how, with_traffic=with_traffic)
    source = np.repeat(np.arange(sources.edge.size), np.diff(start))
    order = np.lexsort((target, cost, source))
    source, first = np.unique(source[order], return_index=True)
    found = np.full((3, sources.edge.size), np.inf)
    found[:, source] = np.stack([cost, second, target])[:, order[first]]
    return found[0], found[1], found[2]
