"""The capacitated question as a linear programme, and its prices from those of the classes."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.solvers.program import Program
from nngis.solvers.site._choice import Packing
from nngis.solvers.site._numba_flow import FlowArrays
from nngis.solvers.site._numba_rows import alike_columns
from nngis.solvers.site.site_links import Ints


@dataclass(frozen=True, eq=False)
class FlowProblem:
    """Choose sites with capacities so that the classes of demand send them most.

    Parameters
    ----------
    covers : (m, n) sparse matrix
        Which site reaches which class.
    weight : (n,) float array
        Demand of each class.
    capacity : (m,) float array
        What each site can serve.
    packing : Packing
        The limits.
    given, free : (m,) bool array
        Sites that are open, and that may be opened.
    """

    covers: sparse.csr_matrix
    weight: Floats
    capacity: Floats
    packing: Packing
    given: Bools
    free: Bools

    @property
    def arrays(self) -> FlowArrays:
        """The question in the form that compiled code takes."""
        back = self.covers.T.tocsr().sorted_indices()
        # The link that joins a class to a site: where its column stands in the site's row.
        number = sparse.csr_matrix(
            (np.arange(self.covers.nnz), self.covers.indices, self.covers.indptr),
            shape=self.covers.shape,
        )
        link = number.T.tocsr().sorted_indices().data
        return FlowArrays(
            self.covers.indptr.astype(np.int64),
            self.covers.indices.astype(np.int64),
            back.indptr.astype(np.int64),
            back.indices.astype(np.int64),
            link.astype(np.int64),
            self.weight,
            self.capacity,
            self.packing.limits,
        )

    @property
    def site_at(self) -> Ints:
        """Position of each link's site."""
        return np.repeat(np.arange(self.capacity.size), np.diff(self.covers.indptr))


def merge_demands(covers: sparse.csr_matrix, weight: Floats) -> tuple[sparse.csr_matrix, Floats]:
    """Add up demands that the same sites reach, and drop those without weight."""
    counts = (weight > 0) & (np.bincount(covers.indices, minlength=weight.size) > 0)
    rows = covers[:, counts].sorted_indices()
    label, first, _ = alike_columns(rows.indptr, rows.indices, rows.shape[1])
    merged = rows[:, first].sorted_indices()
    total = np.bincount(label, weights=weight[counts], minlength=first.size)
    return merged, total.astype(np.float64)


def flow_program(problem: FlowProblem) -> Program:
    """Write the question as a linear programme: first the sites, then the links."""
    m, n = problem.covers.shape
    links = problem.covers.nnz
    each, ones = np.arange(links), np.ones(links)
    site, item = problem.site_at, problem.covers.indices
    most = np.minimum(problem.weight[item], problem.capacity[site])
    packing = problem.packing
    rows = sparse.bmat(
        [
            [None, sparse.csr_matrix((ones, (item, each)), shape=(n, links))],
            [
                sparse.diags_array(-problem.capacity),
                sparse.csr_matrix((ones, (site, each)), shape=(m, links)),
            ],
            [
                sparse.csr_matrix((-most, (each, site)), shape=(links, m)),
                sparse.eye_array(links),
            ],
            [sparse.csr_matrix(packing.cost), None],
            [packing.members.astype(np.float64), None],
        ],
        format="csr",
    )
    high = np.concatenate(
        [problem.weight, np.zeros(m + links), [packing.budget], packing.cap.astype(np.float64)],
    )
    may = problem.given | problem.free
    return Program(
        np.r_[np.zeros(m), ones],
        sparse.csr_matrix(rows),
        np.full(high.size, -np.inf),
        high,
        np.r_[problem.given.astype(np.float64), np.zeros(links)],
        np.r_[may.astype(np.float64), most],
        np.arange(m + links) < m,
    )


def row_prices(problem: FlowProblem, price: Floats) -> Floats:
    """Complete prices of the classes to prices of all rows, as a full site would ask them."""
    site, item = problem.site_at, problem.covers.indices
    m = problem.capacity.size
    order = np.lexsort((price[item], site))
    filled = np.cumsum(problem.weight[item[order]])
    before = np.r_[0.0, filled][problem.covers.indptr[:-1]]
    full = filled - before[site[order]] >= problem.capacity[site[order]]
    last = order[full]
    room = np.zeros(m)
    # The first class that fills a site sets the price of its room.
    sites, at = np.unique(site[last], return_index=True)
    room[sites] = np.maximum(1.0 - price[item[last[at]]], 0.0)
    extra = np.maximum(1.0 - price[item] - room[site], 0.0)
    most = np.minimum(problem.weight[item], problem.capacity[site])
    earned = problem.capacity * room + np.bincount(site, most * extra, minlength=m)
    cost = problem.packing.cost
    free = np.flatnonzero(problem.free & (cost > 0))
    rate = earned[free] / cost[free]
    by_rate = np.argsort(-rate, kind="stable")
    left = problem.packing.budget - cost[problem.given].sum()
    over = np.cumsum(cost[free[by_rate]]) > left
    of_budget = rate[by_rate[np.argmax(over)]] if over.any() else 0.0
    groups = np.zeros(problem.packing.cap.size)
    prices: Floats = np.concatenate([price, room, extra, [of_budget], groups])
    return prices
