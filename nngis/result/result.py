"""Result: everything an analysis leaves behind, and what it needs to be believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from nngis import fields
from nngis.decide.indicators import Indicator
from nngis.evidence import Evidence, weakest
from nngis.parameter_values import ParameterRecord
from nngis.result.mapview import MapView
from nngis.result.moves import Move
from nngis.text import Text


@dataclass(frozen=True)
class InputRecord:
    """One layer that went in.

    Parameters
    ----------
    role : str
        Role it played.
    layer : str
        Id in the catalog, or name of the file.
    title : Text
        What people call it.
    path : str
        File, as given; the provider's name where there is none.
    sha256 : str
        Hash of what was read.
    evidence : str
        How sure it is.
    rows, rejected : int
        Rows in the file, and how many of them were not used.
    licence, attribution : str
        What every map made from it must say.
    vintage : str
        Date of the data as the catalog states it; empty where nobody does.
    """

    role: str
    layer: str
    title: Text
    path: str
    sha256: str
    evidence: Evidence
    rows: int
    rejected: int
    licence: str = ""
    attribution: str = ""
    vintage: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook.

    Parameters
    ----------
    title : Text
        Name of the sheet.
    table : str
        Table it shows.
    columns : tuple of str
        Columns in order; empty shows all but the geometry. ``"reason"`` stands for the sentence
        in the run's language.
    where : tuple of (str, tuple of str), optional
        Column and the values of it that are shown.
    adds : bool
        Whether its rows are parts of a whole; ways to do the same thing do not add up.
    front : bool
        Whether it stands among the first: what an office signs.
    heads : tuple of (str, Text)
        Titles of columns that say on this sheet more than the glossary does.
    """

    title: Text
    table: str
    columns: tuple[str, ...] = ()
    where: tuple[str, tuple[str, ...]] | None = None
    adds: bool = True
    front: bool = False
    heads: tuple[tuple[str, Text], ...] = ()

    def field(self, column: str) -> fields.Field:
        """Define a column as this sheet heads it."""
        known, own = fields.get(column), dict(self.heads)
        return replace(known, title=own[column]) if column in own else known


@dataclass(frozen=True)
class Analysis:
    """What a plan's pure analysis returns.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables by name, each indexed by its text id; a GeoDataFrame where it has geometry.
    indicators : tuple of Indicator
        What it adds up to against the targets.
    assumptions : tuple of Text
        What was taken as true without data.
    warnings : tuple of Text
        What a reader must know before using it.
    """

    tables: Mapping[str, pd.DataFrame]
    indicators: tuple[Indicator, ...] = ()
    assumptions: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Result:
    """An analysis with its provenance: the object that is saved, explained and compared.

    Parameters
    ----------
    plan : str
        The plan's id.
    title : Text
        What people call it.
    analysis : Analysis
        Tables, indicators, assumptions, warnings.
    subject : str
        The table whose rows are decided, one row an object.
    parameters : tuple of ParameterRecord
        Every parameter used and where its value came from.
    inputs : tuple of InputRecord
        Every layer used.
    view : MapView
        What should be drawn.
    sheets : tuple of Sheet
        What the workbook shows.
    work_crs : str
        The work CRS, for example ``"EPSG:4547"``.
    versions : mapping of str to str
        Versions of nngis and of what it computes with.
    notes : tuple of Text
        What is to be known of the layers; the plan's own warnings stand in the analysis.
    headlines : tuple of str
        Names of the indicators that a reader looks at first.
    brief : tuple of Sheet
        The few lists that stand in the report, with the columns that a page holds.
    moves : tuple of Move
        How much each unverified parameter moves the headlines, on the case that ships.
    """

    plan: str
    title: Text
    analysis: Analysis
    subject: str
    parameters: tuple[ParameterRecord, ...]
    inputs: tuple[InputRecord, ...]
    view: MapView
    sheets: tuple[Sheet, ...]
    work_crs: str
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    headlines: tuple[str, ...] = ()
    brief: tuple[Sheet, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def warnings(self) -> tuple[Text, ...]:
        """Everything a reader must know: the plan's own warnings, then those of the layers."""
        return tuple(dict.fromkeys((*self.analysis.warnings, *self.notes)))

    @property
    def evidence(self) -> Evidence:
        """The weakest evidence among the inputs."""
        return weakest(record.evidence for record in self.inputs)
