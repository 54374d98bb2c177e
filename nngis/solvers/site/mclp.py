"""Maximal covering: where a given number or budget of sites covers most demand, once or twice."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.errors import InfeasibleError, ParameterError
from nngis.solvers.site._best_cover import best_cover
from nngis.solvers.site._choice import FORBIDDEN, Choice, read_choice
from nngis.solvers.site._cover import CoverProblem, make_cover
from nngis.solvers.site._effort import Effort, Progress, start_effort
from nngis.solvers.site._numba_cover import fresh_state, runners_up
from nngis.solvers.site._table import site_table
from nngis.solvers.site.answer import SiteAnswer, confirm, relative_gap, status_of
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks, read_weights
from nngis.text import counted

NO_RULES = SiteRules()


def solve_mclp(
    links: SiteLinks,
    weights: pd.Series | npt.ArrayLike,
    p: int | None = None,
    *,
    radius_m: float | None = None,
    cost: pd.Series | None = None,
    budget: float | None = None,
    rules: SiteRules = NO_RULES,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> SiteAnswer:
    """Choose sites that cover the most demand.

    Demands that the same sites cover are merged and sites inside others dropped; greedy choice,
    exchanges and annealing find a selection; prices on the demands bound what any selection can
    cover; cuts on overlapping demands tighten that bound until it meets the selection, and what
    they leave open HiGHS settles in whole numbers.

    Parameters
    ----------
    links : SiteLinks
        Who can serve whom.
    weights : Series or (n,) array
        Weight of each demand, not negative; in the unit that the objective shall have.
    p : int, optional
        Largest number of sites to open; those that exist are not counted.
    radius_m : float, optional
        Longest link that covers [m]; every link does, if absent.
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
    progress : callable, optional
        Is called with the objective and the bound whenever one improves; if it returns something
        true, the best selection so far is the answer.

    Returns
    -------
    SiteAnswer
        The objective is the covered weight.

    Raises
    ------
    LayerError
        If weights are missing or negative, or rules name unknown sites.
    ParameterError
        If an option is out of bounds.
    InfeasibleError
        If the rules contradict each other or no allowed site reaches any demand.

    References
    ----------
    R. Church and C. ReVelle, "The maximal covering location problem", Papers of the Regional
    Science Association 32 (1974).

    Examples
    --------
    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> reach = site_links_from_csr([0, 2, 4, 5], [0, 1, 1, 2, 2], [1.0] * 5,
    ...                             demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> answer = solve_mclp(reach, [5.0, 1.0, 3.0], 1)
    >>> answer.selected, answer.objective, answer.status
    (('x',), 6.0, 'optimal')
    >>> solve_mclp(reach, [5.0, 1.0, 3.0], 2).selected
    ('x', 'y')
    """
    effort = start_effort(gap, time_limit_s, progress)
    reach = links.within(radius_m)
    choice = read_choice(rules, reach.site_ids, p, cost=cost, budget=budget)
    return _solve("mclp", reach, read_weights(weights, reach)[:, None], choice, effort)


def solve_backup_cover(
    links: SiteLinks,
    weights: pd.Series | npt.ArrayLike,
    p: int | None = None,
    *,
    backup_worth: float = 0.5,
    radius_m: float | None = None,
    cost: pd.Series | None = None,
    budget: float | None = None,
    rules: SiteRules = NO_RULES,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> SiteAnswer:
    """Choose sites that cover much demand once and, for something less, twice.

    Parameters
    ----------
    links : SiteLinks
        Who can serve whom.
    weights : Series or (n,) array
        Weight of each demand, not negative.
    p : int, optional
        Largest number of sites to open; those that exist are not counted.
    backup_worth : float
        Worth of a second cover as a share of the first, from 0 to 1.
    radius_m : float, optional
        Longest link that covers [m]; every link does, if absent.
    cost : Series, optional
        Cost of each site, by site id; needed with a budget.
    budget : float, optional
        What the opened sites may cost, in place of `p`; in the unit of `cost`.
    rules : SiteRules
        Sites that exist, must, or must not be opened; groups of which only some may be.
    gap : float
        Relative gap to stop at.
    time_limit_s : float
        Time allowed [s].
    progress : callable, optional
        Is called with the objective and the bound whenever one improves; if it returns something
        true, the best selection so far is the answer.

    Returns
    -------
    SiteAnswer
        The objective is the covered weight plus `backup_worth` times the weight covered by two
        sites or more.

    Raises
    ------
    LayerError
        If weights are missing or negative, or rules name unknown sites.
    ParameterError
        If an option is out of bounds.
    InfeasibleError
        If the rules contradict each other or no allowed site reaches any demand.

    References
    ----------
    K. Hogan and C. ReVelle, "Concepts and applications of backup coverage", Management Science
    32 (1986).

    Examples
    --------
    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> reach = site_links_from_csr([0, 1, 2, 3], [0, 0, 1], [1.0] * 3,
    ...                             demand_ids=["a", "b"], site_ids=["x", "y", "z"])
    >>> solve_backup_cover(reach, [5.0, 1.0], 2).objective
    7.5
    >>> solve_backup_cover(reach, [5.0, 1.0], 2, backup_worth=0.1).objective
    6.0
    """
    effort = start_effort(gap, time_limit_s, progress)
    if not 0 <= backup_worth <= 1:
        raise ParameterError(
            f"第二次覆盖的价值必须在 0 到 1 之间，现为 {backup_worth}。",
            f"The worth of a second cover must lie between 0 and 1; it is {backup_worth}.",
            where="backup_worth",
        )
    reach = links.within(radius_m)
    choice = read_choice(rules, reach.site_ids, p, cost=cost, budget=budget)
    once = read_weights(weights, reach)
    value = np.column_stack([once, backup_worth * once])
    return _solve("backup", reach, value, choice, effort)


def covered_value(links: SiteLinks, value: Floats, is_open: Bools) -> float:
    """Evaluate a selection from the links themselves."""
    served = links.demand_at[links.is_of(is_open)]
    times = np.bincount(served, minlength=len(links.demand_ids))
    return float(sum(value[times > c, c].sum() for c in range(value.shape[1])))


def _solve(
    name: str, reach: SiteLinks, value: Floats, choice: Choice, effort: Effort
) -> SiteAnswer:
    """Solve one covering question from the first array to the last check."""
    allowed = choice.role != FORBIDDEN
    reached = np.zeros(len(reach.demand_ids), bool)
    reached[reach.demand_at[reach.is_of(allowed)]] = True
    if not reached.any():
        raise InfeasibleError(
            f"{int(allowed.sum())} 个可用站点都够不到任何需求（共 {reached.size} 个）；"
            "请检查半径、坐标或候选点。",
            f"None of {counted(int(allowed.sum()), 'allowed site')} reaches any of the "
            f"{reached.size} demands; check the radius, the coordinates or the candidates.",
            where="links",
        )
    covers = sparse.csr_matrix(
        (np.ones(reach.demand_at.size, np.int8), reach.demand_at, reach.start),
        shape=(len(reach.site_ids), reached.size),
    )
    question = make_cover(covers, value, choice.packing)
    found = best_cover(question, choice.given, ~allowed, effort)
    objective = confirm(found.worth, covered_value(reach, value, found.is_open), name)
    bound = max(found.bound, objective)
    return SiteAnswer(
        problem=name,
        sense="max",
        selected=tuple(reach.site_ids[found.is_open]),
        objective=objective,
        bound=bound,
        status=status_of(relative_gap(objective, bound), effort.gap, timed_out=effort.is_over),
        seconds=effort.spent_s,
        sites=_sites(question, reach.site_ids, choice, found.is_open),
        unreached=tuple(reach.demand_ids[~reached]),
        notes=found.doubts,
    )


def _sites(
    question: CoverProblem, site_ids: pd.Index, choice: Choice, is_open: Bools
) -> pd.DataFrame:
    """Say what each open site adds and which one would replace it best."""
    arrays = question.arrays
    state = fresh_state(arrays, is_open)
    runner, change = runners_up(arrays, state, choice.free, question.packing.budget)
    return site_table(
        site_ids,
        choice,
        is_open,
        marginal=state.loss,
        runner=runner,
        runner_objective=question.worth(is_open) + change,
    )
