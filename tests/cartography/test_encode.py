import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from nngis.cartography.encode import encode_column, encode_shapes, take_apart, to_json


def series(*texts):
    return gpd.GeoSeries.from_wkt(list(texts), crs=4326)


def decode(data, shape):
    """Read back what the page reads: the vertices of each part, by feature."""
    lonlat = np.cumsum(np.array(data["xy"]).reshape(-1, 2), axis=0) / data["scale"]
    length = data.get("len", [1] * len(lonlat))
    owner = data.get("own", range(len(length)))
    ends = np.cumsum(length)
    parts = {}
    for feature, size, end in zip(owner, length, ends, strict=True):
        parts.setdefault(feature, []).append(lonlat[end - size : end].tolist())
    assert sorted(parts) == list(range(data["n"]))
    return parts


def read(column, count):
    if isinstance(column, list):
        return column
    return [None if code < 0 else column["d"][code] for code in column["c"]][:count]


def test_points_lines_and_rings_come_back():
    line = take_apart(series("LINESTRING (108 22, 108.1 22.1, 108 22)"), "line")
    assert decode(encode_shapes(line, "line"), "line") == {
        0: [[[108, 22], [108.1, 22.1], [108, 22]]],
    }
    hole = series("POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1))")
    assert decode(encode_shapes(take_apart(hole, "polygon"), "polygon"), "polygon") == {
        0: [[[0, 0], [4, 0], [4, 4]], [[2, 1], [3, 1], [3, 2]]],
    }


def test_parts_of_many_kinds_stay_with_their_feature():
    taken = take_apart(
        series(
            "MULTIPOINT ((1 1), (2 2))",
            "POINT (3 3)",
            "GEOMETRYCOLLECTION (POINT (4 4), MULTIPOINT ((5 5), (6 6)), LINESTRING (0 0, 1 1))",
        ),
        "point",
    )
    assert decode(encode_shapes(taken, "point"), "point") == {
        0: [[[1, 1]], [[2, 2]]],
        1: [[[3, 3]]],
        2: [[[4, 4]], [[5, 5]], [[6, 6]]],
    }


@pytest.mark.parametrize("shape", ["point", "line", "polygon"])
def test_nothing_to_draw_is_left_out(shape):
    other = "LINESTRING (0 0, 1 1)" if shape == "point" else "POINT (1 1)"
    geometry = series(None, "POINT EMPTY", "POLYGON EMPTY", other)
    taken = take_apart(geometry, shape)
    assert taken.rows.size == 0
    assert encode_shapes(taken, shape)["n"] == 0
    assert take_apart(gpd.GeoSeries([], crs=4326), shape).rows.size == 0


def test_coordinates_that_are_not_finite_are_left_out():
    geometry = gpd.GeoSeries(
        [
            shapely.Point(math.inf, math.inf),
            shapely.Point(1, 2),
            shapely.LineString([(0, 0), (math.inf, 1)]),
        ],
    )
    assert take_apart(geometry, "point").rows.tolist() == [1]
    assert take_apart(geometry, "line").rows.tolist() == []


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.tuples(st.floats(-180, 180), st.floats(-85, 85)),
        ),
        max_size=20,
    ),
)
def test_a_point_moves_by_less_than_a_hand(places):
    geometry = gpd.GeoSeries([None if one is None else shapely.Point(one) for one in places])
    taken = take_apart(geometry, "point")
    assert taken.rows.tolist() == [at for at, one in enumerate(places) if one is not None]
    back = decode(encode_shapes(taken, "point"), "point")
    for feature, row in enumerate(taken.rows):
        assert np.allclose(back[feature][0][0], places[row], rtol=0, atol=0.51e-6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([1.0, None, 2.5]), [1, None, 2.5]),
        (pd.Series([0.1 + 0.2, 1234567.89, -0.000123456789]), [0.3, 1234568, -0.000123457]),
        (pd.Series([math.inf, -math.inf, math.nan]), [None, None, None]),
        (pd.Series([1, 2, None], dtype="Int64"), [1, 2, None]),
        (pd.Series([2**60, 1]), [float(2**60), 1.0]),
        (pd.Series([True, False]), [True, False]),
        (pd.Series([True, None], dtype="boolean"), [True, None]),
        (pd.Series([True, None], dtype=object), [True, None]),
        (pd.Series(["a", None, math.nan, "b"], dtype=object), ["a", None, None, "b"]),
        (pd.Series(["a", None], dtype="category"), ["a", None]),
        (pd.Series(pd.to_datetime(["2025-12-31", None])), ["2025-12-31", None]),
        (pd.Series(["x", 3, None], dtype=object), ["x", "3", None]),
        (pd.Series([3, None, 4], dtype=object), [3, None, 4]),
        (pd.Series([], dtype=object), []),
        (pd.Series([], dtype=float), []),
    ],
)
def test_a_column_keeps_its_values_and_its_gaps(values, expected):
    before = values.copy()
    found = read(encode_column(values), len(values))
    assert found == expected
    assert [type(one) is bool for one in found] == [type(one) is bool for one in expected]
    pd.testing.assert_series_equal(values, before)
    json.dumps(found, allow_nan=False)


def test_zero_is_not_missing():
    assert encode_column(pd.Series([0.0, None, 0.0])) == [0, None, 0]


@given(st.lists(st.one_of(st.none(), st.sampled_from(["煤", "气", "", "油"])), max_size=30))
def test_text_that_repeats_itself_comes_back(texts):
    column = encode_column(pd.Series(texts, dtype="string"))
    assert read(column, len(texts)) == texts


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_any_text_stands_in_a_script_element(text):
    written = to_json({"name": text})
    assert json.loads(written) == {"name": text}
    assert "<" not in written
    written.encode("utf-8")


def test_a_number_that_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        to_json([math.nan])
