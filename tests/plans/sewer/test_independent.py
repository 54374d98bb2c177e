"""The benchmark's design, checked by code that shares nothing with the designer, and by SWMM."""

import csv
import importlib.util
import math
import runpy
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely import Point

from nngis.grid import Grid
from nngis.plans.sewer.design import SewerDesign, design
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.upstream import pipes_above
from nngis.run.swmm import check_with_swmm

INDEPENDENT = Path(__file__).with_name("independent.py")
independent = runpy.run_path(str(INDEPENDENT))
check_design, part_full, peak_factor = (
    independent[name] for name in ("check_design", "part_full", "peak_factor")
)
BENCH = Path(__file__).parents[4] / "shared/data/bench"
pytestmark = pytest.mark.skipif(not BENCH.exists(), reason="the benchmark's data are not here")


@pytest.fixture(scope="module")
def terrain() -> Grid:
    with rasterio.open(BENCH / "pysewer_example/dem_10m1.tif") as source:
        cells = source.read(1, masked=True).astype(float).filled(np.nan)
        corner = source.transform
    return Grid(cells, corner.c, corner.f, corner.a)


@pytest.fixture(scope="module")
def designed(terrain: Grid) -> SewerDesign:
    demand = gpd.read_file(BENCH / "pysewer_example/buildings_projected.shp")[["geometry"]]
    demand.index = pd.Index([f"B{k}" for k in range(len(demand))], name="demand_id")
    roads = gpd.read_file(BENCH / "pysewer_example/roads_projected.shp")[["geometry"]]
    with (BENCH / "pysewer_graph/example_nodes.csv").open() as lines:
        sink = next(row for row in csv.DictReader(lines) if row["node_type"] == "wwtp")
    plants = gpd.GeoDataFrame(
        index=pd.Index(["1"], name="wwtp_id"),
        geometry=[Point(float(sink["x"]), float(sink["y"]))],
        crs=demand.crs,
    )
    return design(demand, roads, terrain, plants, DesignParameters())


def test_part_full_flow_agrees_with_the_printed_tables() -> None:
    for flow, size, slope, fill, velocity in (
        (50.0, 400, 0.004, 0.4272, 0.9762),
        (120.0, 500, 0.004, 0.5015, 1.2178),
        (200.0, 500, 1 / 180, 0.6227, 1.5558),
    ):
        found = part_full(flow, size, slope, 0.013)
        assert found == pytest.approx((fill, velocity), abs=6e-5)
    assert math.isnan(part_full(500.0, 300, 0.003, 0.013)[0])
    assert peak_factor(85.0) == pytest.approx(1.95)


def test_every_pipe_of_the_benchmark_is_as_its_tables_say_and_breaks_no_clause(
    designed: SewerDesign,
) -> None:
    faults = check_design(
        designed.pipes, designed.manholes, designed.lift_stations, designed.connections
    )
    flagged = set(designed.compliance.loc[designed.compliance["result"] != "pass", "pipe_id"])
    assert [one for one in faults if not (one.code and one.where in flagged)] == []
    assert not [one for one in faults if one.what in ("adverse slope", "shrinks")]
    assert designed.connections["manhole_id"].notna().all()
    assert len(designed.connections) == 800


FALSE = {
    "slope": ("pipes", "slope", 1.5),
    "least slope": ("pipes", "slope", 0.1),
    "fill ratio": ("pipes", "fill_ratio", 1.1),
    "velocity": ("pipes", "velocity_m_s", 0.9),
    "cover": ("pipes", "cover_up_m", 2.0),
    "length": ("pipes", "length_m", 1.05),
    "flow": ("pipes", "flow_l_s", 1.01),
    "shrinks": ("pipes", "diameter_mm", 2.0),
    "inverts": ("pipes", "invert_up_m", 1.01),
    "depth": ("manholes", "ground_m", 1.2),
    "least cover": ("pipes", "cover_up_m", 0.01),
    "mass": ("connections", "mean_flow_l_s", math.nan),
    "pump": ("lift_stations", "flow_l_s", 0.5),
    "rising main": ("lift_stations", "rising_main_m", 1.1),
    "lift": ("lift_stations", "lift_m", 0.5),
}


@pytest.mark.parametrize("what", FALSE)
def test_a_false_table_is_found_out(designed: SewerDesign, what: str) -> None:
    name, column, factor = FALSE[what]
    tables = {
        one: getattr(designed, one) for one in ("pipes", "manholes", "lift_stations", "connections")
    }
    old = tables[name]
    rows = old.index
    if name == "pipes":
        rows = old.index[old["kind"].eq("gravity")]
    elif name == "lift_stations":
        rows = old.index[old["rising_main_m"] > 0]
    changed = old.copy()
    changed.loc[rows[len(rows) // 3 :][:40], column] *= factor
    faults = check_design(*(tables | {name: changed}).values())
    assert what in {one.what for one in faults}


def test_the_ground_between_manholes_leaves_cover_too(designed: SewerDesign, terrain: Grid) -> None:
    """Sample the raster every 10 m along each gravity pipe, by the nearest cell centres."""
    worst = []
    for pipe in designed.pipes[designed.pipes["kind"].eq("gravity")].itertuples():
        length = pipe.geometry.length
        for along in np.arange(5.0, length, 10.0):
            at = pipe.geometry.interpolate(along)
            ground = bilinear(terrain, at.x, at.y)
            share = along / length
            invert = pipe.invert_up_m + share * (pipe.invert_down_m - pipe.invert_up_m)
            worst.append(ground - invert - pipe.diameter_mm / 1000.0)
    assert min(worst) > 0.6  # of 0.7 that the ends have: the raster is read between samples


def test_manholes_stand_on_the_ground(designed: SewerDesign, terrain: Grid) -> None:
    off = [
        row.ground_m - bilinear(terrain, row.geometry.x, row.geometry.y)
        for row in designed.manholes.itertuples()
    ]
    assert np.abs(off).max() < 1e-3


def bilinear(terrain: Grid, x: float, y: float) -> float:
    column = (x - terrain.west) / terrain.cell_m - 0.5
    row = (terrain.north - y) / terrain.cell_m - 0.5
    j, i = math.floor(column), math.floor(row)
    q, p = column - j, row - i
    cells = terrain.values
    top = cells[i, j] * (1 - q) + cells[i, j + 1] * q
    low = cells[i + 1, j] * (1 - q) + cells[i + 1, j + 1] * q
    return float(top * (1 - p) + low * p)


@pytest.mark.skipif(importlib.util.find_spec("swmm") is None, reason="swmm-toolkit is not here")
def test_the_epa_engine_finds_no_flood_and_the_same_depths(designed: SewerDesign) -> None:
    stations = tuple(designed.lift_stations["manhole_id"])
    check = check_with_swmm(designed.pipes, designed.manholes, stations)
    assert check.manholes["flooding_l_s"].eq(0.0).all()
    assert not check.pipes["is_full"].any()
    assert check.pipes["depth_off_share"].abs().max() < 0.02
    assert np.allclose(check.pipes["flow_l_s"], check.pipes["swmm_flow_l_s"], rtol=1e-4)


@pytest.mark.skipif(importlib.util.find_spec("swmm") is None, reason="swmm-toolkit is not here")
def test_under_dynamic_waves_a_subtree_neither_floods_nor_is_surcharged(
    designed: SewerDesign,
) -> None:
    stations = tuple(designed.lift_stations["manhole_id"])
    parts = (pipes_above(designed.pipes, one) for one in stations)
    part = max((p for p in parts if len(p) <= 100), key=len)
    check = check_with_swmm(part, designed.manholes, stations, routing="DYNWAVE")
    assert len(check.pipes) > 10
    assert check.manholes["flooding_l_s"].eq(0.0).all()
    assert check.manholes["surcharge_m"].eq(0.0).all()
