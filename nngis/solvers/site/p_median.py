"""p-median: the sites from which the demands' weighted distance is least."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools
from nngis.errors import ParameterError
from nngis.solvers.site._choice import FORBIDDEN, read_choice
from nngis.solvers.site._effort import Progress, start_effort
from nngis.solvers.site._median import (
    MedianProblem,
    make_median,
    served_by,
    served_distance,
)
from nngis.solvers.site._numba_median import best_replacements, best_two, losses
from nngis.solvers.site._prove_median import best_median
from nngis.solvers.site._table import site_table
from nngis.solvers.site.answer import SiteAnswer, confirm, relative_gap, status_of
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks, read_weights

NO_RULES = SiteRules()
UNSERVED = 10.0
"""Longest links that a demand without an open site counts as, where some pairs have no link."""


def solve_p_median(
    links: SiteLinks,
    weights: pd.Series | npt.ArrayLike,
    p: int | None = None,
    *,
    cost: pd.Series | None = None,
    budget: float | None = None,
    rules: SiteRules = NO_RULES,
    beyond_m: float | None = None,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> SiteAnswer:
    """Choose sites with the least weighted distance to the demands.

    Greedy choice and exchanges of sites give a selection; Lagrangian prices of the demands give
    a bound, sites to begin further exchanges from, and sites and links that no better selection
    uses. What is left is written as a cover, a class for each demand and each distance, and
    proved by cuts and branches where it is small enough.

    Parameters
    ----------
    links : SiteLinks
        Who can be served from where; all pairs, or those up to a cut-off.
    weights : Series or (n,) array
        Weight of each demand, not negative.
    p : int, optional
        Largest number of sites to open; those that exist are not counted.
    cost : Series, optional
        Cost of each site, by site id; needed with a budget.
    budget : float, optional
        What the opened sites may cost, in place of `p`; in the unit of `cost`.
    rules : SiteRules
        Sites that exist, must, or must not be opened; groups of which only some may be.
    beyond_m : float, optional
        Distance charged to a demand that no open site reaches [m], not shorter than the longest
        link. If absent it is ten times the longest link, so that first more is served and then
        the way shortened; the longest link itself where every site reaches every demand.
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
        The objective is the sum of weight times distance [weight m]; `unserved` names the demands
        that no open site reaches, and `unreached` those that no allowed site does: both are
        charged `beyond_m`.

    Raises
    ------
    LayerError
        If weights are missing or negative, or rules name unknown sites.
    ParameterError
        If an option is out of bounds or `beyond_m` is shorter than a link.
    InfeasibleError
        If p is larger than the candidates, or the rules contradict each other.

    References
    ----------
    R. Whitaker, "A fast algorithm for the greedy interchange", INFOR 21 (1983); G. Cornuejols,
    M. Fisher and G. Nemhauser, Management Science 23 (1977); A. Kolen and A. Tamir, "Covering
    problems", in Discrete Location Theory (1990), for the form as a cover.

    Examples
    --------
    Three places in a row, 10 m apart; the middle one serves all with 20 m:

    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> row = site_links_from_csr([0, 3, 6, 9], [0, 1, 2] * 3,
    ...                           [0.0, 10.0, 20.0, 10.0, 0.0, 10.0, 20.0, 10.0, 0.0],
    ...                           demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> found = solve_p_median(row, [1.0, 1.0, 1.0], 1)
    >>> found.selected, found.objective, found.status
    (('y',), 20.0, 'optimal')
    """
    effort = start_effort(gap, time_limit_s)
    weight = read_weights(weights, links)
    beyond = _read_beyond(links, beyond_m)
    choice = read_choice(rules, links.site_ids, p, cost=cost, budget=budget)
    problem = make_median(links, weight, beyond, choice)
    if progress is not None:  # the search reckons in what is saved
        effort.progress = lambda saved, most: progress(
            problem.total - saved, max(problem.total - most, 0.0)
        )
    found = best_median(problem, effort)
    distance = served_distance(links, found.is_open, beyond)
    objective = confirm(problem.total - found.worth, float((weight * distance).sum()), "p_median")
    bound = min(objective, max(problem.total - found.bound, 0.0))
    reached = np.zeros(len(links.demand_ids), bool)
    reached[links.demand_at[links.is_of(choice.role != FORBIDDEN)]] = True
    return SiteAnswer(
        problem="p_median",
        sense="min",
        selected=tuple(links.site_ids[found.is_open]),
        objective=objective,
        bound=bound,
        status=status_of(relative_gap(-objective, -bound), effort.gap, timed_out=effort.is_over),
        seconds=effort.spent_s,
        sites=_sites(problem, found.is_open, links.site_ids, objective),
        unreached=tuple(links.demand_ids[~reached]),
        unserved=tuple(links.demand_ids[~served_by(links, found.is_open)]),
    )


def _read_beyond(links: SiteLinks, beyond_m: float | None) -> float:
    """Return the distance charged where nobody serves."""
    longest = float(links.distance_m.max(initial=0.0))
    if beyond_m is None:
        is_full = links.distance_m.size == len(links.demand_ids) * len(links.site_ids)
        return longest if is_full else UNSERVED * longest
    if not longest <= beyond_m < np.inf:
        raise ParameterError(
            f"beyond_m 不得小于最长的链接 {longest:g} 米，现为 {beyond_m}。",
            f"beyond_m must not be shorter than the longest link, {longest:g} m; it is {beyond_m}.",
            where="beyond_m",
        )
    return float(beyond_m)


def _sites(
    problem: MedianProblem, is_open: Bools, site_ids: pd.Index, objective: float
) -> pd.DataFrame:
    """Say what each open site is worth, and which closed one would take its place best."""
    choice = problem.choice
    runner, change = best_replacements(problem.arrays, is_open, choice.free, choice.packing.budget)
    return site_table(
        site_ids,
        choice,
        is_open,
        marginal=losses(best_two(problem.arrays, is_open), is_open.size),
        runner=runner,
        runner_objective=objective - change,
    )
