"""Dense parts of a printed map: where marks run together, and how far each part reaches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.cartography.printed import PrintedLayer
from nngis.cartography.window import Window

CELL_MM = 2.5  # a symbol is about as wide: marks nearer than this run together
ACROSS, CROWDED = 5, 14  # so many marks on a square of so many cells are a crowd
BESIDE = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True)
class Marks:
    """What the plan puts on a map, in cells as large as a symbol.

    Parameters
    ----------
    boxes : (n, 4) float array
        West, south, east, north of each mark [m]: of a point the point itself.
    cells : (n, 2) int array
        Row from the south and column of its cell.
    counts : (rows, columns) int array
        Marks on each cell of the frame.
    """

    boxes: Floats
    cells: Positions
    counts: Positions


@dataclass(frozen=True)
class DensePart:
    """A part of a map in which marks run together.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north [m].
    marks : int
        Marks in it.
    """

    bounds: tuple[float, float, float, float]
    marks: int


def count_marks(layers: Sequence[PrintedLayer], window: Window, unit: float) -> Marks:
    """Count what lies on each cell of a map: points, small areas, and lines along their way.

    Points at one place count once, since no scale parts them, and so do all lines of a cell.
    """
    cell_m = CELL_MM * unit * window.m_per_mm
    lines = [one.frame.geometry.to_numpy() for one in layers if one.layer.shape == "line"]
    ways = _along(np.concatenate([np.empty(0, dtype=object), *lines]), cell_m)
    boxes = np.vstack([ways, *(_boxes(one, cell_m) for one in layers)])
    cells, inside = _cells(boxes, window, unit)
    counts = np.zeros(_shape(window, unit), dtype=np.intp)
    np.add.at(counts, tuple(cells[inside].T), 1)
    return Marks(boxes[inside], cells[inside], counts)


def marked_cells(layers: Sequence[PrintedLayer], window: Window, unit: float) -> Bools:
    """Return the cells on which an inset would hide a mark, or the outline of an area."""
    cell_m = CELL_MM * unit * window.m_per_mm
    marked = count_marks(layers, window, unit).counts > 0
    for one in layers:
        if one.layer.shape == "polygon" and not one.look.sized:
            edges = shapely.boundary(one.frame.geometry.to_numpy())
            cells, inside = _cells(_along(edges, cell_m), window, unit)
            marked[tuple(cells[inside].T)] = True
    return np.asarray(ndimage.binary_dilation(marked, BESIDE))


def find_dense(marks: Marks) -> list[DensePart]:
    """Find the parts of a map in which marks run together, that with the most marks first."""
    square = np.ones((ACROSS, ACROSS), dtype=np.intp)
    near = ndimage.convolve(marks.counts, square, mode="constant")
    crowd = (near >= CROWDED) & (marks.counts > 0)
    parts, number = ndimage.label(ndimage.binary_dilation(crowd, square > 0), BESIDE)
    of_mark = parts[tuple(marks.cells.T)]
    found = []
    for part in range(1, number + 1):
        own = marks.boxes[of_mark == part]
        west, south = own[:, :2].min(axis=0).tolist()
        east, north = own[:, 2:].max(axis=0).tolist()
        found.append(DensePart((west, south, east, north), len(own)))
    return sorted(found, key=lambda part: (-part.marks, part.bounds))


def _shape(window: Window, unit: float) -> tuple[int, int]:
    cell = CELL_MM * unit
    return int(np.ceil(window.frame.height / cell)), int(np.ceil(window.frame.width / cell))


def _cells(boxes: Floats, window: Window, unit: float) -> tuple[Positions, Bools]:
    """Return row and column of the cell under the middle of each box, and whether it is there."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    from_corner = (middle - (window.west, window.south)) / (CELL_MM * unit * window.m_per_mm)
    cells = np.floor(from_corner[:, ::-1]).astype(np.intp)
    inside = (cells >= 0) & (cells < np.array(_shape(window, unit)))
    return cells, np.asarray(inside.all(axis=1))


def _boxes(one: PrintedLayer, cell_m: float) -> Floats:
    geometry = one.frame.geometry.to_numpy()
    if one.layer.shape == "line":
        return np.empty((0, 4))
    if one.layer.shape == "polygon":
        bounds = shapely.bounds(geometry).reshape(-1, 4)
        small = (bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0.0) < cell_m
        return np.asarray(bounds[small])
    points = np.unique(np.rint(shapely.get_coordinates(geometry)), axis=0)
    return np.hstack([points, points])


def _along(lines: Objects, cell_m: float) -> Floats:
    """Return one place on every cell that lines pass."""
    points = shapely.get_coordinates(shapely.segmentize(lines, cell_m))
    if not len(points):
        return np.empty((0, 4))
    x, y = np.floor(points / cell_m).T
    cell = (x - x.min()) * (y.max() - y.min() + 1.0) + (y - y.min())  # one number: quicker to sort
    points = points[np.unique(cell, return_index=True)[1]]
    return np.hstack([points, points])
