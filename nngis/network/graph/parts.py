"""The connected parts of a road graph."""

from dataclasses import replace

import numpy as np
import pandas as pd

from nngis.network.graph.core import Graph, assemble, edges_of


def components(graph: Graph) -> pd.DataFrame:
    """List the connected parts of a graph, the longest first.

    Examples
    --------
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([0, 9, 50, 70], [0, 0, 0, 0], [0, 2], [1, 3], [9, 20],
    ...                              crs="EPSG:4547")
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
    """Give the share of the road length that lies in the longest part."""
    total = float(parts["length_m"].sum())
    return float(parts["length_m"].iloc[0]) / total if total else 1.0


def main_part(graph: Graph) -> Graph:
    """Keep the longest connected part of a graph.

    Extracts hold islands: courtyards, roads cut off at the border. A point that snaps to one is
    joined with nobody, though a through road may run a few metres farther on.

    Examples
    --------
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([0, 9, 50, 70], [0, 0, 0, 0], [0, 2], [1, 3], [9, 20],
    ...                              crs="EPSG:4547")
    >>> part = main_part(graph)
    >>> part.x.tolist(), part.edge_from.tolist(), part.row.tolist()
    ([50.0, 70.0], [0], [1])
    """
    if not graph.n_nodes:
        return graph
    kept = graph.component == components(graph).index[0]
    number = np.cumsum(kept, dtype=np.int32) - np.int32(1)
    edges = edges_of(graph).take(kept[graph.edge_from])
    edges = replace(edges, tail=number[edges.tail], head=number[edges.head])
    return assemble(graph.x[kept], graph.y[kept], edges, crs=graph.crs)
