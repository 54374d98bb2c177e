"""How a report looks in Word: paper, fonts and page numbers after GB/T 9704, a size smaller.

GB/T 9704 sets official papers in 仿宋 of size 3, 156 mm wide between margins of 28 and 26 mm,
chapters in 黑体 as 一、, sections in 楷体 as （一）, and page numbers between dashes on the
outer side. A report with tables keeps all of this but the size of its text and some of its height.
The standard is for Chinese: Latin text, which is longer, is set closer and between the narrower
margins of an English report.
"""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from nngis.report.word_fields import add_field
from nngis.report.word_xml import child, plain
from nngis.text import Lang

PAGE_MM = (210, 297)
MARGINS_MM: dict[Lang, tuple[int, int, int, int]] = {  # top, bottom, left, right
    "zh": (30, 28, 28, 26),
    "en": (24, 22, 22, 20),
}
HEAD_MM: dict[Lang, tuple[int, int]] = {"zh": (24, 28), "en": (14, 14)}  # header, footer from edge
ROOM_MM = PAGE_MM[0] - 28 - 26  # between the Chinese margins
BODY_PT, LINE_PT, TABLE_PT, TABLE_LINE_PT, SMALL_PT = 10.5, 15.0, 8.0, 10.5, 7.0
FINE_PT, FINE_LINE_PT, LATIN_PT, LATIN_LINE_PT = 7.0, 8.6, 9.5, 11.6
TABLE_TEXT, FINE_TEXT = "Table Text", "Fine Table Text"
FANG, HEI, KAI, SONG, LATIN = "仿宋", "黑体", "楷体", "宋体", "Times New Roman"
STYLES = {  # font of Chinese, size [pt], bold, space before and after [pt]
    "Normal": (FANG, BODY_PT, False, 0, 3),
    "Title": (SONG, 24, True, 130, 14),
    "Subtitle": (KAI, 16, False, 0, 110),
    "Heading 1": (HEI, 14, False, 10, 5),
    "Heading 2": (KAI, 12, True, 6, 3),
    "Caption": (HEI, 9, False, 6, 3),
    "List Bullet": (FANG, BODY_PT, False, 0, 1),
    TABLE_TEXT: (SONG, TABLE_PT, False, 0.5, 0.5),
    FINE_TEXT: (SONG, FINE_PT, False, 0, 0),
    "Header": (SONG, 9, False, 0, 0),
    "Footer": (SONG, 12, False, 0, 0),
}


def set_styles(document: Any, lang: Lang) -> None:  # noqa: ANN401
    """Give the document's styles their fonts, sizes and spaces."""
    for name in (TABLE_TEXT, FINE_TEXT):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name, (font, size, bold, before, after) in STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for part, family in (("eastAsia", font), ("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN)):
            fonts.set(qn(f"w:{part}"), family)
        for part in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{part}"), None)
        _plain_ink(style)
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(before), Pt(after)
    for border in document.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].paragraph_format.keep_with_next = True
    size, line = (BODY_PT, LINE_PT) if lang == "zh" else (LATIN_PT, LATIN_LINE_PT)
    for name in ("Normal", "List Bullet"):
        document.styles[name].font.size = Pt(size)
        shape = document.styles[name].paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(line)
    for name, line in ((TABLE_TEXT, TABLE_LINE_PT), (FINE_TEXT, FINE_LINE_PT)):
        cells = document.styles[name].paragraph_format
        cells.line_spacing_rule, cells.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    language = document.styles["Normal"].element.get_or_add_rPr()
    child(language, "w:lang", val="zh-CN" if lang == "zh" else "en-GB", eastAsia="zh-CN")


def _plain_ink(style: Any) -> None:  # noqa: ANN401
    """Take the colour and the slant of Word's own headings away."""
    style.font.italic = False
    look = style.element.get_or_add_rPr()
    for old in look.findall(qn("w:color")):
        look.remove(old)


def set_page(document: Any, head: str, lang: Lang) -> None:  # noqa: ANN401
    """Set the paper, the line above and the page number below, outside on both sides."""
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(one) for one in PAGE_MM)
    top, bottom, left, right = (Mm(one) for one in MARGINS_MM[lang])
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right
    section.header_distance, section.footer_distance = (Mm(one) for one in HEAD_MM[lang])
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = plain(head)
        header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    sides = (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    )
    for footer, side in sides:
        foot = footer.paragraphs[0]
        foot.add_run("— ")
        add_field(foot, "PAGE", "1")
        foot.add_run(" —")
        foot.alignment = side
