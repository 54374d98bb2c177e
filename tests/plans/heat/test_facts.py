"""Facts that the rules read: a limit is kept by exactly its value, and unknown stays unknown."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from nngis.plans.heat.facts import NEAREST_PARK_M, nearest_park, within_limits
from nngis.plans.heat.parameters import HeatParameters

LIMITS = HeatParameters(ultra_low_pm_mg_m3=10.0, ultra_low_so2_mg_m3=35.0, ultra_low_nox_mg_m3=50.0)
NAN = float("nan")


@pytest.mark.parametrize(
    ("pm", "so2", "nox", "kept"),
    [
        (10, 35, 50, True),
        (10.1, 35, 50, False),
        (10, 35.1, 50, False),
        (10, 35, 50.1, False),
        (NAN, 35, 50, None),
        (10, NAN, 50, None),
        (10, 35, NAN, None),
        (NAN, 35.1, NAN, False),  # one above its limit decides, whatever the others are
        (NAN, NAN, 50.1, False),
        (10.1, NAN, NAN, False),
    ],
)
def test_three_concentrations_are_within_their_limits_or_one_is_not(
    pm: float, so2: float, nox: float, kept: bool | None
) -> None:
    frame = pd.DataFrame({"pm_mg_m3": [pm], "so2_mg_m3": [so2], "nox_mg_m3": [nox]})
    (found,) = within_limits(frame, LIMITS)
    assert (None if pd.isna(found) else bool(found)) is kept


def test_a_column_that_nobody_gave_is_unknown() -> None:
    frame = pd.DataFrame({"pm_mg_m3": [10.0, 11.0], "so2_mg_m3": [35.0, 35.0]})
    first, second = within_limits(frame, LIMITS)
    assert pd.isna(first)
    assert not second


def test_the_nearest_park_is_named_once_and_none_beyond_its_reach() -> None:
    parks = gpd.GeoDataFrame(
        index=["west", "east"], geometry=[box(0, 0, 100, 100), box(300, 0, 400, 100)], crs=4545
    )
    points = gpd.GeoDataFrame(
        index=["in", "between", "far", "nowhere"],
        geometry=[Point(50, 50), Point(200, 50), Point(401 + NEAREST_PARK_M, 50), None],
        crs=4545,
    )
    ids, metres = nearest_park(points, parks)
    assert ids["in"] == "west"
    assert metres[["in", "between"]].tolist() == [0.0, 100.0]
    assert ids["between"] in ("west", "east")  # as far from both, and one of them
    assert ids[["far", "nowhere"]].isna().all()
    assert metres[["far", "nowhere"]].isna().all()
    none, away = nearest_park(points, parks.iloc[:0])
    assert none.isna().all()
    assert away.isna().all()
