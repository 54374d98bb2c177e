"""Closing, tonnes, money and years of a few boilers, worked out by hand.

w1 and w2 stand in the town and burn gas instead: 500 m³ for a tonne of coal, 2 kg of CO2 and 2 g of
NOx a m³, so 1 t of CO2 and 1 kg of NOx. e1 stands still and closes; e2 is beyond every radius, e3
is gone, and nobody knows where x is.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0
Toy = Callable[..., Analysis]


def place(east: float) -> Point:
    return Point(X + east, Y)


BOILERS: dict[str, dict[str, Any]] = {
    "w1": {"geometry": place(-45_000), "capacity_t_h": 8.0, "fuel_use_t_a": 1_000.0,
           "boiler_model": "SZL8-1.25-A"},
    "w2": {"geometry": place(-44_000), "capacity_t_h": 10.0, "fuel_use_t_a": 500.0,
           "boiler_model": "SZL10-1.25-A"},
    "e1": {"geometry": place(3_000), "capacity_t_h": 20.0, "status": "stopped"},
    "e2": {"geometry": place(60_000), "capacity_t_h": 30.0},
    "e3": {"geometry": place(5_000), "capacity_t_h": 5.0, "status": "dismantled"},
    "x": {"geometry": None, "capacity_t_h": 20.0},
}  # fmt: skip
SET: dict[str, Any] = {
    "gas_m3_t_coal": 500.0, "gas_co2_kg_m3": 2.0, "gas_nox_g_m3": 2.0, "gas_price_yuan_m3": 3.0,
    "coal_price_yuan_t": 700.0, "gas_boiler_10k_cny_t_h": 10.0, "closing_cost_10k_cny_t_h": 2.0,
    "retired_by_gas": True, "interest_share": 0.0, "pipe_life_a": 25.0, "first_year": 2023,
    "last_year": 2025, "simultaneity_share": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def found(toy: Toy) -> Analysis:
    return toy(BOILERS, **SET)


def test_every_sum_of_a_county_is_as_worked_out(found: Analysis) -> None:
    by = found.tables["by_county"].loc[["西县", "东县", "—"]]
    worked = {
        "boilers_count": (2, 3, 1),
        "capacity_t_h": (18, 55, 20),
        "retire_count": (2, 0, 0),
        "close_integrate_count": (0, 1, 0),
        "close_pending_capacity_count": (0, 0, 0),
        "keep_count": (0, 1, 0),
        "already_closed_count": (0, 1, 0),
        "unknown_count": (0, 0, 1),
        "closing_t_h": (18, 20, 0),
        "coal_avoided_t_a": (1_500, 0, 0),
        "nox_avoided_t_a": (4.5, 0, 0),
    }
    for name, values in worked.items():
        assert by[name].tolist() == pytest.approx(values), name


def test_every_tonne_of_a_boiler_is_as_worked_out(found: Analysis) -> None:
    table = found.tables["boilers"].loc[["w1", "w2", "e1"]]
    assert table["replaced_by"].tolist() == ["gas", "gas", "chp"]
    assert table["coal_t_a"].tolist() == [1_000, 500, 0]
    assert table["coal_avoided_t_a"].tolist() == [1_000, 500, 0]
    # A layer-burning boiler makes 4 kg of NOx of a tonne of coal; the gas for it 1 kg.
    assert table["nox_avoided_t_a"].tolist() == pytest.approx([3.0, 1.5, 0])
    co2 = table["co2_t_a"] - [1_000, 500, 0]
    assert table["co2_avoided_t_a"].tolist() == pytest.approx(co2.tolist())
    assert (table["co2_t_a"].iloc[:2] / [1_000, 500]).between(1.5, 3.0).all()
    for kind in ("so2", "pm"):  # next to none of it leaves a gas boiler
        assert table[f"{kind}_avoided_t_a"].tolist() == table[f"{kind}_t_a"].tolist()


def test_every_amount_of_money_and_every_year_is_as_worked_out(found: Analysis) -> None:
    phases = found.tables["phases"]
    assert phases.index.tolist() == ["w1", "w2", "e1"]
    # Closing 2 and a gas boiler 10 x 10⁴ yuan a t/h; gas is 1,500, coal 700 yuan a tonne of coal.
    worked = {
        "order": (1, 2, 3),
        "spent_10k_cny": (96, 120, 40),
        "cost_10k_cny": (96, 120, 40),
        "fuel_10k_cny_a": (80, 40, 0),
        "year": (2023, 2023, 2024),  # 38 t/h in three years: the third begins after 18 of 12.7
        "coal_avoided_t_a": (1_000, 500, 0),
    }
    for name, values in worked.items():
        assert phases[name].astype(float).tolist() == pytest.approx(values), name
    # A twenty-fifth of the capital, and the fuel: 838,400 and 448,000 yuan a year.
    yuan = [838_400, 448_000] / phases["co2_avoided_t_a"].iloc[:2]
    assert phases["yuan_t_co2"].iloc[:2].tolist() == pytest.approx(yuan.tolist())
    by = found.tables["by_year"]
    assert by.index.tolist() == ["2023", "2024", "2025"]
    assert by["boilers_count"].tolist() == [2, 1, 0]
    assert by["closing_t_h"].tolist() == [18, 20, 0]
    assert by["spent_10k_cny"].tolist() == pytest.approx([216, 40, 0])
    assert by["coal_avoided_t_a"].tolist() == pytest.approx([1_500, 0, 0])
    assert by["nox_avoided_t_a"].tolist() == pytest.approx([4.5, 0, 0])


def test_a_budget_that_is_spent_to_the_last_yuan_pays_for_the_boiler(toy: Toy) -> None:
    # 96, 216 and 256 in all: two years of 108 are just the 216.
    years = toy(BOILERS, **SET, budget_10k_cny_a=108.0).tables["phases"]["year"]
    assert years.to_dict() == {"w1": 2023, "w2": 2024, "e1": 2025}
    late = toy(BOILERS, **SET, budget_10k_cny_a=107.9).tables["phases"]["year"]
    assert late.to_dict() == {"w1": 2023, "w2": 2025, "e1": 2025}


INDICATORS = {
    # name: value, unit, target, status
    "boilers_closed_count": (3, "台", None, "no_target"),
    "capacity_closed_t_h": (38, "t/h", None, "no_target"),
    "boilers_pending_count": (0, "台", None, "no_target"),
    "capacity_pending_t_h": (0, "t/h", None, "no_target"),
    "steam_spare_t_h": (None, "t/h", None, "no_target"),
    "boilers_unknown_count": (1, "台", None, "no_target"),
    "a57_left_count": (2, "台", 0, "missed"),
    "a63_left_count": (1, "台", 0, "missed"),
    "coal_avoided_t_a": (1_500, "t/a", None, "no_target"),
    "nox_avoided_t_a": (4.5, "t/a", 1_000, "unknown"),  # planned: judged once it is so
    "cost_10k_cny": (256, "万元", None, "no_target"),
}


def test_every_indicator_is_as_worked_out(found: Analysis) -> None:
    got = {one.name: one for one in found.indicators}
    assert set(got) == {*INDICATORS, "co2_avoided_t_a", "so2_avoided_t_a", "pm_avoided_t_a"}
    for name, (value, unit, target, status) in INDICATORS.items():
        one = got[name]
        assert (one.unit, one.target, one.status) == (unit, target, status), name
        assert one.value == (None if value is None else pytest.approx(value)), name
    boilers = found.tables["boilers"]
    for kind in ("co2", "so2", "pm"):
        assert got[f"{kind}_avoided_t_a"].value == pytest.approx(
            boilers.loc[["w1", "w2"], f"{kind}_avoided_t_a"].sum(), abs=1e-3
        )


def test_the_order_of_rows_changes_nothing(toy: Toy, found: Analysis) -> None:
    turned = toy(dict(reversed(BOILERS.items())), **SET)
    for name in ("by_county", "by_year", "phases"):
        one, two = found.tables[name], turned.tables[name]
        assert one.drop(columns="geometry", errors="ignore").equals(
            two.drop(columns="geometry", errors="ignore")
        ), name
    assert found.indicators == turned.indicators


SPOTS = [place(-45_000), place(3_000), place(14_000), place(60_000), None]


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(SPOTS),
            st.sampled_from([2.0, 10.0, 35.0, 70.0, None]),
            st.sampled_from(["coal", "gas", "biomass", None]),
            st.sampled_from(["in_use", "stopped", "dismantled", "planned"]),
        ),
        min_size=1,
        max_size=8,
    ),
    steam=st.sampled_from([None, 0.0, 40.0, 200.0]),
)
def test_parts_add_up_at_every_level(
    toy: Toy, rows: list[tuple[Point | None, float | None, str | None, str]], steam: float | None
) -> None:
    names = ("geometry", "capacity_t_h", "fuel", "status")
    boilers = {f"b{at}": dict(zip(names, row, strict=True)) for at, row in enumerate(rows)}
    found = toy(boilers, {"U": {} if steam is None else {"steam_capacity_t_h": steam}}, **SET)
    table, by, phases = (found.tables[name] for name in ("boilers", "by_county", "phases"))
    decided = [name for name in by if name.endswith("_count") and name != "boilers_count"]
    assert by["boilers_count"].sum() == len(table) == len(rows)
    assert (by[decided].sum(axis=1) == by["boilers_count"]).all()
    assert by["capacity_t_h"].sum() == pytest.approx(table["capacity_t_h"].sum())
    assert (by["closing_t_h"] <= by["capacity_t_h"] + 1e-9).all()
    years = found.tables["by_year"]
    assert years["boilers_count"].sum() == len(phases)
    for name in ("spent_10k_cny", "coal_avoided_t_a", "nox_avoided_t_a"):
        assert years[name].sum() == pytest.approx(phases[name].sum()), name
    assert phases["spent_10k_cny"].sum() == pytest.approx(phases["cost_10k_cny"].sum())
    for kind in ("coal", "co2", "so2", "nox", "pm"):
        low, mid, high = (table[f"{kind}_{end}t_a"].dropna() for end in ("low_", "", "high_"))
        assert (low >= 0).all()
        assert (low <= mid).all()
        assert (mid <= high).all()
    outlets = found.tables["plants"]
    known = outlets[outlets["balance"].eq("known")]
    given_t_h = known["assigned_t_h"] + known["spare_t_h"]
    assert given_t_h.tolist() == pytest.approx(known["available_t_h"].tolist())
    assert (known[["assigned_t_h", "spare_t_h", "short_t_h"]] >= -1e-9).all(axis=None)
