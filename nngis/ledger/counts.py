"""Counts: what became of every row of what was sent; they add up, or it is an error."""

from collections.abc import Iterable
from dataclasses import dataclass

from nngis.errors import LedgerError
from nngis.text import Text, counted


@dataclass(frozen=True)
class Counts:
    """What became of the rows.

    Parameters
    ----------
    in_file : int
        All rows of the sheets and layers that were read.
    header : int
        Rows of titles and headers.
    accepted, rejected : int
        Rows of data.
    totals : int
        Rows of totals, notes, headings between rows, and headers repeated below.
    blank : int
        Blank rows below the header.
    """

    in_file: int
    header: int
    accepted: int
    rejected: int
    totals: int
    blank: int

    def __post_init__(self) -> None:
        """Check that no row is lost."""
        if self.header + self.read != self.in_file:
            raise LedgerError(
                f"行数对不上：{self}；这是程序的错误，请报告。",
                f"The rows do not add up: {self}; this is a fault of the program, please report.",
            )

    @property
    def read(self) -> int:
        """Rows below the header: accepted + rejected + totals + blank."""
        return self.accepted + self.rejected + self.totals + self.blank

    def say(self) -> Text:
        """Say them in a sentence.

        Examples
        --------
        >>> print(Counts(5, 1, 2, 1, 1, 0).say().en.partition(" (")[0])
        4 rows read: 2 accepted, 1 rejected, 1 totals, headings and notes, 0 blank
        """
        return Text(
            f"读到 {self.read} 行：采用 {self.accepted}，未采用 {self.rejected}，"
            f"合计、小标题与注记 {self.totals}，空行 {self.blank}"
            f"（文件共 {self.in_file} 行，其中标题与表头 {self.header} 行）。",
            f"{counted(self.read, 'row')} read: {self.accepted} accepted, {self.rejected} "
            f"rejected, {self.totals} totals, headings and notes, {self.blank} blank "
            f"({self.in_file} in the file, {self.header} header).",
        )


def add_counts(counts: Iterable[Counts]) -> Counts:
    """Add the counts of several sheets."""
    found = list(counts)
    return Counts(
        *(
            sum(getattr(one, name) for one in found)
            for name in ("in_file", "header", "accepted", "rejected", "totals", "blank")
        )
    )
