"""Lift stations as a table: what they lift, how far, with what power, at what cost."""

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from nngis.arrays import Floats
from nngis.plans.sewer.lifting import power_kw, station_costs
from nngis.plans.sewer.names import Names
from nngis.plans.sewer.network import SewerNetwork
from nngis.plans.sewer.prices import Prices
from nngis.plans.sewer.profile import Laid


def station_table(
    network: SewerNetwork,
    laid: Laid,
    names: Names,
    table: Prices,
    *,
    infiltration_share: float,
    crs: CRS,
) -> gpd.GeoDataFrame:
    """Write the lift stations."""
    n, profile = len(network.down), laid.profile
    at = np.flatnonzero(profile.well >= 0)
    rise, main_m, friction = _rises(network, laid)
    pump = laid.mains.pump_flow_l_s
    head = rise + friction + float(table.lift_station["station_loss_m"])
    well = laid.height_m(profile.well)
    columns = {
        "manhole_id": names.manhole[:n],
        "pipe_id": names.pipe,
        "wwtp_id": names.plant[network.plant_of[:n]],
        "kind": np.where(profile.rising, "rising_main", "in_place"),
        "flow_l_s": pump,
        "lift_m": rise,
        "head_m": head,
        "power_kw": power_kw(pump, head, table),
        "well_level_m": well,
        "well_depth_m": network.ground_m[:n] - well,
        "rising_main_m": np.where(profile.rising, main_m, 0.0),
        "rising_main_mm": np.where(profile.rising, laid.mains.diameter_mm, np.nan),
        "cost_yuan": station_yuan(network, laid, table, infiltration_share=infiltration_share),
    }
    frame = gpd.GeoDataFrame(
        {name: values[at] for name, values in columns.items()},
        geometry=gpd.points_from_xy(*network.xy[at].T),
        crs=crs,
    ).sort_values("manhole_id")
    names_of = [f"LS{k:03d}" for k in range(1, len(at) + 1)]
    return frame.set_index(pd.Index(names_of, name="station_id", dtype=object))


def station_yuan(
    network: SewerNetwork, laid: Laid, table: Prices, *, infiltration_share: float
) -> Floats:
    """Price the station at the upper manhole of each pipe."""
    n, profile = len(network.down), laid.profile
    rise, _, friction = _rises(network, laid)
    mean = network.mean_flow_l_s * (1.0 + infiltration_share)
    fixed_yuan, per_m = station_costs(laid.mains.pump_flow_l_s, mean, table)
    depth = network.ground_m[:n] - laid.height_m(profile.well)
    cost = fixed_yuan + per_m * (rise + friction) + depth * table.lift_station["well_yuan_m"]
    return np.where(profile.well >= 0, cost, 0.0)


def _rises(network: SewerNetwork, laid: Laid) -> tuple[Floats, Floats, Floats]:
    """Add up, from each station to where its rising main ends: lift, length, friction [m]."""
    profile, n = laid.profile, len(network.down)
    top = laid.top_level
    end = top[network.lower]
    pressed = np.maximum(profile.well - end, 0) * laid.step_m
    crown = np.where(
        laid.kept.fixed,
        laid.kept.invert_up_m + laid.kept.diameter_mm / 1000.0,
        laid.height_m(profile.up),
    )
    in_place = crown - laid.height_m(profile.well)
    lift = np.where(profile.well >= 0, np.where(profile.rising, pressed, in_place), 0.0)
    length = np.where(profile.rising, network.length_m, 0.0)
    friction = length * laid.mains.friction
    more = np.maximum(top[:n] - end, 0) * laid.step_m
    station = np.flatnonzero(profile.rising & (profile.well >= 0))
    at = network.down[station]
    while station.size:
        on = at >= 0
        station, at = station[on], at[on]
        on = profile.rising[at] & (profile.well[at] < 0)
        station, at = station[on], at[on]
        lift[station] += more[at]
        length[station] += network.length_m[at]
        friction[station] += network.length_m[at] * laid.mains.friction[at]
        at = network.down[at]
    return lift, length, friction
