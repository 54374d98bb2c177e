"""A road graph from any layer of lines."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.crs import ground_distance_m
from nngis.errors import LayerError, ParameterError, Problem, require
from nngis.network.graph.arrays import graph_from_arrays
from nngis.network.graph.edges import not_in_metres
from nngis.network.graph.noding import node_lines
from nngis.network.graph.report import Built
from nngis.network.graph.road_words import filled, levels, oneway_signs, speeds
from nngis.network.graph.shapes import Shapes

#: Data reach a little beyond the area that a plane is meant for [degrees].
NEAR_DEGREES = 3.0


def graph_from_lines(
    roads: gpd.GeoDataFrame,
    *,
    tolerance_m: float,
    oneway: str | None = None,
    level: str | None = None,
    speed_km_h: str | float | None = None,
) -> Built:
    """Build a graph from a layer of lines, cut where they meet.

    Lines on one level are cut wherever they cross, touch or run together. Lines on different
    levels join only end to end, so a bridge does not meet the street under it. A loose end within
    the tolerance of another line's end, or of a line on its level, is moved onto it. Lengths are
    true on the ground.

    Examples
    --------
    Two streets that cross, and a bridge over the eastern one that ends on its own:

    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> x, y = 500_000, 2_500_000
    >>> roads = gpd.GeoDataFrame({"layer": [0, 0, 1]}, crs="EPSG:4547", geometry=[
    ...     LineString([(x, y), (x + 300, y)]),
    ...     LineString([(x + 100, y - 50), (x + 100, y + 50)]),
    ...     LineString([(x + 200, y - 50), (x + 200, y + 50)])])
    >>> graph, report = graph_from_lines(roads, tolerance_m=1, level="layer")
    >>> graph.n_edges, report.crossings_split, report.components
    (5, 1, 2)
    """
    _check_options(roads, tolerance_m, (oneway, level, speed_km_h))
    signs = np.zeros(len(roads)) if oneway is None else _read_signs(roads[oneway])
    km_h, still = None, np.zeros(len(roads), bool)
    if isinstance(speed_km_h, str):
        km_h = speeds(roads[speed_km_h]).to_numpy(np.float64)
        still = pd.to_numeric(roads[speed_km_h], errors="coerce").le(0).to_numpy(bool)
    elif speed_km_h is not None:
        km_h = np.full(len(roads), float(speed_km_h))
        still = ~(km_h > 0)
    check_lines(roads, signs, oneway or "oneway", still)
    level_of = np.zeros(len(roads)) if level is None else np.nan_to_num(levels(roads[level]))
    return noded_graph(
        roads,
        LineRules(signs.astype(np.int8), level_of, np.zeros(len(roads), bool), km_h, km_h),
        tolerance_m=tolerance_m,
    )


@dataclass(frozen=True, eq=False)
class LineRules:
    """How lines are used: direction, level, whether they meet others, speeds (or None) [km/h]."""

    oneway: npt.NDArray[np.int8]
    level: Floats
    apart: Bools
    speed_km_h: Floats | None
    back_speed_km_h: Floats | None


def noded_graph(roads: gpd.GeoDataFrame, rules: LineRules, *, tolerance_m: float) -> Built:
    """Cut checked lines where they meet, and lay out the graph of the pieces."""
    lines, row, dropped = _simple_lines(roads.geometry.to_numpy())
    level = pd.factorize(rules.level)[0]
    noded = node_lines(lines, level[row], apart=rules.apart[row], tolerance_m=tolerance_m)
    row = row[noded.line]
    length_m = ground_length_m(noded.shapes, roads.crs)
    straight = bool((np.diff(noded.shapes.first) == 2).all())  # noqa: PLR2004
    graph, report = graph_from_arrays(
        noded.xy[:, 0],
        noded.xy[:, 1],
        noded.tail,
        noded.head,
        length_m,
        crs=roads.crs,
        oneway=rules.oneway[row],
        time_s=seconds(length_m, rules.speed_km_h, row),
        back_time_s=seconds(length_m, rules.back_speed_km_h, row),
        geometry=None if straight else noded.shapes,
        row=row,
    )
    report = replace(
        report,
        rows_in=len(roads),
        zero_length_dropped=dropped + report.zero_length_dropped,
        crossings_split=noded.crossings_split,
        dangles_snapped=noded.dangles_snapped,
    )
    return Built(graph, report)


def seconds(length_m: Floats, speed_km_h: Floats | None, row: Positions) -> Floats | None:
    """Give the driving time of pieces of rows."""
    if speed_km_h is None:
        return None
    time_s = length_m / (np.where(speed_km_h > 0, speed_km_h, np.nan)[row] / 3.6)
    return None if np.isnan(time_s).all() else time_s


def ground_length_m(shapes: Shapes, crs: CRS) -> Floats:
    """Measure lines on the ground."""
    xy, first = shapes.xy, shapes.first
    step = np.zeros(len(xy))
    step[1:] = ground_distance_m(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1], crs)
    step[first[:-1]] = 0.0
    return np.add.reduceat(step, first[:-1]) if first.size > 1 else np.empty(0)


def _simple_lines(
    geometry: Objects,
) -> tuple[Objects, Positions, int]:
    """Single lines that do not cross themselves, the row of each, and how many had no length."""
    lines, row = shapely.get_parts(geometry, return_index=True)
    empty = shapely.length(lines) == 0
    lines, row = lines[~empty], row[~empty]
    simple = shapely.is_simple(lines)
    parts, of_line = shapely.get_parts(shapely.node(lines[~simple]), return_index=True)
    lines = np.concatenate([lines[simple], parts])
    row = np.concatenate([row[simple], row[~simple][of_line]])
    order = np.argsort(row, kind="stable")
    return lines[order], row[order], int(empty.sum())


def _read_signs(cells: pd.Series) -> Floats:
    """One-way signs; 0 where a cell is empty, nan where it cannot be read."""
    signs = oneway_signs(cells)
    return np.asarray(signs.where(filled(cells), 0.0).replace(np.inf, np.nan), np.float64)


def _check_options(
    roads: gpd.GeoDataFrame, tolerance_m: float, options: tuple[str | float | None, ...]
) -> None:
    """Refuse columns that do not exist and a tolerance below zero."""
    missing = [
        Problem(f"图层没有 {name} 列。", f"The layer has no column {name}.", where=name)
        for name in options
        if isinstance(name, str) and name not in roads.columns
    ]
    if not tolerance_m >= 0:
        zh, en = "tolerance_m 应不小于零。", "tolerance_m must be zero or more."
        missing.append(Problem(zh, en, where="tolerance_m"))
    require(missing, ParameterError)


def check_lines(
    roads: gpd.GeoDataFrame,
    signs: Floats,
    sign_column: str,
    still: Bools,
) -> None:
    """Refuse a layer that no graph can be built from."""
    lines = roads.geometry.to_numpy()
    kinds = shapely.get_type_id(lines)
    line = np.isin(kinds, [shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING])
    found = not_in_metres(roads.crs, len(roads), "roads")
    degrees = np.zeros(len(roads), bool) if found else line & _like_degrees(lines, roads.crs)
    faults = [
        (~line, "geometry", "不是线", "no line"),
        (
            degrees,
            "geometry",
            "坐标像经纬度，与图层的投影坐标系不符",
            "coordinates that look like degrees, in a layer that says metres",
        ),
        (
            np.isnan(signs),
            sign_column,
            "单行标记读不出（应为 1、-1、0 或 是、否）",
            "a one-way sign that is not 1, -1, 0, yes or no",
        ),
        (still, "speed_km_h", "车速不大于零", "a speed that is not above zero"),
    ]
    for wrong, where, zh, en in faults:
        count = int(wrong.sum())
        if count:
            example = roads.index[wrong][0]
            found.append(
                Problem(
                    f"{len(roads)} 行中有 {count} 行{zh}，例如 {example!r}；请更正或删去，其余 "
                    f"{len(roads) - count} 行可用。",
                    f"{count} of {len(roads)} rows have {en}, for example {example!r}; correct or "
                    f"drop them, the other {len(roads) - count} can be used.",
                    where=where,
                )
            )
    require(found, LayerError)


def _like_degrees(lines: Objects, crs: CRS) -> Bools:
    """Whether coordinates, read as degrees in either order, lie where a plane is meant for."""
    if crs.area_of_use is None:
        return np.zeros(len(lines), bool)
    west, south, east, north = crs.area_of_use.bounds
    low, high = np.array([west, south]) - NEAR_DEGREES, np.array([east, north]) + NEAR_DEGREES
    box = shapely.bounds(lines)
    corners = np.stack([box, box[:, [1, 0, 3, 2]]])
    within = np.concatenate([corners[..., :2] >= low, corners[..., 2:] <= high], axis=-1)
    return np.asarray(within.sum(axis=-1).max(axis=0) == within.shape[-1])
