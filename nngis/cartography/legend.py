"""The legend of a sheet: every class on the map with its count, then the ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from nngis import fields
from nngis.cartography.canvas import Canvas
from nngis.cartography.classes import DrawnClass
from nngis.cartography.font import HEAD_PT, PLAIN_PT, SMALL_PT, shortened, width_mm
from nngis.cartography.ground import GroundLayer
from nngis.cartography.outlines import CASING, HATCHES, LARGER
from nngis.cartography.paper import Box
from nngis.cartography.printed import PrintedLayer
from nngis.cartography.style import PT_PER_PX, Symbol, shapes
from nngis.cartography.surface import SOFT
from nngis.result.mapview import Shape
from nngis.text import Lang, Text

TITLE = Text("图例", "Legend")
COUNT = Text("数字为图上件数", "figures: features on the map")
GROUND = Text("底图", "Backdrop")
LEFT_OUT = Text("{} 件无坐标，未上图", "{} without coordinates, not on the map")
LINE_MM, HEAD_MM = 5.4, 6.2  # height of the lines
SWATCH_MM = 8.0
SMALLEST = 0.55  # lines are never drawn closer than this share of their height


@dataclass(frozen=True)
class Line:
    """One line of the legend.

    Parameters
    ----------
    text, count : str
        What stands left and right.
    size_pt : float
        Size of the letters [pt].
    swatch : tuple of (Shape, Symbol, DrawnClass), optional
        What is drawn before the text.
    height_mm : float
        Height of the line [mm].
    soft : bool
        Whether it is written in grey.
    opens : bool
        Whether it begins a column where there are several.
    half : bool
        Whether two such lines stand side by side.
    """

    text: str
    count: str = ""
    size_pt: float = PLAIN_PT
    swatch: tuple[Shape, Symbol, DrawnClass] | None = None
    height_mm: float = LINE_MM
    soft: bool = False
    opens: bool = False
    half: bool = False


def legend_lines(
    layers: Sequence[PrintedLayer], ground: Sequence[GroundLayer], lang: Lang
) -> list[Line]:
    """Return the lines of a legend: the topmost layer first, the ground last."""
    found: list[Line] = []
    for one in reversed(layers):
        if len(one.frame) or one.left_out:
            found += _layer_lines(one, lang)
    if ground:
        found.append(Line(GROUND.say(lang), size_pt=HEAD_PT, height_mm=HEAD_MM, opens=True))
    for under in ground:
        symbol = under.symbol
        look = DrawnClass(
            symbol.title, symbol.fill, symbol.colour, symbol.shape, "none", symbol.dash, 0
        )
        swatch = (under.shape, symbol, look)
        found.append(Line(symbol.title.say(lang), swatch=swatch, half=True))
    return found


def _layer_lines(one: PrintedLayer, lang: Lang) -> list[Line]:
    title, count = one.layer.title.say(lang), f"{len(one.frame):,}"
    look = one.look
    if one.layer.colour_by is None:
        swatch = (one.layer.shape, look.symbol, look.classes[0]) if look.classes else None
        found = [Line(title, count, HEAD_PT, swatch, HEAD_MM)]
    else:
        field = fields.get(one.layer.colour_by)
        by = f"{title} · {field.heading(lang)}"
        found = [Line(by, count, HEAD_PT, None, HEAD_MM)]
        found += [
            Line(
                each.title.say(lang), f"{each.count:,}", swatch=(one.layer.shape, look.symbol, each)
            )
            for each in look.classes
        ]
    if one.left_out:
        text = LEFT_OUT.say(lang).format(f"{one.left_out:,}")
        found.append(Line(text, size_pt=SMALL_PT, height_mm=LINE_MM * 0.8, soft=True))
    return found


def draw_legend(canvas: Canvas, box: Box, lines: Sequence[Line], columns: int, lang: Lang) -> None:
    """Draw the legend, its lines as high as the box allows."""
    unit = canvas.paper.unit
    canvas.box(box)
    canvas.write((box.left + 4 * unit, box.top - 4.5 * unit), TITLE.say(lang), HEAD_PT + 2)
    canvas.write(
        (box.right - 3 * unit, box.top - 4.5 * unit),
        COUNT.say(lang),
        SMALL_PT,
        ha="right",
        color=SOFT,
    )
    rows = _rows(lines)
    if not rows:
        return
    room = box.height - 11 * unit
    needed = sum(row[0].height_mm for row in rows) * unit
    while needed / columns * SMALLEST > room:
        columns += 1
    squeeze = min(1.0, room / (needed / columns + HEAD_MM * unit * (columns > 1)))
    wide = (box.width - 5 * unit) / columns
    at, low = 0, box.bottom + 2 * unit
    top = box.top - 9 * unit
    y = top
    for row in rows:
        high = row[0].height_mm * unit * squeeze
        if at + 1 < columns and (y - high < low or row[0].opens):
            at, y = at + 1, top
        share = wide / (2 if row[0].half else 1)
        for number, line in enumerate(row):
            left = box.left + 3 * unit + at * wide + number * share
            cell = Box(left, y - high, share - 2 * unit, high)
            _draw_line(canvas, cell, line, min(1.0, squeeze * 1.15))
        y -= high


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Put half lines side by side, two by two."""
    rows: list[list[Line]] = []
    for line in lines:
        if line.half and rows and len(rows[-1]) == 1 and rows[-1][0].half:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _draw_line(canvas: Canvas, box: Box, line: Line, squeeze: float) -> None:
    unit = canvas.paper.unit
    left = box.left
    size = line.size_pt * squeeze
    middle = box.middle[1]
    if line.swatch is not None:
        high = min(box.height * 0.62, 3.6 * unit)
        place = Box(left + unit, middle - high / 2, SWATCH_MM * unit, high)
        _swatch(canvas, place, *line.swatch)
        left += (SWATCH_MM + 3) * unit
    wide = width_mm(line.count, canvas.size(size))
    text = shortened(line.text, box.right - left - wide - unit, canvas.size(size))
    canvas.write((left, middle), text, size, color=SOFT if line.soft else "#1D2B33")
    canvas.write((box.right, middle), line.count, size, ha="right", color=SOFT)


def _swatch(canvas: Canvas, box: Box, shape: Shape, symbol: Symbol, look: DrawnClass) -> None:
    scale = PT_PER_PX * canvas.paper.unit
    middle = box.middle
    if shape == "point":
        side = min(symbol.size_px, 7.0) * 2 * scale * LARGER.get(look.shape, 1.0)
        canvas.axes.plot(
            *middle,
            marker=shapes()[look.shape].matplotlib,
            markersize=side,
            markerfacecolor=look.colour if symbol.size_px > 3 else symbol.colour,  # noqa: PLR2004
            markeredgecolor=CASING,
            markeredgewidth=0.45 * canvas.paper.unit,
        )
        return
    dash = look.dash if shape == "line" else symbol.dash
    dashes = (0, [length * scale for length in dash]) if dash else "solid"
    width = max(symbol.width_px * PT_PER_PX, 0.5)
    if shape == "line":
        colour = symbol.colour if look.count == 0 else look.colour
        canvas.line([box.left, box.right], [middle[1]] * 2, width, color=colour, linestyle=dashes)
        return
    canvas.box(box, 0, fill=True, facecolor=look.colour, edgecolor="none", alpha=symbol.fill_share)
    canvas.box(box, width, edgecolor=look.outline, hatch=HATCHES[look.hatch], linestyle=dashes)
