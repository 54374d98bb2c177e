"""Where the rows of a ledger lie: coordinates read, datum applied, strays found."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from nngis.crs import NOTES, READ, datum_from_word, parse_coordinates, to_wgs84
from nngis.errors import ScenarioError
from nngis.ledger.columns import RowProblem
from nngis.ledger.headers import Sheet
from nngis.ledger.table import is_blank
from nngis.roles import Role
from nngis.text import Text

# Guangxi's extent with its border rounded outwards [degrees]: a ledger whose rows lie in it has
# no business with a row outside.
GUANGXI = (104.4, 20.9, 112.1, 26.4)
WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Position:
    """Where the rows lie.

    Parameters
    ----------
    geometry : GeoSeries
        In WGS84, indexed by row number; missing where a row has no coordinates.
    problems : list of (int, str, str, str)
        Row number, header, and why it cannot be placed.
    notes : list of Text
        What was mended or assumed.
    """

    geometry: gpd.GeoSeries
    problems: list[RowProblem]
    notes: list[Text]


def locate(
    sheet: Sheet,
    rows: pd.DataFrame,
    role: Role,
    *,
    geometry: gpd.GeoSeries | None,
    datum: str | None,
    work_crs: CRS | None,
) -> Position:
    """Place the rows of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet and its header.
    rows : DataFrame
        Its data rows as written, indexed by row number.
    role : Role
        What the rows should become.
    geometry : GeoSeries, optional
        Geometries of a vector file, in WGS84 by row number.
    datum : str, optional
        Datum, or CRS such as ``EPSG:4545``, where no column says it.
    work_crs : CRS, optional
        Taken, with a note, for projected coordinates that name no zone.

    Returns
    -------
    Position
        Geometries, problems, notes.

    Raises
    ------
    ScenarioError
        If `datum` is neither a datum nor a CRS.
    """
    if geometry is not None:
        return _of_vector(geometry.reindex(rows.index), datum)
    if role.shape == "none":
        empty = gpd.GeoSeries([None] * len(rows), index=rows.index, crs=WGS84)
        return Position(empty, [], [])
    columns = sheet.header.columns
    pair = [columns[name] for name in ("lon", "lat") if name in columns]
    if len(pair) < 2:  # noqa: PLR2004 -- both halves of a pair
        pair = [columns["lonlat"]]
    header = "、".join(sheet.header.names[at] for at in pair)
    told = CRS(datum) if datum and datum.upper().startswith("EPSG:") else None
    found = parse_coordinates(
        *(rows[at].tolist() for at in pair), projected=told, work_crs=work_crs
    )
    lon, lat = found.lon.copy(), found.lat.copy()
    degrees = found.read & (found.crs_epsg == 0)
    datums, problems, notes = _datums(sheet, rows, degrees, None if told else datum)
    for word in sorted(set(datums[degrees])):
        mine = degrees & (datums == word)
        lon[mine], lat[mine] = to_wgs84(lon[mine], lat[mine], word)
    for code in sorted(set(found.note) - set(READ) - {"missing"}):
        text = NOTES[code]
        problems += [(n, header, text.zh, text.en) for n in rows.index[found.note == code]]
    strays = _strays(lon, lat)
    problems += [(n, header, STRAY.zh, STRAY.en) for n in rows.index[strays]]
    placed = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=rows.index, crs=WGS84)
    placed = placed.mask(~np.isfinite(lon))
    return Position(placed, problems, [*notes, *_say(found.summary())])


STRAY = Text(
    "坐标在广西以外，而其余各行在广西以内；请核对经纬度。",
    "The point lies outside Guangxi while the other rows lie in it; check the coordinates.",
)


def _strays(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    west, south, east, north = GUANGXI
    placed = np.isfinite(lon)
    within = placed & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if within.sum() * 2 <= placed.sum():
        return np.zeros(len(lon), dtype=bool)  # a case from elsewhere
    return placed & ~within


def _datums(
    sheet: Sheet, rows: pd.DataFrame, degrees: npt.NDArray[np.bool_], datum: str | None
) -> tuple[npt.NDArray[np.object_], list[RowProblem], list[Text]]:
    """Say which datum each row is in: its own column, else the option, else WGS84 with a note."""
    named = None if datum is None else datum_from_word(datum)
    if datum is not None and named is None:
        raise ScenarioError(
            "不认识的坐标系；请用 wgs84、cgcs2000、gcj02、bd09 或 EPSG:4545 之类。",
            "Not a datum; use wgs84, cgcs2000, gcj02, bd09, or a CRS such as EPSG:4545.",
            where=f"--datum {datum}",
        )
    datums = np.full(len(rows), named or "wgs84", dtype=object)
    at = sheet.header.columns.get("datum")
    problems: list[RowProblem] = []
    unsaid = degrees.copy()  # a row without coordinates, or in projected ones, needs no datum
    if at is not None:
        for place, (number, cell) in enumerate(rows[at].items()):
            if is_blank(cell):
                continue
            word = datum_from_word(cell)
            unsaid[place] = False
            if word is None:
                problems.append(
                    (
                        int(number),
                        sheet.header.names[at],
                        f"不认识的坐标系“{cell}”；请写 WGS84、CGCS2000、GCJ-02 或 BD-09。",
                        f"The datum {cell!r} is not known; write WGS84, CGCS2000, GCJ-02 or BD-09.",
                    )
                )
            else:
                datums[place] = word
    notes = []
    if named is None and unsaid.any():
        notes.append(
            Text(
                f"{int(unsaid.sum())} 行没有注明坐标系，按 WGS84 处理；若取自高德或百度地图，"
                "会偏 0.5 至 1.2 km，请用 --datum 说明。",
                f"{int(unsaid.sum())} rows do not say their datum and were taken as WGS84; points "
                "from Amap or Baidu maps would lie 0.5 to 1.2 km off: say so with --datum.",
            )
        )
    return datums, problems, notes


def _of_vector(geometry: gpd.GeoSeries, datum: str | None) -> Position:
    word = datum_from_word(datum) if datum else None
    if word in ("gcj02", "bd09"):

        def back(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], word))

        geometry = geometry.transform(back)
    return Position(geometry.set_crs(WGS84, allow_override=True), [], [])


def _say(summary: tuple[Text, ...]) -> list[Text]:
    # Rows without coordinates or that cannot be read are named one by one elsewhere.
    named = {NOTES[code].zh for code in NOTES if code not in READ and code != "missing"}
    return [text for text in summary if not any(text.zh.endswith(zh) for zh in named)]
