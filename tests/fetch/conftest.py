"""A server on the loopback that speaks ranges, cuts, waits, refuses and answers nonsense."""

import contextlib
import gzip
import http.server
import re
import threading
import time
import urllib.parse
import xml.sax.saxutils
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nngis.fetch.http import Network

AT_ONCE = 1 << 16


@dataclass
class Loopback:
    """What the server holds, how it misbehaves, and what it was asked."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    paths: dict[str, Any] = field(default_factory=dict)  # large files, served from disk
    types: dict[str, str] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    #: Misbehaviour by path, one used up by each request: ("cut", n), ("status", n, headers), ...
    moods: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    #: Last-Modified by path; a question for what is newer is answered with 304.
    modified: dict[str, str] = field(default_factory=dict)
    #: Paths whose answers are packed on the way (Content-Encoding: gzip), whoever asks.
    packed: set[str] = field(default_factory=set)
    #: Paths that give whole files only (200), whatever range is asked for.
    without_ranges: set[str] = field(default_factory=set)
    #: Paths that refuse HEAD (403), as some object stores do.
    without_head: set[str] = field(default_factory=set)
    #: Refusals made by a function of the headers: a status, or None for none.
    gates: dict[str, Callable[[Any], int | None]] = field(default_factory=dict)
    #: Answers made by a function of the posted text.
    speakers: dict[str, Callable[[str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bytes_served: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def ranges(self) -> list[str]:
        return [headers.get("Range", "") for _, _, headers in self.asked]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: Loopback

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._serve("HEAD")

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length).decode()
        self._serve("POST", urllib.parse.parse_qs(body).get("data", [""])[0])

    def _serve(self, verb: str, body: str = "") -> None:
        world = self.world
        path = self.path
        world.asked.append((verb, path, dict(self.headers)))
        moods = world.moods.get(path) or world.moods.get(path.split("?")[0], [])
        mood = moods.pop(0) if moods else ("well",)
        if mood[0] == "status":
            self._say(mood[1], mood[3] if len(mood) > 3 else b"busy", mood[2])
            return
        if mood[0] == "hang up":
            self.close_connection = True
            self.connection.close()
            return
        refused = self._refusal(verb, path)
        if refused is not None:
            self._say(refused, b"", {})
            return
        if path in world.speakers or path.split("?")[0] in world.speakers:
            speak = world.speakers.get(path) or world.speakers[path.split("?")[0]]
            answer = speak(body or path)
        elif path in world.files:
            answer = world.files[path]
        elif path in world.paths:
            self._say_range(path, None, world.paths[path].stat().st_size, mood)
            return
        else:
            self._say(404, b"none", {})
            return
        self._say_range(path, answer, len(answer), mood)

    def _refusal(self, verb: str, path: str) -> int | None:
        """Answer by a status alone: no HEAD, a gate, nothing newer."""
        world = self.world
        if verb == "HEAD" and path in world.without_head:
            return 403
        gate = world.gates.get(path) or world.gates.get(path.split("?", maxsplit=1)[0])
        if gate and (status := gate(self.headers)) is not None:
            return status
        known = world.modified.get(path)
        return 304 if known and self.headers.get("If-Modified-Since") == known else None

    def _say_range(
        self, path: str, content: bytes | None, size: int, mood: tuple[Any, ...]
    ) -> None:
        world = self.world
        if path in world.packed or path.split("?", maxsplit=1)[0] in world.packed:
            packed = gzip.compress(content or b"")
            self._say(200, packed[: mood[1]] if mood[0] == "cut" else packed,
                      {"Content-Encoding": "gzip"})  # fmt: skip
            return
        first, last, status = 0, size - 1, 200
        etag = world.etags.get(path, '"v1"')
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if_range = self.headers.get("If-Range")
        suffix = re.fullmatch(r"bytes=-(\d+)", self.headers.get("Range", ""))
        partial = mood[0] != "no range" and path not in world.without_ranges
        if partial and (if_range in (None, etag) or mood[0] == "careless"):
            if asked and int(asked[1]) >= size:
                self._say(416, b"", {"Content-Range": f"bytes */{size}"})
                return
            if asked:
                first, status = int(asked[1]), 206
                last = min(int(asked[2]) if asked[2] else last, last)
            elif suffix:
                first, status = max(0, size - int(suffix[1])), 206
        length = last - first + 1
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        if etag:
            self.send_header("ETag", etag)
        if path in world.modified:
            self.send_header("Last-Modified", world.modified[path])
        self.send_header("Content-Type", world.types.get(path, "application/octet-stream"))
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()
        if self.command == "HEAD":
            return
        self._pour(path, content, (first, length), mood)

    def _pour(
        self, path: str, content: bytes | None, extent: tuple[int, int], mood: tuple[Any, ...]
    ) -> None:
        first, length = extent
        if mood[0] == "cut":
            length = min(length, mood[1])
            self.close_connection = True
        with contextlib.suppress(ConnectionError):
            for start in range(first, first + length, AT_ONCE):
                size = min(AT_ONCE, first + length - start)
                self.wfile.write(self._piece(path, content, start, size))
                self.world.bytes_served += size
                if mood[0] == "slow":
                    time.sleep(mood[1])

    def _piece(self, path: str, content: bytes | None, start: int, size: int) -> bytes:
        if content is not None:
            return content[start : start + size]
        with self.world.paths[path].open("rb") as stream:
            stream.seek(start)
            return stream.read(size)

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)


@contextlib.contextmanager
def serving() -> Iterator[Loopback]:
    """Serve on a free port of this machine."""
    world = Loopback()
    handler = type("Bound", (Handler,), {"world": world})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    world.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A server on a free port of this machine, gone after the test."""
    with serving() as world:
        yield world


@pytest.fixture(scope="module")
def loopback_once() -> Iterator[Loopback]:
    """A server that answers the same to all tests of a file."""
    with serving() as world:
        yield world


@pytest.fixture
def waits() -> list[float]:
    """The waits that a `patient` network would have made."""
    return []


@pytest.fixture
def patient(waits: list[float]) -> Network:
    """A network that notes its waits instead of waiting."""
    return Network(timeout_s=2.0, attempts=3, sleep=waits.append)


STEP = 0.001
HOME = (108.3, 22.8)


def osm_text(
    nodes: dict[int, Any], ways: dict[int, Any], relations: dict[int, Any] | None = None
) -> str:
    """OSM XML of nodes {id: (x, y[, tags])} in steps of 0.001 degrees, ways {id: (refs, tags)}
    and relations {id: ([(type, ref, role)], tags)}."""

    def tagged(tags: dict[str, str]) -> str:
        quote = xml.sax.saxutils.quoteattr
        return "".join(f"<tag k={quote(k)} v={quote(v)}/>" for k, v in tags.items())

    text = ['<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">']
    for ref, (x, y, *tags) in sorted(nodes.items()):
        at = f'lat="{HOME[1] + y * STEP:.7f}" lon="{HOME[0] + x * STEP:.7f}"'
        text.append(f'<node id="{ref}" version="1" {at}>{tagged(tags[0] if tags else {})}</node>')
    for ref, (refs, tags) in sorted(ways.items()):
        inside = "".join(f'<nd ref="{node}"/>' for node in refs)
        text.append(f'<way id="{ref}" version="1">{inside}{tagged(tags)}</way>')
    for ref, (members, tags) in sorted((relations or {}).items()):
        inside = "".join(f'<member type="{t}" ref="{r}" role="{o}"/>' for t, r, o in members)
        text.append(f'<relation id="{ref}" version="1">{inside}{tagged(tags)}</relation>')
    return "\n".join([*text, "</osm>"])


@pytest.fixture
def osm(tmp_path: Path) -> Callable[..., Path]:
    """Write an OSM file."""

    def write(*parts: dict[int, Any], name: str = "made.osm") -> Path:
        path = tmp_path / name
        path.write_text(osm_text(*parts), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def osm_say() -> Callable[..., str]:
    """The writer of OSM XML."""
    return osm_text
