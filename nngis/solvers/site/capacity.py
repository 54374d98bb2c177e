"""Maximal covering with capacities: sites that can serve only so much, demand that may be split."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.errors import InfeasibleError, LayerError
from nngis.solvers.highs import Relaxation, solve_whole
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.site._choice import FORBIDDEN, Choice, read_choice
from nngis.solvers.site._effort import Effort, start_effort
from nngis.solvers.site._flow_program import FlowProblem, flow_program, merge_demands, row_prices
from nngis.solvers.site._found import Found
from nngis.solvers.site._numba_flow import (
    FlowState,
    best_replacement,
    climb_loads,
    copy_flow,
    dismiss,
    fresh_flow,
    open_by_merit,
    price_loads,
    served,
)
from nngis.solvers.site._table import site_table
from nngis.solvers.site.answer import SiteAnswer, confirm, relative_gap, status_of
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks, read_weights
from nngis.text import counted

NO_RULES = SiteRules()
PRICE_STEPS = 500
HALF = 0.5
# Beyond this many links the relaxation is not worth its time.
MOST_LINKS = 100_000


def solve_capacitated_mclp(
    links: SiteLinks,
    weights: pd.Series | npt.ArrayLike,
    capacity: pd.Series,
    p: int | None = None,
    *,
    radius_m: float | None = None,
    cost: pd.Series | None = None,
    budget: float | None = None,
    rules: SiteRules = NO_RULES,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
) -> SiteAnswer:
    """Choose sites with capacities so that together they serve the most demand.

    A demand may be split among sites. Greedy choice and exchanges find a selection, each with the
    largest flow it can serve; prices on the demands bound every selection; a relaxation and
    HiGHS close the gap where the question is small enough.

    Parameters
    ----------
    links : SiteLinks
        Who can serve whom.
    weights : Series or (n,) array
        Weight of each demand, not negative.
    capacity : Series
        What each site can serve, by site id, in the unit of the weights.
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
        Time allowed [s]; the table of sites comes after it.

    Returns
    -------
    SiteAnswer
        The objective is the weight served. The table has a further column `load`, what each
        site serves in one largest flow.

    Raises
    ------
    LayerError
        If weights or capacities are missing or negative, or rules name unknown sites.
    ParameterError
        If an option is out of bounds.
    InfeasibleError
        If the rules contradict each other or no allowed site reaches any demand.

    References
    ----------
    J. Current and J. Storbeck, "Capacitated covering models", Environment and Planning B 15
    (1988); H. Pirkul and D. Schilling, "The maximal covering location problem with capacities on
    total workload", Management Science 37 (1991).

    Examples
    --------
    >>> from nngis.solvers.site.site_links import site_links_from_csr
    >>> reach = site_links_from_csr([0, 2, 4], [0, 1, 1, 2], [1.0] * 4,
    ...                             demand_ids=["a", "b", "c"], site_ids=["x", "y"])
    >>> room = pd.Series({"x": 6.0, "y": 2.0})
    >>> answer = solve_capacitated_mclp(reach, [5.0, 4.0, 3.0], room, 1)
    >>> answer.selected, answer.objective
    (('x',), 6.0)
    """
    effort = start_effort(gap, time_limit_s)
    reach = links.within(radius_m)
    choice = read_choice(rules, reach.site_ids, p, cost=cost, budget=budget)
    weight = read_weights(weights, reach)
    room = _read_capacity(capacity, reach.site_ids, choice)
    covers = sparse.csr_matrix(
        (np.ones(reach.demand_at.size), reach.demand_at, reach.start),
        shape=(len(reach.site_ids), len(reach.demand_ids)),
    )
    allowed = choice.role != FORBIDDEN
    reached = np.asarray(covers.T @ (allowed & (room > 0)).astype(np.float64)) > 0
    if not reached.any():
        raise InfeasibleError(
            f"{int(allowed.sum())} 个可用站点都不能服务任何需求（共 {reached.size} 个）；"
            "请检查半径、容量、坐标或候选点。",
            f"None of {counted(int(allowed.sum()), 'allowed site')} can serve any of the "
            f"{reached.size} demands; check the radius, the capacities, the coordinates or the "
            "candidates.",
            where="links",
        )
    merged, demand = merge_demands(covers, weight)
    problem = FlowProblem(merged, demand, room, choice.packing, choice.given, choice.free)
    found = _solve(problem, effort)
    state = fresh_flow(problem.arrays, found.is_open)
    objective = confirm(found.worth, _checked_sum(problem, state), "capacitated_mclp")
    bound = max(found.bound, objective)
    seconds, timed_out = effort.spent_s, effort.is_over
    return SiteAnswer(
        problem="capacitated_mclp",
        sense="max",
        selected=tuple(reach.site_ids[found.is_open]),
        objective=objective,
        bound=bound,
        status=status_of(relative_gap(objective, bound), gap, timed_out=timed_out),
        seconds=seconds,
        sites=_sites(problem, state, reach.site_ids, choice),
        unreached=tuple(reach.demand_ids[~reached]),
        notes=found.doubts,
    )


def _read_capacity(capacity: pd.Series, site_ids: pd.Index, choice: Choice) -> Floats:
    """Put the capacities in the order of the sites; forbidden sites need none."""
    values: Floats = capacity.reindex(site_ids).to_numpy(dtype=np.float64, na_value=np.nan).copy()
    values[choice.role == FORBIDDEN] = 0.0
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        raise LayerError(
            f"{int(wrong.sum())} 个站点没有容量或容量为负，例如 {site_ids[wrong][0]!r}；"
            "不知道的不等于 0，请补上或列入禁用名单。",
            f"{counted(int(wrong.sum()), 'site', 'have')} no capacity or a negative one, for "
            f"example {site_ids[wrong][0]!r}; unknown is not zero: give one or forbid the site.",
            where="capacity",
        )
    return values


def _checked_sum(problem: FlowProblem, state: FlowState) -> float:
    """Add up what flows, after checking that it may flow."""
    flow, site = state.flow, problem.site_at
    taken = np.bincount(site, flow, minlength=problem.capacity.size)
    sent = np.bincount(problem.covers.indices, flow, minlength=problem.weight.size)
    slack = 1e-7 * max(float(problem.weight.max(initial=0.0)), 1.0)
    wrong = (
        (flow < -slack).any()
        or (flow[~state.is_open[site]] != 0.0).any()
        or (taken > problem.capacity + slack).any()
        or (sent > problem.weight + slack).any()
        or not problem.packing.allows(state.is_open)
    )
    confirm(0.0, float(wrong), "capacitated_mclp")
    return float(flow.sum())


def _solve(problem: FlowProblem, effort: Effort) -> Found:
    """Improve choice and bound until they meet, or the time or the means are over."""
    arrays, packing = problem.arrays, problem.packing
    least = 1e-9 * float(problem.weight.sum())
    top = min(float(problem.weight.sum()), float(problem.capacity.sum())) * (1.0 + 1e-12)
    found = Found(problem.given, served(arrays, fresh_flow(arrays, problem.given)), top)
    found = _climb(problem, found, problem.given, least)
    if found.gap <= effort.gap:
        return found
    left = packing.after(problem.given).budget
    price = np.full(problem.weight.size, HALF)
    price_loads(arrays, problem.given, problem.free, left, found.worth, price, PRICE_STEPS)
    program = flow_program(problem)
    bound, reduced = safe_bound(program, row_prices(problem, price))
    found = _round(problem, found.bounded(bound), reduced[: problem.free.size], least)
    if found.gap <= effort.gap or effort.is_over or problem.covers.nnz > MOST_LINKS:
        return found
    return _prove(problem, program, found, (bound, reduced), effort)


def _prove(
    problem: FlowProblem,
    program: Program,
    found: Found,
    priced: tuple[float, Floats],
    effort: Effort,
) -> Found:
    """Solve the relaxation, then branch, over the sites that may still matter."""
    m = problem.free.size
    least = 1e-9 * float(problem.weight.sum())
    whole_program = program
    program = program.fixed(*fixed_by_price(program, priced[1], priced[0], found.worth))
    relaxation = Relaxation(program)
    relaxed = relaxation.solve(effort.left_s)
    found = found.doubting(relaxation.doubts)
    if relaxed is None:
        return found.bounded(found.worth) if relaxation.is_empty else found
    bound, reduced = safe_bound(program, relaxed.price)
    found = _round(problem, found.bounded(bound), relaxed.x[:m], least)
    if found.gap <= effort.gap or effort.is_over:
        return found
    state = fresh_flow(problem.arrays, found.is_open)
    known = np.r_[found.is_open, state.flow].astype(np.float64)
    fixed = fixed_by_price(program, reduced, bound, found.worth)
    whole = solve_whole(
        whole_program.fixed(*fixed, known), known=known, gap=effort.gap, seconds=effort.left_s
    )
    if whole.x is not None and problem.packing.allows(whole.x[:m] > HALF):
        found = _climb(problem, found, whole.x[:m] > HALF, least)
    return found.doubting(whole.doubts).bounded(whole.careful_bound)


def _round(problem: FlowProblem, found: Found, merit: Floats, least: float) -> Found:
    """Open the sites of most merit as far as the limits allow, then climb."""
    is_open = open_by_merit(
        problem.arrays, problem.given, problem.free, merit, problem.packing.budget
    )
    return _climb(problem, found, is_open, least)


def _climb(problem: FlowProblem, found: Found, is_open: Bools, least: float) -> Found:
    """Exchange sites from a choice on, and keep the better one."""
    arrays = problem.arrays
    state = climb_loads(
        arrays, fresh_flow(arrays, is_open), problem.free, problem.packing.budget, least
    )
    return found.better(state.is_open, served(arrays, state))


def _sites(
    problem: FlowProblem, state: FlowState, site_ids: pd.Index, choice: Choice
) -> pd.DataFrame:
    """Try each open site's closing and every replacement."""
    arrays, now = problem.arrays, served(problem.arrays, state)
    m = problem.free.size
    marginal, reached = np.zeros(m), np.full(m, np.nan)
    runner = np.full(m, -1)
    for k in np.flatnonzero(state.is_open):
        without = copy_flow(state)
        dismiss(arrays, without, int(k))
        marginal[k] = now - served(arrays, without)
        if problem.free[k]:
            runner[k], reached[k], _ = best_replacement(
                arrays, state, int(k), problem.free, problem.packing.budget, m
            )
    table = site_table(
        site_ids,
        choice,
        state.is_open,
        marginal=marginal,
        runner=runner,
        runner_objective=reached,
    )
    load = np.bincount(problem.site_at, state.flow, minlength=m)
    return table.assign(load=load[state.is_open])
