"""Tonnes of each boiler: what it emits now, and what is avoided once something else heats."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.plans.heat.emission_factors import emission_factors, known_factors
from nngis.plans.heat.emission_limits import local_limits
from nngis.plans.heat.emissions import avoided_by_chp, emissions
from nngis.plans.heat.parameters import HeatParameters
from nngis.units import KG_PER_T

KINDS = ("coal", "co2", "so2", "nox", "pm")
ENDS = ("", "low_", "high_")
CLOSING = ("retire", "close_integrate", "close_pending_capacity")
BY_STEAM = ("close_integrate", "close_pending_capacity")
IDLE = ("stopped", "dismantled", "planned")
MADE = tuple(f"{kind}_made_t_a" for kind in ("so2", "nox", "pm"))
BASES = tuple(f"{kind}_basis" for kind in ("so2", "nox", "pm"))
TONNES = (*(f"{kind}_{end}t_a" for kind in KINDS for end in ENDS), *MADE)
AVOIDED = tuple(f"{kind}_avoided_{end}t_a" for kind in KINDS for end in ENDS)
G_PER_T = 1e6


@dataclass(frozen=True, eq=False)
class Tonnes:
    """What boilers emit, and what each way to replace them avoids.

    Parameters
    ----------
    counted : DataFrame
        What `emissions` gives, and `coal_by_chp_t_a`, the coal of a CHP unit for the same heat.
    avoided : dict of str to DataFrame
        For ``chp``, ``gas`` and ``biomass`` the tonnes avoided of every boiler.
    """

    counted: pd.DataFrame
    avoided: dict[str, pd.DataFrame]


def all_ways(boilers: pd.DataFrame, parameters: HeatParameters) -> Tonnes:
    """Count what boilers emit, and what each way to replace them avoids."""
    factors = known_factors(emission_factors(), parameters)
    limits = local_limits(parameters.so2_note1_mg_m3) if parameters.hold_limits else None
    counted = emissions(boilers, factors, limits)
    # What stands still emits nothing, whatever is known of its coal.
    idle = (boilers["status"].isin(IDLE) & boilers["fuel"].eq("coal")).to_numpy(bool)
    counted.loc[idle, list(TONNES)] = 0.0
    by_chp = avoided_by_chp(boilers, counted, factors, limits)[list(AVOIDED)]
    counted["coal_by_chp_t_a"] = counted["coal_t_a"] - by_chp["coal_avoided_t_a"]
    other = {way: _by_boiler(counted, _per_t_coal(way, parameters)) for way in ("gas", "biomass")}
    return Tonnes(counted, {"chp": by_chp, **other})


def count_tonnes(
    boilers: pd.DataFrame, parameters: HeatParameters, unpaid: pd.Index | None = None
) -> pd.DataFrame:
    """Count each boiler's tonnes."""
    found = all_ways(boilers, parameters)
    closes = boilers["decision"].isin(CLOSING)
    off = boilers.index.isin(unpaid if unpaid is not None else [])
    steam = boilers["decision"].isin(BY_STEAM) & ~off
    way = pd.Series(None, index=boilers.index, dtype=object).mask(steam, "chp")
    way = way.mask(closes & off, parameters.pipe_or)
    if parameters.retired_by_gas:
        way = way.mask(closes & ~steam & ~off, "gas")
    out = pd.DataFrame(np.nan, index=boilers.index, columns=list(AVOIDED))
    for name, avoided in found.avoided.items():
        out = out.mask(way.eq(name), avoided)
    return found.counted.join(out).assign(replaced_by=way.where(found.counted["coal_t_a"].notna()))


def totals(table: pd.DataFrame, kind: str) -> tuple[float, float, float] | None:
    """Add up what is avoided."""
    columns = [f"{kind}_avoided_{end}t_a" for end in ENDS]
    if table[columns[0]].notna().sum() == 0:
        return None
    central, low, high = (float(table[name].sum()) for name in columns)
    return central, low, high


def _per_t_coal(way: str, parameters: HeatParameters) -> dict[str, float]:
    """Give what another boiler emits for the heat of a tonne of coal [t/t].

    Gas burns without coal, and next to no SO2 and dust leave it. What leaves a biomass boiler but
    NOx is not known here, and stays so.
    """
    if way == "gas":
        gas = parameters.gas_m3_t_coal
        co2 = gas * parameters.gas_co2_kg_m3 / KG_PER_T
        nox = gas * parameters.gas_nox_g_m3 / G_PER_T
        return {"coal": 0.0, "co2": co2, "so2": 0.0, "nox": nox, "pm": 0.0}
    nox = parameters.biomass_t_t_coal * parameters.biomass_nox_kg_t / KG_PER_T
    return {"coal": 0.0, "co2": 0.0, "so2": np.nan, "nox": nox, "pm": np.nan}


def _by_boiler(counted: pd.DataFrame, per_t_coal: dict[str, float]) -> pd.DataFrame:
    """Take what another boiler emits for the same heat off what was emitted."""
    coal = {end: counted[f"coal_{end}t_a"] for end in ENDS}
    found = {}
    for kind, added in per_t_coal.items():
        spared = {end: counted[f"{kind}_{end}t_a"] - added * coal[end] for end in ENDS}
        # Each end is counted with its own coal; where it emits more than coal did, they change
        # places, and the lesser stands first.
        corners = pd.concat(spared.values(), axis=1)
        found[f"{kind}_avoided_t_a"] = spared[""]
        found[f"{kind}_avoided_low_t_a"] = corners.min(axis=1, skipna=False)
        found[f"{kind}_avoided_high_t_a"] = corners.max(axis=1, skipna=False)
    return pd.DataFrame(found)[list(AVOIDED)]
