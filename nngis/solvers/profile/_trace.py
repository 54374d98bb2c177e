"""From full tables back to the choices that made them; compiled."""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Bools, Floats
from nngis.compiled import compiled, inner
from nngis.solvers.profile._tables import (
    Tables,
    at_mean,
    carried_on,
    gathered,
    leaving,
    most_choices,
    well_cost,
)
from nngis.solvers.profile.question import Costs, Ints, Lifting, Pipes

NONE = -1


class Choice(NamedTuple):
    """What is chosen for each pipe; levels are counted from the top of the window.

    Parameters
    ----------
    size : (n,) int array
        Its size; -1 for rising mains.
    up, down : (n,) int array
        Level at the upper and the lower end; -1 for rising mains.
    well : (n,) int array
        Level that a station at the upper end takes the flow at; -1 where there is none.
    rising : (n,) bool array
        Whether it is a rising main.
    """

    size: Ints
    up: Ints
    down: Ints
    well: Ints
    rising: Bools


@inner
def _arrive(
    pipes: Pipes, costs: Costs, tables: Tables, choice: Choice, c: int, k: int, limit: int
) -> None:
    """Choose how pipe c arrives at a node that is left at level k, at sizes below a limit."""
    least, choice.rising[c] = tables.rising[c], True
    reach = min(k + 1 - pipes.least_drop[c], tables.gravity.shape[1])
    for size in range(pipes.first[c], min(limit, pipes.first[c] + pipes.choices[c])):
        row = tables.start[c] + size - pipes.first[c]
        for at in range(reach):
            cost = tables.gravity[row, at]
            if k - at > costs.drop_steps:
                cost += costs.drop
            if cost < least:
                least, choice.rising[c] = cost, False
                choice.size[c], choice.down[c] = size, at


@inner
def _upper_level(
    pipes: Pipes, lifting: Lifting, costs: Costs, choice: Choice, i: int, sums: Floats
) -> None:
    """Choose the level at which a gravity pipe begins, and whether the flow is lifted to it."""
    levels, size = len(sums), choice.size[i]
    out = np.empty(levels)
    leaving(pipes, lifting, costs, i, size, sums, out)
    end = choice.down[i] + pipes.top_down[i] - pipes.top_up[i]
    least = np.inf
    begin = max(0, end - pipes.most_fall[i, size])
    for k in range(begin, min(levels, end - pipes.least_fall[i, size] + 1)):
        value = out[k]
        if costs.at_mean_depth:
            value += at_mean(pipes, costs, i, size, k + choice.down[i])
        if value < least:
            least, choice.up[i] = value, k
    up, least = choice.up[i], sums[choice.up[i]]
    for k in range(up + 1, levels):
        depth = pipes.depth_up_m[i] + k * costs.step_m
        well = sums[k] + lifting.per_depth_m[i] * depth + lifting.per_step[i] * k
        cost = lifting.station[i] + well - lifting.per_step[i] * up
        if cost < least:
            least, choice.well[i] = cost, k


@inner
def _well(
    pipes: Pipes,
    lifting: Lifting,
    costs: Costs,
    tables: Tables,
    choice: Choice,
    i: int,
    total: Floats,
) -> None:
    """Choose the well of a rising main, or none where it carries on the one that arrives."""
    least = carried_on(lifting, tables, i)
    for k in range(len(total)):
        value = total[k] + well_cost(pipes, lifting, costs, i, k)
        if value < least:
            least, choice.well[i] = value, k


@inner
def _outlet(pipes: Pipes, tables: Tables, choice: Choice, i: int) -> float:
    """Choose how a pipe arrives at an outlet, where no drop is too long; return the cost."""
    least, choice.rising[i] = tables.rising[i], True
    for s in range(pipes.choices[i]):
        for k in range(tables.gravity.shape[1]):
            if tables.gravity[tables.start[i] + s, k] < least:
                least, choice.rising[i] = tables.gravity[tables.start[i] + s, k], False
                choice.size[i], choice.down[i] = pipes.first[i] + s, k
    return float(least)


@compiled
def trace(pipes: Pipes, lifting: Lifting, costs: Costs, tables: Tables, choice: Choice) -> float:
    """Choose from the outlets up."""
    levels, sizes = tables.gravity.shape[1], pipes.least_fall.shape[1]
    most = most_choices(pipes)
    sums, total = np.empty((most, levels)), np.empty(levels)
    cost = 0.0
    for i in tables.order[::-1]:
        if pipes.down[i] < 0:
            cost += _outlet(pipes, tables, choice, i)
            if cost == np.inf:
                break
        gathered(pipes, costs, tables, i, sums, total)
        level, limit = NONE, sizes
        if choice.rising[i]:
            _well(pipes, lifting, costs, tables, choice, i, total)
            level = choice.well[i]
        else:
            _upper_level(pipes, lifting, costs, choice, i, sums[choice.size[i] - pipes.first[i]])
            level = choice.well[i] if choice.well[i] >= 0 else choice.up[i]
            if not pipes.fixed[i]:
                limit = choice.size[i] + 1
        for at in range(tables.child_start[i], tables.child_start[i + 1]):
            c = tables.child[at]
            if level < 0:
                choice.rising[c] = True
            else:
                _arrive(pipes, costs, tables, choice, c, level, limit)
    return float(cost)
