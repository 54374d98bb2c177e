"""Rows below a header: data, notes and totals told apart by what they hold."""

from pathlib import Path

import openpyxl
import pytest

from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

HEADER = ["单位名称", "锅炉编号", "额定蒸发量(t/h)", "燃料", "经度", "纬度", "投运日期"]


def read(path: Path, *rows: list[object]) -> Reading:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append(["一厂", "G1", 10, "煤", 108.9, 22.7, "2001-03-01"])
    for row in rows:
        made.active.append(row)
    made.save(path)
    return survey_ledger(path, role("boilers"), Options("wgs84"))


@pytest.mark.parametrize("word", ["注：", "备注:", "说明：", "审核："])
def test_a_row_full_of_data_counts_whatever_its_first_cell_begins_with(
    tmp_path: Path, word: str
) -> None:
    full = [f"{word}二厂", "G2", 20, "煤", 108.8, 22.8, "2002-03-01"]
    reading = read(tmp_path / "a.xlsx", full)
    assert reading.layer.frame.index.tolist() == ["G1", "G2"]
    assert reading.layer.frame["capacity_t_h"].tolist() == [10.0, 20.0]


@pytest.mark.parametrize(
    "row",
    [
        ["注：以上为2023年数据"],
        ["填表人：", "某", "审核人：", "某", "日期：", "2023"],  # six cells, and still a note
        ["合计", None, 10],
        [None, "总 计", 10],
    ],
)
def test_notes_and_totals_are_no_data(tmp_path: Path, row: list[object]) -> None:
    reading = read(tmp_path / "a.xlsx", row)
    assert reading.layer.frame.index.tolist() == ["G1"]
    assert reading.layer.rejects.empty
