"""The profile of a tree of pipes that is given: own sizes, limits and costs, with a bound."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Floats, Offsets
from nngis.errors import LayerError, Problem
from nngis.plans.sewer.given_steps import (
    ROUND,
    CostFunctions,
    Limits,
    Question,
    near,
    question_of,
    solve_question,
)
from nngis.plans.sewer.lifting import station_costs
from nngis.plans.sewer.manning import flowing
from nngis.plans.sewer.prices import Prices, Sizes, manhole_yuan, pipe_yuan_m
from nngis.solvers.profile import Profile

SAFETY = 1e-6
"""Share by which the bound is lowered, for a least cost that lies between depths looked at."""


@dataclass(frozen=True, eq=False)
class GivenProfile:
    """The cheapest profile on a grid of levels, and what none can be cheaper than.

    Parameters
    ----------
    pipes : DataFrame
        A row a pipe: `diameter_m`, `slope`, `invert_up_m`, `invert_down_m`, `depth_up_m`,
        `depth_down_m` (of inverts), `fill_ratio`, `velocity_m_s`, `lifted` (at its upper end),
        `pipe_yuan`, `manhole_yuan` (at its upper end, an outlet's with the pipe that ends there),
        `lift_yuan`.
    cost_yuan : float
        Sum of all [yuan].
    bound_yuan : float
        No design of this tree with these sizes and depths costs less, on whatever grid [yuan].
    """

    pipes: pd.DataFrame
    cost_yuan: float
    bound_yuan: float


def costs_of(table: Prices) -> CostFunctions:
    """Write a price table as functions.

    Parameters
    ----------
    table : Prices
        The plan's prices; between its diameters they are read off a straight line.

    Returns
    -------
    CostFunctions
        A lift's energy is that of its design flow all the year, which overstates it.

    Examples
    --------
    DN300, 2 m deep:

    >>> from nngis.plans.sewer.prices import prices
    >>> cost = costs_of(prices()).pipe_yuan_m(np.array([0.3]), np.array([2.0]))
    >>> round(float(cost[0]), 3)
    699.218
    """

    def pipe(diameter_m: Floats, depth_m: Floats) -> Floats:
        given, wanted = table.sizes, diameter_m * 1000.0
        rest = (given.wall_mm, given.laid_yuan_m, given.side_m)
        sizes = Sizes(wanted, *(np.interp(wanted, given.diameter_mm, one) for one in rest))
        return pipe_yuan_m(sizes, depth_m, table)

    def manhole(diameter_m: Floats, depth_m: Floats) -> Floats:
        return manhole_yuan(diameter_m * 1000.0, depth_m, table)

    def lift(flow_l_s: Floats, head_m: Floats) -> Floats:
        fixed, per_m = station_costs(flow_l_s, flow_l_s, table)
        return fixed + per_m * head_m

    return CostFunctions(pipe, manhole, lift)


def lay_given_tree(
    pipes: pd.DataFrame, limits: Limits, costs: CostFunctions, *, step_m: float = 0.01
) -> GivenProfile:
    """Find the cheapest diameters and levels of a tree of pipes, and bound them.

    Parameters
    ----------
    pipes : DataFrame
        A row a pipe by its id: `downstream` (id; missing at an outlet), `length_m`, `flow_l_s`
        (design flow, given, not summed), `ground_up_m`, `ground_down_m`.
    limits : Limits
        Sizes and what they must keep. No pipe is smaller than one that flows into it, none leaves
        a manhole with its crown above one that arrives there, unless a station lifts the flow.
    costs : CostFunctions
        Prices.
    step_m : float
        Step of levels [m].

    Returns
    -------
    GivenProfile
        The best on the grid, and a bound for all grids: the difference is the most that finer
        levels could still gain.

    Raises
    ------
    LayerError
        If pipes flow to none that is listed, or in a circle, or the ground at a manhole differs
        from pipe to pipe, or lifts are not in line with their head.
    InfeasibleError
        If there is no way at all.
    """
    down = _downstream(pipes)
    _check_ground(pipes, down)
    lift = _lift(pipes, costs)
    question = question_of(pipes, down, limits, step_m, relaxed=False)
    found = solve_question(question, limits, costs, lift, step_m, relaxed=False)
    eased = question_of(pipes, down, limits, step_m, relaxed=True)
    bound = solve_question(eased, limits, costs, lift, step_m, relaxed=True).cost * (1.0 - SAFETY)
    table = _table(pipes, down, question, found, (limits, costs, step_m))
    total = float(table[["pipe_yuan", "manhole_yuan", "lift_yuan"]].sum().sum())
    return GivenProfile(table, total, min(bound, total))


def _downstream(pipes: pd.DataFrame) -> Offsets:
    """Find the row that each pipe flows to; -1 at outlets."""
    outlet = pipes["downstream"].isna().to_numpy()
    down = np.where(outlet, -1, pipes.index.get_indexer(pipes["downstream"])).astype(np.int64)
    lost = (down < 0) & ~outlet
    end = down.copy()
    for _ in range(int(np.log2(max(len(end), 1))) + 1):
        end = np.where(end >= 0, end[end], end)
    turning = end >= 0
    problems = [
        Problem(
            f"管段 {name} 的下游管段不在表中；请补上或留空（出水口）。",
            f"The pipe downstream of {name} is not listed; add it, or leave it empty at an outlet.",
            where="downstream",
        )
        for name in pipes.index[lost]
    ]
    if turning.any():
        name = pipes.index[turning][0]
        problems.append(
            Problem(
                f"管段 {name} 的水流成环；请改正下游管段。",
                f"Pipe {name} flows in a circle; mend the pipes downstream.",
                where="downstream",
            )
        )
    if problems:
        raise LayerError.of(problems)
    return down


def _check_ground(pipes: pd.DataFrame, down: Offsets) -> None:
    """Refuse a manhole whose ground is given at two heights."""
    above, below = pipes["ground_up_m"].to_numpy(float), pipes["ground_down_m"].to_numpy(float)
    apart = (down >= 0) & (np.abs(below - above[down]) > ROUND)
    if apart.any():
        raise LayerError.of(
            [
                Problem(
                    f"管段 {name} 下端地面标高与其下游管段上端不一致；请改为同一数值。",
                    f"The ground at the lower end of {name} is not that at the upper end of the "
                    "pipe it flows to; give one height.",
                    where="ground_down_m",
                )
                for name in pipes.index[apart]
            ]
        )


def _lift(pipes: pd.DataFrame, costs: CostFunctions) -> tuple[Floats, Floats]:
    """Give the cost of a station at each pipe's upper end, and of each metre that it lifts."""
    flow = pipes["flow_l_s"].to_numpy(float)
    if costs.lift_yuan is None:
        return np.full(len(flow), np.inf), np.zeros(len(flow))
    none, one, ten = (costs.lift_yuan(flow, np.full(len(flow), head)) for head in (0.0, 1.0, 10.0))
    if not np.allclose(ten - none, 10.0 * (one - none), rtol=1e-9):
        raise LayerError(
            "提升泵站造价须随扬程线性变化；请以直线近似。",
            "What a lift station costs must be in line with its head; take the nearest line.",
            where="lift_yuan",
        )
    return none, one - none


def _table(
    pipes: pd.DataFrame,
    down: Offsets,
    question: Question,
    profile: Profile,
    given: tuple[Limits, CostFunctions, float],
) -> pd.DataFrame:
    """Write the design, and price it by the functions themselves."""
    n = len(pipes)
    limits, costs, step_m = given
    diameter = limits.diameter_m[profile.size[:n]]
    crown_up, crown_down, well = (
        question.datum_m - step_m * level[:n] for level in (profile.up, profile.down, profile.well)
    )
    up, low = crown_up - diameter, crown_down - diameter
    depths = [
        near(pipes[name].to_numpy(float) - level)
        for name, level in (("ground_up_m", up), ("ground_down_m", low))
    ]
    length, flow = (pipes[name].to_numpy(float) for name in ("length_m", "flow_l_s"))
    slope = (up - low) / length
    water = flowing(flow, diameter * 1000.0, slope, limits.roughness_n)
    manhole = costs.manhole_yuan(diameter, depths[0])
    ends = np.flatnonzero(down < 0)
    manhole[ends] += costs.manhole_yuan(diameter[ends], depths[1][ends])
    lifted = profile.well[:n] >= 0
    head = np.where(lifted, crown_up - well, 0.0)
    lift = np.zeros(n)
    if costs.lift_yuan is not None:
        lift = np.where(lifted, costs.lift_yuan(flow, head), 0.0)
    mean = near((depths[0] + depths[1]) / 2.0)
    columns = {
        "diameter_m": diameter, "slope": slope, "invert_up_m": up, "invert_down_m": low,
        "depth_up_m": depths[0], "depth_down_m": depths[1], "fill_ratio": water.fill_ratio,
        "velocity_m_s": water.velocity_m_s, "lifted": lifted,
        "pipe_yuan": length * costs.pipe_yuan_m(diameter, mean),
        "manhole_yuan": manhole, "lift_yuan": lift,
    }  # fmt: skip
    return pd.DataFrame(columns, index=pipes.index)
