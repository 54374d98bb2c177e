"""Roofs drawn twice: who stays, by id and not by row, and what is covered counts once."""

import math
from itertools import permutations

import geopandas as gpd
import numpy as np
import pytest
from shapely import Polygon, box, transform

from nngis.plans.rooftop.outlines import take_outlines
from nngis.plans.rooftop.parameters import RooftopParameters

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0


def square(west, side=10.0, south=0.0):
    return box(X + west, Y + south, X + west + side, Y + south + side)


def taken(shapes, **parameters):
    roofs = gpd.GeoDataFrame(index=list(shapes), geometry=list(shapes.values()), crs=CRS)
    return take_outlines(roofs, RooftopParameters(**parameters))


def test_a_roof_that_repeats_one_that_is_dropped_names_the_one_that_stays():
    # A step of 1.05 m leaves 89.5 of 110.5 m2 in common, 0.81; of 2.1 m 79 of 121, and of 100.
    rows = {"b": square(1.05), "c": square(2.1), "a": square(0)}
    found = taken(rows, doubled_share=0.8)
    assert found.roofs.index.tolist() == ["a"]
    assert found.dropped["kept_id"].to_dict() == {"b": "a", "c": "a"}
    assert found.dropped["problem"].to_dict()["b"] == "doubled"
    for order in permutations(rows):
        turned = taken({id_: rows[id_] for id_ in order}, doubled_share=0.8)
        assert turned.dropped["kept_id"].to_dict() == {"b": "a", "c": "a"}, order


def test_exactly_the_share_is_doubled_and_below_it_the_larger_has_the_overlap():
    twins = {"a": square(0), "b": square(2.5)}  # 75 of 125 m2 in common: 0.6
    assert taken(twins, doubled_share=0.6).dropped.index.tolist() == ["b"]
    both = taken(twins, doubled_share=0.77)  # and 75 of b's own 100
    assert both.roofs["area_m2"].to_dict() == {"a": 100.0, "b": 25.0}
    larger = taken({"a": square(0), "b": square(5, side=12.0)}, doubled_share=0.8)
    # 5 m by 10 m in common: the smaller one loses them.
    assert larger.roofs["area_m2"].to_dict() == {"a": 50.0, "b": 144.0}
    assert larger.roofs["overlap_m2"].to_dict() == {"a": 50.0, "b": 0.0}


def test_a_part_of_a_larger_roof_is_within_it():
    found = taken({"a": square(4, side=2.0, south=4.0), "b": square(0)})
    assert found.roofs["area_m2"].to_dict() == {"b": 100.0}
    assert found.dropped.loc["a", ["problem", "kept_id", "area_m2"]].tolist() == ["within", "b", 4]


def test_what_several_roofs_cover_together_is_taken_off_once():
    # Two larger ones cover 4 m and 4 m of the small one's 10, 2 m of them both.
    rows = {
        "small": square(0),
        "left": box(X - 20, Y - 5, X + 4, Y + 15),
        "right": box(X + 2, Y - 5, X + 6, Y + 60),
    }
    found = taken(rows, doubled_share=0.9).roofs
    assert found.loc["small", "overlap_m2"] == pytest.approx(60.0)
    assert found.loc["small", "area_m2"] == pytest.approx(40.0)


def test_what_has_no_area_is_no_roof_and_a_crossed_outline_is_mended():
    bow = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])  # two triangles of 25 m2
    found = taken({"a": None, "b": Polygon(), "c": bow})
    assert found.dropped["problem"].to_dict() == {"a": "no_outline", "b": "no_outline"}
    assert found.roofs["area_m2"].to_dict() == {"c": 50.0}
    assert found.roofs["mended"].to_dict() == {"c": True}


def test_a_roof_whose_corners_lie_nowhere_has_no_outline():
    nowhere = {
        "inf": transform(square(20), lambda xy: xy * math.inf),
        "nan": transform(square(40), lambda xy: np.vstack([xy[:2], [[math.nan, 0.0]], xy[3:]])),
    }
    found = taken({**nowhere, "a": square(0)})
    assert found.roofs.index.tolist() == ["a"]
    assert found.dropped["problem"].to_dict() == dict.fromkeys(nowhere, "no_outline")
