"""A sheet of paper to draw on, in millimetres from its lower left corner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from nngis.arrays import Floats
from nngis.cartography.font import written
from nngis.cartography.paper import MM_PER_INCH, Box, Paper
from nngis.cartography.surface import HAIR_PT, INK, THIN_PT


@dataclass(frozen=True)
class Canvas:
    """A figure the size of the paper, and the axes that cover it in millimetres.

    Parameters
    ----------
    figure : Figure
        The figure.
    axes : Axes
        Axes from (0, 0) to (width, height) of the paper [mm].
    paper : Paper
        The paper.
    """

    figure: Figure
    axes: Axes
    paper: Paper

    def on(self, part: str) -> "Canvas":  # noqa: ARG002 -- a figure has no layers
        """Return the surface for a kind of thing."""
        return self

    def size(self, size_pt: float) -> float:
        """Return a size of letters or lines as it is on this paper."""
        return size_pt * self.paper.unit

    def write(self, at: tuple[float, float], text: str, size_pt: float, **look: Any) -> None:  # noqa: ANN401
        """Write one line of text."""
        style = {"color": INK, "va": "center_baseline", "ha": "left", **look}
        self.axes.text(*at, written(text), fontsize=self.size(size_pt), **style)

    def box(self, box: Box, width_pt: float = THIN_PT, **look: Any) -> None:  # noqa: ANN401
        """Draw a rectangle."""
        style = {"fill": False, "edgecolor": INK, "linewidth": self.size(width_pt), **look}
        self.axes.add_artist(Rectangle((box.left, box.bottom), box.width, box.height, **style))

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        width_pt: float = THIN_PT,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw a line."""
        style = {"color": INK, "linewidth": self.size(width_pt), "solid_capstyle": "butt", **look}
        self.axes.add_artist(Line2D(xs, ys, **style))

    def area(self, corners: Sequence[tuple[float, float]], **look: Any) -> None:  # noqa: ANN401
        """Draw a filled polygon."""
        style = {"facecolor": INK, "edgecolor": INK, "linewidth": self.size(THIN_PT), **look}
        self.axes.add_artist(Polygon(list(corners), closed=True, **style))

    def areas(self, corners: Floats, **look: Any) -> None:  # noqa: ANN401
        """Draw many polygons as one."""
        style = {"edgecolor": "none", "linewidth": self.size(HAIR_PT * 1.4), **look}
        self.axes.add_artist(PolyCollection(list(corners), **style))

    def strokes(
        self,
        ends: Sequence[tuple[float, float, float, float]],
        width_pt: float,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw many short strokes as one path."""
        if not ends:
            return
        points = [point for x0, y0, x1, y1 in ends for point in ((x0, y0), (x1, y1))]
        path = Outline(points, [Outline.MOVETO, Outline.LINETO] * len(ends))
        style = {"fill": False, "edgecolor": INK, "linewidth": self.size(width_pt), **look}
        self.axes.add_artist(PathPatch(path, **style))


def blank_canvas(paper: Paper) -> Canvas:
    """Take a blank sheet."""
    inches = (paper.width_mm / MM_PER_INCH, paper.height_mm / MM_PER_INCH)
    figure = Figure(figsize=inches, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), label="canvas")
    axes.set_xlim(0, paper.width_mm)
    axes.set_ylim(0, paper.height_mm)
    axes.set_axis_off()
    return Canvas(figure, axes, paper)
