"""How much a parameter that nobody verified moves the figures that a reader looks at first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One parameter moved alone.

    Parameters
    ----------
    name : str
        Name of the parameter.
    moved_to : str
        What it was moved to; empty where nothing was computed.
    headline : str
        Name of the indicator that this moves most; empty where it moves none.
    moved_share : float or None
        By what share of it; None where nothing was computed.
    """

    name: str
    moved_to: str
    headline: str
    moved_share: float | None
