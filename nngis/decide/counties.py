"""Counties: which of some areas each point lies in."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Objects
from nngis.errors import LayerError
from nngis.near import met


def county_of(points: gpd.GeoDataFrame | gpd.GeoSeries, counties: gpd.GeoDataFrame) -> pd.Series:
    """Name the county that each point lies in.

    Parameters
    ----------
    points : GeoDataFrame or GeoSeries
        Points in the work CRS; one without a place lies in none.
    counties : GeoDataFrame
        Polygons with `name_zh`, in the same CRS.

    Returns
    -------
    Series
        Name, or None outside them all; a border belongs to the first county.

    Raises
    ------
    LayerError
        If the two are not in one CRS.

    Examples
    --------
    >>> from shapely import Point, box
    >>> spots = gpd.GeoSeries([Point(1, 1), Point(9, 9), None], index=list("abc"), crs="EPSG:4547")
    >>> home = gpd.GeoDataFrame({"name_zh": ["甲县"]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:4547")
    >>> county_of(spots, home).tolist()
    ['甲县', None, None]
    """
    if points.crs != counties.crs:
        raise LayerError(
            f"点与县（市、区）须在同一坐标系中（现为 {points.crs} 与 {counties.crs}）。",
            f"Points and counties must be in one CRS (they are in {points.crs} and "
            f"{counties.crs}).",
        )
    found = first_zone(np.asarray(points.geometry.array, dtype=object), counties.geometry)
    names = np.array([*counties["name_zh"], None], dtype=object)
    return pd.Series(names[found], index=points.index, name="county", dtype=object)


def first_zone(points: Objects, zones: gpd.GeoSeries) -> npt.NDArray[np.intp]:
    """Find the first zone that holds each point.

    Parameters
    ----------
    points : (n,) array of Point
        Points; None lies nowhere.
    zones : GeoSeries
        Polygons in the same CRS, far fewer than points.

    Returns
    -------
    (n,) int array
        Position of the zone; -1 for none.
    """
    # The few zones ask the tree of the many points, so that each zone is prepared once.
    tree = shapely.STRtree(points)
    zone, row = met(tree, np.asarray(zones.array, dtype=object), "intersects")
    out = np.full(len(points), len(zones), dtype=np.intp)
    np.minimum.at(out, row, zone)
    out[out == len(zones)] = -1
    return out
