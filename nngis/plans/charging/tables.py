"""The tables of a charging study: stations, candidates, demand, gaps, coverage, counties."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.network.graph import Graph
from nngis.plans.charging.access import floating_catchment, piles_by_county
from nngis.plans.charging.coverage import coverage_table, is_covered
from nngis.plans.charging.drawn_reach import areas
from nngis.plans.charging.gaps import gap_areas
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.place_rules import rule_table
from nngis.plans.charging.places import class_table
from nngis.plans.charging.rules import (
    UNCOVERED,
    decide_coverage,
)
from nngis.plans.charging.sizing_costs import cost_items
from nngis.plans.charging.station_tables import (
    candidates_table,
    sizing_table,
    stations_table,
)
from nngis.plans.charging.study import Study
from nngis.units import YUAN_PER_10K

BEFORE = (
    *("covered_straight_share", "covered_road_share", "drop_share", "drop_detour_share"),
    *("drop_off_share", "covered_straight_people", "covered_road_people"),
)


def all_tables(
    study: Study,
    graph: Graph | None,
    frames: Mapping[str, gpd.GeoDataFrame],
    parameters: ChargingParameters,
) -> dict[str, pd.DataFrame]:
    """Write every table."""
    stations = stations_table(study, parameters)
    sizing = sizing_table(study, stations, parameters)
    # What a ledger states goes before what the size costs.
    stations["cost_10k_cny"] = stations["cost_10k_cny"].fillna(sizing["cost_yuan"] / YUAN_PER_10K)
    demand = demand_table(study)
    uncovered = demand["decision"].ne("covered")
    names = frames["counties"]["name_zh"]
    return {
        "stations": stations,
        "candidates": candidates_table(study),
        "demand": demand,
        "gaps": gap_areas(
            study.points, uncovered, study.after["straight_m"], parameters.gap_cell_m
        ).assign(decision=UNCOVERED.decision),
        "places": study.places,
        "by_class": class_table(study.places),
        "rules": rule_table(parameters),
        "coverage": coverage_table(study.points, study.after, parameters),
        "coverage_before": _if_known(
            study, coverage_table(study.points, study.before, parameters), BEFORE
        ),
        "by_county": county_table(study, demand, stations, frames["counties"]),
        "phases": phases_table(study, stations),
        "curve": study.curve,
        "alternatives": study.alternatives,
        "fleet": study.vehicles,
        "pile_access": _if_known(
            study, piles_by_county(study.points, study.stations, names), ["stations_count"]
        ),
        "corridors": study.corridors.corridors,
        "corridor_stops": study.corridors.stops,
        "station_problems": study.problems,
        "sizing": sizing,
        "costs": _costs(sizing, parameters),
        "reach_before": areas(graph, study.stations, parameters),
        "reach_after": areas(graph, study.sites.loc[list(study.choice.selected)], parameters),
    }


def _costs(sizing: pd.DataFrame, parameters: ChargingParameters) -> pd.DataFrame:
    items = cost_items(sizing.reset_index(), parameters)
    number = items.groupby("station_id").cumcount() + 1
    ids = [f"{station}/{n}" for station, n in zip(items["station_id"], number, strict=True)]
    return items.set_index(pd.Index(ids, name="cost_id", dtype=object))


def demand_table(study: Study) -> gpd.GeoDataFrame:
    """Say of every demand whether a station is within its radius, before and after."""
    points, before, after = study.points, study.before, study.after
    out = points.copy()
    out["straight_before_m"], out["road_before_m"] = before["straight_m"], before["road_m"]
    out["straight_m"], out["road_m"] = after["straight_m"], after["road_m"]
    out["station_id"], out["off_road"] = after["station_id"], after["off_road"]
    now, then = (
        pd.Series(is_covered(found, points["own_radius_m"]), out.index).astype("boolean")
        for found in (before, after)
    )
    out["decision_before"] = decide_coverage(
        now if study.stations_known else now.mask(now.notna())
    )["decision"]
    out = out.join(decide_coverage(then))
    out["piles_per_1000"] = _capacity_access(study)
    return out.rename_axis("demand_id")


def _capacity_access(study: Study) -> pd.Series:
    """Piles for 1,000 vehicles by two-step floating catchment, of the stations that exist."""
    stations = study.stations
    if "piles_count" not in stations or stations.empty:
        return pd.Series(np.nan, study.points.index)
    piles = pd.to_numeric(stations["piles_count"], errors="coerce")
    links = study.question.reach.table
    near = links[links["facility_id"].isin(piles.index)]
    return floating_catchment(near, study.points["weight"], piles)


def _if_known(study: Study, table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Leave empty what depends on stations of which nothing is known."""
    if study.stations_known:
        return table
    return table.assign(**dict.fromkeys(columns, np.nan))


def phases_table(study: Study, stations: pd.DataFrame) -> pd.DataFrame:
    """Add what each year costs; what is covered now is not known without stations."""
    cost = stations.groupby("phase_year")["cost_10k_cny"].sum()
    out = study.phases.assign(cost_10k_cny=cost.reindex(study.phases.index, fill_value=0.0))
    if not study.stations_known:
        out.loc["now", ["stations_count", "covered_weight", "covered_share"]] = np.nan
    return out


def county_table(
    study: Study, demand: pd.DataFrame, stations: pd.DataFrame, counties: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Add up coverage before and after, stations and cost, county by county."""
    names = pd.Index(counties["name_zh"], name="county")
    weight = demand["weight"].fillna(0.0)
    people = demand["population"].fillna(0.0)
    before, after = (demand[one].eq("covered") for one in ("decision_before", "decision"))
    sums = (
        pd.DataFrame(
            {
                "population": people,
                "weight": weight,
                "before": weight * before,
                "after": weight * after,
                "gap_people": people * ~after,
            }
        )
        .groupby(demand["county"])
        .sum()
        .reindex(names)
    )
    sites = study.sites
    count = {
        "existing_count": sites[sites["role"].eq("existing")],
        "built_count": sites.loc[study.years.index],
        "candidates_count": sites[sites["role"].ne("existing") & sites["excluded"].isna()],
    }
    whole = sums["weight"].where(sums["weight"] > 0)
    out = pd.DataFrame(
        {
            "population": sums["population"],
            "weight": sums["weight"],
            **{
                name: rows["county"].value_counts().reindex(names, fill_value=0)
                for name, rows in count.items()
            },
            "covered_before_share": sums["before"] / whole if study.stations_known else np.nan,
            "covered_share": sums["after"] / whole,
            "gap_people": sums["gap_people"],
        },
        index=names,
    )
    cost = stations[stations["decision"].eq("build")].groupby("county")["cost_10k_cny"].sum()
    out["cost_10k_cny"] = cost.reindex(names, fill_value=0.0)
    if not study.stations_known:
        out["existing_count"] = np.nan
    return gpd.GeoDataFrame(out, geometry=counties.geometry.to_numpy(), crs=counties.crs)
