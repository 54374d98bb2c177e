"""What has been fetched is kept by content, so that nothing is fetched twice."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from nngis.catalog.load import sha256_of
from nngis.errors import FetchError
from nngis.fetch.download import Progress, UnchangedError, download, silent
from nngis.fetch.http import Network, Request
from nngis.fetch.place import place_of


@dataclass(frozen=True)
class Kept:
    """A file of the cache.

    Parameters
    ----------
    path : Path
        Where it lies.
    sha256 : str
        Its hash.
    size : int
        Its length [bytes].
    fetched : str
        Day it was fetched, ISO 8601.
    fresh : bool
        Whether it came over the network just now.
    modified : str
        Last-Modified, as the server said it.
    asked : str
        Day on which a server last confirmed it, ISO 8601.
    """

    path: Path
    sha256: str
    size: int
    fetched: str
    fresh: bool
    modified: str = ""
    asked: str = ""

    def is_older_than(self, days: int | None) -> bool:
        """Tell whether a server should be asked again."""
        if days is None:
            return False
        return (_today() - date.fromisoformat(self.asked or self.fetched)).days > days


@dataclass(frozen=True)
class Cache:
    """A folder of fetched files: ``objects/`` by hash, ``requests/`` says what was asked.

    Parameters
    ----------
    folder : Path
        Where it lies; made when something is kept.
    refresh : bool
        Whether to ask again for what is there already.
    """

    folder: Path
    refresh: bool = False

    def find(self, request: Request) -> Kept | None:
        """Look a request up."""
        try:
            said = json.loads(self._record(request).read_text(encoding="utf-8"))
            path = self.folder / "objects" / str(said["sha256"])
            if path.is_file() and sha256_of(path) == said["sha256"]:
                return Kept(
                    path,
                    str(said["sha256"]),
                    path.stat().st_size,
                    str(said["fetched"]),
                    fresh=False,
                    modified=str(said.get("modified", "")),
                    asked=str(said.get("asked", "")),
                )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return None

    def fetch(
        self,
        request: Request,
        *,
        network: Network,
        sha256: str = "",
        fresh_days: int | None = None,
        check: Callable[[Path], None] = lambda _: None,
        progress: Progress = silent,
    ) -> Kept:
        """Give the answer to a request, from the cache or over the network.

        A server is asked for what is newer than the answer at hand; where an answer has only
        grown old and no server can be reached, it is used as it is, with its own date.

        Parameters
        ----------
        request : Request
            The question.
        network : Network
            How patient to be.
        sha256 : str
            Hash that the answer must have, where it is known.
        fresh_days : int, optional
            Days for which an answer is good; for ever where None.
        check : callable
            Looks at a fresh answer; what it raises keeps the answer out of the cache.
        progress : callable
            Told of every piece.

        Returns
        -------
        Kept
            The answer.
        """
        kept = self.find(request)
        if kept is not None and sha256.lower() not in ("", kept.sha256):
            kept = None
        if kept is not None and not self.refresh and not kept.is_older_than(fresh_days):
            return kept
        incoming = self.folder / "incoming" / name_of(request)
        try:
            arrived = download(
                request,
                incoming,
                network=network,
                since=kept.modified if kept else "",
                sha256=sha256,
                check=check,
                progress=progress,
            )
        except UnchangedError:
            return self._confirmed(request, kept)
        except FetchError:
            if kept is None or self.refresh:
                raise
            return kept
        return self.keep(request, arrived.path, arrived.sha256, modified=arrived.modified)

    def _confirmed(self, request: Request, kept: Kept | None) -> Kept:
        """Note that the server still has what is at hand."""
        if kept is None:  # a server that was not asked so
            raise FetchError(
                "服务器答复“未变更”，但本机没有旧文件；请稍后重试。",
                "The server says unchanged, yet there is no older file; try again later.",
                where=place_of(request.url),
            )
        self._note(request, replace(kept, asked=_today().isoformat()))
        return kept

    def keep(self, request: Request, path: Path, digest: str, *, modified: str = "") -> Kept:
        """Move a file into the cache."""
        place = self.folder / "objects" / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
        today = _today().isoformat()
        kept = Kept(place, digest, place.stat().st_size, today, True, modified, today)
        self._note(request, kept)
        return kept

    def _note(self, request: Request, kept: Kept) -> None:
        """Write down what was asked and what answers it."""
        said = {
            "url": place_of(request.url),
            "body": request.body,
            "sha256": kept.sha256,
            "fetched": kept.fetched,
            "modified": kept.modified,
            "asked": kept.asked,
        }
        record = self._record(request)
        record.parent.mkdir(parents=True, exist_ok=True)
        part = record.with_suffix(".part")
        part.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(record)

    def _record(self, request: Request) -> Path:
        return self.folder / "requests" / f"{name_of(request)}.json"


def _today() -> date:
    return datetime.now(UTC).date()


def usual_folder() -> Path:
    """Return where the cache lies unless somebody names another place.

    Returns
    -------
    Path
        Under ``XDG_CACHE_HOME`` or ``LOCALAPPDATA`` where they are set, else ``~/.cache``.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "nngis" / "fetch"


def name_of(request: Request) -> str:
    """Name a file after a request."""
    return hashlib.sha256(f"{request.url}\n{request.body}".encode()).hexdigest()
