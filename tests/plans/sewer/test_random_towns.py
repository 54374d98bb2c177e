"""Designs of random towns, checked by code that shares nothing with the designer."""

import runpy
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.grid import Grid
from nngis.plans.sewer.design import SewerDesign, design
from nngis.plans.sewer.design_parameters import DesignParameters

check_design = runpy.run_path(str(Path(__file__).with_name("independent.py")))["check_design"]
CRS, WEST, SOUTH, CELL_M = 4545, 500_000.0, 2_520_000.0, 10.0


def town(seed: int) -> SewerDesign:
    """Draw crooked streets on waves of ground, people, plants, and at times an old sewer."""
    draw = np.random.default_rng(seed)
    side, step = int(draw.integers(4, 8)), float(draw.choice([60.0, 90.0, 130.0]))
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) * step
    corner = grid + draw.normal(0.0, 3.0, grid.shape) + (WEST, SOUTH)
    rows = [list(map(tuple, line)) for line in (*corner, *corner.swapaxes(0, 1))]
    streets = [LineString(pair) for line in rows for pair in pairwise(line)]
    terrain = waves(draw, side * step)
    count = int(draw.integers(20, 80))
    houses = (
        WEST + draw.random(count) * side * step * 0.95,
        SOUTH + draw.random(count) * side * step,
    )
    demand = gpd.GeoDataFrame(
        {"population": draw.choice([3.0, 20.0, 400.0, 3000.0], count)},
        geometry=gpd.points_from_xy(*houses),
        crs=CRS,
        index=[f"D{k}" for k in range(count)],
    )
    ends = [Point(corner[0, 0]), Point(corner[-1, -1])][: int(draw.integers(1, 3))]
    plants = gpd.GeoDataFrame(geometry=ends, crs=CRS, index=["甲", "乙"][: len(ends)])
    sewers = old_sewer(draw, rows[int(draw.integers(0, side))]) if draw.random() < 0.6 else None
    roads = gpd.GeoDataFrame(geometry=streets, crs=CRS)
    return design(demand, roads, terrain, plants, DesignParameters(), sewers=sewers)


def waves(draw: np.random.Generator, size_m: float) -> Grid:
    cells = int((size_m + 400.0) / CELL_M)
    down, across = np.mgrid[0:cells, 0:cells] * CELL_M
    high, long = draw.choice([0.5, 3.0, 10.0, 25.0]), draw.choice([100.0, 300.0, 900.0])
    phase = draw.random(2) * 6.0
    ground = 80.0 + high * np.sin(across / long + phase[0]) * np.cos(down / long + phase[1])
    ground += 0.002 * across + draw.normal(0.0, 0.05, across.shape)
    return Grid(ground, WEST - 200.0, SOUTH - 200.0 + cells * CELL_M, CELL_M)


def old_sewer(draw: np.random.Generator, street: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    lines = [LineString(pair) for pair in pairwise(street)]
    ends = 55.0 + draw.random() * 20.0 - 0.003 * np.cumsum([0.0, *(one.length for one in lines)])
    sizes = [int(draw.choice([300, 400])), *([400] * (len(lines) - 1))]
    return gpd.GeoDataFrame(
        {"diameter_mm": sizes, "invert_up_m": ends[:-1], "invert_down_m": ends[1:]},
        geometry=lines,
        crs=CRS,
        index=pd.Index([f"E{k}" for k in range(len(lines))], name="sewer_id"),
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_random_town_is_as_its_tables_say_and_every_breach_is_flagged(seed: int) -> None:
    made = town(seed)
    faults = check_design(made.pipes, made.manholes, made.lift_stations, made.connections)
    flagged = set(made.compliance.loc[made.compliance["result"] != "pass", "pipe_id"])
    assert [one for one in faults if not (one.code and one.where in flagged)] == []
    new = set(made.pipes.index[made.pipes["kind"].eq("gravity")])
    broken = {one.what for one in faults if one.where in new}
    assert not broken & {"adverse slope", "highest fill", "least diameter", "least slope"}
