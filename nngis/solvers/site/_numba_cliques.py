"""Compiled cover of a graph's edges by cliques: pairs that clash become groups that clash."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, copy_into, inner


@compiled
def clique_cover(start: Array, other: Array) -> tuple[Array, Array]:
    """Cover every edge of a graph by groups in which all are joined to all."""
    size = start.size - 1
    covered = np.zeros(other.size, np.bool_)
    shared = np.zeros(size, np.int64)
    clique = np.empty(size, np.int64)
    first = [0]
    member = np.empty(2 * other.size, np.int64)
    end = 0
    for u in range(size):
        for at in range(start[u], start[u + 1]):
            if covered[at] or other[at] < u:
                continue
            width = _grow(u, other[at], (start, other), shared, clique)
            _cover(clique[:width], (start, other), shared, covered)
            copy_into(member[end:], clique[:width])
            end += width
            first.append(end)
    return np.array(first), member[:end].copy()


@inner
def _grow(u: int, v: int, graph: tuple[Array, Array], shared: Array, clique: Array) -> int:
    """Extend an edge by every neighbour that is joined to all so far; return the size."""
    start, other = graph
    clique[0], clique[1] = u, v
    for w in other[start[u] : start[u + 1]]:
        shared[w] += 1
    for w in other[start[v] : start[v + 1]]:
        shared[w] += 1
    width = 2
    for w in other[start[u] : start[u + 1]]:
        if w != v and shared[w] == width:
            clique[width] = w
            width += 1
            for x in other[start[w] : start[w + 1]]:
                shared[x] += 1
    return width


@inner
def _cover(clique: Array, graph: tuple[Array, Array], shared: Array, covered: Array) -> None:
    """Mark the edges inside a clique, and forget the counts that it left."""
    start, other = graph
    for v in clique:
        for b in range(start[v], start[v + 1]):
            shared[other[b]] = 0
    for v in clique:
        shared[v] = 1
    for v in clique:
        for b in range(start[v], start[v + 1]):
            covered[b] = covered[b] or shared[other[b]] == 1
    for v in clique:
        shared[v] = 0
