"""Cuts that a fractional choice of sites breaks: three overlapping classes, rounded to halves."""

import numpy as np
from scipy import sparse

from nngis.arrays import Floats
from nngis.solvers.site._cover import CoverProblem
from nngis.solvers.site._numba_cuts import odd_triples, pick_triples
from nngis.solvers.site._numba_rows import alike_columns
from nngis.solvers.site.site_links import Ints

LEAST_VIOLATION = 0.05
FEW = (500, 3)
"""Cuts of one round, and how many of them a class may take part in."""
MANY = (3000, 10)
"""The same where the interior method follows, which does not mind."""
KEPT_PER_CLASS = 20
MOST_TRIES = 20_000_000
LIKES = 4
WHOLE = 1e-6


def odd_cuts(
    problem: CoverProblem, x: Floats, most: tuple[int, int] = FEW
) -> tuple[sparse.csr_matrix, Floats] | None:
    """Find rows that every whole choice keeps and a fractional one breaks."""
    # With classes a, b, c and n[j] of the three covered by site j, every whole choice keeps
    # ``won[a] + won[b] + won[c] <= 1 + sum(ceil(n[j] / 2) * open[j])``: without an open site both
    # sides allow 0, and each site that covers two or three of them pays 1 or 2. Where a site is
    # open by more than half, its n[j] is rounded down and the constant up.
    m = problem.size
    point = np.clip(x[:m], 0.0, 1.0)
    first = np.zeros(problem.value.shape[0], np.int64)
    of, level = np.nonzero(problem.value > 0)
    first[of[level == 0]] = m + np.flatnonzero(level == 0)
    won = x[first]
    slack = np.maximum(1.0 - won + (problem.covered_by @ point - won), 0.0)
    part = np.flatnonzero((point > WHOLE) & (point < 1.0 - WHOLE))
    live = np.flatnonzero(slack < 1.0 - LEAST_VIOLATION)
    score = problem.value[live, 0] * (1.0 - slack[live])
    live = live[np.argsort(-score, kind="stable")]
    triple = _triples_of_patterns(problem, live, part, slack, point)
    score = problem.value[triple, 0].min(axis=1) * (1.0 - slack[triple].sum(axis=1))
    order = np.argsort(-score, kind="stable")
    cuts, per_class = most
    triple = triple[pick_triples(triple, order, won.size, per_class, cuts)]
    rows, high = _cut_rows(problem, triple, first, point, x.size)
    broken = rows @ x > high + LEAST_VIOLATION / 2.0
    return (rows[broken], high[broken]) if broken.any() else None


def _triples_of_patterns(
    problem: CoverProblem, live: Ints, part: Ints, slack: Floats, point: Floats
) -> Ints:
    """Search triples among classes that differ in their fractional sites; list their likes too.

    Classes that the same fractional sites cover break the same cuts, so one of them is searched,
    the first in `live`, and the next few take part in cuts of their own.
    """
    rows = problem.covered_by[live][:, part]
    rows.sort_indices()
    back = rows.T.tocsr()
    label, lead, _ = alike_columns(back.indptr, back.indices, live.size)
    rows = rows[lead]
    back = rows.T.tocsr()
    worth, share = problem.value[live[lead], 0], point[part]
    found = odd_triples(
        (rows.indptr, rows.indices, back.indptr, back.indices),
        (worth, np.argsort(-worth, kind="stable")),
        slack[live[lead]],
        (share, np.minimum(share, 1.0 - share)),
        (LEAST_VIOLATION, KEPT_PER_CLASS, MOST_TRIES),
    )
    likes = live[np.argsort(label, kind="stable")]
    start = np.r_[0, np.cumsum(np.bincount(label, minlength=lead.size))]
    size = np.diff(start)[found]
    listed = [likes[start[found] + np.minimum(t, size - 1)] for t in range(LIKES)]
    return np.unique(np.concatenate(listed), axis=0)


def _cut_rows(
    problem: CoverProblem,
    triple: np.ndarray,
    first: np.ndarray,
    point: Floats,
    columns: int,
) -> tuple[sparse.csr_matrix, Floats]:
    """Write the cuts of triples as rows, rounding each site the way the point suggests."""
    cuts, m = len(triple), point.size
    at = np.repeat(np.arange(cuts), 3)
    chosen = sparse.csr_matrix((np.ones(3 * cuts), (at, triple.ravel())), (cuts, first.size))
    times = (chosen @ problem.covered_by.astype(np.float64)).tocsr()
    row = np.repeat(np.arange(cuts), np.diff(times.indptr))
    odd = times.data % 2 == 1
    down = odd & (point[times.indices] > 0.5)  # noqa: PLR2004
    # Halving works on an odd constant: three, and one more for each site rounded down.
    uneven = np.bincount(row[down], minlength=cuts) % 2 == 1
    turning = odd & uneven[row]
    nearest = np.lexsort((np.abs(1.0 - 2.0 * point[times.indices]), row, ~turning))
    nearest = nearest[: int(turning.sum())]
    turn = nearest[np.unique(row[nearest], return_index=True)[1]]
    down[turn] = ~down[turn]
    share = np.where(down, (times.data - 1) / 2, (times.data + odd) / 2)
    sites = sparse.csr_matrix((-share, times.indices, times.indptr), shape=(cuts, m))
    classes = sparse.csr_matrix(
        (np.ones(3 * cuts), (at, first[triple.ravel()] - m)), shape=(cuts, columns - m)
    )
    rows = sparse.hstack([sites, classes], format="csr")
    rows.eliminate_zeros()
    return rows, 1.0 + np.bincount(row[down], minlength=cuts) / 2.0
