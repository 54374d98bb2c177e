"""How a place is named: an address or a path, and what of it may be told."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


def is_local(url: str) -> bool:
    """Tell a path on this machine from an address.

    Parameters
    ----------
    url : str
        Either.

    Returns
    -------
    bool
        Whether it is a path.

    Examples
    --------
    >>> is_local("guangxi.osm.pbf"), is_local("https://example.org/guangxi.osm.pbf")
    (True, False)
    """
    return not url.startswith(("http://", "https://"))


def place_of(url: str) -> str:
    """Name where a file comes from, without a user's name, password or folders.

    Examples
    --------
    >>> place_of("/home/li/guangxi.osm.pbf")
    'guangxi.osm.pbf'
    >>> place_of("https://li:secret@example.org/a.tif?year=2020")
    'https://example.org/a.tif?year=2020'
    """
    if is_local(url):
        return Path(url).name
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
