"""Read a ledger for a role: every row becomes a row of the layer or a reject with its reason."""

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from nngis.budgets import time_budget
from nngis.catalog.layer import REJECT_COLUMNS, Layer
from nngis.errors import LedgerError
from nngis.evidence import Evidence, weakest
from nngis.ledger.corrections import corrected
from nngis.ledger.counts import Counts, add_counts
from nngis.ledger.divisions import NOWHERE, Divisions
from nngis.ledger.duplicates import merge_pairs, propose_pairs
from nngis.ledger.one_part import PartReading, read_part, sheets_for
from nngis.ledger.part import Options, Part
from nngis.ledger.references import References
from nngis.ledger.sources import name_of, open_parts, sha256_of_source
from nngis.ledger.vector import part_of
from nngis.roles import Role
from nngis.text import Text, Warned, counted


@dataclass(frozen=True)
class Reading:
    """A ledger, read.

    Parameters
    ----------
    layer : Layer
        Accepted rows, rejected rows, notes.
    counts : Counts
        What became of every row.
    origin : DataFrame
        `ledger_file`, `ledger_sheet`, `ledger_row` of each accepted row, on the layer's index.
    duplicates : DataFrame
        Pairs of rows of different files or sheets that may be one object, with their score.
    doubts : DataFrame
        Accepted rows that were mended or should be looked at: columns as of rejects.
    """

    layer: Layer
    counts: Counts
    origin: pd.DataFrame
    duplicates: pd.DataFrame
    doubts: pd.DataFrame


def read_ledger(
    source: Path | str,
    role: Role,
    *,
    datum: str | None = None,
    work_crs: CRS | None = None,
    evidence: Evidence = "surveyed",
    references: Callable[[], References | None] | None = None,
    divisions: Callable[[], Divisions] = lambda: NOWHERE,
) -> Layer:
    """Read what somebody sent, as the layer of a role.

    Parameters
    ----------
    source : Path or str
        A spreadsheet, text, vector file or drawing, a folder of them, or
        ``postgresql://...#table``.
    role : Role
        What its rows should become.
    datum : str, optional
        Datum (``wgs84``, ``gcj02``, ``bd09``) or CRS (``EPSG:4547``) of the coordinates where no
        column says it, or ``assume-wgs84``.
    work_crs : CRS, optional
        Taken, with a note, for projected coordinates that name no zone.
    evidence : str
        How sure the file is.
    references : callable, optional
        Gives the layers that an unsaid datum is inferred from and addresses are matched to.
    divisions : callable
        Gives the counties that a ledger can name.

    Returns
    -------
    Layer
        Accepted rows in WGS84, rejected rows with their reasons, notes on what was mended.
        Accepted rows + rejected rows = `rows`; blank rows and total rows are not counted.

    Raises
    ------
    LedgerError
        If the file cannot be read, names no known columns, lacks one the role needs, has no
        coordinates or addresses, says no datum that the evidence could tell instead, or has no
        row that can be used.
    """
    options = Options(datum, work_crs, evidence, references, divisions=divisions)
    return survey_ledger(source, role, options).layer


def survey_ledger(source: Path | str, role: Role, options: Options) -> Reading:
    """Read what somebody sent, and keep account of every row.

    Parameters
    ----------
    source : Path or str
        As for `read_ledger`.
    role : Role
        What its rows should become.
    options : Options
        How it is to be read.

    Returns
    -------
    Reading
        The layer, the counts, where each row comes from, and likely duplicates.

    Raises
    ------
    LedgerError
        As for `read_ledger`.
    """
    source = str(source)
    with _without_collector():
        parts = corrected(open_parts(source, role), options.corrections)
    found = survey_parts(parts, name_of(source), role, options)
    path = Path(source) if Path(source).exists() else None
    name = Path(source).stem if path else found.layer.id
    layer = replace(found.layer, path=path, title=Text(name, name), sha256=sha256_of_source(source))
    return replace(found, layer=layer)


def read_frame(frame: pd.DataFrame, role: Role, options: Options, *, name: str = "") -> Layer:
    """Read a frame that somebody holds, exactly as the same rows would be read from a file.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Rows, with columns in Chinese or English; a named index is a column too.
    role : Role
        What its rows should become.
    options : Options
        How it is to be read.
    name : str
        What to call it in notes and rejects; the role's name if empty.

    Returns
    -------
    Layer
        Accepted rows in WGS84, rejected rows with their reasons; the hash is that of the rows.

    Raises
    ------
    LedgerError
        As for `read_ledger`.
    """
    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    name = name or role.name
    part = part_of(frame, Path(name), "")
    digest = hashlib.sha256(repr(part.table.rows).encode())
    if part.geometry is not None:
        digest.update(b"".join(part.geometry.to_wkb().fillna(b"")))
        digest.update(str(part.geometry.crs).encode())
    found = survey_parts([part], name, role, options).layer
    return replace(found, sha256=digest.hexdigest())


def survey_parts(parts: list[Part], name: str, role: Role, options: Options) -> Reading:
    """Read parts that are open, and keep account of every row.

    Parameters
    ----------
    parts : list of Part
        As `open_parts` gives them.
    name : str
        What to call them.
    role : Role
        What their rows should become.
    options : Options
        How they are to be read; its corrections are made already.

    Returns
    -------
    Reading
        As for `survey_ledger`, without the source's path and hash.

    Raises
    ------
    LedgerError
        As for `read_ledger`.
    """
    with _without_collector(), time_budget(name, LedgerError):
        chosen, notes = sheets_for(parts, role, name, options)
        readings = [read_part(part, sheet, role, options) for part, sheet in chosen]
    found, renamed = _together(readings, role)
    frame = found.frame.set_index(role.key)
    origin = found.origin.set_index(frame.index)
    pairs = propose_pairs(frame, origin, options.divisions)
    frame, pairs, merged = merge_pairs(frame, origin, pairs, options.merge)
    if len(merged):
        origin = origin.loc[frame.index]
    rejects = found.rejects
    if len(merged):
        rejects = pd.concat([frame for frame in (rejects, merged) if len(frame)])
        rejects = rejects.sort_values(["file", "sheet", "row"], kind="stable")
    rejects = rejects.reset_index(drop=True)
    if frame.empty:
        raise _nothing_left(name, rejects)
    counts = replace(found.counts, accepted=len(frame), rejected=len(found.rejects) + len(merged))
    evidence = options.evidence
    if "evidence" in frame:
        evidence = weakest([options.evidence, *frame["evidence"].unique()])
        frame["evidence"] = [weakest([options.evidence, word]) for word in frame["evidence"]]
    layer = Layer(
        id=name,
        title=Text(name, name),
        frame=frame,
        evidence=evidence,
        path=None,
        sha256="",
        rows=len(frame) + len(rejects),
        rejects=rejects,
        notes=tuple(dict.fromkeys([*found.notes, *notes, *renamed, *_of_pairs(pairs, role)])),
    )
    return Reading(layer, counts, origin, pairs, found.doubts.reset_index(drop=True))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from searching millions of cells for cycles, which they cannot form."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _together(readings: Sequence[PartReading], role: Role) -> tuple[PartReading, list[Text]]:
    """Put the sheets together; an id that two of them use is told apart by its file and sheet."""
    if len(readings) == 1:
        return readings[0], []
    seen: set[str] = set()
    frames, clashes = [], pd.Index([])
    for reading in readings:
        key = reading.frame[role.key]
        clash = key.isin(seen)
        if clash.any():
            where = reading.origin["ledger_file"] + reading.origin["ledger_sheet"].map(
                lambda sheet: f"#{sheet}" if sheet else ""
            )
            key = key.where(~clash, key + "@" + where)
            clashes = clashes.append(pd.Index(key[clash]))
        seen |= set(key)
        frames.append(reading.frame.assign(**{role.key: key}))
    notes: list[Text] = []
    if len(clashes):
        notes.append(
            Warned(
                f"{len(clashes)} 行的编号与另一文件或工作表的相同，已在编号后注明出处以区分。",
                f"{counted(len(clashes), 'row', 'have')} an id that another file or sheet uses "
                "too; where it comes from was added to it.",
                table=role.name,
                ids=clashes,
            )
        )
    together = PartReading(
        frame=gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs),
        origin=pd.concat([reading.origin for reading in readings], ignore_index=True),
        rejects=_stacked([reading.rejects for reading in readings]),
        doubts=_stacked([reading.doubts for reading in readings]),
        counts=add_counts(reading.counts for reading in readings),
        notes=tuple(_said_where(readings)),
    )
    return together, notes


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled) if filled else pd.DataFrame(columns=list(REJECT_COLUMNS))


def _said_where(readings: Sequence[PartReading]) -> list[Text]:
    """Say of a note that not all sheets share where it belongs."""
    out: list[Text] = []
    for reading in readings:
        origin = reading.origin
        where = (
            f"{origin['ledger_file'].iloc[0]} {origin['ledger_sheet'].iloc[0]}".strip()
            if len(origin)
            else ""
        )
        out += [n.under(Text(where, where)) if where else n for n in reading.notes]
    return out


def _of_pairs(pairs: pd.DataFrame, role: Role) -> list[Text]:
    if pairs.empty:
        return []
    merged = int(pairs["merged"].sum())
    both = ["kept", "other"]
    return [
        Warned(
            f"{len(pairs)} 对记录可能是同一对象（来自不同文件或工作表），已合并 {merged} 对；"
            "见“疑似重复”表。",
            f"{counted(len(pairs), 'pair of rows')} of different files or sheets may be one "
            f"object, {merged} were merged; see the sheet of duplicates.",
            table=role.name,
            ids=pairs[[f"{one}_id" for one in both]].to_numpy().ravel(),
            names=pairs[[f"{one}_name" for one in both]].to_numpy().ravel(),
        )
    ]


def _nothing_left(where: str, rejects: pd.DataFrame) -> LedgerError:
    if rejects.empty:
        return LedgerError(
            "表头以下没有数据行；请检查是否选错了文件或工作表。",
            "There are no rows below the header; check that it is the right file and sheet.",
            where=where,
        )
    first = rejects.iloc[0]
    return LedgerError(
        f"{len(rejects)} 行全部未采用；第 {first['row']} 行：{first['reason_zh']}",
        f"None of {counted(len(rejects), 'row')} can be used; row {first['row']}: "
        f"{first['reason_en']}",
        where=where,
    )
