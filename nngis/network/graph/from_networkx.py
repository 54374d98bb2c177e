"""A road graph from a networkx graph, such as osmnx makes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from nngis.errors import LayerError, Problem, require
from nngis.network.graph.arrays import graph_from_arrays
from nngis.network.graph.edges import SAME_M, Floats
from nngis.network.graph.report import Built

if TYPE_CHECKING:
    import networkx as nx

Objects = npt.NDArray[np.object_]


def graph_from_networkx(network: "nx.Graph", *, crs: CRS | str | None = None) -> Built:
    """Build a graph from a networkx graph.

    Nodes need `x` and `y` in metres, edges a `length` [m]; if every edge has `travel_time` [s]
    or `speed_kph` [km/h] the graph has times; edges without `geometry` are straight. Two arcs
    that run opposite ways on one course become one edge open both ways.

    Parameters
    ----------
    network : networkx.Graph
        Directed or not, with parallel edges or without.
    crs : CRS or str, optional
        Coordinate reference system; ``network.graph["crs"]``, if absent.

    Returns
    -------
    graph : Graph
        The graph; nodes stand in the order of `network`, `row` is the position of each edge among
        its edges.
    report : GraphReport
        Repetitions, connected parts.

    Raises
    ------
    LayerError
        If there is no CRS, it is not in metres, or nodes or edges lack what is needed. Every
        fault is told at once.

    Examples
    --------
    >>> import networkx as nx
    >>> streets = nx.MultiDiGraph(crs="EPSG:4545")
    >>> streets.add_node("a", x=500_000, y=0); streets.add_node("b", x=500_100, y=0)
    >>> _ = streets.add_edge("a", "b", length=100.0), streets.add_edge("b", "a", length=100.0)
    >>> graph, report = graph_from_networkx(streets)
    >>> graph.n_edges, graph.n_arcs, report.rows_in
    (1, 2, 2)
    """
    crs = network.graph.get("crs") if crs is None else crs
    nodes = pd.DataFrame(
        [(data.get("x"), data.get("y")) for _, data in network.nodes(data=True)],
        columns=["x", "y"],
        index=pd.Index(list(network.nodes), tupleize_cols=False),
    )
    arcs = pd.DataFrame(
        [
            (tail, head, *(data.get(key) for key in _EDGE_KEYS))
            for tail, head, data in network.edges(data=True)
        ],
        columns=["tail", "head", *_EDGE_KEYS],
    )
    numbers = arcs[["length", "travel_time", "speed_kph"]].apply(pd.to_numeric, errors="coerce")
    _check(nodes, numbers["length"], crs)
    order = pd.Series(np.arange(len(nodes)), index=nodes.index)
    tail, head = (order.reindex(arcs[end]).to_numpy() for end in ("tail", "head"))
    x, y = (pd.to_numeric(nodes[axis]).to_numpy(np.float64) for axis in ("x", "y"))
    length_m = numbers["length"].to_numpy(np.float64)
    time_s = _times(numbers)
    lines = _courses(arcs["geometry"].to_numpy(), (x, y), (tail, head))
    back = np.full(tail.size, -1)
    if network.is_directed():
        back = _opposite(tail, head, length_m, lines)
    kept = ~np.isin(np.arange(tail.size), back)
    both = (back >= 0) | (not network.is_directed())
    back_s = None if time_s is None else np.where(back >= 0, time_s[back], time_s)
    graph, report = graph_from_arrays(
        x,
        y,
        tail[kept],
        head[kept],
        length_m[kept],
        crs=CRS.from_user_input(crs),
        oneway=np.where(both, 0, 1)[kept],
        time_s=None if time_s is None else time_s[kept],
        back_time_s=None if back_s is None else back_s[kept],
        geometry=None if lines is None else lines[kept],
        row=np.flatnonzero(kept),
    )
    return Built(graph, replace(report, rows_in=tail.size))


_EDGE_KEYS = ("length", "travel_time", "speed_kph", "geometry")


def _times(numbers: pd.DataFrame) -> Floats | None:
    """Driving times, if every arc tells its time or its speed."""
    by_speed = numbers["length"] / (numbers["speed_kph"] / 3.6)
    time_s = numbers["travel_time"].fillna(by_speed).to_numpy(np.float64)
    return None if np.isnan(time_s).any() else time_s


def _check(nodes: pd.DataFrame, length: pd.Series, crs: CRS | str | None) -> None:
    """Refuse a graph without CRS, coordinates or lengths."""
    found = []
    if crs is None:
        found.append(
            Problem(
                "networkx 图没有坐标系；请给出 crs，或先用 osmnx 的 project_graph 投影。",
                "The networkx graph has no CRS; give crs, or project it with osmnx's "
                "project_graph first.",
                where="crs",
            )
        )
    for lost, where, zh, en in (
        (
            nodes[["x", "y"]].isna().any(axis=1),
            "x, y",
            "个节点没有坐标",
            "nodes have no coordinates",
        ),
        (length.isna(), "length", "条边没有长度", "edges have no length"),
    ):
        if lost.any():
            count = int(lost.sum())
            found.append(
                Problem(
                    f"{lost.size} 中有 {count} {zh}；请先补全。",
                    f"{count} of {lost.size} {en}; complete them first.",
                    where=where,
                )
            )
    require(found, LayerError)


def _courses(given: Objects, xy: tuple[Floats, Floats], ends: tuple[Any, Any]) -> Objects | None:
    """Courses of the arcs from tail to head; None where all are straight."""
    missing = shapely.is_missing(given)
    if missing.all():
        return None
    points = np.stack(xy, axis=1)
    tail, head = (points[end] for end in ends)
    lines = np.where(missing, shapely.linestrings(np.stack([tail, head], axis=1)), given)
    start = shapely.get_coordinates(shapely.get_point(lines, 0))
    # An undirected graph does not say which way its geometries run.
    turned = np.hypot(*(start - tail).T) > np.hypot(*(start - head).T)
    return np.where(turned, shapely.reverse(lines), lines)


def _opposite(
    tail: npt.NDArray[np.integer],
    head: npt.NDArray[np.integer],
    length_m: Floats,
    lines: Objects | None,
) -> npt.NDArray[np.intp]:
    """For each arc the later one that runs the other way on the same course; -1 where none."""
    turn = tail > head
    table = pd.DataFrame(
        {
            "low": np.minimum(tail, head),
            "high": np.maximum(tail, head),
            "mm": np.round(length_m / SAME_M),
            "course": ""
            if lines is None
            else shapely.to_wkb(np.where(turn, shapely.reverse(lines), lines), hex=True),
        }
    )
    group = table.groupby(list(table.columns), sort=False).ngroup()
    pair = pd.DataFrame({"group": group, "turn": turn})
    pair["rank"] = pair.groupby(["group", "turn"], sort=False).cumcount()
    pair["arc"] = np.arange(tail.size)
    up = pair[~turn & (tail != head)]
    met = up.merge(pair[turn], on=["group", "rank"], suffixes=("", "_back"))
    a, b = met["arc"].to_numpy(), met["arc_back"].to_numpy()
    back = np.full(tail.size, -1)
    back[np.minimum(a, b)] = np.maximum(a, b)
    return back
