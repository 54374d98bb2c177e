"""The allocation that keeps demands whole: local search, then whole numbers in HiGHS."""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Floats
from nngis.compiled import clock_s
from nngis.solvers.allocate._local import Places, settle
from nngis.solvers.allocate._programme import Goal, better
from nngis.solvers.allocate._question import NOISE, Question
from nngis.solvers.allocate._relax import EQUAL, Relaxed, relax
from nngis.solvers.allocate._simplex import Ints
from nngis.text import Text

MOST_LINKS = 20_000
"""Links that can still matter, above which no programme is tried: it would not end in time."""

FARTHEST_DETOUR, HALVINGS = 8.0, 8
"""What serving one more can cost in longest links, at most, and how finely that is searched."""


@dataclass(frozen=True)
class Whole:
    """Whole demands on links, and what no other choice can better.

    Parameters
    ----------
    chosen : int array
        Links, one for each demand served.
    served, load_distance_m : float
        Bounds: no choice serves more; none that serves as much has less [load x m].
    doubts : tuple of Text
        What an outside engine claimed on the way and cannot be.
    """

    chosen: Ints
    served: float
    load_distance_m: float
    doubts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class _Aim:
    """What to make small: the price of each link, what every choice costs at least, and why.

    `reduced` is what a choice costs more than the bound, at least, if it uses a link.
    """

    price: Floats
    bound: float
    reduced: Floats
    served: float

    def cost(self, chosen: Ints) -> float:
        return float(self.price[chosen].sum())

    def reached(self, chosen: Ints, gap: float) -> bool:
        cost = self.cost(chosen)
        return cost - self.bound <= (gap + EQUAL) * max(abs(cost), abs(self.bound))


def assign_whole(question: Question, relaxed: Relaxed, gap: float, time_limit_s: float) -> Whole:
    """Choose a link for each demand: first most load, then least load times distance."""
    now = clock_s()
    load = question.load[question.demand_at]
    unsplit = (relaxed.counted == question.counted(load)) & (load > 0.0)
    chosen = _round(question, relaxed, np.flatnonzero(unsplit))
    aim = _Aim(-load, -relaxed.served, load * relaxed.link_rank, 0.0)
    chosen, bound, doubts = _pursue(question, aim, chosen, 0.0, now + time_limit_s / 2)
    served = float(load[chosen].sum())
    aim = _distance_aim(question, relaxed, served, now + time_limit_s)
    chosen, least, more = _pursue(question, aim, chosen, gap, now + time_limit_s)
    doubts = tuple(dict.fromkeys(doubts + more))
    return Whole(chosen, max(-bound, served), min(least, aim.cost(chosen)), doubts)


def _distance_aim(question: Question, relaxed: Relaxed, served: float, until: float) -> _Aim:
    """Bound load times distance for choices that serve as much as is served now.

    Where that is less than could be served if demands were split, what is not served is priced at
    some distance, and that of as much as is not served now is taken off the bound. The price at
    which just as much would be served bounds best; it is searched by halving.
    """
    load = question.load[question.demand_at]
    price = load * question.distance_m
    if served >= relaxed.served * (1.0 - EQUAL):
        reduced = np.where(relaxed.link_rank > 0, np.inf, load * relaxed.link_cost_m)
        return _Aim(price, relaxed.load_distance_m, reduced, served)
    best = _Aim(price, 0.0, np.zeros(len(load)), served)
    low_m, high_m = 0.0, FARTHEST_DETOUR * float(question.distance_m.max(initial=0.0))
    for _ in range(HALVINGS):
        if clock_s() > until:
            break
        unserved_m = (low_m + high_m) / 2
        priced = relax(question, unserved_m)
        bound = priced.load_distance_m - unserved_m * (float(question.load.sum()) - served)
        if bound > best.bound:
            best = _Aim(price, bound, load * priced.link_cost_m, served)
        if priced.counted.sum() * question.unit < served:
            low_m = unserved_m
        else:
            high_m = unserved_m
    return best


def _round(question: Question, relaxed: Relaxed, keep: Ints) -> Ints:
    """Keep some links, one for a demand at most, fit in the other demands and improve."""
    load, n = question.counted(question.load), len(question.capacity)
    room = question.counted(np.concatenate([question.capacity, question.group_capacity, [np.inf]]))
    chosen = np.full(len(load), -1)
    chosen[question.demand_at[keep]] = keep
    places = Places(
        start=np.searchsorted(question.demand_at, np.arange(len(load) + 1)),
        facility_at=question.facility_at,
        distance_m=question.distance_m,
        load=load,
        room=room + NOISE,
        onward=np.where(question.group_at >= 0, n + question.group_at, len(room) - 1),
        chosen=chosen,
        first=np.full(n, -1),
        after=np.full(len(load), -1),
        before=np.full(len(load), -1),
    )
    rank, cost = np.full(len(load), np.inf), np.full(len(load), np.inf)
    np.minimum.at(rank, question.demand_at, relaxed.link_rank)
    least = relaxed.link_rank == rank[question.demand_at]
    np.minimum.at(cost, question.demand_at[least], relaxed.link_cost_m[least])
    order = np.lexsort((-load, cost, rank))
    weight = load[question.demand_at] * question.distance_m
    settle(places, order[load[order] > 0], EQUAL * float(weight.sum()))
    return chosen[chosen >= 0]


def _pursue(
    question: Question, aim: _Aim, chosen: Ints, gap: float, until: float
) -> tuple[Ints, float, tuple[Text, ...]]:
    """Better a choice over every link that can still matter, unless those are too many."""
    if aim.reached(chosen, gap):
        return chosen, aim.bound, ()
    above = aim.cost(chosen) - aim.bound
    links = np.union1d(np.flatnonzero(aim.reduced <= above * (1.0 + EQUAL)), chosen)
    links = links[question.load[question.demand_at[links]] > 0.0]
    if len(links) > MOST_LINKS:
        return chosen, aim.bound, ()
    goal = Goal(links, aim.price, aim.served)
    chosen, bound, doubts = better(question, goal, chosen, gap, until)
    return chosen, max(bound, aim.bound), doubts
