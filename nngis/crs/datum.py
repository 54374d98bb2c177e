"""The datums of Chinese map data: GCJ-02 and BD-09 to WGS84 and back, and the words for them.

WGS84 and CGCS2000 differ by centimetres and are one here. Web maps in China publish GCJ-02
(Amap, Tencent), up to 700 m away, or BD-09 (Baidu), 0.7 to 1.5 km away. The forward formulas are
the published ones; they have no closed inverse, so the inverse is iterated.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.crs.extent import GCJ02
from nngis.errors import LedgerError

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09", "xian80", "beijing54"]
Pair = tuple[Floats, Floats]

# The ellipsoid the published code computes with (Krassowsky's axis, its own eccentricity).
_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
# No shift reaches this far: an origin in the published box is looked for no farther out.
_FARTHEST_SHIFT_DEG = 0.1
# An origin on the very edge comes back a rounding error, well under a millimetre, beside it.
_ROUNDING_DEG = 1e-9
_BAIDU_TURN = np.pi * 3000.0 / 180.0
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006

# 1e-11 degrees is a micrometre; each step shrinks the error at least thirtyfold.
_STEP_DEG = 1e-11
_STEPS = 30


def gcj02_from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift WGS84 to GCJ-02, as Amap and Tencent publish.

    Examples
    --------
    >>> lon, lat = gcj02_from_wgs84(108.366, 22.816)
    >>> print(f"{lon:.6f} {lat:.6f}")
    108.370071 22.813313
    """
    # Published implementations: wandergis/coordtransform, googollee/eviltransform. They differ in
    # the axis (6378245 m, 6378137 m), which moves the result by up to 12 mm; both projects'
    # published check values were made with 6378245 m. They also differ in the box, outside China.
    lon, lat = _floats(lon, lat)
    inside = GCJ02.holds(lon, lat)
    there_lon, there_lat = _gcj02_everywhere(*_only(inside, lon, lat))
    return np.where(inside, there_lon, lon), np.where(inside, there_lat, lat)


def wgs84_from_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Take the GCJ-02 shift back, to under a millimetre.

    Examples
    --------
    >>> lon, lat = wgs84_from_gcj02(*gcj02_from_wgs84(108.366, 22.816))
    >>> print(f"{lon:.8f} {lat:.8f}")
    108.36600000 22.81600000
    """
    # The shift stops at the edge of the published box, so along it a few hundred metres of GCJ-02
    # have two origins, one shifted from inside and one unshifted outside, and as much has none. Of
    # two the one inside the box is returned. Where there is none, the point is returned as it came.
    lon, lat = _floats(lon, lat)
    near = GCJ02.widened(_FARTHEST_SHIFT_DEG).holds(lon, lat)
    origin_lon, origin_lat = _invert(_gcj02_everywhere, *_only(near, lon, lat))
    inside = GCJ02.widened(_ROUNDING_DEG).holds(origin_lon, origin_lat)
    return (
        np.where(inside, np.clip(origin_lon, GCJ02.west, GCJ02.east), lon),
        np.where(inside, np.clip(origin_lat, GCJ02.south, GCJ02.north), lat),
    )


def bd09_from_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift GCJ-02 to BD-09, as Baidu publishes.

    Examples
    --------
    The value that the coordtransform project publishes for Beijing:

    >>> lon, lat = bd09_from_gcj02(116.404, 39.915)
    >>> print(f"{lon:.10f} {lat:.10f}")
    116.4103694937 39.9213369935
    """
    lon, lat = _floats(lon, lat)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + _BAIDU_LON, radius * np.sin(angle) + _BAIDU_LAT


def gcj02_from_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Take the BD-09 shift back, to under a millimetre.

    The published inverse is the forward formula with its signs turned, up to 0.23 m off in
    China; this one is iterated.
    """
    return _invert(bd09_from_gcj02, *_floats(lon, lat))


def wgs84_from_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Take both shifts of Baidu's coordinates back, to under a millimetre."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def bd09_from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift WGS84 to BD-09."""
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """Bring coordinates of any known datum to WGS84.

    Parameters
    ----------
    lon, lat : array_like
        Longitude and latitude [degrees].
    datum : {"wgs84", "cgcs2000", "gcj02", "bd09", "xian80", "beijing54"}
        What they are measured in. WGS84 and CGCS2000 stay as they are.

    Returns
    -------
    lon, lat : float array
        WGS84 longitude and latitude [degrees]; NaN stays NaN.

    Raises
    ------
    LedgerError
        For Xi'an 1980 and Beijing 1954, whose shift is not public.

    Examples
    --------
    >>> lon, lat = to_wgs84([108.370071], [22.813313], "gcj02")
    >>> print(f"{lon[0]:.5f} {lat[0]:.5f}")
    108.36600 22.81600
    """
    if datum == "gcj02":
        return wgs84_from_gcj02(lon, lat)
    if datum == "bd09":
        return wgs84_from_bd09(lon, lat)
    if datum in ("wgs84", "cgcs2000"):
        return _floats(lon, lat)
    zh, en = {
        "xian80": ("1980西安坐标系", "Xi'an 1980"),
        "beijing54": ("1954北京坐标系", "Beijing 1954"),
    }[datum]
    raise LedgerError(
        f"坐标属于{zh}，它与 CGCS2000 的转换参数不公开，直接使用会偏移几十至上百米；"
        "请向测绘部门索取 CGCS2000 成果。",
        f"The coordinates are in {en}, whose shift to CGCS2000 is not public; used as they are "
        "they lie tens to hundreds of metres off. Ask the survey office for CGCS2000.",
    )


# Each word is looked for in the text without spaces, hyphens and case. A text that names two
# datums names none.
_WORDS: Mapping[Datum, Sequence[str]] = {
    "bd09": ("bd0?9", "百度", "baidu"),
    "gcj02": (
        *("gcj(?!0?[13-9])", "火星", "国测局", "国家测绘局"),
        *("mars(?:坐标|crs|coord|geodetic|datum|map)", "高德", "amap", "gaode", "autonavi"),
        *("腾讯", "tencent", "qq地图", "qqmap"),
    ),
    "cgcs2000": (
        *("cgcs2000", "chinageodetic(?:coordinatesystem)?2000", "china2000", "国家2000"),
        *("2000国家", "大地2000", "2000坐标", "天地图", "tianditu", "epsg:*4490"),
    ),
    "wgs84": ("wgs(?:19)?84", "(?<![a-z])gps", "crs84", "epsg:*4326", "谷歌地球", "googleearth"),
    "xian80": ("西安(?:19)?80", "(?:19)?80年?西安", "xian(?:19)?80", "epsg:*4610"),
    "beijing54": ("北京(?:19)?54", "(?:19)?54年?北京", "beijing(?:19)?54", "epsg:*4214"),
}


def datum_from_word(text: object) -> Datum | None:
    """Recognise the datum that a cell, a header or a file name speaks of.

    Parameters
    ----------
    text : object
        For example ``"GCJ-02"``, ``"经度（高德）"``, ``"2000国家大地坐标系"``.

    Returns
    -------
    str or None
        The datum; None where the text names none, or more than one. ``"xian80"`` and
        ``"beijing54"`` are recognised so that `to_wgs84` can refuse them.

    Examples
    --------
    >>> datum_from_word("火星坐标"), datum_from_word("WGS-84 经度"), datum_from_word("经度")
    ('gcj02', 'wgs84', None)
    """
    plain = re.sub(r"[\s_\-·'’.—–－]+", "", unicodedata.normalize("NFKC", str(text)).lower())
    found = [datum for datum, words in _WORDS.items() if re.search("|".join(words), plain)]
    return found[0] if len(found) == 1 else None


def _floats(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Copy into float arrays; what is not finite is not known."""
    pair = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    known = np.isfinite(pair[0]) & np.isfinite(pair[1])
    return _only(known, pair[0], pair[1])


def _only(kept: Bools, lon: Floats, lat: Floats) -> Pair:
    return np.where(kept, lon, np.nan), np.where(kept, lat, np.nan)


def _gcj02_everywhere(lon: Floats, lat: Floats) -> Pair:
    shift_lon, shift_lat = _gcj02_shift(lon, lat)
    return lon + shift_lon, lat + shift_lat


def _gcj02_shift(lon: Floats, lat: Floats) -> Pair:
    """Compute the published shift [degrees], box or no box."""
    x, y = lon - 105.0, lat - 35.0
    x_pi, y_pi = x * np.pi, y * np.pi
    both = 20.0 * np.sin(6.0 * x_pi) + 20.0 * np.sin(2.0 * x_pi)
    east = both + 20.0 * np.sin(x_pi) + 40.0 * np.sin(x_pi / 3.0)
    east = (east + 150.0 * np.sin(x_pi / 12.0) + 300.0 * np.sin(x_pi / 30.0)) * 2.0 / 3.0
    north = both + 20.0 * np.sin(y_pi) + 40.0 * np.sin(y_pi / 3.0)
    north = (north + 160.0 * np.sin(y_pi / 12.0) + 320.0 * np.sin(y_pi / 30.0)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    east_m = east + 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    north_m = north - 100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    sine = np.sin(np.radians(lat))
    squeeze = 1.0 - _ECCENTRICITY2 * sine * sine
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY2) / (squeeze * np.sqrt(squeeze))
    parallel_m = _AXIS_M / np.sqrt(squeeze) * np.cos(np.radians(lat))
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _invert(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Find the origin that `forward` takes to the given points, by fixed-point steps."""
    origin_lon, origin_lat = lon.copy(), lat.copy()
    for _ in range(_STEPS):
        there_lon, there_lat = forward(origin_lon, origin_lat)
        step_lon, step_lat = lon - there_lon, lat - there_lat
        origin_lon, origin_lat = origin_lon + step_lon, origin_lat + step_lat
        left = np.maximum(np.abs(step_lon), np.abs(step_lat))
        if not np.any(left > _STEP_DEG):
            break
    return origin_lon, origin_lat
