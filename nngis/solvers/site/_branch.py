"""Branch and cut on a covering question: the same cuts, one site at a time fixed."""

from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from nngis.arrays import Floats
from nngis.solvers.highs import Relaxation
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.site._cover import CoverProblem
from nngis.solvers.site._cuts import odd_cuts
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import Found, round_point, search
from nngis.solvers.site.answer import relative_gap

WHOLE = 1e-6
HALF = 0.5
CUT_ROUNDS = 2
TRY_FIRST = 8
SEARCH_EVERY = 16
LEAST_DROP = 1e-6
"""Part of the objective that a branch is taken to lose at least, so that products tell apart."""


@dataclass(order=True, frozen=True)
class _Node:
    """What is left to look at: a bound on it, and the bounds of its columns."""

    key: tuple[float, int]
    low: Floats = field(compare=False)
    high: Floats = field(compare=False)


@dataclass(eq=False)
class _Tree:
    """The state of one search."""

    problem: CoverProblem
    program: Program
    relaxation: Relaxation
    effort: Effort
    found: Found
    drop: Floats
    tried: Floats
    left: list[_Node]
    passed: float = -np.inf
    count: int = 0

    def is_done(self, bound: float) -> bool:
        """Whether nothing under this bound is of use."""
        return relative_gap(self.found.worth, self.found.attainable(bound)) <= self.effort.gap

    def pass_over(self, bound: float) -> None:
        """Leave a node out that is no better, or hardly better, than the best choice."""
        self.passed = max(self.passed, bound)


def branch(
    problem: CoverProblem, program: Program, relaxation: Relaxation, found: Found, effort: Effort
) -> Found:
    """Close the gap of a question by branching on its sites."""
    m = problem.size
    tree = _Tree(
        problem,
        program,
        relaxation,
        effort,
        found,
        np.zeros((2, m)),
        np.zeros((2, m)),
        [_Node((-found.bound, 0), program.low, program.high)],
    )
    while tree.left and not effort.is_over:
        node: _Node | None = heappop(tree.left)
        while node is not None:
            node = _visit(tree, node)
    return tree.found.bounded(max(_rest(tree))).doubting(tree.relaxation.doubts)


def _rest(tree: _Tree) -> list[float]:
    """Bounds of what was left out and of what is left over."""
    return [tree.passed, *(-node.key[0] for node in tree.left)]


def _visit(tree: _Tree, node: _Node) -> _Node | None:
    """Bound a node, cut, and split it; return the half to go on with."""
    bound = -node.key[0]
    if tree.is_done(bound):
        tree.pass_over(bound)
        return None
    if tree.effort.is_over:
        heappush(tree.left, node)
        return None
    m = tree.problem.size
    x = None
    for turn in range(CUT_ROUNDS + 1):
        tree.relaxation.set_bounds(node.low, node.high)
        relaxed = tree.relaxation.solve(tree.effort.left_s)
        if relaxed is None:
            if tree.relaxation.has_failed:
                tree.pass_over(bound)
            elif not tree.relaxation.is_empty:
                heappush(tree.left, node)
            return None
        at = tree.program.within(node.low, node.high)
        top, reduced = safe_bound(at, relaxed.price)
        bound = min(bound, top)
        x = relaxed.x
        tree.count += 1
        tree.found = round_point(tree.problem, tree.found, x[:m], tree.effort, seed=tree.count)
        if tree.count % SEARCH_EVERY == 0:
            tree.found = search(tree.problem, tree.found, tree.effort, seed=tree.count)
        tree.effort.report(tree.found.worth, max(bound, tree.found.worth, *_rest(tree)))
        if tree.is_done(bound):
            tree.pass_over(bound)
            return None
        one, zero = fixed_by_price(at, reduced, top, tree.found.next_worth)
        node = _Node(
            (-bound, tree.count),
            np.where(one, 1.0, node.low),
            np.where(zero, 0.0, node.high),
        )
        cuts = odd_cuts(tree.problem, x) if turn < CUT_ROUNDS else None
        if cuts is None:
            break
        tree.program = tree.program.with_rows(*cuts)
        tree.relaxation.add_rows(*cuts)
    return _split(tree, node, np.asarray(x)[:m], bound)


def _split(tree: _Tree, node: _Node, point: Floats, bound: float) -> _Node | None:
    """Open a site in one half and close it in the other; keep one half for later."""
    part = np.flatnonzero(
        (point > WHOLE) & (point < 1.0 - WHOLE) & (node.low[: point.size] < node.high[: point.size])
    )
    if not part.size:  # a whole point is a choice: its bound differs from its worth by rounding
        tree.pass_over(bound)
        return None
    j = _choose(tree, node, part, point, bound)
    up_low, down_high = node.low.copy(), node.high.copy()
    up_low[j], down_high[j] = 1.0, 0.0
    tree.count += 2
    up = _Node((-bound, tree.count - 1), up_low, node.high)
    down = _Node((-bound, tree.count), node.low, down_high)
    first, second = (up, down) if point[j] > HALF else (down, up)
    heappush(tree.left, second)
    return first


def _choose(tree: _Tree, node: _Node, part: np.ndarray, point: Floats, bound: float) -> int:
    """Choose the site whose two halves lower the bound most, by trying the unknown ones."""
    half = np.abs(point[part] - HALF)
    order = part[np.lexsort((part, half))][:TRY_FIRST]
    for j in order:
        for side in (0, 1):
            if tree.tried[side, j]:
                continue
            low, high = node.low.copy(), node.high.copy()
            low[j] = high[j] = float(side)
            tree.relaxation.set_bounds(low, high)
            relaxed = tree.relaxation.solve(tree.effort.left_s)
            fall = bound
            if relaxed is not None:
                top, _ = safe_bound(tree.program.within(low, high), relaxed.price)
                fall = max(0.0, bound - top)
            away = point[j] if side == 0 else 1.0 - point[j]
            tree.drop[side, j] += fall / away
            tree.tried[side, j] += 1
    least = LEAST_DROP * abs(bound)
    known = np.maximum(tree.drop[:, part] / np.maximum(tree.tried[:, part], 1.0), 0.0)
    down = np.maximum(known[0] * point[part], least)
    up = np.maximum(known[1] * (1.0 - point[part]), least)
    score = np.where(tree.tried[:, part].min(axis=0) > 0, down * up, 0.0)
    return int(part[np.argmax(score)])
