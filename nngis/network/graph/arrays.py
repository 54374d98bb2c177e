"""A road graph from nodes and edges."""

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from nngis.arrays import Array, Objects
from nngis.errors import LayerError, require
from nngis.network.graph.core import assemble
from nngis.network.graph.edges import Edges, faults, not_in_metres, repeated
from nngis.network.graph.parts import components, main_part_share
from nngis.network.graph.report import Built, GraphReport
from nngis.network.graph.shapes import Shapes, shapes_of


def graph_from_arrays(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    edge_from: npt.ArrayLike,
    edge_to: npt.ArrayLike,
    length_m: npt.ArrayLike,
    *,
    crs: CRS | str,
    oneway: npt.ArrayLike | None = None,
    time_s: npt.ArrayLike | None = None,
    back_time_s: npt.ArrayLike | None = None,
    geometry: Objects | Shapes | None = None,
    row: npt.ArrayLike | None = None,
) -> Built:
    """Build a graph from nodes and edges.

    Edges that begin and end at one node and have no length are dropped, and so are exact
    repetitions of another edge (same ends, length, direction, time and course). An edge of no
    length between two nodes is kept: it joins them.

    Parameters
    ----------
    x, y : (n_nodes,) array
        Easting and northing of the nodes [m].
    edge_from, edge_to : (n_edges,) int array
        End nodes of each edge.
    length_m : (n_edges,) array
        Length of each edge [m], not negative.
    crs : CRS or str
        Coordinate reference system of the coordinates; projected, in metres.
    oneway : (n_edges,) array of {-1, 0, 1}, optional
        1 open from `edge_from` to `edge_to` only, -1 the other way only, 0 both. Both, if absent.
    time_s : (n_edges,) array, optional
        Driving time along each edge [s].
    back_time_s : (n_edges,) array, optional
        Driving time the other way [s], where it differs.
    geometry : (n_edges,) object array or Shapes, optional
        LineStrings from `edge_from` to `edge_to`; straight edges, if absent.
    row : (n_edges,) int array, optional
        Position of the input row of each edge; its own position, if absent.

    Returns
    -------
    graph : Graph
        The graph.
    report : GraphReport
        What was dropped, and in how many parts the graph lies.

    Raises
    ------
    LayerError
        If lengths or times are negative or missing, coordinates are missing, ends do not exist,
        or arrays differ in length. Every fault is told at once, with the number of edges that
        are sound.

    Examples
    --------
    Three nodes in a row, the second piece open eastwards only:

    >>> graph, report = graph_from_arrays([0, 100, 300], [0, 0, 0], [0, 1], [1, 2], [100, 200],
    ...                                   crs="EPSG:4547", oneway=[0, 1])
    >>> graph.indptr.tolist(), graph.indices.tolist(), graph.length_m.tolist()
    ([0, 1, 3, 3], [1, 2, 0], [100.0, 200.0, 100.0])
    >>> report.components
    1
    """
    nodes = _writable(x, np.float64), _writable(y, np.float64)
    length = _writable(length_m, np.float64)
    n = length.size
    edges = Edges(
        tail=_writable(edge_from, np.int32),
        head=_writable(edge_to, np.int32),
        length_m=length,
        oneway=np.zeros(n, np.int8) if oneway is None else _writable(oneway, np.int8),
        time_s=None if time_s is None else _writable(time_s, np.float64),
        back_time_s=None if back_time_s is None else _writable(back_time_s, np.float64),
        course=_course(geometry, n),
        row=np.arange(n) if row is None else _writable(row, np.intp),
    )
    crs = CRS.from_user_input(crs)
    require([*not_in_metres(crs, n, "crs"), *faults(*nodes, edges)], LayerError)
    empty = (edges.tail == edges.head) & (edges.length_m <= 0)
    twice = repeated(edges) & ~empty
    graph = assemble(*nodes, edges.take(~(empty | twice)), crs=crs)
    parts = components(graph)
    report = GraphReport(
        rows_in=n,
        nodes=graph.n_nodes,
        edges=graph.n_edges,
        components=len(parts),
        main_part_share=main_part_share(parts),
        zero_length_dropped=int(empty.sum()),
        repeated_dropped=int(twice.sum()),
    )
    return Built(graph, report)


def _writable(values: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    """Give an array of one type and layout: the compiled loops are built for that one only."""
    return np.require(np.asarray(values), dtype, ["C", "W"])


def _course(geometry: Objects | Shapes | None, n: int) -> Shapes | None:
    """Courses of n edges, from LineStrings or as they are."""
    if geometry is None or isinstance(geometry, Shapes):
        return geometry
    lines = np.asarray(geometry)
    fit = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    fit &= ~shapely.is_empty(lines)
    if lines.size != n or not fit.all():
        raise LayerError(
            f"geometry 应为 {n} 条非空的 LineString，现有 {lines.size} 个，其中 "
            f"{int(fit.sum())} 个合格。",
            f"geometry must be {n} LineStrings that are not empty; there are {lines.size}, of "
            f"which {int(fit.sum())} will do.",
            where="geometry",
        )
    return shapes_of(lines)
