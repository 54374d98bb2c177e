"""What a repository's record holds: lists of files as Zenodo and figshare write them."""

import json
import re
from dataclasses import dataclass
from typing import Any

from nngis.fetch.http import Request
from nngis.fetch.order import Order
from nngis.fetch.place import place_of
from nngis.fetch.single import obtain
from nngis.fetch.troubles import trouble


@dataclass(frozen=True)
class Listed:
    """One file of a record.

    Parameters
    ----------
    name : str
        Its name.
    url : str
        Where it is downloaded.
    size : int, optional
        Its length [bytes].
    """

    name: str
    url: str
    size: int | None


def is_record(url: str) -> bool:
    """Tell the address of a record from that of a file.

    Examples
    --------
    >>> is_record("https://zenodo.org/api/records/8174931"), is_record("D:/buildings.zip")
    (True, False)
    """
    return "/api/records/" in url or "/v2/articles/" in url


def listed_files(order: Order, url: str) -> list[Listed]:
    """List the files of a record."""
    limit = re.search(r"[?&]limit=(\d+)", url)
    found: list[Listed] = []
    while True:
        page = url + (f"&offset={len(found)}" if found else "")
        files = _page(order, page)
        found += files
        if limit is None or len(files) < int(limit[1]):
            return sorted(found, key=lambda one: one.name)


def _page(order: Order, url: str) -> list[Listed]:
    single = obtain(order, Request(url))
    try:
        said: Any = json.loads(single.path.read_text(encoding="utf-8"))
        entries = said["files"] if isinstance(said, dict) else said
        return [_listed(entry) for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise trouble(
            f"文件列表不是预期的格式：{error}。接口可能已变更；也可下载后写明路径。",
            f"The list of files is not in the form expected: {error}. The interface may have "
            "changed; or download the file and name its path.",
            place_of(url),
        ) from error


def _listed(entry: dict[str, Any]) -> Listed:
    if "key" in entry:  # Zenodo
        return Listed(str(entry["key"]), str(entry["links"]["self"]), _size(entry))
    return Listed(str(entry["name"]), str(entry["download_url"]), _size(entry))


def _size(entry: dict[str, Any]) -> int | None:
    size = entry.get("size")
    return size if isinstance(size, int) else None
