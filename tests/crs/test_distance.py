"""Ground distances against the geodesic, the search limit, circles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from nngis.crs import (
    INCLUSION_TOLERANCE_M,
    geodesic_m,
    ground_distance_m,
    lonlat_to_work,
    plane_limit_m,
    true_circle,
)
from nngis.errors import LayerError

WORK = CRS.from_epsg(4545)
CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
LIMIT_M = 15_000.0


def pairs(crs, *, lon, lat, length_m, n=4000):
    """Lines of one true length within a box: eastings, northings of both ends."""
    rng = np.random.default_rng(7)
    geod = crs.get_geod()
    lon1, lat1 = rng.uniform(*lon, n), rng.uniform(*lat, n)
    lon2, lat2, _ = geod.fwd(lon1, lat1, rng.uniform(0, 360, n), np.full(n, length_m))
    inside = (lon2 >= lon[0]) & (lon2 <= lon[1])
    ends = (*lonlat_to_work(lon1, lat1, crs), *lonlat_to_work(lon2, lat2, crs))
    return [values[inside] for values in ends]


@pytest.mark.parametrize(
    ("epsg", "lon", "lat", "limit_m"),
    [
        (4545, (107.3, 109.7), (22.0, 23.6), 2e-5),  # Nanning
        (4545, (106.0, 110.0), (18.0, 54.0), 1e-4),  # two degrees either side, all of China
        (32630, (-6.2, 0.2), (0.0, 60.0), 2e-4),  # UTM, scale 0.9996
        (32756, (149.8, 156.2), (-60.0, 0.0), 2e-4),  # false northing
        (27700, (-4.0, 0.0), (50.0, 58.0), 1e-4),  # latitude of origin 49, another ellipsoid
    ],
)
def test_15_km_on_the_ground_measure_15_km(epsg, lon, lat, limit_m):
    crs = CRS.from_epsg(epsg)
    found = ground_distance_m(*pairs(crs, lon=lon, lat=lat, length_m=LIMIT_M), crs)
    assert found.size > 1000
    assert np.abs(found - LIMIT_M).max() < limit_m


@pytest.mark.parametrize(("length_m", "limit_m"), [(50_000.0, 1e-3), (99_000.0, 5e-3), (4e5, 1e-4)])
def test_long_lines_stay_within_millimetres(length_m, limit_m):
    ends = pairs(WORK, lon=(106.0, 110.0), lat=(18.0, 50.0), length_m=length_m)
    assert np.abs(ground_distance_m(*ends, WORK) - length_m).max() < limit_m


def test_the_plane_alone_is_metres_off_at_the_edge_of_the_city():
    e1, n1, e2, n2 = pairs(WORK, lon=(109.4, 109.6), lat=(22.5, 23.0), length_m=LIMIT_M)
    assert np.hypot(e2 - e1, n2 - n1).max() - LIMIT_M > 4.0


def test_exactly_15_km_count_as_within_15_km_and_a_centimetre_more_does_not():
    for length_m, within in ((LIMIT_M, True), (LIMIT_M + 0.01, False)):
        ends = pairs(WORK, lon=(107.3, 109.7), lat=(22.0, 23.6), length_m=length_m)
        found = ground_distance_m(*ends, WORK)
        assert ((found <= LIMIT_M + INCLUSION_TOLERANCE_M) == within).all()


@settings(max_examples=200)
@given(
    st.tuples(st.floats(105.0, 111.0), st.floats(18.0, 50.0)),
    st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)),
)
def test_any_pair_measures_as_the_geodesic(point, step):
    other = point[0] + step[0], point[1] + step[1]
    one, two = lonlat_to_work(*point, WORK), lonlat_to_work(*other, WORK)
    true_m = geodesic_m(*point, *other, crs=WORK)
    assert abs(ground_distance_m(*one, *two, WORK) - true_m) < 1e-7 * true_m + 1e-6


def test_far_from_the_central_meridian_the_geodesic_is_measured():
    one, two = lonlat_to_work(118.0, 30.0, WORK), lonlat_to_work(118.1, 30.1, WORK)
    true_m = CGCS2000.inv(118.0, 30.0, 118.1, 30.1)[2]
    assert abs(ground_distance_m(*one, *two, WORK) - true_m) < 1e-6
    assert abs(np.hypot(two[0] - one[0], two[1] - one[1]) - true_m) > 100.0


def test_other_projections_are_measured_by_the_geodesic():
    mercator = CRS.from_epsg(3857)
    one, two = lonlat_to_work(108.0, 22.8, mercator), lonlat_to_work(108.1, 22.9, mercator)
    true_m = Geod(ellps="WGS84").inv(108.0, 22.8, 108.1, 22.9)[2]
    assert abs(ground_distance_m(*one, *two, mercator) - true_m) < 1e-6


def test_distance_is_the_same_both_ways_and_zero_to_oneself():
    e1, n1, e2, n2 = pairs(WORK, lon=(107.3, 109.7), lat=(22.0, 23.6), length_m=LIMIT_M)
    there, back = ground_distance_m(e1, n1, e2, n2, WORK), ground_distance_m(e2, n2, e1, n1, WORK)
    assert np.array_equal(there, back)
    assert not ground_distance_m(e1, n1, e1, n1, WORK).any()


def test_many_pairs_measure_as_each_alone():
    """More pairs than fit one block, and lines of both kinds in every block."""
    rng = np.random.default_rng(3)
    n = 70_000
    e1, n1 = rng.uniform(4e5, 6e5, n), rng.uniform(2.4e6, 2.6e6, n)
    e2, n2 = e1 + rng.choice([1e3, 2e5], n), n1 + 500.0
    found = ground_distance_m(e1, n1, e2, n2, WORK)
    at = np.r_[0:5, 32_766:32_772, n - 5 : n]
    alone = [float(ground_distance_m(e1[i], n1[i], e2[i], n2[i], WORK)) for i in at]
    assert found[at].tolist() == alone


def test_shapes_broadcast_and_missing_stays_missing():
    e2, n2 = np.array([[5e5], [np.nan]]), np.array([2.5e6, 2.6e6, 2.7e6])
    found = ground_distance_m(5e5, 2.5e6, e2, n2, WORK)
    assert found.shape == (2, 3)
    assert np.isnan(found).tolist() == [[False] * 3, [True] * 3]
    degrees = geodesic_m(108.0, 22.0, np.array([108.0, np.nan]), 23.0)
    assert np.isnan(degrees).tolist() == [False, True]
    assert ground_distance_m([], [], [], [], WORK).shape == (0,)


def test_ellipsoids_of_wgs84_and_cgcs2000_agree_to_a_micrometre():
    there = (108.0, 22.8, 108.14, 22.8)
    assert abs(geodesic_m(*there) - geodesic_m(*there, crs=CRS.from_epsg(4326))) < 1e-6


@pytest.mark.parametrize("epsg", [4545, 32648, 27700])
def test_the_search_limit_lets_no_pair_within_reach_escape(epsg):
    crs = CRS.from_epsg(epsg)
    west, south, east, north = crs.area_of_use.bounds
    middle = (south + north) / 2
    e1, n1, e2, n2 = pairs(crs, lon=(west, east), lat=(middle - 3, middle + 3), length_m=LIMIT_M)
    planar = np.hypot(e2 - e1, n2 - n1)
    limit = plane_limit_m(LIMIT_M, np.concatenate([e1, e2]), crs)
    assert planar.max() <= limit < planar.max() * 1.001


def test_the_search_limit_without_points_is_that_of_the_central_meridian():
    assert plane_limit_m(LIMIT_M, [], WORK) == LIMIT_M + INCLUSION_TOLERANCE_M
    assert plane_limit_m(LIMIT_M, [np.nan, 5e5], WORK) == LIMIT_M + INCLUSION_TOLERANCE_M


def test_there_is_no_search_limit_in_another_projection():
    with pytest.raises(LayerError, match="transverse Mercator"):
        plane_limit_m(LIMIT_M, [0.0], CRS.from_epsg(3857))


@pytest.mark.parametrize("lon", [108.37, 109.6])
def test_every_vertex_of_a_circle_lies_on_it_and_its_sides_half_a_metre_inside(lon):
    circle = true_circle(lon, 22.8, LIMIT_M, WORK)
    assert circle.shape == (360, 2)
    centre = lonlat_to_work(lon, 22.8, WORK)
    assert np.abs(ground_distance_m(*centre, *circle.T, WORK) - LIMIT_M).max() < 1e-4
    sides = (circle + np.roll(circle, 1, axis=0)) / 2
    inside = LIMIT_M - ground_distance_m(*centre, *sides.T, WORK)
    assert np.allclose(inside, LIMIT_M * (1 - np.cos(np.pi / 360)), atol=0.01)


def test_circles_come_one_for_each_centre_from_north_clockwise():
    circles = true_circle([108.0, 108.5, np.nan], [22.8, 22.9, 22.9], 1000.0, WORK, n=8)
    assert circles.shape == (3, 8, 2)
    assert np.allclose(circles[0], true_circle(108.0, 22.8, 1000.0, WORK, n=8), atol=1e-9)
    assert np.isnan(circles[2]).all()
    north, east = circles[0, 0], circles[0, 2]
    assert north[1] - circles[0, 4, 1] > 1999.0
    assert east[0] - circles[0, 6, 0] > 1999.0
