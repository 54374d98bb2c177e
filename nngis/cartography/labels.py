"""Names on a map: each at the best free place, none over another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from nngis.arrays import Floats, Positions
from nngis.cartography.paper import Box

STEP_MM = 3.0  # between the places tried inside an area
MOST = 400  # places tried at most
CLEAR_MM = 1.2  # kept free around symbols
SYMBOL_COST_MM = 14.0  # a symbol under a name is as bad as standing so far off
AROUND = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)])


@dataclass(frozen=True)
class Wish:
    """A name that wants a place.

    Parameters
    ----------
    text : str
        The name.
    places : (k, 2) float array
        Where its middle may lie, the best first [mm].
    width, height : float
        Its size [mm].
    must : bool
        Whether it is written even where every place is over a symbol.
    """

    text: str
    places: Floats
    width: float
    height: float
    must: bool = True


def place_names(
    wishes: Sequence[Wish], symbols: Floats, frame: Box, kept_free: Sequence[Box] = ()
) -> list[tuple[float, float] | None]:
    """Find a place for every name, one after the other, none on what is to be kept free.

    Examples
    --------
    >>> import numpy as np
    >>> two = [Wish("a", np.array([[5.0, 5.0]]), 4, 2), Wish("b", np.array([[6.0, 5.0]]), 4, 2)]
    >>> place_names(two, np.empty((0, 2)), Box(0, 0, 10, 10))
    [(5.0, 5.0), None]
    """
    free_of = [[one.left, one.bottom, one.right, one.top] for one in kept_free]
    taken = np.array(free_of, dtype=np.float64).reshape(-1, 4)
    across = symbols[np.argsort(symbols[:, 0], kind="stable")]
    found: list[tuple[float, float] | None] = []
    for wish in wishes:
        half = np.array([wish.width, wish.height]) / 2
        low, high = wish.places - half, wish.places + half
        inside = (low >= (frame.left, frame.bottom)).all(axis=1)
        inside &= (high <= (frame.right, frame.top)).all(axis=1)
        beyond = (low[:, None] >= taken[:, 2:]) | (high[:, None] <= taken[:, :2])
        apart = beyond[:, :, 0] | beyond[:, :, 1]
        under = _count_within(across, low - CLEAR_MM, high + CLEAR_MM)
        free = inside & apart.all(axis=1) & ((under == 0) | wish.must)
        if not free.any():
            found.append(None)
            continue
        off = np.hypot(*(wish.places - wish.places[0]).T)
        cost = np.where(free, off + SYMBOL_COST_MM * under, np.inf)
        best = int(np.argmin(cost))
        taken = np.vstack([taken, [*low[best], *high[best]]])
        found.append((float(wish.places[best, 0]), float(wish.places[best, 1])))
    return found


def _count_within(across: Floats, low: Floats, high: Floats) -> Positions:
    """Count the points inside each box; the points stand in order from west to east."""
    first = np.searchsorted(across[:, 0], low[:, 0], side="right")
    end = np.searchsorted(across[:, 0], high[:, 0], side="left")
    found = np.zeros(len(low), dtype=np.intp)
    for at in np.flatnonzero(first < end):
        up = across[first[at] : end[at], 1]
        found[at] = np.count_nonzero((up > low[at, 1]) & (up < high[at, 1]))
    return found


def places_in(area: shapely.Geometry) -> Floats:
    """Return the places of an area's name: its widest spot, then a grid over the area."""
    west, south, east, north = area.bounds
    step = max(STEP_MM, float(np.sqrt((east - west) * (north - south) / MOST)))
    grid = np.stack(
        np.meshgrid(np.arange(west, east, step), np.arange(south, north, step)), axis=-1
    ).reshape(-1, 2)
    grid = grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])]
    largest = max(shapely.get_parts(area), key=lambda part: part.area)
    circle = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=0.5), 0)
    return np.vstack([shapely.get_coordinates(circle), grid])


def places_around(point: Floats, width: float, height: float, gap: float) -> Floats:
    """Return the eight places around a point symbol: right and left first."""
    return np.asarray(point + AROUND * (np.array([width, height]) / 2 + gap))
