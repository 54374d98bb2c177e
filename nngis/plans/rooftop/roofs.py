"""Roof by roof: form, capacity, energy, decision; every row by itself, so that parts add up."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats, Objects
from nngis.decide.counties import county_of
from nngis.decide.rules import decide
from nngis.evidence import ORDER
from nngis.plans.rooftop import classes
from nngis.plans.rooftop.classes import classify
from nngis.plans.rooftop.horizon import Sky, heights_of, horizons, shaded_share
from nngis.plans.rooftop.outlines import take_outlines
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.rules import FACTS, roof_rules
from nngis.plans.rooftop.whereabouts import cell_of, township_of
from nngis.plans.rooftop.yields import RACKS
from nngis.units import KWH_PER_MWH

FORMS = ("flat", "metal", "tile")
# The form that a class has where nobody says, an assumption.
USUAL_FORM = {
    classes.GOVERNMENT: "flat",
    classes.PUBLIC: "flat",
    classes.INDUSTRIAL: "metal",
    classes.RURAL: "flat",
    classes.URBAN: "flat",
}
# What the owner of outlines may state of a roof.
WORDS = (*classes.TAG_COLUMNS, "name_zh", "township", "roof_form")
NUMBERS = ("height_m", "storeys_count", "roof_azimuth_deg")
STATED = (*WORDS, *NUMBERS, "protected")
WINDS, WIND_DEG = 8, 45.0
POWER_DECIMALS = ENERGY_DECIMALS = 3  # a watt, a kilowatt-hour: sums of whole ones are exact
SHARE_DECIMALS = 4
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


@dataclass(frozen=True)
class Surroundings:
    """Everything but the roofs that a roof is judged by.

    Parameters
    ----------
    counties : GeoDataFrame
        Polygons with `name_zh`.
    climate : GeoDataFrame
        Climate cells.
    yields : DataFrame
        Specific yield by cell and facing, see `yield_table`.
    sky : Sky, optional
        Where the light comes from, by cell and facing; without it nothing is shaded.
    townships, places, land_use, built_up : GeoDataFrame, optional
        What tells the township and the class.
    """

    counties: gpd.GeoDataFrame
    climate: gpd.GeoDataFrame
    yields: pd.DataFrame
    sky: Sky | None = None
    townships: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    land_use: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None


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
    outlines = take_outlines(roofs, parameters)
    taken = outlines.roofs
    spots = taken.geometry.centroid
    table = pd.DataFrame(taken[["area_m2", "mended", "overlap_m2"]])
    table["county"] = county_of(spots, around.counties)
    stated = taken.get("township")
    placed = township_of(spots, around.townships)
    table["township"] = placed if stated is None else stated.where(stated.notna(), placed)
    kinds = classify(
        taken,
        parameters,
        places=around.places,
        land_use=around.land_use,
        built_up=around.built_up,
        spots=spots,
    )
    table = table.join(kinds)
    table["policy_min_share"] = table["class"].map(min_shares(parameters))
    form, assumed = _form(taken, table["class"])
    table["roof_form"] = form
    decided = _decided(taken, table, parameters)
    table = table.join(decided)
    cell = cell_of(spots, around.climate, parameters.climate_reach_m)
    _add_power(table, taken, cell, around, parameters)
    table["evidence"] = _evidence(taken, table, around, assumed)
    out = gpd.GeoDataFrame(
        table[[*ROOF_COLUMNS, *MORE_COLUMNS]], geometry=taken.geometry, crs=roofs.crs
    ).rename_axis("roof_id")
    return out, outlines.dropped


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


def _form(taken: gpd.GeoDataFrame, kind: pd.Series) -> tuple[pd.Series, Bools]:
    """Take the form that the ledger states, else the one usual for the class."""
    usual = kind.map(USUAL_FORM)
    if "roof_form" not in taken:
        return usual, np.ones(len(taken), dtype=bool)
    stated = taken["roof_form"]
    return stated.where(stated.notna(), usual), stated.isna().to_numpy(bool)


def _decided(
    taken: gpd.GeoDataFrame, table: pd.DataFrame, parameters: RooftopParameters
) -> pd.DataFrame:
    """Decide once for all roofs that are alike in what the rules ask."""
    area, known = table["area_m2"], table["county"].notna()
    protected = taken.get("protected", default=False)
    facts = pd.DataFrame(
        {
            "protected": pd.Series(protected, index=taken.index, dtype="boolean").fillna(
                value=False
            ),
            "too_large": area > parameters.max_roof_m2,
            "fit": ~table["roof_form"].isin(parameters.unfit_forms),
            "too_small": area < parameters.min_roof_m2,
            "excluded": table["class"].isin(parameters.excluded_classes).astype("boolean"),
            "in_pilot": table["county"].isin(parameters.pilot_counties).astype("boolean"),
        }
    )
    facts["excluded"] = facts["excluded"].mask(table["class"].eq(classes.UNKNOWN))
    facts["in_pilot"] = facts["in_pilot"].mask(~known)
    code = np.zeros(len(facts), dtype=np.int64)
    for name in FACTS:
        code = code * 3 + facts[name].astype("boolean").astype("Int8").fillna(2).to_numpy(np.int64)
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    kinds = decide(facts.iloc[first], *roof_rules(parameters))
    return pd.DataFrame(
        {name: kinds[name].to_numpy()[which.ravel()] for name in kinds}, index=taken.index
    )


def _add_power(
    table: pd.DataFrame,
    taken: gpd.GeoDataFrame,
    cell: pd.Series,
    around: Surroundings,
    parameters: RooftopParameters,
) -> None:
    """Add capacity, energy and cost; `table` is this module's own."""
    form = table["roof_form"].where(table["roof_form"].isin(FORMS), "flat")
    at = pd.Categorical(form, categories=list(FORMS)).codes
    usable = np.array([getattr(parameters, f"{name}_usable_share") for name in FORMS])
    density = np.array([getattr(parameters, f"{name}_density_kwp_m2") for name in FORMS])
    cost = np.array([getattr(parameters, f"{name}_cost_cny_w") for name in FORMS])
    off = table["decision"].eq("unsuitable").to_numpy()
    lost = table["decision"].eq("unknown").to_numpy()
    facing = _facing(taken, form, _racks(cell, around.yields))
    pairs = pd.MultiIndex.from_arrays([cell.to_numpy(), facing])
    yields = around.yields.to_numpy()[around.yields.index.get_indexer(pairs)]
    shaded = np.full(len(table), np.nan)
    if around.sky is not None:
        height = heights_of(taken, parameters.storey_height_m)
        horizon = horizons(taken.geometry, height, parameters.shade_reach_m)
        shaded = np.where(np.isfinite(height), shaded_share(horizon, around.sky, pairs), np.nan)
    table["shading_share"] = np.round(shaded, SHARE_DECIMALS)
    kept = 1.0 - np.nan_to_num(table["shading_share"].to_numpy(float))
    yields = yields * (kept * _brighter(taken, cell, around.climate))[:, None]
    table["usable_share"] = np.where(off, 0.0, np.where(lost, np.nan, usable[at, 1]))
    area = table["area_m2"].to_numpy(float)
    for rank, suffix in enumerate(("low_", "", "high_")):
        power = np.round(area * usable[at, rank] * density[at, rank], POWER_DECIMALS)
        power = np.where(off, 0.0, np.where(lost, np.nan, power))
        energy = np.round(power * yields[:, rank] / KWH_PER_MWH, ENERGY_DECIMALS)
        table[f"capacity_{suffix}kwp"] = power
        table[f"energy_{suffix}mwh_a"] = energy
    table["specific_yield_kwh_kwp"] = np.round(yields[:, 1], 1)
    # kWp times yuan a watt is thousands of yuan.
    table["cost_10k_cny"] = np.round(table["capacity_kwp"] * cost[at] / 10.0, POWER_DECIMALS)


def _brighter(taken: gpd.GeoDataFrame, cell: pd.Series, climate: gpd.GeoDataFrame) -> Floats:
    """Say how much more sun a roof has than its cell, where a raster tells its own.

    The yield is taken to follow the irradiation, within a cell.
    """
    if "ghi_kwh_m2_d" not in taken:
        return np.ones(len(taken))
    mean = climate["ghi_kwh_m2_d"].reindex(cell.to_numpy()).to_numpy(float)
    own = pd.to_numeric(taken["ghi_kwh_m2_d"]).to_numpy(float)
    return np.where(np.isfinite(own), own / mean, 1.0)


def _racks(cell: pd.Series, yields: pd.DataFrame) -> Objects:
    """Say which way the racks of each roof's cell face: the one that the cell has a yield for."""
    first, *others = RACKS
    racks = np.full(len(cell), first, dtype=object)
    for name in others:
        keys = pd.MultiIndex.from_arrays([cell.to_numpy(), [name] * len(cell)])
        racks[yields.index.get_indexer(keys) >= 0] = name
    return racks


def _facing(taken: gpd.GeoDataFrame, form: pd.Series, racks: Objects) -> Objects:
    """Name the class of orientation: a flat roof's racks, of others one of eight winds."""
    if "roof_azimuth_deg" in taken:
        azimuth = pd.to_numeric(taken["roof_azimuth_deg"], errors="coerce").to_numpy(float)
    else:
        azimuth = np.full(len(taken), np.nan)
    known = np.isfinite(azimuth)
    wind = np.where(known, np.round(np.where(known, azimuth, 0.0) / WIND_DEG) % WINDS, WINDS)
    winds = [*(f"{at * WIND_DEG:03.0f}" for at in range(WINDS)), "any"]
    names = np.array(
        [[""] * len(winds), *([f"{f}-{w}" for w in winds] for f in FORMS[1:])],
        dtype=object,
    )
    found = names[pd.Categorical(form, categories=list(FORMS)).codes, wind.astype(int)]
    return np.asarray(np.where(form == "flat", racks, found), dtype=object)


def _evidence(
    taken: gpd.GeoDataFrame,
    table: pd.DataFrame,
    around: Surroundings,
    assumed: Bools,
) -> pd.Series:
    """Take the weakest of the roof, its class, its form, the county and the climate."""
    rank = {word: at for at, word in enumerate(ORDER)}
    own = taken["evidence"].map(rank).to_numpy(float)
    basis = table["class_basis"].map(classes.EVIDENCE).map(rank).fillna(0).to_numpy(float)
    weak = max(
        rank[word]
        for layer in (around.counties, around.climate)
        for word in layer["evidence"].unique()
    )
    form = np.where(assumed, rank["approximate"], 0)
    found = np.maximum.reduce([own, basis, form, np.full(len(table), float(weak))])
    return pd.Series(np.array(ORDER, dtype=object)[found.astype(int)], index=table.index)
