"""Trees of pipes, one an outlet: laid along roads by the kernel, drawn together to whole pipes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.errors import InfeasibleError
from nngis.network.graph import Graph
from nngis.plans.heat.routes import Routes
from nngis.solvers.tree import TreeAnswer, steiner_tree

MARGIN_M = 3_000.0  # a tree may swerve this far beyond the box of its plant and users
GAP = 0.01


@dataclass(frozen=True, eq=False)
class PipeTrees:
    """Pipes between plants, junctions and users; a pipe has the number of its lower node.

    Parameters
    ----------
    up : (n,) int array
        The next node towards the plant; -1 at plants.
    level : (n,) int array
        Pipes to the plant.
    length_m, along_m : (n,) ndarray
        Length of the pipe above, and of the whole way to the plant [m]; 0 at plants.
    off_road_m : (n,) ndarray
        Of the pipe above, what follows no road [m].
    exists : (n,) bool array
        Whether the pipe above lies there already.
    line : (n,) object array
        The pipe above, running from the plant; None at plants.
    x, y : (n,) ndarray
        The nodes [m].
    outlet : (n,) object array
        The outlet each belongs to.
    user : (n,) object array
        The boiler at a node, or None.
    answers : mapping of str to TreeAnswer
        What was proved of each outlet's tree.
    """

    up: Positions
    level: Positions
    length_m: Floats
    along_m: Floats
    off_road_m: Floats
    exists: Bools
    line: Objects
    x: Floats
    y: Floats
    outlet: Objects
    user: Objects
    answers: dict[str, TreeAnswer]

    def downwards(self) -> list[Positions]:
        """List the pipes level by level, from the plants."""
        return [np.flatnonzero(self.level == k) for k in range(1, self.level.max(initial=0) + 1)]

    def gathered(self, amount: Floats) -> Floats:
        """Add up what stands at each node and all nodes behind it."""
        total = amount.copy()
        for pipes in reversed(self.downwards()):
            np.add.at(total, self.up[pipes], total[pipes])
        return total

    def least_behind(self, amount: Floats) -> Floats:
        """Find the least of each node and all nodes behind it."""
        least = amount.copy()
        for pipes in reversed(self.downwards()):
            np.minimum.at(least, self.up[pipes], least[pipes])
        return least

    def from_plant(self, amount: Floats) -> Floats:
        """Add up what stands on the pipes between the plant and each node."""
        total = np.where(self.up < 0, 0.0, amount)
        for pipes in self.downwards():
            total[pipes] += total[self.up[pipes]]
        return total


def lay_pipe_trees(
    routes: Routes,
    served: pd.DataFrame,
    plant_of: pd.Series,
    *,
    off_road_cost_ratio: float,
    proof_s: float,
) -> PipeTrees:
    """Lay one tree an outlet, a metre off the roads counted as several along them."""
    on_road = served[served.index.isin(routes.node.index)]
    used = plant_of[plant_of.index.isin(on_road["outlet_id"])]
    outlets = used.index[used.isin(routes.node.index)]
    metres = routes.graph.edge_length_m * np.where(routes.off_road, off_road_cost_ratio, 1.0)
    parts, answers = [], {}
    for outlet in outlets:
        users = on_road.index[on_road["outlet_id"].eq(outlet)]
        root = int(routes.node[plant_of[outlet]])
        terminals = routes.node[users].to_numpy()
        try:
            answer, nodes, arcs = _tree(routes, metres, terminals, root, proof_s / len(outlets))
        except InfeasibleError:
            continue  # nothing joins any of its users; they are not in the trees
        answers[outlet] = answer
        parts.append(_contracted(routes, answer, nodes, arcs, users, outlet))
    return _together(parts, answers)


def _tree(
    routes: Routes, metres: Floats, terminals: Positions, root: int, proof_s: float
) -> tuple[TreeAnswer, Positions, Positions]:
    """Ask for the cheapest tree around plant and users; on all roads, if those do not join them."""
    graph = routes.graph
    whole = graph.component == graph.component[root]
    whole[terminals] = True
    near = whole.copy()
    ends = np.append(terminals, root)
    for axis in (graph.x, graph.y):
        low, high = axis[ends].min() - MARGIN_M, axis[ends].max() + MARGIN_M
        near &= (axis >= low) & (axis <= high)
    try:
        found = _asked(routes, metres, near, terminals, root, proof_s=proof_s)
        if not found[0].unreached.size:
            return found
    except InfeasibleError:
        pass
    return _asked(routes, metres, whole, terminals, root, proof_s=proof_s)


def _asked(
    routes: Routes,
    metres: Floats,
    inside: Bools,
    terminals: Positions,
    root: int,
    *,
    proof_s: float,
) -> tuple[TreeAnswer, Positions, Positions]:
    graph = routes.graph
    nodes = np.flatnonzero(inside)
    place = np.full(graph.n_nodes, -1, dtype=np.intp)
    place[nodes] = np.arange(nodes.size)
    tail = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    arcs = np.flatnonzero(inside[tail] & inside[graph.indices])
    indptr = np.searchsorted(place[tail[arcs]], np.arange(nodes.size + 1))
    answer = steiner_tree(
        indptr,
        place[graph.indices[arcs]],
        metres[graph.edge_id[arcs]],
        place[terminals],
        [place[root]],
        free_arcs=routes.exists[graph.edge_id[arcs]],
        edge_id=graph.edge_id[arcs],
        gap=GAP,
        time_limit_s=proof_s,
    )
    return answer, nodes, arcs


@dataclass(frozen=True, eq=False)
class _Part:
    """One outlet's pipes before they are put together with the others'."""

    frame: pd.DataFrame
    lines: Objects
    user: Objects


def _contracted(
    routes: Routes,
    answer: TreeAnswer,
    nodes: Positions,
    arcs: Positions,
    users: pd.Index,
    outlet: str,
) -> _Part:
    """Draw the pieces between plant, junctions and users together to one pipe each."""
    graph, parent = routes.graph, answer.parent
    inner = np.flatnonzero(parent >= 0)
    root = int(answer.roots[0])
    edge = np.full(parent.size, -1, dtype=np.intp)
    edge[inner] = graph.edge_id[arcs[answer.parent_arc[inner]]]
    children = np.bincount(parent[inner], minlength=parent.size)
    there = np.zeros(parent.size, bool)
    there[inner] = routes.exists[edge[inner]]
    kept = (children > 1) | (children == 0)
    kept[answer.terminals] = True
    kept[root] = True
    # A pipe that is there and one that is not are two.
    change = inner[(there[inner] != there[parent[inner]]) & (parent[inner] != root)]
    kept[parent[change]] = True
    child = np.full(parent.size, -1, dtype=np.intp)
    child[parent[inner]] = inner
    bottom = _followed(np.where(kept, np.arange(parent.size), child), kept)
    top = _followed(np.where(parent >= 0, parent, np.arange(parent.size)), kept)

    pipes = inner[kept[inner]]
    all_nodes = np.append(root, pipes)
    number = np.full(parent.size, -1, dtype=np.intp)
    number[all_nodes] = np.arange(all_nodes.size)
    metres, below = graph.edge_length_m[edge[inner]], number[bottom[inner]]
    off = np.where(routes.off_road[edge[inner]], metres, 0.0)
    length, off_road = (
        np.bincount(below, weights=w, minlength=all_nodes.size) for w in (metres, off)
    )
    user = np.full(all_nodes.size, None, dtype=object)
    joined = parent[answer.terminals] >= 0
    user[number[answer.terminals[joined]]] = users.to_numpy(object)[joined]
    up = np.append(-1, number[top[pipes]])
    lines = _lines(graph, edge[inner], number[bottom[inner]], all_nodes.size)
    x, y = graph.x[nodes[all_nodes]], graph.y[nodes[all_nodes]]
    frame = pd.DataFrame(
        {
            "up": up,
            "length_m": length,
            "off_road_m": off_road,
            "exists": there[all_nodes],
            "x": x,
            "y": y,
            "outlet": outlet,
        }
    )
    return _Part(frame, _from_plant(lines, x, y, up), user)


def _followed(pointer: Positions, stop: Bools) -> Positions:
    """Follow pointers to where they stop, in as many steps as the longest chain has doublings."""
    at = pointer.copy()
    going = np.flatnonzero((at >= 0) & ~stop[np.maximum(at, 0)] & (at != np.arange(at.size)))
    while going.size:
        at[going] = at[at[going]]
        ahead = at[going]
        going = going[(ahead >= 0) & ~stop[np.maximum(ahead, 0)]]
    return at


def _lines(graph: Graph, edge: Positions, pipe: Positions, count: int) -> Objects:
    lines = np.full(count, None, dtype=object)
    if edge.size:
        order = np.argsort(pipe, kind="stable")
        many = shapely.multilinestrings(graph.geometry[edge[order]], indices=_ranked(pipe[order]))
        lines[np.unique(pipe)] = shapely.line_merge(many)
    return lines


def _ranked(values: Positions) -> Positions:
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.intp).ravel()


def _from_plant(lines: Objects, x: Floats, y: Floats, up: Positions) -> Objects:
    """Turn each line so that it starts at its upper node."""
    out = lines.copy()
    some = np.flatnonzero(up >= 0)
    start = shapely.get_point(lines[some], 0)
    wrong = shapely.distance(start, shapely.points(x[up[some]], y[up[some]])) > shapely.distance(
        start, shapely.points(x[some], y[some])
    )
    out[some[wrong]] = shapely.reverse(lines[some[wrong]])
    return out


def _together(parts: list[_Part], answers: dict[str, TreeAnswer]) -> PipeTrees:
    sizes = [len(part.frame) for part in parts]
    first = np.cumsum([0, *sizes])[:-1]
    columns = ["up", "length_m", "off_road_m", "exists", "x", "y", "outlet"]
    frames = [part.frame for part in parts] or [pd.DataFrame(columns=columns)]
    whole = pd.concat(frames, ignore_index=True)
    shift = np.repeat(first, sizes)
    up = whole["up"].to_numpy(np.intp)
    up = np.where(up >= 0, up + shift.astype(np.intp), -1)
    level = np.zeros(up.size, dtype=np.intp)
    along = np.zeros(up.size)
    length = whole["length_m"].to_numpy(float)
    here = np.flatnonzero(np.isin(up, np.flatnonzero(up < 0)) & (up >= 0))
    depth = 1
    while here.size:
        level[here], along[here] = depth, along[up[here]] + length[here]
        here, depth = np.flatnonzero(np.isin(up, here)), depth + 1
    return PipeTrees(
        up=up,
        level=level,
        length_m=length,
        along_m=along,
        off_road_m=whole["off_road_m"].to_numpy(float),
        exists=whole["exists"].to_numpy(bool),
        line=_chained([part.lines for part in parts]),
        x=whole["x"].to_numpy(float),
        y=whole["y"].to_numpy(float),
        outlet=whole["outlet"].to_numpy(object),
        user=_chained([part.user for part in parts]),
        answers=answers,
    )


def _chained(arrays: list[Objects]) -> Objects:
    return np.concatenate(arrays) if arrays else np.array([], dtype=object)
