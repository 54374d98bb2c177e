"""Headings between rows (一、某某区): no data, but the county they name holds for rows below."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nngis.arrays import Bools, Objects
from nngis.ledger.coded import Coded
from nngis.ledger.divisions import Divisions
from nngis.ledger.table import brief

FEWEST_COLUMNS = 3  # known columns; a table of names alone has no headings that show
_FEW_CELLS = 4  # filled ones: 一、某某区 | 5台 | 35
_LONGEST = 40  # characters
_ORDINALS = "一二三四五六七八九十百零〇"
# From the outermost level in: 第一部分, 一、, （一）, 1. and 1、; a bare county is one more.
_LEVELS = (
    re.compile(rf"第[{_ORDINALS}\d]+(?:部分|章|节|类|批|片区?)[:：、.\s]*"),
    re.compile(rf"[{_ORDINALS}]+(?:[、.．,，:：\s]+|$)"),
    re.compile(rf"[(（【\[][{_ORDINALS}]+[)）】\]][、.．\s]*"),
    re.compile(r"[(（【\[]\d{1,2}[)）】\]][、.．\s]*|\d{1,2}[、.．)）](?!\d)\s*"),
)
_WORDY = 3  # levels whose mark alone makes a heading; 1、 may count rows
_COUNTED = re.compile(r"[(（\[【].*?[)）\]】]|共?\d+(?:台|座|个|项|家|条|处|户)")
_DIVISION = re.compile(r"[\u4e00-\u9fff]{1,8}(?:县|区|市|旗)")
_NO_DIVISION = re.compile(
    r"(?:园|城|小|厂|片|库|景|发|新|社|校|辖|灌|矿|港|住宅|功能|保护|规划|地|老|分|示范|工业|集中|建成)区$|城市$|超市$"
)
_SERIAL_HEADERS = ("序号", "编号", "no", "号", "项次", "序")


@dataclass(frozen=True)
class Sections:
    """Headings among the rows below a header.

    Parameters
    ----------
    headings : (n,) bool array
        Which rows are headings.
    lonely : (n,) bool array
        Which other rows hold but one word; they may be headings too.
    county : (n,) object array
        The county that the heading above a row names, or None.
    """

    headings: Bools
    lonely: Bools
    county: Objects


def find_sections(
    columns: Sequence[Coded],
    names: Sequence[str],
    data: Bools,
    told: tuple[Bools, set[int]],
    divisions: Callable[[], Divisions],
) -> Sections:
    """Find the headings between rows; `told` are the wide ones and the columns that are known."""
    wide, known = told
    count = len(data)
    headings, lonely = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    county = np.full(count, None, dtype=object)
    if len(known) < FEWEST_COLUMNS or not count:
        return Sections(headings, lonely, county)
    filled = np.sum([column.filled for column in columns], axis=0)
    few = min(_FEW_CELLS, max(1, int(np.median(filled[data])) - 2)) if data.any() else 0
    scope = _Scope(divisions)
    last = 0
    for at in np.flatnonzero(data & (filled <= max(few, 1))).tolist():
        cells = [
            (i, brief(column.distinct[column.codes[at]]))
            for i, column in enumerate(columns)
            if column.codes[at] >= 0
        ]
        found = _heading(cells, names, divisions, is_wide=bool(wide[at]), known=known)
        if found is None:
            lonely[at] = len(cells) == 1 and not _is_number(cells[0][1])
            continue
        county[last:at] = scope.county
        scope.enter(*found)
        headings[at], last = True, at
    county[last:] = scope.county
    return Sections(headings, lonely, county)


class _Scope:
    """The county that holds at a row: that of the last heading, until one of its level or above."""

    def __init__(self, divisions: Callable[[], Divisions]) -> None:
        self._divisions = divisions
        self.county: str | None = None
        self._level = len(_LEVELS)
        self._below: set[int] = set()  # levels that have had a heading below the county's

    def enter(self, level: int, ordinal: str, text: str) -> None:
        named = county_in(text, self._divisions())
        # 一、甲区 … 二、乙市 … （三）其他企业 goes on counting: it lies below neither.
        goes_on = level not in self._below and ordinal[:1] not in ("", "一", "1")
        if named is not None or level <= self._level or goes_on:
            self.county, self._level, self._below = named, level, set()
        else:
            self._below.add(level)


def county_in(text: str, divisions: Divisions) -> str | None:
    """Read the one county that a heading names.

    Examples
    --------
    >>> known = Divisions({"450202": "城中区", "450203": "鱼峰区"})
    >>> county_in("城中区（12台）", known), county_in("续建项目", known)
    ('城中区', None)
    >>> county_in("城中区、鱼峰区", known)
    """
    plain = _COUNTED.sub("", text).strip(" :：、，,")
    named = divisions.named_in(plain)
    if len(named) > 1:
        return None
    if named:
        return named[0]
    found = divisions.read(plain)
    if found in divisions.names.values():
        return found
    return plain if _DIVISION.fullmatch(plain) and not _NO_DIVISION.search(plain) else None


def _heading(
    cells: Sequence[tuple[int, str]],
    names: Sequence[str],
    divisions: Callable[[], Divisions],
    *,
    is_wide: bool,
    known: set[int],
) -> tuple[int, str, str] | None:
    """Read a row as a heading: its level, its number and its words; None if it is none."""
    first, text = cells[0]
    rest = [cell for _, cell in cells[1:]]
    if len(text) > _LONGEST or _is_number(text):
        return None
    level, match = next(
        ((level, found) for level, mark in enumerate(_LEVELS) if (found := mark.match(text))),
        (len(_LEVELS), None),
    )
    words = text[match.end() :] if match else text
    ordinal = "".join(re.findall(rf"[{_ORDINALS}\d]+", match.group())) if match else ""
    marked = level < _WORDY
    if match and not words:  # 一 | 续建项目 | 12.5
        numbered = marked and _counts(names, first) and bool(rest) and not _is_number(rest[0])
        return (level, ordinal, rest[0]) if numbered else None
    alone = not rest and (is_wide or first not in known or text.endswith((":", "：")))
    named = not rest and county_in(words, divisions()) is not None
    return (level, ordinal, words) if marked or alone or named else None


def _counts(names: Sequence[str], column: int) -> bool:
    """Tell whether a column numbers its rows."""
    name = "".join(names[column].split()).lower().strip(".") if column < len(names) else ""
    return column == 0 or name.endswith(_SERIAL_HEADERS)


def _is_number(text: str) -> bool:
    return not re.search(r"[^\d.,\-+%/\s]", text)
