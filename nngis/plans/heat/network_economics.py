"""What it costs a year to close a boiler: by steam through a pipe, by gas, by biomass.

All in what society pays: capital spread over its life, and fuel burnt instead of fuel burnt now.
Steam is charged the coal that the CHP unit burns for it, not the price at which it is sold.
"""

from typing import Literal

import numpy as np
import pandas as pd

from nngis.plans.heat.network import SteamNetwork, annuity_share
from nngis.plans.heat.network_tables import user_costs
from nngis.plans.heat.parameters import HeatParameters
from nngis.text import Text
from nngis.units import M_PER_KM, YUAN_PER_10K

Way = Literal["chp", "gas", "biomass"]
WAYS: tuple[Way, ...] = ("chp", "gas", "biomass")
COLUMNS = (
    *("boilers_count", "by_pipe_count", "by_other_count", "pipe_km", "capital_10k_cny"),
    *("fuel_10k_cny_a", "cost_10k_cny_a", "coal_avoided_t_a", "co2_avoided_t_a"),
    *("nox_avoided_t_a", "yuan_t_co2", "chosen"),
)


def fuel_change_yuan_a(
    counted: pd.DataFrame, way: pd.Series, parameters: HeatParameters
) -> pd.Series:
    """Give what each boiler's heat costs in fuel beyond what it costs now.

    Examples
    --------
    1,000 t of coal at 800 yuan against 450,000 m³ at 3.5: 775,000 yuan more; at the CHP unit 850 t
    do: 120,000 less.

    >>> counted = pd.DataFrame({"coal_t_a": [1000.0] * 2, "coal_by_chp_t_a": [850.0] * 2})
    >>> prices = HeatParameters(coal_price_yuan_t=800, gas_price_yuan_m3=3.5, gas_m3_t_coal=450)
    >>> fuel_change_yuan_a(counted, pd.Series(["gas", "chp"]), prices).tolist()
    [775000.0, -120000.0]
    """
    coal = counted["coal_t_a"]
    costs = {
        "chp": counted["coal_by_chp_t_a"] * parameters.coal_price_yuan_t,
        "gas": coal * parameters.gas_m3_t_coal * parameters.gas_price_yuan_m3,
        "biomass": coal * parameters.biomass_t_t_coal * parameters.biomass_price_yuan_t,
    }
    new = pd.Series(np.nan, index=counted.index)
    for name, cost in costs.items():
        new = new.mask(way.eq(name).to_numpy(bool), cost)
    return new - coal * parameters.coal_price_yuan_t


def boiler_10k_cny(
    capacity_t_h: pd.Series, way: pd.Series, parameters: HeatParameters
) -> pd.Series:
    """Give what a boiler of its own costs in the place of the one that closes."""
    each = way.map(
        {
            "gas": parameters.gas_boiler_10k_cny_t_h,
            "biomass": parameters.biomass_boiler_10k_cny_t_h,
        }
    )
    return capacity_t_h.fillna(0.0) * each.astype(float).fillna(0.0)


def pipe_worth_yuan_a(
    boilers: pd.DataFrame,
    avoided: dict[str, pd.DataFrame],
    counted: pd.DataFrame,
    parameters: HeatParameters,
) -> pd.Series:
    """Give what a pipe to each boiler may cost a year before another way to close it is cheaper.

    A boiler within the radius closes whatever is laid to it; so its pipe is worth what the other
    source of heat costs more than steam, and the CO2 that steam avoids more than that source.
    """
    other: Way = parameters.pipe_or
    cost = {}
    for name in ("chp", other):
        way = pd.Series(name, index=boilers.index)
        own = boiler_10k_cny(boilers["capacity_t_h"], way, parameters) * YUAN_PER_10K
        cost[name] = own * annuity_share(parameters) + fuel_change_yuan_a(counted, way, parameters)
    co2 = avoided["chp"]["co2_avoided_t_a"] - avoided[other]["co2_avoided_t_a"]
    worth = cost[other] - cost["chp"] + co2 * parameters.co2_value_yuan_t
    return worth.where(counted["coal_t_a"] > 0).fillna(0.0)


def compare_ways(
    boilers: pd.DataFrame,
    avoided: dict[str, pd.DataFrame],
    counted: pd.DataFrame,
    network: SteamNetwork | None,
    parameters: HeatParameters,
) -> pd.DataFrame:
    """Set the ways to close the boilers that steam could reach side by side."""
    if network is None or network.whole is None or boilers.empty:
        return pd.DataFrame(columns=list(COLUMNS), index=pd.Index([], name="scenario_id"))
    chosen = "pipe_where_it_pays" if parameters.prune_branches else "pipe_all"
    off = boilers.index.isin(network.unpaid)
    other = parameters.pipe_or
    ways = {
        "pipe_all": (pd.Series("chp", index=boilers.index), network.whole),
        "pipe_where_it_pays": (
            pd.Series(np.where(off, other, "chp"), index=boilers.index),
            network,
        ),
        "gas_all": (pd.Series("gas", index=boilers.index), None),
        "biomass_all": (pd.Series("biomass", index=boilers.index), None),
    }
    if not parameters.prune_branches:
        del ways["pipe_where_it_pays"]
    rows = {
        name: {
            **_scenario(boilers, avoided, counted, way, pipes, parameters),
            "chosen": name == chosen,
        }
        for name, (way, pipes) in ways.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index")[list(COLUMNS)]
    return table.rename_axis("scenario_id")


def _scenario(
    boilers: pd.DataFrame,
    avoided: dict[str, pd.DataFrame],
    counted: pd.DataFrame,
    way: pd.Series,
    pipes: SteamNetwork | None,
    parameters: HeatParameters,
) -> dict[str, object]:
    """Add up one way to close all of them."""
    closing = boilers["capacity_t_h"].fillna(0.0) * parameters.closing_cost_10k_cny_t_h
    capital = closing + boiler_10k_cny(boilers["capacity_t_h"], way, parameters)
    laid = user_costs(pipes).sum() / YUAN_PER_10K if pipes is not None else 0.0
    total = float(capital.sum() + laid)
    fuel = float(fuel_change_yuan_a(counted, way, parameters).sum()) / YUAN_PER_10K
    tonnes = {
        f"{kind}_avoided_t_a": sum(
            float(avoided[one].loc[way.eq(one).to_numpy(bool), f"{kind}_avoided_t_a"].sum())
            for one in WAYS
        )
        for kind in ("coal", "co2", "nox")
    }
    a_year = total * annuity_share(parameters) + fuel
    co2 = tonnes["co2_avoided_t_a"]
    return {
        "boilers_count": len(boilers),
        "by_pipe_count": int(way.eq("chp").sum()),
        "by_other_count": int(way.ne("chp").sum()),
        "pipe_km": float(pipes.trees.length_m.sum()) / M_PER_KM if pipes is not None else 0.0,
        "capital_10k_cny": total,
        "fuel_10k_cny_a": fuel,
        "cost_10k_cny_a": a_year,
        **tonnes,
        "yuan_t_co2": a_year * YUAN_PER_10K / co2 if co2 > 0 else np.nan,
    }


def price_of_the_law(ways: pd.DataFrame) -> tuple[Text, ...]:
    """Say what closing by pipe would cost, and what is chosen instead."""
    if ways.empty:
        return ()
    whole = ways.loc["pipe_all"]
    mine = ways[ways["chosen"].astype(bool)].iloc[0]

    def each(row: pd.Series, lang: str) -> str:
        if pd.isna(row["yuan_t_co2"]):
            return "不减碳" if lang == "zh" else "no CO2 avoided"
        unit = "元/t CO₂" if lang == "zh" else "yuan a tonne of CO2"
        return f"{row['yuan_t_co2']:,.0f} {unit}"

    return (
        Text(
            f"关停的 {whole['boilers_count']} 台有汽可供的锅炉全部接管网需投资 "
            f"{whole['capital_10k_cny']:,.0f} 万元（{each(whole, 'zh')}）；本方案 "
            f"{mine['by_pipe_count']} 台接管网、{mine['by_other_count']} 台另找热源，投资 "
            f"{mine['capital_10k_cny']:,.0f} 万元（{each(mine, 'zh')}，含燃料差价）。"
            f"各途径见“关停途径比较”表。",
            f"Pipes to all {whole['boilers_count']} boilers that close and could get steam would "
            f"take {whole['capital_10k_cny']:,.0f} 10⁴ yuan ({each(whole, 'en')}); this plan lays "
            f"them to {mine['by_pipe_count']} and heats {mine['by_other_count']} otherwise, "
            f"{mine['capital_10k_cny']:,.0f} 10⁴ yuan ({each(mine, 'en')}, fuel counted). The ways "
            "stand side by side in a sheet.",
        ),
    )
