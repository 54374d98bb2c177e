"""Ask every source for a few bytes, so that a user with a network sees what works today."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests

from nngis.errors import NngisError, Problem
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import Endpoint
from nngis.fetch.http import Busy, Network, Request, answered
from nngis.fetch.order import Order
from nngis.fetch.place import is_local, place_of
from nngis.fetch.points import secret_of
from nngis.fetch.providers import PROVIDERS
from nngis.fetch.single import parcel
from nngis.fetch.tiles import addresses
from nngis.fetch.troubles import no_page
from nngis.text import Text

FEW_BYTES = 64
AT_ONCE = 8
#: Silence after which a source counts as out of reach [s].
TIMEOUT_S = 8.0
TILED = ("nngis.fetch.rasters", "nngis.fetch.built_up", "nngis.fetch.footprints")
#: Overpass answers a question without its text by an error; how it is, stands beside.
QUESTIONS, STATUS = "/interpreter", "/status"


@dataclass(frozen=True)
class Checked:
    """What a source answered.

    Parameters
    ----------
    source : str
        Id of the endpoint.
    title : Text
        What people call it.
    url : str
        The address that was asked.
    reachable : bool
        Whether it gave data.
    ranges : bool, optional
        Whether it gives parts of files; None where nobody knows.
    size : int, optional
        Length of the file [bytes].
    date : str
        Day that the server states, ISO 8601; empty where it states none.
    licence : str
        The source's licence.
    problem : Problem, optional
        Why it is out of reach.
    """

    source: str
    title: Text
    url: str
    reachable: bool
    ranges: bool | None
    size: int | None
    date: str
    licence: str
    problem: Problem | None = None


def check_sources(
    endpoints: Mapping[str, Endpoint], area: Area, *, network: Network, cache: Cache
) -> list[Checked]:
    """Ask every source and mirror for a few bytes, several at once.

    Parameters
    ----------
    endpoints : mapping of str to Endpoint
        The sources.
    area : Area
        Where; it chooses the tile that is asked for.
    network : Network
        How patient to be; each is asked once.
    cache : Cache
        Not written to.

    Returns
    -------
    list of Checked
        One a place, in the order of the endpoints.
    """
    orders = [
        Order((), area, endpoint.model_copy(update={"url": url, "mirrors": ()}), network, cache)
        for endpoint in endpoints.values()
        if endpoint.id in PROVIDERS
        for url in endpoint.places
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_checked, orders))


def sample_address(order: Order) -> str:
    """Choose one address of a source that a few bytes can be asked of."""
    endpoint, url = order.endpoint, order.endpoint.url
    if is_local(url):
        return url
    if PROVIDERS[endpoint.id] in TILED and "{release" not in url:
        return addresses(order)[0]
    if endpoint.id == "overpass":
        return url.removesuffix(QUESTIONS) + STATUS if url.endswith(QUESTIONS) else url
    middle, box = order.area.shape.representative_point(), order.area.box
    part = next(iter(endpoint.parts), "")
    return url.format(
        lat=middle.y, lon=middle.x, part=part, release=endpoint.release, **box._asdict()
    )


def _checked(order: Order) -> Checked:
    url = sample_address(order)
    endpoint = order.endpoint
    if is_local(url):
        size = parcel(order, Request(url), endpoint.title).size
        missing = Problem("文件不存在。", "There is no such file.", where=url)
        problem = None if size is not None else missing
        there = size is not None
        return Checked(
            endpoint.id, endpoint.title, place_of(url), there, None, size, "", endpoint.licence,
            problem,
        )  # fmt: skip
    try:
        ranges, size, date = _asked(Request(url, secret=secret_of(order)), order.network)
    except (NngisError, Busy) as error:
        said = error.error if isinstance(error, Busy) else error
        return Checked(
            endpoint.id, endpoint.title, place_of(url), False, None, None, "", endpoint.licence,
            said.problems[0],
        )  # fmt: skip
    return Checked(
        endpoint.id, endpoint.title, place_of(url), True, ranges, size, date, endpoint.licence
    )


def _asked(request: Request, network: Network) -> tuple[bool, int | None, str]:
    """Read a few bytes and what the server says of the rest."""
    headers = {"Range": f"bytes=0-{FEW_BYTES - 1}"}
    with answered(request, network, headers=headers) as response:
        no_page(response.raw.read(FEW_BYTES), request.url)
        ranges = response.status_code == HTTPStatus.PARTIAL_CONTENT
        total = response.headers.get("Content-Range", "").rpartition("/")[2]
        length = total if ranges else response.headers.get("Content-Length", "")
        return ranges, int(length) if length.isdigit() else None, _day(response)


def _day(response: requests.Response) -> str:
    try:
        stated = parsedate_to_datetime(response.headers.get("Last-Modified", ""))
    except ValueError:
        return ""
    return stated.date().isoformat()
