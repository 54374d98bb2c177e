"""Links by road between points that stand on the graph already."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Floats, Positions
from nngis.budgets import PAIRS, budget, over_budget
from nngis.errors import LayerError
from nngis.network._numba_links import links_within
from nngis.network.graph.core import Graph
from nngis.network.graph.places import Placed, Role, check_layers, place
from nngis.network.graph.snap import legs
from nngis.network.graph.travel import (
    Direction,
    Measure,
    direct,
    measure,
    ports,
    search_arcs,
    seeds,
)
from nngis.solvers.links import make_links


def put_on_roads(
    graph: Graph, points: gpd.GeoDataFrame, role: Role, *, max_snap_m: float
) -> Placed:
    """Put points on the graph, to be linked again and again.

    Parameters
    ----------
    graph : Graph
        The road graph.
    points : GeoDataFrame
        Points in the graph's CRS, ids in the index.
    role : {"demand", "facility"}
        What they are.
    max_snap_m : float
        Longest access leg [m].

    Returns
    -------
    Placed
        Where they stand; those too far from any road, or without a place, do not.

    Raises
    ------
    LayerError
        If they do not suit the graph.
    """
    check_layers(graph, {role: points})
    return place(graph, points, role, max_snap_m=max_snap_m)


def links_of_placed(
    graph: Graph, riders: Placed, stands: Placed, *, limit_m: float
) -> pd.DataFrame:
    """Find the links of `network`, to the facility, between points that are on the graph.

    Parameters
    ----------
    graph : Graph
        The road graph.
    riders, stands : Placed
        Demand and facilities, as `put_on_roads` puts them.
    limit_m : float
        Longest distance [m].

    Returns
    -------
    DataFrame
        `demand_id`, `facility_id`, `distance_m` [m].
    """
    return search_links(graph, riders, stands, measure(graph, limit_m=limit_m, limit_s=None))


def search_links(
    graph: Graph,
    riders: Placed,
    stands: Placed,
    how: Measure,
    direction: Direction = "to_facility",
) -> pd.DataFrame:
    """Run one bounded search from each point of the smaller layer."""
    swap = riders.position.size < stands.position.size
    sources, targets = (riders, stands) if swap else (stands, riders)
    with_traffic = (sources.role == "demand") == (direction == "to_facility")
    arcs = graph.out_arcs if with_traffic else graph.in_arcs
    source_legs = legs(graph, sources.places, leaving=with_traffic)
    target_legs = legs(graph, targets.places, leaving=not with_traffic)
    limit, many = budget("pairs", PAIRS), sources.position.size
    source_at, target_at, cost, second = links_within(
        search_arcs(arcs, how),
        seeds(source_legs, sources.places, how),
        ports(graph, target_legs, targets.places, how),
        direct(graph, sources.places, targets.places, how, with_traffic=with_traffic),
        targets.position.size,
        how.limit,
        limit,
    )
    if cost.size > limit:  # it ended there; the sources that are left have as many each
        over_budget("pairs", int(cost.size / (source_at[-1] + 1) * many), limit, "", LayerError)
    source_at, target_at = sources.position[source_at], targets.position[target_at]
    demand_at, facility_at = (source_at, target_at) if swap else (target_at, source_at)
    return links_table(riders, stands, demand_at, facility_at, (cost, second), timed=how.timed)


def links_table(
    riders: Placed,
    stands: Placed,
    demand_at: Positions,
    facility_at: Positions,
    costs: tuple[Floats, Floats],
    *,
    timed: bool,
) -> pd.DataFrame:
    """Links as `make_links` makes them, with the time beside the distance where it was asked."""
    cost, second = costs
    if not timed:
        return make_links(riders.ids, stands.ids, demand_at, facility_at, cost)
    links = make_links(riders.ids, stands.ids, demand_at, facility_at, second)
    return links.assign(time_s=cost[np.lexsort((facility_at, second, demand_at))])
