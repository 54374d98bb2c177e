"""Which plans there are; a plan is imported when it is asked for."""

from importlib import import_module

from nngis.result.plan import Plan
from nngis.text import Text

PLAN_TITLES = {
    "heat": Text("供热", "Heat"),
    "sewer": Text("污水管网", "Sewers"),
    "rooftop": Text("屋顶光伏", "Rooftop PV"),
    "charging": Text("充换电", "Charging"),
}
PLAN_IDS = tuple(PLAN_TITLES)


def load_plan(name: str) -> Plan:
    """Import a plan that is built.

    Parameters
    ----------
    name : str
        One of `PLAN_IDS`.

    Returns
    -------
    Plan
        The plan.
    """
    plan: Plan = import_module(f"nngis.plans.{name}.plan").PLAN
    return plan
