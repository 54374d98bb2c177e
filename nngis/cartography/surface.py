"""What sheets are drawn on, and its ink: known without matplotlib, which takes a while to come."""

from collections.abc import Sequence
from typing import Any, Protocol

from nngis.arrays import Floats
from nngis.cartography.paper import Box, Paper

INK = "#1D2B33"
SOFT = "#55636C"
HAIR_PT = 0.35
THIN_PT = 0.6
THICK_PT = 1.6


class Surface(Protocol):
    """What the frame of a sheet and a long section are drawn on: a figure, or a DXF drawing."""

    @property
    def paper(self) -> Paper:
        """The paper."""

    def on(self, part: str) -> "Surface":
        """Return the surface for a kind of thing, which a drawing keeps on a layer of its own."""

    def size(self, size_pt: float) -> float:
        """Return a size of letters or lines as it is on this paper."""

    def write(self, at: tuple[float, float], text: str, size_pt: float, **look: Any) -> None:  # noqa: ANN401
        """Write one line of text."""

    def box(self, box: Box, width_pt: float = THIN_PT, **look: Any) -> None:  # noqa: ANN401
        """Draw a rectangle."""

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        width_pt: float = THIN_PT,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw a line."""

    def areas(self, corners: Floats, **look: Any) -> None:  # noqa: ANN401
        """Draw filled polygons of as many corners each."""

    def strokes(
        self,
        ends: Sequence[tuple[float, float, float, float]],
        width_pt: float,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Draw many short strokes."""
