"""The heat plan's picture while a lever moves: decisions and circles at once, the steam later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from nngis.cartography.encode import encode_column
from nngis.desk.picture import draw_look, draw_table, indicator, shape_key
from nngis.desk.quick_part import QuickPart
from nngis.inputs.edits import Edit
from nngis.plans.heat.findings import of_decisions
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.view import VIEW
from nngis.plans.heat.what_if import LEVERS, Kept, decision_by_radius, keep_facts, what_if
from nngis.result.mapview import MapLayer

STRAIGHT = "straight"
SHOWN = ("decision", "rule", "plant_name", "distance_m")


@dataclass(frozen=True, eq=False)
class HeatFacts:
    """What hangs on no lever, and the key of the boilers' shapes: that of the whole result's."""

    kept: Kept
    key: str


def _keep(layers: HeatLayers, parameters: HeatParameters, _: None) -> HeatFacts:
    return HeatFacts(
        keep_facts(layers, parameters), shape_key(layers.boilers, _layer("boilers").name)
    )


def _draw(
    facts: HeatFacts, parameters: HeatParameters, known: Mapping[str, str], _: Sequence[Edit]
) -> dict[str, Any]:
    """Draw decisions, circles and units; indicators but those of the steam."""
    kept, key = facts.kept, facts.key
    found = what_if(kept, parameters)
    areas = found.areas.reset_index().assign(kind=STRAIGHT)
    areas.index = (areas["plant_id"].astype(str) + f"_{STRAIGHT}").rename("area_id")
    units = found.units.sort_values("qualifies", kind="stable")
    placed = kept.layers.boilers
    boilers = gpd.GeoDataFrame(
        found.boilers[["decision"]].assign(name_zh=placed.get("name_zh")), geometry=placed.geometry
    )
    return {
        "layers": [
            draw_table(_layer("supply_areas"), gpd.GeoDataFrame(areas, crs=units.crs), {}),
            draw_table(_layer("heat_sources"), units, {}),
            draw_look(_layer("boilers"), boilers, key, known, "boilers"),
        ],
        "columns": {name: encode_column(found.boilers[name]) for name in SHOWN},
        "indicators": [
            indicator(one)
            for one in of_decisions(found.boilers, ())
            # Who waits for steam is not known yet, and nothing is shown of it.
            if "pending" not in one.name
        ],
    }


def _why(
    facts: HeatFacts, parameters: HeatParameters, _: Sequence[Edit], table: str, id_: str
) -> dict[str, Any]:
    """Say at which radius the decision on a boiler changes."""
    if table == "heat_sources":
        return {"plant_units": _units_of_plant(facts.kept.layers.heat_sources, id_)}
    if table != "boilers" or id_ not in facts.kept.frame.index:
        return {}
    field = HeatParameters.model_fields["supply_radius_m"]
    low = next(m.ge for m in field.metadata if hasattr(m, "ge"))
    high = next(m.le for m in field.metadata if hasattr(m, "le"))
    spans = decision_by_radius(facts.kept, id_, parameters, from_m=low, to_m=high)
    return {"spans": [vars(one) for one in spans]}


def _units_of_plant(units: gpd.GeoDataFrame, id_: str) -> list[str]:
    """Name all units of the plant that a unit stands in."""
    if "plant_id" not in units or id_ not in units.index:
        return [id_]
    plant = units["plant_id"]
    return list(units.index[plant.eq(plant[id_])].astype(str)) or [id_]


def _layer(table: str) -> MapLayer:
    return next(one for one in VIEW.layers if one.table == table)


HEAT = QuickPart(LEVERS, _keep, _draw, _why)
