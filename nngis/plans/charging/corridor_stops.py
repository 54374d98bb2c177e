"""Fewest stops on a line so that no gap is too long, at given places where there are any."""

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.errors import ParameterError

# Positions come from projected coordinates; a millimetre in fifty kilometres is no difference.
_TOLERANCE = 2e-8


class Stops(NamedTuple):
    """Stops on a line, in order.

    Parameters
    ----------
    at : (n,) float array
        Positions.
    place : (n,) int array
        Which of the places each stands at; -1 between them.
    """

    at: Floats
    place: npt.NDArray[np.intp]


def fewest_stops(start: float, end: float, places: npt.ArrayLike, limit: float) -> Stops:
    """Find the fewest stops between two points such that no step is longer than a limit.

    A stop stands at a place, or, where two neighbouring places (or a place and an end) are
    farther apart than the limit, anywhere between them: nobody builds on open road what can
    stand at a service area. Among the choices with the fewest stops one with the most at places
    is taken, then the one whose last stops are farthest on. Stops between places are spread evenly.

    Examples
    --------
    120 km without a charger, service areas at 40 and 45 km, at most 50 km: one of them, the
    farther, cannot do alone (75 km are left), and beyond it there is no place for 75 km.

    >>> fewest_stops(0, 120, [40, 45], 50)
    Stops(at=array([45. , 82.5]), place=array([ 1, -1]))
    """
    # The number is the fewest for the points allowed. Going as far as the next allowed point each
    # time is never behind any other choice after as many stops (by induction: from a point farther
    # on, the farthest one reached is no nearer), so no choice arrives with fewer. Here the same
    # least number comes out of a shortest path over the places, which also counts the stops between
    # places; the tests hold it against the greedy rule and against all subsets.
    given = np.asarray(places, np.float64)
    if not limit > 0 or not np.isfinite([start, end]).all() or np.isnan(given).any():
        raise ParameterError(
            "间距上限须大于 0，位置须为数值。",
            "The longest step must be above 0, and positions must be numbers.",
            where="limit",
        )
    _, first = np.unique(given, return_index=True)
    order = first[(given[first] > start) & (given[first] < end)]
    line = np.concatenate([[start], given[order], [end]])
    reach = limit * (1.0 + _TOLERANCE)
    chosen = _best_way(line, reach)
    at, place = [], []
    for i, j in itertools.pairwise(chosen):
        between = _spread(line, (i, j), reach)
        at += [*between, line[j]]
        place += [*[-1] * len(between), order[j - 1] if j <= order.size else -1]
    return Stops(np.array(at[:-1], np.float64), np.array(place[:-1], np.intp))


def _best_way(line: Floats, reach: float) -> list[int]:
    """Find which points of the line to stop at: fewest stops, then fewest of them in the open."""
    last = line.size - 1
    best: list[tuple[int, int]] = [(0, 0)]  # stops, open stops, up to and with each point
    came = [0]
    for j in range(1, line.size):
        ways = []
        for i in range(j - 1, -1, -1):
            free = _open_stops(line, (i, j), reach)
            if free is not None:
                stops, in_open = best[i]
                ways.append((stops + len(free) + (j < last), in_open + len(free), -i))
        stops, in_open, negative = min(ways)  # the step from the point before is always possible
        best.append((stops, in_open))
        came.append(-negative)
    way = [last]
    while way[-1]:
        way.append(came[way[-1]])
    return way[::-1]


def _open_stops(line: Floats, ends: tuple[int, int], reach: float) -> list[float] | None:
    """List the fewest stops in the open from one point of the line to another; None if none do.

    Each goes as far as it can. Where that is beyond a point of the line that could be stopped at
    instead, it is left to that point.
    """
    i, j = ends
    stops: list[float] = []
    at = line[i]
    while line[j] - at > reach:
        at = at + reach
        k = int(np.searchsorted(line, at, side="right")) - 1
        if line[k + 1] - line[k] <= reach or at <= line[k]:
            return None
        stops.append(float(at))
    return stops


def _spread(line: Floats, ends: tuple[int, int], reach: float) -> list[float]:
    """Spread the stops in the open evenly, each stretch in turn.

    Even spacing does not leave its stretch: if it fell short of the place where that begins, a
    stop at the place would have done instead of one in the open, and `_best_way` would have
    taken it; likewise at the other end.
    """
    greedy = _open_stops(line, ends, reach) or []
    stretch = np.searchsorted(line, greedy, side="right") - 1
    out: list[float] = []
    for k in np.unique(stretch):
        mine = np.flatnonzero(stretch == k)
        before = out[-1] if out else float(line[ends[0]])
        after = greedy[mine[-1] + 1] if mine[-1] + 1 < len(greedy) else float(line[ends[1]])
        even = before + (after - before) * np.arange(1, mine.size + 1) / (mine.size + 1)
        out += even.tolist()
    return out
