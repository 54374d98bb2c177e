"""Cleaning of stations: each fault alone, several at once, and what must be left as it is."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from nngis import fields
from nngis.errors import LayerError
from nngis.plans.charging.station_merge import merge_doubled, merge_piles
from nngis.plans.charging.station_parameters import StationParameters
from nngis.plans.charging.stations import clean_stations

CRS = "EPSG:4545"
X, Y = 530_000.0, 2_520_000.0
DEFAULT = StationParameters()


def stations(rows, **columns):
    """Stations by id, each so many metres east and north of a corner."""
    at = [Point(X + e, Y + n) for e, n in rows.values()]
    return gpd.GeoDataFrame(columns, geometry=at, index=list(rows), crs=CRS)


def row(count, step_m=10.0):
    return {f"s{n}": (n * step_m, 0.0) for n in range(count)}


def said(found):
    return found.problems[["station_id", "station_problem", "station_action"]].values.tolist()


@pytest.mark.parametrize(
    "names",
    [
        ["南湖充电站1号桩", "南湖充电站2号桩", "南湖充电站3号桩"],
        ["南湖充电站-01号直流充电桩", "南湖充电站-02号直流充电桩", "南湖充电站 03号交流桩"],
        ["南湖充电站#1枪", "南湖充电站#2枪", "南湖充电站（3号枪）"],
        ["南湖充电站快充桩A1", "南湖充电站快充桩A2", "南湖充电站充电终端03"],
        ["南湖充电站", "南湖充电站", "南湖充电站"],
    ],
)
def test_piles_listed_one_by_one_become_one_station(names):
    table = stations(row(3), name_zh=names, power_kw=[60.0, 60.0, 7.0])
    found = merge_piles(table, DEFAULT)
    one = found.stations.iloc[0]
    assert (len(found.stations), one["piles_count"], one["power_kw"]) == (1, 3, 127)
    assert one["name_zh"] == "南湖充电站"
    assert found.problems["kept_station_id"].tolist() == ["s0", "s0"]


@pytest.mark.parametrize(
    "names",
    [
        ["南湖1号站", "南湖2号站", "南湖3号站"],
        ["南湖一期", "南湖二期", "南湖三期"],
        ["南湖站1号桩", "东葛站2号桩", "民族站3号桩"],
        [None, None, None],
        [f"南宁市青秀区民族大道万象城地下停车场充电站{n}区" for n in "ABC"],
    ],
)
def test_different_stations_side_by_side_stay_different(names):
    table = stations(row(3), name_zh=names, power_kw=[60.0, 120.0, 180.0])
    found = clean_stations(table, DEFAULT)
    assert len(found.stations) == 3
    assert found.problems.empty


def test_piles_far_apart_are_not_one_station():
    names = [f"南湖站{n}号桩" for n in range(3)]
    assert len(merge_piles(stations(row(3, 61.0), name_zh=names), DEFAULT).stations) == 3


def test_a_sum_of_which_a_part_is_missing_is_unknown():
    table = stations(
        row(2), name_zh=["站1号桩", "站2号桩"], power_kw=[60.0, np.nan], piles_count=[2, np.nan]
    )
    one = merge_piles(table, DEFAULT).stations.iloc[0]
    assert np.isnan(one["power_kw"])
    assert one["piles_count"] == 3


def test_stations_of_several_piles_under_one_name_are_not_piles():
    table = stations(row(3), name_zh=["南湖站"] * 3, piles_count=[8, 8, 8])
    assert len(merge_piles(table, DEFAULT).stations) == 3
    assert merge_doubled(table, DEFAULT).stations["piles_count"].tolist() == [8]


def test_an_entry_made_twice_is_kept_once_and_nothing_is_added_up():
    table = stations(
        {"a": (0, 0), "b": (20, 0), "c": (5_000, 0)},
        name_zh=["万象城充电站", "万象城 充电站", "万象城充电站"],
        piles_count=[np.nan, 10, 10],
        operator=["甲", "甲", "甲"],
        power_kw=[600.0, np.nan, 600.0],
        address=[None, "民族大道 136 号", None],
    )
    found = merge_doubled(table, DEFAULT)
    assert found.stations.index.tolist() == ["b", "c"]
    kept = found.stations.loc["b"]
    assert (kept["piles_count"], kept["power_kw"]) == (10, 600)
    assert kept["address"] == "民族大道 136 号"
    assert found.problems[["station_id", "kept_station_id"]].values.tolist() == [["a", "b"]]


def test_nameless_rows_of_one_operator_and_size_are_one():
    table = stations(
        row(3), name_zh=[None, "站", None], operator=["甲", "甲", "乙"], piles_count=[4, 4, 4]
    )
    assert merge_doubled(table, DEFAULT).stations.index.tolist() == ["s1", "s2"]


@pytest.mark.parametrize(
    ("power", "piles", "mended", "problem"),
    [
        (480.0, 8, 480.0, None),
        (480_000.0, 8, 480.0, "power_in_w"),
        (7_000.0, 1, 7.0, "power_in_w"),
        (8_000.0, 8, 8_000.0, None),
        (0.0, 8, np.nan, "power_zero"),
        (-5.0, 8, np.nan, "power_zero"),
        (0.48, 8, np.nan, "power_odd"),
        (9e9, 8, np.nan, "power_odd"),
        (600_000.0, np.nan, 600.0, "power_in_w"),
        (6_000.0, np.nan, 6_000.0, None),
        (np.nan, 8, np.nan, None),
    ],
)
def test_power_is_read_in_the_unit_that_suits_the_piles(power, piles, mended, problem):
    table = stations(row(1), power_kw=[power], piles_count=[piles])
    found = clean_stations(table, DEFAULT)
    np.testing.assert_equal(found.stations["power_kw"].to_numpy(), [mended])
    assert found.problems["station_problem"].tolist() == ([problem] if problem else [])


def test_a_power_that_is_too_little_in_watts_and_too_much_in_kilowatts_is_unknown():
    found = clean_stations(
        stations(row(1), power_kw=[3_000.0], piles_count=[1]),
        StationParameters(pile_power_least_kw=5.0),
    )
    assert said(found) == [["s0", "power_odd", "set_unknown"]]


def test_piles_in_watts_are_found_once_they_are_added_up():
    names = [f"站{n}号桩" for n in range(1, 4)]
    found = clean_stations(stations(row(3), name_zh=names, power_kw=[7_000.0] * 3), DEFAULT)
    assert found.stations[["piles_count", "power_kw"]].values.tolist() == [[3, 21]]


def test_no_piles_is_unknown_but_one_kind_may_have_none():
    table = stations(row(2, 500.0), piles_count=[0, 5], fast_piles_count=[0, 5])
    found = clean_stations(table, DEFAULT)
    np.testing.assert_equal(found.stations["piles_count"].to_numpy(float), [np.nan, 5])
    assert found.stations["fast_piles_count"].tolist() == [0, 5]
    assert said(found) == [["s0", "no_piles", "set_unknown"]]


def test_a_station_in_the_water_is_named_and_kept():
    lake = box(X - 10, Y - 10, X + 10, Y + 10)
    river = LineString([(X + 500, Y - 500), (X + 500, Y + 500)])
    table = stations({"lake": (0, 0), "shore": (30, 0), "stream": (515, 0), "dry": (521, 0)})
    water = gpd.GeoDataFrame(geometry=[lake, river, None], crs=CRS)
    found = clean_stations(table, DEFAULT, water=water)
    assert said(found) == [["lake", "in_water", "kept"], ["stream", "in_water", "kept"]]
    assert found.stations.index.tolist() == table.index.tolist()


def test_all_faults_at_once_are_each_named_and_every_row_is_accounted_for():
    away = stations(row(60, 200.0), name_zh=None, power_kw=60.0)
    lost = gpd.GeoDataFrame({"power_kw": [60.0]}, geometry=[None], index=["lost"], crs=CRS)
    first = away.iloc[[0]]
    twice = pd.concat([first, first]).set_axis(["t0", "t1"], axis="index")
    twice = twice.assign(name_zh="重复站", power_kw=[60_000_000.0, 60.0])
    twice = twice.set_geometry(twice.geometry.translate(100, 0))
    table = pd.concat([away, lost, twice])
    there = table.geometry.notna()
    table["datum_found"] = pd.Series("gcj02", index=table.index).where(there)
    table["moved_m"] = pd.Series(520.0, index=table.index).where(there)
    before = table.copy()
    found = clean_stations(table, DEFAULT)
    problems = found.problems.groupby("station_problem").size().to_dict()
    assert problems == {"no_place": 1, "other_datum": 62, "power_odd": 1, "doubled": 1}
    moved = found.problems[found.problems["station_problem"].eq("other_datum")]
    assert moved["reason_en"].str.contains("GCJ-02").all()
    assert moved["reason_en"].str.contains("moved by 520 m").all()
    gone = found.problems.query("station_action in ['left_out', 'merged']")["station_id"]
    assert sorted([*gone, *found.stations.index]) == sorted(table.index)
    pd.testing.assert_frame_equal(table, before)


def test_clean_stations_stay_clean():
    names = [f"站{n}号桩" for n in range(1, 4)]
    table = stations(row(3), name_zh=names, power_kw=[7_000.0] * 3)
    once = clean_stations(table, DEFAULT)
    again = clean_stations(once.stations, DEFAULT)
    assert again.problems.empty
    pd.testing.assert_frame_equal(again.stations, once.stations)


def test_no_stations_have_no_problems():
    lake = gpd.GeoDataFrame(geometry=[box(X, Y, X + 1, Y + 1)], crs=CRS)
    found = clean_stations(stations({}), DEFAULT, water=lake)
    assert found.stations.empty
    assert found.problems.empty


def test_doubled_ids_and_other_shapes_are_refused():
    table = stations(row(2)).set_axis(["a", "a"], axis="index")
    with pytest.raises(LayerError, match="occur again"):
        clean_stations(table, DEFAULT)
    area = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], index=["a"], crs=CRS)
    with pytest.raises(LayerError, match="not points"):
        clean_stations(area, DEFAULT)


def test_every_column_and_value_of_the_problems_has_a_title():
    table = stations(row(1), power_kw=[0.0])
    problems = clean_stations(table, DEFAULT).problems
    assert not [name for name in problems if name not in fields.glossary()]
    for name in ("station_problem", "station_action"):
        assert set(problems[name]) <= set(fields.get(name).values)


def test_the_real_stations_of_shenzhen_all_stay_and_62_state_no_piles():
    path = Path(__file__).parents[4] / "shared/data/bench/shenzhen_ev"
    file = path / "shenzhen_ST-EVCDP_stations.csv"
    if not file.exists():
        pytest.skip("the Shenzhen stations are not there")
    rows = pd.read_csv(file, dtype={"station_id": str}).set_index("station_id")
    rows = rows.rename(columns={"count": "piles_count", "fast": "fast_piles_count"})
    at = gpd.points_from_xy(rows["longitude"], rows["latitude"], crs=4326)
    found = clean_stations(gpd.GeoDataFrame(rows, geometry=at).to_crs("EPSG:4547"), DEFAULT)
    assert len(found.stations) == 1_706
    assert found.problems["station_problem"].value_counts().to_dict() == {"no_piles": 62}
