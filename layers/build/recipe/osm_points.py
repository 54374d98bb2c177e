"""Named OpenStreetMap points out of geopi: places, industrial sites, power sites, stations."""

import zipfile
from pathlib import Path
from typing import Any

import pyogrio

from recipe import box, packages, write

FOLDER = "geopi/data/city_shp/"
BUILDING = 1500
LAND_USE = range(7200, 7300)
POWER = ("电厂", "发电", "电站", "power station")
NOT_RAIL = ("收费站", "客运", "汽车", "水电站")
COLUMNS = ("osm_id", "name_zh", "class", "lon", "lat")

Row = dict[str, Any]


def read_points() -> list[Row]:
    """Read every named point in the box.

    Returns
    -------
    list of dict
        `osm_id`, `name_zh`, `class`, `code`, `lon`, `lat`; an object that OpenStreetMap gives
        two classes stands here twice.
    """
    wheel = packages.fetch(packages.GEOPI)
    folder = packages.DOWNLOADS / "geopi"
    if not (folder / FOLDER / "china_poi.dbf").exists():
        with zipfile.ZipFile(wheel) as archive:
            for suffix in ("cpg", "prj", "shp", "shx", "dbf"):
                archive.extract(f"{FOLDER}china_poi.{suffix}", folder)
    frame = pyogrio.read_dataframe(
        folder / FOLDER / "china_poi.shp", bbox=(box.WEST, box.SOUTH, box.EAST, box.POINTS_NORTH)
    )
    return [
        {
            "osm_id": str(row.osm_id),
            # Some names carry line breaks, tabs or doubled spaces.
            "name_zh": " ".join(str(row.name).split()),
            "class": row.fclass,
            "code": int(row.code),
            "lon": write.degrees(row.geometry.x),
            "lat": write.degrees(row.geometry.y),
        }
        for row in frame.itertuples(index=False)
    ]


def one_class(rows: list[Row]) -> list[Row]:
    """Keep one row an object: the class that says most about what it is used for.

    Parameters
    ----------
    rows : list of dict
        As `read_points` gives them.

    Returns
    -------
    list of dict
        Unique `osm_id`. What is used beats land use, land use beats "building"; then the lower
        code of the class.

    Examples
    --------
    >>> bank = {"osm_id": "1", "class": "bank", "code": 2601}
    >>> one_class([{"osm_id": "1", "class": "building", "code": 1500}, bank]) == [bank]
    True
    """

    def rank(row: Row) -> tuple[bool, bool, int]:
        return row["code"] == BUILDING, row["code"] in LAND_USE, row["code"]

    best: dict[str, Row] = {}
    for row in sorted(rows, key=rank):
        best.setdefault(row["osm_id"], row)
    return list(best.values())


def places(layers: Path) -> None:
    """Write places.csv.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    write.table(layers / "places.csv", COLUMNS, one_class(read_points()))


def industrial_sites(layers: Path) -> None:
    """Write industrial_sites.csv.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    rows = [row for row in read_points() if row["class"] == "industrial"]
    write.table(layers / "industrial_sites.csv", COLUMNS, rows)


def power_sites(layers: Path) -> None:
    """Write power_sites.csv: industrial sites and buildings whose name says power plant.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    rows = [
        row
        for row in one_class(read_points())
        if row["class"] in ("industrial", "building")
        and any(word in row["name_zh"] for word in POWER)
    ]
    write.table(layers / "power_sites.csv", COLUMNS, rows)


def rail_stations(layers: Path) -> None:
    """Write rail_stations.csv: buildings named as railway stations.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    rows = [
        row
        for row in one_class(read_points())
        if row["class"] == "building"
        and row["name_zh"].endswith("站")
        and not any(word in row["name_zh"] for word in NOT_RAIL)
    ]
    write.table(layers / "rail_stations.csv", COLUMNS, rows)
