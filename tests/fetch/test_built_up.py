"""The built-up area out of shares: squares, holes and lone farms whose outlines are known."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.errors import ScenarioError
from nngis.fetch import built_up
from nngis.fetch.area import Area, read_area
from nngis.fetch.built_up import BuiltUpOptions, built_up_areas, read_options
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.order import Order
from nngis.fetch.shares import Blocks

# Blocks of 100 m in a plane, so that areas can be counted.
PLANE, WEST, NORTH = "EPSG:4545", 500_000.0, 2_530_000.0
EVERYWHERE = shapely.box(100.0, 20.0, 115.0, 26.0)
USUAL = BuiltUpOptions()


def areas(share, *, shape=EVERYWHERE, **options):
    blocks = Blocks(share, WEST, NORTH, 100.0, 100.0, PLANE)
    return built_up_areas(blocks, shape, BuiltUpOptions(**options)).to_crs(PLANE)


def town(size=60, first=20, last=50):
    share = np.zeros((size, size))
    share[first:last, first:last] = 1.0
    return share


def test_a_solid_town_keeps_its_straight_edges():
    (found,) = areas(town()).geometry
    west, south, east, north = found.bounds
    assert (west - WEST, east - WEST) == pytest.approx((2000, 5000), abs=25)
    assert (NORTH - north, NORTH - south) == pytest.approx((2000, 5000), abs=25)
    # Nine square kilometres but for corners: each loses less than a square of the radius.
    assert 9e6 - 4 * 300**2 < found.area < 9e6


@pytest.mark.parametrize(("share", "count"), [(0.45, 0), (0.55, 1), (1.0, 1)])
def test_half_of_the_neighbourhood_makes_a_town(share, count):
    assert len(areas(town() * share)) == count


def test_a_lone_village_vanishes_and_a_town_of_least_area_stays():
    share = town()
    share[5:8, 5:8] = 1.0  # nine hectares
    assert len(areas(share)) == 1
    assert len(areas(town(first=20, last=29))) == 0  # 0.81 km²
    assert len(areas(town(first=20, last=29), least_area_km2=0.5)) == 1


def test_a_park_within_the_town_is_bridged_and_a_lake_is_not():
    with_park, with_lake = town(), town()
    with_park[32:37, 32:37] = 0.0  # 0.25 km²
    with_lake[27:43, 27:43] = 0.0  # 2.56 km²
    (filled,) = areas(with_park).geometry
    (holed,) = areas(with_lake).geometry
    assert len(filled.interiors) == 0
    (lake,) = holed.interiors
    assert shapely.Polygon(lake).area == pytest.approx(2.56e6, rel=0.15)


def test_a_town_at_the_rim_of_the_map_is_closed():
    (found,) = areas(town(first=0, last=30)).geometry
    assert found.is_valid
    assert found.area == pytest.approx(9e6, rel=0.04)


def test_what_is_not_known_takes_no_part():
    share = town()
    share[:, :35] = np.nan  # clouds over the west
    (found,) = areas(share).geometry
    assert found.bounds[0] - WEST <= 3500
    assert areas(np.full((40, 40), np.nan)).empty


def test_polygons_are_cut_to_the_area():
    half = gpd.GeoSeries(
        [shapely.box(WEST, NORTH - 6000, WEST + 3500, NORTH)], crs=PLANE
    ).to_crs("EPSG:4326")  # fmt: skip
    (found,) = areas(town(), shape=half.iloc[0]).geometry
    assert found.area == pytest.approx(4.5e6, rel=0.03)


def test_the_largest_town_comes_first_with_its_area():
    share = np.zeros((80, 80))
    share[5:20, 5:20] = share[40:70, 40:70] = 1.0
    found = areas(share)
    assert found["area_id"].tolist() == ["wc1", "wc2"]
    assert found["area_km2"].tolist() == pytest.approx((found.area / 1e6).tolist(), abs=1e-3)
    assert found["area_km2"].is_monotonic_decreasing


def test_the_same_shares_give_the_same_bytes():
    one, other = (areas(town()).to_wkb()["geometry"].tolist() for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("options", "word"),
    [({"least_share": 1.5}, "least_share"), ({"radius_m": 3.0}, "radius_m")],
)
def test_an_option_that_is_none_or_out_of_bounds_is_refused(options, word):
    endpoint = read_endpoints()["worldcover"].model_copy(update={"options": options})
    with pytest.raises(ScenarioError, match=rf"\[worldcover.options\] {word}"):
        read_options(endpoint)


def test_the_options_that_ship_are_those_of_the_model():
    assert read_options(read_endpoints()["worldcover"]) == USUAL


def test_one_option_of_an_endpoints_file_leaves_the_others(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[worldcover.options]\nleast_share = 0.4\n")
    options = read_options(read_endpoints(own)["worldcover"])
    assert options == USUAL.model_copy(update={"least_share": 0.4})


rasterio = pytest.importorskip("rasterio")


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_tile_of_worldcover_becomes_the_layer_that_the_heat_plan_takes(
    loopback, patient, tmp_path
):
    # A whole tile of 3 degrees, 36,000 cells a side, of which a town of 400 by 400 is written.
    path = tmp_path / "tile.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=36_000, width=36_000, count=1, dtype="uint8",
        crs="EPSG:4326", nodata=0, tiled=True, blockxsize=1024, blockysize=1024,
        compress="deflate", SPARSE_OK=True,
        transform=rasterio.transform.from_origin(108.0, 24.0, 1 / 12_000, 1 / 12_000),
    ) as made:  # fmt: skip
        cells = np.full((1000, 1000), 40, "uint8")
        cells[300:700, 300:700] = 50
        made.write(cells, 1, window=rasterio.windows.Window(3800, 13_700, 1000, 1000))
    loopback.paths["/ESA_N21E108_Map.tif"] = path
    area = read_area("108.30,22.75,108.42,22.88")
    endpoint = read_endpoints()["worldcover"].model_copy(
        update={"url": loopback.url("/ESA_{ns}{lat:02d}{ew}{lon:03d}_Map.tif")}
    )
    order = Order(("built_up",), area, endpoint, patient, Cache(tmp_path / "cache"))
    (found,) = built_up.fetch(order)
    (row,) = found.content.itertuples()
    # 400 cells are 3.70 km from south to north and 3.42 km from west to east.
    assert row.area_km2 == pytest.approx(3.70 * 3.42, rel=0.05)
    assert row.name_zh in set(area.counties["name_zh"])
    assert found.roles == ("built_up",)
    assert found.evidence == "derived"
    assert found.attribution.startswith("© ESA WorldCover project / Contains modified Copernicus")
    for word in ("class 50", "least_share 0.5", "neighbourhood_m 300", "least_area_km2 1"):
        assert word in found.query
    assert built_up.parcels(order)[0].kept


def test_an_area_without_a_town_gives_no_rows(patient, tmp_path):
    empty = built_up_areas(
        Blocks(np.zeros((30, 30)), WEST, NORTH, 100.0, 100.0, PLANE), EVERYWHERE, USUAL
    )
    assert empty.empty
    named = built_up._named(empty, Area("a", EVERYWHERE, gpd.GeoDataFrame()).counties)
    assert list(named) == ["area_id", "name_zh", "area_km2", "geometry"]
