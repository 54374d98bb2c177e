"""What is wrong with rows, gathered: a reject is a row with all its reasons."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Objects
from nngis.catalog.layer import REJECT_COLUMNS
from nngis.ledger.rows import Rows
from nngis.ledger.table import RawTable, tidy
from nngis.text import Text, Warned, counted

_LISTED = 12  # rows that a note lists; the table of problems has them all


@dataclass(frozen=True)
class Fault:
    """One thing wrong with some rows.

    Parameters
    ----------
    rows : (n,) int array
        Positions of the rows among the data rows.
    column : str
        Header of the column, as written.
    text : Text
        What is wrong and how to mend it.
    doubt : bool
        Whether the rows are accepted all the same: what was mended, or should be looked at.
    """

    rows: npt.NDArray[np.intp]
    column: str
    text: Text
    doubt: bool = False


def fault(rows: Bools, column: str, zh: str, en: str) -> list[Fault]:
    """Say what is wrong with the rows of a mask."""
    return [Fault(np.flatnonzero(rows), column, Text(zh, en))] if rows.any() else []


def doubt(rows: Bools, column: str, zh: str, en: str) -> list[Fault]:
    """Say what is doubtful about the rows of a mask, or was mended in them; they are accepted."""
    return [replace(one, doubt=True) for one in fault(rows, column, zh, en)]


def faulty(faults: Iterable[Fault], count: int) -> Bools:
    """Say which rows have a fault."""
    bad = np.zeros(count, np.bool_)
    for one in faults:
        if not one.doubt:
            bad[one.rows] = True
    return bad


def rejects_of(table: RawTable, rows: Rows, faults: Sequence[Fault]) -> pd.DataFrame:
    """List the rejected rows of a sheet with their raw text and reasons."""
    return _listed(table, rows, [one for one in faults if not one.doubt])


def doubts_of(table: RawTable, rows: Rows, faults: Sequence[Fault]) -> pd.DataFrame:
    """List the accepted rows of a sheet that are doubtful or were mended."""
    kept = ~faulty(faults, len(rows))
    doubts = [replace(one, rows=one.rows[kept[one.rows]]) for one in faults if one.doubt]
    return _listed(table, rows, doubts)


def notes_of(rows: Rows, faults: Sequence[Fault], table: RawTable, names: Objects) -> list[Warned]:
    """Say each doubt once with the rows that have it, and which rows are headings."""
    kept = ~faulty(faults, len(rows))
    notes = []
    if rows.headings.size:
        text = Text("小标题，不是数据。", "Headings between rows, no data.")
        notes.append(_with_rows(text, rows.headings.tolist(), table, [None] * rows.headings.size))
    at_of: dict[Text, list[npt.NDArray[np.intp]]] = {}
    for one in faults:
        at = one.rows[kept[one.rows]]
        if one.doubt and at.size:
            at_of.setdefault(one.text, []).append(at)
    for said, found in at_of.items():
        at = np.unique(np.concatenate(found))
        notes.append(_with_rows(said, rows.numbers[at].tolist(), table, names[at]))
    return notes


def in_file(notes: Iterable[Text], rows: Rows, table: RawTable, names: Objects) -> list[Text]:
    """Give notes about positions among the data rows the rows' numbers in the file."""
    out: list[Text] = []
    for one in notes:
        if isinstance(one, Warned) and not one.table:
            at = np.array(one.ids, dtype=np.intp)
            ids = rows.numbers[at]
            out.append(Warned(one.zh, one.en, table=table.where, ids=ids, names=names[at]))
        else:
            out.append(one)
    return out


def _with_rows(
    text: Text, numbers: Sequence[int], table: RawTable, names: Collection[object]
) -> Warned:
    listed = list(map(str, numbers[:_LISTED]))
    more, more_en = ("等", " ...") if len(numbers) > _LISTED else ("", "")
    return Warned(
        f"{len(numbers)} 行：{text.zh}（第 {'、'.join(listed)} 行{more}）",
        f"{counted(len(numbers), 'row')}: {text.en} (rows {', '.join(listed)}{more_en})",
        table=table.where,
        ids=numbers,
        names=names,
    )


def _listed(table: RawTable, rows: Rows, faults: Sequence[Fault]) -> pd.DataFrame:
    found: dict[int, list[Fault]] = {}
    for one in faults:
        for at in one.rows.tolist():
            found.setdefault(at, []).append(one)
    at = np.array(sorted(found), np.intp)
    raw = [column.take(at).each(tidy, blank="") for column in rows.columns]
    records = [
        (
            table.file,
            table.sheet,
            int(rows.numbers[row]),
            "、".join(dict.fromkeys(one.column for one in found[row])),
            " | ".join(column[place] for column in raw),
            "".join(dict.fromkeys(one.text.zh for one in found[row])),
            " ".join(dict.fromkeys(one.text.en for one in found[row])),
        )
        for place, row in enumerate(at.tolist())
    ]
    return pd.DataFrame(records, columns=list(REJECT_COLUMNS))
