"""Ids of pipes and manholes, numbered from the plants up."""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Objects
from nngis.plans.sewer.network import SewerNetwork


@dataclass(frozen=True, eq=False)
class Names:
    """Ids of pipes, manholes and plants, in the order of the network.

    Parameters
    ----------
    pipe, manhole : (n,), (m,) object array
        Ids.
    plant : (p,) object array
        Ids of the plants as they were given.
    sewer : (k,) object array
        Ids of the existing sewers as they were given.
    """

    pipe: Objects
    manhole: Objects
    plant: Objects
    sewer: Objects


def name_all(network: SewerNetwork, plant: Objects, sewer: Objects) -> Names:
    """Give manholes and pipes numbers, from the plants up."""
    n = len(network.down)
    order = np.lexsort((network.xy[:n, 1], network.xy[:n, 0], network.to_plant_m))
    number = np.empty(n, np.intp)
    number[order] = np.arange(1, n + 1)
    manhole = np.array([f"M{k:05d}" for k in number] + [f"WWTP-{p}" for p in plant], object)
    return Names(np.array([f"P{k:05d}" for k in number], object), manhole, plant, sewer)
