"""Read the cells of a ledger's columns as what their fields say they are."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from nngis import fields
from nngis.ledger import values
from nngis.ledger.headers import POSITION_FIELDS, Sheet
from nngis.ledger.table import Cell
from nngis.roles import Role
from nngis.text import Text

MAX_STEAM_T_H = 4_000.0  # the largest boilers built give some 3,000 t/h
RowProblem = tuple[int, str, str, str]  # row number, column as written, sentence zh, sentence en


@dataclass(frozen=True)
class Columns:
    """What the cells of a sheet mean.

    Parameters
    ----------
    frame : DataFrame
        One column a field, indexed by row number; columns that are no field stay as text.
    problems : list of (int, str, str, str)
        Row number, header, and why the cell cannot be read, in Chinese and English.
    notes : list of Text
        What was taken as unknown.
    """

    frame: pd.DataFrame
    problems: list[RowProblem]
    notes: list[Text]


def read_columns(sheet: Sheet, rows: pd.DataFrame, role: Role) -> Columns:
    """Read every column of a sheet but those of the position.

    Parameters
    ----------
    sheet : Sheet
        The sheet and its header.
    rows : DataFrame
        Its data rows as written, indexed by row number, a column a position.
    role : Role
        What the rows should become.

    Returns
    -------
    Columns
        Values, problems and notes.
    """
    frame = pd.DataFrame(index=rows.index)
    problems: list[RowProblem] = []
    known = {c: name for name, c in sheet.header.columns.items() if name not in POSITION_FIELDS}
    for at, header in enumerate(sheet.header.names):
        cells = rows[at]
        if at not in known:
            if header and at not in sheet.header.columns.values() and header not in frame:
                frame[header] = [values.tidy(c) or None for c in cells]
            continue
        name = known[at]
        read, why = _reader(name, role, header)
        got = [read(cell) for cell in cells]
        frame[_kept_as(name)] = pd.Series(got, index=rows.index, dtype=_dtype(name))
        if name == "fuel":
            frame["fuel_raw"] = [values.tidy(c) or None for c in cells]
        if why is not None:
            problems += [
                (number, header, why.zh, why.en)
                for number, cell, value in zip(rows.index, cells, got, strict=True)
                if value is None and values.tidy(cell)
            ]
    return Columns(frame, problems, _unknown_fuels(frame))


def _kept_as(name: str) -> str:
    return "county_stated" if name == "county" else name


def _dtype(name: str) -> str:
    kind = fields.get(name).type
    return {"number": "float64", "integer": "Int64", "year": "Int64", "boolean": "boolean"}.get(
        kind, "object"
    )


def _reader(name: str, role: Role, header: str) -> tuple[Callable[[Cell], object], Text | None]:
    """Return how a field's cells are read, and what to say of one that cannot be."""
    kind = fields.get(name).type
    if name == "capacity_t_h":
        return lambda cell: _capacity(cell, header), Text(
            f"额定蒸发量读不出，或不在 0 至 {MAX_STEAM_T_H:g} t/h 之间；"
            "请填一个数字，单位 t/h 或 MW。",
            f"The rated capacity is no single number between 0 and {MAX_STEAM_T_H:g} t/h; "
            "give one number in t/h or MW.",
        )
    if kind in ("number", "integer", "year"):
        convert = float if kind == "number" else int
        title = fields.get(name).title
        return lambda cell: _plain_number(cell, convert), Text(
            f"“{title.zh}”不是数字；请填数字或留空。",
            f"{title.en} is no number; give a number or leave it empty.",
        )
    words = values.UNIT_STATUS_WORDS if role.name == "heat_sources" else values.STATUS_WORDS
    by_name: dict[str, Callable[[Cell], object]] = {
        "fuel": values.read_fuel,
        "county": values.read_county,
        "status": lambda cell: values.read_status(cell, words),
    }
    by_kind: dict[str, Callable[[Cell], object]] = {"boolean": values.read_yes_no}
    return by_name.get(name) or by_kind.get(kind) or _text, None


def _text(cell: Cell) -> str | None:
    return values.tidy(cell) or None


def _capacity(cell: Cell, header: str) -> float | None:
    number = values.read_number(cell)
    if number is None:
        return None
    capacity = values.steam_t_h(number, header)
    return capacity if capacity is not None and 0 < capacity < MAX_STEAM_T_H else None


def _plain_number(cell: Cell, convert: Callable[[float], float]) -> float | None:
    number = values.read_number(cell)
    return None if number is None else convert(number.value)


def _unknown_fuels(frame: pd.DataFrame) -> list[Text]:
    if "fuel" not in frame:
        return []
    odd = sorted(set(frame.loc[frame["fuel"].isna() & frame["fuel_raw"].notna(), "fuel_raw"]))
    if not odd:
        return []
    return [
        Text(
            f"不认识的燃料：{'、'.join(odd)}；按未知处理。",
            f"Fuels not known: {', '.join(odd)}; taken as unknown.",
        )
    ]
