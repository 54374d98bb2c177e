"""What is wrong with rows, gathered: a reject is a row with all its reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.catalog.layer import REJECT_COLUMNS
from nngis.ledger.rows import Rows
from nngis.ledger.table import RawTable, tidy
from nngis.text import Text


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
    """

    rows: npt.NDArray[np.intp]
    column: str
    text: Text


def fault(rows: npt.NDArray[np.bool_], column: str, zh: str, en: str) -> list[Fault]:
    """Say what is wrong with the rows of a mask.

    Parameters
    ----------
    rows : (n,) bool array
        Which rows.
    column : str
        Header of the column.
    zh, en : str
        What is wrong and how to mend it.

    Returns
    -------
    list of Fault
        One fault, or none where no row has it.
    """
    return [Fault(np.flatnonzero(rows), column, Text(zh, en))] if rows.any() else []


def faulty(faults: Iterable[Fault], count: int) -> npt.NDArray[np.bool_]:
    """Say which rows have a fault.

    Parameters
    ----------
    faults : iterable of Fault
        What is wrong.
    count : int
        Number of rows.

    Returns
    -------
    (count,) bool array
        True for a row to reject.
    """
    bad = np.zeros(count, np.bool_)
    for one in faults:
        bad[one.rows] = True
    return bad


def rejects_of(table: RawTable, rows: Rows, faults: Sequence[Fault]) -> pd.DataFrame:
    """List the rejected rows of a sheet with their raw text and reasons.

    Parameters
    ----------
    table : RawTable
        The sheet.
    rows : Rows
        Its data rows.
    faults : sequence of Fault
        What is wrong with them.

    Returns
    -------
    DataFrame
        `REJECT_COLUMNS`, a row each, in the order of the file.
    """
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
