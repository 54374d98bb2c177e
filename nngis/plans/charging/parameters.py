"""The charging plan's parameters: demand, coverage, places, siting, and the size of stations."""

from typing import ClassVar

from nngis.plans.charging.corridor_parameters import CorridorParameters
from nngis.plans.charging.coverage_parameters import CoverageParameters
from nngis.plans.charging.demand_parameters import DemandParameters
from nngis.plans.charging.siting_parameters import PlaceParameters, SitingParameters
from nngis.plans.charging.sizing_parameters import SizingParameters
from nngis.plans.charging.station_parameters import StationParameters


class ChargingParameters(
    DemandParameters,
    StationParameters,
    CoverageParameters,
    PlaceParameters,
    SitingParameters,
    SizingParameters,
    CorridorParameters,
):
    """Who charges, how far is near, who must have chargers, how many stations, how big."""

    plan: ClassVar[str] = "charging"
