"""Pairs near each other are those that there are, and too many are refused before they are made."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.spatial import KDTree

from nngis.budgets import VARIABLE
from nngis.errors import LayerError, LedgerError
from nngis.near import check_pairs, met, pairs_near

ROW = np.column_stack([np.arange(10.0), np.zeros(10)])  # each 1 m from the next


def test_pairs_of_a_row_are_neighbours():
    found = sorted(map(tuple, pairs_near(ROW, 1.0).tolist()))
    assert found == [(at, at + 1) for at in range(9)]


def test_many_at_one_place_are_refused_before_they_are_made(monkeypatch):
    place = np.zeros((200_000, 2))
    with pytest.raises(LayerError, match=r"40,000,000,000 pairs of things.*budget of 50,000,000"):
        pairs_near(place, 1.0)
    tree = KDTree(place)
    with pytest.raises(LedgerError, match=r'NNGIS_BUDGET="pairs=40000000000"'):
        check_pairs(tree, tree, 1.0, error=LedgerError)
    monkeypatch.setenv(VARIABLE, "pairs=28")  # ten with itself, nine neighbours, both ways
    check_pairs(KDTree(ROW), KDTree(ROW), 1.0)
    monkeypatch.setenv(VARIABLE, "pairs=27")
    with pytest.raises(LayerError, match="28 pairs"):
        check_pairs(KDTree(ROW), KDTree(ROW), 1.0)


def test_shapes_met_in_parts_are_those_met_at_once(monkeypatch):
    boxes = shapely.box(ROW[:, 0], 0, ROW[:, 0] + 1.5, 1)  # each meets itself and one or two more
    tree = shapely.STRtree(boxes)
    whole = [one.tolist() for one in tree.query(boxes, predicate="intersects")]
    monkeypatch.setenv(VARIABLE, "pairs=28")  # two boxes at a time
    assert [one.tolist() for one in met(tree, boxes, "intersects")] == whole
    near = [one.tolist() for one in met(tree, boxes[:1], "dwithin", 3.0)]
    assert near == [[0] * 5, [0, 1, 2, 3, 4]]
    monkeypatch.setenv(VARIABLE, "pairs=27")
    with pytest.raises(LayerError, match="more than the budget of 27"):
        met(tree, boxes, "intersects")


def test_nothing_meets_nothing():
    empty = np.empty(0, dtype=object)
    assert [one.size for one in met(shapely.STRtree(empty), empty, "intersects")] == [0, 0]
    assert len(pairs_near(np.empty((0, 2)), 1.0)) == 0
    assert gpd.GeoSeries(empty).empty
