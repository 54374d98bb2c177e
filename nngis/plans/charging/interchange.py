"""Of choices that cover as much, the nearer one; and what each site is worth in its choice.

A covering question has many best answers. Sites are exchanged one for one, as long as no less
weight is covered and the weighted distance of the covered demand becomes shorter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from nngis.arrays import Bools, Floats, Positions
from nngis.solvers.site import AtMost, SiteLinks

ROUNDS = 20  # passes over the open sites; two or three are enough as a rule
SAME = 1e-9  # relative: sums that differ by less are equal


@dataclass(frozen=True, eq=False)
class Exchange:
    """What may be exchanged for what.

    Parameters
    ----------
    reach : SiteLinks
        Who covers whom, how far.
    weights : (n,) float array
        Weight of each demand.
    held, barred : (m,) bool array
        Sites that stay open, and sites that stay closed.
    at_most : sequence of AtMost
        Groups of which only so many may be open.
    cost : (m,) float array
        Cost of each site.
    budget : float or None
        What the new sites may cost.
    """

    reach: SiteLinks
    weights: Floats
    held: Bools
    barred: Bools
    at_most: Sequence[AtMost]
    cost: Floats
    budget: float | None

    @cached_property
    def ready(self) -> "_Ready":
        """The same with its matrices."""
        return _ready(self)


@dataclass(frozen=True, eq=False)
class _Ready:
    """An exchange with its matrices made."""

    asked: Exchange
    by_site: sparse.csr_matrix
    members: sparse.csc_matrix
    groups: sparse.csr_matrix
    most: Floats

    @cached_property
    def by_demand(self) -> sparse.csc_matrix:
        """The columns of `by_site`: which sites cover each demand."""
        return self.by_site.tocsc()


def nearer(exchange: Exchange, is_open: Bools) -> Bools:
    """Exchange sites as long as no less is covered and what is covered comes nearer.

    Examples
    --------
    >>> from nngis.solvers.site import site_links_from_csr
    >>> reach = site_links_from_csr([0, 1, 2], [0, 0], [900.0, 100.0], demand_ids=["a"],
    ...                             site_ids=["far", "near"])
    >>> no = np.zeros(2, bool)
    >>> nearer(Exchange(reach, np.ones(1), no, no, (), np.ones(2), None), np.array([True, False]))
    array([False,  True])
    """
    ready = exchange.ready
    is_open = is_open.copy()
    served = _served(ready, is_open)
    same = SAME * max(1.0, float(exchange.weights.sum()))
    for _ in range(ROUNDS):
        changed = False
        for site in np.flatnonzero(is_open & ~exchange.held):
            others, gain = _tries(ready, is_open, served, int(site))
            keep = gain >= -same
            if not _alone(ready, served, int(site)).size:
                # Every closed site covers as much: only those about it are worth a look.
                keep &= np.isin(others, _about(ready, int(site))) | (gain > same)
            keeps, gain = others[keep], gain[keep]
            shorter = _shorter(ready, served, int(site), keeps)
            good = (gain > same) | (shorter > same)
            if not good.any():
                continue
            order = np.lexsort((keeps[good], -shorter[good], -np.round(gain[good], 9)))
            is_open[site], is_open[keeps[good][order[0]]] = False, True
            served, changed = _served(ready, is_open), True
        if not changed:
            break
    return is_open


def worths(exchange: Exchange, is_open: Bools) -> pd.DataFrame:
    """Say what is lost without each open site, and which closed one would replace it best."""
    ready = exchange.ready
    ids, weights = exchange.reach.site_ids, exchange.weights
    served = _served(ready, is_open)
    covered = float(weights[np.isfinite(served.first)].sum())
    rows = []
    for site in np.flatnonzero(is_open & ~exchange.held):
        lost = float(weights[_alone(ready, served, int(site))].sum())
        others, gain = _tries(ready, is_open, served, int(site))
        runner, after = None, np.nan
        if others.size:
            best = np.lexsort((others, -np.round(gain, 9)))[0]
            runner, after = ids[others[best]], covered + float(gain[best])
        rows.append((ids[site], lost, runner, after))
    columns = ["site_id", "marginal", "runner_up", "runner_up_covered"]
    return pd.DataFrame(rows, columns=columns).set_index("site_id")


def marginals(exchange: Exchange, is_open: Bools) -> pd.Series:
    """Say what is lost without each open site that may be closed."""
    served = _served(exchange.ready, is_open)
    alone = (served.owner >= 0) & np.isinf(served.second)
    lost = np.bincount(served.owner[alone], exchange.weights[alone], minlength=is_open.size)
    free = np.flatnonzero(is_open & ~exchange.held)
    ids = exchange.reach.site_ids[free].rename("site_id")
    return pd.Series(lost[free], ids, name="marginal")


def grow(exchange: Exchange, wanted: Bools, count: int, *, existing: Bools) -> Bools:
    """Open what is held, what is wanted, and then what adds most, as far as the rules go.

    Parameters
    ----------
    exchange : Exchange
        What must stay open, what may not be, groups and budget.
    wanted : (m,) bool array
        Sites that come before the others.
    count : int
        The most that are opened, those that exist not counted.
    existing : (m,) bool array
        Sites that exist.

    Returns
    -------
    (m,) bool array
        Open sites.

    Examples
    --------
    >>> from nngis.solvers.site import site_links_from_csr
    >>> reach = site_links_from_csr([0, 1, 2, 4], [0, 1, 1, 2], [1.0] * 4,
    ...                             demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> no = np.zeros(3, bool)
    >>> question = Exchange(reach, np.array([1.0, 5.0, 4.0]), no, no, (), np.ones(3), None)
    >>> grow(question, np.array([True, False, False]), 2, existing=no)
    array([ True, False,  True])
    """
    ready = exchange.ready
    reach, now = exchange.reach, exchange.held.copy()
    all_ = now | (wanted & ~exchange.barred)
    if int((all_ & ~existing).sum()) <= count and _fits(ready, all_):
        now = all_  # in whatever turn
    left = exchange.weights.copy()
    left[reach.demand_at[now[reach.site_at]]] = 0.0
    for asked, least in ((wanted, 0.0), (~wanted, np.finfo(float).tiny)):
        may = asked & ~exchange.barred & ~now
        while int((now & ~existing).sum()) < count:
            may &= ~now & _joins(ready, now)
            adds = np.where(may, ready.by_site @ left, -1.0)
            at = int(adds.argmax())
            if adds[at] < least:
                break
            now[at] = True
            left[reach.demand_at[reach.start[at] : reach.start[at + 1]]] = 0.0
    return now


def _fits(ready: _Ready, is_open: Bools) -> bool:
    """Tell whether these sites may all be open, one opened after the other."""
    spent = float(ready.asked.cost[is_open].sum())
    within = ready.asked.budget is None or spent <= ready.asked.budget
    return bool(within and (ready.members @ is_open <= ready.most).all())


def _joins(ready: _Ready, is_open: Bools) -> Bools:
    """Tell which sites may be opened beside those that are open."""
    full = ready.most - ready.members @ is_open < 1
    good = np.asarray(ready.groups @ full.astype(float) == 0.0, bool)
    if ready.asked.budget is not None:
        spent = float(ready.asked.cost[is_open].sum())
        good &= spent + ready.asked.cost <= ready.asked.budget
    return good


@dataclass(frozen=True, eq=False)
class _Served:
    """How each demand is served, and what each site would add to what is covered.

    For each demand its nearest open site, how far that is, and how far the next one.
    """

    first: Floats
    owner: Positions
    second: Floats
    adds: Floats


def _served(ready: _Ready, is_open: Bools) -> _Served:
    reach, weights = ready.asked.reach, ready.asked.weights
    link, site = reach.of_sites(np.flatnonzero(is_open))
    demand, away = reach.demand_at[link], reach.distance_m[link]
    n = len(reach.demand_ids)
    first, second = np.full(n, np.inf), np.full(n, np.inf)
    np.minimum.at(first, demand, away)
    owner = np.full(n, -1, np.intp)
    nearest = away == first[demand]
    owner[demand[nearest][::-1]] = site[nearest][::-1]  # of several the first
    other = owner[demand] != site
    np.minimum.at(second, demand[other], away[other])
    return _Served(first, owner, second, ready.by_site @ np.where(np.isinf(first), weights, 0.0))


def _ready(exchange: Exchange) -> _Ready:
    reach = exchange.reach
    shape = (len(reach.site_ids), len(reach.demand_ids))
    ones = np.ones(reach.demand_at.size)
    matrix = sparse.csr_matrix((ones, reach.demand_at, reach.start), shape=shape)
    sizes = [len(group.site_ids) for group in exchange.at_most]
    row = np.repeat(np.arange(len(sizes)), sizes)
    named = [one for group in exchange.at_most for one in group.site_ids]
    index = (row, reach.site_ids.get_indexer(pd.Index(named, dtype=reach.site_ids.dtype)))
    members = sparse.coo_matrix(
        (np.ones(index[0].size), index), shape=(len(exchange.at_most), shape[0])
    )
    most = np.array([group.most for group in exchange.at_most], float)
    members = members.tocsc()
    return _Ready(exchange, matrix, members, members.T, most)


def _alone(ready: _Ready, served: _Served, site: int) -> Positions:
    """List the demands that the site alone covers."""
    mine, _ = ready.asked.reach.of_sites(np.array([site]))
    own = ready.asked.reach.demand_at[mine]
    alone = (served.owner[own] == site) & np.isinf(served.second[own])
    return np.asarray(own[alone], np.intp)


def _tries(ready: _Ready, is_open: Bools, served: _Served, site: int) -> tuple[Positions, Floats]:
    """List the closed sites that could replace a site, and the change of cover by each."""
    weights = ready.asked.weights
    others = np.flatnonzero(~is_open & ~ready.asked.barred)
    others = others[_allowed(ready, is_open, site, others)]
    alone = _alone(ready, served, site)
    kept = np.asarray(ready.by_demand[:, alone] @ weights[alone])
    return others, served.adds[others] + kept[others] - float(weights[alone].sum())


def _about(ready: _Ready, site: int) -> Positions:
    """List the sites that cover the heaviest demand that the site covers."""
    mine, _ = ready.asked.reach.of_sites(np.array([site]))
    own = ready.asked.reach.demand_at[mine]
    if not own.size:
        return np.array([], np.intp)
    key = own[np.argmax(ready.asked.weights[own])]
    start = ready.by_demand.indptr
    return np.asarray(ready.by_demand.indices[start[key] : start[key + 1]], np.intp)


def _shorter(ready: _Ready, served: _Served, site: int, others: Positions) -> Floats:
    """Say by how much the weighted distance shrinks if another site takes the place of one."""
    near = np.where(served.owner == site, served.second, served.first)
    both = np.append(others, site)
    reach, weights = ready.asked.reach, ready.asked.weights
    link, _ = reach.of_sites(both)
    at = np.repeat(np.arange(both.size), reach.start[both + 1] - reach.start[both])
    demand, away = reach.demand_at[link], reach.distance_m[link]
    new = np.isinf(near[demand])
    saved = np.where(new, -away, np.maximum(np.where(new, 0.0, near[demand]) - away, 0.0))
    total = np.bincount(at, weights[demand] * saved, minlength=both.size)
    return np.asarray(total[:-1] - total[-1], np.float64)


def _allowed(ready: _Ready, is_open: Bools, site: int, others: Positions) -> Bools:
    """Tell which exchanges keep the groups and the budget."""
    good = np.ones(others.size, bool)
    if ready.most.size:
        room = ready.most - ready.members @ is_open
        own = slice(*ready.members.indptr[site : site + 2])
        room[ready.members.indices[own]] += ready.members.data[own]
        full = room < 1
        if full.any():
            good &= (ready.groups @ full.astype(float))[others] == 0.0
    if ready.asked.budget is not None:
        spent = ready.asked.cost[is_open].sum() - ready.asked.cost[site]
        good &= ready.asked.cost[others] <= np.maximum(
            ready.asked.budget - spent, ready.asked.cost[site]
        )
    return good
