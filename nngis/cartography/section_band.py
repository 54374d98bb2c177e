"""The band of figures below a long section: a row each, of stations or of the ways between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.cartography.font import PLAIN_PT, shortened, width_mm, wrapped
from nngis.cartography.paper import Box
from nngis.cartography.surface import HAIR_PT, SOFT, THIN_PT, Surface
from nngis.text import Lang, Text
from nngis.units import M_PER_KM

LEAST_GAP_MM = 4.6  # between the figures of two stations
BESIDE_MM = 1.15  # figures of the pipe that arrives and of the one that leaves
HEADS_MM = 34.0  # heads of the rows
FIGURE_PT, TICK_MM, HEAD_LINE_MM = 5.8, 0.6, 3.0


@dataclass(frozen=True)
class BandRow:
    """One row: its head and height, and the words of each station.

    Words `of_ways` hold from a station to the next; what `merges` is written once while it is the
    same.
    """

    title: Text
    height_mm: float
    write: Callable[[pd.DataFrame, Lang], list[str]]
    of_ways: bool = False
    merges: bool = False


def band_height(rows: Sequence[BandRow]) -> float:
    """Return how high a band of these rows is [mm]."""
    return sum(row.height_mm for row in rows)


def chainage(metres: float) -> str:
    """Write a chainage as drawings do.

    Examples
    --------
    >>> chainage(1060.5), chainage(999.999)
    ('K1+060.50', 'K1+000.00')
    """
    whole, rest = divmod(round(metres * 100), int(M_PER_KM * 100))
    return f"K{whole}+{rest / 100:06.2f}"


def chainages(column: str) -> BandRow:
    """Return the row of chainages, which every band ends with."""
    return BandRow(
        Text("桩号", "Chainage"), 14.0, lambda rows, _: [chainage(m) for m in rows[column]]
    )


def numbers(values: pd.Series, decimals: int) -> list[str]:
    """Write numbers; a missing one is left blank."""
    return ["" if pd.isna(v) else f"{v:.{decimals}f}" for v in values.astype(float)]


def draw_band(
    canvas: Surface,
    box: Box,
    band: Sequence[BandRow],
    rows: pd.DataFrame,
    at: Floats,
    *,
    fan_to: float,
    lang: Lang,
) -> None:
    """Draw the band: `at` says where each station stands on the plot, whose foot is `fan_to`."""
    places = spread(at, box.left + HEADS_MM + LEAST_GAP_MM / 2, box.right - LEAST_GAP_MM / 2)
    lines, figures = canvas.on("table"), canvas.on("figures")
    fan = [(above, fan_to, below, box.top) for above, below in zip(at, places, strict=True)]
    lines.strokes(fan, HAIR_PT, edgecolor=SOFT)
    lines.box(box, THIN_PT * 1.5)
    split = box.left + HEADS_MM
    lines.line([split, split], [box.bottom, box.top], THIN_PT)
    top = box.top
    for row in band:
        cell = Box(box.left, top - row.height_mm, box.width, row.height_mm)
        lines.line([box.left, box.right], [cell.bottom, cell.bottom], HAIR_PT * 1.4)
        _head(figures, Box(box.left, cell.bottom, HEADS_MM, cell.height), row.title.say(lang))
        words = row.write(rows, lang)
        if row.of_ways:
            _of_ways(canvas, cell, places, words[:-1], merges=row.merges)
        else:
            _of_stations(canvas, cell, places, words)
        top = cell.bottom


def _head(canvas: Surface, cell: Box, title: str) -> None:
    """Write the head of a row, on two lines where one is too short."""
    lines = wrapped(title, cell.width - 2.0, canvas.size(PLAIN_PT))[:2]
    for number, line in enumerate(lines):
        y = cell.middle[1] + HEAD_LINE_MM * ((len(lines) - 1) / 2 - number)
        canvas.write((cell.middle[0], y), line, PLAIN_PT, ha="center")


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


def _of_ways(
    canvas: Surface, cell: Box, places: Floats, words: Sequence[str], *, merges: bool
) -> None:
    """Write what holds from station to station."""
    news = (k for k in range(1, len(words)) if not merges or words[k] != words[k - 1])
    begins = [0, *news]
    bounds = [float(places[k]) for k in (*begins, len(words))]
    canvas.on("table").strokes([(x, cell.bottom, x, cell.top) for x in bounds], HAIR_PT)
    for first, left, right in zip(begins, bounds[:-1], bounds[1:], strict=True):
        room, word, size = right - left - 0.8, words[first], canvas.size(FIGURE_PT)
        stands = width_mm(word, size) > room and width_mm(word, size) <= cell.height - 0.6
        text = word if stands else shortened(word, room, size)
        middle = ((left + right) / 2, cell.middle[1])
        turn = 90 if stands else 0
        canvas.on("figures").write(middle, text, FIGURE_PT, ha="center", va="center", rotation=turn)


def _of_stations(canvas: Surface, cell: Box, places: Floats, words: Sequence[str]) -> None:
    ticks: list[tuple[float, float, float, float]] = []
    for x, word in zip(places.tolist(), words, strict=True):
        two = word.split("\n")
        sides = (0.0,) if len(two) == 1 else (-BESIDE_MM, BESIDE_MM)
        for side, text in zip(sides, two, strict=True):
            fits = shortened(text, cell.height - 0.8, canvas.size(FIGURE_PT))
            at = (x + side, cell.middle[1])
            canvas.on("figures").write(at, fits, FIGURE_PT, ha="center", va="center", rotation=90)
        if len(two) > 1:
            ticks.append((x, cell.bottom, x, cell.top))
        else:
            ticks += [(x, cell.bottom, x, cell.bottom + TICK_MM)]
            ticks += [(x, cell.top - TICK_MM, x, cell.top)]
    canvas.on("table").strokes(ticks, HAIR_PT)
