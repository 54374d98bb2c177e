"""GeoPackage: what would reach out of one that is read; columns that fit one that is written."""

import errno
import math
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from nngis.errors import LedgerError
from nngis.text import writable

_MODULE = re.compile(
    r"CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+[\"'`\[]?(\w+)", re.IGNORECASE | re.DOTALL
)
_COMMENT = re.compile(
    r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^]]*\])|/\*.*?(?:\*/|$)|--[^\n]*""", re.DOTALL
)
FIXED_TIME = "2000-01-01T00:00:00Z"
_WRITING = {"OGR_CURRENT_DATE": FIXED_TIME, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
_OWN_COLUMNS = ("fid", "geom", "rowid", "oid", "_rowid_")  # SQLite's and GDAL's
_LONGEST_NAME, _MOST_SAID = 200, 200
MOST_STEPS = 200_000_000  # instructions of SQLite for the rows of a view: some seconds
_OWN_MODULES = {"rtree", "rtree_i32", "geopoly", "fts3", "fts4", "fts5"}
_CALLS = re.compile(
    r"\b(?:ogr_\w+|gdal_\w+|load_extension|readfile|writefile|edit|fts3_tokenizer|"
    r"blobfromfile|xb_load\w*|import\w+|virtual\w+)[\"'`\]]?\s*\(",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"/vsi\w+/|\b\w+://", re.IGNORECASE)


def look_into_geopackage(path: Path, said: Path) -> str | None:
    """Find what in the schema of a GeoPackage would reach out of it."""
    try:
        # Without a log beside it, the file is read as it lies: no lock, no file of SQLite's own.
        logs = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
        still = "" if any(log.exists() for log in logs) else "&immutable=1"
        address = f"{path.resolve().as_uri()}?mode=ro{still}"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.text_factory = lambda raw: raw.decode("utf-8", "replace")
            rows = base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            found = _reaching(rows)
            views = [name for kind, name, _ in rows if kind == "view" and found is None]
            endless = _endless_view(base, views)
    except (sqlite3.Error, ValueError, OverflowError) as error:
        brief = " ".join(str(error).split())[:160]
        raise LedgerError(
            f"无法作为 GeoPackage 打开（{brief}）；文件可能已损坏，请重新导出。",
            f"Cannot be opened as a GeoPackage ({brief}); it may be damaged: export it again.",
            where=str(said),
        ) from error
    if endless is not None:
        raise LedgerError(
            f"视图 {endless} 查不完；请把它另存为表再用。",
            f"The view {endless} comes to no end; save it as a table and use that.",
            where=str(said),
        )
    return found


def _reaching(rows: list[tuple[str, str, str | None]]) -> str | None:
    """Name what of a schema would reach out of its file."""
    for kind, name, sql in rows:
        text = _COMMENT.sub(lambda found: found[1] or " ", str(sql or ""))
        module = _MODULE.search(text)
        if module and module[1].lower() not in _OWN_MODULES:
            return f"{name}: {module[1]}"
        # An address that a table has as a default is a word; a trigger does not fire in reading.
        if kind != "trigger" and _CALLS.search(text, text.find("(") if kind == "table" else 0):
            return str(name)
        if kind == "view" and _ADDRESS.search(text):
            return str(name)
    return None


def _endless_view(base: sqlite3.Connection, views: list[str]) -> str | None:
    """Name a view whose rows take more steps of SQLite than there is patience for."""
    for name in views:
        quoted = name.replace('"', '""')
        base.set_progress_handler(lambda: 1, MOST_STEPS)
        try:
            base.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608 -- quoted
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                return name
        finally:
            base.set_progress_handler(None, 0)
    return None


@contextmanager
def repeatable_writing() -> Iterator[None]:
    """Have GDAL write the same bytes for the same input, and not wait for the disk.

    Every file is dated the same day. What is written lies in a hidden folder until it is whole,
    so a journal on the disk guards nothing: without it a file of 20 layers takes a quarter of
    the time.

    Yields
    ------
    None
        The block writes.

    Raises
    ------
    OSError
        For what GDAL says of a full disk, in words of SQL.
    """
    pyogrio.set_gdal_config_options(_WRITING)
    try:
        yield
    except (DataSourceError, DataLayerError) as error:
        raise OSError(errno.EIO, f"GDAL: {error}"[:_MOST_SAID]) from error
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(_WRITING))


@contextmanager
def changed_geopackage(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage that was just written, to add what GDAL does not write.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    sqlite3.Connection
        What the block changes is kept at its end.
    """
    try:
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("PRAGMA synchronous = OFF")  # as `repeatable_writing`
            yield base
    except sqlite3.OperationalError as error:  # a full disk
        raise OSError(errno.EIO, f"SQLite: {error}") from error


def fitting_columns(frame: pd.DataFrame) -> Any:  # noqa: ANN401 -- a frame of the same kind
    """Bring names and values of columns to what a GeoPackage takes.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Any columns.

    Returns
    -------
    DataFrame or GeoDataFrame
        Objects as text; a name that is empty, GeoPackage's own, or another's but for case has an
        underscore added, or more of them.

    Examples
    --------
    >>> list(fitting_columns(pd.DataFrame([[1, 2, 3]], columns=["a", "A", "fid"])))
    ['a', 'A_', 'fid_']
    """
    out = frame.copy()
    shape = out.geometry.name if isinstance(out, gpd.GeoDataFrame) else None
    taken = {*_OWN_COLUMNS, str(shape).lower()}
    names = []
    for name, kind in zip(out.columns, out.dtypes, strict=True):
        fitting = writable(str(name))[:_LONGEST_NAME] or "_"
        while fitting.lower() in taken and not (name == shape and kind == "geometry"):
            fitting += "_"
        taken.add(fitting.lower())
        names.append(fitting)
    out.columns = pd.Index(names)
    for name in names:
        if pd.api.types.is_object_dtype(out[name]):
            out[name] = out[name].map(_as_text)
    return out


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return writable(value)
    nothing = (None, pd.NA, pd.NaT)
    if any(value is one for one in nothing) or (isinstance(value, float) and math.isnan(value)):
        return None
    return writable(str(value))
