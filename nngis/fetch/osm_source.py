"""Provider: OpenStreetMap from a file, given or downloaded."""

from pathlib import Path

from nngis.errors import LayerError
from nngis.fetch.http import Request
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.osm_frames import layer_frame
from nngis.fetch.osm_mapping import osm_layers
from nngis.fetch.osm_read import need_osmium, osm_format, read_osm
from nngis.fetch.place import place_of
from nngis.fetch.single import obtain, parcel
from nngis.text import Text


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be moved."""
    return [parcel(order, Request(order.endpoint.url), Text("整个文件", "the whole file"))]


def fetch(order: Order) -> list[Fetched]:
    """Make layers of an OSM file."""
    need_osmium(place_of(order.endpoint.url))
    single = obtain(order, Request(order.endpoint.url))
    query = f"{place_of(order.endpoint.url)} sha256:{single.sha256}"
    vintage = _stated_day(single.path) or single.day
    return layers_from(single.path, order, query=query, vintage=vintage)


def layers_from(path: Path, order: Order, *, query: str, vintage: str) -> list[Fetched]:
    """Make layers of an OSM file that is at hand, within the area."""
    wanted = [osm_layers()[name] for name in order.layers]
    read = read_osm(path, wanted)
    found = []
    for layer in wanted:
        frame = layer_frame(layer, read[layer.id])
        inside = frame.intersects(order.area.shape).to_numpy()
        found.append(
            Fetched(
                id=layer.id,
                title=layer.title,
                geometry=layer.shape,
                content=frame[inside].reset_index(drop=True),
                key=layer.key,
                roles=layer.roles,
                yields_to=layer.yields_to,
                vintage=vintage,
                licence=order.endpoint.licence,
                attribution=order.endpoint.attribution,
                evidence=order.endpoint.evidence,
                sources=(f"OpenStreetMap, {place_of(order.endpoint.url)}",),
                query=query,
                note=layer.said,
                broken=read[layer.id].broken,
            )
        )
    return found


def _stated_day(path: Path) -> str:
    """Day that the file itself states; empty where it states none."""
    import osmium  # noqa: PLC0415

    try:
        with osmium.io.Reader(
            osmium.io.File(str(path), osm_format(path)), osmium.osm.NOTHING
        ) as reader:
            stamp: str = reader.header().get("osmosis_replication_timestamp")
            return stamp[:10]
    except RuntimeError as error:
        raise LayerError(
            f"无法读取 OSM 文件，文件可能已损坏或未下载完整：{error}",
            f"The OSM file cannot be read; it may be damaged or not wholly downloaded: {error}",
            where=str(path),
        ) from error
