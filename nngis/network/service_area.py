"""Service areas: the places within reach by road, as polygons, at several limits at once.

A service area is all that lies within `width_m` of a reached part of a road; partly reached road
pieces end where the limit does. It is not the hull of the reached nodes, which takes in all that
lies between the roads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Floats, Ints, Objects, Positions
from nngis.errors import ParameterError
from nngis.network._numba_area import clipped_segments
from nngis.network._numba_reach import reached_parts
from nngis.network.graph.core import Graph
from nngis.network.graph.near import Rings, multipolygons, near_segments_polygons
from nngis.network.graph.places import Placed, check_layers, place
from nngis.network.graph.shapes import cut, lines_of
from nngis.network.graph.snap import legs
from nngis.network.graph.travel import (
    ACCESS_KM_H,
    Direction,
    Measure,
    measure,
    search_arcs,
    seeds,
)

#: Facilities searched at a time: bounds the memory that reached parts take.
FACILITIES_AT_ONCE = 64


class ServiceAreas(NamedTuple):
    """What is within reach, and the facilities that could not take part.

    Parameters
    ----------
    areas : GeoDataFrame
        `facility_id` (not where merged), `break_m` or `break_s`, and polygons or lines.
    left_out : DataFrame
        `id`, `role`, `why`, `distance_m`, `reason_zh`, `reason_en`.
    """

    areas: gpd.GeoDataFrame
    left_out: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Parts:
    """Reached parts of edges, group after group.

    Parameters
    ----------
    group : (n,) int array
        The facility, or 0 where all are merged.
    edge : (n,) int array
        The edge.
    low, high : (n,) float array
        Where the part begins and ends, as shares of the edge.
    level : (n,) int array
        Position of the first break that reaches it.
    """

    group: Positions
    edge: Ints
    low: Floats
    high: Floats
    level: Ints


def service_areas(
    graph: Graph,
    facilities: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    breaks_m: Sequence[float] | None = None,
    breaks_s: Sequence[float] | None = None,
    width_m: float = 100.0,
    cell_m: float = 50.0,
    merged: bool = False,
    direction: Direction = "to_facility",
    access_km_h: float = ACCESS_KM_H,
) -> ServiceAreas:
    """Draw the places within reach of each facility by road, at several limits at once.

    The polygons are contours of the distance to the nearest reached road, on a raster. Against the
    union of buffers around the reached roads (`benchmarks/bench_reach.py`, 12 facilities in a
    synthetic city of 120 m blocks, 1, 3 and 5 km) the area is 0.2 % too large on average and 0.5 %
    at most with the defaults, 0.1 % at most with `cell_m` a quarter of `width_m`; areas of a few
    hundred metres are within 0.6 and 0.3 %. Round ends are drawn with chords, so what is little
    more than one disc comes out too small, by 5 and 1 %. Where the gaps
    between strips are narrower than a cell (`width_m` 50, `cell_m` 25 in those blocks) they close
    in part, and the area is 2.5 % too large. The union takes some two hundred times as long.

    Parameters
    ----------
    graph : Graph
        The road graph.
    facilities : GeoDataFrame
        Points in the graph's CRS, ids in the index.
    max_snap_m : float
        Longest access leg of a facility [m].
    breaks_m : sequence of float, optional
        Limits on the distance along the road, the facility's access leg included [m].
    breaks_s : sequence of float, optional
        Limits on the driving time [s]; one of the two must be given.
    width_m : float
        How far beside a reached road a place still counts as served [m].
    cell_m : float
        Distance of the raster's points [m]; half of `width_m` or less.
    merged : bool
        One area for all facilities together instead of one for each.
    direction : {"to_facility", "from_facility"}
        Which way is driven.
    access_km_h : float
        Speed on access legs [km/h]; only used with `breaks_s`.

    Returns
    -------
    areas : GeoDataFrame
        `facility_id` (not where merged), `break_m` or `break_s`, MultiPolygons; by facility, then
        break. A facility that reaches nothing within a break has no row for it.
    left_out : DataFrame
        Facilities without coordinates or too far from any road, with the reason.

    Raises
    ------
    LayerError
        If the layer does not suit the graph.
    ParameterError
        If breaks are missing or out of bounds, or the cells do not suit the width or the area.

    Examples
    --------
    A street of 2 km with a facility in its middle: 500 m to either side, 100 m wide, round at
    both ends, is 1,000 x 200 m and a circle of 100 m radius, 23.1 ha.

    >>> import geopandas as gpd
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([500_000, 502_000], [0, 0], [0], [1], [2000],
    ...                              crs="EPSG:4547")
    >>> station = gpd.GeoDataFrame(geometry=gpd.points_from_xy([501_000], [0]), index=["s"],
    ...                            crs="EPSG:4547")
    >>> areas, _ = service_areas(graph, station, breaks_m=[500], max_snap_m=100, cell_m=10)
    >>> areas["facility_id"].tolist(), (areas.area / 1e4).round(1).tolist()
    (['s'], [23.1])
    """
    _check_cells(width_m, cell_m)
    ask = _question(graph, facilities, max_snap_m, (breaks_m, breaks_s), access_km_h)
    course = graph.shapes.xy, graph.shapes.first, graph.shapes.along_m
    keys: list[tuple[int, int]] = []
    rings: list[Rings] = []
    for parts in _parts(graph, ask, merged=merged, direction=direction):
        segments, part = clipped_segments(course, parts.edge, parts.low, parts.high)
        group, level = parts.group[part], parts.level[part]
        bounds = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
        for first, last in pairwise(bounds):
            area = near_segments_polygons(
                segments[first:last], level[first:last], ask.breaks.size, width_m, cell_m
            )
            filled = [rank for rank, found in enumerate(area) if found.xy]
            keys += [(int(group[first]), rank) for rank in filled]
            rings += [area[rank] for rank in filled]
    return _answer(graph, ask, keys, multipolygons(rings), merged=merged)


def reached_roads(
    graph: Graph,
    facilities: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    breaks_m: Sequence[float] | None = None,
    breaks_s: Sequence[float] | None = None,
    merged: bool = False,
    direction: Direction = "to_facility",
    access_km_h: float = ACCESS_KM_H,
) -> ServiceAreas:
    """List the roads within reach of each facility, cut where the limit is."""
    ask = _question(graph, facilities, max_snap_m, (breaks_m, breaks_s), access_km_h)
    length_m = graph.shapes.length_m
    keys: list[tuple[int, int]] = []
    lines = [np.empty(0, object)]
    for parts in _parts(graph, ask, merged=merged, direction=direction):
        for rank in range(ask.breaks.size):
            group, edge, low, high = _united(parts, rank)
            whole_m = length_m[edge]
            pieces = lines_of(cut(graph.shapes, edge, low * whole_m, high * whole_m))
            groups, index = np.unique(group, return_inverse=True)
            keys += [(int(at), rank) for at in groups]
            lines.append(shapely.multilinestrings(pieces, indices=index))
    return _answer(graph, ask, keys, np.concatenate(lines), merged=merged)


@dataclass(frozen=True, eq=False)
class _Ask:
    """What is asked: where from, how measured, how far."""

    placed: Placed
    how: Measure
    breaks: Floats


def _question(
    graph: Graph,
    facilities: gpd.GeoDataFrame,
    max_snap_m: float,
    breaks: tuple[Sequence[float] | None, Sequence[float] | None],
    access_km_h: float,
) -> _Ask:
    """Check what was asked and put the facilities on the graph."""
    breaks_m, breaks_s = breaks
    if (breaks_m is None) == (breaks_s is None):
        raise ParameterError(
            "breaks_m 与 breaks_s 须给出且只能给出一个。",
            "Give breaks_m or breaks_s, one of them and not both.",
            where="breaks_m, breaks_s",
        )
    name, given = ("breaks_m", breaks_m) if breaks_s is None else ("breaks_s", breaks_s)
    values = np.unique(np.asarray(given, np.float64))
    if not values.size or not np.all(np.isfinite(values) & (values > 0)):
        raise ParameterError(
            f"{name} 应为一个或多个大于零的数。",
            f"{name} must be one or more numbers above zero.",
            where=name,
        )
    top = float(values[-1])
    how = measure(
        graph,
        limit_m=top if breaks_s is None else None,
        limit_s=None if breaks_s is None else top,
        access_km_h=access_km_h,
    )
    check_layers(graph, {"facility": facilities})
    return _Ask(place(graph, facilities, "facility", max_snap_m=max_snap_m), how, values)


def _check_cells(width_m: float, cell_m: float) -> None:
    """Refuse cells that are too coarse to draw a strip of the width."""
    if not 0 < 2 * cell_m <= width_m < np.inf:
        raise ParameterError(
            f"cell_m（{cell_m}）应大于零且不超过 width_m（{width_m}）的一半。",
            f"cell_m ({cell_m}) must be above zero and at most half of width_m ({width_m}).",
            where="cell_m, width_m",
        )


def _parts(graph: Graph, ask: _Ask, *, merged: bool, direction: Direction) -> Iterator[Parts]:
    """Search from the facilities, some at a time."""
    with_traffic = direction == "from_facility"
    arcs = graph.out_arcs if with_traffic else graph.in_arcs
    places = ask.placed.places
    n = places.edge.size
    if not n:
        return
    entries = legs(graph, places, leaving=with_traffic)
    down, up = graph.backward_arc[places.edge], graph.forward_arc[places.edge]
    arc = np.stack([down, up] if with_traffic else [up, down], axis=1)
    cost = np.where(arc >= 0, ask.how.cost[arc], np.inf)
    own = places.edge, places.share, places.distance_m * ask.how.access, cost
    sides = graph.edge_id[arcs.arc], arcs.upward
    weight, node = search_arcs(arcs, ask.how), seeds(entries, places, ask.how)
    whole = np.array([0, n]) if merged else np.arange(n + 1)
    for at in range(0, whole.size - 1, FACILITIES_AT_ONCE):
        groups = whole[at : at + FACILITIES_AT_ONCE + 1]
        start, edge, low, high, level = reached_parts(weight, sides, node, own, groups, ask.breaks)
        group = at + np.repeat(np.arange(groups.size - 1), np.diff(start))
        yield Parts(group, edge, low, high, level)


def _united(parts: Parts, rank: int) -> tuple[Positions, Ints, Floats, Floats]:
    """Unite the parts within one break so that no stretch of an edge is there twice."""
    within = np.flatnonzero(parts.level <= rank)
    order = within[np.lexsort((parts.low[within], parts.edge[within], parts.group[within]))]
    group, edge = parts.group[order], parts.edge[order]
    other = (np.diff(group, prepend=-1) != 0) | (np.diff(edge, prepend=-1) != 0)
    # Shares run from 0 to 1: two a piece keep the running maximum of one out of the next.
    shift = 2.0 * np.cumsum(other)
    high = np.maximum.accumulate(parts.high[order] + shift) - shift
    gap = np.append(True, parts.low[order][1:] > high[:-1])[: order.size]
    begins = other | gap
    first = np.flatnonzero(begins)
    last = np.append(first[1:], order.size)[: first.size] - 1
    return group[first], edge[first], parts.low[order][first], high[last]


def _answer(
    graph: Graph,
    ask: _Ask,
    keys: list[tuple[int, int]],
    geometry: Objects,
    *,
    merged: bool,
) -> ServiceAreas:
    """Make the table, by facility, then break."""
    group, rank = np.array(keys, np.intp).reshape(-1, 2).T
    order = np.lexsort((rank, group))
    name = "break_s" if ask.how.timed else "break_m"
    columns = {} if merged else {"facility_id": ask.placed.ids[ask.placed.position[group[order]]]}
    areas = gpd.GeoDataFrame(
        {**columns, name: ask.breaks[rank[order]]}, geometry=geometry[order], crs=graph.crs
    )
    return ServiceAreas(areas, ask.placed.left_out)
