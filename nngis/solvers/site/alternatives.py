"""Other good plans: what nearly as good choices share, and what refusing a site loses."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nngis.errors import InfeasibleError, ParameterError, Problem, require
from nngis.solvers.site.answer import SiteAnswer
from nngis.solvers.site.rules import AtMost, SiteRules

NO_RULES = SiteRules()
# These questions leave out demands that nobody may serve, and look cheaper without them.
SERVES_ALL = ("lscp", "p_center")
Solve = Callable[[SiteRules], SiteAnswer]


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Good plans, and how much hangs on each site of the best one.

    Parameters
    ----------
    plans : tuple of SiteAnswer
        Different plans, best first; the first is at least as good as the answer asked about.
    table : DataFrame
        A row for each plan, by `plan` from 1: `objective`, `loss` (how much worse than the first),
        `loss_share` (that as a share of the first objective), `new_sites` (how many of its sites
        the first does not have), `status`, `gap`.
    sites : DataFrame
        A row for each site in any plan, by `site_id`: `plans` and `plan_share` (in how many of
        the plans it is), and for the sites that the first plan chose `refused_objective` (the best
        found without it), `loss` (how much worse that is), `loss_proved` (how much worse every
        plan without it is, at least) and `is_core` (it is proved to be in every plan within the
        loss that was allowed). A site that no plan can do without has an infinite loss; sites
        that were not refused have none.
    """

    plans: tuple[SiteAnswer, ...]
    table: pd.DataFrame
    sites: pd.DataFrame


def alternatives(
    answer: SiteAnswer,
    solve: Solve,
    k: int,
    *,
    rules: SiteRules = NO_RULES,
    new_sites: int = 1,
    within_share: float = 0.02,
    refuse: bool = True,
) -> Alternatives:
    """Find the k best plans that differ, and what is lost when a site is refused.

    Each further plan is the best that leaves out at least `new_sites` of the sites that each plan
    before it chose. Each site of the best plan is then forbidden in turn and the question solved
    again; the bound of that answer proves what every plan without the site loses.

    Parameters
    ----------
    answer : SiteAnswer
        The best plan.
    solve : callable
        Takes rules and solves the same question under them; it must use what it is given and
        nothing else of the rules, for example
        ``lambda rules: solve_mclp(links, weights, 5, rules=rules)``.
    k : int
        Number of plans, the best included; fewer are given where there are no more.
    rules : SiteRules
        The rules that `answer` was found under.
    new_sites : int
        How many chosen sites of each other plan a plan must do without.
    within_share : float
        Loss, as a share of the best objective, up to which a plan is still good.
    refuse : bool
        Whether to refuse each site in turn; it costs a solution for each.

    Returns
    -------
    Alternatives
        Plans no worse than `within_share`, and the sites.

    Raises
    ------
    ParameterError
        If an option is out of bounds.

    Examples
    --------
    >>> from nngis.solvers.site.mclp import solve_mclp
    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> reach = site_links_from_csr([0, 1, 2, 3], [0, 1, 2], [1.0] * 3,
    ...                             demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> def ask(rules): return solve_mclp(reach, [9.0, 2.0, 1.9], 2, rules=rules)
    >>> found = alternatives(ask(SiteRules()), ask, 3, within_share=0.1)
    >>> [plan.selected for plan in found.plans]
    [('x', 'y'), ('x', 'z')]
    >>> found.sites["is_core"].tolist(), found.sites["loss"].round(9).tolist()
    ([True, False, False], [7.1, 0.1, nan])
    """
    _check(k, new_sites, within_share)
    plans = [answer]
    while len(plans) < k:
        barred = [group for plan in plans if (group := _all_of(plan, new_sites)) is not None]
        if len(barred) < len(plans):
            break  # a plan that chose too few sites leaves nothing to exchange
        try:
            plan = solve(replace(rules, at_most=[*rules.at_most, *barred]))
        except InfeasibleError:
            break
        plans.append(plan)
        if _loss(plan, _best(plans)) > within_share * abs(_best(plans)):
            break  # those that follow are no better
    best = _best(plans)
    good = [plan for plan in plans if _loss(plan, best) <= within_share * abs(best)]
    good.sort(key=lambda plan: _loss(plan, best))
    refused = _refuse(good[0], solve, rules) if refuse else {}
    return Alternatives(tuple(good), _table(good), _sites(good, refused, within_share))


def _check(k: int, new_sites: int, within_share: float) -> None:
    """Say which options are out of bounds."""
    bounds = (
        (k >= 1, "k", k, "至少为 1", "at least 1"),
        (new_sites >= 1, "new_sites", new_sites, "至少为 1", "at least 1"),
        (within_share >= 0, "within_share", within_share, "不能是负数", "not negative"),
    )
    require(
        [
            Problem(f"{name} {zh}，现为 {value}。", f"{name} is {en}; it is {value}.", where=name)
            for holds, name, value, zh, en in bounds
            if not holds
        ],
        ParameterError,
    )


def _chosen(plan: SiteAnswer) -> list[object]:
    """Return the sites that the plan was free to choose."""
    return list(plan.sites.index[plan.sites["role"] == "chosen"])


def _all_of(plan: SiteAnswer, new_sites: int) -> AtMost | None:
    """Forbid a plan and its like."""
    chosen = _chosen(plan)
    if len(chosen) < new_sites:
        return None
    return AtMost(tuple(chosen), len(chosen) - new_sites, "another plan")


def _best(plans: list[SiteAnswer]) -> float:
    """Return the best objective."""
    objectives = [plan.objective for plan in plans]
    return max(objectives) if plans[0].sense == "max" else min(objectives)


def _loss(plan: SiteAnswer, best: float) -> float:
    """Return how much worse a plan is than the best objective."""
    return best - plan.objective if plan.sense == "max" else plan.objective - best


def _table(plans: list[SiteAnswer]) -> pd.DataFrame:
    """Write a row for each plan."""
    first = plans[0]
    loss = np.array([_loss(plan, first.objective) for plan in plans])
    held = set(first.selected)
    return pd.DataFrame(
        {
            "objective": [plan.objective for plan in plans],
            "loss": loss,
            "loss_share": loss / abs(first.objective) if first.objective else loss * 0.0,
            "new_sites": [len(set(plan.selected) - held) for plan in plans],
            "status": [plan.status for plan in plans],
            "gap": [plan.gap for plan in plans],
        },
        index=pd.RangeIndex(1, len(plans) + 1, name="plan"),
    )


def _refuse(
    plan: SiteAnswer, solve: Solve, rules: SiteRules
) -> dict[object, tuple[float, float, float]]:
    """Forbid each chosen site in turn: objective found, loss found, loss proved."""
    found = {}
    for site in _chosen(plan):
        other: SiteAnswer | None
        try:
            other = solve(replace(rules, forbidden=[*rules.forbidden, site]))
        except InfeasibleError:
            other = None
        if other is None or _leaves_out(other, plan):
            found[site] = (np.nan, np.inf, np.inf)
            continue
        sign = 1.0 if plan.sense == "max" else -1.0
        proved = max(0.0, sign * (plan.objective - other.bound))
        found[site] = (other.objective, sign * (plan.objective - other.objective), proved)
    return found


def _leaves_out(other: SiteAnswer, plan: SiteAnswer) -> bool:
    """Whether a plan that should serve everybody leaves out somebody whom another one serves."""
    return other.problem in SERVES_ALL and len(other.unreached) > len(plan.unreached)


def _sites(
    plans: list[SiteAnswer],
    refused: dict[object, tuple[float, float, float]],
    within_share: float,
) -> pd.DataFrame:
    """Write a row for each site: the first plan's in its order, then the others' as they come."""
    ids = pd.Index(list(dict.fromkeys(one for plan in plans for one in plan.selected)))
    times = sum(ids.isin(list(plan.selected)).astype(int) for plan in plans)
    columns = ["refused_objective", "loss", "loss_proved"]
    loss = pd.DataFrame.from_dict(refused, orient="index", columns=columns).reindex(ids)
    allowed = within_share * abs(plans[0].objective)
    return (
        pd.DataFrame({"plans": times, "plan_share": times / len(plans)}, index=ids)
        .join(loss)
        .assign(is_core=(loss["loss_proved"] > allowed).to_numpy())
        .rename_axis("site_id")
    )
