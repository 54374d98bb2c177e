"""Provider: roof areas by county out of CBRA, to see by how much outlines miss."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.crs import choose_work_crs
from nngis.errors import ScenarioError
from nngis.fetch.archive import member_names, take_members
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.records import is_record, listed_files
from nngis.fetch.shares import Blocks, block_shares
from nngis.fetch.single import whole
from nngis.fetch.troubles import trouble
from nngis.fetch.windows import sides_of
from nngis.text import Text
from nngis.units import M2_PER_KM2

#: CBRA's cells are 0 (background) or 255 (roof); none is unknown but those beyond a tile.
ROOF, NEITHER = 255, 1
BLOCK_M = 100.0
#: Blocks along an edge lie half outside; a county of which less is known has no number.
COVERED_SHARE = 0.97
#: CBRA_2021_E107.5N25.tif: longitude and latitude of the tile's upper left corner.
CORNER = re.compile(r"_([EW])(\d+(?:\.\d+)?)_?([NS])(\d+(?:\.\d+)?)\.tiff?$", re.IGNORECASE)
TIF, ZIP = (".tif", ".tiff"), ".zip"


@dataclass(frozen=True)
class Tile:
    """One tile.

    Parameters
    ----------
    place : str
        The file, or the archive that holds it.
    member : str
        Its name within the archive; empty where it is a file of its own.
    """

    place: str
    member: str = ""

    @property
    def name(self) -> str:
        """Return the file's own name."""
        return PurePosixPath(self.member or self.place.replace("\\", "/")).name


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened."""
    url = order.endpoint.url
    what = Text("压缩包中本范围的瓦片", "the area's tiles out of its archives")
    return [Parcel(url, what, kept=is_local(url))]


def fetch(order: Order) -> list[Fetched]:
    """Add up the roofs of each county."""
    counties = order.area.counties
    if counties.empty:
        raise ScenarioError(
            "该范围内没有县界，不能按县汇总屋顶面积。",
            "There are no counties in the area to add roofs up by.",
            where=order.area.name,
        )
    tiles = _covering(_tiles(order), order)
    table = _added_up(order, tiles)
    if table["roof_km2"].isna().all():
        raise trouble(
            "没有一个县被瓦片完整覆盖。",
            "No county is wholly covered by tiles.",
            place_of(order.endpoint.url),
        )
    return [
        Fetched(
            id=order.layers[0],
            title=Text("各县屋顶面积（CBRA）", "Roof areas by county (CBRA)"),
            geometry="none",
            content=table,
            key="adcode",
            roles=(),
            vintage=order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, *(place_of(tile.place) for tile in tiles)),
            query=f"cells of {ROOF} in the counties; {sides_of(order.area.box)}",
            note=Text(
                "由 10 米影像推算的屋顶面积，只用来核对轮廓是否齐全，不作屋顶面积使用。",
                "Roofs estimated from imagery of 10 m: to hold outlines against, not to be used as "
                "the area of roofs.",
            ),
        )
    ]


def _added_up(order: Order, tiles: list[Tile]) -> pd.DataFrame:
    """Add up the roofs of each county over all tiles; unknown where tiles do not cover it."""
    parts = order.area.covered()
    roofs_km2, known_km2 = (pd.Series(0.0, index=parts.index) for _ in range(2))
    for tile in tiles:
        blocks = block_shares(
            _path(order, tile),
            order.area.box,
            classes=(ROOF, NEITHER),
            block_m=BLOCK_M,
            network=order.network,
        )
        area_km2 = np.broadcast_to(blocks.area_km2(), blocks.share.shape)
        roofs_km2 += sum_by_county(blocks, np.nan_to_num(blocks.share) * area_km2, parts)
        known_km2 += sum_by_county(blocks, np.isfinite(blocks.share) * area_km2, parts)
    middle = parts.geometry.union_all().centroid
    plane = choose_work_crs([middle.x], [middle.y])
    whole = known_km2 >= COVERED_SHARE * parts.geometry.to_crs(plane).area / M2_PER_KM2
    return pd.DataFrame(
        {
            "adcode": parts.index.astype(str),
            "name_zh": parts["name_zh"].to_numpy(),
            "name_en": parts["name_en"].to_numpy(),
            "roof_km2": roofs_km2.where(whole).round(4).to_numpy(),
        }
    )


def sum_by_county(blocks: Blocks, values: Floats, parts: gpd.GeoDataFrame) -> pd.Series:
    """Add up values of blocks by county."""
    if not values.size:
        return pd.Series(0.0, index=parts.index)
    from rasterio import features, transform  # type: ignore[import-untyped]  # noqa: PLC0415

    number = features.rasterize(
        zip(parts.geometry.to_crs(blocks.crs), range(1, len(parts) + 1), strict=True),
        out_shape=values.shape,
        transform=transform.from_origin(blocks.west, blocks.north, blocks.width, blocks.height),
        dtype="int32",
    )
    sums = np.bincount(number.ravel(), weights=values.ravel(), minlength=len(parts) + 1)
    return pd.Series(sums[1:], index=parts.index)


def corner_of(name: str) -> tuple[float, float] | None:
    """Read a tile's upper left corner from its name.

    Examples
    --------
    >>> corner_of("CBRA_2021_E107.5N25.tif")
    (107.5, 25.0)
    """
    found = CORNER.search(name)
    if found is None:
        return None
    lon = float(found[2]) * (1 if found[1].upper() == "E" else -1)
    return lon, float(found[4]) * (1 if found[3].upper() == "N" else -1)


def _covering(tiles: list[Tile], order: Order) -> list[Tile]:
    """Choose tiles by the corners in their names; the step between corners is their size."""
    corners = [corner_of(tile.name) for tile in tiles]
    known = [corner for corner in corners if corner is not None]
    wide, high = (_step({corner[side] for corner in known}) for side in (0, 1))
    box = order.area.box
    found = [
        tile
        for tile, corner in zip(tiles, corners, strict=True)
        if corner is None
        or (
            corner[0] < box.east
            and corner[0] + wide > box.west
            and corner[1] > box.south
            and corner[1] - high < box.north
        )
    ]
    if not found:
        raise trouble(
            "没有覆盖该范围的瓦片；请在 endpoints 文件中改写 member 或写明路径。",
            "No tile covers the area: write another member or a path in an endpoints file.",
            place_of(order.endpoint.url),
        )
    return found


def _step(values: set[float]) -> float:
    steps = np.diff(sorted(values))
    return float(steps.min()) if steps.size else np.inf


def _tiles(order: Order) -> list[Tile]:
    """List the tiles of a record, an archive, a folder, or the one tile named."""
    url = order.endpoint.url
    if is_local(url) and Path(url).is_dir():
        return [Tile(str(path)) for path in sorted(Path(url).rglob("*.tif"))]
    if is_local(url) or not is_record(url):
        places = [(place_of(url), url)]
    else:
        places = [(file.name, file.url) for file in listed_files(order, url)]
    found = []
    for name, place in places:
        if name.lower().endswith(TIF):
            found.append(Tile(place))
        elif name.lower().endswith(ZIP) and _may_hold(name, order):
            found += [Tile(place, member) for member in member_names(order, place)]
    wanted = [tile for tile in found if not tile.member or _fits(tile.member, order)]
    return [tile for tile in wanted if tile.name.lower().endswith(TIF)]


def _may_hold(name: str, order: Order) -> bool:
    """Leave out archives of other years, where names tell them: CBRA_2016.zip beside CBRA_2021."""
    years = {
        year for pattern in order.endpoint.member for year in re.findall(r"(?:19|20)\d\d", pattern)
    }
    told = set(re.findall(r"(?:19|20)\d\d", name))
    return not (years and told) or bool(years & told)


def _fits(member: str, order: Order) -> bool:
    return any(fnmatchcase(member.lower(), of.lower()) for of in order.endpoint.member or ("*",))


def _path(order: Order, tile: Tile) -> Path:
    """Give a tile as a file that can be opened."""
    if tile.member:
        return take_members(order, tile.place, [escape(tile.member)])[tile.member]
    return Path(tile.place) if is_local(tile.place) else whole(order, tile.place, None)
