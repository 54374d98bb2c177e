"""The question as it was asked, checked: what is wrong with the arrays, all at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Array, Floats
from nngis.errors import InfeasibleError, LayerError, Problem, require
from nngis.solvers.tree._network import Ints
from nngis.text import counted


@dataclass(frozen=True)
class Question:
    """A graph whose arcs run away from the roots, and what to join on it.

    Parameters
    ----------
    n_nodes : int
        Number of nodes.
    tail, head : (m,) int array
        The two nodes of each arc, away from the roots: swapped where the tree runs towards them.
    cost : (m,) float array
        Cost of each arc, 0 for free ones.
    edge : (m,) int array
        The edge of each arc.
    terminals, roots : int array
        As they were given.
    """

    n_nodes: int
    tail: Ints
    head: Ints
    cost: Floats
    edge: Ints
    terminals: Ints
    roots: Ints


def read_question(
    csr: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    terminals: npt.ArrayLike,
    roots: npt.ArrayLike,
    *,
    towards_root: bool,
    free_arcs: npt.ArrayLike | None,
    edge_id: npt.ArrayLike | None,
) -> Question:
    """Check the arrays and turn the arcs away from the roots."""
    indptr, indices = _ints(csr[0], "indptr"), _ints(csr[1], "indices")
    cost = np.array(csr[2], float)
    n, m = len(indptr) - 1, len(indices)
    require(_shape_problems(indptr, indices, cost), LayerError)
    edge = np.arange(m) if edge_id is None else _ints(edge_id, "edge_id")
    free = np.zeros(m, bool) if free_arcs is None else np.asarray(free_arcs)
    ends = {"terminals": _ints(terminals, "terminals"), "roots": _ints(roots, "roots")}
    problems = [*_free_problems(free, m), *_cost_problems(cost)]
    problems += [problem for name, at in ends.items() for problem in _outside(at, n, name)]
    if len(edge) != m:
        problems.append(_length_problem("edge_id", len(edge), m))
    require(problems, LayerError)
    if not len(ends["roots"]):
        raise InfeasibleError(
            "没有给出根节点（厂站或接入点），无处可连；请至少给出一个。",
            "There is no root (plant or point of connection) to join anything to; give at least "
            "one.",
            where="roots",
        )
    cost[free] = 0.0
    tail = np.repeat(np.arange(n), np.diff(indptr))
    tail, head = (indices, tail) if towards_root else (tail, indices)
    return Question(n, tail, head, cost, edge, ends["terminals"], ends["roots"])


def _ints(values: npt.ArrayLike, where: str) -> Ints:
    array: Array = np.asarray(values)
    if array.ndim == 1 and (array.size == 0 or np.issubdtype(array.dtype, np.integer)):
        return np.array(array, np.int64)
    raise LayerError(
        f"{where} 应为一维整数数组，现在是 {array.ndim} 维 {array.dtype}。",
        f"{where} must be an array of whole numbers in one dimension; it is {array.dtype} in "
        f"{array.ndim}.",
        where=where,
    )


def _length_problem(where: str, found: int, expected: int) -> Problem:
    return Problem(
        f"{where} 有 {found} 个值，弧有 {expected} 条；应逐条对应。",
        f"{where} has {counted(found, 'value')} for {counted(expected, 'arc')}; give one for each.",
        where=where,
    )


def _shape_problems(indptr: Ints, indices: Ints, cost: Floats) -> list[Problem]:
    n, m = len(indptr) - 1, len(indices)
    problems = []
    if n < 0 or indptr[0] != 0 or indptr[-1] != m or (np.diff(indptr) < 0).any():
        problems.append(
            Problem(
                f"indptr 应从 0 递增到弧数 {m}。",
                f"indptr must rise from 0 to the number of arcs, {m}.",
                where="indptr",
            )
        )
    problems += _outside(indices, n, "indices")
    if cost.shape != (m,):
        problems.append(_length_problem("cost", cost.size, m))
    return problems


def _outside(at: Ints, n: int, where: str) -> list[Problem]:
    wrong = np.flatnonzero((at < 0) | (at >= n))
    if not wrong.size:
        return []
    return [
        Problem(
            f"{wrong.size} 个节点号不在 0 到 {n - 1} 之内，例如第 {wrong[0]} 个是 {at[wrong[0]]}。",
            f"{counted(wrong.size, 'node', 'are')} not among 0 to {n - 1}, for example number "
            f"{wrong[0]} is {at[wrong[0]]}.",
            where=where,
        )
    ]


def _free_problems(free: Array, m: int) -> list[Problem]:
    if free.dtype == np.bool_:
        return [] if free.shape == (m,) else [_length_problem("free_arcs", free.size, m)]
    return _outside(_ints(free, "free_arcs"), m, "free_arcs")


def _cost_problems(cost: Floats) -> list[Problem]:
    kinds = (
        (
            np.isnan(cost),
            ("缺失", "补齐或用 inf"),
            ("missing", "fill in or use inf"),
        ),
        (cost < 0.0, ("为负", "改为不小于 0 的值"), ("negative", "make them 0 or more")),
    )
    return [
        Problem(
            f"{len(cost)} 条弧中有 {wrong.sum()} 条费用{zh[0]}，例如第 {wrong.argmax()} 条；"
            f"请{zh[1]}。",
            f"{wrong.sum()} of {len(cost)} arcs have a cost that is {en[0]}, for example number "
            f"{wrong.argmax()}; {en[1]}.",
            where="cost",
        )
        for wrong, zh, en in kinds
        if wrong.any()
    ]
