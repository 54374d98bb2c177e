"""Roads from a networkx graph, such as osmnx makes: as a road graph, or as a layer of roads."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.crs import geodesic_m, ground_distance_m
from nngis.errors import LayerError, Problem, require
from nngis.network.graph.arrays import graph_from_arrays
from nngis.network.graph.edges import LENGTH_M, LENGTH_SHARE, OFF_M, SAME_M
from nngis.network.graph.report import Built
from nngis.network.graph.road_columns import RoadRules, road_rules
from nngis.network.graph.road_words import speeds

if TYPE_CHECKING:
    import networkx as nx


#: What a layer keeps of the edges of a graph besides geometry: osmnx's own names.
KEPT = (
    "osmid", "name", "highway", "maxspeed", "bridge", "tunnel", "layer", "junction", "access",
    "service", "speed_kph",
)  # fmt: skip
DEGREE_M = 111_000.0  # metres a degree, to hold an end of a course against its node


def graph_from_networkx(network: "nx.Graph", *, crs: CRS | str | None = None) -> Built:
    """Build a graph from a networkx graph.

    Nodes need `x` and `y` in metres. An edge's `length` [m] is that of its course where it states
    none; if every edge has `travel_time` [s] or `speed_kph` [km/h] the graph has times; edges
    without `geometry` are straight. Numbers and geometries may be text, as GraphML writes them.
    In a directed graph each edge is open from its first node to its second, whatever its `oneway`
    says, and two edges that run opposite ways on one course become one open both ways; in an
    undirected graph `oneway` counts. Edges that cars may not use (``highway=footway``) are left
    out.

    Examples
    --------
    >>> import networkx as nx
    >>> streets = nx.MultiDiGraph(crs="EPSG:4547")
    >>> streets.add_node("a", x=500_000, y=0); streets.add_node("b", x=500_100, y=0)
    >>> _ = streets.add_edge("a", "b", length=100.0), streets.add_edge("b", "a", length="100.0")
    >>> graph, report = graph_from_networkx(streets)
    >>> graph.n_edges, graph.n_arcs, report.rows_in
    (1, 2, 2)
    """
    arcs = _read(network, crs)
    kept = arcs.kept
    back_s = np.where(arcs.back >= 0, arcs.time_s[arcs.back], arcs.time_s)
    # Half-known times would make half the ways free.
    timed = not np.isnan(arcs.time_s[arcs.rules.open]).any() and bool(arcs.rules.open.any())
    graph, report = graph_from_arrays(
        arcs.x,
        arcs.y,
        arcs.tail[kept],
        arcs.head[kept],
        arcs.length_m[kept],
        crs=arcs.crs,
        oneway=arcs.oneway[kept],
        time_s=arcs.time_s[kept] if timed else None,
        back_time_s=back_s[kept] if timed else None,
        geometry=arcs.lines[kept] if arcs.drawn else None,
        row=np.flatnonzero(kept),
    )
    report = replace(
        report,
        rows_in=arcs.tail.size,
        ways_closed=int((~arcs.rules.open).sum()),
        speeds_unread=int(arcs.rules.speeds_unread.sum()),
        lengths_doubted=arcs.lengths_doubted,
    )
    return Built(graph, report)


def roads_from_networkx(
    network: "nx.Graph", *, crs: CRS | str | None = None
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Make a layer of roads of a networkx graph, from which the same road graph can be built.

    Parameters
    ----------
    network : networkx.Graph
        As for `graph_from_networkx`, in any CRS.
    crs : CRS or str, optional
        Coordinate reference system; ``network.graph["crs"]``, if absent.

    Returns
    -------
    roads : GeoDataFrame
        A row a street in the graph's CRS, indexed by `road_id` (``u-v-key``): ``u``, ``v``,
        ``key``, ``oneway`` (0, or 1 from u to v), ``length`` [m], ``travel_time`` [s] along it and
        ``edge_back_time_s`` against it where they are known, and what the edges say of `KEPT`.
        The lines run from u to v. `nngis.network.graph.graph_from_roads` joins them at their
        nodes.
    closed : tuple of str
        Ids of the edges that cars may not use, left out.

    Raises
    ------
    LayerError
        If there is no CRS, or nodes or edges lack what is needed. Every fault is told at once.
    """
    arcs = _read(network, crs)
    kept = np.flatnonzero(arcs.kept)
    names = np.array([str(name) for name in network.nodes], dtype=object)
    columns: dict[str, Any] = {
        "u": names[arcs.tail[kept]],
        "v": names[arcs.head[kept]],
        "key": arcs.data["key"].iloc[kept].map(str).to_numpy(object),
        "oneway": arcs.oneway[kept].astype(int),
        "length": arcs.length_m[kept],
    }
    if not np.isnan(arcs.time_s[kept]).all():
        back_s = np.where(arcs.back >= 0, arcs.time_s[arcs.back], arcs.time_s)
        columns |= {"travel_time": arcs.time_s[kept], "edge_back_time_s": back_s[kept]}
    for name in KEPT:
        if arcs.data[name].notna().any():
            said = arcs.data[name].iloc[kept].map(_text, na_action="ignore").astype(object)
            columns[name] = said.where(said.notna(), None).to_numpy()
    road_id = [f"{u}-{v}-{k}" for u, v, k in zip(*list(columns.values())[:3], strict=True)]
    index = pd.Index(road_id, dtype=object, name="road_id")
    roads = gpd.GeoDataFrame(columns, index=index, geometry=list(arcs.lines[kept]), crs=arcs.crs)
    closed = arcs.data.loc[~arcs.rules.open, ["tail", "head", "key"]]
    return roads, tuple("-".join(map(str, one)) for one in closed.to_numpy().tolist())


@dataclass(frozen=True, eq=False)
class _Arcs:
    """The edges of a networkx graph, read: ends, course, length, time, and which pairs are one.

    `back` is, for each arc, the later one that runs the other way on its course, -1 where none;
    `kept` are open arcs that are nobody's `back`.
    """

    x: Floats
    y: Floats
    tail: Positions
    head: Positions
    length_m: Floats
    time_s: Floats
    lines: Objects
    drawn: bool
    oneway: npt.NDArray[np.int8]
    back: Positions
    kept: Bools
    rules: RoadRules
    data: pd.DataFrame
    lengths_doubted: int
    crs: CRS


def _read(network: "nx.Graph", crs: CRS | str | None) -> _Arcs:
    plane = _crs(network.graph.get("crs") if crs is None else crs)
    nodes = pd.DataFrame(
        [(data.get("x"), data.get("y")) for _, data in network.nodes(data=True)],
        columns=["x", "y"],
        index=pd.Index(list(network.nodes), tupleize_cols=False),
    ).apply(pd.to_numeric, errors="coerce")
    x, y = (nodes[axis].to_numpy(np.float64) for axis in ("x", "y"))
    data, tail, head = _edge_table(network, nodes.index)
    numbers = data[["length", "travel_time"]].apply(pd.to_numeric, errors="coerce")
    placed = np.isfinite(x + y)
    spots = np.where(placed, x, 0.0), np.where(placed, y, 0.0)
    lines, drawn = _courses(data["geometry"], spots, (tail, head), plane)
    drawn_m = np.where(placed[tail] & placed[head], _drawn_m(lines, plane), np.nan)
    length_m = numbers["length"].to_numpy(np.float64)
    length_m = np.where(np.isnan(length_m), drawn_m, length_m)
    _check(nodes, length_m, plane)
    directed = network.is_directed()
    # A directed graph says by its edges which way a street is open; `oneway` may be left over.
    rules = road_rules(data.drop(columns="oneway") if directed else data)
    by_speed = length_m / (speeds(data["speed_kph"]).to_numpy(np.float64) / 3.6)
    stated_s = numbers["travel_time"].to_numpy(np.float64)
    back = np.full(tail.size, -1, np.intp)
    oneway = rules.oneway
    if directed:
        back = _opposite(tail, head, length_m, lines)
        oneway = np.where(back >= 0, 0, 1).astype(np.int8)
    doubted = np.abs(length_m - drawn_m) > np.maximum(LENGTH_M, LENGTH_SHARE * drawn_m)
    return _Arcs(
        x, y, tail, head, length_m,
        time_s=np.where(np.isnan(stated_s), by_speed, stated_s),
        lines=lines,
        drawn=drawn,
        oneway=oneway,
        back=back,
        kept=rules.open & ~np.isin(np.arange(tail.size), back),
        rules=rules,
        data=data,
        lengths_doubted=int(doubted.sum()),
        crs=plane if plane is not None else CRS.from_epsg(4326),
    )  # fmt: skip


def _edge_table(network: "nx.Graph", nodes: pd.Index) -> tuple[pd.DataFrame, Positions, Positions]:
    """Give what the edges say, a row an edge, and the positions of their ends.

    In an undirected graph of osmnx, `from` and `to` tell which way the street was drawn.
    """
    wanted = ("length", "travel_time", "geometry", "oneway", "from", "to", *KEPT)
    keyed = network.is_multigraph()
    edges = network.edges(keys=True, data=True) if keyed else network.edges(data=True)
    rows = [
        (edge[0], edge[1], edge[2] if keyed else 0, *(edge[-1].get(name) for name in wanted))
        for edge in edges
    ]
    data = pd.DataFrame(rows, columns=["tail", "head", "key", *wanted], dtype=object)
    data = data.where(data.notna(), None)
    order = pd.Series(np.arange(len(nodes)), index=nodes)
    tail, head = (order.reindex(data[end]).to_numpy(np.intp) for end in ("tail", "head"))
    if not network.is_directed():
        turned = (data["from"] == data["head"]) & (data["to"] == data["tail"])
        turned = turned.to_numpy(bool) & (tail != head)
        tail, head = np.where(turned, head, tail), np.where(turned, tail, head)
    return data, tail, head


def _crs(given: object) -> CRS | None:
    try:
        return None if given is None else CRS.from_user_input(given)
    except CRSError:
        return None


def _text(value: object) -> object:
    """Write a list as osmnx writes it into files; leave other values as they are."""
    return str(list(value)) if isinstance(value, (list, tuple, set)) else value


def _check(nodes: pd.DataFrame, length_m: Floats, crs: CRS | None) -> None:
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
        (np.isnan(length_m), "length", "条边没有长度", "edges have no length"),
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


def _courses(
    given: pd.Series, xy: tuple[Floats, Floats], ends: tuple[Positions, Positions], crs: CRS | None
) -> tuple[Objects, bool]:
    """Give the courses of the arcs from tail to head, and whether any was drawn.

    What is no line is straight. A course that ends off its node is led there: the node is right.
    """
    lines = _lines_in(given)
    missing = shapely.is_missing(lines)
    points = np.stack(xy, axis=1)
    tail, head = (points[end] for end in ends)
    straight = shapely.linestrings(np.stack([tail, head], axis=1)) if missing.size else lines
    lines = np.where(missing, straight, lines)
    start, stop = (shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1))
    # An undirected graph does not say which way its geometries run.
    turned = np.hypot(*(start - tail).T) > np.hypot(*(start - head).T)
    lines = np.where(turned, shapely.reverse(lines), lines)
    start, stop = np.where(turned[:, None], stop, start), np.where(turned[:, None], start, stop)
    off = OFF_M if crs is None or crs.is_projected else OFF_M / DEGREE_M
    for at in np.flatnonzero(np.hypot(*(start - tail).T) > off):
        lines[at] = shapely.LineString([tail[at], *lines[at].coords])
    for at in np.flatnonzero(np.hypot(*(stop - head).T) > off):
        lines[at] = shapely.LineString([*lines[at].coords, head[at]])
    return lines, not missing.all()


def _lines_in(given: pd.Series) -> Objects:
    """Give the LineStrings of a column that may hold text; None for anything else."""
    values = given.to_numpy(object)
    texts = np.array([isinstance(value, str) for value in values], bool)
    lines: Objects = values.copy()
    if texts.any():
        lines[texts] = shapely.from_wkt(values[texts].astype(str), on_invalid="ignore")
    lines = np.array([one if isinstance(one, shapely.Geometry) else None for one in lines], object)
    lines = np.asarray(shapely.line_merge(lines), object)
    good = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    lines[~good | shapely.is_empty(lines)] = None
    return lines


def _drawn_m(lines: Objects, crs: CRS | None) -> Floats:
    """Measure courses on the ground; nan where nothing can be measured."""
    if crs is None or not lines.size:
        return np.full(lines.size, np.nan)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    a, b = xy[:-1], xy[1:]
    if crs.is_geographic:
        step = geodesic_m(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    else:
        step = ground_distance_m(a[:, 0], a[:, 1], b[:, 0], b[:, 1], crs)
    within = line[1:] == line[:-1]
    summed = np.bincount(line[1:][within], weights=step[within], minlength=lines.size)
    return np.asarray(summed, np.float64)


def _opposite(tail: Positions, head: Positions, length_m: Floats, lines: Objects) -> Positions:
    """For each arc the later one that runs the other way on the same course; -1 where none."""
    there, back = shapely.to_wkb(lines, hex=True), shapely.to_wkb(shapely.reverse(lines), hex=True)
    # A loop is turned if it is the later of its two courses by name.
    turn = np.where(tail == head, there > back, tail > head) if tail.size else tail > head
    table = pd.DataFrame(
        {
            "low": np.minimum(tail, head),
            "high": np.maximum(tail, head),
            "mm": np.round(length_m / SAME_M),
            "course": np.where(turn, back, there),
        }
    )
    group = table.groupby(list(table.columns), sort=False).ngroup()
    pair = pd.DataFrame({"group": group, "turn": turn.astype(bool)})
    pair["rank"] = pair.groupby(["group", "turn"], sort=False).cumcount()
    pair["arc"] = np.arange(tail.size)
    met = pair[~pair["turn"]].merge(
        pair[pair["turn"]], on=["group", "rank"], suffixes=("", "_back")
    )
    a, b = met["arc"].to_numpy(np.intp), met["arc_back"].to_numpy(np.intp)
    found = np.full(tail.size, -1, np.intp)
    found[np.minimum(a, b)] = np.maximum(a, b)
    return found
