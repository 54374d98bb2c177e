"""A road graph from a road layer: by the nodes its rows name, or cut where its lines meet."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.network.graph.arrays import graph_from_arrays
from nngis.network.graph.edges import LENGTH_M, LENGTH_SHARE, OFF_M
from nngis.network.graph.lines import LineRules, check_lines, ground_length_m, noded_graph, seconds
from nngis.network.graph.report import Built, GraphReport
from nngis.network.graph.road_columns import Ends, RoadRules, road_ends, road_levels, road_rules
from nngis.network.graph.road_words import filled
from nngis.network.graph.shapes import shapes_of


def graph_from_roads(
    roads: gpd.GeoDataFrame, *, tolerance_m: float, speed_km_h: float | None = None
) -> Built:
    """Build the graph of the roads that cars may use, from a layer's geometry and columns.

    The columns are those of `nngis.network.graph.road_columns.road_rules`. A layer whose rows
    name the nodes they run between (``u`` and ``v`` of osmnx, or ``node_from`` and ``node_to``) is
    joined at these nodes alone, with the lengths and times it states; any other is cut where its
    lines meet, as `nngis.network.graph.graph_from_lines` does.

    Parameters
    ----------
    roads : GeoDataFrame
        LineStrings or MultiLineStrings in the work CRS.
    tolerance_m : float
        How far a loose end may be moved [m]; not used where rows name their nodes.
    speed_km_h : float, optional
        Speed of the rows that tell none [km/h]; without it they have no driving time.

    Returns
    -------
    graph : Graph
        The graph; `row` is the position of each piece's line in `roads`. It has driving times if
        any row has a speed, nan where a row has none.
    report : GraphReport
        Rows left out because cars may not use them, signs and speeds that could not be read,
        cuts, joined ends, connected parts.

    Raises
    ------
    LayerError
        If the layer is not in a plane in metres, or rows are not lines or look like degrees.

    Examples
    --------
    A street, a footpath and a bridge that states no level, all crossing: nothing meets.

    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> x, y = 500_000, 2_500_000
    >>> roads = gpd.GeoDataFrame(
    ...     {"highway": ["primary", "footway", "primary"], "bridge": ["no", "no", "yes"]},
    ...     geometry=[LineString([(x, y), (x + 300, y)]),
    ...               LineString([(x + 100, y - 50), (x + 100, y + 50)]),
    ...               LineString([(x + 200, y - 50), (x + 200, y + 50)])], crs="EPSG:4547")
    >>> graph, report = graph_from_roads(roads, tolerance_m=1)
    >>> graph.n_edges, report.ways_closed, report.components
    (2, 1, 2)
    """
    rules = road_rules(roads)
    kept = np.flatnonzero(rules.open)
    used = roads.iloc[kept]
    check_lines(used, np.zeros(kept.size), "oneway", np.zeros(kept.size, bool))
    forth, back = (
        np.where(known > 0, known, np.nan if speed_km_h is None else speed_km_h)[kept]
        for known in (rules.speed_km_h, rules.back_speed_km_h)
    )
    how = LineRules(rules.oneway[kept], rules.level[kept], rules.apart[kept], forth, back)
    ends = road_ends(used)
    off = np.zeros(kept.size, np.bool_) if ends is None else _rows_off(used, ends)
    if ends is None or off.any():
        graph, report = noded_graph(used, how, tolerance_m=tolerance_m)
    else:
        graph, report = _graph_of_edges(used, ends, how)
    graph = replace(graph, row=kept[graph.row])
    ids = {"nodes_doubted": tuple(used.index[off].astype(str)), **report.about}
    report = replace(report, nodes_doubted=int(off.sum()), about=ids)
    return Built(graph, _with_rules(report, rules, forth, roads.index))


def graph_for_pipes(lines: gpd.GeoDataFrame, *, tolerance_m: float) -> Built:
    """Build the graph of all lines that a pipe may follow: footways too, and against the traffic.

    Parameters
    ----------
    lines : GeoDataFrame
        LineStrings or MultiLineStrings in the work CRS; `layer`, `bridge` and `tunnel` tell which
        of them do not meet though they cross.
    tolerance_m : float
        How far a loose end may be moved [m].

    Returns
    -------
    graph : Graph
        The graph, every piece open both ways; `row` is the position of its line in `lines`.
    report : GraphReport
        Cuts, joined ends, lines without length, repetitions, connected parts.

    Raises
    ------
    LayerError
        If the layer is not in a plane in metres, or rows are not lines or look like degrees.
    """
    nothing = np.zeros(len(lines))
    check_lines(lines, nothing, "oneway", nothing.astype(bool))
    level, apart = road_levels(lines)
    how = LineRules(nothing.astype(np.int8), level, apart, None, None)
    return noded_graph(lines, how, tolerance_m=tolerance_m)


def _with_rules(
    report: GraphReport, rules: RoadRules, speed_km_h: Floats, index: pd.Index
) -> GraphReport:
    """Add what the columns said to the report of the building."""
    slow = np.zeros(rules.open.size, np.bool_)
    slow[rules.open] = np.isnan(speed_km_h)
    rows = {
        "ways_closed": ~rules.open,
        "signs_unread": rules.signs_unread,
        "speeds_unread": rules.speeds_unread,
        "speeds_missing": slow & (slow.sum() < speed_km_h.size),
    }
    ids = {name: tuple(index[mask].astype(str)) for name, mask in rows.items()}
    counts: dict[str, Any] = {name: len(found) for name, found in ids.items()}
    return replace(report, rows_in=rules.open.size, about={**report.about, **ids}, **counts)


def _node_places(roads: gpd.GeoDataFrame, ends: Ends) -> tuple[pd.DataFrame, Floats]:
    """Where each node lies, by its number, and how far each row's course ends from its nodes."""
    lines = _single(roads)
    xy = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)])
    names = pd.concat([ends.tail, ends.head]).to_numpy()
    drawn = pd.DataFrame(xy, columns=["x", "y"])
    places = drawn.groupby(names, sort=False).median()
    gap = np.hypot(*(xy - places.loc[names].to_numpy()).T).reshape(2, -1)
    return places, gap.max(axis=0)


def _single(roads: gpd.GeoDataFrame) -> Objects:
    """Give each row one line; of one that is several in truth the first part."""
    return np.asarray(shapely.get_geometry(shapely.line_merge(roads.geometry.to_numpy()), 0))


def _rows_off(roads: gpd.GeoDataFrame, ends: Ends) -> Bools:
    """Find the rows whose course does not run between the nodes they name."""
    whole = shapely.get_num_geometries(shapely.line_merge(roads.geometry.to_numpy())) == 1
    return np.asarray(~whole | (_node_places(roads, ends)[1] > OFF_M), np.bool_)


def _graph_of_edges(roads: gpd.GeoDataFrame, ends: Ends, how: LineRules) -> Built:
    """Join edges at the nodes they name."""
    places, _ = _node_places(roads, ends)
    shapes = shapes_of(_single(roads))
    order = pd.Series(np.arange(len(places)), index=places.index)
    tail, head = (order.loc[names].to_numpy() for names in (ends.tail, ends.head))
    drawn_m = ground_length_m(shapes, roads.crs)
    length_m = np.where(np.isnan(ends.length_m), drawn_m, ends.length_m)
    apart_m = np.abs(length_m - drawn_m)
    row = np.arange(len(roads))
    times = [
        np.where(np.isnan(stated), np.nan if by_speed is None else by_speed, stated)
        for stated, by_speed in (
            (ends.time_s, seconds(length_m, how.speed_km_h, row)),
            (ends.back_time_s, seconds(length_m, how.back_speed_km_h, row)),
        )
    ]
    timed = not np.isnan(times[0]).all()
    graph, report = graph_from_arrays(
        places["x"],
        places["y"],
        tail,
        head,
        length_m,
        crs=roads.crs,
        oneway=_signs(roads, tail, head, how),
        time_s=times[0] if timed else None,
        back_time_s=times[1] if timed else None,
        geometry=shapes,
        row=row,
    )
    doubted = roads.index[apart_m > np.maximum(LENGTH_M, LENGTH_SHARE * drawn_m)].astype(str)
    ids = {"lengths_doubted": tuple(doubted)}
    return Built(graph, replace(report, lengths_doubted=len(doubted), about=ids))


def _signs(
    roads: gpd.GeoDataFrame,
    tail: Positions,
    head: Positions,
    how: LineRules,
) -> npt.NDArray[np.int8]:
    """One-way signs; where no row states one, a layer that draws both ways draws arcs."""
    if "oneway" in roads and filled(roads["oneway"]).any():
        return how.oneway
    loop = tail == head
    there = pd.MultiIndex.from_arrays([tail[~loop], head[~loop]])
    back = pd.MultiIndex.from_arrays([head[~loop], tail[~loop]])
    return np.ones_like(how.oneway) if there.isin(back).any() else how.oneway
