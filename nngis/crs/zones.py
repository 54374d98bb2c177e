"""The zones of CGCS2000 in the EPSG register: by central meridian, by the easting's prefix."""

import numpy as np
import numpy.typing as npt

ZONE_WIDTH_DEG = 3
_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135
_FIRST_PLAIN_EPSG = 4534  # CM 75E, easting 500 000 m on the central meridian
_FIRST_PREFIXED_EPSG, _FIRST_PREFIX = 4513, 25  # zone 25, CM 75E, easting 25 500 000 m
_LAST_PREFIX = 45
# 6 degree zones: zone 13, CM 75E to zone 23, CM 135E; without the prefix from 4502 on.
_FIRST_WIDE_EPSG, _FIRST_WIDE_PREFIX, _LAST_WIDE_PREFIX = 4491, 13, 23
_FIRST_PLAIN_WIDE_EPSG = 4502


def central_meridian(lon: float) -> int:
    """Give the central meridian of the 3 degree zone that a longitude lies in.

    Examples
    --------
    >>> central_meridian(108.37), central_meridian(109.5), central_meridian(114.06)
    (108, 111, 114)
    """
    return int(np.floor(lon / ZONE_WIDTH_DEG + 0.5)) * ZONE_WIDTH_DEG


def zone_epsg(meridian: int) -> int | None:
    """Give the EPSG code of a 3 degree CGCS2000 zone, eastings without a prefix.

    Examples
    --------
    >>> zone_epsg(117), zone_epsg(114), zone_epsg(0)
    (4548, 4547, None)
    """
    if not _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        return None
    return _FIRST_PLAIN_EPSG + (meridian - _FIRST_MERIDIAN) // ZONE_WIDTH_DEG


def prefix_epsg(prefix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give the EPSG code that the prefix of an easting names.

    Examples
    --------
    >>> import numpy as np
    >>> prefix_epsg(np.array([36, 37, 19, 0])).tolist()
    [4524, 4525, 4497, 0]
    """
    narrow = (prefix >= _FIRST_PREFIX) & (prefix <= _LAST_PREFIX)
    wide = (prefix >= _FIRST_WIDE_PREFIX) & (prefix <= _LAST_WIDE_PREFIX)
    code = np.where(narrow, prefix - _FIRST_PREFIX + _FIRST_PREFIXED_EPSG, 0)
    return np.where(wide, prefix - _FIRST_WIDE_PREFIX + _FIRST_WIDE_EPSG, code).astype(np.int64)


def without_prefix(epsg: int) -> int | None:
    """Give the code of the same zone with eastings that carry no prefix.

    Examples
    --------
    >>> without_prefix(4526), without_prefix(4497), without_prefix(4547)
    (4547, 4508, None)
    """
    if _FIRST_PREFIXED_EPSG <= epsg < _FIRST_PLAIN_EPSG:
        return epsg - _FIRST_PREFIXED_EPSG + _FIRST_PLAIN_EPSG
    if _FIRST_WIDE_EPSG <= epsg < _FIRST_PLAIN_WIDE_EPSG:
        return epsg - _FIRST_WIDE_EPSG + _FIRST_PLAIN_WIDE_EPSG
    return None
