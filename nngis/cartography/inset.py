"""Where the city lies: a small map of its province with the city filled in."""

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch

from nngis.cartography.canvas import Canvas
from nngis.cartography.font import HEAD_PT, SMALL_PT, width_mm
from nngis.cartography.labels import Wish, place_names, places_in
from nngis.cartography.outlines import path_of
from nngis.cartography.paper import Box
from nngis.cartography.surface import HAIR_PT, INK
from nngis.cartography.window import Window, choose_window
from nngis.text import Lang, Text

TITLE = Text("区位图", "Location")
PLAIN, CITY, EDGE, OPENED = "#F1EEE6", "#D9A5A0", "#9A948A", "#A3262A"
DETAIL_MM = 0.12


def draw_inset(
    canvas: Canvas, box: Box, region: gpd.GeoDataFrame, shown: Window, lang: Lang
) -> None:
    """Draw the prefectures of the province, and the window of the map among them."""
    unit = canvas.paper.unit
    canvas.box(box)
    room = Box(box.left, box.bottom, box.width, box.height - 7 * unit).inset(1.5 * unit)
    window = choose_window(region.total_bounds.tolist(), room, exact=True)
    canvas.write((box.left + 4 * unit, box.top - 4.5 * unit), TITLE.say(lang), HEAD_PT)
    axes = map_axes(canvas, window)
    detail = DETAIL_MM * window.m_per_mm
    plain = shapely.coverage_simplify(region.geometry.to_numpy(), detail)
    west, south, east, north = shown.bounds
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    home = region.geometry.contains(middle).to_numpy()
    for areas, colour in ((plain[~home], PLAIN), (plain[home], CITY)):
        path = path_of(areas)
        if path is not None:
            axes.add_patch(
                PathPatch(path, facecolor=colour, edgecolor=EDGE, linewidth=canvas.size(HAIR_PT))
            )
    frame = path_of(np.array([shapely.box(*shown.bounds)]))
    if frame is not None:
        axes.add_patch(PathPatch(frame, fill=False, edgecolor=OPENED, linewidth=canvas.size(0.8)))
    _names(canvas, region.assign(geometry=plain), window, lang)


def map_axes(canvas: Canvas, window: Window) -> Axes:
    """Open axes for a map on a sheet."""
    paper, frame = canvas.paper, window.frame
    place = (
        frame.left / paper.width_mm,
        frame.bottom / paper.height_mm,
        frame.width / paper.width_mm,
        frame.height / paper.height_mm,
    )
    axes = canvas.figure.add_axes(place, label=f"map {place}", zorder=-1)
    west, south, east, north = window.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_autoscale_on(False)
    axes.set_axis_off()
    return axes


def _names(canvas: Canvas, region: gpd.GeoDataFrame, window: Window, lang: Lang) -> None:
    size, unit = SMALL_PT, canvas.paper.unit
    on_paper = shapely.transform(region.geometry.to_numpy(), window.to_mm)
    names = region[f"name_{lang}"].tolist()
    wishes = [
        Wish(name, places_in(area), width_mm(name, canvas.size(size)), 2.4 * unit)
        for name, area in zip(names, on_paper, strict=True)
    ]
    places = place_names(wishes, np.empty((0, 2)), window.frame)
    for name, place in zip(names, places, strict=True):
        if place is not None:
            canvas.write(place, name, size, ha="center", color=INK)
