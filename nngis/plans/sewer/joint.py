"""Layout and profile together: what a design finds dear to dig is avoided, and designed again."""

import numpy as np

from nngis.arrays import Floats
from nngis.plans.sewer.rounds import Case, Round, one_round, yuan_by_chain

DEARER = 3.0
"""How much dearer a street is made that is to be avoided: enough for a way around, where one is."""


def search_layouts(case: Case, best: Round, edge_cost: Floats, moves: int) -> Round:
    """Let the tree change where it saves digging.

    Each move takes the chain of pipes that costs most more than its streets were priced at, makes
    these streets dearer, and lays out and designs all again; what is cheaper as designed stays.

    Parameters
    ----------
    case : Case
        Streets, ground, demand.
    best : Round
        The design to begin with.
    edge_cost : (2, e) float array
        The prices of streets that it was laid out at.
    moves : int
        Designs to try.

    Returns
    -------
    Round
        The cheapest design; never dearer than the one to begin with.
    """
    avoided: set[tuple[int, ...]] = set()
    for _ in range(moves):
        for edges in _dearest_first(case, best, edge_cost):
            if tuple(edges) not in avoided:
                break
        else:
            return best
        avoided.add(tuple(edges))
        moved = edge_cost.copy()
        moved[:, edges] *= DEARER
        tried = one_round(case, moved)
        if tried.cost_yuan < best.cost_yuan:
            best, edge_cost = tried, moved
    return best


def _dearest_first(case: Case, best: Round, edge_cost: Floats) -> list[list[int]]:
    """List the streets of each new chain, those first that cost most more than was thought."""
    network = best.network
    new = case.streets.sewer[network.edge] < 0
    edge, chain = network.edge[new], network.edge_chain[new]
    way = np.where(network.edge_ahead[new], 0, 1)
    yuan = yuan_by_chain(best, case)
    thought = np.bincount(chain, weights=edge_cost[way, edge], minlength=len(yuan))
    order = np.argsort(thought - yuan, kind="stable")
    place = np.argsort(chain, kind="stable")
    begin = np.searchsorted(chain[place], np.arange(len(yuan) + 1))
    return [
        sorted(set(edge[place[begin[at] : begin[at + 1]]].tolist()))
        for at in order
        if begin[at + 1] > begin[at]
    ]
