"""What every long section has around its profile: scales, sheets, staff, title, legend, block."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.cartography import furniture
from nngis.cartography.font import PLAIN_PT, SETTINGS, SMALL_PT, register_font, width_mm
from nngis.cartography.paper import GAP, MARGIN, Box, Paper
from nngis.cartography.section_band import HEADS_MM, LEAST_GAP_MM
from nngis.cartography.stamp import Stamp
from nngis.cartography.surface import HAIR_PT, INK, THICK_PT, THIN_PT, Surface
from nngis.cartography.title_block import draw_stamp
from nngis.text import Lang, Text
from nngis.units import MM_PER_M

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ACROSS = (
    *(200, 500, 1000, 2000, 2500, 3000, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000),
)  # scales 1:n along the way
USUAL_GAP_MM = 5.0  # between two stations, so that the figures below can be read
TITLE_MM, FOOT_MM, STAMP_MM, FAN_MM = 15.0, 38.0, 112.0, 6.0
STAFF_MM, BESIDE_MM = 1.6, 4.0
LEGEND_MM = 14.0  # a line of the legend, before its words
SHEET = Text("（{} / {}）", " ({} / {})")


@dataclass(frozen=True)
class Scale:
    """How values become millimetres on the paper, along the way or upwards."""

    at_mm: float
    start: float
    per_mm: float

    def mm(self, values: npt.ArrayLike) -> Floats:
        """Return where values lie."""
        places: Floats = self.at_mm + (np.asarray(values, float) - self.start) / self.per_mm
        return places


@dataclass(frozen=True)
class LegendLine:
    """A line of the legend: solid or dashed, one stroke or two."""

    title: Text
    colour: str
    dash: str = "-"
    is_double: bool = False


@dataclass(frozen=True)
class SectionFrame:
    """What stands around the profile on every sheet.

    Parameters
    ----------
    title : Text
        What the sections are called; a route's name follows it.
    lang : {"zh", "en"}
        Language of the sheets.
    evidence : str
        The weakest evidence used.
    said : tuple of str
        Sentences that must stand on the sheet.
    stamp : Stamp
        The title block.
    work_crs : str
        The work CRS.
    """

    title: Text
    lang: Lang
    evidence: str
    said: tuple[str, ...] = ()
    stamp: Stamp = field(default_factory=Stamp)
    work_crs: str = "EPSG:4547"


@dataclass(frozen=True)
class SectionSheet:
    """One sheet.

    Parameters
    ----------
    name : str
        What it is called.
    scales : str
        Its scales, as written below the title.
    draw : callable
        Draws it on a surface of A3.
    """

    name: str
    scales: str
    draw: Callable[[Surface], None]


def draw_figures(sheets: Sequence[SectionSheet]) -> "list[Figure]":
    """Draw every sheet as a figure."""
    import matplotlib as mpl  # noqa: PLC0415 - whoever only lays sheets out need not wait for it

    from nngis.cartography.canvas import blank_canvas  # noqa: PLC0415

    register_font()
    figures = []
    with mpl.rc_context(SETTINGS):
        for sheet in sheets:
            canvas = blank_canvas(Paper())
            sheet.draw(canvas)
            figures.append(canvas.figure)
    return figures


def sheet_name(frame: SectionFrame, route: str, number: int, count: int) -> str:
    """Name a sheet: title, route, and which of how many."""
    tail = SHEET.say(frame.lang).format(number, count) if count > 1 else ""
    return f"{frame.title.say(frame.lang)} {route}{tail}"


def rooms(band_mm: float) -> tuple[Box, Box]:
    """Return where the profile lies on the sheet, and the band of figures below it."""
    inner = _inner(Paper())
    bottom = inner.bottom + FOOT_MM + GAP
    top = inner.top - TITLE_MM - GAP
    left = inner.left + HEADS_MM + STAFF_MM + BESIDE_MM
    low = bottom + band_mm + FAN_MM
    plot = Box(left, low, inner.right - 6.0 - left, top - low)
    return plot, Box(inner.left, bottom, inner.width, band_mm)


def cut_route(at: Floats, width_mm: float) -> tuple[int, list[tuple[int, int]]]:
    """Choose the scale of a route and cut it into sheets at its stations: first and last of each.

    Examples
    --------
    >>> cut_route(np.arange(0.0, 1000.0, 100.0), 350.0)
    (3000, [(0, 9)])
    """
    gaps, length = np.diff(at), float(at[-1] - at[0])
    across = _along_scale(gaps, length, width_mm)
    # sheets of the same length, as far as stations allow, so that the last is no stump
    whole = width_mm * across / MM_PER_M
    reach = min(whole, length / np.ceil(length / whole) + float(np.median(gaps)))
    most = int(width_mm / LEAST_GAP_MM) - 1
    parts, first = [], 0
    while first < len(at) - 1:
        last = int(np.searchsorted(at, at[first] + reach, side="right")) - 1
        last = max(first + 1, min(last, first + most))
        parts.append((first, last))
        first = last
    return across, parts


def _along_scale(gaps: Floats, length_m: float, width_mm: float) -> int:
    """Return the scale on which a route fits, unless its stations would stand too close."""
    readable = float(np.median(gaps)) / USUAL_GAP_MM
    holds = [s for s in ACROSS if gaps.max() / width_mm <= s / MM_PER_M] or [ACROSS[-1]]
    usable = [s for s in holds if s / MM_PER_M <= readable] or holds[:1]
    return next((s for s in usable if s / MM_PER_M >= length_m / width_mm), usable[-1])


def draw_staff(
    canvas: Surface, plot: Box, scale: Scale, step: float, *, count: int, title: str
) -> None:
    """Draw a staff of levels at the left of a plot, and its lines across it."""
    left = plot.left - BESIDE_MM - STAFF_MM
    marks = scale.start + step * np.arange(count + 1)
    places = scale.mm(marks).tolist()
    staff, grid = canvas.on("staff"), canvas.on("grid")
    for number, (low, high) in enumerate(pairwise(places)):
        cell = Box(left, low, STAFF_MM, high - low)
        staff.box(cell, HAIR_PT, fill=True, facecolor=INK if number % 2 else "white")
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    for mark, y in zip(marks, places, strict=True):
        staff.write((left - 1.2, y), f"{mark:.{digits}f}", SMALL_PT, ha="right")
        ends = [left + STAFF_MM, plot.right]
        grid.line(ends, [y, y], HAIR_PT / 2, color="#D3D8DB", zorder=0.5)
    over = min(plot.top - 2.0, places[-1] + 5.0)
    staff.write((plot.left - 2.0, over), title, PLAIN_PT, ha="right")


def draw_frame(
    canvas: Surface, frame: SectionFrame, name: str, scales: str, legend: Sequence[LegendLine]
) -> None:
    """Draw border, title, scales, legend, evidence and title block."""
    paper, lang = canvas.paper, frame.lang
    canvas.on("border").box(Box(0, 0, paper.width_mm, paper.height_mm).inset(MARGIN), THICK_PT)
    inner = _inner(paper)
    head = Box(inner.left, inner.top - TITLE_MM, inner.width, TITLE_MM)
    furniture.draw_title(canvas.on("title"), head, name, scales)
    stamp = Box(inner.right - STAMP_MM, inner.bottom, STAMP_MM, FOOT_MM)
    draw_stamp(canvas.on("stamp"), stamp, name, frame.stamp, frame.work_crs, lang=lang)
    strip = Box(inner.left, inner.bottom, stamp.left - GAP - inner.left, FOOT_MM - 10.0)
    furniture.draw_strip(canvas.on("notes"), strip, frame.evidence, frame.said, lang)
    _draw_legend(canvas.on("legend"), inner, legend, stamp.left - GAP - inner.left, lang)


def _draw_legend(
    canvas: Surface, inner: Box, legend: Sequence[LegendLine], room_mm: float, lang: Lang
) -> None:
    """Draw the lines of the legend side by side, closer together where they are many."""
    x, y = inner.left, inner.bottom + FOOT_MM - 4.0
    words = [one.title.say(lang) for one in legend]
    wide = [LEGEND_MM + width_mm(word, canvas.size(PLAIN_PT)) for word in words]
    gap = min(16.0, (room_mm - sum(wide)) / max(1, len(wide) - 1))
    for one, word, width in zip(legend, words, wide, strict=True):
        ends, style = [x, x + 12.0], {"color": one.colour, "linestyle": one.dash}
        canvas.line(ends, [y, y], THIN_PT * 1.8, **style)
        if one.is_double:
            canvas.line(ends, [y + 1.4, y + 1.4], THIN_PT, **style)
        canvas.write((x + LEGEND_MM, y), word, PLAIN_PT)
        x += width + gap


def _inner(paper: Paper) -> Box:
    return Box(0, 0, paper.width_mm, paper.height_mm).inset(MARGIN + GAP)
