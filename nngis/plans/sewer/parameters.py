"""The sewer plan's parameters: targets and ledger, gaps, design, order of building."""

from typing import ClassVar

from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.ledger_parameters import LedgerParameters
from nngis.plans.sewer.priority_parameters import PriorityParameters
from nngis.plans.sewer.separation_parameters import SeparationParameters
from nngis.plans.sewer.service_parameters import ServiceParameters


# Listed in the order of the work, the last base first.
class SewerParameters(
    PriorityParameters, DesignParameters, SeparationParameters, ServiceParameters, LedgerParameters
):
    """What the plan asks for, whom sewers serve, and how new ones are designed."""

    plan: ClassVar[str] = "sewer"
