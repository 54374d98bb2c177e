"""``nngis layers template | import | check FILE`` as people use them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

Nngis = Callable[..., Any]
HEADER = ["锅炉编号", "使用单位", "额定蒸发量(蒸吨/时)", "燃料种类", "经度", "纬度", "坐标系"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    rows: list[list[object]] = [
        ["锅炉台账"],
        HEADER,
        ["G1", "=cmd()|' /C calc'!A0", 20, "烟煤", 108.95, 22.8, "WGS84"],
        ["G2", "<script>alert(1)</script>", 4, "天然气", 108.95, 22.8, "WGS84"],
        ["G3", "=1+1 坏行", "十吨", "烟煤", 108.95, 22.8, "WGS84"],
        [None] * 7,
        ["合计", None, 24],
    ]
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
        for cell in book.active[book.active.max_row]:  # type: ignore[index,union-attr]
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(tmp_path / "台账.xlsx")
    return tmp_path / "台账.xlsx"


def test_a_template_is_written_and_comes_back_whole(nngis: Nngis, tmp_path: Path) -> None:
    out = tmp_path / "模板.xlsx"
    assert nngis("layers", "template", "boilers", "--out", out).code == 0
    found = json.loads(nngis("layers", "check", out, "--as", "boilers", "--json").out)
    assert (found["accepted"], found["rejected"]) == (1, 0)
    again = nngis("layers", "template", "boilers", "--out", out, "--lang", "en")
    assert again.code == 1
    assert "--force" in again.err
    assert nngis("layers", "template", "ships", "--lang", "en").code == 2


def test_import_gives_the_clean_layer_with_its_provenance(
    nngis: Nngis, own: Path, tmp_path: Path
) -> None:
    out = tmp_path / "锅炉.gpkg"
    ran = nngis("layers", "import", own, "--as", "boilers", "--out", out, "--lang", "en")
    assert ran.code == 0, ran.err
    assert "5 rows read: 2 accepted, 1 rejected, 1 totals, headings and notes, 1 blank" in ran.out
    assert "row 5: The rated capacity" in ran.out
    frame = gpd.read_file(out, layer="boilers").set_index("boiler_id")
    assert frame.loc["G1", "capacity_t_h"] == 20
    assert frame.loc["G2", "ledger_row"] == 4
    assert set(frame["ledger_file"]) == {"台账.xlsx"}
    assert frame["evidence"].eq("surveyed").all()
    assert frame.crs.to_epsg() == 4326
    rejects = pyogrio.read_dataframe(out, layer="rejects")
    assert rejects[["file", "row"]].to_numpy().tolist() == [["台账.xlsx", 5]]
    assert "十吨" in rejects["raw"].iloc[0]
    provenance = pyogrio.read_dataframe(out, layer="provenance").set_index("name")["value"]
    assert provenance["read"] == "5"
    assert len(provenance["sha256"]) == 64
    sheets = pd.read_excel(tmp_path / "锅炉_核对.xlsx", sheet_name=None, engine="openpyxl")
    assert list(sheets) == ["Rejected rows", "Doubtful rows", "Duplicates", "Problems"]
    assert sheets["Rejected rows"]["Row"].tolist() == [5]


def test_text_of_a_ledger_is_no_formula_in_the_workbook_of_rejects(
    nngis: Nngis, own: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(own)
    for row in (["=G9", "=SUM(1)", "x", "煤", 1, 2, "WGS84"],):
        book.active.append(row)  # type: ignore[union-attr]
        for cell in book.active[book.active.max_row]:  # type: ignore[index,union-attr]
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(own)
    out = tmp_path / "a.gpkg"
    assert nngis("layers", "import", own, "--as", "boilers", "--out", out).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "a_核对.xlsx")["未采用记录"]
    cells = [cell for row in sheet for cell in row if str(cell.value).startswith("=")]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_of_very_many_rejects_some_are_shown_and_the_rest_is_counted(
    nngis: Nngis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nngis.ledger.write.MOST_LISTED", 150)
    own = tmp_path / "a.csv"
    rows = "".join(f"G{at},x,108.9,22.8\n" for at in range(160)) + "G,10,108.9,22.8\n"
    own.write_text("锅炉编号,额定蒸发量,经度,纬度\n" + rows, encoding="utf-8")
    out = tmp_path / "a.gpkg"
    said = ["--datum", "wgs84", "--lang", "en"]
    ran = nngis("layers", "import", own, "--as", "boilers", "--out", out, *said)
    assert (ran.code, ran.out.count(": The rated capacity"), "60 rows more" in ran.out) == (
        0,
        100,
        True,
    )
    listed = pd.read_excel(tmp_path / "a_核对.xlsx", sheet_name="Rejected rows", engine="openpyxl")
    assert len(listed) == 151
    assert listed.iloc[-1, 0] == "and 10 rows more; all are in rejects of the .gpkg."
    assert len(pyogrio.read_dataframe(out, layer="rejects")) == 160


def test_import_prints_json_and_writes_the_same_rows_twice(
    nngis: Nngis, own: Path, tmp_path: Path
) -> None:
    frames = []
    for name in ("a.gpkg", "b.gpkg"):
        ran = nngis("layers", "import", own, "--as", "boilers", "--out", tmp_path / name, "--json")
        found = json.loads(ran.out)
        counts = [
            found[k]
            for k in ("in_file", "header", "read", "accepted", "rejected", "totals", "blank")
        ]
        assert counts == [7, 2, 5, 2, 1, 1, 1]
        assert found["rejects"][0]["row"] == 5
        assert found["out"][0] == str(tmp_path / name)
        frames.append(gpd.read_file(tmp_path / name, layer="boilers"))
    assert frames[0].equals(frames[1])


def test_what_import_wrote_can_be_run_and_checked_again(
    nngis: Nngis, own: Path, tmp_path: Path
) -> None:
    out = tmp_path / "锅炉.gpkg"
    nngis("layers", "import", own, "--as", "boilers", "--out", out)
    ran = nngis("layers", "check", out, "--as", "boilers", "--lang", "en")
    assert "2 rows read: 2 accepted, 0 rejected" in ran.out


def test_check_writes_nothing_and_reports_every_row(
    nngis: Nngis, own: Path, tmp_path: Path
) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    ran = nngis("layers", "check", own, "--as", "boilers")
    assert ran.code == 0
    assert (
        "读到 5 行：采用 2，未采用 1，合计、小标题与注记 1，"
        "空行 1（文件共 7 行，其中标题与表头 2 行）" in ran.out
    )
    assert "第 5 行：额定蒸发量" in ran.out
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_unsaid_datum_stops_the_import_and_asks(nngis: Nngis, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,蒸吨,燃料,经度,纬度\nG1,4,煤,108.94,22.79\n", encoding="utf-8")
    command = ["layers", "import", path, "--as", "boilers", "--out", tmp_path / "a.gpkg"]
    ran = nngis(*command)
    assert ran.code == 1
    for word in ("gcj02 得分", "--datum assume-wgs84", "--datum gcj02"):
        assert word in ran.err
    assert not (tmp_path / "a.gpkg").exists()
    assert nngis(*command, "--datum", "assume-wgs84").code == 0
    assert nngis(*command, "--datum", "mars", "--force", "--lang", "en").code == 2
    assert nngis(*command, "--datum", "EPSG:99999", "--force").code == 2


def test_a_ledger_elsewhere_without_a_datum_is_asked_for_too(nngis: Nngis, tmp_path: Path) -> None:
    path = tmp_path / "深圳.csv"
    path.write_text("编号,蒸吨,燃料,经度,纬度\nG1,4,煤,114.06,22.54\n", encoding="utf-8")
    ran = nngis("layers", "check", path, "--as", "boilers", "--lang", "en")
    assert ran.code == 1
    assert "no reference layers" in ran.err


def test_a_folder_is_imported_with_its_likely_duplicates(nngis: Nngis, tmp_path: Path) -> None:
    folder = tmp_path / "两局"
    folder.mkdir()
    head = "编号,单位名称,蒸吨,燃料,经度,纬度,坐标系\n"
    (folder / "a.csv").write_text(f"{head}G1,甲造纸厂,10,煤,108.94,22.79,WGS84\n", encoding="gbk")
    (folder / "b.csv").write_text(f"{head}T1,甲造纸厂,10,煤,108.94,22.79,WGS84\n", encoding="utf-8")
    command = ["layers", "import", folder, "--as", "boilers", "--out", tmp_path / "a.gpkg"]
    ran = nngis(*command)
    assert "2 行：采用 2" in ran.out
    assert "疑似重复（1）：甲造纸厂（a.csv:2）与 甲造纸厂（b.csv:2）" in ran.out
    sheet = pd.read_excel(tmp_path / "a_核对.xlsx", sheet_name="疑似重复", engine="openpyxl")
    assert sheet["相似度"].tolist() == [1.0]
    ran = nngis(*command, "--merge", "0.9", "--force")
    assert "采用 1，未采用 1" in ran.out
    assert len(gpd.read_file(tmp_path / "a.gpkg", layer="boilers")) == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["layers", "import", "none.csv", "--as", "boilers", "--out", "a.gpkg"], "none.csv"),
        (["layers", "import", "a.csv", "--as", "boilers", "--out", "a.shp"], ".gpkg"),
        (["layers", "import", "a.csv", "--as", "boilers", "--out", "no/a.gpkg"], "no"),
        (["layers", "check", "postgresql://me:secret@localhost/x"], "postgresql://me:***@"),
    ],
)
def test_wrong_use_gets_one_clear_message(
    nngis: Nngis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = nngis(*arguments, "--lang", "en")
    assert ran.code == 1
    assert word in ran.err
    assert "secret" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_place_known_to_a_radius_stays_so_when_the_layer_is_read_again(
    nngis: Nngis, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,蒸吨,燃料,县区,乡镇\nG1,4,煤、生物质混烧,横县,六景镇\n", encoding="utf-8")
    frames = []
    for source, name in ((path, "a.gpkg"), (tmp_path / "a.gpkg", "b.gpkg")):
        out = tmp_path / name
        ran = nngis("layers", "import", source, "--as", "boilers", "--out", out)
        assert ran.code == 0, ran.err
        frames.append(gpd.read_file(out, layer="boilers").set_index("boiler_id"))
    first, again = frames
    for name in (
        "evidence",
        "uncertainty_m",
        "matched_to",
        "fuel_raw",
        "fuel_mixed",
        "county_stated",
    ):
        assert again.loc["G1", name] == first.loc["G1", name], name
    assert first.loc["G1", "evidence"] == "approximate"
    assert first.loc["G1", "fuel_raw"] == "煤、生物质混烧"
    assert again.geometry["G1"].equals(first.geometry["G1"])
