"""Lines cut by zones: parts add up, borders go to one zone."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, box, get_parts
from shapely.ops import unary_union

from nngis.network.cut import cut_by_zones

CRS = "EPSG:4545"


def zones(*boxes):
    return gpd.GeoDataFrame(
        index=[f"z{n}" for n in range(len(boxes))], geometry=list(boxes), crs=CRS
    )


def lines(*shapes):
    return gpd.GeoSeries(list(shapes), index=[f"l{n}" for n in range(len(shapes))], crs=CRS)


def test_a_line_on_a_common_border_is_counted_once():
    parts = cut_by_zones(
        lines(LineString([(5, 0), (5, 8)])), zones(box(0, 0, 5, 9), box(5, 0, 9, 9))
    )
    assert parts["zone_id"].tolist() == ["z0"]
    assert parts.length.sum() == 8


def test_a_row_without_geometry_and_one_of_two_lines_are_taken_as_they_are():
    two = MultiLineString([[(1, 1), (3, 1)], [(7, 1), (8, 1)]])
    parts = cut_by_zones(lines(None, two), zones(box(0, 0, 5, 5)))
    assert parts["line_id"].tolist() == ["l1", "l1"]
    assert parts["zone_id"].tolist() == ["z0", None]
    assert parts.length.tolist() == [2, 1]


coordinate = st.integers(0, 40)
path = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=6).filter(
    lambda p: len(set(p)) > 1
)
area = st.tuples(coordinate, coordinate, st.integers(1, 20), st.integers(1, 20))


@settings(max_examples=60, deadline=None)
@given(st.lists(path, min_size=1, max_size=4), st.lists(area, min_size=1, max_size=3))
def test_the_parts_add_up_to_the_whole_line_by_line(paths, areas):
    # A line that runs twice over itself is cut as one: the union leaves none of them.
    given_ = lines(*get_parts(unary_union([LineString(p) for p in paths])))
    parts = cut_by_zones(given_, zones(*(box(x, y, x + w, y + h) for x, y, w, h in areas)))
    sums = parts.length.groupby(parts["line_id"]).sum().reindex(given_.index, fill_value=0.0)
    assert sums.to_numpy() == pytest.approx(given_.length.to_numpy(), abs=1e-6)
    assert np.isin(parts["zone_id"].dropna(), [f"z{n}" for n in range(3)]).all()
