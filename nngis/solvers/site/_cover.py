"""A covering question made small: equal demands merged, sites that cannot help dropped."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.solvers.program import Program
from nngis.solvers.site._choice import Packing
from nngis.solvers.site._numba_cover import CoverArrays
from nngis.solvers.site._numba_rows import alike_columns, dominated_sites, numbered_columns
from nngis.solvers.site.site_links import Ints


@dataclass(frozen=True, eq=False)
class CoverProblem:
    """Choose sites within limits so that the classes of demand they cover are worth most.

    Parameters
    ----------
    site : (m,) int64 array
        Position of each site in the question.
    opened : int64 array
        Positions of the sites that were settled to be open.
    covers : (m, n) sparse matrix
        Which site covers which class, items rising.
    value : (n, k + 1) float array
        What the first, second ... site that covers a class adds; not rising, the last column 0.
    linear : (m,) float array
        What each site brings by itself: classes that no other site covers.
    constant : float
        What is had whatever is chosen.
    packing : Packing
        The limits.
    """

    site: Ints
    opened: Ints
    covers: sparse.csr_matrix
    value: Floats
    linear: Floats
    constant: float
    packing: Packing

    @cached_property
    def covered_by(self) -> sparse.csr_matrix:
        """Which class is covered by which site."""
        return self.covers.T.tocsr()

    @cached_property
    def arrays(self) -> CoverArrays:
        """The question in the form that compiled code takes."""
        return CoverArrays(
            self.covers.indptr.astype(np.int64),
            self.covers.indices.astype(np.int32, copy=False),
            self.covered_by.indptr.astype(np.int64),
            self.covered_by.indices.astype(np.int32, copy=False),
            self.value,
            self.linear,
            self.packing.limits,
        )

    @property
    def size(self) -> int:
        """Number of sites."""
        return int(self.site.size)

    def worth(self, is_open: Bools) -> float:
        """Return the objective of a choice of sites."""
        count = np.asarray(self.covered_by @ is_open.astype(np.int64))
        last = self.value.shape[1] - 1
        sums = np.cumsum(self.value, axis=1)
        classes = np.flatnonzero(count > 0)
        won = sums[classes, np.minimum(count[classes], last) - 1] if last else np.zeros(0)
        return float(self.constant + self.linear[is_open].sum() + won.sum())


def make_cover(covers: sparse.csr_matrix, value: Floats, packing: Packing) -> CoverProblem:
    """Build the question from the demands as they are, merging those covered alike."""
    return _merge(
        CoverProblem(
            np.arange(covers.shape[0]),
            np.zeros(0, np.int64),
            covers,
            np.column_stack([value, np.zeros(value.shape[0])]),
            np.zeros(covers.shape[0]),
            0.0,
            packing,
        ),
    )


def settle(problem: CoverProblem, opened: Bools, closed: Bools) -> CoverProblem:
    """Fix some sites and return the question about the others."""
    last = problem.value.shape[1] - 1
    count = np.minimum(np.asarray(problem.covered_by @ opened.astype(np.int64)), last)
    columns = np.minimum(np.arange(last + 1) + count[:, None], last)
    sums = np.column_stack([np.zeros(count.size), np.cumsum(problem.value[:, :last], axis=1)])
    won = sums[np.arange(count.size), count].sum() + problem.linear[opened].sum()
    value = np.take_along_axis(problem.value, columns, axis=1)
    packing = problem.packing.after(opened)
    keep = ~opened & ~closed & packing.may_open()
    live = value[:, 0] > 0
    covers = problem.covers[keep][:, live]
    useful = (np.diff(covers.indptr) > 0) | (problem.linear[keep] > 0)
    covers = covers[useful]
    keep[np.flatnonzero(keep)[~useful]] = False
    return _merge(
        CoverProblem(
            problem.site[keep],
            np.r_[problem.opened, problem.site[opened]],
            covers,
            value[live],
            problem.linear[keep],
            problem.constant + float(won),
            packing.keep(keep),
        ),
    )


def _merge(problem: CoverProblem) -> CoverProblem:
    """Add up classes that the same sites cover; give a site what only it covers."""
    covers = problem.covers
    label, first, width = alike_columns(covers.indptr, covers.indices, covers.shape[1])
    value: Floats = np.column_stack(
        [np.bincount(label, one, first.size).astype(np.float64) for one in problem.value.T],
    )
    # More sites than a class has cannot cover it: what they would add is nothing.
    value[np.arange(value.shape[1]) >= width[:, None]] = 0.0
    alone = _columns(covers, first[width == 1])
    own = np.repeat(np.arange(covers.shape[0]), np.diff(alone.indptr))
    linear = problem.linear.copy()
    np.add.at(linear, own, value[width == 1, 0][alone.indices])
    covers = _columns(covers, first[width > 1])
    return replace(problem, covers=covers, value=value[width > 1], linear=linear)


def _columns(covers: sparse.csr_matrix, at: Ints) -> sparse.csr_matrix:
    """Return the columns at some rising positions."""
    number = np.full(covers.shape[1], -1, np.int32)
    number[at] = np.arange(at.size)
    start, item = numbered_columns(covers.indptr, covers.indices, number)
    ones = np.ones(item.size, np.int8)
    return sparse.csr_matrix((ones, item, start), shape=(covers.shape[0], at.size))


def drop_dominated(problem: CoverProblem) -> CoverProblem:
    """Leave out sites that another one can always stand in for.

    A second cover is worth something on top of the first: then both sites may be wanted, and all
    stay.
    """
    arrays = problem.arrays
    if arrays.value.shape[1] > 2 and bool((arrays.value[:, 1] > 0).any()):  # noqa: PLR2004
        return problem
    out = dominated_sites(
        (arrays.start, arrays.item, arrays.back_start, arrays.back_item),
        arrays.limits.cost,
        arrays.linear,
        (arrays.limits.of_start, arrays.limits.of_item),
    )
    return settle(problem, np.zeros(problem.size, bool), out) if out.any() else problem


def cover_program(problem: CoverProblem) -> Program:
    """Write the question as a linear programme: first the sites, then each worth of a class."""
    # R. Church and C. ReVelle, "The maximal covering location problem", Papers of the Regional
    # Science Association 32 (1974).
    m, n = problem.covers.shape
    of, level = np.nonzero(problem.value > 0)
    wins = sparse.csr_matrix((np.ones(of.size), (of, np.arange(of.size))), shape=(n, of.size))
    packing = problem.packing
    rows = sparse.bmat(
        [
            [-problem.covered_by.astype(np.float64), wins],
            [sparse.csr_matrix(packing.cost), None],
            [packing.members.astype(np.float64), None],
        ],
        format="csr",
    )
    high = np.concatenate([np.zeros(n), [packing.budget], packing.cap.astype(np.float64)])
    return Program(
        np.r_[problem.linear, problem.value[of, level]],
        rows,
        np.full(high.size, -np.inf),
        high,
        np.zeros(m + of.size),
        np.ones(m + of.size),
        np.arange(m + of.size) < m,
        problem.constant,
    )
