"""Reports: complete, in one language, harmless, and readable by those who will open them."""

import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser

import pytest
from docx import Document

from nngis.cartography.stamp import Stamp
from nngis.register.finding import Finding
from nngis.register.scorecard import Scorecard
from nngis.report.blocks import Heading, Paragraph, Picture, Table, captions, references
from nngis.report.content import compose_report
from nngis.report.page import draw_report
from nngis.report.summary import summary
from nngis.report.word import write_word
from nngis.report.word_look import ROOM_MM
from nngis.report.word_table import column_widths
from nngis.text import Text

CHINESE = re.compile("[\u4e00-\u9fff]")
STAMP = Stamp(unit="市规划院", date="2025年11月", number="热-01")


@pytest.fixture
def report(result, picture):
    title = Text("六景情景", "Liujing")
    return compose_report(title, [result], {"heat": picture}, lang="zh", stamp=STAMP)


def table(report, caption):
    return next(one for one in report.blocks if isinstance(one, Table) and one.caption == caption)


def test_two_pages_of_findings_come_first_then_the_plans_then_the_annexes(report):
    chapters = [one.text for one in report.blocks if isinstance(one, Heading) and one.level == 1]
    assert chapters == [
        "一、要点",
        "二、供热",
        "附录 A  方法",
        "附录 B  待核实的参数",
        "附录 C  参数及其依据",
        "附录 D  数据来源与可靠性",
    ]
    sections = [one.text for one in report.blocks if isinstance(one, Heading) and one.level == 2]
    assert sections[:4] == [
        "（一）任务",
        "（二）主要发现",
        "（三）需要决定的事项",
        "（四）尚不知道的，和能查清它的数据",
    ]


def test_findings_are_the_headlines_with_figure_target_verdict_and_evidence(report):
    rows = table(report, "每个专项的五个主要发现").rows
    assert rows == (
        ("供热", "长度", "592 km", "≥ 280 km", "达到", "已实现"),
        ("", "减排", "未知", "≥ 10 t/a", "无法判定", "已实现"),
    )


def test_what_is_unknown_names_the_layers_and_plans_that_would_settle_it(result):
    unknown = ("boilers.nox_mg_m3", "boilers.so2_mg_m3", "plan.rooftop")
    findings = {
        "A65": Finding("unknown", Text("", ""), missing=unknown),
        "A37": Finding("unknown", Text("", ""), missing=("plan.rooftop",)),
        "A57": Finding("met", Text("", "")),
    }
    card = Scorecard({}, findings, result.analysis.tables["boilers"])
    (listed,) = [
        one
        for one in summary(result.title, [result], card, "zh")
        if getattr(one, "key", "") == "missing"
    ]
    assert [row[1:] for row in listed.rows] == [("2", "A65 A37"), ("1", "A65")]
    assert "nngis run rooftop" in listed.rows[0][0]


def test_a_value_that_is_unknown_is_said_in_words_and_not_as_zero(report):
    rows = table(report, "供热 · 指标与目标").rows
    assert rows[0][1:4] == ("未知", "≥ 10 t/a", "无法判定")
    assert rows[1][1:4] == ("592 km", "≥ 280 km", "达到")


def test_counts_of_decisions_name_the_entries_that_decided(report):
    (said,) = [b.text for b in report.blocks if isinstance(b, Paragraph) and "共判定" in b.text]
    assert said == "共判定淘汰清单 6 项：淘汰 2（A57 2），保留 4。"


def test_sums_by_county_are_those_of_the_whole_and_ways_are_not_added(report):
    assert table(report, "分县").rows[-1] == ("合计", "18")
    assert table(report, "途径").rows[-1] == ("乙县", "10")


def test_parameters_are_said_in_words_and_years_as_years(report):
    rows = table(report, "供热 · 参数").rows
    assert rows == (
        ("半径", "15,000 m", "1", "年份", "2025（my.toml）", "3"),
        ("热源", "天然气", "2", "", "", ""),
    )
    confirm = table(report, "待核实的参数，按影响大小")
    assert confirm.rows == (("供热", "热源", "天然气", "生物质", "长度", "50.0%"),)


def test_a_report_in_english_has_no_chinese_of_its_own(result):
    english = compose_report(Text("六景", "Liujing"), [result], {}, lang="en")
    own = [one.text for one in english.blocks if isinstance(one, Heading)]
    own += [word for one in english.blocks if isinstance(one, Table) for word in one.headings]
    own += [name for name, _ in english.cover]
    assert not CHINESE.search(" ".join(own))


def test_the_cover_says_who_and_when_and_leaves_lines_to_sign(report):
    cover = dict(report.cover)
    assert (cover["编制单位"], cover["日期"], cover["编号"]) == ("市规划院", "2025年11月", "热-01")
    assert cover["审核"] == cover["批准"] == ""
    assert cover["版本"] == "nngis 0.1.0"


def test_what_the_text_refers_to_is_there_under_its_number(report):
    known = references(report)
    named = [key for b in report.blocks for key in getattr(b, "refs", ()) if isinstance(key, str)]
    assert named
    assert set(named) <= set(known)
    assert [one.number for one in captions(report).values() if one.word == "表"] == list(
        range(1, sum(isinstance(b, Table) for b in report.blocks) + 1)
    )


def test_numbers_have_the_room_that_they_need(report):
    for one in report.blocks:
        if isinstance(one, Table):
            widths = column_widths(one)
            assert sum(widths) == pytest.approx(ROOM_MM)
            for at, numeric in enumerate(one.numeric):
                if numeric:
                    longest = max((len(row[at]) for row in one.rows), default=0)
                    assert widths[at] > longest * 1.4  # mm of a digit of 8 pt


def test_a_word_report_has_styles_captions_references_contents_and_alternative_text(
    report, tmp_path
):
    write_word(report, tmp_path / "r.docx")
    document = Document(tmp_path / "r.docx")
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "List Bullet"} <= styles
    xml = document.element.xml
    assert 'TOC \\o "1-2"' in xml
    assert xml.count("SEQ 表") == sum(isinstance(one, Table) for one in report.blocks)
    assert xml.count("SEQ 图") == sum(isinstance(one, Picture) for one in report.blocks) == 1
    assert 'descr="供热的地图"' in xml
    assert len(document.tables) == xml.count("SEQ 表") + 1  # and the cover's
    marks = set(re.findall('w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    assert set(re.findall('w:anchor="([^"]+)"', xml)) <= marks
    assert set(re.findall(r" REF (\S+) ", xml)) <= marks
    assert re.search(r" REF \S+ ", xml)


class Said(HTMLParser):
    """The words of a page's body, without spaces and without what only a screen has."""

    def __init__(self, html):
        super().__init__()
        self.words, self.skip = [], 0
        self.feed(html)

    def handle_starttag(self, tag, _attrs):
        self.skip += tag in ("style", "title", "nav")

    def handle_endtag(self, tag):
        self.skip -= tag in ("style", "title", "nav")

    def handle_data(self, data):
        if not self.skip:
            self.words.append(data)


def test_word_and_html_say_the_same(report, tmp_path):
    write_word(report, tmp_path / "r.docx")
    document = Document(tmp_path / "r.docx")
    texts = {p.text for p in document.paragraphs if p.style.name in ("Normal", "List Bullet")}
    cells = {c.text for t in document.tables[1:] for row in t.rows for c in row.cells}
    page = re.sub(r"\s+", "", "".join(Said(draw_report(report)).words))
    contents = {p.text for p in document.paragraphs if "PAGEREF" in p._p.xml}
    for text in (texts | cells) - contents - {"目录"}:
        assert re.sub(r"\s+", "", text.replace("\ufffd", "\x07")) in page, text


def test_every_cell_of_a_list_stands_in_word_as_it_is(report, tmp_path):
    write_word(report, tmp_path / "r.docx")
    heads = [
        [cell.text for cell in one.rows[0].cells] for one in Document(tmp_path / "r.docx").tables
    ]
    at = next(i for i, head in enumerate(heads) if "燃料" in head)
    listed = Document(tmp_path / "r.docx").tables[at]
    assert [cell.text for cell in listed.rows[1].cells][:2] == ["b0", "<script>alert(1)</script>"]


def test_the_same_report_gives_the_same_bytes_without_dates(report, tmp_path):
    for name in ("a.docx", "b.docx"):
        write_word(report, tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as held:
        assert {one.date_time[:3] for one in held.infolist()} == {(2000, 1, 1)}


def test_an_html_report_runs_nothing_and_asks_for_nothing(report):
    page = draw_report(report)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []
    assert page == draw_report(report)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_a_word_report(report, tmp_path):
    write_word(report, tmp_path / "r.docx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "r.docx"], check=True, capture_output=True, timeout=600)
    assert (tmp_path / "r.pdf").stat().st_size > 10_000
    if shutil.which("pdftotext"):
        command = ["pdftotext", tmp_path / "r.pdf", "-"]
        text = subprocess.run(command, capture_output=True, check=True)
        assert "附录 A" in text.stdout.decode()
