"""Basins, by hand, and drainage by a second way."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import box

from nngis.grid import Grid
from nngis.register.basins import _catchment, basins_from, drainage, upstream_cells

X, Y = 500_000.0, 2_500_000.0


def spill_level(z):
    """Return by a priority flood how high water must rise in each cell to leave the grid."""
    n, m = z.shape
    level, seen, queue = z.copy(), np.zeros_like(z, bool), []
    for r in range(n):
        for c in range(m):
            if r in (0, n - 1) or c in (0, m - 1):
                heapq.heappush(queue, (z[r, c], r, c))
                seen[r, c] = True
    while queue:
        h, r, c = heapq.heappop(queue)
        for i in range(max(r - 1, 0), min(r + 2, n)):
            for j in range(max(c - 1, 0), min(c + 2, m)):
                if not seen[i, j]:
                    seen[i, j] = True
                    level[i, j] = max(z[i, j], h)
                    heapq.heappush(queue, (level[i, j], i, j))
    return level


@settings(max_examples=60, deadline=None)
@given(arrays(float, (5, 6), elements=st.integers(0, 9).map(float)))
def test_water_leaves_every_cell_over_its_lowest_rim(z):
    below, level, flat = drainage(z), spill_level(z).ravel(), z.ravel()
    for cell in range(z.size):
        highest, at, steps = flat[cell], cell, 0
        while below[at] >= 0:
            at = below[at]
            highest, steps = max(highest, flat[at]), steps + 1
            assert steps < z.size
        assert highest == level[cell]


def test_a_slope_drains_the_steepest_way():
    z = np.array([[9.0, 9, 9, 9], [9, 8, 5, 9], [9, 4, 3, 9], [9, 9, 0, 9]])
    below = drainage(z).reshape(4, 4)
    assert below[1, 1] == 9  # straight down 4 m beats 5 m over the diagonal
    assert below[2, 2] == 14


def test_catchments_count_every_cell_once():
    z = np.add.outer(np.abs(np.arange(7) - 3.0), np.arange(9.0))
    below = drainage(z)
    area = _catchment(below)
    assert area[below < 0].sum() == z.size
    assert area.max() <= z.size


def test_cells_belong_to_the_first_outlet_their_water_comes_by():
    below = np.array([1, 2, 3, -1, 3])
    assert upstream_cells(below, [3]).tolist() == [0, 0, 0, 0, 0]
    assert upstream_cells(below, [3, 1]).tolist() == [1, 1, 0, 0, 0]


def valley():
    # Two valleys run north to south, at columns 2 and 7, with a ridge between them.
    across = np.array([4.0, 2, 0, 2, 4, 4, 2, 0, 2, 4])
    return Grid(np.add.outer(np.arange(10, 0, -1) / 10.0, across), X, Y + 10_000, 1000.0)


def test_basins_from_elevation_are_the_two_valleys(layer, at):
    outlets = layer(
        {
            "w": {"name_zh": "武鸣河", "geometry": at(2.5, 0.5)},
            "e": {"name_zh": "八尺江", "geometry": at(7.5, 0.5)},
        }
    )
    found = basins_from(valley(), outlets, search_m=0)
    assert found.area.sum() / 1e6 == pytest.approx(100, abs=25)
    assert found.geometry["w"].covers(at(1.5, 5.5))
    assert found.geometry["e"].covers(at(8.5, 5.5))
    assert found.geometry["w"].intersection(found.geometry["e"]).area == 0


def test_a52_adds_up_loads_in_the_named_basins(asked, at, layer):
    basins = layer(
        {
            "w": {"name_zh": "武鸣河流域", "geometry": box(X, Y, X + 5000, Y + 10_000)},
            "q": {"name_zh": "清水河流域", "geometry": box(X + 5000, Y, X + 9000, Y + 10_000)},
            "b": {"name_zh": "八尺江流域", "geometry": box(X + 9000, Y, X + 20_000, Y + 10_000)},
            "z": {"name_zh": "别的河流域", "geometry": box(X, Y - 9000, X + 5000, Y - 1)},
        }
    )
    outfalls = layer(
        {
            "a": {"cod_t_a": 5.0, "geometry": at(1, 1)},
            "b": {"cod_t_a": 7.0, "geometry": at(10, 1)},
            "c": {"cod_t_a": 100.0, "geometry": at(1, -3)},
        }
    )
    farms = layer({"f": {"cod_t_a": 2.0, "geometry": at(2, 2)}})
    plants = layer({"p": {"geometry": at(6, 6)}})
    found = asked("A52", basins=basins, outfalls=outfalls, farms=farms, treatment_plants=plants)
    assert found.objects["load_t_a"].to_dict() == {"w": 7.0, "q": 0.0, "b": 7.0}
    assert found.objects["treatment_plants_count"].to_dict() == {"w": 0, "q": 1, "b": 0}
    assert (found.status, found.parts[0].value) == ("done", 14.0)
    two = asked("A52", basins=basins.drop(index="q"), outfalls=outfalls)
    assert (two.status, two.missing[0]) == ("unknown", "basins.清水河")


def test_a52_delineates_basins_from_elevation_where_none_are_given(asked, at, layer):
    mouths = layer(
        {
            "w": {"name_zh": "武鸣河", "geometry": at(2.5, 0.5)},
            "q": {"name_zh": "清水河", "geometry": at(7.5, 0.5)},
            "b": {"name_zh": "八尺江", "geometry": at(7.5, 5.5)},
        }
    )
    outfalls = layer(
        {
            "a": {"cod_t_a": 5.0, "geometry": at(1.5, 3.5)},
            "b": {"cod_t_a": 7.0, "geometry": at(7.5, 8.5)},
        }
    )
    given = {"basin_outlets": mouths, "outfalls": outfalls}
    found = asked("A52", data={"grids": {"elevation": valley()}}, **given)
    assert found.objects["load_t_a"].to_dict() == {"w": 5.0, "q": 0.0, "b": 7.0}
