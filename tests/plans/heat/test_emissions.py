"""Tonnes of coal and of what it makes: by hand, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis import fields
from nngis.plans.heat.emission_factors import (
    EmissionParameters,
    emission_factors,
    known_factors,
)
from nngis.plans.heat.emission_limits import shipped_limits
from nngis.plans.heat.emissions import avoided_by_chp, emissions
from nngis.plans.heat.furnaces import FURNACES

FACTORS = emission_factors()
# What the two numbers of the factor table that can be worked out by hand assume.
RAW = known_factors(
    FACTORS,
    EmissionParameters(
        full_load_h_a=8_000.0,
        sulphur_share=0.01,
        ash_share=0.20,
        so2_removal_share=0.0,
        nox_removal_share=0.0,
        pm_removal_share=0.0,
    ),
)
MODEL_OF = {
    "grate_automatic": "SZL20-1.25-A",
    "grate_manual": "DZG2-0.8-A",
    "fluidised_bed": "SHX35-2.5-A",
    "pulverised": "SHS20-2.5-A",
}
SUBSTANCES = ("coal", "co2", "so2", "nox", "pm")


def ledger(**columns: object) -> pd.DataFrame:
    """Return a ledger of coal boilers of 10 t/h."""
    rows = max((len(v) for v in columns.values() if isinstance(v, list)), default=1)
    return pd.DataFrame({"fuel": "coal", "capacity_t_h": 10.0} | columns, index=range(rows))


def test_a_75_t_h_fluidised_bed_burns_10_5_t_of_coal_an_hour() -> None:
    boiler = ledger(capacity_t_h=75.0, boiler_model="DG75/3.82-11")
    assert emissions(boiler, RAW).loc[0, "coal_t_a"] / 8_000 == pytest.approx(10.5)


@pytest.mark.parametrize(
    ("furnace", "nox", "pm"),
    [
        ("pulverised", 5.47, 150.0),
        ("fluidised_bed", 7.5, 120.0),
        ("grate_automatic", 4.0, 30.0),
        ("grate_manual", 3.8, 30.0),
    ],
)
def test_a_thousand_tonnes_of_coal_make_what_the_table_says(furnace, nox, pm) -> None:
    found = emissions(ledger(fuel_use_t_a=1_000.0, boiler_model=MODEL_OF[furnace]), RAW).loc[0]
    assert found["furnace"] == furnace
    assert found["so2_t_a"] == pytest.approx(17.0)
    assert found["nox_t_a"] == pytest.approx(nox)
    assert found["pm_t_a"] == pytest.approx(pm)
    assert found["co2_t_a"] == pytest.approx(1_900.0)


def test_stated_use_goes_before_the_estimate_and_has_no_range() -> None:
    found = emissions(ledger(fuel_use_t_a=[3_000.0, np.nan], boiler_model="DZL10"), FACTORS)
    assert found["coal_basis"].tolist() == ["stated", "estimated"]
    assert found.loc[0, ["coal_low_t_a", "coal_t_a", "coal_high_t_a"]].tolist() == [3_000.0] * 3
    # 10 t/h x 2,500, 4,000 and 6,000 h x 0.15, 0.175 and 0.20
    assert found.loc[1, ["coal_low_t_a", "coal_t_a", "coal_high_t_a"]].tolist() == pytest.approx(
        [3_750.0, 7_000.0, 12_000.0]
    )


def test_removal_takes_off_its_share() -> None:
    half = known_factors(RAW, EmissionParameters(nox_removal_share=0.5))
    boiler = ledger(fuel_use_t_a=1_000.0, boiler_model="DZL10")
    assert emissions(boiler, half).loc[0, "nox_t_a"] == pytest.approx(2.0)
    assert emissions(boiler, half).loc[0, "so2_t_a"] == pytest.approx(17.0)


def test_an_unknown_furnace_is_a_grate_with_the_range_of_all() -> None:
    boilers = ledger(boiler_model=[*MODEL_OF.values(), None], fuel_use_t_a=1_000.0)
    found = emissions(boilers, FACTORS)
    unknown, named = found.iloc[4], found.iloc[:4]
    assert unknown["furnace"] == "unknown"
    for name in SUBSTANCES:
        assert unknown[f"{name}_t_a"] == named.loc[0, f"{name}_t_a"]
        assert unknown[f"{name}_low_t_a"] <= named[f"{name}_low_t_a"].min() * (1 + 1e-12)
        assert unknown[f"{name}_high_t_a"] >= named[f"{name}_high_t_a"].max() * (1 - 1e-12)


def test_other_fuels_and_missing_numbers_are_missing_and_never_zero() -> None:
    boilers = ledger(fuel=["gas", "biomass", None, "coal"], capacity_t_h=[10.0, 10.0, 10.0, np.nan])
    found = emissions(boilers, FACTORS)
    assert found.filter(like="_t_a").isna().all(axis=None)
    assert found["coal_basis"].isna().all()
    avoided = avoided_by_chp(boilers, found, FACTORS)
    assert avoided.isna().all(axis=None)


def test_the_ledger_is_not_changed_and_its_index_is_kept() -> None:
    boilers = ledger(boiler_model=["DZL10", None]).set_axis(["x", "y"])
    before = boilers.copy(deep=True)
    found = emissions(boilers, FACTORS)
    assert avoided_by_chp(boilers, found, FACTORS).index.tolist() == ["x", "y"]
    assert found.index.tolist() == ["x", "y"]
    pd.testing.assert_frame_equal(boilers, before)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(0.5, 200.0),
    st.one_of(st.none(), st.floats(0.0, 1e5)),
    st.sampled_from([*MODEL_OF.values(), None]),
)
def test_every_range_holds_its_central_value(capacity, use, model) -> None:
    boiler = ledger(capacity_t_h=capacity, fuel_use_t_a=[use], boiler_model=model)
    counted = emissions(boiler, FACTORS)
    columns = counted.join(avoided_by_chp(boiler, counted, FACTORS)).iloc[0]
    for name in (*SUBSTANCES, *(f"{s}_avoided" for s in SUBSTANCES)):
        low, central, high = (columns[f"{name}{end}_t_a"] for end in ("_low", "", "_high"))
        slack = 1e-9 * abs(high)
        assert low - slack <= central <= high + slack


def test_what_is_avoided_is_what_was_emitted_less_what_chp_emits_for_the_heat() -> None:
    boiler = ledger(fuel_use_t_a=1_000.0, boiler_model="DZL10")
    counted = emissions(boiler, RAW)
    avoided = avoided_by_chp(boiler, counted, RAW).loc[0]
    instead = 1_000 * 0.70 / 0.90 / (1 - 0.08)
    assert avoided["coal_avoided_t_a"] == pytest.approx(1_000 - instead)
    assert avoided["co2_avoided_t_a"] == pytest.approx(1.9 * (1_000 - instead))
    assert avoided["nox_avoided_t_a"] == pytest.approx(4.0 - 0.40 * instead / 1000)
    assert avoided["so2_avoided_t_a"] == pytest.approx(17.0 - 0.28 * instead / 1000)
    assert avoided["pm_avoided_t_a"] == pytest.approx(30.0 - 0.05 * instead / 1000)


def test_the_range_of_what_is_avoided_holds_every_combination() -> None:
    boiler = ledger(fuel_use_t_a=[None], boiler_model="DZL10")
    counted = emissions(boiler, FACTORS)
    avoided = avoided_by_chp(boiler, counted, FACTORS).loc[0]

    def ends(name: str, furnace: str = "any") -> tuple[float, ...]:
        factor = FACTORS[name].get(furnace) or FACTORS[name]["any"]
        return factor.low, factor.central, factor.high

    grate = "grate_automatic"
    grid = np.meshgrid(
        [10.0 * h * c for h in ends("full_load_h_a") for c in ends("coal_t_t_steam", grate)],
        [
            b / c / (1 - loss)
            for b in ends("boiler_efficiency_share", grate)
            for c in ends("chp_efficiency_share")
            for loss in ends("network_loss_share")
        ],
        [n * (1 - r) for n in ends("nox_kg_t", grate) for r in ends("nox_removal_share")],
        ends("chp_nox_kg_t"),
    )
    coal, ratio, own, chp = (x.ravel() for x in grid)
    nox = coal * (own - ratio * chp) / 1000
    assert avoided["nox_avoided_low_t_a"] == pytest.approx(nox.min())
    assert avoided["nox_avoided_high_t_a"] == pytest.approx(nox.max())
    assert avoided["coal_avoided_low_t_a"] == pytest.approx((coal * (1 - ratio)).min())
    assert avoided["coal_avoided_high_t_a"] == pytest.approx((coal * (1 - ratio)).max())


def test_parameters_replace_only_what_they_name() -> None:
    given = known_factors(FACTORS, EmissionParameters(coal_t_t_steam=0.16))
    assert {f.central for f in given["coal_t_t_steam"].values()} == {0.16}
    assert {k: v for k, v in given.items() if k != "coal_t_t_steam"} == {
        k: v for k, v in FACTORS.items() if k != "coal_t_t_steam"
    }
    assert known_factors(FACTORS, EmissionParameters()) == FACTORS


def test_every_factor_has_its_range_in_order_and_a_source() -> None:
    for name, by_furnace in FACTORS.items():
        assert "any" in by_furnace or set(FURNACES) <= set(by_furnace), name
        for factor in by_furnace.values():
            assert factor.low <= factor.central <= factor.high, name
            assert factor.source, name
            assert factor.verified in ("yes", "no", "disputed"), name
            if name.endswith("_share"):
                assert factor.low >= 0
                assert factor.high <= 1


def emitted(limits=None, **columns):
    """Return what one coal boiler of 1,000 t/a emits."""
    boiler = ledger(fuel_use_t_a=1_000.0, **{"boiler_model": "DZL10-1.25-A"} | columns)
    return emissions(boiler, RAW, limits).iloc[0]


def test_what_the_ledger_states_goes_before_every_factor() -> None:
    # 120 mg/m³ of 9,000, 10,000 and 11,000 m³ a tonne: 1.08, 1.2 and 1.32 kg/t.
    found = emitted(nox_mg_m3=[120.0], so2_mg_m3=[None])
    assert found["nox_basis"] == "stated"
    assert found[["nox_low_t_a", "nox_t_a", "nox_high_t_a"]].tolist() == pytest.approx(
        [1.08, 1.2, 1.32]
    )
    assert found["so2_basis"] == "factors"
    # Tonnes that are stated are those tonnes, whatever the coal; what is made stays what it was.
    found = emitted(nox_t_a=[2.5], nox_mg_m3=[120.0])
    assert found[["nox_low_t_a", "nox_t_a", "nox_high_t_a"]].tolist() == pytest.approx([2.5] * 3)
    assert found["nox_made_t_a"] == pytest.approx(4.0)


def test_who_states_nothing_keeps_the_law_and_the_range_says_that_he_may_not() -> None:
    # A grate without any removal makes 30 kg/t of dust, 3,000 mg/m³: 80 are allowed, 0.8 kg/t.
    found = emitted(shipped_limits())
    assert found["pm_basis"] == "limit"
    assert found["pm_t_a"] == pytest.approx(0.8)
    assert found["pm_high_t_a"] == pytest.approx(50.0)  # 1,000 t x 0.20 x 0.25, none removed
    assert found["pm_made_t_a"] == pytest.approx(30.0)
    # NOx of 4 kg/t are 400 mg/m³, and 400 are allowed.
    assert (found["nox_basis"], found["nox_t_a"]) == ("factors", pytest.approx(4.0))


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.5, 300.0),
    st.floats(1.0, 1e5),
    st.sampled_from([*MODEL_OF.values(), None, "DG75/3.82-11"]),
    st.sampled_from([None, "1998年", "2016-05"]),
    st.one_of(st.none(), st.floats(1.0, 900.0)),
)
def test_no_boiler_emits_more_than_it_makes_or_than_it_may_unless_the_ledger_says_so(
    capacity, use, model, built, stated
) -> None:
    boiler = ledger(
        capacity_t_h=capacity, fuel_use_t_a=[use], boiler_model=model, commissioned=[built],
        nox_mg_m3=[stated],
    )  # fmt: skip
    free = emissions(boiler, FACTORS).iloc[0]
    held = emissions(boiler, FACTORS, shipped_limits()).iloc[0]
    for name in ("so2", "nox", "pm"):
        assert held[f"{name}_t_a"] <= free[f"{name}_t_a"] * (1 + 1e-12)
        assert held[f"{name}_high_t_a"] == pytest.approx(free[f"{name}_high_t_a"])
        assert held[f"{name}_made_t_a"] == free[f"{name}_made_t_a"]
        if held[f"{name}_basis"] != "stated":
            assert held[f"{name}_t_a"] <= held[f"{name}_made_t_a"] * (1 + 1e-12)
            # 400 mg/m³ at most, of SO2 and NOx, in 10,000 m³ a tonne.
            assert held[f"{name}_t_a"] <= use * 400 * 10_000 / 1e9 * (1 + 1e-12)
    assert (held["nox_basis"] == "stated") == (stated is not None)
    if stated is not None:
        assert held["nox_t_a"] == pytest.approx(use * stated * 10_000 / 1e9)


def test_bigger_and_newer_boilers_have_more_taken_out() -> None:
    sizes = ledger(
        capacity_t_h=[6.0, 20.0, 40.0, 6.0], boiler_model="SZL", fuel_use_t_a=1_000.0,
        commissioned=["2005", "2005", "2005", "2018"],
    )  # fmt: skip
    found = emissions(sizes, FACTORS)
    made = 1_000 * 0.20 * 0.15
    assert found["pm_made_t_a"].tolist() == pytest.approx([made] * 4)
    # 90, 97, 99 and, where it is new, 98.5 % are removed.
    assert found["pm_t_a"].tolist() == pytest.approx([3.0, 0.9, 0.3, 0.45])
    assert found["so2_t_a"].tolist() == pytest.approx([17 * 0.85, 17 * 0.3, 17 * 0.3, 17 * 0.85])


def test_every_column_is_titled() -> None:
    boiler = ledger(boiler_model="DZL10")
    counted = emissions(boiler, FACTORS)
    for name in counted.columns.union(avoided_by_chp(boiler, counted, FACTORS).columns):
        assert name in fields.glossary()
