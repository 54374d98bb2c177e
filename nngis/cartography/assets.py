"""Files that the pages are built from: our own, and pinned ones of others with their licences."""

import base64
import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nngis.errors import OutputError


@dataclass(frozen=True)
class Asset:
    """A file of somebody else that ships with the maps.

    Parameters
    ----------
    file : str
        Its name among the assets.
    name, version : str
        What it belongs to.
    origin : str
        Where its maker publishes it.
    sha256 : str
        Hash of its bytes.
    licence : str
        SPDX name of its licence.
    licence_file : str
        Name of the asset that holds the licence's text.
    """

    file: str
    name: str
    version: str
    origin: str
    sha256: str
    licence: str
    licence_file: str


@cache
def pinned() -> tuple[Asset, ...]:
    """List the files of others, as assets.toml records them."""
    raw = tomllib.loads(text("assets.toml"))
    return tuple(
        Asset(**{("origin" if key == "from" else key): value for key, value in row.items()})
        for row in raw["asset"]
    )


def text(name: str) -> str:
    """Read an asset as text."""
    return content(name).decode("utf-8")


@cache
def content(name: str) -> bytes:
    """Read an asset; a pinned one must be the file that was pinned."""
    raw = files("nngis.cartography").joinpath("assets", name).read_bytes()
    if name == "assets.toml":
        return raw
    known = {asset.file: asset.sha256 for asset in pinned()}
    if name in known and hashlib.sha256(raw).hexdigest() != known[name]:
        raise OutputError(
            "随程序附带的文件已被改动；请重新安装 nngis。",
            "A file that ships with nngis has been changed; install nngis again.",
            where=name,
        )
    return raw


@cache
def leaflet_js() -> str:
    """Return Leaflet's script, ready to stand inside a page."""
    return text("leaflet.js").partition("\n//# sourceMappingURL=")[0]


def data_uri(name: str) -> str:
    """Return a picture among the assets as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(content(name)).decode("ascii")


@cache
def leaflet_css() -> str:
    """Return Leaflet's style sheet with its images inside."""

    def inline(found: re.Match[str]) -> str:
        return f"url({data_uri(found[1])})"

    return re.sub(r"url\(images/([\w.-]+\.png)\)", inline, text("leaflet.css"))
