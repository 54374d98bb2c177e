"""Papers, and where the parts of a sheet lie on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MM_PER_INCH = 25.4
Size = Literal["A4", "A3", "A1"]
Turn = Literal["landscape", "portrait"]
LONG_SHORT_MM: dict[Size, tuple[float, float]] = {
    "A4": (297.0, 210.0),
    "A3": (420.0, 297.0),
    "A1": (841.0, 594.0),
}
UNIT: dict[Size, float] = {
    "A4": 1.0,
    "A3": 1.0,
    "A1": 1.7,
}  # letters and furniture against those of A3

# sizes on A3 [mm]
MARGIN, GAP = 8.0, 3.0
TITLE, STRIP, COLUMN, BAND = 17.0, 15.0, 86.0, 118.0
FRAME = 6.0  # between the two lines of the neatline, where the coordinates stand
HEAD, STAMP, INSET = 26.0, 50.0, 54.0


@dataclass(frozen=True)
class Box:
    """A rectangle on the paper.

    Parameters
    ----------
    left, bottom, width, height : float
        From the lower left corner of the paper [mm].
    """

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge [mm]."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Upper edge [mm]."""
        return self.bottom + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Centre [mm]."""
        return self.left + self.width / 2, self.bottom + self.height / 2

    def holds(self, point: Sequence[float]) -> bool:
        """Tell whether a place on the paper lies in it."""
        x, y = point
        return bool(self.left <= x <= self.right and self.bottom <= y <= self.top)

    def inset(self, by: float) -> "Box":
        """Return the rectangle with every edge moved inwards.

        Examples
        --------
        >>> Box(0, 0, 10, 8).inset(1)
        Box(left=1, bottom=1, width=8, height=6)
        """
        return Box(self.left + by, self.bottom + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Paper:
    """A paper to print on.

    Parameters
    ----------
    size : {"A4", "A3", "A1"}
        Its size; letters on A4 are those of A3.
    turn : {"landscape", "portrait"}
        Which edge is the longer one.
    """

    size: Size = "A3"
    turn: Turn = "landscape"

    @property
    def width_mm(self) -> float:
        """Width [mm]."""
        return LONG_SHORT_MM[self.size][0 if self.turn == "landscape" else 1]

    @property
    def height_mm(self) -> float:
        """Height [mm]."""
        return LONG_SHORT_MM[self.size][1 if self.turn == "landscape" else 0]

    @property
    def unit(self) -> float:
        """How large letters and furniture are, against those of A3."""
        return UNIT[self.size]


@dataclass(frozen=True)
class Layout:
    """Where the parts of a sheet lie.

    Parameters
    ----------
    border : Box
        The sheet's own border.
    title : Box
        Band of the title.
    neatline : Box
        Outer line of the map's frame.
    frame : Box
        The map itself, inside the coordinates.
    head : Box
        Scales and north arrow.
    legend : Box
        Legend.
    legend_columns : int
        Columns of the legend.
    inset : Box
        Where the city lies.
    stamp : Box
        Title block.
    strip : Box
        Evidence and sources.
    """

    border: Box
    title: Box
    neatline: Box
    frame: Box
    head: Box
    legend: Box
    legend_columns: int
    inset: Box
    stamp: Box
    strip: Box


def lay_out(paper: Paper) -> Layout:
    """Lay out a sheet: a column beside the map in landscape, a band below it in portrait.

    Examples
    --------
    >>> lay_out(Paper("A3", "landscape")).frame.width > lay_out(Paper("A3", "portrait")).frame.width
    True
    """
    return _landscape(paper) if paper.turn == "landscape" else _portrait(paper)


def _landscape(paper: Paper) -> Layout:
    u = paper.unit
    border = Box(0, 0, paper.width_mm, paper.height_mm).inset(MARGIN * u)
    inner = border.inset(GAP * u)
    strip = Box(inner.left, inner.bottom, inner.width, STRIP * u)
    title = Box(inner.left, inner.top - TITLE * u, inner.width, TITLE * u)
    bottom, height = strip.top + GAP * u, title.bottom - strip.top - 2 * GAP * u
    neatline = Box(inner.left, bottom, inner.width - (COLUMN + GAP) * u, height)
    left, width = neatline.right + GAP * u, COLUMN * u
    stamp = Box(left, bottom, width, STAMP * u)
    inset = Box(left, stamp.top + GAP * u, width, INSET * u)
    head = Box(left, title.bottom - GAP * u - HEAD * u, width, HEAD * u)
    low = inset.top + GAP * u
    legend = Box(left, low, width, head.bottom - GAP * u - low)
    frame = neatline.inset(FRAME * u)
    return Layout(border, title, neatline, frame, head, legend, 1, inset, stamp, strip)


def _portrait(paper: Paper) -> Layout:
    u = paper.unit
    border = Box(0, 0, paper.width_mm, paper.height_mm).inset(MARGIN * u)
    inner = border.inset(GAP * u)
    strip = Box(inner.left, inner.bottom, inner.width, STRIP * u)
    title = Box(inner.left, inner.top - TITLE * u, inner.width, TITLE * u)
    low = strip.top + GAP * u
    column = COLUMN * u
    left = inner.right - column
    stamp = Box(left, low, column, STAMP * u)
    inset = Box(left, stamp.top + GAP * u, column, (BAND - STAMP - GAP) * u)
    rest = inner.width - column - GAP * u
    head = Box(inner.left, low, rest, HEAD * u)
    legend = Box(inner.left, head.top + GAP * u, rest, (BAND - HEAD - GAP) * u)
    bottom = low + (BAND + GAP) * u
    neatline = Box(inner.left, bottom, inner.width, title.bottom - GAP * u - bottom)
    frame = neatline.inset(FRAME * u)
    return Layout(border, title, neatline, frame, head, legend, 2, inset, stamp, strip)
