"""Reports: complete, in one language, harmless, and readable by those who will open them."""

import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document

from nngis.report.blocks import Heading, Picture, Table
from nngis.report.content import compose_report
from nngis.report.page import draw_report
from nngis.report.word import write_word
from nngis.text import Text

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def report(result, picture):
    title = Text("六景情景", "Liujing")
    return compose_report(title, [result], {"heat": picture}, lang="zh", made_by="市规划院")


def table(report, caption):
    return next(one for one in report.blocks if isinstance(one, Table) and one.caption == caption)


def test_a_report_has_every_chapter_and_an_annex_a_list(report):
    chapters = [one.text for one in report.blocks if isinstance(one, Heading) and one.level == 1]
    assert chapters == [
        "1  摘要",
        "2  方法与依据",
        "3  各专项成果",
        "4  分县（市、区）成果",
        "5  假定与提醒",
        "6  数据来源与可靠性",
        "附录 A  供热 · 淘汰清单",
    ]


def test_a_value_that_is_unknown_is_said_in_words_and_not_as_zero(report):
    rows = table(report, "指标与目标").rows
    assert rows[0][1:5] == ("未知", "≥ 10", "t/a", "无法判定")
    assert rows[1][1:5] == ("592", "≥ 280", "km", "达到")


def test_counts_of_decisions_add_up_to_all_that_was_decided(report):
    rows = table(report, "处置意见与规则").rows
    assert rows == (("淘汰", "A57", "2"), ("保留", "—", "4"), ("合计", "", "6"))


def test_sums_by_county_are_those_of_the_whole(report):
    assert table(report, "分县").rows[-1] == ("合计", "18")


def test_a_report_in_english_has_no_chinese_of_its_own(result):
    english = compose_report(Text("六景", "Liujing"), [result], {}, lang="en")
    own = [one.text for one in english.blocks if isinstance(one, Heading)]
    own += [word for one in english.blocks if isinstance(one, Table) for word in one.headings]
    assert not CHINESE.search(" ".join(own))


def test_a_word_report_has_styles_captions_a_table_of_contents_and_alternative_text(
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
    assert 'descr="供热图纸"' in xml
    assert len(document.tables) == xml.count("SEQ 表")
    targets = set(re.findall('w:anchor="([^"]+)"', xml))
    assert targets <= set(re.findall('w:bookmarkStart [^>]*w:name="([^"]+)"', xml))


def test_every_cell_of_a_list_stands_in_word_as_it_is(report, tmp_path):
    write_word(report, tmp_path / "r.docx")
    last = Document(tmp_path / "r.docx").tables[-1]
    assert [cell.text for cell in last.rows[1].cells][:2] == ["b0", "<script>alert(1)</script>"]


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
    subprocess.run([*command, tmp_path / "r.docx"], check=True, capture_output=True, timeout=120)
    assert (tmp_path / "r.pdf").stat().st_size > 10_000
    if shutil.which("pdftotext"):
        command = ["pdftotext", tmp_path / "r.pdf", "-"]
        text = subprocess.run(command, capture_output=True, check=True)
        assert "附录 A" in text.stdout.decode()
