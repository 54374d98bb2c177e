"""Tables of PostgreSQL, with PostGIS and without; skipped where the server is not installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nngis.errors import LedgerError
from nngis.ledger.read import read_ledger
from nngis.roles import role

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
BIN = next(
    (p.parent for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
    Path(shutil.which("initdb") or "/none").parent,
)


def as_server(*command: object) -> subprocess.CompletedProcess[str]:
    # The server refuses to run as root.
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*before, *map(str, command)], capture_output=True, text=True, check=False, cwd="/"
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if not (BIN / "initdb").is_file():
        pytest.skip("no PostgreSQL server is installed")
    folder = Path("/tmp") / f"nngis-pg-{os.getpid()}"  # noqa: S108
    data = folder / "data"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    made = as_server(
        BIN / "initdb", "-D", data, "-U", "me", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
    )
    if made.returncode:
        pytest.skip(f"initdb failed: {made.stderr[:200]}")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    as_server(BIN / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://me@/postgres?host={folder}"
    finally:
        as_server(BIN / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def fill(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_table_is_a_ledger(address: str) -> None:
    fill(
        address,
        'CREATE TABLE "锅炉 台账" ("锅炉编号" text, "蒸吨" numeric, "燃料" text, "投运日期" date,'
        ' "经度" float, "纬度" float)',
        "INSERT INTO \"锅炉 台账\" VALUES ('G1', 10, '烟煤', '2012-07-01', 108.94, 22.79),"
        " ('G2', -1, '煤', NULL, 108.94, 22.79)",
    )
    layer = read_ledger(f"{address}#锅炉 台账", role("boilers"), datum="wgs84")
    row = layer.frame.loc["G1"]
    assert (row["capacity_t_h"], row["fuel"], row["commissioned"]) == (10, "coal", "2012-07-01")
    assert (row.geometry.x, row.geometry.y) == (108.94, 22.79)
    assert layer.rejects["row"].tolist() == [2]


def test_a_name_is_never_sql(address: str) -> None:
    fill(address, "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (1)")
    for name in (
        'x"; DROP TABLE kept; --',
        "kept; DROP TABLE kept",
        "kept WHERE pg_sleep(9) IS NULL",
    ):
        with pytest.raises(LedgerError, match="cannot be read"):
            read_ledger(f"{address}#{name}", role("boilers"))
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_geometry_says_its_crs(address: str) -> None:
    try:
        fill(address, "CREATE EXTENSION postgis")
    except psycopg.Error as error:
        pytest.skip(f"PostGIS is not installed: {str(error)[:80]}")
    fill(
        address,
        "CREATE SCHEMA gis",
        "CREATE TABLE gis.boilers (boiler_id text, capacity_t_h float, fuel text,"
        " geom geometry(Point, 4545))",
        "INSERT INTO gis.boilers SELECT 'G1', 10, 'coal',"
        " ST_Transform(ST_SetSRID(ST_MakePoint(108.94, 22.79), 4490), 4545)",
        "INSERT INTO gis.boilers VALUES ('G2', 4, 'gas', NULL)",
    )
    layer = read_ledger(f"{address}#gis.boilers", role("boilers"))
    assert layer.frame.geometry["G1"].x == pytest.approx(108.94, abs=1e-8)
    assert layer.frame.geometry["G2"] is None


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    source = "postgresql://me:secret@127.0.0.1:1/db#t"
    with pytest.raises(LedgerError) as caught:
        read_ledger(source, role("boilers"))
    assert "secret" not in caught.value.say("zh") + caught.value.say("en")


def test_an_address_without_a_table_is_refused() -> None:
    with pytest.raises(LedgerError, match="#table"):
        read_ledger("postgresql://me@localhost/db", role("boilers"))
