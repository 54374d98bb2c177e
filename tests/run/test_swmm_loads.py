"""Other loads on a design, by the EPA engine and by hand."""

import importlib.util

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.run.swmm_loads import DAY, check_loads

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("swmm") is None, reason="swmm-toolkit is not installed"
)


def street(flow_l_s, mean_l_s, count=3, slope=0.004):
    """Some pipes DN300 one after another, each with the same flow."""
    ends = np.arange(count + 1) * 100.0
    manholes = gpd.GeoDataFrame(
        {"ground_m": 13.0},
        index=[f"M{k}" for k in range(count + 1)],
        geometry=[Point(x, 0) for x in ends],
    )
    up = 10.0 - slope * ends[:-1]
    pipes = pd.DataFrame(
        {
            "from_manhole": manholes.index[:-1],
            "to_manhole": manholes.index[1:],
            "length_m": 100.0,
            "diameter_mm": 300.0,
            "invert_up_m": up,
            "invert_down_m": up - slope * 100.0,
            "flow_l_s": flow_l_s,
            "mean_flow_l_s": mean_l_s,
            "fill_ratio": np.nan,
            "velocity_m_s": np.nan,
            "kind": "gravity",
        },
        index=pd.Index([f"P{k}" for k in range(count)], name="pipe_id"),
    )
    lines = [LineString([(x, 0), (x + 100, 0)]) for x in ends[:-1]]
    return gpd.GeoDataFrame(pipes, geometry=lines), manholes


def test_twice_the_flow_is_more_than_the_pipe_carries_and_the_night_is_too_slow():
    # DN300 at 0.004 and n = 0.013 carries 61 L/s full; 54 (1.5 x 36) go through, 72 do not.
    # At night 0.30 x 15 = 4.5 L/s run at 0.5 m/s.
    found = check_loads(*street(36.0, 15.0))
    cases = found.cases
    assert cases.loc["steady", ["full_count", "flooded_count"]].tolist() == [0, 0]
    assert cases.loc["dynamic", "surcharged_count"] == 0
    assert cases.loc["twice", "surcharged_count"] > 0
    assert cases.loc["night", "slow_count"] == 3
    assert cases.loc["steady", "slow_count"] == 0
    assert found.breaks_at == 2.0
    assert found.breaks_first == cases.loc["twice", "worst_manhole"]
    assert found.breaks_first == "M0"  # water stands highest at the head of the street
    water = found.manholes.loc["M0"]
    crown = 10.0 + 0.3
    assert 10.0 < water["level_once_m"] < crown
    assert water["surcharge_once_m"] == 0
    # full pipes of 300 m lose (72 / 61)^2 times their slope of 0.004, 0.45 m more than they fall
    lost = 300.0 * 0.004 * ((72.0 / 61.15) ** 2 - 1.0)
    assert water["surcharge_twice_m"] == pytest.approx(lost, rel=0.25)
    assert water["level_twice_m"] == pytest.approx(crown + water["surcharge_twice_m"])


def test_a_day_of_the_mean_flow_is_less_than_the_design_flow():
    found = check_loads(*street(36.0, 15.0)).cases
    assert found.loc["day", ["full_count", "surcharged_count", "flooded_count"]].tolist() == [
        0,
        0,
        0,
    ]
    # Its highest hour, 1.6 x 50 = 80 L/s, is more than the pipe carries.
    much = check_loads(*street(36.0, 50.0)).cases
    assert much.loc["day", "surcharged_count"] > 0


def test_a_wide_pipe_breaks_at_none_of_the_loads():
    found = check_loads(*street(6.0, 3.0))
    assert np.isnan(found.breaks_at)
    assert found.breaks_first == ""


def test_the_course_of_the_day_has_a_mean_of_one():
    assert len(DAY) == 24
    assert np.mean(DAY) == pytest.approx(1.0, abs=1e-9)
