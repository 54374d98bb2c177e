"""Location set covering: the fewest or cheapest sites that leave no demand uncovered."""

import math

import numpy as np
import pandas as pd
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.errors import InfeasibleError
from nngis.solvers.site._choice import EXISTING, FORBIDDEN, FREE, MANDATORY, Choice, read_choice
from nngis.solvers.site._cover import make_cover
from nngis.solvers.site._effort import Effort, start_effort
from nngis.solvers.site._full_cover import FullCover, cheapest_cover
from nngis.solvers.site._numba_cover import fresh_state, runners_up
from nngis.solvers.site._table import site_table
from nngis.solvers.site.answer import SiteAnswer, confirm, relative_gap, status_of
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks
from nngis.text import counted

NO_RULES = SiteRules()


def solve_lscp(
    links: SiteLinks,
    *,
    radius_m: float | None = None,
    cost: pd.Series | None = None,
    rules: SiteRules = NO_RULES,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
) -> SiteAnswer:
    """Choose the fewest sites that cover every demand that can be covered.

    Demands covered whenever another one is and sites inside others are dropped, sites without
    alternative opened, again and again; greedy choice and annealing with ever fewer sites find a
    cover; the relaxation bounds it and HiGHS settles the rest.

    Parameters
    ----------
    links : SiteLinks
        Who can serve whom.
    radius_m : float, optional
        Longest link that covers [m]; every link does, if absent.
    cost : Series, optional
        Cost of each site, by site id; each counts 1, if absent.
    rules : SiteRules
        Sites that exist, must, or must not be opened; groups of which only some may be.
    gap : float
        Relative gap to stop at.
    time_limit_s : float
        Time allowed [s].

    Returns
    -------
    SiteAnswer
        The objective is the number or cost of the sites to open, without those that exist;
        `unreached` names the demands that no allowed site covers: all others are covered. In the
        table, `marginal` is the number of demands that a site alone covers, and the runner-up is
        the cheapest site that could take its place with all demands still covered.

    Raises
    ------
    LayerError
        If rules name unknown sites or costs are missing or negative.
    ParameterError
        If an option is out of bounds.
    InfeasibleError
        If no allowed site reaches any demand, or no selection that keeps the rules covers all.

    References
    ----------
    C. Toregas, R. Swain, C. ReVelle and L. Bergman, "The location of emergency service
    facilities", Operations Research 19 (1971).

    Examples
    --------
    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> reach = site_links_from_csr([0, 2, 4, 5], [0, 1, 1, 2, 2], [1.0] * 5,
    ...                             demand_ids=["a", "b", "c", "d"], site_ids=["x", "y", "z"])
    >>> answer = solve_lscp(reach)
    >>> answer.selected, answer.objective, answer.unreached
    (('x', 'y'), 2.0, ('d',))
    """
    effort = start_effort(gap, time_limit_s)
    reach = links.within(radius_m)
    choice = read_choice(rules, reach.site_ids, None, cost=cost, unlimited=True)
    covers = sparse.csr_matrix(
        (np.ones(reach.demand_at.size, np.int64), reach.demand_at, reach.start),
        shape=(len(reach.site_ids), len(reach.demand_ids)),
    )
    allowed = choice.role != FORBIDDEN
    reached = np.asarray(covers.T @ allowed.astype(np.int64)) > 0
    if not reached.any():
        raise InfeasibleError(
            f"{int(allowed.sum())} 个可用站点都够不到任何需求（共 {reached.size} 个）；"
            "请检查半径、坐标或候选点。",
            f"None of {counted(int(allowed.sum()), 'allowed site')} reaches any of the "
            f"{reached.size} demands; check the radius, the coordinates or the candidates.",
            where="links",
        )
    found = cover_rest(covers, reached, choice, effort)
    is_open = _found_selection(found, int(reached.sum()))
    objective = _evaluate(reach, reached, choice, is_open, found.cost)
    bound = min(found.bound, objective)
    return SiteAnswer(
        problem="lscp",
        sense="min",
        selected=tuple(reach.site_ids[is_open]),
        objective=objective,
        bound=bound,
        status=status_of(relative_gap(-objective, -bound), effort.gap, timed_out=effort.is_over),
        seconds=effort.spent_s,
        sites=_sites(covers[:, np.flatnonzero(reached)], reach.site_ids, choice, is_open),
        unreached=tuple(reach.demand_ids[~reached]),
        notes=found.doubts,
    )


def cover_rest(
    covers: sparse.csr_matrix,
    reached: Bools,
    choice: Choice,
    effort: Effort,
    *,
    enough: float = -math.inf,
) -> FullCover:
    """Cover what the given sites leave, over all sites of a question."""
    given = choice.given
    left = reached & ~(np.asarray(covers.T @ given.astype(np.int64)) > 0)
    rows = covers[choice.free][:, np.flatnonzero(left)].T.tocsr()
    must = float(choice.packing.cost[choice.role == MANDATORY].sum())
    packing = choice.packing.after(given).keep(choice.free)
    found = cheapest_cover(rows, packing, effort, enough=enough - must)
    is_open = None
    if found.is_open is not None:
        is_open = given.copy()
        is_open[choice.free] = found.is_open
    return FullCover(is_open, found.cost + must, found.bound + must, found.doubts)


def _found_selection(found: FullCover, left: int) -> Bools:
    """Return the selection, or say that there is none."""
    if found.is_open is None:
        proved = math.isinf(found.bound)
        raise InfeasibleError(
            f"在这些限制下，{'没有' if proved else '时限内没有找到'}能覆盖全部 "
            f"{left} 个可达需求的方案；请放宽间距、类型上限或禁用名单，"
            "或改求最大覆盖（solve_mclp）。",
            f"Under these limits {'no' if proved else 'within the time limit no'} selection "
            f"covers all {left} demands that can be reached; relax the separation, the limits per "
            "kind or the forbidden sites, or ask for the largest cover (solve_mclp).",
            where="rules",
        )
    return found.is_open


def _evaluate(
    reach: SiteLinks, reached: Bools, choice: Choice, is_open: Bools, claimed: float
) -> float:
    """Check from the links that all is covered, and add up the cost again."""
    served = np.zeros(reached.size, bool)
    served[reach.demand_at[reach.is_of(is_open)]] = True
    confirm(0.0, float((reached & ~served).sum()), "lscp")
    fresh = is_open & (choice.role != EXISTING)
    return confirm(claimed, float(choice.packing.cost[fresh].sum()), "lscp")


def _sites(
    covers: sparse.csr_matrix, site_ids: pd.Index, choice: Choice, is_open: Bools
) -> pd.DataFrame:
    """Say which demands hang on a site alone, and which site could take its place."""
    question = make_cover(covers, np.ones((covers.shape[1], 1)), choice.packing)
    arrays = question.arrays
    alone = fresh_state(arrays, is_open).loss
    # The cost decides only between sites that keep the same number covered.
    cost = choice.packing.cost
    tie = 0.25 / max(float(cost.sum()), 1.0)
    priced = arrays._replace(linear=arrays.linear - tie * cost)
    state = fresh_state(priced, is_open)
    runner, change = runners_up(priced, state, choice.role == FREE, question.packing.budget)
    keeps = change > -0.5  # noqa: PLR2004 - each demand counts 1
    runner = np.where(keeps, runner, -1)
    after: Floats = float(cost[is_open].sum()) - cost + cost[runner]
    return site_table(
        site_ids, choice, is_open, marginal=alone, runner=runner, runner_objective=after
    )
