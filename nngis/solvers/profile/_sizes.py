"""Which sizes can be of use: a larger one that is never better than a smaller one is left out.

At pipe i a size b is useless beside a smaller size a, if a falls as freely, lies where b may, costs
no more at any depth, and is no smaller than any size that is left to the pipes that arrive. Then b
can be changed for a at the same levels in any design, from the leaves down: what arrives still
fits, what follows is freer, and nothing costs more. So the best design of all is still among those
left.
"""

import numpy as np

from nngis.arrays import Bools, Floats
from nngis.compiled import compiled
from nngis.solvers.profile.question import Costs, Ints, Pipes


def without_useless_sizes(pipes: Pipes, costs: Costs, order: Ints, levels: int) -> Pipes:
    """Leave out sizes that cannot be part of a best design that another does not equal."""
    least, choices = pipes.least_fall.copy(), pipes.choices.copy()
    _leave_out(pipes, order, _never_dearer(pipes, costs, levels), least, choices)
    return pipes._replace(least_fall=least, choices=choices)


def _never_dearer(pipes: Pipes, costs: Costs, levels: int) -> Bools:
    """Tell of each size whether it costs no more than each other, at all depths that occur.

    Lines bend at knots only, so it is enough to look there and at both ends.
    """
    depth = np.concatenate([pipes.depth_up_m, pipes.depth_down_m])
    least = depth.min(initial=0.0) + pipes.excess_m.min(initial=0.0)
    most = depth.max(initial=0.0) + pipes.excess_m.max(initial=0.0) + levels * costs.step_m
    at = np.unique(np.concatenate([costs.knots_m.ravel(), [least, most]]))
    at = at[(at >= least) & (at <= most)]
    pipe, node = (_lines(costs.knots_m, values, at) for values in (costs.per_m, costs.node))
    sizes = len(pipe)
    no_dearer = np.zeros((sizes, sizes), np.bool_)
    for size in range(sizes):
        no_dearer[size] = (pipe[size] <= pipe).all(axis=1) & (node[size] <= node).all(axis=1)
    return no_dearer


def _lines(knots: Floats, values: Floats, at: Floats) -> Floats:
    """Read broken lines, straight on beyond their ends; a row a size."""
    rows = []
    for knot, value in zip(knots, values, strict=True):
        j = np.searchsorted(knot, at).clip(1, len(knot) - 1)
        slope = (value[j] - value[j - 1]) / (knot[j] - knot[j - 1])
        rows.append(value[j - 1] + slope * (at - knot[j - 1]))
    return np.array(rows)


@compiled
def _leave_out(pipes: Pipes, order: Ints, no_dearer: Bools, least: Ints, choices: Ints) -> None:
    """Close what is useless from the leaves down, and shorten the lists of choices."""
    arrives = np.zeros(len(order), np.int64)
    for i in order:
        first, last = pipes.first[i], pipes.first[i] + choices[i] - 1
        for b in range(last, first, -1):
            for a in range(max(first, arrives[i]), b):
                if (
                    no_dearer[a, b]
                    and pipes.least_fall[i, a] <= pipes.least_fall[i, b]
                    and pipes.most_fall[i, a] >= pipes.most_fall[i, b]
                    and pipes.from_up[i, a] <= pipes.from_up[i, b]
                    and pipes.to_up[i, a] >= pipes.to_up[i, b]
                    and pipes.from_down[i, a] <= pipes.from_down[i, b]
                    and pipes.to_down[i, a] >= pipes.to_down[i, b]
                ):
                    least[i, b] = pipes.most_fall[i, b] + 1
                    break
        while choices[i] > 1 and least[i, last] > pipes.most_fall[i, last]:
            choices[i] -= 1
            last -= 1
        if pipes.down[i] >= 0 and choices[i] > 0:
            arrives[pipes.down[i]] = max(arrives[pipes.down[i]], last)
