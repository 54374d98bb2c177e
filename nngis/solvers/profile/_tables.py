"""The tables of the dynamic programme, filled from the leaves down; compiled."""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Floats
from nngis.compiled import compiled, copy_into, inner
from nngis.solvers.profile.question import Costs, Ints, Lifting, Pipes


class Tables(NamedTuple):
    """The least cost of all that lies above the lower end of each pipe, that pipe included.

    Parameters
    ----------
    start : (n,) int array
        Row of `gravity` of each pipe's first size.
    gravity : (rows, levels) float array
        By size, and level at the lower end.
    rising : (n,) float array
        As a rising main.
    child_start, child : int array
        The pipes that arrive at the upper end of pipe i are
        ``child[child_start[i]:child_start[i + 1]]``.
    order : (n,) int array
        The pipes, each after those that flow to it.
    """

    start: Ints
    gravity: Floats
    rising: Floats
    child_start: Ints
    child: Ints
    order: Ints


@inner
def price(knots: Floats, values: Floats, depth: float) -> float:
    """Read a broken line, straight on beyond its ends."""
    j, last = 1, len(knots) - 1
    while j < last:
        middle = (j + last) // 2
        if depth > knots[middle]:
            j = middle + 1
        else:
            last = middle
    slope = (values[j] - values[j - 1]) / (knots[j] - knots[j - 1])
    return float(values[j - 1] + slope * (depth - knots[j - 1]))


@inner
def matched(best: Floats, costs: Costs, least: int, out: Floats, queue: Ints) -> None:
    """For each level, the least cost of arriving far enough above it; a long drop costs more."""
    head, tail, any_above = 0, 0, np.inf
    out[: min(least, len(out))] = np.inf
    for k in range(least, len(best)):
        new = k - least
        any_above = min(any_above, best[new])
        while tail > head and best[queue[tail - 1]] >= best[new]:
            tail -= 1
        queue[tail] = new
        tail += 1
        while head < tail and queue[head] < k - costs.drop_steps:
            head += 1
        out[k] = any_above + costs.drop
        if head < tail:
            out[k] = min(out[k], best[queue[head]])


@inner
def gathered(
    pipes: Pipes, costs: Costs, tables: Tables, i: int, sums: Floats, total: Floats
) -> None:
    """Add up what arrives at the upper end of a pipe, by its size and the level it leaves at.

    `total` is for a size that takes any other; a fixed pipe takes any, too.
    """
    levels = tables.gravity.shape[1]
    best, out, queue = np.empty(levels), np.empty(levels), np.empty(levels, np.int64)
    first, last = pipes.first[i], pipes.first[i] + pipes.choices[i]
    sums[:] = 0.0
    total[:] = 0.0
    for at in range(tables.child_start[i], tables.child_start[i + 1]):
        c = tables.child[at]
        lifted = tables.rising[c]
        begin, end = pipes.first[c], pipes.first[c] + pipes.choices[c]
        best[:] = np.inf
        out[:] = np.inf
        for size in range(min(begin, first), max(end, last)):
            if begin <= size < end:
                row = tables.start[c] + size - begin
                for k in range(levels):
                    best[k] = min(best[k], tables.gravity[row, k])
                matched(best, costs, pipes.least_drop[c], out, queue)
            if first <= size < last and not pipes.fixed[i]:
                for k in range(levels):
                    sums[size - first, k] += min(out[k], lifted)
        for k in range(levels):
            total[k] += min(out[k], lifted)
    if pipes.fixed[i]:
        for s in range(pipes.choices[i]):
            copy_into(sums[s], total)


@inner
def leaving(
    pipes: Pipes, lifting: Lifting, costs: Costs, i: int, size: int, sums: Floats, out: Floats
) -> None:
    """Cost of everything above the upper end and its node, by the level the pipe leaves at."""
    levels = len(out)
    best = np.inf
    for k in range(levels - 1, -1, -1):
        depth = pipes.depth_up_m[i] + k * costs.step_m
        cost = min(sums[k], lifting.station[i] + best - lifting.per_step[i] * k)
        well = sums[k] + lifting.per_depth_m[i] * depth + lifting.per_step[i] * k
        best = min(best, well)
        if not pipes.from_up[i, size] <= k <= pipes.to_up[i, size]:
            out[k] = np.inf
            continue
        if not pipes.fixed[i]:
            cost += price(costs.knots_m[size], costs.node[size], depth)
        if not costs.at_mean_depth:
            cost += (
                0.5
                * pipes.cost_length_m[i]
                * price(costs.knots_m[size], costs.per_m[size], depth + pipes.excess_m[i])
            )
        out[k] = cost


@inner
def at_mean(pipes: Pipes, costs: Costs, i: int, size: int, both: int) -> float:
    """Cost of a pipe by the sum of the levels at its ends, priced at its mean depth."""
    depth = 0.5 * (pipes.depth_up_m[i] + pipes.depth_down_m[i] + both * costs.step_m)
    line = price(costs.knots_m[size], costs.per_m[size], depth + pipes.excess_m[i])
    return float(pipes.cost_length_m[i] * line)


@inner
def _arriving_at_mean(
    pipes: Pipes, costs: Costs, i: int, size: int, out: Floats, row: Floats
) -> None:
    """Cost by the level at the lower end, where the cost of the pipe depends on both levels."""
    levels = len(out)
    shift = pipes.top_down[i] - pipes.top_up[i]
    least, most = pipes.least_fall[i, size], pipes.most_fall[i, size]
    row[:] = np.inf
    if least > most:
        return
    pipe = np.empty(2 * levels)
    for both in range(2 * levels):
        pipe[both] = at_mean(pipes, costs, i, size, both)
    first, last = max(0, pipes.from_down[i, size]), min(levels - 1, pipes.to_down[i, size])
    # Levels at the lower end innermost: without a running minimum the loop goes in strides.
    for up in range(levels):
        above = out[up]
        if above == np.inf:
            continue
        begin = max(first, up - shift + least)
        end = max(begin, min(last, up - shift + most) + 1)
        into, line = row[begin:end], pipe[up + begin : up + end]
        for k in range(len(into)):
            value = above + line[k]
            into[k] = value if value < into[k] else into[k]  # noqa: FURB136 -- goes in strides


@inner
def _arriving(pipes: Pipes, costs: Costs, i: int, size: int, out: Floats, row: Floats) -> None:
    """Cost by the level at the lower end: the best level at the upper end that falls enough."""
    levels = len(out)
    queue = np.empty(levels, np.int64)
    shift = pipes.top_down[i] - pipes.top_up[i]
    least, most = pipes.least_fall[i, size], pipes.most_fall[i, size]
    row[:] = np.inf
    if least > most:
        return
    head, tail, seen = 0, 0, 0
    half = 0.5 * pipes.cost_length_m[i]
    for k in range(levels):
        while seen <= k + shift - least and seen < levels:
            while tail > head and out[queue[tail - 1]] > out[seen]:
                tail -= 1
            queue[tail] = seen
            tail += 1
            seen += 1
        while head < tail and queue[head] < k + shift - most:
            head += 1
        if head == tail or not pipes.from_down[i, size] <= k <= pipes.to_down[i, size]:
            continue
        depth = pipes.depth_down_m[i] + k * costs.step_m + pipes.excess_m[i]
        row[k] = out[queue[head]] + half * price(costs.knots_m[size], costs.per_m[size], depth)


@inner
def well_cost(pipes: Pipes, lifting: Lifting, costs: Costs, i: int, k: int) -> float:
    """Cost of a station whose well takes the flow at level k and lifts it to the rising main."""
    depth = pipes.depth_up_m[i] + k * costs.step_m
    lift = max(0, pipes.top_up[i] + k - lifting.rising_level[i])
    return float(lifting.station[i] + lifting.per_depth_m[i] * depth + lifting.per_step[i] * lift)


@inner
def carried_on(lifting: Lifting, tables: Tables, i: int) -> float:
    """Cost of everything above the upper end when the only pipe there is a rising main."""
    only = tables.child_start[i + 1] - tables.child_start[i] == 1
    if not (only and lifting.may_carry_on[i]):
        return float(np.inf)
    c = tables.child[tables.child_start[i]]
    return float(tables.rising[c] + lifting.per_step[i] * lifting.rising_steps[i])


@inner
def most_choices(pipes: Pipes) -> int:
    """Count the sizes of the pipe that has most; 1 at least."""
    most = 1
    for choices in pipes.choices:
        most = max(most, choices)
    return most


@compiled
def fill(pipes: Pipes, lifting: Lifting, costs: Costs, tables: Tables) -> None:
    """Fill the tables of all pipes."""
    levels = tables.gravity.shape[1]
    most = most_choices(pipes)
    sums, total, out = np.empty((most, levels)), np.empty(levels), np.empty(levels)
    for i in tables.order:
        gathered(pipes, costs, tables, i, sums, total)
        for s in range(pipes.choices[i]):
            size = pipes.first[i] + s
            row = tables.gravity[tables.start[i] + s]
            if pipes.least_fall[i, size] > pipes.most_fall[i, size]:
                row[:] = np.inf
                continue
            leaving(pipes, lifting, costs, i, size, sums[s], out)
            if costs.at_mean_depth:
                _arriving_at_mean(pipes, costs, i, size, out, row)
            else:
                _arriving(pipes, costs, i, size, out, row)
        best = carried_on(lifting, tables, i)
        for k in range(levels):
            best = min(best, total[k] + well_cost(pipes, lifting, costs, i, k))
        tables.rising[i] = best + lifting.rising_main[i]
