"""The mixed-integer programme of whole demands, in HiGHS."""

import time
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

from nngis.solvers.allocate._question import Question
from nngis.solvers.allocate._simplex import Floats, Ints

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
) -> tuple[Ints, float]:
    """Look for a better choice than the one known.

    Parameters
    ----------
    question : Question
        The question.
    goal : Goal
        What is free, and what counts.
    chosen : int array
        A choice that meets the goal.
    gap : float
        Share at which to stop.
    until : float
        Reading of `time.monotonic` at which to stop [s].

    Returns
    -------
    chosen : int array
        The best choice known, sorted.
    bound : float
        No choice among the links of the goal is below; the solver's word.
    """
    if time.monotonic() >= until:
        return chosen, -np.inf
    unit = float(np.abs(goal.price[chosen]).mean()) if len(chosen) else 1.0
    model = _model(question, goal, unit)
    model.setOptionValue("mip_rel_gap", gap)
    model.setOptionValue("time_limit", until - time.monotonic())
    known = highspy.HighsSolution()
    known.col_value = np.isin(goal.links, chosen).astype(float)
    model.setSolution(known)
    model.run()
    solution = model.getSolution()
    bound = float(model.getInfo().mip_dual_bound) * unit
    if solution.value_valid:
        found = goal.links[np.array(solution.col_value).round() == 1.0]
        fell = goal.price[found].sum() < goal.price[chosen].sum()
        chosen = found if fell and _holds(question, found, goal.served) else chosen
    return chosen, bound


def _model(question: Question, goal: Goal, unit: float) -> highspy.Highs:
    """Write the programme down: demands once at most, capacities, groups, the load to serve."""
    links, scale = goal.links, float(question.load.mean())
    n, demand, facility = len(links), question.demand_at[links], question.facility_at[links]
    load, group = question.load[demand] / scale, question.group_at[facility]
    grouped, columns = np.flatnonzero(group >= 0), np.arange(n)
    parts = (
        csr_array((np.ones(n), (demand, columns)), (len(question.load), n)),
        csr_array((load, (facility, columns)), (len(question.capacity), n)),
        csr_array((load[grouped], (group[grouped], grouped)), (len(question.group_capacity), n)),
        csr_array(load[None, :]),
    )
    matrix = vstack(parts, format="csr")
    room = np.concatenate([question.capacity, question.group_capacity]) / scale
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = goal.price[links] / unit
    lp.col_lower_, lp.col_upper_ = np.zeros(n), np.ones(n)
    lp.row_lower_ = np.append(np.full(lp.num_row_ - 1, -np.inf), goal.served / scale)
    lp.row_upper_ = np.concatenate([np.ones(len(question.load)), room, [np.inf]])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * n
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1)):
        model.setOptionValue(option, value)
    model.passModel(lp)
    return model


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
