"""Provider: building outlines from shapefiles in archives that a repository's record lists."""

import re
import tempfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from nngis.case_file import shipped_case
from nngis.crs.place import with_place
from nngis.datasets.vector import describe_layer, read_layer
from nngis.errors import FetchError, LedgerError
from nngis.fetch.archive import copy_beside, take_members
from nngis.fetch.geoparquet import LOWEST_M, box_words
from nngis.fetch.order import Fetched, Order, Parcel, joined_notes
from nngis.fetch.place import is_local, place_of
from nngis.fetch.records import Listed, is_record, listed_files
from nngis.fetch.troubles import trouble
from nngis.text import Text

WGS84 = "EPSG:4326"
SHAPE = ".shp"
HEIGHTS = ("Height", "height", "HEIGHT")
#: gridID_west_south_east_north_region.zip, as 3D-GloBFP names its tiles.
TILE = re.compile(r"^\d+_(-?[\d.]+)_(-?[\d.]+)_(-?[\d.]+)_(-?[\d.]+)(?:_.*)?\.zip$", re.IGNORECASE)
CITY = "{city}"  # in the name of a member
NOTE = Text(
    "由影像自动识别，会有漏画和误画，没有用途；高度（若有）是模型推算。",
    "Drawn by machine: some are missing, some are no buildings, none has a use; heights, where "
    "there are any, are estimated by a model.",
)


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened."""
    what = Text("压缩包中本范围的图形文件", "the area's shapefiles out of its archives")
    return [Parcel(url, what, kept=is_local(url)) for url in _places(order)]


def fetch(order: Order) -> list[Fetched]:
    """Read the outlines of the area out of every archive that holds some."""
    (name,) = order.layers
    archives = _archives(order)
    parts = [part for url in archives for part in _frames(order, url)]
    if not parts:
        members = ", ".join(_members(order) or order.endpoint.member)
        raise trouble(
            f"来源里没有本范围的图形文件（{members}）；请在 endpoints 文件中改写 member "
            "或写明路径。",
            f"The source has no shapefile for the area ({members}): write another member or a "
            "path in an endpoints file.",
            place_of(order.endpoint.url),
        )
    frame = pd.concat(parts, ignore_index=True)
    inside = shapely.intersects(order.area.shape, frame.geometry.to_numpy())
    return [
        Fetched(
            id=name,
            title=order.endpoint.title,
            geometry="polygon",
            content=frame[inside].sort_values("roof_id", ignore_index=True),
            key="roof_id",
            roles=("roofs",),
            vintage=order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, *(place_of(url) for url in archives)),
            query=f"bbox {box_words(order.area.box)} of {len(archives)} archives",
            note=joined_notes(NOTE, order.endpoint.terms),
        )
    ]


def tile_reaches(name: str, order: Order) -> bool:
    """Tell by its name whether an archive may hold something of an area."""
    stated = TILE.match(name)
    if stated is None:
        return True
    west, south, east, north = (float(side) for side in stated.groups())
    box = order.area.box
    return west <= box.east and east >= box.west and south <= box.north and north >= box.south


def _places(order: Order) -> list[str]:
    url = order.endpoint.url
    return [url.format(part=part) for part in order.endpoint.parts] if "{part" in url else [url]


def _archives(order: Order) -> list[str]:
    """List the archives, or the shapefiles on this machine."""
    found = []
    for url in _places(order):
        if is_local(url) and Path(url).is_dir():
            found += sorted(str(path) for path in Path(url).rglob(f"*{SHAPE}"))
        elif is_record(url) and not is_local(url):
            found += [file.url for file in listed_files(order, url) if _is_wanted(file, order)]
        else:
            found.append(url)
    return found


def _members(order: Order) -> tuple[str, ...]:
    """Name what is taken out of an archive: the files of each city of the area by its name."""
    codes = sorted({f"{code[:4]}00" for code in order.area.counties.index.astype(str)})
    names = shipped_case().names_en
    cities = [names[code] for code in codes if code in names]
    found = [
        member.replace(CITY, city)
        for member in order.endpoint.member
        for city in (cities if CITY in member else ("",))
    ]
    return tuple(dict.fromkeys(found))


def _is_wanted(file: Listed, order: Order) -> bool:
    return file.name.lower().endswith(".zip") and tile_reaches(file.name, order)


def _frames(order: Order, url: str) -> list[gpd.GeoDataFrame]:
    """Read the shapefiles of one archive."""
    if is_local(url) and url.lower().endswith(SHAPE):
        return [_read(Path(url), order, Path(url).stem)]
    groups: dict[str, dict[str, Path]] = defaultdict(dict)
    for name, path in take_members(order, url, _members(order)).items():
        groups[str(PurePosixPath(name).with_suffix(""))][name] = path
    found = []
    for stem, members in sorted(groups.items()):
        if not any(name.lower().endswith(SHAPE) for name in members):
            continue
        with tempfile.TemporaryDirectory(dir=order.cache.folder) as folder:
            copy_beside(members, Path(folder), "outlines")
            found.append(_read(Path(folder) / f"outlines{SHAPE}", order, PurePosixPath(stem).name))
    return found


def _read(path: Path, order: Order, prefix: str) -> gpd.GeoDataFrame:
    """Read what of a shapefile lies in the area's box, with the columns of the plan."""
    try:
        about = describe_layer(path)
        if about["crs"] is None:
            raise trouble(
                "图形文件没有坐标系（缺 .prj）；请补上后写明路径。",
                "The shapefile has no CRS (no .prj): add one and name its path.",
                f"{prefix}{SHAPE}",
            )
        crs = CRS.from_user_input(about["crs"])
        to_own = Transformer.from_crs(WGS84, crs, always_xy=True)
        bounds = to_own.transform_bounds(*order.area.box)
        raw = read_layer(path, bbox=bounds, fid_as_index=True)
    except (LedgerError, ValueError) as error:
        raise _unreadable(error, prefix) from error
    raw = with_place(raw)
    heights = next((raw[name] for name in HEIGHTS if name in raw), None)
    height_m = pd.Series(np.nan, index=raw.index) if heights is None else pd.to_numeric(heights)
    frame = gpd.GeoDataFrame(
        {
            "roof_id": [f"{prefix}-{fid}" for fid in raw.index],
            "height_m": height_m.where(height_m > LOWEST_M).to_numpy(float),
        },
        geometry=shapely.force_2d(raw.geometry.to_numpy()),
        crs=crs,
    )
    return frame.to_crs(WGS84)


def _unreadable(error: Exception, prefix: str) -> FetchError:
    return trouble(
        f"读不出图形文件：{error}。请加 --refresh 再运行一次。",
        f"The shapefile cannot be read: {error}. Run the command again with --refresh.",
        f"{prefix}{SHAPE}",
    )
