"""The desk's server: on this machine only, for who holds the address; small JSON messages."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from nngis.desk import pages
from nngis.desk.picture import problems_json
from nngis.desk.session import Session
from nngis.errors import NngisError, unforeseen
from nngis.text import Lang

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
MOST_MESSAGE = 1_000_000  # bytes of a message; files have their own limit
MOST_FILE = 200_000_000
SCENARIO = ".toml"  # a file that is a scenario and no ledger
BEAT_S = 15.0  # so often a silent line says that it is there


class Events:
    """What is told to every open page, from any thread."""

    def __init__(self) -> None:
        self._lines: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to every page."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._spread, {"v": 1, **message})

    def close(self) -> None:
        """Let every page go; called in the server's own thread."""
        self._spread(None)

    def _spread(self, message: dict[str, Any] | None) -> None:
        for line in self._lines:
            line.put_nowait(message)

    async def listen(self) -> AsyncIterator[str]:
        """Give one page its messages until it goes."""
        self._loop = asyncio.get_running_loop()
        line: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._lines.add(line)
        try:
            yield ": here\n\n"
            while True:
                try:
                    message = await asyncio.wait_for(line.get(), BEAT_S)
                    if message is None:
                        return
                    yield f"data: {json.dumps(message, ensure_ascii=False)}\n\n"
                except TimeoutError:
                    yield ": here\n\n"
        finally:
            self._lines.discard(line)


class Guard:
    """Lets nobody in but the page itself: right host, right origin, right address.

    Parameters
    ----------
    app : ASGIApp
        What is guarded.
    token : str
        The random part of the address.
    port : int
        The port that is listened on.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "http" and not self._may(Request(scope)):
            await Response("", 403, HEADERS)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may(self, request: Request) -> bool:
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        held = request.url.path.split("/")[1:2]
        if host not in self._hosts or not held:
            return False
        if origin is not None and origin != f"http://{host}":
            return False
        if request.method != "GET" and origin is None:
            return False
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        return secrets.compare_digest(held[0].encode(), self._token.encode())


def make_app(session: Session, events: Events, *, token: str, port: int) -> ASGIApp:
    """Make the application.

    Parameters
    ----------
    session : Session
        What it shows.
    events : Events
        What it tells pages unasked.
    token : str
        The random part of the address.
    port : int
        The port that is listened on.

    Returns
    -------
    ASGIApp
        To be served on the loopback.
    """
    ask: dict[str, Callable[[dict[str, Any]], Any]] = {
        "do": session.do,
        "attempt": lambda m: session.attempt(str(m["plan"]), m["values"], m.get("known", {})),
        "state": lambda _: session.state(),
        "ground": lambda _: {**session.ground(), "most_file": MOST_FILE},
        "picture": lambda m: session.picture(
            str(m["plan"]), m.get("known", {}), str(m.get("scenario", ""))
        ),
        "why": lambda m: session.why(str(m["plan"]), str(m["table"]), str(m["id"])),
        "section": lambda m: session.section(str(m["id"]), _lang(m)),
        "compare": lambda m: session.compare(str(m["plan"]), str(m["left"]), str(m["right"])),
        "indicators": lambda m: session.indicators(str(m["plan"])),
        "area": lambda m: session.area(str(m["plan"]), list(m["ring"])),
        "look": session.intake.look,
        "mended": session.intake.mended,
        "accept": session.accept,
        "stop": lambda _: session.stop(),
        "without": lambda m: {"v": 1, **session.refusing.ask(str(m["id"]))},
        "again": lambda m: session.again(str(m["plan"])),
        "write": lambda m: session.write_everything(_lang(m)),
        "written": lambda m: session.written.listed(str(m["id"])),
    }

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ask:
            return Response("", 404, HEADERS)
        message = json.loads(await _body(request, MOST_MESSAGE) or b"{}")
        found = await run_in_threadpool(session.under_way.run, ask[name], message)
        return JSONResponse({"v": 1} if found is None else found, headers=HEADERS)

    async def drop(request: Request) -> Response:
        name, beside = (unquote(request.headers.get(one, "")) for one in ("x-name", "x-beside"))
        content = await _body(request, _most(name))
        take = partial(_dropped, session, name, content, beside)
        found = await run_in_threadpool(session.under_way.run, take)
        return JSONResponse(found, headers=HEADERS)

    async def page(_: Request) -> Response:
        return Response(pages.page(), 200, HEADERS, "text/html")

    async def asset(request: Request) -> Response:
        found = pages.asset(request.path_params["name"])
        if found is None:
            return Response("", 404, HEADERS)
        return Response(found[0], 200, HEADERS, found[1])

    async def written(request: Request) -> Response:
        asked = request.path_params
        path = await run_in_threadpool(session.written.file, asked["id"], asked["name"])
        if path is None:
            return Response("", 404, HEADERS)
        return FileResponse(path, headers=HEADERS, filename=path.name)

    async def listen(_: Request) -> Response:
        return StreamingResponse(events.listen(), 200, HEADERS, "text/event-stream")

    routes = [
        Route(f"/{token}/", page),
        Route(f"/{token}/assets/{{name}}", asset),
        Route(f"/{token}/events", listen),
        Route(f"/{token}/out/{{id}}/{{name:path}}", _told(written)),
        Route(f"/{token}/drop", _told(drop), methods=["POST"]),
        Route(f"/{token}/ask/{{name}}", _told(answer), methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), token, port)


def _most(name: str) -> int:
    return MOST_MESSAGE if name.lower().endswith(SCENARIO) else MOST_FILE


def _dropped(session: Session, name: str, content: bytes, beside: str) -> dict[str, Any]:
    if name.lower().endswith(SCENARIO):
        return session.open_dropped(name, content)
    return session.intake.drop(name, content, beside)


def _lang(message: dict[str, Any]) -> Lang:
    return "en" if message.get("lang") == "en" else "zh"


def _told(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Turn what goes wrong into what, where and how to mend it, in both languages."""

    async def handled(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return Response("", 400, HEADERS)
        except NngisError as error:
            problems = error.problems
        except Exception as error:  # noqa: BLE001 - the desk stays open whatever is asked of it
            problems = unforeseen(error).problems
        return JSONResponse({"v": 1, "problems": problems_json(problems)}, 422, HEADERS)

    return handled


async def _body(request: Request, most: int) -> bytes:
    """Read a body that is no larger than it may be."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > most:
            raise NngisError(
                f"超过 {most // 1_000_000} MB；请拆成较小的文件。",
                f"It is larger than {most // 1_000_000} MB; part it into smaller files.",
            )
    return bytes(found)
