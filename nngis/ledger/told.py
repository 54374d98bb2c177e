"""What the caller says of projected coordinates: their CRS, and which of the two comes first."""

import re
from dataclasses import dataclass

from pyproj import CRS
from pyproj.exceptions import CRSError

from nngis.crs.extent import Box
from nngis.errors import ScenarioError
from nngis.ledger.part import Options

NEAR_DEG = 1.0  # a case's rows may lie so far outside its counties
_TOLD = re.compile(r"(EPSG:\d+)(:yx)?", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What was said.

    Parameters
    ----------
    crs : CRS
        What the coordinates are in.
    north_first : bool
        Whether the northing comes first (``EPSG:4547:yx``).
    home : Box or None
        Where the case lies, to doubt the order by.
    """

    crs: CRS
    north_first: bool
    home: Box | None


def crs_told(options: Options) -> Told | None:
    """Read ``--datum`` as a CRS."""
    asked = str(options.datum or "")
    if not asked.upper().startswith("EPSG:"):
        return None
    match = _TOLD.fullmatch(asked)
    try:
        crs = CRS(match[1] if match else asked)
    except CRSError:
        raise ScenarioError(
            "没有这个坐标参考系；请核对编号，例如 EPSG:4547（北坐标在前时写 EPSG:4547:yx）。",
            "There is no such CRS; check its code, for example EPSG:4547 (EPSG:4547:yx where the "
            "northing comes first).",
            where=f"--datum {asked}",
        ) from None
    known = options.known() if crs.is_projected else None
    home = None if known is None else Box(*known.counties.total_bounds).widened(NEAR_DEG)
    return Told(crs, bool(match and match[2]), home)
