"""The balance of steam, one case worked out by hand; and no row names a plant that does not serve.

Plant P has two outlets, Q one of which nobody knows what it gives. Six boilers lie by P, one by Q:
loads 20 + 30 + 15 fill the low outlet to the last tonne, the 25 t/h that need 2 MPa take the high
one, whose last 5 t/h are too few for the 10 that are left; 40 lie a metre farther than steam goes.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from nngis.plans.heat.balance import Balance, balance, sentences
from nngis.plans.heat.supply import _without
from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0
STREET = {"R": {"geometry": LineString([(X, Y), (X + 40_000, Y)])}}
Toy = Callable[..., Analysis]


def place(east: float, north: float = 0.0) -> Point:
    return Point(X + east, Y + north)


USERS = {
    # load t/h, least pressure MPa, plant, metres of pipe
    "a": (20.0, 0.8, "P", 1_000.0),
    "b": (30.0, 0.8, "P", 2_000.0),
    "c": (25.0, 2.0, "P", 3_000.0),
    "d": (40.0, 0.8, "P", 5_001.0),
    "e": (12.0, 0.8, "Q", 1_000.0),
    "f": (15.0, 1.6, "P", 5_000.0),  # both limits are just kept
    "g": (10.0, 0.8, "P", 4_000.0),
}
OUTLETS = {
    # plant, MPa, metres that steam goes, t/h to give, t/h with the largest unit out
    "P-low": ("P", 1.6, 5_000.0, 65.0, 45.0),
    "P-high": ("P", 2.5, 5_000.0, 30.0, 0.0),
    "Q": ("Q", 1.6, 9_000.0, np.nan, np.nan),
}


@pytest.fixture
def found() -> Balance:
    users = pd.DataFrame(
        {k: {"load_t_h": v[0], "user_p_min_mpa": v[1]} for k, v in USERS.items()}
    ).T.rename_axis("boiler_id")
    names = ["plant_id", "steam_p_mpa", "steam_radius_m", "available_t_h", "n1_available_t_h"]
    outlets = pd.DataFrame.from_dict(OUTLETS, orient="index", columns=names)
    pairs = pd.DataFrame(
        [(k, v[2], v[3], v[0]) for k, v in USERS.items()],
        columns=["boiler_id", "plant_id", "pipe_m", "load_t_h"],
    )
    return balance(users, outlets.rename_axis("outlet_id").assign(n1_unit_id="U"), pairs)


def test_who_gets_steam_and_who_waits_for_what_is_as_worked_out(found: Balance) -> None:
    given = found.assignment["outlet_id"].to_dict()
    assert given == {"a": "P-low", "b": "P-low", "f": "P-low", "c": "P-high"}
    assert found.pending["why"].to_dict() == {"d": "steam", "g": "capacity"}
    assert found.pending["load_t_h"].to_dict() == {"d": 40.0, "g": 10.0}
    assert found.unknown.tolist() == ["e"]
    # With its largest unit out the low outlet has 45 t/h: b and f are the most it can keep.
    assert found.assignment["n1_keeps"].to_dict() == {"a": False, "b": True, "c": False, "f": True}


def test_every_amount_of_an_outlet_is_as_worked_out(found: Balance) -> None:
    nan = np.nan
    worked = {
        "demand_t_h": (140.0, 140.0, 12.0),
        "assigned_t_h": (65.0, 25.0, nan),
        "assigned_count": (3, 1, 0),
        "spare_t_h": (0.0, 5.0, nan),
        "short_t_h": (50.0, 0.0, nan),  # what waits is counted once a plant
        "pending_count": (2, 0, 0),
        "n1_short_t_h": (20.0, 25.0, nan),
        "n1_lost_count": (1, 1, 0),
    }
    for name, values in worked.items():
        assert found.outlets[name].tolist() == pytest.approx(values, nan_ok=True), name
    assert found.outlets["balance"].tolist() == ["known", "known", "unknown"]
    said = sentences(found.outlets)["reason_en"]
    assert said["P-low"] == (
        "65.0 t/h to give, 65.0 t/h given, 50.0 t/h short. With unit U out 20.0 t/h are lost: "
        "peaking boilers must stay."
    )
    assert said["Q"].startswith("Extraction is not known")


def test_whom_no_pipe_joins_is_short_and_his_steam_is_spare(toy: Toy) -> None:
    boilers: dict[str, dict[str, Any]] = {
        "far": {"geometry": place(2_000, 6_000), "capacity_t_h": 60.0},
        "near": {"geometry": place(2_000, 20)},
    }
    plant = toy(
        boilers,
        {"U": {"steam_capacity_t_h": 100.0}},
        roads=STREET,
        off_road_max_m=500.0,
        simultaneity_share=1.0,
        summer_steam_share=1.0,
    ).tables["plants"].iloc[0]  # fmt: skip
    amounts = ["available_t_h", "assigned_t_h", "spare_t_h", "short_t_h"]
    assert plant[amounts].tolist() == [100.0, 20.0, 80.0, 60.0]
    assert plant[["assigned_count", "pending_count"]].tolist() == [1, 1]


def test_whom_no_pipe_pays_frees_his_steam_and_is_not_short(toy: Toy) -> None:
    boilers: dict[str, dict[str, Any]] = {
        "a": {"geometry": place(500, 20), "capacity_t_h": 60.0},
        "b": {"geometry": place(4_000, 20), "capacity_t_h": 10.0, "fuel_use_t_a": 50.0},
    }
    found = toy(
        boilers,
        {"U": {"steam_capacity_t_h": 100.0}},
        roads=STREET,
        off_road_max_m=100.0,
        prune_branches=True,
        co2_value_yuan_t=300.0,
        simultaneity_share=1.0,
        summer_steam_share=1.0,
    )
    assert found.tables["boilers"]["connected"].to_dict() == {"a": True, "b": False}
    plant = found.tables["plants"].iloc[0]
    amounts = ["available_t_h", "assigned_t_h", "spare_t_h", "short_t_h"]
    assert plant[amounts].tolist() == [100.0, 60.0, 40.0, 0.0]
    assert plant[["assigned_count", "pending_count"]].tolist() == [1, 0]


def test_a_row_shows_the_way_to_the_plant_that_serves_it(toy: Toy) -> None:
    units = {
        "P-1": {"steam_capacity_t_h": 0.0},
        "Q-1": {"plant_id": "Q", "steam_capacity_t_h": 90.0, "geometry": place(8_000)},
    }
    boilers = {"b": {"geometry": place(3_000)}, "c": {"geometry": place(7_000)}}
    found = toy(boilers, units, roads=STREET)
    table, given = found.tables["boilers"], found.tables["assignment"]
    assert given["plant_id"].to_dict() == {"b": "Q", "c": "Q"}
    assert table["outlet_id"].str.startswith("Q@").all()
    # b lies 3 km from P, which has no steam, and 5 km from Q, which gives it.
    assert table["road_m"].to_dict() == pytest.approx({"b": 5_000.0, "c": 1_000.0}, rel=1e-4)


def test_relocation_is_offered_only_where_neither_a_radius_nor_a_park_holds_the_boiler(
    toy: Toy,
) -> None:
    park = {"K": {"name_zh": "甲园区", "geometry": box(X + 20_000, Y - 500, X + 21_000, Y + 500)}}
    boilers = {
        "near": {"geometry": place(3_000)},
        "peak": {"geometry": place(3_000), "boiler_use": "调峰备用"},
        "edge": {"geometry": place(15_000)},
        "beyond": {"geometry": place(15_001)},
        "in_park": {"geometry": place(20_500)},
    }
    table = toy(boilers, parks=park, exempt_peaking=True).tables["boilers"]
    offered = table["rules_hit"].str.split(";").map(lambda hit: "A61" in hit)
    assert offered.to_dict() == {
        "near": False, "peak": False, "edge": False, "beyond": True, "in_park": False,
    }  # fmt: skip
    assert table.loc["beyond", "decision"] == "relocate"


def test_whom_no_pipe_reaches_is_taken_off_his_own_outlet_alone() -> None:
    # a (10) and b (20) were given steam of P, c (15) of Q; no road joins a.
    outlets = pd.DataFrame(
        {
            "assigned_t_h": [30.0, 15.0], "spare_t_h": [5.0, 0.0], "short_t_h": [0.0, 40.0],
            "assigned_count": [2, 1], "pending_count": [0, 3],
        },
        index=["P", "Q"],
    )  # fmt: skip
    given = pd.DataFrame(
        {"plant_id": ["p", "p", "q"], "outlet_id": ["P", "P", "Q"], "load_t_h": [10.0, 20.0, 15.0]},
        index=list("abc"),
    )
    nobody = pd.DataFrame({"plant_id": [], "load_t_h": [], "why": []})
    network = SimpleNamespace(unjoined=["a"], unreached=pd.Series([], dtype=object))
    found = _without(Balance(given, outlets, nobody, pd.Index([])), network)  # type: ignore[arg-type]
    assert found.outlets.T.to_dict() == {
        "P": {"assigned_t_h": 20, "spare_t_h": 15, "short_t_h": 10, "assigned_count": 1,
              "pending_count": 1},
        "Q": {"assigned_t_h": 15, "spare_t_h": 0, "short_t_h": 40, "assigned_count": 1,
              "pending_count": 3},
    }  # fmt: skip
    assert found.assignment.index.tolist() == ["b", "c"]
    waits = found.pending.loc["a"]
    assert (waits["plant_id"], waits["load_t_h"], waits["why"]) == ("p", 10.0, "route")
