"""The charging plan, as the run takes it."""

from nngis.plans.charging.analyse import analyse
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.view import SHEETS, TITLE, VIEW
from nngis.result.plan import Plan

ROLES = ("counties",)
OPTIONAL = (
    *("roads", "demand", "population", "townships", "places", "car_parks", "petrol_stations"),
    *("charging_stations", "charging_candidates", "substations", "built_up", "red_lines"),
    *("water_areas", "towns", "motorways"),
)

PLAN = Plan(
    "charging", TITLE, ROLES, OPTIONAL, ChargingParameters, analyse, "stations", VIEW, SHEETS
)
"""Charging: coverage, places that must have chargers, siting with proof, sizes."""
