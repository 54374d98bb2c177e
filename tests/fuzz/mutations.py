"""Make hostile files of good ones: bytes, words and parts of them, by chance but repeatably."""

import io
import json
import re
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from tests.fuzz.structure import in_structure

WORDS = (
    "", "\0", "\ufffe", "\uffff", "\u200b", "\u202e", "G1\u200d", "\u0000", "﷽" * 50, "🏭" * 30,
    "nan", "inf", "-inf", "1e308", "1e-320", "9" * 400, "-1", "0", "2**63", "0x1F", "１２", "一千万",
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "'; DROP TABLE boilers; --", "../../../etc",
    "{{7*7}}", "%s%n", "A" * 40_000, 'a,b\n"c', "\r\n", "\\u0000", "{", "[[[[[[[[", "}" * 9, "null",
    "/vsicurl/{url}/a", "{url}/a.geojson", "{secret}", "<OGRVRTDataSource>", "EPSG:999999",
    "POINT EMPTY", "POLYGON((0 0,1 1))", "1900-02-30", "2999-12-31", "true", "合计", "注：", "fid",
    "geom", "ogc_fid", "rowid", "select", "锅炉编号", "经度", "纬度", "lon", "wkt", "utf-7", "idna",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2**31 - 1, -(2**31), 2**32 - 1, 2**63 - 1, 0x7FF8000000000000)
FLOATS = (float("nan"), float("inf"), -float("inf"), 1e308, 5e-324, -0.0, 181.0, 1e9)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD = re.compile(rb"[\w\x80-\xff]{2,}")
_TEXTS = {".csv", ".tsv", ".geojson", ".json", ".kml", ".inp", ".dxf", ".toml"}
_TEXTS |= {".geojsonl", ".gpx", ".mif", ".tab", ".graphml", ".epw"}
_STRUCTURES = {".toml", ".json", ".geojson"}
_ZIPS = {".xlsx", ".xlsb", ".kmz", ".zip"}


class Mutator:
    """Makes hostile files; the same seed makes the same ones.

    Parameters
    ----------
    seed : int
        Of the chance.
    url, secret : str
        An address and a path that no file may bring anybody to.
    """

    def __init__(self, seed: int, url: str, secret: str) -> None:
        self.chance = Random(seed)
        self.words = [
            word.replace("{url}", url).replace("{secret}", secret).encode("utf-8", "surrogatepass")
            for word in WORDS
        ] + [b"\xff\xfe", b"\xed\xa0\x80", b"\x80\x81", b"\xb9\xf8\xc2\xaf"]

    def mutate(self, data: bytes, suffix: str, others: list[bytes]) -> bytes:
        """Give a hostile file made of a good one, or of a hostile one."""
        for _ in range(self.chance.choice((1, 1, 1, 2, 3, 6))):
            data = self._once(data, suffix, others)
        return data[:20_000_000]

    def _once(self, data: bytes, suffix: str, others: list[bytes]) -> bytes:
        inner: Callable[[bytes], bytes | None] | None = None
        if suffix in _ZIPS:
            inner = self._in_zip
        elif suffix == ".gpkg":
            inner = self._in_database
        elif suffix == ".parquet":
            inner = self._in_parquet
        if inner is not None and self.chance.random() < 0.7:
            found = inner(data)
            if found is not None:
                return found
        if suffix in _STRUCTURES and self.chance.random() < 0.4:
            found = in_structure(self.chance, data, suffix, WORDS)
            if found is not None:
                return found
        if suffix in _TEXTS and self.chance.random() < 0.7:
            return self._in_text(data)
        return self._in_bytes(data, others)

    def _at(self, data: bytes) -> int:
        return self.chance.randrange(len(data) + 1)

    def _in_bytes(self, data: bytes, others: list[bytes]) -> bytes:
        chance, at = self.chance, self._at(data)
        kind = chance.randrange(9)
        if kind == 0:
            return data[:at]
        if kind == 1:
            return data[:at] + data[at + chance.randrange(1, 400) :]
        if kind == 2:
            size = chance.randrange(1, 400)
            return data[:at] + data[at : at + size] * chance.choice((2, 3, 50)) + data[at + size :]
        if kind == 3:
            other = chance.choice(others)
            start = self._at(other)
            return data[:at] + other[start : start + chance.randrange(1, 2000)] + data[at:]
        if kind == 4:
            packed = struct.pack(chance.choice("<>") + "q", chance.choice(NUMBERS))[
                : chance.choice((2, 4, 8))
            ]
            return data[:at] + packed + data[at + len(packed) :]
        if kind == 5:
            packed = struct.pack(chance.choice("<>") + "d", chance.choice(FLOATS))
            return data[:at] + packed + data[at + 8 :]
        if kind == 6:
            return chance.choice(others)
        made = bytearray(data)
        for _ in range(chance.choice((1, 2, 8, 40))):
            if made:
                made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
        return bytes(made)

    def _in_text(self, data: bytes) -> bytes:
        chance = self.chance
        kind = chance.randrange(6)
        if kind < 3:
            found = list((_NUMBER if kind else _WORD).finditer(data))
            if not found:
                return data
            one = chance.choice(found)
            return data[: one.start()] + chance.choice(self.words) + data[one.end() :]
        lines = data.split(b"\n")
        at = chance.randrange(len(lines))
        if kind == 3:
            del lines[at]
        elif kind == 4:
            lines[at:at] = [lines[chance.randrange(len(lines))]] * chance.choice((1, 2, 500))
        else:
            place = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:place] + chance.choice(self.words) + lines[at][place:]
        return b"\n".join(lines)

    def _in_zip(self, data: bytes) -> bytes | None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as old:
                parts = [(info.filename, old.read(info)) for info in old.infolist()]
        except Exception:  # noqa: BLE001 -- it is hostile already
            return None
        if not parts:
            return None
        chance = self.chance
        at = chance.randrange(len(parts))
        name, part = parts[at]
        kind = chance.randrange(6)
        if kind == 0:
            del parts[at]
        elif kind == 1:
            word = chance.choice(self.words).decode("utf-8", "replace").replace("\0", "")
            parts[at] = (word[:60_000] + Path(name).suffix, part)
        elif kind == 2:
            parts.append((name, self._in_text(part)))
        else:
            text = name.endswith((".xml", ".kml", ".rels")) and chance.random() < 0.8
            parts[at] = (name, self._in_text(part) if text else self._in_bytes(part, [part]))
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            for one, content in dict(parts).items() if kind != 2 else parts[:-1]:
                new.writestr(zipfile.ZipInfo(one[:60_000] or "x"), content)
        return stream.getvalue()

    def _in_database(self, data: bytes) -> bytes | None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "a.gpkg"
            path.write_bytes(data)
            try:
                with closing(sqlite3.connect(path)) as base:
                    base.text_factory = bytes
                    self._change_table(base)
                    base.commit()
            except Exception:  # noqa: BLE001 -- it is hostile already
                return None
            return path.read_bytes()

    def _change_table(self, base: sqlite3.Connection) -> None:
        chance = self.chance
        base.execute("PRAGMA writable_schema = ON")
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{name.decode()}"')
        names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        table = chance.choice(names)[0].decode("utf-8", "replace")
        columns = base.execute(f'PRAGMA table_info("{table}")').fetchall()
        column = chance.choice(columns)[1].decode("utf-8", "replace")
        word: object = chance.choice(self.words)
        kind = chance.randrange(5)
        if kind == 0:
            word = chance.choice((*NUMBERS[:7], *FLOATS, None))
        elif kind == 1:
            shape = base.execute(f'SELECT "{column}" FROM "{table}" LIMIT 1').fetchone()
            word = self._in_bytes(bytes(shape[0]), [b""]) if isinstance(shape[0], bytes) else b"GP"
        elif kind == 2:
            text = str(chance.choice(self.words).decode("utf-8", "replace")).replace('"', "")
            base.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO "{text[:200]}"')
            return
        elif kind == 3:
            base.execute(f'DELETE FROM "{table}" WHERE rowid = 1')
            return
        value = f"CAST(? AS {chance.choice(('TEXT', 'BLOB', 'REAL'))})" if kind == 4 else "?"
        base.execute(f'UPDATE "{table}" SET "{column}" = {value} WHERE rowid < 4', (word,))

    def _in_parquet(self, data: bytes) -> bytes | None:
        chance = self.chance
        try:
            table = pq.read_table(pa.BufferReader(data))
            about = dict(table.schema.metadata or {})
            key = chance.choice((b"geo", b"pandas"))
            kind = chance.randrange(4)
            if kind == 0 and key in about:
                about[key] = self._in_text(about[key])
            elif kind == 1 and b"geo" in about:
                geo = json.loads(about[b"geo"])
                column = geo["columns"][geo["primary_column"]]
                word = chance.choice(self.words).decode("utf-8", "replace")
                place = chance.choice(("crs", "encoding", "geometry_types", "bbox", "edges"))
                column[place] = chance.choice((word, None, 1e308, [], {}, [word], {"id": word}))
                about[b"geo"] = json.dumps(geo).encode()
            elif kind == 2:
                name = chance.choice(table.column_names)
                at = table.column_names.index(name)
                values = chance.choice(
                    ([None], [float("nan")], [2**60], [[1]], [{"a": 1}], [b"\xff"], ["\u200b"])
                )
                table = table.set_column(at, name, pa.array(values * table.num_rows))
            else:
                word = chance.choice(self.words).decode("utf-8", "replace")
                names = list(table.column_names)
                names[chance.randrange(len(names))] = word
                table = table.rename_columns(names)
            sink = pa.BufferOutputStream()
            pq.write_table(table.replace_schema_metadata(about), sink)
            made: bytes = sink.getvalue().to_pybytes()
        except Exception:  # noqa: BLE001 -- it is hostile already
            return None
        return made
