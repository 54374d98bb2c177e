"""Analyse: the plans of a scenario, from its layers to results; no file is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from nngis.catalog.layer import REJECT_COLUMNS, Layer
from nngis.errors import Problem, ScenarioError, require
from nngis.inputs.choices import LayerChoice
from nngis.inputs.open_layers import Progress, open_layers
from nngis.inputs.plan_inputs import plan_inputs
from nngis.inputs.store import LayerStore
from nngis.parameters import build
from nngis.register.scored import Scored
from nngis.result.plan import Plan
from nngis.result.problems import SHEET as PROBLEMS
from nngis.result.problems import problems_table
from nngis.result.result import Result
from nngis.result.shown import with_shown_columns
from nngis.result.versions import versions
from nngis.roles import role as role_named
from nngis.run.plans import load_plan
from nngis.run.scenario import Scenario
from nngis.run.score import is_at_home, register_roles, score_city
from nngis.text import Text


@dataclass(frozen=True)
class Found:
    """What the analysis of a scenario found.

    Parameters
    ----------
    results : tuple of Result
        One a plan.
    scored : Scored or None
        Where the city stands on the whole plan document; None for a place elsewhere, or where
        nobody asked.
    """

    results: tuple[Result, ...]
    scored: Scored | None


def analyse(
    scenario: Scenario,
    store: LayerStore,
    *,
    overrides: Mapping[str, Any],
    score: bool = True,
    progress: Progress = lambda _: None,
) -> Found:
    """Run every plan of a scenario."""
    plans = [load_plan(name) for name in scenario.plans]
    settings = _settings(plans, scenario, overrides)
    used = {role for plan in plans for role in (*plan.roles, *plan.optional_roles)}
    rasters = {role for plan in plans for role in plan.raster_roles}
    known = used | rasters | (register_roles() if score else set())
    strange = [role for role in scenario.layers if plans and role not in known]
    require([_unused(role, known) for role in strange], ScenarioError)
    layers = open_layers(plans, store, scenario.layers, progress)
    results = []
    for plan in plans:
        progress(Text(f"分析：{plan.title.zh}", f"Analysing: {plan.title.en}"))
        results.append(_analysed(plan, layers, settings[plan.id], store, scenario.layers))
    if not score or not is_at_home(results, store):
        return Found(tuple(results), None)
    progress(Text("目标完成情况", "Where the city stands"))
    scored = score_city(store, scenario.layers, plans=results, opened=layers)
    return Found(tuple(results), scored)


def _settings(
    built: Sequence[Plan], scenario: Scenario, overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Build every plan's parameters; a bare name in ``--set`` goes to the plans that know it."""
    settings = {}
    known = {name for plan in built for name in plan.parameters.model_fields}
    for plan in built:
        mine = {}
        for name, value in overrides.items():
            owner, _, bare = name.rpartition(".")
            if owner in ("", plan.id) and (
                bare in plan.parameters.model_fields or bare not in known
            ):
                mine[bare] = value
        settings[plan.id] = build(
            plan.parameters,
            scenario.parameters.get(plan.id, {}),
            mine,
            scenario_name=scenario.name,
        )
    return settings


def _unused(role: str, used: set[str]) -> Problem:
    return Problem(
        f"本次运行不用图层角色 {role!r}；所用的角色：{'、'.join(sorted(used))}。",
        f"This run uses no layer role {role!r}; it uses: {', '.join(sorted(used))}.",
        where=f"--layer {role}",
    )


def _analysed(
    plan: Plan,
    layers: Mapping[str, Layer],
    setting: Any,  # noqa: ANN401
    store: LayerStore,
    choices: Mapping[str, LayerChoice],
) -> Result:
    parameters, records = setting
    fed = plan_inputs(plan, layers, store, choices)
    analysis = plan.analyse(plan.layers(**fed.frames, **fed.grids), parameters)
    rejects = pd.concat([layer.rejects for layer in fed.layers], ignore_index=True)
    rejects.index.name = None
    found = Result(
        plan=plan.id,
        title=plan.title,
        analysis=replace(
            analysis,
            tables={
                **analysis.tables,
                "problems": problems_table(analysis.warnings, analysis.tables, plan.sheets),
                "rejects": rejects[list(REJECT_COLUMNS)],
            },
        ),
        subject=plan.subject,
        parameters=tuple(records),
        inputs=fed.inputs,
        view=plan.view,
        sheets=(*plan.sheets, PROBLEMS),
        work_crs=f"EPSG:{fed.crs.to_epsg()}",
        versions=versions(),
        notes=fed.notes,
    )
    optional = {name for role in (*plan.roles, *plan.optional_roles) for name in _optional(role)}
    return with_shown_columns(found, optional)


def _optional(role: str) -> tuple[str, ...]:
    """Return the columns that a ledger of a role may leave out."""
    return role_named(role).optional
