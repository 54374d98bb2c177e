"""Distances that are true on the ground, from degrees or from the work CRS, and true circles.

A plane stretches: that of a 3 degree zone by 0.3 m in 15 km at 40 km from its middle, by 5 m at its
edges. The distances here are those of the geodesic on the ellipsoid.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod

from nngis.arrays import Bools, Floats
from nngis.crs.work import lonlat_to_work, work_to_lonlat
from nngis.errors import LayerError

INCLUSION_TOLERANCE_M = 1e-3
"""A distance counts as within a limit up to this much beyond it [m].

"Within 15 km" includes exactly 15 000 m. Two points placed 15 000 m apart come out some
micrometres to tenths of a millimetre longer or shorter (coordinates are kept as floats, the line
scale factor is a series); no ledger knows a place to a millimetre.
"""

# Farther from the central meridian, or longer, the line scale factor's series is not enough.
_NARROW_M = 330_000.0
_SHORT_M = 100_000.0
# So many pairs at a time stay in the processor's cache.
_BLOCK = 32_768


def geodesic_m(
    lon1: npt.ArrayLike,
    lat1: npt.ArrayLike,
    lon2: npt.ArrayLike,
    lat2: npt.ArrayLike,
    *,
    crs: CRS | None = None,
) -> Floats:
    """Measure the geodesic between points given in degrees.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : array_like
        Longitudes and latitudes [degrees]; they broadcast.
    crs : CRS, optional
        Whose ellipsoid to measure on; CGCS2000's without it (WGS84's differs by less than a
        micrometre in 15 km).

    Returns
    -------
    float array
        Distances [m]; NaN where a coordinate is NaN.

    References
    ----------
    C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), 43-55,
    doi:10.1007/s00190-012-0578-z.

    Examples
    --------
    One degree of the equator is a 360th of 2 pi 6378.137 km:

    >>> print(f"{geodesic_m(108, 0, 109, 0):.3f}")
    111319.491
    """
    points = np.broadcast_arrays(
        *(np.asarray(values, np.float64) for values in (lon1, lat1, lon2, lat2))
    )
    start_lon, start_lat, end_lon, end_lat = (
        np.ascontiguousarray(values).ravel() for values in points
    )
    _, _, distance = _geod(crs).inv(start_lon, start_lat, end_lon, end_lat)
    return np.asarray(distance, np.float64).reshape(points[0].shape)


def ground_distance_m(
    e1: npt.ArrayLike,
    n1: npt.ArrayLike,
    e2: npt.ArrayLike,
    n2: npt.ArrayLike,
    crs: CRS,
) -> Floats:
    """Measure the true distance between points of the work CRS.

    In a transverse Mercator plane this is the planar distance divided by the line scale factor,
    the mean of the point scale factor along the line, which Simpson's rule gives exactly for its
    quadratic part. Lines over 100 km, points over 330 km from the central meridian and other
    projections are measured by `geodesic_m`.

    Parameters
    ----------
    e1, n1, e2, n2 : array_like
        Eastings and northings [m]; they broadcast.
    crs : CRS
        The plane they are in.

    Returns
    -------
    float array
        Distances [m]; NaN where a coordinate is NaN.

    References
    ----------
    G. Bomford, Geodesy, 4th ed., Oxford 1980, section 2.79 (line scale factor);
    Geoscience Australia, GDA Technical Manual 2.3, chapter 5 (Redfearn's formulas).

    Examples
    --------
    On the central meridian the plane is true:

    >>> crs = CRS.from_epsg(4547)
    >>> print(f"{ground_distance_m(5e5, 2.5e6, 5e5, 2.515e6, crs):.3f}")
    15000.000

    154 km to the east it is stretched by x2 / 2 R2, 4.4 m in 15 km:

    >>> print(f"{ground_distance_m(6.54e5, 2.5e6, 6.54e5, 2.515e6, crs):.2f}")
    14995.61
    """
    points = np.broadcast_arrays(*(np.asarray(values, np.float64) for values in (e1, n1, e2, n2)))
    flat = [np.ascontiguousarray(values).ravel() for values in points]
    plane = _transverse_mercator(crs)
    if plane is None:
        return _by_geodesic(flat, crs).reshape(points[0].shape)
    distance = np.empty(points[0].size)
    for start in range(0, distance.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        parts = [values[block] for values in flat]
        distance[block], poor = _by_line_scale(parts, plane)
        if poor.any():
            distance[block][poor] = _by_geodesic([part[poor] for part in parts], crs)
    return distance.reshape(points[0].shape)


def plane_limit_m(limit_m: float, easting: npt.ArrayLike, crs: CRS) -> float:
    """Give the planar distance that no pair within a true limit exceeds.

    For a spatial index in the plane: search within this, measure with `ground_distance_m`, keep
    what is within the limit.

    Parameters
    ----------
    limit_m : float
        True limit [m].
    easting : array_like
        Eastings of all the points [m].
    crs : CRS
        The plane they are in, transverse Mercator.

    Returns
    -------
    float
        Planar limit [m]: the true one, with `INCLUSION_TOLERANCE_M`, times the largest scale
        factor between any two of the points.

    Raises
    ------
    LayerError
        If the CRS is not transverse Mercator.

    Examples
    --------
    >>> print(f"{plane_limit_m(15000, [5e5, 6.54e5], CRS.from_epsg(4547)):.1f}")
    15004.4
    """
    plane = _transverse_mercator(crs)
    if plane is None:
        raise LayerError(
            f"工作坐标系（{crs.name}）不是横轴墨卡托投影，不能用于按平面距离检索。",
            f"The work CRS ({crs.name}) is not transverse Mercator; places cannot be searched by "
            "distance in its plane.",
        )
    eastings = np.asarray(easting, np.float64)
    reach = np.abs(eastings[np.isfinite(eastings)] - plane.false_easting_m)
    x_m = float(reach.max()) / plane.scale if reach.size else 0.0
    # cosh(x / b) bounds the scale: a sphere of the smallest radius of curvature on the ellipsoid.
    largest = plane.scale * np.cosh(x_m / (plane.axis_m * (1.0 - plane.eccentricity2)))
    return float((limit_m + INCLUSION_TOLERANCE_M) * max(largest, plane.scale))


def true_circle(
    lon: npt.ArrayLike, lat: npt.ArrayLike, radius_m: float, crs: CRS, *, n: int = 360
) -> Floats:
    """Give the vertices of circles that are true on the ground, in the work CRS.

    Every vertex lies on the geodesic circle, so the polygon is inscribed: between two vertices
    it runs inside the circle by up to ``radius_m * (1 - cos(pi / n))``, 0.57 m for 15 km and
    360 vertices. It is for drawing; who is within reach is decided by distance.

    Parameters
    ----------
    lon, lat : array_like
        Centres [degrees].
    radius_m : float
        Radius [m].
    crs : CRS
        The work CRS.
    n : int
        Vertices of a circle.

    Returns
    -------
    (..., n, 2) float array
        Easting and northing [m], from north clockwise, not closed; one circle for each centre.

    Examples
    --------
    >>> circle = true_circle(114.0, 22.8, 15000.0, CRS.from_epsg(4547), n=4)
    >>> circle.shape
    (4, 2)
    >>> print(f"{circle[0, 1] - circle[2, 1]:.3f}")  # along the central meridian the plane is true
    30000.000
    """
    lons, lats = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    azimuth = np.arange(n) * (360.0 / n)
    shape = (*lons.shape, n)
    start_lon, start_lat, direction = (
        np.ascontiguousarray(np.broadcast_to(values, shape)).ravel()
        for values in (lons[..., None], lats[..., None], azimuth)
    )
    there_lon, there_lat, _ = _geod(crs).fwd(
        start_lon, start_lat, direction, np.full(start_lon.size, float(radius_m))
    )
    easting, northing = lonlat_to_work(there_lon, there_lat, crs)
    return np.stack([easting, northing], axis=-1).reshape(*shape, 2)


@dataclass(frozen=True)
class _TransverseMercator:
    """The constants of a transverse Mercator plane in metres."""

    scale: float
    false_easting_m: float
    false_northing_m: float
    meridian_arc_m: float  # from the equator to the latitude of origin
    axis_m: float
    eccentricity2: float


@lru_cache(maxsize=32)
def _geod(crs: CRS | None) -> Geod:
    found = crs.get_geod() if crs is not None else None
    return found or Geod(a=6378137.0, rf=298.257222101)


@lru_cache(maxsize=32)
def _transverse_mercator(crs: CRS) -> _TransverseMercator | None:
    operation = crs.coordinate_operation
    metres = all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info)
    if operation is None or operation.method_name != "Transverse Mercator" or not metres:
        return None
    given = {param.name: float(param.value) for param in operation.params}
    geod = _geod(crs)
    origin = given["Latitude of natural origin"]
    arc = float(geod.line_length([0.0, 0.0], [0.0, origin])) * (1.0 if origin >= 0 else -1.0)
    return _TransverseMercator(
        scale=given["Scale factor at natural origin"],
        false_easting_m=given["False easting"],
        false_northing_m=given["False northing"],
        meridian_arc_m=arc,
        axis_m=geod.a,
        eccentricity2=geod.es,
    )


def _by_line_scale(points: list[Floats], plane: _TransverseMercator) -> tuple[Floats, Bools]:
    """Divide planar distances by the line scale factor; say where that is not good enough."""
    e1, n1, e2, n2 = points
    x1 = (e1 - plane.false_easting_m) / plane.scale
    x2 = (e2 - plane.false_easting_m) / plane.scale
    planar = np.sqrt((e2 - e1) ** 2 + (n2 - n1) ** 2)
    # Mean of x squared along the line, times three; Simpson's rule is exact for it.
    x_squared = x1 * x1 + x1 * x2 + x2 * x2
    # Latitude where the line's middle meets the central meridian, by its rectifying latitude.
    e_2 = plane.eccentricity2
    per_radian = plane.axis_m * (1.0 - e_2 / 4.0 - 3.0 * e_2**2 / 64.0)
    middle = (0.5 * (n1 + n2) - plane.false_northing_m) / plane.scale + plane.meridian_arc_m
    cosine = np.cos(middle * (2.0 / per_radian))
    sine2 = 0.5 * (1.0 - cosine) + 0.375 * e_2 * (1.0 - cosine * cosine)
    # 1 / (6 R2), R2 the product of the two radii of curvature there.
    curvature = (1.0 - e_2 * sine2) ** 2 / (6.0 * plane.axis_m**2 * (1.0 - e_2))
    term = x_squared * curvature
    distance = planar / (plane.scale * (1.0 + term * (1.0 + term / 6.0)))
    poor = (np.abs(x1) > _NARROW_M) | (np.abs(x2) > _NARROW_M) | (planar > _SHORT_M)
    return distance, poor


def _by_geodesic(points: list[Floats], crs: CRS) -> Floats:
    lon1, lat1 = work_to_lonlat(points[0], points[1], crs)
    lon2, lat2 = work_to_lonlat(points[2], points[3], crs)
    return geodesic_m(lon1, lat1, lon2, lat2, crs=crs)
