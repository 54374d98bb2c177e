"""Suitability of land: slope, land cover and red lines laid over each other with weights."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.register.data import Data, Grid
from nngis.register.finding import Finding, MissingDataError, Part
from nngis.register.rules import Rule
from nngis.text import Text

M2_PER_KM2 = 1e6
COARSE_M = 100.0


def slope_deg(elevation_m: npt.NDArray[np.float64], cell_m: float) -> npt.NDArray[np.float64]:
    """Give the slope of each cell by central differences.

    Parameters
    ----------
    elevation_m : (n, m) float array
        Heights [m].
    cell_m : float
        Side of a cell [m].

    Returns
    -------
    (n, m) float array
        Slope [degree]; one-sided at the edge.

    Examples
    --------
    >>> slope_deg(np.array([[0., 10., 20.], [0., 10., 20.]]), 10.0).round(1).tolist()
    [[45.0, 45.0, 45.0], [45.0, 45.0, 45.0]]
    """
    down, right = np.gradient(elevation_m, cell_m)
    return np.asarray(np.degrees(np.arctan(np.hypot(down, right))), dtype=np.float64)


def overlay(
    slope: npt.NDArray[np.float64],
    cover: npt.NDArray[np.float64],
    barred: npt.NDArray[np.bool_],
    *,
    steepest_deg: float,
    cover_scores: Mapping[int, float],
    slope_weight: float,
) -> npt.NDArray[np.float64]:
    """Score cells from 0 to 1 by slope and land cover; barred ones are 0.

    Parameters
    ----------
    slope : (n, m) float array
        Slope [degree].
    cover : (n, m) float array
        Class of land cover.
    barred : (n, m) bool array
        Cells behind a red line.
    steepest_deg : float
        Slope at which the score reaches 0 and above which a cell is out.
    cover_scores : mapping of int to float
        Score of each class; another class is out.
    slope_weight : float
        Weight of the slope, 0 to 1; land cover has the rest.

    Returns
    -------
    (n, m) float array
        Scores; NaN where slope or cover is not known.

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
    score: npt.NDArray[np.float64] = slope_weight * gentle + (1 - slope_weight) * kind
    score[(slope > steepest_deg) | (kind == 0) | barred] = 0.0
    score[~np.isfinite(slope) | ~np.isfinite(cover)] = np.nan
    return score


def barred_cells(grid: Grid, zones: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Say which cells have their middle inside a zone.

    Parameters
    ----------
    grid : Grid
        The grid.
    zones : GeoDataFrame
        Polygons in the grid's CRS.

    Returns
    -------
    (n, m) bool array
        True inside; a border belongs to the zone.
    """
    n, m = grid.values.shape
    x = grid.west + (np.arange(m) + 0.5) * grid.cell_m
    y = grid.north - (np.arange(n) + 0.5) * grid.cell_m
    xx, yy = np.meshgrid(x, y)
    out = np.zeros(n * m, dtype=bool)
    tree = shapely.STRtree(shapely.points(xx.ravel(), yy.ravel()))
    _, cells = tree.query(zones.geometry.to_numpy(), predicate="intersects")
    out[cells] = True
    return out.reshape(n, m)


def land(
    rule: Rule,
    data: Data,
    *,
    steepest_deg: float,
    cover_scores: Mapping[str, float],
    slope_weight: float,
    good: float,
    assumed: str,
) -> Finding:
    """Map where ground-mounted PV may stand, and how much of it lies in each county.

    Parameters
    ----------
    rule : Rule
        Without a number of its own.
    data : Data
        Grids `elevation` and `land_cover`, and the layer `red_lines`.
    steepest_deg, slope_weight : float
        As in `overlay`.
    cover_scores : mapping of str to float
        Score by class of land cover.
    good : float
        Score from which land is suitable.
    assumed : str
        Where these numbers come from.

    Returns
    -------
    Finding
        Value: suitable land [km²]; objects: a polygon a class of suitability and county.
    """
    absent = [name for name in ("elevation", "land_cover") if name not in data.grids]
    absent += ["red_lines"] if "red_lines" not in data.frames else []
    if absent:
        raise MissingDataError(absent)
    height, cover = data.grids["elevation"], data.grids["land_cover"]
    score = overlay(
        slope_deg(height.values, height.cell_m),
        cover.values,
        barred_cells(height, data.frames["red_lines"]),
        steepest_deg=steepest_deg,
        cover_scores={int(code): value for code, value in cover_scores.items()},
        slope_weight=slope_weight,
    )
    ok = score >= good
    row, column = np.nonzero(ok)
    west = height.west + column * height.cell_m
    north = height.north - row * height.cell_m
    cells = gpd.GeoDataFrame(
        {"score": score[ok]},
        geometry=shapely.points(west + height.cell_m / 2, north - height.cell_m / 2),
        crs=data.counties.crs,
    )
    county = data.county_of(cells)
    area = height.cell_m**2 / M2_PER_KM2
    by = county.value_counts().reindex(data.counties["name_zh"], fill_value=0) * area
    boxes = shapely.box(west, north - height.cell_m, west + height.cell_m, north)
    home = county.fillna("—").to_numpy()
    names = sorted(set(home))
    shapes = gpd.GeoDataFrame(
        {"county": names},
        geometry=[shapely.union_all(boxes[home == name]) for name in names],
        crs=cells.crs,
    )
    shapes["area_km2"] = shapes.area / M2_PER_KM2
    shapes.index = pd.Index([f"S{at:02d}" for at in range(1, len(shapes) + 1)], name="area_id")
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
        objects=shapes.assign(state="done"),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        assumptions=(
            Text(f"{rule.id}：{assumed}", f"{rule.id}: scores and limits are the tool's own."),
        ),
    )
