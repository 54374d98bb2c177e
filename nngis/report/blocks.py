"""The parts of a written report, before anybody says whether it is Word or HTML."""

from dataclasses import dataclass
from typing import Literal

from nngis.text import Lang


@dataclass(frozen=True)
class Heading:
    """A heading.

    Parameters
    ----------
    level : int
        1 for chapters, 2 for sections.
    text : str
        Its text, with its number.
    """

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Parameters
    ----------
    text : str
        Its text.
    kind : {"body", "note"}
        What it is for.
    """

    text: str
    kind: Literal["body", "note"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of short paragraphs.

    Parameters
    ----------
    items : tuple of str
        The paragraphs.
    """

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    Parameters
    ----------
    caption : str
        What it shows; its number is put before it.
    headings : tuple of str
        Headings of the columns.
    rows : tuple of tuple of str
        Cells as they are read.
    numeric : tuple of bool
        Which columns are numbers, set to the right.
    total : bool
        Whether the last row adds up those above.
    wide : bool
        Whether it needs the long side of the paper.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    total: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture with its caption.

    Parameters
    ----------
    caption : str
        What it shows; its number is put before it.
    png : bytes
        The picture.
    described : str
        What it shows, for those who do not see it.
    """

    caption: str
    png: bytes
    described: str


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
    made_by, date : str
        Who made it and when, as they should be printed; may be empty.
    blocks : tuple of Block
        What it says.
    """

    title: str
    subtitle: str
    lang: Lang
    evidence: str
    made_by: str
    date: str
    blocks: tuple[Block, ...]


def numbered_captions(report: Report) -> dict[int, str]:
    """Give tables and pictures their numbers.

    Examples
    --------
    >>> table = Table("County", ("a",), (), (False,))
    >>> both = Report("", "", "en", "official", "", "", (Heading(1, "x"), table, table))
    >>> numbered_captions(both)
    {1: 'Table 1  County', 2: 'Table 2  County'}
    """
    words = {Table: ("表", "Table"), Picture: ("图", "Figure")}
    counts = {Table: 0, Picture: 0}
    found = {}
    for at, block in enumerate(report.blocks):
        if isinstance(block, Table | Picture):
            counts[type(block)] += 1
            word = words[type(block)][0 if report.lang == "zh" else 1]
            space = "" if report.lang == "zh" else " "
            found[at] = f"{word}{space}{counts[type(block)]}  {block.caption}"
    return found
