"""A figure of a map view: ground, layers, legend; smaller and plainer than a print sheet."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from nngis.cartography.classes import DrawnClass
from nngis.cartography.extent import map_extent
from nngis.cartography.font import SETTINGS, register_font, written
from nngis.cartography.ground import draw_ground, prepare_ground
from nngis.cartography.paper import MM_PER_INCH, Box
from nngis.cartography.printed import PrintedLayer, draw_printed, print_layers
from nngis.cartography.style import badge, shapes
from nngis.cartography.window import choose_window
from nngis.result.mapview import MapView
from nngis.text import Lang

HEAD_MM = 9.0
DPI = 110


@dataclass(frozen=True)
class FigureSize:
    """How large a figure is [mm], with the legend beside the map and symbols against an A3's."""

    width_mm: float
    height_mm: float
    legend_mm: float
    unit: float
    legend_pt: float


NOTEBOOK = FigureSize(230.0, 150.0, 62.0, 0.9, 7.5)
PAGE = FigureSize(156.0, 82.0, 50.0, 0.55, 6.5)  # the text area of a report


class MapFigure(Figure):
    """A figure that a notebook shows without a plotting backend of its own."""

    def _repr_png_(self) -> bytes:
        held = io.BytesIO()
        with mpl.rc_context(SETTINGS):
            self.savefig(held, format="png", dpi=DPI)
        return held.getvalue()


def draw_figure(
    view: MapView,
    tables: Mapping[str, gpd.GeoDataFrame],
    *,
    work_crs: str,
    lang: Lang,
    backdrop: Mapping[str, gpd.GeoDataFrame],
    evidence: str,
    size: FigureSize = NOTEBOOK,
) -> Figure:
    """Draw a view as a matplotlib figure.

    Parameters
    ----------
    view : MapView
        What is to be drawn; layers that are hidden when a map opens are left out.
    tables : mapping of str to GeoDataFrame
        Its tables.
    work_crs : str
        The work CRS.
    lang : {"zh", "en"}
        Language.
    backdrop : mapping of str to GeoDataFrame
        Frames under the map by role.
    evidence : str
        The weakest evidence used.
    size : FigureSize
        How large it is.

    Returns
    -------
    Figure
        Its first axes are the map, in the work CRS [m]; more can be drawn on them.

    Raises
    ------
    LayerError
        If a table or column that the view names is missing, or a frame has no CRS.
    OutputError
        If the font is missing.
    """
    register_font()
    with mpl.rc_context(SETTINGS):
        layers = print_layers(view, tables, work_crs)
        ground = prepare_ground(backdrop, work_crs)
        inches = (size.width_mm / MM_PER_INCH, size.height_mm / MM_PER_INCH)
        figure = MapFigure(figsize=inches, facecolor="white")
        across, down = size.width_mm - size.legend_mm, size.height_mm - HEAD_MM
        part = across / size.width_mm
        axes = figure.add_axes((0.0, 0.0, part, down / size.height_mm), label="map")
        window = choose_window(map_extent(layers, ground), Box(0, 0, across, down), exact=True)
        west, south, east, north = window.bounds
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_axis_off()
        draw_ground(axes, ground, window, size.unit)
        for one in layers:
            draw_printed(axes, one, size.unit, window.m_per_mm)
        figure.text(0.012, 0.955, written(view.title.say(lang)), fontsize=size.legend_pt * 1.5)
        figure.text(part, 0.955, written(badge(evidence).title.say(lang)), fontsize=size.legend_pt)
        marks, names = _legend(layers, lang)
        if marks:
            figure.legend(
                marks,
                names,
                loc="upper left",
                bbox_to_anchor=(part - 0.005, 0.935),
                fontsize=size.legend_pt,
                frameon=False,
                handlelength=1.6,
                borderaxespad=0.0,
            )
    return figure


def _legend(layers: tuple[PrintedLayer, ...], lang: Lang) -> tuple[list[Artist], list[str]]:
    """Return a mark and a text for every class on the map, the topmost layer first."""
    marks: list[Artist] = []
    names = []
    for one in reversed(layers):
        for look in one.look.classes:
            marks.append(_mark(one, look))
            title, name = one.layer.title.say(lang), look.title.say(lang)
            text = title if title == name else f"{title} · {name}"
            names.append(written(f"{text}  {look.count:,}"))
    return marks, names


def _mark(one: PrintedLayer, look: DrawnClass) -> Artist:
    symbol = one.look.symbol
    if one.layer.shape == "line":
        return Line2D([], [], color=look.colour, linewidth=1.6)
    if one.layer.shape == "point":
        mark = shapes()[look.shape].matplotlib
        return Line2D([], [], color=look.colour, marker=mark, linestyle="none", markersize=7)
    ground = to_rgba(look.colour, symbol.fill_share)
    return Patch(facecolor=ground, edgecolor=look.outline, linewidth=1.0)
