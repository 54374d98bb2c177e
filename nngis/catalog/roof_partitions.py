"""Roofs in GeoParquet, one partition at a time, so that no more than one is ever in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from nngis.catalog.geo_columns import DEGREES, frame_of
from nngis.catalog.load import sha256_of
from nngis.crs import require_known_datum
from nngis.datasets.parquet import open_parquet
from nngis.errors import LayerError
from nngis.evidence import Evidence

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

    Returns
    -------
    GeoDataFrame
        Indexed by `roof_id`, with `evidence`.

    Raises
    ------
    LayerError
        If the file has no geometry or no such key, or names a datum that is not WGS84.
    """
    with open_parquet(part.path) as file:
        if key not in file.schema_arrow.names:
            listed = "、".join(file.schema_arrow.names[:SHOWN])
            raise LayerError(
                f"文件没有编号列 {key!r}；现有的列：{listed}。",
                f"The file has no id column {key!r}; its columns are: {listed}.",
                where=str(part.path),
            )
        frame = frame_of(file.read_row_groups(list(part.groups)), str(part.path))
    if frame.crs is None:
        frame = frame.set_crs(DEGREES)
    if datum is None:
        require_known_datum(CRS(frame.crs))
    frame = frame.rename(columns=dict(rename)).set_index(
        pd.Index(frame[key].astype(str), name="roof_id")
    )
    frame = frame.drop(columns=[key], errors="ignore")
    # Two spellings of one CRS would send every vertex through the projection for nothing.
    moved = frame.set_crs(crs, allow_override=True) if frame.crs == CRS(crs) else frame.to_crs(crs)
    return moved.assign(evidence=evidence)


def _partition(path: Path, groups: list[int], rows: int, sha256: str) -> Partition:
    name = f"{path.stem}-{groups[0]:05d}-{groups[-1]:05d}"
    return Partition(name, path, tuple(groups), rows, sha256)
