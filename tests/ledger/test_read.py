"""Ledgers: every row ends accepted or rejected, with its reason."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from nngis.catalog.layer import Layer
from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84
from nngis.errors import LedgerError, ScenarioError
from nngis.ledger.read import read_ledger
from nngis.roles import role
from tests.ledger.counties import HOME

BOILERS = role("boilers")
HEADER = ["锅炉编号", "使用单位", "额定蒸发量(蒸吨/时)", "燃料种类", "锅炉状态", "经度", "纬度"]
ROW = ["G1", "甲厂", 10, "烟煤", "在用", 108.94, 22.79]


def xlsx(path: Path, rows: Sequence[Sequence[object]], *, title: str | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=5)
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def csv(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    path.write_text(text, encoding=encoding)
    return path


def read(path: Path, **options: str) -> Layer:
    options.setdefault("datum", "wgs84")
    return read_ledger(path, BOILERS, divisions=HOME, **options)


def test_a_plain_ledger_is_read_whole(tmp_path: Path) -> None:
    layer = read(xlsx(tmp_path / "a.xlsx", [HEADER, ROW]))
    row = layer.frame.loc["G1"]
    assert (row["name_zh"], row["capacity_t_h"], row["fuel"], row["status"]) == (
        "甲厂",
        10.0,
        "coal",
        "in_use",
    )
    assert (row.geometry.x, row.geometry.y) == (108.94, 22.79)
    assert (layer.rows, len(layer.rejects)) == (1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_is_read_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    layer = read(csv(tmp_path / "a.csv", [HEADER, ROW], encoding))
    assert layer.frame.loc["G1", "name_zh"] == "甲厂"


def test_english_headers_are_known_too(tmp_path: Path) -> None:
    header = ["boiler_id", "name", "capacity_t_h", "fuel", "status", "lon", "lat"]
    layer = read(
        csv(tmp_path / "a.csv", [header, ["1", "x", "6", "coal", "in use", "108.9", "22.8"]])
    )
    assert layer.frame.loc["1", "capacity_t_h"] == 6.0


def test_title_total_and_blank_rows_are_no_rows(tmp_path: Path) -> None:
    rows = [HEADER, ROW, [None] * 7, ["合计", None, 10], ["G2", *ROW[1:]]]
    layer = read(xlsx(tmp_path / "a.xlsx", rows, title="南宁市燃煤锅炉台账"))
    assert layer.frame.index.tolist() == ["G1", "G2"]
    assert (layer.rows, len(layer.rejects)) == (2, 0)


def test_a_header_of_two_merged_rows_is_understood(tmp_path: Path) -> None:
    upper = ["锅炉编号", "使用单位", "锅炉参数", None, None, "位置", None]
    lower = [None, None, "额定蒸发量(蒸吨/时)", "燃料种类", "锅炉状态", "经度", "纬度"]
    layer = read(xlsx(tmp_path / "a.xlsx", [upper, lower, ROW]))
    assert layer.frame.loc["G1", "capacity_t_h"] == 10.0
    assert layer.rows == 1


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("额定蒸发量(蒸吨/时)", "１０", 10.0),
        ("额定蒸发量(蒸吨/时)", "约20", 20.0),
        ("额定蒸发量(蒸吨/时)", "20t/h", 20.0),
        ("额定蒸发量(蒸吨/时)", "14MW", 20.0),
        ("额定蒸发量(蒸吨/时)", "1,000", 1000.0),
        ("额定出力(兆瓦)", 7, 10.0),
        ("额定功率(MW)", "24.5", 35.0),
        ("容量（万大卡/小时）", "600", 10.0),
        ("capacity_mw", "7", 10.0),
    ],
)
def test_capacities_come_in_many_units(
    tmp_path: Path, header: str, cell: object, expected: float
) -> None:
    names = [*HEADER[:2], header, *HEADER[3:]]
    layer = read(xlsx(tmp_path / "a.xlsx", [names, [*ROW[:2], cell, *ROW[3:]]]))
    assert layer.frame.loc["G1", "capacity_t_h"] == expected


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({2: "十吨"}, "额定蒸发量"),
        ({2: "10-15"}, "额定蒸发量"),
        ({2: 0}, "额定蒸发量"),
        ({2: -4}, "额定蒸发量"),
        ({2: 5000}, "额定蒸发量"),
        ({5: "东边"}, "坐标"),
        ({5: 0, 6: 0}, "0"),
        ({5: 116.4, 6: 39.9}, "广西"),
        ({0: "G0"}, "重复"),
    ],
)
def test_a_broken_row_is_rejected_with_its_row_and_reason(
    tmp_path: Path, change: dict[int, object], word: str
) -> None:
    good = [["G0", *ROW[1:]], ["G9", *ROW[1:]]]
    bad = [change.get(at, cell) for at, cell in enumerate(ROW)]
    layer = read(xlsx(tmp_path / "a.xlsx", [HEADER, *good, bad]))
    assert layer.rejects["row"].tolist() == [4]
    assert word in layer.rejects["reason_zh"].iloc[0]
    assert layer.rejects["reason_en"].iloc[0]
    assert "甲厂" in layer.rejects["raw"].iloc[0]
    assert len(layer.frame) + len(layer.rejects) == layer.rows == 3


def test_missing_values_are_missing_and_not_rejected(tmp_path: Path) -> None:
    row = ["G1", "/", "—", "无", "", None, None]
    layer = read(xlsx(tmp_path / "a.xlsx", [HEADER, row, ["G2", *ROW[1:]]]))
    got = layer.frame.loc["G1"]
    assert got[["name_zh", "capacity_t_h", "fuel", "status"]].isna().all()
    assert got.geometry is None
    assert layer.rejects.empty


def test_datums_are_applied_row_by_row(tmp_path: Path) -> None:
    lon, lat = 108.94, 22.79
    shifted = {"GCJ-02": gcj02_from_wgs84(lon, lat), "百度": bd09_from_wgs84(lon, lat)}
    rows = [
        [f"G{i}", *ROW[1:5], float(x), float(y), word]
        for i, (word, (x, y)) in enumerate(shifted.items())
    ]
    rows.append(["G9", *ROW[1:], "CGCS2000"])
    layer = read(xlsx(tmp_path / "a.xlsx", [[*HEADER, "坐标系"], *rows]))
    assert all(point.distance(Point(lon, lat)) < 1e-8 for point in layer.frame.geometry)
    assert not layer.notes


def test_an_unsaid_datum_stops_and_asks_unless_an_option_says_it(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADER, ROW])
    with pytest.raises(LedgerError, match="--datum assume-wgs84"):
        read_ledger(path, BOILERS)
    assert any("WGS84" in note.en for note in read(path, datum="assume-wgs84").notes)
    assert not read(path, datum="wgs84").notes
    lon, lat = gcj02_from_wgs84(108.94, 22.79)
    moved = xlsx(tmp_path / "b.xlsx", [HEADER, [*ROW[:5], float(lon), float(lat)]])
    assert read(moved, datum="gcj02").frame.geometry.iloc[0].distance(Point(108.94, 22.79)) < 1e-8
    with pytest.raises(ScenarioError, match="Not a datum"):
        read(path, datum="mars")


def test_swapped_and_projected_coordinates_are_put_right_and_noted(tmp_path: Path) -> None:
    swapped = ["G2", *ROW[1:5], 22.79, 108.94]
    layer = read(xlsx(tmp_path / "a.xlsx", [HEADER, ROW, swapped]), datum="wgs84")
    assert layer.frame.geometry.nunique() == 1
    assert any("swapped" in note.en for note in layer.notes)
    x, y = gpd.GeoSeries([Point(108.94, 22.79)], crs=4490).to_crs(4545).get_coordinates().iloc[0]
    grid = xlsx(tmp_path / "b.xlsx", [HEADER, [*ROW[:5], y, x]])
    placed = read(grid, datum="EPSG:4545").frame.geometry.iloc[0]
    assert placed.distance(Point(108.94, 22.79)) < 1e-7


def test_old_county_names_become_those_of_today(tmp_path: Path) -> None:
    layer = read(xlsx(tmp_path / "a.xlsx", [[*HEADER, "县区"], [*ROW, "横县"]]))
    assert layer.frame.loc["G1", "county_stated"] == "横州市"


def test_a_vector_file_is_a_ledger_too(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"锅炉编号": ["G1"], "蒸吨": [4.0], "燃料": ["煤"]},
        geometry=gpd.points_from_xy([108.94], [22.79], crs=4326).to_crs(4545),
        crs=4545,
    )
    frame.to_file(tmp_path / "a.gpkg")
    layer = read(tmp_path / "a.gpkg")
    assert layer.frame.loc["G1", "fuel"] == "coal"
    assert layer.frame.geometry.iloc[0].distance(Point(108.94, 22.79)) < 1e-8


WITHOUT_CAPACITY = [[*HEADER[:2], *HEADER[3:]], [*ROW[:2], *ROW[3:]]]
NO_LEDGERS: dict[str, tuple[str, bytes | list[list[object]] | None]] = {
    "missing": ("a.xlsx", None),
    "corrupt": ("a.xlsx", b"PK\x03\x04 not a zip at all"),
    "text": ("a.xlsx", b"not a spreadsheet"),
    "empty sheet": ("a.xlsx", []),
    "header only": ("a.xlsx", [HEADER]),
    "unknown columns": ("a.xlsx", [["a", "b"], [1, 2]]),
    "no coordinates": ("a.xlsx", [HEADER[:5], ROW[:5]]),
    "no capacity": ("a.xlsx", WITHOUT_CAPACITY),
    "all rows bad": ("a.xlsx", [HEADER, [*ROW[:2], "x", *ROW[3:]]]),
    "nul bytes": ("a.csv", b"a,b\0c\n1,2\n"),
    "wrong kind": ("a.pdf", b"%PDF"),
    "not text": ("a.csv", bytes(range(128, 256)) * 3),
    "empty file": ("a.csv", b""),
    "broken vector": ("a.gpkg", b"SQLite format 3"),
}


@pytest.mark.parametrize("name", ["guangxi-latest.osm.pbf", "map.osm"])
def test_raw_osm_is_sent_to_the_command_that_makes_layers_of_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"<osm/>")
    with pytest.raises(LedgerError, match=f"nngis layers fetch --osm {name} --out FOLDER"):
        read_ledger(path, role("roads"))


@pytest.mark.parametrize("what", NO_LEDGERS)
def test_a_file_that_is_no_ledger_gets_one_message_that_names_it(tmp_path: Path, what: str) -> None:
    name, content = NO_LEDGERS[what]
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        xlsx(path, content)
    with pytest.raises(LedgerError) as caught:
        read(path)
    for lang in ("zh", "en"):
        message = caught.value.say(lang)
        assert path.name in message
        assert "\n" not in message


@pytest.mark.parametrize(("count", "zh", "en"), [(60, "", ""), (63, "等 63 列", " and 3 more")])
def test_columns_that_are_not_known_are_named_and_the_rest_counted(
    tmp_path: Path, count: int, zh: str, en: str
) -> None:
    more = [f"自用{at}" for at in range(count)]
    layer = read(csv(tmp_path / "a.csv", [[*HEADER, *more], [*ROW, *["x"] * count]]))
    (note,) = [one for one in layer.notes if one.zh.startswith("不认识的列")]
    assert note.zh == f"不认识的列，原样保留：{'、'.join(more[:60])}{zh}。"
    assert note.en.endswith(f"自用59{en}.")


def test_a_folder_is_read_with_its_geodatabases_and_what_lies_below(tmp_path: Path) -> None:
    rows = {"boiler_id": ["G1"], "capacity_t_h": [10.0], "fuel": ["烟煤"]}
    spot = gpd.GeoDataFrame(rows, geometry=[Point(108.94, 22.79)], crs=4326)
    spot.to_file(tmp_path / "甲.gdb", driver="OpenFileGDB")
    for at, folder in enumerate(("下级", "下级/再下"), start=2):
        (tmp_path / folder).mkdir()
        csv(tmp_path / folder / "乙.csv", [HEADER, [f"G{at}", *ROW[1:]]])
    (tmp_path / ".藏").mkdir()
    csv(tmp_path / ".藏" / "丙.csv", [HEADER, ["G9", *ROW[1:]]])
    assert sorted(read(tmp_path).frame.index) == ["G1", "G2", "G3"]


def test_two_columns_for_one_field_are_both_named(tmp_path: Path) -> None:
    header = [*HEADER[:2], "锅炉蒸吨", *HEADER[3:], "蒸吨数"]
    with pytest.raises(LedgerError) as caught:
        read(xlsx(tmp_path / "a.xlsx", [header, [*ROW, 10]]))
    assert "锅炉蒸吨" in str(caught.value)
    assert "蒸吨数" in str(caught.value)


cells = st.one_of(
    st.none(), st.text(max_size=12), st.floats(-1e6, 1e6, allow_nan=False), st.integers(-9, 9999)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[cells] * 7), max_size=12))
def test_no_row_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    drop = str.maketrans("", "", '"\0\r\n')
    texts = [["" if c is None else str(c).translate(drop) for c in row] for row in rows]
    path = csv(folder / "a.csv", [HEADER, ROW, *texts], "gb18030")
    layer = read(path)
    assert len(layer.frame) + len(layer.rejects) == layer.rows <= len(rows) + 1
    assert layer.frame.index.is_unique
    assert layer.frame["capacity_t_h"].dropna().between(0, 4000, inclusive="neither").all()


def test_our_own_column_names_mean_wgs84_and_say_so(tmp_path: Path) -> None:
    header = ["boiler_id", "capacity_t_h", "fuel", "lon", "lat"]
    rows = [header, ["1", "6", "coal", "108.9", "22.8"]]
    layer = read_ledger(csv(tmp_path / "a.csv", rows), BOILERS)
    assert (layer.frame.geometry.iloc[0].x, layer.frame.geometry.iloc[0].y) == (108.9, 22.8)
    assert any("by definition are WGS84" in note.en for note in layer.notes)
    with pytest.raises(LedgerError, match="--datum"):
        read_ledger(csv(tmp_path / "b.csv", [[*header[:3], "经度", "纬度"], rows[1]]), BOILERS)


@pytest.mark.parametrize("first", ["t/h", "MW"])
def test_capacities_in_two_units_fill_each_other_and_must_agree(tmp_path: Path, first: str) -> None:
    columns = {"t/h": "额定蒸发量(蒸吨/时)", "MW": "额定热功率(MW)"}
    order = [first, *({"t/h", "MW"} - {first})]
    cells = {
        "same": {"t/h": 10.0, "MW": 7.0},
        "near": {"t/h": 65.0, "MW": 46.0},
        "thermal": {"t/h": None, "MW": 14.0},
        "apart": {"t/h": 20.0, "MW": 7.0},
    }
    rows = [["锅炉编号", "燃料种类", *(columns[unit] for unit in order), "经度", "纬度"]]
    rows += [[i, "烟煤", *(c[unit] for unit in order), 108.94, 22.79] for i, c in cells.items()]
    layer = read(xlsx(tmp_path / "a.xlsx", rows))
    assert layer.frame["capacity_t_h"].to_dict() == {"same": 10.0, "near": 65.0, "thermal": 20.0}
    assert "互相矛盾" in layer.rejects["reason_zh"].item()
