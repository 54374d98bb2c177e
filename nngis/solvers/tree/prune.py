"""What flows through a tree, and which of its branches do not pay: exact, from the leaves down."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.compiled import compiled
from nngis.errors import LayerError, Problem, require
from nngis.solvers.tree._network import Ints
from nngis.solvers.tree.answer import Tree
from nngis.text import counted


@compiled
def leaves_first(parent: Ints) -> Ints:
    """Order the nodes that have a parent so that each comes before its parent."""
    n = len(parent)
    children = np.zeros(n, np.int64)
    for v in range(n):
        if parent[v] >= 0:
            children[parent[v]] += 1
    order, count = np.empty(n, np.int64), 0
    for v in range(n):
        u = v
        while parent[u] >= 0 and children[u] == 0:
            children[u] = -1
            order[count] = u
            count += 1
            u = parent[u]
            children[u] -= 1
    return order[:count]


@compiled
def _add_up(parent: Ints, amount: Floats) -> Floats:
    total = amount.copy()
    for v in leaves_first(parent):
        total[parent[v]] += total[v]
    return total


@compiled
def _paying(parent: Ints, cost: Floats, prize: Floats) -> Bools:
    """Tell which nodes with a parent stay: their branch and every one below it earns its cost."""
    order = leaves_first(parent)
    worth, stays = prize.copy(), np.zeros(len(parent), np.bool_)
    for v in order:
        stays[v] = worth[v] > cost[v]
        if stays[v]:
            worth[parent[v]] += worth[v] - cost[v]
    for v in order[::-1]:
        if parent[parent[v]] >= 0 and not stays[parent[v]]:
            stays[v] = False
    return stays


def accumulate(tree: Tree, amount: npt.ArrayLike) -> Floats:
    """Add up what comes from each node and all nodes behind it, seen from the root.

    Examples
    --------
    Sewage of 2 and 3 at the ends of two branches that meet in node 1:

    >>> from nngis.solvers.tree import steiner_tree
    >>> tree = steiner_tree([0, 0, 1, 2, 3], [0, 1, 1], [9.0, 4.0, 5.0], [2, 3], [0],
    ...                     towards_root=True)
    >>> accumulate(tree, [0.0, 0.0, 2.0, 3.0]).tolist()
    [5.0, 5.0, 2.0, 3.0]
    """
    return _add_up(tree.parent, np.array(amount, float))


@dataclass(frozen=True, eq=False)
class PrunedTree(Tree):
    """What is left of a tree when the branches that do not pay are cut.

    Parameters
    ----------
    prize : float
        Sum of the prizes of the terminals that are still joined.
    dropped : int array
        Terminals that were joined before and are not now, sorted, each once.
    """

    prize: float
    dropped: Ints

    @property
    def profit(self) -> float:
        """Prize less cost; no other part of the tree that holds the roots earns more."""
        return self.prize - self.cost


def prune_unprofitable(tree: Tree, prizes: npt.ArrayLike) -> PrunedTree:
    """Cut the branches of a tree that earn less than they cost.

    By dynamic programming from the leaves: a branch stays if the prizes on it, less the cost of
    the arcs to them that stay, exceed the cost of the arc that joins it. One that only breaks
    even is cut.

    Parameters
    ----------
    tree : Tree
        The tree.
    prizes : (t,) float array
        What joining each terminal earns, in the unit of the costs, in the order of
        ``tree.terminals``; of terminals at one node they add up. May be negative.

    Returns
    -------
    PrunedTree
        The part of the tree that holds the roots and earns most. Exact for this tree; another
        tree on the graph may earn more.

    Raises
    ------
    LayerError
        If a prize is missing, or there are more or fewer prizes than terminals.

    References
    ----------
    G. W. Klau et al., "Combining a memetic algorithm with integer programming to solve the
    prize-collecting Steiner tree problem", GECCO 2004, section 3 (the rooted tree case).

    Examples
    --------
    Node 2 pays 7 for 4, and with what is left helps node 1; node 3 pays 3 for 5:

    >>> from nngis.solvers.tree import steiner_tree
    >>> tree = steiner_tree([0, 1, 3, 3, 3], [1, 2, 3], [2.0, 4.0, 5.0], [2, 3], [0])
    >>> pruned = prune_unprofitable(tree, [7.0, 3.0])
    >>> pruned.arcs.tolist(), pruned.dropped.tolist(), pruned.profit
    ([0, 1], [3], 1.0)
    """
    prize = np.array(prizes, float)
    require(_prize_problems(prize, len(tree.terminals)), LayerError)
    n = len(tree.parent)
    node_cost, node_prize = np.zeros(n), np.zeros(n)
    child = np.flatnonzero(tree.parent >= 0)
    node_cost[child] = tree.arc_cost[np.searchsorted(tree.arcs, tree.parent_arc[child])]
    joined = ~np.isin(tree.terminals, tree.unreached)
    np.add.at(node_prize, tree.terminals[joined], prize[joined])
    stays = _paying(tree.parent, node_cost, node_prize)
    kept = np.isin(tree.arcs, tree.parent_arc[stays])
    at_root = np.isin(tree.terminals, tree.roots)
    holds = joined & (stays[tree.terminals] | at_root)
    return PrunedTree(
        arcs=tree.arcs[kept],
        edges=tree.edges[kept],
        arc_cost=tree.arc_cost[kept],
        parent=np.where(stays, tree.parent, -1),
        parent_arc=np.where(stays, tree.parent_arc, -1),
        terminals=tree.terminals,
        roots=tree.roots,
        unreached=np.unique(tree.terminals[~holds]),
        prize=float(prize[holds].sum()),
        dropped=np.unique(tree.terminals[joined & ~holds]),
    )


def _prize_problems(prize: Floats, expected: int) -> list[Problem]:
    if prize.shape != (expected,):
        return [
            Problem(
                f"收益应为 {expected} 个，每个端点一个，现在的形状是 {prize.shape}。",
                f"Needed: {counted(expected, 'prize')}, one for each terminal; their shape is "
                f"{prize.shape}.",
                where="prizes",
            )
        ]
    missing = np.flatnonzero(~np.isfinite(prize))
    if not missing.size:
        return []
    return [
        Problem(
            f"{missing.size} 个端点的收益缺失或无穷，例如第 {missing[0]} 个；请补齐。",
            f"{counted(missing.size, 'prize', 'are')} missing or infinite, for example number "
            f"{missing[0]}; fill them in.",
            where="prizes",
        )
    ]
