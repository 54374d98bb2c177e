"""The search for a cheap tree and a high bound on a rooted network."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from nngis.arrays import Floats
from nngis.compiled import clock_s
from nngis.solvers.tree._ascent import Ascent, ascend, needed_arcs
from nngis.solvers.tree._contract import contract
from nngis.solvers.tree._cuts import Aim, prove
from nngis.solvers.tree._network import Ints, Network, make_network
from nngis.solvers.tree._search import grow, improve
from nngis.text import Text

EXACT = 1e-9
"""Bound and cost closer than this share of the cost are equal: the noise of adding floats."""

NEAR_REACH, FAR_REACH = 200, 1000
"""Nodes, from the top of a part cut off, at which exchanges join it again: for every tree, and
for the best of them. On a road graph of 100,000 nodes all nodes take three times as long as the
first thousand, for trees cheaper by 0.03 %."""

WORTH_REPEATING = 0.02
"""Share of arcs that must prove useless for another round of contraction and ascent."""

ROUND_SHARE = 0.02
"""Share of the gap allowed that a round of exchanges must save for another to follow: where the
best is asked for, rounds go on until one saves nothing."""

KEPT_ARCS = 20
"""Arcs of the raised cuts that are kept for the proof, as a multiple of the network's."""


@dataclass
class _Best:
    """The cheapest tree so far, and the way back from the network of now to the one given.

    `here` is the cheapest tree of the network of now, where that is no dearer.
    """

    cost: float
    arcs: Ints
    back: list[Callable[[Ints], Ints]]
    offset: float
    gap: float
    here: Ints | None = None

    def offer(self, net: Network, bound: float, *prices: Floats) -> None:
        """Grow trees at some prices, improve them at the real costs, keep the best of all.

        Once one is near enough to the bound, no other is grown.
        """
        found: list[Ints] = []
        for price in prices:
            grown = grow(net, price)
            cost = self.offset + _cost(net, grown)
            steps = EXACT * cost, ROUND_SHARE * self.gap * cost
            found.append(improve(net, grown, NEAR_REACH, *steps))
            if 0.0 < bound >= (self.offset + _cost(net, found[-1])) * (1.0 - self.gap):
                break
        via = improve(net, min(found, key=partial(_cost, net)), FAR_REACH, *steps)
        cost = self.offset + _cost(net, via)
        if cost <= self.cost * (1.0 + EXACT):
            self.here = via[via >= 0]
        if cost < self.cost:
            arcs = via[via >= 0]
            for step in reversed(self.back):
                arcs = step(arcs)
            self.cost, self.arcs = cost, arcs

    def proved(self, bound: float, gap: float) -> bool:
        """Tell whether a bound is within a gap of the cost."""
        return bound >= self.cost * (1.0 - max(gap, EXACT))


def _cost(net: Network, via: Ints) -> float:
    return float(net.cost[via[via >= 0]].sum())


def find_tree(
    net: Network, gap: float, time_limit_s: float
) -> tuple[Ints, float, tuple[Text, ...]]:
    """Find a cheap tree, and raise the bound until it is near enough or the time is up."""
    until = clock_s() + time_limit_s
    best = _Best(np.inf, np.arange(0), [], 0.0, gap)
    net, ascent, bound = _reduce(net, best, gap)
    doubts: tuple[Text, ...] = ()
    if not best.proved(bound, gap):
        above, doubts = _prove(net, ascent, best, gap, until)
        bound = max(bound, above)
    return best.arcs, min(bound, best.cost), doubts


def _reduce(net: Network, best: _Best, gap: float) -> tuple[Network, Ascent, float]:
    """Contract, bound, search, drop what cannot help, and again while that pays."""
    bound = 0.0
    while True:
        smaller = contract(net)
        best.back.append(smaller.expand)
        best.offset += smaller.cost
        best.here = None
        net = smaller.network
        m = len(net.tail)
        ascent = ascend(net, KEPT_ARCS * m)
        bound = max(bound, best.offset + ascent.bound)
        best.offer(net, bound, np.where(ascent.left > 0.0, np.inf, net.cost), net.cost)
        if best.proved(bound, gap):
            return net, ascent, bound
        above = best.cost - best.offset - ascent.bound + EXACT * best.cost
        needed = np.flatnonzero(needed_arcs(net, ascent.left, above))
        if len(needed) > (1.0 - WORTH_REPEATING) * m:
            return net, ascent, bound
        net, chosen = make_network(
            net.tail[needed], net.head[needed], net.cost[needed], net.terminal
        )
        best.back.append(needed[chosen].take)


def _prove(
    net: Network, ascent: Ascent, best: _Best, gap: float, until: float
) -> tuple[float, tuple[Text, ...]]:
    def try_tree(value: Floats) -> float:
        best.offer(net, 0.0, net.cost * (1.0 - value.clip(0.0, 1.0)))
        return best.cost - best.offset

    def known() -> Floats | None:
        if best.here is None:
            return None
        used = np.zeros(len(net.tail))
        used[best.here] = 1.0
        return used

    def enough(bound: float) -> bool:
        return best.proved(best.offset + bound, gap)

    bound, doubts = prove(net, ascent, Aim(try_tree, known, enough, until))
    return best.offset + bound, doubts
