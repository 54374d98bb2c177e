"""The plan with its design: on a street by hand, and on the example of 800 buildings."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

from nngis.grid import Grid
from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters

EXAMPLE = Path(__file__).parents[4] / "shared/data/bench/pysewer_example"


@pytest.fixture
def slope(at):
    """Ground that falls 1 m in 100 m to the east."""
    west, south = at(-1, -1)
    values = np.tile(100.0 - np.arange(60) * 1.0, (30, 1))
    return Grid(values, west=west, north=south + 3000.0, cell_m=100.0)


@pytest.fixture
def street(at, frame):
    return frame({"r": {"geometry": LineString([at(0, 0), at(4, 0)])}}, "road_id")


@pytest.fixture
def plant(at, frame):
    return frame({"w": {"name_zh": "甲厂", "geometry": Point(at(4, 0))}}, "wwtp_id")


@pytest.fixture
def houses(at, frame):
    return frame(
        {
            "lower": {"population": 900.0, "geometry": Point(at(3, 0.02))},
            "upper": {"population": 300.0, "geometry": Point(at(0, 0.02))},
            "away": {"population": 50.0, "geometry": Point(at(2, 1.8))},
        },
        "demand_id",
    )


def found(houses, street, slope, plant, **options):
    layers = SewerLayers(demand=houses, roads=street, elevation=slope, treatment_plants=plant)
    return analyse(layers, SewerParameters(**options))


def test_who_is_joined_in_time_who_later_and_who_never(houses, street, slope, plant):
    analysis = found(houses, street, slope, plant, build_km_per_year=1.2, build_years=1)
    gaps = analysis.tables["gaps"]
    assert gaps["decision"].to_dict() == {"lower": "build", "upper": "defer", "away": "unknown"}
    assert gaps.loc["lower", "build_year"] == 2026
    values = {one.name: one.value for one in analysis.indicators}
    assert values["first_people"] == 900.0
    assert values["design_people"] == 1200.0
    assert values["design_km"] == pytest.approx(4.0, abs=0.05)


def test_what_is_built_and_put_off_is_that_of_its_county(houses, street, slope, plant, at, frame):
    # The money is enough for the last 1.2 of the 4 km; the border is crossed at 2.7 km, so that
    # 2.7 km above it and 0.1 below it wait. The 900 people live at 3 km. Pipes are built whole,
    # 74 m each. 28 of the 280 km that the city is to lay are done, in the second county.
    sides = {"1": ("上县", 0, 2.7), "2": ("下县", 2.7, 6)}
    counties = frame(
        {
            code: {"name_zh": name, "geometry": box(*at(west, -1), *at(east, 3))}
            for code, (name, west, east) in sides.items()
        },
        "adcode",
    )
    done = {"sewer_length_km": 28.0, "completed": True, "county": "下县"}
    layers = SewerLayers(
        demand=houses,
        roads=street,
        elevation=slope,
        treatment_plants=plant,
        counties=counties,
        sewer_projects=frame({"p": done}),
    )
    settings = SewerParameters(build_km_per_year=1.2, build_years=1, sewer_target_km=280.0)
    by = analyse(layers, settings).tables["by_county"].set_index("county").loc[["上县", "下县"]]
    worked = {
        "build_km": (0, 1.2),
        "defer_km": (2.7, 0.1),
        "build_people": (0, 900),
        "done_km": (0, 28),
    }
    assert by["target_share"].tolist() == pytest.approx([0, 0.1])
    for name, values in worked.items():
        assert by[name].tolist() == pytest.approx(values, abs=0.074), name


def test_priority_spends_what_the_design_costs(houses, street, slope, plant):
    analysis = found(houses, street, slope, plant)
    cost = analysis.tables["priority"]["cost_yuan"].sum()
    total = {one.name: one.value for one in analysis.indicators}["design_10k_cny"]
    assert cost == pytest.approx(total * 10_000, rel=1e-3)


def test_without_terrain_nothing_is_laid_out_and_that_is_said(houses, street, plant):
    analysis = analyse(
        SewerLayers(demand=houses, roads=street, treatment_plants=plant), SewerParameters()
    )
    assert analysis.tables["pipes"].empty
    assert any("no terrain" in text.en for text in analysis.warnings)


def test_roads_that_do_not_reach_a_plant_are_named_and_the_rest_is_done(
    houses, street, slope, at, frame
):
    far = frame({"w": {"geometry": Point(at(4, 900))}}, "wwtp_id")
    ledger = frame({"p": {"sewer_length_km": 3.0, "completed": True}})
    layers = SewerLayers(
        demand=houses,
        roads=street,
        elevation=slope,
        treatment_plants=far,
        sewer_projects=ledger,
    )
    analysis = analyse(layers, SewerParameters())
    assert analysis.tables["pipes"].empty
    assert {one.name: one.value for one in analysis.indicators}["sewer_km"] == 3.0
    assert len(analysis.warnings) > len(analyse(layers, SewerParameters()).assumptions)


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example of pysewer is not at hand")
def test_every_building_of_the_example_is_joined_over_what_is_built():
    from nngis.inputs.rasters import read_grid_around  # noqa: PLC0415 - rasterio takes a while

    crs = "EPSG:32640"
    demand = gpd.read_file(EXAMPLE / "buildings_projected.shp")[["geometry"]].to_crs(crs)
    roads = gpd.read_file(EXAMPLE / "roads_projected.shp")[["geometry"]].to_crs(crs)
    demand.index = pd_index("b", len(demand))
    roads.index = pd_index("r", len(roads))
    plants = gpd.GeoDataFrame(index=["sink"], geometry=[Point(690500, 2557000)], crs=crs)
    west, south, east, north = demand.total_bounds
    around = (west - 2000, south - 2000, east + 2000, north + 2000)
    grid, _ = read_grid_around(EXAMPLE / "dem_10m1.tif", demand.crs, around, role="elevation")
    layers = SewerLayers(
        demand=demand.assign(evidence="surveyed"),
        roads=roads.assign(evidence="surveyed"),
        treatment_plants=plants.assign(evidence="surveyed"),
        elevation=grid,
    )
    tables = analyse(layers, SewerParameters(build_km_per_year=2.0)).tables
    assert tables["connections"]["manhole_id"].notna().all()
    order, pipes = tables["priority"], tables["pipes"]
    assert sorted(order.index) == sorted(pipes.index)
    place = {pipe: at for at, pipe in enumerate(order.index)}
    below = dict(zip(pipes["from_manhole"], pipes.index, strict=True))
    onward = pipes["to_manhole"].map(below)
    assert all(place[down] < place[up] for up, down in onward.dropna().items())
    assert order["people_total"].is_monotonic_increasing
    assert order["people"].sum() == 4000.0


def pd_index(letter, count):
    return [f"{letter}{n}" for n in range(count)]


def test_each_point_says_why_it_waits(houses, street, slope, plant):
    analysis = found(houses, street, slope, plant, build_km_per_year=1.2, build_years=1)
    reason = analysis.tables["gaps"]["reason_en"]
    assert "to be joined to pipe" in reason["lower"]
    assert "in 2026" in reason["lower"]
    assert "beyond the budget" in reason["upper"]
    assert "no pipe to be built reaches it" in reason["away"]


@pytest.mark.parametrize("cell_m", [101.0, 883.0])
def test_coarse_terrain_gives_lengths_and_people_and_no_pumps_depths_or_costs(
    houses, street, slope, plant, cell_m
):
    coarse = Grid(slope.values, slope.west, slope.north, cell_m)
    analysis = found(houses, street, coarse, plant)
    # The street is 4 km; the house at its head, and that at 3 km, join along all of it.
    assert analysis.tables["routes"]["length_m"].sum() == pytest.approx(4_000.0, rel=1e-3)
    empty = ("pipes", "manholes", "lift_stations", "compliance", "sections", "packages")
    assert all(analysis.tables[name].empty for name in empty)
    assert set(analysis.tables["routes"].columns) == {"wwtp_id", "length_m", "geometry"}
    names = {one.name for one in analysis.indicators}
    assert {"design_km", "design_people"} <= names
    assert not names & {"design_10k_cny", "lift_stations_count", "clauses_failed_count"}
    assert any("carries" in text.en for text in analysis.warnings)


def test_terrain_that_is_fine_enough_gives_a_design_and_no_bare_routes(
    houses, street, slope, plant
):
    analysis = found(houses, street, slope, plant)  # 100 m, the limit itself
    assert analysis.tables["routes"].empty
    assert len(analysis.tables["pipes"])
    assert "design_10k_cny" in {one.name for one in analysis.indicators}


def test_a_pump_draws_what_lifts_its_flow_by_its_head(houses, street, plant, at):
    # Ground that rises 4 m in 100 m to the plant: 9.81 kN/m³ x m³/s x m, of which 0.6 reach the
    # water; the flow of 1,200 people for the later stations, of the first 300 for the earlier.
    west, south = at(-1, -1)
    rising = Grid(np.tile(100.0 + np.arange(60) * 4.0, (30, 1)), west=west, north=south + 3000.0,
                  cell_m=100.0)  # fmt: skip
    stations = found(houses, street, rising, plant).tables["lift_stations"]
    assert len(stations) > 1
    assert stations["flow_l_s"].nunique() > 1
    worked = [9.81 * row.flow_l_s / 1_000 * row.head_m / 0.6 for row in stations.itertuples()]
    assert stations["pump_kw"].tolist() == pytest.approx(worked, rel=1e-3)
