"""Charging, analysed: who is covered now, who must have chargers, where the next stations go."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.decide.counties import county_of
from nngis.decide.indicators import with_evidence
from nngis.errors import LayerError
from nngis.network.geodesic_links import inside
from nngis.network.graph import Graph, graph_from_roads
from nngis.plans.charging import cautions, findings
from nngis.plans.charging.candidates import exclude, exclude_idle, make_candidates
from nngis.plans.charging.coverage import rings
from nngis.plans.charging.demand import Demand, make_demand
from nngis.plans.charging.fleet import fleet, stock_in
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.long_routes import chargers_along, long_routes
from nngis.plans.charging.nearest import cover_links, nearest_stations
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.phases import curve_table, phase_table, phase_years
from nngis.plans.charging.place_classes import classify_places
from nngis.plans.charging.places import judge_places
from nngis.plans.charging.siting import Choice, SitingQuestion, ask, choose, make_question
from nngis.plans.charging.stations import clean_stations
from nngis.plans.charging.study import Study
from nngis.plans.charging.tables import all_tables
from nngis.result.plan import given_layers
from nngis.result.result import Analysis
from nngis.solvers.site import alternatives
from nngis.text import Text

TOLERANCE_M = 1.0  # loose ends of roads nearer than this are one junction
Frames = Mapping[str, gpd.GeoDataFrame]
NO_FLEET = Text(
    "没有新能源汽车保有量：不知道应建几座，只列必建的；需求点按人口（或台账车辆）计权，规模未知。"
    "请在 case.toml 写明 nev_stock_count，或用 --set nev_stock_count=、--set new_stations= 给出。",
    "No fleet is stated: how many stations are due is not known, and only mandatory ones are built;"
    " demand weighs by people (or the ledger's vehicles), and sizes are unknown. State "
    "nev_stock_count in case.toml, or give --set nev_stock_count= or --set new_stations=.",
)


def analyse(layers: ChargingLayers, parameters: ChargingParameters) -> Analysis:
    """Say who is covered, which places lack chargers, and where to build, in what order."""
    graph, said = road_graph(layers.roads, parameters)
    found = analyse_on(graph, given_layers(layers), parameters)
    return replace(found, warnings=(*said, *found.warnings))


def road_graph(
    roads: gpd.GeoDataFrame | None, parameters: ChargingParameters
) -> tuple[Graph | None, tuple[Text, ...]]:
    """Build the graph of the roads."""
    if roads is None or roads.empty:
        return None, ()
    graph, report = graph_from_roads(
        roads, tolerance_m=TOLERANCE_M, speed_km_h=parameters.road_speed_km_h
    )
    return graph, report.of_columns()


def analyse_on(graph: Graph | None, frames: Frames, parameters: ChargingParameters) -> Analysis:
    """Do the same on a graph that is built."""
    study, said = _studied(graph, frames, parameters)
    tables = all_tables(study, graph, frames, parameters)
    return Analysis(
        tables=tables,
        indicators=with_evidence(findings.indicators(study, tables, parameters), frames),
        assumptions=findings.assumptions(study, graph, parameters),
        warnings=(*said, *cautions.warnings(study, tables, frames)),
    )


def _studied(
    graph: Graph | None, frames: Frames, parameters: ChargingParameters
) -> tuple[Study, tuple[Text, ...]]:
    """Find everything, and say what was done to the demand and the number of stations."""
    if frames["counties"].empty:
        raise LayerError(
            "没有县（市、区）边界，分不到各县；请用 --layer counties=文件 给出。",
            "There are no counties to share stations out among; name them with --layer "
            "counties=FILE.",
            where="counties",
        )
    vehicles = fleet(parameters)
    nev_count = stock_in(vehicles, parameters.plan_year)
    classes = _classes(frames)
    demand = _demand(frames, classes, nev_count, parameters)
    points = demand.points
    stations, known, problems = _existing(frames, parameters)
    before = nearest_stations(points, stations, graph, parameters)
    places = judge_places(frames, classes, stations if known else None, parameters)
    candidates = make_candidates(frames, classes, places, points, parameters)
    candidates = exclude(candidates, frames, stations, parameters)
    sites = _sites(stations, candidates)
    links = cover_links(graph, points, sites, parameters)
    if not np.isnan(nev_count):
        sites = exclude_idle(sites, links, points["weight"], parameters)
    count, more = _count(int(stations["county"].notna().sum()), sites, nev_count, parameters)
    question = make_question(
        links, points, sites, frames.get("substations"), parameters, count=count
    )
    choice = choose(question, gap=parameters.gap_allowed, time_limit_s=parameters.time_limit_s)
    years = phase_years(question, choice, parameters)
    opened = sites.loc[list(choice.selected)]
    closed = ~sites.index.isin(choice.selected) & sites["excluded"].isna()
    unused = sites[closed & sites["candidate_source"].ne("cells")]
    study = Study(
        vehicles=vehicles,
        nev_count=nev_count,
        points=points,
        stations=stations,
        stations_known=known,
        places=places,
        sites=sites,
        links=links,
        question=question,
        choice=choice,
        years=years,
        before=before,
        after=nearest_stations(points, opened, graph, parameters),
        phases=phase_table(question, years),
        curve=curve_table(question, choice, years, parameters),
        alternatives=_alternatives(question, choice, parameters),
        problems=problems,
        corridors=chargers_along(
            long_routes(graph, frames, parameters), opened, unused, parameters
        ),
    )
    return study, (*demand.said, *more)


def _classes(frames: Frames) -> pd.DataFrame:
    if "places" not in frames:
        return pd.DataFrame({"place_class": [], "class_basis": [], "kind": []})
    return classify_places(frames["places"])


def _demand(
    frames: Frames, classes: pd.DataFrame, nev_count: float, parameters: ChargingParameters
) -> Demand:
    """Make the demand, with the ring and the service radius of each point."""
    demand = make_demand(frames, classes, nev_count, parameters)
    points = demand.points.assign(ring=rings(demand.points, parameters.ring_radii_m))
    built_up = frames.get("built_up")
    radius = pd.Series(parameters.service_radius_m, points.index)
    if built_up is not None and len(built_up):
        town = inside(points, built_up)["demand_id"].unique()
        radius[~points.index.isin(town)] = parameters.outer_radius_m
    return replace(demand, points=points.assign(own_radius_m=radius))


def _existing(
    frames: Frames, parameters: ChargingParameters
) -> tuple[gpd.GeoDataFrame, bool, pd.DataFrame]:
    """Take the stations that exist, cleaned; say whether anything is known of them."""
    crs = frames["counties"].crs
    none = gpd.GeoDataFrame({"county": []}, geometry=[], crs=crs, index=pd.Index([], dtype=str))
    given = frames.get("charging_stations", none)
    cleaned = clean_stations(given, parameters, water=frames.get("water_areas"))
    stations = cleaned.stations
    problems = cleaned.problems
    problems.index = pd.Index([f"X{at:04d}" for at in range(1, len(problems) + 1)], name="row_id")
    stations = stations.assign(county=county_of(stations, frames["counties"]))
    return stations.rename_axis("station_id"), "charging_stations" in frames, problems


def _sites(stations: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put stations and candidates into one table."""
    here = gpd.GeoDataFrame(
        {
            "name_zh": stations.get("name_zh"),
            "site_kind": "existing",
            "candidate_source": "charging_stations",
            "county": stations["county"],
            "role": "existing",
            "cost_10k_cny": 0.0,
            "grid_capacity_kw": np.nan,
            "substation_id": None,
            "excluded": None,
            "evidence": stations.get("evidence", "surveyed"),
        },
        geometry=stations.geometry.array,
        index=stations.index.astype(str),
        crs=stations.crs,
    )
    both = candidates if stations.empty else pd.concat([here, candidates])
    out = gpd.GeoDataFrame(both, geometry="geometry", crs=candidates.crs)
    return out[~out.index.duplicated()].rename_axis("site_id")


def _count(
    existing: int, sites: gpd.GeoDataFrame, nev_count: float, parameters: ChargingParameters
) -> tuple[int, tuple[Text, ...]]:
    """Say how many stations to build, and what had to be changed of what was asked."""
    free = sites[sites["role"].ne("existing") & sites["excluded"].isna()]
    must = int(free["role"].eq("mandatory").sum())
    asked = parameters.new_stations
    said = []
    if asked is None and np.isnan(nev_count):
        said.append(NO_FLEET)
        asked = 0
    elif asked is None:
        asked = max(0, int(np.ceil(nev_count / parameters.vehicles_per_station)) - existing)
    if parameters.budget_10k_cny is None and asked < must:
        said.append(
            Text(
                f"新建站数 {asked} 少于必建场所数 {must}，按 {must} 座计算；"
                "如不必全建，请调整 mandatory_classes。",
                f"{asked} new stations are fewer than the {must} mandatory places; {must} were "
                "taken. Change mandatory_classes if not all must be built.",
            )
        )
        asked = must
    if asked > len(free):
        said.append(
            Text(
                f"新建站数 {asked} 多于可用候选点 {len(free)} 个，按 {len(free)} 座计算。",
                f"{asked} new stations are more than the {len(free)} candidates; {len(free)} "
                "were taken.",
            )
        )
        asked = len(free)
    return asked, tuple(said)


def _alternatives(
    question: SitingQuestion, choice: Choice, parameters: ChargingParameters
) -> pd.DataFrame:
    """List other plans that are nearly as good."""
    names = {"objective": "covered_weight", "loss": "lost_weight", "loss_share": "loss_share"}
    names |= {"new_sites": "other_sites_count", "status": "proof", "gap": "gap_share"}
    if choice.answer is None or parameters.alternatives_count < 2:  # noqa: PLR2004 - the best alone
        return pd.DataFrame(columns=list(names.values()), index=pd.Index([], name="plan_id"))
    seconds = parameters.time_limit_s / parameters.alternatives_count
    found = alternatives(
        choice.answer,
        lambda rules: ask(question, rules, gap=parameters.gap_allowed, time_limit_s=seconds),
        parameters.alternatives_count,
        rules=question.rules,
        new_sites=max(1, len(choice.worth) // 4),
        within_share=1.0,
        refuse=False,
    )
    table = found.table.rename(columns=names)[list(names.values())]
    return table.set_axis([str(one) for one in table.index]).rename_axis("plan_id")
