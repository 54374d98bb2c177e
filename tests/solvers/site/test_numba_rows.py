"""Sparse rows compared: which columns are alike, which sites another one can stand in for."""

import numpy as np
from scipy import sparse

from nngis.solvers.site._numba_rows import alike_columns, dominated_sites, numbered_columns


def drawn(rng):
    """Draw a small table of 0 and 1 with some equal columns."""
    rows, columns = rng.integers(1, 7), rng.integers(0, 25)
    return (rng.random((rows, columns)) < rng.random()).astype(np.int8)


def test_columns_that_stand_in_the_same_rows_share_a_number():
    rng = np.random.default_rng(0)
    for _ in range(300):
        table = drawn(rng)
        rows = sparse.csr_matrix(table)
        label, first, width = alike_columns(rows.indptr, rows.indices, table.shape[1])
        seen = {}
        want = [seen.setdefault(column.tobytes(), len(seen)) for column in table.T]
        assert label.tolist() == want
        assert first.tolist() == [want.index(number) for number in range(len(seen))]
        assert width.tolist() == table.sum(axis=0)[first].tolist()


def test_numbered_columns_are_kept_in_order():
    rows = sparse.csr_matrix(np.array([[1, 1, 0, 1], [0, 1, 1, 0]]))
    start, item = numbered_columns(rows.indptr, rows.indices, np.array([-1, 0, -1, 1], np.int32))
    assert start.tolist() == [0, 2, 3]
    assert item.tolist() == [0, 1, 0]


def test_a_site_within_another_that_costs_no_more_is_dominated():
    rng = np.random.default_rng(1)
    for _ in range(200):
        table = drawn(rng)
        m = len(table)
        cost = rng.integers(1, 3, m).astype(float)
        extra = np.where(rng.random(m) < 0.2, 1.0, 0.0)
        rows, back = sparse.csr_matrix(table), sparse.csr_matrix(table.T)
        out = dominated_sites(
            (rows.indptr, rows.indices, back.indptr, back.indices),
            cost,
            extra,
            (np.zeros(m + 1, np.int64), np.zeros(0, np.int64)),
        )
        want = np.zeros(m, bool)
        for j in reversed(range(m)):
            want[j] = (
                not extra[j]
                and table[j].any()
                and any(
                    k != j and not want[k] and cost[k] <= cost[j] and (table[k] >= table[j]).all()
                    for k in range(m)
                )
            )
        assert out.tolist() == want.tolist()
