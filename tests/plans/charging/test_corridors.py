"""Corridors: routes by road, their gaps, and what fills them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point

from nngis import fields
from nngis.errors import LayerError
from nngis.network.graph import graph_from_arrays
from nngis.plans.charging.corridor_parameters import CorridorParameters
from nngis.plans.charging.corridor_routes import routes_between
from nngis.plans.charging.corridors import check_corridors

CRS = "EPSG:4545"
X = 500_000.0  # the central meridian, where the plane is true
Y = 2_500_000.0
DEFAULT = CorridorParameters()


def points(ids_km, east_m=0.0):
    """Points so many km up the meridian, by id."""
    at = [Point(X + east_m, Y + km * 1000) for km in ids_km.values()]
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(at, crs=CRS).values, index=list(ids_km))


def meridian(*lengths_km, ids="r"):
    lines = [LineString([(X, Y), (X, Y + km * 1000)]) for km in lengths_km]
    index = [f"{ids}{n}" for n in range(len(lines))]
    return gpd.GeoDataFrame(geometry=lines, index=index, crs=CRS)


NONE = points({})


def test_gaps_count_from_end_to_end():
    found = check_corridors(meridian(100), points({"b": 60, "a": 20}), NONE, DEFAULT)
    row = found.corridors.loc["r0"]
    assert (row["sites_count"], row["corridor_km"]) == (2, 100)
    assert (row["largest_gap_km"], row["gap_from_km"], row["gap_to_km"]) == (40, 20, 60)
    assert not row["over_limit"]
    assert row["new_sites_count"] == 0
    assert found.stops["site_id"].tolist() == ["a", "b"]
    assert found.stops["gap_before_km"].tolist() == [20, 40]


def test_a_gap_of_just_the_limit_is_within_it():
    found = check_corridors(meridian(100, 100.01), points({"a": 50}), NONE, DEFAULT).corridors
    assert found["over_limit"].tolist() == [False, True]
    assert found["new_sites_count"].tolist() == [0, 1]


def test_only_sites_beside_the_route_count():
    near = points({"near": 30}, east_m=1_999.0)
    far = points({"far": 60}, east_m=2_001.0)
    found = check_corridors(meridian(90), pd.concat([near, far]), NONE, DEFAULT)
    assert found.corridors["sites_count"].tolist() == [1]
    assert found.stops["site_id"].iloc[0] == "near"


def test_a_route_without_any_site_is_one_gap_and_gets_service_areas_first():
    areas = points({"x": 48, "y": 95, "z": 20})
    found = check_corridors(meridian(140), NONE, areas, DEFAULT)
    row = found.corridors.iloc[0]
    assert (row["largest_gap_km"], row["new_sites_count"], row["gap_after_km"]) == (140, 2, 48)
    assert found.stops["site_id"].tolist() == ["x", "y"]
    assert (found.stops["corridor_site_kind"] == "candidate").all()


def test_open_road_is_built_on_only_where_there_is_no_place():
    found = check_corridors(meridian(150), points({"a": 40}), points({"x": 75}), DEFAULT)
    assert found.stops["corridor_site_kind"].tolist() == ["existing", "candidate", "open_road"]
    assert found.stops["along_km"].tolist() == [40, 75, 112.5]
    assert found.stops.geometry.iloc[2].distance(Point(X, Y + 112_500)) < 0.01
    assert found.corridors["gap_after_km"].iloc[0] == 40


def test_what_one_route_gets_serves_the_next():
    both = meridian(90, 80)
    found = check_corridors(both, NONE, points({"x": 42}), DEFAULT)
    assert found.corridors["new_sites_count"].tolist() == [1, 0]
    assert found.corridors["largest_gap_km"].tolist() == [90, 80]
    assert found.corridors["gap_after_km"].tolist() == [48, 42]
    assert found.stops["corridor_site_kind"].tolist() == ["candidate", "shared"]
    assert "shared" in found.corridors["reason_en"].iloc[1]


def test_lengths_are_those_of_the_ground():
    # At 109.5 E the plane of 108 E is some 0.03 % too long.
    east = gpd.GeoSeries.from_xy([109.5, 109.5], [22.8, 23.2], crs=4490).to_crs(CRS)
    line = LineString(east.to_list())
    row = check_corridors(
        gpd.GeoDataFrame(geometry=[line], index=["e"], crs=CRS), NONE, NONE, DEFAULT
    ).corridors.iloc[0]
    assert line.length / 1000 > row["corridor_km"] + 0.01
    assert row["corridor_km"] == pytest.approx(44.3, abs=0.05)


def test_a_pair_that_no_road_joins_is_unknown_and_named():
    graph, _ = graph_from_arrays(
        [X, X + 30_000, X, X + 9_000], [Y, Y, Y + 90_000, Y + 90_000], [0, 2], [1, 3],
        [30_000, 9_000], crs=CRS,
    )  # fmt: skip
    ends = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([X, X + 30_000, X], [Y, Y, Y + 90_000]),
        index=["a", "b", "c"],
        crs=CRS,
    )
    pairs = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["c", "b"]}, index=["a-c", "a-b"])
    routes = routes_between(graph, ends, pairs, DEFAULT)
    assert routes.geometry.isna().tolist() == [True, False]
    found = check_corridors(routes, NONE, NONE, DEFAULT).corridors
    assert pd.isna(found.loc["a-c", "over_limit"])
    assert pd.isna(found.loc["a-c", "largest_gap_km"])
    assert "No road" in found.loc["a-c", "reason_en"]
    assert found.loc["a-b", "largest_gap_km"] == pytest.approx(30, abs=0.01)
    assert found.loc["a-b", ["from_id", "to_id"]].tolist() == ["a", "b"]


def test_an_end_that_does_not_exist_is_refused_by_name():
    graph, _ = graph_from_arrays([X, X + 1], [Y, Y], [0], [1], [1.0], crs=CRS)
    pairs = pd.DataFrame({"from_id": ["a"], "to_id": ["nowhere"]})
    ends = gpd.GeoDataFrame(geometry=[Point(X, Y)], index=["a"], crs=CRS)
    with pytest.raises(LayerError, match="nowhere"):
        routes_between(graph, ends, pairs, DEFAULT)


def test_layers_that_do_not_fit_are_refused_all_at_once():
    broken = gpd.GeoDataFrame(
        geometry=[MultiLineString([[(X, Y), (X, Y + 1)], [(X, Y + 2), (X, Y + 3)]])],
        index=["m"],
        crs=CRS,
    )
    lonlat = points({"a": 1}).to_crs(4490)
    with pytest.raises(LayerError) as caught:
        check_corridors(broken, lonlat, lonlat, DEFAULT)
    assert [p.where for p in caught.value.problems] == ["routes", "sites", "candidates"]


def test_no_routes_give_empty_tables_with_all_columns():
    some = check_corridors(meridian(60), NONE, NONE, DEFAULT)
    none = check_corridors(meridian(), NONE, NONE, DEFAULT)
    assert none.corridors.empty
    assert none.stops.empty
    assert none.corridors.columns.tolist() == some.corridors.columns.tolist()
    assert none.stops.columns.tolist() == some.stops.columns.tolist()


def test_every_column_has_a_title():
    found = check_corridors(meridian(60), NONE, NONE, DEFAULT)
    names = [*found.corridors.columns, *found.stops.columns, "corridor_id", "corridor_site_id"]
    assert not [n for n in names if n != "geometry" and n not in fields.glossary()]


@settings(max_examples=20, deadline=None)
@given(
    st.floats(5, 300),
    st.lists(st.floats(0, 300), max_size=6),
    st.lists(st.floats(0, 300), max_size=6),
)
def test_filled_routes_have_no_gap_over_the_limit_and_one_site_more_never_widens_one(
    length, sites, areas
):
    sites = [km for km in sites if km <= length]
    ids = {f"s{n}": km for n, km in enumerate(sites)}
    candidates = points({f"c{n}": km for n, km in enumerate(areas) if km <= length})
    row = check_corridors(meridian(length), points(ids), candidates, DEFAULT).corridors.iloc[0]
    assert row["gap_after_km"] <= 50.001
    by_hand = np.diff([0, *sorted(sites), length]).max()
    assert row["largest_gap_km"] == pytest.approx(by_hand, abs=2e-3)
    more = points(ids | {"more": length / 2})
    again = check_corridors(meridian(length), more, candidates, DEFAULT).corridors.iloc[0]
    assert again["largest_gap_km"] <= row["largest_gap_km"]
