"""Steps: asked anew when what they read is another, and only then."""

import pandas as pd
import pytest
from pydantic import BaseModel

from nngis.steps import MOST_KEPT, Steps, at_once


class Asked(BaseModel):
    radius_m: float = 1.0
    share: float = 0.5
    words: tuple[str, ...] = ()


@pytest.fixture
def calls():
    return []


@pytest.fixture
def add(calls):
    def add(layers, asked, more=0.0):
        calls.append(asked.radius_m)
        extra = layers.get("extra")
        return layers["base"].sum() + asked.radius_m + more + (0 if extra is None else extra.sum())

    return add


def test_a_step_is_asked_again_only_where_something_that_it_read_is_another(add, calls):
    steps, base, extra = Steps(), pd.Series([1.0]), pd.Series([5.0])
    cases = [
        ({"base": base}, Asked(), 2.0, True),
        ({"base": base}, Asked(), 2.0, False),
        ({"base": base}, Asked(share=0.9, words=("a",)), 2.0, False),  # not read
        ({"base": base, "other": extra}, Asked(), 2.0, False),
        ({"base": base, "extra": extra}, Asked(), 7.0, True),  # asked for, and now there
        ({"base": base}, Asked(radius_m=3.0), 4.0, True),
        ({"base": base.copy()}, Asked(), 2.0, True),  # another layer, though alike
        ({"base": base}, Asked(), 2.0, False),  # known from before
    ]
    for layers, asked, found, is_new in cases:
        before = len(calls)
        assert steps(add, layers, asked) == found == at_once(add, layers, asked)
        assert len(calls) - before == 1 + is_new
    assert steps.read["add"] == {"radius_m", "base", "extra"}


def test_plain_arguments_count_by_value_and_indexes_by_what_is_in_them(calls):
    def count(index, most, *, name):
        calls.append(name)
        return len(index), most

    steps = Steps()
    for index in (pd.Index(["a", "b"]), pd.Index(["a", "b"])):
        assert steps(count, index, float("nan"), name="x")[0] == 2
    assert calls == ["x"]
    steps(count, pd.Index(["a", "c"]), float("nan"), name="x")
    steps(count, pd.Index(["a", "c"]), 1.0, name="x")
    steps(count, pd.Index(["a", "c"]), 1, name="x")  # a whole number is not that number
    assert len(calls) == 4


def test_who_lists_all_roles_or_takes_all_parameters_hangs_on_all(calls):
    def roles(layers):
        calls.append(1)
        return sorted(layers)

    def whole(asked):
        calls.append(2)
        return asked.model_dump()

    steps = Steps()
    assert steps(roles, {"a": 1}) == ["a"]
    assert steps(roles, {"a": 1, "b": 2}) == ["a", "b"]
    assert steps(whole, Asked())["share"] == 0.5
    assert steps(whole, Asked(share=0.1))["share"] == 0.1
    assert steps(whole, Asked(share=0.1))["share"] == 0.1
    assert calls == [1, 1, 2, 2]


def test_the_latest_few_are_kept(add, calls):
    steps, base = Steps(), pd.Series([1.0])
    for radius in range(MOST_KEPT + 1):
        steps(add, {"base": base}, Asked(radius_m=radius))
    before = len(calls)
    steps(add, {"base": base}, Asked(radius_m=1.0))
    assert len(calls) == before
    steps(add, {"base": base}, Asked(radius_m=0.0))
    assert len(calls) == before + 1
