"""Long sections as SVG with text as text: the pictures in the layouts of a QGIS project."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from nngis.arrays import Floats
from nngis.cartography.font import MM_PER_PT, written
from nngis.cartography.paper import Box, Paper
from nngis.cartography.qgis_layout import FONT
from nngis.cartography.section_frame import SectionSheet
from nngis.cartography.surface import HAIR_PT, INK, THIN_PT

ANCHOR = {"left": "start", "center": "middle", "right": "end"}
DROP = 0.36  # of the letters' size, from the middle of a line of text to its baseline
UNDER_PATCH, UNDER_LINE, UNDER_TEXT = 1.0, 2.0, 3.0  # as matplotlib puts them one over the other
DASHES = {"-": (), "--": (3.7, 1.6)}


@dataclass(frozen=True)
class SvgSurface:
    """A sheet in millimetres; what is drawn is kept with its height above the paper."""

    drawn: list[tuple[float, str]] = field(default_factory=list)

    @property
    def paper(self) -> Paper:
        """The paper."""
        return Paper()

    def on(self, part: str) -> "SvgSurface":  # noqa: ARG002 -- the picture has no layers
        """Return the surface for a kind of thing."""
        return self

    def size(self, size_pt: float) -> float:
        """Return a size of letters or lines as it is on this paper."""
        return size_pt * self.paper.unit

    def write(self, at: tuple[float, float], text: str, size_pt: float, **look: Any) -> None:  # noqa: ANN401
        """Write one line of text."""
        size, turn = self.size(size_pt) * MM_PER_PT, float(look.get("rotation", 0.0))
        across = "left" if turn and look.get("va") == "bottom" else look.get("ha", "left")
        x, y = at[0], self.paper.height_mm - at[1]
        place = f'transform="translate({x:.2f} {y:.2f}) rotate({-turn:g})"'
        self._add(
            look.get("zorder", UNDER_TEXT),
            f'<text {place} y="{size * DROP:.2f}" font-size="{size:.2f}" '
            f'text-anchor="{ANCHOR[across]}" fill={quoteattr(look.get("color", INK))}>'
            f"{escape(written(text))}</text>",
        )

    def box(self, box: Box, width_pt: float = THIN_PT, **look: Any) -> None:  # noqa: ANN401
        """Draw a rectangle."""
        corners = np.array(
            [(box.left, box.bottom), (box.right, box.bottom),
             (box.right, box.top), (box.left, box.top)]
        )  # fmt: skip
        face = look.get("facecolor", "none") if look.get("fill") else "none"
        edge = look.get("edgecolor", INK) if width_pt else "none"
        self._polygon(corners, width_pt, {**look, "facecolor": face, "edgecolor": edge})

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        width_pt: float = THIN_PT,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw a line."""
        data = "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in self._down(xs, ys))
        self._path(data, width_pt, look.get("color", INK), look, UNDER_LINE)

    def areas(self, corners: Floats, **look: Any) -> None:  # noqa: ANN401
        """Draw filled polygons of as many corners each."""
        for one in corners:
            self._polygon(one, HAIR_PT * 1.4, {"edgecolor": "none", **look})

    def strokes(
        self,
        ends: Sequence[tuple[float, float, float, float]],
        width_pt: float,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw many short strokes as one path; those that follow one another are one line."""
        high, parts, last = self.paper.height_mm, [], None
        for x0, y0, x1, y1 in ends:
            parts += [] if last == (x0, y0) else [f"M{x0:.2f} {high - y0:.2f}"]
            parts.append(f"L{x1:.2f} {high - y1:.2f}")
            last = (x1, y1)
        if parts:
            colour = look.get("edgecolor", INK)
            self._path(" ".join(parts), width_pt, colour, look, UNDER_PATCH)

    def picture(self) -> str:
        """Return the picture, what lies higher over what lies lower."""
        wide, high = self.paper.width_mm, self.paper.height_mm
        body = "\n".join(one for _, one in sorted(self.drawn, key=lambda one: one[0]))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}mm" height="{high:g}mm" '
            f'viewBox="0 0 {wide:g} {high:g}" font-family={quoteattr(FONT)}>\n'
            f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>\n{body}\n</svg>\n'
        )

    def _add(self, over: float, fragment: str) -> None:
        self.drawn.append((over, fragment))

    def _down(self, xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
        return [(x, self.paper.height_mm - y) for x, y in zip(xs, ys, strict=True)]

    def _polygon(self, corners: Floats, width_pt: float, look: dict[str, Any]) -> None:
        places = self._down(*np.asarray(corners, float).T.tolist())
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in places)
        self._add(
            look.get("zorder", UNDER_PATCH),
            f'<polygon points="{points}" fill={quoteattr(look.get("facecolor") or "none")} '
            f"stroke={quoteattr(look['edgecolor'])} "
            f'stroke-width="{self.size(width_pt) * MM_PER_PT:.3f}"/>',
        )

    def _path(
        self, data: str, width_pt: float, colour: str, look: dict[str, Any], over: float
    ) -> None:
        style = look.get("linestyle", "-")
        dashes = DASHES[style] if isinstance(style, str) else style[1]
        dash = ",".join(f"{one * MM_PER_PT:.2f}" for one in dashes)
        self._add(
            look.get("zorder", over),
            f'<path d="{data}" fill="none" stroke={quoteattr(colour)} '
            f'stroke-width="{self.size(width_pt) * MM_PER_PT:.3f}"'
            + (f' stroke-dasharray="{dash}"' if dash else "")
            + "/>",
        )


def draw_svg(sheet: SectionSheet) -> str:
    """Draw one sheet as a picture of A3.

    Parameters
    ----------
    sheet : SectionSheet
        The sheet.

    Returns
    -------
    str
        SVG.
    """
    surface = SvgSurface()
    sheet.draw(surface)
    return surface.picture()
