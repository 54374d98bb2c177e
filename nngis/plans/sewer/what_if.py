"""Sewers, asked again and again: packages in or out, years, budgets; projects left out.

The design does not hang on these levers: pipes, connections, people and plants are taken from a
whole result. A lever then costs the order of building and the counting of the ledger, by the same
functions that `nngis.plans.sewer.analyse` asks. The programme's optimum is not in it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from nngis.crs.place import with_place
from nngis.decide.indicators import Indicator, with_evidence
from nngis.plans.sewer.additions import lay_order
from nngis.plans.sewer.analyse import projects_of
from nngis.plans.sewer.by_county import county_of_pipes, with_works
from nngis.plans.sewer.findings import first_people
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.ledger import count_projects
from nngis.plans.sewer.outlook import decide_demand
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.progress import progress_tables, target_indicators
from nngis.result.plan import given_layers

# What may change without the kept facts changing with it.
LEVERS = (
    *("left_out_packages", "build_from_year", "build_years", "build_km_per_year"),
    *("build_yuan_per_year", "sewer_target_km", "target_year"),
)


ASKED_ANEW = ("pipe_id", "build_year", "rule", "rules_hit", "reason_zh", "reason_en")


@dataclass(frozen=True, eq=False)
class Kept:
    """What hangs on no lever.

    Parameters
    ----------
    layers : SewerLayers
        What the plan is given, with every project of the ledger.
    tables : mapping of str to DataFrame
        Those of a whole result.
    county : pair of Series
        The county of each pipe and of each demand.
    """

    layers: SewerLayers
    tables: Mapping[str, pd.DataFrame]
    county: tuple[pd.Series, pd.Series]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What the levers come to.

    Parameters
    ----------
    pipes : GeoDataFrame
        The pipes with `decision`, `build_year`, `package_id`.
    gaps : GeoDataFrame
        The demand with what becomes of it.
    packages : DataFrame
        As `put_in_order` has them.
    projects : GeoDataFrame
        As `count_projects` has them.
    by_county : DataFrame
        As the whole analysis has it.
    indicators : tuple of Indicator
        Those that hang on the levers, but the programme's optimum.
    """

    pipes: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    packages: pd.DataFrame
    projects: gpd.GeoDataFrame
    by_county: pd.DataFrame
    indicators: tuple[Indicator, ...]


def keep_facts(layers: SewerLayers, tables: Mapping[str, pd.DataFrame]) -> Kept:
    """Take from a whole result what hangs on no lever.

    Parameters
    ----------
    layers : SewerLayers
        What the plan is given, with every project of the ledger.
    tables : mapping of str to DataFrame
        Those of a result whose parameters are those of the questions to come, but for `LEVERS`.

    Returns
    -------
    Kept
        The facts.
    """
    county = county_of_pipes(tables["pipes"], layers.counties), tables["gaps"]["county"]
    return Kept(layers, tables, county)


def what_if(
    kept: Kept, parameters: SewerParameters, left_out: Collection[str] = frozenset()
) -> WhatIf:
    """Put the additions in order, and count the ledger.

    Parameters
    ----------
    kept : Kept
        What hangs on no lever.
    parameters : SewerParameters
        The plan's parameters.
    left_out : collection of str
        Projects of the ledger that are taken out.

    Returns
    -------
    WhatIf
        What `analyse` comes to.
    """
    layers, tables = kept.layers, kept.tables
    pipes, order = lay_order(tables, with_place(tables["plants"]), parameters)
    if layers.sewer_projects is not None:
        mine = layers.sewer_projects
        layers = replace(layers, sewer_projects=mine[~mine.index.isin(list(left_out))])
    ledger = projects_of(layers, tables["pipes"].crs)
    counted = count_projects(ledger, layers.counties, parameters)
    progress = progress_tables(counted, layers.counties, parameters)
    by_county = with_works(
        progress["by_county"], order.pipes, tables["connections"], kept.county, parameters
    )
    found = (
        *target_indicators(progress["targets"], counted),
        *((first_people(order.pipes, parameters),) if len(order.pipes) else ()),
    )
    gaps = tables["gaps"]
    if len(order.pipes):
        first = [n for n in gaps.columns if n not in ASKED_ANEW]
        asked = {"connections": tables["connections"], "priority": order.pipes}
        gaps = decide_demand(gaps[first], asked)
    return WhatIf(
        pipes,
        gaps,
        order.packages,
        counted.projects,
        by_county,
        with_evidence(found, given_layers(layers)),
    )
