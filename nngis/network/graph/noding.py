"""Noding: lines cut where they meet on one level, loose ends joined, ends numbered."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.near import met
from nngis.network.graph.edges import SAME_M
from nngis.network.graph.shapes import Shapes, cut, measured, shapes_of

MOST_MEETINGS = 5_000_000  # of two lines, each looked at; 100,000 roads have some 400,000


@dataclass(frozen=True, eq=False)
class Stops:
    """Places on lines at which something happens: their ends, crossings, joined loose ends.

    Parameters
    ----------
    line : (s,) int array
        The line.
    along_m : (s,) float array
        Where on it, from its start [m].
    xy : (s, 2) float array
        The place [m].
    end : (s,) bool array
        Whether the place is an end of the line.
    """

    line: Positions
    along_m: Floats
    xy: Floats
    end: Bools

    def plus(self, line: Positions, along_m: Floats, xy: Floats) -> "Stops":
        """Add places inside lines."""
        return Stops(
            np.concatenate([self.line, line]),
            np.concatenate([self.along_m, along_m]),
            np.concatenate([self.xy, xy]),
            np.concatenate([self.end, np.zeros(line.size, bool)]),
        )


@dataclass(frozen=True, eq=False)
class Noded:
    """Lines cut into pieces that meet at numbered nodes only.

    Parameters
    ----------
    xy : (n_nodes, 2) float array
        The nodes [m].
    tail, head : (p,) int array
        The nodes each piece runs between.
    line : (p,) int array
        The line each piece was cut from.
    shapes : Shapes
        The courses of the pieces, from `tail` to `head`.
    crossings_split : int
        Nodes at which a line was cut because it meets another.
    dangles_snapped : int
        Loose ends that were moved.
    """

    xy: Floats
    tail: Positions
    head: Positions
    line: Positions
    shapes: Shapes
    crossings_split: int
    dangles_snapped: int


def node_lines(
    lines: Objects,
    level: Positions,
    *,
    tolerance_m: float,
    apart: Bools | None = None,
) -> Noded:
    """Cut lines where they meet.

    Lines of one level are cut wherever they cross, touch or run together. Lines of different
    levels (a bridge over a street) join only where an end of one lies on an end of the other, as
    ramps do. An end that meets nothing is moved to the nearest end of another line within the
    tolerance or, failing that, to the nearest place on another line of its level.
    """
    shapes = shapes_of(lines)
    stops = _ends(shapes)
    tree = shapely.STRtree(lines)
    apart = np.zeros(len(lines), bool) if apart is None else apart
    stops = stops.plus(*_meetings(lines, level, apart, tree))
    node = _number(stops, level, np.empty((2, 0), np.intp))
    crossings = int(np.unique(node[~stops.end]).size)
    loose = _loose_ends(stops, node)
    stops, joined, by_m = _join(lines, level, (tree, shapes), stops, loose, tolerance_m=tolerance_m)
    node = _number(stops, level, joined)
    moved = np.zeros(stops.line.size, bool)
    moved[joined[0]] = True
    counts = crossings, int((by_m > SAME_M).sum())
    return _pieces(shapes, stops, node, moved, counts)


def _ends(shapes: Shapes) -> Stops:
    """Give both ends of every line."""
    n = shapes.first.size - 1
    start, end = shapes.xy[shapes.first[:-1]], shapes.xy[shapes.first[1:] - 1]
    return Stops(
        np.tile(np.arange(n), 2),
        np.concatenate([np.zeros(n), shapes.length_m]),
        np.concatenate([start, end]),
        np.ones(2 * n, bool),
    )


def _meetings(
    lines: Objects,
    level: Positions,
    apart: Bools,
    tree: shapely.STRtree,
) -> tuple[Positions, Floats, Floats]:
    """Find the places where two lines of one level meet: on which line, where on it, the place."""
    a, b = met(tree, lines, "intersects", most=MOST_MEETINGS)
    pair = (a < b) & (level[a] == level[b])
    a, b = a[pair], b[pair]
    shared, of_pair = shapely.get_parts(shapely.intersection(lines[a], lines[b]), return_index=True)
    # Of a stretch that two lines share, its ends count.
    stretch = shapely.get_type_id(shared) == shapely.GeometryType.LINESTRING
    points = np.concatenate(
        [shared[~stretch], *(shapely.get_point(shared[stretch], at) for at in (0, -1))]
    )
    of_pair = np.concatenate([of_pair[~stretch], of_pair[stretch], of_pair[stretch]])
    line = np.stack([a[of_pair], b[of_pair]])
    along_m = shapely.line_locate_point(lines[line], points)
    # Where a meeting is an end already, the end itself is the stop.
    inner = (along_m > SAME_M) & (along_m < shapely.length(lines[line]) - SAME_M)
    over = inner.all(axis=0) & apart[line].any(axis=0)
    inner &= ~over
    places = shapely.get_coordinates(points)
    return (
        line[inner],
        along_m[inner],
        np.broadcast_to(places, (2, *places.shape))[inner],
    )


def _number(stops: Stops, level: Positions, joined: Positions) -> Positions:
    """Give stops that are one place the same node number.

    Stops within a millimetre are one place if they are on one level or both are ends; `joined`
    are pairs of stops that are one place besides.
    """
    places, place = np.unique(stops.xy, axis=0, return_inverse=True)
    near = KDTree(places).query_pairs(SAME_M, output_type="ndarray")
    _, place_group = _groups(near.T, len(places))
    at = place_group[place.ravel()]
    # One vertex for each level at a place, one for all ends there; an end ties the two together.
    _, storey = np.unique(level, return_inverse=True)
    n_storeys = int(storey.max(initial=-1)) + 2
    own = at * n_storeys + storey[stops.line]
    ends = at * n_storeys + n_storeys - 1
    code, index = np.unique(np.concatenate([own, ends[stops.end]]), return_inverse=True)
    mine, of_ends = index[: own.size], index[own.size :]
    links = np.hstack([np.stack([mine[stops.end], of_ends]), mine[joined]])
    group = _groups(links, code.size)[1][mine]
    return np.asarray(np.unique(group, return_inverse=True)[1], np.intp)


def _groups(links: npt.NDArray[np.integer], n: int) -> tuple[int, Positions]:
    matrix = coo_matrix((np.ones(links.shape[1]), (links[0], links[1])), shape=(n, n))
    found: tuple[int, Positions] = connected_components(matrix, directed=False)
    return found


def _loose_ends(stops: Stops, node: Positions) -> Positions:
    """Find the stops that are the only thing at their node."""
    degree = np.bincount(node, weights=np.where(stops.end, 1, 2))
    return np.flatnonzero(stops.end & (degree[node] == 1))


def _join(
    lines: Objects,
    level: Positions,
    index: tuple[shapely.STRtree, Shapes],
    stops: Stops,
    loose: Positions,
    *,
    tolerance_m: float,
) -> tuple[Stops, Positions, Floats]:
    """Choose a place for each loose end.

    Return the stops with the new ones, pairs of stops that become one place, and how far the
    first of each pair is moved.
    """
    tree, shapes = index
    n = len(lines)
    points = shapely.points(stops.xy[loose])
    which, line = met(tree, points, "dwithin", max(tolerance_m, SAME_M))
    other = stops.line[loose[which]] != line
    which, line = which[other], line[other]
    # The first n stops are the starts of the lines, the next n their ends.
    gap = [np.hypot(*(stops.xy[loose[which]] - stops.xy[line + side * n]).T) for side in (0, 1)]
    to_end = np.argmin(gap, axis=0)
    end_gap = np.min(gap, axis=0)
    at_end = end_gap <= max(tolerance_m, SAME_M)
    distance = np.where(at_end, end_gap, shapely.distance(points[which], lines[line]))
    allowed = at_end | (level[stops.line[loose[which]]] == level[line])
    order = np.flatnonzero(allowed)
    order = order[np.lexsort((line[order], distance[order], ~at_end[order], which[order]))]
    best = order[np.unique(which[order], return_index=True)[1]]
    which, line, to_end, at_end = which[best], line[best], to_end[best], at_end[best]
    along_m = shapely.line_locate_point(lines[line], points[which])
    target = np.where(at_end, line + to_end * n, -1)
    inside = np.flatnonzero(~at_end)
    target[inside] = stops.line.size + np.arange(inside.size)
    places = cut(shapes, line[inside], along_m[inside], along_m[inside])
    stops = stops.plus(line[inside], along_m[inside], places.xy[places.first[:-1]])
    return stops, np.stack([loose[which], target]), distance[best]


def _pieces(
    shapes: Shapes,
    stops: Stops,
    node: Positions,
    moved: Bools,
    counts: tuple[int, int],
) -> Noded:
    """Cut the lines at their stops, and let the pieces end at the nodes exactly."""
    # A node lies where its first stop lies that was not moved; where all were, where the first was.
    order = np.lexsort((moved, node))
    first = np.unique(node[order], return_index=True)[1]
    xy = stops.xy[order[first]]
    order = np.lexsort((stops.along_m, stops.line))
    a, b = order[:-1], order[1:]
    apart = (stops.along_m[b] - stops.along_m[a] > SAME_M) | (node[a] != node[b])
    step = (stops.line[a] == stops.line[b]) & apart
    a, b = a[step], b[step]
    parts = cut(shapes, stops.line[a], stops.along_m[a], stops.along_m[b])
    course = parts.xy.copy()
    course[parts.first[:-1]], course[parts.first[1:] - 1] = xy[node[a]], xy[node[b]]
    return Noded(
        xy=xy,
        tail=node[a],
        head=node[b],
        line=stops.line[a],
        shapes=measured(course, np.diff(parts.first)),
        crossings_split=counts[0],
        dangles_snapped=counts[1],
    )
