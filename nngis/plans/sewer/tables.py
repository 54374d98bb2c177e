"""A design as tables: pipes and manholes, what holds them where they are, what they cost."""

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from nngis.arrays import Floats, Objects, Positions
from nngis.plans.sewer.manning import flowing
from nngis.plans.sewer.names import Names
from nngis.plans.sewer.network import SewerNetwork
from nngis.plans.sewer.prices import Prices, Sizes, manhole_yuan, pipe_yuan_m
from nngis.plans.sewer.profile import Laid
from nngis.plans.sewer.stations import station_yuan


def pipe_table(
    network: SewerNetwork, laid: Laid, names: Names, table: Prices, *, roughness_n: float, crs: CRS
) -> gpd.GeoDataFrame:
    """Write the pipes."""
    n = len(network.down)
    profile, kept = laid.profile, laid.kept
    rising, fixed = profile.rising, kept.fixed
    ground_up, ground_down = network.ground_m[:n], network.ground_m[network.lower]
    size = np.maximum(profile.size, 0)
    diameter = np.where(rising, laid.mains.diameter_mm, laid.sizes.diameter_mm[size])
    wall = np.where(rising, 0.0, laid.sizes.wall_mm[size])
    shallow = table.rising_main["cover_m"] + diameter / 1000.0
    inverts = []
    for level, ground, known in (
        (profile.up, ground_up, kept.invert_up_m),
        (profile.down, ground_down, kept.invert_down_m),
    ):
        gravity = laid.height_m(level) - diameter / 1000.0
        inverts.append(np.where(fixed, known, np.where(rising, ground - shallow, gravity)))
    up, low = inverts
    slope = (up - low) / network.length_m
    with np.errstate(invalid="ignore"):
        water = flowing(laid.flow_l_s, diameter, np.where(slope > 0, slope, np.nan), roughness_n)
    crown = (diameter + wall) / 1000.0
    columns = {
        "from_manhole": names.manhole[:n],
        "to_manhole": names.manhole[network.lower],
        "wwtp_id": names.plant[network.plant_of[:n]],
        "length_m": network.length_m,
        "diameter_mm": diameter,
        "wall_mm": wall,
        "slope": slope,
        "invert_up_m": up,
        "invert_down_m": low,
        "ground_up_m": ground_up,
        "ground_down_m": ground_down,
        "cover_up_m": ground_up - up - crown,
        "cover_down_m": ground_down - low - crown,
        "mean_flow_l_s": network.mean_flow_l_s,
        "flow_l_s": laid.flow_l_s,
        "fill_ratio": np.where(rising, np.nan, water.fill_ratio),
        "velocity_m_s": np.where(rising, laid.mains.velocity_m_s, water.velocity_m_s),
        "kind": np.where(rising, "rising_main", np.where(fixed, "existing", "gravity")),
        "lifted": profile.well >= 0,
        "governing": _governing(network, laid),
        "sewer_id": _named(names.sewer, network.sewer),
        "cost_yuan": _pipe_costs(network, laid, table),
    }
    frame = gpd.GeoDataFrame(
        columns, geometry=network.line, crs=crs, index=pd.Index(names.pipe, name="pipe_id")
    )
    return frame.sort_index()


def _named(names: Objects, at: Positions) -> Objects:
    found = np.full(len(at), None, object)
    found[at >= 0] = names[at[at >= 0]]
    return found


def _pipe_costs(network: SewerNetwork, laid: Laid, table: Prices) -> Floats:
    """Price pipes: the mean of what a metre costs at the depths of both ends."""
    n, sizes, profile = len(network.down), laid.sizes, laid.profile
    at = np.maximum(profile.size, 0)
    rows = Sizes(sizes.diameter_mm[at], sizes.wall_mm[at], sizes.laid_yuan_m[at], sizes.side_m[at])
    per_m = []
    for end, level in ((np.arange(n), profile.up), (network.lower, profile.down)):
        crown = np.where(profile.rising, 0.0, network.ground_m[end] - laid.height_m(level))
        depth = crown + rows.diameter_mm / 1000.0 + network.excess_m
        per_m.append(pipe_yuan_m(rows, depth, table))
    yuan_m = np.where(profile.rising, laid.mains.laid_yuan_m, (per_m[0] + per_m[1]) / 2.0)
    return np.where(laid.kept.fixed, 0.0, network.length_m * yuan_m)


def _governing(network: SewerNetwork, laid: Laid) -> Objects:
    """Name what holds each pipe where it is."""
    profile, slopes = laid.profile, laid.slopes
    size = np.maximum(profile.size, 0)
    at = (np.arange(len(size)), size)
    fall = (profile.down - profile.up) * laid.step_m
    least = slopes.least[at] * network.length_m
    most = slopes.most[at] * network.length_m
    at_least = fall < least + laid.step_m
    ground = network.ground_m[network.lower]
    cover = ground - laid.height_m(profile.down) - laid.sizes.wall_mm[size] / 1000.0
    part = np.stack([slopes.code[at], slopes.fill[at], slopes.velocity[at]])
    by_slope = np.array(["min_slope", "fill", "velocity"], object)[part.argmax(axis=0)]
    # Within two steps of the least cover a pipe lies as high as the grid of levels lets it.
    shallow = cover - network.dip_m < laid.least_cover_m + 2 * laid.step_m
    houses = laid.height_m(profile.up) > laid.house_crown_m - laid.step_m
    steep = fall > most - laid.step_m
    conditions = [laid.kept.fixed, profile.rising, at_least, shallow, houses, steep]
    names = ["existing", "rising_main", by_slope, "cover", "connections", "max_velocity"]
    governing: Objects = np.select(conditions, names, "levels").astype(object)
    return governing


def spent_yuan(
    network: SewerNetwork, laid: Laid, table: Prices, *, infiltration_share: float
) -> Floats:
    """Price each pipe with its upper manhole and the lift station there."""
    pipes = _pipe_costs(network, laid, table)
    manholes = _manhole_costs(network, laid, table)
    return (
        pipes + manholes + station_yuan(network, laid, table, infiltration_share=infiltration_share)
    )


def _manhole_costs(network: SewerNetwork, laid: Laid, table: Prices) -> Floats:
    """Price upper manholes and the drops into them; a lift station's well has its own price."""
    profile, n = laid.profile, len(network.down)
    diameter = laid.sizes.diameter_mm[np.maximum(profile.size, 0)]
    depth = network.ground_m[:n] - laid.height_m(profile.up) + diameter / 1000.0
    paid = ~profile.rising & ~laid.kept.fixed
    cost = np.where(paid, manhole_yuan(diameter, depth, table), 0.0)
    return cost + _drops(network, laid) * table.manhole["drop_yuan"]


def manhole_table(
    network: SewerNetwork, laid: Laid, pipes: gpd.GeoDataFrame, names: Names, table: Prices
) -> gpd.GeoDataFrame:
    """Write the manholes."""
    n, m = len(network.down), len(network.xy)
    rows = pipes.loc[names.pipe]
    gravity = ~laid.profile.rising
    up, low = rows["invert_up_m"].to_numpy(), rows["invert_down_m"].to_numpy()
    size = rows["diameter_mm"].to_numpy() / 1000.0
    invert = np.full(m, np.inf)
    invert[:n] = up
    np.minimum.at(invert, network.lower, low)
    highest = np.full(m, -np.inf)
    np.maximum.at(highest, network.lower[gravity], (low + size)[gravity])
    leaves = np.where(laid.profile.well >= 0, laid.height_m(laid.profile.well), up + size)
    drop = np.zeros(m)
    drop[:n] = np.where(np.isfinite(highest[:n]) & gravity, highest[:n] - leaves, 0.0).clip(0.0)
    drops = _drops(network, laid)
    kind = np.full(m, "plant", object)
    kind[:n] = np.select(
        [laid.profile.well >= 0, laid.profile.rising, laid.kept.fixed, drops > 0],
        ["lift_station", "rising_joint", "existing", "drop_manhole"],
        "manhole",
    )
    cost = np.zeros(m)
    cost[:n] = _manhole_costs(network, laid, table)
    used = np.isfinite(invert)
    frame = gpd.GeoDataFrame(
        {
            "ground_m": network.ground_m,
            "invert_m": np.where(used, invert, np.nan),
            "depth_m": network.ground_m - np.where(used, invert, np.nan),
            "drop_m": drop,
            "kind": kind,
            "wwtp_id": names.plant[network.plant_of],
            "cost_yuan": cost,
        },
        geometry=gpd.points_from_xy(*network.xy.T),
        crs=pipes.crs,
        index=pd.Index(names.manhole, name="manhole_id"),
    )
    return frame[used].sort_index()


def _drops(network: SewerNetwork, laid: Laid) -> Positions:
    """Count the pipes that arrive at each upper manhole by a long drop."""
    profile, n = laid.profile, len(network.down)
    takes = np.where(profile.well >= 0, profile.well, profile.up)
    arrives = np.flatnonzero((network.down >= 0) & ~profile.rising)
    onward = network.down[arrives]
    long = takes[onward] - profile.down[arrives] > laid.drop_steps
    count = np.zeros(n, np.intp)
    np.add.at(count, onward[long], 1)
    return count
