"""Insets: the dense parts of a map drawn again at a larger scale, in its free corners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from matplotlib.patches import Rectangle
from shapely.geometry.base import BaseGeometry

from nngis.arrays import Bools
from nngis.cartography.canvas import Canvas
from nngis.cartography.dense import CELL_MM, DensePart, Marks, count_marks, find_dense
from nngis.cartography.font import HEAD_PT, width_mm
from nngis.cartography.free_places import Room, densest, find_place, room_on
from nngis.cartography.furniture import bar_step_m, distance_text
from nngis.cartography.ground import GroundLayer, draw_ground
from nngis.cartography.inset import map_axes
from nngis.cartography.naming import draw_names
from nngis.cartography.paper import Box
from nngis.cartography.printed import PrintedLayer, draw_printed, within
from nngis.cartography.surface import INK, THIN_PT
from nngis.cartography.window import Window, choose_window, round_below, window_around
from nngis.text import Lang

MOST = 3
CLOSER = 2.0  # an inset is drawn at least so many times larger than the map
SHARES = (0.36, 0.31, 0.27, 0.23)  # of the frame's sides that an inset may take, the largest first
AROUND = 0.15  # shown around a dense part, as a share of its extent
PLATE_MM = 5.0  # height of the plates with letters and scales
FRAME_INK = "#A3262A"


@dataclass(frozen=True)
class Detail:
    """One inset.

    Parameters
    ----------
    letter : str
        What it is called, on the map and on itself.
    part : Box
        What it shows, on the map.
    window : Window
        The inset.
    """

    letter: str
    part: Box
    window: Window


def place_details(
    bounds: Sequence[float],
    frame: Box,
    layers: Sequence[PrintedLayer],
    home: BaseGeometry | None,
    unit: float,
) -> tuple[Window, list[Detail]]:
    """Choose the window of a map and its insets; where they find no place, a smaller scale.

    An inset hides no mark of the plan, and of the place itself (`home`) next to nothing.
    """
    tried = []
    for smaller in (0, 1):
        window = choose_window(bounds, frame, smaller=smaller)
        marks = count_marks(layers, window, unit)
        parts = find_dense(marks)
        room = room_on(window, layers, home, unit) if parts else None
        tried.append((window, _place(window, marks, parts, room, unit) if room else []))
        if len(tried[-1][1]) == min(len(parts), MOST):
            break
    return max(tried, key=lambda one: len(one[1]))


def _place(
    window: Window, marks: Marks, parts: Sequence[DensePart], room: Room, unit: float
) -> list[Detail]:
    """Find an inset for each dense part, as large as there is room for."""
    found: list[Detail] = []
    for part in parts:
        own = window.to_mm(np.array(part.bounds).reshape(2, 2)).ravel().tolist()
        if len(found) == MOST:
            break
        if any(one.part.holds(own[:2]) and one.part.holds(own[2:]) for one in found):
            continue
        for share in SHARES:
            size = Box(0, 0, window.frame.width * share, window.frame.height * share)
            shown = _shown(part, marks, window, size, unit)
            covers = _on_map(shown, window)
            kept = [box for one in found for box in (one.part, tag(one, unit), one.window.frame)]
            place = find_place(room.without([covers, *kept]), size.width, size.height)
            if place is not None:
                letter = chr(ord("A") + len(found))
                found.append(Detail(letter, covers, replace(shown, frame=place)))
                break
    return found


def _shown(part: DensePart, marks: Marks, window: Window, size: Box, unit: float) -> Window:
    """Return what an inset of a size shows of a dense part: all, or where most marks are."""
    west, south, east, north = part.bounds
    around = AROUND * max(east - west, north - south)
    wider = (west - around, south - around, east + around, north + around)
    whole = choose_window(wider, size)
    most = window.denominator / CLOSER
    if whole.denominator <= most:
        return whole
    denominator = round_below(most)
    cell = CELL_MM * unit
    share = denominator / window.denominator / cell
    row, column = densest(marks.counts, round(size.height * share), round(size.width * share))
    cell_m = cell * window.m_per_mm
    middle = window.west + column * cell_m, window.south + row * cell_m
    return window_around(middle, size, denominator)


def _on_map(shown: Window, window: Window) -> Box:
    west, south, east, north = shown.bounds
    (left, bottom), (right, top) = window.to_mm(np.array([[west, south], [east, north]])).tolist()
    return Box(left, bottom, right - left, top - bottom)


def draw_detail(
    canvas: Canvas,
    detail: Detail,
    ground: tuple[GroundLayer, ...],
    layers: Sequence[PrintedLayer],
    *,
    lang: Lang,
    home: BaseGeometry | None,
) -> None:
    """Draw an inset with its letter, scale and bar, and its frame on the map."""
    window, unit = detail.window, canvas.paper.unit
    axes = map_axes(canvas, window)
    west, south, east, north = window.bounds
    axes.add_artist(Rectangle((west, south), east - west, north - south, color="white"))
    draw_ground(axes, ground, window, unit, home=home)
    # A quantity that colours whole counties says nothing here, and would hide what is dense.
    plain = [one for one in layers if not (one.layer.shape == "polygon" and one.look.sized)]
    seen = [within(one, window.bounds) for one in plain]
    for one in seen:
        draw_printed(axes, one, unit, window.m_per_mm)
    plates = _plates(canvas, detail, lang)
    draw_names(canvas, window, ground, seen, lang, kept_free=[box for box, _ in plates])
    canvas.box(window.frame, THIN_PT * 2, edgecolor=FRAME_INK)
    canvas.box(detail.part, THIN_PT * 1.5, edgecolor=FRAME_INK)
    for box, text in [*plates, (tag(detail, unit), detail.letter)]:
        canvas.box(box, THIN_PT, fill=True, facecolor="white", edgecolor=FRAME_INK)
        canvas.write((box.left + unit, box.middle[1]), text, HEAD_PT - 1)
    bar = _bar_m(window)
    low = window.frame.bottom + 1.2 * unit
    left = plates[1][0].left + unit
    canvas.line([left, left + bar / window.m_per_mm], [low, low], THIN_PT * 2, color=INK)


def drawn_again(one: PrintedLayer, details: Sequence[Detail]) -> Bools:
    """Tell which points of a layer an inset draws again; of lines and areas none steps back."""
    again = np.zeros(len(one.frame), dtype=bool)
    if one.layer.shape == "point":
        for detail in details:
            again |= one.frame.within(shapely.box(*detail.window.bounds)).to_numpy()
    return again


def tag(detail: Detail, unit: float) -> Box:
    """Return where the letter of an inset stands on the map: on the corner of what it shows."""
    return Box(detail.part.left, detail.part.top, 4 * unit, PLATE_MM * unit)


def _plates(canvas: Canvas, detail: Detail, lang: Lang) -> list[tuple[Box, str]]:
    """Return the inset's own plates: letter and scale above, below the length of its bar."""
    frame, unit = detail.window.frame, canvas.paper.unit
    head = f"{detail.letter}  1:{detail.window.denominator:,.0f}"
    bar = distance_text(_bar_m(detail.window)).say(lang)
    high = PLATE_MM * unit
    wide = width_mm(head, canvas.size(HEAD_PT - 1)) + 2.5 * unit
    most = max(
        width_mm(bar, canvas.size(HEAD_PT - 1)), _bar_m(detail.window) / detail.window.m_per_mm
    )
    return [
        (Box(frame.left, frame.top - high, wide, high), head),
        (Box(frame.left, frame.bottom, most + 2.5 * unit, high * 1.25), bar),
    ]


def _bar_m(window: Window) -> float:
    return bar_step_m(window.frame.width * 0.8, window.m_per_mm)
