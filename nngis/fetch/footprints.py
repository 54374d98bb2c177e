"""Provider: building outlines from GeoParquet: Overture, GlobalBuildingAtlas, or a file named."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import geopandas as gpd
import pandas as pd
import shapely
from defusedxml import ElementTree

from nngis.fetch.geoparquet import box_words, part_over, unlike
from nngis.fetch.http import Request
from nngis.fetch.order import Fetched, Order, Parcel, joined_notes
from nngis.fetch.overture import files_over, is_catalog, latest_release
from nngis.fetch.place import is_local, place_of
from nngis.fetch.single import obtain
from nngis.fetch.tiles import addresses as tile_addresses
from nngis.fetch.troubles import MissingError, trouble
from nngis.text import Text

WGS84 = "EPSG:4326"
S3 = "{http://s3.amazonaws.com/doc/2006-03-01/}"
NOTE = Text(
    "多由影像自动识别，会有漏画和误画，多数没有用途和高度。",
    "Most are drawn by machine: some are missing, some are no buildings, few have a use or a "
    "height.",
)


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened."""
    urls = [_filled(order)] if "{release" in order.endpoint.url else tile_addresses(order)
    what = Text("只读与范围相交的行组", "the row groups over the area only")
    return [Parcel(url, what, kept=is_local(url)) for url in urls]


def fetch(order: Order) -> list[Fetched]:
    """Read the outlines of the area out of every file that holds some."""
    (name,) = order.layers
    urls = addresses(order)
    frame = _outlines(order, urls)
    return [
        Fetched(
            id=name,
            title=order.endpoint.title,
            geometry="polygon",
            content=frame,
            key="roof_id",
            roles=("roofs",),
            vintage=_release(order) or order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, place_of(urls[0])),
            query=f"bbox {box_words(order.area.box)} of {len(urls)} files",
            note=joined_notes(NOTE, order.endpoint.terms),
        )
    ]


def addresses(order: Order) -> list[str]:
    """List the GeoParquet files."""
    url = _filled(order)
    if _has_catalog(order):
        found = files_over(order, _release(order))
    elif "list-type=2" in url:
        found = sorted(_listed(order, url))
    elif is_local(url) and Path(url).is_dir():
        found = sorted(str(path) for path in Path(url).glob("*.parquet"))
    else:
        found = tile_addresses(order)
    if not found:
        raise trouble(
            "该处没有覆盖该范围的 .parquet 文件；版本号可能已过期，请在 endpoints 文件中改写 "
            "release。",
            "There is no .parquet file over the area; the release may be gone: write a newer one "
            "in an endpoints file.",
            place_of(url),
        )
    return found


def _has_catalog(order: Order) -> bool:
    return is_catalog(order.endpoint.url) and not is_local(order.endpoint.url)


def _release(order: Order) -> str:
    """Name the release; the latest where a catalog is asked and none is stated."""
    stated = order.endpoint.release
    return latest_release(order) if not stated and _has_catalog(order) else stated


def _filled(order: Order) -> str:
    url = order.endpoint.url
    return url.format(release=order.endpoint.release) if "{release" in url else url


def _outlines(order: Order, urls: list[str]) -> gpd.GeoDataFrame:
    """Read every file's part of the area and put the parts together."""
    parts = []
    for url in urls:
        try:
            parts.append(pd.read_parquet(part_over(order, url).path))
        except MissingError:
            if "{tile" not in order.endpoint.url:  # where nothing is built there is no tile
                raise
    if not parts:
        raise trouble("该范围没有瓦片文件。", "There is no tile over the area.", place_of(urls[0]))
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    frame = gpd.GeoDataFrame(
        table.drop(columns="wkb"), geometry=gpd.GeoSeries.from_wkb(table["wkb"]), crs=WGS84
    )
    frame["roof_id"] = unlike(table["roof_id"].to_numpy(object), table["wkb"].to_numpy(object))
    shapely.prepare(order.area.shape)
    frame = frame[shapely.intersects(order.area.shape, frame.geometry.to_numpy())]
    return frame.drop_duplicates("roof_id").sort_values("roof_id", ignore_index=True)


def _listed(order: Order, url: str) -> Iterator[str]:
    """List a bucket, page by page."""
    parts = urlsplit(url)
    token = ""
    while True:
        page = url + (f"&continuation-token={quote(token, safe='')}" if token else "")
        single = obtain(order, Request(page))
        try:
            root = ElementTree.parse(single.path).getroot()
        except ElementTree.ParseError:
            raise trouble(
                "文件列表不是预期的格式；请检查 endpoints 文件。",
                "The listing is not in the form expected; check the endpoints file.",
                page,
            ) from None
        for key in root.iter(f"{S3}Key"):
            if (key.text or "").endswith(".parquet"):
                yield f"{parts.scheme}://{parts.netloc}/{quote(str(key.text))}"
        token = root.findtext(f"{S3}NextContinuationToken") or ""
        if not token:
            return
