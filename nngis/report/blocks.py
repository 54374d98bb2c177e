"""The parts of a written report, before anybody says whether it is Word or HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nngis.text import Lang

CHINESE_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 for chapters, 2 for sections; a chapter may begin a page."""

    level: int
    text: str
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; the tables and figures that it names stand behind it with their numbers."""

    text: str
    kind: Literal["body", "note"] = "body"
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bullets:
    """A list of short paragraphs; `refs` holds for each the keys of what it names."""

    items: tuple[str, ...]
    refs: tuple[tuple[str, ...], ...] = ()

    @property
    def with_refs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each paragraph with its keys."""
        keys = (*self.refs, *((),) * len(self.items))
        return tuple(zip(self.items, keys, strict=False))


@dataclass(frozen=True)
class Table:
    """A table with its caption, which gets a number.

    Parameters
    ----------
    caption : str
        What it shows.
    headings : tuple of str
        Headings of the columns.
    rows : tuple of tuple of str
        Cells as they are read.
    numeric : tuple of bool
        Which columns are numbers: set to the right and never broken.
    total : bool
        Whether the last row adds up those above.
    key : str
        By which the text refers to it.
    fine : bool
        Whether it is set small: for looking up, not for reading.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    total: bool = False
    key: str = ""
    fine: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture with its caption, which gets a number; `described` is for those who see none."""

    caption: str
    png: bytes
    described: str
    key: str = ""


Block = Heading | Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Report:
    """A report.

    Parameters
    ----------
    title, subtitle : str
        Its title, and the line below it.
    lang : {"zh", "en"}
        Its language.
    evidence : str
        The weakest evidence used.
    cover : tuple of (str, str)
        What else the cover says, by name; an empty one is a line to be written by hand.
    blocks : tuple of Block
        What it says.
    """

    title: str
    subtitle: str
    lang: Lang
    evidence: str
    cover: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Caption:
    """A caption: its word, its number, what it says, and the bookmark under which it is found."""

    word: str
    number: int
    text: str
    mark: str

    @property
    def label(self) -> str:
        """Word and number as they are referred to."""
        return f"{self.word}{self.number}"


def captions(report: Report) -> dict[int, Caption]:
    """Give tables and pictures their numbers, by the position of the block.

    Examples
    --------
    >>> table = Table("County", ("a",), (), (False,))
    >>> both = Report("", "", "en", "official", (), (Heading(1, "x"), table, table))
    >>> [(at, one.label, one.text) for at, one in captions(both).items()]
    [(1, 'Table 1', 'County'), (2, 'Table 2', 'County')]
    """
    words = {Table: ("表", "Table "), Picture: ("图", "Figure ")}
    counts = {Table: 0, Picture: 0}
    found = {}
    for at, block in enumerate(report.blocks):
        if isinstance(block, Table | Picture):
            counts[type(block)] += 1
            word = words[type(block)][0 if report.lang == "zh" else 1]
            found[at] = Caption(word, counts[type(block)], block.caption, f"_Ref{at:06d}")
    return found


def references(report: Report) -> dict[str, Caption]:
    """Return the captions by the keys of their blocks."""
    numbers = captions(report)
    return {
        block.key: numbers[at]
        for at, block in enumerate(report.blocks)
        if isinstance(block, Table | Picture) and block.key
    }


def referring(keys: Sequence[str], known: dict[str, Caption], lang: Lang) -> list[str | Caption]:
    """Write what stands behind a sentence: captions to be linked, and the words between them.

    Examples
    --------
    >>> known = {"a": Caption("表", 3, "甲", "_Ref1")}
    >>> [getattr(one, "label", one) for one in referring(["a", "gone"], known, "zh")]
    ['（见', '表3', '）']
    """
    there = [known[key] for key in keys if key in known]
    if not there:
        return []
    opening, between, closing = ("（见", "、", "）") if lang == "zh" else (" (see ", ", ", ")")
    parts: list[str | Caption] = [opening]
    for at, one in enumerate(there):
        parts += [between, one] if at else [one]
    return [*parts, closing]


def chapter_number(number: int, lang: Lang) -> str:
    """Return the number of a chapter: 一、 in Chinese official papers, plain figures in English.

    Examples
    --------
    >>> [chapter_number(n, "zh") for n in (1, 10, 12)], chapter_number(2, "en")
    (['一、', '十、', '十二、'], '2  ')
    """
    return f"{_chinese(number)}、" if lang == "zh" else f"{number}  "


def section_number(chapter: int, number: int, lang: Lang) -> str:
    """Return the number of a section.

    Examples
    --------
    >>> section_number(2, 3, "zh"), section_number(2, 3, "en")
    ('（三）', '2.3  ')
    """
    return f"（{_chinese(number)}）" if lang == "zh" else f"{chapter}.{number}  "


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{CHINESE_DIGITS[tens]}十"
    return head + (CHINESE_DIGITS[ones] if ones or not tens else "")
