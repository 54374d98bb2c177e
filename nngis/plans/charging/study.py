"""What one charging study holds between the analysis and its tables."""

from dataclasses import dataclass

import pandas as pd

from nngis.plans.charging.corridors import Corridors
from nngis.plans.charging.ground import Ground
from nngis.plans.charging.siting import Choice


@dataclass(frozen=True, eq=False)
class Study(Ground):
    """Everything that was found, before it is written into tables.

    Parameters
    ----------
    choice : Choice
        What is opened.
    years : Series
        Year by new station.
    after : DataFrame
        Nearest station of each demand, of all that are opened.
    phases, curve, alternatives : DataFrame
        Years, trade-off, other plans.
    corridors : Corridors
        Chargers along the long routes.
    """

    choice: Choice
    years: pd.Series
    after: pd.DataFrame
    phases: pd.DataFrame
    curve: pd.DataFrame
    alternatives: pd.DataFrame
    corridors: Corridors
