"""Vertices: the coordinates of every row, whether points in columns or shapes, as one array."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from nngis.arrays import Bools, Floats
from nngis.crs import NOTES, READ, Coordinates, Order, parse_coordinates, parse_dms_columns
from nngis.ledger.headers import DMS_FIELDS, Sheet
from nngis.ledger.lines import as_pair
from nngis.ledger.problems import Fault, doubt, fault
from nngis.ledger.rows import Rows
from nngis.ledger.told import Told
from nngis.text import Text, Warned

Shapes = npt.NDArray[np.object_]
_ORDER_WORDS = ("东(?!经)|east", "北(?!纬)|north")  # headers that name easting and northing
# Notes that are no fault of a row: read as it stands, or without coordinates, said elsewhere.
_PLAIN = {"ok", "dms", "projected", "missing"}


@dataclass(frozen=True)
class Vertices:
    """Coordinates of the rows, datum not yet applied.

    Parameters
    ----------
    lon, lat : (m,) float array
        Longitude and latitude [degrees]; NaN where not read.
    owner : (m,) int array
        Position of the row that a vertex belongs to.
    degrees : (m,) bool array
        Which vertices were written in degrees, in a datum that is not settled yet.
    shapes : (n,) object array or None
        Geometries whose coordinates these are; None for points from columns.
    header : str
        Headers of the columns they stand in.
    faults : list of Fault
        Rows that cannot be placed.
    notes : list of Text
        What was mended or assumed.
    """

    lon: Floats
    lat: Floats
    owner: npt.NDArray[np.intp]
    degrees: Bools
    shapes: Shapes | None
    header: str
    faults: list[Fault]
    notes: list[Text]

    def moved(self, lon: Floats, lat: Floats, count: int) -> Shapes:
        """Build the geometry of every row from new coordinates."""
        known = np.isfinite(lon) & np.isfinite(lat)
        out = np.full(count, None, dtype=object)
        if self.shapes is None:
            out[self.owner[known]] = shapely.points(lon[known], lat[known])
            return out
        whole = np.bincount(self.owner[~known], minlength=count) == 0
        whole &= np.fromiter((shape is not None for shape in self.shapes), np.bool_, count)
        pairs = np.column_stack([lon, lat])[whole[self.owner]]
        out[whole] = shapely.transform(self.shapes[whole], lambda _: pairs)
        return out


def vertices_of_columns(
    sheet: Sheet, rows: Rows, *, told: Told | None, assumed: CRS | None
) -> Vertices:
    """Read the position of points from their columns."""
    columns = sheet.header.columns
    pair: tuple[str, ...] = ("lon", "lat") if {"lon", "lat"} <= set(columns) else ("lonlat",)
    if has_dms(sheet):
        pair = tuple(name for name in DMS_FIELDS if name in columns)
        cells = [
            rows.columns[columns[name]].cells() if name in columns else None for name in DMS_FIELDS
        ]
        found = parse_dms_columns((cells[0], cells[1], cells[2]), (cells[3], cells[4], cells[5]))  # type: ignore[arg-type]
    else:
        read = as_pair if pair == ("lonlat",) else lambda cell: cell
        cells = [rows.columns[columns[name]].each(read) for name in pair]
        named = all(
            re.search(word, sheet.header.names[columns[name]].lower())
            for name, word in zip(pair, _ORDER_WORDS, strict=False)
        )
        found = _parsed(cells, told, assumed, named=named)
    header = "、".join(sheet.header.names[columns[name]] for name in pair)
    faults = _faults(found, header, np.arange(len(rows)), len(rows))
    return Vertices(
        lon=found.lon,
        lat=found.lat,
        owner=np.arange(len(rows)),
        degrees=found.read & (found.crs_epsg == 0),
        shapes=None,
        header=header,
        faults=faults,
        notes=_said(found, np.arange(len(rows))),
    )


def vertices_of_shapes(
    shapes: Sequence[shapely.Geometry | None] | Shapes,
    header: str,
    *,
    told: Told | None,
    assumed: CRS | None,
) -> Vertices:
    """Read the coordinates of geometries that do not say their CRS."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    array = shapely.force_2d(array)
    pairs, owner = shapely.get_coordinates(array, return_index=True)
    found = _parsed([pairs[:, 0], pairs[:, 1]], told, assumed, named=True)
    return Vertices(
        lon=found.lon,
        lat=found.lat,
        owner=owner,
        degrees=found.read & (found.crs_epsg == 0),
        shapes=array,
        header=header,
        faults=_faults(found, header, owner, len(array)),
        notes=_said(found, owner),
    )


def has_dms(sheet: Sheet) -> bool:
    """Tell whether a sheet gives its angles in columns of degrees and minutes."""
    return {"lon_deg", "lon_min", "lat_deg", "lat_min"} <= set(sheet.header.columns)


def _parsed(
    cells: Sequence[Any], told: Told | None, assumed: CRS | None, *, named: bool
) -> Coordinates:
    """Read columns; `named` says whether they tell the easting."""
    crs = home = None
    if told is not None:
        crs, home = told.crs, told.home
        if told.north_first:
            cells, named = list(reversed(cells)), True
    with np.errstate(invalid="ignore", over="ignore"):  # 1e100 is out of range, no mistake of ours
        return parse_coordinates(*cells, projected=crs, work_crs=assumed, order=Order(named, home))


def _faults(
    found: Coordinates, header: str, owner: npt.NDArray[np.intp], count: int
) -> list[Fault]:
    """List the rows that cannot be read, and those that were mended or guessed."""
    faults = []
    for code in sorted(set(found.note) - _PLAIN):
        if code == "swapped" and found.columns_swapped:
            continue  # said once, of the columns
        text = NOTES[code]
        rows = np.zeros(count, np.bool_)
        rows[owner[found.note == code]] = True
        say = doubt if code in READ else fault
        faults += say(rows, header, text.zh, text.en)
    return faults


def _said(found: Coordinates, owner: npt.NDArray[np.intp]) -> list[Text]:
    """Say what holds of whole columns: how they were read, and that they were swapped."""
    row, first = np.unique(owner, return_index=True)
    if owner.size != row.size:
        found = Coordinates(
            found.lon[first],
            found.lat[first],
            found.crs_epsg[first],
            found.note[first],
            columns_swapped=found.columns_swapped,
        )
    if not found.columns_swapped:
        found = replace(found, note=np.where(found.note == "swapped", "ok", found.note))
    kept = np.isin(found.note, ["dms", "projected", "swapped"])
    said = replace(found, note=np.where(kept, found.note, "ok")).summary()
    return [Warned(*one, ids=row[np.array(one.ids, np.intp)]) for one in said]
