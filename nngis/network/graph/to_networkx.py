"""A road graph as the networkx graph that osmnx works with."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nngis.arrays import Floats, Ints, Offsets
from nngis.network.graph.shapes import Shapes, lines_of

if TYPE_CHECKING:
    import networkx as nx

    from nngis.network.graph.core import Graph


def networkx_of(graph: "Graph", *, every_vertex: bool = False) -> "nx.MultiDiGraph":
    """Make the networkx graph of a road graph, for osmnx and networkx."""
    import networkx as nx  # noqa: PLC0415
    from osmnx.stats import count_streets_per_node  # noqa: PLC0415

    made = nx.MultiDiGraph(crs=graph.crs, simplified=not every_vertex)
    shapes, keys = graph.shapes, _keys(graph)
    if every_vertex:
        _add_vertices(made, graph, shapes, keys)
    else:
        made.add_nodes_from(_places(0, graph.x, graph.y))
        tail = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
        upward = graph.out_arcs.upward
        lines = lines_of(shapes)
        bent = np.diff(shapes.first) > 2  # noqa: PLR2004 -- two ends
        for arc in range(graph.n_arcs):
            edge = graph.edge_id[arc]
            data = _said(graph, arc, 1.0)
            if bent[edge]:
                data["geometry"] = lines[edge] if upward[arc] else lines[edge].reverse()
            made.add_edge(int(tail[arc]), int(graph.indices[arc]), key=keys[arc], **data)
    for node, count in count_streets_per_node(made).items():
        made.nodes[node]["street_count"] = count
    return made


def _places(first: int, x: Floats, y: Floats) -> list[tuple[int, dict[str, float]]]:
    return [
        (first + at, {"x": float(one), "y": float(other)})
        for at, (one, other) in enumerate(zip(x, y, strict=True))
    ]


def _said(graph: "Graph", arc: int, share: float) -> dict[str, Any]:
    """Give what an arc, or a share of it, says of itself."""
    edge = graph.edge_id[arc]
    ahead, back = graph.forward_arc[edge], graph.backward_arc[edge]
    length = float(graph.length_m[arc])
    data: dict[str, Any] = {
        "osmid": int(edge),
        "row": int(graph.row[edge]),
        "length": length * share,
        "oneway": bool(ahead < 0 or back < 0),
        "reversed": bool(arc == back),
    }
    if graph.time_s is not None and not np.isnan(graph.time_s[arc]):
        seconds = float(graph.time_s[arc])
        data["travel_time"] = seconds * share
        if seconds > 0:
            data["speed_kph"] = 3.6 * length / seconds
    return data


def _keys(graph: "Graph") -> list[int]:
    """Give each street its number among those between its two nodes; both its arcs have one number.

    Networkx and osmnx take arcs there and back with one key for one street. Of a loop that is open
    both ways the second arc has the next number, for it runs between the same node twice.
    """
    low = np.minimum(graph.edge_from, graph.edge_to)
    high = np.maximum(graph.edge_from, graph.edge_to)
    rank = pd.DataFrame({"low": low, "high": high}).groupby(["low", "high"]).cumcount()
    loop = low == high
    key = np.where(loop, 2 * rank, rank)[graph.edge_id]
    second = graph.backward_arc[graph.edge_id] == np.arange(graph.n_arcs)
    return (key + (second & loop[graph.edge_id])).tolist()  # type: ignore[no-any-return]


def _add_vertices(made: "nx.MultiDiGraph", graph: "Graph", shapes: Shapes, keys: list[int]) -> None:
    """Add every vertex as a node, and the arcs between one vertex and the next."""
    made.add_nodes_from(_places(0, graph.x, graph.y))
    node = _vertex_nodes(graph, shapes)
    inner = node >= graph.n_nodes
    made.add_nodes_from(_places(graph.n_nodes, *shapes.xy[inner].T))
    for edge in range(graph.n_edges):
        at = slice(shapes.first[edge], shapes.first[edge + 1])
        chain, along = node[at].tolist(), shapes.along_m[at]
        whole = along[-1] if along[-1] > 0 else 1.0
        shares = np.diff(along) / whole if along[-1] > 0 else np.full(len(chain) - 1, 1.0)
        for arc, upward in ((graph.forward_arc[edge], True), (graph.backward_arc[edge], False)):
            if arc < 0:
                continue
            for tail, head, share in zip(chain[:-1], chain[1:], shares.tolist(), strict=True):
                ends = (tail, head) if upward else (head, tail)
                made.add_edge(*ends, key=keys[arc], **_said(graph, int(arc), share))


def _vertex_nodes(graph: "Graph", shapes: Shapes) -> Offsets:
    """Give every vertex a number: the ends of courses as the graph does, the others after."""
    node = np.full(len(shapes.xy), -1, np.int64)
    ends: tuple[Ints, Ints] = (graph.edge_from, graph.edge_to)
    node[shapes.first[:-1]], node[shapes.first[1:] - 1] = ends
    inner = node < 0
    node[inner] = graph.n_nodes + np.arange(int(inner.sum()))
    return node
