"""Permit where the case ends, where its built-up area is not known, and on odd numbers."""

import math
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nngis
from nngis.run.permit import one_proposal, permit

# A place in each county that the shipped built-up area has polygons in, and in some it has not.
MAPPED = {"青秀区": (108.37, 22.82)}
BLIND = {"马山县": (108.17, 23.71), "上林县": (108.60, 23.43)}


@cache
def shipped():
    return nngis.case()


def asked(lon, lat, **more):
    given = {"capacity_t_h": 20.0, "fuel": "coal", "case": shipped()}
    return permit(lon, lat, **(given | more)).iloc[0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    place=st.tuples(st.floats(75, 134), st.floats(5, 53)).filter(
        lambda p: not (105.0 < p[0] < 111.0 and 21.0 < p[1] < 25.5)
    ),
    size=st.sampled_from([2.0, 10.0, 20.0, 35.0, 80.0]),
    captive=st.booleans(),
)
def test_outside_the_case_nothing_is_allowed_and_nothing_banned(place, size, captive):
    row = asked(*place, capacity_t_h=size, captive=captive)
    assert (row["decision"], row["rule"]) == ("unknown", "outside")
    assert "边界" in row["reason_zh"]


@pytest.mark.parametrize("county", BLIND)
def test_where_the_built_up_area_is_not_known_the_answer_is_what_holds_either_way(county):
    lon, lat = BLIND[county]
    either_way = {5.0: "banned", 10.0: "banned", 36.0: "not_banned"}
    for size in (5.0, 10.0, 10.1, 20.0, 35.0, 36.0):
        row = asked(lon, lat, capacity_t_h=size)
        assert row["county"] == county
        assert row["decision"] == either_way.get(size, "unknown"), size
    assert county in asked(lon, lat)["reason_zh"]
    assert asked(lon, lat, fuel="gas")["decision"] == "not_banned"
    assert asked(lon, lat, captive=True)["decision"] == "banned"


def test_a_changed_ban_moves_what_holds_either_way():
    lon, lat = BLIND["马山县"]
    assert asked(lon, lat, ban_elsewhere_t_h=20.0)["decision"] == "banned"
    assert asked(lon, lat, ban_built_up_t_h=15.0)["decision"] == "not_banned"


def test_where_it_is_known_the_polygons_decide():
    assert asked(*MAPPED["青秀区"])["decision"] == "banned"


def test_a_swapped_place_is_put_right_and_said():
    lon, lat = MAPPED["青秀区"]
    right, turned = (
        permit(*p, capacity_t_h=20.0, case=shipped()) for p in ((lon, lat), (lat, lon))
    )
    assert turned["decision"].tolist() == right["decision"].tolist()
    assert turned["county"].tolist() == right["county"].tolist()
    assert any("swapped" in note.en for note in turned.attrs["notes"])
    assert not any("swapped" in note.en for note in right.attrs["notes"])


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_infinite_and_missing_numbers_are_refused(bad):
    for lon, lat, size in ((bad, 22.8, 20.0), (108.3, bad, 20.0), (108.3, 22.8, bad)):
        with pytest.raises(nngis.ScenarioError):
            permit(lon, lat, capacity_t_h=size)


@pytest.mark.parametrize("size", [0.0, -1.0])
def test_a_size_of_nothing_is_refused(size):
    with pytest.raises(nngis.ScenarioError):
        permit(108.3, 22.8, capacity_t_h=size)


def test_a_place_off_the_earth_is_refused():
    with pytest.raises(nngis.ScenarioError):
        one_proposal(400.0, 500.0, 20.0, "coal", captive=False)
