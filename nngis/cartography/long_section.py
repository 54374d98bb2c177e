"""Long sections of values along a way: graphs one above the other, their figures in the band."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from nngis import fields
from nngis.arrays import Floats
from nngis.cartography.font import width_mm
from nngis.cartography.paper import Box
from nngis.cartography.section_band import (
    FIGURE_PT,
    BandRow,
    band_height,
    chainages,
    draw_band,
    numbers,
)
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
from nngis.cartography.surface import HAIR_PT, SOFT, THIN_PT, Surface
from nngis.result.mapview import LongSection
from nngis.text import Lang, Text
from nngis.units import MM_PER_M

MOST = 100  # routes; those beyond the longest so many are in the table only
STEP_MM = 10.0  # between two marks of a staff
BETWEEN_MM, HEADROOM_MM = 10.0, 8.0  # between two graphs, and above the highest mark
DOT_MM = 0.7
SCALES = Text("比例  横 1:{:,}", "Scale along 1:{:,}")
UPWARDS = Text("  {} 1 mm = {:g} {}", "  {} 1 mm = {:g} {}")
COLOURS = ("#1F5FA8", "#B5473C", "#5B7A3A", "#7A3E9D")
DASHES = ("-", "--", "-", "--")
ROW_MM, PLACE_MM = 9.0, (9.0, 30.0)


@dataclass(frozen=True)
class _Graph:
    """One graph: its column, where it lies, its scale and the step of its staff."""

    column: str
    plot: Box
    scale: Scale
    step: float
    count: int


@dataclass(frozen=True)
class _Page:
    """One page: its rows, the scale along, the graphs from above."""

    rows: pd.DataFrame
    across: int
    along: Scale
    graphs: tuple[_Graph, ...]


def value_sheets(
    section: LongSection, table: pd.DataFrame, *, frame: SectionFrame
) -> list[SectionSheet]:
    """Lay out the long section of every route that ends where no other passes, the longest first.

    A route that ends on the way of another lies on that one's sheets.
    """
    by_route = table.groupby(section.route, sort=True)
    inner = table.loc[by_route.cumcount(ascending=False) > 0, section.place]
    longest = by_route[section.along].max()[~by_route[section.place].last().isin(inner)]
    routes = longest[longest > 0].sort_values(ascending=False, kind="stable").index[:MOST]
    sheets = []
    for route in routes:
        rows = table[table[section.route].eq(route)]
        band = _band(section, rows)
        pages = _pages(section, rows, band_height(band))
        for number, page in enumerate(pages, start=1):
            name = sheet_name(frame, str(route), number, len(pages))
            scales = _scales(page, frame.lang)
            draw = partial(
                _draw_page, section=section, page=page, frame=frame, band=band, said=(name, scales)
            )
            sheets.append(SectionSheet(name, scales, draw))
    return sheets


def _band(section: LongSection, rows: pd.DataFrame) -> tuple[BandRow, ...]:
    """Return the rows: values at each place, what holds between, names, chainages.

    What all names of places begin with, up to a stroke, stands once at the head.
    """
    values = tuple(BandRow(_heading(name), 12.0, partial(_values, name)) for name in section.values)
    ways = tuple(
        BandRow(
            _heading(name),
            ROW_MM,
            partial(_ways, name),
            of_ways=True,
            merges=not fields.get(name).sum,
        )
        for name in section.stretches
    )
    head, names = _heading(section.place), rows[section.place].astype(str)
    heads = {name.rpartition("/")[0] for name in names}
    common = heads.pop() if len(heads) == 1 else ""
    if common:
        head = Text(f"{head.zh}（{common}/…）", f"{head.en} ({common}/…)")
    skipped = len(common) + 1 if common else 0
    wide = max(width_mm(name[skipped:], FIGURE_PT) for name in names) + 3.0
    high = float(np.clip(wide, *PLACE_MM))
    place = BandRow(head, high, partial(_names, section.place, skipped))
    return (*values, *ways, place, chainages(section.along))


def _heading(name: str) -> Text:
    field = fields.get(name)
    return Text(field.heading("zh"), field.heading("en"))


def _values(name: str, rows: pd.DataFrame, _: Lang) -> list[str]:
    return numbers(rows[name], _digits(rows[name]))


def _ways(name: str, rows: pd.DataFrame, _: Lang) -> list[str]:
    """Write what holds between places at the place where each way begins."""
    words = numbers(rows[name], _digits(rows[name]))
    return [*words[1:], ""]


def _digits(values: pd.Series) -> int:
    """Return how many digits let four stand, and none where all are whole."""
    known = values.dropna().astype(float)
    if known.empty or known.eq(known.round()).all():
        return 0
    return int(np.clip(3 - np.floor(np.log10(max(known.abs().max(), 1e-9))), 0, 3))


def _names(name: str, skipped: int, rows: pd.DataFrame, _: Lang) -> list[str]:
    return [str(one)[skipped:] for one in rows[name]]


def _pages(section: LongSection, rows: pd.DataFrame, band_mm: float) -> list[_Page]:
    room, _ = rooms(band_mm)
    at = rows[section.along].to_numpy(float)
    across, parts = cut_route(at, room.width)
    graphs = _graphs(section, rows, room)
    return [
        _Page(
            rows.iloc[first : last + 1],
            across,
            Scale(room.left, float(at[first]), across / MM_PER_M),
            graphs,
        )
        for first, last in parts
    ]


def _graphs(section: LongSection, rows: pd.DataFrame, room: Box) -> tuple[_Graph, ...]:
    """Share the room among the values, the same scales on all sheets of a route."""
    high = (room.height - BETWEEN_MM * (len(section.values) - 1)) / len(section.values)
    graphs = []
    for number, name in enumerate(section.values):
        bottom = room.top - (number + 1) * high - number * BETWEEN_MM
        plot = Box(room.left, bottom, room.width, high)
        values = rows[name].dropna().astype(float)
        least, most = (values.min(), values.max()) if len(values) else (0.0, 1.0)
        scale, step, count = _fit(float(least), float(most), plot)
        graphs.append(_Graph(name, plot, scale, step, count))
    return tuple(graphs)


def _fit(least: float, most: float, plot: Box) -> tuple[Scale, float, int]:
    """Choose the largest round scale whose marks hold all values, and where its staff begins."""
    marks = int((plot.height - HEADROOM_MM) / STEP_MM)
    for power in range(-6, 9):
        for first in (1, 2, 5):
            step = first * 10.0**power
            start = float(np.floor(least / step + 1e-9)) * step
            count = max(1, int(np.ceil((most - start) / step - 1e-9)))
            if count <= marks:
                return Scale(plot.bottom, start, step / STEP_MM), step, count
    raise AssertionError(most)


def _scales(page: _Page, lang: Lang) -> str:
    upwards = [
        UPWARDS.say(lang)
        .format(
            fields.get(one.column).title.say(lang),
            one.scale.per_mm,
            fields.get(one.column).unit or "",
        )
        .rstrip()
        for one in page.graphs
    ]
    return SCALES.say(lang).format(page.across) + "".join(upwards)


def _draw_page(
    canvas: Surface,
    *,
    section: LongSection,
    page: _Page,
    frame: SectionFrame,
    band: Sequence[BandRow],
    said: tuple[str, str],
) -> None:
    lang = frame.lang
    looks = dict(zip(section.values, zip(COLOURS, DASHES, strict=True), strict=False))
    legend = [LegendLine(_heading(name), *look) for name, look in looks.items()]
    draw_frame(canvas, frame, *said, legend)
    xs = page.along.mm(page.rows[section.along])
    foot = page.graphs[-1].plot.bottom
    for one in page.graphs:
        title = fields.get(one.column).heading(lang)
        draw_staff(canvas, one.plot, one.scale, one.step, count=one.count, title=title)
        _draw_graph(canvas, one, xs, page.rows[one.column], looks[one.column])
    tops = page.graphs[0].scale.mm(page.rows[section.values[0]])
    stems = [
        (x, foot, x, float(np.nan_to_num(top, nan=foot))) for x, top in zip(xs, tops, strict=True)
    ]
    canvas.on("table").strokes(stems, HAIR_PT, edgecolor=SOFT, zorder=1)
    _, box = rooms(band_height(band))
    draw_band(canvas, box, band, page.rows, xs, fan_to=foot, lang=lang)


def _draw_graph(
    canvas: Surface, graph: _Graph, xs: Floats, values: pd.Series, look: tuple[str, str]
) -> None:
    """Draw the line through what is known, and a dot at each place."""
    colour, dash = look
    ys = graph.scale.mm(values)
    ends = np.column_stack([xs[:-1], ys[:-1], xs[1:], ys[1:]])
    lines = canvas.on(graph.column)
    known = [tuple(end) for end in ends.tolist() if np.isfinite(end).all()]
    lines.strokes(known, THIN_PT * 1.8, edgecolor=colour, linestyle=dash, zorder=4)
    at = np.isfinite(ys)
    turns = np.linspace(0.0, 2 * np.pi, 12, endpoint=False)
    round_ = DOT_MM * np.column_stack([np.cos(turns), np.sin(turns)])
    dots = np.column_stack([xs[at], ys[at]])[:, None, :] + round_[None]
    lines.areas(dots, facecolor="white", edgecolor=colour, zorder=5)
