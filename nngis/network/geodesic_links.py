"""Reach as the crow flies and by membership: two metrics that make a links table."""

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from scipy.spatial import KDTree

from nngis.crs import INCLUSION_TOLERANCE_M, ground_distance_m, plane_limit_m
from nngis.crs.place import has_place
from nngis.errors import LayerError
from nngis.solvers.links import make_links


def geodesic_links(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, limit_m: float
) -> pd.DataFrame:
    """Link every demand to each facility within a straight-line distance, true on the ground.

    Parameters
    ----------
    demand, facilities : GeoDataFrame
        Points in the work CRS, indexed by id; a row without a point has no links.
    limit_m : float
        Limit [m], included: a pair at exactly the limit is linked.

    Returns
    -------
    DataFrame
        A links table; `distance_m` is the geodesic distance [m].

    Raises
    ------
    LayerError
        If the two are not in one projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> a = gpd.GeoDataFrame(index=["a"], geometry=[Point(5e5, 2.5e6)], crs="EPSG:4547")
    >>> b = gpd.GeoDataFrame(
    ...     index=["x", "y"], geometry=[Point(5e5, 2.515e6), Point(5e5, 2.516e6)], crs="EPSG:4547")
    >>> geodesic_links(a, b, 15_000.0)
      demand_id facility_id  distance_m
    0         a           x     15000.0
    """
    crs = _one_crs(demand, facilities)
    d_at, d_xy = _points(demand)
    f_at, f_xy = _points(facilities)
    if not len(d_at) or not len(f_at):
        none = np.array([], dtype=np.intp)
        return make_links(demand.index, facilities.index, none, none, np.array([]))
    plane_m = plane_limit_m(limit_m, np.concatenate([d_xy[:, 0], f_xy[:, 0]]), crs)
    pairs = KDTree(d_xy).sparse_distance_matrix(KDTree(f_xy), plane_m, output_type="ndarray")
    i, j = pairs["i"], pairs["j"]
    distance = ground_distance_m(d_xy[i, 0], d_xy[i, 1], f_xy[j, 0], f_xy[j, 1], crs)
    kept = distance <= limit_m + INCLUSION_TOLERANCE_M
    return make_links(demand.index, facilities.index, d_at[i[kept]], f_at[j[kept]], distance[kept])


def inside(demand: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Link every demand to each zone it lies in; a border belongs to the zone.

    Parameters
    ----------
    demand : GeoDataFrame
        Points (or other shapes, which need only touch) in the work CRS, indexed by id.
    zones : GeoDataFrame
        Polygons in the same CRS, indexed by id.

    Returns
    -------
    DataFrame
        A links table with distance 0, zones of one demand in the order of `zones`.

    Raises
    ------
    LayerError
        If the two are not in one projected CRS.

    Examples
    --------
    >>> from shapely import Point, box
    >>> a = gpd.GeoDataFrame(index=["a", "b"], geometry=[Point(1, 1), Point(9, 9)], crs="EPSG:4547")
    >>> z = gpd.GeoDataFrame(index=["z"], geometry=[box(0, 0, 1, 1)], crs="EPSG:4547")
    >>> inside(a, z)
      demand_id facility_id  distance_m
    0         a           z         0.0
    """
    _one_crs(demand, zones)
    # The few zones ask the tree of the many points, so that each zone is prepared once.
    z_at, d_at = demand.sindex.query(zones.geometry, predicate="intersects")
    return make_links(demand.index, zones.index, d_at, z_at, np.zeros(len(d_at)))


def _points(frame: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    shape = frame.geometry
    at = np.flatnonzero(has_place(shape))
    xy = shape.iloc[at].get_coordinates().to_numpy()
    placed = np.isfinite(xy).all(axis=1)  # points_from_xy makes POINT (nan nan) of empty cells
    return at[placed], xy[placed]


def _one_crs(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> CRS:
    crs = demand.crs
    if crs is None or crs != facilities.crs or not crs.is_projected:
        raise LayerError(
            f"两个图层须在同一投影坐标系中（现为 {demand.crs} 与 {facilities.crs}）；"
            "请先转到工作坐标系。",
            f"Both layers must be in one projected CRS (they are in {demand.crs} and "
            f"{facilities.crs}); bring them to the work CRS first.",
        )
    return CRS(crs)
