"""Heights that stand out of the ground around them: pits, voids and spikes of a terrain."""

import numpy as np
from scipy import ndimage

from nngis.arrays import Bools, Floats
from nngis.grid import Grid
from nngis.text import Text

BLOCK = 8  # cells; the ground around is the median of blocks, and of the blocks around them
AROUND = 5  # blocks
LEAST_M = 30.0  # a smaller step may be a quarry or a tower
SPREADS = 8.0  # of the heights around, by their median deviation
ABRUPT_SHARE = 0.5  # of that height, within one cell, for a slope leads up to a real hill
SHOWN = 3


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
    ground = _around(heights)
    off = np.abs(heights - ground)
    spread = _around(off)
    far = off > np.maximum(LEAST_M, SPREADS * spread)
    far &= np.isfinite(heights)
    patches, count = ndimage.label(far)
    if not count:
        return far
    step = np.zeros_like(heights)
    for axis in (0, 1):
        there = np.abs(np.diff(heights, axis=axis))
        there = np.nan_to_num(there)
        pad = [(0, 0), (0, 0)]
        for side in ((1, 0), (0, 1)):
            pad[axis] = side
            step = np.maximum(step, np.pad(there, pad))
    numbers = np.arange(1, count + 1)
    steepest = ndimage.maximum(step, patches, numbers)
    deepest = ndimage.maximum(np.where(far, off, 0.0), patches, numbers)
    abrupt = np.concatenate([[False], steepest >= ABRUPT_SHARE * deepest])
    return np.asarray(abrupt[patches])


def note_outliers(grid: Grid) -> list[Text]:
    """Say where a terrain has heights that stand out."""
    odd = find_outliers(grid.values)
    if not odd.any():
        return []
    rows, columns = np.nonzero(odd)
    shown = "、".join(
        f"({grid.west + (c + 0.5) * grid.cell_m:.0f}, "
        f"{grid.north - (r + 0.5) * grid.cell_m:.0f}) {grid.values[r, c]:.1f} m"
        for r, c in zip(rows[:SHOWN].tolist(), columns[:SHOWN].tolist(), strict=True)
    )
    return [
        Text(
            f"地形中有 {len(rows)} 个格点与四周相差 {LEAST_M:g} m 以上且陡然断开，"
            f"可能是坑洞、空值或尖点，未作修改：{shown}；它们会带来多余的泵站和埋深，请在栅格中改正或设为空值。",
            f"{len(rows)} cells of the terrain break off from the ground around by {LEAST_M:g} m "
            f"or more; they may be pits, voids or spikes and were left as they are: {shown}. They "
            "bring needless lift stations and depths: mend them in the raster or make them nodata.",
        )
    ]


def _around(values: Floats) -> Floats:
    """Give each cell the median of its block and of the blocks around, back at its own size."""
    rows, columns = (-(-size // BLOCK) for size in values.shape)
    padded = np.full((rows * BLOCK, columns * BLOCK), np.nan)
    padded[: values.shape[0], : values.shape[1]] = values
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2).reshape(rows, columns, -1)
    known = np.isfinite(blocks).any(axis=2)
    middle = np.full((rows, columns), np.nan)
    middle[known] = np.nanmedian(blocks[known], axis=1)
    reach = AROUND // 2
    wide = np.pad(middle, reach, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(wide, (AROUND, AROUND))
    windows = windows.reshape(rows, columns, -1)
    found = np.isfinite(windows).any(axis=2)
    smooth = np.full((rows, columns), np.nan)
    smooth[found] = np.nanmedian(windows[found], axis=1)
    whole = smooth.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    return np.asarray(whole[: values.shape[0], : values.shape[1]])
