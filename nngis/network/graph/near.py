"""Polygons of all that lies near straight segments: contours of a raster of distances."""

from typing import NamedTuple

import contourpy
import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from nngis.arrays import Floats, Objects, Offsets
from nngis.errors import ParameterError
from nngis.network._numba_area import near_segments
from nngis.text import counted

#: Largest raster for one area; beyond it the cells are too small for the area.
MOST_CELLS = 100_000_000
#: Points of a raster that is not worth parting.
SMALL_CELLS = 4_000_000
#: Blocks by which segments are parted.
MOST_BLOCKS = 4_000_000
#: Where in a cell the grid points lie: no round number, so that no road runs along a row of them.
GRID_SHIFT = 0.381966


class Rings(NamedTuple):
    """Polygons with holes, as flat coordinates.

    Parameters
    ----------
    xy : list of (k, 2) float arrays
        Outer ring and holes of each polygon, one after the other [m].
    first : list of int arrays
        Where each polygon's rings begin, and its last one ends.
    """

    xy: list[Floats]
    first: list[npt.NDArray[np.uint32]]


def near_segments_polygons(
    segments: Floats, level: npt.NDArray[np.integer], n_levels: int, width_m: float, cell_m: float
) -> list[Rings]:
    """Draw what lies near segments, for sets of segments each of which holds the one before.

    Segments far from each other are drawn one cluster at a time. All rasters lie on one lattice, so
    the polygons are those of one raster over all of them.
    """
    found = [Rings([], []) for _ in range(n_levels)]
    for part in _clusters(segments, width_m + 2 * cell_m, SMALL_CELLS * cell_m**2):
        drawn = _near_one_cluster(segments[part], level[part], n_levels, width_m, cell_m)
        for whole, rings in zip(found, drawn, strict=True):
            whole.xy.extend(rings.xy)
            whole.first.extend(rings.first)
    return found


def _clusters(segments: Floats, margin_m: float, small_m2: float) -> list[npt.NDArray[np.intp]]:
    """Part segments whose surroundings do not meet; those of a small area stay together."""
    if not len(segments):
        return []
    ends = segments.reshape(-1, 2, 2)
    lowest, highest = ends.min(axis=1) - margin_m, ends.max(axis=1) + margin_m
    corner = lowest.min(axis=0)
    area_m2 = float(np.prod(highest.max(axis=0) - corner))
    if area_m2 <= small_m2:
        return [np.arange(len(segments))]
    block_m = max(8 * margin_m, np.sqrt(area_m2 / MOST_BLOCKS))
    left, low = ((lowest - corner) // block_m).astype(int).T
    right, top = ((highest - corner) // block_m).astype(int).T + 1
    # Every segment holds the blocks about it: counted at the corners, summed up over the plane.
    held = np.zeros((int(top.max()) + 1, int(right.max()) + 1), np.int64)
    for rows, columns, sign in ((low, left, 1), (low, right, -1), (top, left, -1), (top, right, 1)):
        np.add.at(held, (rows, columns), sign)
    labels, _ = ndimage.label(held.cumsum(axis=0).cumsum(axis=1) > 0)
    mine = labels[low, left]
    order = np.argsort(mine, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(mine[order])) + 1)


def _near_one_cluster(
    segments: Floats, level: npt.NDArray[np.integer], n_levels: int, width_m: float, cell_m: float
) -> list[Rings]:
    ends = segments.reshape(-1, 2)
    margin = width_m + 2 * cell_m
    corner = (np.floor((ends.min(axis=0) - margin) / cell_m) + GRID_SHIFT) * cell_m
    nx, ny = np.ceil((ends.max(axis=0) + margin - corner) / cell_m).astype(int) + 1
    if nx * ny > MOST_CELLS:
        raise ParameterError(
            f"栅格需 {nx} × {ny} 个点，过大；请增大 cell_m 或减小上限。",
            f"The raster would need {nx} x {counted(ny, 'point')}, too many; raise cell_m or lower "
            "the limit.",
            where="cell_m",
        )
    x, y = corner[0] + cell_m * np.arange(nx), corner[1] + cell_m * np.arange(ny)
    field = np.full((ny, nx), (width_m + cell_m) ** 2)
    found = [Rings([], [])]
    for rank in range(n_levels):
        added = segments[level == rank]
        if not len(added):
            found.append(found[-1])
            continue
        near_segments(field, added, (corner[0], corner[1]), cell_m, width_m + cell_m)
        contours = contourpy.contour_generator(
            x=x, y=y, z=np.sqrt(field), fill_type=contourpy.FillType.OuterOffset
        )
        found.append(Rings(*contours.filled(-1.0, width_m)))
    return found[1:]


def multipolygons(areas: list[Rings]) -> Objects:
    """Make one MultiPolygon of the polygons of each area."""
    xy = [ring for area in areas for ring in area.xy]
    first = [rings.astype(np.int64) for area in areas for rings in area.first]
    if not xy:
        return np.empty(0, object)
    before = _starts([len(ring) for ring in xy])
    rings = [part[:-1] + at for part, at in zip(first, before[:-1], strict=True)]
    found: Objects = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        np.concatenate(xy),
        (
            np.concatenate([*rings, before[-1:]]),
            _starts([len(part) for part in rings]),
            _starts([len(area.xy) for area in areas]),
        ),
    )
    return found


def _starts(counts: list[int]) -> Offsets:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
