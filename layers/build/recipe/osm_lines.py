"""Roads and railways: generalised OpenStreetMap graphs out of scgraph_data."""

import json
import re
from pathlib import Path

from recipe import box, packages, write

Graph = list[dict[str, float]]


def roads(layers: Path) -> None:
    """Write roads.geojson.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    nodes, graph = read_graph("scgraph_data/world_highways.py")
    write.features(layers / "roads.geojson", segments(nodes, graph, "road_id"), key="road_id")


def railways(layers: Path) -> None:
    """Write railways.geojson.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    nodes, graph = read_graph("scgraph_data/world_railways.py")
    write.features(layers / "railways.geojson", segments(nodes, graph, "rail_id"), key="rail_id")


def read_graph(path: str) -> tuple[list[list[float]], Graph]:
    """Read nodes and edges from a module of the package as data, without running it.

    Parameters
    ----------
    path : str
        Path of the module inside the package.

    Returns
    -------
    nodes : list of [lat, lon]
        Position of each node.
    graph : list of dict
        For each node its neighbours (number of the node, as text) and the length [km].
    """
    lines = dict(
        line.split("=", 1)
        for line in packages.member(packages.SCGRAPH_DATA, path).decode().splitlines()
        if line.startswith(("nodes=", "graph="))
    )
    # The graph is a Python literal; quoting its integer keys makes it JSON, read ten times faster.
    return json.loads(lines["nodes"]), json.loads(re.sub(r"(\d+):", r'"\1":', lines["graph"]))


def segments(
    nodes: list[list[float]], graph: Graph, key: str
) -> list[tuple[dict[str, object], str, list[list[float]]]]:
    """Cut the edges out that begin or end in the box.

    Parameters
    ----------
    nodes : list of [lat, lon]
        Position of each node.
    graph : list of dict
        Neighbours and lengths of each node; every edge stands at both of its ends.
    key : str
        Name of the id column.

    Returns
    -------
    list of (properties, "LineString", coordinates)
        One straight segment an edge, the id naming the two nodes of the pinned graph. Nodes at
        the same place are one, edges between the same two places are one: the shortest.

    Examples
    --------
    >>> nodes = [[22.8, 108.3], [22.9, 108.4], [39.9, 116.4]]
    >>> for part in segments(nodes, [{"1": 15.2}, {"0": 15.2}, {}], "road_id")[0]:
    ...     print(part)
    {'road_id': '000000-000001', 'length_km': 15.2}
    LineString
    [[108.3, 22.8], [108.4, 22.9]]
    """
    first: dict[tuple[float, float], int] = {}
    same = [first.setdefault((lat, lon), at) for at, (lat, lon) in enumerate(nodes)]
    edges: dict[tuple[int, int], float] = {}
    for at, (lat, lon) in enumerate(nodes):
        if not box.inside(lon, lat):
            continue
        for other, length_km in graph[at].items():
            start, end = sorted((same[at], same[int(other)]))
            if start != end:
                edges[start, end] = min(length_km, edges.get((start, end), length_km))
    return [
        (
            {key: f"{start:06d}-{end:06d}", "length_km": length_km},
            "LineString",
            [nodes[start][::-1], nodes[end][::-1]],
        )
        for (start, end), length_km in edges.items()
    ]
