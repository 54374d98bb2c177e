"""Where the rows of a ledger lie: coordinates read, datum applied, strays found."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from nngis.crs import datum_from_word, require_known_datum, to_wgs84
from nngis.errors import ScenarioError
from nngis.ledger.addresses import CLAIMS, match_addresses
from nngis.ledger.coded import absent
from nngis.ledger.datum_of_rows import datums_of_rows
from nngis.ledger.headers import DMS_FIELDS, Sheet
from nngis.ledger.part import Options, Part
from nngis.ledger.problems import Fault, fault
from nngis.ledger.rows import Rows
from nngis.ledger.table import Cell, tidy
from nngis.ledger.vertices import (
    Shapes,
    Vertices,
    has_dms,
    vertices_of_columns,
    vertices_of_shapes,
)
from nngis.roles import Role
from nngis.text import Text

# Guangxi's extent with its border rounded outwards [degrees]: a ledger whose rows lie in it has
# no business with a row outside.
GUANGXI = (104.4, 20.9, 112.1, 26.4)
WGS84 = "EPSG:4326"
STRAY = Text(
    "坐标在广西以外，而其余各行在广西以内；请核对经纬度。",
    "The point lies outside Guangxi while the other rows lie in it; check the coordinates.",
)


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
    """Say which fields of a sheet the position is read from.

    Parameters
    ----------
    sheet : Sheet
        The sheet and its header.
    role : Role
        What its rows should become.
    has_geometry : bool
        Whether the format carries geometry; its columns of coordinates are then kept as they are.

    Returns
    -------
    tuple of str
        Fields; those of a position and the datum.
    """
    columns = sheet.header.columns
    if has_geometry or role.shape == "none":
        return ("datum",)
    if role.shape != "point":
        return ("wkt", "datum")
    if has_dms(sheet):
        return (*DMS_FIELDS, "datum")
    return ("lon", "lat", "datum") if {"lon", "lat"} <= set(columns) else ("lonlat", "datum")


def locate(
    sheet: Sheet, rows: Rows, role: Role, part: Part, claims: pd.DataFrame, *, options: Options
) -> Position:
    """Place the rows of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet and its header.
    rows : Rows
        Its data rows.
    role : Role
        What the rows should become.
    part : Part
        What the format carries.
    claims : DataFrame
        The rows' own fields, in the same order.
    options : Options
        Datum, work CRS, reference layers.

    Returns
    -------
    Position
        Geometries, faults, notes.

    Raises
    ------
    ScenarioError
        If the option names neither a datum nor a CRS.
    LedgerError
        If nobody says the datum and the evidence does not tell.
    """
    told = _told(options.datum)
    used = position_fields(sheet, role, has_geometry=part.geometry is not None)
    notes: list[Text] = []
    if part.geometry is not None:
        vertices, notes = _of_vector(part, rows, told, options)
    elif role.shape == "none":
        return _nowhere(rows)
    elif role.shape != "point":
        vertices = _of_wkt(sheet, rows, told, options)
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
    shaped, shape_faults, shape_notes = _as_role_asks(shapes, role, part)
    faults += shape_faults + _strays(shaped, vertices.header)
    matched, found, match_notes = _by_address(shaped, faults, claims, role, options)
    geometry = gpd.GeoSeries(found, crs=WGS84)
    said = [*notes, *vertices.notes, *datums.notes, *shape_notes, *match_notes]
    return Position(geometry, matched, faults, said)


def _told(datum: str | None) -> CRS | None:
    if not datum or not datum.upper().startswith("EPSG:"):
        return None
    try:
        return CRS(datum)
    except CRSError:
        raise ScenarioError(
            "没有这个坐标参考系；请核对编号，例如 EPSG:4545。",
            "There is no such CRS; check its code, for example EPSG:4545.",
            where=f"--datum {datum}",
        ) from None


def _nowhere(rows: Rows) -> Position:
    nothing = gpd.GeoSeries([None] * len(rows), crs=WGS84)
    return Position(nothing, pd.DataFrame(index=range(len(rows))), [], [])


def _of_vector(
    part: Part, rows: Rows, told: CRS | None, options: Options
) -> tuple[Vertices, list[Text]]:
    """Take the geometries of a vector format; the CRS it states settles their datum."""
    geometry = part.geometry
    assert geometry is not None  # noqa: S101 -- the caller asked
    geometry = geometry.reindex(rows.numbers)
    stated = geometry.crs
    if stated is None or (told is not None and stated.is_geographic):
        return (
            vertices_of_shapes(
                geometry.to_numpy(), "geometry", told=told, assumed=options.work_crs
            ),
            [],
        )
    require_known_datum(CRS(stated))
    degrees = vertices_of_shapes(
        geometry.to_crs(WGS84).to_numpy(), "geometry", told=CRS(WGS84), assumed=None
    )
    word = datum_from_word(options.datum) if options.datum else None
    if CRS(stated).is_geographic and word in ("gcj02", "bd09"):
        # The owner's word goes before the format's, which cannot name these datums.
        vertices = vertices_of_shapes(
            geometry.to_crs(WGS84).to_numpy(), "geometry", told=None, assumed=None
        )
        return vertices, []
    return degrees, []


def _of_wkt(sheet: Sheet, rows: Rows, told: CRS | None, options: Options) -> Vertices:
    at = sheet.header.columns["wkt"]
    header = sheet.header.names[at]
    shapes = rows.columns[at].each(_read_wkt)
    bad = absent(shapes) & rows.columns[at].tells(lambda cell: bool(tidy(cell)))
    vertices = vertices_of_shapes(shapes, header, told=told, assumed=options.work_crs)
    vertices.faults.extend(
        fault(
            bad,
            header,
            "图形不是有效的 WKT；请写成 POLYGON((经度 纬度, …)) 或 LINESTRING(…)。",
            "The geometry is no valid WKT; write POLYGON((lon lat, ...)) or LINESTRING(...).",
        )
    )
    return vertices


def _read_wkt(cell: Cell) -> shapely.Geometry | None:
    text = tidy(cell)
    try:
        return shapely.from_wkt(text) if text else None
    except shapely.errors.GEOSException:
        return None


def _shifted(vertices: Vertices, words: npt.NDArray[np.object_], count: int) -> Shapes:
    lon, lat = vertices.lon.copy(), vertices.lat.copy()
    of_vertex = words[vertices.owner]
    for word in sorted({word for word in of_vertex[vertices.degrees] if word is not None}):
        mine = vertices.degrees & (of_vertex == word)
        lon[mine], lat[mine] = to_wgs84(lon[mine], lat[mine], word)
    return vertices.moved(lon, lat, count)


def _as_role_asks(shapes: Shapes, role: Role, part: Part) -> tuple[Shapes, list[Fault], list[Text]]:
    """Bring geometries to the shape that the role has: points, lines or polygons."""
    if part.geometry is None and role.shape == "point":
        return shapes, [], []
    out, notes = shapes.copy(), []
    empty = np.array([s is None or s.is_empty for s in shapes], np.bool_)
    kind = np.where(empty, -1, shapely.get_type_id(shapes))
    dimension = np.where(empty, -1, shapely.get_dimensions(shapes))
    out[empty] = None
    if role.shape == "point":
        multi = (kind == 4) & (shapely.get_num_geometries(shapes) == 1)  # noqa: PLR2004 -- type id
        out[multi] = shapely.get_geometry(shapes[multi], 0)
        areas = dimension == 2  # noqa: PLR2004 -- polygons
        out[areas] = shapely.point_on_surface(shapes[areas])
        if areas.any():
            notes.append(
                Text(
                    f"{int(areas.sum())} 个面以其内部一点代表。",
                    f"{int(areas.sum())} polygons are stood for by a point within each.",
                )
            )
        wrong = ~empty & ~areas & ~multi & (kind != 0)
        return out, _wrong_shape(wrong, "点", "a point"), notes
    if role.shape == "none":
        return out, [], []
    wanted = {"line": 1, "polygon": 2}[role.shape]
    zh, en = {"line": ("线", "a line"), "polygon": ("面", "a polygon")}[role.shape]
    wrong = empty | (dimension != wanted)
    torn = ~wrong & ~shapely.is_valid(shapes)
    if torn.any() and wanted == 2:  # noqa: PLR2004 -- polygons
        out[torn] = shapely.make_valid(shapes[torn], method="structure")
        notes.append(
            Text(
                f"{int(torn.sum())} 个面自相交，已修正；请核对。",
                f"{int(torn.sum())} polygons crossed themselves and were mended; check them.",
            )
        )
    return out, _wrong_shape(wrong, zh, en), notes


def _wrong_shape(wrong: npt.NDArray[np.bool_], zh: str, en: str) -> list[Fault]:
    return fault(
        wrong,
        "geometry",
        f"没有图形，或图形不是{zh}。",
        f"There is no geometry, or it is not {en}.",
    )


def _strays(shapes: Shapes, header: str) -> list[Fault]:
    west, south, east, north = GUANGXI
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    placed = np.isfinite(x)
    within = placed & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    if within.sum() * 2 <= placed.sum():
        return []  # a case from elsewhere
    return fault(placed & ~within, header, STRAY.zh, STRAY.en)


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
    count = int(lost.sum())
    if references is None:
        return matched, shapes, [_unplaced(count)]
    found = match_addresses(claims[lost], references)
    placed = found["lon"].notna().to_numpy()
    at = np.flatnonzero(lost)[placed]
    notes = [_unplaced(count - len(at))] if count > len(at) else []
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
        Text(
            f"{len(at)} 行没有坐标，按地址推定位置，等级为近似；"
            f"不确定半径 {found['uncertainty_m'].min():,.0f} 至 "
            f"{found['uncertainty_m'].max():,.0f} m，见“位置不确定半径”一列。",
            f"{len(at)} rows have no coordinates and were placed by their address, evidence "
            f"approximate; the true position lies within {found['uncertainty_m'].min():,.0f} to "
            f"{found['uncertainty_m'].max():,.0f} m, see the column uncertainty_m.",
        )
    )
    return matched, out, notes


def _unplaced(count: int) -> Text:
    return Text(
        f"{count} 行没有坐标，也无法按地址定位；与位置有关的判断为“未知”。",
        f"{count} rows have no coordinates and cannot be placed by an address; what depends on "
        "their position stays unknown.",
    )
