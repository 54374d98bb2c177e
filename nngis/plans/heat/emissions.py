"""Tonnes a year: the coal each boiler burns, what leaves its stack, and what a CHP unit avoids.

What the furnace makes (generation) and what leaves the stack (emission) are kept apart. Emission
is what the ledger states of the boiler; else generation less removal, and where that lies above
what the law allows the boiler, the legal limit, with the factors' value as the high end.

Every factor has a low, a central and a high value. The low of a result takes every factor at its
favourable end and the high at the other, so the range is one that the truth leaves only if a
factor does; it is no confidence interval.
"""

import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats, Objects
from nngis.plans.heat.emission_factors import Factors
from nngis.plans.heat.emission_limits import Limits, limits_of
from nngis.plans.heat.emission_table import FactorTable
from nngis.units import KG_PER_T

ENDS = ("low", "central", "high")
POLLUTANTS = ("so2", "nox", "pm")
# What it is made of, what of that stays in the ash, and its weight over that of what it is made of
# (SO2 weighs 64 g/mol, sulphur 32).
MADE_OF = {
    "so2": ("sulphur_share", "so2_retained_share", 2.0),
    "pm": ("ash_share", "ash_retained_share", 1.0),
}
MG_PER_KG = 1e6


def emissions(
    boilers: pd.DataFrame, factors: Factors, limits: Limits | None = None
) -> pd.DataFrame:
    """Count the coal that boilers burn, what it makes, and what leaves their stacks.

    Examples
    --------
    1,000 t of coal with 1 % of sulphur: 2 x 0.01 x 0.85 x 1,000 t of SO2 before any removal.

    >>> from nngis.plans.heat.emission_factors import (
    ...     EmissionParameters, emission_factors, known_factors)
    >>> clean = known_factors(emission_factors(), EmissionParameters(so2_removal_share=0.0))
    >>> boilers = pd.DataFrame({"fuel": ["coal", "gas"], "capacity_t_h": 10.0,
    ...                         "fuel_use_t_a": 1000.0})
    >>> emissions(boilers, clean)["so2_t_a"].tolist()
    [17.0, nan]
    """
    # T/CSES 144-2024: E = A·EF·(1−η), EF of SO2 = 2·S·(1−sr), EF of dust = A·(1−ar).
    table = FactorTable(factors, boilers)
    coal, stated = _coal(boilers, table)
    burns_coal = boilers["fuel"].eq("coal").fillna(value=False).to_numpy(bool)
    basis = np.where(stated, "stated", "estimated").astype(object)
    basis[~np.isfinite(coal[1])] = None
    columns: dict[str, object] = {
        "furnace": table.furnace.where(burns_coal, None),
        "coal_basis": basis,
    }
    columns |= _named("coal", coal)
    columns |= _named("co2", coal * table.rows("co2_t_t"))
    for name in POLLUTANTS:
        left, rests_on = left_kg_t(name, boilers, table, coal, limits)
        columns |= _named(name, coal * left / KG_PER_T)
        columns[f"{name}_made_t_a"] = (coal * made_kg_t(name, table) / KG_PER_T)[1]
        rests_on[~np.isfinite(coal[1])] = None
        columns[f"{name}_basis"] = rests_on
    return pd.DataFrame(columns, index=boilers.index)


def avoided_by_chp(
    boilers: pd.DataFrame, counted: pd.DataFrame, factors: Factors, limits: Limits | None = None
) -> pd.DataFrame:
    """Count what is avoided when a CHP unit makes the boilers' heat.

    The same heat, and what the network loses of it, is made with coal at the CHP unit's better
    efficiency and with its cleaner stack; that is taken off what the boilers emitted.

    Examples
    --------
    A grate of 70 % against CHP of 90 % and a network that loses 8 %: 0.70 / 0.90 / 0.92 = 0.8454
    t of coal for each tonne of before.

    >>> from nngis.plans.heat.emission_factors import emission_factors
    >>> boilers = pd.DataFrame({"fuel": ["coal"], "capacity_t_h": 10.0, "fuel_use_t_a": 1000.0,
    ...                         "boiler_model": "SZL10-1.25-A"})
    >>> counted = emissions(boilers, emission_factors())
    >>> avoided_by_chp(boilers, counted, emission_factors())["coal_avoided_t_a"].round(1).tolist()
    [154.6]
    """
    table = FactorTable(factors, boilers)
    coal = np.array([counted[_column("coal", end)].to_numpy(float) for end in ENDS])
    # Efficiency of the boiler at its low end makes for little coal at the CHP unit.
    ratio = table.rows("boiler_efficiency_share") / (
        table.rows("chp_efficiency_share")[::-1] * (1 - table.rows("network_loss_share"))
    )
    saved = 1 - ratio[::-1]
    columns = _named("coal_avoided", _product(coal, saved))
    columns |= _named("co2_avoided", _product(table.rows("co2_t_t"), _product(coal, saved)))
    for name in POLLUTANTS:
        left, _ = left_kg_t(name, boilers, table, coal, limits)
        spared = left - (ratio * table.rows(f"chp_{name}_kg_t"))[::-1]
        columns |= _named(f"{name}_avoided", _product(coal, spared / KG_PER_T))
    return pd.DataFrame(columns, index=boilers.index)


def _coal(boilers: pd.DataFrame, table: FactorTable) -> tuple[Floats, Bools]:
    capacity = pd.to_numeric(boilers["capacity_t_h"]).to_numpy(float, na_value=np.nan)
    use = np.full(len(boilers), np.nan)
    if "fuel_use_t_a" in boilers:
        use = pd.to_numeric(boilers["fuel_use_t_a"]).to_numpy(float, na_value=np.nan)
    stated = np.isfinite(use)
    estimate = capacity * table.rows("full_load_h_a") * table.rows("coal_t_t_steam")
    coal = np.where(stated, use, estimate)
    other = ~boilers["fuel"].eq("coal").fillna(value=False).to_numpy(bool)
    coal[:, other] = np.nan
    return coal, stated


def made_kg_t(pollutant: str, table: FactorTable) -> Floats:
    """Return what a tonne of coal makes in the furnace [kg/t], as (3, n)."""
    if pollutant == "nox":
        return np.asarray(table.rows("nox_kg_t"))
    content, retained, weight = MADE_OF[pollutant]
    freed = 1 - table.rows(retained)[::-1]
    return np.asarray(KG_PER_T * weight * table.rows(content) * freed)


def by_factors_kg_t(pollutant: str, table: FactorTable) -> Floats:
    """Return what removal leaves of it [kg/t], as (3, n); most is removed at the low end."""
    removed = table.rows(f"{pollutant}_removal_share")[::-1]
    return np.asarray(made_kg_t(pollutant, table) * (1 - removed))


def left_kg_t(
    pollutant: str,
    boilers: pd.DataFrame,
    table: FactorTable,
    coal: Floats,
    limits: Limits | None,
) -> tuple[Floats, Objects]:
    """Return what leaves the stack for a tonne of coal [kg/t], as (3, n), and its basis."""
    left = by_factors_kg_t(pollutant, table)
    basis = np.full(left.shape[1], "factors", dtype=object)
    flue = table.rows("flue_gas_m3_t")
    if limits is not None:
        allowed = limits_of(boilers, table.furnace, limits)[pollutant] * flue[1] / MG_PER_KG
        over = left[1] > allowed
        # Who keeps the law emits no more than the limit; the high end is that nobody does.
        left = np.array([*np.minimum(left[:2], np.where(over, allowed, np.inf)), left[2]])
        basis[over] = "limit"
    stated = _stated(boilers, f"{pollutant}_mg_m3")
    known = np.isfinite(stated)
    left[:, known] = stated[known] * flue[:, known] / MG_PER_KG
    tonnes = _stated(boilers, f"{pollutant}_t_a")
    counted = np.isfinite(tonnes) & (coal[1] > 0)
    left[:, counted] = KG_PER_T * tonnes[counted] / coal[:, counted]
    basis[known | counted] = "stated"
    return left, basis


def _stated(boilers: pd.DataFrame, name: str) -> Floats:
    """Return what the ledger states; missing where it does not."""
    if name not in boilers:
        return np.full(len(boilers), np.nan)
    return np.asarray(
        pd.to_numeric(boilers[name], errors="coerce").to_numpy(float, na_value=np.nan)
    )


def _product(a: Floats, b: Floats) -> Floats:
    """Multiply two ranges, of which the second may be below zero."""
    corners = np.array([a[i] * b[j] for i in (0, 2) for j in (0, 2)])
    return np.array([corners.min(axis=0), a[1] * b[1], corners.max(axis=0)])


def _named(name: str, values: Floats) -> dict[str, object]:
    found = {_column(name, end): row for end, row in zip(ENDS, values, strict=True)}
    return {key: found[key] for key in (_column(name, end) for end in ("central", "low", "high"))}


def _column(name: str, end: str) -> str:
    return f"{name}_t_a" if end == "central" else f"{name}_{end}_t_a"
