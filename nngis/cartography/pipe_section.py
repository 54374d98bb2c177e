"""Long sections of pipes as design sheets draw them: the profile to scale, its figures below."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from nngis.arrays import Floats, Objects
from nngis.cartography.font import SMALL_PT, shortened, width_mm
from nngis.cartography.paper import Box
from nngis.cartography.pipe_band import BAND, RISING_MAIN, SURCHARGE
from nngis.cartography.section_band import BandRow, band_height, draw_band, spread
from nngis.cartography.section_frame import (
    LegendLine,
    Scale,
    SectionFrame,
    SectionSheet,
    cut_route,
    draw_frame,
    draw_staff,
    rooms,
    sheet_name,
)
from nngis.cartography.style import symbol
from nngis.cartography.surface import HAIR_PT, INK, SOFT, THIN_PT, Surface
from nngis.text import Lang, Text
from nngis.units import MM_PER_M

UP = (20, 50, 100, 200, 300, 500, 1000, 2000, 5000)  # scales 1:n of heights
MOST = 8  # sheets; the first route is whole, further ones are drawn where they still fit
JOINTS_M = 100.0  # of the joints of rising mains the first of each so many metres is shown
SHAFT_MM, WORDS_GAP_MM = 1.1, 2.6
HEADROOM_MM = 16.0  # above the highest point
MOST_WORDS_MM = 40.0  # above a manhole
LEAST_STEP_MM = 8.0  # between two marks of the staff
STEPS_M = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
GROUND_COLOUR, WATER_FILL, MAIN_COLOUR = "#5B7A3A", "#EFE6D3", "#1B6B60"
ONCE_COLOUR, TWICE_COLOUR, BREAK_COLOUR = "#2F7FBF", "#7A3E9D", "#C8102E"
SCALES = Text("比例  横 1:{:,}  纵 1:{:,}", "Scales: along 1:{:,}, heights 1:{:,}")
JOINED = Text("{} 接入", "from {}")
LIFT = Text("提升泵站", "lift station")
BREAKS = Text("最先超载（{:g} 倍设计流量）", "surcharged first (at {:g}× design flow)")
HEIGHTS = Text("标高 (m)", "Level (m)")
GROUND = LegendLine(Text("设计地面", "ground"), GROUND_COLOUR)
MAIN = LegendLine(Text("压力管", "rising main"), MAIN_COLOUR, "--")
WATER = (
    LegendLine(Text("1 倍设计流量水位", "water at design flow"), ONCE_COLOUR),
    LegendLine(Text("2 倍设计流量水位", "water at twice the design"), TWICE_COLOUR, "--"),
)


@dataclass(frozen=True)
class Surcharge:
    """What the hydraulic engine found, to be drawn on the sections.

    Parameters
    ----------
    manholes : DataFrame
        By manhole: `level_once_m`, `level_twice_m` (water at 1 and 2 times the design flow [m]),
        `surcharge_once_m`, `surcharge_twice_m` (above the highest crown).
    breaks_first : str
        The manhole that is surcharged first; empty where none is.
    breaks_at : float
        At how many times the design flow.
    """

    manholes: pd.DataFrame
    breaks_first: str
    breaks_at: float


@dataclass(frozen=True)
class _Page:
    """One page: its rows, the ground along it, and how metres become millimetres."""

    rows: pd.DataFrame
    ground: pd.DataFrame
    plot: Box
    across: int
    up: int
    datum_m: float
    words: tuple[str, ...]  # of each manhole shown
    breaks_first: str

    def x(self, chainage_m: pd.Series) -> Floats:
        start = float(self.rows["chainage_m"].iloc[0])
        return Scale(self.plot.left, start, self.across / MM_PER_M).mm(chainage_m)

    @property
    def heights(self) -> Scale:
        return Scale(self.plot.bottom, self.datum_m, self.up / MM_PER_M)


def pipe_sheets(
    table: pd.DataFrame,
    ground: pd.DataFrame | None = None,
    *,
    frame: SectionFrame,
    surcharge: Surcharge | None = None,
    pipe: str | None = None,
) -> list[SectionSheet]:
    """Lay out the long section of every route on A3, as many sheets a route as its scale needs.

    Parameters
    ----------
    table : DataFrame
        Routes, manhole by manhole, as `long_sections` of the sewers lists them.
    ground : DataFrame, optional
        The terrain along them: `route_id`, `chainage_m`, `ground_m`; that at manholes if absent.
    frame : SectionFrame
        What stands around the profiles.
    surcharge : Surcharge, optional
        What the hydraulic engine found.
    pipe : str, optional
        Only the sheet on which this pipe stands.

    Returns
    -------
    list of SectionSheet
        The first route whole, further ones where they still fit on eight sheets.
    """
    sheets: list[SectionSheet] = []
    band: tuple[BandRow, ...] = BAND
    if surcharge is not None:
        table = table.join(surcharge.manholes, on="manhole_id")
        band = (*BAND[:3], SURCHARGE, *BAND[3:])
    for route, rows in table.groupby("route_id", sort=False):
        mine = ground[ground["route_id"].eq(route)] if ground is not None else rows
        pages = _pages(rows, mine, band_height(band), frame.lang, surcharge)
        if sheets and len(sheets) + len(pages) > MOST:
            continue
        for number, page in enumerate(pages, start=1):
            if pipe is not None and pipe not in set(page.rows["pipe_id"].iloc[:-1]):
                continue
            name = sheet_name(frame, str(route), number, len(pages))
            scales = SCALES.say(frame.lang).format(page.across, page.up)
            draw = partial(_draw_page, page=page, frame=frame, band=band, said=(name, scales))
            sheets.append(SectionSheet(name, scales, draw))
    return sheets


def _pages(
    rows: pd.DataFrame,
    ground: pd.DataFrame,
    band_mm: float,
    lang: Lang,
    surcharge: Surcharge | None,
) -> list[_Page]:
    """Choose the scale of a route and cut it into sheets at its manholes."""
    plot, _ = rooms(band_mm)
    at = _shown(rows)["chainage_m"].to_numpy(float)
    across, parts = cut_route(at, plot.width)
    pages = []
    for first, last in parts:
        part, near = (f[f["chainage_m"].between(at[first], at[last])] for f in (rows, ground))
        words = _words(_shown(part), lang, surcharge)
        up, datum = _heights(part, near, plot.height - HEADROOM_MM - 4.0, words)
        breaks = surcharge.breaks_first if surcharge is not None else ""
        pages.append(_Page(part, near, plot, across, up, datum, tuple(words), breaks))
    return pages


def _words(rows: pd.DataFrame, lang: Lang, surcharge: Surcharge | None) -> list[str]:
    """Say of each manhole whether it breaks first, whether a station lifts, and who joins there."""
    lift, joined = LIFT.say(lang), JOINED.say(lang)
    breaks, first = "", ""
    if surcharge is not None:
        first, breaks = surcharge.breaks_first, BREAKS.say(lang).format(surcharge.breaks_at)
    told = zip(rows["manhole_id"], rows["lifted"].astype(bool), rows["joined_by"], strict=True)
    return [
        " · ".join(
            [breaks] * bool(first and one == first) + [lift] * up + [joined.format(by)] * bool(by)
        )
        for one, up, by in told
    ]


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


def _heights(
    rows: pd.DataFrame, ground: pd.DataFrame, room_mm: float, words: Sequence[str]
) -> tuple[int, float]:
    """Return the scale of heights, and the level at which the plot begins: words have room."""
    inverts = rows[["invert_in_m", "invert_out_m"]]
    low = float(inverts.min(axis=None))
    crowns = inverts.max(axis=None) + rows["diameter_mm"].astype(float).max() / MM_PER_M
    high = float(np.nanmax([rows["ground_m"].max(), ground["ground_m"].max(), crowns]))
    wide = np.array([min(width_mm(word, SMALL_PT), MOST_WORDS_MM) for word in words])
    tops = _shown(rows)["ground_m"].to_numpy(float)[wide > 0] - low
    room = np.minimum(room_mm, room_mm + HEADROOM_MM - wide[wide > 0])
    up = _scale(UP, float(np.nanmax([(high - low) / room_mm, *(tops / room)])))
    step = _staff_step(up)
    return up, float(np.floor((low - 1e-9) / step) * step)


def _scale(scales: Sequence[int], m_per_mm: float) -> int:
    """Return the finest usual scale that has room for so many metres on a millimetre."""
    return next((one for one in scales if one / MM_PER_M >= m_per_mm), scales[-1])


def _staff_step(up: int) -> float:
    return next((s for s in STEPS_M if s * MM_PER_M / up >= LEAST_STEP_MM), STEPS_M[-1])


def _draw_page(
    canvas: Surface,
    *,
    page: _Page,
    frame: SectionFrame,
    band: Sequence[BandRow],
    said: tuple[str, str],
) -> None:
    lang, plot, step = frame.lang, page.plot, _staff_step(page.up)
    is_loaded = SURCHARGE in band
    pipe = LegendLine(
        Text("重力管（管底与管顶）", "gravity pipe (invert and crown)"),
        symbol("sewer").colour,
        is_double=True,
    )
    draw_frame(canvas, frame, *said, (GROUND, pipe, MAIN, *WATER[: 2 * is_loaded]))
    count = int((plot.height - HEADROOM_MM / 2) * page.up / MM_PER_M / step)
    draw_staff(canvas, plot, page.heights, step, count=count, title=HEIGHTS.say(lang))
    _draw_ground(canvas, page)
    _draw_pipes(canvas, page)
    if is_loaded:
        _draw_water(canvas, page)
    _draw_manholes(canvas, page)
    shown, (_, box) = _shown(page.rows), rooms(band_height(band))
    at = page.x(shown["chainage_m"])
    draw_band(canvas, box, band, shown, at, fan_to=plot.bottom, lang=lang)


def _draw_ground(canvas: Surface, page: _Page) -> None:
    canvas = canvas.on("ground")
    points = page.ground[["chainage_m", "ground_m"]]
    own = page.rows[["chainage_m", "ground_m"]]
    points = own if len(points) < len(own) else points
    xs, ys = page.x(points["chainage_m"]), page.heights.mm(points["ground_m"])
    canvas.line(xs.tolist(), ys.tolist(), THIN_PT * 1.6, color=GROUND_COLOUR, zorder=3)
    along = np.arange(xs[0] + 2.0, xs[-1], 3.0)
    over = np.interp(along, xs, ys)
    hatch = [(x, y, x - 0.6, y - 1.4) for x, y in zip(along, over, strict=True)]
    canvas.strokes(hatch, HAIR_PT, edgecolor=GROUND_COLOUR, zorder=2)


def _draw_pipes(canvas: Surface, page: _Page) -> None:
    rows = page.rows
    x, y = page.x(rows["chainage_m"]), page.heights.mm
    up = rows["invert_out_m"].to_numpy(float)[:-1]
    low = rows["invert_in_m"].to_numpy(float)[1:]
    high = rows["diameter_mm"].astype(float).to_numpy()[:-1] / MM_PER_M
    main = rows["kind"].eq(RISING_MAIN).to_numpy()[:-1]
    bottom = np.column_stack([x[:-1], y(up), x[1:], y(low)])
    crown = np.column_stack([x[:-1], y(up + high), x[1:], y(low + high)])
    corners = np.stack([bottom[:, :2], bottom[:, 2:], crown[:, 2:], crown[:, :2]], axis=1)
    pipes = canvas.on("pipe")
    canvas.on("pipe fill").areas(corners[~main], facecolor=WATER_FILL, zorder=2.5)
    look = {"edgecolor": symbol("sewer").colour, "zorder": 4, "capstyle": "butt"}
    pipes.strokes(_ends(bottom[~main]), THIN_PT * 1.5, **look)
    pipes.strokes(_ends(crown[~main]), THIN_PT, **look)
    dashed = {"edgecolor": MAIN_COLOUR, "zorder": 4, "linestyle": (0, (5, 2))}
    canvas.on("rising main").strokes(_ends(bottom[main]), THIN_PT * 1.6, **dashed)


def _ends(lines: Floats) -> list[tuple[float, float, float, float]]:
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in lines.tolist()]


def _draw_water(canvas: Surface, page: _Page) -> None:
    """Draw where the water stands under load, from manhole to manhole of gravity pipes."""
    rows = page.rows
    lifted, main = rows["lifted"].astype(bool), rows["kind"].eq(RISING_MAIN)
    gravity = (~lifted & ~main).to_numpy()[:-1]
    x = page.x(rows["chainage_m"])
    looks = (("level_once_m", ONCE_COLOUR, "-"), ("level_twice_m", TWICE_COLOUR, (0, (4, 2))))
    for name, colour, dash in looks:
        y = page.heights.mm(rows[name])
        lines = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
        known = np.isfinite(lines).all(axis=1) & gravity  # a station lifts, and parts the water
        look = {"edgecolor": colour, "zorder": 5.5, "linestyle": dash}
        canvas.on(name.removesuffix("_m")).strokes(_ends(lines[known]), THIN_PT * 1.5, **look)


def _draw_manholes(canvas: Surface, page: _Page) -> None:
    """Draw the shafts and the lifts."""
    rows = _shown(page.rows)
    xs, tops = page.x(rows["chainage_m"]), page.heights.mm(rows["ground_m"])
    into, out = rows["invert_in_m"].to_numpy(float), rows["invert_out_m"].to_numpy(float)
    feet = page.heights.mm(np.fmin(into, out))
    lifted = rows["lifted"].to_numpy(bool)
    stems = [(x, page.plot.bottom, x, foot) for x, foot in zip(xs, feet, strict=True)]
    canvas.on("table").strokes(stems, HAIR_PT, edgecolor=SOFT, zorder=1)
    half = SHAFT_MM / 2
    shafts = [
        [(x - half, foot), (x + half, foot), (x + half, top), (x - half, top)]
        for x, foot, top in zip(xs, feet, tops, strict=True)
    ]
    canvas.on("manhole").areas(np.array(shafts), facecolor="white", edgecolor=INK, zorder=5)
    _signs(canvas.on("lift"), xs[lifted], feet[lifted] - 0.2, -2.4, MAIN_COLOUR)
    broken = rows["manhole_id"].eq(page.breaks_first).to_numpy()
    _signs(canvas.on("break"), xs[broken], tops[broken] + 0.3, 2.4, BREAK_COLOUR)
    colours = np.where(broken, BREAK_COLOUR, np.where(lifted, MAIN_COLOUR, INK))
    _draw_words(canvas.on("words"), page, xs, tops, colours)


def _signs(canvas: Surface, xs: Floats, tips: Floats, up_mm: float, colour: str) -> None:
    """Draw triangles with their tips at the places, standing on them or hanging below."""
    base = tips + up_mm
    corners = [(xs - 1.4, base), (xs + 1.4, base), (xs, tips)]
    signs = np.stack([np.column_stack(corner) for corner in corners], axis=1)
    canvas.areas(signs, facecolor=colour, zorder=6)


def _draw_words(canvas: Surface, page: _Page, xs: Floats, tops: Floats, colours: Objects) -> None:
    """Write what is to be said of manholes above them."""
    said = np.array([bool(word) for word in page.words])
    over = xs.copy()
    over[said] = spread(xs[said], page.plot.left, page.plot.right, WORDS_GAP_MM)
    leads = [(x, t, o, t + 2.6) for x, t, o in zip(xs[said], tops[said], over[said], strict=True)]
    canvas.strokes(leads, HAIR_PT, edgecolor=SOFT)
    for top, colour, word, beside in zip(tops, colours, page.words, over, strict=True):
        if word:
            room = page.plot.top + 4.0 - (top + 3.2)
            look = {"color": str(colour), "rotation": 90, "va": "bottom"}
            canvas.write(
                (beside, top + 3.2), shortened(word, room, SMALL_PT), SMALL_PT, ha="center", **look
            )
