"""Stretches of street between junctions, and where manholes stand on them."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.grid import heights_along
from nngis.network.graph.shapes import Shapes, cut, lines_of, measured
from nngis.plans.sewer.layout import Trees
from nngis.plans.sewer.streets import Streets
from nngis.plans.sewer.terrain import Terrain

NONE = -1
LEAST_PIPE_M = 4.0
"""Manholes inside a stretch are not set nearer to each other than this."""
LONGEST_STEP_M, SHORTEST_STEP_M = 25.0, 5.0
"""The ground is sampled at the cells of the grid, but within these bounds."""


@dataclass(frozen=True)
class Spacing:
    """How manholes are set.

    Parameters
    ----------
    longest_m : float
        Longest pipe [m].
    course_m, terrain_m : float
        How far a pipe may leave its street, and the ground the line between manholes [m].
    """

    longest_m: float
    course_m: float
    terrain_m: float


@dataclass(frozen=True, eq=False)
class Chains:
    """Stretches between junctions; c stretches, k nodes on them.

    The trees are taken on one set of nodes: node v of set i has the number ``i * n + v``.

    Parameters
    ----------
    key : (c,) int array
        The node at the upper end of each.
    end : (c,) int array
        The node at the lower end.
    next : (c,) int array
        The stretch that begins there; -1 at plants.
    course : Shapes
        Their courses, as they flow.
    scale : (c,) float array
        True length over length on the plane.
    sewer : (c,) int array
        The existing sewer that each is a part of; -1 for streets.
    chain_of : (n,) int array
        The stretch that each node lies on, its lower end excepted; -1 outside and at plants.
    along_m : (n,) float array
        Where on it [m].
    edge, edge_chain : (k,) int array
        Street edges used, and the stretch that each is a part of.
    edge_ahead : (k,) bool array
        Whether it is used from its tail to its head.
    """

    key: Positions
    end: Positions
    next: Positions
    course: Shapes
    scale: Floats
    sewer: Positions
    chain_of: Positions
    along_m: Floats
    edge: Positions
    edge_ahead: Bools
    edge_chain: Positions


def chains_of(streets: Streets, trees: Trees) -> Chains:
    """Draw the streets of trees together to stretches between junctions."""
    n_sets, n_nodes = trees.parent.shape
    n = n_sets * n_nodes
    first = np.arange(n_sets)[:, None] * n_nodes
    parent = np.where(trees.parent >= 0, trees.parent + first, NONE).ravel()
    edge = trees.parent_edge.ravel()
    inside = np.flatnonzero(parent >= 0)
    only = np.full(n, NONE)
    only[parent[inside]] = inside
    children = np.bincount(parent[inside], minlength=n)
    same = streets.sewer[edge[inside]] == streets.sewer[edge[only[inside]]]
    passes = (children[inside] == 1) & same
    middle, key = inside[passes], inside[~passes]
    links = (np.ones(len(middle)), (middle, only[middle]))
    label = connected_components(coo_array(links, shape=(n, n)), directed=False)[1]
    of_label = np.full(n, NONE)
    of_label[label[key]] = np.arange(len(key))
    chain = of_label[label[inside]]
    planar = streets.shapes.length_m[edge[inside]]
    order = np.lexsort((-_way_m(parent, inside, planar)[inside], chain))
    member, chain, planar = inside[order], chain[order], planar[order]
    used = edge[member]
    ahead = streets.tail[used] == member % n_nodes
    parts = cut(streets.shapes, used, np.where(ahead, 0.0, planar), np.where(ahead, planar, 0.0))
    begin = np.searchsorted(chain, np.arange(len(key) + 1))
    course = measured(parts.xy, np.diff(parts.first[begin]))
    before = np.cumsum(planar) - planar
    chain_of, along = np.full(n, NONE), np.zeros(n)
    chain_of[member], along[member] = chain, before - before[begin[chain]]
    end = parent[member[begin[1:] - 1]]
    true = np.add.reduceat(streets.length_m[used], begin[:-1])
    return Chains(
        key,
        end,
        chain_of[end],
        course,
        true / course.length_m,
        streets.sewer[used[begin[:-1]]],
        chain_of,
        along,
        used,
        ahead,
        chain,
    )


def _way_m(parent: Positions, inside: Positions, length_m: Floats) -> Floats:
    """Add up the way from each node to its root."""
    way = np.zeros(len(parent))
    way[inside] = length_m
    at = np.where(parent >= 0, parent, np.arange(len(parent)))
    while (at[at] != at).any():
        way, at = way + np.where(at != at[at], way[at], 0.0), at[at]
    return way


def manhole_places(chains: Chains, terrain: Terrain, spacing: Spacing) -> tuple[Positions, Floats]:
    """Choose where manholes stand on stretches: at bends of street and ground, and between."""
    length = chains.course.length_m
    new = np.flatnonzero(chains.sewer < 0)
    bends = [_course_bends(chains, new, spacing), _ground_bends(chains, new, terrain, spacing)]
    chain = np.concatenate([bend[0] for bend in bends])
    along = np.concatenate([bend[1] for bend in bends])
    inner = (along > LEAST_PIPE_M) & (along < length[chain] - LEAST_PIPE_M)
    chain, along = _apart(chain[inner], along[inner])
    every = np.arange(len(length))
    chain = np.concatenate([chain, every, every])
    along = np.concatenate([along, np.zeros(len(length)), length])
    order = np.lexsort((along, chain))
    return _spaced(chain[order], along[order], chains, spacing.longest_m)


def _course_bends(chains: Chains, new: Positions, spacing: Spacing) -> tuple[Positions, Floats]:
    """Find the vertices that a line needs to stay near its street; the height is the way along."""
    course, first = chains.course, chains.course.first
    of_chain = np.repeat(np.arange(len(first) - 1), np.diff(first))
    mine = np.isin(of_chain, new)
    number = np.searchsorted(new, of_chain[mine])
    points = np.column_stack([course.xy[mine], course.along_m[mine]])
    lines = shapely.linestrings(points, indices=number)
    return _kept(lines, spacing.course_m, new, column=2)


def _ground_bends(
    chains: Chains, new: Positions, terrain: Terrain, spacing: Spacing
) -> tuple[Positions, Floats]:
    """Find the places that a line over the way needs to stay near the ground."""
    step = float(np.clip(terrain.grid.cell_m, SHORTEST_STEP_M, LONGEST_STEP_M))
    samples = heights_along(terrain.grid, lines_of(chains.course)[new], step_m=step)
    lines = shapely.linestrings(
        np.column_stack([samples.along_m, samples.height]), indices=samples.line
    )
    return _kept(lines, spacing.terrain_m, new, column=0)


def _kept(
    lines: Objects, tolerance: float, new: Positions, *, column: int
) -> tuple[Positions, Floats]:
    simple = shapely.simplify(lines, tolerance, preserve_topology=False)
    points, line = shapely.get_coordinates(simple, include_z=column == 2, return_index=True)  # noqa: PLR2004
    return new[line], points[:, column]


def _apart(chain: Positions, along: Floats) -> tuple[Positions, Floats]:
    """Drop places that stand too near to the one before, until none does."""
    order = np.lexsort((along, chain))
    chain, along = chain[order], along[order]
    while True:
        near = np.zeros(len(chain), bool)
        near[1:] = (chain[1:] == chain[:-1]) & (np.diff(along) < LEAST_PIPE_M)
        drop = near & ~np.concatenate([[False], near[:-1]])
        if not drop.any():
            return chain, along
        chain, along = chain[~drop], along[~drop]


def _spaced(
    chain: Positions, along: Floats, chains: Chains, longest_m: float
) -> tuple[Positions, Floats]:
    """Set manholes between places that lie too far apart."""
    gap = np.diff(along) * chains.scale[chain[:-1]]
    step = (chain[1:] == chain[:-1]) & (chains.sewer[chain[:-1]] < 0)
    parts = np.where(step, np.ceil(gap / longest_m - 1e-9), 1).astype(np.intp)
    parts = np.maximum(np.append(parts, 1), 1)
    place = np.repeat(np.arange(len(chain)), parts)
    number = np.arange(len(place)) - (np.cumsum(parts) - parts)[place]
    onward = np.minimum(place + 1, len(along) - 1)
    share = number / parts[place]
    between = along[place] + share * np.where(share > 0, along[onward] - along[place], 0.0)
    return chain[place], between
