"""Where on a map an inset may lie: over no mark of the plan, and hardly over the place itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from nngis.arrays import Array, Bools, Floats, Positions
from nngis.cartography.dense import CELL_MM, marked_cells
from nngis.cartography.paper import Box
from nngis.cartography.printed import PrintedLayer
from nngis.cartography.window import Window

HIDES = 0.15  # share of an inset under which the place itself may lie
EDGE_MM = 1.5  # between an inset and the frame
CORNER = 1e-3  # of two places equally free, the one nearer to a corner is better


@dataclass(frozen=True)
class Room:
    """A map's frame in cells.

    Parameters
    ----------
    frame : Box
        The frame.
    cell_mm : float
        Side of a cell.
    taken, home : (rows, columns) bool array
        Cells that an inset must not hide, and cells of the place itself; rows from the south.
    """

    frame: Box
    cell_mm: float
    taken: Bools
    home: Bools

    def without(self, boxes: Sequence[Box]) -> "Room":
        """Return the room in which some boxes are taken too."""
        taken = self.taken.copy()
        for box in boxes:
            low, high = _span(box.bottom - self.frame.bottom, box.height, self.cell_mm)
            left, right = _span(box.left - self.frame.left, box.width, self.cell_mm)
            taken[max(low, 0) : high, max(left, 0) : right] = True
        return replace(self, taken=taken)


def room_on(
    window: Window, layers: Sequence[PrintedLayer], home: BaseGeometry | None, unit: float
) -> Room:
    """Find what an inset would hide on a map."""
    cell = CELL_MM * unit
    taken = marked_cells(layers, window, unit)
    own = np.zeros(taken.shape, dtype=bool)
    if home is not None:
        shapely.prepare(home)
        rows, columns = ((np.arange(length) + 0.5) * cell for length in taken.shape)
        x, y = np.meshgrid(columns, rows)
        m = window.m_per_mm
        own = shapely.contains_xy(home, x * m + window.west, y * m + window.south)
    return Room(window.frame, cell, taken, own)


def find_place(room: Room, width: float, height: float) -> Box | None:
    """Find the best place for a box of a size [mm]: nothing taken under it, near a corner.

    Examples
    --------
    >>> import numpy as np
    >>> free = np.zeros((4, 4), dtype=bool)
    >>> find_place(Room(Box(0, 0, 20, 20), 5.0, free, free), 10, 10)
    Box(left=1.5, bottom=1.5, width=10, height=10)
    """
    frame, cell = room.frame, room.cell_mm
    most_x, most_y = frame.width - width - EDGE_MM, frame.height - height - EDGE_MM
    xs = np.append(np.arange(EDGE_MM, most_x, cell), most_x)
    ys = np.append(np.arange(EDGE_MM, most_y, cell), most_y)
    rows, columns = _spans(ys, height, cell), _spans(xs, width, cell)
    over = _sums(room.home, rows, columns) / (width * height / cell**2)
    off = np.minimum(ys - EDGE_MM, most_y - ys)[:, None] + np.minimum(xs - EDGE_MM, most_x - xs)
    good = (_sums(room.taken, rows, columns) == 0) & (over <= HIDES)
    cost = np.where(good, over + CORNER * off, np.inf)
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    if not good[row, column]:
        return None
    return Box(frame.left + float(xs[column]), frame.bottom + float(ys[row]), width, height)


def densest(counts: Array, rows: int, columns: int) -> tuple[float, float]:
    """Return the middle of the part of so many cells that holds the most, as row and column."""
    rows, columns = min(rows, counts.shape[0]), min(columns, counts.shape[1])
    lows = np.arange(counts.shape[0] - rows + 1)
    lefts = np.arange(counts.shape[1] - columns + 1)
    sums = _sums(
        counts, np.column_stack([lows, lows + rows]), np.column_stack([lefts, lefts + columns])
    )
    low, left = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return float(low) + rows / 2, float(left) + columns / 2


def _span(start_mm: float, length_mm: float, cell_mm: float) -> tuple[int, int]:
    low, high = _spans(np.array([start_mm]), length_mm, cell_mm)[0].tolist()
    return low, high


def _spans(starts_mm: Floats, length_mm: float, cell_mm: float) -> Positions:
    """Return the first cell under each stretch, and the one after the last."""
    first = np.floor(starts_mm / cell_mm)
    after = np.ceil((starts_mm + length_mm) / cell_mm)
    return np.column_stack([first, after]).astype(np.intp)


def _sums(grid: Array, rows: Positions, columns: Positions) -> Array:
    """Add up the cells of every stretch of rows crossed with every stretch of columns."""
    summed = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1), dtype=np.intp)
    summed[1:, 1:] = grid.cumsum(axis=0, dtype=np.intp).cumsum(axis=1)
    rows = np.clip(rows, 0, grid.shape[0])
    columns = np.clip(columns, 0, grid.shape[1])
    high, low = summed[rows[:, 1]], summed[rows[:, 0]]
    return np.asarray((high - low)[:, columns[:, 1]] - (high - low)[:, columns[:, 0]])
