"""The title block of a sheet, drawn."""

from nngis.cartography.font import HEAD_PT, PLAIN_PT, shortened, wrapped
from nngis.cartography.paper import Box
from nngis.cartography.stamp import Stamp, stamp_rows
from nngis.cartography.surface import HAIR_PT, SOFT, THIN_PT, Surface
from nngis.text import Lang, Text


def draw_stamp(
    canvas: Surface, box: Box, title: str, stamp: Stamp, work_crs: str, *, lang: Lang
) -> None:
    """Draw the title block."""
    rows = stamp_rows(stamp, work_crs)
    canvas.box(box, THIN_PT * 2)
    head = box.height * 0.22
    lines = wrapped(title, box.width - 6 * canvas.paper.unit, canvas.size(HEAD_PT))[:2]
    for number, line in enumerate(lines):
        y = box.top - head * (number + 1) / (len(lines) + 1)
        canvas.write((box.middle[0], y), line, HEAD_PT, ha="center")
    high = (box.height - head) / len(rows)
    for number, cells in enumerate(rows):
        top = box.top - head - number * high
        canvas.line([box.left, box.right], [top, top], HAIR_PT)
        wide = box.width / len(cells)
        for at, cell in enumerate(cells):
            _cell(canvas, Box(box.left + at * wide, top - high, wide, high), cell, lang)


def _cell(canvas: Surface, box: Box, cell: tuple[Text, Text], lang: Lang) -> None:
    unit = canvas.paper.unit
    name, value = cell
    split = box.left + 17 * unit
    canvas.line([box.left, box.left], [box.bottom, box.top], HAIR_PT)
    canvas.line([split, split], [box.bottom, box.top], HAIR_PT)
    middle = box.middle[1]
    canvas.write(
        ((box.left + split) / 2, middle), name.say(lang), PLAIN_PT, ha="center", color=SOFT
    )
    text = shortened(value.say(lang), box.right - split - 3 * unit, canvas.size(PLAIN_PT))
    canvas.write((split + 1.5 * unit, middle), text, PLAIN_PT)
