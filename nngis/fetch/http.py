"""Ask a server, with patience: retries, back-off, Retry-After, errors in words."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import requests
import urllib3

from nngis import __version__
from nngis.errors import FetchError, ScenarioError
from nngis.fetch.troubles import (
    BUSY,
    CONTACT,
    TOO_MANY,
    bad_status,
    cut_short,
    trouble,
    unreachable,
)

Answer = TypeVar("Answer")
#: Words of Content-Encoding: as it is, and gzip.
PLAIN, PACKED = ("", "identity"), ("gzip", "x-gzip")
#: Statuses that are no data and yet no failure: the same as before, a range behind the end.
KNOWN = (HTTPStatus.NOT_MODIFIED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)


@dataclass(frozen=True)
class Network:
    """How patient to be with servers.

    Parameters
    ----------
    timeout_s : float
        Longest silence of a server [s].
    attempts : int
        Times a request is tried in a row without any byte gained.
    first_wait_s, longest_wait_s : float
        Wait after the first failure, doubled after each, and its ceiling [s].
    pause_s : float
        Pause after each question to a server that answers for free [s].
    least_wait_s : float
        Shortest wait after a server said that it was asked too much [s].
    sleep : callable
        How to wait.
    """

    timeout_s: float = 180.0
    attempts: int = 5
    first_wait_s: float = 2.0
    longest_wait_s: float = 120.0
    pause_s: float = 1.0
    least_wait_s: float = 0.0
    sleep: Callable[[float], None] = field(default_factory=lambda: time.sleep, compare=False)


@dataclass(frozen=True)
class Request:
    """One question to one server.

    Parameters
    ----------
    url : str
        The address.
    body : str
        What is posted; a plain GET where empty.
    secret : tuple of (str, str)
        Headers that hold a key; they are neither kept nor shown.
    """

    url: str
    body: str = ""
    secret: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class Busy(Exception):  # noqa: N818 -- never leaves this room
    """A server asks for patience.

    Parameters
    ----------
    error : FetchError
        What to say when patience ends.
    wait_s : float, optional
        How long the server asks to wait [s].
    """

    def __init__(self, error: FetchError, wait_s: float | None = None) -> None:
        self.error, self.wait_s = error, wait_s
        super().__init__(str(error))


def agent() -> str:
    """Say who asks, and whom to write to about it."""
    contact = os.environ.get(CONTACT, "").strip()
    if not (contact.isascii() and (contact.isprintable() or not contact)):
        raise ScenarioError(
            "联系方式只能用英文字母、数字和符号，例如邮箱地址。",
            "A contact may hold ASCII letters, digits and signs only, as a mail address does.",
            where=CONTACT,
        )
    return f"nngis/{__version__}" + (f" (contact: {contact})" if contact else "")


def patiently(work: Callable[[], Answer], network: Network, *, gained: Callable[[], int]) -> Answer:
    """Repeat a piece of work while a server is busy or cuts it."""
    failures, wait_s, before = 0, network.first_wait_s, gained()
    while True:
        try:
            return work()
        except Busy as busy:
            if gained() > before:
                failures, wait_s, before = 0, network.first_wait_s, gained()
            failures += 1
            if failures >= network.attempts or (busy.wait_s or 0.0) > network.longest_wait_s:
                raise busy.error from busy
            network.sleep(wait_s if busy.wait_s is None else busy.wait_s)
            wait_s = min(2.0 * wait_s, network.longest_wait_s)


@contextmanager
def answered(
    request: Request, network: Network, *, headers: dict[str, str]
) -> Iterator[requests.Response]:
    """Ask once and hand out the answer, unread."""
    usual = {"User-Agent": agent(), "Accept-Encoding": "identity"}
    sent = {**usual, **headers, **dict(request.secret)}
    try:
        with (
            requests.Session() as session,
            session.request(
                "POST" if request.body else "GET",
                request.url,
                data={"data": request.body} if request.body else None,
                headers=sent,
                timeout=network.timeout_s,
                stream=True,
                # A key is for the server that it was made for and goes nowhere else.
                allow_redirects=not request.secret,
            ) as response,
        ):
            status = response.status_code
            if status in BUSY:
                wait_s = _retry_after_s(response)
                if status == TOO_MANY and network.least_wait_s:
                    wait_s = max(wait_s or 0.0, network.least_wait_s)
                raise Busy(bad_status(status, request.url), wait_s)
            if status >= HTTPStatus.MULTIPLE_CHOICES and status not in KNOWN:
                raise bad_status(status, request.url)
            yield response
    except requests.RequestException as error:
        said, again = unreachable(error, request.url)
        raise (Busy(said) if again else said) from error
    except urllib3.exceptions.HTTPError as error:
        raise Busy(cut_short(request.url)) from error


def is_packed(response: requests.Response) -> bool:
    """Tell whether an answer is packed on the way."""
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing in PLAIN:
        return False
    if packing in PACKED:
        return True
    raise trouble(
        f"服务器用 {packing} 压缩了答复，无法解开；请换镜像。",
        f"The server packed its answer with {packing}, which cannot be unpacked here; name a "
        "mirror.",
        response.url,
    )


def _retry_after_s(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
