"""Existing sewers that run on from one into the next stay as they lie, without lifts between."""

import runpy
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point

from nngis.grid import Grid
from nngis.plans.sewer.design import SewerDesign, design
from nngis.plans.sewer.design_parameters import DesignParameters

check_design = runpy.run_path(str(Path(__file__).with_name("independent.py")))["check_design"]
CRS = 4545
FALL, APART = 0.0037, 60.0  # neither fits the grid of levels


def designed(sizes_mm: list[int], step_m: float) -> SewerDesign:
    """Join two houses to a chain of existing pipes on level ground; each begins a step lower."""
    at = [Point(500_000 + APART * k, 2_520_000) for k in range(len(sizes_mm) + 2)]
    lines = [LineString(at[k : k + 2]) for k in range(len(at) - 1)]
    terrain = Grid(np.full((20, 60), 50.0), 499_900.0, 2_520_100.0, 10.0)
    top = 47.013 - np.arange(len(sizes_mm)) * (FALL * APART + step_m)
    sewers = gpd.GeoDataFrame(
        {"diameter_mm": sizes_mm, "invert_up_m": top, "invert_down_m": top - FALL * APART},
        geometry=lines[1:],
        crs=CRS,
        index=[f"E{k}" for k in range(len(sizes_mm))],
    )
    demand = gpd.GeoDataFrame(
        {"population": [40.0, 60.0]}, geometry=at[:2], crs=CRS, index=["a", "b"]
    )
    plants = gpd.GeoDataFrame(index=["p"], geometry=[at[-1]], crs=CRS)
    roads = gpd.GeoDataFrame(geometry=lines[:1], crs=CRS)
    return design(demand, roads, terrain, plants, DesignParameters(), sewers=sewers)


@pytest.mark.parametrize("sizes_mm", [[300, 300, 300], [300, 400, 500]])
@pytest.mark.parametrize("step_m", [0.0, 0.05])
def test_a_chain_of_existing_sewers_needs_no_lift(sizes_mm: list[int], step_m: float) -> None:
    made = designed(sizes_mm, step_m)
    assert made.pipes["kind"].value_counts().to_dict() == {"existing": 3, "gravity": 1}
    assert made.lift_stations.empty
    faults = check_design(made.pipes, made.manholes, made.lift_stations, made.connections)
    assert [one for one in faults if not one.code] == []


def test_a_sewer_that_begins_higher_than_the_last_one_ends_is_lifted_to() -> None:
    made = designed([300, 300], -0.5)
    assert len(made.lift_stations) == 1
    assert made.lift_stations["lift_m"].iloc[0] == pytest.approx(0.5, abs=0.05)
