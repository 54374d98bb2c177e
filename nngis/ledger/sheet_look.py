"""SheetLook: what a sheet's file says beside the values of its cells."""

from dataclasses import dataclass, field

from nngis.ledger.number_formats import Format


@dataclass
class SheetLook:
    """What the scan of one sheet found: its size, and what its cells do not say as values.

    Positions count from 0: `formulas` and `formats` (row, column), `hidden_rows`, `hidden_columns`.
    `raised` is whether some text has raised digits; `part` names the file in the archive.
    """

    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formats: dict[tuple[int, int], Format] = field(default_factory=dict)
    raised: bool = False
    part: str = ""


Looks = dict[str | int, SheetLook]
"""By the sheet's name (.xlsx) or its number from 0 (.xls)."""
