"""Who can serve whom, as sparse rows: the links table in the form the siting solvers take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Array, Bools, Floats
from nngis.errors import LayerError, ParameterError, Problem, require
from nngis.solvers.links import make_links, positions
from nngis.text import counted

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SiteLinks:
    """Which demands each site reaches, and how far they are.

    Parameters
    ----------
    demand_ids, site_ids : Index
        Unique ids of all demands and of all sites, open, possible or barred.
    start : (m + 1,) int64 array
        Site j reaches ``demand_at[start[j]:start[j + 1]]``.
    demand_at : (k,) int32 array
        Positions of demands, rising within a site.
    distance_m : (k,) float array
        Length of each link [m].
    """

    demand_ids: pd.Index
    site_ids: pd.Index
    start: Ints
    demand_at: Array
    distance_m: Floats

    @property
    def site_at(self) -> Ints:
        """Position of each link's site."""
        return np.repeat(np.arange(len(self.site_ids)), np.diff(self.start))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The same as a links table, sorted as `make_links` sorts it."""
        ends = (self.demand_at, self.site_at, self.distance_m)
        return make_links(self.demand_ids, self.site_ids, *ends)

    def of_sites(self, sites: Ints) -> tuple[Ints, Ints]:
        """Give the positions of the links of some sites, and the site of each."""
        count = self.start[sites + 1] - self.start[sites]
        ends = np.cumsum(count)
        jump = np.repeat(self.start[sites] - (ends - count), count)
        return jump + np.arange(jump.size), np.repeat(sites, count)

    def is_of(self, some: Bools) -> Bools:
        """Return which links are those of some sites."""
        return np.repeat(some, np.diff(self.start))

    def within(self, radius_m: float | None) -> "SiteLinks":
        """Return the links that are no longer than a radius."""
        if radius_m is None:
            return self
        if not radius_m >= 0:
            raise ParameterError(
                f"半径不能是负数或空值，现为 {radius_m} 米。",
                f"A radius is neither negative nor missing; it is {radius_m} m.",
                where="radius_m",
            )
        return self._kept(self.distance_m <= radius_m)

    def _kept(self, near: Bools) -> "SiteLinks":
        """Return some of the links."""
        if near.all():
            return self
        start = np.searchsorted(np.flatnonzero(near), self.start)
        return replace(
            self, start=start, demand_at=self.demand_at[near], distance_m=self.distance_m[near]
        )

    def _rising(self) -> "SiteLinks":
        """Return the links with the demands of each site in order, each once."""
        step = np.diff(self.demand_at)
        within = np.ones(step.size, bool)
        edge = self.start[1:-1]
        within[edge[(edge > 0) & (edge < self.demand_at.size)] - 1] = False
        if (step[within] > 0).all():
            return self
        order = np.lexsort((self.demand_at, self.site_at))
        demand_at = self.demand_at[order]
        if twice := int((within & (np.diff(demand_at) == 0)).sum()):
            raise LayerError(
                f"有 {twice} 对需求与站点的链接重复出现；每一对只能有一条链接，请保留最短的一条。",
                f"{counted(twice, 'pair of demand and site', 'are')} linked twice; keep the "
                "shortest link of each.",
                where="links",
            )
        return replace(self, demand_at=demand_at, distance_m=self.distance_m[order])


def site_links(
    links: pd.DataFrame,
    demand_ids: Sequence[Any] | pd.Index,
    site_ids: Sequence[Any] | pd.Index,
) -> SiteLinks:
    """Turn a links table into sparse rows.

    Parameters
    ----------
    links : DataFrame
        A links table: `demand_id`, `facility_id`, `distance_m` [m].
    demand_ids : sequence of str
        Unique ids of all demands, linked or not.
    site_ids : sequence of str
        Unique ids of all sites, linked or not: those that exist and those that could be built.

    Returns
    -------
    SiteLinks
        The links by site.

    Raises
    ------
    LayerError
        If ids repeat, a link names an unknown id, occurs twice, or has no proper length.

    Examples
    --------
    >>> table = pd.DataFrame({"demand_id": ["a", "b"], "facility_id": ["y", "x"],
    ...                       "distance_m": [30.0, 40.0]})
    >>> found = site_links(table, ["a", "b", "c"], ["x", "y"])
    >>> found.start.tolist(), found.demand_at.tolist(), found.distance_m.tolist()
    ([0, 1, 2], [1, 0], [40.0, 30.0])
    """
    demand_at, site_at = positions(links, demand_ids, site_ids)
    distance_m = links["distance_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    order = np.lexsort((demand_at, site_at))
    start = np.searchsorted(site_at[order], np.arange(len(site_ids) + 1))
    return site_links_from_csr(
        start,
        demand_at[order],
        distance_m[order],
        demand_ids=demand_ids,
        site_ids=site_ids,
    )


def site_links_from_csr(
    start: npt.ArrayLike,
    demand_at: npt.ArrayLike,
    distance_m: npt.ArrayLike,
    *,
    demand_ids: Sequence[Any] | pd.Index,
    site_ids: Sequence[Any] | pd.Index,
) -> SiteLinks:
    """Take a ready sparse matrix of distances, a row for each site.

    Examples
    --------
    >>> found = site_links_from_csr([0, 2], [1, 0], [40.0, 30.0], demand_ids=["a", "b"],
    ...                             site_ids=["x"])
    >>> found.demand_at.tolist(), found.distance_m.tolist()
    ([0, 1], [30.0, 40.0])
    """
    found = SiteLinks(
        pd.Index(demand_ids),
        pd.Index(site_ids),
        np.asarray(start, np.int64),
        np.asarray(demand_at),
        np.asarray(distance_m, np.float64),
    )
    require(_shape_problems(found), LayerError)
    require(_link_problems(found), LayerError)
    found = replace(found, demand_at=found.demand_at.astype(np.int32, copy=False))
    return found._kept(~np.isinf(found.distance_m))._rising()  # noqa: SLF001 -- its own module


def _shape_problems(found: SiteLinks) -> list[Problem]:
    """Say what keeps the arrays from being sparse rows over the ids."""
    problems = [
        Problem(
            f"{name_zh}编号有 {int(ids.duplicated().sum())} 个重复，例如 "
            f"{ids[ids.duplicated()][0]!r}；请使编号唯一。",
            f"{counted(int(ids.duplicated().sum()), f'{name_en} id', 'repeat')}, for example "
            f"{ids[ids.duplicated()][0]!r}; make them unique.",
            where=where,
        )
        for ids, name_zh, name_en, where in (
            (found.demand_ids, "需求", "demand", "demand_ids"),
            (found.site_ids, "站点", "site", "site_ids"),
        )
        if ids.has_duplicates
    ]
    start, links = found.start, found.demand_at.size
    fits = (
        start.size == len(found.site_ids) + 1
        and start[0] == 0
        and start[-1] == links
        and bool((np.diff(start) >= 0).all())
        and found.distance_m.size == links
    )
    if not fits:
        problems.append(
            Problem(
                f"行指针、需求位置和距离不相配：{len(found.site_ids)} 个站点，"
                f"{start.size} 个指针，{links} 个位置，{found.distance_m.size} 个距离。",
                f"Row pointers, positions and distances do not fit together: "
                f"{counted(len(found.site_ids), 'site')}, {start.size} pointers, {links} "
                f"positions, {found.distance_m.size} distances.",
                where="start",
            ),
        )
    outside = int(((found.demand_at < 0) | (found.demand_at >= len(found.demand_ids))).sum())
    if outside:
        problems.append(
            Problem(
                f"{outside} 条链接指向不存在的需求位置。",
                f"{counted(outside, 'link', 'point')} to a demand position that does not exist.",
                where="demand_at",
            ),
        )
    return problems


def _link_problems(found: SiteLinks) -> list[Problem]:
    """Say which lengths are no lengths."""
    missing = int(np.isnan(found.distance_m).sum())
    negative = int((found.distance_m < 0).sum())
    if not missing and not negative:
        return []
    return [
        Problem(
            f"{missing} 条链接没有距离，{negative} 条链接的距离是负数；请重新计算链接。",
            f"{counted(missing, 'link', 'have')} no length and {negative} a negative one; make the "
            "links again.",
            where="distance_m",
        ),
    ]


def read_weights(weights: pd.Series | npt.ArrayLike, links: SiteLinks) -> Floats:
    """Put the weights of the demands in the order of the links."""
    ids = links.demand_ids
    if isinstance(weights, pd.Series):
        if weights.index.has_duplicates:
            raise LayerError(
                f"权重表中有 {int(weights.index.duplicated().sum())} 个需求编号重复。",
                f"{counted(int(weights.index.duplicated().sum()), 'demand id', 'repeat')} in the "
                "weights.",
                where="weights",
            )
        weights = weights.reindex(ids).to_numpy(dtype=np.float64, na_value=np.nan)
    values = np.asarray(weights, np.float64)
    if values.shape != (len(ids),):
        raise LayerError(
            f"应有 {len(ids)} 个权重，实有 {values.size} 个。",
            f"{counted(len(ids), 'weight', 'are')} needed, {values.size} are given.",
            where="weights",
        )
    problems = []
    for wrong, zh, en in (
        (
            np.isnan(values),
            "没有权重；不知道的不等于 0，请补上或去掉这些需求",
            "no weight; unknown is not zero, so give one or leave these demands out",
        ),
        (values < 0, "的权重是负数", "a negative weight"),
        (np.isinf(values), "的权重是无穷大", "an infinite weight"),
    ):
        if wrong.any():
            first = ids[int(np.argmax(wrong))]
            problems.append(
                Problem(
                    f"{int(wrong.sum())} 个需求{zh}，例如 {first!r}。",
                    f"{counted(int(wrong.sum()), 'demand', 'have')} {en}; for example {first!r}.",
                    where="weights",
                ),
            )
    require(problems, LayerError)
    return values
