"""Provider: OpenStreetMap by Overpass, tile by tile, politely; the same rows as from a file.

The answers are asked for as OSM XML and joined to one file that is then read as any other, so
that the two ways to OpenStreetMap cannot differ. (osmnx would simplify the roads, hold every
answer in memory and drop incomplete relations in silence, each with settings global to the
process.)
"""

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from nngis.crs.extent import Box
from nngis.errors import FetchError
from nngis.fetch.cache import Kept
from nngis.fetch.http import Busy, Request
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.osm_mapping import ANY, OsmLayer, osm_layers, osm_words
from nngis.fetch.osm_read import need_osmium
from nngis.fetch.osm_source import layers_from
from nngis.fetch.place import place_of
from nngis.fetch.tally import add, asked_today
from nngis.fetch.troubles import CONTACT, cut_short, trouble
from nngis.text import Text, counted
from nngis.units import BYTES_PER_MB

ELEMENTS = {"line": "way", "polygon": "wr", "point": "nwr"}
SMALLEST_TILE_DEG = 0.002
#: An answer's ends are looked at, not the whole of it.
END_BYTES = 2000
TOO_MUCH = ("timed out", "out of memory", "maxsize")
DIGITS = 6
#: What the public servers welcome from one user a day.
QUESTIONS_A_DAY, BYTES_A_DAY = 10_000, 1e9
#: From this many tiles on, a file of the whole province is quicker and kinder.
MANY_TILES = 200
#: How much longer than the server's own limit the client waits [s].
LONGER_S = 60.0


class TooMuchError(FetchError):
    """A tile holds more than the server gives in one answer."""


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be asked."""
    found = []
    for box in tiles(order.area.shape, order.endpoint.tile_deg):
        kept = _at_hand(order, box)
        what = Text(f"{order.endpoint.tile_deg:g}° 分块", f"tile of {order.endpoint.tile_deg:g}°")
        size = kept.size if kept else None
        found.append(Parcel(place_of(order.endpoint.url), what, size, kept=kept is not None))
    return found


def fetch(order: Order) -> list[Fetched]:
    """Ask for every tile and make layers of the answers."""
    need_osmium(place_of(order.endpoint.url))
    order = _patient(order)
    boxes = tiles(order.area.shape, order.endpoint.tile_deg)
    answers = [kept for box in boxes for kept in _tile(order, box)]
    with tempfile.TemporaryDirectory(dir=order.cache.folder) as folder:
        joined = Path(folder) / "overpass.osm.pbf"
        join([kept.path for kept in answers], joined)
        vintage = min(_base_day(kept) for kept in answers)
        query = question(order, Box(*np.round(order.area.box, DIGITS).tolist()))
        found = layers_from(joined, order, query=query, vintage=vintage)
    return [replace(found[0], warnings=_count(order)), *found[1:]]


def advice(order: Order) -> list[Text]:
    """Tell what should be known before so many questions are asked."""
    found = []
    count = len(tiles(order.area.shape, order.endpoint.tile_deg))
    if count >= MANY_TILES:
        found.append(
            Text(
                f"该范围要向 Overpass 提 {count} 次问；整省请改用文件：--osm 文件或网址"
                "（.osm.pbf）。",
                f"The area takes {counted(count, 'question')} to Overpass; for a whole province "
                "use a file: --osm FILE or ADDRESS (.osm.pbf).",
            )
        )
    if not os.environ.get(CONTACT, "").strip():
        found.append(
            Text(
                f"Overpass 希望知道谁在提问，没有联系方式可能被拒（406）：请把邮箱写入环境变量 "
                f"{CONTACT}。",
                "Overpass wants to know who asks and may refuse (406) without: put a mail address "
                f"into the environment variable {CONTACT}.",
            )
        )
    return found


def _patient(order: Order) -> Order:
    """Wait longer than the server works, so that its own words about a time-out are heard."""
    network = replace(
        order.network,
        timeout_s=max(order.network.timeout_s, order.endpoint.timeout_s + LONGER_S),
        least_wait_s=max(order.network.least_wait_s, order.endpoint.least_wait_s),
    )
    return replace(order, network=network)


def _count(order: Order) -> tuple[Text, ...]:
    """Say how much the server was asked today, and how much is welcome."""
    questions, size = asked_today(order.cache.folder, order.endpoint.url)
    if not questions:
        return ()
    mb = size / BYTES_PER_MB
    over = questions > QUESTIONS_A_DAY or size > BYTES_A_DAY
    return (
        Text(
            f"今天已向 {place_of(order.endpoint.url)} 提问 {questions} 次、取得 {mb:.1f} MB"
            "（该服务每天欢迎约 10,000 次、1 GB）"
            + ("：已超过，请明天再来或改用 .osm.pbf 文件。" if over else "。"),
            f"{place_of(order.endpoint.url)} was asked {counted(questions, 'time')} today and gave "
            f"{mb:.1f} MB; about 10,000 and 1 GB a day are welcome"
            + (": go on tomorrow, or use an .osm.pbf file." if over else "."),
        ),
    )


def tiles(shape: shapely.Geometry, size_deg: float) -> list[Box]:
    """Cut an area into tiles that are the same whatever area they are part of.

    Examples
    --------
    >>> tiles(shapely.box(108.3, 22.8, 108.6, 22.9), 0.25)
    [Box(west=108.25, south=22.75, east=108.5, north=23.0),
     Box(west=108.5, south=22.75, east=108.75, north=23.0)]
    """
    west, south, east, north = shape.bounds
    first = np.floor(np.round([west / size_deg, south / size_deg], DIGITS))
    last = np.ceil(np.round([east / size_deg, north / size_deg], DIGITS))
    columns, rows = (np.arange(a, b) for a, b in zip(first, last, strict=True))
    x, y = (part.ravel() * size_deg for part in np.meshgrid(columns, rows))
    corners = np.round(np.stack([x, y, x + size_deg, y + size_deg]), DIGITS)
    shapely.prepare(shape)
    boxes = shapely.box(*corners)
    touched = shapely.intersects(shape, boxes) & ~shapely.touches(shape, boxes)
    return [Box(*corner) for corner in corners[:, touched].T.tolist()]


def question(order: Order, box: Box) -> str:
    """Write what Overpass is asked of one tile."""
    layers = [osm_layers()[name] for name in order.layers]
    wanted = sorted({line for layer in layers for line in _statements(layer)})
    lines = "\n".join(f"  {line}" for line in wanted)
    sides = f"{box.south},{box.west},{box.north},{box.east}"
    head = f"[out:xml][timeout:{order.endpoint.timeout_s}][bbox:{sides}];"
    return f"{head}\n(\n{lines}\n);\n(._;>;);\nout body;\n"


def join(paths: list[Path], target: Path) -> None:
    """Join answers that overlap into one file, every object once."""
    import osmium  # noqa: PLC0415

    merged = osmium.MergeInputReader()
    for path in paths:
        merged.add_buffer(path.read_bytes(), "osm")
    writer = osmium.SimpleWriter(str(target), overwrite=True)
    merged.apply(writer, simplify=True)
    writer.close()


def _statements(layer: OsmLayer) -> Iterator[str]:
    chinese = osm_words().chinese
    narrowed = "".join(f'["{key}"~"^({"|".join(of)})$"]' for key, of in layer.only.items())
    for key, values in layer.take.items():
        if values == (ANY,):
            yield f'{ELEMENTS[layer.shape]}["{key}"]{narrowed};'
            continue
        spoken = [word for word, value in chinese.get(key, {}).items() if value in values]
        # A tag may hold several values, parted by semicolons.
        some = "|".join((*values, *spoken))
        yield f'{ELEMENTS[layer.shape]}["{key}"~"(^|;) ?({some}) ?(;|$)"]{narrowed};'


def _request(order: Order, box: Box) -> Request:
    return Request(order.endpoint.url, question(order, box))


def _at_hand(order: Order, box: Box) -> Kept | None:
    """Find a tile that the server or one of its mirrors has given already."""
    if order.cache.refresh:
        return None
    text = question(order, box)
    found = (order.cache.find(Request(url, text)) for url in order.endpoint.places)
    return next((kept for kept in found if kept is not None), None)


def _tile(order: Order, box: Box) -> list[Kept]:
    """Ask for one tile; where it holds too much, for its quarters."""
    kept = _at_hand(order, box)
    if kept is not None:
        return [kept]
    request = _request(order, box)
    try:
        kept = order.cache.fetch(
            request,
            network=order.network,
            check=lambda path: _check(path, order),
            progress=lambda _, done, total: order.progress(f"{box.west},{box.south}", done, total),
        )
    except TooMuchError:
        half = (box.east - box.west) / 2
        if half < SMALLEST_TILE_DEG:
            raise
        quarters = tiles(order.area.shape & shapely.box(*box), half)
        return [kept for quarter in quarters for kept in _tile(order, quarter)]
    if kept.fresh:
        order.network.sleep(order.network.pause_s)
    return [kept]


def _check(path: Path, order: Order) -> None:
    """Refuse an answer that is cut, or that tells of a failure in the middle of its data."""
    url, size = order.endpoint.url, path.stat().st_size
    add(order.cache.folder, url, size)
    with path.open("rb") as stream:
        stream.seek(max(0, size - END_BYTES))
        end = stream.read().decode("utf-8", "replace")
    remark = re.search(r"<remark>(.*?)</remark>", end, re.DOTALL)
    if remark:
        said = remark[1].strip()
        if any(sign in said for sign in TOO_MUCH):
            raise TooMuchError(
                f"一个分块的数据太多，服务器未给全：{said}",
                f"One tile holds more than the server gives: {said}",
                where=place_of(url),
            )
        raise Busy(
            trouble(
                f"服务器未能完成查询：{said}；请稍后重试，或用 --endpoints 换镜像。",
                f"The server did not finish the query: {said}; try again later, or name a mirror "
                "with --endpoints.",
                url,
            )
        )
    if not end.rstrip().endswith("</osm>"):
        raise Busy(cut_short(url))


def _base_day(kept: Kept) -> str:
    """Day of the data as the server states it, or the day they were fetched."""
    with kept.path.open("rb") as stream:
        stated = re.search(rb'osm_base="(\d{4}-\d\d-\d\d)', stream.read(END_BYTES))
    return stated[1].decode() if stated else kept.fetched
