"""A better bound, up to the proof, by linear programming over Steiner cuts in HiGHS."""

import time
from collections.abc import Callable

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

from nngis.solvers.tree._ascent import Ascent
from nngis.solvers.tree._flow import violated_cuts
from nngis.solvers.tree._network import Floats, Ints, Network

LEAST_VIOLATION = 1e-4
"""A cut counts as violated when its arcs lack at least this of 1."""

CUT_ARCS = 4
"""Arcs that the cuts of one round may have together, as a multiple of the network's."""

SETTINGS = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0}


def _cut_rows(start: Ints, arcs: Ints, m: int) -> csr_array:
    return csr_array((np.ones(len(arcs)), arcs, start), shape=(len(start) - 1, m))


def _balance_rows(net: Network) -> csr_array:
    """Write down that what leaves a junction is at least what enters it."""
    junction = ~net.terminal
    junction[0] = False
    row = np.cumsum(junction) - 1
    m = np.arange(len(net.tail))
    leaves, enters = m[junction[net.tail]], m[junction[net.head]]
    data = np.concatenate([np.ones(len(leaves)), -np.ones(len(enters))])
    rows = np.concatenate([row[net.tail[leaves]], row[net.head[enters]]])
    places = (rows, np.concatenate([leaves, enters]))
    return csr_array((data, places), shape=(int(junction.sum()), len(net.tail)))


def _open_model(net: Network, matrix: csr_array, lower: Floats) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = net.cost
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    lp.row_lower_, lp.row_upper_ = lower, np.full(lp.num_row_, np.inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in SETTINGS.items():
        model.setOptionValue(option, value)
    model.passModel(lp)
    return model


def _add_rows(model: highspy.Highs, rows: csr_array) -> None:
    k = rows.shape[0]
    model.addRows(
        k, np.ones(k), np.full(k, np.inf), rows.nnz, rows.indptr[:-1], rows.indices, rows.data
    )


def _run(model: highspy.Highs, until: float) -> highspy.HighsModelStatus:
    model.setOptionValue("time_limit", model.getRunTime() + max(0.0, until - time.monotonic()))
    model.run()
    return model.getModelStatus()


def prove(
    net: Network,
    ascent: Ascent,
    try_tree: Callable[[Floats], float],
    enough: Callable[[float], bool],
    until: float,
) -> float:
    """Raise the bound by the cuts that the relaxation violates, as integers at the end.

    The relaxation's bound is not the solver's word: it is added up again from the row duals, which
    bound the cost whatever they are.

    Parameters
    ----------
    net : Network
        The network.
    ascent : Ascent
        A dual ascent on it; its cuts are the first rows.
    try_tree : callable
        Takes how much of each arc the relaxation uses, looks for a tree near it, and returns the
        cost of the best tree known.
    enough : callable
        Whether a bound will do.
    until : float
        Reading of `time.monotonic` at which to stop [s].

    Returns
    -------
    float
        No tree costs less.

    References
    ----------
    T. Koch and A. Martin, "Solving Steiner tree problems in graphs to optimality", Networks 32
    (1998), 207-232: nested cuts, creep flow, flow balance.
    """
    m = len(net.tail)
    balance, cuts = _balance_rows(net), _cut_rows(ascent.start, ascent.arcs, m)
    matrix = vstack([balance, cuts], format="csr")
    lower = np.repeat([0.0, 1.0], [balance.shape[0], cuts.shape[0]])
    model, upper, bound = _open_model(net, matrix, lower), np.ones(m), ascent.bound
    while not enough(bound):
        if _run(model, until) != highspy.HighsModelStatus.kOptimal:
            return bound
        solution = model.getSolution()
        value, dual = np.array(solution.col_value), np.array(solution.row_dual).clip(0.0)
        reduced = net.cost - matrix.T @ dual
        relaxed = float(lower @ dual + np.minimum(reduced, 0.0) @ upper)
        best = try_tree(value)
        bound = min(best, max(bound, relaxed))
        useless = np.flatnonzero((reduced > best - relaxed + 1e-9 * best) & (upper > 0.0))
        upper[useless] = 0.0
        model.changeColsBounds(len(useless), useless, np.zeros(len(useless)), upper[useless])
        start, arcs = violated_cuts(net, value, LEAST_VIOLATION, CUT_ARCS * m)
        if len(start) == 1:
            return _prove_integer(net, model, try_tree, enough, bound, until)
        rows = _cut_rows(start, arcs, m)
        matrix = vstack([matrix, rows], format="csr")
        lower = np.concatenate([lower, np.ones(rows.shape[0])])
        _add_rows(model, rows)
    return bound


def _prove_integer(
    net: Network,
    model: highspy.Highs,
    try_tree: Callable[[Floats], float],
    enough: Callable[[float], bool],
    bound: float,
    until: float,
) -> float:
    """Go on with whole arcs; here the bound is the solver's."""
    m = len(net.tail)
    model.changeColsIntegrality(
        m, np.arange(m), np.full(m, highspy.HighsVarType.kInteger.value, np.uint8)
    )
    while not enough(bound):
        done = _run(model, until) == highspy.HighsModelStatus.kOptimal
        info = model.getInfo()
        if np.isfinite(info.mip_dual_bound):
            bound = max(bound, info.mip_dual_bound)
        if not np.isfinite(info.objective_function_value):
            return bound
        value = np.array(model.getSolution().col_value).round()
        bound = min(bound, try_tree(value))
        start, arcs = violated_cuts(net, value, LEAST_VIOLATION, CUT_ARCS * m)
        if not done or len(start) == 1:
            return bound
        _add_rows(model, _cut_rows(start, arcs, m))
    return bound
