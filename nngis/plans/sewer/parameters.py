"""The sewer plan's parameters: targets and ledger, gaps, design, order of building."""

from typing import ClassVar

from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.ledger_parameters import LedgerParameters
from nngis.plans.sewer.priority_parameters import PriorityParameters
from nngis.plans.sewer.service_parameters import ServiceParameters

LITRES_PER_M3 = 1000.0


# Listed in the order of the work, the last base first.
class SewerParameters(PriorityParameters, DesignParameters, ServiceParameters, LedgerParameters):
    """What the plan asks for, whom sewers serve, and how new ones are designed."""

    plan: ClassVar[str] = "sewer"

    @property
    def sewage_m3_head_d(self) -> float:
        """Dry-weather flow a person, groundwater that seeps in included [m³/d]."""
        share = self.sewage_share * (1 + self.infiltration_share)
        return self.water_l_head_d * share / LITRES_PER_M3
