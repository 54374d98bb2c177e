"""The range of an assumed extraction in which nobody's steam changes."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

X, Y = 500_000.0, 2_500_000.0
STRAIGHT = {"simultaneity_share": 1.0, "summer_steam_share": 1.0, "summer_load_share": 1.0}


def boilers(*sizes):
    return {
        f"b{k}": {"geometry": Point(X + 1_000 + k, Y), "capacity_t_h": float(size)}
        for k, size in enumerate(sizes)
    }


def words(found):
    return [text.en for text in found.warnings if text.en.startswith("The extraction is assumed")]


def served(found):
    return set(found.tables["assignment"].index)


def test_the_range_begins_where_all_that_is_asked_can_just_be_given(toy):
    # 20 and 30 t/h are asked, all of it: 50 t/h serve both, a bit less serves one.
    found = toy(boilers(20, 30), assume_steam_t_h=400.0, **STRAIGHT)
    assert served(found) == {"b0", "b1"}
    (sentence,) = words(found)
    least = float(re.search(r"with ([\d,]+) t/h or more", sentence)[1].replace(",", ""))
    assert least == pytest.approx(50, abs=1)


def test_a_range_that_ends_has_both_ends(toy):
    # With 35 t/h only the 30 can be given; below 30 only the 20, from 50 on both.
    found = toy(boilers(20, 30), assume_steam_t_h=35.0, **STRAIGHT)
    assert served(found) == {"b1"}
    (sentence,) = words(found)
    least, most = (
        float(n.replace(",", ""))
        for n in re.search(r"with ([\d,]+) to ([\d,]+) t/h", sentence).groups()
    )
    assert least == pytest.approx(30, abs=1)
    assert most == pytest.approx(50, abs=4)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(2, 60), min_size=1, max_size=4), st.integers(10, 300))
def test_within_the_range_the_same_boilers_get_steam(toy, sizes, assumed):
    found = toy(boilers(*sizes), assume_steam_t_h=float(assumed), **STRAIGHT)
    for sentence in words(found):
        ends = [float(n.replace(",", "")) for n in re.findall(r"(?:with|to) ([\d,]+)", sentence)]
        for end, inwards in zip(ends, (1.0, -1.0), strict=False):
            # What a plant states is as good as what is assumed, and asks for no range in turn.
            other = toy(boilers(*sizes), {"P-1": {"steam_capacity_t_h": end + inwards}}, **STRAIGHT)
            assert served(other) == served(found)


def test_what_is_stated_needs_no_range(toy):
    assert words(toy(boilers(20), {"U": {"steam_capacity_t_h": 100.0}})) == []
    assert words(toy(boilers(20))) == []
