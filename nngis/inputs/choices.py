"""What plays a role when somebody names it: a file, or a layer of the catalog."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from nngis.errors import ScenarioError
from nngis.evidence import Evidence

Fill = Literal["outliers"]
_OPTION = re.compile(r":(band|fill)=([^:=]*)$")


class LayerChoice(BaseModel):
    """The file, or the catalog's layer, that plays a role.

    Of a raster `band` says which band is read, and `fill` whether pits, voids and spikes of a
    terrain are filled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    datum: str | None = None
    evidence: Evidence = "surveyed"
    band: int | None = Field(default=None, ge=1)
    fill: Fill | None = None


def read_choice(text: str) -> dict[str, str | int]:
    """Read ``FILE``, ``FILE:band=2`` or ``FILE:band=2:fill=outliers``.

    Parameters
    ----------
    text : str
        What stands behind ``--layer ROLE=``, or a scenario says of a role.

    Returns
    -------
    dict
        `path`, and `band` and `fill` where they are said: fields of a `LayerChoice`.

    Raises
    ------
    ScenarioError
        If the band is no number from 1, or the filling is none that there is.

    Examples
    --------
    >>> read_choice("dem.tif:band=2:fill=outliers")
    {'path': 'dem.tif', 'fill': 'outliers', 'band': 2}
    >>> read_choice("C:/a=b.tif")
    {'path': 'C:/a=b.tif'}
    """
    found: dict[str, str | int] = {}
    path = text
    while option := _OPTION.search(path):
        name, value = option[1], option[2].strip()
        good = value == "outliers" if name == "fill" else value.isdecimal() and int(value) > 0
        if not good or name in found:
            raise ScenarioError(
                "波段写作 :band=2（从 1 起），填补写作 :fill=outliers，各写一次。",
                "Write a band as :band=2, from 1, and filling as :fill=outliers, each once.",
                where=text,
            )
        found[name] = value if name == "fill" else int(value)
        path = path[: option.start()]
    return {"path": path, **found}


def refuse_raster_options(choice: LayerChoice, role: str, *, fill_alone: bool = False) -> None:
    """Refuse a band, or filling, where there is nothing that has it.

    Parameters
    ----------
    choice : LayerChoice
        What plays the role.
    role : str
        Name of the role, for the message.
    fill_alone : bool
        Whether a band is good here, and filling alone is not.

    Raises
    ------
    ScenarioError
        If it says one.
    """
    if choice.fill is not None or (choice.band is not None and not fill_alone):
        raise ScenarioError(
            "band 只用于栅格，fill 只用于高程栅格（elevation）。",
            "band is for rasters, and fill for the raster of heights (elevation) alone.",
            where=f"--layer {role}={choice.path}",
        )
