"""Zip archives, on this machine or behind an address: of a large one only the members move."""

import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from nngis.catalog.load import sha256_of
from nngis.errors import FetchError
from nngis.fetch.cache import name_of
from nngis.fetch.http import Request
from nngis.fetch.order import Order
from nngis.fetch.place import is_local, place_of
from nngis.fetch.range_file import RangeFile
from nngis.fetch.single import obtain, whole
from nngis.fetch.troubles import NoRangesError, no_page, trouble

#: A reader of archives asks for a few bytes at a time; a server is asked for this many.
BLOCK_BYTES = 1 << 20
HEAD_BYTES = 64


def member_names(order: Order, url: str) -> list[str]:
    """List what an archive holds."""
    with _opened(order, url) as archive:
        return sorted(info.filename for info in archive.infolist() if not info.is_dir())


def take_members(order: Order, url: str, patterns: Sequence[str]) -> dict[str, Path]:
    """Take members out of an archive into the cache."""
    kept = _all_kept(order, url, patterns)
    if kept:
        return kept
    found = {}
    with _opened(order, url) as archive:
        for info in sorted(archive.infolist(), key=lambda one: one.filename):
            if not info.is_dir() and _fits(info.filename, patterns):
                found[info.filename] = _taken(order, url, archive, info)
    return found


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def _all_kept(order: Order, url: str, patterns: Sequence[str]) -> dict[str, Path]:
    """Find exact names in the cache, so that a second run opens no archive."""
    if order.cache.refresh or any(set(pattern) & set("*?[") for pattern in patterns):
        return {}
    found = {name: order.cache.find(_request(url, name)) for name in patterns}
    return {name: kept.path for name, kept in found.items() if kept} if all(found.values()) else {}


def _request(url: str, name: str) -> Request:
    return Request(url, body=f"member {name}")


def _taken(order: Order, url: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Path:
    request = _request(url, info.filename)
    kept = None if order.cache.refresh else order.cache.find(request)
    if kept is not None:
        return kept.path
    # A member's name is data: the file in the cache is named by its hash.
    target = order.cache.folder / "incoming" / name_of(request)
    target.parent.mkdir(parents=True, exist_ok=True)
    title = PurePosixPath(info.filename).name
    try:
        with archive.open(info) as source, target.open("wb") as stream:
            for piece in iter(lambda: source.read(BLOCK_BYTES), b""):
                stream.write(piece)
                order.progress(title, stream.tell(), info.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        target.unlink(missing_ok=True)
        raise _damaged(url, error) from error
    return order.cache.keep(request, target, sha256_of(target)).path


@contextmanager
def _opened(order: Order, url: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive by ranges where its server gives them, whole where it does not."""
    stream: io.BufferedReader | Path
    if is_local(url):
        stream = obtain(order, Request(url)).path
    else:
        try:
            stream = io.BufferedReader(RangeFile(url, order.network), BLOCK_BYTES)
        except NoRangesError as error:
            stream = whole(order, url, error.size)
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        _look_at_head(stream, url)
        raise _damaged(url, error) from error
    with archive:
        yield archive


def _look_at_head(stream: io.BufferedReader | Path, url: str) -> None:
    """Refuse a web page by its name."""
    if isinstance(stream, Path):
        with stream.open("rb") as file:
            no_page(file.read(HEAD_BYTES), url)
        return
    stream.seek(0)
    no_page(stream.read(HEAD_BYTES), url)


def _damaged(url: str, error: Exception) -> FetchError:
    return trouble(
        f"不是 zip 压缩包，或压缩包已损坏：{error}。请加 --refresh 再运行一次，或检查地址。",
        f"No zip archive, or a damaged one: {error}. Run the command again with --refresh, or "
        "check the address.",
        place_of(url),
    )


def copy_beside(members: dict[str, Path], folder: Path, stem: str) -> None:
    """Copy members beside each other under one name, as readers of shapefiles want them."""
    for name, path in members.items():
        ending = PurePosixPath(name).suffix.lower()
        shutil.copyfile(path, folder / f"{stem}{ending if ending[1:].isalnum() else ''}")
