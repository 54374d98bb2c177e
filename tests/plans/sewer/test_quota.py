"""Water by class of settlement: by hand, and what must always hold."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.quota import settlement_of, sewage_m3_d, water_l_head_d

PLACES = pd.DataFrame(
    {"name_zh": ["民生街道", "五塘镇", "林渡乡", "那楼村", "上坡屯", "某小区", None]}
)


def test_the_class_is_read_from_the_name_unless_it_is_stated():
    read = ["urban", "town", "rural", "rural", "rural", "urban", "urban"]
    assert settlement_of(PLACES).tolist() == read
    stated = PLACES.assign(settlement=["rural", None, "town", "?", None, None, "rural"])
    assert settlement_of(stated).tolist() == [
        "rural", "town", "town", "rural", "rural", "urban", "rural",
    ]  # fmt: skip


def test_each_class_uses_what_is_published_for_it():
    # Liuzhou 2020: 202 in cities and 135 in villages; a town lies between.
    used = water_l_head_d(PLACES, SewerParameters()).tolist()
    assert used[0] == 202
    assert used[2] == 135
    assert 135 < used[1] < 202
    assert water_l_head_d(PLACES, SewerParameters(water_l_head_d=150.0)).unique().tolist() == [150]


def test_sewage_is_what_comes_back_and_what_seeps_in():
    # 1,000 people: 202 m³ used, 90 % of it, 15 % more: 209.07 m³/d; unknown people, unknown flow.
    demand = pd.DataFrame({"population": [1_000.0, float("nan")], "name_zh": ["某街道", "某街道"]})
    found = sewage_m3_d(demand, SewerParameters(infiltration_share=0.15)).tolist()
    assert found[0] == pytest.approx(209.07)
    assert pd.isna(found[1])


@given(st.floats(0, 1e6), st.sampled_from(["某街道", "某镇", "某乡"]))
def test_no_default_lies_above_what_is_published_for_cities(people, name):
    demand = pd.DataFrame({"population": [people], "name_zh": [name]})
    assert sewage_m3_d(demand, SewerParameters()).iloc[0] <= people * 0.202 * 0.9 * 1.1 + 1e-9
