"""Templates: a workbook to fill in whose rows are all accepted when it comes back."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from shapely import LineString, Point
from shapely.affinity import translate

from nngis import fields
from nngis.errors import OutputError, boundary
from nngis.fields import Field
from nngis.files import check_file, without_times
from nngis.ledger.divisions import NOWHERE, Divisions
from nngis.ledger.part import CHOICES, EXAMPLE_ID, EXPLAINED
from nngis.ledger.words import classes, status_words
from nngis.replacing import replaced_files
from nngis.roles import Role

ROWS_TO_FILL = 5_000  # rows that the drop-down lists reach
HEADER = PatternFill("solid", fgColor="1F4E79")
REQUIRED = PatternFill("solid", fgColor="C00000")
_DATUMS = ("WGS84", "CGCS2000", "GCJ-02（高德、腾讯）", "BD-09（百度）")
_RULES = (
    "第 2 行是示例，填表时请删除。 Row 2 is an example; delete it.",
    "一行一个对象；不要合并单元格，不要加合计行。 One object a row; no merged cells, no totals.",
    "不知道的留空，不要填 0。 Leave empty what is not known; 0 is not unknown.",
    "坐标取自高德、腾讯地图的选 GCJ-02。 Points from Amap or Tencent maps are GCJ-02.",
    "坐标取自百度地图的选 BD-09。 Points from Baidu maps are BD-09.",
)
_HALF_DEG = 0.005  # half the width of an example that has a shape


def template_fields(role: Role) -> tuple[Field, ...]:
    """List the columns of a role's template.

    Parameters
    ----------
    role : Role
        The role.

    Returns
    -------
    tuple of Field
        Key, required, position, optional.
    """
    place = {"point": ("lon", "lat", "datum"), "none": ()}.get(role.shape, ("wkt", "datum"))
    place = ("wkt", "datum") if role.drawn_as else place
    names = dict.fromkeys((role.key, *role.required, *place, *role.optional))
    return tuple(fields.get(name) for name in names)


def write_template(
    path: Path, role: Role, *, divisions: Divisions = NOWHERE, force: bool = False
) -> None:
    """Write the template of a role.

    Parameters
    ----------
    path : Path
        The .xlsx file.
    role : Role
        The role.
    divisions : Divisions
        Counties of the place; the example lies in the first of them.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    OutputError
        If the file is there already, is no .xlsx, or cannot be written.
    """
    check_file(path, ".xlsx", force=force)
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 -- a new workbook has a sheet
    columns = template_fields(role)
    lists = {f.name: choices for f in columns if (choices := choices_of(f, role))}
    _fill(sheet, _examples(role, divisions), role, columns, lists)
    _explain(book.create_sheet(EXPLAINED), role, columns, lists)
    _choices(book.create_sheet(CHOICES), lists)
    stream = BytesIO()
    with (
        replaced_files([path]) as (made,),
        boundary(  # a sheet is written in the folder of temporary files first
            str(path),
            "模板写不出来（{}）；请检查磁盘空间。",
            "The template cannot be written ({}); see whether the disk has room.",
            error=OutputError,
        ),
    ):
        book.save(stream)
        made.write_bytes(without_times(stream.getvalue()))


def choices_of(field: Field, role: Role) -> tuple[str, ...]:
    """List what can be chosen in a column."""
    if field.name == "datum":
        return _DATUMS
    if field.type == "boolean":
        return ("是", "否")
    if not field.values:
        return ()
    words = classes(status_words(role.name) if field.name == "status" else field.name)
    return tuple(title.zh for value, title in field.values.items() if value in words)


def _fill(
    sheet: Worksheet,
    examples: Mapping[str, Any],
    role: Role,
    columns: Sequence[Field],
    lists: Mapping[str, Sequence[str]],
) -> None:
    sheet.title = role.title.zh
    sheet.freeze_panes = "C2"
    for at, field in enumerate(columns, start=1):
        head = sheet.cell(1, at, field.heading("zh"))
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = REQUIRED if field.name in role.required else HEADER
        head.alignment = Alignment(wrap_text=True, vertical="center")
        cell = sheet.cell(2, at, examples.get(field.name, _any(field, role)))
        cell.font = Font(italic=True, color="808080")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 26 if field.type == "text" else 16
        if field.name in lists:
            column = get_column_letter(list(lists).index(field.name) + 1)
            last = len(lists[field.name]) + 1
            rule = DataValidation(
                type="list", formula1=f"'{CHOICES}'!${column}$2:${column}${last}", allow_blank=True
            )
            rule.error, rule.errorTitle = "请从下拉列表中选择。", field.title.zh
        elif field.type in ("number", "integer", "year"):
            rule = DataValidation(
                type="decimal" if field.type == "number" else "whole",
                operator="between",
                formula1="-1000000000",
                formula2="1000000000",
                allow_blank=True,
            )
            rule.error, rule.errorTitle = "请填数字，不带单位。", field.title.zh
        else:
            continue
        rule.showErrorMessage = True
        rule.add(f"{letter}2:{letter}{ROWS_TO_FILL + 1}")
        sheet.add_data_validation(rule)


def _examples(role: Role, divisions: Divisions) -> dict[str, Any]:
    known = dict(_example_cells())
    known[role.key] = EXAMPLE_ID
    if divisions.names:
        known["county"] = next(iter(divisions.names.values()))
        known["address"] = f"{known['county']}{known['address']}"
    if divisions.extent is not None:
        west, south, east, north = divisions.extent
        known["lon"], known["lat"] = round((west + east) / 2, 4), round((south + north) / 2, 4)
    spot = Point(known["lon"], known["lat"])
    known["wkt"] = spot.buffer(_HALF_DEG, cap_style="square").wkt
    if role.shape == "line":
        known["wkt"] = LineString([spot, translate(spot, _HALF_DEG, _HALF_DEG)]).wkt
    if role.name == "heat_sources":
        known |= {"status": "在运", "name_zh": "示例电厂（填表时请删除本行）"}
    return known


def _any(field: Field, role: Role) -> object:
    """Give an example for a required column that examples.toml has none for."""
    if field.name not in role.required:
        return None
    choices = choices_of(field, role)
    if choices:
        return choices[0]
    return {"number": 1, "integer": 1, "year": 2023}.get(field.type, "示例")


@cache
def _example_cells() -> Mapping[str, Any]:
    return tomllib.loads(
        files("nngis.ledger").joinpath("examples.toml").read_text(encoding="utf-8")
    )


def _explain(
    sheet: Worksheet, role: Role, columns: Sequence[Field], lists: Mapping[str, Sequence[str]]
) -> None:
    """Explain every column; its own header names no field, so that it is no ledger itself."""
    sheet.append(
        ["列 Column", "列名 Title", "必填 Required", "单位 Unit", "怎样填 How", "选项 Choices"]
    )
    for field in columns:
        note = " ".join(filter(None, (field.note.zh, field.note.en)))
        sheet.append(
            [
                field.name,
                f"{field.title.zh} {field.title.en}",
                "必填 yes" if field.name in role.required else "",
                field.unit or "",
                note,
                "、".join(lists.get(field.name, ())),
            ]
        )
    for rule in _RULES:
        sheet.append(["", rule])
    for letter, width in zip("ABCDEF", (22, 34, 14, 12, 70, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEADER


def _choices(sheet: Worksheet, lists: Mapping[str, Sequence[str]]) -> None:
    for at, (name, choices) in enumerate(lists.items(), start=1):
        for row, text in enumerate((f"[{name}]", *choices), start=1):
            sheet.cell(row, at, text)
    sheet.sheet_state = "hidden"
