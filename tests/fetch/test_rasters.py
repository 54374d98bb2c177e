"""Rasters through a window: which bytes move, what the file says of itself."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.errors import FetchError
from nngis.fetch import rasters
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.http import Network
from nngis.fetch.order import Order
from nngis.fetch.solar_units import solar_unit
from nngis.inputs.irradiation import parse_unit

rasterio = pytest.importorskip("rasterio")
warp = pytest.importorskip("rasterio.warp")

# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CELL = 0.001
ENDPOINTS = read_endpoints()


def town(west, south, east, north):
    return Area("town", shapely.box(west, south, east, north), gpd.GeoDataFrame())


def write(path, values, *, west, north, cell=CELL, nodata=None, scale=1.0, offset=0.0):
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        dtype=values.dtype, crs="EPSG:4326", nodata=nodata,
        transform=rasterio.transform.from_origin(west, north, cell, cell),
        tiled=True, blockxsize=64, blockysize=64,
    ) as made:  # fmt: skip
        made.write(values, 1)
        made.scales, made.offsets = (scale,), (offset,)
    return path


@pytest.fixture
def order(loopback, tmp_path):
    def make(layer, area, **changes):
        endpoint = ENDPOINTS[
            {
                "elevation": "copernicus_dem",
                "population_grid": "worldpop",
                "ghi": "solar_atlas_ghi",
            }[layer]
        ].model_copy(update=changes)
        network = Network(timeout_s=5.0, attempts=2, first_wait_s=0.01)
        return Order((layer,), area, endpoint, network, Cache(tmp_path / "cache"))

    return make


def test_a_window_of_a_large_file_moves_less_than_one_per_cent_of_it(loopback, order, tmp_path):
    path = tmp_path / "large.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=33_000, height=33_000, count=1, dtype="int16",
        crs="EPSG:4326", transform=rasterio.transform.from_origin(105, 26, CELL / 4, CELL / 4),
        tiled=True, blockxsize=256, blockysize=256,
    ) as made:  # fmt: skip
        # Blocks that are not written are holes in the file: it is long and takes no disk.
        window = rasterio.windows.Window(10_240, 10_240, 512, 512)
        made.write(np.full((1, 512, 512), 7, "int16"), window=window)
    loopback.paths["/large.tif"] = path
    size = path.stat().st_size
    assert size > 2_000_000_000
    west, north = 105 + 10_300 * CELL / 4, 26 - 10_300 * CELL / 4
    area = town(west, north - 0.05, west + 0.05, north)
    (found,) = rasters.fetch(order("population_grid", area, url=loopback.url("/large.tif")))
    with rasterio.open(found.content) as read:
        assert read.shape in {(200, 200), (201, 200), (200, 201), (201, 201)}
        assert (read.read(1) == 7).all()
    assert loopback.bytes_served < 0.01 * size


def test_nodata_and_unit_are_right_and_the_window_is_where_it_was(loopback, order, tmp_path):
    values = np.arange(200 * 300, dtype="float32").reshape(200, 300)
    values[50, 60] = -99999
    path = write(tmp_path / "pop.tif", values, west=108.0, north=23.0, nodata=-99999)
    loopback.paths["/pop.tif"] = path
    area = town(108.05, 22.90, 108.15, 22.96)
    (found,) = rasters.fetch(order("population_grid", area, url=loopback.url("/pop.tif")))
    with rasterio.open(found.content) as read:
        assert (read.nodata, read.units) == (-99999, ("people",))
        assert np.isnan(read.read(1, masked=True).filled(np.nan)).sum() == 1
        row, column = read.index(108.1005, 22.9305)
        assert read.read(1)[row, column] == values[69, 100]
        assert read.bounds.left == pytest.approx(108.05, abs=CELL)
    assert (found.geometry, found.licence) == ("raster", "CC-BY-4.0")
    assert found.vintage == "2025 (R2025A, alpha)"
    assert found.crs == "EPSG:4326"


def test_scaled_cells_are_written_in_their_unit(loopback, order, tmp_path):
    values = np.full((100, 100), 330, "int16")
    values[0, 0] = -1
    path = write(
        tmp_path / "ghi.tif", values, west=108, north=23, nodata=-1, scale=0.01, offset=1.0
    )
    area = town(108, 22.9, 108.1, 23)
    (found,) = rasters.fetch(order("ghi", area, url=str(path)))
    with rasterio.open(found.content) as read:
        assert (read.dtypes[0], read.units) == ("float32", ("kWh/m2/d",))
        assert np.isnan(read.read(1)[0, 0])
        assert read.read(1)[5, 5] == pytest.approx(4.3)


TILE = "/N{lat:02d}_{ew}{lon:03d}.tif"


@pytest.fixture
def tiles(loopback, tmp_path):
    for lon in (107, 108):
        name = f"N22_E{lon}.tif"
        values = np.full((100, 100), float(lon), "float32")
        loopback.paths[f"/{name}"] = write(tmp_path / name, values, west=lon, north=23, cell=0.01)
    return loopback.url(TILE)


def test_the_unit_written_is_one_that_the_rooftop_plan_reads():
    assert parse_unit(solar_unit("ghi", "GHI.tif", 3.4)) == "kWh/m²·d"
    assert parse_unit(solar_unit("ghi", "GHI.tif", 1240.0)) == "kWh/m²·a"


def test_degree_tiles_are_joined_and_the_sea_has_none(tiles, order):
    (found,) = rasters.fetch(order("elevation", town(107.9, 21.9, 108.1, 22.2), url=tiles))
    with rasterio.open(found.content) as read:
        assert sorted(set(read.read(1)[0].tolist())) == [107, 108]
        assert read.units == ("m",)
    assert found.roles == ("elevation",)


def test_a_read_that_was_killed_goes_on_at_the_next_tile(tiles, loopback, order):
    here = order("elevation", town(107.9, 22.1, 108.1, 22.2), url=tiles)
    loopback.moods["/N22_E108.tif"] = [("status", 503, {})] * 2
    with pytest.raises(FetchError, match="busy"):
        rasters.fetch(here)
    asked = [path for _, path, _ in loopback.asked]
    rasters.fetch(here)
    again = [path for _, path, _ in loopback.asked][len(asked) :]
    assert "/N22_E107.tif" in asked
    assert set(again) == {"/N22_E108.tif"}
    assert [parcel.kept for parcel in rasters.parcels(here)] == [True, True]


def test_a_connection_that_breaks_in_the_middle_of_a_window_is_told(tiles, loopback, order):
    here = order("elevation", town(108.0, 22.1, 108.1, 22.2), url=tiles)
    loopback.moods["/N22_E108.tif"] = [("well",), *[("hang up",)] * 20]
    with pytest.raises(FetchError, match="cannot be read"):
        rasters.fetch(here)
    assert not list(here.cache.folder.rglob("*.tif"))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<!doctype html><p>no", "web page"), (b"PK\3\4 zipped", "No zip archive")],
)
def test_what_is_no_raster_is_named(loopback, order, content, words):
    loopback.files["/x.tif"] = content
    with pytest.raises(FetchError, match=words):
        rasters.fetch(order("ghi", town(108, 22, 109, 23), url=loopback.url("/x.tif")))


def test_a_server_without_ranges_gives_the_whole_file_once(tiles, loopback, order):
    loopback.moods["/N22_E108.tif"] = [("no range",)] * 3
    area = town(108.1, 22.1, 108.2, 22.2)
    (found,) = rasters.fetch(order("elevation", area, url=tiles))
    with rasterio.open(found.content) as read:
        assert read.shape == (10, 10)
        assert (read.read(1) == 108).all()
    asked = len(loopback.asked)
    wider = town(108.1, 22.1, 108.3, 22.2)
    loopback.moods["/N22_E108.tif"] = [("no range",)]
    rasters.fetch(order("elevation", wider, url=tiles))
    assert len(loopback.asked) == asked + 1  # a look; the file is in the cache


def test_a_file_too_large_to_take_whole_is_named_with_its_size(tiles, loopback, order):
    loopback.moods["/N22_E108.tif"] = [("no range",)]
    here = order("elevation", town(108.1, 22.1, 108.2, 22.2), url=tiles, whole_mb=0.001)
    with pytest.raises(FetchError, match=r"no ranges and the whole file has .* raise whole_mb"):
        rasters.fetch(here)


def test_a_raster_in_a_plane_is_cut_where_the_area_lies(order, tmp_path):
    values = np.arange(400 * 400, dtype="float32").reshape(400, 400)
    with rasterio.open(
        tmp_path / "plane.tif", "w", driver="GTiff", height=400, width=400, count=1,
        dtype="float32", crs="ESRI:54009",
        transform=rasterio.transform.from_origin(10_100_000, 2_900_000, 1000, 1000),
    ) as made:  # fmt: skip
        made.write(values, 1)
    area = town(108.2, 22.7, 108.5, 22.9)
    (found,) = rasters.fetch(order("population_grid", area, url=str(tmp_path / "plane.tif")))
    with rasterio.open(found.content) as read:
        x, y = warp.transform("EPSG:4326", read.crs, [108.3], [22.8])
        assert next(read.sample([(x[0], y[0])]))[0] == values[
            int((2_900_000 - y[0]) // 1000), int((x[0] - 10_100_000) // 1000)
        ]  # fmt: skip
        corners = warp.transform("EPSG:4326", read.crs, [108.2, 108.5], [22.7, 22.9])
    for x, y in zip(*corners, strict=True):
        assert read.bounds.left <= x <= read.bounds.right
        assert read.bounds.bottom <= y <= read.bounds.top
    assert found.crs == "ESRI:54009"


def test_a_raster_of_somewhere_else_is_named(loopback, order, tmp_path):
    values = np.zeros((10, 10), "float32")
    path = write(tmp_path / "a.tif", values, west=0, north=1)
    with pytest.raises(FetchError, match="does not cover"):
        rasters.fetch(order("ghi", town(108, 22, 109, 23), url=str(path)))
