"""Fields of a Word document: numbers that count, references, page numbers, a table of contents."""

from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length


def add_field(paragraph: Any, code: str, shown: str) -> None:  # noqa: ANN401
    """Add a field to a paragraph."""
    _mark(paragraph, "begin")
    _code(paragraph, code)
    _mark(paragraph, "separate")
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def bookmark(paragraph: Any, name: str, number: int, *, first: int = 0) -> None:  # noqa: ANN401
    """Put a bookmark around the runs of a paragraph, from one of them to the last there is."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for one in (start, end):
        one.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph.runs[first]._r.addprevious(start)  # noqa: SLF001
    paragraph.runs[-1]._r.addnext(end)  # noqa: SLF001


def contents_entry(
    paragraph: Any,  # noqa: ANN401
    text: str,
    target: str,
    *,
    width: Length,
    first: bool,
    last: bool,
) -> None:
    """Write one line of a table of contents; all lines together are the result of one field.

    The field is marked as out of date: Word counts the pages when the document opens. Until then
    there is no number, which is better than a wrong one.
    """
    paragraph.paragraph_format.tab_stops.add_tab_stop(
        width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )
    if first:
        _mark(paragraph, "begin", dirty=True)
        _code(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
        _mark(paragraph, "separate")
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), target)
    paragraph._p.append(link)  # noqa: SLF001
    before = len(paragraph.runs)
    paragraph.add_run(f"{text}\t")
    add_field(paragraph, f"PAGEREF {target} \\h", "")
    for run in paragraph.runs[before:]:
        link.append(run._r)  # noqa: SLF001
    if last:
        _mark(paragraph, "end")


def _code(paragraph: Any, code: str) -> None:  # noqa: ANN401
    made = OxmlElement("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = f" {code} "
    paragraph.add_run()._r.append(made)  # noqa: SLF001


def _mark(paragraph: Any, kind: str, *, dirty: bool = False) -> None:  # noqa: ANN401
    made = OxmlElement("w:fldChar")
    made.set(qn("w:fldCharType"), kind)
    if dirty:
        made.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(made)  # noqa: SLF001
