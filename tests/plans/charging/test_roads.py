"""The roads of the charging plan: as their columns say, with the plan's speed else."""

import itertools

import geopandas as gpd
import pytest
from shapely import LineString

from nngis.network.road_links import network
from nngis.plans.charging.ground import road_graph
from nngis.plans.charging.parameters import ChargingParameters

CRS = "EPSG:4545"
X, Y = 520_000, 2_524_000
RING = [(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)]


def ring(**columns):
    """Return a ring of four streets of 1 km, drawn the way round that clocks do not go."""
    lines = [LineString([(X + x, Y + y) for x, y in pair]) for pair in itertools.pairwise(RING)]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=CRS)


def test_a_one_way_ring_is_driven_all_the_way_round():
    ends = [
        gpd.GeoDataFrame(geometry=gpd.points_from_xy([X + x], [Y]), index=[name], crs=CRS)
        for name, x in (("home", 1000), ("station", 0))
    ]
    for sign in (1, "yes", "True", "是"):
        graph, _ = road_graph(ring(oneway=[sign] * 4), ChargingParameters())
        found = network(graph, *ends, limit_m=9000, max_snap_m=10).links
        assert found["distance_m"].tolist() == pytest.approx([3000], rel=1e-3)


def test_a_street_without_a_speed_takes_that_of_the_plan():
    graph, _ = road_graph(
        ring(speed_km_h=[60, None, 0, "signals"]), ChargingParameters(road_speed_km_h=36)
    )
    seconds = graph.weight("time_s")[graph.forward_arc]
    assert seconds == pytest.approx([60, 100, 100, 100], rel=1e-3)


def test_footways_are_left_out_and_it_is_said():
    kinds = ["primary", "footway", "steps", None]
    graph, said = road_graph(ring(highway=kinds), ChargingParameters())
    assert graph.n_edges == 2
    assert [text.en for text in said] == ["Left out 2 ways closed to cars."]
