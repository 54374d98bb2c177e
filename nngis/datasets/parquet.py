"""Parquet files, with or without geometry."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nngis.budgets import ROWS_PACKED, budget, check_time, over_budget
from nngis.datasets.content import look_into
from nngis.errors import LedgerError, boundary

UNPACKED = 600_000_000  # bytes of a table whose words may be packed into nothing
_AT_ONCE = 2_048  # rows between two looks at the budgets


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """Open a parquet file.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    ParquetFile
        Of pyarrow; whatever it or the block raises is an error of ours.

    Raises
    ------
    LedgerError
        If there is no such file, or it is of another format or damaged.
    """
    look_into(path, path)
    with (
        boundary(
            str(path),
            "无法作为 Parquet 文件打开（{}）；文件可能已损坏，请重新导出。",
            "Cannot be opened as a parquet file ({}); it may be damaged: export it again.",
            error=LedgerError,
        ),
        pq.ParquetFile(path) as file,
    ):
        yield file


def read_parquet(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a parquet file whole.

    Parameters
    ----------
    path : Path
        The file.
    columns : list of str, optional
        Those wanted; all if not given.

    Returns
    -------
    DataFrame or GeoDataFrame
        With geometry if it is GeoParquet.

    Raises
    ------
    LedgerError
        As for `open_parquet`.
    """
    with open_parquet(path) as file:
        for _ in read_batches(file, path, columns=columns):
            pass
        has_geometry = b"geo" in (file.schema_arrow.metadata or {})
        if has_geometry:
            return gpd.read_parquet(path, columns=columns)
        return pd.read_parquet(path, columns=columns)


def read_batches(
    file: Any,  # noqa: ANN401 -- of pyarrow
    path: Path,
    *,
    groups: Collection[int] | None = None,
    columns: Collection[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Read a table some rows at a time, within the budgets of rows, bytes and seconds.

    Parameters
    ----------
    file : ParquetFile
        As `open_parquet` gives it.
    path : Path
        What messages call it.
    groups : collection of int, optional
        Row groups; all if not given.
    columns : collection of str, optional
        Columns; all if not given.

    Yields
    ------
    RecordBatch
        Some rows.

    Raises
    ------
    LedgerError
        If a budget is gone over: a column of one value is packed into nothing, and one word
        repeated takes its length in every row.
    """
    meta = file.metadata
    wanted = range(meta.num_row_groups) if groups is None else groups
    rows = sum(meta.row_group(one).num_rows for one in wanted)
    over_budget("rows", rows, budget("rows", ROWS_PACKED), str(path), LedgerError)
    most = budget("bytes", UNPACKED)
    done, unpacked = 0, 0
    for batch in file.iter_batches(
        _AT_ONCE, row_groups=list(wanted), columns=None if columns is None else list(columns)
    ):
        check_time()
        done, unpacked = done + batch.num_rows, unpacked + batch.nbytes
        if unpacked > most:
            whole = max(unpacked, unpacked * rows // max(done, 1))
            over_budget("bytes", whole, most, str(path), LedgerError)
        yield batch
