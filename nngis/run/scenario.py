"""A scenario: which plans, on which layers, with which parameters; a TOML file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nngis.datasets.content import is_there
from nngis.errors import Problem, ScenarioError, require
from nngis.inputs.choices import LayerChoice, read_choice
from nngis.inputs.edits import Edit
from nngis.run.plans import PLAN_IDS, PLAN_TITLES
from nngis.text import Text, listing
from nngis.toml_file import read_toml


class Scenario(BaseModel):
    """What a run is asked to do."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    title: Text
    plans: tuple[str, ...] = PLAN_IDS
    layers: Mapping[str, LayerChoice] = Field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    edits: tuple[Edit, ...] = ()


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
        A TOML file: ``title``, ``plans``, ``[layers]``, a table of parameters a plan, and
        ``[[edits]]`` of single rows. Files it names are taken from its own folder.

    Returns
    -------
    Scenario
        What it asks for.

    Raises
    ------
    ScenarioError
        If it is missing, no TOML, or says what no scenario says; all problems at once.
    """
    raw = read_toml(path, ScenarioError)
    title = raw.pop("title", path.stem)
    parameters = {plan: raw.pop(plan) for plan in PLAN_IDS if plan in raw}
    layers = raw.pop("layers", {})
    if isinstance(layers, dict):
        layers = {role: _choice(choice, path.parent) for role, choice in layers.items()}
    given = {
        "title": {"zh": title, "en": title} if isinstance(title, str) else title,
        "layers": layers,
        "parameters": parameters,
    }
    own = {"name", *given} & set(raw)
    try:
        scenario = Scenario.model_validate({**raw, **given, "name": path.name})
    except ValidationError as error:
        raise ScenarioError.of([*_unknown(own, path), *_problems(error, path)]) from None
    require(_unknown(own, path), ScenarioError)
    check_plans(scenario.plans, where=str(path))
    return scenario


def check_plans(plans: Sequence[str], *, where: str) -> None:
    """Refuse plans that do not exist.

    Parameters
    ----------
    plans : sequence of str
        Names of plans.
    where : str
        Where they were named.

    Raises
    ------
    ScenarioError
        If one is not a plan.
    """
    known = listing(PLAN_IDS)
    require(
        [
            Problem(
                f"没有名为 {plan!r} 的规划；可用的有：{known.zh}。",
                f"There is no plan {plan!r}; the plans are: {known.en}.",
                where,
            )
            for plan in plans
            if plan not in PLAN_TITLES
        ],
        ScenarioError,
    )


def _unknown(names: set[str], path: Path) -> list[Problem]:
    """Say of entries that only a run itself knows that a scenario has none such."""
    return [
        Problem("情景文件没有这一项。", "A scenario has no such entry.", f"{path} {name}")
        for name in sorted(names)
    ]


def _choice(choice: object, folder: Path) -> Any:  # noqa: ANN401 -- pydantic checks it
    """Take a bare path as a choice, and a relative path from the scenario's own folder."""
    table: dict[str, Any] = dict(choice) if isinstance(choice, Mapping) else {"path": choice}
    if isinstance(choice, str):
        table = dict(read_choice(choice))
    path = table.get("path")
    if isinstance(path, str) and is_there(folder / path):
        table["path"] = str(folder / path)
    return table


def _problems(error: ValidationError, path: Path) -> list[Problem]:
    found = []
    for e in error.errors():
        where = f"{path} {'.'.join(map(str, e['loc']))}"
        if e["type"] == "extra_forbidden":
            found.append(Problem("情景文件没有这一项。", "A scenario has no such entry.", where))
        else:
            found.append(Problem(f"有误：{e['msg']}。", f"Wrong: {e['msg']}.", where))
    return found
