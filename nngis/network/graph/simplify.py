"""Street networks made simpler with osmnx: nodes that are no junctions, junctions that are one."""

import geopandas as gpd

from nngis.errors import ParameterError
from nngis.network.graph.from_networkx import roads_from_networkx
from nngis.network.graph.roads import graph_from_roads
from nngis.network.graph.to_networkx import networkx_of
from nngis.text import Text, counted


def simplify_roads(
    roads: gpd.GeoDataFrame, *, tolerance_m: float = 1.0, merge_junctions_m: float = 0.0
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Simplify the network of a road layer as osmnx does.

    Every node that is no junction and no dead end goes, the course of the street stays
    (`osmnx.simplify_graph`). With `merge_junctions_m` the nodes of one large junction (divided
    roads, roundabouts) become one (`osmnx.consolidate_intersections`): distances change by about
    that much, and the number of junctions becomes that of the ground.

    Parameters
    ----------
    roads : GeoDataFrame
        Lines in the work CRS, with the columns of `nngis.network.graph.graph_from_roads`.
    tolerance_m : float
        How far a loose end may be moved [m].
    merge_junctions_m : float
        Nodes nearer to each other than twice this become one junction [m]; 0 merges none.

    Returns
    -------
    roads : GeoDataFrame
        A row a street between junctions, with node numbers, as `roads_from_networkx` makes it.
    notes : tuple of Text
        How many nodes and streets there were and are.

    Raises
    ------
    ParameterError
        If `merge_junctions_m` is below zero.
    LayerError
        As for `graph_from_roads`.

    References
    ----------
    Boeing (2025), "Topological Graph Simplification Solutions to the Street Intersection
    Miscount Problem", Transactions in GIS 29(3).

    Examples
    --------
    A street drawn in two pieces is one street between its two ends:

    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> x, y = 500_000, 2_500_000
    >>> roads = gpd.GeoDataFrame(geometry=[LineString([(x, y), (x + 60, y)]),
    ...                                    LineString([(x + 60, y), (x + 60, y + 40)])],
    ...                          crs="EPSG:4547")
    >>> simple, notes = simplify_roads(roads)
    >>> simple["length"].round(1).tolist(), notes[0].en
    ([100.0], 'Simplified by osmnx: 3 nodes and 2 road pieces became 2 and 1.')
    """
    if not merge_junctions_m >= 0:
        zh, en = "merge_junctions_m 应不小于零。", "merge_junctions_m must be zero or more."
        raise ParameterError(zh, en, where="merge_junctions_m")
    import osmnx as ox  # noqa: PLC0415

    graph, _ = graph_from_roads(roads, tolerance_m=tolerance_m)
    if not graph.n_edges:
        return roads, ()
    network = networkx_of(graph, every_vertex=True)
    for _, _, data in network.edges(data=True):
        # A street of which a part has no time has none: a sum must not pass over it.
        data.setdefault("travel_time", float("nan"))
        data.pop("speed_kph", None)
    sums = {"length": sum, "travel_time": sum}
    network = ox.simplify_graph(network, edge_attr_aggs=sums, remove_rings=False)
    if merge_junctions_m > 0:
        network = ox.consolidate_intersections(network, tolerance=merge_junctions_m, dead_ends=True)
    simple, _ = roads_from_networkx(network)
    nodes = network.number_of_nodes()
    note = Text(
        f"经 osmnx 简化：{graph.n_nodes} 个节点、{graph.n_edges} 个路段变为 {nodes} 个、"
        f"{len(simple)} 个。",
        f"Simplified by osmnx: {counted(graph.n_nodes, 'node')} and {graph.n_edges} road pieces "
        f"became {nodes} and {len(simple)}.",
    )
    return simple, (note,)
