"""Which streets carry a sewer, and which way: directed trees to the plants, climbing made dear."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.errors import InfeasibleError, Problem
from nngis.near import met
from nngis.plans.sewer.streets import Streets
from nngis.solvers.allocate import assign_by_capacity
from nngis.solvers.links import make_links
from nngis.solvers.tree import TreeAnswer, steiner_tree

NONE = -1
GAP = 0.001
TIME_LIMIT_S = 0.0
"""No proof: prices of streets are estimates, and a clock must not decide what is built."""
SPREAD_GAP = 0.01
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Arcs:
    """Both directions of every edge, sorted by the node they leave.

    Parameters
    ----------
    indptr : (n + 1,) int array
        Arcs ``indptr[v]`` to ``indptr[v + 1]`` leave node v.
    head : (m,) int array
        Where each leads.
    edge : (m,) int array
        Its edge.
    along : (m,) bool array
        Whether it runs from the tail to the head of the edge.
    """

    indptr: Positions
    head: Positions
    edge: Positions
    along: Bools


@dataclass(frozen=True, eq=False)
class Trees:
    """Where sewage flows: one tree a plant, on one set of nodes or on several.

    Parameters
    ----------
    parent, parent_edge : (k, n) int array
        For each set, the next node of each node and the edge to it; -1 outside and at plants.
    terminal_set : (t,) int array
        The set in which each terminal node is joined; -1 where it is not.
    """

    parent: Positions
    parent_edge: Positions
    terminal_set: Positions


def arcs_of(streets: Streets) -> Arcs:
    """Lay out the two directions of every edge."""
    n_edges, n_nodes = len(streets.tail), len(streets.xy)
    tail = np.concatenate([streets.tail, streets.head])
    order = np.argsort(tail, kind="stable")
    return Arcs(
        np.searchsorted(tail[order], np.arange(n_nodes + 1)),
        np.concatenate([streets.head, streets.tail])[order],
        np.tile(np.arange(n_edges), 2)[order],
        np.repeat([True, False], n_edges)[order],
    )


def climbs_m(streets: Streets, ground_m: Floats, least_slope: float) -> Floats:
    """Tell how much deeper a pipe gets under the ground on each edge, in either direction."""
    rise = ground_m[streets.head] - ground_m[streets.tail]
    needed = least_slope * streets.length_m
    climbs: Floats = np.maximum(np.stack([rise, -rise]) + needed, 0.0)
    return climbs


def crossings(lines: Objects, barriers: gpd.GeoDataFrame | None, exists: Bools) -> Positions:
    """Count how many rivers or railways each line crosses.

    Examples
    --------
    >>> river = gpd.GeoDataFrame(geometry=[shapely.LineString([(5, -1), (5, 1)])])
    >>> street = shapely.LineString([(0, 0), (9, 0)])
    >>> crossings(np.array([street, street]), river, np.array([False, True])).tolist()
    [1, 0]
    """
    count = np.zeros(len(lines), np.intp)
    if barriers is None or not len(barriers):
        return count
    tree = shapely.STRtree(barriers.geometry.to_numpy())
    np.add.at(count, met(tree, lines, "intersects")[0], 1)
    return np.where(exists, 0, count)


def route(
    streets: Streets, arcs: Arcs, edge_cost: Floats, load: Floats, capacity: Floats
) -> tuple[Trees, tuple[Problem, ...]]:
    """Join all demands to plants at least cost, each plant within its capacity as far as it goes.

    Parameters
    ----------
    streets : Streets
        The graph.
    arcs : Arcs
        Its arcs.
    edge_cost : (2, e) float array
        Cost of each edge from tail to head, and from head to tail; existing sewers cost nothing
        the way they flow and cannot be used the other way.
    load : (n,) float array
        What joins at each node, in the unit of the capacities.
    capacity : (p,) float array
        What each plant can take; inf where unknown.

    Returns
    -------
    trees : Trees
        Where sewage flows.
    problems : tuple of Problem
        Demands that no way leads from, plants that are too small.

    Raises
    ------
    InfeasibleError
        If no plant or no demand is on the streets, or none can be joined.
    """
    terminals = np.unique(streets.demand_node[streets.demand_node >= 0])
    plants = np.flatnonzero(streets.plant_node >= 0)
    if not terminals.size or not plants.size:
        raise InfeasibleError(
            "没有污水厂或没有需求点靠近道路；请补充图层，或放宽接户距离与污水厂到路网的距离。",
            "No plant or no demand is near a street; complete the layers, or allow longer ways to "
            "the street.",
            where="treatment_plants",
        )
    sewer = streets.sewer >= 0
    cost = np.where(sewer, np.array([[0.0], [np.inf]]), edge_cost)
    arc_cost = np.where(arcs.along, cost[0, arcs.edge], cost[1, arcs.edge])
    roots = streets.plant_node[plants]
    answer = _solve(arcs, arc_cost, terminals, roots)
    problems = _unjoined(streets, answer)
    owner = _owner(answer.parent, roots)
    joined = terminals[owner[terminals] >= 0]
    used = np.bincount(owner[joined], weights=load[joined], minlength=len(plants))
    if (used <= capacity[plants]).all() or len(np.unique(roots)) == 1:
        problems += _overloaded(used.astype(float), capacity[plants], plants)
        return _one_set(arcs, answer, terminals, owner), tuple(problems)
    problem = joined, load[joined], owner[joined]
    chosen = _spread(arcs, arc_cost, problem, roots, capacity[plants])
    used = np.bincount(chosen, weights=load[joined], minlength=len(plants))
    problems += _overloaded(used.astype(float), capacity[plants], plants)
    trees = _one_each(arcs, arc_cost, terminals, roots, (joined, chosen))
    return trees, tuple(problems)


def _solve(arcs: Arcs, cost: Floats, terminals: Positions, roots: Positions) -> TreeAnswer:
    return steiner_tree(
        arcs.indptr,
        arcs.head,
        cost,
        terminals,
        np.unique(roots),
        towards_root=True,
        edge_id=arcs.edge,
        gap=GAP,
        time_limit_s=TIME_LIMIT_S,
    )


def _parent_edge(arcs: Arcs, answer: TreeAnswer) -> Positions:
    inside = answer.parent_arc >= 0
    return np.where(inside, arcs.edge[answer.parent_arc], NONE)


def _owner(parent: Positions, roots: Positions) -> Positions:
    """Give the plant that each node of the forest flows to, as a position in `roots`."""
    at = np.where(parent >= 0, parent, np.arange(len(parent)))
    while (at[at] != at).any():
        at = at[at]  # twice as far each time
    place = np.full(len(parent), NONE)
    place[roots[::-1]] = np.arange(len(roots))[::-1]
    return place[at]


def _spread(
    arcs: Arcs,
    cost: Floats,
    problem: tuple[Positions, Floats, Positions],
    roots: Positions,
    capacity: Floats,
) -> Positions:
    """Choose a plant for each terminal so that capacities hold as far as they go."""
    joined, load, owner = problem
    n = len(arcs.indptr) - 1
    tail = np.repeat(np.arange(n), np.diff(arcs.indptr))
    usable = np.isfinite(cost)
    # A free sewer must not vanish from the sparse matrix.
    weight = np.maximum(cost[usable], TINY)
    backward = coo_array((weight, (arcs.head[usable], tail[usable])), shape=(n, n)).tocsr()
    far = dijkstra(backward, indices=roots)[:, joined]
    demand, plant = np.nonzero(np.isfinite(far.T))
    ids, plant_ids = joined.astype(str), np.arange(len(roots)).astype(str)
    links = make_links(ids, plant_ids, demand, plant, far.T[demand, plant])
    answer = assign_by_capacity(
        links,
        pd.Series(load, ids),
        pd.Series(capacity, plant_ids),
        gap=SPREAD_GAP,
        time_limit_s=TIME_LIMIT_S,
    )
    chosen = owner.copy()
    given = answer.assignments
    chosen[pd.Index(ids).get_indexer(given["demand_id"])] = given["facility_id"].astype(int)
    return chosen


def _one_set(arcs: Arcs, answer: TreeAnswer, terminals: Positions, owner: Positions) -> Trees:
    return Trees(
        answer.parent[None],
        _parent_edge(arcs, answer)[None],
        np.where(owner[terminals] >= 0, 0, NONE),
    )


def _one_each(
    arcs: Arcs,
    cost: Floats,
    terminals: Positions,
    roots: Positions,
    chosen: tuple[Positions, Positions],
) -> Trees:
    """Lay one tree for each plant to the terminals chosen for it."""
    joined, plant = chosen
    parents, edges = [], []
    terminal_set = np.full(len(terminals), NONE)
    for number, at in enumerate(np.unique(plant)):
        mine = joined[plant == at]
        answer = _solve(arcs, cost, mine, roots[[at]])
        parents.append(answer.parent)
        edges.append(_parent_edge(arcs, answer))
        terminal_set[np.isin(terminals, mine)] = number
    return Trees(np.array(parents), np.array(edges), terminal_set)


def _unjoined(streets: Streets, answer: TreeAnswer) -> list[Problem]:
    lost = np.isin(streets.demand_node, answer.unreached)
    if not lost.any():
        return []
    east, north = streets.xy[streets.demand_node[np.flatnonzero(lost)[0]]]
    return [
        Problem(
            f"{int(lost.sum())} 个需求点所在道路与任何污水厂不连通，未设计，例如坐标 "
            f"({east:.0f}, {north:.0f}) 处；请补上缺失的道路。",
            f"The streets of {int(lost.sum())} demands lead to no plant and are not designed, for "
            f"example at ({east:.0f}, {north:.0f}); complete the roads.",
            where="demand",
            ids=np.flatnonzero(lost),
        )
    ]


def _overloaded(used: Floats, capacity: Floats, plants: Positions) -> list[Problem]:
    return [
        Problem(
            f"第 {plants[at] + 1} 座污水厂接入 {used[at]:,.0f} m³/d，"
            f"超出能力 {capacity[at]:,.0f} m³/d；需扩建或新建。",
            f"Plant number {plants[at] + 1} gets {used[at]:,.0f} m3/d, more than its capacity of "
            f"{capacity[at]:,.0f} m3/d; it has to be enlarged, or another one built.",
            where="treatment_plants",
            ids=[plants[at]],
        )
        for at in np.flatnonzero(used > capacity * (1 + 1e-9))
    ]
