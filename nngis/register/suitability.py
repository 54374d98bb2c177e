"""Suitability of land: slope, land cover and red lines laid over each other with weights."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Bools, Floats
from nngis.grid import Grid
from nngis.register.data import Data
from nngis.register.finding import Finding, MissingDataError, Part
from nngis.register.rules import PlanRule
from nngis.text import Text
from nngis.units import M2_PER_KM2

COARSE_M = 100.0
BLOCK_M = 1000.0


def slope_deg(elevation_m: Floats, cell_m: float) -> Floats:
    """Give the slope of each cell by central differences.

    Examples
    --------
    >>> slope_deg(np.array([[0., 10., 20.], [0., 10., 20.]]), 10.0).round(1).tolist()
    [[45.0, 45.0, 45.0], [45.0, 45.0, 45.0]]
    """
    down, right = np.gradient(elevation_m, cell_m)
    return np.asarray(np.degrees(np.arctan(np.hypot(down, right))), dtype=np.float64)


def overlay(
    slope: Floats,
    cover: Floats,
    barred: Bools,
    *,
    steepest_deg: float,
    cover_scores: Mapping[int, float],
    slope_weight: float,
) -> Floats:
    """Score cells from 0 to 1 by slope and land cover; barred ones are 0.

    Examples
    --------
    >>> overlay(np.array([[0., 5., 20.]]), np.array([[1., 1., 1.]]), np.zeros((1, 3), bool),
    ...         steepest_deg=10, cover_scores={1: 1.0}, slope_weight=0.5).tolist()
    [[1.0, 0.75, 0.0]]
    """
    gentle = np.clip(1 - slope / steepest_deg, 0, 1)
    kind = np.zeros_like(slope)
    for code, worth in cover_scores.items():
        kind[cover == code] = worth
    score: Floats = slope_weight * gentle + (1 - slope_weight) * kind
    score[(slope > steepest_deg) | (kind == 0) | barred] = 0.0
    score[~np.isfinite(slope) | ~np.isfinite(cover)] = np.nan
    return score


def cells_inside(grid: Grid, zones: gpd.GeoSeries) -> Bools:
    """Say which cells have their middle inside a zone.

    A line through the middles of each row enters and leaves a polygon where it crosses its edges;
    what lies between is a run of cells.
    """
    n, m = grid.values.shape
    polygons = shapely.get_parts(zones.to_numpy())
    rings, owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    # Rows and columns of the vertices, in cells from the middle of the first one.
    down = (grid.north - xy[:, 1]) / grid.cell_m - 0.5
    right = (xy[:, 0] - grid.west) / grid.cell_m - 0.5
    edge = np.flatnonzero(ring[:-1] == ring[1:])
    low = np.minimum(down[edge], down[edge + 1])
    high = np.maximum(down[edge], down[edge + 1])
    # Of an edge's two ends the lower one counts, so that a vertex is crossed once, not twice.
    first = np.clip(np.floor(low) + 1, 0, n).astype(int)
    last = np.clip(np.floor(high), -1, n - 1).astype(int)
    many = np.maximum(last - first + 1, 0)
    at = np.repeat(edge, many)
    row = np.repeat(first, many) + np.arange(many.sum()) - np.repeat(many.cumsum() - many, many)
    x = right[at] + (row - down[at]) * (right[at + 1] - right[at]) / (down[at + 1] - down[at])
    order = np.lexsort((x, row, owner[ring[at]]))
    row, x = row[order], x[order]
    enter = np.clip(np.ceil(x[::2]), 0, m).astype(int)
    leave = np.clip(np.floor(x[1::2]) + 1, 0, m).astype(int)
    steps = np.zeros((n, m + 1), dtype=int)
    some = leave > enter
    np.add.at(steps, (row[::2][some], enter[some]), 1)
    np.add.at(steps, (row[::2][some], leave[some]), -1)
    return steps.cumsum(axis=1)[:, :m] > 0


def blocks(grid: Grid, ok: Bools, crs: object) -> gpd.GeoDataFrame:
    """Gather suitable cells into squares of about a kilometre."""
    n, m = ok.shape
    size = max(1, round(BLOCK_M / grid.cell_m))
    padded = np.pad(ok, ((0, -n % size), (0, -m % size)))
    count = padded.reshape(padded.shape[0] // size, size, -1, size).sum(axis=(1, 3))
    row, column = np.nonzero(count)
    side = size * grid.cell_m
    west, north = grid.west + column * side, grid.north - row * side
    return gpd.GeoDataFrame(
        {"area_km2": count[row, column] * grid.cell_m**2 / M2_PER_KM2},
        index=pd.Index([f"S{at:05d}" for at in range(1, len(row) + 1)], name="area_id"),
        geometry=shapely.box(west, north - side, west + side, north),
        crs=crs,
    )


def land(
    rule: PlanRule,
    data: Data,
    *,
    steepest_deg: float,
    cover_scores: Mapping[str, float],
    slope_weight: float,
    good: float,
    assumed: str,
) -> Finding:
    """Map where ground-mounted PV may stand, and how much of it lies in each county."""
    absent = [name for name in ("elevation", "land_cover") if name not in data.grids]
    absent += ["red_lines"] if "red_lines" not in data.frames else []
    if absent:
        raise MissingDataError(absent)
    height, cover = data.grids["elevation"], data.grids["land_cover"]
    score = overlay(
        slope_deg(height.values, height.cell_m),
        cover.values,
        cells_inside(height, data.frames["red_lines"].geometry),
        steepest_deg=steepest_deg,
        cover_scores={int(code): value for code, value in cover_scores.items()},
        slope_weight=slope_weight,
    )
    ok = score >= good
    area = height.cell_m**2 / M2_PER_KM2
    names, shapes = data.counties["name_zh"], data.counties.geometry
    by = pd.Series(
        [
            float((ok & cells_inside(height, shapes.iloc[[at]])).sum()) * area
            for at in range(len(names))
        ],
        index=names,
    )
    squares = blocks(height, ok, data.counties.crs)
    value = float(ok.sum()) * area
    coarse = height.cell_m > COARSE_M
    zh = f"适宜面积 {value:.2f} km²（得分不低于 {good:g}）"
    en = f"{value:.2f} km² are suitable (score {good:g} or more)"
    if coarse:
        zh += f"；高程格网 {height.cell_m:g} m，坡度偏缓，只作概略"
        en += f"; the elevation grid of {height.cell_m:g} m flattens slopes, so this is a sketch"
    return Finding(
        "done",
        Text(f"{zh}。", f"{en}."),
        (Part(rule.id, value, "km²", "done"),),
        objects=squares.assign(state="done", county=data.county_of(squares)),
        by_county=pd.DataFrame({"value": by}).rename_axis("county"),
        assumptions=(
            Text(f"{rule.id}：{assumed}", f"{rule.id}: scores and limits are the tool's own."),
        ),
    )
