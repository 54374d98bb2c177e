"""The cheapest sites that leave nothing uncovered: reductions, search, relaxation, branching."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from nngis.arrays import Bools
from nngis.solvers.highs import Relaxation, solve_whole
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.site._choice import Packing
from nngis.solvers.site._cover import CoverProblem, make_cover
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._numba_cover import fill_up, fresh_state, turn_off
from nngis.solvers.site._numba_rows import alike_columns, dominated_sites, implied_rows
from nngis.solvers.site._numba_swap import anneal
from nngis.text import Text

TRIALS_PER_SITE = 1000
MOST_TRIALS = 1_000_000


@dataclass(frozen=True, eq=False)
class FullCover:
    """The cheapest full cover known, and what every full cover costs at least.

    Parameters
    ----------
    is_open : (m,) bool array, optional
        The cover; none, if none was found.
    cost : float
        What it costs; infinite without one.
    bound : float
        No cover costs less; infinite if there is none.
    doubts : tuple of Text
        What an outside engine claimed on the way and cannot be.
    """

    is_open: Bools | None
    cost: float
    bound: float
    doubts: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class _Core:
    """What is left of a question once the plain cases are settled.

    Rows of classes by site; the sites' positions in the question, their limits, and the sites
    that are open already because a class has no other.
    """

    rows: sparse.csr_matrix
    site: np.ndarray
    packing: Packing
    opened: np.ndarray

    @property
    def is_possible(self) -> bool:
        """Whether the sites that had to be opened keep the limits, and no class is lost."""
        fits = self.packing.allows(np.zeros(self.site.size, bool))
        return fits and not bool((np.diff(self.rows.indptr) == 0).any())


def cheapest_cover(
    rows: sparse.csr_matrix, packing: Packing, effort: Effort, *, enough: float = -math.inf
) -> FullCover:
    """Choose the cheapest sites that cover every class."""
    whole = bool((packing.cost == np.round(packing.cost)).all())
    core = _reduce(rows, packing)
    fixed = float(packing.cost[core.opened].sum())
    if not core.is_possible:
        return FullCover(None, math.inf, math.inf)
    chosen = _search(core, whole=whole)
    found = _lift(core, packing, chosen, fixed)
    if not core.site.size:
        return replace(found, bound=fixed)
    if found.cost <= enough:
        return found
    program = _program(core)
    relaxation = Relaxation(program)
    relaxed = relaxation.solve(effort.left_s)
    found = replace(found, doubts=relaxation.doubts)
    if relaxed is None:
        return replace(found, bound=math.inf) if relaxation.is_empty else found
    top, reduced = safe_bound(program, relaxed.price)
    bound = fixed + _round_up(-top, whole=whole)
    found = replace(found, bound=bound)
    if found.cost <= bound or bound > enough > -math.inf or effort.is_over:
        return found
    if found.is_open is not None:
        # Whole costs leave room only for covers that are cheaper by 1.
        least = fixed - found.cost + (1.0 - 1e-6 if whole else 0.0)
        program = program.fixed(*fixed_by_price(program, reduced, top, least), chosen)
    result = solve_whole(
        program,
        known=None if chosen is None else chosen.astype(np.float64),
        gap=effort.gap,
        seconds=effort.left_s,
    )
    doubts = tuple(dict.fromkeys(found.doubts + result.doubts))
    if result.x is not None:
        better = _lift(core, packing, result.x > 0.5, fixed)  # noqa: PLR2004
        found = replace(better, bound=found.bound) if better.cost < found.cost else found
    found = replace(found, doubts=doubts)
    # A bound of minus infinity says that no cover is left, or none better than the one known.
    below = fixed + _round_up(-result.careful_bound, whole=whole)
    return replace(found, bound=min(max(found.bound, below), found.cost))


def _round_up(bound: float, *, whole: bool) -> float:
    """Raise a bound to the next whole number where every cost is one."""
    return float(math.ceil(bound)) if whole and math.isfinite(bound) else bound


def _reduce(rows: sparse.csr_matrix, packing: Packing) -> _Core:
    """Drop implied classes and dominated sites, open sites without alternative, until all stays."""
    site = np.arange(rows.shape[1])
    opened = np.zeros(0, np.int64)
    while True:
        before = rows.shape
        fits = packing.may_open()
        rows, site, packing = rows[:, np.flatnonzero(fits)], site[fits], packing.keep(fits)
        rows.sort_indices()
        back = rows.T.tocsr()
        rows = rows[alike_columns(back.indptr, back.indices, rows.shape[0])[1]]
        back = rows.T.tocsr().sorted_indices()
        start, item = rows.indptr.astype(np.int64), rows.indices.astype(np.int64)
        back_start, back_item = back.indptr.astype(np.int64), back.indices.astype(np.int64)
        rows = rows[~implied_rows(start, item, back_start, back_item)]
        rows, keep = _undominated(rows, packing)
        site, packing = site[keep], packing.keep(keep)
        single = np.zeros(site.size, bool)
        single[rows.indices[rows.indptr[:-1][np.diff(rows.indptr) == 1]]] = True
        opened = np.r_[opened, site[single]]
        rows = rows[np.asarray(rows @ single.astype(np.int64)) == 0][:, np.flatnonzero(~single)]
        site, packing = site[~single], packing.after(single).keep(~single)
        if rows.shape == before or not site.size:
            return _Core(rows, site, packing, opened)


def _undominated(rows: sparse.csr_matrix, packing: Packing) -> tuple[sparse.csr_matrix, Bools]:
    """Drop sites that cover nothing more than another one that costs no more."""
    back = rows.T.tocsr().sorted_indices()
    limits = packing.limits
    out = dominated_sites(
        (
            back.indptr.astype(np.int64),
            back.indices.astype(np.int64),
            rows.indptr.astype(np.int64),
            rows.indices.astype(np.int64),
        ),
        packing.cost,
        np.zeros(rows.shape[1]),
        (limits.of_start, limits.of_item),
    )
    keep = ~out & (np.diff(back.indptr) > 0)
    return rows[:, np.flatnonzero(keep)], keep


def _lift(core: _Core, packing: Packing, chosen: Bools | None, fixed: float) -> FullCover:
    """Put a choice within the core back into the question, if it covers all and keeps limits."""
    if chosen is None or not core.packing.allows(chosen):
        return FullCover(None, math.inf, fixed)
    if not bool((np.asarray(core.rows @ chosen.astype(np.int64)) > 0).all()):
        return FullCover(None, math.inf, fixed)
    is_open = np.zeros(packing.cost.size, bool)
    is_open[core.opened] = True
    is_open[core.site[chosen]] = True
    return FullCover(is_open, float(packing.cost[is_open].sum()), fixed)


def _search(core: _Core, *, whole: bool) -> Bools | None:
    """Cover greedily, close what is superfluous, then try with one site less."""
    problem = make_cover(core.rows.T.tocsr(), np.ones((core.rows.shape[0], 1)), core.packing)
    arrays, budget = problem.arrays, problem.packing.budget
    state = fresh_state(arrays, np.zeros(problem.size, bool))
    fill_up(arrays, state, budget, 0.5)
    for j in np.argsort(-problem.packing.cost, kind="stable"):
        if state.is_open[j] and state.loss[j] < 0.5:  # noqa: PLR2004 - classes count 1 each
            turn_off(arrays, state, j)
    best: Bools = state.is_open.copy()
    if problem.worth(best) < core.rows.shape[0]:
        return None
    equal = whole and bool((problem.packing.cost == 1.0).all())
    return _with_fewer(problem, best) if equal else best


def _with_fewer(problem: CoverProblem, best: Bools) -> Bools:
    """Leave out one site and anneal until all is covered again; stop when it is not."""
    trials = min(TRIALS_PER_SITE * problem.size, MOST_TRIALS)
    everything = problem.worth(best)
    while best.sum() > 1:
        fewer = best.copy()
        fewer[np.flatnonzero(best)[np.argmin(fresh_state(problem.arrays, best).loss[best])]] = False
        size = float(fewer.sum())
        heat = max(everything / size, 1.0)
        tried = anneal(problem.arrays, fewer, size, (trials, 0.05 * heat, 0.003 * heat), 1)
        if problem.worth(tried) < everything:
            return best
        best = tried
    return best


def _program(core: _Core) -> Program:
    """Write the question as a linear programme over the sites."""
    n, m = core.rows.shape
    packing = core.packing
    rows = sparse.vstack(
        [-core.rows.astype(np.float64), packing.members.astype(np.float64)], format="csr"
    )
    high = np.concatenate([-np.ones(n), packing.cap.astype(np.float64)])
    if packing.cost.sum() > packing.budget:
        rows = sparse.vstack([rows, sparse.csr_matrix(packing.cost)], format="csr")
        high = np.r_[high, packing.budget]
    return Program(
        -packing.cost,
        rows,
        np.full(high.size, -np.inf),
        high,
        np.zeros(m),
        np.ones(m),
        np.ones(m, bool),
    )
