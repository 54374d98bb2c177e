"""Heights that stand out of the ground around them: pits, voids and spikes of a terrain."""

from collections.abc import Callable

import numpy as np
from scipy import ndimage
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import cKDTree

from nngis.arrays import Bools, Floats, Positions
from nngis.grid import Grid
from nngis.text import Text, counted

BLOCK = 8  # cells; the ground around is the median of blocks, and of the blocks around them
AROUND = 5  # blocks
BAND = 64 * BLOCK  # rows at a time
LEAST_M = 30.0  # a smaller step may be a quarry or a tower
SPREADS = 8.0  # of the heights around, by their median deviation
ABRUPT_SHARE = 0.5  # of that height, within one cell, for a slope leads up to a real hill
SHOWN = 3
LARGEST_CELLS = 400  # of a patch that is filled though its heights differ
_LEVELS, _CORNERS = 50, 3


def find_outliers(heights: Floats) -> Bools:
    """Find cells whose height breaks off from the ground around them.

    Examples
    --------
    >>> ground = np.full((40, 40), 70.0)
    >>> ground[10:12, 20:22] = -50.0
    >>> int(find_outliers(ground).sum())
    4
    """
    if min(heights.shape) < BLOCK:
        return np.zeros(heights.shape, np.bool_)
    wide = heights.shape[1]
    ground = _around(lambda band: heights[band], heights.shape)

    def off(band: slice) -> Floats:
        return np.abs(heights[band] - _at(ground, band, wide))

    spread = _around(off, heights.shape)
    far = np.zeros(heights.shape, np.bool_)
    for band in _bands(len(heights)):
        most = np.maximum(LEAST_M, SPREADS * _at(spread, band, wide))
        far[band] = (off(band) > most) & np.isfinite(heights[band])
    rows, columns = np.nonzero(far)
    if not len(rows):
        return far
    patches, count = ndimage.label(far)
    mine, numbers = patches[rows, columns], np.arange(1, count + 1)
    deep = np.abs(heights[rows, columns] - ground[rows // BLOCK, columns // BLOCK])
    deepest = ndimage.maximum(deep, mine, numbers)
    steepest = ndimage.maximum(_steps(heights, rows, columns), mine, numbers)
    abrupt = np.concatenate([[False], steepest >= ABRUPT_SHARE * deepest])
    return np.asarray(abrupt[patches])


def _steps(heights: Floats, rows: Positions, columns: Positions) -> Floats:
    """Give the largest step from some cells to a cell beside them."""
    here, found = heights[rows, columns], np.zeros(len(rows))
    for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        r, c = rows + down, columns + right
        there = (r >= 0) & (r < heights.shape[0]) & (c >= 0) & (c < heights.shape[1])
        step = np.nan_to_num(np.abs(here[there] - heights[r[there], c[there]]))
        found[there] = np.maximum(found[there], step)
    return found


def note_outliers(grid: Grid) -> list[Text]:
    """Say where a terrain has heights that stand out."""
    return _note(grid, find_outliers(grid.values))


def _note(grid: Grid, odd: Bools) -> list[Text]:
    if not odd.any():
        return []
    rows, columns = np.nonzero(odd)
    shown = "; ".join(
        f"({grid.west + (c + 0.5) * grid.cell_m:.0f}, "
        f"{grid.north - (r + 0.5) * grid.cell_m:.0f}) {grid.values[r, c]:.1f} m"
        for r, c in zip(rows[:SHOWN].tolist(), columns[:SHOWN].tolist(), strict=True)
    )
    return [
        Text(
            f"地形中有 {len(rows)} 个格点与四周相差 {LEAST_M:g} m 以上且陡然断开，"
            f"可能是坑洞、空值或尖点，未作修改：{shown}；它们会带来多余的泵站和埋深，"
            "请在栅格中改正，或写 --layer elevation=文件:fill=outliers 由四周填补。",
            f"{counted(len(rows), 'cell of the terrain', 'break')} off from the ground around by "
            f"{LEAST_M:g} m or more; they may be pits, voids or spikes and were left as they are: "
            f"{shown}. They bring needless lift stations and depths: mend them in the raster, or "
            "say --layer elevation=FILE:fill=outliers to fill them from the ground around.",
        )
    ]


def fill_outliers(grid: Grid) -> tuple[Grid, list[Text]]:
    """Fill pits, voids and spikes from the ground around them, and say how many and where.

    Parameters
    ----------
    grid : Grid
        Heights [m].

    Returns
    -------
    grid : Grid
        Each patch, with the cell beside it that resampling blurs, lies on planes between the cells
        around it. A patch of more than `LARGEST_CELLS` cells is filled only if it is of one height.
    notes : list of Text
        One at least.

    Examples
    --------
    >>> ground = np.full((40, 40), 70.0)
    >>> ground[10:12, 20:22] = -50.0
    >>> float(fill_outliers(Grid(ground, 0.0, 40.0, 1.0))[0].values.min())
    70.0
    """
    odd = _whole(grid.values, find_outliers(grid.values))
    patches, count = ndimage.label(odd, np.ones((3, 3)))
    values = grid.values.copy()
    filled, places, left = 0, 0, np.zeros_like(odd)
    for at, box in enumerate(ndimage.find_objects(patches), start=1):
        wide = tuple(slice(max(s.start - 3, 0), s.stop + 3) for s in box)
        mine = patches[wide] == at
        heights = grid.values[wide]
        if mine.sum() > LARGEST_CELLS and np.ptp(heights[mine]) > 0:
            left[wide] |= mine
            continue
        inside = _widened(mine) & np.isfinite(heights)
        values[wide][inside] = _between(heights, inside, odd[wide])
        filled, places = filled + int(mine.sum()), places + 1
    notes = []
    if filled or not count:
        notes.append(
            Text(
                f"按要求（fill=outliers）填补了地形中 {places} 处 {filled} 个突变的格点"
                "（坑洞、空值、尖点），连同紧邻的一圈按四周的高程内插。",
                f"As asked (fill=outliers), {counted(filled, 'cell')} of the terrain in "
                f"{counted(places, 'patch')} that broke off (pits, voids, spikes), and the ring of "
                "cells beside it, were filled from the ground around.",
            )
        )
    return Grid(values, grid.west, grid.north, grid.cell_m), notes + _note(grid, left)


def _whole(heights: Floats, odd: Bools) -> Bools:
    """Take to a patch of one height all cells of that height that hang together with it."""
    found = odd.copy()
    levels, sizes = np.unique(heights[odd], return_counts=True)
    for level in levels[np.argsort(-sizes)][:_LEVELS]:
        flat, _ = ndimage.label(heights == level)
        found |= np.isin(flat, np.setdiff1d(flat[odd], [0]))
    return found


def _widened(mine: Bools) -> Bools:
    return np.asarray(ndimage.binary_dilation(mine, np.ones((3, 3))), np.bool_)


def _between(heights: Floats, inside: Bools, odd: Bools) -> Floats:
    """Give the heights of some cells, on planes between the good cells around them."""
    ring = _widened(inside) & ~inside & ~odd & np.isfinite(heights)
    at, to = np.argwhere(ring), np.argwhere(inside)
    if not len(at):
        return np.full(len(to), np.nan)
    nearest = heights[ring][cKDTree(at).query(to)[1]]
    if len(at) < _CORNERS or np.linalg.matrix_rank(at - at[0]) < 2:  # noqa: PLR2004 -- a line
        return np.asarray(nearest)
    planes = LinearNDInterpolator(at, heights[ring])(to)
    found: Floats = np.where(np.isfinite(planes), planes, nearest)
    return found


def _bands(rows: int) -> list[slice]:
    """Part rows into bands of whole blocks: what is made of a band is small beside the whole."""
    return [slice(top, min(top + BAND, rows)) for top in range(0, rows, BAND)]


def _at(blocks: Floats, band: slice, width: int) -> Floats:
    """Give the cells of a band the values of their blocks."""
    rows = np.arange(band.start, band.stop) // BLOCK
    return np.asarray(blocks[rows][:, np.arange(width) // BLOCK])


def _around(values: Callable[[slice], Floats], shape: tuple[int, ...]) -> Floats:
    """Give each block the median of its cells' and of the blocks' around."""
    rows, columns = (-(-size // BLOCK) for size in shape)
    middle = np.full((rows, columns), np.nan)
    for band in _bands(shape[0]):
        part = values(band)
        high = -(-len(part) // BLOCK)
        padded = np.full((high * BLOCK, columns * BLOCK), np.nan)
        padded[: len(part), : shape[1]] = part
        squares = padded.reshape(high, BLOCK, columns, BLOCK).swapaxes(1, 2)
        blocks = squares.reshape(high, columns, -1)
        known = np.isfinite(blocks).any(axis=2)
        top = band.start // BLOCK
        middle[top : top + high][known] = np.nanmedian(blocks[known], axis=1)
    reach = AROUND // 2
    wide = np.pad(middle, reach, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(wide, (AROUND, AROUND))
    windows = windows.reshape(rows, columns, -1)
    found = np.isfinite(windows).any(axis=2)
    smooth = np.full((rows, columns), np.nan)
    smooth[found] = np.nanmedian(windows[found], axis=1)
    return smooth
