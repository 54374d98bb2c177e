"""Rules that plans decide: the register says what the plan found, and nothing else."""

import geopandas as gpd
import pandas as pd
import pytest

from nngis.decide.indicators import Indicator
from nngis.law import law
from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import judge_proposals
from nngis.register.asking import ask
from nngis.register.data import Data
from nngis.register.rules import register
from nngis.result.result import Analysis
from nngis.text import Text

X, Y = 500_000.0, 2_500_000.0


@pytest.fixture
def units(at, layer):
    unit = {"fuel": "coal", "capacity_mw": 660.0, "is_chp": True, "status": "operating"}
    return layer({"u": {**unit, "plant_id": "P", "name_zh": "电厂", "geometry": at(0, 0)}})


@pytest.fixture
def heat(counties, units, layer, at):
    """Run the heat plan on a town, 5 km square, with coal boilers of 5, 12, 20 and 36 t/h."""
    from shapely import box  # noqa: PLC0415

    town = layer({"B": {"name_zh": "城区", "geometry": box(X, Y, X + 5000, Y + 5000)}})

    def run(**given):
        values = {k: given.pop(k) for k in list(given) if k in HeatParameters.model_fields}
        coal = {"fuel": "coal", "status": "in_use"}
        boilers = layer(
            {
                f"{where}{size}": {**coal, "capacity_t_h": float(size), "geometry": at(x, 1)}
                for where, x in (("town", 1), ("out", 12))
                for size in (5, 12, 20, 36)
            }
        )
        frames = {"boilers": boilers, "heat_sources": units, "built_up": town} | given
        found = analyse(HeatLayers(counties=counties, **frames), HeatParameters(**values))
        return found, frames

    return run


def asked(id_, found, frames, counties, plan="heat"):
    return ask(register()[id_], Data(frames, counties, plans={plan: found}))


@pytest.mark.parametrize("limit", [5.0, 10.0, 20.0, 36.0])
def test_a_changed_size_moves_plan_and_register_alike(heat, counties, limit):
    found, frames = heat(retire_max_t_h=limit)
    retired = found.tables["boilers"]["rules_hit"].str.contains("A57")
    assert retired.sum() == sum(size <= limit for size in (5, 12, 20, 36))
    one = asked("A57", found, frames, counties)
    assert one.parts[0].value == retired.sum()
    assert next(i for i in found.indicators if i.name == "a57_left_count").value == retired.sum()


@pytest.mark.parametrize("limit", [4.0, 12.0, 20.0, 35.0, 40.0])
def test_a_changed_ban_moves_permit_and_register_alike(heat, counties, layer, at, units, limit):
    new = layer(
        {
            f"n{size}": {"fuel": "coal", "capacity_t_h": float(size), "geometry": at(2, 2)}
            for size in (5, 12, 20, 36)
        }
    )
    found, frames = heat(ban_built_up_t_h=limit, proposed_boilers=new)
    values = HeatParameters(ban_built_up_t_h=limit)
    permit = judge_proposals(new, units, frames["built_up"], counties, values)
    by_permit = set(permit.index[permit["decision"].eq("banned")])
    one = asked("A58", found, frames, counties)
    assert set(one.objects.index[one.objects["state"].eq("open")]) == by_permit
    assert one.parts[0].value == sum(size <= limit for size in (5, 12, 20, 36))


def test_a_verdict_carries_the_assumption_it_stands_on(heat, counties, units):
    silent = units.assign(is_chp=pd.NA)
    found, frames = heat(heat_sources=silent, assume_chp=True)
    one = asked("A63", found, frames, counties)
    assert one.status == "missed"
    assert any("assume_chp" in text.zh for text in one.assumptions)
    left = next(i for i in found.indicators if i.name == "a63_left_count")
    assert left.status == "missed"
    assert left.assumptions == one.assumptions
    found, frames = heat(heat_sources=silent, assume_chp=False)
    assert asked("A63", found, frames, counties).status == "unknown"
    assert next(i for i in found.indicators if i.name == "a63_left_count").status == "unknown"


def test_where_a_plan_has_not_run_the_rule_says_so(counties, layer, at):
    boilers = layer({"b": {"fuel": "coal", "capacity_t_h": 5.0, "geometry": at(1, 1)}})
    found = ask(register()["A57"], Data({"boilers": boilers}, counties))
    assert found.status == "unknown"
    assert "plan.heat" in found.missing
    assert "nngis run heat" in found.note.zh


def test_waste_heat_goes_to_users_without_a_boiler_too(heat, counties, layer, at, units):
    far = units.assign(status="planned")
    users = layer({"a": {"steam_t_h": 10.0, "geometry": at(1, 0)}})
    sources = layer({"x": {"waste_heat_t_h": 6.0, "geometry": at(0, 0)},
                     "y": {"waste_heat_t_h": 20.0, "geometry": at(3, 0)}})  # fmt: skip
    none = layer({"b": {"fuel": "gas", "capacity_t_h": 1.0, "geometry": at(19, 9)}})
    found, frames = heat(boilers=none, heat_sources=far, heat_users=users, waste_heat=sources)
    one = asked("A68", found, frames, counties)
    assert one.parts[0].value == pytest.approx(10.0)
    assert one.objects["assigned_t_h"].to_dict() == pytest.approx({"x": 0.0, "y": 10.0})


def test_without_waste_heat_a68_asks_for_it(heat, counties):
    found, frames = heat()
    assert asked("A68", found, frames, counties).missing == ("waste_heat",)


def test_load_gathers_in_centres_of_50_t_h(heat, counties, layer, at, units):
    far = units.assign(status="planned")
    none = layer({"b": {"fuel": "gas", "capacity_t_h": 1.0, "geometry": at(19, 9)}})
    users = layer(
        {
            k: {"steam_t_h": s, "geometry": at(x, 5)}
            for k, s, x in [("a", 30.0, 1), ("b", 20.0, 3), ("c", 49.0, 15)]
        }
    )
    found, frames = heat(boilers=none, heat_sources=far, heat_users=users)
    one = asked("A60", found, frames, counties)
    assert one.objects["load_t_h"].tolist() == pytest.approx([50.0])


def test_dispersed_boilers_are_those_that_the_plan_sends_to_a_park(
    heat, counties, layer, at, units
):
    park = layer({"p": {"name_zh": "园", "has_heat": True, "geometry": at(12, 1).buffer(300)}})
    found, frames = heat(heat_sources=units.assign(status="planned"), parks=park)
    one = asked("A61", found, frames, counties)
    table = found.tables["boilers"]
    sent = table["rules_hit"].str.contains("A61")
    assert set(one.objects.index) == set(table.index[sent])
    assert table["decision"].eq("relocate").sum() == 3  # the small one in town retires


def test_ultra_low_emission_is_the_plans_answer_for_boilers_units_and_stacks(
    heat, counties, layer, at
):
    clean = {"pm_mg_m3": 10.0, "so2_mg_m3": 35.0, "nox_mg_m3": 50.0}
    stacks = layer(
        {
            "good": {**clean, "geometry": at(1, 1)},
            "bad": {**clean, "nox_mg_m3": 50.1, "geometry": at(1, 1)},
            "unsaid": {**clean, "pm_mg_m3": None, "geometry": at(1, 1)},
        }
    )
    found, frames = heat(stacks=stacks)
    one = asked("A65", found, frames, counties)
    state = one.objects["state"]
    assert state.loc[["good", "bad", "unsaid"]].tolist() == ["done", "open", "unknown"]
    assert one.status == "missed"
    assert one.assumptions
    found, frames = heat(stacks=stacks, ultra_low_nox_mg_m3=60.0)
    assert asked("A65", found, frames, counties).objects.loc["bad", "state"] == "done"


def test_roofs_are_what_the_rooftop_plan_found(counties, layer):
    by = gpd.GeoDataFrame(
        {"capacity_kwp": [1500.0, 500.0]}, index=["兴宁区", "横州市"],
        geometry=counties.geometry.to_numpy(), crs=counties.crs,
    ).rename_axis("county")  # fmt: skip
    names = ("pv_capacity_mw", "pv_energy_gwh_a")
    numbers = tuple(
        Indicator(name, Text(name, name), 2.0, "MWp", "", basis="potential") for name in names
    )
    found = Analysis({"by_county": by}, numbers)
    one = asked("A21", found, {"roofs": layer({"r": {}})}, counties, plan="rooftop")
    assert [part.value for part in one.parts] == [2.0, 2.0]
    assert one.status == "done"
    assert one.by_county["value"].to_dict() == {"兴宁区": 1.5, "横州市": 0.5}


def test_every_rule_that_a_plan_decides_names_a_plan_that_runs():
    decided = {id_ for id_, rule in register().items() if "plan" in rule.options}
    asked_for = {
        f"A{n}" for n in (16, 21, 26, 37, 57, 58, 59, 60, 61, 62, 63, 64, 65, 68, 74, 75, 81)
    }
    assert asked_for <= decided


def test_no_number_of_the_law_is_written_in_the_registers_options():
    for id_, rule in register().items():
        if "plan" in rule.options:
            numbers = {v for v in rule.options.values() if isinstance(v, float) and v > 1}
            assert numbers <= {1000.0, 10_000.0}, id_  # unit factors alone
    assert law("A57.retire_max_t_h").value == 10
