"""The road graph as plain arrays: arcs in CSR order, road pieces, node coordinates."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from nngis.errors import LayerError, require
from nngis.kernel.graph.edges import Edges, Floats, Ints, faults, not_in_metres, repeated
from nngis.kernel.graph.grid import SegmentGrid, segment_grid
from nngis.kernel.graph.report import Built, GraphReport
from nngis.kernel.graph.shapes import Shapes, lines_of, shapes_of, straight_shapes

Weight = Literal["length_m", "time_s"]


class Arcs(NamedTuple):
    """The arcs in the order in which a search leaves each node.

    Parameters
    ----------
    indptr : (n_nodes + 1,) int32 array
        Where each node's arcs begin.
    indices : (n_arcs,) int32 array
        The node each arc leads the search to.
    arc : (n_arcs,) int32 array
        The graph's own arc.
    upward : (n_arcs,) bool array
        Whether the search moves along the road piece as it was drawn.
    """

    indptr: Ints
    indices: Ints
    arc: Ints
    upward: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Graph:
    """A road graph: nodes, road pieces (edges), and the directions (arcs) they are open in.

    Parameters
    ----------
    x, y : (n_nodes,) float array
        Easting and northing of the nodes in the work CRS [m].
    indptr : (n_nodes + 1,) int32 array
        The arcs that leave node ``i`` are ``indptr[i]:indptr[i + 1]``.
    indices : (n_arcs,) int32 array
        Head node of each arc.
    length_m : (n_arcs,) float array
        Length of each arc [m].
    time_s : (n_arcs,) float array or None
        Driving time of each arc [s]; None where no speed is known.
    edge_id : (n_arcs,) int32 array
        The edge each arc belongs to.
    edge_from, edge_to : (n_edges,) int32 array
        End nodes of each edge, in the order it was drawn.
    forward_arc, backward_arc : (n_edges,) int32 array
        The arc along and against the drawing of each edge; -1 where that way is closed.
    row : (n_edges,) int array
        Position of the input row (line, way, networkx edge) each edge comes from.
    course : Shapes or None
        The way each edge runs from `edge_from` to `edge_to`; None where every edge is straight.
    crs : CRS
        The work CRS: projected, in metres.
    """

    x: Floats
    y: Floats
    indptr: Ints
    indices: Ints
    length_m: Floats
    time_s: Floats | None
    edge_id: Ints
    edge_from: Ints
    edge_to: Ints
    forward_arc: Ints
    backward_arc: Ints
    row: npt.NDArray[np.intp]
    course: Shapes | None
    crs: CRS

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.x.size

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return self.edge_from.size

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return self.indices.size

    @cached_property
    def edge_length_m(self) -> Floats:
        """Length of each edge [m]."""
        some_arc = np.where(self.forward_arc >= 0, self.forward_arc, self.backward_arc)
        return self.length_m[some_arc]

    @cached_property
    def shapes(self) -> Shapes:
        """Course of each edge as flat coordinates."""
        if self.course is None:
            a, b = self.edge_from, self.edge_to
            return straight_shapes(self.x[a], self.y[a], self.x[b], self.y[b])
        return self.course

    @cached_property
    def geometry(self) -> npt.NDArray[np.object_]:
        """LineString of each edge."""
        return lines_of(self.shapes)

    @cached_property
    def grid(self) -> SegmentGrid:
        """Grid over the edges, for snapping points."""
        return segment_grid(self.shapes)

    @cached_property
    def component(self) -> Ints:
        """Number of the connected part each node lies in, one-way streets counted as open."""
        pair = (self.edge_from, self.edge_to)
        ones = np.ones(self.n_edges)
        matrix = coo_matrix((ones, pair), shape=(self.n_nodes, self.n_nodes))
        return np.asarray(connected_components(matrix, directed=False)[1], np.int32)

    @cached_property
    def out_arcs(self) -> Arcs:
        """Arcs as they leave each node: for searches that go with the traffic."""
        arc = np.arange(self.n_arcs, dtype=np.int32)
        return Arcs(self.indptr, self.indices, arc, self.forward_arc[self.edge_id] == arc)

    @cached_property
    def in_arcs(self) -> Arcs:
        """Arcs as they enter each node: for searches that go against the traffic."""
        tail = np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.indptr))
        arc = np.argsort(self.indices, kind="stable").astype(np.int32)
        upward = self.backward_arc[self.edge_id[arc]] == arc
        return Arcs(_starts(self.indices, self.n_nodes), tail[arc], arc, upward)

    def weight(self, name: Weight) -> Floats:
        """Give the cost of each arc.

        Parameters
        ----------
        name : {"length_m", "time_s"}
            What a search adds up.

        Returns
        -------
        (n_arcs,) float array
            Metres or seconds.

        Raises
        ------
        LayerError
            If times are asked for and the graph has none.
        """
        if name == "length_m":
            return self.length_m
        if self.time_s is None:
            raise LayerError(
                "路网没有行驶时间；建立路网时请给出车速，或改用距离上限。",
                "The road graph has no driving times; give speeds when building it, "
                "or use a limit in metres.",
                where="time_s",
            )
        return self.time_s


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
    geometry: npt.NDArray[np.object_] | Shapes | None = None,
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
    ...                                   crs="EPSG:4545", oneway=[0, 1])
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


def components(graph: Graph) -> pd.DataFrame:
    """List the connected parts of a graph, the longest first.

    Parameters
    ----------
    graph : Graph
        The graph.

    Returns
    -------
    DataFrame
        `nodes`, `edges` and `length_m` of each part, indexed by the part's number in
        `Graph.component`; all three add up.

    Examples
    --------
    >>> graph, _ = graph_from_arrays([0, 9, 50, 70], [0, 0, 0, 0], [0, 2], [1, 3], [9, 20],
    ...                              crs="EPSG:4545")
    >>> components(graph)
               nodes  edges  length_m
    component
    1              2      1      20.0
    0              2      1       9.0
    """
    of_edge = graph.component[graph.edge_from]
    n = int(graph.component.max(initial=-1)) + 1
    table = pd.DataFrame(
        {
            "nodes": np.bincount(graph.component, minlength=n),
            "edges": np.bincount(of_edge, minlength=n),
            "length_m": np.bincount(of_edge, weights=graph.edge_length_m, minlength=n),
        },
        index=pd.RangeIndex(n, name="component"),
    )
    return table.sort_values("length_m", ascending=False, kind="stable")


def main_part_share(parts: pd.DataFrame) -> float:
    """Give the share of the road length that lies in the longest part.

    Parameters
    ----------
    parts : DataFrame
        What `components` returns.

    Returns
    -------
    float
        0 to 1; 1 for a graph without length.
    """
    total = float(parts["length_m"].sum())
    return float(parts["length_m"].iloc[0]) / total if total else 1.0


def assemble(x: Floats, y: Floats, edges: Edges, *, crs: CRS) -> Graph:
    """Lay out arcs in CSR order, from edges known to be sound.

    Parameters
    ----------
    x, y : (n_nodes,) float array
        The nodes [m].
    edges : Edges
        The road pieces.
    crs : CRS
        The work CRS.

    Returns
    -------
    Graph
        The graph; of one node the forward arcs stand first, in the order of the edges.
    """
    ahead, back = np.flatnonzero(edges.oneway >= 0), np.flatnonzero(edges.oneway <= 0)
    tail = np.concatenate([edges.tail[ahead], edges.head[back]])
    order = np.argsort(tail, kind="stable")
    edge_id = np.concatenate([ahead, back])[order].astype(np.int32)
    place = np.empty(order.size, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    forward_arc = np.full(edges.tail.size, -1, np.int32)
    backward_arc = np.full(edges.tail.size, -1, np.int32)
    forward_arc[ahead], backward_arc[back] = place[: ahead.size], place[ahead.size :]
    time_s = None
    if edges.time_s is not None:
        back_time_s = edges.time_s if edges.back_time_s is None else edges.back_time_s
        time_s = np.concatenate([edges.time_s[ahead], back_time_s[back]])[order]
    return Graph(
        x=x,
        y=y,
        indptr=_starts(tail, x.size),
        indices=np.concatenate([edges.head[ahead], edges.tail[back]])[order],
        length_m=edges.length_m[edge_id],
        time_s=time_s,
        edge_id=edge_id,
        edge_from=edges.tail,
        edge_to=edges.head,
        forward_arc=forward_arc,
        backward_arc=backward_arc,
        row=edges.row,
        course=edges.course,
        crs=crs,
    )


def _starts(node: Ints, n_nodes: int) -> Ints:
    """Where each node's entries begin, once the entries are sorted by node."""
    counts = np.bincount(node, minlength=n_nodes)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _writable(values: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Give an array of one type and layout: the compiled loops are built for that one only."""
    return np.require(np.asarray(values), dtype, ["C", "W"])


def _course(geometry: npt.NDArray[np.object_] | Shapes | None, n: int) -> Shapes | None:
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
