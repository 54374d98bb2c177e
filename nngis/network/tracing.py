"""Upstream tracing on a network of pipes: which of them lead to a plant or an outfall."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.spatial import KDTree

from nngis.arrays import Positions
from nngis.crs.place import with_place

JOIN_M = 1.0  # pipe ends this near are one manhole
REACH_M = 200.0  # a plant or outfall stands this near to its last pipe


def pipe_nodes(sewers: gpd.GeoDataFrame) -> tuple[Positions, Positions]:
    """Give every end of a pipe its node; ends that lie together share one.

    Parameters
    ----------
    sewers : GeoDataFrame
        Lines in the work CRS, drawn in the direction of flow.

    Returns
    -------
    start, end : (n,) int ndarray
        Node of each line's first and last point.
    """
    shape = sewers.geometry.to_numpy()
    ends = np.concatenate([shapely.get_point(shape, 0), shapely.get_point(shape, -1)])
    xy = shapely.get_coordinates(ends)
    cell = np.round(xy / JOIN_M).astype(np.int64)
    _, node = np.unique(cell, axis=0, return_inverse=True)
    node = node.ravel()
    return node[: len(shape)], node[len(shape) :]


def backwards(start: Positions, end: Positions) -> csr_array:
    """Make the graph that leads against the flow.

    Parameters
    ----------
    start, end : (n,) int array
        Upstream and downstream node of each pipe.

    Returns
    -------
    csr_array
        From each pipe's end to its start.
    """
    size = int(max(start.max(initial=-1), end.max(initial=-1))) + 1
    return coo_array((np.ones(len(start)), (end, start)), shape=(size, size)).tocsr()


def upstream(graph: csr_array, node: int) -> Positions:
    """Find the nodes whose water comes by a node.

    Parameters
    ----------
    graph : csr_array
        As `backwards` makes it.
    node : int
        The node.

    Returns
    -------
    (n,) int array
        The node itself and all above it.

    Examples
    --------
    Two pipes meet in node 2, one leads on to 3, and one of another system ends in 4:

    >>> graph = backwards(np.array([0, 1, 2, 5]), np.array([2, 2, 3, 4]))
    >>> sorted(upstream(graph, 3).tolist())
    [0, 1, 2, 3]
    """
    found: Positions = breadth_first_order(graph, node, return_predecessors=False)
    return found


def trace_from(points: gpd.GeoDataFrame, pipes: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Trace the pipes upstream of each point.

    Parameters
    ----------
    points : GeoDataFrame
        Plants or outfalls in the work CRS.
    pipes : GeoDataFrame
        Lines drawn in the direction of flow.

    Returns
    -------
    found : DataFrame
        On the points' index: `upstream_km`, `pipes_count`; missing where no pipe ends near.
    belongs : Series
        On the index of the pipes that have a place: id of the point it leads to, the first where
        it leads to several.
    """
    here, lines = with_place(points), with_place(pipes)
    start, end = pipe_nodes(lines)
    graph = backwards(start, end)
    # A pipe belongs to the node it ends in, so a node's pipes and their length are known at once.
    length = np.bincount(end, weights=lines.length.to_numpy() / 1000, minlength=graph.shape[0])
    count = np.bincount(end, minlength=graph.shape[0])
    owner = np.full(graph.shape[0], -1, dtype=np.intp)
    found = pd.DataFrame({"upstream_km": np.nan, "pipes_count": np.nan}, index=points.index)
    names = np.array([*here.index, None], dtype=object)
    if len(here) and len(lines):
        last = shapely.get_coordinates(shapely.get_point(lines.geometry.to_numpy(), -1))
        distance, pipe = KDTree(last).query(here.get_coordinates().to_numpy())
        for at in np.flatnonzero(distance <= REACH_M):
            nodes = upstream(graph, int(end[pipe[at]]))
            row = [float(length[nodes].sum()), float(count[nodes].sum())]
            found.loc[here.index[at], ["upstream_km", "pipes_count"]] = row
            owner[nodes[owner[nodes] < 0]] = at
    return found, pd.Series(names[owner[end]], index=lines.index, dtype="object")
