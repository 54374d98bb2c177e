"""The tables of a charging study: stations, candidates, demand, gaps, coverage, counties."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.errors import ParameterError
from nngis.kernel.graph import Graph
from nngis.kernel.links import nearest
from nngis.kernel.service_area import service_areas
from nngis.plans.charging.access import floating_catchment, piles_by_county
from nngis.plans.charging.candidates import EXCLUDED
from nngis.plans.charging.coverage import coverage_table, is_covered
from nngis.plans.charging.gaps import gap_areas
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.place_rules import rule_table
from nngis.plans.charging.places import class_table
from nngis.plans.charging.sizing import size_stations
from nngis.plans.charging.study import Study
from nngis.text import Text

YUAN_PER_10K = 1e4
OWN = ("operator", "piles_count", "fast_piles_count", "slow_piles_count", "power_kw", "status")
REASONS = {
    "existing": Text("已有充电站。", "It exists."),
    "mandatory": Text(
        "六类场所，须建设；{year} 年。", "A place of the six classes must get one; in {year}."
    ),
    "mandatory_unknown": Text(
        "六类场所，不知道是否已有充电设施，按没有处理，建设前须核实；{year} 年。",
        "A place of the six classes; whether it has chargers is not known and must be checked "
        "before building; in {year}.",
    ),
    "chosen": Text(
        "入选，{year} 年；没有它将少覆盖 {marginal:,.0f} 辆，次优替代为 {runner_up}。",
        "Chosen, in {year}; without it {marginal:,.0f} vehicles fewer are covered, and "
        "{runner_up} would replace it best.",
    ),
}
NOT_CHOSEN = Text("未入选。", "Not chosen.")
NOBODY = Text("无", "nothing")


def all_tables(
    study: Study,
    graph: Graph | None,
    frames: Mapping[str, gpd.GeoDataFrame],
    parameters: ChargingParameters,
) -> dict[str, pd.DataFrame]:
    """Write every table.

    Parameters
    ----------
    study : Study
        What was found.
    graph : Graph or None
        The roads, for service areas.
    frames : mapping of str to GeoDataFrame
        The layers.
    parameters : ChargingParameters
        The plan's parameters.

    Returns
    -------
    dict of str to DataFrame
        Tables by name.
    """
    stations = stations_table(study, parameters)
    demand = demand_table(study)
    uncovered = demand["decision"].ne("covered")
    names = frames["counties"]["name_zh"]
    return {
        "stations": stations,
        "candidates": candidates_table(study),
        "demand": demand,
        "gaps": gap_areas(
            study.points, uncovered, study.after["straight_m"], parameters.gap_cell_m
        ),
        "places": study.places,
        "by_class": class_table(study.places),
        "rules": rule_table(parameters),
        "coverage": coverage_table(study.points, study.after, parameters),
        "coverage_before": coverage_table(study.points, study.before, parameters),
        "by_county": county_table(study, demand, frames["counties"]),
        "phases": study.phases,
        "curve": study.curve,
        "alternatives": study.alternatives,
        "fleet": study.vehicles,
        "pile_access": piles_by_county(study.points, study.stations, names),
        "corridors": study.corridors.corridors,
        "corridor_stops": study.corridors.stops,
        "station_problems": study.problems,
        "sizing": sizing_table(study, stations, parameters),
        "reach_before": areas(graph, study.stations, parameters),
        "reach_after": areas(graph, study.sites.loc[list(study.choice.selected)], parameters),
    }


def stations_table(study: Study, parameters: ChargingParameters) -> gpd.GeoDataFrame:
    """List the stations of the end state: those that exist, and those to build with their year.

    Parameters
    ----------
    study : Study
        What was found.
    parameters : ChargingParameters
        Sessions of a vehicle.

    Returns
    -------
    GeoDataFrame
        Indexed by `station_id`: `decision` (``existing`` or ``build``), `phase_year`, what each
        covers, what is lost without it, what would replace it; what the ledger says of it.
    """
    choice, sites = study.choice, study.sites
    out = sites.loc[list(choice.selected)].copy()
    weight = study.points["weight"].fillna(0.0)
    open_links = study.links[study.links["facility_id"].isin(choice.selected)]
    served = nearest(open_links)["facility_id"]
    load = weight.reindex(served.index).groupby(served).agg(["sum", "size"])
    out["demand_count"] = load["size"].reindex(out.index).fillna(0).astype(int)
    out["covered_weight"] = load["sum"].reindex(out.index).fillna(0.0)
    out["sessions_day"] = out["covered_weight"] * parameters.sessions_vehicle_day
    out["phase_year"] = study.years.reindex(out.index)
    worth = choice.worth.reindex(out.index)
    for name in ("marginal", "runner_up", "runner_up_covered"):
        out[name] = worth[name]
    out["decision"] = np.where(out["role"].eq("existing"), "existing", "build")
    out["rule"] = np.where(
        out["role"].eq("mandatory"), "A26", np.where(out["role"].eq("candidate"), "mclp", "")
    )
    unknown = study.places.index[study.places["decision"].eq("unknown")]
    kind = out["role"].replace({"candidate": "chosen"})
    kind = kind.mask(kind.eq("mandatory") & out.index.isin(unknown), "mandatory_unknown")
    out["reason_zh"], out["reason_en"] = _station_reasons(out, kind)
    own = study.stations.reindex(out.index)
    for name in OWN:
        out[name] = own.get(name)
    columns = (
        *("name_zh", "site_kind", "county", "decision", "rule", "phase_year", "demand_count"),
        *("covered_weight", "sessions_day", "marginal", "runner_up", "runner_up_covered"),
        *("cost_10k_cny", "substation_id", *OWN, "reason_zh", "reason_en", "evidence"),
    )
    return out[[*columns, "geometry"]].rename_axis("station_id")


def _station_reasons(out: pd.DataFrame, kind: pd.Series) -> tuple[list[str], list[str]]:
    zh: list[str] = []
    en: list[str] = []
    rows = zip(kind, out["phase_year"], out["marginal"], out["runner_up"], strict=True)
    for word, year, marginal, runner in rows:
        for lang, said in (("zh", zh), ("en", en)):
            has = {"year": year, "marginal": 0.0 if pd.isna(marginal) else marginal}
            has["runner_up"] = NOBODY.say(lang) if pd.isna(runner) else runner  # type: ignore[arg-type]
            said.append(REASONS[word].say(lang).format_map(has))  # type: ignore[arg-type]
    return zh, en


def candidates_table(study: Study) -> gpd.GeoDataFrame:
    """List every candidate with what became of it.

    Parameters
    ----------
    study : Study
        What was found.

    Returns
    -------
    GeoDataFrame
        Indexed by `candidate_id`: `decision` (``build``, ``not_chosen`` or ``excluded``), the
        weight within its reach, `phase_year`, reason.
    """
    sites = study.sites[study.sites["role"].ne("existing")]
    chosen = sites.index.isin(study.choice.selected)
    within = (
        study.points["weight"]
        .reindex(study.links["demand_id"])
        .groupby(study.links["facility_id"].to_numpy())
        .sum()
    )
    out = sites.assign(
        reach_weight=within.reindex(sites.index).fillna(0.0),
        phase_year=study.years.reindex(sites.index),
        decision=np.where(
            chosen, "build", np.where(sites["excluded"].notna(), "excluded", "not_chosen")
        ),
    )
    built = Text("入选。", "Chosen.")
    for lang in ("zh", "en"):
        why = sites["excluded"].map({name: getattr(one, lang) for name, one in EXCLUDED.items()})
        rest = np.where(chosen, getattr(built, lang), getattr(NOT_CHOSEN, lang))
        out[f"reason_{lang}"] = why.where(why.notna(), pd.Series(rest, sites.index))
    columns = (
        *("name_zh", "site_kind", "candidate_source", "county", "decision", "phase_year"),
        *("reach_weight", "cost_10k_cny", "grid_capacity_kw", "substation_id", "reason_zh"),
        *("reason_en", "evidence"),
    )
    return out[[*columns, "geometry"]].rename_axis("candidate_id")


def demand_table(study: Study) -> gpd.GeoDataFrame:
    """Say of every demand whether a station is within its radius, before and after.

    Parameters
    ----------
    study : Study
        What was found.

    Returns
    -------
    GeoDataFrame
        Indexed by `demand_id`: distances now and after, `decision_before` and `decision`
        (``covered`` or ``gap``; ``unknown`` before, where no stations are known), access by
        capacity.
    """
    points, before, after = study.points, study.before, study.after
    out = points.copy()
    out["straight_before_m"], out["road_before_m"] = before["straight_m"], before["road_m"]
    out["straight_m"], out["road_m"] = after["straight_m"], after["road_m"]
    out["station_id"], out["off_road"] = after["station_id"], after["off_road"]
    for name, found in (("decision_before", before), ("decision", after)):
        out[name] = np.where(is_covered(found, points["own_radius_m"]), "covered", "gap")
    if not study.stations_known:
        out["decision_before"] = "unknown"
    out["piles_per_1000"] = _capacity_access(study)
    return out.rename_axis("demand_id")


def _capacity_access(study: Study) -> pd.Series:
    """Piles for 1,000 vehicles by two-step floating catchment, of the stations that exist."""
    stations = study.stations
    if "piles_count" not in stations or stations.empty:
        return pd.Series(np.nan, study.points.index)
    piles = pd.to_numeric(stations["piles_count"], errors="coerce")
    near = study.links[study.links["facility_id"].isin(piles.index)]
    return floating_catchment(near, study.points["weight"], piles)


def county_table(
    study: Study, demand: pd.DataFrame, counties: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Add up coverage before and after, stations and cost, county by county.

    Parameters
    ----------
    study : Study
        What was found.
    demand : DataFrame
        As `demand_table` makes it.
    counties : GeoDataFrame
        Polygons with `name_zh`.

    Returns
    -------
    GeoDataFrame
        Indexed by county name.
    """
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
    cost = study.sites.loc[study.years.index].groupby("county")["cost_10k_cny"].sum()
    out["cost_10k_cny"] = cost.reindex(names, fill_value=0.0)
    if not study.stations_known:
        out["existing_count"] = np.nan
    return gpd.GeoDataFrame(out, geometry=counties.geometry.to_numpy(), crs=counties.crs)


def sizing_table(
    study: Study, stations: pd.DataFrame, parameters: ChargingParameters
) -> pd.DataFrame:
    """Size the stations to be built.

    Parameters
    ----------
    study : Study
        What was found: piles that rules require.
    stations : DataFrame
        As `stations_table` makes it.
    parameters : ChargingParameters
        Sessions, waits, grid, prices.

    Returns
    -------
    DataFrame
        Indexed by `station_id`, as `sizing.size_stations` makes it, with the name and year.
    """
    new = stations[stations["decision"].eq("build")]
    required = study.places["piles_required_count"].reindex(new.index)
    asked = pd.DataFrame(
        {
            "station_id": new.index,
            "sessions_day": new["sessions_day"],
            "piles_required_count": required,
        },
        index=new.index,
    )
    sized = size_stations(asked, parameters).drop(columns="station_id")
    sized.insert(0, "name_zh", new["name_zh"])
    sized.insert(1, "phase_year", new["phase_year"])
    return sized.rename_axis("station_id")


def areas(
    graph: Graph | None, stations: gpd.GeoDataFrame, parameters: ChargingParameters
) -> gpd.GeoDataFrame:
    """Draw what is within reach of any station by road, radius by radius.

    Parameters
    ----------
    graph : Graph or None
        The roads.
    stations : GeoDataFrame
        Stations.
    parameters : ChargingParameters
        Radii, width beside the road, raster.

    Returns
    -------
    GeoDataFrame
        Indexed by `area_id`: `limit_m`, polygons, the widest first, so that the narrower ones are
        drawn over it; no rows without roads or stations.
    """
    crs = stations.crs
    empty = gpd.GeoDataFrame(
        {"limit_m": np.array([], float)}, geometry=[], crs=crs, index=pd.Index([], name="area_id")
    )
    if graph is None or stations.empty:
        return empty
    if parameters.drawn_cell_m * 2 > parameters.drawn_width_m:
        raise ParameterError(
            f"drawn_cell_m（{parameters.drawn_cell_m}）应不超过 drawn_width_m 的一半。",
            f"drawn_cell_m ({parameters.drawn_cell_m}) must be at most half of drawn_width_m.",
            where="charging.drawn_cell_m",
        )
    found, _ = service_areas(
        graph,
        stations,
        breaks_m=list(parameters.radii_m),
        max_snap_m=parameters.max_snap_m,
        width_m=parameters.drawn_width_m,
        cell_m=parameters.drawn_cell_m,
        merged=True,
    )
    found = found.rename(columns={"break_m": "limit_m"}).sort_values("limit_m", ascending=False)
    found.index = pd.Index([f"A{one:g}" for one in found["limit_m"]], name="area_id")
    return found
