"""A siting task: what is asked of the solvers, which one answers, and what else it can tell."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from nngis.errors import ParameterError, require
from nngis.errors import Problem as Fault
from nngis.parameters import read_list
from nngis.solvers.site.alternatives import Alternatives, alternatives
from nngis.solvers.site.answer import SiteAnswer
from nngis.solvers.site.capacity import solve_capacitated_mclp
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.mclp import solve_backup_cover, solve_mclp
from nngis.solvers.site.p_center import solve_p_center
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks
from nngis.text import as_id

Problem = Literal["mclp", "lscp", "pmedian", "pcenter"]
Progress = Callable[[float, float], object]


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be solved, and how hard.

    Parameters
    ----------
    problem : {"mclp", "lscp", "pmedian", "pcenter"}
        Maximal covering, fewest sites that cover all, least weighted distance, least farthest
        distance.
    p : int, optional
        Sites to open besides those that exist; not asked for by ``lscp`` or with a budget.
    must, forbid : tuple of str
        Sites that must be opened, and that must not.
    cost : Series, optional
        Cost of each site, by id; needed with a budget, and minimised by ``lscp``.
    budget : float, optional
        What the opened sites may cost, in place of `p`.
    capacity : Series, optional
        Weight that each site can serve, by id; ``mclp`` alone.
    backup_share : float, optional
        What a second cover is worth, as a share of the first, 0 to 1; ``mclp`` alone.
    beyond_m : float, optional
        Distance charged to a demand that nobody serves [m]; ``pmedian`` alone.
    others : int
        How many plans to look for, the best one among them; 0 asks for none.
    phases : tuple of int
        How many new sites are open after each phase; the last is `p`.
    gap, time_limit_s : float
        Gap to stop at, and time allowed for each solution [s].
    """

    problem: Problem
    p: int | None = None
    must: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    cost: pd.Series | None = None
    budget: float | None = None
    capacity: pd.Series | None = None
    backup_share: float | None = None
    beyond_m: float | None = None
    others: int = 0
    phases: tuple[int, ...] = ()
    gap: float = 1e-4
    time_limit_s: float = 60.0


@dataclass(frozen=True, eq=False)
class Solved:
    """What the solvers found.

    Parameters
    ----------
    answer : SiteAnswer
        The choice and its proof.
    others : Alternatives, optional
        Other good plans and what each site is worth, if they were asked for.
    phases : tuple of SiteAnswer
        The answer of each phase, nested, the last one `answer`; empty if none were asked for.
    """

    answer: SiteAnswer
    others: Alternatives | None = None
    phases: tuple[SiteAnswer, ...] = ()


def read_ids(value: Sequence[object] | str) -> tuple[str, ...]:
    """Take ids as a comma list or a sequence.

    Parameters
    ----------
    value : str or sequence
        The ids; Chinese commas will do.

    Returns
    -------
    tuple of str
        Each id as text.

    Examples
    --------
    >>> read_ids("007，a"), read_ids([7])
    (('007', 'a'), ('7',))
    """
    words = read_list(value)
    return tuple(as_id(str(one)) for one in (words if isinstance(words, Iterable) else [words]))


def solve(
    task: Task,
    links: SiteLinks,
    weights: pd.Series,
    existing: list[str],
    progress: Progress | None = None,
) -> Solved:
    """Solve a task on links.

    Parameters
    ----------
    task : Task
        What is to be solved.
    links : SiteLinks
        Who can be served from where.
    weights : Series
        Weight of each demand.
    existing : list of str
        Sites that are open already.
    progress : callable, optional
        Is called with objective and bound as they improve; true ends the search.

    Returns
    -------
    Solved
        The choice with its proof, and what else was asked for.

    Raises
    ------
    ParameterError
        If options are missing or do not go together; all of them at once.
    """
    _check(task)
    if task.phases:
        task = replace(task, p=task.phases[-1])
    rules = SiteRules(existing=existing, mandatory=task.must, forbidden=task.forbid)

    def ask(rules: SiteRules, p: int | None = task.p) -> SiteAnswer:
        return _solver(task, links, weights, progress)(p, rules)

    answer = ask(rules)
    others = None
    if task.others:
        others = alternatives(answer, ask, task.others, rules=rules)
        answer = others.plans[0]
    return Solved(answer, others, _phases(task, answer, ask, existing, links.site_ids))


def _solver(
    task: Task, links: SiteLinks, weights: pd.Series, progress: Progress | None
) -> Callable[[int | None, SiteRules], SiteAnswer]:
    """Choose the solver that answers a task."""
    gap, seconds, cost, budget = task.gap, task.time_limit_s, task.cost, task.budget

    def answer(p: int | None, rules: SiteRules) -> SiteAnswer:
        if task.problem == "lscp":
            return solve_lscp(links, cost=cost, rules=rules, gap=gap, time_limit_s=seconds)
        if task.problem == "pcenter":
            return solve_p_center(
                links, p, cost=cost, budget=budget, rules=rules, gap=gap, time_limit_s=seconds
            )
        if task.problem == "pmedian":
            return solve_p_median(
                links, weights, p, cost=cost, budget=budget, rules=rules,
                beyond_m=task.beyond_m, gap=gap, time_limit_s=seconds, progress=progress,
            )  # fmt: skip
        if task.capacity is not None:
            return solve_capacitated_mclp(
                links, weights, task.capacity, p, cost=cost, budget=budget, rules=rules,
                gap=gap, time_limit_s=seconds,
            )  # fmt: skip
        if task.backup_share is not None:
            return solve_backup_cover(
                links, weights, p, backup_worth=task.backup_share, cost=cost, budget=budget,
                rules=rules, gap=gap, time_limit_s=seconds, progress=progress,
            )  # fmt: skip
        return solve_mclp(
            links, weights, p, cost=cost, budget=budget, rules=rules, gap=gap,
            time_limit_s=seconds, progress=progress,
        )  # fmt: skip

    return answer


def _phases(
    task: Task,
    last: SiteAnswer,
    ask: Callable[..., SiteAnswer],
    existing: list[str],
    site_ids: pd.Index,
) -> tuple[SiteAnswer, ...]:
    """Choose each phase among the sites of the next one, from the last phase back.

    What is built stays: an earlier phase is the best of so many sites of the plan in the end, not
    the best of so many of all. A site that must be opened may come in any phase.
    """
    found = [last] if task.phases else []
    for p in reversed(task.phases[:-1]):
        later = site_ids.isin(list(found[0].selected))
        rules = SiteRules(existing=existing, forbidden=site_ids[~later].tolist())
        new = int(later.sum()) - len(existing)
        found.insert(0, ask(rules, min(p, new)))
    return tuple(found)


def _check(task: Task) -> None:
    """Say which options are missing or do not go together."""
    covers = task.problem == "mclp"
    steps = task.phases
    faults = (
        (
            task.p is None and task.budget is None and not steps and task.problem != "lscp",
            ("-p", "请用 -p 给出要开设的站点数，或用 --budget 给出预算。",
             "Give the number of sites with -p, or a budget with --budget."),
        ),
        (
            task.problem == "lscp" and task.p is not None,
            ("-p", "lscp 求覆盖全部的最少站点，不给站点数；限定个数请用 mclp。",
             "lscp asks for the fewest sites that cover all, however many; ask mclp for a number."),
        ),
        (
            task.problem == "lscp" and task.budget is not None,
            ("--budget", "lscp 求覆盖全部的最少站点，不受预算限制；限定预算请用 mclp。",
             "lscp asks for the fewest sites that cover all; ask mclp what a budget covers."),
        ),
        (
            task.capacity is not None and not covers,
            ("--capacity", "容量只用于 mclp。", "A capacity goes with mclp alone."),
        ),
        (
            task.backup_share is not None and not covers,
            ("--backup", "第二重覆盖只用于 mclp。", "A second cover goes with mclp alone."),
        ),
        (
            task.capacity is not None and task.backup_share is not None,
            ("--backup", "容量与第二重覆盖不能同用。",
             "A capacity and a second cover do not go together."),
        ),
        (
            task.beyond_m is not None and task.problem != "pmedian",
            ("--beyond-km", "未服务距离只用于 pmedian。",
             "The distance charged for the unserved goes with pmedian alone."),
        ),
        (
            bool(steps) and (task.problem == "lscp" or task.budget is not None),
            ("--phases", "分期需要站点数；不用于 lscp 或预算。",
             "Phases go by numbers of sites, not with lscp or a budget."),
        ),
        (
            list(steps) != sorted(set(steps)) or any(step < 1 for step in steps),
            ("--phases", f"各期站点数应为递增的正整数，现为 {', '.join(map(str, steps))}。",
             f"The numbers of the phases grow from 1 on; they are {', '.join(map(str, steps))}."),
        ),
        (
            bool(steps) and task.p is not None and task.p != steps[-1],
            ("--phases", f"最后一期应等于 -p {task.p}。", f"The last phase is -p {task.p}."),
        ),
    )  # fmt: skip
    require([Fault(zh, en, where=at) for wrong, (at, zh, en) in faults if wrong], ParameterError)
