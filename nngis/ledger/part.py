"""Part: one table of what was sent, with the geometry its format carries; and how to read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import geopandas as gpd
from pyproj import CRS

from nngis.evidence import Evidence
from nngis.ledger.choices import Hidden
from nngis.ledger.divisions import NOWHERE, Divisions
from nngis.ledger.references import References
from nngis.ledger.table import RawTable
from nngis.text import Text

EXPLAINED, CHOICES = "填表说明", "选项"  # sheets of a template that are no ledgers
EXAMPLE_ID = "示例-1"
ASSUME = "assume-wgs84"  # --datum of somebody who does not know


class Correction(NamedTuple):
    """One cell: in what sheet and row of the file, in which of its columns, and what it holds."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Part:
    """One sheet, layer or table.

    Parameters
    ----------
    table : RawTable
        Its cells below a header row.
    geometry : GeoSeries, optional
        Geometries of a vector format by row number, in the CRS that the file states, or without
        one.
    notes : tuple of Text
        What the reader of the format has to say.
    crs_name : str
        What the file calls its CRS, where the geometries' own does not tell.
    """

    table: RawTable
    geometry: gpd.GeoSeries | None = None
    notes: tuple[Text, ...] = ()
    crs_name: str = ""


@dataclass(frozen=True)
class Options:
    """How a ledger is to be read.

    Parameters
    ----------
    datum : str, optional
        Datum (``wgs84``, ``gcj02``, ``bd09``), CRS (``EPSG:4547``) or ``assume-wgs84``.
    work_crs : CRS, optional
        Taken, with a note, for projected coordinates that name no zone.
    evidence : str
        How sure the file is.
    references : callable, optional
        Gives the layers that a datum is inferred from and addresses are matched to; asked only
        when one of the two is needed.
    merge : float, optional
        Score from which pairs of duplicates are merged; none are without it.
    hidden : {"rows", "read", "skip"}
        What of a workbook is read though it is not shown: its rows, but a sheet only if no sheet
        that is shown can play the role; all; or nothing. What it was is noted each time.
    names : mapping of str to str
        Header -> field, for columns that nngis does not know or takes for others.
    plain : bool
        Whether columns that are no field of the role keep their names even where another role has
        a field of that name: for those who ask for them by name.
    corrections : tuple of Correction
        Cells that somebody mended by hand.
    divisions : callable
        Gives the counties of the place; asked only where a ledger names some.
    """

    datum: str | None = None
    work_crs: CRS | None = None
    evidence: Evidence = "surveyed"
    references: Callable[[], References | None] | None = None
    merge: float | None = None
    hidden: Hidden = "rows"
    names: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False
    corrections: tuple[Correction, ...] = ()
    divisions: Callable[[], Divisions] = lambda: NOWHERE

    def known(self) -> References | None:
        """Open the reference layers."""
        return None if self.references is None else self.references()
