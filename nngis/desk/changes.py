"""Changes of a scenario: what a message of the page asks, as the scenario that it makes."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from nngis.errors import NngisError, Problem, ScenarioError, require
from nngis.inputs.choices import LayerChoice
from nngis.inputs.edits import Edit
from nngis.parameter_values import build
from nngis.roles import role as role_named
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.scenario import Scenario
from nngis.text import Text
from nngis.unit_words import unit_words

EDITED = {
    "off": Text("不计 {id}", "leave out {id}"),
    "move": Text("移动 {id}", "move {id}"),
    "add": Text("新增 {id}", "add {id}"),
    "set": Text("改写 {id}", "change {id}"),
}
MOST_EDITS = 2_000


def plan_of(asked: Mapping[str, Any]) -> str:
    """Return the plan that a message names."""
    plan = str(asked.get("plan", ""))
    if plan not in PLAN_IDS:
        raise NngisError("没有这个规划。", "There is no such plan.", where=plan)
    return plan


def set_parameters(scenario: Scenario, plan: str, values: Mapping[str, Any]) -> Scenario:
    """Set parameters of a plan; one that is none goes back to its default.

    Parameters
    ----------
    scenario : Scenario
        What holds.
    plan : str
        The plan.
    values : mapping
        Values by parameter, as json.

    Returns
    -------
    Scenario
        The scenario with them.

    Raises
    ------
    ParameterError
        If there is no such parameter, or a value is not what it must be.
    """
    held = {**scenario.parameters.get(plan, {}), **values}
    held = {name: value for name, value in held.items() if value is not None}
    model = load_plan(plan).parameters
    made, _ = build(model, held, {}, scenario_name=scenario.name)  # refuses what must not be
    # As the plan reads it: 15000 of a slider is 15000.0 of a radius.
    held = {name: getattr(made, name) for name in held}
    return scenario.model_copy(update={"parameters": {**scenario.parameters, plan: held}})


def set_words(plan: str, values: Mapping[str, Any]) -> Text:
    """Say what `set_parameters` did."""
    parts = []
    for name, value in values.items():
        info = load_plan(plan).parameters.model_fields[name]
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        shown = Text("缺省", "default") if value is None else Text(f"{value}", f"{value}")
        unit = unit_words(None if value is None else str(extra.get("unit") or ""))
        parts.append(
            Text(
                f"{extra.get('title_zh', name)} = {shown.zh} {unit.zh}".rstrip(),
                f"{extra.get('title_en', name)} = {shown.en} {unit.en}".rstrip(),
            )
        )
    return Text("，".join(p.zh for p in parts), ", ".join(p.en for p in parts))


def edit_row(scenario: Scenario, asked: Mapping[str, Any]) -> Scenario:
    """Add an edit, in place of the one that it takes up.

    Parameters
    ----------
    scenario : Scenario
        What holds.
    asked : mapping
        An `Edit` as json.

    Returns
    -------
    Scenario
        The scenario with it. What was added and is then moved is added there; what was added and
        is left out again was never there.

    Raises
    ------
    ScenarioError
        If it is no edit.
    """
    try:
        edit = Edit.model_validate(dict(asked))
    except ValidationError as error:
        problems = [
            Problem(f"有误：{e['msg']}。", f"Wrong: {e['msg']}.", ".".join(map(str, e["loc"])))
            for e in error.errors()
        ]
        raise ScenarioError.of(problems) from None
    role_named(edit.role)
    rest, mine = _parted(scenario, edit.role, edit.id)
    added = next((one for one in mine if one.action == "add"), None)
    if added is not None and edit.action == "off":
        kept: list[Edit] = []
    elif added is not None and edit.action == "move":
        kept = [added.model_copy(update={"lon": edit.lon, "lat": edit.lat})]
    elif edit.action == "off":
        kept = [edit]
    else:
        kept = [*(one for one in mine if one.action not in (edit.action, "off")), edit]
    if len(rest) + len(kept) > MOST_EDITS:
        raise ScenarioError(
            f"逐行改动已有 {MOST_EDITS} 处；请改台账。",
            f"There are {MOST_EDITS} edits; change the ledger instead.",
            where=scenario.name,
        )
    return scenario.model_copy(update={"edits": (*rest, *kept)})


def edit_words(edit: Mapping[str, Any]) -> Text:
    """Say what `edit_row` did."""
    said, role = EDITED[str(edit["action"])], role_named(str(edit["role"])).title
    return Text(
        f"{role.zh}：{said.zh.format(id=edit['id'])}", f"{role.en}: {said.en.format(id=edit['id'])}"
    )


def unedit(scenario: Scenario, role: str, id_: str) -> Scenario:
    """Take back every edit of one row."""
    rest, _ = _parted(scenario, role, id_)
    return scenario.model_copy(update={"edits": tuple(rest)})


def choose_layer(scenario: Scenario, role: str, choice: LayerChoice | None) -> Scenario:
    """Let a file play a role, or give the role back to the case's own layer."""
    held = {name: one for name, one in scenario.layers.items() if name != role}
    if choice is not None:
        held[role] = choice
    # Rows that were edited lie in the layer that goes.
    edits = tuple(one for one in scenario.edits if one.role != role)
    return scenario.model_copy(update={"layers": held, "edits": edits})


def rename(scenario: Scenario, title: str) -> Scenario:
    """Give a scenario another title."""
    plain = " ".join(title.split())[:200]
    require(
        [] if plain else [Problem("请给出名称。", "Give it a name.", "title")],
        ScenarioError,
    )
    return scenario.model_copy(update={"title": Text(plain, plain)})


def _parted(scenario: Scenario, role: str, id_: str) -> tuple[list[Edit], list[Edit]]:
    mine = [one for one in scenario.edits if (one.role, one.id) == (role, id_)]
    return [one for one in scenario.edits if one not in mine], mine
