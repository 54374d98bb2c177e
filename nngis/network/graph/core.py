"""The road graph as plain arrays: arcs in CSR order, road pieces, node coordinates."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from pyproj import CRS
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from nngis.arrays import Bools, Floats, Ints, Objects, Positions
from nngis.errors import LayerError
from nngis.network.graph.edges import Edges
from nngis.network.graph.grid import SegmentGrid, segment_grid
from nngis.network.graph.shapes import Shapes, lines_of, straight_shapes

if TYPE_CHECKING:
    import networkx as nx

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
    upward: Bools


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
        Driving time of each arc [s], nan where it is unknown; None where no speed is known.
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
    row: Positions
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
    def geometry(self) -> Objects:
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

    def to_osmnx(self) -> "nx.MultiDiGraph":
        """Make the graph that osmnx and networkx work with.

        Returns
        -------
        networkx.MultiDiGraph
            In the work CRS: nodes with `x`, `y`, `street_count`; an edge for each arc with
            `osmid` (the edge), `row`, `length` [m], `oneway`, `reversed`, `geometry` where it
            bends, `travel_time` [s] and `speed_kph` where they are known.

        Examples
        --------
        >>> from nngis.network.graph import graph_from_arrays
        >>> graph, _ = graph_from_arrays([500_000, 500_100], [0, 0], [0], [1], [100],
        ...                              crs="EPSG:4547")
        >>> graph.to_osmnx().edges[1, 0, 0]["length"]
        100.0
        """
        from nngis.network.graph.to_networkx import networkx_of  # noqa: PLC0415

        return networkx_of(self)

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
            If times are asked for and the graph has none, or not all.
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
        unknown = int(np.isnan(self.time_s).sum())
        if unknown:
            raise LayerError(
                f"路网 {self.n_arcs} 个通行方向中有 {unknown} 个没有车速，行驶时间未知；"
                "请补填车速，或改用距离上限。",
                f"{unknown} of the {self.n_arcs} arcs of the road graph have no speed, so no "
                "driving time; complete the speeds, or use a limit in metres.",
                where="time_s",
            )
        return self.time_s


def edges_of(graph: Graph) -> Edges:
    """Give the road pieces that a graph was laid out from.

    Parameters
    ----------
    graph : Graph
        The graph.

    Returns
    -------
    Edges
        Its edges. Where one way is closed, its time is that of the other: it is not used.
    """
    ahead, back = graph.forward_arc, graph.backward_arc
    time_s = back_time_s = None
    if graph.time_s is not None:
        time_s = graph.time_s[np.where(ahead >= 0, ahead, back)]
        back_time_s = graph.time_s[np.where(back >= 0, back, ahead)]
    return Edges(
        tail=graph.edge_from,
        head=graph.edge_to,
        length_m=graph.edge_length_m,
        oneway=(ahead >= 0).astype(np.int8) - (back >= 0).astype(np.int8),
        time_s=time_s,
        back_time_s=back_time_s,
        course=graph.course,
        row=graph.row,
    )


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
