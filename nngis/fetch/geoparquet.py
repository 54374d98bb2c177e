"""Outlines out of GeoParquet: of a file behind an address only the row groups of an area move."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from nngis.arrays import Objects
from nngis.catalog.load import sha256_of
from nngis.crs.extent import Box
from nngis.errors import LayerError
from nngis.fetch.cache import Kept, name_of
from nngis.fetch.http import Request
from nngis.fetch.order import Order
from nngis.fetch.place import is_local, place_of
from nngis.fetch.range_file import RangeFile
from nngis.fetch.single import obtain, whole
from nngis.fetch.troubles import NoRangesError, trouble

SIDES = ("xmin", "ymin", "xmax", "ymax")
#: Columns of the plan, and where the known collections keep them (`a.b` is a field of a struct).
COLUMNS = {
    "building": ("class", "subtype", "building"),
    "name_zh": ("names.primary", "name"),
    "height_m": ("height", "Height"),
    "storeys_count": ("num_floors",),
}
NUMBERS = ("height_m", "storeys_count")
ID, SOURCE, SOURCES, UNDERGROUND = "id", "source", "sources", "is_underground"
#: GlobalBuildingAtlas writes -999 for a height that is missing; no building is that low.
LOWEST_M = 0.0


def box_words(box: Box) -> str:
    """Write a box as the cache knows it."""
    return ",".join(f"{side:.6f}" for side in box)


def part_over(order: Order, url: str) -> Kept:
    """Read one file's rows over the area into the cache."""
    request = Request(url, body=f"bbox {box_words(order.area.box)}")
    kept = None if order.cache.refresh else order.cache.find(request)
    if kept is not None:
        return kept
    table = _rows(order, url)
    target = order.cache.folder / "incoming" / f"{name_of(request)}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(target)
    return order.cache.keep(request, target, sha256_of(target))


def touching_groups(meta: pq.FileMetaData, box: Box) -> list[int]:
    """Find the row groups that may hold something of a box, by the statistics of their columns."""
    paths = {meta.schema.column(at).path: at for at in range(meta.num_columns)}
    columns = [paths.get(f"bbox.{side}") for side in SIDES]
    if None in columns:
        return list(range(meta.num_row_groups))
    found = []
    for group in range(meta.num_row_groups):
        row_group = meta.row_group(group)
        said = [row_group.column(at).statistics for at in columns]
        if all(part is not None and part.has_min_max for part in said):
            west, south = said[0].min, said[1].min
            east, north = said[2].max, said[3].max
            if west > box.east or east < box.west or south > box.north or north < box.south:
                continue
        found.append(group)
    return found


def unlike(ids: Objects, wkb: Objects) -> Objects:
    """Tell outlines apart that share an id: the second is called ``ID-2``; the same outline is not.

    Examples
    --------
    >>> unlike(np.array(["a", "a", "a"], object), np.array([b"1", b"2", b"1"], object)).tolist()
    ['a', 'a-2', 'a']
    """
    seen: dict[tuple[Any, Any], str] = {}
    times: Counter[Any] = Counter()
    for key in zip(ids, wkb, strict=True):
        if key not in seen:
            times[key[0]] += 1
            seen[key] = key[0] if times[key[0]] == 1 else f"{key[0]}-{times[key[0]]}"
    return np.array([seen[key] for key in zip(ids, wkb, strict=True)], dtype=object)


def _opened(order: Order, url: str) -> tuple[pq.ParquetFile, RangeFile | None]:
    """Open a file by ranges where its server gives them, whole where it does not."""
    if is_local(url):
        obtain(order, Request(url))
        return pq.ParquetFile(url), None
    try:
        remote = RangeFile(url, order.network)
    except NoRangesError as error:
        return pq.ParquetFile(whole(order, url, error.size)), None
    # Columns that lie side by side are asked for at once.
    return pq.ParquetFile(pa.PythonFile(remote, mode="r"), pre_buffer=True), remote


def _rows(order: Order, url: str) -> pd.DataFrame:
    title = place_of(url).rsplit("/", 1)[-1]
    try:
        file, remote = _opened(order, url)
        names = file.schema_arrow.names
        if "geometry" not in names:
            raise LayerError(
                "文件没有 geometry 列，不是 GeoParquet。",
                "The file has no column geometry: it is no GeoParquet.",
                where=place_of(url),
            )
        wanted = {ID, "geometry", "bbox", SOURCE, SOURCES, UNDERGROUND}
        wanted |= {path for of in COLUMNS.values() for path in of}
        columns = [name for name in names if any(path.split(".")[0] == name for path in wanted)]
        parts = []
        for group in touching_groups(file.metadata, order.area.box):
            rows = file.read_row_group(group, columns=columns)
            first = sum(file.metadata.row_group(at).num_rows for at in range(group))
            parts.append(_known(rows, order.area.box, f"{Path(title).stem}-", first))
            if remote is not None:
                order.progress(title, remote.moved, None)
    except pa.ArrowInvalid as error:
        raise trouble(
            f"不是 Parquet 文件，或文件已损坏：{error}",
            f"No Parquet file, or a damaged one: {error}",
            place_of(url),
        ) from error
    names = {name: [] for name in ("roof_id", "wkb", *COLUMNS, SOURCE)}
    empty = pd.DataFrame(names, dtype=object)
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty


def _known(rows: pa.Table, box: Box, prefix: str, first: int) -> pd.DataFrame:
    """Take the rows of a box, with the columns that the plan knows."""
    wkb = rows["geometry"].to_numpy(zero_copy_only=False)
    west, south, east, north = shapely.bounds(shapely.from_wkb(wkb)).T
    inside = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
    if UNDERGROUND in rows.column_names:
        inside &= ~rows[UNDERGROUND].to_pandas().eq(True).to_numpy()
    at = np.flatnonzero(inside)
    # What lies elsewhere in the row group is not looked at any further.
    taken = rows.take(pa.array(at))
    sources = _sources(taken)
    found = {"roof_id": _ids(taken, sources, [f"{prefix}{first + row}" for row in at])}
    found["wkb"] = wkb[at]
    for name, paths in COLUMNS.items():
        values = pd.Series(None, index=range(len(at)), dtype=object)
        for path in paths:
            values = values.where(values.notna(), _field(taken, path))
        found[name] = pd.to_numeric(values).to_numpy() if name in NUMBERS else values.to_numpy()
    found[SOURCE] = sources
    made = pd.DataFrame(found)
    made["height_m"] = made["height_m"].where(made["height_m"] > LOWEST_M)
    return made


def _ids(rows: pa.Table, sources: Objects, numbered: list[str]) -> Objects:
    """Name rows by their ids, together with the source where several stand beside each other."""
    if ID not in rows.column_names:
        return np.array(numbered, dtype=object)
    stated = rows[ID].to_pylist()
    words = (
        [f"{of}-{one}" for of, one in zip(sources, stated, strict=True)]
        if SOURCE in rows.column_names
        else list(map(str, stated))
    )
    named = [
        number if one is None else word
        for one, word, number in zip(stated, words, numbered, strict=True)
    ]
    return np.array(named, dtype=object)


def _sources(rows: pa.Table) -> Objects:
    """Name where each outline comes from: a column of its own, or a list of data sets."""
    if SOURCE in rows.column_names:
        return np.array(rows[SOURCE].to_pylist(), dtype=object)
    if SOURCES not in rows.column_names:
        return np.full(rows.num_rows, None, dtype=object)
    named = [
        sorted({str(one["dataset"]) for one in of or () if one and one.get("dataset")})
        for of in rows[SOURCES].to_pylist()
    ]
    return np.array(["; ".join(of) or None for of in named], dtype=object)


def _field(rows: pa.Table, path: str) -> pd.Series:
    name, _, inner = path.partition(".")
    if name not in rows.column_names:
        return pd.Series(None, index=range(rows.num_rows), dtype=object)
    column = rows[name].combine_chunks()
    if inner:
        if not pa.types.is_struct(column.type) or column.type.get_field_index(inner) < 0:
            return pd.Series(None, index=range(rows.num_rows), dtype=object)
        column = pc.struct_field(column, inner)
    return column.to_pandas().astype(object)
