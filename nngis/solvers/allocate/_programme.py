"""The mixed-integer programme of whole demands, in HiGHS."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack

from nngis.arrays import Floats
from nngis.compiled import clock_s
from nngis.solvers.allocate._question import Question
from nngis.solvers.allocate._simplex import Ints
from nngis.solvers.highs import solve_whole
from nngis.solvers.program import Program
from nngis.text import Text

SOLVER = 1e-6
"""Share by which the solver may overstep a limit."""


@dataclass(frozen=True)
class Goal:
    """What a programme is asked for.

    Parameters
    ----------
    links : int array
        Links to choose from.
    price : (n,) float array
        What each link of the question adds to what shall be small.
    served : float
        Load to serve at least.
    """

    links: Ints
    price: Floats
    served: float


def better(
    question: Question, goal: Goal, chosen: Ints, gap: float, until: float
) -> tuple[Ints, float, tuple[Text, ...]]:
    """Look for a better choice than the one known."""
    if clock_s() >= until:
        return chosen, -np.inf, ()
    unit = float(np.abs(goal.price[chosen]).mean()) if len(chosen) else 1.0
    known = np.isin(goal.links, chosen).astype(float)
    program = _program(question, goal, unit)
    whole = solve_whole(program, known=known, gap=gap, seconds=until - clock_s())
    if whole.x is not None:
        found = goal.links[whole.x == 1.0]
        fell = goal.price[found].sum() < goal.price[chosen].sum()
        chosen = found if fell and _holds(question, found, goal.served) else chosen
    # That there is no choice at all cannot be: one is known, if not to the engine's tolerance.
    bound = -whole.bound * unit if np.isfinite(whole.bound) else -np.inf
    return chosen, bound, whole.doubts


def _program(question: Question, goal: Goal, unit: float) -> Program:
    """Write the programme down: demands once at most, capacities, groups, the load to serve."""
    links, scale = goal.links, float(question.load.mean())
    n, demand, facility = len(links), question.demand_at[links], question.facility_at[links]
    load, group = question.load[demand] / scale, question.group_at[facility]
    grouped, columns = np.flatnonzero(group >= 0), np.arange(n)
    parts = (
        csr_matrix((np.ones(n), (demand, columns)), (len(question.load), n)),
        csr_matrix((load, (facility, columns)), (len(question.capacity), n)),
        csr_matrix((load[grouped], (group[grouped], grouped)), (len(question.group_capacity), n)),
        csr_matrix(load[None, :]),
    )
    rows = vstack(parts, format="csr")
    room = np.concatenate([question.capacity, question.group_capacity]) / scale
    return Program(
        gain=-goal.price[links] / unit,
        rows=rows,
        row_low=np.append(np.full(rows.shape[0] - 1, -np.inf), goal.served / scale),
        row_high=np.concatenate([np.ones(len(question.load)), room, [np.inf]]),
        low=np.zeros(n),
        high=np.ones(n),
        whole=np.ones(n, bool),
    )


def _holds(question: Question, links: Ints, served: float) -> bool:
    """Check a choice against the question itself, to the solver's own tolerance."""
    load, at = question.load[question.demand_at[links]], question.facility_at[links]
    used, member = np.zeros(len(question.capacity)), question.group_at >= 0
    np.add.at(used, at, load)
    shared = np.zeros(len(question.group_capacity))
    np.add.at(shared, question.group_at[member], used[member])
    once = len(np.unique(question.demand_at[links])) == len(links)
    fits = (used <= question.capacity * (1.0 + SOLVER)).all()
    fits &= (shared <= question.group_capacity * (1.0 + SOLVER)).all()
    return bool(once and fits and used.sum() >= served * (1.0 - SOLVER))
