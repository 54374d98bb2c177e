"""Read dates as Chinese offices write them: 2015年6月, 二〇一五年, 2015.6, a spreadsheet's day."""

import datetime as dt
import re
from itertools import takewhile

from nngis.ledger.table import Cell, brief

_DIGIT = dict(zip("零一二三四五六七八九", "0123456789", strict=True)) | {
    "〇": "0",
    "○": "0",
    "O": "0",
}
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_TIME = r"(?:[ T]\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_DATE = re.compile(
    r"(\d{4})\s*(?:[年./\-]\s*(?:(\d{1,2})\s*(?:[月./\-]\s*(?:(\d{1,2})\s*[日号]?)?)?)?)?"
    + _TIME
    + r"(?:上旬|中旬|下旬|初|中|末|底|上半年|下半年)?(?:建成|投产|投运|投入使用|启用|安装)?"
)
# Days and months first: 6/3/2015, 13.06.2015; and with the month's name: 03-Jun-15, Jun-2015.
_TURNED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})" + _TIME)
_NAMED = re.compile(
    r"(?:(\d{1,2})[\s\-./]*)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"[\s\-./,]*(\d{4}|\d{2})" + _TIME,
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PIVOT = 50  # two digits of a year below it are of this century
_WHOLE = re.compile(r"^(\d{4,6})\.0+$")
_MONTHS_OF_A_YEAR, _WHOLE_DATE = 12, 3
# A year that a spreadsheet took for a day: 2015 is 7 July 1905 to it.
_YEAR_AS_DAY = range(1950, 2101)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEARS = range(1900, 2101)
# Days of spreadsheets: 1950 to 2100; smaller whole numbers are years.
_SERIALS = range(18_264, 73_416)
_EPOCH = dt.date(1899, 12, 30)


def read_date(cell: Cell, *, day_first: bool = False) -> str | None:
    """Read a date as far as it is given.

    Examples
    --------
    >>> read_date("２０１５年６月"), read_date("二〇一五年十二月三日"), read_date("2015.6.3")
    ('2015-06', '2015-12-03', '2015-06-03')
    >>> read_date(2012), read_date(42158), read_date("20150603"), read_date("去年")
    ('2012', '2015-06-03', '2015-06-03', None)
    >>> read_date("6/3/2015"), read_date("03-Jun-15"), read_date("2015-06-03T00:00:00Z")
    ('2015-06-03', '2015-06-03', '2015-06-03')
    >>> read_date("2026-13-45"), read_date("1905/7/7")
    (None, '2015')
    """
    if isinstance(cell, dt.date):
        day = cell.date() if isinstance(cell, dt.datetime) else cell
        return _year_as_day(day) or day.isoformat()
    text = _WHOLE.sub(r"\1", _arabic(brief(cell)))
    if text.isdecimal() and int(text) in _SERIALS:
        return (_EPOCH + dt.timedelta(days=int(text))).isoformat()
    parts = _parts(text, day_first=day_first)
    found = _checked(parts) if parts else None
    if found is None or len(parts) < _WHOLE_DATE:
        return found
    return _year_as_day(dt.date.fromisoformat(found)) or found


def _parts(text: str, *, day_first: bool) -> list[int]:
    """Read year, month and day as far as they are given, in this order."""
    if match := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        return [int(part) for part in takewhile(lambda part: part is not None, match.groups())]
    if match := _TURNED.fullmatch(text):
        first, second, year = map(int, match.groups())
        turned = day_first or first > _MONTHS_OF_A_YEAR
        return [year, second, first] if turned else [year, first, second]
    if match := _NAMED.fullmatch(text):
        day, month, year = match[1], _MONTHS.index(match[2].lower()) + 1, int(match[3])
        if len(match[3]) < len("2015"):
            year += 2000 if year < _PIVOT else 1900
        return [year, month, *([int(day)] if day else [])]
    return []


def is_ambiguous(cell: Cell) -> bool:
    """Tell whether a date may be read with its day or its month first."""
    match = _TURNED.fullmatch(brief(cell)) if isinstance(cell, str) else None
    return bool(match) and max(int(match[1]), int(match[2])) <= _MONTHS_OF_A_YEAR  # type: ignore[index]


def is_day_first(cell: Cell) -> bool:
    """Tell whether a date can only have its day first."""
    match = _TURNED.fullmatch(brief(cell)) if isinstance(cell, str) else None
    return bool(match) and int(match[1]) > _MONTHS_OF_A_YEAR  # type: ignore[index]


def is_year_as_day(cell: Cell) -> bool:
    """Tell whether a date is a year that a spreadsheet took for a day."""
    if not isinstance(cell, dt.date):
        match = _DATE.fullmatch(brief(cell))
        if not match or match[3] is None or _checked(list(map(int, match.groups()))) is None:
            return False
        cell = dt.date(*map(int, match.groups()))
    day = cell.date() if isinstance(cell, dt.datetime) else cell
    return _year_as_day(day) is not None


def _year_as_day(day: dt.date) -> str | None:
    number = (day - _EPOCH).days
    return str(number) if number in _YEAR_AS_DAY else None


def read_year(cell: Cell) -> int | None:
    """Read the year of a date.

    Examples
    --------
    >>> read_year("2009年2月"), read_year(1999), read_year("3")
    (2009, 1999, None)
    """
    date = read_date(cell)
    return None if date is None else int(date[:4])


def _arabic(text: str) -> str:
    if not re.search(r"[一二三四五六七八九十]", text):
        return text
    text = _TENS.sub(lambda m: f"{_DIGIT[m[1] or '一']}{_DIGIT[m[2] or '零']}", text)
    return "".join(_DIGIT.get(letter, letter) for letter in text)


def _checked(parts: list[int]) -> str | None:
    year, month, day = [*parts, 1, 1][:3] if len(parts) < 3 else parts  # noqa: PLR2004 -- y, m, d
    if year not in _YEARS:
        return None
    try:
        dt.date(year, month, day)
    except ValueError:
        return None
    return "-".join(f"{part:02d}" for part in parts)
