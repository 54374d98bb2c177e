"""Pairs of things near each other, counted before they are made."""

from typing import Literal

import numpy as np
import shapely
from scipy.spatial import KDTree

from nngis.arrays import Floats, Objects, Positions
from nngis.budgets import PAIRS, budget, over_budget
from nngis.errors import LayerError, NngisError


def check_pairs(
    one: KDTree,
    other: KDTree,
    within_m: float,
    most: int = PAIRS,
    *,
    error: type[NngisError] = LayerError,
) -> None:
    """Refuse more pairs of points near each other than the budget, before they are made.

    Parameters
    ----------
    one, other : KDTree
        The points.
    within_m : float
        How near [m].
    most : int
        How many pairs there may be, unless the environment says another budget.
    error : type of NngisError
        What to raise.

    Raises
    ------
    NngisError
        Of the class asked for, if there are more.

    Examples
    --------
    >>> tree = KDTree([[0.0, 0.0], [0.0, 1.0], [0.0, 9.0]])
    >>> check_pairs(tree, tree, 2.0, most=5)
    """
    limit = budget("pairs", most)
    if one.n * other.n > limit:
        found = int(one.count_neighbors(other, within_m))
        over_budget("pairs", found, limit, "", error)


def pairs_near(
    xy: Floats, within_m: float, most: int = PAIRS, *, error: type[NngisError] = LayerError
) -> Positions:
    """Give the pairs of points within a distance of each other.

    Parameters
    ----------
    xy : (n, 2) float array
        The points [m].
    within_m : float
        How near [m], included.
    most : int
        How many pairs there may be, unless the environment says another budget.
    error : type of NngisError
        What to raise.

    Returns
    -------
    (m, 2) int array
        Positions, the lesser first; in no order.

    Raises
    ------
    NngisError
        Of the class asked for, if there are more pairs than the budget.

    Examples
    --------
    >>> pairs_near(np.array([[0.0, 0.0], [0.0, 9.0], [0.0, 1.0]]), 2.0).tolist()
    [[0, 2]]
    """
    tree = KDTree(xy)
    check_pairs(tree, tree, within_m, 2 * most, error=error)
    pairs = tree.query_pairs(within_m, output_type="ndarray")
    return np.asarray(pairs, np.intp).reshape(-1, 2)


def met(
    tree: shapely.STRtree,
    shapes: Objects,
    predicate: Literal["intersects", "dwithin"],
    distance: float | None = None,
    *,
    most: int = PAIRS,
) -> tuple[Positions, Positions]:
    """Give the pairs of shapes and shapes of a tree that meet, some shapes at a time.

    Parameters
    ----------
    tree : STRtree
        Shapes.
    shapes : array of geometry
        What is looked up.
    predicate, distance : str, float
        As for `STRtree.query`.
    most : int
        How many pairs there may be, unless the environment says another budget.

    Returns
    -------
    tuple of (n,) int array
        Positions in `shapes` and in the tree, by the former.

    Raises
    ------
    LayerError
        If there are more pairs than the budget.

    Examples
    --------
    >>> boxes = shapely.box([0, 5], 0, [1, 6], 1)
    >>> [one.tolist() for one in met(shapely.STRtree(boxes), shapes=boxes, predicate="intersects")]
    [[0, 1], [0, 1]]
    """
    limit = budget("pairs", most)
    at_once = max(limit // max(len(tree.geometries), 1), 1)
    found, many = [np.empty((2, 0), np.intp)], 0
    for start in range(0, len(shapes), at_once):
        part = tree.query(shapes[start : start + at_once], predicate=predicate, distance=distance)
        part[0] += start
        many += part.shape[1]
        over_budget("pairs", many, limit, "", LayerError)
        found.append(part)
    one, other = np.hstack(found)
    return one, other
