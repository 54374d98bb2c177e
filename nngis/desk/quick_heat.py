"""The heat plan's picture while a lever moves: decisions and circles at once, the steam later."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from nngis.cartography.classes import classify
from nngis.cartography.encode import encode_column
from nngis.crs.place import has_place
from nngis.desk.picture import draw_table, indicator, shape_key
from nngis.plans.heat.findings import of_decisions
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.view import VIEW
from nngis.plans.heat.what_if import Kept, what_if
from nngis.result.mapview import MapLayer

STRAIGHT = "straight"
SHOWN = ("decision", "rule", "plant_name", "distance_m")


def quick_heat(
    kept: Kept, parameters: HeatParameters, key: str, known: Mapping[str, str]
) -> dict[str, Any]:
    """Draw what hangs on the levers alone.

    Parameters
    ----------
    kept : Kept
        What hangs on no lever.
    parameters : HeatParameters
        The plan's parameters.
    key : str
        Key of the boilers' shapes, as `boilers_key` has it.
    known : mapping of str to str
        Keys of the shapes that the page has, by table.

    Returns
    -------
    dict
        As `picture.draw_result`, but with those of its parts only that are known at once:
        `layers` (boilers by their looks), `columns` of the list, `indicators`.
    """
    found = what_if(kept, parameters)
    areas = found.areas.reset_index().assign(kind=STRAIGHT)
    areas.index = (areas["plant_id"].astype(str) + f"_{STRAIGHT}").rename("area_id")
    units = found.units.sort_values("qualifies", kind="stable")
    shown = has_place(kept.layers.boilers)
    boilers = found.boilers[shown.to_numpy()]
    look = classify(_layer("boilers"), boilers)
    drawn = {
        "id": "boilers",
        "table": "boilers",
        "counts": [one.count for one in look.classes],
        "count": len(boilers),
        "look": {
            "classes": [
                {"t": list(c.title), "colour": c.colour, "outline": c.outline, "shape": c.shape,
                 "dash": list(c.dash), "hatch": c.hatch}
                for c in look.classes
            ],
            "cls": look.codes.tolist(),
        },
    }  # fmt: skip
    if known.get("boilers") != key:
        placed = kept.layers.boilers
        names = placed.get("name_zh")
        table = gpd.GeoDataFrame(
            found.boilers[["decision"]].assign(name_zh=names), geometry=placed.geometry
        )
        drawn = draw_table(_layer("boilers"), table, {})
    return {
        "layers": [
            draw_table(_layer("supply_areas"), gpd.GeoDataFrame(areas, crs=units.crs), {}),
            draw_table(_layer("heat_sources"), units, {}),
            drawn,
        ],
        "columns": {name: encode_column(found.boilers[name]) for name in SHOWN},
        "indicators": [
            indicator(one)
            for one in of_decisions(found.boilers, ())
            # Who waits for steam is not known yet, and nothing is shown of it.
            if "pending" not in one.name
        ],
    }


def boilers_key(kept: Kept) -> str:
    """Return the key of the boilers' shapes: the same that the whole result's picture has."""
    return shape_key(kept.layers.boilers, _layer("boilers").name)


def _layer(table: str) -> MapLayer:
    return next(one for one in VIEW.layers if one.table == table)
