"""Read a table of a PostgreSQL database, with or without PostGIS."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import geopandas as gpd
import pandas as pd
import shapely

from nngis.errors import LedgerError
from nngis.ledger.part import Part
from nngis.ledger.table import RawTable

SCHEMES = ("postgresql://", "postgres://")
MAX_ROWS = 5_000_000
TIMEOUT_S = 60


def is_database(source: str) -> bool:
    """Tell whether a source is the address of a database.

    Parameters
    ----------
    source : str
        A path or an address.

    Returns
    -------
    bool
        True for an address.
    """
    return source.lower().startswith(SCHEMES)


def read_database(source: str) -> list[Part]:
    """Read one table."""
    address, _, table = source.partition("#")
    if not table:
        raise LedgerError(
            "没有写明表名；请写成 postgresql://用户@主机/库#表名。",
            "No table is named; write postgresql://user@host/database#table.",
            where=without_password(source),
        )
    try:
        import psycopg  # noqa: PLC0415 -- an extra
        from psycopg import sql  # noqa: PLC0415
    except ImportError:
        raise LedgerError(
            "读取数据库需要 psycopg；请运行 pip install 'nngis[postgis]'。",
            "Reading a database needs psycopg; run pip install 'nngis[postgis]'.",
            where=without_password(source),
        ) from None
    name = sql.Identifier(*(unquote(part) for part in table.split(".", 1)))
    query = sql.SQL("SELECT * FROM {} LIMIT {}").format(name, sql.Literal(MAX_ROWS + 1))
    try:
        with psycopg.connect(address, connect_timeout=10, autocommit=False) as connection:
            connection.read_only = True
            connection.execute(
                sql.SQL("SET LOCAL statement_timeout = {}").format(sql.Literal(TIMEOUT_S * 1000))
            )
            # Texts as the server writes them: geometry comes as hexadecimal EWKB.
            cursor = connection.execute(query)
            columns = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall()
            shapes = _shape_columns(connection, cursor.description or ())
    except psycopg.Error as error:
        brief = " ".join(str(error).split())[:160]
        raise LedgerError(
            f"读不到数据库中的表（{brief}）；请核对地址、表名和权限。",
            f"The table cannot be read ({brief}); check address, table and permissions.",
            where=without_password(source),
        ) from None
    if len(rows) > MAX_ROWS:
        raise LedgerError(
            f"表超过 {MAX_ROWS:,} 行；请先建视图筛选。",
            f"The table has more than {MAX_ROWS:,} rows; make a view of those needed.",
            where=without_password(source),
        )
    return [_part(rows, columns, shapes, urlsplit(address).path.lstrip("/"), table)]


def without_password(source: str) -> str:
    """Take the password out of an address, for messages and provenance.

    Examples
    --------
    >>> without_password("postgresql://me:secret@host/db#t")
    'postgresql://me:***@host/db#t'
    """
    hidden = re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", source)
    return re.sub(r"(password=)[^&#]*", r"\1***", hidden)


def _shape_columns(connection: Any, description: Any) -> list[int]:  # noqa: ANN401 -- psycopg's
    oids = [column.type_code for column in description]
    found = connection.execute(
        "SELECT oid FROM pg_type WHERE typname IN ('geometry', 'geography') AND oid = ANY(%s)",
        (oids,),
    ).fetchall()
    known = {oid for (oid,) in found}
    return [at for at, oid in enumerate(oids) if oid in known]


def _part(
    rows: list[tuple[Any, ...]], columns: list[str], shapes: list[int], database: str, table: str
) -> Part:
    kept = [at for at in range(len(columns)) if at not in shapes]
    cells = [[columns[at] for at in kept], *([row[at] for at in kept] for row in rows)]
    raw = RawTable(database, table, cells, first_row=0)
    if not shapes:
        return Part(raw)
    geometry = shapely.from_wkb([row[shapes[0]] for row in rows])
    srids = {int(srid) for srid in shapely.get_srid(geometry) if srid > 0}
    if len(srids) > 1:
        raise LedgerError(
            f"表中的图形有不同的坐标参考系（{sorted(srids)}）；请先统一。",
            f"The geometries are in different CRSs ({sorted(srids)}); bring them to one first.",
            where=table,
        )
    index = pd.RangeIndex(1, len(rows) + 1)
    crs = f"EPSG:{srids.pop()}" if srids else None
    return Part(raw, gpd.GeoSeries(geometry, index=index, crs=crs))
