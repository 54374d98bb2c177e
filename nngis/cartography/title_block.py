"""The title block of a sheet, and the name of its reference system."""

import re

from pyproj import CRS

from nngis.cartography.canvas import HAIR_PT, SOFT, THIN_PT, Canvas
from nngis.cartography.font import HEAD_PT, PLAIN_PT, shortened, wrapped
from nngis.cartography.paper import Box
from nngis.cartography.stamp import Stamp
from nngis.text import Lang, Text


def crs_title(work_crs: str) -> Text:
    """Return what people call a work CRS.

    Examples
    --------
    >>> crs_title("EPSG:4545").zh
    'CGCS2000 三度带 中央子午线 108°E（EPSG:4545）'
    """
    name = CRS(work_crs).name
    gauss = re.fullmatch(r"CGCS2000 / 3-degree Gauss-Kruger CM (\d+)E", name)
    zh = f"CGCS2000 三度带 中央子午线 {gauss[1]}°E" if gauss else name
    return Text(f"{zh}（{work_crs}）", f"{name} ({work_crs})")


def draw_stamp(
    canvas: Canvas, box: Box, title: str, stamp: Stamp, work_crs: str, *, lang: Lang
) -> None:
    """Draw the title block."""
    reference = crs_title(work_crs).say(lang)
    none = Text("来源未注明", "none stated by the source").say(lang)
    rows = (
        ((Text("编制单位", "Made by"), stamp.unit),),
        ((Text("坐标系", "CRS"), reference),),
        ((Text("审图号", "Review no."), stamp.review_number or none),),
        ((Text("制图", "Drawn"), stamp.drawn_by), (Text("校核", "Checked"), stamp.checked_by)),
        ((Text("审定", "Approved"), stamp.approved_by), (Text("日期", "Date"), stamp.date)),
        ((Text("图号", "Sheet no."), stamp.number),),
    )
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


def _cell(canvas: Canvas, box: Box, cell: tuple[Text, str], lang: Lang) -> None:
    unit = canvas.paper.unit
    name, value = cell
    split = box.left + 17 * unit
    canvas.line([box.left, box.left], [box.bottom, box.top], HAIR_PT)
    canvas.line([split, split], [box.bottom, box.top], HAIR_PT)
    middle = box.middle[1]
    canvas.write(
        ((box.left + split) / 2, middle), name.say(lang), PLAIN_PT, ha="center", color=SOFT
    )
    text = shortened(value, box.right - split - 3 * unit, canvas.size(PLAIN_PT))
    canvas.write((split + 1.5 * unit, middle), text, PLAIN_PT)
