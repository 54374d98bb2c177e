"""Analyse: the plans of a scenario, from its layers to results; no file is written."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from nngis.case_parameters import assumed_values, case_values
from nngis.catalog.layer import REJECT_COLUMNS, Layer
from nngis.errors import ParameterError, Problem, ScenarioError, require
from nngis.inputs.choices import LayerChoice
from nngis.inputs.edits import apply_edits
from nngis.inputs.given import check_given, with_given
from nngis.inputs.open_layers import Progress, open_layers
from nngis.inputs.place import Place, find_place
from nngis.inputs.plan_inputs import plan_inputs
from nngis.inputs.store import GIVEN, LayerStore
from nngis.parameter_problems import unknown_name
from nngis.parameter_values import CaseValue, ParameterRecord, build, titles_of
from nngis.parameters import Parameters
from nngis.register.scored import Scored
from nngis.result.plan import Plan
from nngis.result.problems import with_problems
from nngis.result.result import Result
from nngis.result.shown import with_shown_columns
from nngis.result.versions import versions
from nngis.roles import role as role_named
from nngis.run.by_city import with_cities
from nngis.run.cases import own_scenario
from nngis.run.citing import CLAUSES, cite, cited, clauses_table
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.scenario import Scenario
from nngis.run.score import has_register, register_roles, score_city
from nngis.run.sensitivity import shipped_moves
from nngis.second_process import begin
from nngis.text import Text, listing

ROADS = "roads"  # those that somebody gives are also what maps draw


@dataclass(frozen=True)
class Found:
    """What the analysis of a scenario found.

    Parameters
    ----------
    results : tuple of Result
        One a plan.
    score : callable
        Says where the city stands on the whole plan document; what it found is kept.
    store : LayerStore
        The layers used: the case's, or none of them where what was given is a place of its own.
    scenario : Scenario
        What was run; its title is that of the place.
    is_elsewhere : bool
        Whether what was given lies outside the case.
    """

    results: tuple[Result, ...]
    score: Callable[[], Scored | None]
    store: LayerStore
    scenario: Scenario
    is_elsewhere: bool = False

    @property
    def scored(self) -> Scored | None:
        """Where the city stands; None for a place elsewhere, or where nobody asked."""
        return self.score()


def analyse(
    scenario: Scenario,
    store: LayerStore,
    *,
    overrides: Mapping[str, Any],
    score: bool = True,
    progress: Progress = lambda _: None,
    second: Executor | None = None,
) -> Found:
    """Run every plan of a scenario, the last ones in the second process if there is one.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    store : LayerStore
        The case.
    overrides : mapping of str to object
        Parameters by ``plan.name`` or bare name, before all others.
    score : bool
        Whether to say where the city stands on the plan document.
    progress : callable
        Is told each step.
    second : Executor, optional
        A second process.

    Returns
    -------
    Found
        The results, and what they were made from.
    """
    plans = [load_plan(name) for name in scenario.plans]
    ready = _opened(plans, scenario, store, overrides, score=score, progress=progress)
    scenario, store, layers, place = ready.scenario, ready.store, ready.layers, ready.place
    ask: list[Callable[[], Result]] = [
        partial(_analysed, one.id, layers, ready.settings[one.id], store, scenario.layers, place)
        for one in plans
    ]
    # The second process begins with the last plan, this one with the first: who is done earlier
    # takes more, which matters most where the one compiles longer than the other.
    for at in range(len(ask) - 1, 0, -1):
        ask[at] = begin(second, ask[at])
    results = []
    for plan, answer in zip(plans, ask, strict=True):
        progress(Text(f"分析：{plan.title.zh}", f"Analysing: {plan.title.en}"))
        results.append(answer())

    @cache
    def scored() -> Scored | None:
        if not (score and has_register(store)):
            return None
        progress(Text("目标完成情况", "Where the city stands"))
        return score_city(store, scenario.layers, plans=results, opened=layers)

    return Found(tuple(results), scored, store, scenario, place.is_elsewhere)


def plan_given(plan: str, scenario: Scenario, store: LayerStore) -> tuple[Any, Any]:
    """Return what a plan's analysis is given; nothing is analysed.

    Parameters
    ----------
    plan : str
        The plan.
    scenario : Scenario
        What is asked of it.
    store : LayerStore
        The case's layers.

    Returns
    -------
    layers : dataclass
        The plan's own, in one work CRS.
    parameters : BaseModel
        The plan's own.
    """
    built = load_plan(plan)
    ready = _opened([built], scenario, store, {}, score=False, progress=lambda _: None)
    fed = plan_inputs(built, ready.layers, ready.store, ready.scenario.layers)
    return built.layers(**fed.frames, **fed.grids), ready.settings[plan].values


def parameters_of(plan: str, scenario: Scenario, store: LayerStore) -> Any:  # noqa: ANN401 - any plan's
    """Build one plan's parameters as its analysis would have them.

    Parameters
    ----------
    plan : str
        The plan.
    scenario : Scenario
        What is asked of it.
    store : LayerStore
        The case.

    Returns
    -------
    BaseModel
        The plan's own parameters.
    """
    return _settings([load_plan(plan)], scenario, {}, store)[plan].values


@dataclass(frozen=True)
class _Opened:
    """A scenario with its layers open, where they lie, and its parameters."""

    scenario: Scenario
    store: LayerStore
    layers: Mapping[str, Layer]
    place: Place
    settings: Mapping[str, "_Setting"]


def _opened(
    plans: Sequence[Plan],
    scenario: Scenario,
    store: LayerStore,
    overrides: Mapping[str, Any],
    *,
    score: bool,
    progress: Progress,
) -> _Opened:
    """Open every layer, see where they lie, and make the edits of the scenario."""
    _settings(plans, scenario, overrides, store)  # what is wrong with them shows at once
    used = {role for plan in plans for role in (*plan.roles, *plan.optional_roles)}
    rasters = {role for plan in plans for role in plan.raster_roles}
    known = used | rasters | (register_roles(store) if score else set())
    asked = dict.fromkeys([*scenario.layers, *(one.role for one in scenario.edits)])
    strange = [role for role in asked if plans and role not in known]
    require([_unused(role, known) for role in strange], ScenarioError)
    check_given(scenario.layers, store)
    layers = open_layers(plans, store, scenario.layers, progress)
    place = find_place(plans, layers, store, scenario.layers)
    if place.is_elsewhere:
        scenario = _elsewhere(scenario, store)
        store = store.elsewhere()
        layers = open_layers(plans, store, scenario.layers, progress, place.unknown)
    layers = apply_edits(layers, scenario.edits)
    if ROADS in scenario.layers and ROADS in layers:
        store = with_given(store, ROADS, layers[ROADS])
    settings = _settings(plans, scenario, overrides, store)
    return _Opened(scenario, store, layers, place, settings)


def _elsewhere(scenario: Scenario, store: LayerStore) -> Scenario:
    """Take the case's own title and settings off what is run on a place of its own."""
    if scenario.name != own_scenario(store).name:
        return scenario  # somebody's own file: it is about what they gave
    names = [Path(one.path.removeprefix(GIVEN)).name for one in scenario.layers.values()]
    zh, en = listing(dict.fromkeys(names))
    title = Text(f"所给资料：{zh}", f"Given data: {en}")
    return scenario.model_copy(update={"title": title, "parameters": {}, "name": "given"})


def _unknown_names(built: Sequence[Plan], overrides: Mapping[str, Any]) -> list[Problem]:
    """Say once of each name that no plan of the run knows, or not the plan that it is said of."""
    problems = []
    for name in overrides:
        owner, _, bare = name.rpartition(".")
        if owner in PLAN_IDS and owner not in {plan.id for plan in built}:
            continue  # of a plan that is not run here
        asked = [plan for plan in built if owner in ("", plan.id)]
        if bare in {one for plan in asked for one in plan.parameters.model_fields}:
            continue
        titles = {n: t for plan in asked or built for n, t in titles_of(plan.parameters).items()}
        plans = "|".join(plan.id for plan in asked or built)
        problems.append(unknown_name(bare if asked else name, titles, f"--set {name}", plans))
    return problems


def _settings(
    built: Sequence[Plan],
    scenario: Scenario,
    overrides: Mapping[str, Any],
    store: LayerStore,
) -> dict[str, "_Setting"]:
    """Build every plan's parameters; a bare name in ``--set`` goes to the plans that know it."""
    settings = {}
    require(_unknown_names(built, overrides) if built else [], ParameterError)
    for plan in built:
        mine = {}
        for name, value in overrides.items():
            owner, _, bare = name.rpartition(".")
            if owner in ("", plan.id) and bare in plan.parameters.model_fields:
                mine[bare] = value
        asked = scenario.parameters.get(plan.id, {})
        settings[plan.id] = _setting(plan.parameters, asked, mine, store, scenario.name)
    return settings


def _setting(
    model: type[Parameters],
    asked: Mapping[str, Any],
    mine: Mapping[str, Any],
    store: LayerStore,
    scenario_name: str,
) -> "_Setting":
    here = values_of(model, store)
    values, records = build(model, asked, mine, scenario_name=scenario_name, case=here)
    if not store.is_shipped:
        records = [replace(one, source=cite(one.source, store.document)) for one in records]
    return _Setting(values, tuple(records), assumed_values(model, here, {*asked, *mine}))


def defaults_in(model: type[Parameters], store: LayerStore) -> tuple[ParameterRecord, ...]:
    """Return the parameters of a plan as a case has them, before any scenario.

    Parameters
    ----------
    model : type of Parameters
        The plan's parameters.
    store : LayerStore
        The case.

    Returns
    -------
    tuple of ParameterRecord
        Value, source and origin of each.
    """
    return _setting(model, {}, {}, store, "").records


def values_of(model: type[Parameters], store: LayerStore) -> dict[str, CaseValue]:
    """Return what a case says of a plan's parameters; of the case that ships they are the defaults.

    Parameters
    ----------
    model : type of Parameters
        The plan's parameters.
    store : LayerStore
        The case.

    Returns
    -------
    dict of str to CaseValue
        By parameter; empty for the case that ships.
    """
    if store.is_shipped:
        return {}
    return case_values(model, store.document, store.case.numbers.get(model.plan, {}))


@dataclass(frozen=True)
class _Setting:
    """A plan's parameters: values, their records, and what was assumed for want of the case's."""

    values: Parameters
    records: tuple[ParameterRecord, ...]
    assumed: tuple[Text, ...]


def _rules_given(model: type[Parameters], records: Sequence[ParameterRecord]) -> set[str]:
    """Name the rules whose numbers somebody gave: a scenario, ``--set``, or the case itself."""
    extras: dict[str, Any] = {name: f.json_schema_extra for name, f in model.model_fields.items()}
    return {
        str(extras[one.name]["law"]).partition(".")[0]
        for one in records
        if one.origin != "default" and "law" in extras[one.name]
    }


def _unused(role: str, used: set[str]) -> Problem:
    return Problem(
        f"本次运行不用图层角色 {role!r}；所用的角色：{'、'.join(sorted(used))}。",
        f"This run uses no layer role {role!r}; it uses: {', '.join(sorted(used))}.",
        where=f"--layer {role}",
    )


def _analysed(
    name: str,
    layers: Mapping[str, Layer],
    setting: "_Setting",
    store: LayerStore,
    choices: Mapping[str, LayerChoice],
    place: Place,
) -> Result:
    plan = load_plan(name)
    fed = plan_inputs(plan, layers, store, choices)
    analysis = plan.analyse(plan.layers(**fed.frames, **fed.grids), setting.values)
    if not store.is_shipped:
        given = _rules_given(plan.parameters, setting.records)
        analysis = cited(analysis, store.document, given, plan.parameters, setting.records)
        analysis = replace(analysis, assumptions=(*analysis.assumptions, *setting.assumed))
    rejects = pd.concat([layer.rejects for layer in fed.layers], ignore_index=True)
    rejects.index.name = None
    found = Result(
        plan=plan.id,
        title=plan.title,
        analysis=replace(
            analysis,
            tables={
                **analysis.tables,
                "rejects": rejects[list(REJECT_COLUMNS)],
                CLAUSES.table: clauses_table(analysis.tables, store.document),
            },
        ),
        subject=plan.subject,
        parameters=setting.records,
        inputs=fed.inputs,
        view=plan.view,
        sheets=(*plan.sheets, CLAUSES),
        work_crs=f"EPSG:{fed.crs.to_epsg()}",
        versions=versions(),
        notes=(*place.said, *fed.notes),
        headlines=plan.headlines,
        brief=plan.brief,
        moves=shipped_moves(plan.id) if store.is_shipped else (),
    )
    optional = {name for role in (*plan.roles, *plan.optional_roles) for name in _optional(role)}
    whole = with_cities(found, layers["counties"].frame if "counties" in layers else None)
    return with_shown_columns(with_problems(whole), optional)


def _optional(role: str) -> tuple[str, ...]:
    """Return the columns that a ledger of a role may leave out."""
    return role_named(role).optional
