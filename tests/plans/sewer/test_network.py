import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.grid import Grid
from nngis.plans.sewer.chains import Spacing
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.layout import Arcs, _spread, arcs_of, climbs_m, route
from nngis.plans.sewer.network import lay_pipes
from nngis.plans.sewer.streets import lay_streets
from nngis.plans.sewer.terrain import read_terrain

X, Y = 500_000.0, 2_500_000.0
CORNER = np.array([X, Y])
PARAMETERS = DesignParameters()


def roads(*courses):
    lines = [shapely.LineString(np.array(course) + CORNER) for course in courses]
    return gpd.GeoDataFrame(geometry=lines, crs="EPSG:4545")


def at(*points):
    return np.array(points, float) + CORNER


def laid(streets, height=lambda x, _: 0 * x, spacing=None):
    """The network of the cheapest tree by length, on a ground given as a function."""
    east = 10 * (np.arange(100) + 0.5) - 100
    north = 500 - 10 * (np.arange(100) + 0.5)
    values = height(*np.meshgrid(east, north)) + 50.0
    bounds = (X - 50, Y - 400, X + 800, Y + 400)
    terrain = read_terrain(Grid(values, X - 100, Y + 500, 10.0), bounds, None)
    load = np.zeros(len(streets.xy))
    cost = np.stack([streets.length_m, streets.length_m])
    trees, problems = route(streets, arcs_of(streets), cost, load, np.array([np.inf]))
    assert not problems
    flow = np.arange(1.0, 1.0 + len(streets.demand_node))
    return lay_pipes(streets, trees, terrain, flow, spacing or Spacing(75.0, 2.0, 0.3))


def test_a_straight_street_is_cut_into_equal_pipes_no_longer_than_allowed():
    streets = lay_streets(at((0, 0)), at((200, 0)), roads([(0, 0), (200, 0)]), None, PARAMETERS)
    network = laid(streets)
    assert network.length_m == pytest.approx([200 / 3] * 3, rel=1e-5)
    assert network.down.tolist() == [1, 2, -1]
    assert network.to_plant_m == pytest.approx([200, 400 / 3, 200 / 3], rel=1e-5)


def test_a_manhole_stands_where_the_street_bends_and_not_where_it_hardly_does():
    bent = roads([(0, 0), (30, 1), (60, 0), (60, 50)])
    streets = lay_streets(at((0, 0)), at((60, 50)), bent, None, PARAMETERS)
    network = laid(streets)
    assert (network.xy[:2] - CORNER).round(6).tolist() == [[0, 0], [60, 0]]
    assert network.length_m == pytest.approx([60, 50], rel=1e-5)


def test_a_manhole_stands_where_the_ground_bends():
    streets = lay_streets(at((0, 0)), at((140, 0)), roads([(0, 0), (140, 0)]), None, PARAMETERS)
    even = laid(streets, spacing=Spacing(500.0, 2.0, 0.3))
    ridge = laid(streets, lambda x, _: 3.0 - np.abs(x - 75) / 25, spacing=Spacing(500.0, 2.0, 0.3))
    assert len(even.down) == 1
    assert len(ridge.down) > 1
    assert np.abs(ridge.xy[:-1, 0] - X - 75).min() <= 10


def test_ground_over_and_under_the_line_between_manholes_is_measured():
    streets = lay_streets(at((0, 0)), at((100, 0)), roads([(0, 0), (100, 0)]), None, PARAMETERS)
    hollow = laid(streets, lambda x, _: -np.minimum(x, 100 - x) / 50, Spacing(500.0, 2.0, 5.0))
    # A hollow 1 m deep in the middle, 0.5 m in the mean; the grid rounds its bottom off.
    assert hollow.dip_m == pytest.approx([1.0], abs=0.15)
    assert hollow.excess_m == pytest.approx([-0.5], abs=0.1)


def test_flows_add_up_where_streets_meet():
    cross = roads([(0, 0), (60, 0)], [(60, 60), (60, 0)], [(60, 0), (120, 0)])
    streets = lay_streets(at((0, 0), (60, 60), (90, 5)), at((120, 0)), cross, None, PARAMETERS)
    network = laid(streets)
    last = np.flatnonzero(network.down < 0)
    assert network.mean_flow_l_s[last].tolist() == [6.0]
    assert sorted(network.mean_flow_l_s[network.down == last[0]].tolist()) == [1.0, 2.0]
    assert network.demand_share[2] == pytest.approx(0.5)
    assert network.demand_pipe[2] == last[0]


def test_only_streets_that_are_needed_are_used():
    comb = roads([(0, 0), (100, 0)], [(50, 0), (50, 80)], [(20, 0), (20, 40)])
    streets = lay_streets(at((0, 0), (50, 40)), at((100, 0)), comb, None, PARAMETERS)
    network = laid(streets)
    assert network.length_m.sum() == pytest.approx(140, rel=1e-5)


def test_a_plant_off_the_street_is_joined_by_a_straight_pipe():
    streets = lay_streets(at((0, 0)), at((50, 30)), roads([(0, 0), (100, 0)]), None, PARAMETERS)
    assert laid(streets).length_m == pytest.approx([50, 30], rel=1e-5)


def test_a_climb_is_the_depth_that_a_pipe_gains_on_its_way():
    streets = lay_streets(at((0, 0)), at((100, 0)), roads([(0, 0), (100, 0)]), None, PARAMETERS)
    ground = np.where(streets.xy[:, 0] > X + 50, 2.0, 0.0)
    # Up: 2 m and 0.3 m of slope. Down: the ground falls more than the pipe must.
    climb = np.sort(climbs_m(streets, ground, 0.003).ravel())
    assert climb == pytest.approx([0.0, 2.3], abs=1e-6)


@pytest.mark.parametrize(
    ("along", "node"),
    [(0.0, 0.0), (0.4, 0.0), (2.0, 2.0), (50.2, 50.0), (98.0, 98.0), (99.6, 100.0)],
)
def test_a_house_is_joined_where_it_stands_and_at_a_corner_only_within_half_a_metre(along, node):
    streets = lay_streets(
        at((along, -5)), at((100, 30)), roads([(0, 0), (100, 0)], [(100, 0), (100, 30)]), None,
        PARAMETERS,
    )  # fmt: skip
    (joined,) = streets.demand_node
    assert (streets.xy[joined] - CORNER).tolist() == pytest.approx([node, 0.0], abs=1e-6)


@pytest.mark.parametrize(("room", "plants"), [(10.0, [1, 0]), (4.0, [1, 1])])
def test_sewage_goes_the_cheaper_way_and_not_by_the_fewer_streets(room, plants):
    # Terminal 1 has one dear street to plant 0 and two cheap ones, over 2, to plant 3; terminal
    # 4 has a cheap one to plant 0, unless that has no room for it.
    ends = [(1, 0, 100.0), (1, 2, 1.0), (2, 3, 1.0), (4, 0, 1.0), (4, 2, 50.0)]
    both = sorted([(u, v, c) for u, v, c in ends] + [(v, u, c) for u, v, c in ends])
    tail, head, cost = (np.array(one) for one in zip(*both, strict=True))
    arcs = Arcs(
        np.searchsorted(tail, np.arange(6)), head, np.zeros(len(head), int),
        np.ones(len(head), bool),
    )  # fmt: skip
    joined, nobody = np.array([1, 4]), np.array([-1, -1])
    found = _spread(
        arcs, cost, (joined, np.array([5.0, 5.0]), nobody), np.array([0, 3]),
        np.array([room, 20.0]),
    )  # fmt: skip
    assert found.tolist() == plants
