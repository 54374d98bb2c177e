"""The ground under a design: holes filled, feet found out, heights everywhere on the lines."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.ndimage import distance_transform_edt

from nngis.arrays import Bools, Floats
from nngis.errors import LayerError, Problem
from nngis.grid import Grid, heights_at

LOWEST_M, HIGHEST_M = -450.0, 9000.0
"""Heights beyond the lowest and the highest ground on earth are marks for missing cells."""
FOOT_M = 0.3048
FEET_SHARE = (2.6, 4.2)
"""Ground over inverts in this range, in the mean: one of the two is in feet."""
COARSE_M = 100.0
"""Cells wider than this tell no slope of a street: lengths can be read off them, nothing else."""
MARGIN_CELLS = 3
MOST_CELLS = 100_000_000


@dataclass(frozen=True, eq=False)
class Terrain:
    """The ground, known everywhere.

    Parameters
    ----------
    grid : Grid
        Heights without holes [m].
    known : Grid
        1 where a cell had a height, 0 where it was filled from the nearest cell that had one.
    problems : tuple of Problem
        What was wrong and is mended.
    """

    grid: Grid
    known: Grid
    problems: tuple[Problem, ...]

    def at(self, xy: npt.ArrayLike) -> Floats:
        """Give the ground at points."""
        return heights_at(self.grid, xy)

    def is_known(self, xy: npt.ArrayLike) -> Bools:
        """Tell where the ground was measured."""
        known: Bools = heights_at(self.known, xy) > 1.0 - 1e-9
        return known


def read_terrain(
    elevation: Grid, bounds: tuple[float, float, float, float], sewers: gpd.GeoDataFrame | None
) -> Terrain:
    """Cut out the ground of a design, fill its holes, and turn feet into metres."""
    grid = _cut_out(elevation, bounds)
    with np.errstate(invalid="ignore"):
        good = (grid.values > LOWEST_M) & (grid.values < HIGHEST_M)
    if not good.any():
        raise LayerError(
            "高程栅格在设计范围内没有任何高程；请检查范围和坐标系，换用覆盖道路的数字高程模型。",
            "The elevation grid has no height where the design lies; see whether its extent and "
            "CRS are right, or give one that covers the roads.",
            where="elevation",
        )
    values = np.where(good, grid.values, 0.0)
    if not good.all():
        row, column = distance_transform_edt(~good, return_distances=False, return_indices=True)
        values = values[row, column]
    terrain = Terrain(replace(grid, values=values), replace(grid, values=good.astype(float)), ())
    return _in_metres(terrain, sewers)


def _cut_out(grid: Grid, bounds: tuple[float, float, float, float]) -> Grid:
    """Cut a grid to bounds and a margin, with holes where it does not reach."""
    rows, columns = grid.values.shape
    west, south, east, north = bounds
    first_row = int(np.floor((grid.north - north) / grid.cell_m)) - MARGIN_CELLS
    last_row = int(np.ceil((grid.north - south) / grid.cell_m)) + MARGIN_CELLS
    first_column = int(np.floor((west - grid.west) / grid.cell_m)) - MARGIN_CELLS
    last_column = int(np.ceil((east - grid.west) / grid.cell_m)) + MARGIN_CELLS
    inside = (
        slice(max(first_row, 0), min(last_row, rows)),
        slice(max(first_column, 0), min(last_column, columns)),
    )
    if (last_row - first_row) * (last_column - first_column) > MOST_CELLS:
        raise LayerError(
            f"设计范围在 {grid.cell_m:g} m 高程格网上超过 {MOST_CELLS:,} 格；请把道路裁到设计范围，"
            "或换用较粗的高程。",
            f"The design covers more than {MOST_CELLS:,} cells of {grid.cell_m:g} m; cut the roads "
            "to the area that is designed, or give a coarser grid.",
            where="elevation",
        )
    if inside[0].start >= inside[0].stop or inside[1].start >= inside[1].stop:
        return replace(grid, values=np.full((1, 1), np.nan))
    values = np.pad(
        np.asarray(grid.values[inside], float),
        (
            (inside[0].start - first_row, last_row - inside[0].stop),
            (inside[1].start - first_column, last_column - inside[1].stop),
        ),
        constant_values=np.nan,
    )
    return Grid(
        values,
        grid.west + first_column * grid.cell_m,
        grid.north - first_row * grid.cell_m,
        grid.cell_m,
    )


def _in_metres(terrain: Terrain, sewers: gpd.GeoDataFrame | None) -> Terrain:
    """Compare the ground with the inverts of existing sewers: about 3.3 times as high is feet."""
    if sewers is None or "invert_up_m" not in sewers or not len(sewers):
        return terrain
    invert = sewers["invert_up_m"].to_numpy(float, na_value=np.nan)
    start = shapely.get_coordinates(shapely.get_point(sewers.geometry.to_numpy(), 0))
    if len(start) != len(invert):
        return terrain
    with np.errstate(invalid="ignore", divide="ignore"):
        share = terrain.at(start) / np.where(np.abs(invert) > 1.0, invert, np.nan)
    share = share[np.isfinite(share) & terrain.is_known(start)]
    if not share.size or not FEET_SHARE[0] < float(np.median(share)) < FEET_SHARE[1]:
        return terrain
    problem = Problem(
        f"高程约为现状管底标高的 {np.median(share):.2f} 倍，按英尺换算成米；"
        "若高程本是米，请改正管底标高。",
        f"Heights are about {np.median(share):.2f} times the inverts of existing sewers, so they "
        "are taken as feet and turned into metres; if they are not, correct the inverts.",
        where="elevation",
    )
    metres = replace(terrain.grid, values=terrain.grid.values * FOOT_M)
    return replace(terrain, grid=metres, problems=(*terrain.problems, problem))
