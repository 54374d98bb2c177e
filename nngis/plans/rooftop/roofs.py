"""Roof by roof: capacity, energy, decision; every row by itself, so that parts add up."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Array, Bools, Floats, Objects, Positions
from nngis.decide.rules import decide
from nngis.plans.rooftop import classes
from nngis.plans.rooftop.measured import FORMS, Measured, Surroundings, measure_roofs
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.rules import FACTS, roof_rules
from nngis.units import KWH_PER_MWH

POWER_DECIMALS = ENERGY_DECIMALS = 3  # a watt, a kilowatt-hour: sums of whole ones are exact
ROOF_COLUMNS = (
    *("county", "township", "class", "area_m2", "usable_share", "capacity_kwp"),
    *("energy_low_mwh_a", "energy_mwh_a", "energy_high_mwh_a"),
    *("decision", "rule", "reason_zh", "reason_en", "evidence"),
)
MORE_COLUMNS = (
    *("class_basis", "roof_form", "policy_min_share", "capacity_low_kwp", "capacity_high_kwp"),
    *(
        "specific_yield_kwh_kwp",
        "shading_share",
        "cost_10k_cny",
        "mended",
        "overlap_m2",
        "rules_hit",
    ),
)


@dataclass(frozen=True, eq=False)
class Coded:
    """Words as numbers: each row's place among the words that occur; -1 where there is none.

    Parameters
    ----------
    at : (n,) int array
        The places.
    words : (k,) object array
        The words.
    """

    at: Positions
    words: Objects

    def among(self, asked: tuple[str, ...]) -> Bools:
        """Say which rows hold one of some words."""
        return np.append(np.isin(self.words.astype(str), list(asked)), False)[self.at]


def coded(column: pd.Series) -> Coded:
    """Turn the words of a column into numbers.

    Parameters
    ----------
    column : Series
        Words; some may be missing.

    Returns
    -------
    Coded
        The numbers.
    """
    at, words = pd.factorize(column)
    return Coded(at.astype(np.intp), np.asarray(words, dtype=object))


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What becomes of each roof: of roofs alike in what the rules ask, one verdict.

    Parameters
    ----------
    kinds : DataFrame
        A row a verdict: `decision`, `rule`, `rules_hit`, `reason_zh`, `reason_en`.
    which : (n,) int array
        The verdict of each roof.
    """

    kinds: pd.DataFrame
    which: Positions

    def decided(self, *decisions: str) -> Bools:
        """Say which roofs are decided so."""
        mine: Bools = self.kinds["decision"].isin(decisions).to_numpy(bool)[self.which]
        return mine


def judge_roofs(
    roofs: gpd.GeoDataFrame, around: Surroundings, parameters: RooftopParameters
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Measure, classify, place and decide roofs.

    Parameters
    ----------
    roofs : GeoDataFrame
        Outlines in the work CRS, indexed by `roof_id`, with `evidence`.
    around : Surroundings
        Counties, climate, and what tells the class.
    parameters : RooftopParameters
        The plan's parameters.

    Returns
    -------
    roofs : GeoDataFrame
        Indexed by `roof_id`: `ROOF_COLUMNS`, then `MORE_COLUMNS`. Capacity is that of the whole
        usable part; it is 0 where nothing is installed and missing where that is unknown.
    dropped : DataFrame
        Roofs that are not counted, and why.
    """
    measured = measure_roofs(roofs, around, parameters)
    table = measured.table
    asked = {name: coded(table[name]) for name in ("county", "class", "roof_form")}
    found = decide_roofs(table["area_m2"].to_numpy(float), asked, table["protected"], parameters)
    table = table.assign(
        policy_min_share=table["class"].map(min_shares(parameters)),
        specific_yield_kwh_kwp=np.round(measured.yields[:, 1], 1),
        **{name: found.kinds[name].to_numpy()[found.which] for name in found.kinds},
        **power_of(measured, found, parameters),
    )
    return table[[*ROOF_COLUMNS, *MORE_COLUMNS, "geometry"]], measured.dropped


def min_shares(parameters: RooftopParameters) -> dict[str, float]:
    """Return the least share of roof area by class; a class without one is not there.

    Parameters
    ----------
    parameters : RooftopParameters
        The shares.

    Returns
    -------
    dict of str to float
        Shares by class.

    Examples
    --------
    >>> min_shares(RooftopParameters())["public"]
    0.4
    """
    return {
        classes.GOVERNMENT: parameters.policy_min_share_government,
        classes.PUBLIC: parameters.policy_min_share_public,
        classes.INDUSTRIAL: parameters.policy_min_share_industrial_commercial,
        classes.RURAL: parameters.policy_min_share_rural_residential,
    }


def decide_roofs(
    area_m2: Floats,
    words: Mapping[str, Coded],
    protected: pd.Series,
    parameters: RooftopParameters,
) -> Verdicts:
    """Decide once for all roofs that are alike in what the rules ask.

    Parameters
    ----------
    area_m2 : (n,) float array
        Their areas [m²].
    words : mapping of str to Coded
        Their ``county``, ``class`` and ``roof_form``.
    protected : Series of bool
        Whether each is protected.
    parameters : RooftopParameters
        Pilots, classes and forms that carry none, sizes.

    Returns
    -------
    Verdicts
        The decisions.
    """
    lost = 2  # cannot be told
    county, kind = words["county"], words["class"]
    facts: dict[str, Array] = {
        "protected": protected.to_numpy(bool),
        "too_large": area_m2 > parameters.max_roof_m2,
        "fit": ~words["roof_form"].among(parameters.unfit_forms),
        "too_small": area_m2 < parameters.min_roof_m2,
        "excluded": np.where(
            kind.among((classes.UNKNOWN,)), lost, kind.among(parameters.excluded_classes)
        ),
        "in_pilot": np.where(county.at < 0, lost, county.among(parameters.pilot_counties)),
    }
    code = np.zeros(len(area_m2), dtype=np.int16)  # 3 to the sixth are few
    for name in FACTS:
        code = code * np.int16(3) + facts[name].astype(np.int16)
    there = np.bincount(code, minlength=3 ** len(FACTS)) > 0
    seen = np.flatnonzero(there)
    asked = {
        name: pd.array(
            pd.Series(seen // 3 ** (len(FACTS) - 1 - at) % 3).map({0: False, 1: True, lost: None}),
            dtype="boolean",
        )
        for at, name in enumerate(FACTS)
    }
    return Verdicts(
        decide(pd.DataFrame(asked), *roof_rules(parameters)), (np.cumsum(there) - 1)[code]
    )


def power_of(
    measured: Measured, found: Verdicts, parameters: RooftopParameters
) -> dict[str, Floats]:
    """Say what each roof carries, gives and costs.

    Parameters
    ----------
    measured : Measured
        The roofs.
    found : Verdicts
        What becomes of them: 0 where nothing is installed, missing where that is unknown.
    parameters : RooftopParameters
        Usable shares, densities, costs.

    Returns
    -------
    dict of str to (n,) float array
        `usable_share`, `cost_10k_cny`, and low, central and high capacity and energy.
    """
    usable, density, cost = (
        np.array([getattr(parameters, f"{form}_{name}") for form in FORMS])
        for name in ("usable_share", "density_kwp_m2", "cost_cny_w")
    )
    at, area = measured.form_at, measured.table["area_m2"].to_numpy(float)
    off, lost = found.decided("unsuitable"), found.decided("unknown")

    def where_on(values: Floats) -> Floats:
        values[off], values[lost] = 0.0, np.nan
        return values

    out = {"usable_share": where_on(usable[at, 1])}
    for rank, suffix in enumerate(("low_", "", "high_")):
        power = np.round(area * usable[at, rank] * density[at, rank], POWER_DECIMALS)
        power = where_on(power)
        energy = np.round(power * measured.yields[:, rank] / KWH_PER_MWH, ENERGY_DECIMALS)
        out[f"capacity_{suffix}kwp"] = power
        out[f"energy_{suffix}mwh_a"] = energy
    # kWp times yuan a watt is thousands of yuan.
    out["cost_10k_cny"] = np.round(out["capacity_kwp"] * cost[at] / 10.0, POWER_DECIMALS)
    return out
