"""Read the columns of a ledger: fields, our own columns come back, and all others as they are."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from nngis import fields
from nngis.arrays import Bools
from nngis.evidence import ORDER
from nngis.ledger.coded import Coded, absent
from nngis.ledger.divisions import NOWHERE
from nngis.ledger.field_cells import read_field, text_of
from nngis.ledger.headers import Sheet, place_fields
from nngis.ledger.numbers import SAME_SHARE, factor_of, read_number
from nngis.ledger.part import Options
from nngis.ledger.problems import Fault, doubt, fault
from nngis.ledger.rows import Rows
from nngis.ledger.table import tidy
from nngis.ledger.words import read_yes_no
from nngis.roles import Role
from nngis.text import Text, listing

# Columns that a layer written by `layers import` has of its own; they are read as they were.
CARRIED = ("evidence", "uncertainty_m", "matched_to", "fuel_raw", "fuel_mixed", "fuel_use_raw")
OWN_COLUMNS = (*CARRIED, "county_stated", "geometry")
TOO_MANY = 1_500  # columns that are no field; a GeoPackage holds some 1,990 in all
MOST_KEPT = 1_000  # of so many; what was put together once is not put together again
REST = "其余列"
_LISTED = 60
SERIAL = ("序号", "No.")  # counts the rows; not worth a note
_DTYPES = {"number": "float64", "integer": "Int64", "year": "Int64", "boolean": "boolean"}


@dataclass(frozen=True)
class Columns:
    """What the cells of a sheet mean.

    Parameters
    ----------
    frame : DataFrame
        One column a field, a row a data row; columns that are no field stay as text.
    faults : list of Fault
        Cells that cannot be read.
    notes : list of Text
        What was taken as unknown, kept as it is, or flagged.
    """

    frame: pd.DataFrame
    faults: list[Fault]
    notes: list[Text]


@dataclass
class _Found:
    """Columns while they are being read."""

    read: dict[str, pd.Series] = field(default_factory=dict)
    carried: dict[str, pd.Series] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    units: dict[str, pd.Series] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def read_columns(
    sheet: Sheet, rows: Rows, role: Role, used: Iterable[str], options: Options
) -> Columns:
    """Read every column of a sheet but those of the position."""
    divisions = options.divisions() if "county" in sheet.header.columns else NOWHERE
    names, used = sheet.header.names, set(used)
    field_at = {at: name for name, at in sheet.header.columns.items()}
    again = {at: name for name, ats in sheet.header.also.items() for at in ats}
    of_role = (role.key, *role.required, *role.optional)
    found = _Found()
    for at, cells in enumerate(rows.columns):
        header = names[at] if at < len(names) else ""
        name = field_at.get(at, again.get(at))
        if header in CARRIED and not sheet.table.first_row:
            found.carried[header] = _carried(cells, header)
            continue
        if name not in used and name not in of_role:
            _keep(found, header, at, cells, role, plain=options.plain)
            continue
        if name in of_role and name not in used:
            values, faults = read_field(str(name), header, role, cells, divisions)
            read = {key: pd.Series(v, dtype=_dtype(key)) for key, v in values.items()}
            if name in sheet.header.also:
                faults = [
                    *faults,
                    *_agreed(found.units, str(name), header, read[str(name)], leads=at in field_at),
                ]
                read = {name: found.units[name]}
            found.read |= read
            found.faults += faults
        if rows.formulas:
            found.faults += _formulas(cells, rows.formulas[at], header)
    unread = set(place_fields(role)) - used
    found.notes += _passed_over(sheet, unread)
    _add_expected(found, role, len(rows))
    _use_units(found.read)
    if found.strange:
        listed = found.strange[:_LISTED]
        more = len(found.strange) - len(listed)
        zh, en = (f"等 {len(found.strange)} 列", f" and {more} more") if more else ("", "")
        found.notes.append(
            Text(
                f"不认识的列，原样保留：{'、'.join(listed)}{zh}。",
                f"Columns that are not known were kept as they are: {', '.join(listed)}{en}.",
            )
        )
        _put_together(found)
    frame = pd.DataFrame(found.read | found.carried, index=range(len(rows)))
    return Columns(frame, found.faults, found.notes)


def with_county_above(columns: Columns, rows: Rows, role: Role) -> Columns:
    """Give rows without a county that of the heading above them, and doubt rows of one word."""
    faults = [
        *columns.faults,
        *doubt(
            rows.lonely,
            "",
            "该行只有一格有文字，可能是小标题；请核对。",
            "Only one cell of the row holds words; it may be a heading: check it.",
        ),
    ]
    told = ~absent(rows.county_above)
    if "county" not in (*role.required, *role.optional) or not told.any():
        return replace(columns, faults=faults)
    name = "county" if role.shape == "none" else "county_stated"
    above = pd.Series(rows.county_above, index=columns.frame.index, dtype=object)
    own = columns.frame[name] if name in columns.frame else pd.Series(None, above.index, object)
    filled = told & own.isna().to_numpy()
    faults += doubt(
        filled,
        fields.get("county").title.zh,
        "没有写明县（市、区），取自其上的小标题。",
        "The row names no county; that of the heading above it was taken.",
    )
    frame = columns.frame.assign(**{name: own.where(own.notna(), above)})
    return replace(columns, frame=frame, faults=faults)


def _formulas(cells: Coded, formulas: Bools, header: str) -> list[Fault]:
    """Say where a formula's saved value was taken, and where it has none."""
    saved = formulas & cells.tells(lambda cell: bool(tidy(cell)))
    return doubt(
        saved,
        header,
        "单元格是公式，取其保存的数值；请核对，最好用“选择性粘贴→数值”换成数值。",
        "The cell holds a formula, of which the saved value was taken; check it, or paste it as a "
        "value.",
    ) + doubt(
        formulas & ~saved,
        header,
        "单元格是公式，没有保存数值，按空白处理；请在 Excel 中打开并保存一次，或换成数值。",
        "The cell holds a formula without a saved value and counts as empty; open and save the "
        "file in Excel once, or paste it as a value.",
    )


def _passed_over(sheet: Sheet, unread: set[str]) -> list[Text]:
    """Say which of several columns a field was read from, if it was read at all."""
    names, notes = sheet.header.names, []
    for name, others in sheet.header.passed_over.items():
        if name in unread:
            continue
        title = fields.get(name).title
        own = names[sheet.header.columns.get(name, others[0])]
        left = listing(f"“{names[at]}”" for at in others)
        notes.append(
            Text(
                f"“{title.zh}”取自“{own}”一列，未取{left.zh}。",
                f"{title.en} was read from {own!r}, not from {left.en}.",
            )
        )
    return notes


def _agreed(
    units: dict[str, pd.Series], name: str, header: str, values: pd.Series, *, leads: bool
) -> list[Fault]:
    """Join columns that give one quantity in several units, and name the rows that disagree."""
    before = units.setdefault(name, values)
    units[name] = values.fillna(before) if leads else before.fillna(values)
    apart = (before - values).abs() > SAME_SHARE * np.maximum(before.abs(), values.abs())
    title = fields.get(name).title
    return fault(
        apart.fillna(value=False).to_numpy(bool),
        header,
        f"按不同单位填写的“{title.zh}”互相矛盾；请核对后只留一个。",
        f"{title.en} is given in two units that disagree; check it and keep one.",
    )


def _keep(found: _Found, named: str, place: int, cells: Coded, role: Role, *, plain: bool) -> None:
    """Keep a column that is no field of the role, under a name that no other column has."""
    if not named and not cells.filled.any():
        return
    name = header = named or f"列{place + 1}"
    if (name in fields.glossary() and not plain) or name in OWN_COLUMNS:
        name = f"{name}（原表）"
    at = 2
    while name in found.read or name == role.key:
        name, at = f"{header}_{at}", at + 1
    found.read[name] = pd.Series(cells.each(text_of), dtype=object)
    if name not in SERIAL:
        found.strange.append(name)


def _put_together(found: _Found) -> None:
    """Write what is beyond the columns that a GeoPackage holds into one; nothing is lost."""
    if len(found.strange) <= TOO_MANY:
        return
    beyond = found.strange[MOST_KEPT:]
    columns = [found.read.pop(name) for name in beyond]
    packed = [
        json.dumps(said, ensure_ascii=False)
        if (said := {n: c for n, c in zip(beyond, row, strict=True) if c is not None})
        else None
        for row in zip(*columns, strict=True)
    ]
    found.read[REST] = pd.Series(packed, dtype=object)
    found.notes.append(
        Text(
            f"不认识的列多于 {TOO_MANY} 列；从“{beyond[0]}”起的 {len(beyond)} 列以 JSON 写在"
            f"“{REST}”一列。",
            f"There are more than {TOO_MANY} columns that are not known; the {len(beyond)} from "
            f"{beyond[0]!r} on stand as JSON in the column {REST}.",
        )
    )


def _carried(cells: Coded, name: str) -> pd.Series:
    kind = fields.get(name).type
    if kind == "number":
        numbers = cells.each(read_number)
        return pd.Series([n.value if n else None for n in numbers], dtype="float64")
    if kind == "boolean":
        return pd.Series(cells.each(read_yes_no), dtype="boolean")
    if name == "evidence":
        return pd.Series(cells.each(lambda cell: cell if cell in ORDER else None), dtype=object)
    return pd.Series(cells.each(text_of), dtype=object)


def _add_expected(found: _Found, role: Role, count: int) -> None:
    for name in role.expected:
        if name in found.read:
            continue
        title = fields.get(name).title
        found.read[name] = pd.Series([None] * count, dtype=_dtype(name))
        found.notes.append(
            Text(
                f"没有“{title.zh}”列，按未知处理。",
                f"There is no column {title.en!r}; it was taken as unknown.",
            )
        )


def _use_units(series: dict[str, pd.Series]) -> None:
    """Where a column of its own gives the unit of the fuel used, go by it."""
    if "fuel_use_t_a" not in series or "fuel_use_unit" not in series:
        return
    use, unit = series["fuel_use_t_a"], series["fuel_use_unit"]
    factors = unit.map(lambda word: factor_of(word, "t/a"), na_action="ignore")
    factors = pd.to_numeric(factors.where(unit.notna(), 1.0), errors="coerce")
    strange = factors.isna() & use.notna()
    if strange.any():
        written = use.astype(str) + " " + unit.astype(str)
        series["fuel_use_raw"] = written.where(strange).astype(object)
    series["fuel_use_t_a"] = use * factors


def _dtype(name: str) -> str:
    return _DTYPES.get(fields.get(name).type, "object")
