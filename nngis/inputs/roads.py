"""Roads in whatever form somebody holds them: a path, a frame, a graph of osmnx or of our own."""

import sys
from pathlib import Path
from typing import Any

import geopandas as gpd

from nngis.crs import choose_work_crs
from nngis.errors import LayerError
from nngis.ledger.read import read_ledger
from nngis.network.graph import (
    Graph,
    StreetFigure,
    graph_from_roads,
    roads_from_networkx,
    simplify_roads,
    street_statistics,
)
from nngis.roles import role
from nngis.text import Text, Warned, counted

WGS84 = "EPSG:4326"
TOLERANCE_M = 1.0  # loose ends nearer than this are one junction


def roads_from(
    value: Any,  # noqa: ANN401 -- whatever somebody gives
    *,
    datum: str | None = None,
    simplify: bool = False,
    merge_junctions_m: float = 0.0,
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Make one road layer of whatever holds roads.

    The layer is what every plan, `reach` and `site` build their road graph from
    (`nngis.network.graph.graph_from_roads`): one-way streets, levels, speeds, and for graphs the
    nodes at which alone the streets meet.

    Parameters
    ----------
    value : path, GeoDataFrame, networkx.Graph or Graph
        A file (GeoPackage, shapefile, GeoJSON, ...; GraphML and GeoPackage of osmnx), a frame of
        lines, a graph such as osmnx makes, or a road graph of nngis.
    datum : str, optional
        Datum or CRS of a file that states none.
    simplify : bool
        Whether nodes that are no junctions go, as `osmnx.simplify_graph` does it.
    merge_junctions_m : float
        Nodes nearer to each other than twice this become one junction [m], as
        `osmnx.consolidate_intersections` does it; 0 merges none.

    Returns
    -------
    roads : GeoDataFrame
        Lines with the columns of the role ``roads``, in WGS84 where anything was read or
        converted; a frame comes back as it is unless it is to be simplified.
    notes : tuple of Text
        What was left out or changed.

    Raises
    ------
    LayerError, LedgerError
        If the value holds no roads, or its nodes have no coordinates or CRS.

    Examples
    --------
    >>> import networkx as nx
    >>> streets = nx.MultiDiGraph(crs="EPSG:4547")
    >>> streets.add_node("a", x=500_000, y=2_500_000)
    >>> streets.add_node("b", x=500_100, y=2_500_000)
    >>> _ = streets.add_edge("a", "b", length=100.0)
    >>> roads, notes = roads_from(streets)
    >>> roads[["u", "v", "oneway", "length"]].values.tolist(), roads.crs.to_epsg(), notes
    ([['a', 'b', 1, 100.0]], 4326, ())
    """
    roads, notes = _taken(value, datum)
    if not (simplify or merge_junctions_m):
        return roads, notes
    simple, more = simplify_roads(_in_plane(roads), merge_junctions_m=merge_junctions_m)
    return simple.to_crs(WGS84), (*notes, *more)


def count_streets(
    roads: gpd.GeoDataFrame,
) -> tuple[tuple[StreetFigure, ...], tuple[Text, ...]]:
    """Report on the quality of a road layer: its street statistics, and how its graph was built.

    Parameters
    ----------
    roads : GeoDataFrame
        Lines in any CRS, with the columns of `nngis.network.graph.graph_from_roads`.

    Returns
    -------
    figures : tuple of StreetFigure
        As `nngis.network.graph.street_statistics`, without densities.
    notes : tuple of Text
        What was left out, not understood, cut or joined, and in how many parts the roads lie.

    Raises
    ------
    LayerError
        If the roads state no CRS or are no lines.
    """
    graph, report = graph_from_roads(_in_plane(roads), tolerance_m=TOLERANCE_M)
    return street_statistics(graph), report.sentences()


def _in_plane(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Bring roads to the work CRS of their place."""
    if roads.crs is None:
        raise LayerError(
            "道路没有坐标参考系；请先说明。", "The roads state no CRS; state it.", where="roads"
        )
    xy = roads.to_crs(WGS84).get_coordinates()
    return roads.to_crs(choose_work_crs(xy["x"].to_numpy(), xy["y"].to_numpy()))


def _taken(value: Any, datum: str | None) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:  # noqa: ANN401
    """Read, convert or pass on, by what the value is."""
    if isinstance(value, str | Path):
        layer = read_ledger(value, role("roads"), datum=datum)
        return layer.frame, layer.notes
    if isinstance(value, gpd.GeoDataFrame):
        return value, ()
    network = value.to_osmnx() if isinstance(value, Graph) else value
    # Who holds a graph of networkx has imported it.
    networkx = sys.modules.get("networkx")
    if networkx is None or not isinstance(network, networkx.Graph):
        raise LayerError(
            f"不能用 {type(value).__name__} 充当道路；请给文件路径、GeoDataFrame 或 osmnx 路网图。",
            f"A {type(value).__name__} holds no roads; give a path, a GeoDataFrame or a graph of "
            "osmnx.",
            where="roads",
        )
    roads, closed = roads_from_networkx(network)
    left_out = Warned(
        f"略去 {len(closed)} 条机动车不可通行的边。",
        f"Left out {counted(len(closed), 'edge')} that cars may not use.",
        table="roads",
        ids=closed,
    )
    return roads.to_crs(WGS84), (left_out,) if closed else ()
