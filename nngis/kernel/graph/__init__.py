"""Road graphs as plain arrays: built from arrays, lines, networkx or OSM ways; points snapped."""

from nngis.kernel.graph.core import Arcs, Graph, components, graph_from_arrays
from nngis.kernel.graph.report import Built, GraphReport
from nngis.kernel.graph.snap import Legs, Snap, legs, snap

__all__ = [
    "Arcs",
    "Built",
    "Graph",
    "GraphReport",
    "Legs",
    "Snap",
    "components",
    "graph_from_arrays",
    "legs",
    "snap",
]
