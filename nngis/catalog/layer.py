"""Layer: a spec and its checked rows."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.evidence import Evidence
from nngis.text import Text

REJECT_COLUMNS = ("file", "sheet", "row", "column", "raw", "reason_zh", "reason_en")


@dataclass(frozen=True, repr=False)
class Layer:
    """Rows that play a role, with where they come from.

    Parameters
    ----------
    id : str
        Id in the catalog, or the file's name.
    title : Text
        What people call it.
    frame : GeoDataFrame
        The rows, indexed by the unique text id, geometry in WGS84 longitude and latitude until
        `in_crs` moves it to the work CRS; geometry may be missing in a row.
    evidence : str
        How sure the layer is; a column `evidence` says it row by row where rows differ.
    path : Path, optional
        The file; None for a provider.
    sha256 : str
        Hash of the file, or of what the provider read.
    rows : int
        Rows in the file, rejected ones included.
    rejects : DataFrame
        Rows not used: `file`, `sheet`, `row`, `column`, `raw`, `reason_zh`, `reason_en`.
    notes : tuple of Text
        What a reader must know: stand-ins, swapped columns, what was mended.
    attribution, licence : str
        What every map made from it must say.
    """

    id: str
    title: Text
    frame: gpd.GeoDataFrame
    evidence: Evidence
    path: Path | None
    sha256: str
    rows: int
    rejects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=REJECT_COLUMNS))
    notes: tuple[Text, ...] = ()
    attribution: str = ""
    licence: str = ""

    def __repr__(self) -> str:
        """Say in a line what it is."""
        rejected = f", {len(self.rejects)} rejected" if len(self.rejects) else ""
        return f"<nngis.Layer {self.id}: {len(self.frame)} rows{rejected}, {self.evidence}>"

    @property
    def problems(self) -> pd.DataFrame:
        """The rows behind its notes: file and sheet, row, name, what was noted."""
        # A layer is read more often than it is asked, and the reader of a result is above it.
        from nngis.result.problems import problems_table, titles_of  # noqa: PLC0415

        return problems_table(self.notes, {}, titles_of(()))

    def in_crs(self, crs: Any) -> gpd.GeoDataFrame:  # noqa: ANN401 -- whatever pyproj takes
        """Return the rows in a CRS.

        Parameters
        ----------
        crs : pyproj.CRS or str
            The work CRS.

        Returns
        -------
        GeoDataFrame
            The same rows, reprojected, with a column `evidence`.
        """
        frame = self.frame.to_crs(crs)
        return frame if "evidence" in frame else frame.assign(evidence=self.evidence)
