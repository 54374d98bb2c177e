"""Three radii side by side: straight line, road, and as far as steam stays steam."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.network.geodesic_links import geodesic_links
from nngis.network.graph import Graph
from nngis.network.road_links import network
from nngis.network.service_area import service_areas
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.routes import Routes
from nngis.plans.heat.sources import supply_areas
from nngis.plans.heat.steam.feasible import SteamNeeds, steam_radius_m, steam_reach
from nngis.plans.heat.steam.flow import Steam
from nngis.plans.heat.steam.parameters import pipe_conditions, steam_needs
from nngis.plans.heat.steam.sizes import pipe_sizes

# How far steam of so much pressure [MPa], warmth [°C] and flow [t/h] reaches [m].
Reaches = dict[tuple[float, float, float], float]
ROUND_ABOUT = 3.0  # a way by road longer than this many radii is of no use to a pipe
LOOK_BEYOND = 1.5  # how far beyond the radius steam is followed, in radii
ON_NODE_M = 1.0  # boilers and plants stand on nodes of their own
AREA_WIDTH_M = 1_000.0  # users this far beside a main still count as served by it
AREA_CELL_M = 250.0
KINDS = ("straight", "road", "steam")
STEAM_COLUMNS = (
    "steam_feasible",
    "steam_limit",
    "steam_dn_mm",
    "user_p_mpa",
    "user_t_c",
    "user_superheat_k",
    "condensate_t_h",
)


def compare_radii(
    boilers: gpd.GeoDataFrame,
    plants: gpd.GeoDataFrame,
    routes: Routes | None,
    parameters: HeatParameters,
) -> pd.DataFrame:
    """Put the three distances of every boiler and plant side by side."""
    pairs = geodesic_links(boilers, plants, parameters.supply_radius_m).rename(
        columns={"demand_id": "boiler_id", "facility_id": "plant_id"}
    )
    pairs["road_m"] = np.nan
    if routes is not None and len(pairs):
        pairs["road_m"] = _along(routes.by_road, pairs, boilers, plants, parameters)
    within = (pairs["road_m"] <= parameters.supply_radius_m).astype("boolean")
    pairs["in_road_radius"] = within.mask(np.full(len(pairs), routes is None))
    straight = pairs["distance_m"] * parameters.detour_ratio
    pairs["pipe_m"] = straight
    if routes is not None and len(pairs):
        # Where nothing joins the two, the straight line and its detour stand in.
        joined = _along(routes.graph, pairs, boilers, plants, parameters)
        pairs["pipe_m"] = np.where(np.isnan(joined), straight, joined)
    pairs["load_t_h"] = boilers["load_t_h"].reindex(pairs["boiler_id"]).to_numpy(float)
    users = pd.DataFrame(
        {
            "source_p_mpa": plants["steam_p_mpa"].reindex(pairs["plant_id"]).to_numpy(float),
            "source_t_c": plants["steam_t_c"].reindex(pairs["plant_id"]).to_numpy(float),
            "flow_t_h": pairs["load_t_h"],
            "length_m": pairs["pipe_m"],
        }
    )
    least = boilers["user_p_min_mpa"].reindex(pairs["boiler_id"]).to_numpy(float)
    reach = steam_reach(
        users, pipe_sizes(), needs_of(least, parameters), pipe_conditions(parameters)
    )
    return pairs.join(reach[list(STEAM_COLUMNS)])


def needs_of(p_min_mpa: np.ndarray, parameters: HeatParameters) -> SteamNeeds:
    """Give users' needs where each has a least pressure of its own."""
    needs = steam_needs(parameters)
    return replace(needs, p_min_mpa=p_min_mpa)


def reach_of_mains(
    plants: gpd.GeoDataFrame, parameters: HeatParameters, found: Reaches
) -> pd.Series:
    """Find how far steam reaches from each plant through one shared main; `found` remembers."""
    metres = pd.Series(np.nan, index=plants.index)
    known = plants[plants["main_t_h"] > 0]
    mains = list(known[["steam_p_mpa", "steam_t_c", "main_t_h"]].itertuples(index=False, name=None))
    new = [main for main in dict.fromkeys(mains) if main not in found]
    if new:
        reach = steam_radius_m(
            Steam(*np.array(new, dtype=float).T),
            pipe_sizes(),
            steam_needs(parameters),
            pipe_conditions(parameters),
            most_m=LOOK_BEYOND * parameters.supply_radius_m,
        )
        found.update(zip(new, reach.tolist(), strict=True))
    metres[known.index] = [found[main] for main in mains]
    return metres


def draw_areas(
    units: gpd.GeoDataFrame,
    plants: gpd.GeoDataFrame,
    routes: Routes | None,
    parameters: HeatParameters,
) -> gpd.GeoDataFrame:
    """Draw the supply area of each plant by the three radii."""
    straight = supply_areas(units, parameters.supply_radius_m)
    areas = [straight.reset_index().assign(kind="straight")]
    known = plants[plants["steam_radius_m"] > 0]
    if routes is not None:
        on_road = plants[plants.index.isin(routes.node.index)]
        limits = pd.Series(parameters.supply_radius_m, index=on_road.index)
        areas.append(_by_roads(on_road, limits, routes, "road"))
        near = on_road[on_road.index.isin(known.index)]
        areas.append(_by_roads(near, near["steam_radius_m"], routes, "steam"))
    else:
        metres = (known["steam_radius_m"] / parameters.detour_ratio).round(3)
        for plant, radius in metres.items():
            one = supply_areas(units[units["plant_id"].eq(plant)], float(radius))
            areas.append(one.reset_index().assign(kind="steam"))
    out = pd.concat([area for area in areas if len(area)] or areas[:1], ignore_index=True)
    ids = [f"{plant}_{kind}" for plant, kind in zip(out["plant_id"], out["kind"], strict=True)]
    out.index = pd.Index(ids, name="area_id", dtype=object)
    columns = ["kind", "plant_id", "plant_name", "radius_m", "geometry"]
    return gpd.GeoDataFrame(out[columns], geometry="geometry", crs=units.crs)


def _by_roads(
    plants: gpd.GeoDataFrame, limit_m: pd.Series, routes: Routes, kind: str
) -> gpd.GeoDataFrame:
    """Draw what lies along the roads within each plant's own limit."""
    found = []
    for limit, alike in plants.groupby(limit_m):
        areas, _ = service_areas(
            routes.by_road,
            alike,
            breaks_m=[float(limit)],
            max_snap_m=ON_NODE_M,
            width_m=AREA_WIDTH_M,
            cell_m=AREA_CELL_M,
            direction="from_facility",
        )
        found.append(
            areas.rename(columns={"facility_id": "plant_id", "break_m": "radius_m"}).assign(
                plant_name=areas["facility_id"].map(plants["plant_name"]), kind=kind
            )
        )
    if not found:
        return gpd.GeoDataFrame(columns=["plant_id"], geometry=[], crs=plants.crs)
    drawn = pd.concat(found).set_index("plant_id")
    return drawn.loc[plants.index[plants.index.isin(drawn.index)]].reset_index(names="plant_id")


def _along(
    graph: Graph,
    pairs: pd.DataFrame,
    boilers: gpd.GeoDataFrame,
    plants: gpd.GeoDataFrame,
    parameters: HeatParameters,
) -> np.ndarray:
    """Measure each pair's way on a graph; missing where none joins the two."""
    used = boilers[boilers.index.isin(pairs["boiler_id"])]
    links = network(
        graph,
        used,
        plants,
        max_snap_m=ON_NODE_M,
        limit_m=ROUND_ABOUT * parameters.supply_radius_m,
        direction="from_facility",
    ).links
    key = ["boiler_id", "plant_id"]
    found = links.set_axis([*key, "metres"], axis=1).set_index(key)["metres"]
    return np.asarray(found.reindex(pd.MultiIndex.from_frame(pairs[key])).to_numpy(float))
