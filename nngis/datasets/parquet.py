"""Parquet files, with or without geometry."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from nngis.budgets import ROWS_PACKED, budget, over_budget
from nngis.datasets.content import look_into
from nngis.errors import LedgerError, boundary


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
        # A column of one value is packed into nothing.
        over_budget(
            "rows", file.metadata.num_rows, budget("rows", ROWS_PACKED), str(path), LedgerError
        )
        has_geometry = b"geo" in (file.schema_arrow.metadata or {})
        if has_geometry:
            return gpd.read_parquet(path, columns=columns)
        return pd.read_parquet(path, columns=columns)
