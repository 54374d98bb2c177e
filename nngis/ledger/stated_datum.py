"""What the CRS of a vector file says of its datum, and whether the owner says otherwise."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from nngis.arrays import Floats
from nngis.crs import (
    WEB_DATUMS,
    datum_from_word,
    is_named,
    require_known_datum,
    to_wgs84,
    web_datum_of,
)
from nngis.errors import LedgerError
from nngis.ledger.part import ASSUME, Options, Part
from nngis.ledger.told import crs_told
from nngis.text import Text

WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class StatedDatum:
    """What is to be done with the geometries of a vector file.

    Parameters
    ----------
    settled : bool
        Whether their CRS settles where they lie; else they are degrees of a datum that `datum`
        or evidence tells.
    as_written : bool
        Whether their numbers are degrees already.
    datum : str or None
        What to go by in place of the caller's ``--datum``.
    notes : tuple of Text
        What was recognised, and what contradicts.
    """

    settled: bool
    as_written: bool
    datum: str | None
    notes: tuple[Text, ...] = ()


def stated_datum(crs: CRS, part: Part, options: Options) -> StatedDatum:
    """Say what a file's CRS tells of the datum."""
    names = (part.crs_name,) if part.crs_name else ()
    web = web_datum_of(crs, *names)
    asked = None if options.datum == ASSUME else options.datum
    told = None if asked is None else datum_from_word(asked)
    called = part.crs_name or crs.name
    if web == "bd09" and crs.is_projected:
        raise LedgerError(
            f"坐标系“{called}”是百度的平面坐标（米），没有公开的换算公式；"
            "请导出 BD-09 经纬度或 CGCS2000 坐标。",
            f"The CRS {called!r} is Baidu's plane in metres, which has no published formula; "
            "export BD-09 degrees or CGCS2000.",
            where=part.table.where,
        )
    if web is not None and (told is None or told == web):
        return StatedDatum(
            settled=False, as_written=crs.is_geographic, datum=web, notes=(_named(called, web),)
        )
    if web is not None:
        note = _contradicts(called, str(options.datum))
        return StatedDatum(
            settled=False, as_written=crs.is_geographic, datum=options.datum, notes=(note,)
        )
    require_known_datum(crs)
    if not crs.is_geographic:
        plane = crs_told(options)
        other = plane is not None and plane.crs.to_epsg() != crs.to_epsg()
        notes = (_goes_before(called, str(asked)),) if other else ()
        return StatedDatum(settled=True, as_written=False, datum=options.datum, notes=notes)
    if told in WEB_DATUMS:
        return StatedDatum(settled=False, as_written=False, datum=options.datum)
    if options.datum is None and not is_named(crs, *names):
        return StatedDatum(settled=False, as_written=True, datum=None, notes=(_strange(called),))
    return StatedDatum(settled=True, as_written=False, datum=options.datum)


def placed_in_wgs84(part: Part, options: Options) -> tuple[gpd.GeoSeries, tuple[Text, ...]]:
    """Bring a whole layer to WGS84, for questions that need no ledger of it.

    Parameters
    ----------
    part : Part
        The layer, with geometry.
    options : Options
        What the caller says of its datum, or of the CRS that the file does not state.

    Returns
    -------
    GeoSeries, tuple of Text
        Geometries in WGS84 by row number, and what was recognised.

    Raises
    ------
    LedgerError
        If nobody says what the coordinates are in.
    """
    geometry = part.geometry
    assert geometry is not None  # noqa: S101 -- the caller asked
    told = crs_told(options)
    crs = geometry.crs or (CRS(WGS84) if told is None else told.crs)
    geometry = geometry.set_crs(crs, allow_override=True)
    stated = stated_datum(CRS(crs), part, options)
    if stated.settled:
        return geometry.to_crs(WGS84), stated.notes
    datum = datum_from_word(stated.datum) if stated.datum else None
    if datum is None:
        raise LedgerError(
            f"不认识文件所写的坐标系“{part.crs_name or CRS(crs).name}”；请用 --datum 说明。",
            f"The file's CRS {part.crs_name or CRS(crs).name!r} is not known; say it with --datum.",
            where=part.table.where,
        )
    degrees = geometry if stated.as_written else geometry.to_crs(WGS84)

    def move(xy: Floats) -> Floats:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum))

    moved = shapely.transform(degrees.to_numpy(), move)
    return gpd.GeoSeries(moved, index=geometry.index, crs=WGS84), stated.notes


def _named(called: str, web: str) -> Text:
    return Text(
        f"文件注明坐标系为“{called}”，按 {web} 换算为 WGS84。",
        f"The file calls its CRS {called!r}; it was taken as {web} and converted to WGS84.",
    )


def _contradicts(called: str, told: str) -> Text:
    return Text(
        f"文件注明坐标系为“{called}”，但按 --datum {told} 处理；请核对。",
        f"The file calls its CRS {called!r}, but --datum {told} was gone by; check it.",
    )


def _goes_before(called: str, told: str) -> Text:
    return Text(
        f"文件注明坐标系为“{called}”，按它读取，未按 --datum {told}；请核对。",
        f"The file calls its CRS {called!r}, which was gone by and not --datum {told}; check it.",
    )


def _strange(called: str) -> Text:
    return Text(
        f"不认识文件所写的坐标系“{called}”，没有当作 WGS84，改由证据判断。",
        f"The file's CRS {called!r} is not known; it was not taken as WGS84, and evidence was "
        "asked instead.",
    )
