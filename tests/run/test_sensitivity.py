"""What a planner must confirm, and by how much it moves the headlines."""

import pandas as pd
import pytest

from nngis.parameter_values import build
from nngis.run import sensitivity as room
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.sensitivity import moved, sensitivity, shipped_table, unverified, unverified_of


def model(plan):
    return load_plan(plan).parameters


@pytest.mark.parametrize("plan", PLAN_IDS)
def test_every_parameter_says_whether_it_was_verified_and_where_it_comes_from(plan):
    _, records = build(model(plan), {}, {}, scenario_name="")
    assert all(one.verified in ("yes", "no", "disputed") and one.source for one in records)
    # Nothing that calls itself unread or assumed passes as read.
    words = ("未核实", "未核对", "凭记忆，", "假定")
    claimed = [one for one in records if one.verified == "yes"]
    assert not [one.name for one in claimed if any(word in one.source for word in words)]


@pytest.mark.parametrize("plan", PLAN_IDS)
def test_what_is_listed_is_all_that_is_not_verified_the_weightiest_first(plan):
    found = unverified_of(plan)
    assert {one.name for one, _ in found} == set(unverified(model(plan)))
    shares = [move.moved_share for _, move in found if move is not None]
    assert shares == sorted(shares, reverse=True)
    known = [move is not None for _, move in found]
    assert known == sorted(known, reverse=True)  # what was not computed comes last


@pytest.mark.parametrize("plan", PLAN_IDS)
def test_the_table_that_ships_was_computed_on_the_defaults_of_today(plan):
    table = shipped_table(plan).set_index("name")
    assert len(table)
    fields = model(plan).model_fields
    for name, row in table.iterrows():
        assert row["default"] == room._shown(fields[name].default), name
        assert row["headline"] in ("", *load_plan(plan).headlines)
        assert (float(row["moved_share"]) > 0) == (row["headline"] != "")


@pytest.mark.parametrize("plan", PLAN_IDS)
def test_a_parameter_is_moved_to_another_allowed_value(plan):
    for name, info in model(plan).model_fields.items():
        other = moved(model(plan), name, info.default)
        if other is not None:
            assert other != info.default
            model(plan)(**{name: other})


def test_what_moves_a_headline_most_is_found_by_hand():
    # A plan whose cost is proportional to one price, and whose coverage is the square of another.
    def figures(values):
        price = values.get("fast_cost_yuan_kw", 600.0) / 600.0
        idle = values.get("fast_idle_min", 5.0) / 5.0
        return {"cost_10k_cny": 100.0 * price, "covered_share": 0.5 * idle**2, "nev_count": None}

    names = ("fast_cost_yuan_kw", "fast_idle_min", "slow_idle_min", "budget_10k_cny")
    table = sensitivity("charging", figures, names=names).set_index("name")
    assert table.index.tolist() == ["fast_idle_min", "fast_cost_yuan_kw", "slow_idle_min"]
    assert table["moved_share"].tolist() == pytest.approx([0.44, 0.2, 0.0])
    assert table["headline"].tolist() == ["covered_share", "cost_10k_cny", ""]
    assert isinstance(table, pd.DataFrame)


def test_a_headline_that_comes_or_goes_moves_whole():
    def figures(values):
        return {"cost_10k_cny": None if values else 7.0}

    table = sensitivity("charging", figures, names=("fast_idle_min",))
    assert table["moved_share"].tolist() == [1.0]
