"""Which part of the world a sheet shows, at which round scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nngis.arrays import Floats
from nngis.cartography.paper import Box
from nngis.units import MM_PER_M

ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # first digits of a scale's denominator
DENOMINATORS = np.sort(np.outer(10.0 ** np.arange(0, 11), ROUND).ravel())
ROOM = 0.96  # share of the frame that the bounds may fill
SMALLEST_M = 500.0  # a single point is shown with this much around it


@dataclass(frozen=True)
class Window:
    """A rectangle of the work CRS on a rectangle of the paper.

    Parameters
    ----------
    frame : Box
        Where it lies on the paper [mm].
    west, south : float
        Its lower left corner in the work CRS [m].
    denominator : float
        Scale 1 to this.
    """

    frame: Box
    west: float
    south: float
    denominator: float

    @property
    def m_per_mm(self) -> float:
        """Metres of the work CRS on a millimetre of paper."""
        return self.denominator / MM_PER_M

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge [m]."""
        east = self.west + self.frame.width * self.m_per_mm
        return self.west, self.south, east, self.south + self.frame.height * self.m_per_mm

    def to_mm(self, points: Floats) -> Floats:
        """Turn coordinates into places on the paper."""
        corner = np.array([self.west, self.south])
        place = np.array([self.frame.left, self.frame.bottom])
        return np.asarray((points - corner) / self.m_per_mm + place)


def choose_window(
    bounds: Sequence[float], frame: Box, *, exact: bool = False, smaller: int = 0
) -> Window:
    """Choose the largest round scale at which the bounds fit the frame, and centre them.

    With `smaller`, so many round scales below that one.

    Examples
    --------
    >>> choose_window((0, 0, 230e3, 200e3), Box(10, 10, 290, 230)).denominator
    1000000.0
    """
    west, south, east, north = bounds
    across, down = max(east - west, SMALLEST_M), max(north - south, SMALLEST_M)
    needed = max(across / frame.width, down / frame.height) * MM_PER_M / ROOM
    at = np.searchsorted(DENOMINATORS, needed * (1 - 1e-9)) + smaller
    denominator = needed if exact else float(DENOMINATORS[at])
    return window_around(((west + east) / 2, (south + north) / 2), frame, denominator)


def round_below(denominator: float) -> float:
    """Return the smallest round scale that is as large as this one, or larger.

    Examples
    --------
    >>> round_below(350_000)
    300000.0
    """
    return float(DENOMINATORS[np.searchsorted(DENOMINATORS, denominator, side="right") - 1])


def window_around(middle: tuple[float, float], frame: Box, denominator: float) -> Window:
    """Return the window of a scale around a place."""
    half = denominator / MM_PER_M / 2
    return Window(
        frame, middle[0] - half * frame.width, middle[1] - half * frame.height, denominator
    )
