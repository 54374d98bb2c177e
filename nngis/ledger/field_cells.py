"""Read the cells of one field: what they say, which cannot be read, what to note."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from nngis import fields
from nngis.arrays import Bools, Objects
from nngis.ledger.coded import Coded, absent
from nngis.ledger.dates import (
    is_ambiguous,
    is_day_first,
    is_year_as_day,
    read_date,
    read_year,
)
from nngis.ledger.divisions import NOWHERE, Divisions
from nngis.ledger.numbers import read_number, read_quantity
from nngis.ledger.problems import Fault, doubt, fault
from nngis.ledger.table import Cell, tidy
from nngis.ledger.words import is_mixed_fuel, read_class, read_yes_no, status_words
from nngis.roles import Role
from nngis.text import as_id

MOST_DIGITS = 1e15  # of a number in a spreadsheet
MAX_STEAM_T_H = 4_000.0  # the largest boilers built give some 3,000 t/h
DATES = ("commissioned", "closed_on", "last_inspected", "next_inspected")
_IDS = ("_id", "_manhole")  # ends of the names of columns that hold ids, own or another's
_LISTED = 8  # words that a note lists
_IN_USE = {True: "in_use", False: "stopped"}


class FieldCells(NamedTuple):
    """What the cells of a field's column say.

    Values by column of the layer; cells that cannot be read or are doubtful.
    """

    values: dict[str, Objects]
    faults: list[Fault]


def read_field(
    name: str, header: str, role: Role, cells: Coded, divisions: Divisions = NOWHERE
) -> FieldCells:
    """Read the column of a field."""
    field = fields.get(name)
    if role.name == "roads":
        # It brings numba, which all other ledgers do without.
        from nngis.ledger.road_cells import ROAD_CELLS  # noqa: PLC0415

        if name in ROAD_CELLS:
            values = ROAD_CELLS[name](cells.cells())
            return FieldCells({name: values}, _unknown(name, header, cells, _lost(cells, values)))
    if name == "fuel":
        return _fuel(header, cells)
    if name == "fuel_use_t_a":
        return _fuel_use(header, cells)
    if field.type in ("number", "integer", "year"):
        values = cells.each(partial(_number, name=name, header=header))
        return FieldCells({name: values}, _unread(name, header, _lost(cells, values)))
    if name in DATES:
        return _dates(name, header, cells)
    kept_as = "county_stated" if name == "county" and role.shape != "none" else name
    read, knows_all = _words_of(name, header, role, divisions)
    values = cells.each(read)
    doubts = [] if knows_all else _unknown(name, header, cells, _lost(cells, values))
    if field.type == "text":
        doubts += _cut_short(header, cells)
    return FieldCells({kept_as: values}, doubts)


def text_of(cell: Cell) -> str | None:
    """Read a cell as text.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str or None
        Its tidy text; None where it says that there is nothing.
    """
    return tidy(cell) or None


def id_of(cell: Cell) -> str | None:
    """Read a cell as an id.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str or None
        As it is seen; None where it says that there is nothing.
    """
    return as_id(tidy(as_id(cell) if isinstance(cell, str) else cell)) or None


def _words_of(
    name: str, header: str, role: Role, divisions: Divisions
) -> tuple[Callable[[Cell], object], bool]:
    """Say how a field of words is read, and whether that knows every word."""
    field = fields.get(name)
    if name == "county":
        return divisions.read, True
    if field.type == "boolean":
        return read_yes_no, False
    if name == "status":
        return partial(_status, words=status_words(role.name), asked="是否" in header), False
    if field.values:
        return partial(read_class, words=name), False
    return (id_of if name.endswith(_IDS) else text_of), True


def _dates(name: str, header: str, cells: Coded) -> FieldCells:
    """Read dates; what is none is kept as written, and it is said."""
    day_first = bool(cells.tells(is_day_first).any())
    found = cells.each(partial(read_date, day_first=day_first))
    values = np.where(absent(found), cells.each(text_of), found)
    doubts = doubt(
        _lost(cells, found),
        header,
        "不是日期（没有这一天，或写法不认识），照原文保留；请核对。",
        "This is no date (no such day, or written in no known way) and was kept as written.",
    )
    order = ("日/月/年", "day, month, year") if day_first else ("月/日/年", "month, day, year")
    doubts += doubt(
        cells.tells(is_ambiguous),
        header,
        f"月日次序不明，按{order[0]}读取；请核对。",
        f"Which is the day and which the month is not clear; it was read as {order[1]}.",
    )
    doubts += doubt(
        cells.tells(is_year_as_day),
        header,
        "像是年份被电子表格存成了日期（1905 年），按年份读取；请核对。",
        "This looks like a year that a spreadsheet took for a day (in 1905); it was read as the "
        "year.",
    )
    return FieldCells({name: values}, doubts)


def _cut_short(header: str, cells: Coded) -> list[Fault]:
    """Doubt ids and codes stored as numbers of more digits than such a number keeps."""
    return doubt(
        cells.tells(lambda cell: isinstance(cell, float) and abs(cell) >= MOST_DIGITS),
        header,
        "超过 15 位的编号存成了数字，末几位已丢失；请在原表中改为文本后重填。",
        "An id of more than 15 digits was stored as a number, and its last digits are lost; make "
        "the column text and fill it in again.",
    )


def _status(cell: Cell, *, words: str, asked: bool) -> str | None:
    """Read a state; below a header such as 是否在用, yes and no are states too."""
    found = read_class(cell, words)
    answer = read_yes_no(cell) if asked and found is None else None
    return found if answer is None else _IN_USE[answer]


def _fuel(header: str, cells: Coded) -> FieldCells:
    values = cells.each(partial(read_class, words="fuel"))
    mixed = cells.tells(is_mixed_fuel)
    found: dict[str, Objects] = {"fuel": values, "fuel_raw": cells.each(text_of)}
    doubts = _unknown("fuel", header, cells, _lost(cells, values))
    if mixed.any():
        found["fuel_mixed"] = mixed.astype(object)
        doubts += doubt(
            mixed,
            header,
            "混烧两类以上燃料；含煤的按煤计，见“混烧”一列。",
            "Fuels of two classes are burnt; with coal it counts as coal, see the column "
            "fuel_mixed.",
        )
    return FieldCells(found, doubts)


def _fuel_use(header: str, cells: Coded) -> FieldCells:
    """Read tonnes; gas in cubic metres and the like is kept as written, not refused."""
    name = "fuel_use_t_a"
    values = cells.each(partial(_number, name=name, header=header))
    lost = _lost(cells, values)
    found = {name: values}
    if lost.any():
        raw = cells.each(text_of)
        raw[~lost] = None
        found["fuel_use_raw"] = raw
    return FieldCells(found, _unknown(name, header, cells, lost))


def _number(cell: Cell, *, name: str, header: str) -> float | int | None:
    field = fields.get(name)
    if field.type == "year":
        return read_year(cell)
    if name.endswith("_share"):
        return _share(cell, header)
    if field.unit and field.unit != "°":
        value = read_quantity(cell, field.unit, header)
    else:
        number = read_number(cell)
        value = None if number is None else number.value
    if value is None or (value < 0 and field.sum):
        return None
    if name == "capacity_t_h" and not 0 < value < MAX_STEAM_T_H:
        return None
    if field.type == "integer":
        return int(value) if abs(value) < MOST_DIGITS and value == int(value) else None
    return value


def _share(cell: Cell, header: str) -> float | None:
    number = read_number(cell)
    if number is None or number.unit not in ("", "%"):
        return None
    value = number.value / 100 if "%" in number.unit + tidy(header) else number.value
    return value if 0 <= value <= 1 else None


def _lost(cells: Coded, values: Objects) -> Bools:
    return absent(values) & cells.tells(lambda cell: bool(tidy(cell)))


def _unread(name: str, header: str, bad: Bools) -> list[Fault]:
    if name == "capacity_t_h":
        return fault(
            bad,
            header,
            f"额定蒸发量读不出，或不在 0 至 {MAX_STEAM_T_H:g} t/h 之间；"
            "请填一个数字，单位 t/h 或 MW。",
            f"The rated capacity is no single number between 0 and {MAX_STEAM_T_H:g} t/h; "
            "give one number in t/h or MW.",
        )
    field = fields.get(name)
    unit = f"，单位 {field.unit}" if field.unit else ""
    unit_en = f" in {field.unit}" if field.unit else ""
    kinds = {"year": ("年份", "a year"), "integer": (f"整数{unit}", f"a whole number{unit_en}")}
    zh, en = kinds.get(field.type, (f"一个数字{unit}", f"one number{unit_en}"))
    return fault(
        bad,
        header,
        f"“{field.title.zh}”读不出；请填{zh}，或留空。",
        f"{field.title.en} cannot be read; give {en} or leave it empty.",
    )


def _unknown(name: str, header: str, cells: Coded, lost: Bools) -> list[Fault]:
    if not lost.any():
        return []
    title = fields.get(name).title
    words = sorted({tidy(cell) for cell in cells.take(lost).cells()})
    more = "……" if len(words) > _LISTED else ""
    return doubt(
        lost,
        header,
        f"“{title.zh}”中不认识的写法：{'、'.join(words[:_LISTED])}{more}；按未知处理。",
        f"{title.en}: words not known: {', '.join(words[:_LISTED])}{more and ' ...'}; taken as "
        "unknown.",
    )
