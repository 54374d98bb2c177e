"""A dropped ledger: its columns, where each datum would put it, its rows; and its use in a role."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nngis import fields
from nngis.cartography.backdrop import shape_of
from nngis.crs.place import with_place
from nngis.desk.picture import problems_json
from nngis.errors import LedgerError, NngisError, Problem
from nngis.inputs.store import LayerStore
from nngis.ledger.corrections import corrected, workbook_of
from nngis.ledger.datums import CLAIMS, HYPOTHESES, infer_datum
from nngis.ledger.delimited import TEXTS
from nngis.ledger.headers import find_header
from nngis.ledger.part import Correction, Options, Part
from nngis.ledger.read import Reading, survey_ledger, survey_parts
from nngis.ledger.sources import open_parts
from nngis.ledger.spreadsheet import SPREADSHEETS
from nngis.ledger.vector import VECTORS
from nngis.ledger.write import write_reading
from nngis.roles import Role
from nngis.roles import role as role_named
from nngis.text import Lang

BESIDES = {".shp", ".zip", ".kml", ".kmz", ".dxf", ".gpx", ".graphml", ".inp", ".ods"}
ENDINGS = SPREADSHEETS | TEXTS | (VECTORS - {".gdb"}) | BESIDES  # a folder cannot be dropped
MOST_POINTS = 400
MOST_PLACED = 5_000  # rows that the evidence for a datum is looked for in
MOST_ROWS = 300
MOST_SAMPLES = 3
MOST_TEXT = 300
MOST_COLUMNS = 120
PICK_DATUM = Problem(
    "没有注明坐标系：请在下面三种中选一种，看哪一种落在实际位置上（错选会偏 0.5 至 1.2 km）。",
    "The datum is not stated: pick one of the three below, the one whose points lie where they "
    "are (the wrong one is 0.5 to 1.2 km off).",
)


def guess_role(path: Path, names: Sequence[str]) -> str:
    """Guess what a ledger's rows are: of the role that knows most of its columns.

    Parameters
    ----------
    path : Path
        The file.
    names : sequence of str
        Roles that they may play; the first where nothing tells.

    Returns
    -------
    str
        The role.
    """
    known = [role_named(name) for name in names]
    try:
        parts = open_parts(str(path), known[0])
    except NngisError:  # the look at it says so
        return names[0]
    return max(known, key=lambda role: _fit(parts, role)).name


def _fit(parts: Sequence[Part], role: Role) -> tuple[int, bool]:
    """Say how many columns of a file a role knows, and whether all that it must have are there."""
    best = (0, False)
    for part in parts:
        if part.geometry is not None and role.shape not in (shape_of(part.geometry), "none"):
            continue
        try:
            header = find_header(part.table, role)
        except NngisError:  # two columns claim one field
            continue
        if header is not None:
            whole = set(role.required) <= set(header.columns)
            best = max(best, (len(header.columns), whole))
    return best


def look_at(
    path: Path,
    role: str,
    store: LayerStore,
    *,
    datum: str | None = None,
    names: Mapping[str, str] | None = None,
    corrections: Sequence[Correction] = (),
) -> dict[str, Any]:
    """Read a ledger for a role, and tell all that its sender must know.

    Parameters
    ----------
    path : Path
        The file.
    role : str
        What its rows should become.
    store : LayerStore
        The case's layers; they tell a datum that nobody states.
    datum : str, optional
        Datum that the user picked.
    names : mapping of str to str, optional
        Columns that the user mapped: header to field.
    corrections : sequence of Correction
        Cells that the user mended.

    Returns
    -------
    dict
        `columns` (header, field, samples), `fields` (what a column can be), `where` (three datums
        with points and scores, where somebody must choose or may), `counts`, `rejects`, `doubts`,
        `notes`, `problems`.
    """
    known = role_named(role)
    options = _options(store, datum, names or {}, corrections)
    found: dict[str, Any] = {"role": role, "problems": [], "datum": datum}
    parts: list[Part] = []
    try:
        parts = corrected(open_parts(str(path), known), corrections)
        found["columns"] = _columns(parts, known, names or {})
        found["fields"] = _choices(known)
        reading = survey_parts(parts, path.name, known, options)
    except NngisError as error:
        found["where"] = _where(parts, known, store, options)
        # Where a datum is all that lacks, it is picked on the page and not on a command line.
        lacks_datum = datum is None and bool(found["where"])
        found["problems"] = problems_json([PICK_DATUM] if lacks_datum else error.problems)
        return found
    found |= _rows(reading)
    found["cells"] = _cells(parts, known, names or {}, reading.layer.rejects, corrections)
    found["where"] = _where(parts, known, store, options)
    return found


def take(
    path: Path,
    role: str,
    store: LayerStore,
    out: Path,
    *,
    datum: str | None,
    names: Mapping[str, str],
    corrections: Sequence[Correction],
    lang: Lang,
) -> None:
    """Write a ledger as the clean layer that plays a role: what ``nngis layers import`` writes."""
    known = role_named(role)
    write_reading(
        out, survey_ledger(path, known, _options(store, datum, names, corrections)), known, lang
    )


def mended(path: Path, role: str, corrections: Sequence[Correction]) -> bytes:
    """Return a ledger with its mended cells, as a workbook.

    Parameters
    ----------
    path : Path
        The file; it stays as it is.
    role : str
        What its rows should become.
    corrections : sequence of Correction
        Cells that the user mended.

    Returns
    -------
    bytes
        An xlsx.
    """
    parts = corrected(open_parts(str(path), role_named(role)), corrections)
    return workbook_of(parts, corrections)


def _options(
    store: LayerStore,
    datum: str | None,
    names: Mapping[str, str],
    corrections: Sequence[Correction],
) -> Options:
    made = store.options(datum)
    return replace(made, names=dict(names), corrections=tuple(corrections))


def _cells(
    parts: list[Part],
    role: Role,
    names: Mapping[str, str],
    rejects: pd.DataFrame,
    corrections: Sequence[Correction],
) -> list[dict[str, Any]]:
    """Return the cells of rejected and of mended rows, those of columns that play a part."""
    asked = {(str(one.sheet), int(one.row)) for one in rejects.head(MOST_ROWS).itertuples()}
    asked |= {(one.sheet, one.row) for one in corrections}
    touched = {(one.sheet, one.row, one.column) for one in corrections}
    found = []
    for part in parts:
        table = part.table
        header = find_header(table, role, names)
        if header is None:
            continue
        used = sorted(
            {*header.columns.values(), *(at for ats in header.also.values() for at in ats)}
        )
        for sheet, row in sorted(asked):
            at = row - table.first_row
            if sheet != table.sheet or not 0 <= at < len(table.rows):
                continue
            cells = [
                [column, header.names[column], _text(table.rows[at][column]),
                 (sheet, row, column) in touched]
                for column in used
                if column < len(table.rows[at])
            ]  # fmt: skip
            found.append({"sheet": sheet, "row": row, "cells": cells})
    return found


def _text(cell: object) -> str:
    if isinstance(cell, float) and np.isfinite(cell):
        return f"{cell:.15g}"  # a spreadsheet's 400 is no 400.0
    return "" if cell is None else str(cell)[:MOST_TEXT]


def _columns(parts: list[Part], role: Role, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """List the columns of the first sheet that has a header: recognised, passed over, unused."""
    for part in parts:
        header = find_header(part.table, role, names)
        if header is None:
            continue
        of = {at: name for name, at in header.columns.items()}
        doubtful = {at for ats in header.passed_over.values() for at in ats}
        below = part.table.rows[header.rows[-1] + 1 :][:50] if header.rows else part.table.rows[:50]
        return [
            {
                "header": name,
                "field": of.get(at),
                "doubtful": at in doubtful,
                "samples": _samples(below, at),
            }
            for at, name in enumerate(header.names[:MOST_COLUMNS])
            if name
        ]
    return []


def _samples(rows: Any, at: int) -> list[str]:  # noqa: ANN401 - rows of cells
    seen = [str(row[at])[:60] for row in rows if at < len(row) and row[at] not in (None, "")]
    return list(dict.fromkeys(seen))[:MOST_SAMPLES]


def _choices(role: Role) -> list[dict[str, Any]]:
    names = (role.key, *role.required, *role.optional, "lon", "lat", "datum")
    return [
        {"name": name, "t": list(fields.get(name).title), "needed": name in role.required}
        for name in dict.fromkeys(names)
    ]


def _rows(reading: Reading) -> dict[str, Any]:
    layer = reading.layer
    return {
        "counts": {
            "rows": layer.rows,
            "accepted": len(layer.frame),
            "rejected": len(layer.rejects),
        },
        "rejects": _listed(layer.rejects),
        "doubts": _listed(reading.doubts),
        "notes": [list(one) for one in layer.notes],
    }


def _listed(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {key: None if pd.isna(value) else str(value)[:300] for key, value in row.items()}
        for row in table.head(MOST_ROWS).to_dict("records")
    ]


def _where(
    parts: list[Part], role: Role, store: LayerStore, options: Options
) -> list[dict[str, Any]]:
    """Put the first rows where each datum would have them, with the evidence for each."""
    tables = [
        replace(
            one.table,
            rows=one.table.rows[:MOST_PLACED],
            merges=tuple(block for block in one.table.merges if block.last_row < MOST_PLACED),
        )
        for one in parts
    ]
    some = [replace(one, table=table) for one, table in zip(parts, tables, strict=True)]
    found: list[dict[str, Any]] = []
    scores: dict[str, Any] = {}
    for datum in HYPOTHESES if parts else ():
        try:
            layer = survey_parts(some, "", role, replace(options, datum=datum)).layer
        except LedgerError:
            continue
        at = layer.frame.geometry.representative_point()
        at = with_place(at)
        xy = np.c_[at.x, at.y][:MOST_POINTS]
        if datum == "wgs84" and len(xy) and (references := store.references()) is not None:
            claims = pd.DataFrame(layer.frame).reindex(columns=list(CLAIMS)).loc[at.index]
            verdict = infer_datum(at.x.to_numpy(), at.y.to_numpy(), claims, references)
            scores = {one.datum: one for one in verdict.scores}
        found.append({"datum": datum, "points": xy.round(6).tolist()})
    for one in found:
        score = scores.get(one["datum"])
        one["score"] = None if score is None else round(float(score.score), 2)
        if score is not None:
            one["in_county"] = [score.in_county, score.of_county]
            one["near"] = [score.near_roads, score.near_sites, score.at_named]
    places = {str(one["points"][:20]) for one in found}
    return found if len(places) > 1 else []  # all alike: the file itself says its datum
