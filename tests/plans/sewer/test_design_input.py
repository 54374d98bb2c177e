"""What a design does with input that is wrong, odd, or more than the simplest case."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from nngis.errors import InfeasibleError, LayerError
from nngis.grid import Grid
from nngis.plans.sewer.design import design
from nngis.plans.sewer.design_parameters import DesignParameters

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0
PARAMETERS = DesignParameters(layout_rounds=1)


def line(*points):
    return shapely.LineString(points)


def layer(shapes, ids=None, **columns):
    """A layer whose coordinates are counted from (X, Y)."""
    moved = [shapely.transform(shape, lambda c: c + np.array([X, Y])) for shape in shapes]
    index = ids or [str(k) for k in range(len(shapes))]
    return gpd.GeoDataFrame(columns, geometry=moved, crs=CRS, index=index)


def ground(fall, cell_m=20.0, size=120):
    """A plane that falls to the east; 100 m high at X - 200."""
    east = (np.arange(size) + 0.5) * cell_m
    values = np.broadcast_to(100.0 - fall * east, (size, size)).copy()
    return Grid(values, X - 200.0, Y + size * cell_m / 2, cell_m)


STREET = layer([line((0, 0), (600, 0))])
HOUSES = layer(
    [shapely.Point(x, 10) for x in (0, 100, 200, 300)], ["a", "b", "c", "d"], population=[40.0] * 4
)
PLANT = layer([shapely.Point(600, 0)], ["w"])
SEWER = {"diameter_mm": [400.0], "invert_up_m": [93.0], "invert_down_m": [91.0]}


def said(found, word):
    """The problems that hold a word; each speaks both languages."""
    assert all(problem.zh and problem.en for problem in found.problems)
    return [problem for problem in found.problems if word in problem.en]


def test_streets_that_lead_to_no_plant_are_named_and_the_rest_is_designed():
    roads = layer([line((0, 0), (600, 0)), line((0, 500), (600, 500))])
    houses = layer([shapely.Point(300, 10), shapely.Point(300, 505), shapely.Point(300, 950)])
    found = design(houses, roads, ground(0.01), PLANT, PARAMETERS)
    assert found.connections["manhole_id"].notna().tolist() == [True, False, False]
    assert said(found, "lead to no plant")
    assert said(found, "farther than 300 m from a road")
    assert found.figures["people_not_served"] == 10.0


def test_roads_without_length_are_named_and_left_out():
    roads = layer([line((0, 0), (600, 0)), line((5, 5), (5, 5)), shapely.Point(3, 3)])
    found = design(HOUSES, roads, ground(0.01), PLANT, PARAMETERS)
    assert said(found, "2 roads have no length or no line")
    assert found.figures["people_served"] == 160.0


def test_holes_in_the_ground_are_filled_and_counted():
    whole = ground(0.01)
    values = whole.values.copy()
    values[55:65, 20:30] = -9999.0
    found = design(HOUSES, STREET, Grid(values, whole.west, whole.north, 20.0), PLANT, PARAMETERS)
    assert said(found, "elevation is missing")
    assert np.isfinite(found.pipes["invert_up_m"]).all()


def test_a_ground_that_lies_elsewhere_is_refused():
    whole = ground(0.01)
    with pytest.raises(LayerError, match="no height where the design lies"):
        design(
            HOUSES,
            STREET,
            Grid(whole.values, whole.west + 1e6, whole.north, 20.0),
            PLANT,
            PARAMETERS,
        )


def test_heights_in_feet_are_found_out_by_the_inverts_of_sewers():
    whole = ground(0.01)
    sewers = layer([line((250, 0), (600, 0))], ["s"], **SEWER)
    feet = Grid(whole.values / 0.3048, whole.west, whole.north, 20.0)
    found = design(HOUSES, STREET, feet, PLANT, PARAMETERS, sewers=sewers)
    metres = design(HOUSES, STREET, whole, PLANT, PARAMETERS, sewers=sewers)
    assert said(found, "taken as feet")
    assert_allclose(found.pipes["invert_up_m"], metres.pipes["invert_up_m"], atol=0.021)


def test_a_plant_above_all_demand_is_named():
    found = design(HOUSES, STREET, ground(-0.05), PLANT, PARAMETERS)
    assert said(found, "above all its demand")
    assert not said(design(HOUSES, STREET, ground(0.05), PLANT, PARAMETERS), "above all")


def test_no_demand_near_a_street_is_refused():
    with pytest.raises(InfeasibleError, match="near a street"):
        design(layer([shapely.Point(0, 5000)]), STREET, ground(0.01), PLANT, PARAMETERS)


def test_an_existing_sewer_keeps_its_levels_and_costs_nothing():
    sewers = layer([line((250, 0), (600, 0))], ["s"], **SEWER)
    found = design(HOUSES, STREET, ground(0.01), PLANT, PARAMETERS, sewers=sewers)
    old = found.pipes[found.pipes["kind"] == "existing"]
    assert old["sewer_id"].tolist() == ["s"]
    assert old[["invert_up_m", "invert_down_m", "cost_yuan"]].to_numpy().tolist() == [[93, 91, 0]]
    new = found.pipes[found.pipes["to_manhole"] == old["from_manhole"].iloc[0]]
    assert (new["invert_down_m"] + 0.3 >= 93.4 - 1e-9).all()
    alone = design(HOUSES, STREET, ground(0.01), PLANT, PARAMETERS)
    assert found.figures["total_yuan"] < alone.figures["total_yuan"]


def test_beside_an_existing_sewer_that_would_be_too_full_a_new_one_is_laid():
    # DN400 falling 2 m in 350 carries 119 L/s at a fill of 0.65. 4 x 500 people, 240 L each, bring
    # 5 L/s in the mean and 14 at their peak (2.7 + 0.1 times that), 4 x 10,000 100 and 200 L/s.
    sewers = layer([line((250, 0), (600, 0))], ["s"], **SEWER)
    few, many = (
        design(
            HOUSES.assign(population=[people] * 4), STREET, ground(0.01), PLANT, PARAMETERS,
            sewers=sewers,
        )
        for people in (500.0, 10_000.0)
    )  # fmt: skip
    assert (few.pipes["kind"] == "existing").any()
    assert not said(few, "fuller than allowed")
    assert (many.pipes["kind"] == "gravity").all()
    assert many.pipes["length_m"].sum() == pytest.approx(600.0, rel=1e-3)
    assert many.compliance.set_index("rule")["result"]["max_fill"].eq("pass").all()
    assert said(many, "fuller than allowed")[0].en.endswith("for example s.")


def test_part_of_an_existing_sewer_has_inverts_on_its_line():
    sewers = layer([line((200, 0), (600, 0))], ["s"], **SEWER)
    roads = layer([line((0, 0), (600, 0)), line((400, 0), (400, 300))])
    houses = layer([shapely.Point(400, 250), shapely.Point(210, 5)])
    found = design(houses, roads, ground(0.01), PLANT, PARAMETERS, sewers=sewers)
    old = found.pipes[found.pipes["kind"] == "existing"].sort_values("invert_up_m")
    assert old["invert_up_m"].to_numpy() == pytest.approx([92.0, 92.95], abs=0.06)
    assert old["invert_down_m"].to_numpy() == pytest.approx([91.0, 92.0], abs=1e-6)


def test_sewers_with_wrong_or_missing_inverts_are_named_and_laid_anew():
    sewers = layer(
        [line((0, 0), (300, 0)), line((300, 0), (600, 0))],
        ["up", "none"],
        diameter_mm=[300.0, np.nan],
        invert_up_m=[90.0, 90.0],
        invert_down_m=[91.0, 89.0],
    )
    found = design(HOUSES, STREET, ground(0.01), PLANT, PARAMETERS, sewers=sewers)
    assert said(found, "fall against their course")[0].en.endswith("for example up.")
    assert said(found, "lack a diameter or inverts")
    assert (found.pipes["kind"] == "gravity").all()


def test_plants_are_not_given_more_than_they_can_take_while_another_has_room():
    plants = layer(
        [shapely.Point(0, 0), shapely.Point(600, 0)], ["w1", "w2"], capacity_m3_d=[10.0, 100.0]
    )
    found = design(HOUSES, STREET, ground(0.0), plants, PARAMETERS)
    # Each house brings 40 x 0.24 x 0.9 x 1.1 = 9.5 m3/d.
    assert found.connections["wwtp_id"].tolist() == ["w1", "w2", "w2", "w2"]
    small = plants.assign(capacity_m3_d=[10.0, 10.0])
    assert said(design(HOUSES, STREET, ground(0.0), small, PARAMETERS), "more than its capacity")


def test_a_river_is_crossed_where_the_way_round_costs_more_and_not_where_less():
    river = layer([line((450, -20), (450, 20))])
    near = layer([line((0, 0), (600, 0)), line((400, 0), (400, 50), (500, 50), (500, 0))])
    far = layer([line((0, 0), (600, 0)), line((400, 0), (400, 500), (500, 500), (500, 0))])
    round_it, across = (
        design(HOUSES, roads, ground(0.01), PLANT, PARAMETERS, rivers=river)
        for roads in (near, far)
    )
    assert round_it.figures["crossing_yuan"] == 0.0
    assert across.figures["crossing_yuan"] == 200_000.0
    assert across.pipes["length_m"].sum() == pytest.approx(600.0, rel=1e-3)
    assert across.pipes["crossing_yuan"].sum() == 200_000.0
    crossed = across.pipes.index[across.pipes["crossing_yuan"] > 0]
    assert f"for example {crossed[0]};" in said(across, "siphon")[0].en
    assert not said(round_it, "siphon")


def test_an_existing_sewer_above_the_ground_is_flagged_and_lifted_to():
    sewers = layer([line((250, 0), (600, 0))], ["s"], **SEWER | {"invert_up_m": [103.0]})
    found = design(HOUSES, STREET, ground(0.01), PLANT, PARAMETERS, sewers=sewers)
    old = found.pipes.index[found.pipes["kind"] == "existing"]
    checks = found.compliance[found.compliance["pipe_id"].isin(old)].set_index("rule")["result"]
    assert checks["min_cover_m"] == "fail"
    assert len(found.lift_stations) == 1
    assert found.lift_stations["well_level_m"].iloc[0] < 98.0


def test_a_flood_of_people_gets_pipes_as_large_as_need_be():
    houses = HOUSES.assign(population=[600_000.0] * 4)
    found = design(houses, STREET, ground(0.01), PLANT, PARAMETERS)
    results = found.compliance.set_index("rule")["result"]
    assert results[["max_fill", "min_velocity_m_s", "max_velocity_m_s"]].eq("pass").all()
    assert found.pipes["diameter_mm"].max() > 1500


def test_roads_far_from_all_demand_make_no_difference():
    roads = layer([line((0, 0), (600, 0)), line((0, 90_000), (600, 90_000))])
    fine = ground(0.01, cell_m=2.0, size=1200)
    found = design(HOUSES, roads, fine, PLANT, PARAMETERS)
    assert found.pipes.equals(design(HOUSES, STREET, fine, PLANT, PARAMETERS).pipes)


def test_a_grid_too_fine_for_its_extent_is_refused():
    fine = ground(0.01, cell_m=0.005)
    with pytest.raises(LayerError, match="cut the roads"):
        design(HOUSES, STREET, Grid(fine.values, X, Y, 0.005), PLANT, PARAMETERS)


def test_a_plant_far_from_every_road_is_named():
    plants = layer([shapely.Point(600, 0), shapely.Point(600, 9000)], ["w", "far"])
    found = design(HOUSES, STREET, ground(0.01), plants, PARAMETERS)
    assert said(found, "for example far;")
    assert found.connections["wwtp_id"].unique().tolist() == ["w"]


def test_a_street_without_people_gets_no_flow_and_still_a_pipe():
    houses = HOUSES.assign(population=[0.0, 0.0, 40.0, 40.0])
    found = design(houses, STREET, ground(0.01), PLANT, PARAMETERS)
    first = found.pipes.sort_values("invert_up_m").iloc[-1]
    assert (first["flow_l_s"], first["fill_ratio"]) == (0.0, 0.0)
    assert found.compliance["result"].ne("fail").all()


def test_people_that_are_not_given_are_five_a_building():
    found = design(HOUSES[["geometry"]], STREET, ground(0.01), PLANT, PARAMETERS)
    assert found.figures["people_served"] == 20.0


def test_a_house_below_the_street_draws_the_sewer_down_or_is_named():
    # The ground falls by 5 % from the street to the south: 1 m at 20 m.
    rows = (np.arange(120) + 0.5) * 20.0
    values = np.tile(150.0 - 0.05 * rows[:, None], (1, 120)) - 0.01 * rows[None, :]
    sloping = Grid(values, X - 200.0, Y + 1200.0, 20.0)
    near = layer([shapely.Point(100, -20)])
    far = layer([shapely.Point(100, -200)])
    found = design(near, STREET, sloping, PLANT, PARAMETERS)
    # 1 m of ground, 0.2 m of fall, 0.4 m of cover.
    assert found.pipes.loc[found.connections["pipe_id"], "cover_up_m"].iloc[0] > 1.4
    assert found.connections["spare_fall_m"].iloc[0] >= -1e-9
    assert said(design(far, STREET, sloping, PLANT, PARAMETERS), "cannot fall into the sewer")
