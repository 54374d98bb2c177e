"""Ways by road as lines: from each demand to its nearest facility."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Floats, Objects, Positions
from nngis.network._numba_links import ways_back
from nngis.network.graph.core import Graph
from nngis.network.graph.shapes import Shapes, cut, lines_of
from nngis.network.road_links import NearestFacility


def paths(
    graph: Graph, nearest: NearestFacility, demand_ids: npt.ArrayLike | None = None
) -> gpd.GeoDataFrame:
    """Draw the way between demands and their nearest facilities.

    Parameters
    ----------
    graph : Graph
        The graph that was searched.
    nearest : NearestFacility
        What `nearest_facility` returned.
    demand_ids : sequence of str, optional
        Which demands; all that have a row in `nearest.links`, if absent. Others have no row.

    Returns
    -------
    GeoDataFrame
        `demand_id`, `facility_id`, `distance_m` (and `time_s`) as in the links, `edges` (array
        of the edges used, in driving order) and the way on the road as a LineString, from where
        the demand meets the road to where the facility does; the other way round if the search
        was from the facility. Access legs are in `distance_m` and not in the line.
    """
    links = nearest.links
    if demand_ids is not None:
        links = links[links["demand_id"].isin(np.asarray(demand_ids))]
    links = links.reset_index(drop=True)
    at = nearest.demand.ids[nearest.demand.position].get_indexer(pd.Index(links["demand_id"]))
    way, edge, start, end = _pieces(graph, nearest, at)
    lines = _joined(graph.shapes, way, edge, (start, end), len(links))
    edges = np.split(edge, np.cumsum(np.bincount(way, minlength=len(links))))[:-1]
    if nearest.direction == "from_facility":
        lines, edges = shapely.reverse(lines), [part[::-1] for part in edges]
    return gpd.GeoDataFrame(links.assign(edges=edges), geometry=lines, crs=graph.crs)


def _pieces(
    graph: Graph, nearest: NearestFacility, at: Positions
) -> tuple[Positions, Positions, Floats, Floats]:
    """List the parts of edges between demands and facilities, as shares, way after way.

    `way` counts the demands of `at`; the parts of one way stand in the order in which they are
    met when going from the demand to the facility. A part of no length is left out, except where
    the whole way has none.
    """
    arcs, own = nearest.arcs, nearest.demand.places.take(at)
    there = nearest.facilities.places.take(nearest.facility[at])
    via, all_ways = nearest.via[at], np.arange(at.size)
    over_node = np.flatnonzero(via < 2)  # noqa: PLR2004
    ends = np.stack([graph.edge_from[own.edge], graph.edge_to[own.edge]])
    node = ends[via[over_node], over_node]
    parent = np.repeat(np.arange(graph.n_nodes, dtype=np.int32), np.diff(arcs.indptr))
    first, arc = ways_back(node, nearest.came[:, 1].copy(), parent)
    # The search came from the facility; the way goes back against its steps.
    against = arcs.upward[arc].astype(np.float64)
    arrival = (nearest.came[node, 0] % 2).astype(np.float64)
    way = np.concatenate([all_ways, np.repeat(over_node, np.diff(first)), over_node])
    edge = np.concatenate([own.edge, graph.edge_id[arcs.arc[arc]], there.edge[over_node]])
    start = np.concatenate([own.share, against, arrival])
    leave = np.where(via < 2, via, there.share)  # noqa: PLR2004
    end = np.concatenate([leave, 1.0 - against, there.share[over_node]])
    order = np.argsort(way, kind="stable")
    way, edge, start, end = way[order], edge[order], start[order], end[order]
    moves = start != end
    still = np.bincount(way, weights=moves, minlength=at.size)[way] == 0
    keep = moves | (still & (np.diff(way, prepend=-1) > 0))
    return way[keep], edge[keep], start[keep], end[keep]


def _joined(
    shapes: Shapes, way: Positions, edge: Positions, span: tuple[Floats, Floats], n: int
) -> Objects:
    """Join the parts of each way into one line."""
    whole_m = shapes.length_m[edge]
    parts = cut(shapes, edge, span[0] * whole_m, span[1] * whole_m)
    count = np.diff(parts.first)
    follows = np.diff(way, prepend=-1) == 0
    keep = np.ones(len(parts.xy), bool)
    keep[parts.first[:-1][follows]] = False
    per_way = np.bincount(way, weights=count - follows, minlength=n).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(per_way)])
    return lines_of(Shapes(parts.xy[keep], first, parts.along_m[keep]))
