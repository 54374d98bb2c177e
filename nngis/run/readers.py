"""Read what people send: ledgers for a role, and layers of points or lines as they are."""

from pathlib import Path
from typing import Any

import pandas as pd

from nngis.catalog.layer import Layer
from nngis.evidence import Evidence
from nngis.inputs.features import read_features
from nngis.inputs.given import given_layer
from nngis.ledger.read import read_ledger as read_for_role
from nngis.roles import role as role_named
from nngis.run.cases import Case
from nngis.run.cases import case as open_case


def read_ledger(
    source: str | Path | pd.DataFrame,
    role: str,
    *,
    datum: str | None = None,
    evidence: Evidence = "surveyed",
    case: Case | None = None,
) -> Layer:
    """Read a ledger for a role: every row ends accepted or rejected, with its reason.

    Examples
    --------
    >>> import nngis, pandas as pd
    >>> sent = pd.DataFrame({"锅炉编号": ["G1"], "额定容量(t/h)": [10], "燃料": ["煤"],
    ...                      "经度": [108.3], "纬度": [22.8], "坐标系": ["WGS84"]})
    >>> nngis.read_ledger(sent, "boilers").frame[["capacity_t_h", "fuel"]]
               capacity_t_h  fuel
    boiler_id
    G1                 10.0  coal
    """
    store = (case or open_case()).store
    if isinstance(source, str | Path):
        return read_for_role(
            source,
            role_named(role),
            datum=datum,
            work_crs=store.home_crs,
            evidence=evidence,
            references=store.references,
            divisions=store.divisions,
        )
    return given_layer(source, role, store, datum=datum, evidence=evidence)


def read_layer(
    source: Any,  # noqa: ANN401 - a path, an id, a frame
    *,
    part: str = "demand",
    datum: str | None = None,
    case: Case | None = None,
) -> Layer:
    """Read any layer of points or lines, whatever its columns are.

    Parameters
    ----------
    source : str, Path, GeoDataFrame or Layer
        A file, the id of a layer of the case, or a frame.
    part : str
        What it is for: ``"demand"``, ``"facilities"``, ``"candidates"``, ``"existing"`` (points)
        or ``"roads"`` (lines).
    datum : str, optional
        Datum of a table's coordinates.
    case : Case, optional
        The place; the one that ships if absent.

    Returns
    -------
    Layer
        All its rows and columns in WGS84, indexed by a unique text id.

    Raises
    ------
    LayerError, LedgerError
        If it cannot be read, or its rows are not points (lines for roads).
    """
    return read_features(source, part, (case or open_case()).store, datum=datum)
