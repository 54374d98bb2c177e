"""What stands on the card of one site."""

from dataclasses import dataclass

import geopandas as gpd


@dataclass(frozen=True)
class CardText:
    """A block of a card.

    Parameters
    ----------
    title : str
        What it is called.
    rows : tuple of tuple of str
        What each value is called, and the value; of a list headings, then rows.
    is_list : bool
        Whether it is a list.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    is_list: bool = False


@dataclass(frozen=True)
class Card:
    """What is written on one card, and what its map shows.

    Parameters
    ----------
    title, subtitle : str
        Its head.
    at : tuple of float
        The site in the work CRS [m].
    reach_m : float
        How far around it the map shows [m].
    served : GeoDataFrame
        Those whom it serves, points in the work CRS.
    blocks : tuple of CardText
        What is known.
    evidence : str
        The weakest evidence of what is said.
    said : tuple of str
        Assumptions and warnings.
    foot : str
        Last line: who made it, when, version.
    """

    title: str
    subtitle: str
    at: tuple[float, float]
    reach_m: float
    served: gpd.GeoDataFrame
    blocks: tuple[CardText, ...]
    evidence: str
    said: tuple[str, ...]
    foot: str
