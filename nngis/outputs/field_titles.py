"""What the columns of a GeoPackage mean, inside it: the schema extension, read as aliases."""

import sqlite3
from pathlib import Path

from nngis import fields
from nngis.datasets.geopackage import changed_geopackage
from nngis.text import Lang

_DEFINITION = "http://www.geopackage.org/spec121/#extension_schema"
_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""


def write_field_titles(path: Path, lang: Lang) -> None:
    """Put heading and meaning of every known column into a GeoPackage.

    GDAL takes `name` for the alias and `description` for the comment; `title` is the standard's.
    """
    with changed_geopackage(path) as base:
        base.executescript(_TABLES)
        base.executemany(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            [("gpkg_data_columns", _DEFINITION), ("gpkg_data_column_constraints", _DEFINITION)],
        )
        tables = base.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid").fetchall()
        base.executemany(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
            [row for (table,) in tables for row in _rows(base, table, lang)],
        )


def _rows(base: sqlite3.Connection, table: str, lang: Lang) -> list[tuple[str, ...]]:
    """Return a row for every column that the glossary knows; names stay apart in a table."""
    rows: list[tuple[str, ...]] = []
    taken: set[str] = set()
    for (column,) in base.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall():
        field = fields.get(column)
        heading = field.heading(lang)
        if heading == column:
            continue
        name = f"{heading} [{column}]" if heading in taken else heading
        taken.add(name)
        rows.append((table, column, name, heading, field.note.say(lang)))
    return rows
