"""Random ledgers in random formats, under random headers, in random datums, come back equal."""

import csv
import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from nngis import fields
from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84, geodesic_m, lonlat_to_work
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

TOLERANCE_M = 0.1
SHIFTS: dict[str, Callable[..., Any]] = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": gcj02_from_wgs84,
    "bd09": bd09_from_wgs84,
}
FUELS = {"coal": "烟煤", "gas": "天然气", "biomass": "甘蔗渣", "oil": "柴油"}
STATES = {"in_use": "在用", "stopped": "停用", "dismantled": "报废"}
NAMED = ("boiler_id", "name_zh", "capacity_t_h", "fuel", "status")
SAYS = ("option", "column", "header")
# Signs that Unicode has twice come back as the common one.
names = st.text(st.characters(codec="gbk", categories=["Lo"]), min_size=2, max_size=12).map(
    lambda text: unicodedata.normalize("NFKC", text)
)


@st.composite
def ledgers(draw: st.DrawFn) -> pd.DataFrame:
    count = draw(st.integers(1, 8))

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=count, max_size=count))

    return pd.DataFrame(
        {
            "boiler_id": [f"B{at}" for at in range(count)],
            "name_zh": [name + "厂" for name in column(names)],
            "capacity_t_h": column(st.integers(1, 2000).map(lambda n: n / 4)),
            "fuel": column(st.sampled_from(sorted(FUELS))),
            "status": column(st.sampled_from(sorted(STATES))),
            "lon": column(st.floats(107.4, 109.5)),
            "lat": column(st.floats(22.3, 23.9)),
        }
    )


@st.composite
def headers(draw: st.DrawFn) -> dict[str, str]:
    """Draw a name that each field is known by."""
    out = {}
    for name in (*NAMED, "lon", "lat", "datum"):
        field = fields.get(name)
        known = [
            field.name,
            field.title.zh,
            field.heading("zh"),
            field.heading("en"),
            *field.aliases,
        ]
        # Names that other units or fields of the role share are drawn elsewhere.
        known = [k for k in known if "mw" not in k.lower() and k not in ("x", "y", "wkt", "label")]
        out[name] = draw(st.sampled_from([k for k in known if "," not in k]))
    return out


def written(truth: pd.DataFrame, datum: str) -> pd.DataFrame:
    frame = truth.assign(fuel=truth["fuel"].map(FUELS), status=truth["status"].map(STATES))
    lon, lat = SHIFTS[datum](truth["lon"].to_numpy(), truth["lat"].to_numpy())
    return frame.assign(lon=np.round(lon, 7), lat=np.round(lat, 7))


def as_xlsx(path: Path, frame: pd.DataFrame) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["南宁市锅炉台账"])  # type: ignore[union-attr]
    book.active.append(list(frame.columns))  # type: ignore[union-attr]
    for row in frame.itertuples(index=False):
        book.active.append(list(row))  # type: ignore[union-attr]
    book.save(path)
    return path


def as_text(encoding: str, mark: str) -> Callable[[Path, pd.DataFrame], Path]:
    def write(path: Path, frame: pd.DataFrame) -> Path:
        frame.to_csv(path, index=False, encoding=encoding, sep=mark)
        return path

    return write


def points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    lon, lat = frame.columns[5], frame.columns[6]
    geometry = gpd.points_from_xy(frame[lon], frame[lat], crs=4326)
    return gpd.GeoDataFrame(frame.drop(columns=[lon, lat]), geometry=geometry)


def as_vector(path: Path, frame: pd.DataFrame) -> Path:
    made = points(frame)
    if path.suffix == ".geojson":
        path.write_text(
            json.dumps(json.loads(made.to_json(drop_id=True)), ensure_ascii=False), "utf-8"
        )
    elif path.suffix == ".parquet":
        made.to_parquet(path)
    elif path.suffix == ".kml":
        path.write_text(kml(made), encoding="utf-8")
    elif path.suffix == ".geojsonl":
        pyogrio.write_dataframe(made, path, driver="GeoJSONSeq")
    else:
        pyogrio.write_dataframe(made, path)
    return path


def kml(frame: gpd.GeoDataFrame) -> str:
    marks = []
    for row in frame.itertuples(index=False):
        data = "".join(
            f"<Data name={quoteattr(str(n))}><value>{escape(str(v))}</value></Data>"
            for n, v in zip(frame.columns[:-1], row[:-1], strict=True)
        )
        at = f"{row[-1].x!r},{row[-1].y!r}"
        marks.append(
            f"<Placemark><ExtendedData>{data}</ExtendedData><Point><coordinates>{at}</coordinates>"
            "</Point></Placemark>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{''.join(marks)}</Document></kml>"
    )


def as_interchange(encoding: str, charset: str) -> Callable[[Path, pd.DataFrame], Path]:
    def write(path: Path, frame: pd.DataFrame) -> Path:
        made = points(frame)
        kinds = [
            "Float" if pd.api.types.is_numeric_dtype(kind) else "Char(200)"
            for kind in made.dtypes[:-1]
        ]
        columns = "".join(f"  {n} {k}\n" for n, k in zip(made.columns[:-1], kinds, strict=True))
        drawn = "".join(f"Point {p.x!r} {p.y!r}\n    Symbol (35,0,12)\n" for p in made.geometry)
        head = (
            f'Version 300\nCharset "{charset}"\nDelimiter ","\nCoordSys Earth Projection 1, 104\n'
        )
        text = f"{head}Columns {len(kinds)}\n{columns}Data\n\n{drawn}"
        path.write_text(text, encoding=encoding)
        made.iloc[:, :-1].to_csv(
            path.with_suffix(".mid"), index=False, header=False, encoding=encoding,
            quoting=csv.QUOTE_NONNUMERIC,
        )  # fmt: skip
        return path

    return write


def as_mapinfo_table(path: Path, frame: pd.DataFrame) -> Path:
    """Write a table in GBK, as MapInfo does; GDAL would not write Chinese names."""
    made = points(frame)
    names = [f"C{at}" for at in range(len(made.columns) - 1)]
    plain = made.set_axis([*names, "geometry"], axis=1).set_geometry("geometry")
    pyogrio.write_dataframe(plain, path, driver="MapInfo File", encoding="GBK")
    text = path.read_bytes()
    for name, own in zip(names, made.columns, strict=False):
        text = text.replace(f"    {name} ".encode(), f"    {own} ".encode("gbk"))
    path.write_bytes(text.replace(b'"Neutral"', b'"WindowsSimpChinese"'))
    return path


def as_shapefile(path: Path, frame: pd.DataFrame) -> Path:
    """Write a zipped shapefile in GBK, its names cut to ten bytes by us as others do."""
    made = points(frame)
    cut = {n: str(n).encode("gbk")[:10].decode("gbk", "ignore") for n in made.columns[:-1]}
    inner = path.with_suffix(".shp")
    pyogrio.write_dataframe(made.rename(columns=cut), inner, encoding="GBK")
    with zipfile.ZipFile(path, "w") as archive:
        for one in path.parent.glob(f"{path.stem}.*"):
            if one.suffix in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(one, one.name)
    return path


TABLES: dict[str, Callable[[Path, pd.DataFrame], Path]] = {
    "a.xlsx": as_xlsx,
    "gbk.csv": as_text("gb18030", ","),
    "utf8.csv": as_text("utf-8", ";"),
    "bom.csv": as_text("utf-8-sig", ","),
    "utf16.txt": as_text("utf-16", "\t"),
    "a.tsv": as_text("utf-8", "\t"),
}
VECTORS: dict[str, Callable[[Path, pd.DataFrame], Path]] = {
    **dict.fromkeys(("a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.kml"), as_vector),
    "a.geojsonl": as_vector,
    "gbk.mif": as_interchange("gb18030", "WindowsSimpChinese"),
    "neutral.mif": as_interchange("gb18030", "Neutral"),
    "utf8.mif": as_interchange("utf-8", "UTF-8"),
    "a.tab": as_mapinfo_table,
    "a.zip": as_shapefile,
}


def same(truth: pd.DataFrame, got: gpd.GeoDataFrame) -> None:
    got = got.sort_index()  # FlatGeobuf orders its features by where they lie
    assert got.index.tolist() == truth["boiler_id"].tolist()
    for name in NAMED[1:]:
        assert got[name].tolist() == truth[name].tolist(), name
    apart = geodesic_m(got.geometry.x, got.geometry.y, truth["lon"], truth["lat"])
    assert float(np.max(apart)) < TOLERANCE_M


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    ledgers(),
    headers(),
    st.sampled_from(sorted(TABLES)),
    st.sampled_from(sorted(SHIFTS)),
    st.sampled_from(SAYS),
)
def test_a_table_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    truth: pd.DataFrame,
    header: dict[str, str],
    form: str,
    datum: str,
    says: str,
) -> None:
    frame = written(truth, datum)
    if says == "column":
        frame["datum"] = {"wgs84": "WGS-84", "gcj02": "高德", "bd09": "百度坐标"}[datum]
    frame = frame.rename(columns=header)
    if says == "header":
        lon = frame.columns[5]
        frame = frame.rename(columns={lon: f"{header['lon']}({datum})"})
    path = TABLES[form](tmp_path_factory.mktemp("table") / form, frame)
    options = Options(datum=datum if says == "option" else None)
    reading = survey_ledger(path, role("boilers"), options)
    assert reading.layer.rejects.empty
    same(truth, reading.layer.frame)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ledgers(), headers(), st.sampled_from(sorted(VECTORS)), st.sampled_from(sorted(SHIFTS)))
def test_a_vector_file_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    truth: pd.DataFrame,
    header: dict[str, str],
    form: str,
    datum: str,
) -> None:
    if form == "a.zip":  # a name of three characters cut in two may be anybody's
        header = {
            **header,
            "boiler_id": "锅炉编号",
            "fuel": "燃料种类",
            "status": "使用状态",
            "name_zh": "使用单位名称",
            "capacity_t_h": "额定蒸发量",
        }
    if form.endswith((".mif", ".tab")):  # whose names hold no blanks and no brackets
        header = {
            field: field if "(" in name else name.replace(" ", "_")
            for field, name in header.items()
        }
    frame = written(truth, datum).rename(columns=header)
    path = VECTORS[form](tmp_path_factory.mktemp("vector") / form, frame)
    said = None if datum == "wgs84" else datum
    reading = survey_ledger(path, role("boilers"), Options(datum=said))
    assert reading.layer.rejects.empty
    same(truth, reading.layer.frame)


@settings(max_examples=20, deadline=None)
@given(truth=ledgers(), epsg=st.sampled_from([4545, 4524, 4546, 4525]), north_first=st.booleans())
def test_projected_numbers_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory, truth: pd.DataFrame, epsg: int, *, north_first: bool
) -> None:
    if epsg in (4546, 4525):  # the zone of 111° E begins at 109.5° E; surveys run over a little
        truth = truth.assign(lon=109.0 + (truth["lon"] - 107.4) / 4)
    x, y = lonlat_to_work(truth["lon"].to_numpy(), truth["lat"].to_numpy(), CRS(epsg))
    pair = (y, x) if north_first else (x, y)
    frame = written(truth, "wgs84").assign(lon=np.round(pair[0], 3), lat=np.round(pair[1], 3))
    path = as_text("utf-8", ",")(tmp_path_factory.mktemp("projected") / "a.csv", frame)
    has_prefix = epsg in (4524, 4525)
    reading = survey_ledger(
        path, role("boilers"), Options(datum=None if has_prefix else f"EPSG:{epsg}")
    )
    same(truth, reading.layer.frame)
