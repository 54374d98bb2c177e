"""Suitability of land, by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from nngis.grid import Grid
from nngis.register.suitability import blocks, cells_inside, overlay, slope_deg

X, Y = 500_000.0, 2_500_000.0


def grid(values):
    return Grid(np.array(values, dtype=float), X, Y + 100.0 * len(values), 100.0)


def test_a36_scores_slope_and_cover_and_keeps_off_the_red_line(asked, layer):
    flat = grid(np.zeros((2, 3)))
    cover = grid([[3, 1, 5], [3, 4, 2]])
    line = layer({"r": {"geometry": box(X, Y, X + 100, Y + 100)}})  # the lower left cell
    grids = {"elevation": flat, "land_cover": cover}
    found = asked("A36", data={"grids": grids}, red_lines=line)
    # Flat land scores 1 for slope: bare 1.0, arable 0.7, grass 0.9, forest 0.6; built-up is out.
    assert found.parts[0].value == pytest.approx(4 * 0.01)
    assert found.by_county["value"].to_dict() == pytest.approx({"兴宁区": 0.04, "横州市": 0.0})
    assert found.objects["area_km2"].sum() == pytest.approx(0.04)
    assert found.assumptions


def test_a36_names_all_it_lacks(asked):
    assert asked("A36").missing == ("elevation", "land_cover", "red_lines")


def test_scores_fall_with_slope_and_steep_or_unnamed_cells_are_out():
    slope = np.array([[0.0, 5.0, 10.0, 10.1, 0.0, np.nan]])
    cover = np.array([[1.0, 1, 1, 1, 9, 1]])
    found = overlay(
        slope,
        cover,
        np.zeros(slope.shape, bool),
        steepest_deg=10.0,
        cover_scores={1: 0.8},
        slope_weight=0.25,
    )
    assert found[0, :5].tolist() == pytest.approx([0.85, 0.725, 0.6, 0.0, 0.0])
    assert np.isnan(found[0, 5])


def test_an_even_slope_is_the_same_everywhere():
    z = np.add.outer(np.zeros(4), 100.0 * np.arange(5) * np.tan(np.radians(7)))
    assert slope_deg(z, 100.0) == pytest.approx(np.full((4, 5), 7.0))


def test_cells_are_barred_by_their_middle(layer):
    zones = layer({"z": {"geometry": box(X + 40, Y + 40, X + 160, Y + 60)}})
    assert cells_inside(grid(np.zeros((2, 3))), zones.geometry).tolist() == [[0, 0, 0], [1, 1, 0]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_cells_inside_are_those_whose_middle_a_zone_covers(seed):
    rng = np.random.default_rng(seed)
    area = grid(np.zeros((8, 9)))
    middles = rng.uniform([X, Y], [X + 900, Y + 800], (3, 2))
    zones = gpd.GeoSeries(shapely.points(middles)).buffer(rng.uniform(50, 300))
    x = X + 100.0 * (np.arange(9) + 0.5)
    y = area.north - 100.0 * (np.arange(8) + 0.5)
    wanted = shapely.intersects_xy(zones.union_all(), *np.meshgrid(x, y))
    assert (cells_inside(area, zones) == wanted).all()


def test_blocks_keep_the_whole_area():
    area = Grid(np.zeros((25, 31)), X, Y, 100.0)
    ok = np.random.default_rng(2).random((25, 31)) < 0.2
    found = blocks(area, ok, "EPSG:4545")
    assert found["area_km2"].sum() == pytest.approx(ok.sum() * 0.01)
    assert found.area.max() == pytest.approx(1e6)
