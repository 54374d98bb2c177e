"""Where a roof lies: township, climate cell; by location, so that parts add up."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from nngis.crs import work_to_lonlat
from nngis.decide.counties import first_zone
from nngis.errors import LayerError
from nngis.text import counted

ELSEWHERE = "—"
SIDES = ("west", "south", "east", "north")


def township_of(spots: gpd.GeoSeries, townships: gpd.GeoDataFrame | None) -> pd.Series:
    """Name the township that each spot lies in, or whose extent holds it."""
    nothing = pd.Series(None, index=spots.index, dtype=object, name="township")
    if townships is None or townships.empty or "name_zh" not in townships:
        return nothing
    if set(SIDES) <= set(townships.columns):
        known = townships.dropna(subset=list(SIDES))
        boxes = shapely.box(*(known[side].to_numpy(float) for side in SIDES))
        order = np.argsort(shapely.area(boxes), kind="stable")
        xy = spots.get_coordinates().to_numpy()
        lon, lat = work_to_lonlat(xy[:, 0], xy[:, 1], spots.crs)
        found = first_zone(shapely.points(lon, lat), gpd.GeoSeries(boxes[order]))
        names = known["name_zh"].to_numpy(object)[order]
    else:
        found = first_zone(np.asarray(spots.array, dtype=object), townships.geometry)
        names = townships["name_zh"].to_numpy(object)
    known_as = np.array([*names, None], dtype=object)[found]
    return pd.Series(known_as, index=spots.index, name="township")


def with_position(climate: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give cells that state no longitude and latitude those of their points."""
    if {"lon", "lat"} <= set(climate.columns) and climate[["lon", "lat"]].notna().all(axis=None):
        return climate
    xy = climate.geometry.get_coordinates().reindex(climate.index).to_numpy()
    lon, lat = work_to_lonlat(xy[:, 0], xy[:, 1], climate.crs)
    return climate.assign(lon=lon, lat=lat)


def cell_of(spots: gpd.GeoSeries, climate: gpd.GeoDataFrame, farthest_m: float) -> pd.Series:
    """Name the climate cell nearest to each spot."""
    cells = climate[climate.geometry.notna()].sort_index()
    if cells.empty:
        raise LayerError("气候图层没有格网。", "The climate has no cells.", where="solar_climate")
    xy = spots.get_coordinates().to_numpy()
    off, at = KDTree(cells.get_coordinates().to_numpy()).query(xy)
    beyond = spots.index[off > farthest_m]
    if len(beyond):
        raise LayerError(
            f"气候图层没有覆盖 {len(beyond)} 个屋顶，例如 {beyond[0]}；请换用覆盖全域的气候数据，"
            "核对屋顶坐标，或加大 climate_reach_m。",
            f"The climate does not cover {counted(len(beyond), 'roof')}, for example {beyond[0]}; "
            "use one that covers the whole area, check the coordinates of the roofs, or raise "
            "climate_reach_m.",
            where="solar_climate",
        )
    return pd.Series(cells.index.to_numpy()[at], index=spots.index, name="cell_id")
