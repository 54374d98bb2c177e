"""Download one file so that a cut costs nothing: resumed, checked, moved into place whole."""

import gzip
import hashlib
import json
import re
import shutil
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

from nngis.errors import FetchError
from nngis.fetch.http import Busy, Network, Request, answered, is_packed, patiently
from nngis.fetch.place import place_of
from nngis.fetch.troubles import cut_short, no_page, trouble

AT_ONCE = 1 << 18
HEAD_BYTES = 64
#: Told of what is fetched, bytes that have come, and bytes in all where that is known.
Progress = Callable[[str, int, int | None], None]


def silent(_title: str, _done: int, _total: int | None) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Arrived:
    """A file that has come.

    Parameters
    ----------
    path : Path
        Where it lies.
    sha256 : str
        Its hash.
    size : int
        Its length [bytes].
    etag, modified : str
        What the server says of its version; empty where it says nothing.
    """

    path: Path
    sha256: str
    size: int
    etag: str = ""
    modified: str = ""


class UnchangedError(Exception):
    """The server still has the version that is at hand."""


def download(
    request: Request,
    target: Path,
    *,
    network: Network,
    since: str = "",
    sha256: str = "",
    check: Callable[[Path], None] = lambda _: None,
    progress: Progress = silent,
) -> Arrived:
    """Download a file, going on where an earlier try was cut.

    The bytes gather in ``TARGET.part``; ``TARGET.part.json`` keeps what the server said of the
    version. They are added to only if the server confirms that it still has that version.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    about = part.with_name(part.name + ".json")

    def work() -> dict[str, str]:
        said = _go_on(request, part, about, network, (since, progress))
        try:
            if said.get("packed"):
                _unpack(part, request.url)
            check(part)
        except Exception:
            part.unlink()
            raise
        return said

    said = patiently(
        work,
        network,
        gained=lambda: part.stat().st_size if part.is_file() else 0,
    )
    digest = _digest(part, sha256, request.url)
    size = part.stat().st_size
    part.replace(target)
    about.unlink(missing_ok=True)
    return Arrived(target, digest, size, said.get("etag", ""), said.get("modified", ""))


def _digest(part: Path, sha256: str, url: str) -> str:
    """Hash what came; throw it away where another hash is known."""
    with part.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 and digest != sha256.lower():
        part.unlink()
        part.with_name(part.name + ".json").unlink(missing_ok=True)
        raise trouble(
            f"文件的 sha256 不对：应为 {sha256}，实为 {digest}；文件已丢弃，请重新获取或换镜像。",
            f"The file has the wrong sha256: {digest}, not {sha256}; it was thrown away. Fetch it "
            "again, or from another mirror.",
            url,
        )
    return digest


def _go_on(
    request: Request, part: Path, about: Path, network: Network, more: tuple[str, Progress]
) -> dict[str, str]:
    """Ask for what is missing and add it; return what the server says of the version."""
    since, progress = more
    known = _read_about(about, request)
    have = part.stat().st_size if part.is_file() else 0
    validator = known.get("etag") or known.get("modified", "")
    headers = {}
    if request.body:
        headers = {"Accept-Encoding": "gzip"}  # an answer is made for us and never resumed
    elif have and validator:
        headers = {"Range": f"bytes={have}-", "If-Range": validator}
    elif since:
        headers = {"If-Modified-Since": since}
    with answered(request, network, headers=headers) as response:
        status = response.status_code
        if status == HTTPStatus.NOT_MODIFIED:
            raise UnchangedError
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            if known.get("total") == str(have):
                return known
            part.unlink(missing_ok=True)
            raise Busy(cut_short(request.url))
        first, total = _extent(response, have)
        said = _version(response, request, total)
        # Some servers give a range of a newer file though asked for the old one only.
        told = ("etag" if known.get("etag") else "modified", "total", "packed")
        other = first > 0 and any(said[name] != known.get(name, "") for name in told)
        if first not in (0, have) or other:
            part.unlink(missing_ok=True)
            raise Busy(cut_short(request.url))
        about.write_text(json.dumps(said, sort_keys=True), encoding="utf-8")
        _pour(response, part, (first, total), request.url, progress)
    if total is not None and part.stat().st_size != total:
        if part.stat().st_size > total:
            part.unlink()
        raise Busy(cut_short(request.url))
    return said


def _pour(
    response: requests.Response,
    part: Path,
    extent: tuple[int, int | None],
    url: str,
    progress: Progress,
) -> None:
    done, total = extent
    title = place_of(url).rsplit("/", 1)[-1] or place_of(url)
    try:
        with part.open("ab" if done else "wb") as stream:
            # What has come is taken at once: a block that a cut leaves unfilled is not lost.
            for piece in iter(lambda: response.raw.read1(AT_ONCE), b""):
                if not done and not is_packed(response):
                    no_page(piece, url)
                stream.write(piece)
                done += len(piece)
                progress(title, done, total)
    except FetchError:
        part.unlink(missing_ok=True)
        raise
    except (ConnectionError, TimeoutError) as error:
        raise Busy(cut_short(url)) from error
    except OSError as error:
        raise trouble(
            f"写不下文件：{error.strerror}；请检查磁盘空间和权限。",
            f"The file cannot be written: {error.strerror}; check disk space and permissions.",
            str(part),
        ) from error


def _unpack(part: Path, url: str) -> None:
    """Unpack what a server packed on the way; a packed answer that was cut has no right end."""
    plain = part.with_name(part.name + ".plain")
    try:
        with gzip.open(part, "rb") as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target, AT_ONCE)
    except (EOFError, OSError, zlib.error) as error:
        plain.unlink(missing_ok=True)
        raise Busy(cut_short(url)) from error
    plain.replace(part)
    with part.open("rb") as stream:
        no_page(stream.read(HEAD_BYTES), url)


def _extent(response: requests.Response, have: int) -> tuple[int, int | None]:
    """First byte of the answer and length of the whole file."""
    if response.status_code != HTTPStatus.PARTIAL_CONTENT:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdigit() else None
    found = re.fullmatch(
        r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip()
    )
    if not found:
        return have + 1, None  # an answer that cannot be placed is not used
    return int(found[1]), int(found[2]) if found[2] != "*" else None


def _version(response: requests.Response, request: Request, total: int | None) -> dict[str, str]:
    etag = response.headers.get("ETag", "")
    return {
        "url": place_of(request.url),
        # A weak tag may stay the same while bytes change: it must not be resumed by.
        "etag": "" if etag.startswith("W/") else etag,
        "modified": response.headers.get("Last-Modified", ""),
        "total": "" if total is None else str(total),
        "packed": "gzip" if is_packed(response) else "",
    }


def _read_about(about: Path, request: Request) -> dict[str, str]:
    try:
        known = json.loads(about.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and known.get("url") == place_of(request.url) else {}
