"""From an Excel file to a list that is signed, by hand and eye alone: no command is typed."""

import io
import re

import openpyxl
import pytest
from conftest import settled, shown
from dropping import drop, workbook
from openpyxl.worksheet.worksheet import Worksheet

from nngis import fields

pytestmark = pytest.mark.browser
HEADER = ["序号", "锅炉编号", "使用单位", "炉子大小", "燃料种类", "经度", "纬度"]


def ledger(served):
    """What an office sends: a title, a header below it, a column of its own, a slip of a finger."""
    units = served.run("heat").tables["heat_sources"].query("qualifies == 'source'").to_crs(4326)
    lon, lat = units.geometry.iloc[0].x, units.geometry.iloc[0].y
    rows = [
        [1, "GL-01", "第一糖厂", 8, "烟煤", lon + 0.02, lat],
        [2, "GL-02", "第二纸厂", 35, "燃煤", lon, lat + 0.03],
        [3, "GL-03", "第三药厂", 20, "天然气", lon - 0.02, lat],
        [4, "GL-04", "第四酒厂", 20, "煤", lon + 0.01, 228],
    ]
    return workbook([["在用锅炉台账"], HEADER, *rows]), lat


def test_an_excel_file_becomes_a_list_to_sign_without_a_command(open_desk, served):
    page = open_desk()
    served.begin_anew(plans=("heat",))
    page.reload()
    settled(page)
    content, lat = ledger(served)
    drop(page, "在用锅炉 2026.xlsx", content)

    # Columns: one is not known by its name, and the page says what is missing.
    page.wait_for_selector("#ledger-columns")
    assert page.input_value("#ledger-role") == "boilers"
    known = page.locator("#ledger-columns tr.known th").all_inner_texts()
    assert {"锅炉编号", "使用单位", "燃料种类", "经度", "纬度"} <= set(known)
    assert "炉子大小" not in known
    assert "额定蒸发量" in page.locator("#ledger-problems").inner_text()
    assert page.is_disabled("#ledger-use")
    page.select_option('#ledger-columns select[data-header="炉子大小"]', "capacity_t_h")
    page.wait_for_selector('#ledger-columns tr.known:has-text("炉子大小")')

    # Where: three candidates on a map; one is picked.
    assert page.locator("#datum-map").is_visible()
    page.check("input[name=datum][value=wgs84]")
    page.wait_for_selector("#ledger-counts[data-accepted='3'][data-rejected='1']")

    # Rows: a click on the reject opens it, and its latitude is mended.
    page.click("#ledger-rejects tr")
    page.wait_for_selector("#ledger-mend .shown")
    page.fill('#ledger-mend .shown input[data-header="纬度"]', f"{lat:.6f}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ledger-counts[data-accepted='4'][data-rejected='0']")
    page.click("#ledger-use")
    page.wait_for_selector('#edits [data-layer="boilers"]')
    assert "在用锅炉 2026.xlsx" in page.locator('#edits [data-layer="boilers"]').inner_text()
    settled(page)
    found = served.run("heat")
    assert list(found.decisions.index) == ["GL-01", "GL-02", "GL-03", "GL-04"]
    closing = found.decisions.query("decision == 'close_integrate'")
    assert 0 < len(closing) < 4
    assert shown(page, "boilers_closed_count") == len(closing)

    # Everything is written, and the list comes out of the page.
    page.click("#write")
    page.wait_for_selector("#written")
    with page.expect_download() as got:
        page.click('#written a[data-file="heat/tables.xlsx"]')
    book = openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes()))
    sheet = book["关停整合清单"]
    assert rows_of(sheet) == rows_of_run(closing)
    assert re.search("制表.*审核.*批准.*日期", sheet.oddFooter.left.text)
    again = served.folder / "out" / served.desk.session.kept.id
    assert (again / "report.docx").is_file()


def rows_of(sheet: Worksheet) -> dict[str, tuple[object, ...]]:
    """Id, name, capacity and decision of each row; the line of sums is none."""
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = [header.index(name) for name in ("锅炉编号", "名称", "额定蒸发量（t/h）", "处置意见")]
    cells = [tuple(row[column] for column in at) for row in rows]
    return {id_: rest for id_, *rest in cells if id_ and id_ != "合计"}


def rows_of_run(closing):
    words = fields.get("decision")
    return {
        id_: [row["name_zh"], row["capacity_t_h"], words.value_title(row["decision"], "zh")]
        for id_, row in closing.iterrows()
    }


def test_what_was_mapped_by_hand_is_known_at_the_next_ledger(open_desk, served):
    page = open_desk()
    content, _ = ledger(served)
    drop(page, "一.xlsx", content)
    page.select_option('#ledger-columns select[data-header="炉子大小"]', "capacity_t_h")
    page.check("input[name=datum][value=wgs84]")
    page.wait_for_selector("#ledger-use:enabled")
    page.click("#ledger-use")
    page.wait_for_selector("#edits [data-layer]")
    drop(page, "二.xlsx", content)
    page.wait_for_selector('#ledger-columns tr.known:has-text("炉子大小")')


def test_a_ledger_of_heat_sources_is_known_for_what_it_is(open_desk):
    page = open_desk()
    rows = [["机组编号", "名称", "装机容量MW", "燃料", "经度", "纬度"],
            ["J1", "一号机", 350, "煤", 108.3, 22.8]]  # fmt: skip
    drop(page, "热源.xlsx", workbook(rows))
    page.wait_for_selector("#ledger-columns")
    assert page.input_value("#ledger-role") == "heat_sources"
