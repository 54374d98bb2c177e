"""The cheapest profile of a tree of pipes: dynamic programming over sizes and levels."""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Bools, Floats
from nngis.errors import InfeasibleError
from nngis.solvers.profile._sizes import without_useless_sizes
from nngis.solvers.profile._tables import Tables, fill
from nngis.solvers.profile._trace import NONE, Choice, trace
from nngis.solvers.profile.question import Costs, Ints, Lifting, Pipes
from nngis.solvers.tree.prune import leaves_first


@dataclass(frozen=True, eq=False)
class Profile:
    """Sizes and levels of all pipes, and what they cost.

    Parameters
    ----------
    size : (n,) int array
        Size of each pipe; -1 for rising mains.
    up, down : (n,) int array
        Level of its upper and lower end, in steps from level 0; -1 for rising mains.
    well : (n,) int array
        Level at which a station at its upper end takes the flow; -1 where there is none.
    rising : (n,) bool array
        Whether it is a rising main. One without a well carries on the one that arrives.
    cost : float
        Cost of all pipes, nodes, drops and stations.
    """

    size: Ints
    up: Ints
    down: Ints
    well: Ints
    rising: Bools
    cost: float


def best_profile(pipes: Pipes, lifting: Lifting, costs: Costs, *, levels: int) -> Profile:
    """Find the sizes and levels that cost least.

    A pipe leaves a node no higher than any pipe arrives there, and no smaller; it falls as its
    size allows. Where that cannot be, or costs too much, a station at the node lifts the flow to
    the level at which the pipe leaves, or presses it through the pipe, which then is a rising
    main. What a metre of pipe costs is the mean of what it costs at the depths of its two ends,
    or what it costs at their mean depth.

    Parameters
    ----------
    pipes : Pipes
        The tree.
    lifting : Lifting
        What lifting costs.
    costs : Costs
        What depth costs.
    levels : int
        Number of levels considered at each node, from the top of its window down.

    Returns
    -------
    Profile
        The best of all on this grid of levels; of equal ones the same each time.

    Raises
    ------
    InfeasibleError
        If there is none.

    Notes
    -----
    The least cost of all that lies above a pipe's lower end, by its size and its level there, is
    the sum over the pipes that arrive at its upper end, each at its own best size and level not
    below; a pipe's fall makes a window over the levels, whose least value slides along. So the
    work is pipes x sizes x levels.

    References
    ----------
    G. A. Walters, "The design of the optimal layout for a sewer network", Eng. Optim. 9 (1985);
    L. W. Mays and H. G. Wenzel, "Optimal design of multilevel branching sewer systems", Water
    Resour. Res. 12 (1976).

    Examples
    --------
    One pipe of 10 m, one size, a fall of one to three steps; every metre of depth costs 2 a metre,
    so it lies at the top and falls by one:

    >>> one, flat = np.array([1]), np.array([[1]])
    >>> none = np.array([0.0])
    >>> pipes = Pipes(-one, 0 * one, 0 * one, none, none, none + 10, none + 10, none, 0 * one, one,
    ...               flat, 3 * flat, 0 * flat, 9 * flat, 0 * flat, 9 * flat, one > 1, 0 * one)
    >>> lifting = Lifting(none + 99, none, none, none + np.inf, 0 * one, 0 * one, one > 1)
    >>> costs = Costs(np.array([[0.0, 1.0]]), np.array([[5.0, 7.0]]), np.zeros((1, 2)), 9, 0.0, 0.1)
    >>> found = best_profile(pipes, lifting, costs, levels=10)
    >>> found.up.tolist(), found.down.tolist(), round(found.cost, 6)
    ([0], [1], 51.0)
    """
    n = len(pipes.down)
    order = np.concatenate([leaves_first(pipes.down), np.flatnonzero(pipes.down < 0)])
    child = np.argsort(pipes.down, kind="stable")
    child = child[np.count_nonzero(pipes.down < 0) :]
    child_start = np.searchsorted(pipes.down[child], np.arange(n + 1))
    pipes = without_useless_sizes(pipes, costs, order, levels)
    trees = _by_outlet(order, pipes.down)
    start = np.zeros(n, np.int64)
    for tree in trees:  # one after the other, in the same room
        start[tree] = np.cumsum(pipes.choices[tree]) - pipes.choices[tree]
    most = max((int(pipes.choices[tree].sum()) for tree in trees), default=0)
    gravity: Floats = np.empty((max(most, 1), levels))
    tables = Tables(start, gravity, np.full(n, np.inf), child_start, child, order)
    unset = np.full(n, NONE)
    choice = Choice(unset, unset.copy(), unset.copy(), unset.copy(), np.zeros(n, np.bool_))
    cost = 0.0
    for tree in trees:
        fill(pipes, lifting, costs, tables._replace(order=tree))
        cost += trace(pipes, lifting, costs, tables._replace(order=tree), choice)
        if cost == np.inf:
            break
    if not np.isfinite(cost):
        raise InfeasibleError(
            "没有满足要求的管道纵断面；请放宽最大埋深、管径系列或标高约束。",
            "There is no profile that meets the limits; allow deeper pipes, more sizes, or other "
            "fixed levels.",
            where="profile",
        )
    gravity_pipe = ~choice.rising
    return Profile(
        np.where(gravity_pipe, choice.size, NONE),
        np.where(gravity_pipe, pipes.top_up + choice.up, NONE),
        np.where(gravity_pipe, pipes.top_down + choice.down, NONE),
        np.where(choice.well >= 0, pipes.top_up + choice.well, NONE),
        choice.rising,
        cost,
    )


def _by_outlet(order: Ints, down: Ints) -> list[Ints]:
    """Part the pipes by the outlet that they run to, each part in the order that is given."""
    outlet = np.where(down < 0, np.arange(len(down)), down)
    while (outlet[outlet] != outlet).any():
        outlet = outlet[outlet]
    parted = order[np.argsort(-outlet[order], kind="stable")]
    return np.split(parted, np.flatnonzero(np.diff(outlet[parted])) + 1)
