"""Outlines and roofs against servers that answer as each source's documentation says."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.errors import FetchError, ScenarioError
from nngis.fetch import footprints, outlines, roof_areas
from nngis.fetch.area import Area, read_area
from nngis.fetch.records import listed_files

pytest.importorskip("rasterio")
# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


# Overture: the catalog names the release and its files.


@pytest.fixture
def overture(loopback, documented, tmp_path):
    """A catalog with one release: a file over Nanning and one elsewhere."""
    near, far = "part-00312-x.zstd.parquet", "part-00001-x.zstd.parquet"
    release = documented.release
    path = documented.overture_buildings(tmp_path / near)
    loopback.paths[f"/release/{release}/theme=buildings/type=building/{near}"] = path
    loopback.files["/catalog.json"] = documented.overture_catalog(release)
    files = {near: (107.0, 20.0, 110.0, 24.0), far: (-92.7, 14.3, -86.8, 15.0)}

    def index(**more):
        return documented.overture_index(loopback.url("").rstrip("/"), release, files, **more)

    loopback.files[f"/{release}/collections.parquet"] = index()
    return index


@pytest.mark.parametrize("collection", ["building", None])
def test_the_latest_release_is_read_and_only_its_files_over_the_area(
    loopback, order, documented, overture, collection
):
    loopback.files[f"/{documented.release}/collections.parquet"] = overture(collection=collection)
    (found,) = footprints.fetch(order("footprints", loopback.url("/catalog.json"), "footprints"))
    rows = found.content
    assert found.vintage == documented.release
    assert len(rows) == len(documented.houses()) - 1  # the first lies underground
    assert set(rows["source"]) == {"OpenStreetMap", "Zenodo"}
    assert rows["building"].dropna().tolist() == ["school"]
    assert rows["height_m"].isna().all()
    opened = {path for _, path, _ in loopback.asked if path.startswith("/release/")}
    assert {path.rpartition("/")[2] for path in opened} == {"part-00312-x.zstd.parquet"}
    for owner in ("OpenStreetMap", "Esri", "Microsoft", "USGS", "IGN", "10.5281/zenodo.8174931"):
        assert owner in found.attribution


def test_a_release_without_the_column_underground_is_read(
    loopback, order, documented, overture, tmp_path
):
    path = f"/release/{documented.release}/theme=buildings/type=building/part-00312-x.zstd.parquet"
    loopback.paths[path] = documented.overture_buildings(
        tmp_path / "b.parquet", drop=("is_underground",)
    )
    (found,) = footprints.fetch(order("footprints", loopback.url("/catalog.json"), "footprints"))
    assert len(found.content) == len(documented.houses())


def test_a_release_that_is_gone_is_named_with_the_latest(loopback, order, documented, overture):
    here = order("footprints", loopback.url("/catalog.json"), "footprints", release="2025-09-24.0")
    with pytest.raises(FetchError, match=rf"2025-09-24.0 is gone .* {documented.release}"):
        footprints.fetch(here)


def test_an_index_of_another_form_is_named(loopback, order, documented, overture):
    loopback.files[f"/{documented.release}/collections.parquet"] = b"PAR1 no table PAR1"
    with pytest.raises(FetchError, match="not in the form expected"):
        footprints.fetch(order("footprints", loopback.url("/catalog.json"), "footprints"))


# GlobalBuildingAtlas: tiles of 5 degrees, ids that are no ids, -999.


def test_a_tile_of_the_building_atlas_keeps_every_outline(loopback, order, documented, tmp_path):
    path = documented.gba_tile(tmp_path / "e105_n25_e110_n20.parquet")
    loopback.paths["/lod1/e105_n25_e110_n20.parquet"] = path
    url = loopback.url("/lod1/{tile}.parquet")
    (found,) = footprints.fetch(order("footprints_gba", url, "footprints_gba"))
    rows = found.content
    assert len(rows) == len(documented.houses())
    assert rows["height_m"].isna().sum() == 1
    assert set(rows["height_m"].dropna()) == {9.0}
    assert set(rows["source"]) == {"osm", "ours2"}
    assert (found.licence, found.evidence) == ("ODbL-1.0 AND CC-BY-NC-4.0", "approximate")
    assert "not for commercial use" in found.note.en


# 3D-GloBFP: parts on figshare list tiles by their boxes; downloads are redirected.


def test_heights_come_from_the_tile_that_its_name_places_here(
    loopback, order, documented, tmp_path
):
    height = np.where(np.arange(len(documented.houses())) == 0, -999.0, 7.5)
    members = documented.shapefile(tmp_path, "Guangxi_2019", "EPSG:4326", height=height)
    names = ["2019_107.5_22.5_110_25_China.zip", "12_-92_14_-87_15_Guatemala.zip"]
    root = loopback.url("").rstrip("/")
    loopback.files["/v2/articles/1/files?limit=1000"] = documented.figshare_list(root, [])
    loopback.files["/v2/articles/2/files?limit=1000"] = documented.figshare_list(root, names)
    loopback.moods["/ndownloader/5300"] = [
        ("status", 302, {"Location": loopback.url("/s3/tile.zip")})
    ] * 50
    loopback.files["/s3/tile.zip"] = documented.zipped(
        {f"2019/Guangxi_2019{suffix}": content for suffix, content in members.items()}
    )
    url = loopback.url("/v2/articles/{part}/files?limit=1000")
    here = order("footprints_globfp", url, "footprints_globfp", parts=("1", "2"))
    (found,) = outlines.fetch(here)
    assert len(found.content) == len(documented.houses())
    assert found.content["height_m"].isna().sum() == 1
    assert set(found.content["height_m"].dropna()) == {7.5}
    assert "/ndownloader/5301" not in {path for _, path, _ in loopback.asked}


# East Asian Buildings: one archive of a whole region, a city's shapefile in UTM, POLYGON Z among.


@pytest.fixture
def town(documented):
    """An area in one county of Nanning."""
    shape = shapely.box(*documented.box)
    return Area("town", shape, gpd.GeoDataFrame(geometry=[shape], index=["450102"], crs=4326))


def test_of_the_archive_of_east_asia_only_the_city_moves(
    loopback, order, documented, town, tmp_path
):
    members = documented.shapefile(tmp_path, "Nanning", "EPSG:32648", z=True)
    noise = np.random.default_rng(1).bytes(4_000_000)
    loopback.files["/api/records/8174931"] = documented.zenodo_record(
        loopback.url("").rstrip("/"), 8174931, ["readme.txt", "East_Asian_buildings.zip"]
    )
    content = "/api/records/8174931/files/East_Asian_buildings.zip/content"
    loopback.files[content] = documented.zipped(
        {f"China/Guangxi/Nanning{suffix}": one for suffix, one in members.items()}
        | {"China/Hebei/Baoding.shp": noise}
    )
    url = loopback.url("/api/records/8174931")
    (found,) = outlines.fetch(order("footprints_east_asia", url, "footprints_east_asia", area=town))
    rows = found.content
    assert len(rows) == len(documented.houses())
    assert not rows.geometry.has_z.any()
    west, south, east, north = documented.box
    assert rows.total_bounds == pytest.approx((west, south, east, north), abs=0.005)
    assert rows.geometry.to_crs("EPSG:32648").area.median() == pytest.approx(455, rel=0.05)
    assert rows["height_m"].isna().all()
    assert loopback.bytes_served < 0.8 * len(loopback.files[content])


def test_an_archive_too_large_for_a_server_without_ranges_is_named(loopback, order, documented):
    loopback.files["/api/records/8174931"] = documented.zenodo_record(
        loopback.url("").rstrip("/"), 8174931, ["all.zip"]
    )
    content = "/api/records/8174931/files/all.zip/content"
    loopback.files[content] = documented.zipped({"a": bytes(2_000_000)})
    loopback.without_ranges.add(content)
    url = loopback.url("/api/records/8174931")
    here = order("footprints_east_asia", url, "footprints_east_asia", whole_mb=0.001)
    with pytest.raises(FetchError, match="raise whole_mb"):
        outlines.fetch(here)


def test_a_city_that_the_archive_lacks_is_named(loopback, order, documented, town):
    loopback.files["/api/records/1"] = documented.zenodo_record(
        loopback.url("").rstrip("/"), 1, ["all.zip"]
    )
    loopback.files["/api/records/1/files/all.zip/content"] = documented.zipped({"a.shp": b""})
    url = loopback.url("/api/records/1")
    with pytest.raises(FetchError, match=r"no shapefile .*Nanning\.shp"):
        outlines.fetch(order("footprints_east_asia", url, "footprints_east_asia", area=town))


# CBRA: 0 and 255 on cells of 2.5 m, tiles named by their upper left corner, a zip a year.


def test_roofs_are_added_up_by_county(loopback, order, documented, tmp_path):
    cell = 2.245e-5
    values = np.zeros((1024, 1024), "uint8")
    values[:512, :512] = 255  # a quarter of 1024 x 1024 cells
    tile = documented.geotiff(
        tmp_path / "t.tif", values, west=107.5, north=25.0, cell=cell, size=(111_360, 111_360),
        at=(97_280, 38_400),
    )  # fmt: skip
    names = ["CBRA_2016.zip", "CBRA_2021.zip"]
    root = loopback.url("").rstrip("/")
    loopback.files["/api/records/7500612"] = documented.zenodo_record(root, 7500612, names)
    loopback.files["/api/records/7500612/files/CBRA_2021.zip/content"] = documented.zipped(
        {
            "CBRA_2021/CBRA_2021_E107.5N25.tif": tile.read_bytes(),
            "CBRA_2021/CBRA_2021_E110N25.tif": b"II*\0 elsewhere",
            "CBRA_2021/CBRA_2021_E107.5N22.5.tif": b"II*\0 south of it",
        }
    )
    where = read_area(",".join(map(str, documented.box)))
    here = order("cbra", loopback.url("/api/records/7500612"), "roof_areas", area=where)
    (found,) = roof_areas.fetch(here)
    # The cells lie at 108.362 to 108.385 E, 22.793 to 22.816 N: all in 青秀区 and its neighbours.
    side_m = (512 * cell * 111_320 * np.cos(np.radians(22.81)), 512 * cell * 110_752)
    assert found.content["roof_km2"].sum() == pytest.approx(side_m[0] * side_m[1] / 1e6, rel=0.02)
    assert found.content["adcode"].str.startswith("4501").all()
    asked = {path for _, path, _ in loopback.asked}
    assert "/api/records/7500612/files/CBRA_2016.zip/content" not in asked


def test_a_county_that_tiles_do_not_cover_has_no_number(loopback, order, documented, tmp_path):
    half = documented.geotiff(
        tmp_path / "t.tif", np.full((4096, 4096), 255, "uint8"), west=108.30, north=22.90,
        cell=2.245e-5,
    )  # fmt: skip
    where = read_area("108.30,22.82,108.42,22.88")  # the tile ends at 108.392 degrees east
    here = order("cbra", str(half), "roof_areas", area=where)
    (found,) = roof_areas.fetch(here)
    by_name = found.content.set_index("name_zh")["roof_km2"]
    east = where.covered().geometry.bounds.set_axis(where.covered()["name_zh"])["maxx"]
    assert by_name.isna().tolist() == (east.reindex(by_name.index) > 108.393).tolist()
    assert by_name.isna().any()
    assert by_name.notna().any()


def test_a_list_longer_than_one_page_is_read_to_its_end(loopback, order, documented):
    root = loopback.url("").rstrip("/")
    url = "/v2/articles/1/files?limit=2"
    loopback.files[url] = documented.figshare_list(root, ["b.zip", "c.zip"])
    loopback.files[f"{url}&offset=2"] = documented.figshare_list(root, ["a.zip"])
    here = order("footprints_globfp", loopback.url(url), "footprints_globfp")
    assert [file.name for file in listed_files(here, here.endpoint.url)] == [
        "a.zip", "b.zip", "c.zip",
    ]  # fmt: skip


def test_a_list_of_another_form_is_named(loopback, order):
    loopback.files["/api/records/1"] = b'{"message": "PID does not exist."}'
    here = order("cbra", loopback.url("/api/records/1"), "roof_areas")
    with pytest.raises(FetchError, match="not in the form expected"):
        listed_files(here, here.endpoint.url)


def test_without_counties_roofs_cannot_be_added_up(loopback, order):
    with pytest.raises(ScenarioError, match="no counties"):
        roof_areas.fetch(order("cbra", loopback.url("/api/records/1"), "roof_areas"))
