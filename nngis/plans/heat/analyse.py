"""Heat, analysed: who is within reach of which source, and what becomes of each boiler."""

import geopandas as gpd
import pandas as pd

from nngis.evidence import ORDER
from nngis.kernel.decide import decide
from nngis.plans.heat import findings
from nngis.plans.heat.facts import Zones, gather, has_stacks
from nngis.plans.heat.findings import by_county
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import permit_rules
from nngis.plans.heat.rules import boiler_rules
from nngis.plans.heat.sources import judge_units, supply_areas
from nngis.result.result import Analysis

# Layers whose evidence a decision leans on, beyond the ledger's own.
LEANS_ON = {
    "A57": ("built_up",),
    "A58": ("built_up",),
    "A59": ("built_up",),
    "A61": ("heat_sources", "parks"),
    "A63": ("heat_sources",),
    "peaking": ("heat_sources",),
    "none": ("built_up", "heat_sources"),
}
PLANNED = "planned"
BOILER_COLUMNS = (
    "name_zh",
    "county",
    "capacity_t_h",
    "fuel",
    "decision",
    "rule",
    "rules_hit",
    "reason_zh",
    "reason_en",
    "plant_id",
    "plant_name",
    "distance_m",
    "in_built_up",
    "evidence",
    "in_park",
    "park_id",
    "park_name",
    "park_distance_m",
)


def analyse(
    boilers: gpd.GeoDataFrame,
    heat_sources: gpd.GeoDataFrame,
    built_up: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parameters: HeatParameters,
    *,
    parks: gpd.GeoDataFrame | None = None,
) -> Analysis:
    """Decide what becomes of each boiler.

    Parameters
    ----------
    boilers : GeoDataFrame
        Role ``boilers``, points in the work CRS, indexed by `boiler_id`.
    heat_sources : GeoDataFrame
        Role ``heat_sources``, points, indexed by `unit_id`.
    built_up : GeoDataFrame
        Role ``built_up``, polygons; no rows mean that the built-up area is not known.
    counties : GeoDataFrame
        Role ``counties``, polygons, indexed by `adcode`.
    parameters : HeatParameters
        The plan's parameters.
    parks : GeoDataFrame, optional
        Role ``parks``; without them rule A61 is not asked.

    Returns
    -------
    Analysis
        Tables ``boilers``, ``heat_sources``, ``supply_areas``, ``built_up``,
        ``by_county``; indicators;
        assumptions; warnings.
    """
    zones = Zones(built_up, counties, parks)
    units = judge_units(heat_sources, parameters)
    frame = gather(boilers, units, zones, parameters)
    table = frame.join(_decided(frame, parameters, parks=parks is not None and len(parks) > 0))
    leaning = {"built_up": built_up, "heat_sources": heat_sources, "parks": parks}
    table["evidence"] = _evidence(table, leaning)
    own = [name for name in boilers.columns if name not in (*BOILER_COLUMNS, "geometry")]
    out = gpd.GeoDataFrame(
        table[[*BOILER_COLUMNS, *own]], geometry=boilers.geometry, crs=boilers.crs
    )
    return Analysis(
        tables={
            "boilers": out,
            # Those that count come last, so that a map draws them on top of the others.
            "heat_sources": units.sort_values("qualifies", kind="stable"),
            "supply_areas": supply_areas(units, parameters.supply_radius_m),
            "built_up": built_up,
            "by_county": by_county(out, counties),
        },
        indicators=findings.indicators(out),
        assumptions=findings.assumptions(units),
        warnings=findings.warnings(out, boilers, built_up),
    )


def _decided(frame: pd.DataFrame, parameters: HeatParameters, *, parks: bool) -> pd.DataFrame:
    """Decide boilers that exist by what closes them, planned ones by what bans them."""
    planned = frame["status"].eq(PLANNED)
    rules = boiler_rules(parameters, parks=parks, stacks=has_stacks(frame))
    there = decide(frame[~planned], *rules)
    asked = decide(frame[planned], *permit_rules(parameters))
    return pd.concat([there, asked]).reindex(frame.index)


def _evidence(table: pd.DataFrame, layers: dict[str, gpd.GeoDataFrame | None]) -> pd.Series:
    rank = {word: at for at, word in enumerate(ORDER)}
    own = table["evidence"].map(rank)
    for name, layer in layers.items():
        if layer is not None and len(layer):
            leaning = table["rule"].isin([rule for rule, used in LEANS_ON.items() if name in used])
            weak = layer["evidence"].map(rank).max()
            own = own.mask(leaning & (own < weak), weak)
    return own.map(dict(enumerate(ORDER)))
