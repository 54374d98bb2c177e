"""The frame of a map: ticks every 1,000 m of the work CRS, and their coordinates."""

from collections.abc import Sequence

import numpy as np

from nngis.arrays import Floats
from nngis.cartography.canvas import Canvas
from nngis.cartography.font import SMALL_PT
from nngis.cartography.paper import FRAME, Box
from nngis.cartography.surface import HAIR_PT, THICK_PT, THIN_PT
from nngis.cartography.window import Window

TICK_M = 1000.0
MIDDLE, LABELLED = 5, (10, 20, 50, 100, 200, 500, 1000)  # every so many ticks
FINEST_MM = 0.5  # ticks closer than this would run together
APART_MM = 24.0  # labels stand at least so far apart
SHORT, LONG, ARM = 1.0, 1.8, 1.5  # ticks and grid crosses [mm]


def draw_neatline(
    canvas: Canvas, window: Window, neatline: Box, insets: Sequence[Box] = ()
) -> float:
    """Draw the two lines of the frame, its ticks, its coordinates and the crosses of the grid."""
    canvas.box(neatline, THICK_PT)
    canvas.box(window.frame, THIN_PT)
    step = tick_step_m(window)
    west, south, east, north = window.bounds
    eastings, northings = _multiples(west, east, step), _multiples(south, north, step)
    every = label_every(window, step, canvas.paper.unit)
    _ticks(canvas, window, eastings, northings, step)
    labelled_x = eastings[np.isin(np.rint(eastings / step) % every, 0)]
    labelled_y = northings[np.isin(np.rint(northings / step) % every, 0)]
    _labels(canvas, window, labelled_x, labelled_y)
    _crosses(canvas, window, labelled_x, labelled_y, insets)
    return step


def tick_step_m(window: Window) -> float:
    """Return the distance between ticks."""
    step = TICK_M
    while step / window.m_per_mm < FINEST_MM:
        step *= 10
    return step


def label_every(window: Window, step_m: float, unit: float) -> int:
    """Return how many ticks lie from one coordinate to the next."""
    spacing = step_m / window.m_per_mm
    fits = [n for n in (1, 2, 5, *LABELLED) if n * spacing >= APART_MM * unit]
    return fits[0] if fits else LABELLED[-1]


def _multiples(low: float, high: float, step: float) -> Floats:
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def _ticks(
    canvas: Canvas,
    window: Window,
    eastings: Floats,
    northings: Floats,
    step: float,
) -> None:
    frame, unit = window.frame, canvas.paper.unit
    middle = MIDDLE * step
    ends = []
    for x in eastings:
        at = frame.left + (x - window.west) / window.m_per_mm
        long = (LONG if x % middle == 0 else SHORT) * unit
        ends += [(at, frame.top, at, frame.top + long)]
        ends += [(at, frame.bottom, at, frame.bottom - long)]
    for y in northings:
        at = frame.bottom + (y - window.south) / window.m_per_mm
        long = (LONG if y % middle == 0 else SHORT) * unit
        ends += [(frame.left, at, frame.left - long, at)]
        ends += [(frame.right, at, frame.right + long, at)]
    canvas.strokes(ends, HAIR_PT)


def _labels(
    canvas: Canvas,
    window: Window,
    eastings: Floats,
    northings: Floats,
) -> None:
    frame = window.frame
    off = (FRAME + LONG) / 2 * canvas.paper.unit
    for x in eastings:
        at = frame.left + (x - window.west) / window.m_per_mm
        for edge in (frame.top + off, frame.bottom - off):
            canvas.write((at, edge), f"{x:,.0f}", SMALL_PT, ha="center")
    for y in northings:
        at = frame.bottom + (y - window.south) / window.m_per_mm
        for edge in (frame.left - off, frame.right + off):
            canvas.write((edge, at), f"{y:,.0f}", SMALL_PT, ha="center", va="center", rotation=90)


def _crosses(
    canvas: Canvas,
    window: Window,
    eastings: Floats,
    northings: Floats,
    insets: Sequence[Box],
) -> None:
    arm = ARM * canvas.paper.unit
    grid = np.stack(np.meshgrid(eastings, northings), axis=-1).reshape(-1, 2)
    frame = window.frame
    ends = []
    for x, y in window.to_mm(grid).tolist():
        inside = frame.left + arm < x < frame.right - arm
        inside &= not any(one.inset(-arm).holds((x, y)) for one in insets)
        if inside and frame.bottom + arm < y < frame.top - arm:
            ends += [(x - arm, y, x + arm, y), (x, y - arm, x, y + arm)]
    canvas.strokes(ends, HAIR_PT / 2)
