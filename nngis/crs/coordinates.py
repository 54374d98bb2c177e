"""Coordinates as people write them, read into longitude and latitude, each row with a note.

Columns of plain numbers are read at once; only cells that are not plain numbers are read one by
one. What each row turned out to be (swapped, projected, missing ...) stands in its note: nothing
is mended silently, nothing is guessed without saying so.
"""

import numpy as np
from pyproj import CRS

from nngis.arrays import Bools
from nngis.crs.cells import (
    DMS,
    LAT,
    LON,
    MISSING,
    UNKNOWN,
    UNREADABLE,
    Cells,
    Column,
    read_dms,
    read_pairs,
    read_two_columns,
)
from nngis.crs.extent import CHINA, DEGREES
from nngis.crs.notes import Coordinates
from nngis.crs.projected import FREE, UNREGISTERED, Order, place_projected
from nngis.crs.work import require_known_datum, to_wgs84_from

_ANGLE_LIMIT = 360.0  # beyond it a number is no angle at all


def parse_coordinates(
    first: Cells,
    second: Cells | None = None,
    *,
    projected: CRS | None = None,
    work_crs: CRS | None = None,
    order: Order = FREE,
) -> Coordinates:
    """Read coordinates from two columns, or from one that holds pairs.

    Parameters
    ----------
    first : sequence
        Cells of the longitude column (or northing: the order is found), or pairs such as
        ``"108.94,22.79"`` where there is no second column.
    second : sequence, optional
        Cells of the latitude column, as many. Where one of the two columns is blank, the other
        may hold the pair.
    projected : CRS, optional
        What the ledger's owner says its projected numbers are in. A CGCS2000 zone prefix in the
        numbers themselves goes before a CGCS2000 `projected`. A geographic CRS holds for the rows
        in degrees.
    work_crs : CRS, optional
        Taken for projected numbers that name no zone when `projected` is not given; such rows
        are noted ``zone_assumed``. Without both they are not read (``zone_unknown``).
    order : Order
        Whether `first` is known to be the easting of projected numbers, and where the case lies.

    Returns
    -------
    Coordinates
        One row for each cell.

    Raises
    ------
    LayerError
        If `projected` is on a datum whose shift is not public (Xi'an 1980, Beijing 1954).

    Notes
    -----
    A pair is swapped where only the other way round it lies in China (73-136 E, 3-54 N), or in
    the range of longitude and latitude at all. So a pair abroad whose both readings are possible
    (51.5, -0.1) stays as its columns say. Words and letters (``东经``, ``N``) go before numbers.

    Examples
    --------
    >>> found = parse_coordinates(["108.94", "东经108度57分", "22.80", "/"],
    ...                           [22.79, "22°48'", "108.90", ""])
    >>> found.lon.tolist()
    [108.94, 108.95, 108.9, nan]
    >>> found.note.tolist()
    ['ok', 'dms', 'swapped', 'missing']
    """
    if projected is not None:
        require_known_datum(projected)
    columns = read_pairs(first) if second is None else read_two_columns(first, second)
    return _combine(*columns, told=projected, assumed=work_crs, paired=second is None, order=order)


def parse_dms_columns(
    first: tuple[Cells, Cells, Cells | None], second: tuple[Cells, Cells, Cells | None]
) -> Coordinates:
    """Read coordinates from columns of degrees, minutes and seconds.

    Parameters
    ----------
    first, second : tuple of sequences
        Degrees, minutes and seconds of longitude, and of latitude; seconds may be None. The unit
        may stand in the cell (``"56分"``). An empty last part counts as zero: minutes with no
        seconds are what the table means. Minutes missing under seconds are missing.

    Returns
    -------
    Coordinates
        One row for each cell.

    Examples
    --------
    >>> found = parse_dms_columns(([108, 108], [56, 61], [24, 0]), ([22, 22], ["48分", 0], None))
    >>> found.lon.round(6).tolist(), found.note.tolist()
    ([108.94, nan], ['dms', 'unreadable'])
    """
    return _combine(read_dms(*first), read_dms(*second))


def _combine(
    first: Column,
    second: Column,
    *,
    told: CRS | None = None,
    assumed: CRS | None = None,
    paired: bool = False,
    order: Order = FREE,
) -> Coordinates:
    """Decide for each row which value is which."""
    x, y = first.value, second.value
    unreadable = (first.form == UNREADABLE) | (second.form == UNREADABLE)
    unreadable |= (first.axis == second.axis) & (first.axis != UNKNOWN)
    missing = ~unreadable & ((first.form == MISSING) | (second.form == MISSING))
    written = ~(unreadable | missing)
    angles = written & (np.abs(x) <= _ANGLE_LIMIT) & (np.abs(y) <= _ANGLE_LIMIT)
    turned, named = _is_turned(first, second)
    lon, lat = np.where(turned, y, x), np.where(turned, x, y)
    zero = angles & (lon == 0.0) & (lat == 0.0)
    read = angles & DEGREES.holds(lon, lat) & ~zero
    # In one cell with words, latitude first is no mistake.
    swapped = read & turned & ~(named & paired)
    dms = (first.form == DMS) | (second.form == DMS)
    note = np.select(
        [unreadable, missing, zero, swapped, read & dms, read],
        ["unreadable", "missing", "zero", "swapped", "dms", "ok"],
        "out_of_range",
    ).astype("<U14")
    lon, lat = np.where(read, lon, np.nan), np.where(read, lat, np.nan)
    epsg = np.zeros(x.size, np.int64)
    if told is not None and told.is_geographic:
        lon, lat = to_wgs84_from(told, lon, lat)
        epsg[read] = told.to_epsg() or UNREGISTERED
    lengths = np.flatnonzero(written & ~angles & np.isfinite(x) & np.isfinite(y))
    if lengths.size:
        plane = told if told is not None and told.is_projected else None
        placed = place_projected(x[lengths], y[lengths], told=plane, assumed=assumed, order=order)
        lon[lengths], lat[lengths], epsg[lengths], note[lengths] = placed
    throughout = not paired and bool(read.any() and swapped[read].all())
    return Coordinates(lon, lat, epsg, note, columns_swapped=throughout)


def _is_turned(first: Column, second: Column) -> tuple[Bools, Bools]:
    """Say where latitude stands first, and where words rather than magnitudes say so."""
    x, y = first.value, second.value
    named = (first.axis != UNKNOWN) | (second.axis != UNKNOWN)
    by_name = (first.axis == LAT) | (second.axis == LON)
    by_place = np.any([box.holds(y, x) & ~box.holds(x, y) for box in (CHINA, DEGREES)], axis=0)
    return np.where(named, by_name, by_place), named
