"""The print sheet: a map with everything a planning sheet has around it, on A3 or A1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import matplotlib as mpl
from matplotlib.figure import Figure
from shapely.geometry.base import BaseGeometry

from nngis.cartography import furniture
from nngis.cartography.canvas import Canvas, blank_canvas
from nngis.cartography.details import Detail, draw_detail, drawn_again, place_details, tag
from nngis.cartography.extent import map_extent, outline_of
from nngis.cartography.font import SETTINGS, register_font
from nngis.cartography.ground import GroundLayer, draw_ground, prepare_ground
from nngis.cartography.inset import draw_inset, map_axes
from nngis.cartography.legend import draw_legend, legend_lines
from nngis.cartography.naming import draw_names
from nngis.cartography.neatline import draw_neatline
from nngis.cartography.paper import Paper, lay_out
from nngis.cartography.printed import PrintedLayer, draw_printed, part, print_layers, within
from nngis.cartography.stamp import Stamp, crs_title
from nngis.cartography.surface import THICK_PT
from nngis.cartography.title_block import draw_stamp
from nngis.cartography.window import Window
from nngis.result.mapview import MapView
from nngis.text import Lang, Text

SOURCES, NOTES = Text("数据来源", "Sources"), Text("说明", "Notes")
NOTHING = Text("", "")
STEPPED_BACK = 0.45  # size of points on the map that an inset draws again


@dataclass(frozen=True)
class SheetSubject:
    """What is drawn on a sheet, or on the sheets of an atlas.

    Parameters
    ----------
    title : Text
        Title of the map.
    layers : tuple of PrintedLayer
        The plan's layers in the work CRS.
    ground : tuple of GroundLayer
        The ground in the work CRS.
    region : GeoDataFrame or None
        Prefectures for the inset, in the work CRS.
    work_crs : str
        The work CRS, for example ``"EPSG:4547"``.
    evidence : str
        The weakest evidence used.
    sources : tuple of str
        Sources to name.
    notes : tuple of Text
        Sentences that must stand on the map.
    made_with : Text
        Version and date of the data.
    """

    title: Text
    layers: tuple[PrintedLayer, ...]
    ground: tuple[GroundLayer, ...]
    region: gpd.GeoDataFrame | None
    work_crs: str
    evidence: str
    sources: tuple[str, ...]
    notes: tuple[Text, ...]
    made_with: Text = NOTHING


@dataclass(frozen=True)
class SheetArea:
    """A part of the subject that has a sheet of its own.

    Parameters
    ----------
    name : Text
        Its name, put after the title.
    outline : Polygon or MultiPolygon
        The part, in the work CRS; what lies outside it steps back.
    """

    name: Text
    outline: BaseGeometry


def prepare_sheet(
    view: MapView,
    tables: Mapping[str, gpd.GeoDataFrame],
    *,
    backdrop: Mapping[str, gpd.GeoDataFrame],
    work_crs: str,
    evidence: str,
    sources: Sequence[str],
    region: gpd.GeoDataFrame | None = None,
    made_with: Text = NOTHING,
) -> SheetSubject:
    """Bring everything that a sheet shows into the work CRS."""
    return SheetSubject(
        view.title,
        print_layers(view, tables, work_crs),
        prepare_ground(backdrop, work_crs),
        None if region is None else region.to_crs(work_crs),
        work_crs,
        evidence,
        tuple(sources),
        view.notes,
        made_with,
    )


def draw_sheet(
    subject: SheetSubject,
    *,
    lang: Lang,
    paper: Paper | None = None,
    stamp: Stamp | None = None,
    area: SheetArea | None = None,
) -> Figure:
    """Draw one sheet."""
    register_font()
    with mpl.rc_context(SETTINGS):
        canvas = blank_canvas(paper or Paper())
        layout = lay_out(canvas.paper)
        bounds = area.outline.bounds if area else map_extent(subject.layers, subject.ground)
        home = area.outline if area else outline_of(subject.ground)
        window, details = place_details(
            bounds, layout.frame, subject.layers, home, canvas.paper.unit
        )
        layers = [within(one, window.bounds) for one in subject.layers]
        if area:
            layers = [replace(one, left_out=0) for one in layers if len(one.frame)]
        _draw_map(canvas, window, subject.ground, layers, details, lang=lang, home=home)
        insets = [one.window.frame for one in details]
        step = draw_neatline(canvas, window, layout.neatline, insets)
        title = subject.title.say(lang) + (f" · {area.name.say(lang)}" if area else "")
        canvas.box(layout.border, THICK_PT)
        furniture.draw_title(canvas, layout.title, title, _subtitle(subject, step, lang))
        furniture.draw_head(canvas, layout.head, window, lang)
        lines = legend_lines(layers, subject.ground, lang)
        draw_legend(canvas, layout.legend, lines, layout.legend_columns, lang)
        if _in_region(subject, window):
            draw_inset(canvas, layout.inset, subject.region, window, lang)
        draw_stamp(canvas, layout.stamp, title, stamp or Stamp(), subject.work_crs, lang=lang)
        own = (subject.made_with.say(lang), *subject.sources)
        said = [f"{SOURCES.say(lang)}: {'; '.join(filter(None, own))}"]
        if subject.notes:
            said.append(f"{NOTES.say(lang)}: {' '.join(note.say(lang) for note in subject.notes)}")
        furniture.draw_strip(canvas, layout.strip, subject.evidence, said, lang)
    return canvas.figure


def draw_atlas(
    subject: SheetSubject,
    *,
    lang: Lang,
    paper: Paper | None = None,
    stamp: Stamp | None = None,
) -> list[Figure]:
    """Draw one sheet of every county."""
    base = stamp or Stamp()
    areas = county_areas(subject)
    if not areas:
        return [draw_sheet(subject, lang=lang, paper=paper, stamp=base)]
    numbers = [f"{base.number}-{at:02d}" if base.number else "" for at in range(1, len(areas) + 1)]
    return [
        draw_sheet(subject, lang=lang, paper=paper, stamp=replace(base, number=number), area=area)
        for number, area in zip(numbers, areas, strict=True)
    ]


def county_areas(subject: SheetSubject) -> list[SheetArea]:
    """Return every county as an area of an atlas."""
    for layer in subject.ground:
        if layer.symbol.role == "county":
            frame = layer.frame
            english = frame["name_en"].fillna(frame["name_zh"])
            names = zip(frame["name_zh"], english, strict=True)
            return [
                SheetArea(Text(*name), outline)
                for name, outline in zip(names, frame.geometry, strict=True)
                if outline is not None and not outline.is_empty
            ]
    return []


def _draw_map(
    canvas: Canvas,
    window: Window,
    ground: tuple[GroundLayer, ...],
    layers: Sequence[PrintedLayer],
    details: Sequence[Detail],
    *,
    lang: Lang,
    home: BaseGeometry | None,
) -> None:
    axes, unit = map_axes(canvas, window), canvas.paper.unit
    draw_ground(axes, ground, window, unit, home=home)
    for one in layers:
        again = drawn_again(one, details)
        # What an inset draws again steps back here, where it would be a heap.
        draw_printed(axes, part(one, again), unit * STEPPED_BACK, window.m_per_mm)
        draw_printed(axes, part(one, ~again), unit, window.m_per_mm)
    for detail in details:
        draw_detail(canvas, detail, ground, layers, lang=lang, home=home)
    kept_free = [box for one in details for box in (one.window.frame, tag(one, unit))]
    parts = [one.part for one in details]
    draw_names(canvas, window, ground, layers, lang, kept_free=kept_free, named_elsewhere=parts)


def _in_region(subject: SheetSubject, window: Window) -> bool:
    if subject.region is None:
        return False
    west, south, east, north = subject.region.total_bounds
    w, s, e, n = window.bounds
    return bool(west < (w + e) / 2 < east and south < (s + n) / 2 < north)


def _subtitle(subject: SheetSubject, step_m: float, lang: Lang) -> str:
    name = crs_title(subject.work_crs)
    return Text(
        f"图廓坐标：{name.zh}，单位米，每 {step_m:,.0f} 米一分划",
        f"Grid: {name.en}, metres, a tick every {step_m:,.0f} m",
    ).say(lang)
