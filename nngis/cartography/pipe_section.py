"""Long sections of pipes as design sheets draw them: the profile to scale, its figures below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from nngis.arrays import Floats
from nngis.cartography import furniture
from nngis.cartography.canvas import HAIR_PT, INK, SOFT, THICK_PT, THIN_PT, Canvas, blank_canvas
from nngis.cartography.font import PLAIN_PT, SETTINGS, SMALL_PT, register_font, shortened
from nngis.cartography.paper import GAP, MARGIN, Box, Paper
from nngis.cartography.pipe_band import BAND_MM, LEAST_GAP_MM, RISING_MAIN, draw_band, spread
from nngis.cartography.stamp import Stamp
from nngis.cartography.style import symbol
from nngis.cartography.title_block import draw_stamp
from nngis.text import Lang, Text
from nngis.units import MM_PER_M

ACROSS = (
    200,
    500,
    1000,
    2000,
    2500,
    3000,
    5000,
    10_000,
    20_000,
    50_000,
)  # scales 1:n along the way
UP = (20, 50, 100, 200, 300, 500, 1000, 2000, 5000)  # and of heights
MOST = 8  # sheets; the first route is whole, further ones are drawn where they still fit
JOINTS_M = 100.0  # of the joints of rising mains the first of each so many metres is shown
USUAL_GAP_MM = 5.0  # between two manholes, so that the figures below can be read
TITLE_MM, FOOT_MM, HEADS_MM, STAMP_MM, FAN_MM = 15.0, 38.0, 34.0, 112.0, 6.0
STAFF_MM, SHAFT_MM, HEADROOM_MM, WORDS_GAP_MM = 1.6, 1.1, 16.0, 2.6
LEAST_STEP_MM = 8.0  # between two marks of the staff
STEPS_M = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
GROUND_COLOUR, WATER_FILL, MAIN_COLOUR = "#5B7A3A", "#EFE6D3", "#1B6B60"
SCALES = Text("比例  横 1:{:,}  纵 1:{:,}", "Scales: along 1:{:,}, heights 1:{:,}")
SHEET = Text("（{} / {}）", " ({} / {})")
JOINED = Text("{} 接入", "from {}")
LIFT = Text("提升泵站", "lift station")
HEIGHTS = Text("标高 (m)", "Level (m)")
LEGEND = (
    (Text("设计地面", "ground"), GROUND_COLOUR, "-"),
    (Text("重力管（管底与管顶）", "gravity pipe (invert and crown)"), "", "-"),
    (Text("压力管", "rising main"), MAIN_COLOUR, "--"),
)


@dataclass(frozen=True)
class _Page:
    """One page: its rows, the ground along it, and how metres become millimetres."""

    rows: pd.DataFrame
    ground: pd.DataFrame
    plot: Box
    across: int
    up: int
    datum_m: float

    def x(self, chainage_m: npt.ArrayLike) -> Floats:
        start = float(self.rows["chainage_m"].iloc[0])
        x: Floats = self.plot.left + (np.asarray(chainage_m) - start) * MM_PER_M / self.across
        return x

    def y(self, level_m: npt.ArrayLike) -> Floats:
        y: Floats = self.plot.bottom + (np.asarray(level_m) - self.datum_m) * MM_PER_M / self.up
        return y


def draw_pipe_sections(
    table: pd.DataFrame,
    ground: pd.DataFrame | None = None,
    *,
    title: Text,
    lang: Lang,
    evidence: str,
    said: Sequence[str] = (),
    stamp: Stamp | None = None,
    work_crs: str = "EPSG:4545",
) -> list[Figure]:
    """Draw the long section of every route on A3, as many sheets a route as its scale needs."""
    register_font()
    figures: list[Figure] = []
    with mpl.rc_context(SETTINGS):
        for route, rows in table.groupby("route_id", sort=False):
            mine = ground[ground["route_id"].eq(route)] if ground is not None else rows
            pages = _pages(rows, mine)
            if figures and len(figures) + len(pages) > MOST:
                continue
            for number, page in enumerate(pages, start=1):
                tail = SHEET.say(lang).format(number, len(pages)) if len(pages) > 1 else ""
                canvas = blank_canvas(Paper())
                name = f"{title.say(lang)} {route}{tail}"
                _draw_page(canvas, page, name, lang)
                _draw_foot(canvas, name, (evidence, said), (stamp or Stamp(), work_crs), lang)
                figures.append(canvas.figure)
    return figures


def _room() -> Box:
    """Return where profiles and their figures lie on the sheet."""
    paper = Paper()
    inner = Box(0, 0, paper.width_mm, paper.height_mm).inset(MARGIN + GAP)
    bottom = inner.bottom + FOOT_MM + GAP
    return Box(inner.left, bottom, inner.width, inner.height - FOOT_MM - TITLE_MM - 2 * GAP)


def _pages(rows: pd.DataFrame, ground: pd.DataFrame) -> list[_Page]:
    """Choose the scale of a route and cut it into sheets at its manholes."""
    room = _room()
    left, bottom = room.left + HEADS_MM + STAFF_MM + 4.0, room.bottom + BAND_MM + FAN_MM
    plot = Box(left, bottom, room.right - 6.0 - left, room.top - bottom)
    shown = _shown(rows)
    at = shown["chainage_m"].to_numpy(float)
    gaps, length = np.diff(at), float(at[-1] - at[0])
    across = _along_scale(gaps, length, plot.width)
    # sheets of the same length, as far as manholes allow, so that the last is no stump
    whole = plot.width * across / MM_PER_M
    reach = min(whole, length / np.ceil(length / whole) + float(np.median(gaps)))
    most = int(plot.width / LEAST_GAP_MM) - 1
    pages, first = [], 0
    while first < len(at) - 1:
        last = int(np.searchsorted(at, at[first] + reach, side="right")) - 1
        last = max(first + 1, min(last, first + most))
        part, near = (f[f["chainage_m"].between(at[first], at[last])] for f in (rows, ground))
        pages.append(_page(part, near, plot, across))
        first = last
    return pages


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out most joints of rising mains: points of their course, and no manholes."""
    main = rows["kind"].eq(RISING_MAIN)
    plain = ~rows["lifted"].astype(bool) & rows["joined_by"].eq("")
    hundred = rows["chainage_m"] // JOINTS_M
    plain &= hundred.eq(hundred.shift())
    shown = rows[~(main & main.shift(fill_value=False) & plain)]
    length = shown["chainage_m"].shift(-1) - shown["chainage_m"]
    joined = shown["kind"].eq(RISING_MAIN)
    return shown.assign(length_m=length.where(joined, shown["length_m"]))


def _page(rows: pd.DataFrame, ground: pd.DataFrame, plot: Box, across: int) -> _Page:
    inverts = rows[["invert_in_m", "invert_out_m"]]
    low = float(inverts.min(axis=None))
    crowns = inverts.max(axis=None) + rows["diameter_mm"].astype(float).max() / MM_PER_M
    high = float(np.nanmax([rows["ground_m"].max(), ground["ground_m"].max(), crowns]))
    up = _scale(UP, (high - low) / (plot.height - HEADROOM_MM - 4.0))
    step = _staff_step(up)
    return _Page(rows, ground, plot, across, up, float(np.floor((low - 1e-9) / step) * step))


def _scale(scales: Sequence[int], m_per_mm: float) -> int:
    """Return the finest usual scale that has room for so many metres on a millimetre."""
    return next((one for one in scales if one / MM_PER_M >= m_per_mm), scales[-1])


def _along_scale(gaps: Floats, length_m: float, width_mm: float) -> int:
    """Return the scale on which a route fits, unless its manholes would stand too close."""
    readable = float(np.median(gaps)) / USUAL_GAP_MM
    holds = [s for s in ACROSS if gaps.max() / width_mm <= s / MM_PER_M] or [ACROSS[-1]]
    usable = [s for s in holds if s / MM_PER_M <= readable] or holds[:1]
    return next((s for s in usable if s / MM_PER_M >= length_m / width_mm), usable[-1])


def _staff_step(up: int) -> float:
    return next((s for s in STEPS_M if s * MM_PER_M / up >= LEAST_STEP_MM), STEPS_M[-1])


def _draw_page(canvas: Canvas, page: _Page, name: str, lang: Lang) -> None:
    paper = canvas.paper
    border = Box(0, 0, paper.width_mm, paper.height_mm).inset(MARGIN)
    canvas.box(border, THICK_PT)
    inner = border.inset(GAP)
    head = Box(inner.left, inner.top - TITLE_MM, inner.width, TITLE_MM)
    furniture.draw_title(canvas, head, name, SCALES.say(lang).format(page.across, page.up))
    _draw_staff(canvas, page, lang)
    _draw_ground(canvas, page)
    _draw_pipes(canvas, page)
    _draw_manholes(canvas, page, lang)
    room = _room()
    band = Box(room.left, room.bottom, room.width, BAND_MM)
    shown = _shown(page.rows)
    at = page.x(shown["chainage_m"].to_numpy(float))
    draw_band(canvas, band, shown, at, heads_mm=HEADS_MM, fan_to=page.plot.bottom, lang=lang)


def _draw_staff(canvas: Canvas, page: _Page, lang: Lang) -> None:
    """Draw the staff of levels at the left, and its lines across the profile."""
    plot, step = page.plot, _staff_step(page.up)
    count = int((plot.height - HEADROOM_MM / 2) * page.up / MM_PER_M / step)
    left = plot.left - 4.0 - STAFF_MM
    for number in range(count):
        low, high = page.y([page.datum_m + number * step, page.datum_m + (number + 1) * step])
        cell = Box(left, float(low), STAFF_MM, float(high - low))
        canvas.box(cell, HAIR_PT, fill=True, facecolor=INK if number % 2 else "white")
    for number in range(count + 1):
        level = page.datum_m + number * step
        y = float(page.y(level))
        canvas.write((left - 1.2, y), f"{level:.{0 if step >= 1 else 1}f}", SMALL_PT, ha="right")
        canvas.line([left + STAFF_MM, plot.right], [y, y], HAIR_PT / 2, color="#D3D8DB", zorder=0.5)
    canvas.write((left + STAFF_MM / 2, plot.top - 2.0), HEIGHTS.say(lang), PLAIN_PT, ha="center")


def _draw_ground(canvas: Canvas, page: _Page) -> None:
    points = page.ground[["chainage_m", "ground_m"]]
    own = page.rows[["chainage_m", "ground_m"]]
    points = own if len(points) < len(own) else points
    xs, ys = page.x(points["chainage_m"]), page.y(points["ground_m"])
    canvas.line(xs.tolist(), ys.tolist(), THIN_PT * 1.6, color=GROUND_COLOUR, zorder=3)
    along = np.arange(xs[0] + 2.0, xs[-1], 3.0)
    over = np.interp(along, xs, ys)
    hatch = [(x, y, x - 0.6, y - 1.4) for x, y in zip(along, over, strict=True)]
    canvas.strokes(hatch, HAIR_PT, edgecolor=GROUND_COLOUR, zorder=2)


def _draw_pipes(canvas: Canvas, page: _Page) -> None:
    rows = page.rows
    x = page.x(rows["chainage_m"])
    up = rows["invert_out_m"].to_numpy(float)[:-1]
    low = rows["invert_in_m"].to_numpy(float)[1:]
    high = rows["diameter_mm"].astype(float).to_numpy()[:-1] / MM_PER_M
    main = rows["kind"].eq(RISING_MAIN).to_numpy()[:-1]
    bottom = np.column_stack([x[:-1], page.y(up), x[1:], page.y(low)])
    crown = np.column_stack([x[:-1], page.y(up + high), x[1:], page.y(low + high)])
    corners = np.stack([bottom[:, :2], bottom[:, 2:], crown[:, 2:], crown[:, :2]], axis=1)
    _areas(canvas, corners[~main], facecolor=WATER_FILL, zorder=2.5)
    look = {"edgecolor": symbol("sewer").colour, "zorder": 4, "capstyle": "butt"}
    canvas.strokes(_ends(bottom[~main]), THIN_PT * 1.5, **look)
    canvas.strokes(_ends(crown[~main]), THIN_PT, **look)
    dashed = {"edgecolor": MAIN_COLOUR, "zorder": 4, "linestyle": (0, (5, 2))}
    canvas.strokes(_ends(bottom[main]), THIN_PT * 1.6, **dashed)


def _ends(lines: Floats) -> list[tuple[float, float, float, float]]:
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in lines.tolist()]


def _areas(canvas: Canvas, corners: Floats, **look: Any) -> None:  # noqa: ANN401 -- of matplotlib
    """Draw many polygons as one."""
    style = {"edgecolor": "none", "linewidth": canvas.size(HAIR_PT * 1.4), **look}
    canvas.axes.add_artist(PolyCollection(list(corners), **style))


def _draw_manholes(canvas: Canvas, page: _Page, lang: Lang) -> None:
    """Draw the shafts, who joins there, and the lifts."""
    rows = _shown(page.rows)
    xs, tops = page.x(rows["chainage_m"]), page.y(rows["ground_m"])
    into, out = rows["invert_in_m"].to_numpy(float), rows["invert_out_m"].to_numpy(float)
    feet = page.y(np.fmin(into, out))
    lifted = rows["lifted"].to_numpy(bool)
    stems = [(x, page.plot.bottom, x, foot) for x, foot in zip(xs, feet, strict=True)]
    canvas.strokes(stems, HAIR_PT, edgecolor=SOFT, zorder=1)
    half = SHAFT_MM / 2
    shafts = [
        [(x - half, foot), (x + half, foot), (x + half, top), (x - half, top)]
        for x, foot, top in zip(xs, feet, tops, strict=True)
    ]
    _areas(canvas, np.array(shafts), facecolor="white", edgecolor=INK, zorder=5)
    low = feet[lifted] - 0.2
    corners = [(xs[lifted] - 1.4, low - 2.4), (xs[lifted] + 1.4, low - 2.4), (xs[lifted], low)]
    signs = np.stack([np.column_stack(corner) for corner in corners], axis=1)
    _areas(canvas, signs, facecolor=MAIN_COLOUR, zorder=6)
    lift = LIFT.say(lang)
    words = [
        " · ".join([lift] * bool(up) + [JOINED.say(lang).format(by)] * bool(by))
        for up, by in zip(lifted, rows["joined_by"], strict=True)
    ]
    said = np.array([bool(word) for word in words])
    over = xs.copy()
    over[said] = spread(xs[said], page.plot.left, page.plot.right, WORDS_GAP_MM)
    leads = [(x, t, o, t + 2.6) for x, t, o in zip(xs[said], tops[said], over[said], strict=True)]
    canvas.strokes(leads, HAIR_PT, edgecolor=SOFT)
    for top, is_lifted, word, beside in zip(tops, lifted, words, over, strict=True):
        if word:
            room = page.plot.top + 4.0 - (top + 3.2)
            look = {"color": MAIN_COLOUR if is_lifted else INK, "rotation": 90, "va": "bottom"}
            text = shortened(word, room, SMALL_PT)
            canvas.write((beside, top + 3.2), text, SMALL_PT, ha="center", **look)


def _draw_foot(
    canvas: Canvas,
    name: str,
    sure: tuple[str, Sequence[str]],
    block: tuple[Stamp, str],
    lang: Lang,
) -> None:
    inner = Box(0, 0, canvas.paper.width_mm, canvas.paper.height_mm).inset(MARGIN + GAP)
    stamp = Box(inner.right - STAMP_MM, inner.bottom, STAMP_MM, FOOT_MM)
    draw_stamp(canvas, stamp, name, block[0], block[1], lang=lang)
    evidence, said = sure
    strip = Box(inner.left, inner.bottom, stamp.left - GAP - inner.left, FOOT_MM - 10.0)
    furniture.draw_strip(canvas, strip, evidence, said, lang)
    x, y = inner.left, inner.bottom + FOOT_MM - 4.0
    for title, colour, dash in LEGEND:
        ends = [x, x + 12.0]
        style = {"color": colour or symbol("sewer").colour, "linestyle": dash}
        canvas.line(ends, [y, y], THIN_PT * 1.8, **style)
        if not colour:
            canvas.line(ends, [y + 1.4, y + 1.4], THIN_PT, **style)
        canvas.write((x + 14.0, y), title.say(lang), PLAIN_PT)
        x += 66.0
