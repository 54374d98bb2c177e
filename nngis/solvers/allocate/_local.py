"""Whole demands on links by local search: fit in, move aside, replace, come nearer; compiled.

Every move makes the load served larger, or leaves it and makes load times distance smaller, so the
search ends; it takes demands, links and members in a fixed order and the best move for each.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Floats
from nngis.compiled import compiled, inner
from nngis.solvers.allocate._simplex import Ints


class Places(NamedTuple):
    """Where demands are, and what room is left.

    Parameters
    ----------
    start : (d + 1,) int array
        Links ``start[i]`` to ``start[i + 1]`` belong to demand i, the nearest first.
    facility_at : (n,) int array
        The facility of each link.
    distance_m : (n,) float array
        Its length [m].
    load : (d,) int array
        Load of each demand.
    room : (f + g + 1,) int array
        What facilities, then groups, still hold; the last holds anything.
    onward : (f,) int array
        Where in `room` the group of each facility is.
    chosen : (d,) int array
        Link of each demand, -1 for none.
    first, after, before : (f,), (d,), (d,) int array
        The demands at each facility as a list.
    """

    start: Ints
    facility_at: Ints
    distance_m: Floats
    load: Ints
    room: Ints
    onward: Ints
    chosen: Ints
    first: Ints
    after: Ints
    before: Ints


@inner
def _put(places: Places, i: int, k: int) -> None:
    """Put a demand on a link, where it fits or not."""
    f = places.facility_at[k]
    places.room[f] -= places.load[i]
    places.room[places.onward[f]] -= places.load[i]
    places.chosen[i] = k
    j = places.first[f]
    places.after[i], places.before[i], places.first[f] = j, -1, i
    if j >= 0:
        places.before[j] = i


@inner
def _take(places: Places, i: int) -> int:
    """Take a demand off its link; return the link."""
    k = int(places.chosen[i])
    f = places.facility_at[k]
    places.room[f] += places.load[i]
    places.room[places.onward[f]] += places.load[i]
    places.chosen[i] = -1
    left, right = places.before[i], places.after[i]
    if left >= 0:
        places.after[left] = right
    else:
        places.first[f] = right
    if right >= 0:
        places.before[right] = left
    return k


@inner
def _fits(places: Places, i: int, k: int) -> bool:
    f = places.facility_at[k]
    load = places.load[i]
    return bool(load <= places.room[f] and load <= places.room[places.onward[f]])


@inner
def _link_to(places: Places, i: int, f: int) -> int:
    for k in range(places.start[i], places.start[i + 1]):
        if places.facility_at[k] == f:
            return k
    return -1


@inner
def _fit_in(places: Places, i: int) -> bool:
    """Put a demand on its first link with room, nearer than where it is."""
    now = places.chosen[i]
    for k in range(places.start[i], places.start[i + 1] if now < 0 else now):
        if _fits(places, i, k):
            if now >= 0:
                _take(places, i)
            _put(places, i, k)
            return True
    return False


@inner
def _move_aside(places: Places, i: int) -> bool:
    """Let another demand make way to another facility, at the least load times distance."""
    best, best_j, best_k, best_to = np.inf, -1, -1, -1
    room = places.room
    for k in range(places.start[i], places.start[i + 1]):
        f = places.facility_at[k]
        g = places.onward[f]
        j = places.first[f]
        while j >= 0:
            less, more = places.load[j], places.load[i] - places.load[j]
            stop = places.start[j + 1] if more <= room[f] else places.start[j]
            for to in range(places.start[j], stop):
                h = places.facility_at[to]
                if h == f or less > room[h]:
                    continue
                if places.onward[h] == g:
                    fits = more + less <= room[g]
                else:
                    fits = more <= room[g] and less <= room[places.onward[h]]
                longer = places.distance_m[to] - places.distance_m[places.chosen[j]]
                cost = places.load[i] * places.distance_m[k] + less * longer
                if fits and cost < best:
                    best, best_j, best_k, best_to = cost, j, k, to
            j = places.after[j]
    if best_j < 0:
        return False
    _take(places, best_j)
    _put(places, best_j, best_to)
    _put(places, i, best_k)
    return True


@inner
def _replace(places: Places, i: int) -> int:
    """Put a demand in the place of a smaller one, or a farther one as large; return that one."""
    best, best_cost, best_j, best_k = 0, 0.0, -1, -1
    for k in range(places.start[i], places.start[i + 1]):
        j = places.first[places.facility_at[k]]
        while j >= 0:
            more = places.load[i] - places.load[j]
            was = places.chosen[j]
            cost = places.load[i] * places.distance_m[k] - places.load[j] * places.distance_m[was]
            f = places.facility_at[k]
            fits = more <= places.room[f] and more <= places.room[places.onward[f]]
            if fits and (more > best or (more == best and cost < best_cost)):
                best, best_cost, best_j, best_k = more, cost, j, k
            j = places.after[j]
    if best_j >= 0:
        _take(places, best_j)
        _put(places, i, best_k)
    return best_j


@inner
def _swap(places: Places, i: int, least: float) -> bool:
    """Swap places with the demand that makes load times distance fall most."""
    now = places.chosen[i]
    f = places.facility_at[now]
    best, best_j, best_k, best_to = -least, -1, -1, -1
    for k in range(places.start[i], now):
        h = places.facility_at[k]
        j = places.first[h]
        while j >= 0:
            more = places.load[i] - places.load[j]
            same = places.onward[f] == places.onward[h]
            fits = more <= places.room[h] and -more <= places.room[f]
            if not same:
                fits = fits and more <= places.room[places.onward[h]]
                fits = fits and -more <= places.room[places.onward[f]]
            to = _link_to(places, j, f) if fits else -1
            if to >= 0:
                nearer = places.load[i] * (places.distance_m[k] - places.distance_m[now])
                was = places.distance_m[places.chosen[j]]
                change = nearer + places.load[j] * (places.distance_m[to] - was)
                if change < best:
                    best, best_j, best_k, best_to = change, j, k, to
            j = places.after[j]
    if best_j < 0:
        return False
    _take(places, i)
    _take(places, best_j)
    _put(places, i, best_k)
    _put(places, best_j, best_to)
    return True


@compiled
def settle(places: Places, order: Ints, least: float) -> None:
    """Improve until no single move helps; `places` is changed."""
    for i in range(len(places.chosen)):
        k = places.chosen[i]
        if k >= 0:
            places.chosen[i] = -1
            _put(places, i, k)
    moved = True
    while moved:
        moved = False
        for i in order:
            out = i
            while out >= 0 and places.chosen[out] < 0:
                if _fit_in(places, out) or _move_aside(places, out):
                    moved = True
                    break
                out = _replace(places, out)
                moved = moved or out >= 0
        for i in order:
            if places.chosen[i] >= 0 and (_fit_in(places, i) or _swap(places, i, least)):
                moved = True
