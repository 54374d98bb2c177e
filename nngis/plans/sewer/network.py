"""From trees of streets to pipes between manholes: straight, not too long, true to the ground."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import spsolve

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.crs import ground_distance_m
from nngis.grid import heights_along
from nngis.network.graph.shapes import cut, lines_of
from nngis.plans.sewer.chains import (
    LONGEST_STEP_M,
    SHORTEST_STEP_M,
    Chains,
    Spacing,
    chains_of,
    manhole_places,
)
from nngis.plans.sewer.layout import Trees
from nngis.plans.sewer.streets import Streets
from nngis.plans.sewer.terrain import Terrain

NONE = -1
SAME_M = 1e-6


@dataclass(frozen=True, eq=False)
class SewerNetwork:
    """Pipes between manholes; a pipe is known by its upper manhole, which it alone leaves.

    Parameters
    ----------
    xy : (m, 2) float array
        The manholes, one for each pipe and then one for each plant [m].
    ground_m : (m,) float array
        The ground there [m].
    lower : (n,) int array
        Manhole at the lower end of each pipe; its upper manhole has the pipe's own position.
    down : (n,) int array
        The pipe that leaves the lower manhole; -1 at plants.
    length_m : (n,) float array
        True length [m].
    excess_m, dip_m : (n,) float array
        By how much the ground between lies above the straight line in the mean, and below it at
        most [m].
    sewer : (n,) int array
        The existing sewer that each pipe is a part of; -1 for new ones.
    mean_flow_l_s : (n,) float array
        Mean sewage flow of all that lies upstream [L/s].
    own_flow_l_s : (n,) float array
        What of it joins along the pipe or at its upper manhole [L/s].
    to_plant_m : (n,) float array
        Way from the upper manhole to the plant [m].
    chain : (n,) int array
        The stretch of street between junctions that each pipe lies on.
    edge, edge_chain : (k,) int array
        Street edges used, and the stretch each is a part of.
    edge_ahead : (k,) bool array
        Whether it is used from its tail to its head.
    line : (n,) object array
        Course of each pipe as it flows: straight for new ones.
    demand_pipe : (d,) int array
        The pipe each demand joins; -1 where none; n + p for a demand at plant p itself.
    demand_share : (d,) float array
        Where on that pipe, as a share of its length.
    plant_of : (m,) int array
        The plant that each manhole flows to.
    """

    xy: Floats
    ground_m: Floats
    lower: Positions
    down: Positions
    length_m: Floats
    excess_m: Floats
    dip_m: Floats
    sewer: Positions
    mean_flow_l_s: Floats
    own_flow_l_s: Floats
    to_plant_m: Floats
    chain: Positions
    edge: Positions
    edge_ahead: Bools
    edge_chain: Positions
    line: Objects
    demand_pipe: Positions
    demand_share: Floats
    plant_of: Positions


def lay_pipes(
    streets: Streets,
    trees: Trees,
    terrain: Terrain,
    demand_flow_l_s: Floats,
    spacing: Spacing,
) -> SewerNetwork:
    """Set manholes on the streets of trees and join them by straight pipes.

    A manhole stands where streets meet, where a street bends, where the ground bends, and often
    enough between. Existing sewers keep theirs.
    """
    chains = chains_of(streets, trees)
    at_chain, at_m = manhole_places(chains, terrain, spacing)
    upper = np.flatnonzero(at_chain[1:] == at_chain[:-1])
    chain, start_m, end_m = at_chain[upper], at_m[upper], at_m[upper + 1]
    n = len(upper)
    root_plant = _plant_at(streets, trees)
    down = np.where(np.append(chain[1:] == chain[:-1], [False]), np.arange(n) + 1, NONE)
    first_pipe = np.searchsorted(chain, np.arange(len(chains.key)))
    ends = down < 0
    onward = chains.next[chain]
    down[ends] = np.where(onward[ends] >= 0, first_pipe[onward[ends]], NONE)
    lower = np.where(down >= 0, down, n + root_plant[chains.end[chain]])
    point = cut(chains.course, chain, start_m, start_m)
    plant_xy = streets.xy[np.maximum(streets.plant_node, 0)]
    xy = np.concatenate([point.xy[point.first[:-1]], plant_xy])
    line, length = _courses(streets, chains, (chain, start_m, end_m), xy, lower)
    ground = terrain.at(xy)
    excess, dip = _between(terrain, line, ground[:n], ground[lower])
    demand_pipe, share = _joined(streets, trees, chains, (chain, start_m, end_m), root_plant)
    own = np.zeros(n)
    served = (demand_pipe >= 0) & (demand_pipe < n)
    np.add.at(own, demand_pipe[served], demand_flow_l_s[served])
    mean_flow, to_plant = _summed(down, own, length)
    sewer = chains.sewer[chain]
    return SewerNetwork(
        xy=xy,
        ground_m=ground,
        lower=lower,
        down=down,
        length_m=length,
        excess_m=excess,
        dip_m=dip,
        sewer=sewer,
        mean_flow_l_s=mean_flow,
        own_flow_l_s=own,
        to_plant_m=to_plant,
        chain=chain,
        edge=chains.edge,
        edge_ahead=chains.edge_ahead,
        edge_chain=chains.edge_chain,
        line=line,
        demand_pipe=demand_pipe,
        demand_share=share,
        plant_of=_plants(down, lower, n, len(plant_xy)),
    )


def _plant_at(streets: Streets, trees: Trees) -> Positions:
    """Give the plant at each node of each set, or -1; of several at a node the first."""
    plant = np.full(len(streets.xy), NONE)
    known = np.flatnonzero(streets.plant_node >= 0)[::-1]
    plant[streets.plant_node[known]] = known
    return np.tile(plant, len(trees.parent))


def _courses(
    streets: Streets,
    chains: Chains,
    pieces: tuple[Positions, Floats, Floats],
    xy: Floats,
    lower: Positions,
) -> tuple[Objects, Floats]:
    """Draw the pipes, and measure them: straight, but existing ones as they lie."""
    chain, start_m, end_m = pieces
    a, b = xy[: len(chain)], xy[lower]
    line = shapely.linestrings(np.stack([a, b], axis=1))
    length: Floats = ground_distance_m(a[:, 0], a[:, 1], b[:, 0], b[:, 1], streets.crs)
    kept = np.flatnonzero(chains.sewer[chain] >= 0)
    line[kept] = lines_of(cut(chains.course, chain[kept], start_m[kept], end_m[kept]))
    length[kept] = (end_m - start_m)[kept] * chains.scale[chain[kept]]
    return line, length


def _between(
    terrain: Terrain, line: Objects, up_m: Floats, down_m: Floats
) -> tuple[Floats, Floats]:
    """Measure the ground over pipes against the straight line between their ends."""
    step = float(np.clip(terrain.grid.cell_m, SHORTEST_STEP_M, LONGEST_STEP_M))
    samples = heights_along(terrain.grid, line, step_m=step)
    share = samples.along_m / shapely.length(line)[samples.line]
    over = samples.height - (up_m[samples.line] * (1 - share) + down_m[samples.line] * share)
    first = np.searchsorted(samples.line, np.arange(len(line)))
    # The ends of the samples are the ends of the pipe, where the two agree.
    steps = np.diff(first, append=len(share)) - 1
    return np.add.reduceat(over, first) / steps, np.maximum.reduceat(-over, first).clip(0.0)


def _joined(
    streets: Streets,
    trees: Trees,
    chains: Chains,
    pieces: tuple[Positions, Floats, Floats],
    root_plant: Positions,
) -> tuple[Positions, Floats]:
    """Find the pipe that each demand joins, the one it meets the street at, and where on it."""
    chain, start_m, end_m = pieces
    terminals = np.unique(streets.demand_node[streets.demand_node >= 0])
    node = streets.demand_node
    place = np.searchsorted(terminals, node).clip(max=len(terminals) - 1)
    of_set = np.where(node >= 0, trees.terminal_set[place], NONE)
    at = np.where(of_set >= 0, of_set * trees.parent.shape[1] + node, 0)
    mine, along = chains.chain_of[at], chains.along_m[at]
    # Pipes and demands in one order; ties go to the pipe that begins there.
    before = np.lexsort(
        (
            np.concatenate([np.zeros(len(chain)), np.ones(len(mine))]),
            np.concatenate([start_m, along + SAME_M]),
            np.concatenate([chain, mine]),
        )
    )
    is_pipe = before < len(chain)
    count = np.cumsum(is_pipe) - 1
    pipe = np.empty(len(mine), np.intp)
    pipe[before[~is_pipe] - len(chain)] = before[is_pipe][np.maximum(count[~is_pipe], 0)]
    at_plant = np.where(root_plant[at] >= 0, len(chain) + root_plant[at], NONE)
    share = ((along - start_m[pipe]) / (end_m - start_m)[pipe]).clip(0.0, 1.0)
    return np.where(of_set < 0, NONE, np.where(mine >= 0, pipe, at_plant)), share


def _summed(down: Positions, own: Floats, length: Floats) -> tuple[Floats, Floats]:
    """Add up flows down the trees and ways up them."""
    n = len(down)
    flows = np.flatnonzero(down >= 0)
    matrix = coo_array((np.ones(len(flows)), (down[flows], flows)), shape=(n, n))
    system = (eye_array(n) - matrix).tocsc()
    total, way = spsolve(system, own), spsolve(system.T.tocsc(), length)
    return np.where(total > own, total, own), way


def _plants(down: Positions, lower: Positions, n: int, n_plants: int) -> Positions:
    """Give the plant that each manhole flows to."""
    at = np.where(down >= 0, down, np.arange(n))
    while (at[at] != at).any():
        at = at[at]
    return np.concatenate([lower[at] - n, np.arange(n_plants)])


def turn_angles_deg(arriving: Objects, leaving: Objects) -> Floats:
    """Measure the angle between a pipe that arrives at a manhole and one that leaves it.

    Examples
    --------
    >>> east, north = shapely.linestrings([[[0, 0], [1, 0]], [[1, 0], [1, 1]]])
    >>> turn_angles_deg(np.array([east, east]), np.array([north, east])).tolist()
    [90.0, 180.0]
    """
    ends = [
        shapely.get_coordinates(shapely.get_point(lines, k))
        for lines, k in ((arriving, -2), (arriving, -1), (leaving, 0), (leaving, 1))
    ]
    back, onward = ends[0] - ends[1], ends[3] - ends[2]
    cross = back[:, 0] * onward[:, 1] - back[:, 1] * onward[:, 0]
    angle: Floats = np.degrees(np.arctan2(np.abs(cross), (back * onward).sum(axis=1)))
    return angle
