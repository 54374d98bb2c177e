"""Heat load beyond every radius: where it gathers, what back-pressure CHP it would feed."""

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from shapely import MultiPolygon, Polygon

from nngis.crs import true_circle, work_to_lonlat
from nngis.kernel.reach import euclidean
from nngis.plans.heat.assign import assign
from nngis.plans.heat.facts import county_of, is_placed, nearest_park
from nngis.plans.heat.parameters import HeatParameters

GONE = ("already_closed", "banned", "not_banned")
KW_PER_MW = 1000.0


def find_clusters(
    boilers: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame | None,
    parameters: HeatParameters,
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Find where heat load gathers outside every supply radius, and site a unit in each place.

    Parameters
    ----------
    boilers : GeoDataFrame
        Decided boilers with `in_radius`, whatever they burn.
    counties : GeoDataFrame
        Counties.
    parks : GeoDataFrame or None
        Parks; the nearest is named.
    parameters : HeatParameters
        Radius, least load, simultaneity, power for a tonne of steam.

    Returns
    -------
    clusters : GeoDataFrame
        Indexed by `cluster_id`, the largest first: `site_id` (the boiler at which the load's way
        is shortest), `boilers_count`, `capacity_t_h`, `load_t_h`, `back_pressure_mw`, `county`,
        `park_name`, `park_distance_m`, circles of the radius about the site.
    member : Series of str
        Cluster of each boiler in one.

    Notes
    -----
    The boiler with most t/h within the radius gathers all of them; then the next of those left,
    as long as the least load is reached.
    """
    apart = boilers[
        boilers["in_radius"].eq(False).fillna(value=False)
        & is_placed(boilers)
        & boilers["capacity_t_h"].notna()
        & ~boilers["decision"].isin(GONE)
    ]
    member = _gathered(apart, parameters)
    sites = _sited(apart, member)
    groups = apart.groupby(member)
    out = pd.DataFrame(
        {
            "site_id": sites,
            "boilers_count": groups.size(),
            "capacity_t_h": groups["capacity_t_h"].sum(),
        },
        index=sites.index,
    )
    out["load_t_h"] = out["capacity_t_h"] * parameters.simultaneity_share
    out["back_pressure_mw"] = out["load_t_h"] * parameters.back_pressure_kwh_t / KW_PER_MW
    where = apart.loc[out["site_id"]].geometry.set_axis(out.index)
    points = gpd.GeoDataFrame(geometry=where, crs=boilers.crs)
    out["county"] = county_of(points, counties)
    out["park_name"], out["park_distance_m"] = pd.Series(dtype=object), np.nan
    if parks is not None and len(parks) and len(points):
        id_, distance = nearest_park(points, parks)
        names = parks["name_zh"] if "name_zh" in parks else parks.index.to_series()
        out["park_name"], out["park_distance_m"] = id_.map(names), distance
    circles = _circles(points, parameters.cluster_radius_m)
    return gpd.GeoDataFrame(out, geometry=circles, crs=boilers.crs), member


def match_waste_heat(
    boilers: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, parameters: HeatParameters
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Match waste heat with boilers that no supply radius holds (A68).

    Parameters
    ----------
    boilers : GeoDataFrame
        Decided boilers.
    sources : GeoDataFrame
        Role ``waste_heat``: `waste_heat_t_h`.
    parameters : HeatParameters
        Distance, simultaneity.

    Returns
    -------
    sources : GeoDataFrame
        With `assigned_t_h` and `boilers_count`.
    source_of : Series of str
        The source of each matched boiler.
    """
    users = boilers[
        boilers["in_radius"].eq(False).fillna(value=False)
        & boilers["closes"].fillna(value=False)
        & boilers["capacity_t_h"].notna()
        & ~boilers["decision"].isin(GONE)
    ]
    links = euclidean(users, sources, parameters.waste_heat_within_m).set_axis(
        ["boiler_id", "outlet_id", "pipe_m"], axis=1
    )
    load = users["capacity_t_h"] * parameters.simultaneity_share
    answer = assign(links, load, users["capacity_t_h"], sources["waste_heat_t_h"])
    source_of = links.loc[answer.chosen].set_index("boiler_id")["outlet_id"]
    given = load.reindex(source_of.index).groupby(source_of)
    out = sources.assign(
        assigned_t_h=given.sum().reindex(sources.index).fillna(0.0),
        boilers_count=given.size().reindex(sources.index).fillna(0).astype(int),
    )
    return out, source_of


def _gathered(apart: gpd.GeoDataFrame, parameters: HeatParameters) -> pd.Series:
    """Give each boiler its cluster: the densest place first, each boiler once."""
    member = pd.Series(None, index=apart.index, dtype=object)
    if apart.empty:
        return member.dropna()
    xy = apart.get_coordinates().to_numpy()
    load = apart["capacity_t_h"].to_numpy(float) * parameters.simultaneity_share
    near = (
        KDTree(xy)
        .sparse_distance_matrix(KDTree(xy), parameters.cluster_radius_m, output_type="coo_matrix")
        .tocsr()
    )
    near.data[:] = 1.0
    near.setdiag(1.0)
    left = load.copy()
    number = 0
    while True:
        density = near @ left
        # Only a place that still has a boiler of its own can be a centre.
        density[left <= 0] = 0.0
        centre = int(density.argmax())
        if density[centre] < parameters.cluster_min_t_h:
            return member.dropna()
        number += 1
        around = near[[centre]].indices
        mine = around[left[around] > 0]
        member.iloc[mine] = f"C{number:02d}"
        left[mine] = 0.0


def _sited(apart: gpd.GeoDataFrame, member: pd.Series) -> pd.Series:
    """Find in each cluster the boiler to which all its load has the shortest way."""
    sites = {}
    for cluster, ids in member.groupby(member).groups.items():
        part = apart.loc[ids]
        xy = part.get_coordinates().to_numpy()
        metres = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
        sites[cluster] = part.index[int((part["capacity_t_h"].to_numpy(float) @ metres).argmin())]
    return pd.Series(sites, dtype=object).rename_axis("cluster_id")


def _circles(points: gpd.GeoDataFrame, radius_m: float) -> list[MultiPolygon]:
    if points.empty:
        return []
    xy = points.get_coordinates()
    lon, lat = work_to_lonlat(xy["x"].to_numpy(), xy["y"].to_numpy(), points.crs)
    rings = true_circle(lon, lat, radius_m, points.crs)
    return [MultiPolygon([Polygon(ring)]) for ring in rings]
