"""Match the headers of a ledger to fields, by the names and aliases of the glossary."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from nngis import fields
from nngis.errors import LedgerError, Problem, require
from nngis.ledger.table import Cell, RawTable, is_blank
from nngis.roles import Role

POSITION_FIELDS = ("lon", "lat", "lonlat", "datum")
LOOK_AT_ROWS = 30  # a header lies below a title and a note, not below the data
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_NOISE = re.compile(r"[\s_\-—:：*＊#·.]+")


@dataclass(frozen=True)
class Header:
    """Where the header lies and what its columns mean.

    Parameters
    ----------
    rows : tuple of int
        Positions of the header row or rows.
    names : tuple of str
        Header of each column as written.
    columns : dict of str to int
        Field -> column position.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    columns: dict[str, int]


@dataclass(frozen=True)
class Sheet:
    """A sheet whose header has been found.

    Parameters
    ----------
    table : RawTable
        The sheet.
    header : Header
        Where its header lies and what its columns mean.
    """

    table: RawTable
    header: Header


def normalise(header: Cell) -> str:
    """Bring a header to the form in which headers are compared.

    Parameters
    ----------
    header : object
        A header cell.

    Returns
    -------
    str
        Half-width, lower-case, without spaces, underlines and marks.

    Examples
    --------
    >>> normalise(" 额定蒸发量（蒸吨／时）")
    '额定蒸发量(蒸吨/时)'
    >>> normalise("Boiler_ID")
    'boilerid'
    """
    text = unicodedata.normalize("NFKC", "" if header is None else str(header))
    return _NOISE.sub("", text).lower()


def find_header(table: RawTable, role: Role) -> Header | None:
    """Find the header of a sheet for a role.

    Parameters
    ----------
    table : RawTable
        A sheet.
    role : Role
        What its rows should become.

    Returns
    -------
    Header or None
        The row, or pair of rows (merged cells above, names below), that names most fields; None
        if no row names two.

    Raises
    ------
    LedgerError
        If two columns claim one field.
    """
    lookup = _lookup(role)
    best: tuple[int, tuple[int, ...], tuple[str, ...]] | None = None
    for at in range(min(len(table.rows), LOOK_AT_ROWS)):
        for rows, names in _candidates(table, at):
            found = {lookup[key][0] for name in names if (key := _known(name, lookup))}
            score = len(found)
            if score > (best[0] if best else 1):
                best = (score, rows, names)
    if best is None:
        return None
    _, rows, names = best
    return Header(rows, names, _columns(names, lookup, table))


def _candidates(table: RawTable, at: int) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    upper = table.rows[at]
    one = tuple("" if is_blank(c) else str(c).strip() for c in upper)
    found: list[tuple[tuple[int, ...], tuple[str, ...]]] = [((at,), one)]
    if at + 1 < len(table.rows) and any(not n for n in one):
        filled, last = [], ""
        for name in one:
            last = name or last
            filled.append(last)
        lower = ["" if is_blank(c) else str(c).strip() for c in table.rows[at + 1]]
        if all(_is_wordy(name) for name in lower if name):
            pairs = zip(filled, lower + [""] * (len(filled) - len(lower)), strict=False)
            found.append(((at, at + 1), tuple(low or up for up, low in pairs)))
    return found


def _is_wordy(name: str) -> bool:
    return not re.fullmatch(r"[\d.,:/ -]+", name)


def _lookup(role: Role) -> dict[str, tuple[str, int]]:
    """Normalised header -> (field, rank); the field's own name outranks its aliases."""
    known: dict[str, tuple[str, int]] = {}
    names = (role.key, *role.required, *role.optional)
    if role.shape == "point":
        names += POSITION_FIELDS
    for rank, words in enumerate((_own_names, _aliases)):
        for name in names:
            for word in words(fields.get(name)):
                known.setdefault(normalise(word), (name, rank))
    return known


def _own_names(field: fields.Field) -> tuple[str, ...]:
    return (field.name, field.title.zh, field.title.en, field.heading("zh"), field.heading("en"))


def _aliases(field: fields.Field) -> tuple[str, ...]:
    return field.aliases


def _known(name: str, lookup: dict[str, tuple[str, int]]) -> str | None:
    if not name:
        return None
    for form in (name, _BRACKETS.sub("", name)):
        key = normalise(form)
        if key in lookup:
            return key
    return None


def _columns(
    names: Sequence[str], lookup: dict[str, tuple[str, int]], table: RawTable
) -> dict[str, int]:
    claims: dict[str, list[tuple[int, int]]] = {}
    for column, name in enumerate(names):
        if key := _known(name, lookup):
            field, rank = lookup[key]
            claims.setdefault(field, []).append((rank, column))
    columns, problems = {}, []
    for field, found in claims.items():
        best = min(rank for rank, _ in found)
        at = [column for rank, column in found if rank == best]
        if len(at) > 1:
            both = "、".join(f"“{names[c]}”" for c in at)
            title = fields.get(field).title
            problems.append(
                Problem(
                    f"有 {len(at)} 列都像“{title.zh}”：{both}；请删去或改名其中一列。",
                    f"{len(at)} columns look like {title.en!r}: {both}; remove or rename one.",
                    where=f"{table.file} {table.sheet}".strip(),
                )
            )
        columns[field] = at[0]
    require(problems, LedgerError)
    return columns
