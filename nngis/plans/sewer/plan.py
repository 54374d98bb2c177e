"""The sewer plan, as the run takes it."""

from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.view import BRIEF, HEADLINES, SHEETS, TITLE, VIEW
from nngis.result.plan import Plan

PLAN = Plan(
    "sewer",
    TITLE,
    SewerLayers,
    SewerParameters,
    analyse,
    "gaps",
    VIEW,
    SHEETS,
    headlines=HEADLINES,
    brief=BRIEF,
    stand_ins={"demand": ("townships", "population")},
)
