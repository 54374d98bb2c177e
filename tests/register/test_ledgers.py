"""A74 and A75 as the sewer plan counted them on a ledger."""

import geopandas as gpd
import pandas as pd
import pytest

from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.register.public import public_figures

DONE = {"status": "completed", "evidence": "surveyed"}


@pytest.fixture
def asked_with(asked, counties):
    def run(id_, rows, evidence="surveyed"):
        ledger = gpd.GeoDataFrame(
            pd.DataFrame.from_dict(rows, orient="index"),
            geometry=[None] * len(rows),
            crs=counties.crs,
        ).assign(evidence=evidence)
        layers = SewerLayers(sewer_projects=ledger, counties=counties)
        plans = {"sewer": analyse(layers, SewerParameters())}
        data = {"plans": plans, "figures": public_figures()}
        return asked(id_, data=data, sewer_projects=ledger)

    return run


def test_a_ledger_that_says_only_states_answers_a74_with_its_pace(asked_with):
    rows = {
        str(year): {**DONE, "sewer_length_km": 60.0, "plan_year": year, "county": "兴宁区"}
        for year in (2021, 2022, 2023)
    }
    found = asked_with("A74", rows)
    one = found.parts[0]
    assert (found.status, one.value, one.year) == ("missed", 180.0, 2023)
    assert one.forecast.value == pytest.approx(300.0)
    assert found.by_county["value"].to_dict() == {"兴宁区": 180.0, "横州市": 0.0}
    assert found.evidence == "surveyed"


def test_a_project_of_unknown_state_leaves_a74_open(asked_with):
    rows = {"a": {**DONE, "sewer_length_km": 60.0}, "b": {"sewer_length_km": 9.0, "status": None}}
    assert asked_with("A74", rows).status == "unknown"


def test_treatment_in_the_same_ledger_answers_a75(asked_with):
    rows = {"a": {**DONE, "sewer_length_km": None, "capacity_m3_d": 4e5, "plan_year": 2024}}
    found = asked_with("A75", rows)
    assert (found.status, found.parts[0].value) == ("met", 40.0)


def test_treatment_is_shared_out_to_counties_in_the_unit_of_its_target(asked_with):
    done = {**DONE, "sewer_length_km": None, "plan_year": 2024}
    rows = {
        "a": {**done, "capacity_m3_d": 250_000.0, "county": "兴宁区"},
        "b": {**done, "capacity_m3_d": 50_000.0, "county": "横州市"},
        "c": {**done, "capacity_m3_d": 60_000.0, "county": "横州市"},
    }
    found = asked_with("A75", rows)
    assert found.parts[0].value == pytest.approx(36.0)
    assert (found.status, found.parts[0].unit) == ("met", "10⁴ t/d")  # 36 is just the target
    assert found.by_county["value"].to_dict() == pytest.approx({"兴宁区": 25.0, "横州市": 11.0})


def test_a_ledger_without_treatment_leaves_a75_to_the_public_figure(asked_with):
    found = asked_with("A75", {"a": {**DONE, "sewer_length_km": 5.0}})
    assert (found.status, found.parts[0].value) == ("unknown", 15.0)


def test_a_made_up_ledger_leaves_both_to_the_public_figures(asked_with):
    rows = {"a": {**DONE, "sewer_length_km": 5.0, "capacity_m3_d": 1e4}}
    found = {id_: asked_with(id_, rows, evidence="synthetic") for id_ in ("A74", "A75")}
    assert (found["A74"].status, found["A74"].parts[0].value) == ("met", 592.0)
    assert (found["A75"].status, found["A75"].parts[0].value) == ("unknown", 15.0)
