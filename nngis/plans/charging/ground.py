"""The ground of a charging study: all that is found before anything is chosen.

Vehicles, demand, stations, places, candidates, who reaches what, and the question that siting is
asked. Each costly part is a step (`nngis.steps`), so that a change asks anew only what hangs on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.decide.counties import county_of
from nngis.errors import LayerError
from nngis.network.geodesic_links import inside
from nngis.network.graph import Graph, graph_from_roads
from nngis.plans.charging.candidates import exclude, exclude_idle, make_candidates, refuse
from nngis.plans.charging.coverage import rings
from nngis.plans.charging.demand import Demand, make_demand
from nngis.plans.charging.fleet import fleet, stock_in
from nngis.plans.charging.nearest import cover_links, nearest_stations
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.place_classes import classify_places
from nngis.plans.charging.places import judge_places
from nngis.plans.charging.siting import SitingQuestion, make_question
from nngis.plans.charging.stations import clean_stations
from nngis.solvers.site import SiteLinks
from nngis.steps import Step, at_once
from nngis.text import Text, counted

TOLERANCE_M = 1.0  # loose ends of roads nearer than this are one junction
Frames = Mapping[str, gpd.GeoDataFrame]
NO_FLEET = Text(
    "没有新能源汽车保有量：不知道应建几座，只列必建的；需求点按人口（或台账车辆）计权，规模未知。"
    "请在 case.toml 写明 nev_stock_count，或用 --set nev_stock_count=、--set new_stations= 给出。",
    "No fleet is stated: how many stations are due is not known, and only mandatory ones are built;"
    " demand weighs by people (or the ledger's vehicles), and sizes are unknown. State "
    "nev_stock_count in case.toml, or give --set nev_stock_count= or --set new_stations=.",
)


@dataclass(frozen=True, eq=False)
class Ground:
    """All that is found before anything is chosen.

    Parameters
    ----------
    vehicles : DataFrame
        Stock by year.
    nev_count : float
        Vehicles of the year planned for.
    points : GeoDataFrame
        Demand, with `ring` and `own_radius_m`.
    stations : GeoDataFrame
        Stations that exist; no rows where none are known.
    stations_known : bool
        Whether there is a layer of them.
    places : GeoDataFrame
        Places judged.
    sites : GeoDataFrame
        Existing stations and candidates.
    before : DataFrame
        Nearest station of each demand, of those that exist.
    problems : DataFrame
        What was wrong with the list of stations, and what was done.
    question : SitingQuestion
        What siting is asked.
    said : tuple of Text
        What was done to the demand and to the number of stations.
    """

    vehicles: pd.DataFrame
    nev_count: float
    points: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    stations_known: bool
    places: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    before: pd.DataFrame
    problems: pd.DataFrame
    question: SitingQuestion
    said: tuple[Text, ...]


def prepare(
    graph: Graph | None,
    frames: Frames,
    parameters: ChargingParameters,
    step: Step = at_once,
    link: Callable[..., SiteLinks] = cover_links,
) -> Ground:
    """Find all that a choice hangs on."""
    if frames["counties"].empty:
        raise LayerError(
            "没有县（市、区）边界，分不到各县；请用 --layer counties=文件 给出。",
            "There are no counties to share stations out among; name them with --layer "
            "counties=FILE.",
            where="counties",
        )
    vehicles = step(fleet, parameters)
    nev_count = stock_in(vehicles, parameters.plan_year)
    classes = step(_classes, frames)
    demand = step(_demand, frames, classes, nev_count, parameters)
    points = demand.points
    stations, known, problems = step(_existing, frames, parameters)
    places = step(judge_places, frames, classes, stations if known else None, parameters)
    candidates = make_candidates(frames, classes, places, points, parameters, step)
    allowed = step(refuse, step(exclude, candidates, frames, stations, parameters), parameters)
    sites = step(_sites, stations, allowed)
    reach = step(link, graph, points, sites, parameters)
    sites = step(_worth_while, sites, reach, points, nev_count, parameters)
    existing = int(stations["county"].notna().sum())
    count, more = _count(existing, sites, nev_count, parameters)
    substations = frames.get("substations")
    return Ground(
        vehicles,
        nev_count,
        points,
        stations,
        known,
        places,
        sites,
        step(nearest_stations, points, stations, graph, parameters),
        problems,
        step(make_question, reach, points, sites, substations, parameters, count=count),
        (*demand.said, *more),
    )


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


def _worth_while(
    sites: gpd.GeoDataFrame,
    reach: SiteLinks,
    points: pd.DataFrame,
    nev_count: float,
    parameters: ChargingParameters,
) -> gpd.GeoDataFrame:
    """Leave out idle candidates, where the vehicles are known."""
    if np.isnan(nev_count):
        return sites
    return exclude_idle(sites, reach, points["weight"], parameters)


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
                f"{counted(asked, 'new station', 'are')} fewer than the "
                f"{counted(must, 'mandatory place')}; {must} were taken. Change mandatory_classes "
                "if not all must be built.",
            )
        )
        asked = must
    if asked > len(free):
        said.append(
            Text(
                f"新建站数 {asked} 多于可用候选点 {len(free)} 个，按 {len(free)} 座计算。",
                f"{counted(asked, 'new station', 'are')} more than the "
                f"{counted(len(free), 'candidate')}; {len(free)} were taken.",
            )
        )
        asked = len(free)
    return asked, tuple(said)
