"""What a workbook holds but does not show: read or not, it is said."""

from collections.abc import Sequence

import numpy as np

from nngis import fields
from nngis.errors import LedgerError
from nngis.ledger.choices import Hidden
from nngis.ledger.headers import Sheet
from nngis.ledger.part import Part
from nngis.ledger.problems import Fault, doubt, fault
from nngis.ledger.rows import Rows
from nngis.ledger.table import RawTable
from nngis.text import Text, listing

Chosen = list[tuple[Part, Sheet]]


def choose_shown(chosen: Chosen, hidden: Hidden, where: str) -> tuple[Chosen, list[Text]]:
    """Choose among the sheets that can play a role those that are to be read."""
    names = [part.table.sheet for part, _ in chosen if part.table.is_hidden]
    if not names:
        return chosen, []
    listed = listing(names)
    seen = [one for one in chosen if not one[0].table.is_hidden]
    if hidden == "read" or (hidden == "rows" and not seen):
        note = Text(
            f"隐藏的工作表也读取了：{listed.zh}；不要时请加 --hidden skip。",
            f"Hidden sheets were read too: {listed.en}; add --hidden skip to leave them aside.",
        )
        return chosen, [note]
    if not seen:
        raise LedgerError(
            f"可用的工作表都是隐藏的：{listed.zh}；要读取请加 --hidden read。",
            f"All sheets of use are hidden: {listed.en}; add --hidden read to read them.",
            where=where,
        )
    note = Text(
        f"隐藏的工作表未读：{listed.zh}；要读取请加 --hidden read。",
        f"Hidden sheets were not read: {listed.en}; add --hidden read to read them.",
    )
    return seen, [note]


def hidden_rows(table: RawTable, rows: Rows, hidden: Hidden) -> list[Fault]:
    """Name the data rows that the sheet does not show."""
    if not table.hidden_rows:
        return []
    unseen = np.isin(rows.numbers - table.first_row, list(table.hidden_rows))
    if hidden == "skip":
        return fault(
            unseen,
            "",
            "该行被隐藏或筛选掉，按要求（--hidden skip）不采用。",
            "The row is hidden or filtered out and was left aside as asked (--hidden skip).",
        )
    return doubt(
        unseen,
        "",
        "该行被隐藏或筛选掉，仍已采用；不要时请加 --hidden skip。",
        "The row is hidden or filtered out and was accepted all the same; add --hidden skip to "
        "leave it aside.",
    )


def hidden_columns(sheet: Sheet) -> Sequence[Text]:
    """Say which columns that were read the sheet does not show."""
    unseen = [
        (name, at) for name, at in sheet.header.columns.items() if at in sheet.table.hidden_columns
    ]
    if not unseen:
        return []
    zh = "、".join(f"“{fields.get(name).title.zh}”" for name, _ in unseen)
    en = ", ".join(fields.get(name).title.en for name, _ in unseen)
    return [
        Text(
            f"隐藏的列也读取了：{zh}；请核对。",
            f"Columns that the sheet hides were read too: {en}; check them.",
        )
    ]
