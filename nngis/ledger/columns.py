"""Read the cells of a ledger's columns as what their fields say they are."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from nngis import fields
from nngis.ledger.coded import Coded, Objects, absent
from nngis.ledger.dates import read_date, read_year
from nngis.ledger.divisions import read_county
from nngis.ledger.headers import Sheet
from nngis.ledger.numbers import factor_of, read_number, read_quantity
from nngis.ledger.problems import Fault, fault
from nngis.ledger.rows import Rows
from nngis.ledger.table import Cell, tidy
from nngis.ledger.words import is_mixed_fuel, read_class, read_yes_no
from nngis.roles import Role
from nngis.text import Text

MAX_STEAM_T_H = 4_000.0  # the largest boilers built give some 3,000 t/h
DATES = ("commissioned", "closed_on", "last_inspected", "next_inspected")
OWN_COLUMNS = ("fuel_raw", "fuel_mixed", "county_stated", "geometry", "uncertainty_m", "matched_to")
_LISTED = 8  # words that a note lists
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


def read_columns(sheet: Sheet, rows: Rows, role: Role, used: Iterable[str]) -> Columns:
    """Read every column of a sheet but those of the position.

    Parameters
    ----------
    sheet : Sheet
        The sheet and its header.
    rows : Rows
        Its data rows.
    role : Role
        What the rows should become.
    used : iterable of str
        Fields that the position is read from, by others.

    Returns
    -------
    Columns
        Values, faults and notes.
    """
    names, used = sheet.header.names, set(used)
    field_at = {at: name for name, at in sheet.header.columns.items()}
    series: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    notes: list[Text] = []
    strange: list[str] = []
    for at, cells in enumerate(rows.columns):
        header = names[at] if at < len(names) else ""
        name = field_at.get(at)
        if name in used:
            pass
        elif name is None or name not in (role.key, *role.required, *role.optional):
            if header or cells.filled.any():
                shown = _free_name(header or f"列{at + 1}", {*series, role.key})
                series[shown] = pd.Series(cells.each(_text), dtype=object)
                if shown not in ("序号", "No."):
                    strange.append(shown)
            continue
        else:
            one = _Reading(name, header, role)
            values, bad, said = one.read(cells)
            series |= {key: pd.Series(v, dtype=_dtype(key)) for key, v in values.items()}
            faults += bad
            notes += said
        if rows.formulas:
            faults += fault(rows.formulas[at], header, *FORMULA)
    for name in role.expected:
        if name not in series:
            title = fields.get(name).title
            series[name] = pd.Series([None] * len(rows), dtype=_dtype(name))
            notes.append(
                Text(
                    f"没有“{title.zh}”列，按未知处理。",
                    f"There is no column {title.en!r}; it was taken as unknown.",
                )
            )
    _use_units(series)
    if strange:
        notes.append(
            Text(
                f"不认识的列，原样保留：{'、'.join(strange)}。",
                f"Columns that are not known were kept as they are: {', '.join(strange)}.",
            )
        )
    return Columns(pd.DataFrame(series, index=range(len(rows))), faults, notes)


FORMULA = (
    "单元格是公式，不执行也不采信；请复制后用“选择性粘贴→数值”换成数值。",
    "The cell holds a formula, which is neither run nor trusted; copy and paste it as a value.",
)


@dataclass(frozen=True)
class _Reading:
    """How the column of one field is read."""

    name: str
    header: str
    role: Role

    def read(self, cells: Coded) -> tuple[dict[str, Objects], list[Fault], list[Text]]:
        """Give the values by column, the cells that cannot be read, and what to note."""
        field = fields.get(self.name)
        title = field.title
        if self.name == "fuel":
            return self._fuel(cells)
        if field.type in ("number", "integer", "year"):
            values = cells.each(self._number)
            return {self.name: values}, self._unread(cells, values), []
        if self.name in DATES:
            values = cells.each(lambda cell: read_date(cell) or _text(cell))
            return {self.name: values}, [], []
        if self.name == "county":
            return {_county_name(self.role): cells.each(read_county)}, [], []
        if field.type == "boolean":
            values = cells.each(read_yes_no)
        elif field.values:
            values = cells.each(lambda cell: read_class(cell, self._words()))
        else:
            return {self.name: cells.each(_text)}, [], []
        return {self.name: values}, [], _unknown(cells, values, title)

    def _fuel(self, cells: Coded) -> tuple[dict[str, Objects], list[Fault], list[Text]]:
        values = cells.each(lambda cell: read_class(cell, "fuel"))
        mixed = cells.tells(is_mixed_fuel)
        found: dict[str, Objects] = {"fuel": values, "fuel_raw": cells.each(_text)}
        notes = _unknown(cells, values, fields.get("fuel").title)
        if mixed.any():
            found["fuel_mixed"] = mixed.astype(object)
            notes.append(
                Text(
                    f"{int(mixed.sum())} 行混烧两类以上燃料；含煤的按煤计，见“混烧”一列。",
                    f"{int(mixed.sum())} rows burn fuels of two classes; those with coal count as "
                    "coal, see the column fuel_mixed.",
                )
            )
        return found, [], notes

    def _words(self) -> str:
        if self.name == "status" and self.role.name == "heat_sources":
            return "unit_status"
        return self.name

    def _number(self, cell: Cell) -> float | int | None:
        field = fields.get(self.name)
        if field.type == "year":
            return read_year(cell)
        if self.name.endswith("_share"):
            return _share(cell, self.header)
        if field.unit and field.unit != "°":
            value = read_quantity(cell, field.unit, self.header)
        else:
            number = read_number(cell)
            value = None if number is None else number.value
        if value is None or (value < 0 and field.sum):
            return None
        if self.name == "capacity_t_h" and not 0 < value < MAX_STEAM_T_H:
            return None
        if field.type == "integer":
            return int(value) if value == int(value) else None
        return value

    def _unread(self, cells: Coded, values: Objects) -> list[Fault]:
        bad = absent(values) & cells.tells(lambda cell: bool(tidy(cell)))
        if self.name == "capacity_t_h":
            return fault(
                bad,
                self.header,
                f"额定蒸发量读不出，或不在 0 至 {MAX_STEAM_T_H:g} t/h 之间；"
                "请填一个数字，单位 t/h 或 MW。",
                f"The rated capacity is no single number between 0 and {MAX_STEAM_T_H:g} t/h; "
                "give one number in t/h or MW.",
            )
        field = fields.get(self.name)
        unit = f"，单位 {field.unit}" if field.unit else ""
        unit_en = f" in {field.unit}" if field.unit else ""
        kinds = {
            "year": ("年份", "a year"),
            "integer": (f"整数{unit}", f"a whole number{unit_en}"),
        }
        zh, en = kinds.get(field.type, (f"一个数字{unit}", f"one number{unit_en}"))
        return fault(
            bad,
            self.header,
            f"“{field.title.zh}”读不出；请填{zh}，或留空。",
            f"{field.title.en} cannot be read; give {en} or leave it empty.",
        )


def _text(cell: Cell) -> str | None:
    return tidy(cell) or None


def _share(cell: Cell, header: str) -> float | None:
    number = read_number(cell)
    if number is None or number.unit not in ("", "%"):
        return None
    value = number.value / 100 if "%" in number.unit + tidy(header) else number.value
    return value if 0 <= value <= 1 else None


def _county_name(role: Role) -> str:
    return "county" if role.shape == "none" else "county_stated"


def _dtype(name: str) -> str:
    return _DTYPES.get(fields.get(name).type, "object")


def _free_name(header: str, taken: set[str]) -> str:
    """Give a column that is no field of the role a name that no other column has."""
    name = header
    if name in fields.glossary() or name in OWN_COLUMNS:
        name = f"{name}（原表）"
    at = 2
    while name in taken:
        name, at = f"{header}_{at}", at + 1
    return name


def _unknown(cells: Coded, values: Objects, title: Text) -> list[Text]:
    lost = absent(values) & cells.tells(lambda cell: bool(tidy(cell)))
    if not lost.any():
        return []
    words = sorted({tidy(cell) for cell in cells.take(lost).cells()})
    more = "……" if len(words) > _LISTED else ""
    return [
        Text(
            f"“{title.zh}”中不认识的写法：{'、'.join(words[:_LISTED])}{more}；"
            f"{int(lost.sum())} 行按未知处理。",
            f"{title.en}: words not known: {', '.join(words[:_LISTED])}{more and ' ...'}; "
            f"{int(lost.sum())} rows were taken as unknown.",
        )
    ]


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
