"""Fields of a Word document: numbers that count, page numbers, a table of contents."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def add_field(paragraph: Any, code: str, shown: str) -> None:  # noqa: ANN401
    """Add a field to a paragraph."""
    _mark(paragraph, "begin")
    _code(paragraph, code)
    _mark(paragraph, "separate")
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def bookmark(paragraph: Any, name: str, number: int) -> None:  # noqa: ANN401
    """Put a bookmark around the text of a paragraph."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for one in (start, end):
        one.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)  # noqa: SLF001
    paragraph._p.append(end)  # noqa: SLF001


def contents_entry(
    paragraph: Any,  # noqa: ANN401
    text: str,
    target: str,
    *,
    first: bool,
    last: bool,
) -> None:
    """Write one line of a table of contents; all lines together are the result of one field.

    The field is marked as out of date: Word puts the page numbers in when the document opens.
    """
    if first:
        _mark(paragraph, "begin", dirty=True)
        _code(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
        _mark(paragraph, "separate")
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), target)
    paragraph._p.append(link)  # noqa: SLF001
    before = len(paragraph.runs)
    paragraph.add_run(text)
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
