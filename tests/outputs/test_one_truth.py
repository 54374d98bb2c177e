"""Index, report and workbook of one run: read all three, and find the same figures and verdicts."""

import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

import nngis
from nngis.decide.indicators import STATUS_TITLES, number
from nngis.register.finding import status_title


class Tables(HTMLParser):
    """Every table of a page as rows of cells; what stands in a small one apart is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.small = 0
        self.feed(html)

    def handle_starttag(self, tag, _attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []
        elif tag in ("small", "span"):
            self.small += 1

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append(re.sub(r"\s+", " ", "".join(self.cell)).strip())
            self.cell = None
        elif tag in ("small", "span"):
            self.small -= 1

    def handle_data(self, data):
        if self.cell is not None and not self.small:
            self.cell.append(data)

    def headed(self, *heads):
        return [t for t in self.tables if t and t[0][: len(heads)] == list(heads)]


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "out"
    nngis.run_scenario(["sewer", "rooftop"]).save(folder)
    return folder


@pytest.fixture(scope="module")
def index(out) -> Tables:
    return Tables((out / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report(out) -> Tables:
    return Tables((out / "report.html").read_text(encoding="utf-8"))


def rows_of(page):
    """Return the rows of a sheet that hold something, the first of them its heads."""
    return [row for row in page.iter_rows(values_only=True) if any(c is not None for c in row)]


def figures_of_index(index):
    rows = [row for t in index.headed("指标", "数值", "目标") for row in t[1:]]
    return [(r[0], r[1], r[2], r[3], r[4].lstrip("✓✗?–◇ ")) for r in rows]


def test_index_and_report_give_the_same_figures_targets_and_verdicts(index, report):
    (table,) = report.headed("指标", "数值", "目标")
    told = [(re.split("（", r[0])[0], *r[1:5]) for r in table[1:]]
    shown = [(re.split("（", r[0])[0], *r[1:]) for r in figures_of_index(index)]
    assert shown == told
    assert len(shown) > 20


def test_the_workbook_gives_the_same_figures_as_the_index(index, out):
    shown = {(r[0], f"{r[1]} {r[3]}".strip()) for r in figures_of_index(index)}
    found = set()
    for plan in ("sewer", "rooftop"):
        book = openpyxl.load_workbook(out / plan / "tables.xlsx")
        rows = [row for page in book for row in page.iter_rows(values_only=True)]
        at = next(i for i, row in enumerate(rows) if row[:2] == ("指标", "数值"))
        for row in rows[at + 1 :]:
            if row[0] is None:
                break
            found.add((row[0], row[1]))
    assert found == shown


def test_there_is_one_scorecard_and_the_report_repeats_it(index, report):
    shown = {}
    for table in index.headed("条目", "要求"):
        for row in table[1:]:
            sign_id = row[0].split()
            shown[sign_id[-1]] = (row[2], row[3], row[4])
    (table,) = report.headed("条目", "要求")
    for row in table[1:]:
        assert shown[row[0]] == (row[2], row[3], row[4]), row[0]
    assert len(index.headed("指标", "数值", "目标")) == 2  # a table a plan, and no other verdicts


def test_no_target_is_both_met_and_missed(index, out):
    met, missed = (STATUS_TITLES[w].zh for w in ("met", "missed"))
    verdicts = {row[4] for row in figures_of_index(index)}
    assert not verdicts & {met, missed}  # both ledgers that ship are made up
    text = (out / "index.html").read_text(encoding="utf-8")
    assert status_title("illustration").zh in text


def test_a74_is_what_is_published_and_the_made_up_ledger_stands_beside_it(index):
    rows = {row[0].split()[-1]: row for table in index.headed("条目", "要求") for row in table[1:]}
    assert rows["A74"][2] == number(592.0, "zh")
    assert rows["A74"][0].startswith("✓")


def test_the_registers_workbook_holds_the_numbers_of_the_index(index, out):
    book = openpyxl.load_workbook(out / "register" / "tables.xlsx")
    page = book["目标完成情况"]
    head, *rows = rows_of(page)
    at = {name: i for i, name in enumerate(head)}
    column = next(i for name, i in at.items() if str(name).startswith("指标值"))
    told = {row[0]: row[column] for row in rows}
    for table in index.headed("条目", "要求"):
        for row in table[1:]:
            id_, value = row[0].split()[-1], row[2]
            if value:
                assert number(told[id_], "zh") == value, id_
            else:
                assert told[id_] is None, id_


def test_every_warning_about_rows_is_in_the_list_of_problems(out):
    book = openpyxl.load_workbook(out / "sewer" / "tables.xlsx")
    rows = rows_of(book["问题清单"])[1:]
    counted: dict[str, int] = {}
    for row in rows:
        counted[row[1]] = counted.get(row[1], 0) + 1
    assert counted
    for said, count in counted.items():
        assert said.startswith(f"{count} "), said


def test_shares_are_in_per_cent_wherever_they_are_read(index, out):
    units = {row[0]: row[3] for row in figures_of_index(index)}
    assert {u for title, u in units.items() if title.endswith("比例")} == {"%"}
    book = openpyxl.load_workbook(out / "rooftop" / "tables.xlsx")
    heads = [
        str(c) for page in book for row in page.iter_rows(max_row=1, values_only=True) for c in row
    ]
    shares = [h for h in heads if re.fullmatch(r".*比例(（%）)?", h)]
    assert shares
    assert all("（%）" in h for h in shares)
