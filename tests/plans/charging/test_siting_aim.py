"""The aim of siting: stations shared out by vehicles, by hand and by what must always hold."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.network.geodesic_links import geodesic_links
from nngis.plans.charging.siting import choose, make_question
from nngis.plans.charging.siting_aim import apportion
from nngis.plans.charging.siting_parameters import SitingParameters
from nngis.solvers.site import site_links

CRS = "EPSG:4545"
NAMES = list("abcd")
numbers = st.lists(st.integers(0, 60), min_size=4, max_size=4)


def by_name(values):
    return pd.Series(values, NAMES[: len(values)])


def test_seats_by_webster_are_those_of_the_quotients_by_hand():
    # Quotients of 53,000, 24,000 and 23,000 by 1, 3, 5: 53,000 24,000 23,000 17,667 10,600 8,000
    # 7,667: seven seats are 3, 2, 2.
    weight = by_name([53_000.0, 24_000.0, 23_000.0])
    none, much = weight * 0, weight
    assert apportion(weight, 7, have=none, least=none, most=much).tolist() == [3, 2, 2]
    # a has two already: its next quotients are 53,000 / 5 and / 7. Five more: 24,000 23,000 10,600
    # 8,000 7,667.
    have = by_name([2, 0, 0])
    assert apportion(weight, 5, have=have, least=none, most=much).tolist() == [1, 2, 2]
    # c has room for one: the seventh goes to a (53,000 / 7 = 7,571).
    room = by_name([9, 9, 1])
    assert apportion(weight, 7, have=none, least=none, most=room).tolist() == [4, 2, 1]


@given(
    st.lists(st.floats(0, 1e5), min_size=4, max_size=4), st.integers(0, 80), numbers, numbers,
    numbers,
)  # fmt: skip
def test_what_is_shared_out_adds_up_and_keeps_its_bounds(weight, count, have, least, extra):
    weight, have, least = by_name(weight), by_name(have), by_name(least)
    most = least + by_name(extra)
    got = apportion(weight, count, have=have, least=least, most=most)
    assert (got >= least).all()
    assert (got <= most).all()
    assert got.sum() <= max(count, least.sum())
    if got.sum() < count:  # then nobody with vehicles has room
        assert (got == most)[weight > 0].all()


@given(st.lists(st.floats(1, 1e5), min_size=4, max_size=4), st.integers(0, 60))
def test_one_station_more_takes_none_away(weight, count):
    weight = by_name(weight)
    none, much = weight * 0, weight * 0 + 100
    few, more = (apportion(weight, n, have=none, least=none, most=much) for n in (count, count + 1))
    assert (more >= few).all()
    # And a county of more vehicles never gets fewer.
    assert all(more[a] >= more[b] for a in NAMES for b in NAMES if weight[a] > weight[b])


def city(aim, count):
    """A full district (900 vehicles in 9 points) and a far county of three villages (30 each)."""
    spots = [(x * 300.0, y * 300.0) for x in range(3) for y in range(3)]
    far = [(50_000.0, 0.0), (60_000.0, 0.0), (70_000.0, 0.0)]
    xy = np.array([*spots, *far])
    shape = gpd.points_from_xy(500_000 + xy[:, 0], 2_500_000 + xy[:, 1])
    county = ["district"] * 9 + ["county"] * 3
    points = gpd.GeoDataFrame(
        {"county": county, "weight": [100.0] * 9 + [30.0] * 3},
        index=[f"d{k}" for k in range(12)], geometry=shape, crs=CRS,
    )  # fmt: skip
    sites = gpd.GeoDataFrame(
        {"county": county, "role": "candidate", "excluded": None, "cost_10k_cny": 1.0,
         "grid_capacity_kw": np.nan, "substation_id": None},
        index=[f"s{k:02d}" for k in range(12)], geometry=shape, crs=CRS,
    )  # fmt: skip
    parameters = SitingParameters(separation_m=0.0, siting_aim=aim, gap_allowed=0.0)
    links = geodesic_links(points, sites, 2_000.0)
    reach = site_links(links, points.index, sites.index)
    question = make_question(reach, points, sites, None, parameters, count=count)
    found = choose(question, gap=0.0, time_limit_s=10.0)
    return sites.loc[list(found.selected), "county"].value_counts(), found


def test_coverage_sends_stations_to_villages_and_vehicles_keep_them_in_the_district():
    # One station covers the whole district, so coverage gives it one of four and each village one:
    # three stations for 90 vehicles, one for 900. By vehicles it is 900 : 90, so 900/1, 900/3,
    # 900/5, 900/7 = 129 before 90.
    coverage, all_covered = city("coverage", 4)
    assert coverage.to_dict() == {"county": 3, "district": 1}
    assert all_covered.covered == pytest.approx(990.0)
    vehicles, found = city("vehicles", 4)
    assert vehicles.to_dict() == {"district": 4}
    assert found.covered == pytest.approx(900.0)
    assert found.bound >= 900.0


@settings(max_examples=11, deadline=None)
@given(st.integers(1, 11))
def test_the_count_that_is_asked_for_is_built_and_shared_out_by_vehicles(count):
    got, _ = city("vehicles", count)
    assert got.sum() == count
    share = apportion(
        pd.Series({"county": 90.0, "district": 900.0}), count,
        have=pd.Series({"county": 0, "district": 0}), least=pd.Series({"county": 0, "district": 0}),
        most=pd.Series({"county": 3, "district": 9}),
    )  # fmt: skip
    assert got.reindex(share.index, fill_value=0).tolist() == share.tolist()
