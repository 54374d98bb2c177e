"""The work CRS: chosen from where the data lie, and the way into it.

A run computes in one plane, chosen once and recorded in its result; nothing else names a zone.
"""

from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from nngis.arrays import Floats
from nngis.crs.extent import DEGREES, Box
from nngis.crs.stated import web_datum_of
from nngis.crs.zones import central_meridian, zone_epsg
from nngis.errors import LayerError

Frame = TypeVar("Frame", bound=Any)  # a GeoDataFrame or GeoSeries; geopandas stays out of here

# The register's areas of the zones end at the mainland coast; the same zones cover Taiwan and
# its islands. Hong Kong and Macau lie in the registered areas.
_TAIWAN = Box(119.2, 21.8, 122.2, 25.4)
_UTM_SOUTH, _UTM_NORTH = -80.0, 84.0
_UTM_WIDTH_DEG, _UTM_ZONES = 6, 60
_HALF_TURN_DEG = 180.0

# Earth-centred ellipsoids (WGS84, CGCS2000, GRS80): datums on them agree within 2 m.
_EARTH_CENTRED = (6378137.0, 298.2572)
_FLATTENING_TOLERANCE = 1e-3


def choose_work_crs(lon: npt.ArrayLike, lat: npt.ArrayLike) -> CRS:
    """Choose the plane to compute in from the data's centre.

    The centre is the median of the longitudes and of the latitudes, so that a few wrong
    coordinates do not move it. In China the plane is the 3 degree CGCS2000 zone of the centre,
    eastings without a zone prefix; elsewhere the UTM zone on WGS84.

    Parameters
    ----------
    lon, lat : array_like
        WGS84 or CGCS2000 longitude and latitude of all the data [degrees]; NaN is passed over.

    Returns
    -------
    CRS
        EPSG:4534 to 4554 in China, EPSG:326xx or 327xx elsewhere. "In China" means in the area
        that the EPSG register gives for the zone, a box that also covers Hong Kong and Macau, or
        in a box around Taiwan. Such a box takes in some land across a border; the zone is as
        accurate there.

    Raises
    ------
    LayerError
        If there are no coordinates, or the centre lies beyond UTM (south of 80 S, north of 84 N).

    Examples
    --------
    >>> choose_work_crs([119.9, 120.1, 120.4], [30.1, 30.3, 30.5]).to_epsg()  # Hangzhou
    4549
    >>> choose_work_crs([114.06], [22.54]).to_epsg()  # Shenzhen
    4547
    >>> choose_work_crs([-0.12], [51.5]).to_epsg()  # London
    32630
    """
    lons, lats = np.asarray(lon, np.float64).ravel(), np.asarray(lat, np.float64).ravel()
    usable = DEGREES.holds(lons, lats)
    if not usable.any():
        raise LayerError(
            "没有可用的经纬度，无法选定工作坐标系；请检查图层是否为空、坐标是否为经纬度。",
            "There are no usable longitudes and latitudes to choose a work CRS from; check that "
            "the layers are not empty and are in degrees.",
        )
    centre_lon, centre_lat = _median_lon(lons[usable]), float(np.median(lats[usable]))
    code = _zone_in_china(centre_lon, centre_lat) or _utm_epsg(centre_lon, centre_lat)
    return CRS.from_epsg(code)


def lonlat_to_work(lon: npt.ArrayLike, lat: npt.ArrayLike, crs: CRS) -> tuple[Floats, Floats]:
    """Project longitude and latitude to the work CRS.

    Parameters
    ----------
    lon, lat : array_like
        WGS84 or CGCS2000 longitude and latitude [degrees].
    crs : CRS
        The work CRS.

    Returns
    -------
    easting, northing : float array
        Coordinates [m], easting first whatever the CRS's own axis order; NaN where the input is
        NaN or cannot be projected.

    Examples
    --------
    >>> easting, northing = lonlat_to_work([114.0], [0.0], CRS.from_epsg(4547))
    >>> print(f"{easting[0]:.3f} {northing[0]:.3f}")
    500000.000 0.000
    """
    return _transform(_geographic(crs), crs, lon, lat)


def work_to_lonlat(
    easting: npt.ArrayLike, northing: npt.ArrayLike, crs: CRS
) -> tuple[Floats, Floats]:
    """Take coordinates of the work CRS back to longitude and latitude.

    Parameters
    ----------
    easting, northing : array_like
        Coordinates [m].
    crs : CRS
        The work CRS.

    Returns
    -------
    lon, lat : float array
        Longitude and latitude [degrees] on the CRS's own datum; NaN where the input is NaN.
    """
    return _transform(crs, _geographic(crs), easting, northing)


def to_work(gdf: Frame, crs: CRS) -> Frame:
    """Reproject a frame to the work CRS."""
    if gdf.crs is None:
        raise LayerError(
            "图层没有坐标系；请在导出时写入坐标系（如 EPSG:4490、EPSG:4547），或补上 .prj 文件。",
            "The layer has no coordinate reference system; write one on export (EPSG:4490, "
            "EPSG:4547 ...) or add the .prj file.",
        )
    source = CRS.from_user_input(gdf.crs)
    require_known_datum(source)
    if not _earth_centred(source):  # by way of WGS84: PROJ knows no shift to CGCS2000
        gdf = gdf.to_crs(4326)
    moved: Frame = gdf.to_crs(crs)
    if np.isinf(np.asarray(moved.total_bounds)).any():
        raise LayerError(
            f"图层中有坐标无法投影；请检查图层坐标系（{source.name}）是否与数值相符。",
            f"Some coordinates of the layer cannot be projected; check that its CRS "
            f"({source.name}) fits the numbers.",
        )
    return moved


def to_wgs84_from(crs: CRS, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Bring coordinates of any CRS to WGS84 (or CGCS2000, which is one with it here)."""
    target = _geographic(crs) if _earth_centred(crs) else CRS.from_epsg(4326)
    return _transform(crs, target, x, y)


def require_known_datum(crs: CRS) -> None:
    """Refuse a CRS on a datum that PROJ would shift by a guess.

    Parameters
    ----------
    crs : CRS
        A layer's or a ledger's CRS.

    Raises
    ------
    LayerError
        If there is no registered shift from its datum to WGS84 that holds here, it names
        GCJ-02 or BD-09, which look like WGS84 to PROJ, or its parameters are none.
    """
    web = web_datum_of(crs)
    if web is not None:
        raise LayerError(
            f"坐标系（{crs.name}）注明为 {web.upper()}，不能当作 WGS84 使用（相差 0.5 至 1.2 km）；"
            f"请用 nngis layers import 读入，或加 --datum {web}。",
            f"The CRS ({crs.name}) names {web.upper()} and must not be used as WGS84, which lies "
            f"0.5 to 1.2 km off; read the file with nngis layers import, or add --datum {web}.",
        )
    if not _leads_to(crs):
        raise LayerError(
            f"坐标系（{crs.name[:80]}）的参数不成立，换算不到经纬度；请在导出时写入正确的坐标系"
            "（如 EPSG:4490、EPSG:4547）。",
            f"The parameters of the CRS ({crs.name[:80]}) make no sense, and nothing leads from it "
            "to degrees; write the right one on export (EPSG:4490, EPSG:4547 ...).",
        )
    if not (_earth_centred(crs) or _has_shift(crs)):
        raise LayerError(
            f"坐标系（{crs.name}）与 CGCS2000/WGS84 之间没有公开的转换参数，"
            "直接使用会偏移几十至上百米；请向测绘部门索取 CGCS2000 成果。",
            f"The CRS ({crs.name}) has no public shift to CGCS2000 or WGS84; used as it is, "
            "it lies tens to hundreds of metres off. Ask the survey office for CGCS2000.",
        )


def _median_lon(lons: Floats) -> float:
    """Take the median; on the far side of the world count from 0 to 360."""
    if np.ptp(lons) > _HALF_TURN_DEG:
        around = float(np.median(lons % 360.0))
        return around - 360.0 if around > _HALF_TURN_DEG else around
    return float(np.median(lons))


def _zone_in_china(lon: float, lat: float) -> int | None:
    code = zone_epsg(central_meridian(lon))
    if code is None:
        return None
    area = CRS.from_epsg(code).area_of_use
    boxes = [_TAIWAN] if area is None else [Box(*area.bounds), _TAIWAN]
    return code if any(box.holds(lon, lat) for box in boxes) else None


def _utm_epsg(lon: float, lat: float) -> int:
    if not _UTM_SOUTH <= lat <= _UTM_NORTH:
        raise LayerError(
            f"数据中心位于纬度 {lat:.2f}°，超出 UTM 的范围（南纬80°至北纬84°）；"
            "请检查经纬度是否填反。",
            f"The data's centre is at latitude {lat:.2f}, beyond UTM (80 S to 84 N); check that "
            "longitude and latitude are not swapped.",
        )
    zone = min(int((lon + _HALF_TURN_DEG) // _UTM_WIDTH_DEG) + 1, _UTM_ZONES)
    return (32600 if lat >= 0 else 32700) + zone


@lru_cache(maxsize=32)
def _geographic(crs: CRS) -> CRS:
    return crs.geodetic_crs or CRS.from_epsg(4326)


@lru_cache(maxsize=64)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transform(
    source: CRS, target: CRS, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Floats, Floats]:
    there_x, there_y = _transformer(source, target).transform(
        np.asarray(x, np.float64), np.asarray(y, np.float64)
    )
    there = np.asarray(there_x, np.float64), np.asarray(there_y, np.float64)
    known = np.isfinite(there[0]) & np.isfinite(there[1])
    return np.where(known, there[0], np.nan), np.where(known, there[1], np.nan)


def _earth_centred(crs: CRS) -> bool:
    ellipsoid = crs.ellipsoid
    axis_m, inverse_flattening = _EARTH_CENTRED
    return (
        ellipsoid is not None
        and ellipsoid.semi_major_metre == axis_m
        and abs(ellipsoid.inverse_flattening - inverse_flattening) < _FLATTENING_TOLERANCE
    )


def _has_shift(source: CRS) -> bool:
    datum = source.datum.name if source.datum else ""
    # The register has shifts for these, but for seas and oil fields far from here.
    if "Beijing" in datum or "Xian" in datum:
        return False
    return _leads_to(source, by_guess=False)


def _leads_to(source: CRS, *, by_guess: bool = True) -> bool:
    try:
        Transformer.from_crs(source, 4326, allow_ballpark=None if by_guess else False)
    except ProjError:
        return False
    return True
