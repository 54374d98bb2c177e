"""Road graphs as plain arrays: built from arrays, lines, networkx or OSM ways; points snapped."""

from nngis.network.graph.arrays import graph_from_arrays
from nngis.network.graph.core import Arcs, Graph
from nngis.network.graph.from_networkx import graph_from_networkx, roads_from_networkx
from nngis.network.graph.lines import graph_from_lines
from nngis.network.graph.parts import components, main_part
from nngis.network.graph.report import Built, GraphReport
from nngis.network.graph.roads import graph_for_pipes, graph_from_roads
from nngis.network.graph.simplify import simplify_roads
from nngis.network.graph.snap import Legs, Snap, legs, snap
from nngis.network.graph.statistics import StreetFigure, street_statistics

__all__ = [
    "Arcs",
    "Built",
    "Graph",
    "GraphReport",
    "Legs",
    "Snap",
    "StreetFigure",
    "components",
    "graph_for_pipes",
    "graph_from_arrays",
    "graph_from_lines",
    "graph_from_networkx",
    "graph_from_roads",
    "legs",
    "main_part",
    "roads_from_networkx",
    "simplify_roads",
    "snap",
    "street_statistics",
]
