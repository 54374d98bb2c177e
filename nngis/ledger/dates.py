"""Read dates as Chinese offices write them: 2015年6月, 二〇一五年, 2015.6, a spreadsheet's day."""

import datetime as dt
import re
from itertools import takewhile

from nngis.ledger.table import Cell, tidy

_DIGIT = dict(zip("零一二三四五六七八九", "0123456789", strict=True)) | {
    "〇": "0",
    "○": "0",
    "O": "0",
}
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_DATE = re.compile(
    r"(\d{4})\s*(?:[年./\-]\s*(?:(\d{1,2})\s*(?:[月./\-]\s*(?:(\d{1,2})\s*日?)?)?)?)?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:建成|投产|投运|投入使用)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEARS = range(1900, 2101)
# Days of spreadsheets: 1950 to 2100; smaller whole numbers are years.
_SERIALS = range(18_264, 73_416)
_EPOCH = dt.date(1899, 12, 30)


def read_date(cell: Cell) -> str | None:
    """Read a date as far as it is given.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str or None
        ``2015-06-03``, ``2015-06`` or ``2015``; None where the cell is no date.

    Examples
    --------
    >>> read_date("２０１５年６月"), read_date("二〇一五年十二月三日"), read_date("2015.6.3")
    ('2015-06', '2015-12-03', '2015-06-03')
    >>> read_date(2012), read_date(42158), read_date("20150603"), read_date("去年")
    ('2012', '2015-06-03', '2015-06-03', None)
    """
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell in _SERIALS:
        return (_EPOCH + dt.timedelta(days=int(cell))).isoformat()
    text = _arabic(tidy(cell))
    match = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if not match:
        return None
    parts = [int(part) for part in takewhile(lambda part: part is not None, match.groups())]
    return _checked(parts)


def read_year(cell: Cell) -> int | None:
    """Read the year of a date.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    int or None
        The year; None where the cell is no date.

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
