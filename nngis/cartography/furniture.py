"""What surrounds a map on its sheet: title, scales, north arrow, evidence and sources."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nngis import fields
from nngis.cartography.font import (
    HEAD_PT,
    MM_PER_PT,
    PLAIN_PT,
    SMALL_PT,
    TITLE_PT,
    width_mm,
    wrapped,
)
from nngis.cartography.paper import Box
from nngis.cartography.style import badge
from nngis.cartography.surface import INK, SOFT, THIN_PT, Surface
from nngis.cartography.window import Window
from nngis.text import Lang, Text

if TYPE_CHECKING:
    from nngis.cartography.canvas import Canvas

DISCLAIMER = Text(
    "示意图，不作为划界依据。", "Schematic map, not a basis for delimiting boundaries."
)
SCALE, NORTH = Text("比例尺", "Scale"), Text("北", "N")
BAR_SHARE = 0.56  # of the box's width that the bar may take
PARTS = 4
LINE = 1.32  # of the letters' size


def draw_title(canvas: Surface, box: Box, title: str, subtitle: str) -> None:
    """Write the title in the middle of its band, as large as fits."""
    size = TITLE_PT
    while size > HEAD_PT and width_mm(title, canvas.size(size)) > box.width:
        size -= 0.5
    middle, unit = box.middle[0], canvas.paper.unit
    canvas.write((middle, box.top - 6.2 * unit), title, size, ha="center")
    canvas.write((middle, box.bottom + 2.8 * unit), subtitle, HEAD_PT, ha="center", color=SOFT)


def draw_head(canvas: "Canvas", box: Box, window: Window, lang: Lang) -> None:
    """Draw the numeric scale, the bar and the north arrow."""
    canvas.box(box)
    unit = canvas.paper.unit
    left = box.left + 5 * unit
    numeric = f"{SCALE.say(lang)}  1:{window.denominator:,.0f}"
    canvas.write((left, box.top - 7 * unit), numeric, HEAD_PT + 1.5)
    note = Text(f"（{canvas.paper.size} 幅面）", f"(at {canvas.paper.size})").say(lang)
    canvas.write((left, box.top - 12.5 * unit), note, SMALL_PT + 0.5, color=SOFT)
    _bar(canvas, (left, box.bottom + 7 * unit), box.width * BAR_SHARE, window, lang)
    _north(canvas, (box.right - 11 * unit, box.bottom + 4.5 * unit), lang)


def bar_step_m(room_mm: float, m_per_mm: float) -> float:
    """Return how long one of the four parts of a scale bar is.

    Examples
    --------
    >>> bar_step_m(50.0, 1000.0)
    10000.0
    """
    most = room_mm * m_per_mm / PARTS
    power = 10.0 ** math.floor(math.log10(most))
    return max(first * power for first in (1, 2, 5) if first * power <= most)


def distance_text(distance_m: float) -> Text:
    """Write a round distance.

    Examples
    --------
    >>> distance_text(2000.0).en, distance_text(500.0).zh
    ('2 km', '500 米')
    """
    if distance_m >= 1000:  # noqa: PLR2004
        return Text(f"{distance_m / 1000:g} 千米", f"{distance_m / 1000:g} km")
    return Text(f"{distance_m:g} 米", f"{distance_m:g} m")


def _bar(
    canvas: "Canvas", at: tuple[float, float], room_mm: float, window: Window, lang: Lang
) -> None:
    step = bar_step_m(room_mm, window.m_per_mm)
    part, unit = step / window.m_per_mm, canvas.paper.unit
    left, low = at
    kilometres = step >= 1000  # noqa: PLR2004
    name = Text("千米", "km") if kilometres else Text("米", "m")
    for number in range(PARTS):
        cell = Box(left + number * part, low, part, 1.6 * unit)
        face = INK if number % 2 == 0 else "white"
        canvas.box(cell, THIN_PT / 2, fill=True, facecolor=face)
    for number in range(PARTS + 1):
        figure = f"{number * step / (1000 if kilometres else 1):g}"
        over = left + number * part, low + 3.4 * unit
        canvas.write(over, figure, SMALL_PT + 0.5, ha="center")
    canvas.write(
        (left + PARTS * part + 3.2 * unit, low + 0.8 * unit), name.say(lang), SMALL_PT + 0.5
    )


def _north(canvas: "Canvas", foot: tuple[float, float], lang: Lang) -> None:
    x, y = foot
    unit = canvas.paper.unit
    tip, notch, low = (x, y + 15 * unit), (x, y + 3.2 * unit), 3.6 * unit
    canvas.area([tip, (x - low, y), notch], facecolor=INK)
    canvas.area([tip, (x + low, y), notch], facecolor="white")
    canvas.write((x, y + 18 * unit), NORTH.say(lang), HEAD_PT + 1, ha="center")


def draw_strip(canvas: Surface, box: Box, evidence: str, said: Sequence[str], lang: Lang) -> None:
    """Write how sure the map is, that it delimits nothing, and where its data come from."""
    shown, unit = badge(evidence), canvas.paper.unit
    words = f"{fields.get('evidence').title.say(lang)} · {shown.title.say(lang)}"
    wide = width_mm(words, canvas.size(HEAD_PT)) + 5 * unit
    tab = Box(box.left, box.top - 5.2 * unit, wide, 5.2 * unit)
    canvas.box(
        tab,
        0,
        fill=True,
        facecolor=shown.colour,
        edgecolor="#8E4FBA" if shown.hatched else shown.colour,
        hatch="//" if shown.hatched else None,
    )
    canvas.write(tab.middle, words, HEAD_PT, ha="center", color=shown.ink)
    sentence = f"{shown.sentence.say(lang)}  {DISCLAIMER.say(lang)}"
    left, large = tab.right + 3 * unit, canvas.size(PLAIN_PT + 0.5)
    beside, *rest = wrapped(sentence, box.right - left, large)
    canvas.write((left, tab.middle[1]), beside, PLAIN_PT + 0.5)
    said = [*([" ".join(rest)] if rest else []), *said]
    size = SMALL_PT
    line = size * LINE * MM_PER_PT * unit
    lines = [one for text in said for one in wrapped(text, box.width, canvas.size(size))]
    room = int((tab.bottom - box.bottom) / line)
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1][:-1] + "…"]
    for number, text in enumerate(lines):
        at = box.left, tab.bottom - (number + 0.9) * line
        canvas.write(at, text, size, color=SOFT)
