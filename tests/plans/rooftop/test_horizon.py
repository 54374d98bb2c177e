"""Shade of higher neighbours: by hand, and hour by hour."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from nngis.catalog.load import shipped_layers
from nngis.plans.rooftop.horizon import (
    SECTORS,
    Sky,
    heights_of,
    horizons,
    shaded_share,
    sky_table,
)
from nngis.plans.rooftop.weather import make_weather
from nngis.plans.rooftop.yield_parameters import YieldParameters
from nngis.plans.rooftop.yields import light_on, orientations

PARAMETERS = YieldParameters()
NORTH, EAST, SOUTH, WEST = 0, 4, 8, 12


@pytest.fixture(scope="module")
def climate():
    table = pd.read_csv(shipped_layers() / "solar_climate.csv", index_col="cell_id")
    return table.loc[["22.875N108.375E", "22.625N109.125E"]]


@pytest.fixture(scope="module")
def sky(climate):
    return sky_table(climate, PARAMETERS)


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs="EPSG:4545")


ROOF = box(-2, -2, 2, 2)


@pytest.mark.parametrize(
    ("wall", "sector"),
    [
        (box(10, -0.5, 11, 0.5), EAST),
        (box(-11, -0.5, -10, 0.5), WEST),
        (box(-0.5, 10, 0.5, 11), NORTH),
        (box(-0.5, -11, 0.5, -10), SOUTH),
    ],
)
def test_a_tower_stands_in_its_own_sector_at_the_angle_of_height_over_distance(wall, sector):
    found = horizons(series(ROOF, wall), np.array([6.0, 16.0]), 30.0)
    expected = np.zeros(SECTORS)
    expected[sector] = np.degrees(np.arctan2(10.0, 10.0))
    np.testing.assert_allclose(found[0], expected, atol=0.1)  # its wall is seen every 2 m
    assert not found[1].any()  # the higher one sees no horizon


def test_a_long_wall_stands_in_every_sector_that_it_spans():
    found = horizons(series(ROOF, box(10, -200, 11, 200)), np.array([0.1, 10.1]), 30.0)[0]
    azimuth = np.arange(SECTORS) * 22.5
    east = (azimuth > 0) & (azimuth < 180)
    assert (found[east] > 0).all()
    assert found[WEST] == 0
    assert found[EAST] == found.max() == pytest.approx(45.0, abs=0.1)
    # The sector about 45° begins to the north of 56.25°; the wall is seen there at (10, 8) first.
    assert found[2] == pytest.approx(np.degrees(np.arctan2(10.0, np.hypot(10.0, 8.0))), abs=1e-9)


def test_lower_far_and_unmeasured_neighbours_hide_nothing():
    tower = box(10, -1, 12, 1)
    for heights, reach in (([9.0, 9.0], 30), ([9.0, 5.0], 30), ([9.0, 99.0], 5),
                           ([9.0, np.nan], 30), ([np.nan, 99.0], 30)):  # fmt: skip
        assert not horizons(series(ROOF, tower), np.array(heights), reach)[0].any()


def test_heights_are_those_stated_then_storeys_and_nothing_else():
    roofs = pd.DataFrame({"height_m": [7.0, None, None, 0.0], "storeys_count": [9, 2, None, None]})
    np.testing.assert_array_equal(heights_of(roofs, 3.0), [7.0, 6.0, np.nan, np.nan])
    assert np.isnan(heights_of(pd.DataFrame(index=["a"]), 3.0)).all()


def test_no_horizon_loses_nothing_and_a_whole_one_everything(sky, climate):
    keys = pd.MultiIndex.from_product([climate.index, ["flat-180", "tile-any"]])
    np.testing.assert_array_equal(shaded_share(np.zeros((4, SECTORS)), sky, keys), 0.0)
    whole = shaded_share(np.full((4, SECTORS), 90.0), sky, keys)
    np.testing.assert_allclose(whole, 1.0, atol=1e-9)


@pytest.mark.parametrize("name", ["flat-180", "tile-045"])
def test_the_table_gives_what_the_hours_give(sky, climate, name):
    weather = make_weather(climate, PARAMETERS)
    facing = next(one for one in orientations(PARAMETERS) if one.name == name)
    beam, _, diffuse = light_on(weather, facing, PARAMETERS)
    horizon = np.arange(SECTORS) * 3.0  # whole degrees, which the table holds exactly
    sector = np.round(weather.sun.azimuth_deg / 22.5).astype(int) % SECTORS
    lost = (90.0 - weather.sun.apparent_zenith_deg) < horizon[sector]
    hidden = 1.0 - (np.cos(np.radians(horizon)) ** 2).mean()
    expected = ((beam * lost).sum(axis=0) + diffuse.sum(axis=0) * hidden) / (beam + diffuse).sum(
        axis=0
    )
    keys = pd.MultiIndex.from_product([climate.index, [name]])
    found = shaded_share(np.tile(horizon, (2, 1)), sky, keys)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_north_of_the_tropic_a_wall_to_the_south_costs_more_than_one_to_the_north(sky, climate):
    keys = pd.MultiIndex.from_product([climate.index[:1], ["flat-180"]])

    def lost(sector):
        horizon = np.zeros((1, SECTORS))
        horizon[0, sector] = 70.0  # at noon the sun stands at 44° or more
        return shaded_share(horizon, sky, keys)[0]

    assert lost(SOUTH) > lost(NORTH) > 0


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(0, 89), min_size=SECTORS, max_size=SECTORS),
    st.integers(0, SECTORS - 1),
    st.floats(0, 30),
)
def test_a_higher_neighbour_never_brings_light(sky, climate, angles, sector, more):
    keys = pd.MultiIndex.from_product([climate.index[:1], ["metal-any"]])
    low = np.array([angles])
    high = low.copy()
    high[0, sector] += more
    pair = [shaded_share(one, sky, keys)[0] for one in (low, high)]
    assert 0 <= pair[0] <= pair[1] + 1e-12 <= 1 + 2e-12


def test_no_roof_loses_more_than_all_its_light():
    sky = Sky(
        pd.MultiIndex.from_product([["c"], ["flat-180"]]),
        np.tile(np.r_[0.0, np.full(90, 1 / 16)], (1, SECTORS, 1)),
        np.array([0.25]),
    )
    keys = pd.MultiIndex.from_tuples([("c", "flat-180")] * 2)
    walled = np.array([np.full(SECTORS, 90.0), np.zeros(SECTORS)])
    assert shaded_share(walled, sky, keys).tolist() == [1.0, 0.0]
