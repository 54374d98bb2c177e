"""Diameters and levels of all pipes: the code's limits as steps, and the cheapest way within."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats, Positions
from nngis.plans.sewer.code import design_flow_l_s, limit
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.lifting import RisingMains, rising_mains, station_costs
from nngis.plans.sewer.network import SewerNetwork, turn_angles_deg
from nngis.plans.sewer.prices import (
    Prices,
    Sizes,
    depth_knots_m,
    manhole_yuan,
    pipe_yuan_m,
    sizes_with,
)
from nngis.plans.sewer.slopes import Slopes, allowed_slopes
from nngis.solvers.profile import Costs, Lifting, Pipes, Profile, best_profile

ROUND = 1e-6
"""Steps that a level may miss a grid line by and still be on it."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Existing pipes, as parts of a network; NaN where a pipe is new.

    Parameters
    ----------
    diameter_mm : (n,) float array
        Inner diameter [mm].
    invert_up_m, invert_down_m : (n,) float array
        Inverts at the ends [m].
    """

    diameter_mm: Floats
    invert_up_m: Floats
    invert_down_m: Floats

    @property
    def fixed(self) -> Bools:
        """Tell which pipes exist."""
        return np.isfinite(self.diameter_mm)

    def runs_on(self, down: Positions, tolerance_m: float) -> Bools:
        """Tell which existing pipes flow on into an existing pipe that begins no higher."""
        both = (down >= 0) & self.fixed & self.fixed[down]
        with np.errstate(invalid="ignore"):
            falls: Bools = self.invert_down_m >= self.invert_up_m[down] - tolerance_m
        return both & falls


@dataclass(frozen=True, eq=False)
class Laid:
    """The pipes of a network with their diameters and levels.

    Parameters
    ----------
    sizes : Sizes
        The series used.
    profile : Profile
        Sizes and levels, in steps.
    flow_l_s : (n,) ndarray
        Design flow [L/s].
    mains : RisingMains
        The rising main that each pipe would be.
    slopes : Slopes
        The slopes allowed.
    kept : Kept
        The existing pipes.
    datum_m : float
        Height of level 0 [m].
    step_m : float
        Height of a step [m].
    top_level : (m,) int array
        Highest level considered at each manhole, at which rising mains end.
    drop_steps : int
        Steps that a pipe may arrive above the one that leaves without a drop manhole.
    least_cover_m : float
        Least cover [m].
    house_crown_m : (n,) ndarray
        Highest crown at which the houses on each pipe can fall into it [m]; inf for none.
    """

    sizes: Sizes
    profile: Profile
    flow_l_s: Floats
    mains: RisingMains
    slopes: Slopes
    kept: Kept
    datum_m: float
    step_m: float
    top_level: Positions
    drop_steps: int
    least_cover_m: float
    house_crown_m: Floats

    def height_m(self, level: npt.NDArray[np.integer]) -> Floats:
        """Turn levels into heights."""
        return np.where(level >= 0, self.datum_m - self.step_m * level, np.nan)


def lay_profile(
    network: SewerNetwork,
    kept: Kept,
    house_crown_m: Floats,
    parameters: DesignParameters,
    table: Prices,
) -> Laid:
    """Find the cheapest diameters and levels of a network."""
    sizes = sizes_with(table.sizes, kept.diameter_mm[kept.fixed])
    flow = design_flow_l_s(network.mean_flow_l_s, infiltration_share=parameters.infiltration_share)
    forced = _forced_mm(network, kept)
    slopes = allowed_slopes(flow, sizes.diameter_mm, forced, parameters.roughness_n)
    mains = rising_mains(flow, table)
    given = (kept, house_crown_m)
    pipes, datum, top, levels = _pipes(network, given, sizes, slopes, parameters)
    lifting = _lifting(network, pipes, mains, parameters, table)
    costs = _costs(sizes, parameters.level_step_m, table)
    profile = best_profile(pipes, lifting, costs, levels=levels)
    return Laid(
        sizes=sizes,
        profile=profile,
        flow_l_s=flow,
        mains=mains,
        slopes=slopes,
        kept=kept,
        datum_m=datum,
        step_m=parameters.level_step_m,
        top_level=top,
        drop_steps=costs.drop_steps,
        least_cover_m=parameters.min_cover_m,
        house_crown_m=house_crown_m,
    )


def _forced_mm(network: SewerNetwork, kept: Kept) -> Floats:
    """Give the largest existing pipe upstream of each, itself included; 0 for none."""
    forced = np.where(kept.fixed, kept.diameter_mm, 0.0)
    at = np.flatnonzero(kept.fixed)
    while at.size:
        onward = network.down[at]
        grows = (onward >= 0) & (forced[np.maximum(onward, 0)] < forced[at])
        np.maximum.at(forced, onward[grows], forced[at[grows]])
        at = np.unique(onward[grows])
    return forced


def _pipes(
    network: SewerNetwork,
    given: tuple[Kept, Floats],
    sizes: Sizes,
    slopes: Slopes,
    parameters: DesignParameters,
) -> tuple[Pipes, float, Positions, int]:
    """Write limits in steps: the tree, the height of level 0, tops of windows, their depth."""
    n, step = len(network.down), parameters.level_step_m
    kept, house_crown_m = given
    ends = (np.arange(n), network.lower)
    diameter, wall = sizes.diameter_mm / 1000.0, sizes.wall_mm / 1000.0
    fixed_size = np.searchsorted(sizes.diameter_mm, np.where(kept.fixed, kept.diameter_mm, 0.0))
    crowns = [
        np.where(kept.fixed, invert + kept.diameter_mm / 1000.0, np.nan)
        for invert in (kept.invert_up_m, kept.invert_down_m)
    ]
    joined = kept.runs_on(network.down, step)
    crowns[1] = np.where(joined, np.maximum(crowns[1], crowns[0][network.down]), crowns[1])
    highest = network.ground_m - parameters.min_cover_m - wall.min()
    for end, crown in zip(ends, crowns, strict=True):
        np.maximum.at(highest, end[kept.fixed], crown[kept.fixed])
    # Levels count from above all; an existing crown may stand out of the ground.
    datum = step * np.ceil((max(highest.max(), network.ground_m.max()) + 1.0) / step)
    top = np.floor((datum - highest) / step + ROUND).astype(np.int64)
    limits = []
    for end, crown, down in zip(ends, crowns, (False, True), strict=True):
        ground = network.ground_m[end]
        above = ground[:, None] - parameters.min_cover_m - wall - network.dip_m[:, None]
        below = np.broadcast_to((ground - parameters.max_depth_m)[:, None] + diameter, above.shape)
        if not down:
            above = np.minimum(above, house_crown_m[:, None])
        first = np.ceil((datum - above) / step - ROUND)
        last = np.floor((datum - below) / step + ROUND)
        # What flows into an existing pipe comes in at its crown or above, what leaves it leaves at
        # its crown or below. What runs on from one existing pipe into the next needs no lift,
        # though the next be larger and its crown higher, and the grid of levels coarse.
        mark = (datum - crown) / step
        up = ~joined if down else np.zeros(n, bool)
        mark = np.where(up, np.ceil(mark - ROUND), np.floor(mark + ROUND))
        first = np.where(kept.fixed[:, None], mark[:, None], first) - top[end][:, None]
        last = np.where(kept.fixed[:, None], mark[:, None], last) - top[end][:, None]
        limits += [first.astype(np.int64), last.astype(np.int64)]
    usable = slopes.least <= slopes.most
    least = np.where(usable, np.ceil(network.length_m[:, None] * slopes.least / step - ROUND), 1)
    most = np.where(usable, np.floor(network.length_m[:, None] * slopes.most / step + ROUND), 0)
    # The shortest of pipes falls by less than a step, and may fall by one.
    most = np.where(usable & (most < 1), least, most)
    # An existing pipe falls as it falls.
    fall = limits[2] + top[network.lower][:, None] - limits[0] - top[:n][:, None]
    least, most = (
        np.where(kept.fixed[:, None], fall, one).astype(np.int64) for one in (least, most)
    )
    first_size, choices = _size_range(least <= most, kept.fixed, fixed_size)
    levels = int(max((limits[1] + 1).max(), (limits[3] + 1).max(), 2))
    pipes = Pipes(
        network.down.astype(np.int64),
        top[:n],
        top[network.lower],
        network.ground_m[:n] - (datum - step * top[:n]),
        network.ground_m[network.lower] - (datum - step * top[network.lower]),
        network.length_m,
        np.where(kept.fixed, 0.0, network.length_m),
        network.excess_m,
        first_size,
        choices,
        least,
        most,
        limits[0],
        limits[1],
        limits[2],
        limits[3],
        kept.fixed,
        _sharp_steps(network, kept, slopes, step),
    )
    return pipes, float(datum), top, levels


def _sharp_steps(network: SewerNetwork, kept: Kept, slopes: Slopes, step_m: float) -> Positions:
    """Give the steps that pipes drop where they turn sharply into one of the least diameter."""
    drop = np.zeros(len(network.down), np.int64)
    up = np.flatnonzero((network.down >= 0) & ~kept.fixed)
    down = network.down[up]
    sharp = turn_angles_deg(network.line[up], network.line[down]) < limit("turn_angle_deg")
    sharp &= slopes.exempt[down].any(axis=1) & ~kept.fixed[down]
    drop[up[sharp]] = int(np.floor(limit("turn_free_drop_m") / step_m + ROUND)) + 1
    return drop


def _size_range(usable: Bools, fixed: Bools, fixed_size: Positions) -> tuple[Positions, Positions]:
    """Give the first size that can be used and how many from there to the last."""
    sizes = usable.shape[1]
    first = np.where(usable.any(axis=1), usable.argmax(axis=1), 0)
    last = sizes - usable[:, ::-1].argmax(axis=1)
    count = np.where(usable.any(axis=1), last - first, 0)
    return (
        np.where(fixed, fixed_size, first).astype(np.int64),
        np.where(fixed, 1, count).astype(np.int64),
    )


def _lifting(
    network: SewerNetwork,
    pipes: Pipes,
    mains: RisingMains,
    parameters: DesignParameters,
    table: Prices,
) -> Lifting:
    mean = network.mean_flow_l_s * (1.0 + parameters.infiltration_share)
    station, per_m = station_costs(mains.pump_flow_l_s, mean, table)
    through = network.own_flow_l_s <= 0.0
    friction_m = mains.friction * network.length_m
    cost = network.length_m * mains.laid_yuan_m + per_m * friction_m
    return Lifting(
        station,
        per_m * parameters.level_step_m,
        np.full(len(station), float(table.lift_station["well_yuan_m"])),
        np.where(pipes.fixed, np.inf, cost),
        pipes.top_down,
        np.maximum(pipes.top_up - pipes.top_down, 0),
        through & ~pipes.fixed,
    )


def _costs(sizes: Sizes, step_m: float, table: Prices) -> Costs:
    """Draw costs over the depth of the crown."""
    invert = depth_knots_m(sizes, table)
    rows = Sizes(
        sizes.diameter_mm[:, None],
        sizes.wall_mm[:, None],
        sizes.laid_yuan_m[:, None],
        sizes.side_m[:, None],
    )
    return Costs(
        invert - sizes.diameter_mm[:, None] / 1000.0,
        pipe_yuan_m(rows, invert, table),
        manhole_yuan(sizes.diameter_mm[:, None], invert, table),
        round(limit("drop_manhole_m") / step_m),
        float(table.manhole["drop_yuan"]),
        step_m,
    )
