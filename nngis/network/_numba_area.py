"""Compiled raster of the distance to the nearest reached road."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled


@compiled
def clipped_segments(
    course: tuple[Array, Array, Array], edge: Array, low: Array, high: Array
) -> tuple[Array, Array]:
    """Cut parts of lines into straight segments."""
    xy, first, along = course
    room = 0
    for part in range(edge.size):
        room += first[edge[part] + 1] - first[edge[part]] - 1
    segments, part_of = np.empty((room, 4)), np.empty(room, np.int32)
    filled = 0
    for part in range(edge.size):
        start, stop = first[edge[part]], first[edge[part] + 1]
        begin, end = low[part] * along[stop - 1], high[part] * along[stop - 1]
        for at in range(start, stop - 1):
            step = along[at + 1] - along[at]
            if along[at + 1] < begin or along[at] > end or step <= 0.0:
                continue
            a = max(0.0, (begin - along[at]) / step)
            b = min(1.0, (end - along[at]) / step)
            for axis in range(2):
                way = xy[at + 1, axis] - xy[at, axis]
                segments[filled, axis] = xy[at, axis] + a * way
                segments[filled, 2 + axis] = xy[at, axis] + b * way
            part_of[filled] = part
            filled += 1
    return segments[:filled], part_of[:filled]


@compiled
def near_segments(
    field: Array, segments: Array, origin: tuple[float, float], cell_m: float, reach_m: float
) -> None:
    """Lower a raster of squared distances where segments come near; changes `field` in place."""
    ny, nx = field.shape
    for at in range(segments.shape[0]):
        x0, y0 = segments[at, 0] - origin[0], segments[at, 1] - origin[1]
        dx, dy = segments[at, 2] - origin[0] - x0, segments[at, 3] - origin[1] - y0
        square = dx * dx + dy * dy
        left = max(0, int(np.ceil((min(x0, x0 + dx) - reach_m) / cell_m)))
        right = min(nx - 1, int((max(x0, x0 + dx) + reach_m) / cell_m))
        bottom = max(0, int(np.ceil((min(y0, y0 + dy) - reach_m) / cell_m)))
        top = min(ny - 1, int((max(y0, y0 + dy) + reach_m) / cell_m))
        for row in range(bottom, top + 1):
            py = row * cell_m - y0
            for column in range(left, right + 1):
                px = column * cell_m - x0
                share = (px * dx + py * dy) / square if square > 0.0 else 0.0
                share = min(1.0, max(0.0, share))
                gx, gy = px - share * dx, py - share * dy
                field[row, column] = min(field[row, column], gx * gx + gy * gy)
