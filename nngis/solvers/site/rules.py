"""What a plan must respect: sites that exist, must, or must not be opened, and at most how many."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from nngis.errors import LayerError, ParameterError, Problem, require
from nngis.near import pairs_near
from nngis.solvers.site._numba_cliques import clique_cover
from nngis.text import counted


@dataclass(frozen=True)
class AtMost:
    """Of these sites no more than so many may be open.

    Parameters
    ----------
    site_ids : tuple of str
        The sites; those that exist count too.
    most : int
        Largest number of them.
    name : str
        What messages call the rule.
    """

    site_ids: tuple[Any, ...]
    most: int
    name: str = ""


@dataclass(frozen=True, eq=False)
class SiteRules:
    """What holds whatever is chosen.

    Parameters
    ----------
    existing : sequence of str
        Sites that are open already: they serve, cost nothing and do not count in the number or
        the budget.
    mandatory : sequence of str
        Sites that must be opened; they count in the number and the budget.
    forbidden : sequence of str
        Sites that must not be opened.
    at_most : sequence of AtMost
        Groups of which only so many may be open: see `keep_apart`, `one_per_place`,
        `most_per_kind`.
    """

    existing: Sequence[Any] = ()
    mandatory: Sequence[Any] = ()
    forbidden: Sequence[Any] = ()
    at_most: Sequence[AtMost] = ()


def keep_apart(
    site_ids: Sequence[Any] | pd.Index, xy_m: npt.ArrayLike, minimum_m: float
) -> tuple[AtMost, ...]:
    """Forbid two open sites that are nearer to each other than a minimum.

    Parameters
    ----------
    site_ids : sequence of str
        Ids of the sites.
    xy_m : (m, 2) float array
        Easting and northing in the work CRS [m].
    minimum_m : float
        Least straight distance between two open sites [m].

    Returns
    -------
    tuple of AtMost
        Groups of sites that are all too near to each other, so that each pair that is too near
        stands in one of them; a planner's rows for pairs, in the form that bounds best.

    Raises
    ------
    LayerError
        If a position is missing or there is not one for each site.
    ParameterError
        If the minimum is not above 0.

    Examples
    --------
    >>> keep_apart(["a", "b", "c"], [[0, 0], [400, 0], [5000, 0]], 500.0)
    (AtMost(site_ids=('a', 'b'), most=1, name='minimum separation 500 m'),)
    """
    xy = np.asarray(xy_m, np.float64)
    if not minimum_m > 0:
        raise ParameterError(
            f"最小间距必须大于 0，现为 {minimum_m} 米。",
            f"The minimum separation must be above 0; it is {minimum_m} m.",
            where="minimum_m",
        )
    if xy.shape != (len(site_ids), 2) or not np.isfinite(xy).all():
        lacking = int((~np.isfinite(xy)).any(axis=1).sum()) if xy.ndim == 2 else 0  # noqa: PLR2004
        raise LayerError(
            f"{len(site_ids)} 个站点需要同样多的坐标（东、北，米），实有 {xy.shape}，"
            f"其中 {lacking} 个缺坐标。",
            f"{counted(len(site_ids), 'site', 'need')} as many positions (easting, northing); the "
            f"shape is {xy.shape}, and {lacking} are missing.",
            where="xy_m",
        )
    # Exactly the minimum is far enough: the tree's radius is inclusive.
    pairs = pairs_near(xy, float(np.nextafter(minimum_m, 0.0)))
    joined = sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(xy), len(xy)))
    graph = (joined + joined.T).tocsr().sorted_indices()
    start, member = clique_cover(graph.indptr.astype(np.int64), graph.indices)
    ids = np.asarray(site_ids, object)
    name = f"minimum separation {minimum_m:g} m"
    return tuple(
        AtMost(tuple(ids[part]), 1, name) for part in np.split(member, start[1:-1]) if part.size
    )


def one_per_place(place: pd.Series) -> tuple[AtMost, ...]:
    """Let at most one of the facility types that a place could get be opened.

    Examples
    --------
    >>> one_per_place(pd.Series({"p1-fast": "p1", "p1-slow": "p1", "p2-slow": "p2"}))
    (AtMost(site_ids=('p1-fast', 'p1-slow'), most=1, name='one type at p1'),)
    """
    return tuple(
        AtMost(tuple(ids), 1, f"one type at {at}")
        for at, ids in place.groupby(place, sort=True).groups.items()
        if len(ids) > 1
    )


def most_per_kind(kind: pd.Series, most: Mapping[Hashable, int]) -> tuple[AtMost, ...]:
    """Limit how many sites of each kind may be open.

    Examples
    --------
    >>> most_per_kind(pd.Series({"a": "fast", "b": "fast", "c": "slow"}), {"fast": 1})
    (AtMost(site_ids=('a', 'b'), most=1, name='at most 1 fast'),)
    """
    groups = kind.groupby(kind, sort=True).groups
    problems = [
        Problem(
            f"没有类型为 {name!r} 的站点；现有类型为 {', '.join(map(str, groups))}。",
            f"No site is of kind {name!r}; the kinds are {', '.join(map(str, groups))}.",
            where="most",
        )
        for name in most
        if name not in groups
    ]
    problems += [
        Problem(
            f"类型 {name!r} 的站点数上限不能是负数，现为 {number}。",
            f"The largest number of {name!r} sites is not negative; it is {number}.",
            where="most",
        )
        for name, number in most.items()
        if number < 0
    ]
    require(problems, ParameterError)
    return tuple(
        AtMost(tuple(groups[name]), number, f"at most {number} {name}")
        for name, number in most.items()
    )
