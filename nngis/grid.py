"""Rasters on plain arrays: a grid of cells, heights at points, heights along lines."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from nngis.arrays import Floats


@dataclass(frozen=True)
class Grid:
    """A raster in a projected CRS, north up.

    Parameters
    ----------
    values : (n, m) array
        The cells; NaN where there is none.
    west, north : float
        Outer corner [m].
    cell_m : float
        Side of a cell [m].
    """

    values: Floats
    west: float
    north: float
    cell_m: float


def heights_at(grid: Grid, xy: npt.ArrayLike) -> Floats:
    """Give the value of a grid at points, bilinear between the centres of its cells.

    Parameters
    ----------
    grid : Grid
        The raster.
    xy : (k, 2) float array
        Easting and northing [m].

    Returns
    -------
    (k,) float array
        In the unit of the cells; NaN outside the grid and in cells without a value. Beside such a
        cell, and in the outer half of the outermost cells, the cells that have a value count.

    Examples
    --------
    Two cells of 10 m, 0 and 4 high; a quarter of the way from one centre to the other it is 1:

    >>> grid = Grid(np.array([[0.0, 4.0]]), west=0.0, north=10.0, cell_m=10.0)
    >>> heights_at(grid, [(5.0, 5.0), (7.5, 5.0), (15.0, 9.0), (25.0, 5.0)]).tolist()
    [0.0, 1.0, 4.0, nan]
    """
    points = np.asarray(xy, float).reshape(-1, 2)
    rows, columns = grid.values.shape
    with np.errstate(invalid="ignore"):
        across = (points[:, 0] - grid.west) / grid.cell_m
        down = (grid.north - points[:, 1]) / grid.cell_m
        inside = (across >= 0) & (across <= columns) & (down >= 0) & (down <= rows)
    across, down = np.where(inside, across, 0.5), np.where(inside, down, 0.5)
    own = grid.values[
        np.minimum(down.astype(np.intp), rows - 1), np.minimum(across.astype(np.intp), columns - 1)
    ]
    row, column = np.clip(down - 0.5, 0, rows - 1), np.clip(across - 0.5, 0, columns - 1)
    top, left = row.astype(np.intp), column.astype(np.intp)
    part_down, part_across = row - top, column - left
    total, weight = np.zeros(len(points)), np.zeros(len(points))
    for lower in (0, 1):
        for right in (0, 1):
            value = grid.values[
                np.minimum(top + lower, rows - 1), np.minimum(left + right, columns - 1)
            ]
            share = np.abs(1 - lower - part_down) * np.abs(1 - right - part_across)
            known = np.isfinite(value)
            total += np.where(known, value, 0.0) * share
            weight += np.where(known, share, 0.0)
    good = inside & np.isfinite(own) & (weight > 0)
    heights: Floats = np.where(good, total / np.where(good, weight, 1.0), np.nan)
    return heights


class Samples(NamedTuple):
    """Heights along lines.

    Parameters
    ----------
    line : (k,) int array
        Position of the line; all samples of a line stand together.
    along_m : (k,) float array
        Distance from the start of the line [m], rising; the first is 0, the last its length.
    height : (k,) float array
        Value of the grid there; NaN where it has none.
    """

    line: npt.NDArray[np.intp]
    along_m: Floats
    height: Floats


def heights_along(grid: Grid, lines: npt.ArrayLike, *, step_m: float) -> Samples:
    """Sample a grid along lines, at both ends and evenly between.

    Parameters
    ----------
    grid : Grid
        The raster.
    lines : (n,) array of LineString
        The lines, in the grid's CRS; none of them empty.
    step_m : float
        Two samples are no farther apart than this [m]; the side of a cell is a good choice.

    Returns
    -------
    Samples
        At least two samples for each line.

    Examples
    --------
    >>> grid = Grid(np.array([[0.0, 4.0]]), west=0.0, north=10.0, cell_m=10.0)
    >>> samples = heights_along(grid, [shapely.LineString([(5, 5), (15, 5)])], step_m=5.0)
    >>> samples.along_m.tolist(), samples.height.tolist()
    ([0.0, 5.0, 10.0], [0.0, 2.0, 4.0])
    """
    shapes = np.asarray(lines, object).ravel()
    length = shapely.length(shapes)
    steps = np.maximum(np.ceil(length / step_m).astype(np.intp), 1)
    line = np.repeat(np.arange(len(shapes)), steps + 1)
    first = np.cumsum(steps + 1) - (steps + 1)
    number = np.arange(len(line)) - first[line]
    along = length[line] * number / steps[line]
    points = shapely.get_coordinates(shapely.line_interpolate_point(shapes[line], along))
    return Samples(line, along, heights_at(grid, points))
