"""``--show-rows``: every warning about rows is printed with the sheet and the ids behind it."""

import json
import re

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import nngis
from nngis.cli.app import app
from nngis.cli.tables import print_rows
from nngis.result.mapview import MapView
from nngis.result.problems import with_problems
from nngis.result.result import Analysis, Result, Sheet
from nngis.text import Text, Warned


def test_the_rows_behind_each_warning_are_printed_under_it(capsys):
    boilers = pd.DataFrame({"name_zh": ["甲", "乙", "丙"]}, index=["a", "b", "c"])
    sheets = (Sheet(Text("锅炉", "Boilers"), "boilers"),)
    warnings = (
        Warned("2 台在县外。", "2 lie outside.", table="boilers", ids=["a", "c"]),
        Warned("1 台重复。", "1 is listed twice.", table="boilers", ids=["b"]),
        Text("没有行。", "Of no row."),
    )
    tables = {"boilers": boilers}
    result = Result(
        "heat",
        Text("供热", "Heat"),
        Analysis(tables, warnings=warnings),
        "boilers",
        (),
        (),
        MapView("heat", Text("", ""), ()),
        sheets,
        "EPSG:4545",
    )
    print_rows(with_problems(result), "en")
    printed = capsys.readouterr().out.splitlines()
    assert [line.split() for line in printed] == [
        "2 lie outside.".split(),
        ["Boilers:", "a", "c"],
        "1 is listed twice.".split(),
        ["Boilers:", "b"],
    ]


LEDGER = pd.DataFrame(
    {
        "锅炉编号": ["K1", "K2", "K3", "K4", "K4", "K6"],
        "单位名称": ["甲厂", "乙厂", "丙厂", "丁厂", "丁厂", "己厂"],
        "额定容量(t/h)": ["10", "20", "35 t/h", "4", "4", "6"],
        "燃料": ["煤", "煤、天然气", "煤", "煤", "煤", "煤"],
        "经度": ["108.30", "22.85", "108°20'30\"", "108.33", "108.33", ""],
        "纬度": ["22.80", "108.31", "22°49'10\"", "22.83", "22.83", ""],
    }
)
COUNT = re.compile(r"(?:.*: )?(\d+) (?:rows|points|boilers)\b")


def _counts_fit(problems: pd.DataFrame) -> None:
    """Every sentence that begins with a count of rows has so many rows."""
    counted = problems.groupby("reason_en").size()
    assert len(counted)
    for said, count in counted.items():
        told = COUNT.match(str(said))
        assert told is None or int(told[1]) == count, said


def _no_count_without_rows(warnings: tuple[Text, ...], problems: pd.DataFrame) -> None:
    for one in warnings:
        if COUNT.match(one.en):
            assert one.en in set(problems["reason_en"]), one.en


@pytest.mark.parametrize("datum", ["assume-wgs84", "gcj02", None])
def test_every_note_of_a_ledger_that_counts_rows_leads_to_them(datum):
    sent = LEDGER if datum else LEDGER.assign(坐标系="WGS84")
    layer = nngis.read_ledger(sent, "boilers", datum=datum)
    _counts_fit(layer.problems)
    _no_count_without_rows(layer.notes, layer.problems)
    rows = layer.problems.groupby("reason_en")["problem_row"].apply(list)
    swapped = next(said for said in rows.index if "swapped" in said)
    assert rows[swapped] == ["2"]  # the second of the frame
    named = layer.problems.loc[layer.problems["reason_en"].eq(swapped), "name_zh"]
    assert named.tolist() == ["乙厂"]


def test_rows_of_two_files_are_told_apart(tmp_path):
    for name, rows in (("甲.csv", LEDGER.iloc[:3]), ("乙.csv", LEDGER.iloc[1:4])):
        rows.to_csv(tmp_path / name, index=False)
    layer = nngis.read_ledger(tmp_path, "boilers", datum="wgs84")
    _counts_fit(layer.problems)
    sheets = layer.problems.loc[layer.problems["reason_en"].str.contains("swapped"), :]
    assert sorted(zip(sheets["problem_sheet"], sheets["problem_row"], strict=True)) == [
        ("乙.csv", "2"),
        ("甲.csv", "3"),
    ]
    doubled = layer.problems[layer.problems["reason_en"].str.contains("pairs of rows")]
    assert set(doubled["name_zh"]) == {"乙厂", "丙厂"}


def test_the_command_shows_the_rows_of_a_ledger_and_keeps_them_beside_the_layer(tmp_path):
    file = tmp_path / "锅炉.csv"
    LEDGER.to_csv(file, index=False)
    asked = ["layers", "import", str(file), "--as", "boilers", "--datum", "wgs84", "--show-rows"]
    done = CliRunner().invoke(app, [*asked, "--out", str(tmp_path / "a.gpkg"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "锅炉.csv: 3" in done.output
    book = openpyxl.load_workbook(tmp_path / "a_核对.xlsx")
    assert "Problems" in book.sheetnames
    assert len(pd.DataFrame(gpd.read_file(tmp_path / "a.gpkg", layer="problems")))


def test_the_rows_of_reach_and_of_the_register_are_tables_of_their_results(tmp_path):
    boilers = tmp_path / "锅炉.csv"
    LEDGER.to_csv(boilers, index=False)
    found = nngis.register(boilers=boilers, datum="wgs84")
    _counts_fit(found.tables["problems"])
    _no_count_without_rows(found.warnings, found.tables["problems"])
    assert any(one.table == "problems" for one in found.sheets)
    spots = gpd.GeoDataFrame(
        {"id": ["a", "b"]}, geometry=[shapely.Point(0, 50), shapely.Point(0, 9_000)], crs=4545
    ).set_geometry(gpd.GeoSeries.from_xy([108.30, 108.30], [22.80, 22.95], crs=4326))
    roads = gpd.GeoDataFrame(
        {"maxspeed": ["swift", "50"], "highway": ["primary", "primary"]},
        geometry=[
            shapely.LineString([(108.29, 22.80), (108.31, 22.80)]),
            shapely.LineString([(108.31, 22.80), (108.33, 22.80)]),
        ],
        crs=4326,
    )
    reached = nngis.reach(demand=spots, facilities=spots.iloc[:1], roads=roads, limit_m=2_000)
    problems = reached.tables["problems"]
    _counts_fit(problems)
    unread = problems[problems["reason_en"].str.contains("Could not read the speed limit")]
    assert len(unread) == 1
    off = problems[problems["reason_en"].str.contains("not on the road network")]
    assert off["problem_row"].tolist() == ["b"]


def test_the_json_of_a_check_holds_the_rows(tmp_path):
    file = tmp_path / "锅炉.csv"
    LEDGER.to_csv(file, index=False)
    asked = ["layers", "check", str(file), "--as", "boilers", "--datum", "wgs84", "--json"]
    told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert {"3"} <= {one["problem_row"] for one in told["problems"]}
