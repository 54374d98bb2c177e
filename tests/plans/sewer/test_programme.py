"""The programme of the additions: by hand, never worse than the order, nothing broken."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.priority import put_in_order
from nngis.plans.sewer.programme import plan_years

FREE = pd.Series(dtype=float)


def planned(pipes, people, spare, parameters):
    order = put_in_order(pipes, people, spare, parameters)
    return order, plan_years(pipes, people, spare, order, parameters)


def test_what_a_plant_can_take_goes_where_it_serves_most(forest, joined):
    # 22 m3/d are left, 0.216 a head: P0 (60 people, 300 m) comes first by the kilometre and
    # leaves no room for P1 (100 people, 1 km), which serves more.
    pipes, spare = forest([-1, -1], [300, 1000]), pd.Series({"w": 22.0})
    parameters = SewerParameters(build_km_per_year=1.0, build_from_year=2026, build_years=2)
    order, found = planned(pipes, joined([60, 100]), spare, parameters)
    assert order.pipes["decision"].to_dict() == {"P0": "build", "P1": "defer"}
    assert found.lots["order_year"].fillna(0).to_dict() == {"L-P0": 2026, "L-P1": 0}
    years = found.lots["programme_year"]
    assert years["L-P1"] == 2026
    assert pd.isna(years["L-P0"])
    assert found.figures["order_people_years"] == 120.0
    assert found.figures["programme_people_years"] == 200.0
    assert 200.0 <= found.figures["bound_people_years"] <= 200.3


def test_a_budget_that_a_long_street_would_eat_goes_to_two_short_ones(forest, joined):
    # By the kilometre the long street comes first (1.2 km, 130 people); it leaves 0.8 km in which
    # one of the others fits, but the two others gain 200 in two years of 1 km.
    pipes = forest([-1, -1, -1], [1200, 1000, 1000])
    parameters = SewerParameters(build_km_per_year=1.0, build_from_year=2026, build_years=2)
    order, found = planned(pipes, joined([130, 100, 100]), FREE, parameters)
    assert order.pipes["build_year"].fillna(0).to_dict() == {"P0": 2027, "P1": 0, "P2": 0}
    assert found.figures["order_people_years"] == 130.0
    assert found.figures["programme_people_years"] == 300.0
    assert sorted(found.lots["programme_year"].dropna()) == [2026, 2027]


def test_what_exists_takes_room_and_costs_nothing(forest, joined):
    pipes = forest([-1, 0, 1], [5000, 1000, 1000], kind=["gravity", "existing", "gravity"])
    parameters = SewerParameters(build_km_per_year=7.0, build_years=1)
    people = joined([10, 50, 10])
    room = pd.Series({"w": 0.216 * 70.0})
    found = planned(pipes, people, room, parameters)[1]
    assert found.lots["people"].sum() == 20.0
    assert found.figures["programme_people_years"] == 20.0
    tight = planned(pipes, people, room - 0.216 * 10, parameters)[1]
    # P2 flows through what exists into P0, and cannot do without it.
    assert tight.figures["programme_people_years"] == 10.0
    assert set(found.lot_of.index) == {"P0", "P2"}


def test_a_plant_that_is_fuller_than_full_takes_nobody_more(forest, joined):
    # 50 people of the existing sewer need 10.8 m3/d of 6.48: 4.32 too many are there already.
    pipes = forest([-1, -1], [1000, 1000], kind=["existing", "gravity"])
    parameters = SewerParameters(build_km_per_year=7.0, build_years=1)
    room = pd.Series({"w": 0.216 * 30.0})
    found = planned(pipes, joined([50, 10]), room, parameters)[1]
    assert found.figures["programme_people_years"] == 0.0
    assert found.lots["programme_year"].isna().all()
    # With room for 60 the ten are joined, and with room for 59 they are not.
    for heads, gained in ((60.0, 10.0), (59.0, 0.0)):
        found = planned(pipes, joined([50, 10]), pd.Series({"w": 0.216 * heads}), parameters)[1]
        assert found.figures["programme_people_years"] == gained


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_programme_keeps_everything_and_is_no_worse_than_the_order(forest, joined, data):
    n = data.draw(st.integers(1, 12))
    down = [data.draw(st.integers(-1, v - 1)) for v in range(n)]
    pipes = forest(down, [data.draw(st.integers(10, 3000)) for _ in range(n)])
    people = joined([data.draw(st.integers(0, 500)) for _ in range(n)])
    spare = pd.Series({"w": data.draw(st.sampled_from([np.nan, 40.0, 200.0]))})
    km, years = data.draw(st.sampled_from([0.5, 1.0, 4.0])), data.draw(st.integers(1, 4))
    parameters = SewerParameters(build_km_per_year=km, build_years=years, build_from_year=2026)
    order, found = planned(pipes, people, spare, parameters)
    figures = found.figures
    built = order.pipes.dropna(subset=["build_year"])
    by_pipe = (built["people"] * (2026 + years - built["build_year"].astype(float))).sum()
    assert figures["order_people_years"] == pytest.approx(by_pipe)
    assert by_pipe - 1e-6 <= figures["programme_people_years"] <= figures["bound_people_years"]
    assert figures["bound_people_years"] <= figures["programme_people_years"] * 1.0011 + 0.01
    lots = found.lots
    year = lots["programme_year"].astype("Float64").fillna(9999)
    for turn in range(years):
        assert lots["length_km"][year <= 2026 + turn].sum() <= km * (turn + 1) * (1 + 1e-5)
    room = spare["w"]
    assert np.isnan(room) or lots["mean_flow_m3_d"][year < 9999].sum() <= room * (1 + 1e-5)
    lot_year = year[found.lot_of].set_axis(found.lot_of.index)
    for pipe, below in zip(pipes.index, down, strict=True):
        assert below < 0 or lot_year[f"P{below}"] <= lot_year[pipe]


def test_an_empty_design_has_no_programme(forest, joined):
    order, found = planned(forest([], []), joined([]), FREE, SewerParameters())
    assert order.pipes.empty
    assert found.lots.empty
    assert found.figures["programme_people_years"] == 0.0
