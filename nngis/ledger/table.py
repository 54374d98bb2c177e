"""RawTable: one sheet as it lies in a file, every cell as written, row numbers kept."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nngis.text import seen, writable

Cell = object
MISSING = frozenset(
    (
        *("", "/", "//", "\\", "-", "--", "---", "—", "——", "–", "*", "?", "…"),
        *(
            "无",
            "不详",
            "未知",
            "暂无",
            "暂缺",
            "待定",
            "待查",
            "待补",
            "待补充",
            "缺",
            "缺失",
            "空",
        ),
        *("n/a", "na", "nan", "none", "null", "nil", "nat", "<na>", "#n/a", "#ref!", "#value!"),
        *("#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!"),
    )
)
_LONGEST_MISSING = max(map(len, MISSING))
LONGEST = 1_000  # letters of a number, date, word or name that patterns are held against


class Merge(NamedTuple):
    """A merged block of one column: positions of its first and last row, and of the column."""

    first_row: int
    last_row: int
    column: int


@dataclass(frozen=True)
class RawTable:
    """One sheet as it lies in the file.

    Parameters
    ----------
    file : str
        Name of the file.
    sheet : str
        Name of the sheet or layer; empty where the file has but one.
    rows : sequence of sequence
        Cells of every row.
    first_row : int
        Row number of ``rows[0]``: 1, or 0 where it is a header that stands in no row of the file.
    merges : tuple of Merge
        Blocks of cells merged downwards.
    formulas : frozenset of (int, int)
        Positions (row, column) of cells that hold a formula.
    wide : frozenset of int
        Positions of rows that have a block of cells merged sideways.
    hidden_rows, hidden_columns : frozenset of int
        Positions of rows (filtered ones among them) and columns that the sheet does not show.
    is_hidden : bool
        Whether the sheet is not shown itself.
    names_cut : int
        Bytes after which the file's format cuts column names; 0 where it does not.
    encoding : str
        Encoding that names were cut in.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Cell]]
    first_row: int = 1
    merges: tuple[Merge, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    wide: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    names_cut: int = 0
    encoding: str = "utf-8"

    @property
    def where(self) -> str:
        """File and sheet, as messages name them."""
        return f"{self.file} {self.sheet}".strip()


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing.

    Examples
    --------
    >>> is_blank("　 "), is_blank(float("nan")), is_blank(0)
    (True, True, False)
    """
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or cell != cell  # noqa: PLR0124 -- NaN and NaT


def tidy(cell: Cell) -> str:
    """Bring a cell's text to half width, without outer spaces or what cannot be seen.

    What says that there is nothing becomes nothing.

    Examples
    --------
    >>> tidy(" １０ｔ／ｈ "), tidy("——"), tidy(7.0)
    ('10t/h', '', '7')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if not text.isprintable() or not text.isascii():
        text = writable(seen(text))
    text = text.strip()
    return "" if len(text) <= _LONGEST_MISSING and text.lower() in MISSING else text


def brief(cell: Cell) -> str:
    """Give the tidy text of a cell where it may be a number, a date or a word; else nothing.

    Patterns are held against no longer text: some take the square of its length.

    Examples
    --------
    >>> brief(" 10 t/h"), brief("厂" * 100_000)
    ('10 t/h', '')
    """
    text = tidy(cell)
    return text if len(text) <= LONGEST else ""
