"""Look into a GeoPackage before GDAL does: tables and views that would reach out of it."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from nngis.errors import LedgerError

_MODULE = re.compile(
    r"CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+[\"'`\[]?(\w+)", re.IGNORECASE | re.DOTALL
)
_OWN_MODULES = {"rtree", "rtree_i32", "geopoly", "fts3", "fts4", "fts5"}
_REACHES = re.compile(
    r"\b(?:ogr_\w+|gdal_\w+|load_extension|readfile|writefile|edit|fts3_tokenizer|"
    r"virtual\w+)[\"'`\]]?\s*\(|/vsi\w+/|\b\w+://",
    re.IGNORECASE,
)


def look_into_geopackage(path: Path, said: Path) -> str | None:
    """Find what in the schema of a GeoPackage would reach out of it.

    Parameters
    ----------
    path : Path
        A file that begins as SQLite files do.
    said : Path
        What messages call it.

    Returns
    -------
    str or None
        The table or view; None where there is none.

    Raises
    ------
    LedgerError
        If the schema cannot be read.
    """
    try:
        # Without a log beside it, the file is read as it lies: no lock, no file of SQLite's own.
        logs = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
        still = "" if any(log.exists() for log in logs) else "&immutable=1"
        address = f"{path.resolve().as_uri()}?mode=ro{still}"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.text_factory = lambda raw: raw.decode("utf-8", "replace")
            rows = base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    except (sqlite3.Error, ValueError, OverflowError) as error:
        brief = " ".join(str(error).split())[:160]
        raise LedgerError(
            f"无法作为 GeoPackage 打开（{brief}）；文件可能已损坏，请重新导出。",
            f"Cannot be opened as a GeoPackage ({brief}); it may be damaged: export it again.",
            where=str(said),
        ) from error
    for kind, name, sql in rows:
        text = str(sql or "")
        module = _MODULE.search(text)
        if module and module[1].lower() not in _OWN_MODULES:
            return f"{name}: {module[1]}"
        if kind == "view" and _REACHES.search(text):
            return str(name)
    return None
