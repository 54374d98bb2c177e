"""Lines and areas that a table writes out: WKT, WKB, GeoJSON, pairs of coordinates, two ends."""

import re
from collections.abc import Mapping

import numpy as np
import shapely

from nngis.arrays import Floats, Objects
from nngis.budgets import check_time
from nngis.crs.cells import LAT, LON, UNREADABLE, Column, read_pairs, read_two_columns
from nngis.ledger.coded import absent
from nngis.ledger.headers import Sheet
from nngis.ledger.problems import Fault, fault
from nngis.ledger.rows import Rows
from nngis.ledger.table import Cell, tidy

ENDS = ("start_lon", "start_lat", "end_lon", "end_lat")
PAIRED_ENDS = ("start_lonlat", "end_lonlat")
DRAWN = ("wkt", *ENDS, *PAIRED_ENDS)
_DEGREES = ("4326", "4490", "0")
_SRID = re.compile(r"SRID\s*=\s*(\d+)\s*;\s*", re.IGNORECASE)
_HEX = re.compile(r"0[01][0-9a-fA-F]{18,}")
_EXPORTED = re.compile(rf"SRID\s*=|\{{|{_HEX.pattern}$|MULTIPOINT|POINT\s*Z", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_BETWEEN = re.compile(r"\s*(?:[;；|\n]|\]\s*[,，]\s*\[|\)\s*[,，]\s*\()\s*")
_BRACKETS = "[]() \t\r\n;；,，"
_NUMBERS = re.compile(r"[^\s,，]+")
_PAIR, _RING = 2, 3


def is_drawn(columns: Mapping[str, object]) -> bool:
    """Tell whether a table says where its lines run."""
    return "wkt" in columns or _ends_of(columns) is not None


def shapes_of_columns(sheet: Sheet, rows: Rows, *, area: bool) -> tuple[Objects, str, list[Fault]]:
    """Draw the rows: by the column that writes them out, else from end to end.

    Gives geometries in the numbers as written, the headers they come from, and cells that no one
    can read.
    """
    columns, names = sheet.header.columns, sheet.header.names
    shapes: Objects = np.full(len(rows), None, dtype=object)
    used: list[str] = []
    faults: list[Fault] = []
    if "wkt" in columns:
        at = columns["wkt"]
        shapes = rows.columns[at].each(lambda cell: _read(cell, area=area))
        used.append(names[at])
        faults += fault(
            absent(shapes) & rows.columns[at].tells(lambda cell: bool(tidy(cell))),
            names[at],
            "图形读不出；请写 WKT，如 LINESTRING (108.3 22.8, 108.4 22.9)，"
            "或“经度,纬度;经度,纬度”。",
            "The geometry cannot be read; write WKT, as LINESTRING (108.3 22.8, 108.4 22.9), or "
            '"lon,lat;lon,lat".',
        )
    ends = None if area else _ends_of(columns)
    if ends is not None:
        header = "、".join(names[columns[name]] for name in ends)
        cells = [rows.columns[columns[name]].cells() for name in ends]
        pairs = (
            [read_pairs(one) for one in cells]
            if ends == PAIRED_ENDS
            else [read_two_columns(*cells[:2]), read_two_columns(*cells[2:])]
        )
        lines = _between(*map(_xy, pairs))
        faults += fault(
            np.any([column.form == UNREADABLE for pair in pairs for column in pair], axis=0),
            header,
            "起终点的坐标读不出；请各填一个经度和一个纬度。",
            "The coordinates of the ends cannot be read; give one longitude and one latitude each.",
        )
        shapes = np.where(absent(shapes), lines, shapes)
        used.append(header)
    return shapes, "、".join(used), faults


def as_pair(cell: Cell) -> Cell:
    """Write a point of a database's export (EWKT, hexadecimal WKB, GeoJSON) as ``lon,lat``.

    Examples
    --------
    >>> as_pair("SRID=4326;POINT (108.3 22.8)"), as_pair("108.3, 22.8")
    ('108.3,22.8', '108.3, 22.8')
    """
    if not isinstance(cell, str) or not _EXPORTED.match(cell.strip()):
        return cell
    shape = _read(cell, area=False)
    shape = None if shape is None else _alone(shape)
    return cell if shape is None else f"{shape.x!r},{shape.y!r}"


def _alone(shape: shapely.Geometry) -> shapely.Point | None:
    parts = shapely.get_parts(shape)
    lone = len(parts) == 1 and isinstance(parts[0], shapely.Point) and not parts[0].is_empty
    return parts[0] if lone else None


def _ends_of(columns: Mapping[str, object]) -> tuple[str, ...] | None:
    return next((names for names in (ENDS, PAIRED_ENDS) if set(names) <= set(columns)), None)


def _between(start: Floats, end: Floats) -> Objects:
    lines: Objects = np.full(len(start), None, dtype=object)
    known = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    lines[known] = shapely.linestrings(np.stack([start[known], end[known]], axis=1))
    return lines


def _xy(pair: tuple[Column, Column]) -> Floats:
    """Put longitude first where words of the cells say which is which."""
    first, second = pair
    turned = (first.axis == LAT) | (second.axis == LON)
    xy = np.column_stack([first.value, second.value])
    return np.where(turned[:, None], xy[:, ::-1], xy)


def _read(cell: Cell, *, area: bool) -> shapely.Geometry | None:
    check_time()
    text = tidy(cell)
    if not text:
        return None
    srid = _SRID.match(text)
    if srid:
        if srid[1] not in _DEGREES:
            return None
        text = text[srid.end() :]
    try:
        if text[0] == "{":
            return shapely.from_geojson(text)
        if _HEX.fullmatch(text):
            shape = shapely.from_wkb(text)
            return shape if str(shapely.get_srid(shape)) in _DEGREES else None
        return shapely.from_wkt(text) if text[0].isalpha() and "(" in text else _pairs(text, area)
    except (shapely.errors.GEOSException, ValueError):
        return None


def _pairs(text: str, area: bool) -> shapely.Geometry | None:  # noqa: FBT001 -- inner
    """Read ``lon,lat;lon,lat``, ``[[lon,lat],[lon,lat]]``, ``lon lat, lon lat``."""
    text = _SPACES.sub(" ", text)
    written = [one.strip(_BRACKETS) for one in _BETWEEN.split(text) if one.strip(_BRACKETS)]
    if len(written) == 1:
        written = _of_one_run(written[0])
    if len(written) < _PAIR:
        return None
    xy = _xy(read_pairs([_without_height(one) for one in written]))
    if not np.isfinite(xy).all():
        return None
    if area:
        return shapely.polygons(xy) if len(xy) >= _RING else None
    return shapely.linestrings(xy)


def _of_one_run(text: str) -> list[str]:
    """Part ``108.3 22.8, 108.4 22.9`` at its commas, ``108.3,22.8,108.4,22.9`` by twos."""
    runs = [run.strip() for run in re.split("[,，]", text)]
    if all(len(run.split()) >= _PAIR for run in runs):
        return runs
    if len(runs) % _PAIR or any(len(run.split()) != 1 for run in runs):
        return []
    return [",".join(runs[at : at + _PAIR]) for at in range(0, len(runs), _PAIR)]


def _without_height(text: str) -> str:
    numbers = _NUMBERS.findall(text)
    return ",".join(numbers[:_PAIR]) if len(numbers) == _RING else text
