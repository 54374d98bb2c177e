"""Run plans on a case: the front door, for Python and for the commands."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from nngis.errors import Problem, ScenarioError, require
from nngis.evidence import Evidence
from nngis.inputs.given import take_given
from nngis.inputs.open_layers import Progress
from nngis.run.analyse import analyse
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.plans import load_plan
from nngis.run.results import Result, Run, held
from nngis.run.scenario import Scenario, check_plans, read_scenario


def run(
    plan: str,
    *,
    case: Case | str | Path | None = None,
    datum: str | None = None,
    evidence: Evidence = "surveyed",
    progress: Progress = lambda _: None,
    **layers_and_parameters: Any,  # noqa: ANN401 - whatever plays a role, or sets a parameter
) -> Result:
    """Run one plan and return what it found; nothing is written.

    Parameters
    ----------
    plan : str
        ``"heat"``, ``"sewer"``, ``"rooftop"`` or ``"charging"``.
    case : Case, str or Path, optional
        The case, or its folder; the one that ships if absent.
    datum : str, optional
        Datum (``"wgs84"``, ``"gcj02"``, ``"bd09"``) or CRS (``"EPSG:4547"``) of given files and
        frames that do not say theirs.
    evidence : str
        How sure the given layers are.
    progress : callable
        Told of each step, as a `Text`.
    **layers_and_parameters : object
        By name. A role of the plan takes a path, the id of a layer of the case, a GeoDataFrame (in
        any CRS, with Chinese or English columns and values; it is checked as a file would be),
        and ``roads`` a networkx graph such as osmnx makes. A parameter of the plan takes a value.

    Returns
    -------
    Result
        Decisions, indicators, tables, provenance.

    Raises
    ------
    ScenarioError
        If there is no such plan, role or parameter.
    LayerError, LedgerError, ParameterError
        If a layer or a value is not what it must be.

    Examples
    --------
    >>> import nngis
    >>> found = nngis.run("heat", supply_radius_m=15_000)  # doctest: +SKIP
    >>> found.explore()  # doctest: +SKIP
    """
    check_plans([plan], where="nngis.run")
    place = case if isinstance(case, Case) else open_case(case)
    built = load_plan(plan)
    roles = {*built.roles, *built.optional_roles, *built.raster_roles}
    layers = {name: one for name, one in layers_and_parameters.items() if name in roles}
    values = {name: one for name, one in layers_and_parameters.items() if name not in roles}
    known = {*roles, *built.parameters.model_fields}
    require([_unknown(name, known, plan) for name in values if name not in known], ScenarioError)
    given = take_given(layers, place.store, datum=datum, evidence=evidence)
    scenario = place.scenario.model_copy(update={"plans": (plan,), "layers": given.choices})
    found = analyse(scenario, given.store, overrides=values, score=False, progress=progress)
    return held(found.results[0], Case(found.store, found.scenario))


def run_scenario(
    scenario: str | Path | Scenario | Sequence[str] = (),
    *,
    case: Case | str | Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    progress: Progress = lambda _: None,
    second: Executor | None = None,
) -> Run:
    """Run a scenario: all its plans, and the register of the plan document.

    Parameters
    ----------
    scenario : str, Path, Scenario or sequence of str
        A TOML file, a scenario, or names of plans; nothing means all that the case runs.
    case : Case, str or Path, optional
        The case; the one that ships if absent.
    overrides : mapping, optional
        Parameters by name (``"heat.supply_radius_m"`` or ``"supply_radius_m"``) that go before
        the scenario's.
    progress : callable
        Told of each step.
    second : Executor, optional
        Another process, which takes a part of the work.

    Returns
    -------
    Run
        The results of its plans; `Run.save` writes the output folder.

    Raises
    ------
    NngisError
        Whatever is wrong with the scenario, the layers or the parameters.
    """
    place = case if isinstance(case, Case) else open_case(case)
    if isinstance(scenario, str | Path):
        asked = read_scenario(Path(scenario))
    elif isinstance(scenario, Scenario):
        asked = scenario
    else:
        check_plans(scenario, where="nngis run")
        plans = tuple(dict.fromkeys(scenario)) or place.scenario.plans
        asked = place.scenario.model_copy(update={"plans": plans})
    found = analyse(asked, place.store, overrides=overrides or {}, progress=progress, second=second)
    there = Case(found.store, found.scenario)
    results = tuple(held(one, there) for one in found.results)
    record = {"scenario": found.scenario.name, "set": dict(overrides or {})}
    run = Run(results, found.scenario.title, record, found.score)
    if second is None:
        found.score()  # what is wrong shows at once; else while the other process draws
    return run


def _unknown(name: str, known: set[str], plan: str) -> Problem:
    near = get_close_matches(name, known, n=1)
    zh = f"是不是 {near[0]}？" if near else f"可用的名称见 nngis schema {plan}。"
    en = f"Did you mean {near[0]}?" if near else f"nngis schema {plan} lists the names."
    return Problem(
        f"“{plan}”没有名为 {name!r} 的角色或参数；{zh}",
        f"The plan {plan!r} has no role or parameter {name!r}. {en}",
        where=name,
    )
