"""Directed Steiner trees on a graph given as plain arrays."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from nngis.errors import InfeasibleError, NngisError
from nngis.solvers._effort import check_effort
from nngis.solvers.tree._best import EXACT, find_tree
from nngis.solvers.tree._network import UNSEEN, Ints, Rooted, flood, root_network
from nngis.solvers.tree._question import Question, read_question
from nngis.solvers.tree.answer import Status, TreeAnswer


def steiner_tree(
    indptr: npt.ArrayLike,
    indices: npt.ArrayLike,
    cost: npt.ArrayLike,
    terminals: npt.ArrayLike,
    roots: npt.ArrayLike,
    *,
    towards_root: bool = False,
    free_arcs: npt.ArrayLike | None = None,
    edge_id: npt.ArrayLike | None = None,
    gap: float = 0.01,
    time_limit_s: float = 60.0,
) -> TreeAnswer:
    """Join terminals to roots at least cost.

    The graph is contracted (chains, dead ends, terminals with one way in), a tree is grown by
    shortest paths and improved by exchanging key paths, and dual ascent bounds what any tree
    costs. If that is not within the gap, cuts in a linear programme, and at last whole arcs, raise
    the bound and lead to better trees until the gap is closed or the time is up. The same input
    gives the same answer, unless the time limit ends the proof.

    Parameters
    ----------
    indptr : (n + 1,) int array
        Arcs ``indptr[v]`` to ``indptr[v + 1]`` leave node v.
    indices : (m,) int array
        The node each arc leads to. Loops and parallel arcs are allowed.
    cost : (m,) float array
        Cost of each arc in its direction, not negative; 0 is allowed, inf closes the arc.
    terminals : int array
        Nodes to join; one given twice counts once.
    roots : int array
        Nodes to join them to, one or several; each terminal is joined to one of them.
    towards_root : bool
        Whether the arcs of the tree lead from the terminals to a root, as sewage flows to the
        plant, or from a root to the terminals, as steam flows to the users.
    free_arcs : (m,) bool array or int array, optional
        Arcs, as a mask or by position, that exist already and cost nothing.
    edge_id : (m,) int array, optional
        The edge each arc belongs to; its own position, if absent.
    gap : float
        Share of the cost that cost and bound may differ by. 0 asks for a proof.
    time_limit_s : float
        Time after which the proof is not carried on [s]. Heuristic and first bound run always:
        milliseconds on a thousand nodes, seconds on a hundred thousand.

    Returns
    -------
    TreeAnswer
        The tree, its cost added up from the costs given, bound, gap and status. Terminals that no
        root can be joined to are named in `unreached`, and the others are answered.

    Raises
    ------
    LayerError
        If costs are negative or missing, or arrays do not fit together; all that is wrong is said
        at once.
    ParameterError
        If gap or time limit is out of bounds.
    InfeasibleError
        If there is no root, or no terminal at all can be joined.

    References
    ----------
    R. T. Wong, "A dual ascent approach for Steiner tree problems on a directed graph", Math.
    Programming 28 (1984); H. Takahashi and A. Matsuyama, Math. Japonica 24 (1980); E. Uchoa and
    R. F. Werneck, ACM J. Exp. Algorithmics 17 (2012); T. Koch and A. Martin, Networks 32 (1998).

    Examples
    --------
    Root 0, users 2 and 3. Straight pipes cost 4 each; over node 1 it is 3 and then 1 each:

    >>> answer = steiner_tree([0, 3, 5, 5, 5], [1, 2, 3, 2, 3], [3.0, 4.0, 4.0, 1.0, 1.0],
    ...                       [2, 3], [0])
    >>> answer.arcs.tolist(), answer.cost, answer.bound, answer.status
    ([0, 3, 4], 5.0, 5.0, 'optimal')
    >>> answer.parent.tolist()
    [-1, 0, 1, 1]
    """
    check_effort(gap, time_limit_s)
    question = read_question(
        (indptr, indices, cost),
        terminals,
        roots,
        towards_root=towards_root,
        free_arcs=free_arcs,
        edge_id=edge_id,
    )
    rooted = root_network(
        (question.tail, question.head),
        question.cost,
        question.terminals,
        question.roots,
        question.n_nodes,
    )
    _require_some(rooted.unreached, question.terminals)
    arcs, bound, doubts = find_tree(rooted.network, gap, time_limit_s)
    return replace(_answer(question, rooted, arcs, bound, gap), notes=doubts)


def _answer(
    question: Question, rooted: Rooted, found: Ints, bound: float, gap: float
) -> TreeAnswer:
    """Write a tree of the network as a tree of the graph, and check and cost it anew."""
    arcs = _with_free_arcs(question, rooted, rooted.arc[found])
    parent, parent_arc = np.full(question.n_nodes, -1), np.full(question.n_nodes, -1)
    parent[question.head[arcs]], parent_arc[question.head[arcs]] = question.tail[arcs], arcs
    joined = np.setdiff1d(question.terminals, rooted.unreached)
    _check(question, arcs, joined)
    cost = float(question.cost[arcs].sum())
    status: Status = "feasible"
    if bound >= cost * (1.0 - EXACT):
        status = "optimal"
    elif bound >= cost * (1.0 - gap):
        status = "within_gap"
    return TreeAnswer(
        arcs=arcs,
        edges=question.edge[arcs],
        arc_cost=question.cost[arcs],
        parent=parent,
        parent_arc=parent_arc,
        terminals=question.terminals,
        roots=question.roots,
        unreached=rooted.unreached,
        bound=min(bound, cost),
        status=status,
    )


def _with_free_arcs(question: Question, rooted: Rooted, arcs: Ints) -> Ints:
    """Add the arcs that lead at no cost from the roots to where the tree begins; sort all."""
    parts = [arcs]
    nodes = np.union1d(question.tail[arcs], np.setdiff1d(question.terminals, rooted.unreached))
    while nodes.size:
        via = rooted.free_via[nodes]
        parts.append(via[via >= 0])
        nodes = np.unique(question.tail[parts[-1]])
    return np.unique(np.concatenate(parts))


def _check(question: Question, arcs: Ints, joined: Ints) -> None:
    """Make sure that the arcs are a forest on the roots that holds the terminals joined."""
    taken = np.zeros(len(question.cost), bool)
    taken[arcs] = True
    order = np.argsort(question.tail, kind="stable")
    ptr = np.searchsorted(question.tail[order], np.arange(question.n_nodes + 1))
    via, reached = flood(ptr, order, question.head, taken, question.roots)
    n_roots = len(np.unique(question.roots))
    if len(reached) != len(arcs) + n_roots or (via[joined] == UNSEEN).any():
        raise NngisError(
            "程序内部错误：求得的管网不是以根节点为端的树；请把数据发给开发者。",
            "An internal fault: what was found is not a tree on the roots; please send the data "
            "to the developers.",
            where="steiner_tree",
        )


def _require_some(unreached: Ints, terminals: Ints) -> None:
    """Raise if there are terminals and none can be joined."""
    if len(terminals) and len(unreached) == len(np.unique(terminals)):
        raise InfeasibleError(
            f"{len(unreached)} 个端点没有一个能与根节点连通，例如节点 {unreached[0]}；"
            "请检查路网是否断开、弧的方向与 towards_root 是否一致。",
            f"Not one of {len(unreached)} terminals can be joined to a root, for example node "
            f"{unreached[0]}; see whether the network is broken, and whether the direction of the "
            "arcs agrees with towards_root.",
            where="terminals",
        )
