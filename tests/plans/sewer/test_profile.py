"""The profile of a fixed layout: costs that add up, properties that always hold."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nngis.grid import Grid
from nngis.plans.sewer.chains import Spacing
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.layout import arcs_of, route
from nngis.plans.sewer.lifting import power_kw, rising_mains, station_costs
from nngis.plans.sewer.network import lay_pipes
from nngis.plans.sewer.prices import prices
from nngis.plans.sewer.profile import Kept, lay_profile
from nngis.plans.sewer.streets import lay_streets
from nngis.plans.sewer.tables import spent_yuan
from nngis.plans.sewer.terrain import read_terrain

X, Y = 500_000.0, 2_500_000.0
CORNER = np.array([X, Y])


def network_of(seed, people=1.0, relief_m=6.0):
    """A crooked tree of streets on random ground."""
    rng = np.random.default_rng(seed)
    trunk = [(120 * k, 20 * np.sin(k)) for k in range(6)]
    branches = [[trunk[k], (120 * k + 30, 90)] for k in range(1, 5)]
    lines = [shapely.LineString(np.array(one) + CORNER) for one in (trunk, *branches)]
    streets = lay_streets(
        np.array([trunk[0], *(one[1] for one in branches)]) + CORNER,
        np.array([trunk[-1]]) + CORNER,
        gpd.GeoDataFrame(geometry=lines, crs="EPSG:4545"),
        None,
        DesignParameters(),
    )
    values = 50 + relief_m * np.cumsum(rng.normal(0, 0.15, (8, 16)), axis=1)
    terrain = read_terrain(
        Grid(values, X - 60, Y + 240, 50.0), (X - 50, Y - 90, X + 640, Y + 140), None
    )
    cost = np.stack([streets.length_m, streets.length_m])
    load = np.zeros(len(streets.xy))
    trees = route(streets, arcs_of(streets), cost, load, np.array([np.inf]))[0]
    flow = np.full(5, people)
    return lay_pipes(streets, trees, terrain, flow, Spacing(75.0, 2.0, 0.3))


def profile_of(network, **options):
    parameters = DesignParameters(level_step_m=0.05, **options)
    nothing = np.full(len(network.down), np.nan)
    inf = np.full(len(network.down), np.inf)
    return lay_profile(network, Kept(nothing, nothing, nothing), inf, parameters, prices())


@given(seed=st.integers(0, 10_000), flow=st.sampled_from([0.5, 8.0, 60.0]))
@settings(max_examples=15, deadline=None)
def test_what_pipes_manholes_and_stations_cost_adds_up_to_what_the_programme_found(seed, flow):
    network = network_of(seed, flow)
    laid = profile_of(network)
    spent = spent_yuan(network, laid, prices(), infiltration_share=0.1)
    assert spent.sum() == pytest.approx(laid.profile.cost, rel=1e-9)


@given(seed=st.integers(0, 10_000), flow=st.sampled_from([0.5, 60.0]))
@settings(max_examples=10, deadline=None)
def test_more_depth_and_less_cover_never_cost_more(seed, flow):
    network = network_of(seed, flow, relief_m=12.0)
    costs = [
        profile_of(network, max_depth_m=depth, min_cover_m=cover).profile.cost
        for depth, cover in ((5.0, 1.2), (7.0, 1.2), (9.0, 1.2), (9.0, 0.7))
    ]
    assert (np.diff(costs) <= 1e-6).all()


@given(seed=st.integers(0, 10_000), flow=st.sampled_from([0.5, 20.0, 200.0]))
@settings(max_examples=10, deadline=None)
def test_pipes_fall_and_grow_along_the_way(seed, flow):
    network = network_of(seed, flow)
    laid = profile_of(network)
    gravity = ~laid.profile.rising
    fall = laid.profile.down - laid.profile.up
    assert (fall[gravity] > 0).all()
    pairs = np.flatnonzero((network.down >= 0) & gravity)
    pairs = pairs[gravity[network.down[pairs]]]
    after = network.down[pairs]
    assert (laid.profile.size[after] >= laid.profile.size[pairs]).all()
    lifted = laid.profile.well[after] >= 0
    arrives = laid.profile.down[pairs]
    assert (arrives <= np.where(lifted, laid.profile.well[after], laid.profile.up[after])).all()


def test_a_pump_that_lifts_a_hundred_litres_by_six_metres_draws_10_kw():
    table = prices()
    # 9.81 x 0.1 x 6 / 0.6
    assert power_kw(np.array([100.0]), np.array([6.0]), table)[0] == pytest.approx(9.81)
    fixed, per_m = station_costs(np.array([100.0]), np.array([50.0]), table)
    energy = 9.81 * 0.05 / 0.6 * 8760 * 0.65 * 12.46
    pumps = 9.81 * 0.1 / 0.6 * 1.5 * 9000
    assert_allclose(per_m, [pumps + energy])
    assert_allclose(fixed, [450_000 + 2 * (pumps + energy)])


def test_rising_mains_are_neither_too_slow_nor_too_fast():
    flow = np.geomspace(0.1, 1_500, 300)
    mains = rising_mains(flow, prices())
    assert (mains.velocity_m_s >= 0.7 - 1e-9).all()
    assert (mains.velocity_m_s <= 1.5 + 1e-9).all()
    assert (np.diff(mains.diameter_mm) >= 0).all()
    # 100 L/s through 300 mm: 10.67 x 0.1^1.852 / (130^1.852 x 0.3^4.87).
    expected = 10.67 * 0.1**1.852 / (130**1.852 * 0.3**4.87)
    assert rising_mains(np.array([100.0]), prices()).friction == pytest.approx(expected)
