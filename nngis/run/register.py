"""Where the city stands on its plan document: the plans are run first, then the register asks."""

from collections.abc import Collection, Mapping
from typing import Any

from nngis.errors import Problem, ScenarioError, require
from nngis.inputs.given import check_given, take_given
from nngis.inputs.store import LayerStore
from nngis.register.rules import PlanRule, rules_of
from nngis.register.rules import register as shipped_rules
from nngis.register.scored import Scored
from nngis.run.analyse import analyse
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.results import Result as HeldResult
from nngis.run.results import held
from nngis.run.scenario import Scenario
from nngis.run.score import has_register, register_roles, score_city


def register(
    *,
    case: Case | None = None,
    date: str = "",
    split: bool = False,
    datum: str | None = None,
    **layers: Any,  # noqa: ANN401 - paths, ids, frames
) -> HeldResult:
    """Find where the city stands on every rule and target of its plan document."""
    place = case or open_case()
    require_register(place.store)
    known = register_roles(place.store)
    require(
        [
            Problem(
                f"目标完成情况不用图层角色 {role!r}；所用的角色见 docs/register.md。",
                f"The register uses no layer role {role!r}; docs/register.md lists those it uses.",
                where=role,
            )
            for role in layers
            if role not in known
        ],
        ScenarioError,
    )
    given = take_given(layers, place.store, datum=datum)
    scenario = place.scenario.model_copy(update={"layers": given.choices})
    scored = score_given(scenario, given.store, layers, split=split, date=date)
    return held(scored.result, place)


def score_given(
    scenario: Scenario, store: LayerStore, given: Collection[str], *, split: bool, date: str
) -> Scored:
    """Ask the 90 rules, after the plans that decide on what somebody gave.

    Parameters
    ----------
    scenario : Scenario
        Layers and parameters.
    store : LayerStore
        The case's layers.
    given : collection of str
        Roles that were given; a plan that decides on none of them is not run.
    split : bool
        Whether targets are split over the counties, as an assumption.
    date : str
        Date of the data.

    Returns
    -------
    Scored
        The scorecard and its result.
    """
    plans = plans_asked(given, rules_of(store.document))
    built = [load_plan(name) for name in plans]
    roles = {r for one in built for r in (*one.roles, *one.optional_roles, *one.raster_roles)}
    layers = {role: one for role, one in scenario.layers.items() if role in roles}
    asked = scenario.model_copy(update={"plans": plans, "layers": layers})
    require_register(store)
    check_given(scenario.layers, store)
    found = analyse(asked, store, overrides={}, score=False) if plans else None
    at_home = found.results if found is not None and not found.is_elsewhere else ()
    return score_city(store, scenario.layers, plans=at_home, split=split, date=date)


def require_register(store: LayerStore) -> None:
    """Refuse a case whose plan document is not typed as a register.

    Parameters
    ----------
    store : LayerStore
        The case.
    """
    if not has_register(store):
        raise ScenarioError(
            "这个案例没有方案文件（register.toml），没有可核对的目标；格式见 docs/case.md。",
            "The case has no plan document (register.toml), so there is nothing to score; "
            "docs/case.md describes it.",
            where=str(store.folder),
        )


def plans_asked(
    given: Collection[str], rules: Mapping[str, PlanRule] | None = None
) -> tuple[str, ...]:
    """Return the plans that decide rules which are about some layers.

    Examples
    --------
    >>> plans_asked(["boilers", "pv_registered"]), plans_asked(["enterprises"])
    (('heat', 'rooftop'), ())
    """
    asked = {
        rule.options["plan"]
        for rule in (shipped_rules() if rules is None else rules).values()
        if "plan" in rule.options and set(given) & {*rule.roles, *rule.optional_roles}
    }
    return tuple(name for name in PLAN_IDS if name in asked)
