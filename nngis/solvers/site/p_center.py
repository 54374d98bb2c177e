"""p-center: p sites that bring the farthest demand as near as can be."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.errors import InfeasibleError
from nngis.solvers.site._choice import FORBIDDEN, Choice, read_choice
from nngis.solvers.site._effort import Effort, start_effort
from nngis.solvers.site._full_cover import FullCover
from nngis.solvers.site._numba_center import farthest_without
from nngis.solvers.site._numba_limits import fill_of
from nngis.solvers.site._table import site_table
from nngis.solvers.site.answer import SiteAnswer, relative_gap, status_of
from nngis.solvers.site.lscp import cover_rest
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks
from nngis.text import Text

NO_RULES = SiteRules()
FIRST_S = 1.0
# A cost is above the limit where rounding cannot have put it there.
WHOLE = 1e-9


def solve_p_center(
    links: SiteLinks,
    p: int | None = None,
    *,
    cost: pd.Series | None = None,
    budget: float | None = None,
    rules: SiteRules = NO_RULES,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
) -> SiteAnswer:
    """Choose sites so that the largest distance from a demand to a site is least.

    The answer is the length of some link. The lengths are halved again and again: where the
    cheapest sites that cover every demand within a length keep to the number or budget, the
    answer is no longer; where they are proved not to, it is longer.

    Parameters
    ----------
    links : SiteLinks
        Who can be served from where.
    p : int, optional
        Largest number of sites to open; those that exist are not counted.
    cost : Series, optional
        Cost of each site, by site id; needed with a budget.
    budget : float, optional
        What the opened sites may cost, in place of `p`; in the unit of `cost`.
    rules : SiteRules
        Sites that exist, must, or must not be opened; groups of which only some may be.
    gap : float
        Relative gap to stop at.
    time_limit_s : float
        Time allowed [s]; then the best selection is given with the gap that is proved.

    Returns
    -------
    SiteAnswer
        The objective is the largest distance of a reachable demand to an open site [m];
        `unreached` names the demands without a link to any allowed site. In the table,
        `marginal` is how much longer the largest distance is without a site; it is infinite
        where a demand would have no link left.

    Raises
    ------
    LayerError
        If rules name unknown sites or costs are missing.
    ParameterError
        If an option is out of bounds.
    InfeasibleError
        If p is larger than the candidates, the rules contradict each other, or the sites allowed
        cannot reach every reachable demand.

    References
    ----------
    E. Minieka, "The m-center problem", SIAM Review 12 (1970).

    Examples
    --------
    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> row = site_links_from_csr([0, 3, 6, 9], [0, 1, 2] * 3,
    ...                           [0.0, 10.0, 20.0, 10.0, 0.0, 10.0, 20.0, 10.0, 0.0],
    ...                           demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> found = solve_p_center(row, 1)
    >>> found.selected, found.objective, found.status
    (('y',), 10.0, 'optimal')
    """
    effort = start_effort(gap, time_limit_s)
    choice = read_choice(rules, links.site_ids, p, cost=cost, budget=budget)
    allowed = (choice.role != FORBIDDEN)[links.site_at]
    n = len(links.demand_ids)
    least = np.full(n, np.inf)
    np.minimum.at(least, links.demand_at[allowed], links.distance_m[allowed])
    reached = np.isfinite(least)
    if not reached.any():
        raise InfeasibleError(
            "没有任何可用站点能到达需求；请检查半径、坐标或候选点。",
            "No allowed site reaches any demand; check the radius, the coordinates or the sites.",
            where="links",
        )
    lengths = np.unique(links.distance_m[allowed & reached[links.demand_at]])
    lengths = lengths[lengths >= least[reached].max()]
    opened, low, doubts = _halve(links, lengths, choice, reached, effort)
    objective = float(_nearest(links, opened)[reached].max())
    bound = min(objective, float(lengths[low]))
    return SiteAnswer(
        problem="p_center",
        sense="min",
        selected=tuple(links.site_ids[opened]),
        objective=objective,
        bound=bound,
        status=status_of(relative_gap(-objective, -bound), gap, timed_out=effort.is_over),
        seconds=effort.spent_s,
        sites=_describe(links, choice, opened, reached, objective),
        unreached=tuple(links.demand_ids[~reached]),
        notes=doubts,
    )


def _halve(
    links: SiteLinks, lengths: Floats, choice: Choice, reached: Bools, effort: Effort
) -> tuple[Bools, int, tuple[Text, ...]]:
    """Return a selection, the position of the least length not excluded, and doubts."""
    low, high = 0, lengths.size - 1
    # The first cover is needed whatever the time limit is.
    first = effort if effort.left_s > FIRST_S else start_effort(effort.gap, FIRST_S)
    found = _cover_within(links, float(lengths[high]), choice, reached, first)
    if found.is_open is None or found.cost > choice.packing.budget:
        raise _no_cover(found, choice, int(reached.sum()))
    opened, doubts = found.is_open, found.doubts
    while low < high and not effort.is_over:
        high = int(np.searchsorted(lengths, _nearest(links, opened)[reached].max()))
        if low >= high or lengths[low] >= lengths[high] * (1 - effort.gap):
            break
        middle = (low + high) // 2
        found = _cover_within(links, float(lengths[middle]), choice, reached, effort)
        doubts = tuple(dict.fromkeys(doubts + found.doubts))
        if found.bound > choice.packing.budget * (1 + WHOLE):
            low = middle + 1
        elif found.is_open is not None and found.cost <= choice.packing.budget:
            opened = found.is_open
        else:
            break  # neither was shown in the time left
    return opened, low, doubts


def _cover_within(
    links: SiteLinks, radius_m: float, choice: Choice, reached: Bools, effort: Effort
) -> FullCover:
    """Cover every reachable demand within a radius at least cost, or as far as that is enough."""
    near = links.within(radius_m)
    covers = sparse.csr_matrix(
        (np.ones(near.demand_at.size, np.int64), near.demand_at, near.start),
        shape=(len(links.site_ids), reached.size),
    )
    # The limit is what is asked about: without it, the cost tells how far it is missed.
    free = replace(choice, packing=replace(choice.packing, budget=np.inf))
    return cover_rest(covers, reached, free, effort, enough=choice.packing.budget)


def _no_cover(found: FullCover, choice: Choice, left: int) -> InfeasibleError:
    """Say that what is allowed does not reach everybody."""
    limit = choice.packing.budget
    proved = found.bound > limit * (1 + WHOLE)
    return InfeasibleError(
        f"在上限 {limit:g} 内{'没有' if proved else '未能在时限内找到'}能到达全部 {left} 个"
        "可达需求的方案；请增加站点数或预算，或放宽链接距离。",
        f"Within the limit of {limit:g} {'no' if proved else 'and the time no'} selection reaches "
        f"all of the {left} reachable demands; allow more sites, more money or longer links.",
        where="p",
    )


def _nearest(links: SiteLinks, opened: Bools) -> Floats:
    nearest = np.full(len(links.demand_ids), np.inf)
    mine = opened[links.site_at]
    np.minimum.at(nearest, links.demand_at[mine], links.distance_m[mine])
    return nearest


def _describe(
    links: SiteLinks, choice: Choice, opened: Bools, reached: Bools, objective: float
) -> pd.DataFrame:
    """Say how much each open site matters, and which closed one would take its place best."""
    limits = choice.packing.limits
    without, runner, replaced = farthest_without(
        (links.start, links.demand_at, links.distance_m),
        opened,
        choice.free,
        reached,
        (limits, fill_of(limits, opened), choice.packing.budget),
    )
    return site_table(
        links.site_ids,
        choice,
        opened,
        marginal=without - objective,
        runner=runner,
        runner_objective=replaced,
    )
