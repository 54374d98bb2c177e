"""A report as a Word document: real styles, captions that count, a table of contents."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from nngis import fields
from nngis.cartography.style import badge
from nngis.files import without_times
from nngis.report.blocks import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    Report,
    Table,
    numbered_captions,
)
from nngis.report.word_fields import add_field, bookmark, contents_entry
from nngis.text import Text

FONT = "Noto Sans SC"
SHORT_MM, LONG_MM, MARGIN_MM, WIDE_MARGIN_MM = 210, 297, 22, 16
FIXED = datetime(2000, 1, 1, tzinfo=UTC)
ACCENT, SOFT = RGBColor(0x0C, 0x4A, 0x57), RGBColor(0x55, 0x63, 0x6C)
HEAD_FILL, TOTAL_FILL, LINE = "0C4A57", "E4EEF0", "BFC5CA"
CONTENTS = Text("目录", "Contents")
BODY_PT, TABLE_PT, WIDE_PT = 10.5, 8.5, 7.0
STYLES = {  # size [pt], bold, colour, space before and after [pt]
    "Normal": (BODY_PT, False, None, 0, 6),
    "Title": (26, True, ACCENT, 120, 12),
    "Subtitle": (15, False, SOFT, 0, 30),
    "Heading 1": (16, True, ACCENT, 18, 8),
    "Heading 2": (12.5, True, ACCENT, 12, 6),
    "Caption": (9.5, True, SOFT, 8, 4),
    "List Bullet": (BODY_PT, False, None, 0, 3),
    "Header": (8.5, False, SOFT, 0, 0),
    "Footer": (8.5, False, SOFT, 0, 0),
}


def write_word(report: Report, path: Path) -> None:
    """Write a report as a Word document.

    Parameters
    ----------
    report : Report
        The report.
    path : Path
        The .docx file. The same report gives the same bytes.
    """
    document = Document()
    _set_styles(document, report)
    _set_properties(document, report)
    _paper(document.sections[0], wide=False)
    _running_lines(document.sections[0], report)
    _cover(document, report)
    _contents(document, report)
    captions = numbered_captions(report)
    wide_now = False
    blocks = report.blocks
    for at, block in enumerate(blocks):
        wide = _wide(blocks, at)
        if wide != wide_now:
            _paper(document.add_section(WD_SECTION.NEW_PAGE), wide=wide)
            wide_now = wide
        _add(document, block, at, captions)
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(without_times(held.getvalue()))


def _wide(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether a block stands on a wide page; headings go with what follows them."""
    for block in blocks[at:]:
        if isinstance(block, Picture):
            return True
        if isinstance(block, Table):
            return block.wide
        if not isinstance(block, Heading):
            follows = next(iter(blocks[at + 1 :]), None)
            return isinstance(follows, Table) and follows.wide and isinstance(block, Paragraph)
        at += 1
    return False


def _add(document: Any, block: Block, at: int, captions: dict[int, str]) -> None:  # noqa: ANN401
    if isinstance(block, Heading):
        paragraph = document.add_heading(block.text, block.level)
        bookmark(paragraph, f"_Toc{at:06d}", at)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph(block.text)
        if block.kind == "note":
            for run in paragraph.runs:
                run.font.size, run.font.color.rgb = Pt(9), SOFT
    elif isinstance(block, Bullets):
        for item in block.items:
            document.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Table):
        _caption(document, captions[at], keep=True)
        _table(document, block)
        spacer = document.add_paragraph().paragraph_format
        spacer.space_after, spacer.line_spacing = Pt(0), Pt(6)
    else:
        _picture(document, block)
        _caption(document, captions[at], keep=False)


def _picture(document: Any, block: Picture) -> None:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(0)
    shape = paragraph.add_run().add_picture(io.BytesIO(block.png))
    room_w, room_h = Mm(LONG_MM - 2 * WIDE_MARGIN_MM), Mm(SHORT_MM - 2 * WIDE_MARGIN_MM - 18)
    share = min(room_w / shape.width, room_h / shape.height)
    shape.width, shape.height = int(shape.width * share), int(shape.height * share)
    inline = shape._inline.docPr  # noqa: SLF001 - python-docx has no name for the alternative text
    inline.set("descr", block.described)


def _caption(document: Any, text: str, *, keep: bool) -> None:  # noqa: ANN401
    """Write a caption whose number is a field, so that Word can list and renumber it."""
    head, _, rest = text.partition("  ")
    word = head.rstrip("0123456789")
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = keep
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(word)
    add_field(paragraph, f"SEQ {word.strip()} \\* ARABIC", head[len(word) :])
    paragraph.add_run(f"  {rest}")


def _table(document: Any, block: Table) -> None:  # noqa: ANN401
    """Write a table as XML: a cell a time through the library takes seconds on long lists."""
    size = WIDE_PT if block.wide else TABLE_PT
    room = LONG_MM - 2 * WIDE_MARGIN_MM if block.wide else SHORT_MM - 2 * MARGIN_MM
    widths = _widths(block, room)
    table = document.add_table(rows=0, cols=len(block.headings), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    rows = [block.headings, *block.rows]
    for at, row in enumerate(rows):
        last = block.total and at == len(rows) - 1
        fill = HEAD_FILL if at == 0 else TOTAL_FILL if last else None
        made = _row(row, widths, block.numeric, size=size, fill=fill, bold=at == 0 or last)
        table._tbl.append(made)  # noqa: SLF001 - see above


def _row(
    cells: Sequence[str],
    widths: Sequence[float],
    numeric: Sequence[bool],
    *,
    size: float,
    fill: str | None,
    bold: bool,
) -> Any:  # noqa: ANN401
    row = OxmlElement("w:tr")
    about = _child(row, "w:trPr")
    _child(about, "w:cantSplit")
    if fill == HEAD_FILL:
        _child(about, "w:tblHeader")
    for text, width, right in zip(cells, widths, numeric, strict=True):
        cell = _child(row, "w:tc")
        held = _child(cell, "w:tcPr")
        _child(held, "w:tcW", w=str(round(width * 56.7)), type="dxa")
        if fill:
            _child(held, "w:shd", val="clear", color="auto", fill=fill)
        paragraph = _child(cell, "w:p")
        shape = _child(paragraph, "w:pPr")
        _child(shape, "w:spacing", before="20", after="20", line="240", lineRule="auto")
        side = "center" if fill == HEAD_FILL else "right" if right else "left"
        _child(shape, "w:jc", val=side)
        run = _child(paragraph, "w:r")
        look = _child(run, "w:rPr")
        if bold:
            _child(look, "w:b")
        if fill == HEAD_FILL:
            _child(look, "w:color", val="FFFFFF")
        _child(look, "w:sz", val=str(round(2 * size)))
        _child(run, "w:t").text = _plain(text)
    return row


def _widths(block: Table, room_mm: float) -> list[float]:
    """Share the width out by the length of the texts, Chinese counting double, within reason."""
    columns = zip(block.headings, *block.rows[:200], strict=True)
    lengths = []
    for heading, *cells in columns:
        longest = max((_length(cell) for cell in cells), default=0)
        lengths.append(min(max(longest, min(_length(heading), 9.0), 5.0), 40.0) + 2)
    whole = sum(lengths)
    return [room_mm * length / whole for length in lengths]


def _length(text: str) -> float:
    return sum(2 if ord(sign) > 0x2E7F else 1.1 for sign in text)  # noqa: PLR2004


def _set_styles(document: Any, report: Report) -> None:  # noqa: ANN401
    for name, (size, bold, colour, before, after) in STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for part in ("w:eastAsia", "w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(part), FONT)
        for part in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(part), None)
        if colour is not None:
            style.font.color.rgb = colour
        style.font.italic = False
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before),
            Pt(after),
        )
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles["Normal"].paragraph_format.line_spacing = 1.35
    language = document.styles["Normal"].element.get_or_add_rPr()
    code = "zh-CN" if report.lang == "zh" else "en-GB"
    _child(language, "w:lang", val=code, eastAsia="zh-CN")


def _set_properties(document: Any, report: Report) -> None:  # noqa: ANN401
    about = document.core_properties
    about.title, about.subject = report.title, report.subtitle
    about.author, about.last_modified_by = report.made_by or "nngis", "nngis"
    about.created = about.modified = FIXED
    about.comments, about.keywords, about.revision = "", "", 1


def _paper(section: Any, *, wide: bool) -> None:  # noqa: ANN401
    long, short = Mm(LONG_MM), Mm(SHORT_MM)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if wide else (short, long)
    margin = Mm(WIDE_MARGIN_MM if wide else MARGIN_MM)
    section.left_margin = section.right_margin = margin
    section.top_margin = section.bottom_margin = margin


def _running_lines(section: Any, report: Report) -> None:  # noqa: ANN401
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.text = _plain(f"{report.title} · {report.subtitle}")
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    word = fields.get("evidence")
    level = word.value_title(report.evidence, report.lang)
    foot.add_run(f"{word.title.say(report.lang)}: {level}    ")
    add_field(foot, "PAGE", "1")
    foot.add_run(" / ")
    add_field(foot, "NUMPAGES", "1")
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _cover(document: Any, report: Report) -> None:  # noqa: ANN401
    for text, style in ((report.title, "Title"), (report.subtitle, "Subtitle")):
        document.add_paragraph(_plain(text), style=style).alignment = WD_ALIGN_PARAGRAPH.CENTER
    shown = badge(report.evidence)
    sentence = document.add_paragraph()
    sentence.alignment = WD_ALIGN_PARAGRAPH.CENTER
    word = fields.get("evidence").title.say(report.lang)
    run = sentence.add_run(f" {word} · {shown.title.say(report.lang)} ")
    run.font.bold, run.font.color.rgb = True, RGBColor.from_string(shown.ink[1:])
    look = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx knows no shading of runs
    _child(look, "w:shd", val="clear", color="auto", fill=shown.colour[1:])
    below = document.add_paragraph(shown.sentence.say(report.lang))
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in (report.made_by, report.date):
        if text:
            line = document.add_paragraph(_plain(text))
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.paragraph_format.space_before = Pt(40 if text == report.made_by else 6)


def _contents(document: Any, report: Report) -> None:  # noqa: ANN401
    title = document.add_paragraph(CONTENTS.say(report.lang), style="Subtitle")
    title.paragraph_format.page_break_before = True
    entries = [(at, one) for at, one in enumerate(report.blocks) if isinstance(one, Heading)]
    for number, (at, heading) in enumerate(entries):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(6 * (heading.level - 1))
        paragraph.paragraph_format.space_after = Pt(3)
        ends = (number == 0, number == len(entries) - 1)
        contents_entry(paragraph, heading.text, f"_Toc{at:06d}", first=ends[0], last=ends[1])
    document.add_page_break()


def _child(parent: Any, tag: str, **attributes: str) -> Any:  # noqa: ANN401
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    parent.append(made)
    return made


def _plain(text: str) -> str:
    """Remove what XML cannot hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n"
        or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign < "\ufffe")
        or sign > "\uffff"
    )
