"""Compiled shortest-path search on CSR arrays: the state, the nodes that wait, the loop.

Nodes that wait are kept in a ring of buckets by their distance, each bucket a linked list with
room for every node once. A bucket is emptied in rounds, and a node that becomes nearer while its
bucket is worked on gets another turn, so the distances are exact whatever the bucket's width; that
only decides the speed. On street networks this takes half the time of a heap (one node in a
thousand has a second turn when a bucket is as wide as the mean arc is long).

Numba's cache looks at the file of the outermost loop alone: after a change here remove the
``*.nbi`` of `_numba_links` and `_numba_reach`.

References
----------
R. B. Dial, "Algorithm 360: shortest-path forest with topological ordering", CACM 12 (1969),
632-633; U. Meyer and P. Sanders, "Delta-stepping: a parallelizable shortest path algorithm",
J. Algorithms 49 (2003), 114-152, doi:10.1016/S0196-6774(03)00076-2.
"""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, copy_into, inner

MOST_BUCKETS = 1 << 16

# Columns of a search's state: what is read together lies together in memory.
DIST, ALSO = 0, 1
SEED, ENTRY, BUCKET, AFTER, BEFORE = 0, 1, 2, 3, 4


@compiled
def choose_buckets(weight: Array, leg_cost: Array, limit: float) -> tuple[float, int]:
    """Choose the width of a bucket, and as many buckets as nodes can wait in at one time."""
    span, total = 0.0, 0.0
    for arc in range(weight.shape[0]):
        total += weight[arc, DIST]
        span = max(span, weight[arc, DIST])
    width = total / max(weight.shape[0], 1)
    for value in leg_cost.ravel():
        if value <= limit and value < np.inf:
            span = max(span, value)
    width = max(width, span / MOST_BUCKETS)
    if width <= 0.0:
        return 1.0, 1
    return width, int(span / width) + 3


@inner
def make_state(n_nodes: int, n_buckets: int) -> tuple[Array, Array, Array, Array]:
    """Make the arrays of a search.

    Costs: distance and second cost of each node. Links: its seed, its arc of entry, the bucket it
    waits in, the nodes after and before it there; -1 for none. Then the nodes in the order they
    were met, and the first node of each bucket.
    """
    return (
        np.full((n_nodes, 2), np.inf),
        np.full((n_nodes, 5), -1, np.int32),
        np.empty(n_nodes, np.int32),
        np.full(n_buckets, -1, np.int32),
    )


@inner
def _wait(node: int, place: int, links: Array, first: Array) -> int:
    """Put a node into a bucket, out of the one it is in; return by how many nodes more wait."""
    was = links[node, BUCKET]
    if was == place:
        return 0
    if was >= 0:
        after, before = links[node, AFTER], links[node, BEFORE]
        if before >= 0:
            links[before, AFTER] = after
        else:
            first[was] = after
        if after >= 0:
            links[after, BEFORE] = before
    ahead = first[place]
    links[node, AFTER] = ahead
    links[node, BEFORE] = -1
    if ahead >= 0:
        links[ahead, BEFORE] = node
    first[place] = node
    links[node, BUCKET] = place
    return 0 if was >= 0 else 1


@inner
def sow(
    met: int,
    source: int,
    legs: tuple[Array, Array, Array],
    reach: tuple[float, float],
    state: tuple[Array, Array, Array, Array],
) -> int:
    """Let the nodes by which one source enters the graph wait; return how many were met."""
    leg_node, leg_cost, leg_second = legs
    limit, width = reach
    costs, links, order, first = state
    for slot in range(2):
        node, cost = leg_node[source, slot], leg_cost[source, slot]
        if cost > limit or cost >= costs[node, DIST]:
            continue
        if costs[node, DIST] == np.inf:
            order[met] = node
            met += 1
        costs[node, DIST] = cost
        costs[node, ALSO] = leg_second[source, slot]
        links[node, SEED] = 2 * source + slot
        _wait(node, int(cost / width) % first.size, links, first)
    return met


@inner
def search(
    arcs: tuple[Array, Array, Array],
    met: int,
    reach: tuple[float, float],
    state: tuple[Array, Array, Array, Array],
) -> int:
    """Search outwards from the nodes that wait, all that were met; return how many are met.

    Of ways equally long the one from the lower seed wins.

    Formulation: d(v) = min over seeds s and ways from s to v of leg(s) + sum of w(arc), w >= 0,
    d(v) <= limit; the seed of v is the lowest that gives it.
    """
    indptr, indices, weight = arcs
    limit, width = reach
    costs, links, order, first = state
    now, n_waiting = 0, met
    while n_waiting > 0:
        node = first[now]
        if node < 0:
            now = now + 1 if now + 1 < first.size else 0
            continue
        # Invariant: every waiting node lies in the bucket int(d / width) % n, none more than n - 2
        # buckets ahead of `now`, so that two laps of the ring never share a bucket; what lies in
        # a bucket behind `now` is final.
        first[now] = -1
        while node >= 0:
            n_waiting -= 1
            links[node, BUCKET] = -1
            following = links[node, AFTER]
            here, also, seed = costs[node, DIST], costs[node, ALSO], links[node, SEED]
            for arc in range(indptr[node], indptr[node + 1]):
                head = indices[arc]
                total = here + weight[arc, DIST]
                known = costs[head, DIST]
                if total > known or total > limit:
                    continue
                if total == known:
                    other = links[head, SEED]
                    if seed == other or (seed > other and links[head, ENTRY] != arc):
                        continue
                elif known == np.inf:
                    order[met] = head
                    met += 1
                costs[head, DIST] = total
                costs[head, ALSO] = also + weight[arc, ALSO]
                links[head, SEED] = seed
                links[head, ENTRY] = arc
                n_waiting += _wait(head, int(total / width) % first.size, links, first)
            node = following
    return met


@inner
def forget(met: int, state: tuple[Array, Array, Array, Array]) -> None:
    """Make the state ready for the next search by undoing only what was touched."""
    costs, links, order, _ = state
    for at in range(met):
        node = order[at]
        costs[node, DIST] = np.inf
        links[node, SEED] = -1
        links[node, ENTRY] = -1


@inner
def longer(values: Array, room: int) -> Array:
    """Copy an array into a longer one."""
    grown = np.empty(room, values.dtype)
    copy_into(grown, values)
    return grown
