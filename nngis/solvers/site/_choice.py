"""The rules of a plan as arrays, once all that contradicts itself has been said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.errors import InfeasibleError, LayerError, ParameterError, Problem, require
from nngis.solvers.site._numba_limits import Limits
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import Ints
from nngis.text import counted

FREE, EXISTING, MANDATORY, FORBIDDEN = range(4)
ROLES = ("chosen", "existing", "mandatory", "forbidden")
SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class Packing:
    """What limits the open sites: one sum of costs, and groups with a largest number.

    Parameters
    ----------
    cost : (m,) float array
        Cost of each site.
    budget : float
        What the open ones may cost together.
    members : (g, m) sparse bool matrix
        Sites of each group.
    cap : (g,) int64 array
        How many of each group may be open.
    """

    cost: Floats
    budget: float
    members: sparse.csr_matrix
    cap: Ints

    @property
    def limits(self) -> Limits:
        """The limits in the form that compiled code takes."""
        of = self.members.T.tocsr().sorted_indices()
        start, item = of.indptr.astype(np.int64), of.indices.astype(np.int64)
        return Limits(self.cost, start, item, self.cap)

    def after(self, opened: Bools) -> "Packing":
        """Return what is left when some sites are open."""
        return replace(
            self,
            budget=self.budget - float(self.cost[opened].sum()),
            cap=self.cap - self.members @ opened.astype(np.int64),
        )

    def keep(self, sites: Bools) -> "Packing":
        """Return the limits on some of the sites alone, without groups that cannot bind."""
        members = self.members[:, np.flatnonzero(sites)]
        binds = np.diff(members.indptr) > self.cap
        return Packing(self.cost[sites], self.budget, members[binds].tocsr(), self.cap[binds])

    def may_open(self) -> Bools:
        """Tell which sites fit in what is left, each by itself."""
        barred = self.members.T @ (self.cap <= 0)
        return np.asarray((self.cost <= self.budget) & ~barred.astype(bool))

    def allows(self, opened: Bools) -> bool:
        """Whether a choice of sites keeps every limit."""
        rest = self.after(opened)
        return rest.budget >= 0 and bool((rest.cap >= 0).all())


@dataclass(frozen=True, eq=False)
class Choice:
    """The rules of one question.

    Parameters
    ----------
    role : (m,) int64 array
        FREE, EXISTING, MANDATORY or FORBIDDEN.
    packing : Packing
        The limits on all sites; those that exist cost nothing.
    """

    role: Ints
    packing: Packing

    @property
    def given(self) -> Bools:
        """Sites that are open whatever is chosen."""
        return np.asarray((self.role == EXISTING) | (self.role == MANDATORY))

    @property
    def free(self) -> Bools:
        """Sites that may be opened or not."""
        return np.asarray(self.role == FREE)


def read_choice(
    rules: SiteRules,
    site_ids: pd.Index,
    p: int | None,
    *,
    cost: pd.Series | None = None,
    budget: float | None = None,
    unlimited: bool = False,
) -> Choice:
    """Turn rules into arrays."""
    role = _read_roles(rules, site_ids)
    members, cap = _read_groups(rules, site_ids)
    counted = budget is None and not (unlimited and cost is not None)
    each = np.ones(len(site_ids)) if counted else _read_costs(cost, site_ids, role)
    each[role == EXISTING] = 0.0
    free = int((role == FREE).sum())
    candidates = free + int((role == MANDATORY).sum())
    limit = np.inf if unlimited else _read_limit(p, budget, candidates)
    # What exists is a fact: it fills a group, but cannot break it.
    existing = members @ (role == EXISTING).astype(np.int64)
    cap = np.maximum(cap, existing)
    # A number is exact; sums of money may differ in the last digit.
    slack = 0.0 if budget is None else SLACK * limit
    packing = Packing(each, limit + slack, members, cap)
    choice = Choice(role, packing)
    require(_clashes(choice, rules, site_ids, limit, counts=budget is None), InfeasibleError)
    return choice


def _read_roles(rules: SiteRules, site_ids: pd.Index) -> Ints:
    """Give each site its role; say which ids are unknown or have two roles."""
    role = np.full(len(site_ids), FREE)
    unknown, doubled = [], []
    for value, ids in (
        (EXISTING, rules.existing),
        (MANDATORY, rules.mandatory),
        (FORBIDDEN, rules.forbidden),
    ):
        at = site_ids.get_indexer(pd.Index(list(ids), dtype=site_ids.dtype).unique())
        if (at < 0).any():
            known = set(site_ids)
            unknown.append((ROLES[value], [one for one in ids if one not in known]))
        at = at[at >= 0]
        twice = at[role[at] != FREE]
        doubled += [(site_ids[one], ROLES[role[one]], ROLES[value]) for one in twice]
        role[at] = value
    require(
        [
            Problem(
                f"规则 {name} 提到 {len(ids)} 个不存在的站点，例如 {ids[0]!r}。",
                f"The rule {name!r} names {counted(len(ids), 'unknown site')}, "
                f"for example {ids[0]!r}.",
                where=name,
            )
            for name, ids in unknown
        ],
        LayerError,
    )
    require(
        [
            Problem(
                f"站点 {one!r} 同时被列为 {first} 和 {second}；请只保留一个。",
                f"Site {one!r} is both {first} and {second}; keep one of the two.",
                where=second,
            )
            for one, first, second in doubled
        ],
        InfeasibleError,
    )
    return role


def _read_groups(rules: SiteRules, site_ids: pd.Index) -> tuple[sparse.csr_matrix, Ints]:
    """Turn the groups into a sparse matrix."""
    sizes = [len(group.site_ids) for group in rules.at_most]
    named = [one for group in rules.at_most for one in group.site_ids]
    at = site_ids.get_indexer(pd.Index(named, dtype=site_ids.dtype))
    if (at < 0).any():
        first = named[int(np.argmax(at < 0))]
        raise LayerError(
            f"分组规则提到 {int((at < 0).sum())} 个不存在的站点，例如 {first!r}。",
            f"The groups name {counted(int((at < 0).sum()), 'unknown site')}, "
            f"for example {first!r}.",
            where="at_most",
        )
    members = sparse.csr_matrix(
        (np.ones(len(named), np.int64), (np.repeat(np.arange(len(sizes)), sizes), at)),
        shape=(len(sizes), len(site_ids)),
    )
    members.data[:] = 1
    return members, np.array([group.most for group in rules.at_most], np.int64)


def _read_costs(cost: pd.Series | None, site_ids: pd.Index, role: Ints) -> Floats:
    """Put the costs in the order of the sites; those that exist need none."""
    if cost is None:
        raise ParameterError(
            "给了预算就要给每个站点的费用（cost）。",
            "A budget needs the cost of each site.",
            where="cost",
        )
    values: Floats = cost.reindex(site_ids).to_numpy(dtype=np.float64, na_value=np.nan).copy()
    values[role == EXISTING] = 0.0
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        raise LayerError(
            f"{int(wrong.sum())} 个站点没有费用或费用为负，例如 {site_ids[wrong][0]!r}。",
            f"{counted(int(wrong.sum()), 'site', 'have')} no cost or a negative one, "
            f"for example {site_ids[wrong][0]!r}.",
            where="cost",
        )
    return values


def _read_limit(p: int | None, budget: float | None, candidates: int) -> float:
    """Return the number or the budget, whichever is given."""
    if (p is None) == (budget is None):
        raise ParameterError(
            "请给出站点数 p 或预算 budget，二者取一。",
            "Give either the number of sites p or a budget.",
            where="p, budget",
        )
    if p is None:
        money = np.nan if budget is None else float(budget)
        if not 0 <= money < np.inf:
            raise ParameterError(
                f"预算不能是负数、空值或无穷大，现为 {budget}。",
                f"A budget is not negative, missing or infinite; it is {budget}.",
                where="budget",
            )
        return money
    if p < 0:
        raise ParameterError(
            f"站点数不能是负数，现为 {p}。",
            f"The number of sites is not negative; it is {p}.",
            where="p",
        )
    if p > candidates:
        raise InfeasibleError(
            f"要建 {p} 个站点，但只有 {candidates} 个可用候选点；请减少数量或增加候选点。",
            f"{counted(p, 'site', 'are')} to be opened, but there are only "
            f"{counted(candidates, 'candidate')}; lower the number or add candidates.",
            where="p",
        )
    return float(p)


def _clashes(
    choice: Choice, rules: SiteRules, site_ids: pd.Index, limit: float, *, counts: bool
) -> list[Problem]:
    """Say what the mandatory sites break."""
    must = choice.role == MANDATORY
    packing = choice.packing
    needed = float(packing.cost[must].sum())
    problems = []
    if needed > packing.budget:
        zh = "站点数上限" if counts else "预算"
        en = "number of sites" if counts else "budget"
        problems.append(
            Problem(
                f"{int(must.sum())} 个必选站点合计需要 {needed:g}，超过{zh} {limit:g}。",
                f"The {counted(int(must.sum()), 'mandatory site', 'need')} {needed:g}, more than "
                f"the {en} {limit:g}.",
                where="mandatory",
            ),
        )
    inside = packing.members @ must.astype(np.int64)
    rest = packing.after(choice.given)
    broken = np.flatnonzero((rest.cap < 0) & (inside > 0))
    if broken.size:
        group = broken[0]
        clash = _first_ids(site_ids, choice.given & _row(packing.members, group))
        problems.append(
            Problem(
                f"必选站点违反 {broken.size} 条限制，例如“{rules.at_most[group].name}”："
                f"{clash} 中最多只能开 {int(packing.cap[group])} 个。",
                f"Mandatory sites break {counted(broken.size, 'limit')}, for example "
                f"{rules.at_most[group].name!r}: of {clash} at most "
                f"{int(packing.cap[group])} may be open.",
                where="mandatory",
            ),
        )
    return problems


def _row(members: sparse.csr_matrix, group: int) -> Bools:
    found = np.zeros(members.shape[1], bool)
    found[members.indices[members.indptr[group] : members.indptr[group + 1]]] = True
    return found


def _first_ids(site_ids: pd.Index, chosen: Bools, most: int = 5) -> str:
    ids: Sequence[Any] = list(site_ids[chosen][:most])
    return ", ".join(repr(one) for one in ids)
