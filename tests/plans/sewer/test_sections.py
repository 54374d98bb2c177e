"""Routes of long sections: every pipe once, the farthest way first, in order down the sewer."""

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from nngis.grid import Grid
from nngis.plans.sewer.sections import ground_along, long_sections


def forest(parents: list[int], lengths: list[int]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Build a forest: manhole k flows to parents[k] < k, or ends there where it is negative."""
    ids = [f"M{k}" for k in range(len(parents))]
    at = [Point(10.0 * k, 0.0) for k in range(len(ids))]
    manholes = gpd.GeoDataFrame({"ground_m": np.arange(len(ids)) + 5.0}, index=ids, geometry=at)
    rows = [(k, p) for k, p in enumerate(parents) if p >= 0]
    pipes = pd.DataFrame(
        {
            "from_manhole": [ids[k] for k, _ in rows],
            "to_manhole": [ids[p] for _, p in rows],
            "length_m": [float(lengths[k]) for k, _ in rows],
            "diameter_mm": 300,
            "slope": 0.003,
            "invert_up_m": [float(k) for k, _ in rows],
            "invert_down_m": [float(k) - 0.5 for k, _ in rows],
            "kind": "gravity",
            "governing": "min_slope",
        },
        index=pd.Index([f"P{k}" for k, _ in rows], name="pipe_id", dtype=object),
    )
    lines = [LineString([at[k], at[p]]) for k, p in rows]
    return gpd.GeoDataFrame(pipes, geometry=lines), manholes


@st.composite
def forests(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    count = draw(st.integers(2, 14))
    parents = [-1, *(draw(st.integers(-1, k - 1)) for k in range(1, count))]
    return forest(parents, [draw(st.integers(1, 9)) for _ in range(count)])


@given(forests())
def test_every_pipe_lies_on_one_route_and_follows_the_one_before(
    case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    pipes, manholes = case
    table = long_sections(pipes, manholes, most=99)
    assert sorted(table["pipe_id"].dropna()) == sorted(pipes.index)
    for _, rows in table.groupby("route_id"):
        own = pipes.loc[rows["pipe_id"].dropna()]
        assert own["from_manhole"].tolist() == rows["manhole_id"].tolist()[:-1]
        assert own["to_manhole"].tolist() == rows["manhole_id"].tolist()[1:]
        assert np.allclose(rows["chainage_m"], [0.0, *own["length_m"].cumsum()])
        assert rows["invert_in_m"].tolist()[1:] == own["invert_down_m"].tolist()
        assert rows["invert_out_m"].tolist()[:-1] == own["invert_up_m"].tolist()
        lowest = rows[["invert_in_m", "invert_out_m"]].min(axis=1)
        assert np.allclose(rows["depth_m"], rows["ground_m"] - lowest)


@given(forests())
def test_the_first_route_is_the_longest_way_to_an_end(
    case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    pipes, manholes = case
    table = long_sections(pipes, manholes)
    down = pipes.set_index("from_manhole")
    longest = 0.0
    for start in pipes["from_manhole"]:
        way, at = 0.0, start
        while at in down.index:
            way, at = way + down["length_m"][at], down["to_manhole"][at]
        longest = max(longest, way)
    lengths = table.groupby("route_id")["chainage_m"].max()
    assert np.isclose(lengths.get("W01", 0.0), longest)
    assert lengths.is_monotonic_decreasing


def test_branches_end_where_they_join_and_are_named_there() -> None:
    table = long_sections(*forest([-1, 0, 1, 1, 1], [0, 50, 60, 40, 30]))
    assert table.groupby("route_id")["manhole_id"].agg("".join).to_dict() == {
        "W01": "M2M1M0",
        "W02": "M3M1",
        "W03": "M4M1",
    }
    assert table.loc["W01/001", "joined_by"] == "W02、W03"
    assert table["joined_by"].ne("").sum() == 1


def test_lift_stations_are_marked() -> None:
    table = long_sections(*forest([-1, 0, 1], [0, 50, 60]), ["M1"])
    assert table["lifted"].tolist() == [False, True, False]


def test_only_the_longest_routes_are_kept() -> None:
    table = long_sections(*forest([-1, 0, 1, 1, 1], [0, 50, 60, 40, 30]), most=2)
    assert set(table["route_id"]) == {"W01", "W02"}


def test_no_pipes_make_no_sections() -> None:
    pipes, manholes = forest([-1, 0], [0, 5])
    assert long_sections(pipes.iloc[:0], manholes).empty


def test_the_ground_is_sampled_along_each_route() -> None:
    pipes, manholes = forest([-1, 0, 1], [0, 10, 20])  # the second is drawn 10 m, stated 20 m
    terrain = Grid(np.array([[0.0, 10.0, 20.0, 30.0]]), west=-5.0, north=5.0, cell_m=10.0)
    table = long_sections(pipes, manholes)
    ground = ground_along(table, pipes, terrain, step_m=5.0)
    assert ground["route_id"].eq("W01").all()
    assert ground["chainage_m"].tolist() == [0.0, 10.0, 20.0, 20.0, 25.0, 30.0]
    assert ground["ground_m"].tolist() == [20.0, 15.0, 10.0, 10.0, 5.0, 0.0]
