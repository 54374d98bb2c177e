"""Service areas, against buffers of the reached roads and by their laws."""

from itertools import combinations, pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import ParameterError
from nngis.network.graph import graph_from_arrays
from nngis.network.graph import near as raster
from nngis.network.road_links import network
from nngis.network.service_area import reached_roads, service_areas

CRS = "EPSG:4545"
X, Y = 500_000, 2_500_000


def layer(places, prefix="f"):
    """Points given by coordinates counted from (X, Y)."""
    x, y = np.array(places, float).reshape(-1, 2).T
    return gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(X + x, Y + y),
        index=pd.Index([f"{prefix}{at}" for at in range(len(places))], dtype=str),
        crs=CRS,
    )


def roads_of(corners, edges, signs=0, **options):
    """Straight edges between corners given from (X, Y)."""
    x, y = np.array(corners, float).T
    tail, head = np.array(edges).T
    length = np.hypot(x[tail] - x[head], y[tail] - y[head])
    signs = np.broadcast_to(signs, tail.size)
    return graph_from_arrays(
        X + x, Y + y, tail, head, length, crs=CRS, oneway=signs, **options
    ).graph


def street(signs=0, **options):
    return roads_of([(0, 0), (2000, 0)], [(0, 1)], signs, **options)


def spans(found):
    """First and last easting of each row's shape, counted from X."""
    return [
        (round(a - X, 3), round(b - X, 3))
        for a, b in found.areas.bounds[["minx", "maxx"]].to_numpy()
    ]


# -- reached roads ------------------------------------------------------------------------------


def test_roads_end_where_the_limit_does():
    found = reached_roads(street(), layer([(900, 30)]), breaks_m=[130, 630], max_snap_m=50)
    assert found.areas["facility_id"].tolist() == ["f0", "f0"]
    assert found.areas["break_m"].tolist() == [130, 630]
    assert spans(found) == [(800, 1000), (300, 1500)]
    assert found.areas.length.tolist() == pytest.approx([200, 1200])


@pytest.mark.parametrize(
    ("signs", "direction", "span"),
    [
        (1, "from_facility", (900, 1400)),
        (1, "to_facility", (400, 900)),
        (-1, "from_facility", (400, 900)),
        (-1, "to_facility", (900, 1400)),
    ],
)
def test_one_way_streets_are_reached_in_their_direction(signs, direction, span):
    found = reached_roads(
        street(signs), layer([(900, 0)]), breaks_m=[500], max_snap_m=1, direction=direction
    )
    assert spans(found) == [span]


def test_a_road_reached_from_both_ends_is_there_once():
    """A triangle with a facility at one corner: the far side is met from both of its ends."""
    graph = roads_of([(0, 0), (300, 0), (0, 400)], [(0, 1), (1, 2), (2, 0)])
    for limit, length in ((350, 300 + 350 + 50), (500, 300 + 400 + 300), (900, 1200)):
        found = reached_roads(graph, layer([(0, 0)]), breaks_m=[limit], max_snap_m=1)
        assert found.areas.length.tolist() == pytest.approx([length])


def test_a_ring_road_is_reached_both_ways_round():
    bow = shapely.LineString([(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100), (X, Y)])
    graph, _ = graph_from_arrays([X], [Y], [0], [0], [400], crs=CRS, geometry=np.array([bow]))
    found = reached_roads(graph, layer([(50, 0)]), breaks_m=[120, 500], max_snap_m=1)
    assert found.areas.length.tolist() == pytest.approx([240, 400])


def test_times_reach_farther_on_faster_roads():
    graph = roads_of(
        [(0, 0), (1000, 0), (-1000, 0)], [(0, 1), (2, 0)], time_s=[100, 50], back_time_s=[200, 50]
    )
    found = reached_roads(
        graph, layer([(0, 0)]), breaks_s=[40], max_snap_m=1, direction="from_facility"
    )
    assert found.areas.columns.tolist()[:2] == ["facility_id", "break_s"]
    assert spans(found) == [(-800, 400)]
    back = reached_roads(graph, layer([(0, 0)]), breaks_s=[40], max_snap_m=1)
    assert spans(back) == [(-800, 200)]


def test_together_facilities_reach_what_each_of_them_reaches():
    graph, stops = street(), layer([(500, 0), (900, 0)])
    apart = reached_roads(graph, stops, breaks_m=[300], max_snap_m=1).areas
    merged = reached_roads(graph, stops, breaks_m=[300], max_snap_m=1, merged=True).areas
    assert merged.columns.tolist() == ["break_m", "geometry"]
    assert merged.length.tolist() == pytest.approx([1000])
    assert apart.length.tolist() == pytest.approx([600, 600])


def test_a_stretch_that_several_facilities_reach_is_there_once():
    """Two facilities beside the road reach 200 m each, all of it within what the first reaches."""
    stops = layer([(500, 0), (500, 400), (850, 400)])
    merged = reached_roads(street(), stops, breaks_m=[500], max_snap_m=500, merged=True).areas
    assert merged.length.tolist() == pytest.approx([1000])
    apart = reached_roads(street(), stops, breaks_m=[500], max_snap_m=500).areas
    assert apart.length.tolist() == pytest.approx([1000, 200, 200])
    areas = service_areas(street(), stops, breaks_m=[500], max_snap_m=500, merged=True, cell_m=10)
    alone = service_areas(street(), stops.iloc[:1], breaks_m=[500], max_snap_m=500, cell_m=10)
    assert areas.areas.area.sum() == pytest.approx(alone.areas.area.sum(), rel=1e-6)


# -- areas --------------------------------------------------------------------------------------


def test_the_area_of_a_straight_road_is_a_strip_with_round_ends():
    found = service_areas(street(), layer([(1000, 0)]), breaks_m=[500], max_snap_m=1, cell_m=10)
    assert found.areas.area[0] == pytest.approx(1000 * 200 + np.pi * 100**2, rel=1e-3)
    assert found.areas.bounds.to_numpy()[0] == pytest.approx(
        [X + 400, Y - 100, X + 1600, Y + 100], abs=1
    )
    assert found.areas.crs == CRS


def test_a_break_that_the_access_leg_uses_up_has_no_row():
    for ask in (service_areas, reached_roads):
        found = ask(street(), layer([(1000, 90)]), breaks_m=[80, 200], max_snap_m=100)
        assert found.areas["break_m"].tolist() == [200]
        assert found.left_out.empty


def test_facilities_at_one_place_have_the_same_area():
    found = service_areas(street(), layer([(0, 0), (0, 0)]), breaks_m=[100], max_snap_m=1)
    assert found.areas.area[0] == found.areas.area[1] > 0


def test_a_facility_far_from_any_road_is_left_out():
    found = service_areas(street(), layer([(1000, 90), (1000, 0)]), breaks_m=[99], max_snap_m=50)
    assert found.areas["facility_id"].tolist() == ["f1"]
    assert found.left_out[["id", "why"]].to_numpy().tolist() == [["f0", "far"]]


def test_without_any_facility_on_a_road_there_is_no_area():
    stops = layer([(1000, 900)])
    for ask in (service_areas, reached_roads):
        found = ask(street(), stops, breaks_m=[99], max_snap_m=50)
        assert found.areas.empty
        assert found.areas.columns.tolist() == ["facility_id", "break_m", "geometry"]
        assert found.left_out["id"].tolist() == ["f0"]


def test_a_block_that_is_not_reached_is_a_hole():
    corners = [(0, 0), (600, 0), (600, 600), (0, 600)]
    graph = roads_of(corners, [(0, 1), (1, 2), (2, 3), (3, 0)])
    found = service_areas(graph, layer([(0, 0)]), breaks_m=[5000], max_snap_m=1, cell_m=10)
    (polygon,) = found.areas.geometry[0].geoms
    assert len(polygon.interiors) == 1
    assert shapely.Polygon(polygon.interiors[0]).area == pytest.approx(400 * 400, rel=1e-3)


def test_the_order_of_breaks_does_not_matter():
    one = service_areas(street(), layer([(1000, 0)]), breaks_m=[300, 100, 300], max_snap_m=1)
    other = service_areas(street(), layer([(1000, 0)]), breaks_m=[100, 300], max_snap_m=1)
    assert one.areas.equals(other.areas)


def lattice(n, rng, step=120):
    """Streets on a jittered lattice, two thirds of them there, some of them one-way."""
    at = np.arange(n * n).reshape(n, n)
    edges = np.concatenate(
        [
            np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], axis=1),
            np.stack([at[:-1].ravel(), at[1:].ravel()], axis=1),
        ]
    )
    edges = edges[rng.random(len(edges)) < 0.75]
    corners = np.stack([step * (at.ravel() % n), step * (at.ravel() // n)], axis=1)
    corners = corners + rng.normal(0, 12, corners.shape)
    return roads_of(corners, edges, rng.choice([0, 0, 0, 1, -1], len(edges)))


@pytest.mark.parametrize(("width_m", "cell_m", "error"), [(100, 50, 0.006), (100, 25, 0.003)])
def test_areas_are_those_of_buffers_within_the_error_stated(width_m, cell_m, error):
    graph = lattice(20, np.random.default_rng(4))
    stops = layer([(1100, 1200), (200, 300)])
    options = {"breaks_m": [400, 900], "max_snap_m": 200}
    areas = service_areas(graph, stops, width_m=width_m, cell_m=cell_m, **options).areas
    roads = reached_roads(graph, stops, **options).areas
    assert areas[["facility_id", "break_m"]].equals(roads[["facility_id", "break_m"]])
    buffers = shapely.buffer(roads.geometry.to_numpy(), width_m, quad_segs=32)
    assert areas.area.to_numpy() / shapely.area(buffers) == pytest.approx(1, abs=error)
    assert areas.is_valid.all()
    outside = shapely.difference(areas.geometry.to_numpy(), shapely.buffer(buffers, cell_m / 4))
    assert (shapely.area(outside) < error * shapely.area(buffers)).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999), st.sampled_from(["to_facility", "from_facility"]))
def test_reached_roads_are_what_links_reach(seed, direction):
    """Every place on the roads is on a reached part just when it has a link."""
    rng = np.random.default_rng(seed)
    graph = lattice(5, rng)
    stops = layer(rng.uniform(0, 500, (2, 2)))
    edge = rng.integers(0, graph.n_edges, 60)
    share = rng.random(60)
    at = shapely.line_interpolate_point(graph.geometry[edge], share, normalized=True)
    demand = gpd.GeoDataFrame(geometry=at, index=[f"d{number}" for number in range(60)], crs=CRS)
    limits = [150, 420]
    links = network(graph, demand, stops, limit_m=420, max_snap_m=300, direction=direction).links
    roads = reached_roads(graph, stops, breaks_m=limits, max_snap_m=300, direction=direction).areas
    for (stop, limit), road in roads.set_index(["facility_id", "break_m"]).geometry.items():
        linked = links[(links["facility_id"] == stop) & (links["distance_m"] <= limit)]
        sure = links[(links["facility_id"] == stop) & ((links["distance_m"] - limit).abs() < 0.01)]
        near = set(demand.index[demand.distance(road) < 1e-3])
        assert near ^ set(linked["demand_id"]) <= set(sure["demand_id"])


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 999))
def test_a_wider_break_holds_the_narrower_one(seed):
    rng = np.random.default_rng(seed)
    graph = lattice(6, rng)
    found = service_areas(
        graph, layer(rng.uniform(0, 600, (3, 2))), breaks_m=[100, 300, 700], max_snap_m=300
    ).areas
    for _, shapes in found.groupby("facility_id").geometry:
        for near, far in pairwise(shapes):
            assert near.difference(far.buffer(1e-6)).is_empty


# -- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"breaks_m": [5], "breaks_s": [5]},
        {"breaks_m": []},
        {"breaks_m": [-1]},
        {"breaks_m": [np.inf]},
        {"breaks_m": [5], "cell_m": 60},
        {"breaks_m": [5], "cell_m": 0},
        {"breaks_m": [5], "cell_m": np.nan},
    ],
)
def test_breaks_and_cells_out_of_bounds_are_refused(options):
    with pytest.raises(ParameterError):
        service_areas(street(), layer([(0, 0)]), max_snap_m=1, **options)


def test_a_raster_beyond_measure_is_refused():
    with pytest.raises(ParameterError, match="raise cell_m"):
        service_areas(
            roads_of([(0, 0), (90_000, 90_000)], [(0, 1)]),
            layer([(0, 0)]),
            breaks_m=[200_000],
            max_snap_m=1,
            width_m=10,
            cell_m=5,
        )


@given(
    st.lists(
        st.tuples(*[st.floats(0.0, 30_000.0)] * 2, *[st.floats(1.0, 900.0)] * 2),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
@settings(max_examples=30, deadline=None)
def test_clusters_far_apart_are_drawn_as_one_raster_would_draw_them(made, data):
    segments = np.array([(x, y, x + dx, y + dy) for x, y, dx, dy in made])
    level = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(made), max_size=len(made))))
    whole = raster._near_one_cluster(segments, level, 2, 100.0, 50.0)
    parts = raster._clusters(segments, 200.0, 0.0)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(made)))
    for one, other in combinations([segments[part] for part in parts], 2):
        lines = [shapely.union_all(shapely.linestrings(p.reshape(-1, 2, 2))) for p in (one, other)]
        assert shapely.distance(*lines) > 2 * 200.0
    drawn = [
        raster._near_one_cluster(segments[part], level[part], 2, 100.0, 50.0) for part in parts
    ]
    for rank in range(2):
        together = raster.Rings(
            [xy for one in drawn for xy in one[rank].xy],
            [first for one in drawn for first in one[rank].first],
        )
        shapes = [
            raster.multipolygons([one])[0] if one.xy else shapely.MultiPolygon()
            for one in (whole[rank], together)
        ]
        assert len(shapes[0].geoms) == len(shapes[1].geoms)
        assert shapely.area(shapely.symmetric_difference(*shapes)) < 1e-3  # m², of rounding


def test_a_province_with_two_stations_far_apart_needs_no_raster_of_it_all():
    """At 50 m a raster over both would be 10,000 x 10,000 km wide: 4e10 points."""
    segments = np.array([[0.0, 0.0, 1_000.0, 0.0], [1e7, 1e7, 1e7 + 1_000.0, 1e7]])
    (rings,) = raster.near_segments_polygons(segments, np.zeros(2, int), 1, 100.0, 50.0)
    areas = shapely.area(raster.multipolygons([rings])[0])
    assert areas == pytest.approx(2 * (1_000.0 * 200.0 + np.pi * 100.0**2), rel=0.05)
