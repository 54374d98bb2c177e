"""Read numbers with their units as the unit of their field."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nngis.ledger.table import Cell, brief

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,'\s](?=\d{3}(?!\d))")
_ABOUT = re.compile(r"^(?:大约|约为|约|近|~|≈|dn|φ)\s*")
_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_PREFIXES = {"万": 1e4, "千": 1e3, "亿": 1e8}
# Raised and lowered digits behind a digit: 10² is no 102; in units (m³) they stand behind letters.
_RAISED = re.compile(r"\d[⁰¹²³⁴-⁹₀-₉]|[①-⑳❶-❿㉑-㊿]\s*\d|\d\s*[①-⑳❶-❿㉑-㊿]")
_IN_TWO_UNITS = re.compile(
    r"([^()（）]*\d[^()（）]*[^\d()（）\s])\s*[(（]([^()（）]*\d[^()（）]*[^\d()（）\s])[)）]"
)
SAME_SHARE = 0.1  # two units of one quantity may differ by so much: 0.7 MW a t/h is a convention
_DIGITS = 6  # so that 7 MW, which the standards call 10 t/h, does not come out a hair above it
_NAMED_UNITS = ("mw", "kw", "kwp")  # in headers such as capacity_mw


class Number(NamedTuple):
    """A number read from a cell, and the words that stood after it."""

    value: float
    unit: str


def read_number(cell: Cell) -> Number | None:
    """Read a number with the unit that may follow it.

    Examples
    --------
    >>> read_number("1,200.5 t/h")
    Number(value=1200.5, unit='t/h')
    >>> read_number("约２０蒸吨").value, read_number("十吨"), read_number("10-15")
    (20.0, None, None)
    >>> read_number("1,2"), read_number("2×35"), read_number("10²"), read_number("500m³/d").value
    (None, None, None, 500.0)
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return None if cell != cell else Number(float(cell), "")  # noqa: PLR0124 -- NaN
    if _RAISED.search(str(cell)):
        return None
    text = _THOUSANDS.sub("", _ABOUT.sub("", brief(cell).lower()))
    match = _NUMBER.match(text)
    if not match:
        return None
    rest = text[match.end() :].strip().removesuffix("左右").strip()
    if _NUMBER.search(re.sub(r"(?<=[mk])[23]\b|(?<=m)[23](?=/)", "", rest)):
        return None
    return Number(float(match.group()), rest)


def read_quantity(cell: Cell, unit: str, header: str = "") -> float | None:
    """Read a number in the unit of its field.

    Examples
    --------
    >>> read_quantity("14MW", "t/h", "蒸发量(蒸吨/时)"), read_quantity(7, "t/h", "出力(兆瓦)")
    (20.0, 10.0)
    >>> read_quantity("60万大卡", "t/h"), read_quantity("4 hp", "t/h")
    (1.0, None)
    >>> read_quantity("14MW（20t/h）", "t/h"), read_quantity("14MW（35t/h）", "t/h")
    (20.0, None)
    >>> read_quantity("3", "m³/d", "设计规模（万吨/日）"), read_quantity("10（备用）", "t/h")
    (30000.0, 10.0)
    """
    number = read_number(cell)
    if number is None:
        return _twice(cell, unit)
    bare = _BRACKETS.sub("", number.unit).strip()
    in_brackets = "".join(_BRACKETS.findall(number.unit))  # a unit, or a word such as 备用
    factor = factor_of(bare or in_brackets, unit)
    if not bare and factor is None:
        factor = header_factor(header, unit)
    return None if factor is None else round(number.value * factor, _DIGITS)


def _twice(cell: Cell, unit: str) -> float | None:
    """Read a quantity that is given in two units, 14MW（20t/h）, if both say the same."""
    match = _IN_TWO_UNITS.fullmatch(brief(cell).lower())
    if match is None:
        return None
    first, second = (read_quantity(part, unit) for part in match.groups())
    if first is None or second is None or abs(first - second) > SAME_SHARE * max(first, second):
        return None
    return first


def factor_of(text: str, unit: str) -> float | None:
    """Say what one of a written unit is in a field's unit.

    Examples
    --------
    >>> factor_of("万人", "人"), factor_of("公里", "m"), factor_of("马力", "MW")
    (10000.0, 1000.0, None)
    """
    known = _units().get(unit, {})
    plain = re.sub(r"[\s·]", "", unicodedata.normalize("NFKC", text).lower())
    plain = _BRACKETS.sub("", plain).rstrip("。.;,")
    if plain in known or plain == unit.lower():
        return known.get(plain, 1.0)
    if plain[:1] in _PREFIXES:
        rest = plain[1:]
        if rest in known:
            return _PREFIXES[plain[0]] * known[rest]
        if not rest and unit in ("人", "户", "辆"):
            return _PREFIXES[plain[0]]
    return None


def header_factor(header: str, unit: str) -> float:
    """Say what the numbers below a header are in a field's unit.

    Examples
    --------
    >>> round(header_factor("容量（万大卡/小时）", "t/h"), 6), header_factor("规模（必填）", "t/h")
    (0.016667, 1.0)
    """
    plain = unicodedata.normalize("NFKC", header).lower()
    words = _BRACKETS.findall(plain)
    tail = re.search(r"[_ ]([a-z0-9/]+)$", plain)
    if tail and tail.group(1) in _NAMED_UNITS:
        words.append(tail.group(1))
    words += re.split(r"[,、:单位\s]+", plain)[1:] if "单位" in plain else []
    for word in words:
        factor = factor_of(word.removeprefix("单位").lstrip(":"), unit)
        if factor is not None:
            return factor
    return 1.0


@cache
def _units() -> Mapping[str, Mapping[str, float]]:
    return tomllib.loads(files("nngis.ledger").joinpath("units.toml").read_text(encoding="utf-8"))
