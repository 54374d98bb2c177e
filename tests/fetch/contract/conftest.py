"""Servers that behave and answer as their documentation says: built from the documented schemas.

Nothing here is made with the readers of nngis. Where a form was read stands in endpoints.toml
(`read_at`) and beside each builder.
"""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.order import Order

rasterio = pytest.importorskip("rasterio")

#: A piece of Nanning around which every source has something: 青秀区 and its neighbours.
WEST, SOUTH, EAST, NORTH = BOX = (108.30, 22.78, 108.42, 22.88)
RELEASE = "2026-11-18.1"


def zipped(files):
    """A zip archive, deflated as repositories do."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def geotiff(path, values, *, west, north, cell, crs="EPSG:4326", nodata=None, size=None, at=(0, 0)):
    """A tiled, deflated GeoTIFF; of a large one only the values are written, the rest are holes."""
    height, width = size or values.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=height, width=width, count=1, dtype=values.dtype,
        crs=crs, nodata=nodata, transform=rasterio.transform.from_origin(west, north, cell, cell),
        tiled=True, blockxsize=512, blockysize=512, compress="deflate", SPARSE_OK=True,
    ) as made:  # fmt: skip
        window = rasterio.windows.Window(at[1], at[0], values.shape[1], values.shape[0])
        made.write(values, 1, window=window)
    return path


def houses(step=0.004):
    """Square outlines of some 20 m in rows over the box."""
    x, y = np.meshgrid(np.arange(WEST + 0.001, EAST, step), np.arange(SOUTH + 0.001, NORTH, step))
    x, y = x.ravel(), y.ravel()
    return shapely.box(x, y, x + 0.0002, y + 0.0002)


def boxes(outlines, side):
    """The struct column bbox of GeoParquet 1.1."""
    west, south, east, north = shapely.bounds(outlines).T
    return pa.StructArray.from_arrays(
        [pa.array(one, side) for one in (west, east, south, north)],
        ["xmin", "xmax", "ymin", "ymax"],
    )


# --- Overture: docs.overturemaps.org (schema of buildings), github.com/OvertureMaps/stac ---------


def overture_catalog(latest):
    """The root catalog: STAC with a field `latest` of its own."""
    children = [
        {"rel": "child", "href": f"./{one}/catalog.json", "type": "application/json"}
        for one in (latest, "2026-10-21.0")
    ]
    return json.dumps({
        "type": "Catalog", "id": "Overture Releases", "stac_version": "1.1.0",
        "description": "All Overture Releases", "latest": latest, "links": children,
        "registry": {"path": "…", "manifest": [["a.parquet", "ffff"]]},
    }).encode()  # fmt: skip


def overture_index(root, release, files, *, collection="building"):
    """STAC-GeoParquet of a release: one row a file, of every theme; `collection` may be empty."""

    def item(name, theme, kind, box, *, of):
        path = f"release/{release}/theme={theme}/type={kind}/{name}"
        return {
            "type": "Feature", "stac_version": "1.1.0", "id": name[5:10], "collection": of,
            "geometry": shapely.box(*box).wkb,
            "bbox": dict(zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True)),
            "num_rows": 10, "num_row_groups": 1, "datetime": datetime(2026, 11, 18, tzinfo=UTC),
            "links": [{"rel": "parent", "href": "../collection.json", "type": "application/json"}],
            "assets": {
                "aws": {
                    "href": f"{root}/{path}", "type": "application/vnd.apache.parquet",
                    "title": "GeoParquet on AWS S3", "roles": ["data"],
                    "alternate": {"s3": {"href": f"s3://overturemaps-us-west-2/{path}"}},
                },
                "azure": {
                    "href": f"https://overturemapswestus2.blob.core.windows.net/{path}",
                    "type": "application/vnd.apache.parquet", "title": "…", "roles": ["data"],
                    "alternate": None,
                },
            },
        }  # fmt: skip

    rows = [
        item("part-00000-x.zstd.parquet", "places", "place", BOX, of="place"),
        item("part-00009-x.zstd.parquet", "buildings", "building_part", BOX, of="building_part"),
        *(item(name, "buildings", "building", box, of=collection) for name, box in files.items()),
    ]
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


def overture_buildings(path, *, drop=()):
    """A file of buildings, release of 2026-03 or later: bbox of DOUBLE, zstd."""
    outlines = houses()
    count = len(outlines)
    dataset = ["Zenodo" if at % 3 else "OpenStreetMap" for at in range(count)]
    columns = {
        "id": [f"{at:08d}-0000-0000-0000-000000000000" for at in range(count)],
        "geometry": shapely.to_wkb(outlines),
        "bbox": boxes(outlines, pa.float64()),
        "version": pa.array([1] * count, pa.int32()),
        "sources": [
            [{"property": "", "dataset": one, "license": None, "record_id": None,
              "update_time": "2024-11-01T00:00:00Z", "confidence": None}]
            for one in dataset
        ],
        "subtype": [None] * (count - 1) + ["education"],
        "class": [None] * (count - 1) + ["school"],
        "names": pa.array([None] * (count - 1) + [{"primary": "甲楼"}]),
        "is_underground": [at == 0 for at in range(count)],
        "height": pa.array([None] * count, pa.float64()),
        "num_floors": pa.array([None] * count, pa.int32()),
    }  # fmt: skip
    table = pa.table({name: column for name, column in columns.items() if name not in drop})
    pq.write_table(table, path, compression="zstd", row_group_size=200)
    return path


# --- GlobalBuildingAtlas LoD1 on Source Cooperative: source, id, height, var, region, bbox -------


def gba_tile(path):
    outlines = houses()
    count = len(outlines)
    table = pa.table({
        "source": ["osm" if at % 2 else "ours2" for at in range(count)],
        "id": [str(at // 2) for at in range(count)],
        "height": pa.array([-999.0 if at == 0 else 9.0 for at in range(count)], pa.float32()),
        "var": pa.array([1.0] * count, pa.float32()),
        "region": ["CHN"] * count,
        "bbox": boxes(outlines, pa.float32()),
        "geometry": shapely.to_wkb(outlines),
    })  # fmt: skip
    pq.write_table(table, path, row_group_size=200)
    return path


# --- Shapefiles in zips: 3D-GloBFP (figshare), East Asian Buildings (Zenodo) ---------------------


def shapefile(folder, stem, crs, *, height=None, z=False):
    """The members of a shapefile, by ending."""
    outlines = shapely.force_3d(houses(), 0.0) if z else houses()
    frame = gpd.GeoDataFrame(geometry=outlines, crs="EPSG:4326").to_crs(crs)
    frame = frame.assign(Height=height) if height is not None else frame.assign(Id=0)
    frame.to_file(folder / f"{stem}.shp", engine="pyogrio")
    return {path.suffix: path.read_bytes() for path in sorted(folder.glob(f"{stem}.*"))}


def figshare_list(root, names):
    """GET /v2/articles/{id}/files: a list of files."""
    return json.dumps([
        {"id": 5300 + at, "name": name, "size": 1000 + at, "is_link_only": False,
         "download_url": f"{root}/ndownloader/{5300 + at}", "supplied_md5": "", "mimetype": ""}
        for at, name in enumerate(names)
    ]).encode()  # fmt: skip


def zenodo_record(root, number, names):
    """GET /api/records/{id}: a record with its files."""
    files = [
        {"id": f"f{at}", "key": name, "size": 10, "checksum": "md5:0",
         "links": {"self": f"{root}/api/records/{number}/files/{name}/content"}}
        for at, name in enumerate(names)
    ]  # fmt: skip
    return json.dumps({
        "id": number, "conceptrecid": str(number - 1), "doi": f"10.5281/zenodo.{number}",
        "metadata": {"title": "…", "license": {"id": "cc-by-4.0"}}, "files": files,
    }).encode()  # fmt: skip


# --- PVGIS 5.3, tool tmy, outputformat=json -------------------------------------------------------


def pvgis_tmy(*, offset_h=0.5, database="PVGIS-ERA5", lat=22.83, lon=108.36):
    """Rows in UTC, months of different years; the sun stands highest at 04:46 UTC there."""
    rows = []
    for month in range(1, 13):
        year = 2005 + month
        day = datetime(year, month, 1, tzinfo=UTC)
        while day.month == month:
            if (day.month, day.day) != (2, 29):
                for hour in range(24):
                    noon = 12 - lon / 15
                    sun = max(0.0, np.cos((hour + offset_h - noon) / 12 * np.pi))
                    rows.append({
                        "time(UTC)": f"{day:%Y%m%d}:{hour:02d}00", "T2m": 20.0 + 5.0 * sun,
                        "RH": 80.0, "G(h)": round(900 * sun, 2), "Gb(n)": round(700 * sun, 2),
                        "Gd(h)": round(200 * sun, 2), "IR(h)": 380.0, "WS10m": 2.0,
                        "WD10m": 90.0, "SP": 100_000.0,
                    })  # fmt: skip
            day += timedelta(days=1)
    return json.dumps({
        "inputs": {
            "location": {"latitude": lat, "longitude": lon, "elevation": 80.0,
                         "irradiance_time_offset": offset_h},
            "meteo_data": {"radiation_db": database, "meteo_db": "ERA5", "year_min": 2005,
                           "year_max": 2023, "use_horizon": True, "horizon_db": None,
                           "horizon_data": "DEM-calculated"},
        },
        "outputs": {
            "months_selected": [{"month": m, "year": 2005 + m} for m in range(1, 13)],
            "tmy_hourly": rows,
        },
        "meta": {"inputs": {}, "outputs": {}},
    }).encode()  # fmt: skip


# --- Open Charge Map, GET /v3/poi without compact -------------------------------------------------


def charge_map():
    def place(number, title, lon, lat, *, operational=True, **more):
        return {
            "ID": number, "UUID": "…", "IsRecentlyVerified": False, "NumberOfPoints": 2,
            "DataProvider": {"ID": 1, "License": "CC BY 4.0", "IsOpenDataLicensed": True},
            "OperatorInfo": {"ID": 3294, "Title": "国家电网"},
            "UsageType": {"ID": 1, "Title": "Public"},
            "StatusType": {"ID": 50, "IsOperational": operational, "Title": "…"},
            "AddressInfo": {"ID": number, "Title": title, "AddressLine1": "民族大道",
                            "Latitude": lat, "Longitude": lon, "CountryID": 45},
            "Connections": [{"ID": 1, "PowerKW": 60.0, "Quantity": 4,
                             "CurrentType": {"ID": 30, "Title": "DC"}}],
            **more,
        }  # fmt: skip

    return json.dumps([
        place(1, "甲站", 108.36, 22.82),
        place(2, "停用", 108.37, 22.82, operational=False),
        place(3, "乙站", 108.38, 22.82, OperatorInfo=None, Connections=None),
    ]).encode()  # fmt: skip


@pytest.fixture(scope="session")
def documented():
    """The builders of documented answers."""
    return SimpleNamespace(
        box=BOX, release=RELEASE, zipped=zipped, geotiff=geotiff, houses=houses,
        overture_catalog=overture_catalog, overture_index=overture_index,
        overture_buildings=overture_buildings, gba_tile=gba_tile, shapefile=shapefile,
        figshare_list=figshare_list, zenodo_record=zenodo_record, pvgis_tmy=pvgis_tmy,
        charge_map=charge_map,
    )  # fmt: skip


@pytest.fixture
def order(patient, tmp_path, documented):
    """An order for one source at an address."""

    def make(name, url, *layers, area=None, **changes):
        endpoint = read_endpoints()[name].model_copy(
            update={"url": str(url), "mirrors": (), **changes}
        )
        where = area or Area("town", shapely.box(*documented.box), gpd.GeoDataFrame())
        return Order(layers, where, endpoint, patient, Cache(tmp_path / "cache"))

    return make
