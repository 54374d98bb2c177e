"""Levers: a plan's parameters as the page shows them, with bounds, clause and who set each."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from nngis.parameter_values import ParameterRecord, build
from nngis.run.analyse import values_of
from nngis.run.cases import Case
from nngis.run.plans import load_plan
from nngis.run.scenario import Scenario
from nngis.unit_words import unit_words

# The few that stand open; all others are behind "all".
MAIN = {
    "heat": (
        "supply_radius_m",
        "threshold_mw",
        "threshold_op",
        "threshold_per",
        "assume_chp",
        "assume_steam_t_h",
    ),
    "charging": (
        "new_stations",
        "service_radius_m",
        "outer_radius_m",
        "plan_year",
        "budget_10k_cny",
        "separation_m",
    ),
    "rooftop": (
        "policy_min_share_government",
        "policy_min_share_public",
        "policy_min_share_industrial_commercial",
        "policy_min_share_rural_residential",
        "flat_usable_share",
        "pilot_counties",
        "reverse_flow_share",
    ),
    "sewer": (
        "build_from_year",
        "build_years",
        "build_km_per_year",
        "build_yuan_per_year",
        "served_within_m",
        "plants_to_extend",
    ),
}

# How far a slider goes and by which step, where the bounds are far wider than what is asked; the
# field beside it takes every value within the bounds. Where a lever has no value of its own, the
# slider stands at an indicator.
SPAN: dict[str, dict[str, tuple[float, float, float]]] = {
    "charging": {
        "new_stations": (0, 400, 1),
        "service_radius_m": (500, 10_000, 100),
        "outer_radius_m": (500, 20_000, 500),
        "plan_year": (2023, 2040, 1),
        "budget_10k_cny": (0, 100_000, 300),
        "separation_m": (0, 5_000, 100),
    },
}
STANDS_AT = {"new_stations": "built_count", "budget_10k_cny": "cost_10k_cny"}


def levers(plan: str, scenario: Scenario, case: Case) -> list[dict[str, Any]]:
    """Describe a plan's parameters for the page.

    Parameters
    ----------
    plan : str
        The plan.
    scenario : Scenario
        What holds.
    case : Case
        What the case sets: where a lever goes back to.

    Returns
    -------
    list of dict
        By parameter, the main ones first: `name, t, u, kind, value, usual, origin, source, note,
        verified, main` and, where there are any, `low, high, options, optional`.
    """
    model = load_plan(plan).parameters
    held, usual = scenario.parameters.get(plan, {}), case.scenario.parameters.get(plan, {})
    here = values_of(model, case.store)
    _, records = build(model, held, {}, scenario_name=scenario.name, case=here)
    _, before = build(model, usual, {}, scenario_name=case.scenario.name, case=here)
    shown = _schema(model)
    pairs = zip(records, before, strict=True)
    found = [_lever(now, was, shown[now.name], plan) for now, was in pairs]
    order = {name: at for at, name in enumerate(MAIN[plan])}
    return sorted(found, key=lambda one: order.get(one["name"], len(order)))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a plan's parameters; that takes longer than all else of a change."""
    found: dict[str, Any] = model.model_json_schema()["properties"]
    return found


def _lever(
    now: ParameterRecord, was: ParameterRecord, schema: dict[str, Any], plan: str
) -> dict[str, Any]:
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    kind = kinds[0] if len(kinds) == 1 else {}
    found: dict[str, Any] = {
        "name": now.name,
        "t": list(now.title),
        "u": list(unit_words(now.unit)),
        "kind": "choice" if "enum" in kind else kind.get("type", "text"),
        "value": _plain(now.value),
        "usual": _plain(was.value),
        "origin": "scenario" if now.value != was.value else _origin(was),
        "source": now.source,
        "verified": now.verified,
        "main": now.name in MAIN[plan],
        "optional": "anyOf" in schema,
    }
    for name, word in (("minimum", "low"), ("maximum", "high"), ("enum", "options")):
        if name in kind:
            found[word] = kind[name]
    if now.name in SPAN.get(plan, {}):
        found["span"] = SPAN[plan][now.name]
        found["at"] = STANDS_AT.get(now.name)
    if "note_zh" in schema:
        found["note"] = [schema["note_zh"], schema["note_en"]]
    return found


def _origin(was: ParameterRecord) -> str:
    return "law" if was.origin == "default" else "case"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
