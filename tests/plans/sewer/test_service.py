"""Who is served, by which plant, and which sewers are to be renovated."""

import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.plan import PLAN
from nngis.plans.sewer.plants import place_capacity
from nngis.result.result import Analysis

PARAMETERS = SewerParameters(served_within_m=200.0, persons_per_building=5.0)


@pytest.fixture
def network(at, frame):
    # a and b lead to the plant in (4, 0); c lies by itself and ends nowhere.
    lines = {"a": ((0, 0), (2, 0)), "b": ((2, 0), (4, 0)), "c": ((0, 5), (3, 5))}
    return frame(
        {k: {"geometry": LineString([at(*p), at(*q)])} for k, (p, q) in lines.items()}, "sewer_id"
    )


@pytest.fixture
def plants(at, frame):
    return frame(
        {
            "w": {
                "name_zh": "甲厂",
                "capacity_m3_d": 100.0,
                "influent_bod_mg_l": 80.0,
                "geometry": Point(at(4.1, 0)),
            },
            "v": {"name_zh": "乙厂", "influent_bod_mg_l": 150.0, "geometry": None},
        },
        "wwtp_id",
    )


@pytest.fixture
def demand(at, frame):
    return frame(
        {
            "near": {"population": 100.0, "geometry": Point(at(1, 0.2))},
            "far": {"population": 40.0, "geometry": Point(at(1, 0.201))},
            "loose": {"population": None, "geometry": Point(at(1, 5))},
        },
        "demand_id",
    )


def run(**layers) -> Analysis:
    return analyse(SewerLayers(**layers), PARAMETERS)


def test_a_sewer_serves_up_to_the_distance_and_only_if_it_leads_to_a_plant(network, plants, demand):
    gaps = run(demand=demand, sewers=network, treatment_plants=plants).tables["gaps"]
    assert gaps["decision"].to_dict() == {"near": "covered", "far": "gap", "loose": "gap"}
    assert gaps["gap_reason"].fillna("").to_dict() == {
        "near": "",
        "far": "far",
        "loose": "no_catchment",
    }
    assert gaps["population"].to_dict() == {"near": 100.0, "far": 40.0, "loose": 5.0}


def test_without_any_plant_nearness_alone_decides(network, demand):
    gaps = run(demand=demand, sewers=network).tables["gaps"]
    assert gaps["decision"].to_dict() == {"near": "covered", "far": "gap", "loose": "covered"}


def test_the_load_of_a_plant_is_its_peoples_sewage(network, plants, demand):
    table = run(demand=demand, sewers=network, treatment_plants=plants).tables["plants"]
    row = table.loc["w"]
    assert row["upstream_km"] == pytest.approx(4.0)
    assert (row["population"], row["load_basis"]) == (100.0, "people")
    # 202 L a head and day in a city, 90 % of it sewage, a tenth more by groundwater.
    assert row["load_m3_d"] == pytest.approx(100 * 0.202 * 0.9 * 1.1)
    assert row["spare_m3_d"] == pytest.approx(100 - row["load_m3_d"])
    assert pd.isna(table.loc["v", "load_m3_d"])


def test_the_sewers_of_a_plant_with_thin_influent_are_to_be_renovated(network, plants):
    tables = run(sewers=network, treatment_plants=plants).tables
    assert tables["renovation"]["rule"].to_dict() == {"a": "A16", "b": "A16", "c": ""}
    assert tables["renovation"]["decision"].to_dict() == {
        "a": "renovate",
        "b": "renovate",
        "c": "existing",
    }


def test_faults_age_and_material_call_for_renovation_unless_mended(network):
    said = {
        "built_year": [1984, 1985, 1986],
        "material": ["HDPE", "钢筋混凝土", "平口混凝土管"],
        "misconnected": [True, None, None],
        "mended": [True, None, False],
    }
    judged = run(sewers=network.assign(**said)).tables["renovation"]
    assert judged["decision"].to_dict() == {"a": "existing", "b": "renovate", "c": "renovate"}
    assert judged["reason_en"].to_dict() == {
        "a": "Mended.",
        "b": "40 years old.",
        "c": "Made of 平口混凝土管.",
    }


def test_storm_sewers_serve_nobody(network, demand):
    gaps = run(demand=demand, sewers=network.assign(sewer_kind="storm")).tables["gaps"]
    assert gaps["gap_reason"].unique().tolist() == ["no_sewers"]


@pytest.mark.parametrize("role", ["demand", "sewers", "sewer_projects", "treatment_plants"])
def test_one_layer_is_enough_and_what_is_missing_is_said(
    role, network, plants, demand, frame, counties
):
    layers = {
        "demand": demand,
        "sewers": network,
        "treatment_plants": plants,
        "sewer_projects": frame({"p": {"sewer_length_km": 3.0, "completed": True}}),
    }
    found = run(**{role: layers[role]})
    tables = {sheet.table for sheet in PLAN.sheets} | {layer.table for layer in PLAN.view.layers}
    assert tables - {"rejects"} <= set(found.tables)
    said = " ".join(text.en for text in found.warnings)
    words = {
        "sewers": "no layer of sewers",
        "sewer_projects": "no list of projects",
        "treatment_plants": "no treatment plants",
    }
    assert all((word in said) == (name != role) for name, word in words.items())


def test_a_sewer_that_two_rules_name_counts_with_both(network, plants):
    said = {"damaged": [True, False, None]}
    found = run(sewers=network.assign(**said), treatment_plants=plants)
    values = {one.name: one.value for one in found.indicators}
    assert values["a16_renovate_km"] == pytest.approx(4.0)
    assert values["a81_renovate_km"] == pytest.approx(2.0)


def test_missing_treatment_goes_to_the_plant_that_can_take_most(frame, at):
    plants = frame(
        {"near": {"geometry": Point(at(0, 0))}, "lonely": {"geometry": Point(at(90, 0))}}, "wwtp_id"
    )
    people = frame(
        {
            "a": {"population": 30_000.0, "decision": "gap", "geometry": Point(at(1, 0))},
            "b": {"population": 20_000.0, "decision": "gap", "geometry": Point(at(2, 0))},
        },
        "demand_id",
    )
    parameters = SewerParameters(
        plants_to_extend=1, plant_step_m3_d=5_000.0, plant_catchment_m=10_000.0,
        water_l_head_d=240.0,
    )  # fmt: skip
    found = place_capacity(people, plants, 14_000.0, parameters)
    # Two whole steps; 50,000 people bring 11,880 m3/d at 240 L, of which they take 10,000.
    assert found["added_here_m3_d"].dropna().to_dict() == {"near": 10_000.0}
    assert found["served_here_m3_d"].dropna().to_dict() == pytest.approx({"near": 10_000.0})


def test_without_treatment_in_the_ledger_nobody_is_told_to_build_any(network, plants, demand):
    found = run(demand=demand, sewers=network, treatment_plants=plants).tables["plants"]
    assert found["added_here_m3_d"].isna().all()


@pytest.mark.parametrize(
    ("people", "decision", "added"),
    [
        (6_713.0, "gap", 5_000.0),  # 1,595 m3/d: one step, however much the target lacks
        (25_000.0, "gap", 10_000.0),  # 5,940 m3/d fill two
        (6_713.0, "unknown", None),  # nobody is known to be without service
        (6_713.0, "covered", None),
        (float("nan"), "gap", None),
    ],
)
def test_treatment_is_added_for_the_sewage_of_people_and_not_for_a_target(
    frame, at, people, decision, added
):
    plants = frame({"w": {"geometry": Point(at(0, 0))}}, "wwtp_id")
    row = {"population": people, "decision": decision, "geometry": Point(at(1, 0))}
    found = place_capacity(
        frame({"a": row}, "demand_id"), plants, 150_000.0,
        SewerParameters(plant_step_m3_d=5_000.0, water_l_head_d=240.0),
    )  # fmt: skip
    given = found["added_here_m3_d"].dropna().tolist()
    assert given == ([] if added is None else [added])


def test_without_a_layer_of_sewers_nobody_knows_who_is_served(plants, demand, counties):
    found = run(demand=demand, treatment_plants=plants, counties=counties)
    gaps = found.tables["gaps"]
    assert gaps["decision"].unique().tolist() == ["unknown"]
    value = next(one for one in found.indicators if one.name == "gap_population")
    assert value.value is None
    whole = gaps["population"].sum()
    assert f"{whole:,.0f}" in value.note.en
    assert "between 0 and" in value.note.en
    assert found.tables["gaps_by_county"]["covered_share"].isna().all()
    assert found.tables["gaps_by_county"]["gap_population_high"].sum() == whole
