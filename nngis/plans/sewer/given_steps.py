"""A given tree in steps of level: its limits, its costs, and what of them a bound relaxes.

Symbols: levels are crowns, k steps of s metres under the highest crown that the cover allows. The
bound lets every level stand for the s metres below it: falls need only their whole steps, limits
reach a step further, and each level costs the least within its step. Any design whatever, its
levels rounded up to the grid, keeps that relaxation and costs no less than it, so the best of the
relaxation bounds all designs on all grids.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Floats, Offsets
from nngis.plans.sewer.manning import slope_for_fill, slope_for_velocity
from nngis.solvers.profile import Costs, Lifting, Pipes, Profile, best_profile

OnDepth = Callable[[Floats, Floats], Floats]
ROUND = 1e-6
"""Steps that a level may miss a grid line by and still be on it."""
WITHIN_STEP = 8
"""Depths looked at within a step for its least cost, besides just below its upper edge."""
JUST_BELOW = 1e-6
"""Share of a step below a depth at which a cost may have jumped."""
NO_LIMIT = 10**6


@dataclass(frozen=True, eq=False)
class Limits:
    """What pipes must keep; s sizes from small to large.

    Parameters
    ----------
    diameter_m, max_fill, min_velocity_m_s : (s,) float array
        Inner diameter [m], highest fill ratio, least velocity [m/s].
    max_velocity_m_s : float
        Highest velocity [m/s].
    slow_below_l_s, slow_slope : float
        Up to this flow [L/s] a least slope is asked for in place of the velocity.
    min_cover_m, max_depth_m : float
        Least depth of the crown, greatest of the invert [m].
    roughness_n : float
        Manning's n.
    """

    diameter_m: Floats
    max_fill: Floats
    min_velocity_m_s: Floats
    max_velocity_m_s: float
    slow_below_l_s: float
    slow_slope: float
    min_cover_m: float
    max_depth_m: float
    roughness_n: float


@dataclass(frozen=True, eq=False)
class CostFunctions:
    """What things cost, as functions of arrays.

    Parameters
    ----------
    pipe_yuan_m : callable
        Cost of a metre of pipe [yuan/m] by diameter [m] and mean depth of its invert [m].
    manhole_yuan : callable
        Cost of a manhole [yuan] by diameter of the pipe that leaves [m] and its invert's depth [m].
    lift_yuan : callable, optional
        Cost of a lift station [yuan] by flow [L/s] and head [m], in line with the head; nothing is
        lifted where it is missing.
    """

    pipe_yuan_m: OnDepth
    manhole_yuan: OnDepth
    lift_yuan: OnDepth | None = None


@dataclass(frozen=True, eq=False)
class Question:
    """A tree in steps: n pipes, and behind them one of no length for each outlet's manhole."""

    pipes: Pipes
    levels: int
    is_aligned: bool
    datum_m: float


def _slopes(pipes: pd.DataFrame, limits: Limits) -> tuple[Floats, Floats]:
    """Give the least and the steepest slope of each pipe in each size; a least of inf forbids."""
    flow, diameter = pipes["flow_l_s"].to_numpy(float)[:, None], limits.diameter_m * 1000.0
    n = limits.roughness_n
    fill = slope_for_fill(flow, diameter, limits.max_fill, n)
    fast = slope_for_velocity(flow, diameter, limits.min_velocity_m_s, n)
    most = slope_for_velocity(flow, diameter, limits.max_velocity_m_s, n)
    # Where even the full pipe runs faster than asked, the fill governs, or forbids the size.
    fast = np.where(np.isnan(fast), 0.0, fast)
    least = np.maximum(fill, np.where(flow <= limits.slow_below_l_s, limits.slow_slope, fast))
    return np.where(np.isnan(most), np.inf, least), np.where(np.isnan(most), 0.0, most)


def question_of(
    pipes: pd.DataFrame, down: Offsets, limits: Limits, step_m: float, *, relaxed: bool
) -> Question:
    """Write limits in steps; a relaxed question lets every level stand for the step below it."""
    n, sizes = len(pipes), len(limits.diameter_m)
    ends = np.flatnonzero(down < 0)
    down = np.concatenate([np.where(down < 0, n - 1 + np.cumsum(down < 0), down), 0 * ends - 1])
    ground = [pipes[name].to_numpy(float) for name in ("ground_up_m", "ground_down_m")]
    ground = [np.concatenate([end, ground[1][ends]]) for end in ground]
    datum = step_m * np.ceil(ground[0].max() / step_m - ROUND)
    tops, limit = [], []
    for end in ground:
        highest = (datum - end + limits.min_cover_m) / step_m
        top = np.floor(highest + ROUND)
        first = 0.0 * top if relaxed else np.ceil(highest - ROUND) - top
        deepest = (datum - end + limits.max_depth_m)[:, None] - limits.diameter_m
        tops.append(top.astype(np.int64))
        limit += [
            np.repeat(first[:, None], sizes, axis=1).astype(np.int64),
            (np.floor(deepest / step_m + ROUND) - top[:, None]).astype(np.int64),
        ]
    length = np.concatenate([pipes["length_m"].to_numpy(float), 0.0 * ends])
    slopes = [np.concatenate([one, np.zeros((len(ends), sizes))]) for one in _slopes(pipes, limits)]
    least, most = (np.minimum(slope * length[:, None] / step_m, NO_LIMIT) for slope in slopes)
    outward = (np.floor, np.ceil) if relaxed else (np.ceil, np.floor)
    sign = 1.0 if relaxed else -1.0
    falls = [outward[0](least + sign * ROUND), outward[1](most - sign * ROUND)]
    falls[1] = np.where(least <= most, falls[1], -1.0)
    nothing = np.zeros(len(down), np.int64)
    depths = [end - datum + step_m * top for end, top in zip(ground, tops, strict=True)]
    tree = Pipes(
        down=down.astype(np.int64), top_up=tops[0], top_down=tops[1], depth_up_m=depths[0],
        depth_down_m=depths[1], length_m=length, cost_length_m=length, excess_m=0.0 * length,
        first=nothing, choices=nothing + sizes, least_fall=falls[0].astype(np.int64),
        most_fall=falls[1].astype(np.int64), from_up=limit[0], to_up=limit[1],
        from_down=limit[2], to_down=limit[3], fixed=nothing > 0, least_drop=nothing,
    )  # fmt: skip
    offset = np.concatenate([datum - end + limits.min_cover_m for end in ground]) / step_m
    aligned = bool((np.abs(offset - np.round(offset)) < ROUND).all())
    levels = int(max(limit[1].max(), limit[3].max(), 1)) + 1
    return Question(tree, levels, aligned, float(datum))


def solve_question(
    question: Question,
    limits: Limits,
    costs: CostFunctions,
    lift: tuple[Floats, Floats],
    step_m: float,
    *,
    relaxed: bool,
) -> Profile:
    """Draw the costs over the depth of the crown, and solve."""
    tree, diameter = question.pipes, limits.diameter_m
    half = step_m / 2.0
    first = np.floor(min(tree.depth_up_m.min(), tree.depth_down_m.min()) / half) * half
    knots = first + half * np.arange(2 * question.levels + 4)
    within = np.zeros(1)
    if relaxed:
        reach = 0.0 if question.is_aligned else 0.5
        within = np.linspace(-reach, 1.0 + reach, WITHIN_STEP + 1)
        within = step_m * np.sort(np.append(within, JUST_BELOW))
    depth = near(knots[:, None, None] + diameter[:, None] + within)
    sizes = np.broadcast_to(diameter[:, None], depth.shape)
    per_m, node = (
        cost(sizes, depth).min(axis=2).T.copy() for cost in (costs.pipe_yuan_m, costs.manhole_yuan)
    )
    count = len(tree.down)
    station, lift_m = (np.resize(one, count) for one in lift)
    station[len(lift[0]) :] = np.inf
    station -= lift_m * step_m if relaxed else 0.0
    no = np.zeros(count)
    lifting = Lifting(
        station, lift_m * step_m, no, no + np.inf, tree.top_down, np.zeros(count, np.int64), no > 0
    )
    at = np.repeat(knots[None], len(diameter), axis=0)
    asked = Costs(at, per_m, node, NO_LIMIT, 0.0, step_m, at_mean_depth=True)
    return best_profile(tree, lifting, asked, levels=question.levels)


def near(depth_m: Floats) -> Floats:
    """Round depths to the nanometre, so that a price that jumps at 3 m holds at 3 m."""
    return np.round(depth_m, 9)
