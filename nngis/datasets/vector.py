"""Vector files: GeoPackage, GeoJSON, FlatGeobuf, Shapefile, Geodatabase, KML, DXF."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
from pyogrio.raw import read_arrow

from nngis.budgets import ROWS_PACKED, budget, over_budget
from nngis.datasets.content import look_into
from nngis.datasets.drivers import close_gdal
from nngis.errors import LedgerError, boundary

_COUNTED = (".gpkg", ".fgb", ".gdb", ".shp")  # files that state how many rows they have


def list_layers(path: Path, *, said: Path | None = None) -> list[str]:
    """List the layers of a vector file.

    Parameters
    ----------
    path : Path
        The file, or the folder of a File Geodatabase.
    said : Path, optional
        What messages call it.

    Returns
    -------
    list of str
        Their names, in order.

    Raises
    ------
    LedgerError
        As for `read_layer`.
    """
    with _opened(path, said or path):
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]


def describe_layer(
    path: Path,
    layer: str | None = None,
    *,
    said: Path | None = None,
    **options: Any,  # noqa: ANN401 -- of pyogrio
) -> dict[str, Any]:
    """Say of one layer what it holds, without reading it.

    Parameters
    ----------
    path : Path
        As for `read_layer`.
    layer : str, optional
        As for `read_layer`.
    said : Path, optional
        As for `read_layer`.
    **options : object
        As for `read_layer`.

    Returns
    -------
    dict
        As of pyogrio.read_info.

    Raises
    ------
    LedgerError
        As for `read_layer`.
    """
    with _opened(path, said or path):
        about: dict[str, Any] = pyogrio.read_info(path, layer=layer, **options)
        return about


def read_columns(
    path: Path,
    layer: str | None,
    columns: list[str],
    *,
    said: Path | None = None,
    **options: Any,  # noqa: ANN401 -- of pyogrio
) -> dict[str, list[Any]]:
    """Read some columns as the file has them, no number made another.

    Parameters
    ----------
    path : Path
        As for `read_layer`.
    layer : str or None
        As for `read_layer`.
    columns : list of str
        Their names.
    said : Path, optional
        As for `read_layer`.
    **options : object
        As for `read_layer`.

    Returns
    -------
    dict of str to list
        Values by column, one a row.

    Raises
    ------
    LedgerError
        As for `read_layer`.
    """
    with _opened(path, said or path):
        _, table = read_arrow(path, layer=layer, columns=columns, read_geometry=False, **options)
        return {column: table[column].to_pylist() for column in columns}


def read_layer(
    path: Path,
    layer: str | None = None,
    *,
    said: Path | None = None,
    **options: Any,  # noqa: ANN401 -- of pyogrio
) -> pd.DataFrame:
    """Read one layer of a vector file, with the driver of its extension and no other.

    Parameters
    ----------
    path : Path
        The file, or the folder of a File Geodatabase.
    layer : str, optional
        Name of the layer; the first where there is none.
    said : Path, optional
        What messages call it.
    **options
        As for pyogrio.read_dataframe.

    Returns
    -------
    DataFrame or GeoDataFrame
        Its features.

    Raises
    ------
    LedgerError
        If there is no such file, it is of another format or damaged, points to other files or
        to addresses, or states more rows than the budget.
    """
    with _opened(path, said or path):
        if path.suffix.lower() in _COUNTED and not {"where", "bbox"} & set(options):
            # Room is made for as many rows as the file states.
            stated = int(pyogrio.read_info(path, layer=layer)["features"])
            over_budget("rows", stated, budget("rows", ROWS_PACKED), str(said or path), LedgerError)
        return pyogrio.read_dataframe(path, layer=layer, **options)


@contextmanager
def _opened(path: Path, said: Path) -> Iterator[None]:
    look_into(path, said)
    close_gdal()
    with boundary(
        str(said),
        "无法作为矢量文件打开（{}）；文件可能已损坏，请重新导出。",
        "Cannot be opened as a vector file ({}); it may be damaged: export it again.",
        error=LedgerError,
    ):
        yield
