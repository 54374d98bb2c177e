"""Start a desk: choose a port and a secret address, serve, open the browser."""

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from nngis.desk.opening import read_asked
from nngis.desk.server import Events, make_app
from nngis.desk.session import ENDING_S, Session
from nngis.desk.shelf import Shelf
from nngis.errors import ScenarioError
from nngis.files import check_path
from nngis.run.cases import case as open_case

TOKEN_BYTES = 16
HOST = "127.0.0.1"


class Server(uvicorn.Server):
    """A server that ends what never ends by itself before it waits for the rest."""

    def __init__(self, config: uvicorn.Config, leave: Callable[[], None]) -> None:
        super().__init__(config)
        self._leave = leave

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let pages and searches go, then answer what was asked."""
        self._leave()
        await super().shutdown(sockets)


@dataclass(frozen=True, eq=False)
class Desk:
    """A desk that is ready to serve.

    Parameters
    ----------
    address : str
        Where the page is; who knows it may use it.
    server : uvicorn.Server
        The server.
    session : Session
        What it shows.
    socket : socket
        What it listens on.
    """

    address: str
    server: uvicorn.Server
    session: Session
    socket: socket.socket

    def serve(self) -> None:
        """Serve until somebody ends it."""
        try:
            self.server.run([self.socket])
        finally:
            self.session.close()


def make_desk(
    case: Path, folder: Path, *, open_: Path | None = None, port: int = 0, token: str = ""
) -> Desk:
    """Make a desk.

    Parameters
    ----------
    case : Path
        The case's folder.
    folder : Path
        The desk's own folder: scenarios, histories, dropped files.
    open_ : Path, optional
        A scenario file, or a run's folder, to begin with.
    port : int
        The port; any free one if 0.
    token : str
        The random part of the address; made if empty.

    Returns
    -------
    Desk
        It listens on the loopback alone.

    Raises
    ------
    NngisError
        If the case, the folder or the port cannot be used; nothing is made then.
    """
    place = open_case(case)
    if open_ is not None:
        read_asked(open_, place.scenario)
    check_path(folder)
    # Named TCP, so that asyncio sends what it has at once: else an answer of one packet waits 40 ms
    # for the acknowledgement of its head, which the browser delays.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise ScenarioError(
            f"端口 {port} 用不了（{error.strerror}）；请换一个，或不写 --port。",
            f"Port {port} cannot be used ({error.strerror}); name another, or leave --port out.",
            where="--port",
        ) from error
    listening.listen()  # who comes before the server is ready waits
    events = Events()
    try:
        session = Session(case, Shelf(folder), events.tell)
        if open_ is not None:
            session.open_file(open_)
    except BaseException:
        listening.close()
        raise
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    own = int(listening.getsockname()[1])
    app = make_app(session, events, token=token, port=own)
    settings = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=int(ENDING_S),
    )

    def leave() -> None:
        session.leave()
        events.close()

    return Desk(f"http://{HOST}:{own}/{token}/", Server(settings, leave), session, listening)


def start(
    case: Path,
    folder: Path,
    *,
    open_: Path | None = None,
    port: int = 0,
    browser: bool,
    said: Callable[[str], None],
) -> None:
    """Make a desk, say where it is, open the browser, and serve.

    Parameters
    ----------
    case, folder : Path
        As for `make_desk`.
    open_ : Path, optional
        A result or a scenario to begin with.
    port : int
        As for `make_desk`; 0 for any.
    browser : bool
        Whether to open the browser.
    said : callable
        Told the address.
    """
    desk = make_desk(case, folder, open_=open_, port=port)
    said(desk.address)
    if browser:
        threading.Timer(0.3, webbrowser.open, [desk.address]).start()
    desk.serve()
