"""Projected coordinates of unsaid zone and order: found by magnitude, or not taken.

Chinese survey tables give X as northing and Y as easting, often with the zone's number before the
easting (36 535 128). A prefix names the zone; without one the caller must.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from nngis.arrays import Bools, Floats
from nngis.crs.extent import CHINA, DEGREES, Box
from nngis.crs.work import to_wgs84_from
from nngis.crs.zones import prefix_epsg, without_prefix

Codes = npt.NDArray[np.int64]
Placed = tuple[Floats, Floats, Codes, npt.NDArray[np.str_]]

_MILLION = 1_000_000
# What an easting is apart from its prefix: a 6 degree zone reaches 340 km either side.
_EASTING_M = (150_000.0, 850_000.0)
# Northings of China, from the south coast of Hainan to Mohe; the islands farther south could be
# mistaken for eastings and need to be told.
_NORTHING_M = (1_900_000.0, 6_000_000.0)
# Prefixes 13 to 15 (6 degree zones in Xinjiang) look like Web Mercator abscissas of eastern China.
_FIRST_CERTAIN_PREFIX = 16
_LOOKS_PROJECTED_M = 100_000.0
# Surveys run past the edge of a CRS's registered area. A CRS that was only assumed gets little
# room: numbers of the next zone would come out 3 degrees away.
_TOLD_MARGIN_DEG, _ASSUMED_MARGIN_DEG = 3.0, 0.5
_HALF_ZONE_DEG = 1.5


class Order(NamedTuple):
    """What is known of the order of two projected columns.

    Parameters
    ----------
    told : bool
        Whether the easting is named or comes first by the format's rule (a geometry).
    home : Box or None
        Where the points of the case lie [degrees].
    """

    told: bool = False
    home: Box | None = None


FREE = Order()
UNREGISTERED = -1  # the code of a CRS without one
_CGCS2000_EPSG = 4490


def place_projected(
    x: Floats, y: Floats, *, told: CRS | None, assumed: CRS | None, order: Order = FREE
) -> Placed:
    """Find zone and order of projected coordinates, and convert them."""
    looks = (np.abs(x) >= _LOOKS_PROJECTED_M) & (np.abs(y) >= _LOOKS_PROJECTED_M)
    lon, lat = np.full(x.size, np.nan), np.full(x.size, np.nan)
    epsg = np.zeros(x.size, np.int64)
    note = np.where(looks & (told is None), "zone_unknown", "out_of_range").astype("<U14")

    zone, north_first = _by_prefix(x, y, told)
    easting, northing = np.where(north_first, y, x), np.where(north_first, x, y)
    for code in np.unique(zone[zone > 0]):
        rows = zone == code
        lon[rows], lat[rows] = to_wgs84_from(
            CRS.from_epsg(int(code)), easting[rows], northing[rows]
        )
        epsg[rows], note[rows] = code, "projected"
    if order.told:
        turned = (zone > 0) & north_first
        lon[turned], lat[turned], epsg[turned], note[turned] = np.nan, np.nan, 0, "order_doubtful"

    plain = (zone == 0) & (looks | (told is not None))
    crs = _plane(told) or assumed
    if crs is not None and plain.any():
        if told is None:
            lon[plain], lat[plain], odd = _in_either_order(x[plain], y[plain], crs)
            good, bad = "zone_assumed", "order_unknown"
        else:
            lon[plain], lat[plain], odd = _as_told(x[plain], y[plain], crs, order)
            good, bad = "projected", "order_doubtful"
        placed = np.isfinite(lon[plain])
        epsg[plain] = np.where(placed, crs.to_epsg() or UNREGISTERED, 0)
        note[plain] = np.select([placed, odd], [good, bad], note[plain])
    return lon, lat, epsg, note


def _plane(told: CRS | None) -> CRS | None:
    """Give the plane of numbers without a prefix: of a zone with prefix the one without."""
    if told is None:
        return None
    code = without_prefix(told.to_epsg() or 0)
    return told if code is None else CRS.from_epsg(code)


def _is_cgcs2000(crs: CRS) -> bool:
    return crs.geodetic_crs is not None and crs.geodetic_crs.to_epsg() == _CGCS2000_EPSG


def _by_prefix(x: Floats, y: Floats, told: CRS | None) -> tuple[Codes, Bools]:
    """Give the zone that one of the two numbers names by its prefix, and which is the northing."""
    if told is not None and not _is_cgcs2000(told):
        return np.zeros(x.size, np.int64), np.zeros(x.size, np.bool_)
    x_code, y_code = (_prefix_code(values, certain=told is not None) for values in (x, y))
    low, high = _NORTHING_M
    x_north, y_north = ((values >= low) & (values <= high) for values in (x, y))
    north_first = x_north & (y_code > 0)
    east_first = y_north & (x_code > 0)
    return np.where(north_first, y_code, np.where(east_first, x_code, 0)), north_first


def _prefix_code(values: Floats, *, certain: bool) -> Codes:
    prefix = (values // _MILLION).astype(np.int64)
    rest = values - prefix * _MILLION
    low, high = _EASTING_M
    usable = (rest >= low) & (rest <= high) & (certain | (prefix >= _FIRST_CERTAIN_PREFIX))
    return np.where(usable, prefix_epsg(prefix), 0)


def _as_told(x: Floats, y: Floats, crs: CRS, order: Order) -> tuple[Floats, Floats, Bools]:
    """Read easting then northing, as they stand, in the CRS that their owner names.

    Only where that lies outside the CRS's area, or outside the case, and the other order inside,
    is the order doubted: then columns that do not name it (X, Y) are turned outside the area, and
    all else is left to be asked.
    """
    area = _area(crs).widened(_TOLD_MARGIN_DEG)
    east_first = to_wgs84_from(crs, x, y)
    north_first = to_wgs84_from(crs, y, x)
    fits_east, fits_north = area.holds(*east_first), area.holds(*north_first)
    turned = fits_north & ~fits_east
    if area == DEGREES.widened(_TOLD_MARGIN_DEG) and not order.told:
        # Web Mercator covers the world and tells no order; then China does, as for degrees.
        turned |= CHINA.holds(*north_first) & ~CHINA.holds(*east_first)
        fits_east &= ~turned
    doubtful = turned & order.told
    if order.home is not None:
        at_home = order.home.holds(*north_first) & ~order.home.holds(*east_first)
        doubtful |= fits_east & fits_north & at_home
    lon, lat = (
        np.select([doubtful, fits_east, turned], [np.nan, east, north], np.nan)
        for east, north in zip(east_first, north_first, strict=True)
    )
    return lon, lat, doubtful


def _in_either_order(x: Floats, y: Floats, crs: CRS) -> tuple[Floats, Floats, Bools]:
    """Read both orders in a CRS that is assumed; keep the one that lies where it is used."""
    area = _area(crs).widened(_ASSUMED_MARGIN_DEG)
    east_first = to_wgs84_from(crs, x, y)
    north_first = to_wgs84_from(crs, y, x)
    fits_east, fits_north = area.holds(*east_first), area.holds(*north_first)
    either = fits_east & fits_north
    in_china_east, in_china_north = CHINA.holds(*east_first), CHINA.holds(*north_first)
    fits_east &= ~(either & in_china_north & ~in_china_east)
    fits_north &= ~(either & in_china_east & ~in_china_north)
    either = fits_east & fits_north & (x != y)
    lon, lat = (
        np.select([either, fits_east, fits_north], [np.nan, east, north], np.nan)
        for east, north in zip(east_first, north_first, strict=True)
    )
    return lon, lat, either


def _area(crs: CRS) -> Box:
    """Give where a CRS is used: as registered, else half a zone either side of its meridian."""
    if crs.area_of_use is not None:
        box = Box(*crs.area_of_use.bounds)
        return DEGREES if box.east - box.west == DEGREES.east - DEGREES.west else box
    operation = crs.coordinate_operation
    for parameter in operation.params if operation else ():
        if parameter.name == "Longitude of natural origin":
            west, east = (float(parameter.value) + side * _HALF_ZONE_DEG for side in (-1, 1))
            return Box(west, DEGREES.south, east, DEGREES.north)
    return DEGREES
