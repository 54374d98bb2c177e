"""Hostile files by kind: what is known to do harm, each time with other words and sizes."""

import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import rasterio
import shapely
from rasterio.transform import from_origin

from tests.fuzz import kinds_of_files, kinds_of_lines
from tests.fuzz import kinds_of_text as text
from tests.fuzz.corpus import boilers
from tests.fuzz.kinds_of_text import COLUMNS, NUMBERS, TEXTS
from tests.fuzz.mutations import WORDS

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
HEAD = ("锅炉编号", "使用单位", "额定蒸发量", "燃料种类", "经度", "纬度")
CODECS = (
    "rot13",
    "idna",
    "punycode",
    "unicode_escape",
    "zlib",
    "hex",
    "utf-7",
    "undefined",
    "x" * 999,
)


def make(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Make one: the suffix of the file, and its content."""
    return chance.choice(KINDS)(chance, url, secret)


def table(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """A csv or xlsx with columns no GeoPackage takes, texts no file holds, numbers that are none."""
    names = [*HEAD, *chance.choices(COLUMNS, k=chance.choice((0, 1, 4, 2_500)))]
    if chance.random() < 0.2:
        chance.shuffle(names)
    rows = [
        [f"G{at}", f"厂{at}", at + 1, "烟煤", 108.3 + at / 100, 22.8] + ["x"] * (len(names) - 6)
        for at in range(chance.choice((1, 6, 40)))
    ]
    for _ in range(chance.randrange(6)):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice((*TEXTS, *NUMBERS, *WORDS))
    if chance.random() < 0.4:
        book = openpyxl.Workbook()
        for row in [names, *rows]:
            try:
                book.active.append([_writable(cell) for cell in row])
            except Exception:  # noqa: BLE001 -- openpyxl refuses some characters
                book.active.append(["x"])
        stream = io.BytesIO()
        book.save(stream)
        return ".xlsx", patched(chance, stream.getvalue(), secret)
    end = chance.choice(("\n", "\r\n", "\r"))
    quoted = [['"' + f"{cell}".replace('"', '""') + '"' for cell in row] for row in [names, *rows]]
    text = end.join(",".join(row) for row in quoted)
    code = chance.choice(
        ("utf-8", "utf-8", "utf-16", "utf-16-le", "gb18030", "utf-32", "utf-8-sig")
    )
    return chance.choice((".csv", ".csv", ".tsv")), text.encode(
        code, "surrogatepass" if "utf" in code else "replace"
    )


def _writable(cell: object) -> object:
    """Write what XML does not hold as Excel does: _xFFFE_."""
    if not isinstance(cell, str):
        return cell
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", cell)


def patched(chance: Random, raw: bytes, secret: str) -> bytes:
    """Put into an xlsx what a program would not write."""
    kind = chance.randrange(9)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = {
                    1: lambda p: p.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'),
                    2: lambda p: p.replace(b'r="A1"', b'r="XFD1048576"', 1),
                    3: lambda p: p.replace(b"<row", b'<row r="1048577"', 1),
                    4: lambda p: p.replace(b"<v>", b"<v>_xD800_", 2),
                    5: lambda p: p.replace(b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 50 + b"</mergeCells>"),
                    6: lambda p: p[: len(p) // 2],
                }.get(kind, lambda p: p)(part)  # fmt: skip
            if kind == 7 and name.endswith("sharedStrings.xml"):
                bomb = '<!DOCTYPE a [<!ENTITY a "' + "x" * 500 + '">' + "".join(
                    f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(9)
                ) + f'<!ENTITY s SYSTEM "{secret}">]>'  # fmt: skip
                part = part.replace(b"<sst", bomb.encode() + b"<sst", 1).replace(
                    b"<t>", b"<t>&a8;&s;", 1
                )
            new.writestr(name, part)
        if kind == 8:
            new.writestr("xl/externalLinks/externalLink1.xml", f"<x>{secret}</x>")
    return out.getvalue()


def database(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """A GeoPackage or FlatGeobuf whose text is not UTF-8, or whose bytes are flipped."""
    frame = boilers().rename(columns={"锅炉编号": "boiler_id"})
    suffix = chance.choice((".gpkg", ".fgb", ".parquet"))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"a{suffix}"
        word = "XXXXXXXX" * 3
        frame.loc[0, "使用单位"] = word
        frame.to_parquet(path, compression=None) if suffix == ".parquet" else frame.to_file(path)
        raw = path.read_bytes()
    bad = chance.choice((b"\xff\xfe", b"\xed\xa0\x80", "锅炉厂".encode("gbk"), b"\0\x80"))
    raw = raw.replace(word.encode(), (bad * 24)[: len(word)])
    made = bytearray(raw)
    for _ in range(chance.choice((0, 0, 1, 20))):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return suffix, bytes(made[: chance.choice((len(made), len(made), len(made) // 2))])


def roofs(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """GeoParquet of roofs: ids twice, columns of other types, bowties, bombs of one word."""
    count = chance.choice((3, 30))
    frame = gpd.GeoDataFrame(
        {"roof_id": [f"R{at}" for at in range(count)]},
        geometry=list(
            shapely.box(
                108.3 + np.arange(count) / 1e3, 22.8, 108.3003 + np.arange(count) / 1e3, 22.8003
            )
        ),
        crs=chance.choice((4326, 4326, 3857, None)),
    )
    odd = (
        lambda: frame.assign(roof_id=chance.choice(("R", None, 5))),
        lambda: frame.assign(building=[chance.choice((["a"], [1], []))] * count),
        lambda: frame.assign(building=chance.choice((5, 1.5, True))),
        lambda: frame.assign(protected=chance.choice(("yes", 5, True, None))),
        lambda: frame.assign(height_m=chance.choice(("x", float("inf"), -5.0, 1e308))),
        lambda: frame.assign(township=5, roof_form=7, name_zh=3),
        lambda: frame.assign(ghi_kwh_m2_d=chance.choice(("x", float("nan"), -1.0))),
        lambda: frame.assign(roof_azimuth_deg=chance.choice(("S", 1e9))),
        lambda: frame.set_geometry([None] * count),
        lambda: frame.set_geometry([shapely.Point(108.3, 22.8)] * count),
        lambda: frame.set_geometry([shapely.from_wkt("POLYGON((108 22, 109 23, 109 22, 108 23, 108 22))")] * count),
        lambda: frame.set_geometry(gpd.GeoSeries([shapely.box(500, 500, 501, 501)] * count)),
        lambda: frame.iloc[:0],
        lambda: frame.drop(columns="roof_id"),
        lambda: frame.assign(remark="x" * 1_000_000),
        lambda: frame.assign(evidence="sure", county=5, area_m2="x", township="甲"),
    )  # fmt: skip
    made = chance.choice(odd)()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.parquet"
        if chance.random() < 0.2:
            pd.DataFrame(made.drop(columns="geometry")).to_parquet(path)
        else:
            made.to_parquet(path)
        return ".parquet", path.read_bytes()


def packed(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Archives: names that lead out, codecs in .cpg, names of 300 letters, swelling, locks."""
    stream = io.BytesIO()
    frame = boilers().rename(columns={"锅炉编号": "boiler_id"})
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out,
        tempfile.TemporaryDirectory() as name,
    ):
        kind = chance.randrange(8)
        stem = chance.choice(("a", "锅炉", "b" * 240, "../a", "/a", "..\\a", "a:b", "CON"))
        if kind < 4:
            frame.to_file(Path(name) / "a.shp", encoding="utf-8")
            for path in Path(name).iterdir():
                content = path.read_bytes()
                if path.suffix == ".cpg":
                    content = chance.choice(CODECS).encode()
                if path.suffix == chance.choice((".dbf", ".shx", ".prj", ".shp", ".x")):
                    content = content[: chance.randrange(len(content))]
                out.writestr(f"{stem}{path.suffix}", content)
        elif kind == 4:
            out.writestr("a.csv", b"0," * chance.choice((1_000, 30_000_000)))
        elif kind == 5:
            for at in range(chance.choice((10, 20_000))):
                out.writestr(f"{at}.csv", "锅炉编号\n")
        elif kind == 6:
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as deep:
                deep.writestr(
                    "a.csv", "锅炉编号,额定蒸发量,燃料种类,经度,纬度\nG1,5,煤,108.3,22.8\n"
                )
            out.writestr("inner.zip", inner.getvalue())
        else:
            link = zipfile.ZipInfo("a.geojson")
            link.external_attr = 0o120777 << 16
            out.writestr(link, secret)
            out.writestr("c" * 300 + ".gdb/a00000001.gdbtable", b"\3\0\0\0" + bytes(40))
    raw = bytearray(stream.getvalue())
    if chance.random() < 0.2 and len(raw) > 12:
        raw[6] |= 1  # as if encrypted
    return chance.choice((".zip", ".zip", ".kmz", ".xlsx")), bytes(raw)


def raster(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """GeoTIFF: geocentric, of 2,000,000² cells, turned, complex, of strips of gigabytes."""
    size = chance.choice((1, 7, 60, 3_000, 20_000, 2_000_000))
    told: dict[str, object] = {
        "width": size, "height": chance.choice((size, 1, 5)), "count": chance.choice((1, 1, 3)),
        "dtype": chance.choice(("float32", "int16", "uint8", "float64", "complex64", "int8", "uint32")),
        "crs": chance.choice(("EPSG:4326", "EPSG:4326", "EPSG:4978", "EPSG:3857", "EPSG:4545", None)),
        "transform": chance.choice((
            from_origin(107.2, 24.0, 3 / size, 3 / size), from_origin(107.2, 24.0, 0.03, 0.03),
            rasterio.Affine(0.03, 0.01, 107.2, 0.01, -0.03, 24), rasterio.Affine(0.03, 0, 107, 0, 0.03, 20),
            rasterio.Affine(1e-300, 0, 107, 0, -1e-300, 24), rasterio.Affine(1e300, 0, 0, 0, -1e300, 0),
        )),
        "nodata": chance.choice((None, 0, -9999)), "compress": chance.choice((None, "deflate")),
        "interleave": chance.choice(("pixel", "band")),
    }  # fmt: skip
    if size > 256:
        told |= chance.choice(
            (
                {"tiled": True, "blockxsize": 256, "blockysize": 256},
                {"blockysize": min(size, 4_000)},
            )
        )
    if told["dtype"] in ("uint8", "uint32") and told["nodata"] == -9999:
        told["nodata"] = 255
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.tif"
        try:
            with rasterio.open(
                path, "w", driver="GTiff", SPARSE_OK=True, BIGTIFF="YES", **told
            ) as out:
                if size < 100:
                    fill = chance.choice(
                        (0, 4, 100, np.nan if "float" in str(told["dtype"]) else 1)
                    )
                    out.write(
                        np.full((out.count, out.height, out.width), fill, dtype=out.dtypes[0])
                    )
                if chance.random() < 0.3:
                    out.scales = [chance.choice((0.0, float("nan"), 1e308))] * out.count
                out.units = [
                    chance.choice(("", "m", "ft", "K", "kWh/m2/day", "\u200b"))
                ] * out.count
            raw = path.read_bytes()
        except Exception:  # noqa: BLE001 -- such a file GDAL itself does not write
            raw = b"II*\0" + struct.pack("<IH", 8, chance.choice((0, 1, 65_535))) + bytes(60)
    return chance.choice((".tif", ".tif", ".tiff")), raw[:20_000_000]


KINDS: tuple[Callable[[Random, str, str], tuple[str, bytes]], ...] = (
    text.elsewhere, table, table, text.features, text.features, database, roofs, text.drawing, packed, text.said, raster,
    raster, text.marked, text.jsons, text.links,
    *kinds_of_files.KINDS, *kinds_of_lines.KINDS,
)  # fmt: skip
