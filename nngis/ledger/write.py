"""Write what a ledger became: a GeoPackage with its provenance, and a workbook to check it by."""

import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

import nngis
from nngis import fields
from nngis.catalog.layer import REJECT_COLUMNS
from nngis.datasets.geopackage import fitting_columns, repeatable_writing
from nngis.files import check_file, without_times
from nngis.ledger.duplicates import PAIR_COLUMNS
from nngis.ledger.read import Reading
from nngis.replacing import replaced_files
from nngis.result.problems import COLUMNS as PROBLEM_COLUMNS
from nngis.result.problems import SHEET as PROBLEMS
from nngis.roles import Role
from nngis.text import Lang, Text, writable

MOST_LISTED = 20_000  # rows of a sheet of the checklist; all are in the .gpkg
MAX_CELL = 32_767  # Excel's limit of characters in a cell
SHEETS = {
    "rejects": Text("未采用记录", "Rejected rows"),
    "doubts": Text("存疑记录", "Doubtful rows"),
    "duplicates": Text("疑似重复", "Duplicates"),
    "problems": PROBLEMS.title,
}

COLUMNS_OF = {"duplicates": PAIR_COLUMNS, "problems": PROBLEM_COLUMNS}


def check_target(path: Path, *, force: bool) -> None:
    """Refuse an output file that must not or cannot be written, before any work is done.

    Parameters
    ----------
    path : Path
        The .gpkg file.
    force : bool
        Whether files that are there may be replaced.

    Raises
    ------
    OutputError
        If it is no .gpkg, is there already, or its folder is not there.
    """
    check_file(path, ".gpkg", force=force)
    check_file(checklist_of(path), ".xlsx", force=force)


def checklist_of(path: Path) -> Path:
    """Name the workbook of rejects and duplicates that goes with a layer.

    Parameters
    ----------
    path : Path
        The .gpkg file.

    Returns
    -------
    Path
        The .xlsx beside it.

    Examples
    --------
    >>> checklist_of(Path("锅炉.gpkg")).name
    '锅炉_核对.xlsx'
    """
    return path.with_name(f"{path.stem}_核对.xlsx")


def write_reading(path: Path, reading: Reading, role: Role, lang: Lang) -> None:
    """Write a ledger that was read.

    Parameters
    ----------
    path : Path
        The .gpkg file: a layer named by the role, each row with the file, sheet and row it comes
        from, and the tables ``rejects``, ``doubts``, ``duplicates``, ``problems`` and
        ``provenance``. Beside it the workbook of `checklist_of`, a sheet each of the first four.
    reading : Reading
        The ledger.
    role : Role
        Its role.
    lang : {"zh", "en"}
        Language of the workbook.

    Raises
    ------
    OutputError
        If a file is held open by another program.
    """
    layer = reading.layer
    frame = layer.frame.join(reading.origin)
    if "evidence" not in frame:
        frame["evidence"] = layer.evidence
    tables = {
        "rejects": layer.rejects,
        "doubts": reading.doubts,
        "duplicates": reading.duplicates,
        "problems": layer.problems,
        "provenance": pd.DataFrame(
            [(name, _line(value)) for name, value in provenance(reading, role).items()],
            columns=["name", "value"],
        ),
    }
    with replaced_files([path, checklist_of(path)]) as (target, checklist), repeatable_writing():
        _write_layer(target, role.name, fitting_columns(frame.reset_index()))
        for name, table in tables.items():
            pyogrio.write_dataframe(
                fitting_columns(table), target, layer=name, driver="GPKG", append=True
            )
        _write_checklist(checklist, {name: tables[name] for name in SHEETS}, lang)


def provenance(reading: Reading, role: Role) -> dict[str, Any]:
    """Say where a layer comes from and what became of its rows.

    Parameters
    ----------
    reading : Reading
        The ledger.
    role : Role
        Its role.

    Returns
    -------
    dict
        Plain values, as json takes them.
    """
    layer, counts = reading.layer, reading.counts
    return {
        "nngis": nngis.__version__,
        "role": role.name,
        "source": layer.id,
        "sha256": layer.sha256,
        "evidence": layer.evidence,
        "crs": "EPSG:4326",
        "in_file": counts.in_file,
        "header": counts.header,
        "read": counts.read,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "totals": counts.totals,
        "blank": counts.blank,
        "notes": [{"zh": note.zh, "en": note.en} for note in layer.notes],
    }


def _line(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write_layer(path: Path, name: str, frame: gpd.GeoDataFrame) -> None:
    kinds = set(frame.geometry.dropna().geom_type)
    kind = kinds.pop() if len(kinds) == 1 else "Unknown"
    pyogrio.write_dataframe(
        frame, path, layer=name, driver="GPKG", geometry_type=kind, encoding="UTF-8"
    )


def _write_checklist(path: Path, tables: dict[str, pd.DataFrame], lang: Lang) -> None:
    book = Workbook(write_only=True)
    for name, table in tables.items():
        page = book.create_sheet(SHEETS[name].say(lang))
        page.freeze_panes = "A2"
        columns = list(COLUMNS_OF.get(name, REJECT_COLUMNS))
        other = {"reason_zh", "reason_en"} - {f"reason_{lang}"}
        columns = [c for c in columns if c not in other]
        page.append([_text(page, fields.get(column).heading(lang)) for column in columns])
        for row in table[list(columns)].head(MOST_LISTED).itertuples(index=False):
            page.append([_text(page, v) if isinstance(v, str) else _number(v) for v in row])
        if len(table) > MOST_LISTED:
            left = f"{len(table) - MOST_LISTED:,}"
            more = Text(
                f"另有 {left} 行，全部见 .gpkg 中的 {name}。",
                f"and {left} rows more; all are in {name} of the .gpkg.",
            )
            page.append([_text(page, more.say(lang))])
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(without_times(stream.getvalue()))


def _text(page: Any, text: str) -> WriteOnlyCell:  # noqa: ANN401 -- a sheet of openpyxl
    cell = WriteOnlyCell(page, writable(text)[:MAX_CELL])
    cell.data_type = "s"  # text stays text: "=cmd()" is a name, not a formula
    return cell


def _number(value: Any) -> object:  # noqa: ANN401 -- a cell of a frame
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
