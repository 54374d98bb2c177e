"""The charging plan, as the run takes it."""

from nngis.plans.charging.analyse import analyse
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.view import BRIEF, HEADLINES, SHEETS, TITLE, VIEW
from nngis.result.plan import Plan

PLAN = Plan(
    "charging",
    TITLE,
    ChargingLayers,
    ChargingParameters,
    analyse,
    "stations",
    VIEW,
    SHEETS,
    headlines=HEADLINES,
    brief=BRIEF,
)
