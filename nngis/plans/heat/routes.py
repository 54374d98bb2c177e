"""Where pipes can run: the roads and the pipes that exist, with every boiler and plant on them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import KDTree

from nngis.arrays import Bools, Floats
from nngis.crs import ground_distance_m
from nngis.network.graph import Graph, graph_for_pipes, graph_from_arrays, snap
from nngis.network.graph.shapes import Shapes, cut, straight_shapes
from nngis.text import Text

NEIGHBOURS = 6  # lines across country from each point
TOLERANCE_M = 1.0  # loose ends nearer than this are one junction


@dataclass(frozen=True, eq=False)
class Routes:
    """A graph of possible pipes on which every boiler and plant is a node.

    Parameters
    ----------
    graph : Graph
        Road pieces, pipes that exist, legs from points to the nearest of them, and lines across
        country from each point to its neighbours.
    by_road : Graph
        The same nodes without the lines across country.
    node : Series of int
        Node of each point, by its id; points too far from everything are not in it.
    exists : (n_edges,) bool array
        Whether a pipe lies there already.
    off_road : (n_edges,) bool array
        Whether it leads across country.
    said : tuple of Text
        What happened when the graph was built.
    """

    graph: Graph
    by_road: Graph
    node: pd.Series
    exists: Bools
    off_road: Bools
    said: tuple[Text, ...]


def lay_routes(
    roads: gpd.GeoDataFrame,
    pipes: gpd.GeoDataFrame | None,
    points: gpd.GeoSeries,
    *,
    off_road_max_m: float,
    detour_ratio: float,
) -> Routes:
    """Put points on the roads, each joined to the nearest place by a leg of its own.

    Pipes may run against the traffic, so one-way streets are not asked for. Roads are cut where a
    leg meets them. Off the roads, on legs and on lines between neighbours, a straight metre counts
    for as many as the detour says.

    Examples
    --------
    A street of 1 km and a boiler 30 m beside its middle: three pieces and four nodes.

    >>> from shapely import LineString, Point
    >>> x, y = 500_000, 2_500_000
    >>> roads = gpd.GeoDataFrame(geometry=[LineString([(x, y), (x + 1000, y)])], crs="EPSG:4547")
    >>> boiler = gpd.GeoSeries([Point(x + 500, y + 30)], index=["b"], crs="EPSG:4547")
    >>> routes = lay_routes(roads, None, boiler, off_road_max_m=100.0, detour_ratio=1.0)
    >>> routes.graph.n_edges, routes.graph.n_nodes, int(routes.node["b"])
    (3, 4, 3)
    """
    # Of a pipe and a road on the same course the first is kept.
    count = 0 if pipes is None else len(pipes)
    lines = roads if pipes is None else pd.concat([pipes[["geometry"]], roads], ignore_index=True)
    base, report = graph_for_pipes(lines, tolerance_m=TOLERANCE_M)
    x, y = shapely.get_x(points.to_numpy()), shapely.get_y(points.to_numpy())
    place = snap(base, x, y, max_snap_m=off_road_max_m)
    at = np.flatnonzero(np.isfinite(x + y))
    near = place.ok[at]
    edge, share = place.edge[at][near].astype(np.intp), place.share[at][near]

    inner = (share > 0) & (share < 1)
    feet, first_feet, foot = np.unique(
        np.column_stack([edge[inner].astype(float), share[inner]]),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    piece_edge, piece_share, piece_node = _pieces(base, feet)
    meets = np.where(share > 0, base.edge_to[edge], base.edge_from[edge]).astype(np.intp)
    meets[inner] = base.n_nodes + foot.ravel()
    own = base.n_nodes + len(feet) + np.arange(at.size)
    foot_x, foot_y = (axis[at][near][inner][first_feet] for axis in (place.x, place.y))
    xs, ys = np.concatenate([base.x, foot_x, x[at]]), np.concatenate([base.y, foot_y, y[at]])

    whole = base.shapes.length_m[piece_edge]
    drawn = cut(base.shapes, piece_edge, piece_share[0] * whole, piece_share[1] * whole)
    length = base.edge_length_m[piece_edge] * (piece_share[1] - piece_share[0])
    legs = np.stack([own[near], meets])
    across = own[_neighbours(x[at], y[at], off_road_max_m)]
    off = np.concatenate([legs, across], axis=1)
    off_m = ground_distance_m(xs[off[0]], ys[off[0]], xs[off[1]], ys[off[1]], roads.crs)
    straight = straight_shapes(xs[off[0]], ys[off[0]], xs[off[1]], ys[off[1]])
    ends = np.concatenate([piece_node, off], axis=1)
    metres = np.concatenate([length, off_m * detour_ratio])
    shapes = _joined(drawn, straight)

    def built(count: int) -> Graph:
        some = np.arange(count)
        part = (xs, ys, ends[0, some], ends[1, some], metres[some])
        return graph_from_arrays(*part, crs=roads.crs, geometry=shapes.take(some)).graph

    graph = built(metres.size)
    laid = np.zeros(metres.size, bool)
    laid[: length.size] = base.row[piece_edge] < count
    return Routes(
        graph=graph,
        by_road=built(metres.size - across.shape[1]),
        node=pd.Series(own, index=points.index[at]),
        exists=laid[graph.row],
        off_road=graph.row >= length.size,
        said=report.sentences(),
    )


def _neighbours(x: Floats, y: Floats, most_m: float) -> npt.NDArray[np.intp]:
    """Pair each point with its nearest few, each pair once."""
    xy = np.column_stack([x, y])
    if len(xy) < 2:  # noqa: PLR2004 -- a pair needs two
        return np.empty((2, 0), dtype=np.intp)
    _, found = KDTree(xy).query(xy, k=min(NEIGHBOURS + 1, len(xy)), distance_upper_bound=most_m)
    first = np.repeat(np.arange(len(xy)), found.shape[1])
    second = found.ravel()
    pair = np.stack([np.minimum(first, second), np.maximum(first, second)])
    return np.unique(pair[:, (first != second) & (second < len(xy))], axis=1).astype(np.intp)


def _pieces(base: Graph, feet: Floats) -> tuple[npt.NDArray[np.intp], Floats, npt.NDArray[np.intp]]:
    """Cut edges at feet, given as (edge, share): the edge of each piece, its shares and nodes."""
    every = np.arange(base.n_edges)
    edge = np.concatenate([every, feet[:, 0].astype(np.intp), every])
    share = np.concatenate([np.zeros(every.size), feet[:, 1], np.ones(every.size)])
    new = base.n_nodes + np.arange(len(feet))
    node = np.concatenate([base.edge_from, new, base.edge_to]).astype(np.intp)
    order = np.lexsort((share, edge))
    edge, share, node = edge[order], share[order], node[order]
    start = np.flatnonzero(edge[1:] == edge[:-1])
    return (
        edge[start],
        np.stack([share[start], share[start + 1]]),
        np.stack([node[start], node[start + 1]]),
    )


def _joined(a: Shapes, b: Shapes) -> Shapes:
    return Shapes(
        np.concatenate([a.xy, b.xy]),
        np.concatenate([a.first, a.first[-1] + b.first[1:]]),
        np.concatenate([a.along_m, b.along_m]),
    )
