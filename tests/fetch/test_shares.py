"""Shares of a class in blocks, on grids that can be counted by hand."""

import numpy as np
import pytest
import shapely
from pyproj import Geod

from nngis.crs.extent import Box
from nngis.errors import FetchError
from nngis.fetch.shares import Blocks, block_shares

rasterio = pytest.importorskip("rasterio")
# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CELL = 1 / 12_000  # degrees, as WorldCover
BLOCK = 11 * CELL  # the whole number of cells nearest to 100 m


def shares(path, box, network, classes=(50, 0)):
    return block_shares(path, Box(*box), classes=classes, block_m=100.0, network=network)


@pytest.fixture
def grid(tmp_path):
    def write(values, west=108.0, north=23.0):
        path = tmp_path / "map"
        with rasterio.open(
            path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
            dtype="uint8", crs="EPSG:4326", nodata=0,
            transform=rasterio.transform.from_origin(west, north, CELL, CELL),
        ) as made:  # fmt: skip
            made.write(values.astype("uint8"), 1)
        return path

    return write


def test_the_share_is_of_the_cells_that_are_known(grid, patient):
    values = np.full((22, 33), 10)
    values[:11, :11] = 50  # a block wholly built
    values[:11, 11:22][:, :1] = 50  # one column of eleven
    values[11:, :11] = 0  # nothing known
    values[11:, 11:22] = 0
    values[11, 11] = 50  # the only cell that is known
    found = shares(grid(values), (108.0, 22.99, 108.01, 23.0), patient)
    expected = [[1.0, 1 / 11, 0.0], [np.nan, 1.0, 0.0]]
    assert found.share == pytest.approx(np.array(expected), nan_ok=True)
    assert (found.west, found.north) == pytest.approx((108.0, 23.0))
    assert found.width == pytest.approx(BLOCK)


def test_a_window_gives_the_same_blocks_as_the_whole(grid, patient):
    values = np.random.default_rng(1).choice([10, 50], size=(220, 220))
    path = grid(values)
    whole = shares(path, (107.9, 22.9, 108.1, 23.1), patient)
    part = shares(path, (108.0 + 3.5 * BLOCK, 22.985, 108.01, 22.995), patient)
    column = round((part.west - whole.west) / BLOCK)
    row = round((whole.north - part.north) / BLOCK)
    height, width = part.share.shape
    assert column == 3
    assert (part.share == whole.share[row : row + height, column : column + width]).all()


def test_a_map_of_somewhere_else_has_no_blocks(grid, patient):
    assert shares(grid(np.ones((22, 22))), (100.0, 20.0, 100.1, 20.1), patient).share.size == 0


def test_blocks_are_measured_on_the_ellipsoid(grid, patient):
    found = shares(grid(np.full((22, 22), 50)), (107.9, 22.9, 108.1, 23.1), patient)
    square = shapely.box(108.0, 23.0 - BLOCK, 108.0 + BLOCK, 23.0)
    area_m2 = Geod(ellps="WGS84").geometry_area_perimeter(square)[0]
    assert found.area_km2()[0, 0] == pytest.approx(area_m2 / 1e6)


def test_what_is_no_raster_is_named(tmp_path, patient):
    (tmp_path / "x").write_bytes(b"no raster")
    with pytest.raises(FetchError, match="cannot be read"):
        shares(tmp_path / "x", (108.0, 22.9, 108.1, 23.0), patient)


@pytest.mark.parametrize(("north", "middle"), [(60.0, 50.0), (10.0, 0.0), (-20.0, -30.0)])
def test_a_block_is_as_wide_as_a_degree_is_in_the_middle(north, middle):
    blocks = Blocks(np.zeros((200, 3)), 100.0, north, 0.1, 0.1, "EPSG:4326")
    wide, high = blocks.size_m()
    # A degree of the ellipsoid there, within half a per cent.
    globe = Geod(ellps="WGS84")
    assert wide == pytest.approx(globe.inv(100.0, middle, 100.1, middle)[2], rel=5e-3)
    assert high == pytest.approx(globe.inv(100.0, middle - 0.05, 100.0, middle + 0.05)[2], rel=7e-3)
