"""What lies under every map of the desk: the case's layers, and roads of the scenario's own."""

from hashlib import sha256
from typing import Any

from nngis.cartography.backdrop import county_bounds, draw_backdrop
from nngis.cartography.style import badges, shapes
from nngis.catalog.layer import Layer
from nngis.desk.worker import Bench
from nngis.inputs.store import COUNTIES
from nngis.roles import role as role_named
from nngis.run.cases import Case
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.scenario import Scenario

ROADS = "roads"


def ground_key(scenario: Scenario) -> str:
    """Say which roads a scenario's maps draw, in a word that names no path."""
    roads = scenario.layers.get(ROADS)
    return "" if roads is None else sha256(roads.model_dump_json().encode()).hexdigest()[:16]


def draw_ground(case: Case, roads: Layer | None, key: str) -> dict[str, Any]:
    """Draw what lies under the maps, with the symbols and badges that they use.

    Parameters
    ----------
    case : Case
        The case.
    roads : Layer or None
        Roads that a scenario brings.
    key : str
        As `ground_key` has it.

    Returns
    -------
    dict
        `key`, `backdrop`, `bounds`, `shapes`, `badges`, and by plan the `roles` of its layers.
    """
    under = case.on_roads(roads).backdrop(named=True)
    return {
        "key": key,
        "backdrop": draw_backdrop(under),
        "bounds": county_bounds(under),
        "shapes": {name: shape.path for name, shape in shapes().items()},
        "badges": {
            word: [one.colour, one.ink, one.hatched, *one.title] for word, one in badges().items()
        },
        "roles": {plan: _roles(plan) for plan in PLAN_IDS},
    }


def _roles(plan: str) -> list[list[str]]:
    """List what a dropped file can be to a plan, what all plans share last."""
    built = load_plan(plan)
    names = sorted((*built.roles, *built.optional_roles), key=lambda name: name == COUNTIES)
    return [[name, *role_named(name).title] for name in names if name not in Bench.OWN_READERS]
