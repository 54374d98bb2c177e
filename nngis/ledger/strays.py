"""Rows that lie where no row of such a ledger can: fill-ins, and strays outside the country."""

import re

import numpy as np
import shapely

from nngis.crs.extent import CHINA
from nngis.ledger.divisions import NOWHERE, Divisions
from nngis.ledger.headers import Sheet
from nngis.ledger.problems import Fault, doubt, fault
from nngis.ledger.rows import Rows
from nngis.ledger.vertices import Shapes

# About a province's width [degrees]: a ledger whose rows lie so near its case has no business with
# a row farther off.
AROUND_DEG = 2.5
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LOOK_AT = 200  # distinct cells of a column
_HALF_TURN, _POLE = 180.0, 90.0


def speaks_chinese(sheet: Sheet, rows: Rows) -> bool:
    """Tell whether a sheet's headers or cells are Chinese."""
    cells = (cell for column in rows.columns for cell in column.distinct[:_LOOK_AT])
    return any(_CHINESE.search(str(text)) for text in (*sheet.header.names, *cells))


def strays(
    shapes: Shapes, header: str, divisions: Divisions = NOWHERE, *, is_chinese: bool
) -> list[Fault]:
    """Find the rows that lie where they cannot."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    placed = np.isfinite(x)
    point = (bounds[:, 0] == bounds[:, 2]) & (bounds[:, 1] == bounds[:, 3])
    filled_in = point & ((np.abs(x) == _HALF_TURN) | (np.abs(y) == _POLE))
    if is_chinese or _most(CHINA.holds(x, y), placed):
        filled_in |= point & (x == y)  # nowhere in China are the two one number
    found = fault(
        filled_in,
        header,
        "经纬度是填充值（±180°、±90°，或两者相同），不是真实位置；请核对。",
        "The coordinates are fill-ins (180 or 90 degrees, or one number for both) and no place; "
        "check them.",
    )
    rest = placed & ~filled_in
    near = divisions.extent and divisions.extent.widened(AROUND_DEG)
    within = rest & near.holds(x, y) if near else np.zeros_like(rest)
    if _most(within, rest):
        return found + fault(
            rest & ~within,
            header,
            f"坐标远离{divisions.title.zh}，而其余各行在其中或附近；请核对经纬度。",
            f"The point lies far from {divisions.title.en} while the other rows lie in it or near; "
            "check the coordinates.",
        )
    abroad = rest & ~CHINA.holds(x, y)
    if _most(~abroad & rest, rest):
        return found + fault(
            abroad,
            header,
            "坐标在中国以外，而其余各行在中国以内；请核对经纬度。",
            "The point lies outside China while the other rows lie in it; check the coordinates.",
        )
    if not is_chinese:
        return found
    return found + doubt(
        abroad,
        header,
        "中文台账，坐标却在中国以外；请核对经纬度和坐标系。",
        "The ledger is Chinese, but the point lies outside China; check coordinates and datum.",
    )


def _most(some: np.ndarray, of: np.ndarray) -> bool:
    return bool(some.sum() * 2 > of.sum())
