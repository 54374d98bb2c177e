"""Levels of existing sewers that cannot lie under the terrain are said and not used."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.grid import Grid
from nngis.inputs.sewer_levels import check_levels

GROUND = Grid(np.full((40, 40), 77.0), 0.0, 400.0, 10.0)


def sewers(cover: list[float]) -> gpd.GeoDataFrame:
    """Lay level ground's sewers of half a metre with a cover at their upper ends."""
    up = [77.0 - 0.5 - one for one in cover]
    return gpd.GeoDataFrame(
        {"diameter_mm": 500.0, "invert_up_m": up, "invert_down_m": [one - 0.1 for one in up]},
        geometry=[shapely.LineString([(50, 50 + at), (150, 50 + at)]) for at in range(len(cover))],
        index=[f"S{at}" for at in range(len(cover))],
        crs=4545,
    )


usual = st.lists(st.floats(0.5, 8.0), min_size=3, max_size=12)


@settings(max_examples=60, deadline=None)
@given(cover=usual)
def test_usual_sewers_keep_their_levels(cover: list[float]) -> None:
    made = sewers(cover)
    found, notes = check_levels(made, GROUND)
    assert notes == []
    assert found.equals(made)


@settings(max_examples=60, deadline=None)
@given(cover=usual, shift=st.one_of(st.floats(-200, -15), st.floats(30, 200)))
def test_another_datum_stops_all_levels_and_is_said(cover: list[float], shift: float) -> None:
    found, notes = check_levels(sewers([one + shift for one in cover]), GROUND)
    assert found[["invert_up_m", "invert_down_m"]].isna().all(axis=None)
    assert "median cover" in notes[0].en


@settings(max_examples=40, deadline=None)
@given(cover=usual, odd=st.sampled_from([-60.0, 90.0]))
def test_one_odd_sewer_loses_its_levels_alone(cover: list[float], odd: float) -> None:
    found, notes = check_levels(sewers([*cover, odd]), GROUND)
    lost = found.index[found["invert_up_m"].isna()]
    assert list(lost) == [f"S{len(cover)}"]
    assert lost[0] in notes[0].en


def test_sewers_off_the_terrain_or_without_levels_are_left_alone() -> None:
    away = sewers([2.0, 3.0, 4.0]).translate(10_000, 0)
    made = sewers([2.0, 3.0, 4.0]).set_geometry(away)
    assert check_levels(made, GROUND)[1] == []
    bare = made.drop(columns="invert_up_m")
    assert check_levels(bare, GROUND) == (bare, [])
    assert made["invert_up_m"].tolist() == pytest.approx([74.5, 73.5, 72.5])
