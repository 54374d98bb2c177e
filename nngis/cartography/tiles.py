"""Map tiles that a web map fetches for those who ask: 天地图, OpenStreetMap or any XYZ."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from nngis.errors import OutputError
from nngis.text import Text

TIANDITU_HOSTS = ("0", "1", "2", "3", "4", "5", "6", "7")
TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
TIANDITU_ZOOM, OSM_ZOOM, ANY_ZOOM = 18, 19, 18
OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
GCJ02 = "gcj02+"
NEEDED = ("{z}", "{x}", "{y}")


@dataclass(frozen=True)
class Tiles:
    """One source of tiles in web Mercator.

    Parameters
    ----------
    url : str
        Address with ``{z}``, ``{x}``, ``{y}``, and ``{s}`` where there are several hosts.
    attribution : Text
        Who must be named.
    hosts : tuple of str
        What stands for ``{s}``.
    zoom : int
        Largest zoom that the source has.
    gcj02 : bool
        Whether its tiles are in GCJ-02, and must be moved by half a kilometre.
    """

    url: str
    attribution: Text
    hosts: tuple[str, ...] = ()
    zoom: int = ANY_ZOOM
    gcj02: bool = False

    @property
    def origins(self) -> tuple[str, ...]:
        """The servers that a page with these tiles may ask."""
        addresses = [self.url.replace("{s}", host) for host in self.hosts] or [self.url]
        parts = [urlsplit(one) for one in addresses]
        return tuple(dict.fromkeys(f"{one.scheme}://{one.netloc}" for one in parts))


def choose_tiles(text: str) -> tuple[Tiles, ...]:
    """Read which tiles somebody asked for.

    Parameters
    ----------
    text : str
        ``tianditu:KEY``, ``osm``, or an address with ``{z}``, ``{x}`` and ``{y}``; with
        ``gcj02+`` before it where its tiles are in GCJ-02. Empty for none.

    Returns
    -------
    tuple of Tiles
        From the lowest to the highest; 天地图 has its names in tiles of their own.

    Raises
    ------
    OutputError
        If it is none of these.

    Examples
    --------
    >>> choose_tiles("osm")[0].origins
    ('https://tile.openstreetmap.org',)
    >>> choose_tiles("gcj02+https://map.example/{z}/{x}/{y}.png")[0].gcj02
    True
    """
    name, _, rest = text.strip().partition(":")
    if not name:
        return ()
    if name.lower() == "osm" and not rest:
        named = Text("© OpenStreetMap 贡献者", "© OpenStreetMap contributors")
        return (Tiles(OSM, named, zoom=OSM_ZOOM),)
    if name.lower() == "tianditu" and re.fullmatch(r"[0-9A-Za-z]{8,64}", rest):
        named = Text("天地图", "Tianditu")
        addresses = (TIANDITU.format(layer=layer, key=rest) for layer in ("vec", "cva"))
        return tuple(Tiles(one, named, TIANDITU_HOSTS, TIANDITU_ZOOM) for one in addresses)
    shifted = text.strip().lower().startswith(GCJ02)
    url = text.strip()[len(GCJ02) :] if shifted else text.strip()
    host = urlsplit(url).netloc if url.startswith(("https://", "http://")) else ""
    if not re.fullmatch(r"[\w.-]+(:\d+)?", host) or any(part not in url for part in NEEDED):
        raise OutputError(
            "不认识这种底图瓦片；请写 tianditu:密钥、osm，或含 {z}、{x}、{y} 的网址"
            "（GCJ-02 瓦片前加 gcj02+）。",
            "These tiles are not known; write tianditu:KEY, osm, or an address with {z}, {x} and "
            "{y} (with gcj02+ before it for tiles in GCJ-02).",
            where=f"--tiles {text}",
        )
    return (Tiles(url, Text(host, host), gcj02=shifted),)
