"""Courses of lines as flat coordinates, and cutting pieces out of them without a loop."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from nngis.arrays import Floats, Objects, Offsets


@dataclass(frozen=True, eq=False)
class Shapes:
    """The courses of n lines.

    Parameters
    ----------
    xy : (k, 2) float array
        Coordinates of all lines, one line after the other [m].
    first : (n + 1,) int64 array
        Line ``i`` is ``xy[first[i]:first[i + 1]]``.
    along_m : (k,) float array
        Distance of each coordinate from the start of its line [m].
    """

    xy: Floats
    first: Offsets
    along_m: Floats

    @property
    def length_m(self) -> Floats:
        """Length of each line [m]."""
        return self.along_m[self.first[1:] - 1]

    def take(self, line: npt.NDArray[np.integer]) -> "Shapes":
        """Pick some of the lines."""
        count = np.diff(self.first)[line]
        first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        at = np.arange(first[-1]) + np.repeat(self.first[line] - first[:-1], count)
        return Shapes(self.xy[at], first, self.along_m[at])


def shapes_of(lines: Objects) -> Shapes:
    """Lay out LineStrings as flat coordinates."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return measured(xy, np.bincount(line, minlength=len(lines)))


def straight_shapes(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> Shapes:
    """Lay out straight lines.

    Parameters
    ----------
    x0, y0, x1, y1 : (n,) float array
        Ends of each line [m].

    Returns
    -------
    Shapes
        Their courses, two coordinates each.
    """
    xy = np.empty((2 * x0.size, 2))
    xy[::2, 0], xy[::2, 1], xy[1::2, 0], xy[1::2, 1] = x0, y0, x1, y1
    return measured(xy, np.full(x0.size, 2))


def cut(shapes: Shapes, line: npt.NDArray[np.integer], start_m: Floats, end_m: Floats) -> Shapes:
    """Cut pieces out of lines; a piece whose start lies behind its end runs backwards.

    Parameters
    ----------
    shapes : Shapes
        The lines.
    line : (p,) int array
        The line each piece is cut from.
    start_m, end_m : (p,) float array
        Where each piece starts and ends, from the start of its line [m].

    Returns
    -------
    Shapes
        The pieces, in the order asked for.

    Examples
    --------
    The way from the last quarter of a bent line back to its middle:

    >>> import numpy as np, shapely
    >>> bent = shapes_of(np.array([shapely.LineString([(0, 0), (2, 0), (2, 2)])]))
    >>> cut(bent, np.array([0]), np.array([3.0]), np.array([1.0])).xy.tolist()
    [[2.0, 1.0], [2.0, 0.0], [1.0, 0.0]]
    """
    # One rising measure over all lines turns every look-up into a single binary search.
    before = np.cumsum(shapes.length_m + 1.0) - (shapes.length_m + 1.0)
    rising = shapes.along_m + np.repeat(before, np.diff(shapes.first))
    low, high = np.minimum(start_m, end_m), np.maximum(start_m, end_m)
    begin, stop = shapes.first[line], shapes.first[line + 1]
    inner = np.clip(np.searchsorted(rising, before[line] + low, "right"), begin, stop)
    outer = np.clip(np.searchsorted(rising, before[line] + high, "left"), inner, stop)
    count = outer - inner + 2
    first = np.concatenate([[0], np.cumsum(count)])
    xy = np.empty((first[-1], 2))
    kept = np.arange(first[-1]) - np.repeat(first[:-1] + 1 - inner, count)
    xy[:] = shapes.xy[np.clip(kept, 0, len(shapes.xy) - 1)]
    xy[first[:-1]] = _at(shapes, line, low, inner)
    xy[first[1:] - 1] = _at(shapes, line, high, inner=outer)
    back = np.repeat(start_m > end_m, count)
    turned = np.repeat(first[:-1] + first[1:] - 1, count) - np.arange(first[-1])
    return measured(xy[np.where(back, turned, np.arange(first[-1]))], count)


def lines_of(shapes: Shapes) -> Objects:
    """Make LineStrings of courses.

    Parameters
    ----------
    shapes : Shapes
        The courses.

    Returns
    -------
    (n,) object array
        LineStrings.
    """
    lines: Objects = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING, shapes.xy, (shapes.first,)
    )
    return lines


def _at(shapes: Shapes, line: npt.NDArray[np.integer], m: Floats, inner: Offsets) -> Floats:
    """Coordinates at a distance from the start; `inner` is the coordinate at or after it."""
    here = np.clip(inner, shapes.first[line] + 1, shapes.first[line + 1] - 1)
    a, b = shapes.xy[here - 1], shapes.xy[here]
    start, step = shapes.along_m[here - 1], shapes.along_m[here] - shapes.along_m[here - 1]
    share = np.clip((m - start) / np.where(step > 0, step, 1.0), 0.0, 1.0)[:, None]
    return np.where(share < 1, a + share * (b - a), b)


def measured(xy: Floats, count: npt.NDArray[np.integer]) -> Shapes:
    """Lay out courses, with the distance along each line.

    Parameters
    ----------
    xy : (k, 2) float array
        Coordinates of all lines, one line after the other [m].
    count : (n,) int array
        Number of coordinates of each line.

    Returns
    -------
    Shapes
        The courses.
    """
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    step = np.zeros(len(xy))
    step[1:] = np.hypot(*np.diff(xy, axis=0).T) if len(xy) else step[1:]
    step[first[:-1]] = 0.0
    total = np.cumsum(step)
    return Shapes(xy, first, total - np.repeat(total[first[:-1]], count))
