"""A boiler ledger as an office would send it: headers, notations, slips, and a workbook."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from nngis.crs import gcj02_from_wgs84

TITLE = "南宁市工业锅炉台账（合成演示数据，单位名称均为虚构）"
CAPACITY = "额定蒸发量(蒸吨/时)"
HEADERS = (
    "序号", "锅炉编号", "使用单位名称", "所在县（市、区）", "乡镇", "详细地址", "锅炉型号",
    CAPACITY, "燃料种类", "年燃料用量(吨)", "投运日期", "锅炉状态", "中心经度",
    "中心纬度", "坐标系", "备注",
)  # fmt: skip
WIDTHS = (6, 11, 16, 14, 10, 28, 18, 16, 16, 14, 14, 10, 18, 16, 10, 24)
WRITTEN = datetime(2021, 12, 31)  # noqa: DTZ001  (xlsx knows no time zones)
ZIP_TIME = (2021, 12, 31, 0, 0, 0)
GCJ02_SHARE = 0.22
DEGREE_SIGNS_SHARE = 0.15

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
OLD_NAMES = {"横州市": "横县", "武鸣区": "武鸣县"}
OLD_NAME_SHARE = 0.06

Cell = str | int | float | None
Row = list[Cell]


@dataclass(frozen=True)
class Boiler:
    """One made-up boiler, as it is before anybody writes it down.

    Parameters
    ----------
    owner, county, township : str
        Made-up owner; where it stands.
    lon, lat : float
        WGS84 [°].
    model : str
        Chinese boiler model.
    capacity_t_h : float
        Rated steam output [t/h].
    fuel : str
        As a ledger words it.
    fuel_use_t_a : int or None
        Solid fuel burnt in a year [t/a].
    start : (int, int)
        Year and month of commissioning.
    status : str
        As a ledger words it.
    """

    owner: str
    county: str
    township: str
    lon: float
    lat: float
    model: str
    capacity_t_h: float
    fuel: str
    fuel_use_t_a: int | None
    start: tuple[int, int]
    status: str


def degree_signs(value: float) -> str:
    """Write an angle in degrees, minutes and seconds.

    Parameters
    ----------
    value : float
        Angle [°], not negative.

    Returns
    -------
    str
        To a hundredth of a second, 30 cm.

    Examples
    --------
    >>> degree_signs(108.9400445)
    '108°56′24.16″'
    """
    hundredths = round(value * 360_000)
    minutes, seconds = divmod(hundredths, 6_000)
    return f"{minutes // 60}°{minutes % 60:02d}′{seconds / 100:05.2f}″"


def rows(boilers: Sequence[Boiler], random: Random) -> list[Row]:
    """Write boilers down, each in the notation of whoever filled the row in.

    Parameters
    ----------
    boilers : sequence of Boiler
        In the order of the ledger.
    random : Random
        Draws the notations.

    Returns
    -------
    list of list
        A row a boiler, in the order of `HEADERS`.
    """
    written: list[Row] = []
    for number, boiler in enumerate(boilers, 1):
        lon, lat, datum = boiler.lon, boiler.lat, "WGS84"
        if random.random() < GCJ02_SHARE:
            lon, lat = (float(value) for value in gcj02_from_wgs84(lon, lat))
            datum = "GCJ-02"
        place: tuple[Cell, Cell] = (round(lon, 6), round(lat, 6))
        if random.random() < DEGREE_SIGNS_SHARE:
            place = (degree_signs(lon), degree_signs(lat))
            if random.random() < 1 / 3:
                place = (f"东经{place[0]}", f"北纬{place[1]}")
        county = boiler.county
        if random.random() < OLD_NAME_SHARE:
            county = OLD_NAMES.get(county, county)
        year, month = boiler.start
        date = random.choice((f"{year}-{month:02d}", f"{year}年{month}月", f"{year}.{month}", year))
        written.append(
            [
                number,
                f"YS-{number:03d}",
                boiler.owner,
                county,
                boiler.township or None,
                f"{county}{boiler.township}（{boiler.owner}厂区内）",
                boiler.model,
                boiler.capacity_t_h,
                boiler.fuel,
                boiler.fuel_use_t_a,
                date,
                boiler.status,
                *place,
                datum,
                None,
            ]
        )
    return written


def spoil(table: Sequence[Row], *, start: int) -> list[Row]:
    """Put in the slips that real ledgers have: odd notations first, then rows that are wrong.

    Parameters
    ----------
    table : sequence of list
        As `rows` writes it.
    start : int
        Position from which rows may be spoilt: those in decimal degrees of WGS84.

    Returns
    -------
    list of list
        New rows, one more than before: a boiler entered twice.

    Notes
    -----
    To be read as they are meant: a capacity in MW, with its unit, in full-width digits, after
    "约"; blanks round a name; two fuels in one cell. To be rejected or asked about: no
    coordinates, words for a number, longitude and latitude exchanged, a place outside Guangxi, an
    id used twice.
    """
    table = [list(row) for row in table]
    at = {name: number for number, name in enumerate(HEADERS)}
    owner, model, capacity, fuel = at["使用单位名称"], at["锅炉型号"], at[CAPACITY], at["燃料种类"]
    lon, lat, datum, remark = at["中心经度"], at["中心纬度"], at["坐标系"], at["备注"]
    plain = [row for row in table[start:] if isinstance(row[lon], float) and row[datum] == "WGS84"]
    slips: tuple[Callable[[Row], dict[int, Cell]], ...] = (
        lambda _: {
            model: "QXX14-1.25/130/70-AⅡ",
            capacity: "14MW",
            fuel: "烟煤",
            at["年燃料用量(吨)"]: 6200,
            remark: "热水锅炉",
        },
        lambda row: {capacity: f"{row[capacity]}t/h"},
        lambda row: {capacity: str(row[capacity]).translate(FULL_WIDTH)},
        lambda row: {capacity: f"约{row[capacity]}蒸吨"},
        lambda row: {owner: f" {row[owner]}\u3000"},
        lambda _: {model: "DZL6-1.25-T", capacity: 6, fuel: "生物质（木屑、甘蔗渣）"},
        lambda _: {lon: None, lat: None, datum: None, remark: "坐标待补"},
        lambda _: {capacity: "四至六吨"},
        lambda row: {lon: row[lat], lat: row[lon], remark: "经纬度疑似填反"},
        lambda _: {lon: 113.264385, lat: 23.129112},
    )
    for row, slip in zip(plain, slips, strict=False):
        for where, cell in slip(row).items():
            row[where] = cell
    twin = list(plain[len(slips)])
    twin[0] = len(table) + 1
    twin[remark] = "重复填报"
    return [*table, twin]


def workbook(table: Sequence[Row]) -> bytes:
    """Put rows into a workbook that is the same, byte for byte, whenever it is made.

    Parameters
    ----------
    table : sequence of list
        Rows in the order of `HEADERS`.

    Returns
    -------
    bytes
        An xlsx file: a title row, a header row, the rows.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "锅炉台账"
    sheet.append([TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADERS))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(HEADERS)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for row in table:
        sheet.append(row)
    for at, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A3"
    book.properties.creator = "nngis"
    book.properties.created = book.properties.modified = WRITTEN
    draft, final = io.BytesIO(), io.BytesIO()
    # The writer itself, not Workbook.save, which stamps the time of day.
    ExcelWriter(book, zipfile.ZipFile(draft, "w")).save()
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w") as target:
        for name in source.namelist():
            # Stored, not deflated: compressors differ between machines.
            target.writestr(zipfile.ZipInfo(name, ZIP_TIME), source.read(name))
    return final.getvalue()
