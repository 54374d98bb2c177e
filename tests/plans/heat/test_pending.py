"""Who is not secured waits: whatever the reason, one reason, the last in the programme."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from nngis.plans.heat.supply import WHY
from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0
STREET = {"R": {"geometry": LineString([(X, Y), (X + 40_000, Y)])}}
STEAM = {"U": {"steam_capacity_t_h": 400.0}}
PENDING = "close_pending_capacity"
Toy = Callable[..., Analysis]


def place(east: float, north: float = 0.0) -> Point:
    return Point(X + east, Y + north)


def test_a_boiler_that_no_pipe_joins_waits_and_comes_last(toy: Toy) -> None:
    boilers = {
        "far": {"geometry": place(2_000, 6_000), "capacity_t_h": 60.0},
        "near": {"geometry": place(2_000, 20)},
    }
    found = toy(boilers, STEAM, roads=STREET, off_road_max_m=500.0)
    table = found.tables["boilers"]
    assert table["decision"].to_dict() == {"far": PENDING, "near": "close_integrate"}
    assert WHY["route"].zh in table.loc["far", "reason_zh"]
    assert WHY["route"].en in table.loc["far", "reason_en"]
    phases = found.tables["phases"]
    assert phases.index.tolist() == ["near", "far"]
    assert phases.loc["far", "phase"] == "waiting_steam"
    given_steam = found.tables["plants"].iloc[0]
    assert (given_steam["assigned_count"], given_steam["pending_count"]) == (1, 1)


def test_where_nobody_can_be_joined_the_run_goes_on_and_everybody_waits(toy: Toy) -> None:
    boilers = {k: {"geometry": place(2_000 + n, 6_000)} for n, k in enumerate("abc")}
    found = toy(boilers, STEAM, roads=STREET, off_road_max_m=500.0)
    assert set(found.tables["boilers"]["decision"]) == {PENDING}
    assert found.tables["steam_network"].empty
    assert found.tables["plants"]["assigned_t_h"].tolist() == [0.0]
    assert set(found.tables["phases"]["phase"]) == {"waiting_steam"}


def test_where_all_users_drop_out_in_sizing_everybody_waits(toy: Toy) -> None:
    # The short way leads across country, so dear that the mains go round by the road: too far.
    bends = [(0, 0), (0, 12_000), (5_000, 12_000), (5_000, 0)]
    round_about = {"R": {"geometry": LineString([(X + x, Y + y) for x, y in bends])}}
    boilers = {"b": {"geometry": place(5_000), "capacity_t_h": 40.0}}
    found = toy(
        boilers,
        {"U": {"steam_capacity_t_h": 100.0, "steam_t_c": 240.0}},
        roads=round_about,
        off_road_max_m=6_000.0,
        off_road_cost_ratio=8.0,
    )
    assert found.tables["boilers"].loc["b", "decision"] == PENDING
    assert found.tables["radii"]["steam_feasible"].all()  # by the short way it would last
    assert found.tables["steam_sections"].empty


def test_a_stopped_boiler_is_shown_as_such_and_saves_nothing(toy: Toy) -> None:
    rows = {"s": {"status": "stopped", "capacity_t_h": None, "fuel_use_t_a": None}, "r": {}}
    table = toy(rows, STEAM, roads=STREET).tables["boilers"]
    assert table.loc["s", "decision"] == "close_integrate"
    assert table.loc["s", "status"] == "stopped"
    assert "已停用" in table.loc["s", "reason_zh"]
    assert "saves nothing" in table.loc["s", "reason_en"]
    assert "已停用" not in table.loc["r", "reason_zh"]
    saved = [name for name in table if "avoided" in name]
    assert table.loc["s", saved].eq(0.0).all()
    assert table.loc["s", "load_t_h"] == 0.0


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(
            st.floats(500, 14_500),
            st.sampled_from([20.0, 400.0, 3_000.0]),
            st.sampled_from([2.0, 4.0, 20.0, 60.0]),
        ),
        min_size=1,
        max_size=5,
    ),
    steam=st.sampled_from([10.0, 100.0, 400.0]),
    warm=st.sampled_from([200.0, 250.0, 300.0]),
)
def test_a_boiler_has_one_reason_in_list_and_radii(
    toy: Toy, rows: list[Any], steam: float, warm: float
) -> None:
    boilers = {
        f"b{n}": {"geometry": place(x, y), "capacity_t_h": size}
        for n, (x, y, size) in enumerate(rows)
    }
    units = {"U": {"steam_capacity_t_h": steam, "steam_t_c": warm}}
    found = toy(boilers, units, roads=STREET, off_road_max_m=1_000.0)
    table, radii = found.tables["boilers"], found.tables["radii"].set_index("boiler_id")
    for id_, row in table.iterrows():
        named = [key for key, text in WHY.items() if f"（{text.zh}）" in row["reason_zh"]]
        assert len(named) == (row["decision"] == PENDING)
        limit = radii["steam_limit"].get(id_)
        if named and named[0] not in ("capacity", "route") and isinstance(limit, str):
            assert named == [limit]


def test_nothing_edits_a_sentence_after_the_engine(toy: Toy, monkeypatch: Any) -> None:
    """What the engine says last is what stands in the table, to the letter."""
    import nngis.plans.heat.analyse as room  # noqa: PLC0415

    kept = []
    engine = room.decide

    def listening(*given: Any) -> Any:
        kept.append(engine(*given))
        return kept[-1]

    monkeypatch.setattr(room, "decide", listening)
    boilers = {"a": {"geometry": place(14_000), "capacity_t_h": 2.0}, "b": {}}
    units = {"U": {"steam_capacity_t_h": 100.0, "steam_t_c": 220.0}}
    table = toy(boilers, units, roads=STREET).tables["boilers"]
    last = kept[-2]  # of those that exist; planned ones are decided after them
    names = ["decision", "rule", "rules_hit", "reason_zh", "reason_en"]
    assert table[names].to_dict() == last.loc[table.index, names].to_dict()


@pytest.mark.parametrize("layer", ["built_up", "heat_sources"])
def test_the_rule_says_what_its_evidence_leans_on(toy: Toy, layer: str) -> None:
    from nngis.plans.heat.parameters import HeatParameters  # noqa: PLC0415
    from nngis.plans.heat.rules import boiler_rules  # noqa: PLC0415

    rules, otherwise = boiler_rules(HeatParameters(), parks=True, stacks=True)
    asks = {"in_built_up": "built_up", "in_radius": "heat_sources", "in_park": "parks"}
    for rule in rules:
        leans = {role for column, role in asks.items() if column in rule.needs}
        assert leans <= set(rule.leans_on), rule.id
    assert layer in otherwise.leans_on
