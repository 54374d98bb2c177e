"""Compiled search for the nearest straight segment, on a grid of cells."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner


@inner
def _span(a: float, b: float, cell_m: float, count: int) -> tuple[int, int]:
    """First and last cell that an interval touches; a little air covers rounding."""
    air = 1e-9 * cell_m
    first = int(np.floor((min(a, b) - air) / cell_m))
    last = int(np.floor((max(a, b) + air) / cell_m))
    return max(0, min(first, count - 1)), max(0, min(last, count - 1))


@inner
def _rows(segment: Array, column: int, cell_m: float, ny: int) -> tuple[int, int]:
    """First and last grid row that a segment touches within one column."""
    x0, y0, x1, y1 = segment
    a, b = 0.0, 1.0
    if x1 != x0:
        a = min(max((column * cell_m - x0) / (x1 - x0), 0.0), 1.0)
        b = min(max(((column + 1) * cell_m - x0) / (x1 - x0), 0.0), 1.0)
    return _span(y0 + a * (y1 - y0), y0 + b * (y1 - y0), cell_m, ny)


@compiled
def sort_into_cells(segments: Array, cell_m: float, shape: tuple[int, int]) -> tuple[Array, Array]:
    """List the segments that pass through each cell."""
    nx, ny = shape
    start = np.zeros(nx * ny + 2, np.int64)
    item = np.empty(0, np.int32)
    for filling in range(2):
        for at in range(segments.shape[0]):
            first, last = _span(segments[at, 0], segments[at, 2], cell_m, nx)
            for column in range(first, last + 1):
                bottom, top = _rows(segments[at], column, cell_m, ny)
                for row in range(bottom, top + 1):
                    cell = row * nx + column
                    if filling:
                        item[start[cell + 1]] = at
                        start[cell + 1] += 1
                    else:
                        start[cell + 2] += 1
        if not filling:
            for cell in range(1, start.size):
                start[cell] += start[cell - 1]
            item = np.empty(start[-1], np.int32)
    return start[:-1], item


@compiled
def nearest_segments(
    x: Array,
    y: Array,
    segments: Array,
    cells: tuple[Array, Array],
    cell_m: float,
    shape: tuple[int, int],
) -> tuple[Array, Array]:
    """Find the nearest segment of each point; of several equally near, the first."""
    nx, ny = shape
    found = np.full(x.size, -1, np.int64)
    share = np.zeros(x.size)
    for at in range(x.size):
        if not (np.isfinite(x[at]) and np.isfinite(y[at])):
            continue
        column, row = int(np.floor(x[at] / cell_m)), int(np.floor(y[at] / cell_m))
        ring = max(0, -column, column - nx + 1, -row, row - ny + 1)
        best, best_share, best_at = np.inf, 0.0, -1
        while True:
            low, high = max(0, row - ring), min(ny - 1, row + ring)
            for here in range(low, high + 1):
                # The ring's top and bottom are whole rows of it, the rest two single cells.
                step = 1 if abs(here - row) == ring or ring == 0 else 2 * ring
                for there in range(column - ring, column + ring + 1, step):
                    if there < 0 or there >= nx:
                        continue
                    best, best_share, best_at = _nearest_in_cell(
                        x[at], y[at], segments, cells, here * nx + there, best, best_share, best_at
                    )
            # Whatever lies outside the square of rings is farther than its nearest side.
            side = min(x[at] - (column - ring) * cell_m, (column + ring + 1) * cell_m - x[at])
            side = min(side, y[at] - (row - ring) * cell_m)
            side = min(side, (row + ring + 1) * cell_m - y[at])
            if best_at >= 0 and best < side * side:
                break
            if column - ring < 0 and row - ring < 0 and column + ring >= nx and row + ring >= ny:
                break
            ring += 1
        found[at], share[at] = best_at, best_share
    return found, share


@inner
def _nearest_in_cell(
    x: float,
    y: float,
    segments: Array,
    cells: tuple[Array, Array],
    cell: int,
    best: float,
    best_share: float,
    best_at: int,
) -> tuple[float, float, int]:
    """Compare the best segment so far with those of one cell; `best` is a squared distance."""
    start, item = cells
    for rank in range(start[cell], start[cell + 1]):
        at = item[rank]
        px, py = x - segments[at, 0], y - segments[at, 1]
        dx, dy = segments[at, 2] - segments[at, 0], segments[at, 3] - segments[at, 1]
        square = dx * dx + dy * dy
        share = (px * dx + py * dy) / square if square > 0.0 else 0.0
        share = min(1.0, max(0.0, share))
        gx, gy = px - share * dx, py - share * dy
        gap = gx * gx + gy * gy
        if gap < best or (gap == best and at < best_at):
            best, best_share, best_at = gap, share, at
    return best, best_share, best_at
