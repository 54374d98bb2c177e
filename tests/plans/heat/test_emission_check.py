"""Stacks against limits: what contradicts what, by hand."""

import pandas as pd
import pytest

from nngis import fields
from nngis.plans.heat.emission_check import contradictions, stacks
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.tonnes import count_tonnes


def checked(parameters=None, **columns):
    parameters = parameters or HeatParameters(ash_share=0.2, sulphur_share=0.01)
    rows = max((len(v) for v in columns.values() if isinstance(v, list)), default=1)
    base = {
        "name_zh": "某厂", "county": "甲", "fuel": "coal", "capacity_t_h": 10.0,
        "fuel_use_t_a": 1_000.0, "boiler_model": "SZL10-1.25-A", "commissioned": "2005",
        "status": "operating", "decision": "keep",
    }  # fmt: skip
    boilers = pd.DataFrame(base | columns, index=[f"b{k}" for k in range(rows)])
    return stacks(boilers.join(count_tonnes(boilers, parameters)), parameters)


def test_dust_of_a_small_grate_by_the_default_removal_clashes_with_its_limit():
    # 6 t/h: 30 kg/t made, 90 % removed, 3 kg/t in 10,000 m³: 300 mg/m³ against 80. The limit is
    # counted. SO2 17 kg/t, 15 % removed: 1,445 against 550. NOx 400 against 400 keeps it.
    one = checked(capacity_t_h=6.0).iloc[0]
    assert one["pm_by_factors_mg_m3"] == pytest.approx(300.0)
    assert one["pm_stack_mg_m3"] == one["pm_limit_mg_m3"] == 80
    assert one["so2_by_factors_mg_m3"] == pytest.approx(1_445.0)
    assert one["so2_limit_mg_m3"] == 550
    assert (one["nox_stack_mg_m3"], one["nox_basis"]) == (400, "factors")
    assert one["decision"] == "unknown"
    assert "SO2, dust" in one["reason_en"]


def test_what_is_stated_is_held_against_the_limit_and_named():
    told = {"pm_mg_m3": [60.0, 90.0], "so2_mg_m3": [300.0, 300.0], "nox_mg_m3": [350.0, 350.0]}
    found = checked(**told)
    assert found["decision"].tolist() == ["met", "missed"]
    assert found["pm_stack_mg_m3"].tolist() == [60, 90]
    assert "dust" in found["reason_en"].iloc[1]
    assert "SO2" not in found["reason_en"].iloc[1]
    assert len(contradictions(found)) == 1


def test_factors_that_keep_the_limits_prove_nothing():
    # All removed but a little, by parameters: no clash, and still nothing that the ledger states.
    clean = HeatParameters(pm_removal_share=0.999, so2_removal_share=0.99, nox_removal_share=0.5)
    assert checked(clean)["decision"].tolist() == ["not_checked"]
    assert contradictions(checked(clean)) == ()


def test_without_the_assumption_the_factors_are_counted():
    free = HeatParameters(hold_limits=False, ash_share=0.2, sulphur_share=0.01)
    one = checked(free, capacity_t_h=6.0).iloc[0]
    assert one["pm_stack_mg_m3"] == pytest.approx(300.0)


def test_boilers_that_burn_no_coal_or_are_stopped_have_no_stack_to_check():
    found = checked(fuel=["gas", "coal", "coal"], status=["operating", "stopped", "operating"])
    assert found.index.tolist() == ["b2"]
    none = checked(fuel=["gas"])
    assert none.empty
    assert set(none.columns) <= set(fields.glossary()) | {"reason_zh", "reason_en"}
