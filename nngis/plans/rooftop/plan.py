"""The rooftop plan, as the run takes it."""

from nngis.plans.rooftop.analyse import analyse
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.view import BRIEF, HEADLINES, SHEETS, TITLE, VIEW
from nngis.result.plan import Plan

PLAN = Plan(
    "rooftop",
    TITLE,
    RooftopLayers,
    RooftopParameters,
    analyse,
    "roofs",
    VIEW,
    SHEETS,
    headlines=HEADLINES,
    brief=BRIEF,
)
