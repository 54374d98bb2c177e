"""Overture's catalog: the latest release, and which of its files lie over an area."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from nngis.crs.extent import Box
from nngis.fetch.http import Request
from nngis.fetch.order import Order
from nngis.fetch.single import obtain
from nngis.fetch.troubles import MissingError, trouble

CATALOG = "catalog.json"
INDEX = "collections.parquet"
SIDES = ("xmin", "ymin", "xmax", "ymax")
#: Where a release keeps its outlines; the column `collection` has been empty at times.
THEME = "/theme=buildings/type=building/"
S3, S3_HOST = "s3", "{bucket}.s3.us-west-2.amazonaws.com"
FOREIGN = ("blob.core.windows.net",)


def is_catalog(url: str) -> bool:
    """Tell the address of a catalog from that of data."""
    return url.endswith(f"/{CATALOG}")


def latest_release(order: Order) -> str:
    """Read which release the catalog calls the latest."""
    single = obtain(order, Request(order.endpoint.url))
    try:
        latest = json.loads(single.path.read_text(encoding="utf-8"))["latest"]
    except (ValueError, KeyError, TypeError) as error:
        raise trouble(
            "目录没有写明最新版本（latest）；接口可能已变更。",
            "The catalog names no latest release; the interface may have changed.",
            order.endpoint.url,
        ) from error
    return str(latest)


def files_over(order: Order, release: str) -> list[str]:
    """List the files of a release whose boxes reach into an area."""
    url = f"{order.endpoint.url.removesuffix(CATALOG)}{release}/{INDEX}"
    try:
        single = obtain(order, Request(url))
    except MissingError as error:
        raise _gone(order, release) from error
    rows = _rows(single.path, url)
    hrefs = [(row["bbox"], _href(row["assets"])) for row in rows if row.get("assets")]
    outlines = [(box, href) for box, href in hrefs if href]
    if not outlines:
        raise trouble(
            f"版本 {release} 的索引里没有建筑轮廓文件；请在 endpoints 文件中写一个 GeoParquet "
            "文件或存储桶列表的地址。",
            f"The index of release {release} names no file of outlines: write the address of a "
            "GeoParquet file or of a bucket's listing in an endpoints file.",
            url,
        )
    return sorted(href for box, href in outlines if _reaches(box, order.area.box))


def _gone(order: Order, release: str) -> MissingError:
    latest = latest_release(order)
    return MissingError(
        f"版本 {release} 已不在（Overture 约六十天后撤下旧版本），现在最新的是 {latest}："
        f'请在 endpoints 文件的 [{order.endpoint.id}] 中写 release = ""（即最新）。',
        f"Release {release} is gone (Overture takes releases away after some sixty days); the "
        f'latest is {latest}: write release = "" (the latest) under [{order.endpoint.id}] in an '
        "endpoints file.",
        where=order.endpoint.url,
    )


def _rows(path: Path, url: str) -> list[dict[str, Any]]:
    try:
        table = pq.read_table(path, columns=["bbox", "assets"])
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise trouble(
            f"版本索引不是预期的格式：{error}。接口可能已变更。",
            f"The release's index is not in the form expected: {error}. The interface may have "
            "changed.",
            url,
        ) from error
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _href(assets: object) -> str:
    """Find the address of outlines among an item's assets; empty where it is of another theme."""
    found = [href for href in _hrefs(assets) if THEME in href]
    near = [href for href in found if not any(host in href for host in FOREIGN)]
    direct = [href for href in near if href.startswith(("http://", "https://"))]
    return next(iter([*direct, *(_over_https(href) for href in near), *found]), "")


def _hrefs(assets: object) -> Iterator[str]:
    """Walk through assets, whose names and nesting differ from release to release."""
    if isinstance(assets, dict):
        for name, value in assets.items():
            if name == "href" and isinstance(value, str):
                yield value
            else:
                yield from _hrefs(value)
    elif isinstance(assets, list):
        for value in assets:
            # A map comes out of Parquet as pairs.
            yield from _hrefs(value[1] if isinstance(value, tuple) else value)


def _over_https(href: str) -> str:
    parts = urlsplit(href)
    if parts.scheme != S3:
        return href
    return f"https://{S3_HOST.format(bucket=parts.netloc)}{quote(parts.path, safe='/=')}"


def _reaches(box: object, area: Box) -> bool:
    """Tell whether a file's box reaches into an area; one without a box may hold anything."""
    if isinstance(box, dict) and all(isinstance(box.get(side), int | float) for side in SIDES):
        west, south, east, north = (float(box[side]) for side in SIDES)
    elif isinstance(box, list) and len(box) == len(SIDES):
        west, south, east, north = (float(side) for side in box)
    else:
        return True
    return west <= area.east and east >= area.west and south <= area.north and north >= area.south
