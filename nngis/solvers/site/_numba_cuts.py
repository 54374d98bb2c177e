"""Compiled search for odd triples of classes: cuts that halve what a relaxation overstates."""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner

HALF = 0.5


class Search(NamedTuple):
    """The question and the marks of one search.

    Sites of each class and classes of each site, as sparse rows; how far each site is open; the
    lesser of that and its rest; slack, worth and rank of each class; which sites are odd so far.
    """

    start: Array
    item: Array
    back_start: Array
    back_item: Array
    point: Array
    share: Array
    slack: Array
    weight: Array
    rank: Array
    odd: Array


@inner
def _flip(s: Search, x: int) -> None:
    """Change the parity of every site of a class."""
    for a in range(s.start[x], s.start[x + 1]):
        s.odd[s.item[a]] = not s.odd[s.item[a]]


@inner
def _odd_share(s: Search, x: int) -> float:
    """Return what rounding the odd sites of a class wastes."""
    total = 0.0
    for a in range(s.start[x], s.start[x + 1]):
        if s.odd[s.item[a]]:
            total += s.share[s.item[a]]
    return total


@inner
def _change(s: Search, z: int) -> float:
    """Return what a further class adds to the waste of rounding."""
    total = 0.0
    for a in range(s.start[z], s.start[z + 1]):
        j = s.item[a]
        total += -s.share[j] if s.odd[j] else s.share[j]
    return total


@inner
def _turn(s: Search, x: int, y: int, z: int) -> float:
    """Return what it wastes to make the constant odd, with the odd sites of x and y marked."""
    down, least = 0, 1.0
    _flip(s, z)
    for which in range(3):
        r = (x, y, z)[which]
        for a in range(s.start[r], s.start[r + 1]):
            j = s.item[a]
            if s.odd[j]:
                s.odd[j] = False
                down += 1 if s.point[j] > HALF else 0
                least = min(least, abs(1.0 - 2.0 * s.point[j]))
    for which in range(3):
        _flip(s, (x, y, z)[which])
    _flip(s, z)
    return least if down % 2 == 1 else 0.0


@inner
def _later_neighbours(s: Search, x: int, seen: Array, near: Array) -> int:
    """List the classes of higher rank that share a site with class x; return how many."""
    count = 0
    for a in range(s.start[x], s.start[x + 1]):
        for b in range(s.back_start[s.item[a]], s.back_start[s.item[a] + 1]):
            y = s.back_item[b]
            if s.rank[y] > s.rank[x] and seen[y] != x:
                seen[y] = x
                near[count] = y
                count += 1
    return count


@compiled
def odd_triples(
    rows: tuple[Array, Array, Array, Array],
    worth: tuple[Array, Array],
    slack: Array,
    point: tuple[Array, Array],
    limits: tuple[float, int, int],
) -> Array:
    """Find triples of classes whose cut a fractional point breaks.

    Add up, for three classes, ``won <= open sites that cover it`` and ``won <= 1``, halve, and
    round: the three are won at most ``1 +`` half the open sites, each site's share rounded up
    (or down, with 1 more on the right). A point breaks the cut by half of one minus its slack.
    `worth` is that of each class and the classes in its order, the dearest first; `point` how far
    each site is open, and the lesser of that and its rest.
    """
    # A. Caprara and M. Fischetti, "{0,1/2}-Chvatal-Gomory cuts", Math. Programming 74 (1996).
    start, item, back_start, back_item = rows
    least, per_class, tries = limits
    weight, order = worth
    n = start.size - 1
    rank = np.empty(n, np.int64)
    for at in range(n):
        rank[order[at]] = at
    odd = np.zeros(point[0].size, np.bool_)
    s = Search(start, item, back_start, back_item, *point, slack, weight, rank, odd)
    near = np.empty(n, np.int64)
    seen = np.full(n, -1)
    triple = np.empty((n * per_class, 3), np.int64)
    found = 0
    for x in order:
        if tries <= 0:
            break
        count = _later_neighbours(s, x, seen, near)
        kept, tried = _triples_of(s, x, near[:count], least, triple[found : found + per_class])
        found += kept
        tries -= tried
    return triple[:found].copy()


@inner
def _triples_of(s: Search, x: int, near: Array, least: float, out: Array) -> tuple[int, int]:
    """Write the best triples of class x and two of its neighbours; say how many, and the work."""
    most = 1.0 - least
    score = np.empty(len(out))
    found, tried = 0, 0
    for p in range(near.size):
        y = near[p]
        pair = s.slack[x] + s.slack[y]
        if pair >= most:
            continue
        tried += near.size - p
        _flip(s, x)
        _flip(s, y)
        both = pair + _odd_share(s, x) + _odd_share(s, y)
        for r in range(p + 1, near.size):
            z = near[r]
            if pair + s.slack[z] >= most:
                continue
            waste = both + s.slack[z] + _change(s, z)
            if waste >= most:
                continue
            waste += _turn(s, x, y, z)
            if waste >= most:
                continue
            merit = (1.0 - waste) * min(s.weight[x], s.weight[y], s.weight[z])
            at = found
            if found == len(out):
                at = int(np.argmin(score))
                if merit <= score[at]:
                    continue
            else:
                found += 1
            out[at, 0], out[at, 1], out[at, 2] = x, y, z
            score[at] = merit
        _flip(s, x)
        _flip(s, y)
    return found, tried


@compiled
def pick_triples(triple: Array, order: Array, size: int, per_class: int, most: int) -> Array:
    """Take triples in order, each class in so many of them at most."""
    used = np.zeros(size, np.int64)
    taken = np.empty(min(most, order.size), np.int64)
    count = 0
    for t in order:
        if count == taken.size:
            break
        if max(used[triple[t, 0]], used[triple[t, 1]], used[triple[t, 2]]) < per_class:
            for c in range(3):
                used[triple[t, c]] += 1
            taken[count] = t
            count += 1
    return taken[:count].copy()
