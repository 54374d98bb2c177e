"""What one charging study holds between the analysis and its tables."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from nngis.plans.charging.corridors import Corridors
from nngis.plans.charging.siting import Choice, SitingQuestion


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that was found, before it is written into tables.

    Parameters
    ----------
    vehicles : DataFrame
        Stock by year.
    nev_count : float
        Vehicles of the year planned for.
    points : GeoDataFrame
        Demand, with `ring` and `own_radius_m`.
    stations : GeoDataFrame
        Stations that exist; no rows where none are known.
    stations_known : bool
        Whether there is a layer of them.
    places : GeoDataFrame
        Places judged.
    sites : GeoDataFrame
        Existing stations and candidates.
    links : DataFrame
        Who is covered from where.
    question : SitingQuestion
        What was sited.
    choice : Choice
        What is opened.
    years : Series
        Year by new station.
    before, after : DataFrame
        Nearest station of each demand, of those that exist and of all that are opened.
    phases, curve, alternatives : DataFrame
        Years, trade-off, other plans.
    problems : DataFrame
        What was wrong with the list of stations, and what was done.
    corridors : Corridors
        Chargers along the long routes.
    """

    vehicles: pd.DataFrame
    nev_count: float
    points: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    stations_known: bool
    places: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    links: pd.DataFrame
    question: SitingQuestion
    choice: Choice
    years: pd.Series
    before: pd.DataFrame
    after: pd.DataFrame
    phases: pd.DataFrame
    curve: pd.DataFrame
    alternatives: pd.DataFrame
    problems: pd.DataFrame
    corridors: Corridors
