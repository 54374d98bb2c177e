"""Read one sheet or layer for a role: every row becomes an accepted row or a reject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis import fields
from nngis.arrays import Bools
from nngis.budgets import check_time
from nngis.errors import LedgerError
from nngis.evidence import weakest
from nngis.ledger.addresses import CLAIMS
from nngis.ledger.columns import SERIAL, read_columns, with_county_above
from nngis.ledger.counts import Counts
from nngis.ledger.graphs import edges_alone
from nngis.ledger.headers import Header, Sheet, find_header
from nngis.ledger.hidden import choose_shown, hidden_columns, hidden_rows
from nngis.ledger.lines import is_drawn
from nngis.ledger.made_ids import made_ids
from nngis.ledger.part import CHOICES, EXAMPLE_ID, EXPLAINED, Options, Part
from nngis.ledger.position import WGS84, locate, position_fields
from nngis.ledger.problems import Fault, doubt, doubts_of, faulty, in_file, notes_of, rejects_of
from nngis.ledger.rows import Rows, split_rows
from nngis.ledger.vertices import has_dms
from nngis.roles import Role
from nngis.text import BLANKS, Text, Warned, as_id, listing

_Frame = TypeVar("_Frame", bound=pd.DataFrame)
PLACED_BY_ADDRESS = "approximate"
_ALIKE = Text(
    "（两者至多差看不见的字符：零宽、方向标记、换行符等，或空格多少）",
    " (they differ at most in signs that cannot be seen: zero-width, marks of direction, "
    "line separators, or in how many spaces they have)",
)
ORIGIN = ("ledger_file", "ledger_sheet", "ledger_row")


@dataclass(frozen=True)
class PartReading:
    """What became of one sheet.

    Parameters
    ----------
    frame : GeoDataFrame
        Accepted rows in WGS84, the role's key among the columns.
    origin : DataFrame
        File, sheet and row number of each, in the same order.
    rejects : DataFrame
        Rejected rows with their reasons.
    doubts : DataFrame
        Accepted rows that were mended or should be looked at, and why.
    counts : Counts
        What became of its rows.
    notes : tuple of Text
        What was mended, assumed, inferred or left aside.
    """

    frame: gpd.GeoDataFrame
    origin: pd.DataFrame
    rejects: pd.DataFrame
    doubts: pd.DataFrame
    counts: Counts
    notes: tuple[Text, ...]


def sheets_for(
    parts: Sequence[Part], role: Role, where: str, options: Options
) -> tuple[list[tuple[Part, Sheet]], list[Text]]:
    """Choose the sheets and layers that can play a role."""
    chosen: list[tuple[Part, Sheet]] = []
    lacking: list[LedgerError] = []
    parts, aside = _named_for(edges_alone(parts) if role.name == "roads" else parts, role)
    for part in parts:
        header = find_header(part.table, role, options.names)
        if header is None and part.geometry is not None and not role.required:
            header = _no_names(part)
        if header is None:
            if part.table.sheet not in (EXPLAINED, CHOICES):
                aside.append(part.table.where)
            continue
        sheet = Sheet(part.table, header)
        error = _lacks(sheet, role, has_geometry=part.geometry is not None)
        if error is None:
            chosen.append((part, sheet))
        else:
            lacking.append(error)
            aside.append(part.table.where)
    if not chosen:
        raise lacking[0] if lacking else _no_header(parts, role, where)
    chosen, notes = choose_shown(chosen, options.hidden, where)
    if not aside:
        return chosen, notes
    names = listing(aside)
    return chosen, [
        *notes,
        Text(
            f"未读的工作表或图层（没有{role.title.zh}需要的列）：{names.zh}。",
            f"Sheets or layers not read, for they lack the columns of a {role.title.en.lower()}: "
            f"{names.en}.",
        ),
    ]


def read_part(part: Part, sheet: Sheet, role: Role, options: Options) -> PartReading:
    """Read one sheet."""
    drawn = () if part.geometry is None else part.geometry.index[part.geometry.notna()]
    check_time()
    rows = split_rows(sheet, role, drawn, options.divisions)
    used = position_fields(sheet, role, has_geometry=part.geometry is not None)
    columns = read_columns(sheet, rows, role, used, options)
    columns = with_county_above(columns, rows, role)
    claims = columns.frame[[name for name in CLAIMS if name in columns.frame]]
    placed = locate(sheet, rows, role, part, claims, options=options)
    del claims
    frame = _with_key(columns.frame, rows, sheet, part, role.key)
    faults = [*columns.faults, *placed.faults, *hidden_rows(part.table, rows, options.hidden)]
    unseen = _unseen(sheet, rows, role)
    faults += [*_told_unseen(unseen, role), *_repeated(frame, rows, role, unseen)]
    for name in placed.matched:
        found = placed.matched[name]
        frame[name] = found.where(found.notna(), frame[name]) if name in frame else found
    frame = _with_evidence(frame, options)
    good = ~faulty(faults, len(rows))
    rejects = rejects_of(part.table, rows, faults)
    origin = pd.DataFrame(
        {
            "ledger_file": part.table.file,
            "ledger_sheet": part.table.sheet,
            "ledger_row": rows.numbers,
        }
    )
    whole = gpd.GeoDataFrame(frame, geometry=placed.geometry.array, crs=WGS84, copy=False)
    names = (
        frame["name_zh"].where(frame["name_zh"].notna(), frame[role.key])
        if ("name_zh" in frame)
        else frame[role.key]
    )
    about = rows, part.table, names.to_numpy(object)
    counts = Counts(
        in_file=rows.in_file,
        header=rows.header,
        accepted=int(good.sum()),
        rejected=len(rejects),
        totals=rows.totals,
        blank=rows.blank,
    )
    return PartReading(
        frame=_only(whole, good),
        origin=_only(origin, good),
        rejects=rejects,
        doubts=doubts_of(part.table, rows, faults),
        counts=counts,
        notes=(
            *part.notes,
            *hidden_columns(sheet),
            *in_file([*columns.notes, *placed.notes, *_example(frame, role)], *about),
            *notes_of(rows, faults, part.table, about[2]),
        ),
    )


def _only(frame: _Frame, good: Bools) -> _Frame:
    """Keep some rows; all of a long ledger are not copied."""
    if good.all():
        return frame
    kept: _Frame = frame[good].reset_index(drop=True)
    return kept


def _named_for(parts: Sequence[Part], role: Role) -> tuple[Sequence[Part], list[str]]:
    """Where a role needs no column, go by the names of the layers, if they name it."""
    words = (role.name, *role.drawn_on)
    named = [p for p in parts if any(word in p.table.sheet.lower() for word in words)]
    if role.required or not named:
        return parts, []
    return named, [part.table.where for part in parts if part not in named]


def _with_evidence(frame: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Mark rows placed by their address; a layer that says its evidence row by row keeps it."""
    if "uncertainty_m" not in frame and "evidence" not in frame:
        return frame
    own = pd.Series(options.evidence, index=frame.index, dtype=object)
    if "evidence" in frame:
        own = frame["evidence"].where(frame["evidence"].notna(), own)
    if "uncertainty_m" in frame:
        near = frame["uncertainty_m"].notna()
        own = own.where(~near, own.map(lambda word: weakest([word, PLACED_BY_ADDRESS])))
    return frame.assign(evidence=own)


def _example(frame: pd.DataFrame, role: Role) -> list[Text]:
    at = np.flatnonzero(frame[role.key].eq(EXAMPLE_ID))
    if not at.size:
        return []
    return [
        Warned(
            f"有一行是模板的示例（编号 {EXAMPLE_ID}），也被采用；请从表中删除。",
            f"One row is the example of the template (id {EXAMPLE_ID}) and was accepted; delete "
            "it from the file.",
            ids=at,
        )
    ]


def _no_names(part: Part) -> Header:
    """Give the header of a layer that names no field; its geometry may be all a role needs."""
    return Header((0,), tuple(str(name) for name in part.table.rows[0]), {})


def _lacks(sheet: Sheet, role: Role, *, has_geometry: bool) -> LedgerError | None:
    columns = sheet.header.columns
    missing = [name for name in role.required if name not in columns]
    placed = has_geometry or "lonlat" in columns or has_dms(sheet)
    addressed = {"address", "township", "county"} & set(columns)
    if role.shape == "point" and not placed and not addressed:
        missing += [name for name in ("lon", "lat") if name not in columns]
    if role.shape in ("line", "polygon") and not has_geometry and not is_drawn(columns):
        ends = (
            ("", "")
            if role.shape == "polygon"
            else ("，或起点、终点的经纬度各两列", ", or columns of the ends")
        )
        return LedgerError(
            f"{role.title.zh}需要带几何的文件（GeoPackage、GeoJSON、Shapefile、DXF），"
            f"或“图形（WKT）”一列{ends[0]}。",
            f"{role.title.en} needs a file with geometry (GeoPackage, GeoJSON, shapefile, DXF), or "
            f"a column of WKT{ends[1]}.",
            where=sheet.table.where,
        )
    if not missing:
        return None
    zh = "、".join(f"“{fields.get(name).title.zh}”" for name in missing)
    en = ", ".join(fields.get(name).title.en for name in missing)
    have = listing(name for name in sheet.header.names if name)
    return LedgerError(
        f"缺少{zh}列；现有的列：{have.zh}。请补上该列或改列名。",
        f"No column for: {en}; the columns are: {have.en}. Add the column or rename it.",
        where=sheet.table.where,
    )


def _no_header(parts: Sequence[Part], role: Role, where: str) -> LedgerError:
    first = parts[0].table.rows[:3]
    seen = [str(c).strip()[:40] for row in first for c in row if c is not None and str(c).strip()]
    names = role.required or role.optional[:3]
    names += {"point": ("lon", "lat"), "none": ()}.get(role.shape, ("wkt",))
    zh = "、".join(fields.get(name).title.zh for name in names)
    en = ", ".join(fields.get(name).title.en for name in names)
    begins = listing(seen[:12])
    return LedgerError(
        f"没有找到{role.title.zh}的表头。需要的列：{zh}；文件开头的内容：{begins.zh}。"
        "请把表头改成这些名称，每列一个，不要合并单元格。",
        f"No header of a {role.title.en.lower()} was found. It needs the columns {en}; the file "
        f"begins with: {begins.en}. Name the columns so, one cell each.",
        where=where,
    )


def _with_key(frame: pd.DataFrame, rows: Rows, sheet: Sheet, part: Part, key: str) -> pd.DataFrame:
    """Give every row an id: its own, or one made of what it says."""
    own = frame[key].astype(object) if key in frame else pd.Series(None, frame.index, dtype=object)
    lacks = own.isna().to_numpy()
    if lacks.any():
        names = sheet.header.names
        headers = [names[at] if at < len(names) else "" for at in range(len(rows.columns))]
        columns = [
            (header, cells)
            for header, cells in zip(headers, rows.columns, strict=True)
            if header not in SERIAL
        ]
        shapes = None
        if part.geometry is not None:
            drawn = part.geometry.reindex(rows.numbers).to_numpy()
            shapes = shapely.to_wkb(np.asarray(drawn, dtype=object))
        own = own.copy()
        own[lacks] = made_ids(columns, shapes, lacks)
    return frame.assign(**{key: own})


def _unseen(sheet: Sheet, rows: Rows, role: Role) -> Bools:
    """Tell which ids hold what cannot be seen."""
    at = sheet.header.columns.get(role.key)
    if at is None:
        return np.zeros(len(rows), dtype=np.bool_)
    return rows.columns[at].tells(lambda cell: as_id(str(cell)) != str(cell).strip(BLANKS))


def _told_unseen(unseen: Bools, role: Role) -> list[Fault]:
    """Say of ids that held what cannot be seen that it was taken out."""
    return doubt(
        unseen,
        fields.get(role.key).title.zh,
        "编号里有看不见的字符（零宽、方向标记、换行符等）或多余的空格，已去掉；"
        "只差这些字符的编号是同一个编号。",
        "The id held signs that cannot be seen (zero-width, marks of direction, line separators) "
        "or spaces too many, which were taken out; ids that differ in them alone are one id.",
    )


def _repeated(frame: pd.DataFrame, rows: Rows, role: Role, unseen: Bools) -> list[Fault]:
    key = frame[role.key]
    again = np.flatnonzero(key.duplicated().to_numpy())
    if not again.size:
        return []
    first = key.drop_duplicates()
    row_of = dict(zip(first, rows.numbers[first.index], strict=True))
    alike = set(key[unseen])
    title = fields.get(role.key).title
    chosen = key.duplicated(keep=False).to_numpy() & ~key.duplicated().to_numpy()
    said = doubt(
        chosen,
        title.zh,
        f"几行有同一个{title.zh}；采用了最先的这一行，其余各行在未采用记录中，请核对哪一行对。",
        f"Several rows have this {title.en.lower()}; this one, the first, was taken, the others "
        "are among the rejected rows: check which is right.",
    )
    return said + [
        Fault(
            np.array([at]),
            title.zh,
            Text(
                f"{title.zh} {key.iloc[at]} 与第 {row_of[key.iloc[at]]} 行重复"
                f"{_ALIKE.zh if key.iloc[at] in alike else ''}；请改编号或删去一行。",
                f"{title.en} {key.iloc[at]} repeats that of row {row_of[key.iloc[at]]}"
                f"{_ALIKE.en if key.iloc[at] in alike else ''}; change it or remove one row.",
            ),
        )
        for at in again.tolist()
    ]
