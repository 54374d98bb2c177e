"""Long sections as DXF: the sheets of the PDF in millimetres, each kind of thing on its layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ezdxf import colors
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment as Place
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace

from nngis.arrays import Floats
from nngis.cartography.dxf import (
    FONT,
    NARROW,
    STYLE,
    VERSION,
    DxfLayer,
    safe_text,
    without_clock,
    written_out,
)
from nngis.cartography.font import MM_PER_PT
from nngis.cartography.paper import Box, Paper
from nngis.cartography.section_frame import SectionSheet
from nngis.cartography.surface import THIN_PT
from nngis.text import Lang, Text

MILLIMETRES = 4  # $INSUNITS
CAPITAL = 0.72  # height of a capital against the size of letters
APART_MM = 40.0  # between two sheets
NAMES = 60  # signs of a layout's name
# AutoCAD colour, weight of lines [1/100 mm] and name of the layer of each kind of thing
LAYERS: dict[str, tuple[Text, int, int]] = {
    "border": (Text("图框", "Border"), 7, 50),
    "title": (Text("图名", "Title"), 7, 18),
    "stamp": (Text("图签", "Title block"), 7, 18),
    "notes": (Text("说明", "Notes"), 8, 18),
    "legend": (Text("图例", "Legend"), 7, 18),
    "staff": (Text("标尺", "Staff"), 7, 18),
    "grid": (Text("标高网格", "Grid"), 9, 9),
    "ground": (Text("设计地面线", "Ground"), 94, 35),
    "pipe": (Text("重力管", "Gravity pipe"), 30, 35),
    "pipe fill": (Text("重力管填充", "Gravity pipe, filled"), 51, 9),
    "rising main": (Text("压力管", "Rising main"), 4, 35),
    "manhole": (Text("检查井", "Manhole"), 2, 25),
    "lift": (Text("提升泵站", "Lift station"), 1, 25),
    "level_once": (Text("水位（1倍设计流量）", "Water at design flow"), 5, 35),
    "level_twice": (Text("水位（2倍设计流量）", "Water at twice the design"), 6, 35),
    "break": (Text("最先超载", "Surcharged first"), 1, 35),
    "user_p_mpa": (Text("压力线", "Pressure"), 5, 35),
    "user_t_c": (Text("温度线", "Temperature"), 1, 35),
    "words": (Text("标注", "Labels"), 7, 18),
    "table": (Text("表格线", "Table"), 8, 18),
    "figures": (Text("表格文字", "Figures"), 7, 18),
}
OTHER = (Text("其他", "Other"), 7, 25)
# where a text stands by how matplotlib aligns it: across, upright, turned
UPRIGHT = {"left": Place.MIDDLE_LEFT, "center": Place.MIDDLE_CENTER, "right": Place.MIDDLE_RIGHT}
DASHED = "DASHED"


@dataclass(frozen=True)
class DxfSurface:
    """A sheet of a DXF drawing: millimetres from its lower left corner, `left_mm` along.

    Parameters
    ----------
    space : Modelspace
        Where it is drawn.
    lang : {"zh", "en"}
        Language of the layers' names.
    left_mm : float
        Where the sheet begins.
    layer : str
        Layer of what is drawn.
    """

    space: Modelspace
    lang: Lang
    left_mm: float = 0.0
    layer: str = "0"

    @property
    def paper(self) -> Paper:
        """The paper."""
        return Paper()

    def on(self, part: str) -> "DxfSurface":
        """Return the surface for a kind of thing."""
        return replace(self, layer=LAYERS.get(part, OTHER)[0].say(self.lang))

    def size(self, size_pt: float) -> float:
        """Return a size of letters or lines as it is on this paper."""
        return size_pt * self.paper.unit

    def write(self, at: tuple[float, float], text: str, size_pt: float, **look: Any) -> None:  # noqa: ANN401
        """Write one line of text."""
        word = safe_text(text)
        if not word:
            return
        turn = float(look.get("rotation", 0.0))
        across = "left" if turn and look.get("va") == "bottom" else look.get("ha", "left")
        height = size_pt * MM_PER_PT * CAPITAL
        attributes = {"layer": self.layer, "style": STYLE, "rotation": turn}
        entity = self.space.add_text(word, height=height, dxfattribs=attributes)
        entity.set_placement((at[0] + self.left_mm, at[1]), align=UPRIGHT[across])

    def box(self, box: Box, width_pt: float = THIN_PT, **look: Any) -> None:  # noqa: ANN401
        """Draw a rectangle, filled where its face is neither white nor absent."""
        corners = [
            (box.left, box.bottom), (box.right, box.bottom),
            (box.right, box.top), (box.left, box.top),
        ]  # fmt: skip
        fill = look.get("facecolor") if look.get("fill") else None
        self._polygon(np.array(corners), fill, is_edged=width_pt > 0)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        width_pt: float = THIN_PT,  # noqa: ARG002 -- the layer has it
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw a line."""
        points = [(x + self.left_mm, y) for x, y in zip(xs, ys, strict=True)]
        self.space.add_lwpolyline(points, format="xy", dxfattribs=self._line_look(look))

    def areas(self, corners: Floats, **look: Any) -> None:  # noqa: ANN401
        """Draw filled polygons of as many corners each."""
        edged = look.get("edgecolor", "none") != "none"
        for one in corners:
            self._polygon(one, look.get("facecolor"), is_edged=edged)

    def strokes(
        self,
        ends: Sequence[tuple[float, float, float, float]],
        width_pt: float,  # noqa: ARG002 -- the layer has it
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw many short strokes; those that follow one another are one line."""
        chain: list[tuple[float, float]] = []
        for x0, y0, x1, y1 in ends:
            if chain and chain[-1] != (x0, y0):
                self._chain(chain, look)
                chain = []
            chain += [(x1, y1)] if chain else [(x0, y0), (x1, y1)]
        self._chain(chain, look)

    def _chain(self, points: list[tuple[float, float]], look: dict[str, Any]) -> None:
        if points:
            xs, ys = zip(*points, strict=True)
            self.line(xs, ys, **look)

    def _polygon(self, corners: Floats, fill: str | None, *, is_edged: bool) -> None:
        points = [(float(x) + self.left_mm, float(y)) for x, y in corners]
        if fill not in (None, "none", "white"):
            hatch = self.space.add_hatch(dxfattribs={"layer": self.layer})
            hatch.rgb = colors.RGB.from_hex(str(fill))
            hatch.paths.add_polyline_path(points, is_closed=True)
        if is_edged:
            self.space.add_lwpolyline(
                points, format="xy", close=True, dxfattribs={"layer": self.layer}
            )

    def _line_look(self, look: dict[str, Any]) -> dict[str, Any]:
        solid = look.get("linestyle", "-") == "-"
        return {"layer": self.layer} | ({} if solid else {"linetype": DASHED})


def draw_section_dxf(sheets: Sequence[SectionSheet], *, lang: Lang, work_crs: str) -> bytes:
    """Draw all sheets side by side, true to scale in millimetres, and a layout to print each.

    Parameters
    ----------
    sheets : sequence of SectionSheet
        The sheets.
    lang : {"zh", "en"}
        Language of the layers' names.
    work_crs : str
        Code of the CRS, noted in the drawing's properties.

    Returns
    -------
    bytes
        A DXF file of AutoCAD 2018, the same for the same sheets.
    """
    with without_clock():
        document = _blank(lang, work_crs)
        space, paper = document.modelspace(), Paper()
        for number, sheet in enumerate(sheets):
            left = number * (paper.width_mm + APART_MM)
            sheet.draw(DxfSurface(space, lang, left))
            note = f"{sheet.name}: {sheet.scales}"
            document.header.custom_vars.append(f"SHEET {number + 1}", safe_text(note))
            _add_layout(document, f"{number + 1:02d} {sheet.name}", left)
        document.layouts.delete("Layout1")
        return written_out(document)


def _blank(lang: Lang, work_crs: str) -> Drawing:
    document = new(VERSION, setup=["linetypes"])
    document.header["$INSUNITS"] = MILLIMETRES
    document.header["$LTSCALE"] = 3.0
    document.header.custom_vars.append("CRS", safe_text(work_crs))
    document.styles.add(STYLE, font=FONT, dxfattribs={"width": NARROW})
    for title, colour, weight in (*LAYERS.values(), OTHER):
        layer = DxfLayer(title.say(lang), colour, weight=weight)
        document.layers.add(
            layer.name, color=layer.colour, linetype=layer.linetype, lineweight=layer.weight
        )
    return document


def _add_layout(document: Drawing, name: str, left_mm: float) -> None:
    """Add a page of A3 that shows one sheet at 1:1."""
    paper = Paper()
    size = (paper.width_mm, paper.height_mm)
    # AutoCAD allows no such signs in the names of layouts
    free = "".join(sign for sign in safe_text(name) if sign not in '<>/\\":;?*|,=`')[:NAMES]
    layout = document.layouts.new(free)
    layout.page_setup(size=size, margins=(0, 0, 0, 0), units="mm")
    middle = (size[0] / 2, size[1] / 2)
    layout.add_viewport(
        center=middle,
        size=size,
        view_center_point=(left_mm + middle[0], middle[1]),
        view_height=size[1],
        status=2,
    )
