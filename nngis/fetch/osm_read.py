"""Read from an OSM file, in one pass, the objects that layers take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from nngis.arrays import Objects
from nngis.errors import LayerError
from nngis.fetch.osm_mapping import OsmLayer, Tags, in_english

#: What osmium holds where a node has no place (its `osmium::Location::undefined_coordinate`).
UNDEFINED = 2_147_483_647
PER_DEGREE = 1e7

Found = tuple[OsmLayer, str]
LEAST_ENDS = 2


@dataclass
class Haul:
    """Objects that one layer has taken so far.

    Parameters
    ----------
    ids : list of str
        ``n1``, ``w1``, ``r1`` for node, way and relation.
    tags : list of mapping
        Their tags, in English.
    classes : list of str
        The value by which each was taken.
    wkb : list of str
        Geometry of points and areas, hexadecimal.
    nodes : list of (int, int)
        Places of the nodes of all ways, one after another [1e-7 degrees].
    sizes : list of int
        Nodes of each way.
    """

    ids: list[str] = field(default_factory=list)
    tags: list[Tags] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    wkb: list[str] = field(default_factory=list)
    nodes: list[tuple[int, int]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def note(self, ref: str, tags: Tags, kind: str) -> None:
        """Note an object whose geometry is kept beside."""
        self.ids.append(ref)
        self.tags.append(tags)
        self.classes.append(kind)


@dataclass(frozen=True)
class Taken:
    """What one layer takes from a file.

    Parameters
    ----------
    ids : list of str
        Ids, unique; a line that lacks nodes within comes in parts, ``w1`` and ``w1-2``.
    tags : list of mapping
        Tags of each.
    classes : list of str
        The value by which each was taken.
    geometry : (n,) object array
        Longitude and latitude.
    broken : int
        Objects left out because the file lacks parts of them.
    """

    ids: list[str]
    tags: list[Tags]
    classes: list[str]
    geometry: Objects
    broken: int


def read_osm(path: Path, layers: Iterable[OsmLayer]) -> dict[str, Taken]:
    """Read the objects that layers take from an OSM file.

    Areas are put together from closed ways and from multipolygon relations, holes included. A
    relation of which the file lacks members cannot be put together; it is counted.
    """
    osmium = need_osmium(str(path))
    if not path.is_file():
        raise LayerError("文件不存在。", "There is no such file.", where=str(path))
    wanted = tuple(layers)
    keys = sorted({key for layer in wanted for key in layer.take})
    try:
        reader = osmium.FileProcessor(osmium.io.File(str(path), osm_format(path)))
        reader = reader.with_areas(osmium.filter.KeyFilter(*keys))
        sorter = _Sorter(wanted)
        sorter.sort(reader.with_filter(osmium.filter.KeyFilter(*keys)))
    except RuntimeError as error:
        raise LayerError(
            f"无法读取 OSM 文件，文件可能已损坏或未下载完整：{error}",
            f"The OSM file cannot be read; it may be damaged or not wholly downloaded: {error}",
            where=str(path),
        ) from error
    return {
        layer.id: _lines(sorter.hauls[layer.id])
        if layer.shape == "line"
        else _shapes(sorter.hauls[layer.id], sorter.lost[layer.id], points=layer.shape == "point")
        for layer in wanted
    }


def need_osmium(where: str) -> Any:  # noqa: ANN401 -- a module without types
    """Import pyosmium, before anything is fetched that only it can read."""
    try:
        import osmium  # noqa: PLC0415
    except ImportError as error:
        raise LayerError(
            "读取 OSM 数据需要 pyosmium；请运行 pip install 'nngis[fetch]'。",
            "Reading OSM data needs pyosmium; run pip install 'nngis[fetch]'.",
            where=where,
        ) from error
    return osmium


def osm_format(path: Path) -> str:
    """Name a file's format by its first bytes, since the name does not tell in a cache."""
    with path.open("rb") as stream:
        first = stream.read(8)
    if first[:2] == b"\x1f\x8b":
        return "osm.gz"
    if first[:3] == b"BZh":
        return "osm.bz2"
    return "pbf" if first[:1] == b"\x00" else "osm"


class _Sorter:
    """Gives every object to the layers that take it; osmium hands them out one at a time."""

    def __init__(self, layers: tuple[OsmLayer, ...]) -> None:
        import osmium  # noqa: PLC0415

        self.to_wkb = osmium.geom.WKBFactory()
        self.hauls = {layer.id: Haul() for layer in layers}
        #: Relations that should have become an area and have not.
        self.lost: dict[str, set[int]] = {layer.id: set() for layer in layers}
        lines, areas = _by_key(layers, line=True), _by_key(layers, line=False)
        points = {
            key: [layer for layer in found if layer.shape == "point"]
            for key, found in areas.items()
        }
        self.kinds = {
            "n": (points, self._node),
            "w": (lines, self._way),
            "r": (areas, self._relation),
            "a": (areas, self._area),
        }

    def sort(self, objects: Iterable[Any]) -> None:
        for thing in objects:
            index, handle = self.kinds[thing.type_str()]
            tags = in_english(dict(thing.tags))
            takers = _takers(tags, index)
            if takers:
                handle(thing, tags, takers)

    def _node(self, node: Any, tags: Tags, takers: list[Found]) -> None:  # noqa: ANN401
        self._note(f"n{node.id}", tags, takers, self.to_wkb.create_point(node))

    def _way(self, way: Any, tags: Tags, takers: list[Found]) -> None:  # noqa: ANN401
        places = [(node.x, node.y) for node in way.nodes]
        for layer, value in takers:
            haul = self.hauls[layer.id]
            haul.note(f"w{way.id}", tags, value)
            haul.nodes += places
            haul.sizes.append(len(places))

    def _relation(self, relation: Any, tags: Tags, takers: list[Found]) -> None:  # noqa: ANN401
        if tags.get("type") in ("multipolygon", "boundary"):
            for layer, _ in takers:
                self.lost[layer.id].add(relation.id)

    def _area(self, area: Any, tags: Tags, takers: list[Found]) -> None:  # noqa: ANN401
        ref = area.orig_id()
        if not area.from_way():
            for layer, _ in takers:
                self.lost[layer.id].discard(ref)
        letter = "w" if area.from_way() else "r"
        self._note(f"{letter}{ref}", tags, takers, self.to_wkb.create_multipolygon(area))

    def _note(self, ref: str, tags: Tags, takers: list[Found], wkb: str) -> None:
        for layer, value in takers:
            haul = self.hauls[layer.id]
            haul.note(ref, tags, value)
            haul.wkb.append(wkb)


def _by_key(layers: tuple[OsmLayer, ...], *, line: bool) -> dict[str, list[OsmLayer]]:
    index: dict[str, list[OsmLayer]] = {}
    for layer in layers:
        if (layer.shape == "line") == line:
            for key in layer.take:
                index.setdefault(key, []).append(layer)
    return index


def _takers(tags: Tags, index: Mapping[str, list[OsmLayer]]) -> list[Found]:
    candidates = {layer.id: layer for key in tags for layer in index.get(key, ())}
    found = ((layer, layer.class_of(tags)) for layer in candidates.values())
    return [(layer, value) for layer, value in found if value is not None]


def _shapes(haul: Haul, lost: set[int], *, points: bool) -> Taken:
    geometry = np.asarray(shapely.from_wkb(np.array(haul.wkb, dtype=object)), dtype=object)
    if points:
        geometry = np.asarray(shapely.point_on_surface(geometry), dtype=object)
    else:
        # One outline is a polygon, not a collection of one.
        single = shapely.get_num_geometries(geometry) == 1
        geometry = np.where(single, shapely.get_geometry(geometry, 0), geometry)
    return Taken(haul.ids, haul.tags, haul.classes, geometry, len(lost))


def _lines(haul: Haul) -> Taken:
    """Make lines, cut where the file lacks a node."""
    places = np.array(haul.nodes, np.int64).reshape(-1, 2)
    way = np.repeat(np.arange(len(haul.sizes)), haul.sizes)
    here = (places != UNDEFINED).all(axis=1)
    # A run goes on while the node before is there and of the same way.
    fresh = np.ones(len(way), dtype=bool)
    fresh[1:] = (way[1:] != way[:-1]) | ~here[:-1]
    run = np.cumsum(fresh) - 1
    run, way, places = run[here], way[here], places[here]
    _, first, at, size = np.unique(run, return_index=True, return_inverse=True, return_counts=True)
    long_enough = size >= LEAST_ENDS
    kept = long_enough[at]
    number = np.cumsum(long_enough) - 1
    geometry = shapely.linestrings(places[kept] / PER_DEGREE, indices=number[at[kept]])
    of_way = way[first][long_enough]
    part = np.arange(len(of_way)) - np.searchsorted(of_way, of_way)
    ids = [
        haul.ids[w] if not p else f"{haul.ids[w]}-{p + 1}"
        for w, p in zip(of_way.tolist(), part.tolist(), strict=True)
    ]
    broken = len(haul.ids) - len(np.unique(of_way))
    return Taken(
        ids,
        [haul.tags[w] for w in of_way.tolist()],
        [haul.classes[w] for w in of_way.tolist()],
        np.asarray(geometry, dtype=object),
        broken,
    )
