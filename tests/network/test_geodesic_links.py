"""Reach as the crow flies, against geodesics."""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from shapely import Point, box

from nngis.errors import LayerError
from nngis.network.geodesic_links import geodesic_links, inside, nearest_straight
from nngis.solvers.links import nearest

GEOD = Geod(ellps="GRS80")
PLANT = (108.940044, 22.788541)


def points(lonlat: np.ndarray, prefix: str, crs: str = "EPSG:4545") -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        index=[f"{prefix}{i}" for i in range(len(lonlat))],
        geometry=gpd.points_from_xy(lonlat[:, 0], lonlat[:, 1]),
        crs="EPSG:4490",
    )
    return frame.to_crs(crs)


def test_links_agree_with_geodesics_pair_by_pair() -> None:
    rng = np.random.default_rng(7)
    d = np.column_stack([rng.uniform(107.3, 109.65, 1000), rng.uniform(22.2, 24.05, 1000)])
    f = np.column_stack([rng.uniform(107.3, 109.65, 30), rng.uniform(22.2, 24.05, 30)])
    links = geodesic_links(points(d, "d"), points(f, "f"), 15_000.0)
    i, j = np.meshgrid(range(1000), range(30), indexing="ij")
    true = GEOD.inv(d[i, 0].ravel(), d[i, 1].ravel(), f[j, 0].ravel(), f[j, 1].ravel())[2]
    within = true <= 15_000.0
    pairs = set(zip(links["demand_id"], links["facility_id"], strict=True))
    wanted = {(f"d{a}", f"f{b}") for a, b in zip(i.ravel()[within], j.ravel()[within], strict=True)}
    assert pairs == wanted
    lookup = dict(zip(zip(i.ravel(), j.ravel(), strict=True), true, strict=True))
    expected = [
        lookup[int(a[1:]), int(b[1:])]
        for a, b in zip(links["demand_id"], links["facility_id"], strict=True)
    ]
    assert np.abs(links["distance_m"] - expected).max() < 0.01


@pytest.mark.parametrize("azimuth", [0.0, 77.0, 180.0, 301.0])
@pytest.mark.parametrize("start", [PLANT, (109.6, 22.3), (107.35, 23.9)])
def test_exactly_fifteen_kilometres_is_within_and_a_centimetre_more_is_not(
    azimuth: float, start: tuple[float, float]
) -> None:
    lon, lat, _ = GEOD.fwd([start[0]] * 2, [start[1]] * 2, [azimuth] * 2, [15_000.0, 15_000.01])
    links = geodesic_links(
        points(np.column_stack([lon, lat]), "d"), points(np.array([start]), "f"), 15_000.0
    )
    assert links["demand_id"].tolist() == ["d0"]


def test_a_larger_limit_never_loses_a_link() -> None:
    rng = np.random.default_rng(3)
    d = points(rng.uniform([108, 22.5], [109, 23.2], (200, 2)), "d")
    f = points(rng.uniform([108, 22.5], [109, 23.2], (20, 2)), "f")
    near, far = geodesic_links(d, f, 8_000.0), geodesic_links(d, f, 9_000.0)
    pairs = [set(zip(t["demand_id"], t["facility_id"], strict=True)) for t in (near, far)]
    assert pairs[0] <= pairs[1]


def test_a_row_without_a_point_has_no_links() -> None:
    shapes = [None, Point(5e5, 2.5e6), Point(np.nan, np.nan)]
    d = gpd.GeoDataFrame(index=["a", "b", "c"], geometry=shapes, crs="EPSG:4545")
    f = gpd.GeoDataFrame(index=["x"], geometry=[Point(5e5, 2.5e6)], crs="EPSG:4545")
    assert geodesic_links(d, f, 1.0)["demand_id"].tolist() == ["b"]
    assert geodesic_links(d.iloc[:1], f, 1.0).empty
    assert inside(d, f.set_geometry(f.buffer(1)))["demand_id"].tolist() == ["b"]


def test_links_are_sorted_by_demand_then_distance_then_facility() -> None:
    xy = [Point(5e5 + dx, 2.5e6) for dx in (30.0, 10.0, 10.0)]
    f = gpd.GeoDataFrame(index=["x", "y", "z"], geometry=xy, crs="EPSG:4545")
    d = gpd.GeoDataFrame(index=["b", "a"], geometry=[Point(5e5, 2.5e6)] * 2, crs="EPSG:4545")
    links = geodesic_links(d, f, 100.0)
    assert links["demand_id"].tolist() == ["b"] * 3 + ["a"] * 3
    assert links["facility_id"].tolist() == ["y", "z", "x"] * 2


def test_a_border_belongs_to_the_zone_and_a_hole_does_not() -> None:
    zone = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    z = gpd.GeoDataFrame(index=["z"], geometry=[zone], crs="EPSG:4545")
    d = gpd.GeoDataFrame(
        index=["edge", "in", "hole", "out"],
        geometry=[Point(0, 5), Point(1, 1), Point(5, 5), Point(11, 5)],
        crs="EPSG:4545",
    )
    assert inside(d, z)["demand_id"].tolist() == ["edge", "in"]


def test_two_crs_are_refused_and_so_are_degrees() -> None:
    a = points(np.array([PLANT]), "a")
    for other in (a.to_crs("EPSG:4546"), a.to_crs("EPSG:4490")):
        with pytest.raises(LayerError, match="one projected CRS"):
            geodesic_links(a, other, 1.0)
    with pytest.raises(LayerError, match="one projected CRS"):
        inside(a.to_crs("EPSG:4490"), a.to_crs("EPSG:4490"))


@pytest.mark.parametrize("grid_deg", [0.0, 0.05])  # anywhere, or many at one place and as near
def test_the_nearest_is_the_first_of_all_links(grid_deg: float) -> None:
    rng = np.random.default_rng(11)
    d, f = rng.uniform([107.3, 22.2], [109.65, 24.05], (2, 400, 2))
    if grid_deg:
        d, f = np.round(d / grid_deg) * grid_deg, np.round(f / grid_deg) * grid_deg
    demand, facilities = points(d, "d"), points(f, "f")
    for limit in (1.0, 9_000.0, 90_000.0):
        found = nearest_straight(demand, facilities, limit)
        assert found.equals(nearest(geodesic_links(demand, facilities, limit)))


def test_of_two_as_near_in_the_plane_the_nearer_on_the_ground_is_found() -> None:
    # The plane stretches more to the east: 1,000 m in the plane are fewer metres there.
    at = gpd.GeoDataFrame(index=["a"], geometry=[Point(800_000, 2.5e6)], crs="EPSG:4545")
    sides = [Point(799_000, 2.5e6), Point(801_000, 2.5e6)]
    facilities = gpd.GeoDataFrame(index=["west", "east"], geometry=sides, crs="EPSG:4545")
    assert nearest_straight(at, facilities, 5_000.0)["facility_id"].tolist() == ["east"]


def test_a_million_at_one_place_are_answered_or_refused_in_words() -> None:
    place = gpd.points_from_xy(np.full(100_000, 5e5), np.full(100_000, 2.5e6))
    crowd = gpd.GeoDataFrame(index=np.arange(100_000).astype(str), geometry=place, crs="EPSG:4545")
    found = nearest_straight(crowd, crowd, 5_000.0)
    assert (len(found), set(found["facility_id"]), found["distance_m"].max()) == (100_000, {"0"}, 0)
    with pytest.raises(LayerError, match="10,000,000,000 pairs"):
        geodesic_links(crowd, crowd, 5_000.0)
    with pytest.raises(LayerError, match="budget of 5"):
        geodesic_links(crowd.iloc[:3], crowd.iloc[:3], 5_000.0, most=5)
