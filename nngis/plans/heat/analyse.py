"""Heat, analysed: who is within reach of which source, and what becomes of each boiler."""

import geopandas as gpd
import pandas as pd

from nngis.decide.rules import decide
from nngis.evidence import ORDER
from nngis.plans.heat import findings
from nngis.plans.heat.clusters import find_clusters, match_waste_heat
from nngis.plans.heat.facts import Zones, gather, has_stacks
from nngis.plans.heat.findings import by_county
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.outlets import season_table
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import permit_rules
from nngis.plans.heat.phasing import by_year, phase
from nngis.plans.heat.radii import STEAM_COLUMNS
from nngis.plans.heat.rules import boiler_rules
from nngis.plans.heat.sections import long_sections
from nngis.plans.heat.sources import judge_units
from nngis.plans.heat.supply import Lines, supply_steam
from nngis.plans.heat.tonnes import AVOIDED, TONNES
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
    "road_m",
    "in_road_radius",
    *STEAM_COLUMNS,
    "load_t_h",
    "outlet_id",
    "n1_keeps",
    "connected",
    "year",
    "cluster_id",
    "waste_id",
    "furnace",
    "coal_basis",
    "replaced_by",
    *TONNES,
    *AVOIDED,
)


def analyse(layers: HeatLayers, parameters: HeatParameters) -> Analysis:
    """Decide what becomes of each boiler, and where its steam comes from.

    Parameters
    ----------
    layers : HeatLayers
        Boilers, heat sources, built-up area and counties, and what else there is.
    parameters : HeatParameters
        The plan's parameters.

    Returns
    -------
    Analysis
        Tables ``boilers``, ``heat_sources``, ``plants``, ``seasons``, ``radii``, ``assignment``,
        ``steam_network``, ``steam_nodes``, ``steam_sections``, ``supply_areas``, ``clusters``,
        ``waste_heat``, ``phases``, ``by_year``, ``by_county``, ``built_up``;
        indicators; assumptions; warnings.
    """
    boilers, built_up, counties = layers.boilers, layers.built_up, layers.counties
    zones = Zones(built_up, counties, layers.parks)
    units = judge_units(layers.heat_sources, parameters)
    frame = gather(boilers, units, zones, parameters)
    table = frame.join(
        _decided(frame, parameters, parks=layers.parks is not None and len(layers.parks) > 0)
    )
    placed = gpd.GeoDataFrame(table, geometry=boilers.geometry, crs=boilers.crs)
    supply = supply_steam(placed, units, Lines(layers.roads, layers.steam_pipes), parameters)
    placed = supply.boilers
    clusters, member = find_clusters(placed, counties, layers.parks, parameters)
    placed["cluster_id"] = member.reindex(placed.index)
    waste, waste_of = _waste(placed, layers.waste_heat, parameters)
    placed["waste_id"] = waste_of.reindex(placed.index)
    leaning = {role: getattr(layers, role) for role in ("built_up", "heat_sources", "parks")}
    placed["evidence"] = _evidence(placed, leaning)
    phases = phase(placed, supply.outlets, supply.assignment, supply.network, parameters)
    placed["year"] = phases["year"].reindex(placed.index)
    own = [name for name in boilers.columns if name not in (*BOILER_COLUMNS, "geometry")]
    out = placed[[*BOILER_COLUMNS, *own, "geometry"]]
    return Analysis(
        tables={
            "boilers": out,
            # Those that count come last, so that a map draws them on top of the others.
            "heat_sources": units.sort_values("qualifies", kind="stable"),
            "plants": supply.outlets,
            "seasons": season_table(supply.outlets, parameters),
            "radii": supply.radii,
            "assignment": supply.assignment,
            "steam_network": supply.pipes,
            "steam_nodes": supply.nodes,
            "steam_sections": long_sections(supply.network, supply.nodes, supply.pipes),
            "supply_areas": supply.areas,
            "clusters": clusters,
            "waste_heat": waste,
            "phases": phases,
            "by_year": by_year(phases, parameters),
            "built_up": built_up,
            "by_county": by_county(out, counties),
        },
        indicators=findings.indicators(out, supply.outlets),
        assumptions=(*findings.assumptions(units, supply.outlets), *findings.taken_as_true(out)),
        warnings=(
            *findings.warnings(out, boilers, built_up),
            *findings.not_asked(out, zones, stacks=has_stacks(boilers)),
            *supply.said,
        ),
    )


def _waste(
    boilers: gpd.GeoDataFrame, sources: gpd.GeoDataFrame | None, parameters: HeatParameters
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    if sources is None:
        columns = ["waste_heat_t_h", "assigned_t_h", "boilers_count"]
        index = pd.Index([], name="waste_id", dtype=object)
        none = gpd.GeoDataFrame(columns=columns, index=index, geometry=[], crs=boilers.crs)
        return none, pd.Series(dtype=object)
    return match_waste_heat(boilers, sources, parameters)


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
