"""A design under other loads: routings, a day, wet ground, the night, and what breaks first."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.outputs.swmm_inp import Routing
from nngis.plans.sewer.code import limit
from nngis.run.swmm import SwmmCheck, check_with_swmm

DAY = (
    *(0.45, 0.35, 0.30, 0.30, 0.35, 0.55, 1.00, 1.55, 1.60, 1.40, 1.20, 1.15),
    *(1.20, 1.10, 1.00, 1.00, 1.10, 1.25, 1.45, 1.50, 1.40, 1.20, 0.90, 0.70),
)
"""Sewage by hour of the day, of the mean: the course that is usual for dwellings, from memory, not
verified."""
WET_GROUND_SHARE = 1.0
"""Groundwater that seeps in besides, of the mean flow: old pipes under a high water table, from
memory, not verified."""
STEPS = (1.0, 1.25, 1.5, 2.0, 3.0)
"""Loads tried one after another for what breaks first, as multiples of the design flow."""


@dataclass(frozen=True)
class Loads:
    """What a design does under other loads.

    Parameters
    ----------
    cases : DataFrame
        By `load_case`: `routing`, `pipes_count`, `full_count`, `surcharged_count`,
        `flooded_count`, `slow_count` (pipes below the self-cleansing velocity, steady cases
        alone), `depth_off_share` (largest difference from uniform flow, steady cases at the design
        flow alone), `worst_manhole` (that with the highest water above its crown).
    breaks_at : float
        The least of the loads tried, in design flows, at which water stands above a crown; NaN
        where none does.
    breaks_first : str
        The manhole where it then stands highest; empty where none does.
    manholes : DataFrame
        By manhole: `level_once_m`, `level_twice_m` (the highest water [m] at 1 and 2 times the
        design flow, by dynamic waves), `surcharge_once_m`, `surcharge_twice_m` (above the highest
        crown).
    """

    cases: pd.DataFrame
    breaks_at: float
    breaks_first: str
    manholes: pd.DataFrame


def check_loads(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: tuple[str, ...] = (),
    *,
    roughness: float = 0.013,
) -> Loads:
    """Run a design through the engine under each load.

    Parameters
    ----------
    pipes, manholes : GeoDataFrame
        As for `check_with_swmm`, the pipes with `mean_flow_l_s`.
    stations : tuple of str
        Manholes at which a station lifts.
    roughness : float
        Manning's n.

    Returns
    -------
    Loads
        The cases, and what breaks first.
    """

    def run(flow: pd.Series, routing: Routing, day: tuple[float, ...] | None = None) -> SwmmCheck:
        loaded = pipes.assign(flow_l_s=flow)
        return check_with_swmm(
            loaded, manholes, stations, routing=routing, roughness=roughness, day=day
        )

    design, mean = (pipes[name].astype(float) for name in ("flow_l_s", "mean_flow_l_s"))
    found: dict[str, tuple[Routing, SwmmCheck]] = {
        "steady": ("STEADY", run(design, "STEADY")),
        "kinematic": ("KINWAVE", run(design, "KINWAVE")),
        "dynamic": ("DYNWAVE", run(design, "DYNWAVE")),
        "night": ("STEADY", run(mean * min(DAY), "STEADY")),
        "day": ("DYNWAVE", run(mean, "DYNWAVE", DAY)),
        "wet_ground": ("DYNWAVE", run(design + WET_GROUND_SHARE * mean, "DYNWAVE")),
        "twice": ("DYNWAVE", run(2.0 * design, "DYNWAVE")),
    }
    rows = {name: _row(name, *one) for name, one in found.items()}
    cases = pd.DataFrame.from_dict(rows, orient="index").rename_axis("load_case")
    known = {1.0: found["dynamic"][1], 2.0: found["twice"][1]}
    water = _water(known[1.0].manholes, known[2.0].manholes)
    for load in STEPS:
        check = known.get(load) or run(load * design, "DYNWAVE")
        if check.manholes["surcharge_m"].gt(0).any():
            return Loads(cases, load, str(check.manholes["surcharge_m"].idxmax()), water)
    return Loads(cases, np.nan, "", water)


def _water(once: pd.DataFrame, twice: pd.DataFrame) -> pd.DataFrame:
    """Set the water at 1 and 2 times the design flow side by side."""
    return pd.DataFrame(
        {
            "level_once_m": once["swmm_level_m"],
            "level_twice_m": twice["swmm_level_m"],
            "surcharge_once_m": once["surcharge_m"],
            "surcharge_twice_m": twice["surcharge_m"],
        }
    )


def _row(name: str, routing: Routing, check: SwmmCheck) -> dict[str, object]:
    """Count what a run finds."""
    over = check.manholes["surcharge_m"]
    slow = check.pipes["swmm_velocity_m_s"] < limit("min_velocity_m_s")
    uniform = name in ("steady", "kinematic")
    return {
        "routing": routing,
        "pipes_count": len(check.pipes),
        "full_count": int(check.pipes["is_full"].sum()),
        "surcharged_count": int(over.gt(0).sum()),
        "flooded_count": int(check.manholes["flooding_l_s"].gt(0).sum()),
        "slow_count": int(slow.sum()) if routing == "STEADY" else pd.NA,
        "depth_off_share": float(check.pipes["depth_off_share"].abs().max()) if uniform else np.nan,
        "worst_manhole": str(over.idxmax()) if over.gt(0).any() else "",
    }
