"""What a case can run today: every plan, what it lacks, what it would only assume."""

from dataclasses import dataclass

from nngis.case_parameters import case_values
from nngis.catalog.load import verified_path
from nngis.catalog.spec import LayerSpec
from nngis.datasets.raster import open_raster
from nngis.errors import NngisError, Problem
from nngis.run.analyse import values_of
from nngis.run.cases import Case
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.text import Text

# Roles of which one group must be there, where a plan's dataclass cannot say so.
ONE_OF = {
    "charging": (("demand",), ("population", "townships")),
    "sewer": (("demand",), ("sewers",), ("sewer_projects",), ("treatment_plants",)),
}


@dataclass(frozen=True)
class PlanCheck:
    """What a case holds for one plan.

    Parameters
    ----------
    plan : str
        The plan.
    title : Text
        What people call it.
    can_run : bool
        Whether everything it needs is there.
    missing : tuple of str
        Roles that it needs; alternatives joined by ``|`` and ``+``.
    unused : tuple of str
        Roles that it could use.
    unknown : tuple of str
        Local numbers and targets that the case does not state, so that what rests on them is
        unknown.
    assumed : tuple of str
        Parameters for which a default is taken.
    """

    plan: str
    title: Text
    can_run: bool
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    unknown: tuple[str, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True)
class CaseCheck:
    """What a case holds.

    Parameters
    ----------
    plans : tuple of PlanCheck
        One a plan.
    has_register : bool
        Whether its plan document is typed as a register.
    problems : tuple of Problem
        Layers that cannot be read.
    """

    plans: tuple[PlanCheck, ...]
    has_register: bool
    problems: tuple[Problem, ...]


def check_case(case: Case) -> CaseCheck:
    """Say which plans a case can run, and what is missing.

    Parameters
    ----------
    case : Case
        The case; its layers are all opened.

    Returns
    -------
    CaseCheck
        Plan by plan.
    """
    store = case.store
    problems = [one for spec in store.specs.values() for one in _opened(case, spec)]
    there = {role for spec in store.specs.values() for role in spec.roles}
    return CaseCheck(
        tuple(_plan_check(case, name, there) for name in PLAN_IDS),
        store.case.document is not None,
        tuple(dict.fromkeys(problems)),  # the counties spoil every layer that is cut by them
    )


def _opened(case: Case, spec: LayerSpec) -> list[Problem]:
    try:
        if spec.geometry == "raster":
            with open_raster(verified_path(spec, case.store.folder)):
                return []
        case.store.open(spec.id)
    except NngisError as error:
        return list(error.problems)
    return []


def _plan_check(case: Case, name: str, there: set[str]) -> PlanCheck:
    plan = load_plan(name)
    missing = [role for role in plan.roles if role not in there]
    groups = ONE_OF.get(name, ())
    if groups and not any(set(group) <= there for group in groups):
        missing.append(" | ".join("+".join(group) for group in groups))
    others = (*plan.optional_roles, *plan.raster_roles)
    values = values_of(plan.parameters, case.store)
    if case.store.is_shipped:
        numbers = case.store.case.numbers.get(name, {})
        values = case_values(plan.parameters, case.store.document, numbers)
    return PlanCheck(
        name,
        plan.title,
        not missing,
        tuple(missing),
        tuple(role for role in others if role not in there),
        tuple(key for key, one in values.items() if one.value is None),
        tuple(key for key, one in values.items() if one.is_assumed),
    )
