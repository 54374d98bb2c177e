"""Which tiles an area needs, by each source's own rule."""

import geopandas as gpd
import pytest
import shapely

from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.order import Order
from nngis.fetch.tiles import addresses, degree_tiles, ghsl_tiles

ENDPOINTS = read_endpoints()


def spot(lon, lat, half=0.01):
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


# Tiles as public work names them: the settlement layer's own tile for these places.
@pytest.mark.parametrize(
    ("place", "lon", "lat", "tile"),
    [
        ("Nanning", 108.32, 22.82, (7, 29)),
        ("Toulouse", 1.44, 43.60, (4, 19)),
        ("Basel", 7.59, 47.56, (4, 19)),
        ("Bogotá", -74.08, 4.60, (9, 11)),
        ("Podor", -14.96, 16.65, (7, 17)),
        ("Dakar", -17.44, 14.69, (8, 17)),
    ],
)
def test_the_settlement_layer_names_known_tiles(place, lon, lat, tile):
    assert ghsl_tiles(spot(lon, lat)) == [tile], place


def test_an_area_over_an_edge_takes_both_tiles():
    # Rows 7 and 8 meet at y = 2,000,000 m, near 16.3 degrees north.
    assert ghsl_tiles(shapely.box(-15.2, 16.0, -15.1, 16.6)) == [(8, 17), (7, 17)]


def order(name, shape, tmp_path, patient):
    return Order(
        (), Area("a", shape, gpd.GeoDataFrame()), ENDPOINTS[name], patient, Cache(tmp_path)
    )


@pytest.mark.parametrize(
    ("name", "shape", "ends"),
    [
        ("worldcover", spot(108.32, 22.82), ["N21E108_Map.tif"]),
        ("worldcover", shapely.box(107.4, 22.2, 109.6, 24.05),
         ["N21E105_Map.tif", "N21E108_Map.tif", "N24E105_Map.tif", "N24E108_Map.tif"]),
        ("worldcover", spot(-70.0, -33.4), ["S36W072_Map.tif"]),
        ("footprints_gba", spot(108.32, 22.82), ["/e105_n25_e110_n20.parquet"]),
        ("footprints_gba", spot(-2.0, 1.0), ["/w005_n05_e000_n00.parquet"]),
        ("footprints_gba", spot(151.2, -33.9), ["/e150_s30_e155_s35.parquet"]),
        ("copernicus_dem", shapely.box(107.9, 22.1, 108.1, 22.2),
         ["N22_00_E107_00_DEM.tif", "N22_00_E108_00_DEM.tif"]),
        ("ghs_pop", spot(108.32, 22.82), ["54009_100_V1_0_R7_C29.zip"]),
        ("worldpop", spot(108.32, 22.82), ["chn_pop_2025_CN_100m_R2025A_v1.tif"]),
    ],
)  # fmt: skip
def test_addresses_are_those_of_the_source(name, shape, ends, tmp_path, patient):
    found = addresses(order(name, shape, tmp_path, patient))
    assert len(found) == len(ends)
    assert all(url.endswith(end) for url, end in zip(found, ends, strict=True)), found


def test_an_area_that_ends_on_an_edge_takes_no_tile_beyond_it():
    assert degree_tiles(shapely.box(105.0, 21.0, 108.0, 24.0), ENDPOINTS["worldcover"]) == [
        (105, 21)
    ]


def test_an_area_in_two_tiles_across_a_corner_takes_none_beside_it():
    # Rows 7 and 8 meet near 16.3 degrees north, columns 17 and 18 near 10.0 degrees west.
    areas = [shapely.box(-15.2, 16.6, -15.1, 16.7), shapely.box(-5.2, 15.0, -5.1, 15.1)]
    each = [ghsl_tiles(one) for one in areas]
    assert [len(one) for one in each] == [1, 1]
    (a,), (b,) = each
    assert a[0] != b[0]
    assert a[1] != b[1]
    assert sorted(ghsl_tiles(shapely.union_all(areas))) == sorted([a, b])
