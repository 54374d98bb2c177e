"""One file, on this machine or behind an address; the provider does not care which."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nngis.catalog.load import sha256_of
from nngis.errors import FetchError, ScenarioError
from nngis.fetch.http import Busy, Network, Request, answered
from nngis.fetch.order import Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.troubles import NoRangesError
from nngis.text import Text
from nngis.units import BYTES_PER_MB


@dataclass(frozen=True)
class Single:
    """A file that is at hand.

    Parameters
    ----------
    path : Path
        Where it lies.
    sha256 : str
        Its hash.
    day : str
        Day it was fetched, or last changed where it was at hand; ISO 8601.
    """

    path: Path
    sha256: str
    day: str


def obtain(order: Order, request: Request) -> Single:
    """Give the file that a request names."""
    if not request.url:
        raise ScenarioError(
            f"来源“{order.endpoint.title.zh}”没有写明位置：请先下载解压，"
            f'再在 endpoints 文件的 [{order.endpoint.id}] 中写 url = "路径或网址"。',
            f"No place is named for {order.endpoint.title.en}: download and unpack it, then write "
            f'url = "PATH or ADDRESS" under [{order.endpoint.id}] in an endpoints file.',
            where=order.endpoint.id,
        )
    if is_local(request.url):
        path = Path(request.url)
        if not path.is_file():
            raise ScenarioError("文件不存在。", "There is no such file.", where=request.url)
        day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        return Single(path, sha256_of(path), day)
    kept = order.cache.fetch(
        request,
        network=order.network,
        sha256=order.endpoint.sha256,
        fresh_days=order.endpoint.fresh_days,
        progress=order.progress,
    )
    return Single(kept.path, kept.sha256, kept.fetched)


def whole(order: Order, url: str, size: int | None) -> Path:
    """Give a file whole, where its server gives no parts of it."""
    most_mb = order.endpoint.whole_mb
    if size is not None and size > most_mb * BYTES_PER_MB:
        raise NoRangesError(
            f"服务器不支持分段读取，整个文件有 {size / BYTES_PER_MB:,.0f} MB，超过 {most_mb:,.0f} "
            f"MB：请自行下载后在 endpoints 文件中写明路径，或在 [{order.endpoint.id}] 中调大 "
            "whole_mb。",
            f"The server gives no ranges and the whole file has {size / BYTES_PER_MB:,.0f} MB, "
            f"more than {most_mb:,.0f}: download it and name its path in an endpoints file, or "
            f"raise whole_mb under [{order.endpoint.id}].",
            where=place_of(url),
        )
    return obtain(order, Request(url)).path


def parcel(order: Order, request: Request, what: Text) -> Parcel:
    """Tell what fetching a file would move, asking the server for its size where one answers."""
    if is_local(request.url):
        path = Path(request.url)
        size = path.stat().st_size if path.is_file() else None
        return Parcel(request.url, what, size, kept=True)
    kept = order.cache.find(request)
    if kept is not None and not order.cache.refresh:
        return Parcel(request.url, what, kept.size, kept=True)
    return Parcel(request.url, what, _size_of(request, order.network))


def _size_of(request: Request, network: Network) -> int | None:
    """Ask for one byte; the answer says how many there are."""
    try:
        with answered(request, network, headers={"Range": "bytes=0-0"}) as response:
            total = response.headers.get("Content-Range", "").rpartition("/")[2]
            length = total or response.headers.get("Content-Length", "")
            return int(length) if length.isdigit() else None
    except (FetchError, Busy):
        return None
