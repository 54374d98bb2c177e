"""Roofs in GeoParquet, one partition at a time, so that no more than one is ever in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from nngis.budgets import VERTICES, budget, over_budget, time_budget
from nngis.catalog.geo_columns import DEGREES, frame_of, geometry_columns
from nngis.catalog.ids import read_ids
from nngis.catalog.load import sha256_of
from nngis.crs import require_known_datum
from nngis.datasets.parquet import open_parquet, read_batches
from nngis.errors import LayerError
from nngis.evidence import Evidence
from nngis.text import counted, listing

ROWS_AT_ONCE = 250_000
SHOWN = 12  # columns that a message lists


@dataclass(frozen=True)
class Partition:
    """Some consecutive rows of one file.

    Parameters
    ----------
    name : str
        Its name, the same whenever the same files are listed.
    path : Path
        The GeoParquet file.
    groups : tuple of int
        Row groups of the file.
    rows : int
        How many rows they hold.
    sha256 : str
        Of the whole file: what was judged of another file of that name is of no use.
    """

    name: str
    path: Path
    groups: tuple[int, ...]
    rows: int
    sha256: str


def list_partitions(source: Path, *, rows_at_once: int = ROWS_AT_ONCE) -> list[Partition]:
    """List the partitions of a file, or of every file of a folder.

    Parameters
    ----------
    source : Path
        A ``.parquet`` file, or a folder of them.
    rows_at_once : int
        Row groups are taken together up to so many rows.

    Returns
    -------
    list of Partition
        In the order of file names and row groups.

    Raises
    ------
    LayerError
        If there is no such file.
    """
    files = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    if not files or not all(path.is_file() for path in files):
        raise LayerError(
            "没有 .parquet 文件；请给出一个 GeoParquet 文件或其文件夹。",
            "No .parquet file; name a GeoParquet file or a folder of them.",
            where=str(source),
        )
    found = []
    for path in files:
        with open_parquet(path) as file:
            meta = file.metadata
        digest = sha256_of(path)
        groups: list[int] = []
        rows = 0
        for group in range(meta.num_row_groups):
            more = meta.row_group(group).num_rows
            if groups and rows + more > rows_at_once:
                found.append(_partition(path, groups, rows, digest))
                groups, rows = [], 0
            groups.append(group)
            rows += more
        if groups:
            found.append(_partition(path, groups, rows, digest))
    if not found:
        raise LayerError("文件中没有一行。", "The files hold no row.", where=str(source))
    return found


def read_partition(
    part: Partition,
    crs: CRS | str,
    *,
    key: str,
    evidence: Evidence,
    rename: Mapping[str, str],
    datum: str | None = None,
    columns: Collection[str] | None = None,
) -> gpd.GeoDataFrame:
    """Read one partition into the work CRS.

    Parameters
    ----------
    part : Partition
        What to read.
    crs : pyproj.CRS or str
        The work CRS.
    key : str
        Column of the unique id.
    evidence : str
        How sure the outlines are.
    rename : mapping of str to str
        Columns of the file, and the names that the plan knows them by.
    datum : str, optional
        What somebody says its degrees are in; without it a file that names GCJ-02 or BD-09 is
        refused.
    columns : collection of str, optional
        Columns to read, by the names that the plan knows, and no others; all if not given.

    Returns
    -------
    GeoDataFrame
        Indexed by `roof_id`, with `evidence`.

    Raises
    ------
    LayerError
        If the file has no geometry or no such key, names a datum that is not WGS84, an id stands
        twice, or a budget is gone over.
    """
    where = str(part.path)
    with time_budget(where, LayerError), open_parquet(part.path) as file:
        if key not in file.schema_arrow.names:
            listed = listing(file.schema_arrow.names[:SHOWN])
            raise LayerError(
                f"文件没有编号列 {key!r}；现有的列：{listed.zh}。",
                f"The file has no id column {key!r}; its columns are: {listed.en}.",
                where=where,
            )
        schema = file.schema_arrow
        names = list(schema.names)
        if columns is not None:
            names = [name for name in names if rename.get(name, name) in columns]
            names = list(dict.fromkeys([key, *names, *geometry_columns(schema)]))
        batches = list(read_batches(file, part.path, groups=part.groups, columns=names))
        table = pa.Table.from_batches(batches) if batches else file.read_row_groups([], names)
        frame = frame_of(table.replace_schema_metadata(schema.metadata), where)
        vertices = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
        over_budget("vertices", vertices, budget("vertices", VERTICES), where, LayerError)
    if frame.crs is None:
        frame = frame.set_crs(DEGREES)
    if datum is None:
        require_known_datum(CRS(frame.crs))
    ids = pd.Index(read_ids(frame[key], where), name="roof_id")
    _check_ids(ids, where)
    frame = _plain(frame.drop(columns=[key]).rename(columns=dict(rename)), where).set_index(ids)
    # Two spellings of one CRS would send every vertex through the projection for nothing.
    moved = frame.set_crs(crs, allow_override=True) if frame.crs == CRS(crs) else frame.to_crs(crs)
    return moved.assign(evidence=evidence)


def _check_ids(ids: pd.Index, where: str) -> None:
    twice = ids[ids.duplicated()]
    if len(twice):
        raise LayerError(
            f"{len(twice)} 个屋顶编号重复，例如 {twice[0]}（看不见的字符不算）；编号须唯一，"
            "请用 --key 指定编号列。",
            f"{counted(len(twice), 'id', 'are')} repeated, for example {twice[0]} (signs that "
            "cannot be seen do not count); ids must be unique: name their column with --key.",
            where=where,
        )


def _plain(frame: gpd.GeoDataFrame, where: str) -> gpd.GeoDataFrame:
    """Keep words, numbers and truths; what else a cell may hold tells nothing about a roof."""
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise LayerError(
            f"改名后有两列同名：{doubled[0]}；请改 --rename。",
            f"Two columns are called {doubled[0]} once renamed; change --rename.",
            where=where,
        )
    kept = {}
    for name in frame.columns.drop("geometry"):
        if not (pd.api.types.is_numeric_dtype(frame[name]) or frame[name].dtype == np.bool_):
            cells = frame[name].astype(object)
            kept[name] = cells.where(cells.map(lambda one: isinstance(one, str | bool)), None)
    return frame.assign(**kept)


def _partition(path: Path, groups: list[int], rows: int, sha256: str) -> Partition:
    name = f"{path.stem}-{groups[0]:05d}-{groups[-1]:05d}"
    return Partition(name, path, tuple(groups), rows, sha256)
