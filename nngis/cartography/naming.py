"""Which names a printed map carries, and writing them: counties, named works, towns."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from matplotlib import patheffects

from nngis.arrays import Bools
from nngis.cartography.canvas import Canvas
from nngis.cartography.dense import count_marks
from nngis.cartography.font import MM_PER_PT, PLAIN_PT, width_mm, written
from nngis.cartography.ground import GroundLayer
from nngis.cartography.labels import Wish, place_names, places_around, places_in
from nngis.cartography.outlines import coordinates
from nngis.cartography.paper import Box
from nngis.cartography.printed import PrintedLayer
from nngis.cartography.style import PT_PER_PX
from nngis.cartography.surface import INK
from nngis.cartography.window import Window
from nngis.text import Lang

COUNTY_PT, TOWN_PT = 10.0, 6.5
COUNTY_INK, TOWN_INK, PAPER = "#5A554B", "#6C675E", "#FBFAF6"
HALO_PT = 2.0
TALL = 1.25  # height of a line against its letters
MOST_NAMED = 40  # features named of one layer
LONGEST = 24  # signs of a feature's name
FORMER = re.compile(r"[(（].*$")  # what stands in brackets after a name is not written on maps


def draw_names(
    canvas: Canvas,
    window: Window,
    ground: Sequence[GroundLayer],
    layers: Sequence[PrintedLayer],
    lang: Lang,
    *,
    kept_free: Sequence[Box] = (),
    named_elsewhere: Sequence[Box] = (),
) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Write the names, none over another: none of works in the parts that insets name."""
    marks = count_marks([one for one in layers if one.layer.shape != "line"], window, 1.0).boxes
    symbols = window.to_mm((marks[:, :2] + marks[:, 2:]) / 2)
    by_kind = [
        (COUNTY_PT, COUNTY_INK, _counties(canvas, window, ground, lang)),
        (PLAIN_PT, INK, _works(canvas, window, layers, named_elsewhere)),
        (TOWN_PT, TOWN_INK, _towns(canvas, window, ground, lang)),
    ]
    wishes = [(size, ink, wish) for size, ink, wishes in by_kind for wish in wishes]
    places = place_names([wish for *_, wish in wishes], symbols, window.frame, kept_free)
    done = []
    for (size, ink, wish), place in zip(wishes, places, strict=True):
        if place is None:
            continue
        halo = [patheffects.Stroke(linewidth=canvas.size(HALO_PT), foreground=PAPER)]
        canvas.write(place, wish.text, size, ha="center", va="center", path_effects=halo)
        canvas.write(place, wish.text, size, ha="center", va="center", color=ink)
        half = wish.width / 2, wish.height / 2
        box = (place[0] - half[0], place[1] - half[1], place[0] + half[0], place[1] + half[1])
        done.append((wish.text, box))
    return done


def _size(canvas: Canvas, text: str, size_pt: float) -> tuple[float, float]:
    letters = canvas.size(size_pt)
    return width_mm(text, letters), letters * MM_PER_PT * TALL


def _names(frame: pd.DataFrame, lang: Lang) -> pd.Series:
    zh = frame["name_zh"].fillna("").astype("string")
    if lang == "zh" or "name_en" not in frame.columns:
        return zh
    return frame["name_en"].astype("string").fillna(zh)


def _counties(
    canvas: Canvas, window: Window, ground: Sequence[GroundLayer], lang: Lang
) -> list[Wish]:
    """Name each county in the part of it that the map shows, the largest part first."""
    layer = next((one for one in ground if one.symbol.role == "county"), None)
    if layer is None or "name_zh" not in layer.frame.columns:
        return []
    seen = shapely.intersection(layer.frame.geometry.to_numpy(), shapely.box(*window.bounds))
    on_paper = shapely.transform(seen, window.to_mm)
    names = _names(layer.frame, lang).tolist()
    order = np.argsort(-shapely.area(on_paper), kind="stable")
    found = []
    for at in order.tolist():
        width, height = _size(canvas, names[at], COUNTY_PT)
        if names[at] and shapely.area(on_paper[at]) > width * height:
            places = places_in(shapely.simplify(on_paper[at], 0.2))
            found.append(Wish(names[at], places, width + 1, height))
    return found


def _works(
    canvas: Canvas, window: Window, layers: Sequence[PrintedLayer], but: Sequence[Box]
) -> list[Wish]:
    """Name the works of the first class of every layer whose role is named on sheets."""
    found = []
    for one in layers:
        if one.layer.shape != "point" or one.layer.name is None or not one.look.symbol.named:
            continue
        first = one.frame[one.look.codes == 0]
        column = one.layer.name
        names = (first[column] if column in first.columns else first[f"{column}_zh"]).astype(
            "string"
        )
        named = first.assign(label=names)[names.notna().to_numpy()].drop_duplicates("label")
        gap = one.look.symbol.size_px * PT_PER_PX * MM_PER_PT * canvas.paper.unit + 0.4
        rows = named.iloc[:MOST_NAMED]
        points = window.to_mm(coordinates(rows.geometry))
        for name, point in zip(rows["label"].tolist(), points, strict=True):
            if any(box.holds(point) for box in but):
                continue
            text = written(FORMER.sub("", name))[:LONGEST]
            width, height = _size(canvas, text, PLAIN_PT)
            found.append(Wish(text, places_around(point, width, height, gap), width, height))
    return found


def _towns(canvas: Canvas, window: Window, ground: Sequence[GroundLayer], lang: Lang) -> list[Wish]:
    """Name the towns where there is room; one whose county has the same name needs none."""
    layer = next((one for one in ground if one.symbol.role == "place"), None)
    if layer is None or "name_zh" not in layer.frame.columns:
        return []
    counties = next((one.frame for one in ground if one.symbol.role == "county"), None)
    known = [] if counties is None or "name_zh" not in counties else counties["name_zh"].tolist()
    zh = layer.frame["name_zh"].astype("string").fillna("")
    own = np.array([any(str(name).startswith(town) for name in known) for town in zh])
    frame = layer.frame[~own & (zh != "").to_numpy() & _inside(layer, window)]
    points = window.to_mm(coordinates(frame.geometry))
    found = []
    for name, point in zip(_names(frame, lang).tolist(), points, strict=True):
        width, height = _size(canvas, name, TOWN_PT)
        found.append(
            Wish(name, places_around(point, width, height, 0.8), width, height, must=False)
        )
    return found


def _inside(layer: GroundLayer, window: Window) -> Bools:
    return np.asarray(layer.frame.intersects(shapely.box(*window.bounds)))
