"""Reach by road: links within a limit, and the nearest facility."""

from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Floats, Ints, Positions
from nngis.network._numba_links import nearest_source
from nngis.network.graph.core import Arcs, Graph
from nngis.network.graph.places import Placed, check_layers, cut_off, place
from nngis.network.graph.snap import legs
from nngis.network.graph.travel import (
    ACCESS_KM_H,
    Direction,
    Measure,
    measure,
    nearest_direct,
    search_arcs,
    seeds,
)
from nngis.network.placed_links import links_table, search_links


class NetworkLinks(NamedTuple):
    """Links by road, and the points that could not take part.

    Parameters
    ----------
    links : DataFrame
        `demand_id`, `facility_id`, `distance_m`, as `nngis.solvers.links.make_links` sorts them;
        with a limit in seconds also `time_s`, and `distance_m` is that of the quickest way.
    left_out : DataFrame
        `id`, `role`, `why` (``no_point``, ``far`` or ``cut_off``), `distance_m` to the nearest
        road, `reason_zh`, `reason_en`: what is unknown, and why.
    """

    links: pd.DataFrame
    left_out: pd.DataFrame


def network(
    graph: Graph,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    limit_m: float | None = None,
    limit_s: float | None = None,
    direction: Direction = "to_facility",
    access_km_h: float = ACCESS_KM_H,
) -> NetworkLinks:
    """Find who can reach whom by road within a limit.

    A distance is the straight access leg of the demand to the nearest point of a road, the
    shortest way along the roads with one-way streets respected, and the straight leg to the
    facility. Where both stand on one road piece the way between them counts as it is. What is
    beyond the limit or unreachable has no row.

    One bounded search is run from each point of the smaller layer.

    Parameters
    ----------
    graph : Graph
        The road graph.
    demand, facilities : GeoDataFrame
        Points in the graph's CRS, ids in the index.
    max_snap_m : float
        Longest access leg [m].
    limit_m : float, optional
        Longest distance [m].
    limit_s : float, optional
        Longest driving time [s]; one of the two limits must be given.
    direction : {"to_facility", "from_facility"}
        Which way is driven: from the demand to the facility (people going to a station), or from
        the facility to the demand (deliveries, ambulances).
    access_km_h : float
        Speed on access legs [km/h]; only used with `limit_s`.

    Returns
    -------
    links : DataFrame
        `demand_id`, `facility_id`, `distance_m`, and `time_s` with `limit_s`.
    left_out : DataFrame
        `id`, `role`, `why`, `distance_m`, `reason_zh`, `reason_en` of the points that are too far
        from any road, have no coordinates, or stand on roads that join them with nobody.

    Raises
    ------
    LayerError
        If a layer does not suit the graph.
    ParameterError
        If a limit is missing or out of bounds.

    Examples
    --------
    A street of 1 km; the demand lies 30 m beside it at 200 m, the facility on it at 900 m:

    >>> import geopandas as gpd
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([500_000, 501_000], [0, 0], [0], [1], [1000],
    ...                              crs="EPSG:4547")
    >>> demand = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_200, 500_500], [30, 999]),
    ...                           index=["a", "far"], crs="EPSG:4547")
    >>> station = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_900], [0]), index=["s"],
    ...                            crs="EPSG:4547")
    >>> found = network(graph, demand, station, limit_m=5000, max_snap_m=100)
    >>> found.links.round(3)
      demand_id facility_id  distance_m
    0         a           s       730.0
    >>> found.left_out[["id", "why", "reason_en"]].values.tolist()
    [['far', 'far', 'The nearest road is 999 m away, more than the 100 m allowed.']]
    """
    how = measure(graph, limit_m=limit_m, limit_s=limit_s, access_km_h=access_km_h)
    riders, stands = _both(graph, demand, facilities, max_snap_m)
    links = search_links(graph, riders, stands, how, direction)
    return NetworkLinks(links, _left_out(graph, riders, stands))


@dataclass(frozen=True, eq=False)
class NearestFacility:
    """The nearest facility of each demand, and the searches needed to draw the way.

    Parameters
    ----------
    links : DataFrame
        `demand_id`, `facility_id`, `distance_m` (and `time_s` with a limit in seconds), one row
        for each demand that reaches a facility.
    left_out : DataFrame
        As for `network`.
    demand, facilities : Placed
        Where the points stand on the graph.
    facility : (n,) int array
        For each placed demand, its facility among the placed ones; -1 where none.
    via : (n,) int array
        By which end of its own edge the demand is joined with it; 2 along that edge directly.
    came : (n_nodes, 2) int32 array
        For each node twice the facility from which the search came, plus the end of the facility's
        edge; and the arc, in the order of `arcs`, by which it came, -1 at that end itself.
    arcs : Arcs
        The order in which the search used the arcs.
    direction : {"to_facility", "from_facility"}
        Which way is driven.
    """

    links: pd.DataFrame
    left_out: pd.DataFrame
    demand: Placed
    facilities: Placed
    facility: Positions
    via: Positions
    came: Ints
    arcs: Arcs
    direction: Direction


def nearest_facility(
    graph: Graph,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    limit_m: float | None = None,
    limit_s: float | None = None,
    direction: Direction = "to_facility",
    access_km_h: float = ACCESS_KM_H,
) -> NearestFacility:
    """Find the nearest facility of each demand by road, in one search from all facilities.

    Distances are those of `network`; of facilities equally near the first is taken.

    Parameters
    ----------
    graph : Graph
        The road graph.
    demand, facilities : GeoDataFrame
        Points in the graph's CRS, ids in the index.
    max_snap_m : float
        Longest access leg [m].
    limit_m : float, optional
        Longest distance [m]; ``inf`` for none.
    limit_s : float, optional
        Longest driving time [s]; one of the two limits must be given.
    direction : {"to_facility", "from_facility"}
        Which way is driven.
    access_km_h : float
        Speed on access legs [km/h]; only used with `limit_s`.

    Returns
    -------
    NearestFacility
        `links` with at most one row a demand, `left_out`, and what
        `nngis.network.paths.paths` needs.

    Raises
    ------
    LayerError
        If a layer does not suit the graph.
    ParameterError
        If a limit is missing or out of bounds.

    Examples
    --------
    Two stations on a street of 1 km that is open eastwards only: the demand between them can
    drive to the eastern one alone, though the western one is nearer.

    >>> import geopandas as gpd
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([500_000, 501_000], [0, 0], [0], [1], [1000],
    ...                              crs="EPSG:4547", oneway=[1])
    >>> demand = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_300], [0]), index=["a"],
    ...                           crs="EPSG:4547")
    >>> stations = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_200, 500_900], [0, 0]),
    ...                             index=["west", "east"], crs="EPSG:4547")
    >>> found = nearest_facility(graph, demand, stations, limit_m=5000, max_snap_m=100)
    >>> found.links
      demand_id facility_id  distance_m
    0         a        east       600.0
    """
    how = measure(graph, limit_m=limit_m, limit_s=limit_s, access_km_h=access_km_h)
    riders, stands = _both(graph, demand, facilities, max_snap_m)
    with_traffic = direction == "from_facility"
    arcs, costs, came = _search_all(graph, stands, how, direction)
    back = legs(graph, riders.places, leaving=not with_traffic)
    leg_m = riders.places.distance_m
    # Three ways for each demand: over either end of its edge, or along the edge itself.
    cost, second, facility = (np.empty((riders.position.size, 3)) for _ in range(3))
    cost[:, :2] = costs[back.node, 0] + back.cost(how.cost, leg_m * how.access)
    second[:, :2] = costs[back.node, 1] + back.cost(how.second, leg_m * how.access_second)
    facility[:, :2] = came[back.node, 0] // 2
    cost[:, 2], second[:, 2], facility[:, 2] = nearest_direct(
        graph, riders.places, stands.places, how, with_traffic=not with_traffic
    )
    best = cost.min(axis=1)
    via = np.where(cost == best[:, None], facility, np.inf).argmin(axis=1)
    reached = np.flatnonzero(np.isfinite(best) & (best <= how.limit))
    pick = (reached, via[reached])
    chosen = np.full(riders.position.size, -1, np.intp)
    chosen[reached] = facility[pick]
    links = links_table(
        riders,
        stands,
        riders.position[reached],
        stands.position[chosen[reached]],
        (cost[pick], second[pick]),
        timed=how.timed,
    )
    return NearestFacility(
        links,
        _left_out(graph, riders, stands),
        riders,
        stands,
        chosen,
        via,
        came,
        arcs,
        direction,
    )


def nearest_of_nodes(
    graph: Graph,
    facilities: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    limit_m: float | None = None,
    limit_s: float | None = None,
    direction: Direction = "to_facility",
    access_km_h: float = ACCESS_KM_H,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the nearest facility of every node of the graph.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([500_000, 501_000], [0, 0], [0], [1], [1000],
    ...                              crs="EPSG:4547")
    >>> stations = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_300], [0]), index=["s"],
    ...                             crs="EPSG:4547")
    >>> nearest_of_nodes(graph, stations, limit_m=500, max_snap_m=100)[0]
      facility_id  distance_m
    0           s       300.0
    1         NaN         NaN
    """
    how = measure(graph, limit_m=limit_m, limit_s=limit_s, access_km_h=access_km_h)
    check_layers(graph, {"facility": facilities})
    stands = place(graph, facilities, "facility", max_snap_m=max_snap_m)
    _, costs, came = _search_all(graph, stands, how, direction)
    reached = came[:, 0] >= 0
    at = np.full(graph.n_nodes, -1, np.intp)
    at[reached] = stands.position[came[reached, 0] // 2]
    cost, second = (np.where(reached, costs[:, column], np.nan) for column in (0, 1))
    ids = pd.Series(stands.ids).reindex(at).array
    nodes = pd.DataFrame({"facility_id": ids, "distance_m": second if how.timed else cost})
    return nodes.assign(time_s=cost) if how.timed else nodes, stands.left_out


def _search_all(
    graph: Graph, stands: Placed, how: Measure, direction: Direction
) -> tuple[Arcs, Floats, Ints]:
    """Search from all facilities at once: the order of the arcs, costs, and where from."""
    with_traffic = direction == "from_facility"
    arcs = graph.out_arcs if with_traffic else graph.in_arcs
    entries = legs(graph, stands.places, leaving=with_traffic)
    costs, came = nearest_source(
        search_arcs(arcs, how), seeds(entries, stands.places, how), how.limit
    )
    return arcs, costs, came


def _both(
    graph: Graph, demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, max_snap_m: float
) -> tuple[Placed, Placed]:
    check_layers(graph, {"demand": demand, "facility": facilities})
    return (
        place(graph, demand, "demand", max_snap_m=max_snap_m),
        place(graph, facilities, "facility", max_snap_m=max_snap_m),
    )


def _left_out(graph: Graph, riders: Placed, stands: Placed) -> pd.DataFrame:
    tables = [
        riders.left_out,
        cut_off(graph, riders, stands),
        stands.left_out,
        cut_off(graph, stands, riders),
    ]
    return pd.concat(tables, ignore_index=True)
