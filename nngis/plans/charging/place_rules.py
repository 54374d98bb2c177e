"""How many piles each class of place must have: the rules as data, with source and mark."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nngis.plans.charging.siting_parameters import PlaceParameters
from nngis.text import Text

SIDES = 2.0  # carriageways of a service area
Mark = Literal["verified", "reprint", "assumed"]


@dataclass(frozen=True)
class PlaceRule:
    """What one class of place must have.

    Parameters
    ----------
    rule : str
        Id.
    place_class : str
        Class of place.
    parameter : str
        Parameter that holds the number.
    per : {"place", "side", "space"}
        What the number is for one of.
    what : Text
        What is asked.
    mark : {"verified", "reprint", "assumed"}
        How sure the number is: read in the document, read in a reprint of it, or assumed here.
    """

    rule: str
    place_class: str
    parameter: str
    per: Literal["place", "side", "space"]
    what: Text
    mark: Mark


_HUB = Text("每处最少充电桩（建成或在建）", "Least piles at a place")
RULES = (
    PlaceRule(
        "C1",
        "service_area",
        "service_area_piles_per_side",
        "side",
        Text("服务区每侧最少充电桩，按两侧计", "Least piles a side, two sides counted"),
        "reprint",
    ),
    PlaceRule("C2", "port", "hub_piles_count", "place", _HUB, "assumed"),
    PlaceRule("C3", "passenger_hub", "hub_piles_count", "place", _HUB, "assumed"),
    PlaceRule("C4", "logistics_park", "hub_piles_count", "place", _HUB, "assumed"),
    PlaceRule("C5", "bus_depot", "hub_piles_count", "place", _HUB, "assumed"),
    PlaceRule("C6", "airport", "hub_piles_count", "place", _HUB, "assumed"),
    PlaceRule(
        "C7",
        "car_park",
        "car_park_share",
        "space",
        Text("公共停车场充电车位比例", "Charging share of the spaces of a public car park"),
        "reprint",
    ),
    PlaceRule(
        "C8",
        "new_housing",
        "housing_share",
        "space",
        Text("新建住宅车位建成或预留比例", "Spaces of new housing built or made ready"),
        "reprint",
    ),
)


def rule_table(parameters: PlaceParameters) -> pd.DataFrame:
    """List the rules with the numbers in force."""
    fields = type(parameters).model_fields
    rows = [
        {
            "rule_id": one.rule,
            "place_class": one.place_class,
            "per": one.per,
            "required_number": float(getattr(parameters, one.parameter)),
            "mark": one.mark,
            "reason_zh": one.what.zh,
            "reason_en": one.what.en,
            "source": _source(fields[one.parameter].json_schema_extra),
        }
        for one in RULES
    ]
    return pd.DataFrame(rows).set_index("rule_id")


def _source(extra: object) -> str:
    return extra["source"] if isinstance(extra, dict) else ""
