"""Where the rows of a ledger lie: coordinates read, datum applied, strays found."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from nngis.arrays import Objects
from nngis.crs import to_wgs84
from nngis.ledger.addresses import CLAIMS, match_addresses
from nngis.ledger.coded import absent
from nngis.ledger.datum_of_rows import datums_of_rows
from nngis.ledger.headers import DMS_FIELDS, Sheet
from nngis.ledger.lines import DRAWN, is_drawn, shapes_of_columns
from nngis.ledger.part import Options, Part
from nngis.ledger.problems import Fault, doubt, faulty
from nngis.ledger.rows import Rows
from nngis.ledger.shapes import as_role_asks
from nngis.ledger.stated_datum import stated_datum
from nngis.ledger.strays import speaks_chinese, strays
from nngis.ledger.told import Told, crs_told
from nngis.ledger.vertices import (
    Shapes,
    Vertices,
    has_dms,
    vertices_of_columns,
    vertices_of_shapes,
)
from nngis.roles import Role
from nngis.text import Text, Warned, counted

WGS84 = "EPSG:4326"
_LINE = Role("", Text("", ""), "line", "", (), ())


@dataclass(frozen=True)
class Position:
    """Where the rows lie.

    Parameters
    ----------
    geometry : GeoSeries
        In WGS84, in the order of the data rows; missing where a row has no position.
    matched : DataFrame
        `uncertainty_m` and `matched_to` of rows placed by their address; no columns where there
        are none.
    faults : list of Fault
        Rows that cannot be placed.
    notes : list of Text
        What was mended, assumed or inferred.
    """

    geometry: gpd.GeoSeries
    matched: pd.DataFrame
    faults: list[Fault]
    notes: list[Text]


def position_fields(sheet: Sheet, role: Role, *, has_geometry: bool) -> tuple[str, ...]:
    """Say which fields of a sheet the position is read from."""
    columns = sheet.header.columns
    if has_geometry or (role.shape == "none" and not role.drawn_as):
        return ("datum",)
    if role.shape != "point":
        return (*DRAWN, "datum")
    if has_dms(sheet):
        return (*DMS_FIELDS, "datum")
    return ("lon", "lat", "datum") if {"lon", "lat"} <= set(columns) else ("lonlat", "datum")


def locate(
    sheet: Sheet, rows: Rows, role: Role, part: Part, claims: pd.DataFrame, *, options: Options
) -> Position:
    """Place the rows of a sheet."""
    told = crs_told(options)
    used = position_fields(sheet, role, has_geometry=part.geometry is not None)
    notes: list[Text] = []
    if part.geometry is not None:
        vertices, options, notes = _of_vector(part, rows, told, options)
    elif role.shape == "none" and not (role.drawn_as and is_drawn(sheet.header.columns)):
        return _nowhere(rows)
    elif role.shape != "point":
        shapes, header, unread = shapes_of_columns(sheet, rows, area=role.shape == "polygon")
        vertices = vertices_of_shapes(shapes, header, told=told, assumed=options.work_crs)
        vertices.faults.extend(unread)
    elif set(used) & {"lon", "lonlat", "lon_deg"} & set(sheet.header.columns):
        vertices = vertices_of_columns(sheet, rows, told=told, assumed=options.work_crs)
    else:
        nothing = np.full(len(rows), np.nan)
        vertices = Vertices(
            nothing, nothing, np.arange(len(rows)), np.zeros(len(rows), np.bool_), None, "", [], []
        )
    datums = datums_of_rows(sheet, rows, vertices, claims, options)
    shapes = _shifted(vertices, datums.words, len(rows))
    faults = [*vertices.faults, *datums.faults]
    if part.geometry is None and role.shape == "point":
        shaped = shapes
    else:
        shaped, shape_faults = as_role_asks(shapes, role)
        faults += shape_faults
    is_chinese = speaks_chinese(sheet, rows)
    faults += strays(shaped, vertices.header, options.divisions(), is_chinese=is_chinese)
    if role.shape == "none" and part.geometry is None:
        shaped, faults = _as_drawn(shaped, faults, len(rows))
    matched, found, match_notes = _by_address(shaped, faults, claims, role, options)
    geometry = gpd.GeoSeries(found, crs=WGS84)
    said = [*notes, *vertices.notes, *datums.notes, *match_notes]
    return Position(geometry, matched, faults, said)


def _nowhere(rows: Rows) -> Position:
    nothing = gpd.GeoSeries([None] * len(rows), crs=WGS84)
    return Position(nothing, pd.DataFrame(index=range(len(rows))), [], [])


def _of_vector(
    part: Part, rows: Rows, told: Told | None, options: Options
) -> tuple[Vertices, Options, list[Text]]:
    """Take the geometries of a vector format; the CRS it states settles their datum."""
    geometry = part.geometry
    assert geometry is not None  # noqa: S101 -- the caller asked
    geometry = geometry.reindex(rows.numbers)
    if geometry.crs is None or (told is not None and CRS(geometry.crs).is_geographic):
        shapes = geometry.to_numpy()
        vertices = vertices_of_shapes(shapes, "geometry", told=told, assumed=options.work_crs)
        return vertices, options, []
    stated = stated_datum(CRS(geometry.crs), part, options)
    shapes = (geometry if stated.as_written else geometry.to_crs(WGS84)).to_numpy()
    known = Told(CRS(WGS84), north_first=False, home=None) if stated.settled else None
    vertices = vertices_of_shapes(shapes, "geometry", told=known, assumed=None)
    return vertices, replace(options, datum=stated.datum), list(stated.notes)


def _as_drawn(shapes: Shapes, faults: list[Fault], count: int) -> tuple[Shapes, list[Fault]]:
    """Of rows that need no geometry keep the lines; a line that cannot be costs none its row."""
    kept, _ = as_role_asks(shapes, _LINE)
    bad = faulty(faults, count)
    kept[bad] = None
    lost = absent(kept) & ~absent(shapes) & ~bad
    said = doubt(
        lost,
        "geometry",
        "图形不是线（长度大于零），未画出，其余照常采用。",
        "The geometry is no line of some length and was not drawn; the rest of the row holds.",
    )
    return kept, [*(replace(one, doubt=True) for one in faults), *said]


def _shifted(vertices: Vertices, words: Objects, count: int) -> Shapes:
    lon, lat = vertices.lon.copy(), vertices.lat.copy()
    of_vertex = words[vertices.owner]
    for word in sorted({word for word in of_vertex[vertices.degrees] if word is not None}):
        mine = vertices.degrees & (of_vertex == word)
        lon[mine], lat[mine] = to_wgs84(lon[mine], lat[mine], word)
    return vertices.moved(lon, lat, count)


def _by_address(
    shapes: Shapes, faults: list[Fault], claims: pd.DataFrame, role: Role, options: Options
) -> tuple[pd.DataFrame, Shapes, list[Text]]:
    """Place the rows that have no coordinates by what they say of where they are."""
    matched = pd.DataFrame(index=range(len(shapes)))
    lost = absent(shapes)
    for one in faults:
        lost[one.rows] = False
    if role.shape != "point" or not lost.any():
        return matched, shapes, []
    named = any(name in claims and claims.loc[lost, name].notna().any() for name in CLAIMS)
    references = options.known() if named else None
    if references is None:
        return matched, shapes, [_unplaced(np.flatnonzero(lost))]
    found = match_addresses(claims[lost], references)
    placed = found["lon"].notna().to_numpy()
    at = np.flatnonzero(lost)[placed]
    notes: list[Text] = [] if placed.all() else [_unplaced(np.flatnonzero(lost)[~placed])]
    if not len(at):
        return matched, shapes, notes
    out = shapes.copy()
    found = found[placed]
    out[at] = shapely.points(found["lon"].to_numpy(), found["lat"].to_numpy())
    matched["uncertainty_m"] = np.nan
    matched["matched_to"] = pd.Series([None] * len(shapes), dtype=object)
    matched.loc[at, "uncertainty_m"] = found["uncertainty_m"].to_numpy()
    matched.loc[at, "matched_to"] = found["matched_to"].to_numpy()
    notes.append(
        Warned(
            f"{len(at)} 行没有坐标，按地址推定位置，等级为近似；"
            f"不确定半径 {found['uncertainty_m'].min():,.0f} 至 "
            f"{found['uncertainty_m'].max():,.0f} m，见“位置不确定半径”一列。",
            f"{counted(len(at), 'row', 'have')} no coordinates: placed by the address, evidence "
            f"approximate; the true position lies within {found['uncertainty_m'].min():,.0f} to "
            f"{found['uncertainty_m'].max():,.0f} m, see the column uncertainty_m.",
            ids=at,
        )
    )
    return matched, out, notes


def _unplaced(at: npt.NDArray[np.intp]) -> Warned:
    return Warned(
        f"{at.size} 行没有坐标，也无法按地址定位；与位置有关的判断为“未知”。",
        f"{counted(at.size, 'row', 'have')} no coordinates and no address that places it; what "
        "depends on their position stays unknown.",
        ids=at,
    )
