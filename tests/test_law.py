import re
from importlib.resources import files

import pytest

from nngis.case_parameters import document_values
from nngis.errors import NngisError
from nngis.law import clause_of, law, parse_document, plan_document
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.sewer.parameters import SewerParameters

MODELS = (HeatParameters, SewerParameters, RooftopParameters, ChargingParameters)

# Read from the plan document by hand.
BY_HAND = {
    "retire_max_t_h": 10,
    "ban_built_up_t_h": 35,
    "ban_elsewhere_t_h": 10,
    "supply_radius_m": 15_000,
    "threshold_mw": 300,
    "threshold_op": ">",
    "captive_max_mw": 300,
    "ultra_low_pm_mg_m3": 10,
    "ultra_low_so2_mg_m3": 35,
    "ultra_low_nox_mg_m3": 50,
    "sewer_target_km": 280,
    "capacity_target_10k_t_d": 36,
    "build_km_per_year": 56,
    "policy_min_share_government": 0.5,
    "policy_min_share_public": 0.4,
    "policy_min_share_industrial_commercial": 0.3,
    "policy_min_share_rural_residential": 0.2,
    "pilot_counties": ("横州市", "兴宁区"),
    "nev_sales_share": 0.3,
}


def test_every_number_read_from_the_document_is_what_the_document_says():
    found = {k: v for model in MODELS for k, v in document_values(model, plan_document()).items()}
    assert {name: found[name] for name in BY_HAND} == BY_HAND


@pytest.mark.parametrize("model", MODELS)
def test_a_default_is_the_documents_number_with_its_clause_and_words(model):
    defaults = model()
    for name, value in document_values(model, plan_document()).items():
        extra = model.model_fields[name].json_schema_extra
        assert getattr(defaults, name) == value
        assert extra["source"] == law(extra["law"]).source


def test_a_number_of_the_law_is_named_with_words_that_hold_it():
    for one in plan_document().numbers.values():
        assert one.quote_zh
        assert one.clause.startswith("方案") or one.origin


def test_another_citys_document_moves_the_parameters_that_it_speaks_of_alone():
    text = """
    [A58]
    clause = "五"
    quote_zh = "20 蒸吨"
    law = { ban_built_up_t_h = { value = 20, unit = "t/h" } }
    [A32]
    clause = "六"
    quote_zh = "四成"
    targets = [{ value = 40, unit = "%", sense = "at_least" }]
    """
    other = parse_document(text, "elsewhere")
    assert document_values(HeatParameters, other) == {"ban_built_up_t_h": 20}
    assert document_values(ChargingParameters, other) == {"nev_sales_share": 0.4}


def test_a_number_without_a_value_is_refused_with_every_other_one():
    text = 'A1 = { clause = "一", quote_zh = "", law = { a = { unit = "m" }, b = {} } }'
    with pytest.raises(NngisError) as caught:
        parse_document(text, "x.toml")
    assert len(caught.value.problems) == 2


def test_a_clause_is_cited_as_people_cite_it():
    assert clause_of("A57") == "方案三（八）"
    assert clause_of("A16") == "方案三（二）"


def test_no_number_of_the_document_is_written_down_again_in_the_plans():
    """A parameter that bears the name of a number of the law takes it from there."""
    names = {one.split(".")[1] for one in plan_document().numbers if "." in one}
    for model in MODELS:
        for name, info in model.model_fields.items():
            if name in names:
                assert "law" in info.json_schema_extra, name


def test_no_code_cites_a_clause_of_its_own():
    cited = re.compile(r'^[A-Z_0-9]+ = "方案[一二三四五]（', re.MULTILINE)
    for path in files("nngis").joinpath("plans").rglob("*.py"):
        assert not cited.search(path.read_text(encoding="utf-8")), path.name
