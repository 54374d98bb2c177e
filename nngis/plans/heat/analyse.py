"""Heat, analysed: who is within reach of which source, and what becomes of each boiler."""

import geopandas as gpd
import pandas as pd

from nngis.decide.indicators import with_evidence
from nngis.decide.rules import Rule, decide, evidence_of
from nngis.evidence import weakest
from nngis.plans.heat import findings
from nngis.plans.heat.clusters import find_clusters, match_waste_heat, with_users
from nngis.plans.heat.emission_check import contradictions, stacks
from nngis.plans.heat.facts import Zones, gather, has_stacks
from nngis.plans.heat.findings import by_county
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.outlets import season_table
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import judge_proposals, permit_rules
from nngis.plans.heat.phasing import by_year, phase
from nngis.plans.heat.radii import STEAM_COLUMNS
from nngis.plans.heat.rules import SPARED, boiler_rules
from nngis.plans.heat.sections import long_sections
from nngis.plans.heat.sources import judge_units
from nngis.plans.heat.stacks import judge_stacks
from nngis.plans.heat.supply import Lines, supply_steam
from nngis.plans.heat.tonnes import AVOIDED, BASES, TONNES
from nngis.result.plan import given_layers
from nngis.result.result import Analysis

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
    "ultra_low",
    "ultra_low_asked",
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
    "coal_by_chp_t_a",
    *TONNES,
    *BASES,
    *AVOIDED,
)


def analyse(layers: HeatLayers, parameters: HeatParameters) -> Analysis:
    """Decide what becomes of each boiler, and where its steam comes from."""
    boilers, built_up, counties = layers.boilers, layers.built_up, layers.counties
    zones = Zones(built_up, counties, layers.parks)
    units = judge_units(layers.heat_sources, parameters)
    frame = gather(boilers, units, zones, parameters)
    rules = all_rules(frame, parameters, parks=layers.parks is not None and len(layers.parks) > 0)
    # First as if there were steam for all; who gets none is a fact for the second time.
    asking = gpd.GeoDataFrame(
        frame.join(decided(frame, rules)), geometry=boilers.geometry, crs=boilers.crs
    )
    supply = supply_steam(asking, units, Lines(layers.roads, layers.steam_pipes), parameters)
    frame = frame.assign(**supply.facts)
    # What a ledger states of a column that is counted here went into the count.
    stated = [name for name in frame.columns if name in supply.shown.columns]
    table = frame.drop(columns=stated).join(decided(frame, rules)).join(supply.shown)
    placed = gpd.GeoDataFrame(table, geometry=boilers.geometry, crs=boilers.crs)
    takers = with_users(placed, layers.heat_users, units, parameters)
    clusters, member = find_clusters(takers, counties, layers.parks, parameters)
    placed["cluster_id"] = member.reindex(placed.index)
    waste, waste_of = _waste(takers, layers.waste_heat, parameters)
    placed["waste_id"] = waste_of.reindex(placed.index)
    placed["evidence"] = evidence_of(
        placed["evidence"], placed["rule"], [*rules[0], *rules[1]], _weakest_of(layers)
    )
    phases = phase(placed, supply.outlets, supply.assignment, supply.network, parameters)
    placed["year"] = phases["year"].reindex(placed.index)
    own = [name for name in boilers.columns if name not in (*BOILER_COLUMNS, "geometry")]
    out = placed[[*BOILER_COLUMNS, *own, "geometry"]]
    checked = stacks(out, parameters)
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
            "proposals": _proposals(layers, units, parameters),
            "stacks": checked,
            "ways": supply.ways,
            "other_stacks": judge_stacks(layers.stacks, parameters, crs=boilers.crs),
            "phases": phases,
            "by_year": by_year(phases, parameters),
            "built_up": built_up,
            "by_county": by_county(out, counties),
        },
        indicators=with_evidence(
            (*findings.indicators(out, units, supply.outlets), findings.cost(phases)),
            given_layers(layers),
        ),
        assumptions=(*findings.assumptions(units, supply.outlets), *findings.taken_as_true(out)),
        warnings=(
            *findings.warnings(out, boilers, built_up),
            *findings.not_asked(out, zones, stacks=has_stacks(boilers)),
            *contradictions(checked),
            *supply.said,
        ),
    )


def _proposals(
    layers: HeatLayers, units: gpd.GeoDataFrame, parameters: HeatParameters
) -> gpd.GeoDataFrame:
    """Judge what somebody would build: the role's own rows, and planned ones of the ledger."""
    boilers = layers.boilers
    planned = boilers[boilers["status"].eq(PLANNED)] if "status" in boilers else boilers.iloc[:0]
    given = [one for one in (layers.proposed_boilers, planned) if one is not None and len(one)]
    rows = gpd.GeoDataFrame(pd.concat(given), crs=boilers.crs) if given else planned
    rows = rows[~rows.index.duplicated()]
    table = judge_proposals(
        rows, units, layers.built_up, layers.counties, parameters, parks=layers.parks
    )
    return table.rename_axis("proposal_id")


def _waste(
    boilers: gpd.GeoDataFrame, sources: gpd.GeoDataFrame | None, parameters: HeatParameters
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    if sources is None:
        columns = ["waste_heat_t_h", "assigned_t_h", "boilers_count"]
        index = pd.Index([], name="waste_id", dtype=object)
        none = gpd.GeoDataFrame(columns=columns, index=index, geometry=[], crs=boilers.crs)
        return none, pd.Series(dtype=object)
    return match_waste_heat(boilers, sources, parameters)


Rules = tuple[list[Rule], list[Rule]]


def all_rules(frame: pd.DataFrame, parameters: HeatParameters, *, parks: bool) -> Rules:
    """Return the rules of boilers that exist and of planned ones, each with its last resort."""
    there, rest = boiler_rules(
        parameters, parks=parks, stacks=has_stacks(frame), spared=SPARED in frame
    )
    bans, otherwise = permit_rules(parameters)
    return [*there, rest], [*bans, otherwise]


def decided(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Decide boilers that exist by what closes them, planned ones by what bans them."""
    planned = frame["status"].eq(PLANNED)
    there = decide(frame[~planned], rules[0][:-1], rules[0][-1])
    asked = decide(frame[planned], rules[1][:-1], rules[1][-1])
    return pd.concat([there, asked]).reindex(frame.index)


def _weakest_of(layers: HeatLayers) -> dict[str, str]:
    """Return the weakest evidence of each layer that rules may lean on."""
    found = {role: getattr(layers, role) for role in ("built_up", "heat_sources", "parks")}
    return {
        role: weakest(layer["evidence"].unique())
        for role, layer in found.items()
        if layer is not None and len(layer)
    }
