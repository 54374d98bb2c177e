"""Road graphs from OSM files (`.osm`, `.osm.pbf`), read with pyosmium."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from nngis.crs import lonlat_to_work
from nngis.errors import LayerError
from nngis.network.graph import Built, Ways, graph_from_ways
from nngis.network.graph.drive_rules import KEYS, SPEED_KM_H

#: What osmium holds where a node has no place (its `osmium::Location::undefined_coordinate`).
UNDEFINED = 2_147_483_647
PER_DEGREE = 1e7


def read_osm_graph(path: Path | str, *, crs: CRS | str) -> Built:
    """Read the roads that cars may use from an OSM file."""
    ways = read_ways(path, crs=crs)
    built = graph_from_ways(ways, CRS.from_user_input(crs))
    if not built.graph.n_edges:
        raise LayerError(
            "文件中没有机动车可通行的道路（highway）；请检查所下载的范围与内容。",
            "The file holds no road (highway) open to cars; check what was downloaded.",
            where=str(path),
        )
    return built


def read_ways(path: Path | str, *, crs: CRS | str) -> Ways:
    """Read the ways of the road classes that cars use from an OSM file."""
    try:
        import osmium  # noqa: PLC0415
    except ImportError as error:
        raise LayerError(
            "读取 OSM 文件需要 pyosmium；请运行 pip install 'nngis[osm]'。",
            "Reading OSM files needs pyosmium; run pip install 'nngis[osm]'.",
            where=str(path),
        ) from error
    if not Path(path).is_file():
        raise LayerError("文件不存在。", "There is no such file.", where=str(path))
    roads = osmium.filter.TagFilter(*(("highway", value) for value in SPEED_KM_H))
    reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    reader = reader.with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    try:
        return _arrays(reader.with_filter(roads), CRS.from_user_input(crs))
    except RuntimeError as error:
        raise LayerError(
            f"无法读取 OSM 文件，文件可能已损坏：{error}",
            f"The OSM file cannot be read and may be damaged: {error}",
            where=str(path),
        ) from error


def _arrays(ways: Iterable[Any], crs: CRS) -> Ways:
    """Collect ways; osmium gives them one at a time, so this is the one loop over them."""
    ids: list[int] = []
    tags: list[list[str | None]] = []
    nodes: list[tuple[int, int, int]] = []
    first = [0]
    for way in ways:
        ids.append(way.id)
        tags.append([way.tags.get(key) for key in KEYS])
        nodes.extend((node.ref, node.x, node.y) for node in way.nodes)
        first.append(len(nodes))
    table = np.array(nodes, np.int64).reshape(-1, 3)
    ref, places = table[:, 0], table[:, 1:]
    lonlat = np.where(places == UNDEFINED, np.nan, places / PER_DEGREE)
    x, y = lonlat_to_work(lonlat[:, 0], lonlat[:, 1], crs)
    index = pd.Index(ids, dtype=str, name="way")
    return Ways(
        pd.DataFrame(tags, index=index, columns=list(KEYS), dtype=str), ref, np.array(first), x, y
    )
