import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.grid import Grid
from nngis.plans.sewer.design import design
from nngis.plans.sewer.design_parameters import DesignParameters

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0
PARAMETERS = DesignParameters()


def layer(shapes, ids=None, **columns):
    """A layer whose coordinates are counted from (X, Y)."""
    moved = [shapely.transform(shape, lambda c: c + np.array([X, Y])) for shape in shapes]
    index = ids or [str(k) for k in range(len(shapes))]
    return gpd.GeoDataFrame(columns, geometry=moved, crs=CRS, index=index)


def slope_ground(fall, cell_m=20.0, size=120):
    """A plane that falls to the east by `fall`; 100 m high at X - 200."""
    east = (np.arange(size) + 0.5) * cell_m
    values = np.broadcast_to(100.0 - fall * east, (size, size)).copy()
    return Grid(values, X - 200.0, Y + size * cell_m / 2, cell_m)


STREET = layer([shapely.LineString([(0, 0), (600, 0)])])
HOUSES = layer(
    [shapely.Point(x, 10) for x in (0, 100, 200, 300)], ["a", "b", "c", "d"], population=[40.0] * 4
)
PLANT = layer([shapely.Point(600, 0)], ["w"])


def test_a_street_that_falls_gets_pipes_at_least_cover_and_no_lift():
    found = design(HOUSES, STREET, slope_ground(0.01), PLANT, PARAMETERS)
    pipes = found.pipes
    assert len(found.lift_stations) == 0
    assert pipes["length_m"].sum() == pytest.approx(600.0, rel=1e-4)
    assert (pipes["diameter_mm"] == 300).all()
    assert pipes["cover_up_m"].to_numpy() == pytest.approx(0.7, abs=0.03)
    assert pipes["slope"].to_numpy() == pytest.approx(0.01, abs=0.0006)
    # The ground is 98 m high at the first house; 0.7 m of cover, a wall and 300 mm lie below it.
    manholes = found.manholes
    assert manholes["ground_m"].max() == pytest.approx(98.0, abs=0.2)
    assert (manholes["ground_m"] - manholes["invert_m"]).tolist() == pytest.approx(
        [1.0] * len(manholes), abs=0.1
    )
    assert manholes["depth_m"].to_numpy() == pytest.approx(1.0, abs=0.1)
    assert manholes["drop_m"].to_numpy() == pytest.approx(0.0, abs=0.05)
    assert found.compliance["result"].ne("fail").all()
    # 160 people, 202 l of which 90 % come back.
    assert found.figures["mean_flow_m3_d"] == pytest.approx(160 * 0.202 * 0.9)
    assert found.connections["length_m"].to_numpy() == pytest.approx(10.0, rel=1e-3)


def test_a_street_that_rises_gently_gets_deeper_pipes_at_the_least_slope():
    found = design(HOUSES, STREET, slope_ground(-0.004), PLANT, PARAMETERS)
    pipes = found.pipes.sort_values("invert_up_m", ascending=False)
    assert len(found.lift_stations) == 0
    assert (pipes["slope"] >= 0.003 - 1e-9).all()
    assert pipes["slope"].max() < 0.0035
    assert (np.diff(pipes["cover_up_m"]) > 0).all()


def test_a_steep_rise_needs_a_lift():
    found = design(HOUSES, STREET, slope_ground(-0.05), PLANT, PARAMETERS)
    assert len(found.lift_stations) > 0
    assert (found.lift_stations["power_kw"] > 0).all()
    # 9.81 kN/m³ of water, raised by pumps of which 6 in 10 parts of the power come to the water.
    stations = found.lift_stations
    power = 9.81 * stations["flow_l_s"] / 1000 * stations["head_m"] / 0.6
    assert stations["power_kw"].tolist() == pytest.approx(power.tolist(), rel=1e-6)
    ground = found.manholes.loc[stations["manhole_id"], "ground_m"].to_numpy()
    depth = (ground - stations["well_level_m"]).tolist()
    assert stations["well_depth_m"].tolist() == pytest.approx(depth)
    assert min(depth) >= 0.7  # what flows in has at least cover above it
    assert found.compliance["result"].ne("fail").all()


def test_the_parts_of_the_cost_add_up_and_each_demand_is_counted_once():
    found = design(HOUSES, STREET, slope_ground(-0.05), PLANT, PARAMETERS)
    figures = found.figures
    assert figures["total_yuan"] == pytest.approx(
        figures["pipes_yuan"] + figures["manholes_yuan"] + figures["lift_stations_yuan"]
    )
    assert figures["people_served"] == 160
    last = found.pipes.loc[found.pipes["to_manhole"] == "WWTP-w"]
    assert last["mean_flow_l_s"].sum() == pytest.approx(160 * 202 * 0.9 / 86400)


def test_the_same_input_gives_the_same_tables():
    first, second = (
        design(HOUSES, STREET, slope_ground(0.002), PLANT, PARAMETERS) for _ in range(2)
    )
    assert first.pipes.equals(second.pipes)
    assert first.manholes.equals(second.manholes)
