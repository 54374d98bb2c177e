"""Headings between rows are no data, and the county they name holds for the rows below."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.ledger.sections import county_in
from nngis.roles import role
from tests.ledger.counties import HOME

HEADER = ["序号", "锅炉编号", "单位名称", "额定蒸发量(t/h)", "燃料", "经度", "纬度"]
COUNTIES = ("兴宁区", "青秀区", "横州市", "宾阳县", "西乡塘区")
FORMS = (
    *(
        "{n}、{c}",
        "{n}、{c}（12台）",
        "（{n}）{c}",
        "({n}) {c}",
        "第{n}部分 {c}",
        "{c}",
        "{c}：",
        "{n}.{c}",
    ),
    *("{n}、{c}锅炉", "南宁市{c}"),
)
ORDINALS = "一二三四五六七八九十"


def book(path: Path, sections: list[tuple[str, str | None, int]], *, merged: bool, at: int) -> Path:
    """Write sections: a heading in a column, then some boilers."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(HEADER)
    number = 0
    for heading, _, count in sections:
        row: list[object] = [None] * len(HEADER)
        row[at] = heading
        sheet.append(row)
        if merged:
            sheet.merge_cells(
                start_row=sheet.max_row, end_row=sheet.max_row, start_column=at + 1, end_column=7
            )
        for _ in range(count):
            number += 1
            sheet.append(
                [number, f"G{number}", f"第{number}厂", 10, "煤", 108.9, 22.7 + number / 100]
            )
    made.save(path)
    return path


def read(path: Path) -> Reading:
    return survey_ledger(path, role("boilers"), Options("wgs84", divisions=HOME))


@st.composite
def sections(draw: st.DrawFn) -> list[tuple[str, str | None, int]]:
    form = draw(st.sampled_from(FORMS))
    counties = draw(st.lists(st.sampled_from(COUNTIES), min_size=1, max_size=4))
    return [
        (form.format(n=ORDINALS[at], c=county), county, draw(st.integers(1, 3)))
        for at, county in enumerate(counties)
    ]


@settings(max_examples=40, deadline=None)
@given(made=sections(), merged=st.booleans(), at=st.sampled_from([0, 1, 2]))
def test_headings_are_no_boilers_and_name_the_county_below(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[str, str | None, int]],
    merged: bool,
    at: int,
) -> None:
    reading = read(book(tmp_path_factory.mktemp("s") / "a.xlsx", made, merged=merged, at=at))
    wanted = [county for _, county, count in made for _ in range(count)]
    assert reading.layer.frame["county_stated"].tolist() == wanted
    assert reading.counts.totals == len(made)
    assert any("小标题，不是数据" in note.zh for note in reading.layer.notes)


@pytest.mark.parametrize("heading", ["二、续建项目", "（三）其他企业", "二、市本级"])
def test_a_heading_that_names_no_county_ends_the_one_before(tmp_path: Path, heading: str) -> None:
    made = [("一、兴宁区", "兴宁区", 1), (heading, None, 2)]
    frame = read(book(tmp_path / "a.xlsx", made, merged=False, at=0)).layer.frame
    assert [c if isinstance(c, str) else None for c in frame["county_stated"]] == [
        "兴宁区",
        None,
        None,
    ]


def test_a_heading_below_the_countys_keeps_it(tmp_path: Path) -> None:
    made = [("一、兴宁区", "兴宁区", 1), ("（一）燃煤锅炉", None, 1), ("（二）燃气锅炉", None, 1)]
    frame = read(book(tmp_path / "a.xlsx", made, merged=False, at=0)).layer.frame
    assert frame["county_stated"].tolist() == ["兴宁区"] * 3


def test_a_rows_own_county_goes_before_the_headings(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append([*HEADER, "县区"])
    made.active.append(["一、兴宁区"])
    made.active.append([1, "G1", "甲厂", 10, "煤", 108.9, 22.8, "青秀区"])
    made.active.append([2, "G2", "乙厂", 10, "煤", 108.9, 22.8])
    made.save(tmp_path / "a.xlsx")
    frame = read(tmp_path / "a.xlsx").layer.frame
    assert frame["county_stated"].tolist() == ["青秀区", "兴宁区"]


def test_a_heading_with_its_subtotal_is_no_project(tmp_path: Path) -> None:
    """序号 一 | 续建项目 | 12.5: the sum of the rows below would count twice."""
    made = openpyxl.Workbook()
    made.active.append(["序号", "项目名称", "管网长度(km)", "建设地点", "年份", "状态"])
    made.active.append(["一", "续建项目", 12.5])
    made.active.append([1, "甲路污水管", 5.5, "青秀区", 2023, "在建"])
    made.active.append([2, "乙路污水管", 7.0, "青秀区", 2023, "在建"])
    made.save(tmp_path / "a.xlsx")
    layer = survey_ledger(tmp_path / "a.xlsx", role("sewer_projects"), Options()).layer
    assert layer.frame["sewer_length_km"].sum() == 12.5


def test_a_row_of_one_word_that_may_be_data_is_kept_and_doubted(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append([1, "G1", "甲厂", 10, "煤", 108.9, 22.8])
    made.active.append([None, None, "乙厂"])
    made.save(tmp_path / "a.xlsx")
    reading = read(tmp_path / "a.xlsx")
    assert len(reading.layer.frame) == 2
    assert reading.doubts["row"].tolist() == [3]


def test_what_ends_like_a_district_need_not_be_one() -> None:
    areas = ("高新区", "工业园区", "城区", "江南工业园区", "建成区")
    assert [text for text in areas if county_in(text, HOME()) is not None] == []
    assert county_in("福田区", HOME()) == "福田区"
