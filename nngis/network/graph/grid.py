"""A grid over straight segments that finds the nearest one to each of many points.

Measured on a city of 150,000 road pieces, 50,000 points: 0.03 s, against 0.6 to 0.9 s with
`shapely.STRtree.query_nearest`; and no geometry object is needed.
"""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Floats, Ints, Offsets, Positions
from nngis.network._numba_snap import nearest_segments, sort_into_cells
from nngis.network.graph.shapes import Shapes

#: Cells for each segment, at most: more only cost memory.
CELLS_PER_SEGMENT = 2


@dataclass(frozen=True, eq=False)
class SegmentGrid:
    """The straight segments of n lines, sorted into square cells.

    Parameters
    ----------
    segments : (m, 4) float array
        `x0`, `y0`, `x1`, `y1`, counted from `corner` [m].
    line : (m,) int array
        The line each segment belongs to.
    vertex : (m,) int array
        Position of the segment's first coordinate in the lines' flat coordinates.
    cells : tuple of int arrays
        Where each cell's segments begin, and their positions.
    cell_m : float
        Width of a cell [m].
    shape : tuple of int
        Number of columns and rows.
    corner : (2,) float array
        Lower left corner of the grid [m].
    """

    segments: Floats
    line: Positions
    vertex: Positions
    cells: tuple[Offsets, Ints]
    cell_m: float
    shape: tuple[int, int]
    corner: Floats


def segment_grid(shapes: Shapes) -> SegmentGrid:
    """Sort the segments of lines into cells."""
    count = np.diff(shapes.first)
    line = np.repeat(np.arange(count.size), count - 1)
    vertex = np.arange(line.size) + line
    corner, far = shapes.xy.min(axis=0), shapes.xy.max(axis=0)
    xy = shapes.xy - corner
    segments = np.hstack([xy[vertex], xy[vertex + 1]])
    width, height = far - corner
    median = float(np.median(np.diff(shapes.along_m)[vertex]))
    cell_m = max(
        median,
        float(np.sqrt(width * height / (CELLS_PER_SEGMENT * line.size))),
        max(width, height) / (CELLS_PER_SEGMENT * line.size),
    )
    cell_m = cell_m or 1.0
    shape = int(width / cell_m) + 1, int(height / cell_m) + 1
    cells = sort_into_cells(segments, cell_m, shape)
    return SegmentGrid(segments, line, vertex, cells, cell_m, shape, corner)


def nearest_on_lines(
    grid: SegmentGrid, shapes: Shapes, x: Floats, y: Floats
) -> tuple[Positions, Floats, Floats, Floats]:
    """Find the nearest point on any line for each point."""
    at, share = nearest_segments(
        x - grid.corner[0], y - grid.corner[1], grid.segments, grid.cells, grid.cell_m, grid.shape
    )
    vertex = grid.vertex[at]
    start, end = shapes.along_m[vertex], shapes.along_m[vertex + 1]
    along_m = np.where(share < 1, start + share * (end - start), end)
    a, b = shapes.xy[vertex], shapes.xy[vertex + 1]
    foot = np.where((share < 1)[:, None], a + share[:, None] * (b - a), b)
    foot[at < 0] = np.nan
    return np.where(at < 0, -1, grid.line[at]), along_m, foot[:, 0], foot[:, 1]
