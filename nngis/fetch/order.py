"""What every provider is handed and hands back: orders, what they would move, layers."""

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.catalog.spec import Geometry
from nngis.evidence import Evidence
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.download import Progress, silent
from nngis.fetch.endpoints import Endpoint
from nngis.fetch.http import Network
from nngis.text import Text


@dataclass(frozen=True)
class Order:
    """One provider's share of what a user wants.

    Parameters
    ----------
    layers : tuple of str
        Ids of the layers wanted of it.
    area : Area
        Where.
    endpoint : Endpoint
        From where.
    network : Network
        How patient to be.
    cache : Cache
        Where what has come is kept.
    progress : callable
        Told of every piece.
    """

    layers: tuple[str, ...]
    area: Area
    endpoint: Endpoint
    network: Network
    cache: Cache
    progress: Progress = field(default=silent, compare=False)


@dataclass(frozen=True)
class Parcel:
    """Something that would be moved over the network.

    Parameters
    ----------
    url : str
        From where; a path where it lies on this machine already.
    what : Text
        What it is.
    size : int, optional
        Bytes that would be moved; None where nobody can tell beforehand.
    kept : bool
        Whether the cache holds it already.
    """

    url: str
    what: Text
    size: int | None = None
    kept: bool = False


@dataclass(frozen=True)
class Fetched:
    """A layer that has come, with all that its catalog entry must say.

    Parameters
    ----------
    id : str
        Id of the layer.
    title : Text
        What people call it.
    geometry : str
        What its rows are, as in the catalog.
    content : GeoDataFrame, DataFrame or Path
        The rows, the key among the columns, in WGS84; without geometry a table; or a file to take
        as it is.
    key : str
        Column of the id; empty for a raster or other file.
    roles : tuple of str
        Roles it plays.
    yields_to : str
        Role that a curated layer plays better.
    vintage : str
        How old the data are.
    licence, attribution : str
        What every map must say.
    evidence : str
        How sure it is.
    sources : tuple of str
        From where.
    query : str
        What was asked.
    note : Text, optional
        What it is not good for.
    broken : int
        Objects that the source holds in part only.
    warnings : tuple of Text
        What whoever fetches must know at once.
    beside : Path, optional
        The source's own file, put beside the layer under the layer's name.
    beside_suffix : str
        Its ending.
    crs : str
        CRS of a raster; rows are always in WGS84.
    """

    id: str
    title: Text
    geometry: Geometry
    content: gpd.GeoDataFrame | pd.DataFrame | Path
    key: str
    roles: tuple[str, ...]
    vintage: str
    licence: str
    attribution: str
    evidence: Evidence
    sources: tuple[str, ...]
    query: str
    yields_to: str = ""
    note: Text | None = None
    broken: int = 0
    warnings: tuple[Text, ...] = ()
    beside: Path | None = None
    beside_suffix: str = ""
    crs: str = "EPSG:4326"


def joined_notes(*notes: Text | None) -> Text | None:
    """Join what must be said of a layer.

    Examples
    --------
    >>> joined_notes(Text("一。", "One."), None, Text("二。", "Two."))
    Text(zh='一。二。', en='One. Two.')
    """
    said = [note for note in notes if note is not None]
    if not said:
        return None
    return Text("".join(one.zh for one in said), " ".join(one.en for one in said))
