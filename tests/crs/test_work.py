"""The work CRS: which one, and the way into it and back."""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely.geometry import Point

from nngis.crs import choose_work_crs, lonlat_to_work, require_known_datum, to_work, work_to_lonlat
from nngis.errors import LayerError

XIAN80 = CRS.from_epsg(2360)  # Xi'an 1980 / 3-degree Gauss-Kruger zone 36


@pytest.mark.parametrize(
    ("place", "lon", "lat", "epsg"),
    [
        ("Nanning", 108.366, 22.816, 4545),
        ("Shenzhen", 114.06, 22.54, 4547),
        ("Hong Kong", 114.17, 22.32, 4547),
        ("Macau", 113.54, 22.20, 4547),
        ("Taipei", 121.56, 25.04, 4550),
        ("Tainan", 120.20, 22.99, 4549),
        ("Kashgar", 75.99, 39.47, 4534),
        ("Fuyuan", 134.3, 48.36, 4554),
        ("Haikou", 110.33, 20.03, 4546),
        ("Hanoi", 105.85, 21.03, 32648),
        ("Tokyo", 139.69, 35.69, 32654),
        ("Delhi", 77.21, 28.61, 32643),
        ("London", -0.12, 51.5, 32630),
        ("Sydney", 151.21, -33.87, 32756),
        ("Honolulu", -157.86, 21.31, 32604),
        ("Fiji", 178.44, -18.14, 32760),
        ("the date line", 180.0, 0.0, 32660),
    ],
)
def test_a_place_gets_the_zone_it_lies_in(place, lon, lat, epsg):
    assert choose_work_crs([lon], [lat]).to_epsg() == epsg


@pytest.mark.parametrize("meridian", range(75, 138, 3))
def test_every_meridian_has_its_plane_in_the_register(meridian):
    crs = choose_work_crs([meridian], [47.0 if meridian > 117 else 39.0])
    given = {param.name: param.value for param in crs.coordinate_operation.params}
    assert given["Longitude of natural origin"] == meridian
    assert given["False easting"] == 500_000.0


def test_the_centre_decides_for_layers_that_reach_into_the_next_zone():
    lon, lat = np.linspace(107.3, 109.65, 50), np.linspace(22.2, 23.5, 50)
    assert choose_work_crs(lon, lat).to_epsg() == 4545


def test_wrong_coordinates_do_not_move_the_centre():
    lon = [108.3, 108.4, 108.5, 0.0, np.nan, 22.8, 999.0]
    lat = [22.7, 22.8, 22.9, 0.0, 22.8, 108.4, 22.8]
    assert choose_work_crs(lon, lat).to_epsg() == 4545


def test_data_on_both_sides_of_the_date_line_stay_together():
    assert choose_work_crs([178.0, 179.0, -179.5, -179.4], [-17.0] * 4).to_epsg() == 32760
    assert choose_work_crs([178.0, -179.5, -179.4], [-17.0] * 3).to_epsg() == 32701


@pytest.mark.parametrize(
    ("lon", "lat"), [([], []), ([np.nan], [22.8]), ([4.9e5], [2.5e6]), ([10.0], [85.0])]
)
def test_data_without_a_usable_centre_are_refused_in_both_languages(lon, lat):
    with pytest.raises(LayerError) as caught:
        choose_work_crs(lon, lat)
    assert caught.value.say("zh")[-1] == "。"
    assert caught.value.say("en")[-1] == "."


@pytest.mark.parametrize("epsg", [4545, 4524, 32648, 3857])
def test_projecting_and_back_meets_the_point(epsg):
    crs = CRS.from_epsg(epsg)
    lon, lat = np.array([107.3, 108.37, 109.6]), np.array([22.2, 22.82, 23.5])
    back = work_to_lonlat(*lonlat_to_work(lon, lat, crs), crs)
    assert np.allclose(back, (lon, lat), rtol=0, atol=1e-11)


def test_easting_comes_first_though_the_register_puts_northing_first():
    easting, northing = lonlat_to_work(108.37, 22.82, CRS.from_epsg(4545))
    assert 530_000 < easting < 545_000
    assert 2_520_000 < northing < 2_530_000


def test_what_cannot_be_projected_is_missing():
    crs = CRS.from_epsg(4545)
    easting, northing = lonlat_to_work([108.0, np.nan, 108.0], [22.8, 22.8, 95.0], crs)
    assert np.isfinite(easting).tolist() == np.isfinite(northing).tolist() == [True, False, False]


def frame(crs, *points):
    return gpd.GeoDataFrame({"id": range(len(points))}, geometry=[*points], crs=crs)


def test_a_frame_is_reprojected_once_and_left_as_it_was():
    layer = frame(4326, Point(108.37, 22.82))
    moved = to_work(layer, CRS.from_epsg(4545))
    assert moved.crs.to_epsg() == 4545
    assert np.allclose(
        moved.geometry[0].coords[0], lonlat_to_work(108.37, 22.82, CRS.from_epsg(4545)), atol=1e-6
    )
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry[0] == Point(108.37, 22.82)


def test_a_frame_without_crs_is_refused_in_both_languages():
    with pytest.raises(LayerError) as caught:
        to_work(frame(None, Point(108.37, 22.82)), CRS.from_epsg(4545))
    assert "坐标系" in caught.value.say("zh")
    assert "coordinate reference system" in caught.value.say("en")


def test_an_empty_frame_passes():
    assert len(to_work(frame(4326), CRS.from_epsg(4545))) == 0


def test_metres_called_degrees_are_refused():
    with pytest.raises(LayerError, match="cannot be projected"):
        to_work(frame(4326, Point(5.4e5, 2.52e6)), CRS.from_epsg(4545))


@pytest.mark.parametrize("epsg", [2360, 2433, 4610, 4214])
def test_old_chinese_datums_are_refused_not_shifted_by_a_guess(epsg):
    with pytest.raises(LayerError, match="no public shift"):
        to_work(frame(epsg, Point(108.37, 22.82)), CRS.from_epsg(4545))


def test_an_old_datum_is_known_from_an_esri_prj_too():
    with pytest.raises(LayerError, match="no public shift"):
        require_known_datum(CRS.from_wkt(XIAN80.to_wkt("WKT1_ESRI")))


def test_cgcs2000_from_an_esri_prj_is_the_same_plane():
    esri = CRS.from_wkt(CRS.from_epsg(4545).to_wkt("WKT1_ESRI"))
    moved = to_work(frame(esri, Point(5.4e5, 2.52e6)), CRS.from_epsg(4545))
    assert np.allclose(moved.geometry[0].coords[0], (5.4e5, 2.52e6), atol=1e-4)


def test_a_datum_with_a_registered_shift_goes_by_way_of_wgs84():
    """Hong Kong 1980 lies some 300 m from WGS84; straight to CGCS2000 PROJ would not shift it."""
    layer = frame(2326, Point(836_694.05, 819_069.80))  # the grid's origin
    moved = to_work(layer, CRS.from_epsg(4547))
    by_wgs84 = layer.to_crs(4326).to_crs(4547)
    assert moved.geometry[0].distance(by_wgs84.geometry[0]) < 1e-6
    assert moved.geometry[0].distance(layer.to_crs(4547).geometry[0]) > 100.0


@pytest.mark.parametrize("crs", ["EPSG:4258", "EPSG:4979", "OGC:CRS84", "EPSG:3857"])
def test_earth_centred_datums_pass(crs):
    require_known_datum(CRS.from_user_input(crs))


def test_a_crs_from_which_nothing_leads_to_degrees_is_refused():
    wkt = CRS.from_epsg(4547).to_wkt("WKT1_GDAL").replace("Transverse_Mercator", "Of_No_Name")
    with pytest.raises(LayerError, match="make no sense"):
        require_known_datum(CRS.from_wkt(wkt))
    with pytest.raises(LayerError, match="make no sense"):
        require_known_datum(CRS.from_wkt('LOCAL_CS["site grid",UNIT["metre",1]]'))
