"""The heat plan, as the run takes it."""

from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.view import BRIEF, HEADLINES, SHEETS, TITLE, VIEW
from nngis.result.plan import Plan

PLAN = Plan(
    "heat",
    TITLE,
    HeatLayers,
    HeatParameters,
    analyse,
    "boilers",
    VIEW,
    SHEETS,
    headlines=HEADLINES,
    brief=BRIEF,
)
