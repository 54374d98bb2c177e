"""Hostile files whose parts lie about each other: databases, archives, workbooks, tables, pictures."""

import io
import json
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from random import Random

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from tests.fuzz.corpus import boilers, plain_names

LYING = (0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFF0)
HEAD = b"PK\x03\x04"
BEFORE = (
    b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08\0", b"Rar!\x1a\x07\0", b"7z\xbc\xaf'\x1c",
    b"<html><table><tr><td>", b"MZ", b"\xff\xd8\xff\xe0", b"SQLite format 3\0", b"PAR1", b"II*\0",
    b"fgb\3fgb\1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{", b"!table\n", b"0\nSECTION\n", b"[TITLE]\n",
)  # fmt: skip
SUFFIXES = (
    ".xlsx", ".xlsb", ".xls", ".csv", ".tsv", ".gpkg", ".geojson", ".json", ".geojsonl", ".fgb",
    ".parquet", ".kml", ".kmz", ".zip", ".dxf", ".inp", ".graphml", ".tab", ".mif", ".gpx", ".tif",
    ".toml", ".epw",
)  # fmt: skip


def lied(chance: Random, raw: bytes, first: int, last: int) -> bytes:
    """Put numbers that are none at some places of a header."""
    made = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(first, max(min(last, len(made) - 4), first + 1))
        made[at : at + 4] = struct.pack(chance.choice("<>") + "I", chance.choice(LYING))
    return bytes(made)


def written(frame: gpd.GeoDataFrame, name: str, **options: object) -> dict[str, bytes]:
    """Write a frame; give all files that this made."""
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / name, **options)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(Path(folder).rglob("*"))
            if path.is_file()
        }


def zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts:
            out.writestr(zipfile.ZipInfo(name[:60_000] or "x"), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def deep(depth: int) -> bytes:
    """Write WKB of collections within collections."""
    return struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BIdd", 1, 1, 108.3, 22.8)


def shapes(chance: Random) -> bytes:
    """Write WKB that no geometry is."""
    return chance.choice((
        deep(3), deep(20_000), b"", b"\x01", b"\x02\x01\0\0\0", struct.pack("<BII", 1, 2, 0xFFFF_FFFF),
        struct.pack("<BIII", 1, 3, 1, 0x7FFF_FFFF), struct.pack("<BIdd", 1, 1, float("nan"), 1e308),
        struct.pack("<BII", 1, 17, 1), struct.pack("<BIdddd", 1, 3001, 1, 2, 3, 4), b"\x01\xe9\x03\0\0",
        struct.pack("<BIIdd", 1, 0x2000_0001, 999_999, 108.3, 22.8), bytes(200), b"\xff" * 90,
        struct.pack("<BII", 1, 8, 3) + struct.pack("<6d", *range(6)), struct.pack("<BII", 1, 3, 0),
    ))  # fmt: skip


def relations(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """A GeoPackage with views, triggers, blobs, and tables that say other things than others."""
    text = [f"CREATE VIEW v AS SELECT load_extension/**/('{secret}') AS a",
            f"CREATE VIRTUAL TABLE v USING/**/VirtualOGR('{secret}')",
            f"CREATE VIRTUAL TABLE v USING --\nVirtualShape('{url}/a')",
            "CREATE VIEW v AS SELECT * FROM v", "CREATE VIEW v AS SELECT * FROM nothing",
            "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c",
            "CREATE VIEW v AS SELECT a.*, b.fid AS f FROM a, a AS b, a AS c",
            "CREATE TABLE v (fid INTEGER PRIMARY KEY, b TEXT GENERATED ALWAYS AS (hex(zeroblob(99999999))))",
            "CREATE VIRTUAL TABLE v USING rtree(id, x, y)", "CREATE TABLE v (", "CREATE INDEX v ON a(geom)"]  # fmt: skip
    changes = (
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT load_extension('x'); END",
        "UPDATE gpkg_contents SET data_type = 'tiles'",
        "UPDATE gpkg_contents SET table_name = 'nothing'", "DELETE FROM gpkg_contents",
        "UPDATE gpkg_contents SET min_x = 'x', max_x = 1e308, last_change = 'never'",
        "UPDATE gpkg_geometry_columns SET column_name = 'fid'", "DELETE FROM gpkg_spatial_ref_sys",
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'x', z = 9, srs_id = 77777",
        "UPDATE gpkg_geometry_columns SET srs_id = -9223372036854775808",
        "UPDATE gpkg_spatial_ref_sys SET definition = 'GEOGCS[' || hex(zeroblob(200000))",
        f"UPDATE gpkg_spatial_ref_sys SET definition = '{url}/crs', organization = 'URL'",
        "INSERT INTO gpkg_contents (table_name, data_type) SELECT 't' || value, 'features' FROM "
        "(WITH RECURSIVE c(value) AS (SELECT 1 UNION ALL SELECT value+1 FROM c WHERE value < 5000) SELECT * FROM c)",
        "PRAGMA application_id = 0", "PRAGMA user_version = 2147483647", "DROP TABLE gpkg_contents",
        "UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'a'",
        "UPDATE sqlite_master SET rootpage = 1 WHERE name = 'a'",
        "UPDATE a SET geom = 'POINT (1 2)'", "UPDATE a SET geom = fid", "UPDATE a SET fid = -fid * 1000000000000",
        "UPDATE a SET 使用单位 = zeroblob(30000000)", "ALTER TABLE a DROP COLUMN 额定蒸发量",
        "UPDATE a SET 额定蒸发量 = 9e999", "UPDATE a SET 额定蒸发量 = 'x'", "UPDATE a SET 锅炉编号 = x'ff00fe'",
    )  # fmt: skip
    raw = written(boilers(), "a.gpkg", layer="a", driver="GPKG")["a.gpkg"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        path.write_bytes(raw)
        with closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA writable_schema = ON")
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                base.execute(f'DROP TRIGGER "{name}"')
            for _ in range(chance.choice((1, 1, 2))):
                kind = chance.randrange(4)
                try:
                    if kind == 0:
                        told = chance.choice(text)
                        what = "view" if "VIEW" in told else "table"
                        base.execute(
                            "INSERT INTO sqlite_master VALUES (?, 'v', 'v', 0, ?)", (what, told)
                        )
                        base.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('v', 'attributes')")  # fmt: skip
                    elif kind == 1:
                        flags = chance.choice((0x01, 0x03, 0x05, 0x0F, 0x11, 0x21, 0xFF))
                        envelope = np.random.default_rng(1).bytes(chance.choice((0, 32, 48)))
                        blob = b"GP\0" + bytes([flags]) + struct.pack("<i", 4326) + envelope
                        base.execute(
                            "UPDATE a SET geom = ? WHERE fid < 4", (blob + shapes(chance),)
                        )
                    else:
                        base.execute(chance.choice(changes))
                except sqlite3.Error:  # one that the other stands in the way of
                    continue
            base.commit()
        return ".gpkg", path.read_bytes()[:40_000_000]


def headers(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """FlatGeobuf, dbf, shp, shx, geodatabase tables, MapInfo: headers that lie."""
    frame = plain_names(boilers())
    kind = chance.randrange(5)
    if kind == 0:
        raw = written(frame, "a.fgb", driver="FlatGeobuf", SPATIAL_INDEX=chance.choice(("YES", "NO")))["a.fgb"]  # fmt: skip
        return ".fgb", lied(chance, raw, 8, chance.choice((12, 300, len(raw))))
    if kind == 1:
        parts = written(frame, "a.gdb", driver="OpenFileGDB")
        names = [name for name in parts if len(parts[name]) > 60]
        for name in chance.sample(names, 2):
            parts[name] = lied(chance, parts[name], 0, chance.choice((40, len(parts[name]))))
        for name in chance.sample(list(parts), chance.choice((0, 0, 3))):
            del parts[name]
        return ".zip", zipped(parts.items())
    if kind == 2:
        parts = written(frame, "a.tab", driver="MapInfo File")
        return ".map", lied(chance, parts["a.map"], 0, chance.choice((512, len(parts["a.map"]))))
    if kind == 3:
        parts = written(frame, "a.tab", driver="MapInfo File")
        return ".dat", lied(chance, parts["a.dat"], 0, chance.choice((40, len(parts["a.dat"]))))
    parts = written(frame, "a.shp", encoding="utf-8")
    other = written(frame.iloc[:2], "a.shp", encoding="utf-8")
    end = chance.choice((".shp", ".shx", ".dbf"))
    mixed = chance.random() < 0.4
    parts[f"a{end}"] = other[f"a{end}"] if mixed else lied(chance, parts[f"a{end}"], 4, chance.choice((33, 101, 400)))  # fmt: skip
    parts["a.cpg"] = chance.choice((b"UTF-16", b"65001", b"\xff\xfe", b"EBCDIC", b"cp0", b"utf-8\0", b"GBK" * 9_999))  # fmt: skip
    if chance.random() < 0.3:
        parts["a.prj"] = chance.choice((b"", b"GEOGCS[" * 9_999, url.encode(), b"\xff" * 99, b'LOCAL_CS["x"]'))  # fmt: skip
    return ".zip", zipped(parts.items())


def columns(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Parquet whose types, metadata of Arrow and of GeoParquet, or footers are odd."""
    count = chance.choice((0, 4, 4, 300))
    wkb = shapely.to_wkb(shapely.points(108.3 + np.arange(count) / 1e3, 22.8)).tolist()
    names = chance.choice((("roof_id", "geometry", "height_m"), ("锅炉编号", "geometry", "额定蒸发量"),
                           ("demand_id", "facility_id", "distance_m")))  # fmt: skip
    odd: tuple[pa.Array, ...] = (
        pa.array([{"a": {"b": 1}}] * count), pa.array([[[["x"]]]] * count), pa.nulls(count),
        pa.array([2**62] * count, pa.decimal256(70, 0)) if count else pa.nulls(0),
        pa.array([2**62] * count, pa.timestamp("s")), pa.array([b"\xff\xfe"] * count),
        pa.array(["x"] * count).dictionary_encode(), pa.array([[("a", 1)]] * count, pa.map_(pa.string(), pa.int64())),
        pa.array([1] * count, pa.duration("ns")), pa.array([float("inf")] * count, pa.float16()),
        pa.array(["x" * 900_000] * min(count, 4) + [None] * (count - min(count, 4))),
        pa.array([True] * count), pa.array([-1] * count, pa.int8()), pa.array(["1"] * count),
    )  # fmt: skip
    arrays: list[pa.Array] = [pa.array([f"R{at}" for at in range(count)]), pa.array(wkb, pa.binary()), pa.array([5.0] * count)]  # fmt: skip
    if chance.random() < 0.7:
        arrays[chance.randrange(3)] = chance.choice(odd)
    if count and chance.random() < 0.3:
        arrays[1] = pa.array([shapes(chance)] * count, pa.binary())
    column = {"encoding": "WKB", "geometry_types": []}
    column[
        chance.choice(
            ("encoding", "crs", "bbox", "covering", "epoch", "orientation", "geometry_types")
        )
    ] = chance.choice(
        (
            "point",
            "wkt",
            None,
            [],
            {},
            5,
            "x" * 99_999,
            {"bbox": {"xmin": ["a", "b"]}},
            [1e308],
            {"type": "GeographicCRS"},
            "+init=" + secret + ":1",
            url,
            {"id": {"authority": url, "code": "x"}},
            ["Point"] * 9_999,
        )
    )
    geo: object = {"version": chance.choice(("1.0.0", "9", 5, None)), "columns": {"geometry": column},
                   "primary_column": chance.choice(("geometry", "geometry", "geometry", "x", None, 5))}  # fmt: skip
    geo = chance.choice((geo, geo, geo, geo, [], 5, {"columns": []}, {}))
    raw = (
        json.dumps(geo).encode()
        if chance.random() < 0.9
        else chance.choice((b"", b"\xff", b"[" * 90_000))
    )
    about = {b"geo": raw, b"pandas": chance.choice((b"{}", b"[]", b'{"columns": 5}', b"{", b'{"index_columns": ["x"]}'))}  # fmt: skip
    about = {key: about[key] for key in about if chance.random() < 0.7}
    sink = pa.BufferOutputStream()
    table = pa.table(dict(zip(names, arrays, strict=True))).replace_schema_metadata(about)
    try:
        pq.write_table(
            table, sink, row_group_size=chance.choice((1, 100)), store_schema=chance.random() < 0.8
        )
    except (pa.ArrowException, OSError):  # a type that parquet has not
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({names[0]: pa.array(["R1"])}), sink)
    made: bytes = sink.getvalue().to_pybytes()
    if chance.random() < 0.25:
        made = lied(chance, made, len(made) - 400, len(made))
    return ".parquet", made


def books(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Workbooks of parts that lie: strings that swell, cells twice, thousands of sheets, links."""
    head = ("锅炉编号", "使用单位", "额定蒸发量", "燃料种类", "经度", "纬度")
    long = chance.choice((3, 30_000, 900_000))
    texts = [*head, "烟煤", "厂" * long]
    many = chance.choice((5, 5, 400, 20_000))
    first = "".join(f'<c r="{chr(65 + at)}1" t="s"><v>{at}</v></c>' for at in range(6))
    odd = chance.choice(("7", "99999", "-1", "x", "1e9", "", "7", "7"))
    kind = chance.choice(("s", "s", "str", "b", "e", "d", "inlineStr", "zz"))
    number = chance.choice(("5", "1e308", "1e999", "NaN", "-0", "9" * 400, "0x5", "2958466"))
    lines = "".join(
        f'<row r="{at}"><c r="A{at}" t="str"><v>G{at}</v></c><c r="B{at}" t="{kind}"><v>{odd}</v></c>'
        f'<c r="C{at}"><v>{number}</v></c><c r="D{at}" t="s"><v>6</v></c><c r="E{at}"><v>108.3</v></c>'
        f'<c r="F{at}"><v>22.8</v></c></row>'
        for at in chance.choice((range(2, many + 2), range(many + 2, 1, -1), [2] * many, range(1_048_570, 1_048_590)))
    )  # fmt: skip
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    sheet += f'<sheetData><row r="1">{first}</row>{lines}</sheetData>'
    sheet += chance.choice(("", '<mergeCells count="1"><mergeCell ref="A1:F99999"/></mergeCells>',
                            '<mergeCells><mergeCell ref="A1"/><mergeCell ref="ZZZZ9:A0"/></mergeCells>',
                            '<cols><col min="1" max="99999999" hidden="1"/></cols>'))  # fmt: skip
    sheets = chance.choice((1, 1, 1, 40, 2_500))
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<sheet name="{chance.choice(("s", "表", "x" * 300))}{at}" sheetId="{at}" r:id="r1"/>' for at in range(sheets))  # fmt: skip
    away = f'<Relationship Id="r9" Type="{office}/externalLink" TargetMode="External" Target="{url}/a.xlsx"/>'
    target = chance.choice(
        ("worksheets/sheet1.xml",) * 4 + ("../../etc/passwd", url, "workbook.xml", "")
    )
    strings = "".join(f"<si><t>{one}</t></si>" for one in texts)
    styles = "".join(f'<numFmt numFmtId="{at}" formatCode="{chance.choice(("0.0&quot;t/h&quot;", "[" * 99, "0" * 999))}"/>' for at in range(164, chance.choice((165, 9_000))))  # fmt: skip
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{spread}" xmlns:r="{office}"><workbookPr date1904="1"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{office}/worksheet" Target="{target}"/>{away}'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet + "</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{spread}" count="{chance.choice((3, 2**31, -1))}" uniqueCount="{chance.choice((9, 9, 9, 2**32))}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{spread}"><numFmts>{styles}</numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>',
    }  # fmt: skip
    if chance.random() < 0.2:
        del parts[chance.choice(list(parts))]
    doubled = [(name, part.encode()) for name, part in parts.items()]
    if chance.random() < 0.2:
        doubled.append(chance.choice(doubled))
    return ".xlsx", zipped(doubled)


def polyglots(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """One file that is several, under the name of a third; archives within archives."""
    row = "锅炉编号,额定蒸发量,燃料种类,经度,纬度\nG1,5,烟煤,108.3,22.8\n".encode()
    inner = zipped([("a.csv", row), ("xl/workbook.xml", b"<workbook/>"), ("doc.kml", b"<kml/>")])
    for _ in range(chance.choice((0, 1, 30))):
        inner = zipped([(chance.choice(("a.zip", "doc.kml", "a.gdb/x.gdbtable", "a.shp")), inner)])
    made = chance.choice(BEFORE) + chance.choice((b"", row, inner, b"\0" * 4_096))
    made += chance.choice((b"", inner, inner[::-1], HEAD * 50))
    if chance.random() < 0.2:
        made = row.decode().encode(chance.choice(("utf-7", "utf-32", "utf-16-be", "big5", "hz", "iso2022_jp", "utf-8-sig")), "replace")  # fmt: skip
        made = chance.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"\xfe\xff")) + made
    return chance.choice(SUFFIXES), made


def archives(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Archives whose directory and parts differ, of many, of twice the same, of reserved names."""
    name = chance.choice(("a.kml", "doc.kml", "pack.json", "a.shp", "layers/a.gpkg", "CON.kml", "a.kml ",
                          "a\0.kml", "锅炉.kml", "a" * 30_000, "./a.kml", "//a.kml", "C:\\a.kml", "a/../../b.kml"))  # fmt: skip
    mark = (
        "<Placemark><name>G</name><Point><coordinates>108.3,22.8</coordinates></Point></Placemark>"
    )
    body = f"<kml><Document>{mark}</Document></kml>".encode()
    count = chance.choice((1, 1, 2, 600))
    numbered = chance.random() < 0.5
    raw = bytearray(zipped((f"{at if numbered else ''}{name}", body) for at in range(count)))
    for _ in range(chance.choice((0, 1, 3))):
        at = raw.find(chance.choice((b"PK\1\2", b"PK\5\6", HEAD)))
        if at >= 0:
            where = at + chance.randrange(4, 46)
            raw[where : where + 4] = struct.pack("<I", chance.choice(LYING))
    if chance.random() < 0.2:
        raw += b"PK\5\6" + bytes(18)
    return chance.choice((".kmz", ".kmz", ".zip", ".zip", ".xlsx", ".xlsb")), bytes(raw)


def tags(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """A TIFF by hand, each tag of which may say anything."""
    order = chance.choice("<>")
    told = {256: 60, 257: 60, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 60, 279: 3_600, 339: 1}
    for _ in range(chance.choice((1, 2, 4))):
        tag = chance.choice((*told, 322, 323, 324, 325, 317, 284, 330, 266, 34_264, 33_550, 33_922, 34_735, 42_112, 42_113))  # fmt: skip
        told[tag] = chance.choice((*LYING, 2, 3, 16, 64, 65_535, 50_000, 34_887))
    xml = f'<GDALMetadata><Item name="OVERVIEW_FILE" domain="OVERVIEWS">/vsicurl/{url}/a</Item></GDALMetadata>'
    blobs = {33_550: (12, struct.pack(order + "3d", *chance.choice(((0.03, 0.03, 0), (float("nan"),) * 3, (0, 0, 0), (1e308,) * 3)))),
             33_922: (12, struct.pack(order + "6d", 0, 0, 0, *chance.choice(((107.2, 24.0, 0), (1e308, 1e308, 0), (float("inf"),) * 3)))),
             34_735: (3, struct.pack(order + "12H", 1, 1, 0, chance.choice((2, 60_000)), 1024, 0, 1, chance.choice((2, 3, 0)), 2048, 0, 1, chance.choice((4326, 32_767, 0)))),
             42_112: (2, xml.encode() + b"\0"), 42_113: (2, chance.choice((b"nan\0", b"x" * 300_000, b"-1e400\0")))}  # fmt: skip
    body = bytes(chance.choice((3_600, 20)))
    entries, data = [], b""
    start = 8 + len(body)
    count = len(told) + sum(tag not in told for tag in blobs)
    after = start + 2 + 12 * count + 4
    for tag in sorted({*told, *blobs}):
        if tag in told:
            entries.append(
                struct.pack(order + "HHII", tag, 4, chance.choice((1, 1, 1, 1, 2**31)), told[tag])
            )
        else:
            kind, blob = blobs[tag]
            size = {12: 8, 3: 2, 2: 1}[kind]
            entries.append(
                struct.pack(order + "HHII", tag, kind, len(blob) // size, after + len(data))
            )
            data += blob
    following = chance.choice((0, 0, 0, start, 0xFFFF_FFF0, 8))  # a directory that is its own next
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, start)
    directory = (
        struct.pack(order + "H", count) + b"".join(entries) + struct.pack(order + "I", following)
    )
    return ".tif", head + body + directory + data


KINDS = (relations, relations, headers, headers, columns, columns, books, polyglots, archives, tags)
