"""How far each point is from the nearest station: straight, by road, and in driving time."""

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from nngis.crs import INCLUSION_TOLERANCE_M, ground_distance_m
from nngis.network.geodesic_links import geodesic_links
from nngis.network.graph import Graph
from nngis.network.graph.places import Placed
from nngis.network.placed_links import links_of_placed, put_on_roads
from nngis.network.road_links import nearest_facility
from nngis.plans.charging.coverage_parameters import CoverageParameters
from nngis.solvers.links import positions
from nngis.solvers.site import SiteLinks, site_links

SECONDS = 60.0


def nearest_stations(
    points: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    graph: Graph | None,
    parameters: CoverageParameters,
) -> pd.DataFrame:
    """Find each point's nearest station both ways."""
    out = pd.DataFrame(index=points.index)
    out["straight_m"], out["straight_station_id"] = straight(points, stations)
    out["road_m"], out["time_s"] = np.nan, np.nan
    out["station_id"] = pd.Series(None, points.index, dtype=object)
    out["off_road"] = graph is None
    if graph is None:
        out["road_m"], out["station_id"] = out["straight_m"], out["straight_station_id"]
        return out
    farthest = max(*parameters.radii_m, parameters.service_radius_m, parameters.outer_radius_m)
    snap_m = parameters.max_snap_m
    found = nearest_facility(graph, points, stations, limit_m=farthest, max_snap_m=snap_m)
    reached = found.links.set_index("demand_id")
    out["road_m"] = reached["distance_m"].reindex(out.index)
    out["station_id"] = reached["facility_id"].reindex(out.index).astype(object)
    off_points, off_stations = off_road(found.left_out)
    out["off_road"] = out.index.isin(off_points)
    if parameters.minutes and len(stations):
        seconds = max(parameters.minutes) * SECONDS
        timed = nearest_facility(graph, points, stations, limit_s=seconds, max_snap_m=snap_m)
        out["time_s"] = timed.links.set_index("demand_id")["time_s"].reindex(out.index)
    for mine, theirs in (
        (points.loc[points.index.isin(off_points)], stations),
        (points, stations.loc[stations.index.isin(off_stations)]),
    ):
        away, station = straight(mine, theirs)
        nearer = away[
            away * parameters.detour_ratio < out["road_m"].reindex(away.index).fillna(np.inf)
        ]
        out.loc[nearer.index, "road_m"] = nearer * parameters.detour_ratio
        out.loc[nearer.index, "station_id"] = station[nearer.index]
    return out


def off_road(left_out: pd.DataFrame) -> tuple[pd.Index, pd.Index]:
    """Name the demands and the stations that are too far from any road."""
    far = left_out[left_out["why"].ne("cut_off")]
    return (
        pd.Index(far.loc[far["role"].eq("demand"), "id"]),
        pd.Index(far.loc[far["role"].eq("facility"), "id"]),
    )


def on_roads(graph: Graph, points: gpd.GeoDataFrame, parameters: CoverageParameters) -> Placed:
    """Put the demand on the roads."""
    return put_on_roads(graph, points, "demand", max_snap_m=parameters.max_snap_m)


def cover_links(
    graph: Graph | None,
    points: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    parameters: CoverageParameters,
    riders: Placed | None = None,
) -> SiteLinks:
    """Link each demand to the sites within its own radius.

    The demand as `on_roads` puts it may be given; else it is put there.
    """
    farthest = float(points["own_radius_m"].max())
    if graph is None:
        links = geodesic_links(points, sites, farthest)
    else:
        riders = riders or on_roads(graph, points, parameters)
        links = _by_road(graph, riders, points, sites, farthest, parameters)
    own = points["own_radius_m"].to_numpy(float)[positions(links, points.index, sites.index)[0]]
    near = links["distance_m"].to_numpy() <= own + INCLUSION_TOLERANCE_M
    return site_links(links[near], points.index, sites.index)


def _by_road(
    graph: Graph,
    riders: Placed,
    points: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    farthest: float,
    parameters: CoverageParameters,
) -> pd.DataFrame:
    """Link by road; what stands too far from any road, by the straight way and a detour."""
    stands = put_on_roads(graph, sites, "facility", max_snap_m=parameters.max_snap_m)
    found = [links_of_placed(graph, riders, stands, limit_m=farthest)]
    far, near = (~np.isin(np.arange(len(one.ids)), one.position) for one in (riders, stands))
    for mine, theirs in ((far, np.ones(len(sites), bool)), (~far, near)):
        if mine.any() and theirs.any():
            straight_m = farthest / parameters.detour_ratio
            guessed = geodesic_links(points[mine], sites[theirs], straight_m)
            guessed["distance_m"] *= parameters.detour_ratio
            found.append(guessed)
    return pd.concat(found, ignore_index=True)


def straight(points: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """Find each point's nearest station as the crow flies, true on the ground.

    Examples
    --------
    >>> at = lambda x: gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, [2.5e6] * len(x)),
    ...     index=[f"{one:g}" for one in x], crs="EPSG:4547")
    >>> straight(at([5e5, 5.01e5]), at([5.002e5, 5.05e5]))[0].round(3).tolist()
    [200.0, 800.0]
    """
    if stations.empty or points.empty:
        return (
            pd.Series(np.nan, points.index),
            pd.Series(None, points.index, dtype=object),
        )
    a, b = (frame.geometry.get_coordinates().to_numpy() for frame in (points, stations))
    _, at = KDTree(b).query(a)
    away = ground_distance_m(a[:, 0], a[:, 1], b[at, 0], b[at, 1], points.crs)
    ids = pd.Series(stations.index.to_numpy(dtype=object)[at], points.index)
    return pd.Series(away, points.index), ids
