"""The workbook: every cell is data, totals are formulas, evidence stands on every sheet."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from nngis.decide.indicators import Indicator
from nngis.outputs import save, workbook
from nngis.outputs.save import save_result
from nngis.outputs.workbook import _indicator_row, write_workbook
from nngis.parameter_values import ParameterRecord
from nngis.result.mapview import MapView
from nngis.result.result import Analysis, InputRecord, Result, Sheet
from nngis.text import Text

NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\x07bell", "é" * 40_000, "<b>", "'quoted"]


@pytest.fixture
def result() -> Result:
    table = pd.DataFrame(
        {
            "name_zh": NASTY,
            "capacity_t_h": [1.5] * len(NASTY),
            "in_built_up": [True] * len(NASTY),
            "reason_zh": "中",
            "reason_en": "en",
            "decision": ["keep"] * 7 + ["retire"],
        },
        index=pd.Index([f"b{i}" for i in range(len(NASTY))], name="boiler_id"),
    )
    sheets = (
        Sheet(Text("全部", "All"), "boilers", ("boiler_id", "name_zh", "capacity_t_h", "reason")),
        Sheet(Text("淘汰", "Retire"), "boilers", ("boiler_id",), where=("decision", ("retire",))),
        Sheet(Text("空", "None"), "boilers", ("boiler_id",), where=("decision", ("build",))),
    )
    source = InputRecord("boilers", "b", Text("账", "ledger"), "b.xlsx", "0", "synthetic", 8, 0)
    return Result(
        "heat",
        Text("供热", "Heat"),
        Analysis({"boilers": table}),
        "boilers",
        (),
        (source,),
        MapView("heat", Text("", ""), ()),
        sheets,
        "EPSG:4545",
    )


@pytest.fixture
def book(result: Result, tmp_path: Path) -> openpyxl.Workbook:
    write_workbook(tmp_path / "t.xlsx", result, "en")
    return openpyxl.load_workbook(tmp_path / "t.xlsx")


def test_ledger_text_is_never_a_formula(book: openpyxl.Workbook) -> None:
    cells = [row[1] for row in book["All"].iter_rows(min_row=2, max_row=1 + len(NASTY))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == "=1+1"
    assert cells[4].value == "\ufffdbell"  # a sign that no workbook can hold is seen to be missing
    assert len(cells[5].value) == 32_767


def test_what_an_office_signs_comes_first_then_the_targets_and_an_index_of_every_sheet(
    result: Result, tmp_path: Path
) -> None:
    sheets = [replace(one, front=one.title.en == "Retire") for one in result.sheets]
    write_workbook(tmp_path / "t.xlsx", replace(result, sheets=tuple(sheets)), "en")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == [
        *("Retire", "Figures and targets", "Contents", "All", "None"),
        *("Key to columns", "About"),
    ]
    listed = [row[0] for row in book["Contents"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert set(listed) == set(book.sheetnames) - {"Contents"}
    links = {cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in listed}


def test_amounts_are_in_one_unit_years_are_numbers_and_names_stand_beside_ids(
    result: Result, tmp_path: Path
) -> None:
    costs = pd.DataFrame(
        {
            "boiler_id": ["b1", "b2"],
            "cost_yuan": [25_000.0, 10_000.0],
            "unit_price_yuan": [600.0, 700.0],
            "phase_year": ["2024", "later"],
            "chosen": [True, False],
        },
        index=pd.Index(["c1", "c2"], name="cost_id"),
    )
    tables = {**result.analysis.tables, "costs": costs}
    sheet = Sheet(Text("费用", "Costs"), "costs")
    parameters = (ParameterRecord("pipe_or", Text("热源", "Heat"), "gas", "", "", "default"),)
    own = replace(result, analysis=Analysis(tables), sheets=(sheet,), parameters=parameters)
    write_workbook(tmp_path / "t.xlsx", own, "zh")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    head, first, second, total = list(book["费用"].iter_rows(values_only=True))[:4]
    at = {str(name): i for i, name in enumerate(head)}
    assert (first[at["投资估算（万元）"]], first[at["单价（元）"]]) == (2.5, 600)
    assert first[at["年度"]] == 2024
    assert isinstance(first[at["年度"]], int)
    assert second[at["年度"]] == "资金不足，延后"
    assert head[1:3] == ("锅炉编号", "名称")
    assert second[2] == "-1"
    assert str(total[at["投资估算（万元）"]]).startswith("=SUM(")
    text = {str(c) for page in book for row in page.iter_rows(values_only=True) for c in row}
    assert not {"True", "False", "gas"} & text
    key = {row[0]: row for row in book["列说明"].iter_rows(values_only=True)}
    assert key["投资估算"][1] == "万元"


def test_ways_to_do_one_thing_are_not_added_up(result: Result, tmp_path: Path) -> None:
    sheets = (replace(result.sheets[0], adds=False),)
    write_workbook(tmp_path / "t.xlsx", replace(result, sheets=sheets), "en")
    page = openpyxl.load_workbook(tmp_path / "t.xlsx")["All"]
    cells = [c for row in page.iter_rows(values_only=True) for c in row]
    assert not any(str(c).startswith("=SUM(") for c in cells)


def test_totals_are_formulas_over_what_adds_up(book: openpyxl.Workbook) -> None:
    last = list(book["All"].iter_rows())[-1]
    assert [cell.value for cell in last] == ["Total", None, f"=SUM(C2:C{len(NASTY) + 1})", None]


def test_a_sheet_shows_the_rows_it_names_and_an_empty_one_its_header(
    book: openpyxl.Workbook,
) -> None:
    assert [cell.value for cell in book["Retire"]["A"]] == ["Boiler ID", "b7"]
    assert [cell.value for cell in book["None"]["A"]] == ["Boiler ID"]


def test_every_sheet_prints_its_evidence_and_the_reason_is_in_the_runs_language(
    book: openpyxl.Workbook,
) -> None:
    for name in ("All", "Retire", "None"):
        sheet = book[name]
        assert "synthetic" in sheet.oddFooter.left.text
    assert book["All"]["D2"].value == "en"
    assert any(cell.value == "synthetic" for cell in book["About"]["B"])


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbook_and_adds_up(result: Result, tmp_path: Path) -> None:
    sheets = (replace(result.sheets[0], front=True), *result.sheets[1:])  # the one that is read
    write_workbook(tmp_path / "t.xlsx", replace(result, sheets=sheets), "en")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc)"]
    command[-1] += ":44,34,76,1,,0,false,true,false,false,false,1"
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "t.xlsx")],
        check=True,
        capture_output=True,
        timeout=600,
    )
    text = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8")
    assert text.splitlines()[-1].startswith("Total,,12")


def test_the_same_result_gives_the_same_bytes(result: Result, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, result, "zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    about = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
    assert (about.created.year, about.modified.year) == (2000, 2000)


def test_a_list_too_long_for_an_office_says_how_many_rows_are_elsewhere_and_still_adds_up(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (workbook, save):
        monkeypatch.setattr(module, "MOST_ROWS", 5)
    assert "boilers.parquet" in save_result(result, tmp_path, "en")
    rows = list(openpyxl.load_workbook(tmp_path / "tables.xlsx")["All"].iter_rows())
    assert [row[0].value for row in rows[1:6]] == [f"b{i}" for i in range(5)]
    rest, total = rows[6], rows[7]
    assert "3 more rows" in rest[0].value
    assert "boilers.parquet" in rest[0].value
    assert rest[2].value == 3 * 1.5
    assert (len(rows), total[2].value) == (8, "=SUM(C2:C7)")
    computed = openpyxl.load_workbook(tmp_path / "tables.xlsx", data_only=True)["All"]
    assert computed["C8"].value == len(NASTY) * 1.5
    whole = pd.read_parquet(tmp_path / "boilers.parquet")
    assert whole["boiler_id"].tolist() == [f"b{i}" for i in range(len(NASTY))]
    assert whole["name_zh"].tolist()[6:] == NASTY[6:]


@pytest.mark.parametrize(
    ("lang", "row"),
    [
        ("zh", ("剩余", "2 台", "已实现；目标 ≤ 0 台；未达到；乙县未知")),
        ("en", ("Left", "2", "achieved; target ≤ 0; missed; one county unknown")),
    ],
)
def test_a_figure_says_its_target_and_remark_in_the_marks_of_its_language(lang, row):
    one = Indicator(
        "left", Text("剩余", "Left"), 2.0, "台", "方案", 0.0, "at_most",
        Text("乙县未知", "one county unknown"), basis="achieved",
    )  # fmt: skip
    assert _indicator_row(one, lang) == row
