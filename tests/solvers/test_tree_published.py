"""Steiner trees against published optima: ten problems of SteinLib's B series."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy import sparse

from nngis.solvers.tree.solve import steiner_tree

DATA = Path(__file__).parent / "data" / "steinlib_b.txt"


class Published(NamedTuple):
    """A problem: both arcs of each edge as a sparse matrix, terminals, and the optimum."""

    name: str
    arcs: sparse.csr_matrix
    terminals: list[int]
    optimum: float


def _read() -> list[Published]:
    lines = [
        line for line in DATA.read_text(encoding="ascii").splitlines() if not line.startswith("#")
    ]
    found = []
    for head, body, ends in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, *counts = head.split()
        nodes, edges, count, optimum = map(int, counts)
        tail, end, cost = np.array(body.split(), int).reshape(-1, 3).T
        terminals = [int(one) - 1 for one in ends.split()]
        assert (cost.size, len(terminals)) == (edges, count)
        both = np.r_[tail, end] - 1, np.r_[end, tail] - 1
        arcs = sparse.csr_matrix((np.r_[cost, cost].astype(float), both), (nodes, nodes))
        assert arcs.nnz == 2 * edges
        found.append(Published(name, arcs, terminals, float(optimum)))
    return found


@pytest.mark.parametrize("case", _read(), ids=lambda case: case.name)
def test_a_published_tree_is_proved(case: Published) -> None:
    arcs = case.arcs
    answer = steiner_tree(
        arcs.indptr, arcs.indices, arcs.data, case.terminals[1:], case.terminals[:1], gap=0.0
    )
    assert (answer.status, answer.bound) == ("optimal", case.optimum)
    # The tree joins all terminals and costs what it says, by the edges alone.
    tail = np.repeat(np.arange(arcs.shape[0]), np.diff(arcs.indptr))[answer.arcs]
    end = arcs.indices[answer.arcs]
    assert arcs.data[answer.arcs].sum() == case.optimum
    chosen = sparse.csr_matrix((np.ones(tail.size), (tail, end)), arcs.shape)
    _, part = sparse.csgraph.connected_components(chosen, directed=False)
    assert len(set(part[case.terminals])) == 1
