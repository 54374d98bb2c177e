"""Vehicles and public sessions: by hand, and by what must always hold."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.plans.charging.demand_parameters import DemandParameters
from nngis.plans.charging.fleet import fleet, public_sessions

shares = st.floats(0, 1)


def sessions(vehicles, **more):
    return public_sessions(pd.Series([vehicles]), DemandParameters(**more)).iloc[0]


def test_vehicles_that_charge_at_home_come_less_often_as_computed_by_hand():
    # 1,000 vehicles, 300 with a pile of their own that come a tenth as often as the others, who
    # come every other day: 700 x 0.5 + 300 x 0.05 = 365.
    found = sessions(1000.0, sessions_vehicle_day=0.5, home_pile_share=0.3, home_public_share=0.1)
    assert found == pytest.approx(365.0)


@given(shares, shares, shares)
def test_more_piles_at_home_never_mean_more_public_sessions(some, more, left):
    low, high = sorted((some, more))
    many, few = (sessions(500.0, home_pile_share=h, home_public_share=left) for h in (low, high))
    assert 0 <= few <= many + 1e-9
    assert many <= 500.0 * DemandParameters().sessions_vehicle_day + 1e-9


def test_private_piles_are_the_share_of_each_years_vehicles():
    # 100 + 20 x 0.5 - 100 x 0.1 = 100 each year; a quarter have a pile.
    given_ = DemandParameters(
        plan_year=2024, nev_stock_count=100, nev_stock_year=2023, new_cars_a=20,
        nev_sales_share=0.5, nev_retired_share=0.1, home_pile_share=0.25,
    )  # fmt: skip
    assert fleet(given_)["home_piles_count"].tolist() == [25.0, 25.0]
