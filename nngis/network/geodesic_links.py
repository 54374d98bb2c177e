"""Reach as the crow flies and by membership: two metrics that make a links table."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from scipy.spatial import KDTree

from nngis.arrays import Floats, Positions
from nngis.budgets import PAIRS, budget, over_budget
from nngis.crs import INCLUSION_TOLERANCE_M, ground_distance_m, plane_limit_m
from nngis.crs.place import has_place
from nngis.errors import LayerError
from nngis.near import check_pairs, met
from nngis.solvers.links import make_links

_LOOKED_AT, _AT_ONCE = 3, 200_000  # facilities of a point at first, pairs at a time


def geodesic_links(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, limit_m: float, *, most: int = PAIRS
) -> pd.DataFrame:
    """Link every demand to each facility within a straight-line distance, true on the ground.

    Parameters
    ----------
    demand, facilities : GeoDataFrame
        Points in the work CRS, indexed by id; a row without a point has no links.
    limit_m : float
        Limit [m], included: a pair at exactly the limit is linked.
    most : int
        How many pairs there may be, unless the environment says another budget.

    Returns
    -------
    DataFrame
        A links table; `distance_m` is the geodesic distance [m].

    Raises
    ------
    LayerError
        If the two are not in one projected CRS, or there are more pairs than the budget.

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
    d_tree, f_tree = KDTree(d_xy), KDTree(f_xy)
    check_pairs(d_tree, f_tree, plane_m, most)
    pairs = d_tree.sparse_distance_matrix(f_tree, plane_m, output_type="ndarray")
    i, j = pairs["i"], pairs["j"]
    distance = ground_distance_m(d_xy[i, 0], d_xy[i, 1], f_xy[j, 0], f_xy[j, 1], crs)
    kept = distance <= limit_m + INCLUSION_TOLERANCE_M
    return make_links(demand.index, facilities.index, d_at[i[kept]], f_at[j[kept]], distance[kept])


def nearest_straight(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, limit_m: float
) -> pd.DataFrame:
    """Find the nearest facility of each demand: `nearest` of `geodesic_links` without the links.

    Parameters
    ----------
    demand, facilities : GeoDataFrame
        Points in the work CRS, indexed by id; a row without a point has no links.
    limit_m : float
        Limit [m], included.

    Returns
    -------
    DataFrame
        `facility_id` and `distance_m` [m], indexed by `demand_id`, of those that have one; ties
        go to the facility that comes first.

    Raises
    ------
    LayerError
        If the two are not in one projected CRS, or too many facilities are as near as each other.

    Examples
    --------
    >>> from shapely import Point
    >>> a = gpd.GeoDataFrame(index=["a"], geometry=[Point(5e5, 2.5e6)], crs="EPSG:4547")
    >>> b = gpd.GeoDataFrame(
    ...     index=["x", "y"], geometry=[Point(5e5, 2.503e6), Point(5e5, 2.502e6)], crs="EPSG:4547")
    >>> nearest_straight(a, b, 15_000.0)["facility_id"].tolist()
    ['y']
    """
    crs = _one_crs(demand, facilities)
    d_at, d_xy = _points(demand)
    f_at, f_xy = _points(facilities)
    best, apart = np.full(len(d_at), -1, np.intp), np.full(len(d_at), np.inf)
    if len(d_at) and len(f_at):
        # Of facilities at one place the first counts.
        once = np.sort(np.unique(f_xy, axis=0, return_index=True)[1])
        f_at, f_xy = f_at[once], f_xy[once]
        best, apart = _nearest(d_xy, f_xy, limit_m, crs)
    found = apart <= limit_m + INCLUSION_TOLERANCE_M
    return pd.DataFrame(
        {"facility_id": facilities.index.take(f_at[best[found]]), "distance_m": apart[found]},
        index=demand.index.take(d_at[found]).rename("demand_id"),
    )


def _nearest(d_xy: Floats, f_xy: Floats, limit_m: float, crs: CRS) -> tuple[Positions, Floats]:
    """Give each point's nearest, on the ground: it is among those nearly as near in the plane."""
    eastings = np.concatenate([d_xy[:, 0], f_xy[:, 0]])
    plane_m = plane_limit_m(limit_m, eastings, crs) * (1 + 1e-12)  # the bound itself is not met
    stretch = plane_m / plane_limit_m(limit_m, [], crs)  # how much more here than there, at most
    tree, many = KDTree(f_xy), min(_LOOKED_AT, len(f_xy))
    best, apart = np.full(len(d_xy), -1, np.intp), np.full(len(d_xy), np.inf)
    left = np.arange(len(d_xy))
    while left.size:
        again = []
        for rows in np.array_split(left, -(-left.size * many // _AT_ONCE)):
            plane, at = tree.query(d_xy[rows], k=range(1, many + 1), distance_upper_bound=plane_m)
            known = np.isfinite(plane)
            one, other = d_xy[rows[np.nonzero(known)[0]]], f_xy[at[known]]
            ground = np.full(plane.shape, np.inf)
            ground[known] = ground_distance_m(one[:, 0], one[:, 1], other[:, 0], other[:, 1], crs)
            apart[rows] = ground.min(axis=1)
            best[rows] = np.where(ground == apart[rows, None], at, len(f_xy)).min(axis=1)
            # Where the last looked at is nearly as near as the first, others may be nearer.
            again.append(rows[plane[:, -1] <= plane[:, 0] * stretch + INCLUSION_TOLERANCE_M])
        left = np.concatenate(again) if many < len(f_xy) else left[:0]
        many = min(4 * many, len(f_xy))
        over_budget("pairs", left.size * many, budget("pairs", PAIRS), "", LayerError)
    return best, apart


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
    tree = shapely.STRtree(demand.geometry.to_numpy())
    z_at, d_at = met(tree, zones.geometry.to_numpy(), "intersects")
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
