"""A report as a Word document: cover, contents, headings, tables with captions, maps."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from nngis import fields
from nngis.cartography.style import badge
from nngis.files import without_times
from nngis.report.blocks import (
    Block,
    Bullets,
    Caption,
    Heading,
    Paragraph,
    Picture,
    Report,
    Table,
    captions,
    references,
    referring,
)
from nngis.report.word_fields import add_field, bookmark, contents_entry
from nngis.report.word_look import FINE_LINE_PT, ROOM_MM, SMALL_PT, set_page, set_styles
from nngis.report.word_table import add_table
from nngis.report.word_xml import child, plain
from nngis.text import Lang, Text

FIXED = datetime(2000, 1, 1, tzinfo=UTC)
CONTENTS = Text("目录", "Contents")
CONTENTS_PT, COVER_NAME_MM, COVER_TEXT_MM = 10.5, 38, 78


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
    set_styles(document, report.lang)
    _set_properties(document, report)
    set_page(document, f"{report.title} · {report.subtitle}", report.lang)
    _cover(document, report)
    _contents(document, report)
    known = references(report)
    numbers = captions(report)
    for at, block in enumerate(report.blocks):
        _add(document, block, at, numbers.get(at), known, report.lang)
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(without_times(held.getvalue()))


def _add(
    document: Any,  # noqa: ANN401
    block: Block,
    at: int,
    caption: Caption | None,
    known: dict[str, Caption],
    lang: Lang,
) -> None:
    if isinstance(block, Heading):
        paragraph = document.add_heading(plain(block.text), block.level)
        paragraph.paragraph_format.page_break_before = block.new_page or None
        bookmark(paragraph, f"_Toc{at:06d}", at)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph(plain(block.text))
        _refer(paragraph, block.refs, known, lang)
        if block.kind == "note":
            for run in paragraph.runs:
                run.font.size = Pt(SMALL_PT)
            shape = paragraph.paragraph_format
            shape.line_spacing, shape.space_after = Pt(FINE_LINE_PT), Pt(0.5)
        else:
            paragraph.paragraph_format.first_line_indent = Pt(22) if lang == "zh" else None
    elif isinstance(block, Bullets):
        for item, keys in block.with_refs:
            _refer(document.add_paragraph(plain(item), style="List Bullet"), keys, known, lang)
    elif isinstance(block, Table) and caption:
        _caption(document, caption, at, keep=True)
        add_table(document, block)
        spacer = document.add_paragraph().paragraph_format
        spacer.space_after, spacer.line_spacing = Pt(0), Pt(5)
    elif isinstance(block, Picture) and caption:
        _picture(document, block)
        _caption(document, caption, at, keep=False)


def _refer(
    paragraph: Any,  # noqa: ANN401
    keys: Sequence[str],
    known: dict[str, Caption],
    lang: Lang,
) -> None:
    """Put behind a sentence the numbers of what it names, before its full stop."""
    parts = referring(keys, known, lang)
    if not parts:
        return
    last = paragraph.runs[-1]
    stop = last.text[-1:] if last.text.endswith(("。", ".")) else ""
    last.text = last.text.removesuffix(stop) if stop else last.text
    for part in parts:
        if isinstance(part, Caption):
            add_field(paragraph, f"REF {part.mark} \\h", part.label)
        else:
            paragraph.add_run(part)
    paragraph.add_run(stop)


def _picture(document: Any, block: Picture) -> None:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(0)
    shape = paragraph.add_run().add_picture(io.BytesIO(block.png))
    share = Mm(ROOM_MM) / shape.width
    shape.width, shape.height = Mm(ROOM_MM), int(shape.height * share)
    inline = shape._inline.docPr  # noqa: SLF001 - python-docx has no name for the alternative text
    inline.set("descr", block.described)


def _caption(document: Any, caption: Caption, at: int, *, keep: bool) -> None:  # noqa: ANN401
    """Write a caption whose number is a field, so that Word can list and renumber it."""
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = keep
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(caption.word)
    add_field(paragraph, f"SEQ {caption.word.strip()} \\* ARABIC", f"{caption.number}")
    bookmark(paragraph, caption.mark, 100_000 + at)
    paragraph.add_run(f"  {plain(caption.text)}")


def _set_properties(document: Any, report: Report) -> None:  # noqa: ANN401
    about = document.core_properties
    about.title, about.subject = plain(report.title)[:255], report.subtitle
    author = dict(report.cover).get(Text("编制单位", "Made by").say(report.lang), "")
    about.author, about.last_modified_by = plain(author)[:255] or "nngis", "nngis"
    about.created = about.modified = FIXED
    about.comments, about.keywords, about.revision = "", "", 1


def _cover(document: Any, report: Report) -> None:  # noqa: ANN401
    for text, style in ((report.title, "Title"), (report.subtitle, "Subtitle")):
        document.add_paragraph(plain(text), style=style).alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=0, cols=2)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    colon = "：" if report.lang == "zh" else ":"
    for name, text in report.cover:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Mm(COVER_NAME_MM), Mm(COVER_TEXT_MM)
        cells[0].paragraphs[0].add_run(name + colon)
        cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        cells[1].paragraphs[0].add_run(plain(text))
        borders = child(cells[1]._tc.get_or_add_tcPr(), "w:tcBorders")  # noqa: SLF001 - no name
        child(borders, "w:bottom", val="single", sz="4", space="0", color="808080")
    shown = badge(report.evidence)
    sentence = document.add_paragraph()
    sentence.alignment = WD_ALIGN_PARAGRAPH.CENTER
    sentence.paragraph_format.space_before = Pt(60)
    word = fields.get("evidence").title.say(report.lang)
    run = sentence.add_run(f" {word} · {shown.title.say(report.lang)} ")
    run.font.bold, run.font.color.rgb = True, RGBColor.from_string(shown.ink[1:])
    look = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx knows no shading of runs
    child(look, "w:shd", val="clear", color="auto", fill=shown.colour[1:])
    below = document.add_paragraph(shown.sentence.say(report.lang))
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _contents(document: Any, report: Report) -> None:  # noqa: ANN401
    title = document.add_paragraph(CONTENTS.say(report.lang))
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.runs[0].font.size = Pt(16)
    title.paragraph_format.page_break_before = True
    entries = [(at, one) for at, one in enumerate(report.blocks) if isinstance(one, Heading)]
    for number, (at, heading) in enumerate(entries):
        paragraph = document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.left_indent, shape.space_after = Mm(6 * (heading.level - 1)), Pt(0)
        contents_entry(
            paragraph,
            plain(heading.text),
            f"_Toc{at:06d}",
            width=Mm(ROOM_MM),
            first=number == 0,
            last=number == len(entries) - 1,
        )
        for run in paragraph.runs:
            run.font.size = Pt(CONTENTS_PT)
