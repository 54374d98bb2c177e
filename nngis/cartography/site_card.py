"""A page of A4 for one site: a map, blocks of what is known of it, lists, how sure it is."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from nngis.cartography import furniture
from nngis.cartography.canvas import Canvas, blank_canvas
from nngis.cartography.card import Card, CardText
from nngis.cartography.font import (
    HEAD_PT,
    PLAIN_PT,
    SETTINGS,
    SMALL_PT,
    register_font,
    shortened,
    width_mm,
    wrapped,
)
from nngis.cartography.ground import draw_ground
from nngis.cartography.inset import map_axes
from nngis.cartography.legend import draw_legend, legend_lines
from nngis.cartography.naming import draw_names
from nngis.cartography.paper import GAP, MARGIN, Box, Paper
from nngis.cartography.printed import draw_printed, within
from nngis.cartography.sheet import SheetSubject
from nngis.cartography.surface import HAIR_PT, SOFT, THICK_PT, THIN_PT
from nngis.cartography.window import choose_window
from nngis.text import Lang

A4 = Paper("A4", "portrait")
TITLE_MM, MAP_MM, SIDE_MM, HEAD_MM, NOTES_MM, FOOT_MM = 15.0, 84.0, 70.0, 26.0, 28.0, 5.0
LINE_MM, BLOCK_HEAD_MM, BLOCK_GAP_MM = 3.9, 5.6, 2.0
LABEL_SHARE = 0.5  # of a block's width, for what a value is called
MARK_COLOUR, MARK_MM = "#C8102E", 3.2
SERVED_COLOUR, RULE_COLOUR = "#8A6D1F", "#D3D8DB"


def draw_cards(cards: Sequence[Card], subject: SheetSubject, *, lang: Lang) -> list[Figure]:
    """Draw a page for each card.

    Parameters
    ----------
    cards : sequence of Card
        What is written.
    subject : SheetSubject
        What the print sheet shows; the maps of the cards show its points, lines and ground.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    list of Figure
        A page of A4 each.
    """
    register_font()
    with mpl.rc_context(SETTINGS):
        return [_draw_card(card, subject, lang) for card in cards]


def _draw_card(card: Card, subject: SheetSubject, lang: Lang) -> Figure:
    canvas = blank_canvas(A4)
    border = Box(0, 0, A4.width_mm, A4.height_mm).inset(MARGIN)
    canvas.box(border, THICK_PT)
    inner = border.inset(GAP)
    head = Box(inner.left, inner.top - TITLE_MM, inner.width, TITLE_MM)
    title = shortened(card.title, inner.width, canvas.size(HEAD_PT * 1.8))
    canvas.write((inner.left, head.top - 5.0), title, HEAD_PT * 1.8)
    canvas.write((inner.left, head.bottom + 2.6), card.subtitle, HEAD_PT, color=SOFT)
    low = head.bottom - MAP_MM
    frame = Box(inner.left, low, inner.width - SIDE_MM - GAP, MAP_MM)
    side = Box(frame.right + GAP, low, SIDE_MM, MAP_MM)
    _draw_map(canvas, card, subject, frame, side, lang)
    notes = Box(inner.left, inner.bottom + FOOT_MM, inner.width, NOTES_MM)
    furniture.draw_strip(canvas, notes, card.evidence, card.said, lang)
    canvas.write((inner.left, inner.bottom + 1.6), card.foot, SMALL_PT, color=SOFT)
    top, bottom = low - GAP, notes.top + GAP
    _draw_blocks(canvas, Box(inner.left, bottom, inner.width, top - bottom), card.blocks)
    return canvas.figure


def _draw_map(
    canvas: Canvas, card: Card, subject: SheetSubject, frame: Box, side: Box, lang: Lang
) -> None:
    x, y = card.at
    around = (x - card.reach_m, y - card.reach_m, x + card.reach_m, y + card.reach_m)
    window = choose_window(around, frame)
    # areas of whole counties would hide what lies around one site
    seen = [within(one, window.bounds) for one in subject.layers if one.layer.shape != "polygon"]
    layers = [one for one in seen if len(one.frame)]
    axes = map_axes(canvas, window)
    draw_ground(axes, subject.ground, window, canvas.paper.unit)
    for one in layers:
        draw_printed(axes, one, canvas.paper.unit, window.m_per_mm)
    site = window.to_mm(np.array([[x, y]]))[0]
    homes = card.served.get_coordinates().to_numpy()
    ends = [(float(site[0]), float(site[1]), *one) for one in window.to_mm(homes).tolist()]
    canvas.strokes(ends, THIN_PT, edgecolor=SERVED_COLOUR, zorder=2.5)
    draw_names(canvas, window, subject.ground, layers, lang)
    turns = np.linspace(0, 2 * np.pi, 40)
    ring = site[:, None] + MARK_MM * np.array([np.cos(turns), np.sin(turns)])
    canvas.line(ring[0].tolist(), ring[1].tolist(), THICK_PT, color=MARK_COLOUR, zorder=6)
    canvas.box(frame, THIN_PT * 1.5)
    furniture.draw_head(
        canvas, Box(side.left, side.top - HEAD_MM, side.width, HEAD_MM), window, lang
    )
    legend = Box(side.left, side.bottom, side.width, side.height - HEAD_MM - GAP)
    lines = legend_lines(layers, subject.ground, lang)
    if lines:
        draw_legend(canvas, legend, lines, 1, lang)


def _draw_blocks(canvas: Canvas, room: Box, blocks: Sequence[CardText]) -> None:
    """Draw the blocks in two columns, each where more room is left."""
    wide = (room.width - GAP) / 2
    tops = [room.top, room.top]
    for block in blocks:
        at = 0 if tops[0] >= tops[1] else 1
        left = room.left + at * (wide + GAP)
        box = Box(left, room.bottom, wide, tops[at] - room.bottom)
        draw = _draw_list if block.is_list else _draw_values
        tops[at] = draw(canvas, box, block) - BLOCK_GAP_MM


def _head(canvas: Canvas, box: Box, title: str) -> float:
    bar = Box(box.left, box.top - BLOCK_HEAD_MM, box.width, BLOCK_HEAD_MM - 1.0)
    canvas.box(bar, 0, fill=True, facecolor="#E7ECEE")
    canvas.write((bar.left + 1.5, bar.middle[1]), title, HEAD_PT)
    return bar.bottom


def _draw_values(canvas: Canvas, box: Box, block: CardText) -> float:
    """Draw names and values a line each, more where a value is long; return where it ends."""
    top, split = _head(canvas, box, block.title), box.left + box.width * LABEL_SHARE
    size = canvas.size(PLAIN_PT)
    for name, value in block.rows:
        lines = wrapped(value, box.right - split - 1.0, size) or ["—"]
        if top - LINE_MM * len(lines) < box.bottom:
            return _goes_on(canvas, box, top)
        label = shortened(name, split - box.left - 2.5, size)
        canvas.write((box.left + 1.5, top - LINE_MM / 2), label, PLAIN_PT, color=SOFT)
        for line in lines:
            canvas.write((split, top - LINE_MM / 2), line, PLAIN_PT)
            top -= LINE_MM
        canvas.line([box.left, box.right], [top, top], HAIR_PT, color=RULE_COLOUR)
    return top


def _draw_list(canvas: Canvas, box: Box, block: CardText) -> float:
    """Draw a list below its headings, each column as wide as its longest word asks for."""
    top, size = _head(canvas, box, block.title), canvas.size(PLAIN_PT)
    columns = zip(*block.rows, strict=True)
    asked = [max(width_mm(word, size) for word in column) + 3.0 for column in columns]
    widths = np.array(asked) * min(1.5, box.width / sum(asked))
    lefts = box.left + np.r_[0.0, np.cumsum(widths)[:-1]]
    for number, row in enumerate(block.rows):
        if top - LINE_MM < box.bottom:
            return _goes_on(canvas, box, top)
        for left, width, word in zip(lefts, widths, row, strict=True):
            text = shortened(word, width - 1.8, size)
            look = {} if number else {"color": SOFT}
            canvas.write((left + 1.5, top - LINE_MM / 2), text, PLAIN_PT, **look)
        top -= LINE_MM
        canvas.line([box.left, box.right], [top, top], HAIR_PT, color=RULE_COLOUR)
    return top


def _goes_on(canvas: Canvas, box: Box, top: float) -> float:
    """Mark a block that has no room for all its lines."""
    canvas.write((box.right - 3.0, top + LINE_MM / 2), "…", PLAIN_PT)
    return top
