"""The band of figures below a long section: levels, depths, diameters, slopes, chainages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis import fields
from nngis.arrays import Floats
from nngis.cartography.canvas import HAIR_PT, SOFT, THIN_PT, Canvas
from nngis.cartography.font import PLAIN_PT, shortened, width_mm
from nngis.cartography.paper import Box
from nngis.text import Lang, Text
from nngis.units import M_PER_KM

LEAST_GAP_MM = 4.6  # between the figures of two manholes
BESIDE_MM = 1.15  # figures of the pipe that arrives and of the one that leaves
PER_MILLE = 1000.0
FIGURE_PT, TICK_MM = 5.8, 0.6
RISING_MAIN = "rising_main"
SAME_M = 5e-4  # two levels that are written alike


@dataclass(frozen=True)
class _Row:
    """One row: its head and height, whether of pipes, and whether likes are written once."""

    title: Text
    height_mm: float
    of_pipe: bool
    merges: bool
    write: Callable[[pd.DataFrame, Lang], list[str]]


def chainage(metres: float) -> str:
    """Write a chainage as drawings do.

    Examples
    --------
    >>> chainage(1060.5), chainage(999.999)
    ('K1+060.50', 'K1+000.00')
    """
    whole, rest = divmod(round(metres * 100), int(M_PER_KM * 100))
    return f"K{whole}+{rest / 100:06.2f}"


def draw_band(
    canvas: Canvas,
    box: Box,
    rows: pd.DataFrame,
    at: Floats,
    *,
    heads_mm: float,
    fan_to: float,
    lang: Lang,
) -> None:
    """Draw the band."""
    places = spread(at, box.left + heads_mm + LEAST_GAP_MM / 2, box.right - LEAST_GAP_MM / 2)
    fan = [(above, fan_to, below, box.top) for above, below in zip(at, places, strict=True)]
    canvas.strokes(fan, HAIR_PT, edgecolor=SOFT)
    canvas.box(box, THIN_PT * 1.5)
    split = box.left + heads_mm
    canvas.line([split, split], [box.bottom, box.top], THIN_PT)
    top = box.top
    for row in _ROWS:
        cell = Box(box.left, top - row.height_mm, box.width, row.height_mm)
        canvas.line([box.left, box.right], [cell.bottom, cell.bottom], HAIR_PT * 1.4)
        head = shortened(row.title.say(lang), heads_mm - 2.0, canvas.size(PLAIN_PT))
        canvas.write((box.left + heads_mm / 2, cell.middle[1]), head, PLAIN_PT, ha="center")
        words = row.write(rows, lang)
        if row.of_pipe:
            _of_pipes(canvas, cell, places, words[:-1], merges=row.merges)
        else:
            _of_manholes(canvas, cell, places, words)
        top = cell.bottom


def spread(at: Floats, low: float, high: float, gap: float = LEAST_GAP_MM) -> Floats:
    """Move places apart where they are too close for figures, and no more than needed.

    Examples
    --------
    >>> spread(np.array([10.0, 11.0, 30.0]), 0.0, 100.0).round(2).tolist()
    [8.2, 12.8, 30.0]
    """
    steps = np.arange(len(at)) * gap
    pushed = np.maximum.accumulate(at - steps) + steps
    pulled = np.minimum.accumulate((at - steps)[::-1])[::-1] + steps
    middle = (pushed + pulled) / 2
    middle = np.maximum(middle, low + steps)
    places: Floats = np.minimum(middle, high - steps[::-1])
    return places


def _of_pipes(
    canvas: Canvas, cell: Box, places: Floats, words: Sequence[str], *, merges: bool
) -> None:
    """Write what holds from manhole to manhole."""
    news = (k for k in range(1, len(words)) if not merges or words[k] != words[k - 1])
    begins = [0, *news]
    bounds = [float(places[k]) for k in (*begins, len(words))]
    canvas.strokes([(x, cell.bottom, x, cell.top) for x in bounds], HAIR_PT)
    for first, left, right in zip(begins, bounds[:-1], bounds[1:], strict=True):
        room, word, size = right - left - 0.8, words[first], canvas.size(FIGURE_PT)
        stands = width_mm(word, size) > room and width_mm(word, size) <= cell.height - 0.6
        text = word if stands else shortened(word, room, size)
        middle = ((left + right) / 2, cell.middle[1])
        canvas.write(
            middle, text, FIGURE_PT, ha="center", va="center", rotation=90 if stands else 0
        )


def _of_manholes(canvas: Canvas, cell: Box, places: Floats, words: Sequence[str]) -> None:
    ticks: list[tuple[float, float, float, float]] = []
    for x, word in zip(places.tolist(), words, strict=True):
        two = word.split("\n")
        sides = (0.0,) if len(two) == 1 else (-BESIDE_MM, BESIDE_MM)
        for side, text in zip(sides, two, strict=True):
            fits = shortened(text, cell.height - 0.8, canvas.size(FIGURE_PT))
            at = (x + side, cell.middle[1])
            canvas.write(at, fits, FIGURE_PT, ha="center", va="center", rotation=90)
        if len(two) > 1:
            ticks.append((x, cell.bottom, x, cell.top))
        else:
            ticks += [(x, cell.bottom, x, cell.bottom + TICK_MM)]
            ticks += [(x, cell.top - TICK_MM, x, cell.top)]
    canvas.strokes(ticks, HAIR_PT)


def _numbers(values: pd.Series, decimals: int) -> list[str]:
    return ["" if pd.isna(v) else f"{v:.{decimals}f}" for v in values.astype(float)]


def _inverts(rows: pd.DataFrame, _: Lang) -> list[str]:
    into, out = rows["invert_in_m"].astype(float), rows["invert_out_m"].astype(float)
    one = into.isna() | out.isna() | (into - out).abs().lt(SAME_M)
    single, first, second = (_numbers(v, 3) for v in (out.fillna(into), into, out))
    return [s if k else f"{a}\n{b}" for s, a, b, k in zip(single, first, second, one, strict=True)]


def _diameters(rows: pd.DataFrame, _: Lang) -> list[str]:
    return [f"DN{d}" if d else "" for d in _numbers(rows["diameter_mm"], 0)]


def _slopes(rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Write slopes; a rising main has none that matters."""
    told = _numbers(rows["slope"].astype(float) * PER_MILLE, 2)
    word = fields.get("kind").value_title(RISING_MAIN, lang)
    return [word if k == RISING_MAIN else s for s, k in zip(told, rows["kind"], strict=True)]


def _governing(rows: pd.DataFrame, lang: Lang) -> list[str]:
    field = fields.get("governing")
    return [
        "" if pd.isna(word) else field.value_title(str(word), lang) for word in rows["governing"]
    ]


_ROWS = (
    _Row(Text("设计地面标高 (m)", "Ground level (m)"), 13.0, of_pipe=False, merges=False,
         write=lambda rows, _: _numbers(rows["ground_m"], 3)),
    _Row(Text("管内底标高 (m)", "Invert level (m)"), 13.0, of_pipe=False, merges=False,
         write=_inverts),
    _Row(Text("埋深 (m)", "Depth to invert (m)"), 9.0, of_pipe=False, merges=False,
         write=lambda rows, _: _numbers(rows["depth_m"], 2)),
    _Row(Text("管径 (mm)", "Diameter (mm)"), 7.0, of_pipe=True, merges=True, write=_diameters),
    _Row(Text("坡度 (‰)", "Slope (‰)"), 8.0, of_pipe=True, merges=True,
         write=_slopes),
    _Row(Text("平距 (m)", "Length (m)"), 8.0, of_pipe=True, merges=False,
         write=lambda rows, _: _numbers(rows["length_m"], 2)),
    _Row(Text("控制条件", "Governed by"), 12.0, of_pipe=True, merges=True, write=_governing),
    _Row(Text("检查井编号", "Manhole"), 15.0, of_pipe=False, merges=False,
         write=lambda rows, _: [str(m) for m in rows["manhole_id"]]),
    _Row(Text("桩号", "Chainage"), 14.0, of_pipe=False, merges=False,
         write=lambda rows, _: [chainage(m) for m in rows["chainage_m"]]),
)  # fmt: skip
BAND_MM = sum(row.height_mm for row in _ROWS)
