"""County maps: the classes are Fisher's, the target is an edge, nothing is hidden."""

import xml.etree.ElementTree as ET
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from nngis.cartography.choropleth import (
    CountyMap,
    class_edges,
    draw_choropleth,
    draw_county_maps,
    natural_breaks,
)
from nngis.cartography.style import ramp
from nngis.text import Text

SVG = "{http://www.w3.org/2000/svg}"


def scatter(values, edges):
    groups = np.split(np.sort(values), np.searchsorted(np.sort(values), edges))
    return sum(((g - g.mean()) ** 2).sum() for g in groups if len(g))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=9), st.integers(2, 4))
def test_no_other_cut_scatters_less(values, classes):
    x = np.array(values, dtype=float)
    found = natural_breaks(x, classes)
    distinct = np.unique(x)
    assert len(found) == min(classes, len(distinct)) - 1
    every = [scatter(x, cut) for cut in combinations(distinct[1:], len(found))]
    assert scatter(x, found) == pytest.approx(min(every), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 99).map(float), min_size=1, max_size=12), st.integers(0, 99))
def test_no_class_mixes_reached_and_missed(values, target):
    x = pd.Series(values)
    edges = class_edges(x, float(target))
    assert edges == sorted(edges)
    assert len(edges) < len(ramp()) + 1
    code = np.searchsorted(edges, x, side="right")
    reached = x >= target
    assert not set(code[reached]) & set(code[~reached])


@pytest.fixture
def counties():
    return gpd.GeoDataFrame(
        {"name_zh": ["甲", "乙<", "丙"], "name_en": ["A", "B<", "C"]},
        geometry=[box(i, 0, i + 1, 1) for i in range(3)],
        crs="EPSG:4545",
    )


def test_a_map_draws_every_county_and_hatches_those_without_a_value(counties):
    one = CountyMap(
        "A39", Text("秸秆 <", "Straw <"), "%", pd.Series({"甲": 80.0, "乙<": 90.0}), 86.0
    )
    for lang in ("zh", "en"):
        text = draw_choropleth(counties, one, lang)
        root = ET.fromstring(text)  # noqa: S314 - our own
        fills = [p.get("fill") for p in root.findall(f"{SVG}g/{SVG}path")]
        assert fills[:2] == [ramp()[0], ramp()[-1]]
        assert fills[2] == "url(#none-A39)"
        words = "".join(root.itertext())
        assert "< 86 %" in words
        assert "≥ 86 %" in words
        assert ("无数据" if lang == "zh" else "no value") in words
        assert text == draw_choropleth(counties, one, lang)


def test_small_multiples_hold_every_map_and_nothing_from_outside(counties):
    maps = [
        CountyMap(f"A{i}", Text("a", "b"), "t", pd.Series({"甲": 1.0, "丙": float(i)}))
        for i in range(3)
    ]
    page = draw_county_maps(counties, maps, title=Text("图", "Maps"), evidence="derived", lang="en")
    assert page.count("<svg") == 3
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert 'id="none-A0"' in page


def test_an_indicator_without_any_value_is_still_a_map(counties):
    one = CountyMap("A01", Text("a", "b"), "t", pd.Series(dtype=float))
    assert draw_choropleth(counties, one, "zh").count("url(#none-A01)") == 4
