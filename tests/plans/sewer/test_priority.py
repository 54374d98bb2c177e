"""Which additions first: by hand, nested, and never fewer for more."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.priority import people_within, put_in_order

FREE = pd.Series(dtype=float)


def test_the_street_with_most_people_for_its_way_comes_first(forest, joined):
    # P1 is long and empty and leads to P2 with many; P0 lies at the plant with few.
    found = put_in_order(
        forest([-1, -1, 1], [500, 1000, 1000]), joined([20, 0, 300]), FREE, SewerParameters()
    )
    assert found.pipes.index.tolist() == ["P1", "P2", "P0"]
    assert found.packages.index.tolist() == ["K-P1", "K-P0"]
    assert found.packages["people_per_km"].tolist() == [150.0, 40.0]
    assert found.packages["total_km"].tolist() == [2.0, 2.5]
    assert people_within(found.packages, 2.4) == 300.0


def test_pipes_that_exist_cost_nothing_and_are_not_listed(forest, joined):
    found = put_in_order(
        forest([-1, 0], [5000, 1000], kind=["existing", "gravity"]),
        joined([0, 100]),
        FREE,
        SewerParameters(),
    )
    assert found.pipes.index.tolist() == ["P1"]
    assert found.pipes["total_km"].tolist() == [1.0]


def test_a_full_plant_puts_off_what_would_overload_it_and_the_other_goes_on(forest, joined):
    # 100 people bring 21.6 m3/d; w has room for one street, v for both.
    pipes = forest([-1, -1, -1], [1000, 1000, 1000], plants=["w", "w", "v"])
    spare = pd.Series({"w": 22.0, "v": 1000.0})
    found = put_in_order(pipes, joined([100, 90, 80]), spare, SewerParameters()).pipes
    assert found["decision"].to_dict() == {"P0": "build", "P2": "build", "P1": "defer"}
    assert found.loc["P1", "defer_reason"] == "no_capacity"
    assert found["people_total"].to_dict() == {"P0": 100.0, "P2": 180.0, "P1": 180.0}


def test_years_fill_up_one_after_another_and_the_rest_is_put_off(forest, joined):
    parameters = SewerParameters(build_km_per_year=2.0, build_from_year=2026, build_years=2)
    found = put_in_order(
        forest([-1, 0, 1, 2, 3], [1000] * 5), joined([50, 40, 30, 20, 10]), FREE, parameters
    ).pipes
    assert found["build_year"].fillna(0).tolist() == [2026, 2026, 2027, 2027, 0]
    assert found["defer_reason"].tolist()[-1] == "budget"


def test_a_budget_of_money_counts_money(forest, joined):
    parameters = SewerParameters(build_yuan_per_year=4e6, build_years=1)
    found = put_in_order(forest([-1, 0, 1], [1000] * 3), joined([1, 1, 1]), FREE, parameters)
    assert found.pipes["decision"].tolist() == ["build", "build", "defer"]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_more_money_or_years_never_serve_fewer_and_only_add_pipes(forest, joined, data):
    n = data.draw(st.integers(1, 8))
    down = [data.draw(st.integers(-1, v - 1)) for v in range(n)]
    pipes = forest(down, [data.draw(st.integers(10, 3000)) for _ in range(n)])
    people = joined([data.draw(st.integers(0, 500)) for _ in range(n)])
    spare = pd.Series({"w": data.draw(st.sampled_from([np.nan, 40.0, 200.0]))})
    before, served = set(), 0.0
    for km in (0.5, 1.0, 4.0, 20.0):
        parameters = SewerParameters(build_km_per_year=km, build_years=1)
        found = put_in_order(pipes, people, spare, parameters).pipes
        built = found[found["decision"].eq("build")]
        assert before <= set(built.index)
        assert built["length_m"].sum() <= km * 1000 + 1e-6
        assert built["people"].sum() >= served
        # Whatever is built leads to the plant over what is built.
        ends = pipes.loc[built.index, "to_manhole"]
        assert set(ends) <= set(pipes.loc[built.index, "from_manhole"]) | {"WWTP-w"}
        before, served = set(built.index), built["people"].sum()


def test_an_empty_design_has_no_order(forest, joined):
    found = put_in_order(forest([], []), joined([]), FREE, SewerParameters())
    assert found.pipes.empty
    assert found.packages.empty
    assert people_within(found.packages, 10.0) == pytest.approx(0.0)


def test_every_column_of_the_order_is_as_worked_out_by_hand(forest, joined):
    # P0 (300 m, 60 people) and P1 behind it (200 m, 90) lead to w, which has room for 150 people
    # to the last litre; P2 (1,500 m, 150) leads to v. P0 with P1 is 150 people on 500 m, 300 a km,
    # P2 100 a km. A pipe costs 2,000 yuan a metre; a year builds 0.5 km.
    pipes = forest([-1, 0, -1], [300, 200, 1_500], plants=["w", "w", "v"])
    spare = pd.Series({"w": 0.216 * 150, "v": 1_000.0})
    parameters = SewerParameters(build_km_per_year=0.5, build_from_year=2026, build_years=3)
    found = put_in_order(pipes, joined([60, 90, 150]), spare, parameters)
    worked = {
        "rank": (1, 2, 3),
        "decision": ("build", "build", "defer"),
        "build_year": (2026, 2026, None),  # the first year is filled to the last metre
        "wwtp_id": ("w", "w", "v"),
        "length_m": (300, 200, 1_500),
        "cost_yuan": (600_000, 400_000, 3_000_000),
        "people": (60, 90, 150),
        "people_total": (60, 150, 300),
        "total_km": (0.3, 0.5, 2.0),
        "cost_total_yuan": (600_000, 1_000_000, 4_000_000),
        "people_per_km": (300, 300, 100),
        "defer_reason": (None, None, "budget"),
    }
    table = found.pipes.loc[["P0", "P1", "P2"]]
    for name, values in worked.items():
        got = [None if pd.isna(v) else v for v in table[name].tolist()]
        assert got == [pytest.approx(v) if isinstance(v, float) else v for v in values], name
    curve = found.packages
    assert curve["people_per_km"].tolist() == pytest.approx([300, 100])
    assert curve["length_km"].tolist() == pytest.approx([0.5, 1.5])
    assert curve["cost_yuan"].tolist() == [1_000_000, 3_000_000]
    assert curve["total_km"].tolist() == pytest.approx([0.5, 2.0])
    assert curve["people"].tolist() == [150, 150]
    assert people_within(curve, 0.5) == 150.0
    # A litre less of room at w, and P1 has to wait; what waits is in no total.
    tight = put_in_order(pipes, joined([60, 90, 150]), spare - 0.001, parameters).pipes
    assert tight.loc["P1", ["decision", "defer_reason"]].tolist() == ["defer", "no_capacity"]
    assert tight.loc["P2", "people_total"] == 210.0


def test_a_package_left_out_is_put_off_and_frees_room_and_years(forest, joined):
    # K-P1 holds P1 and P2; without it P0 comes first, and takes what the plant has left.
    pipes, people = forest([-1, -1, 1], [500, 1000, 1000]), joined([20, 0, 300])
    spare = pd.Series({"w": 66.0})  # 300 people bring 64.8 m3/d: P0 would have to wait
    before = put_in_order(pipes, people, spare, SewerParameters())
    assert before.pipes.loc["P0", "defer_reason"] == "no_capacity"
    found = put_in_order(pipes, people, spare, SewerParameters(left_out_packages=("K-P1",)))
    assert found.pipes["decision"].to_dict() == {"P0": "build", "P1": "defer", "P2": "defer"}
    assert found.pipes["defer_reason"].fillna("").to_dict() == {
        "P0": "", "P1": "left_out", "P2": "left_out"
    }  # fmt: skip
    assert found.packages["people_total"].to_dict() == {"K-P0": 20.0, "K-P1": 20.0}


def test_what_flows_through_a_package_left_out_waits_with_it(forest, joined):
    # Three packages one above the other: the middle one goes, and the last cannot be reached.
    pipes, people = forest([-1, 0, 1], [1000, 1000, 1000]), joined([300, 200, 100])
    found = put_in_order(pipes, people, FREE, SewerParameters(left_out_packages=("K-P1",)))
    assert found.pipes["decision"].to_dict() == {"P0": "build", "P1": "defer", "P2": "defer"}
    assert found.pipes["package_id"].to_dict() == {"P0": "K-P0", "P1": "K-P1", "P2": "K-P2"}
