"""Coverage, access and gap areas: by hand, by brute force, and by what must always hold."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall
from shapely import Point

from nngis.network.graph import graph_from_arrays
from nngis.plans.charging.access import floating_catchment, piles_by_county
from nngis.plans.charging.coverage import coverage_table, rings
from nngis.plans.charging.coverage_parameters import CoverageParameters
from nngis.plans.charging.gaps import gap_areas
from nngis.plans.charging.nearest import cover_links, nearest_stations

CRS = "EPSG:4545"
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ASKED = CoverageParameters(radii_m=(300.0, 900.0, 2500.0), minutes=(3.0,), max_snap_m=50.0)


def town(seed, n=14):
    """Return a random connected street plan with demand and stations at its crossroads."""
    rng = np.random.default_rng(seed)
    x, y = 500_000 + rng.uniform(0, 3000, n), 2_500_000 + rng.uniform(0, 3000, n)
    tail = np.r_[np.arange(1, n), rng.integers(0, n, 6)]
    head = np.r_[[rng.integers(0, k) for k in range(1, n)], rng.integers(0, n, 6)]
    tail, head = tail[tail != head], head[tail != head]
    length = np.hypot(x[tail] - x[head], y[tail] - y[head]) * rng.uniform(1, 1.4, tail.size)
    graph, _ = graph_from_arrays(x, y, tail, head, length, crs=CRS, time_s=length / 8.0)
    dense = np.full((n, n), np.inf)
    np.minimum.at(dense, (tail, head), length)
    dense = np.minimum(dense, dense.T)
    away = floyd_warshall(np.where(np.isfinite(dense), dense, 0), directed=False)
    spots = gpd.GeoDataFrame(
        {
            "population": rng.uniform(1, 9, n),
            "weight": rng.uniform(1, 9, n),
            "county": rng.choice(["甲", "乙"], n),
            "ring": "x",
            "demand_kind": "given",
        },
        index=[f"d{k}" for k in range(n)],
        geometry=gpd.points_from_xy(x, y),
        crs=CRS,
    )
    return graph, spots, away


def stations_at(spots, where):
    chosen = spots.iloc[list(where)][["geometry"]]
    return chosen.set_axis([f"s{k}" for k in where])


@SLOW
@given(seed=st.integers(0, 10_000), where=st.sets(st.integers(0, 13), min_size=1, max_size=4))
def test_coverage_is_what_brute_force_finds(seed, where):
    graph, spots, away = town(seed)
    where = sorted(where)
    found = nearest_stations(spots, stations_at(spots, where), graph, ASKED)
    table = coverage_table(spots, found, ASKED).set_index(["group_kind", "group", "limit"])
    for radius in ASKED.radii_m:
        near = away[:, where].min(axis=1) <= radius + 1e-3
        w = spots["weight"].to_numpy()
        city = table.loc["city", "—", radius]
        assert city["covered_road_share"] == pytest.approx((w * near).sum() / w.sum())
        for county in set(spots["county"]):
            mine = spots["county"].eq(county).to_numpy()
            share = (w * near)[mine].sum() / w[mine].sum()
            assert table.loc["county", county, radius]["covered_road_share"] == pytest.approx(share)


@SLOW
@given(seed=st.integers(0, 10_000), where=st.sets(st.integers(0, 13), min_size=1, max_size=5))
def test_roads_never_cover_more_than_straight_lines(seed, where):
    graph, spots, _ = town(seed)
    found = nearest_stations(spots, stations_at(spots, sorted(where)), graph, ASKED)
    table = coverage_table(spots, found, ASKED)
    table = table[table["measure"].eq("radius_m")]
    assert (table["covered_road_share"] <= table["covered_straight_share"] + 1e-9).all()
    split = table["drop_detour_share"] + table["drop_off_share"]
    assert np.allclose(split, table["drop_share"])


@SLOW
@given(
    seed=st.integers(0, 10_000),
    where=st.lists(st.integers(0, 13), min_size=2, max_size=6, unique=True),
)
def test_more_stations_never_lower_coverage(seed, where):
    graph, spots, _ = town(seed)
    few, all_ = stations_at(spots, where[:-1]), stations_at(spots, where)
    tables = [
        coverage_table(spots, nearest_stations(spots, some, graph, ASKED), ASKED)
        for some in (few, all_)
    ]
    for name in ("covered_road_share", "covered_straight_share"):
        known = tables[0][name].notna()
        assert (tables[1][name][known] >= tables[0][name][known] - 1e-12).all()


def test_a_point_off_the_road_is_guessed_with_a_detour_and_counted_as_such():
    graph, spots, _ = town(1)
    far = spots.iloc[[0]].set_axis(["far"])
    far["geometry"] = [Point(510_000, 2_500_000)]
    near = far.set_axis(["s"])[["geometry"]].translate(100, 0)
    both = pd.concat([spots, far])
    found = nearest_stations(
        both, gpd.GeoDataFrame(geometry=near, crs=CRS), graph, CoverageParameters(max_snap_m=50.0)
    )
    assert found.loc["far", "off_road"]
    assert not found.loc["d0", "off_road"]
    assert found.loc["far", "straight_m"] == pytest.approx(100.0, abs=0.01)
    assert found.loc["far", "road_m"] == pytest.approx(140.0, abs=0.02)
    assert found.loc["far", "station_id"] == "s"


def test_links_are_those_within_each_points_own_radius():
    graph, spots, away = town(5)
    own = np.where(np.arange(14) % 2, 400.0, 1500.0)
    sites = stations_at(spots, range(14))
    links = cover_links(graph, spots.assign(own_radius_m=own), sites, ASKED).table
    wanted = {(f"d{i}", f"s{j}") for i, j in zip(*np.nonzero(away <= own[:, None]), strict=True)}
    assert set(zip(links["demand_id"], links["facility_id"], strict=True)) == wanted


def test_without_stations_nobody_is_covered():
    graph, spots, _ = town(2)
    none = spots.iloc[:0][["geometry"]]
    table = coverage_table(spots, nearest_stations(spots, none, graph, ASKED), ASKED)
    assert (table["covered_road_share"] == 0).all()


def test_rings_are_about_the_median_of_the_demand():
    spots = gpd.GeoDataFrame(
        {"weight": [9.0, 1.0, 1.0]},
        index=list("abc"),
        geometry=gpd.points_from_xy([500_000, 506_000, 530_000], [2_500_000] * 3),
        crs=CRS,
    )
    assert rings(spots, (5000.0, 10_000.0)).tolist() == ["0-5 km", "5-10 km", "> 10 km"]
    assert rings(spots, ()).tolist() == ["—"] * 3


@SLOW
@given(seed=st.integers(0, 10_000))
def test_floating_catchment_is_what_two_loops_find(seed):
    rng = np.random.default_rng(seed)
    near = rng.random((6, 3)) < 0.5
    i, j = np.nonzero(near)
    links = pd.DataFrame({"demand_id": [f"d{k}" for k in i], "facility_id": [f"s{k}" for k in j]})
    weight = pd.Series(rng.uniform(1, 5, 6), [f"d{k}" for k in range(6)])
    piles = pd.Series(rng.integers(1, 9, 3).astype(float), ["s0", "s1", "s2"])
    found = floating_catchment(links.assign(distance_m=1.0), weight, piles)
    for at in range(6):
        expected = sum(
            1000 * piles.iloc[s] / sum(weight.iloc[k] for k in range(6) if near[k, s])
            for s in range(3)
            if near[at, s]
        )
        assert found.iloc[at] == pytest.approx(expected)
    # Every pile that anybody reaches is given away once.
    given_away = sum(piles.iloc[s] for s in range(3) if near[:, s].any())
    assert (found * weight).sum() / 1000 == pytest.approx(given_away)


def test_piles_that_no_station_states_are_missing_not_zero():
    points = pd.DataFrame({"county": ["甲"], "population": [100.0], "nev_count": [24.0]})
    stations = pd.DataFrame({"county": ["甲", "乙"], "piles_count": [2, None]})
    table = piles_by_county(points, stations, pd.Series(["甲", "乙", "丙"]))
    assert table.loc["甲", "vehicle_per_pile"] == 12.0
    assert pd.isna(table.loc["乙", "piles_count"])
    assert table["stations_count"].tolist() == [1, 1, 0]


@SLOW
@given(seed=st.integers(0, 10_000), cell=st.sampled_from([200.0, 500.0, 1500.0]))
def test_gap_areas_hold_everybody_beyond_reach_once(seed, cell):
    _, spots, _ = town(seed)
    spots["nev_count"] = spots["weight"]
    out = pd.Series(np.random.default_rng(seed).random(14) < 0.5, spots.index)
    areas = gap_areas(spots, out, pd.Series(1.0, spots.index), cell)
    assert areas["population"].sum() == pytest.approx(spots.loc[out, "population"].sum())
    assert areas["demand_count"].sum() == out.sum()
    joined = spots[out].sjoin(areas[["geometry"]])
    assert set(joined.index) == set(spots.index[out])
    assert areas["weight"].is_monotonic_decreasing
    apart = areas.sjoin(areas, predicate="intersects")
    assert len(apart) == len(areas)  # areas that touch would be one


def test_rings_are_about_the_weighted_median_whatever_the_order_of_rows():
    spots = gpd.GeoDataFrame(
        {"weight": [1.0, 5.0, 1.0, 0.5, None]},
        index=list("abcde"),
        geometry=gpd.points_from_xy(
            [510_000, 500_000, 504_000, 505_000, 500_000],
            [2_500_000, 2_508_000, 2_502_000, 2_508_000, 2_518_000],
        ),
        crs=CRS,
    )
    # Five of 7.5 lie at b, so it is the middle; d is 5 km and e 10 km off to the metre.
    expected = ["> 10 km", "0-5 km", "5-10 km", "0-5 km", "5-10 km"]
    assert rings(spots, (5000.0, 10_000.0)).tolist() == expected
    # Where nobody weighs anything the middle is that of the points: (504, 508) km.
    nobody = spots.assign(weight=0.0)
    expected = ["5-10 km", "0-5 km", "5-10 km", "0-5 km", "> 10 km"]
    assert rings(nobody, (5000.0, 10_000.0)).tolist() == expected


def test_every_column_of_coverage_is_as_worked_out_by_hand():
    columns = ["county", "population", "weight", "off_road", "straight_m", "road_m", "time_s"]
    nan = np.nan
    rows = {
        "a": ("甲", 100.0, 10.0, False, 900.0, 1_000.0, 120.0),  # by road just within
        "b": ("甲", 50.0, 5.0, False, 800.0, 1_600.0, 300.0),  # lost to a detour; just in time
        "c": ("乙", nan, 4.0, True, 900.0, 1_260.0, nan),  # lost off the roads
        "d": ("乙", 30.0, 1.0, True, 500.0, 700.0, nan),
        "e": ("乙", 20.0, nan, False, 2_000.0, 2_500.0, 700.0),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    points = table[["county", "population", "weight"]].assign(ring="x", demand_kind="given")
    asked = CoverageParameters(radii_m=(1_000.0,), minutes=(5.0,))
    found = coverage_table(points, table[columns[3:]], asked)
    found = found.set_index(["group", "measure"]).loc[["—", "甲", "乙"]]
    worked = {
        # city, 甲, 乙
        "demand_count": (5, 2, 3),
        "population": (200, 150, 50),
        "weight": (20, 15, 5),
        "covered_straight_share": (1, 1, 1),
        "covered_road_share": (11 / 20, 10 / 15, 1 / 5),
        "drop_share": (9 / 20, 5 / 15, 4 / 5),
        "drop_detour_share": (5 / 20, 5 / 15, 0),
        "drop_off_share": (4 / 20, 0, 4 / 5),
        "off_road_share": (5 / 20, 0, 1),
        "covered_straight_people": (180, 150, 30),
        "covered_road_people": (130, 100, 30),
    }
    by_road = found.xs("radius_m", level="measure")
    for name, values in worked.items():
        assert by_road[name].tolist() == pytest.approx(values), name
    by_time = found.xs("minutes", level="measure")
    assert by_time["covered_road_share"].tolist() == pytest.approx([15 / 20, 1, 0])
    assert by_time["covered_road_people"].tolist() == [150, 150, 0]
    straight = ["covered_straight_share", "covered_straight_people", "drop_share", "drop_off_share"]
    assert by_time[straight].isna().all(axis=None)


def test_areas_of_a_gap_are_as_worked_out_by_hand():
    points = gpd.GeoDataFrame(
        {
            "county": ["甲", "乙", "乙", "甲"],
            "population": [10.0, None, 30.0, 5.0],
            "nev_count": [1.0, 2.0, None, 4.0],
            "weight": [1.0, 3.0, 2.0, 9.0],
        },
        index=list("abcd"),
        geometry=gpd.points_from_xy([500, 1_500, 9_500, 9_700], [500, 1_500, 500, 500]),
        crs=CRS,
    )
    away = pd.Series([2_100.0, 3_000.0, 5_000.0, 1.0], points.index)
    found = gap_areas(points, pd.Series([True, True, True, False], points.index), away, 1_000.0)
    # a and b touch at a corner: two squares of 1 km²; b weighs most, so it names the county.
    assert found.drop(columns="geometry").to_dict("list") == {
        "county": ["乙", "乙"], "demand_count": [2, 1], "population": [10.0, 30.0],
        "nev_count": [3.0, 0.0], "weight": [4.0, 2.0], "area_km2": [2.0, 1.0],
        "nearest_m": [3_000.0, 5_000.0],
    }  # fmt: skip
