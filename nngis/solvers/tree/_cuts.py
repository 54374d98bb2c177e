"""A better bound, up to the proof, by linear programming over Steiner cuts in HiGHS."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack

from nngis.arrays import Floats
from nngis.compiled import clock_s
from nngis.solvers.highs import Relaxation, solve_whole
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.tree._ascent import Ascent
from nngis.solvers.tree._flow import violated_cuts
from nngis.solvers.tree._network import Ints, Network
from nngis.text import Text

LEAST_VIOLATION = 1e-4
"""A cut counts as violated when its arcs lack at least this of 1."""

CUT_ARCS = 4
"""Arcs that the cuts of one round may have together, as a multiple of the network's."""

LEAST_WORSE = 1e-9
"""Share of the cost by which trees with an arc must be dearer for the arc to be closed."""


@dataclass(frozen=True)
class Aim:
    """What the proof is for.

    Parameters
    ----------
    try_tree : callable
        Takes how much of each arc a relaxation uses, looks for a tree near it, and returns the
        cost of the best tree known.
    known : callable
        The best tree known, as 0 and 1 for each arc; None where the network does not hold it.
    enough : callable
        Whether a bound will do.
    until : float
        Reading of `time.monotonic` at which to stop [s].
    """

    try_tree: Callable[[Floats], float]
    known: Callable[[], Floats | None]
    enough: Callable[[float], bool]
    until: float

    @property
    def left_s(self) -> float:
        """Time that is left [s]."""
        return max(0.0, self.until - clock_s())


def _cut_rows(start: Ints, arcs: Ints, m: int) -> csr_matrix:
    """Write down that each cut has an arc of the tree, as an upper bound of -1."""
    return csr_matrix((-np.ones(len(arcs)), arcs, start), shape=(len(start) - 1, m))


def _balance_rows(net: Network) -> csr_matrix:
    """Write down that what enters a junction is no more than what leaves it."""
    junction = ~net.terminal
    junction[0] = False
    row = np.cumsum(junction) - 1
    m = np.arange(len(net.tail))
    leaves, enters = m[junction[net.tail]], m[junction[net.head]]
    data = np.concatenate([-np.ones(len(leaves)), np.ones(len(enters))])
    rows = np.concatenate([row[net.tail[leaves]], row[net.head[enters]]])
    places = (rows, np.concatenate([leaves, enters]))
    return csr_matrix((data, places), shape=(int(junction.sum()), len(net.tail)))


def _program(net: Network, ascent: Ascent) -> Program:
    m = len(net.tail)
    balance, cuts = _balance_rows(net), _cut_rows(ascent.start, ascent.arcs, m)
    high = np.repeat([0.0, -1.0], [balance.shape[0], cuts.shape[0]])
    return Program(
        gain=-net.cost,
        rows=vstack([balance, cuts], format="csr"),
        row_low=np.full(high.size, -np.inf),
        row_high=high,
        low=np.zeros(m),
        high=np.ones(m),
        whole=np.ones(m, bool),
    )


def prove(net: Network, ascent: Ascent, aim: Aim) -> tuple[float, tuple[Text, ...]]:
    """Raise the bound by the cuts that the relaxation violates, as integers at the end.

    The relaxation's bound is not the engine's word: it is added up again from the row duals, which
    bound the cost whatever they are.
    """
    # T. Koch and A. Martin, "Solving Steiner tree problems in graphs to optimality", Networks 32
    # (1998), 207-232: nested cuts, creep flow, flow balance.
    m = len(net.tail)
    program, bound = _program(net, ascent), ascent.bound
    relaxation = Relaxation(program)
    while not aim.enough(bound) and aim.left_s:
        relaxed = relaxation.solve(aim.left_s)
        if relaxed is None:
            break
        top, reduced = safe_bound(program, relaxed.price)
        best = aim.try_tree(relaxed.x)
        bound = min(best, max(bound, -top))
        fixed = fixed_by_price(program, reduced, top, -best - LEAST_WORSE * best)
        program = program.fixed(*fixed)
        relaxation.set_bounds(program.low, program.high)
        start, arcs = violated_cuts(net, relaxed.x, LEAST_VIOLATION, CUT_ARCS * m)
        if len(start) == 1:
            whole, doubts = _prove_integer(net, program, bound, aim)
            return whole, tuple(dict.fromkeys(relaxation.doubts + doubts))
        rows = _cut_rows(start, arcs, m)
        program = program.with_rows(rows, -np.ones(rows.shape[0]))
        relaxation.add_rows(rows, -np.ones(rows.shape[0]))
    return bound, relaxation.doubts


def _prove_integer(
    net: Network, program: Program, bound: float, aim: Aim
) -> tuple[float, tuple[Text, ...]]:
    """Go on with whole arcs; here the bound is the engine's, held against the best tree."""
    m = len(net.tail)
    while not aim.enough(bound) and aim.left_s:
        known = aim.known()
        if known is not None:
            program = program.holding(known)
        whole = solve_whole(program, known=known, gap=0.0, seconds=aim.left_s)
        claimed = -whole.bound if math.isfinite(whole.bound) else -math.inf
        if whole.x is None:
            return max(bound, claimed), whole.doubts
        bound = min(max(bound, claimed), aim.try_tree(whole.x))
        start, arcs = violated_cuts(net, whole.x, LEAST_VIOLATION, CUT_ARCS * m)
        if whole.doubts or len(start) == 1:
            return bound, whole.doubts
        rows = _cut_rows(start, arcs, m)
        program = program.with_rows(rows, -np.ones(rows.shape[0]))
    return bound, ()
