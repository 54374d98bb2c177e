"""In which order to build a forest: from the roots out, most gain for its cost first."""

from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.compiled import compiled, inner
from nngis.errors import LayerError, Problem, require
from nngis.solvers.tree._network import Ints
from nngis.text import counted


class BuildOrder(NamedTuple):
    """An order in which every node comes after the one that it hangs on.

    Parameters
    ----------
    order : (n,) int array
        Nodes, the first to build first.
    stage : (n,) int array
        Number of the stage of each node, from 0; stages stand one after another in the order, and
        none gains more for its cost than the one before it.
    """

    order: Ints
    stage: Ints


@inner
def _rate(prize: float, cost: float) -> float:
    return prize / cost if cost > 0 else np.inf


@compiled
def _order(parent: Ints, cost: Floats, prize: Floats) -> tuple[Ints, Ints]:
    n = len(parent)
    own_cost, own_prize = np.append(cost, 0.0), np.append(prize, 0.0)
    head, last, following = np.arange(n + 1), np.arange(n + 1), np.full(n + 1, -1)
    version = np.zeros(n, np.int64)
    heap = [(-_rate(prize[v], cost[v]), v, np.int64(0)) for v in range(n)]
    heapify(heap)
    stage, stages = np.full(n, -1), 0
    while heap:
        _, block, age = heappop(heap)
        if head[block] != block or age != version[block]:
            continue
        on = parent[block] if parent[block] >= 0 else n
        while head[on] != on:
            head[on] = head[head[on]]
            on = head[on]
        if on == n:
            v = block
            while v >= 0:
                stage[v] = stages
                v = following[v]
            stages += 1
        head[block] = on
        following[last[on]] = block
        last[on] = last[block]
        own_cost[on] += own_cost[block]
        own_prize[on] += own_prize[block]
        if on < n:
            version[on] += 1
            heappush(heap, (-_rate(own_prize[on], own_cost[on]), on, version[on]))
    order, v = np.empty(n, np.int64), following[n]
    for at in range(n):
        order[at] = v
        v = following[v]
    return order, stage


def build_order(parent: npt.ArrayLike, cost: npt.ArrayLike, prize: npt.ArrayLike) -> BuildOrder:
    """Order the nodes of a forest so that early money gains most.

    Parameters
    ----------
    parent : (n,) int array
        The node that each hangs on; -1 for those that hang on a root.
    cost : (n,) float array
        What joining each node to its parent costs, not negative; any unit.
    prize : (n,) float array
        What it gains, not negative; any unit.

    Returns
    -------
    BuildOrder
        Of all orders from the roots out it makes the area under the curve of gain over cost
        greatest. At the end of a stage, those that are free taken as one, no other part of the
        forest that hangs together and costs as much gains more. Equal rates go to the node that
        comes first.

    Raises
    ------
    LayerError
        If a cost or a prize is negative or missing, or nodes hang on each other in a ring.

    References
    ----------
    W. A. Horn, "Single-machine job sequencing with treelike precedence ordering and linear delay
    penalties", SIAM J. Appl. Math. 23 (1972), 189-202.

    Examples
    --------
    Node 1 gains nothing itself, but 2 behind it gains much; together they go before 0:

    >>> found = build_order([-1, -1, 1], [1.0, 1.0, 1.0], [3.0, 0.0, 8.0])
    >>> found.order.tolist(), found.stage.tolist()
    ([1, 2, 0], [1, 0, 0])
    """
    up = np.asarray(parent, np.int64)
    price, gain = np.asarray(cost, float), np.asarray(prize, float)
    require(_problems(up, price, gain), LayerError)
    order, stage = _order(up, price, gain)
    return BuildOrder(order, stage)


def _problems(parent: Ints, cost: Floats, prize: Floats) -> list[Problem]:
    found = []
    for values, zh, en in ((cost, "费用", "cost"), (prize, "收益", "prize")):
        bad = np.flatnonzero(~(values >= 0) | np.isinf(values))
        if bad.size:
            found.append(
                Problem(
                    f"{bad.size} 个节点的{zh}缺失、为负或无穷，例如第 {bad[0]} 个；请改正。",
                    f"The {en} of {bad.size} nodes is missing, negative or infinite, for example "
                    f"of number {bad[0]}; mend it.",
                    where=en,
                )
            )
    on = parent.copy()
    for _ in range(int(np.ceil(np.log2(max(len(parent), 2)))) + 1):
        # Every round looks twice as far up; what has no root by then hangs on itself.
        on = np.where(on >= 0, on[on], -1)
    if not (on < 0).all():
        at = np.flatnonzero(on >= 0)
        found.append(
            Problem(
                f"{at.size} 个节点互相悬挂成环，例如第 {at[0]} 个；请检查上下游关系。",
                f"{counted(at.size, 'node', 'hang')} on each other in a ring, for example number "
                f"{at[0]}; check what flows into what.",
                where="parent",
            )
        )
    return found
