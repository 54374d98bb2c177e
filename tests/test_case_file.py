"""What a case.toml may say, and what is known of a case that says nothing."""

import pytest

from nngis.case_file import (
    UNNAMED,
    CaseFile,
    parse_case,
    read_case_file,
    shipped_case,
    shipped_layers,
)
from nngis.case_parameters import assumed_values, case_values
from nngis.errors import LayerError
from nngis.inputs.store import open_store
from nngis.law import NO_DOCUMENT, case_document, plan_document
from nngis.parameter_values import build
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.sewer.parameters import SewerParameters

MODELS = (HeatParameters, SewerParameters, RooftopParameters, ChargingParameters)
TARGET = {"rule": "A74", "value": 100, "unit": "km", "clause": "五", "year": 2030}


def test_a_folder_without_a_case_file_is_a_place_without_a_name(tmp_path):
    assert read_case_file(tmp_path) is UNNAMED


def test_every_unknown_entry_is_refused_at_once():
    with pytest.raises(LayerError) as caught:
        parse_case(
            {"name": "甲", "colour": "red", "numbers": {"heat": {"x": {}}}}, where="case.toml"
        )
    places = [one.where for one in caught.value.problems]
    assert "case.toml colour" in places
    assert any(place.startswith("case.toml numbers.heat.x") for place in places)


@pytest.mark.parametrize("file", ["/etc/passwd", "../register.toml"])
def test_a_file_of_a_case_lies_in_its_folder(file):
    with pytest.raises(LayerError, match="document"):
        parse_case({"name": "甲", "document": file}, where="case.toml")


@pytest.mark.parametrize("code", ["45%", "4502' OR '1'='1", "四五"])
def test_a_code_is_figures_and_nothing_else(code):
    with pytest.raises(LayerError, match="adcodes"):
        parse_case({"name": "甲", "adcodes": [code]}, where="case.toml")


def test_the_case_that_ships_names_itself_and_states_its_fleet():
    case = shipped_case()
    assert case.name.en == "Nanning"
    assert case.numbers["charging"]["nev_stock_count"].value == 135_302
    assert open_store(shipped_layers()).is_shipped


def test_a_case_of_one_target_asks_for_that_alone(tmp_path):
    case = parse_case({"name": "甲", "targets": [TARGET]}, where="case.toml")
    document = case_document(tmp_path, case)
    assert list(document.numbers) == ["A74"]
    found = case_values(SewerParameters, document, {})
    assert found["sewer_target_km"].value == 100
    assert found["build_km_per_year"].value == 20  # a fifth of it
    assert found["capacity_target_10k_t_d"].value is None


@pytest.mark.parametrize("model", MODELS)
def test_a_silent_case_has_no_number_of_the_one_that_ships(model):
    values = case_values(model, NO_DOCUMENT, {})
    built, records = build(model, {}, {}, scenario_name="x", case=values)
    told = "".join(f"{one.source}{one.value}" for one in records if one.name in values)
    for word in ("南宁", "横州", "兴宁", "135302", "21453", "135,302", "方案三", "280"):
        assert word not in told
    if model is ChargingParameters:
        assert built.nev_stock_count is None
        assert built.piles_stock_count is None


def test_what_is_assumed_for_want_of_a_number_is_said_unless_it_was_given():
    values = case_values(HeatParameters, NO_DOCUMENT, {})
    (said,) = assumed_values(HeatParameters, values, {"threshold_mw"})
    assert "supply_radius_m" in said.en
    assert "threshold_mw" not in said.en


def test_a_number_of_the_case_goes_before_the_documents():
    case = parse_case(
        {"name": "甲", "numbers": {"heat": {"supply_radius_m": {"value": 9000, "source": "乙"}}}},
        where="case.toml",
    )
    found = case_values(HeatParameters, plan_document(), case.numbers["heat"])
    assert (found["supply_radius_m"].value, found["supply_radius_m"].origin) == (9000, "case.toml")
    assert found["retire_max_t_h"].origin == "register.toml"


@pytest.mark.parametrize(
    ("codes", "prefixes"),
    [(("450000",), ("45",)), (("450100",), ("4501",)), (("4501",), ("4501",)),
     (("450123",), ("450123",)), (("45",), ("45",)), (("110000", "450100"), ("11", "4501"))],
)  # fmt: skip
def test_zeros_of_a_code_stand_for_all_of_a_province_or_a_city(codes, prefixes):
    assert CaseFile(name="甲", adcodes=codes).prefixes == prefixes
