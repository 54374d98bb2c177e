"""What has been fetched is kept by content, so that nothing is fetched twice."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nngis.catalog.load import sha256_of
from nngis.fetch.download import Progress, download, silent
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
    """

    path: Path
    sha256: str
    size: int
    fetched: str
    fresh: bool


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
        """Look a request up.

        Parameters
        ----------
        request : Request
            The question.

        Returns
        -------
        Kept or None
            The answer; None where there is none or its bytes are no longer what they were.
        """
        try:
            said = json.loads(self._record(request).read_text(encoding="utf-8"))
            path = self.folder / "objects" / str(said["sha256"])
            if path.is_file() and sha256_of(path) == said["sha256"]:
                size = path.stat().st_size
                return Kept(path, str(said["sha256"]), size, str(said["fetched"]), fresh=False)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return None

    def fetch(
        self,
        request: Request,
        *,
        network: Network,
        sha256: str = "",
        check: Callable[[Path], None] = lambda _: None,
        progress: Progress = silent,
    ) -> Kept:
        """Give the answer to a request, from the cache or over the network.

        Parameters
        ----------
        request : Request
            The question.
        network : Network
            How patient to be.
        sha256 : str
            Hash that the answer must have, where it is known.
        check : callable
            Looks at a fresh answer; what it raises keeps the answer out of the cache.
        progress : callable
            Told of every piece.

        Returns
        -------
        Kept
            The answer.
        """
        kept = None if self.refresh else self.find(request)
        if kept is not None and sha256.lower() in ("", kept.sha256):
            return kept
        incoming = self.folder / "incoming" / name_of(request)
        arrived = download(
            request, incoming, network=network, sha256=sha256, check=check, progress=progress
        )
        return self.keep(request, arrived.path, arrived.sha256)

    def keep(self, request: Request, path: Path, digest: str) -> Kept:
        """Move a file into the cache.

        Parameters
        ----------
        request : Request
            What was asked.
        path : Path
            The file that answers it, on the cache's disk.
        digest : str
            Its sha256.

        Returns
        -------
        Kept
            Where it lies now.
        """
        place = self.folder / "objects" / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
        today = datetime.now(UTC).date().isoformat()
        said = {
            "url": place_of(request.url),
            "body": request.body,
            "sha256": digest,
            "fetched": today,
        }
        record = self._record(request)
        record.parent.mkdir(parents=True, exist_ok=True)
        part = record.with_suffix(".part")
        part.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(record)
        return Kept(place, digest, place.stat().st_size, today, fresh=True)

    def _record(self, request: Request) -> Path:
        return self.folder / "requests" / f"{name_of(request)}.json"


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
    """Name a file after a request.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    str
        Hexadecimal digits; another request, another name.
    """
    return hashlib.sha256(f"{request.url}\n{request.body}".encode()).hexdigest()
