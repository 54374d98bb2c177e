"""Rooftop PV, asked again and again: what other shares, phases or room come to.

What hangs on no lever (outlines, place, class, form, sun, the nearest substation, the order of
sizes) is gathered once, as arrays. A lever then costs the rules for kinds of roofs, a few products,
one sort and sums by number: by the same functions that `nngis.plans.rooftop.analyse` asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Array, Bools, Floats, Positions
from nngis.decide.indicators import Indicator, with_evidence
from nngis.plans.rooftop import findings
from nngis.plans.rooftop.analyse import ENOUGH, around_all
from nngis.plans.rooftop.built import built_pv
from nngis.plans.rooftop.grid import host_in_turn, hosting_mw, substation_of
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.measured import Measured, measure_roofs
from nngis.plans.rooftop.order import FURTHER, MINIMUM, ORDERED, Ranked, Standing, rank, stand
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.ranges import Range
from nngis.plans.rooftop.roofs import Coded, Verdicts, coded, decide_roofs, min_shares, power_of
from nngis.plans.rooftop.sums import KEYS, NONE, SUMMED, all_tables, sum_up
from nngis.result.plan import given_layers

# What may change without the kept facts changing with it.
LEVERS = (
    *("pilot_counties", "excluded_classes", "unfit_forms", "min_roof_m2", "max_roof_m2"),
    *(
        f"policy_min_share_{kind}"
        for kind in ("government", "public", "industrial_commercial", "rural_residential")
    ),
    *(
        f"{form}_{name}"
        for form in ("flat", "metal", "tile")
        for name in ("usable_share", "density_kwp_m2", "cost_cny_w")
    ),
    *("reverse_flow_share", "grid_factor_kg_kwh", "grid_factor_year"),
    *("tce_per_mwh", "city_energy_tce_a"),
)
TRANCHES = (MINIMUM, FURTHER, NONE)


@dataclass(frozen=True, eq=False)
class Kept:
    """What hangs on no lever.

    Parameters
    ----------
    layers : RooftopLayers
        What the plan is given.
    measured : Measured
        The roofs that count.
    words : mapping of str to Coded
        County, class and form of each roof.
    place : (n,) int array
        Each roof's row of `places`.
    places : DataFrame
        The kinds of place that occur: `county`, `township`, `class`.
    standing : Standing
        The order of sizes.
    station : (n,) int array
        Each roof's substation; -1 where there is none.
    """

    layers: RooftopLayers
    measured: Measured
    words: Mapping[str, Coded]
    place: Positions
    places: pd.DataFrame
    standing: Standing
    station: Positions


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What the roofs come to.

    Parameters
    ----------
    verdicts : Verdicts
        What becomes of each roof.
    amounts : mapping of str to (n,) float array
        `usable_share`, capacities, energies, cost.
    ranked : Ranked
        Their order.
    tables : mapping of str to DataFrame
        Sums, as the whole analysis has them.
    indicators : tuple of Indicator
        As the whole analysis has them.
    """

    verdicts: Verdicts
    amounts: Mapping[str, Floats]
    ranked: Ranked
    tables: Mapping[str, pd.DataFrame]
    indicators: tuple[Indicator, ...]


def keep_facts(layers: RooftopLayers, parameters: RooftopParameters) -> Kept:
    """Gather once what hangs on no lever.

    Parameters
    ----------
    layers : RooftopLayers
        What the plan is given.
    parameters : RooftopParameters
        All of them but `LEVERS` must be those of the questions to come.

    Returns
    -------
    Kept
        The facts.
    """
    around = around_all(layers, parameters)
    measured = measure_roofs(layers.roofs, around, parameters)
    table = measured.table
    keys = table[["county", "township", "class"]].fillna(NONE)
    groups = keys.groupby(list(keys), sort=False)
    station = np.full(len(table), -1, dtype=np.intp)
    if layers.substations is not None:
        reach_m = parameters.substation_reach_m
        to = substation_of(table.geometry.centroid, layers.substations, reach_m)
        station = layers.substations.index.get_indexer(to["substation_id"])
    return Kept(
        layers,
        measured,
        {name: coded(table[name]) for name in ("county", "class", "roof_form")},
        groups.ngroup().to_numpy(np.intp),
        keys.loc[~keys.duplicated()].reset_index(drop=True),
        stand(table),
        station,
    )


def what_if(kept: Kept, parameters: RooftopParameters) -> WhatIf:
    """Decide all roofs, rank them and add them up.

    Parameters
    ----------
    kept : Kept
        What hangs on no lever.
    parameters : RooftopParameters
        The plan's parameters.

    Returns
    -------
    WhatIf
        What `analyse` comes to.
    """
    measured, layers = kept.measured, kept.layers
    area = measured.table["area_m2"].to_numpy(float)
    verdicts = decide_roofs(area, kept.words, measured.table["protected"], parameters)
    amounts = power_of(measured, verdicts, parameters)
    taken = verdicts.decided(*ORDERED)
    ranked = _ranked(kept, (taken, verdicts.decided("pilot")), amounts, parameters)
    whole = _cube(kept, verdicts, np.where(taken, np.where(ranked.minimum, 0, 1), 2), amounts)
    tables = all_tables(whole, layers.counties, parameters)
    tables["pv_built"] = _built(kept, parameters.flat_density_kwp_m2)
    found = (
        *findings.indicators(tables, parameters, built_known=layers.pv_registered is not None),
        findings.hosted(ranked.hosted_kwp),
    )
    return WhatIf(verdicts, amounts, ranked, tables, with_evidence(found, given_layers(layers)))


@lru_cache(maxsize=2)
def _built(kept: Kept, density_kwp_m2: Range) -> gpd.GeoDataFrame:
    """List the PV that stands; of all levers only the density says how much roof it takes."""
    asked = RooftopParameters(flat_density_kwp_m2=density_kwp_m2)
    return built_pv(kept.layers.pv_registered, kept.measured.table, kept.layers.counties, asked)


def _ranked(
    kept: Kept,
    decision: tuple[Bools, Bools],
    amounts: Mapping[str, Floats],
    parameters: RooftopParameters,
) -> Ranked:
    """Rank the roofs; those that their substations have no room for come after the others."""
    least = min_shares(parameters)
    asked = (amounts["energy_mwh_a"], amounts["cost_10k_cny"])
    found = rank(kept.standing, decision, asked, least)
    if kept.layers.substations is None:
        return found
    room = hosting_mw(kept.layers.substations, parameters)["hosting_capacity_mw"].to_numpy(float)
    at = np.where(np.isfinite(np.append(room, np.nan)[kept.station]), kept.station, -1)
    turn = found.order[: int(decision[0].sum())]
    power = amounts["capacity_kwp"]
    hosted = host_in_turn(turn, at, power, room)
    full = hosted < power - ENOUGH
    return replace(rank(kept.standing, decision, asked, least, full), hosted_kwp=hosted)


def _cube(
    kept: Kept, verdicts: Verdicts, tranche: Array, amounts: Mapping[str, Floats]
) -> pd.DataFrame:
    """Add the roofs up as `sums.cube` does."""
    words, decision = np.unique(verdicts.kinds["decision"].to_numpy(str), return_inverse=True)
    at = (kept.place * len(words) + decision[verdicts.which]) * len(TRANCHES) + tranche
    count = len(kept.places) * len(words) * len(TRANCHES)
    area = kept.measured.table["area_m2"].to_numpy(float)
    summed = {name: area if name == "area_m2" else amounts[name] for name in SUMMED}
    sums = sum_up(at, count, summed)
    groups = np.flatnonzero(sums["roofs_count"])
    place = kept.places.iloc[groups // (len(TRANCHES) * len(words))]
    index = pd.MultiIndex.from_arrays(
        [
            *(place[name].to_numpy(object) for name in ("county", "township", "class")),
            words.astype(object)[groups // len(TRANCHES) % len(words)],
            np.array(TRANCHES, dtype=object)[groups % len(TRANCHES)],
        ],
        names=list(KEYS),
    )
    table = {name: values[groups] for name, values in sums.items()}
    return pd.DataFrame(table, index=index).sort_index()


def roofs_of(found: WhatIf, kept: Kept) -> gpd.GeoDataFrame:
    """List every roof as it would be decided.

    Parameters
    ----------
    found : WhatIf
        What the roofs come to.
    kept : Kept
        What hangs on no lever.

    Returns
    -------
    GeoDataFrame
        By `roof_id`: `KEYS` and `SUMMED` of `sums`, `usable_share`, `rule`, `rank`.
    """
    kinds, which = found.verdicts.kinds, found.verdicts.which
    taken = found.verdicts.decided(*ORDERED)
    tranche = np.array([*TRANCHES[:2], None], dtype=object)
    tranche = tranche[np.where(taken, np.where(found.ranked.minimum, 0, 1), 2)]
    place = np.empty(len(which), dtype=np.int64)
    place[found.ranked.order] = np.arange(1, len(which) + 1)
    return kept.measured.table.assign(
        **{name: kinds[name].to_numpy()[which] for name in ("decision", "rule")},
        tranche=pd.Series(tranche, kept.measured.table.index, dtype=object),
        rank=pd.arrays.IntegerArray(place, ~taken),
        **found.amounts,
    )
