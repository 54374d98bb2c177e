"""Road graphs as plain arrays: built from arrays, lines, networkx or OSM ways; points snapped."""

from nngis.kernel.graph.arrays import graph_from_arrays
from nngis.kernel.graph.core import Arcs, Graph
from nngis.kernel.graph.from_networkx import graph_from_networkx
from nngis.kernel.graph.lines import graph_from_lines
from nngis.kernel.graph.parts import components, main_part
from nngis.kernel.graph.report import Built, GraphReport
from nngis.kernel.graph.snap import Legs, Snap, legs, snap
from nngis.kernel.graph.ways import Ways, graph_from_ways

__all__ = [
    "Arcs",
    "Built",
    "Graph",
    "GraphReport",
    "Legs",
    "Snap",
    "Ways",
    "components",
    "graph_from_arrays",
    "graph_from_lines",
    "graph_from_networkx",
    "graph_from_ways",
    "legs",
    "main_part",
    "snap",
]
