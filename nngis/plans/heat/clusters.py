"""Heat load beyond every radius: where it gathers, what back-pressure CHP it would feed."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from shapely import MultiPolygon, Polygon

from nngis.arrays import Bools, Floats
from nngis.crs import true_circle, work_to_lonlat
from nngis.crs.place import has_place
from nngis.decide.counties import county_of
from nngis.network.geodesic_links import geodesic_links
from nngis.plans.heat.assign import assign
from nngis.plans.heat.facts import nearest_park, reach_of
from nngis.plans.heat.parameters import HeatParameters
from nngis.solvers.links import nearest
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.site_links import site_links
from nngis.units import KW_PER_MW

GONE = ("already_closed", "banned", "not_banned")
SECONDS = 10.0  # to prove the sites best
MOST_EXCHANGES = 2_000_000  # boilers times sites; beyond, the densest places are the sites


def find_clusters(
    boilers: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame | None,
    parameters: HeatParameters,
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Find where heat load gathers outside every supply radius, and site a unit in each place."""
    # How many units there can be is counted first: the boiler with most t/h within the radius takes
    # all of them, then the next of those left, as long as the least load is reached. Then that many
    # sites are chosen so that load times distance is least (p-median, proved to 1e-4; in regions
    # too large for that the densest places themselves), each boiler goes to the nearest site within
    # the radius, and a site with less than the least load is dropped.
    apart = boilers[
        boilers["in_radius"].eq(False).fillna(value=False)
        & has_place(boilers)
        & boilers["capacity_t_h"].notna()
        & ~boilers["decision"].isin(GONE)
    ]
    load = apart["capacity_t_h"] * parameters.simultaneity_share
    site_of = _sited(apart, load, parameters)
    groups = load.groupby(site_of)
    sites = groups.sum().sort_values(ascending=False, kind="stable")
    names = pd.Series([f"C{n + 1:02d}" for n in range(len(sites))], index=sites.index, dtype=object)
    member = site_of.map(names).astype(object)
    out = pd.DataFrame(
        {
            "site_id": sites.index.to_numpy(object),
            "boilers_count": groups.size().reindex(sites.index).to_numpy(int),
            "capacity_t_h": sites.to_numpy(float) / parameters.simultaneity_share,
            "load_t_h": sites.to_numpy(float),
        },
        index=pd.Index(names.to_numpy(object), name="cluster_id", dtype=object),
    )
    out["back_pressure_mw"] = out["load_t_h"] * parameters.back_pressure_kwh_t / KW_PER_MW
    where = apart.geometry.reindex(out["site_id"]).set_axis(out.index)
    points = gpd.GeoDataFrame(geometry=where, crs=boilers.crs)
    out["county"] = county_of(points, counties)
    out["park_name"], out["park_distance_m"] = pd.Series(dtype=object), np.nan
    if parks is not None and len(parks) and len(points):
        id_, distance = nearest_park(points, parks)
        titles = parks["name_zh"] if "name_zh" in parks else parks.index.to_series()
        out["park_name"], out["park_distance_m"] = id_.map(titles), distance
    circles = _circles(points, parameters.cluster_radius_m)
    return gpd.GeoDataFrame(out, geometry=circles, crs=boilers.crs), member


def with_users(
    boilers: gpd.GeoDataFrame,
    users: gpd.GeoDataFrame | None,
    units: gpd.GeoDataFrame,
    parameters: HeatParameters,
) -> gpd.GeoDataFrame:
    """Put users of heat beside the boilers: their load gathers and takes waste heat alike."""
    if users is None or users.empty:
        return boilers
    size = pd.to_numeric(users["steam_t_h"]).astype(float) / parameters.simultaneity_share
    taken = users.index.isin(boilers.index)
    index = [f"U-{id_}" if twice else id_ for id_, twice in zip(users.index, taken, strict=True)]
    some = gpd.GeoDataFrame(
        {
            "name_zh": users.get("name_zh"),
            "capacity_t_h": size,
            "in_radius": reach_of(users, units, parameters)["in_radius"],
            "closes": pd.Series(data=True, index=users.index, dtype="boolean"),
            "decision": "keep",
        },
        geometry=users.geometry,
        crs=users.crs,
    ).set_axis(pd.Index(index, dtype=object))
    shared = ["name_zh", "capacity_t_h", "in_radius", "closes", "decision", "geometry"]
    return gpd.GeoDataFrame(pd.concat([boilers[shared], some[shared]]), crs=boilers.crs)


def match_waste_heat(
    boilers: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, parameters: HeatParameters
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Match waste heat with boilers that no supply radius holds (A68)."""
    users = boilers[
        boilers["in_radius"].eq(False).fillna(value=False)
        & boilers["closes"].fillna(value=False)
        & boilers["capacity_t_h"].notna()
        & ~boilers["decision"].isin(GONE)
    ]
    links = geodesic_links(users, sources, parameters.waste_heat_within_m).set_axis(
        ["boiler_id", "outlet_id", "pipe_m"], axis=1
    )
    load = users["capacity_t_h"] * parameters.simultaneity_share
    source_of = assign(links, load, sources["waste_heat_t_h"]).chosen
    given = load.reindex(source_of.index).groupby(source_of)
    out = sources.assign(
        assigned_t_h=given.sum().reindex(sources.index).fillna(0.0),
        boilers_count=given.size().reindex(sources.index).fillna(0).astype(int),
    )
    return out, source_of


def _sited(apart: gpd.GeoDataFrame, load: pd.Series, parameters: HeatParameters) -> pd.Series:
    """Give each boiler that is in a cluster the site that serves it."""
    radius = parameters.cluster_radius_m
    links = geodesic_links(apart, apart, radius)
    at = apart.index.get_indexer(links["demand_id"]), apart.index.get_indexer(links["facility_id"])
    near = csr_array((np.ones(len(links)), at), shape=(len(apart), len(apart)))
    least = parameters.cluster_min_t_h
    centres, inside = _gathered(near, load.to_numpy(float), least)
    if not centres.size:
        return pd.Series(dtype=object)
    ids = apart.index[inside]
    mine = links[links["demand_id"].isin(ids) & links["facility_id"].isin(ids)]
    sites = apart.index[centres]
    if centres.size * len(ids) <= MOST_EXCHANGES:
        answer = solve_p_median(
            site_links(mine, ids, ids),
            load[ids],
            centres.size,
            beyond_m=2 * radius,
            time_limit_s=SECONDS,
        )
        sites = pd.Index(answer.selected)
    served = nearest(mine[mine["facility_id"].isin(sites)])["facility_id"]
    enough = load.reindex(served.index).groupby(served).sum() >= least
    return served[served.isin(enough.index[enough])]


def _gathered(near: csr_array, load: Floats, least: float) -> tuple[npt.NDArray[np.intp], Bools]:
    """Find the centres of clusters, the densest place first, and say who is in one."""
    left = load.copy()
    # Only a place that still has a boiler of its own can be a centre.
    density = np.where(left > 0, near @ left, 0.0)
    centres = []
    while left.size:
        centre = int(density.argmax())
        if density[centre] < least:
            break
        centres.append(centre)
        taken = near[[centre]].indices
        left[taken] = 0.0
        changed = np.unique(near[taken].indices)
        density[changed] = np.where(left[changed] > 0, near[changed] @ left, 0.0)
    return np.array(centres, dtype=np.intp), (left <= 0) & (load > 0)


def _circles(points: gpd.GeoDataFrame, radius_m: float) -> list[MultiPolygon]:
    if points.empty:
        return []
    xy = points.get_coordinates()
    lon, lat = work_to_lonlat(xy["x"].to_numpy(), xy["y"].to_numpy(), points.crs)
    rings = true_circle(lon, lat, radius_m, points.crs)
    return [MultiPolygon([Polygon(ring)]) for ring in rings]
