"""Compiled exchanges of neighbourhoods: one site more here for one site less there.

A neighbourhood that was heated with one site more is worth more, but breaks the limits, until
another one that was heated with one site less makes up for it. The best of both kinds are kept with
the sites that they close and open; one is taken as soon as one of the other kind fits to it.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, copy_into, inner
from nngis.solvers.site._numba_cover import CoverArrays, next_random
from nngis.solvers.site._numba_limits import keeps, may_open
from nngis.solvers.site._numba_swap import Swaps, loss_of, near_of, replace

KEPT = 12
"""Neighbourhoods that are kept with one site less, and with one more."""
SAME = 1e-9


class Shifts(NamedTuple):
    """Kept neighbourhoods by kind (0 for one less, 1 for one more) and place, -inf where none is.

    What each is worth, how many sites it closes and opens, and which.
    """

    worth: Array
    size: Array
    sites: Array


@compiled
def no_shifts(most: int) -> Shifts:
    """Return room for neighbourhoods of so many sites at most."""
    return Shifts(
        np.full((2, KEPT), -np.inf),
        np.zeros((2, KEPT, 2), np.int64),
        np.zeros((2, KEPT, 2, most), np.int64),
    )


@compiled
def one_more(
    q: CoverArrays, s: Swaps, part: Array, count: int, seed: Array
) -> tuple[int, float, float]:
    """Open one of the sites that gain most near some open ones, and list it as the next.

    Returns how many are listed, the change, and what the site costs.
    """
    best, at = 0.0, -1
    for i in range(count):
        for j in near_of(q, s, int(part[i])):
            score = s.gain[j] * (0.5 + next_random(seed))
            if score > best and may_open(q.limits, s.filled, j, np.inf):
                best, at = score, j
    if at < 0:
        return count, 0.0, 0.0
    gain = s.gain[at]
    replace(q, s, part[:0], np.full(1, at))
    part[count] = at
    return count + 1, float(gain), float(q.limits.cost[at])


@compiled
def one_less(
    q: CoverArrays, s: Swaps, part: Array, count: int, seed: Array
) -> tuple[int, float, float]:
    """Close one of the open sites listed that lose least; return likewise."""
    best, at = np.inf, 0
    for i in range(count):
        score = loss_of(q, s, int(part[i])) * (0.5 + next_random(seed))
        if score < best:
            best, at = score, i
    change = replace(q, s, part[at : at + 1].copy(), part[:0])
    part[at] = part[count - 1]
    return count - 1, change, 0.0


@inner
def _fits(s: Swaps, out: Array, into: Array) -> bool:
    """Whether some sites are open, and others closed or among them."""
    fits = True
    for j in out:
        fits = fits and s.is_open[j]
    for j in into:
        fits = fits and (not s.is_open[j] or (out == j).any())
    return bool(fits)


@inner
def _kept(shifts: Shifts, kind: int, t: int) -> tuple[Array, Array]:
    """Return the sites that a kept neighbourhood closes, and those that it opens."""
    out, into = shifts.sites[kind, t, 0], shifts.sites[kind, t, 1]
    return out[: shifts.size[kind, t, 0]], into[: shifts.size[kind, t, 1]]


@compiled
def shift(
    q: CoverArrays,
    s: Swaps,
    budget: float,
    shifts: Shifts,
    heated: tuple[int, Array, Array],
    change: tuple[float, float],
) -> float:
    """Make up for a neighbourhood with one site more or less, or undo and keep it.

    Parameters
    ----------
    heated : tuple
        Its kind, its sites before and after.
    change : tuple
        What heating it changed, and the least change of both that is taken.

    Returns the change of both together, 0 where it was undone.
    """
    kind, before, after = heated
    here, least = change
    for t in np.argsort(-shifts.worth[1 - kind]):
        worth = shifts.worth[1 - kind, t]
        if here + worth < least:
            break
        out, into = _kept(shifts, 1 - kind, t)
        if not _fits(s, out, into):
            continue
        there = replace(q, s, out, into)
        if here + there >= least and keeps(q.limits, s.filled, budget):
            shifts.worth[1 - kind, t] = -np.inf
            return float(here + there)
        replace(q, s, into, out)
    replace(q, s, after, before)
    _keep(s, shifts, heated, here)
    return 0.0


@inner
def _keep(s: Swaps, shifts: Shifts, heated: tuple[int, Array, Array], worth: float) -> None:
    """Keep a neighbourhood in place of the worst of its kind, or of one that fits no more."""
    kind, before, after = heated
    place, least = -1, worth
    for t in range(KEPT):
        known = shifts.worth[kind, t]
        if known > -np.inf and not _fits(s, *_kept(shifts, kind, t)):
            known = shifts.worth[kind, t] = -np.inf
        if abs(known - worth) <= SAME * abs(worth):
            return
        if known < least:
            place, least = t, known
    if place >= 0:
        shifts.worth[kind, place] = worth
        shifts.size[kind, place, 0], shifts.size[kind, place, 1] = before.size, after.size
        copy_into(shifts.sites[kind, place, 0], before)
        copy_into(shifts.sites[kind, place, 1], after)
