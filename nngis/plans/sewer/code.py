"""GB 50014-2021 as one table: what it asks, by diameter where it differs, and how sure that is."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.text import Text


@dataclass(frozen=True, eq=False)
class Clause:
    """One value of the code.

    Parameters
    ----------
    id : str
        Its name, which ends in its unit.
    clause : str
        Clause of GB 50014-2021; ``—`` where the code is silent.
    title : Text
        What it limits.
    unit : str
        Unit of the value.
    of : str
        What it depends on: ``diameter_mm``, ``mean_flow_l_s``, or nothing.
    start, value : (k,) ndarray
        The value from this diameter (or flow) on.
    verified : bool
        Whether the value was read in a transcription that names the clause.
    note : Text
        What else to know of it.
    """

    id: str
    clause: str
    title: Text
    unit: str
    of: str
    start: Floats
    value: Floats
    verified: bool
    note: Text

    def at(self, diameter_mm: npt.ArrayLike) -> Floats:
        """Give the value at diameters.

        Examples
        --------
        >>> rule("max_fill").at([300, 400, 1000]).tolist()
        [0.55, 0.65, 0.75]
        """
        diameter = np.asarray(diameter_mm, float)
        row = np.searchsorted(self.start, diameter, side="right") - 1
        value: Floats = np.where(np.isnan(diameter), np.nan, self.value[np.maximum(row, 0)])
        return value


@cache
def rules() -> dict[str, Clause]:
    """Read the table that ships with the plan."""
    text = files("nngis.plans.sewer").joinpath("code.toml").read_text(encoding="utf-8")
    found = {}
    for row in tomllib.loads(text)["rule"]:
        start, value = np.array(row.get("by", [[0, row.get("value", np.nan)]]), float).T
        found[row["id"]] = Clause(
            row["id"],
            row["clause"],
            Text(**row["title"]),
            row["unit"],
            row.get("of", ""),
            start,
            value,
            row["verified"],
            Text(**row.get("note", {"zh": "", "en": ""})),
        )
    return found


def rule(name: str) -> Clause:
    """Look up one rule.

    Examples
    --------
    >>> rule("manhole_spacing_m").clause
    '5.4.4'
    """
    return rules()[name]


def limit(name: str) -> float:
    """Look up a value that is the same for all diameters.

    Parameters
    ----------
    name : str
        Id of the rule.

    Returns
    -------
    float
        The value.

    Examples
    --------
    >>> limit("min_velocity_m_s")
    0.6
    """
    return float(rules()[name].value[0])


def peak_factor(mean_flow_l_s: npt.ArrayLike) -> Floats:
    """Give the peak factor Kz of domestic sewage.

    Examples
    --------
    Half-way between 15 L/s (2.4) and 40 L/s (2.1):

    >>> peak_factor([1.0, 27.5, 5000.0]).round(4).tolist()
    [2.7, 2.25, 1.5]
    """
    # GB 50014-2021, table of Kz (values from memory).
    table = rules()["peak_factor"]
    factor: Floats = np.interp(np.asarray(mean_flow_l_s, float), table.start, table.value)
    return factor


def design_flow_l_s(mean_flow_l_s: npt.ArrayLike, *, infiltration_share: float) -> Floats:
    """Compute the flow that a pipe is designed for.

    Examples
    --------
    2.7 x 4 + 0.1 x 4:

    >>> design_flow_l_s([4.0], infiltration_share=0.1).round(6).tolist()
    [11.2]
    """
    mean = np.asarray(mean_flow_l_s, float)
    flow: Floats = (peak_factor(mean) + infiltration_share) * mean
    return flow
