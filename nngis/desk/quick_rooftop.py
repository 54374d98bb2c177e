"""The rooftop plan's picture while a lever moves: counties, shares, amounts; roofs where few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nngis.cartography.chunks import MANY
from nngis.cartography.encode import encode_column
from nngis.desk.picture import briefs, draw_look, indicator, layers_of, shape_key
from nngis.desk.quick_part import QuickPart
from nngis.inputs.edits import Edit
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.view import BRIEF, VIEW
from nngis.plans.rooftop.what_if import LEVERS, Kept, keep_facts, roofs_of, what_if

FOLLOW = ("decision", "usable_share", "capacity_kwp", "rule", "tranche", "rank")
MOST_LISTED = 20_000  # rows whose list follows while a lever moves


@dataclass(frozen=True, eq=False)
class RooftopFacts:
    """What hangs on no lever, and the keys of the shapes that follow it."""

    kept: Kept
    keys: Mapping[str, str]


def _keep(layers: RooftopLayers, parameters: RooftopParameters, _: None) -> RooftopFacts:
    kept = keep_facts(layers, parameters)
    tables = {"by_county": what_if(kept, parameters).tables["by_county"]}
    if len(kept.measured.table) <= MANY:
        tables["roofs"] = kept.measured.table
    keys = {
        id_: shape_key(tables[one.table], one.name)
        for id_, one in layers_of(VIEW).items()
        if one.table in tables
    }
    return RooftopFacts(kept, keys)


def _draw(
    facts: RooftopFacts, parameters: RooftopParameters, known: Mapping[str, str], _: Sequence[Edit]
) -> dict[str, Any]:
    found = what_if(facts.kept, parameters)
    tables, columns = dict(found.tables), {}
    if "roofs" in facts.keys:
        tables["roofs"] = roofs_of(found, facts.kept)
    if len(facts.kept.measured.table) <= MOST_LISTED:
        columns = {name: encode_column(tables["roofs"][name]) for name in FOLLOW}
    return {
        "layers": [
            draw_look(one, tables[one.table], facts.keys[id_], known, id_)
            for id_, one in layers_of(VIEW).items()
            if id_ in facts.keys
        ],
        "columns": columns,
        "indicators": [indicator(one) for one in found.indicators],
        "tables": briefs(BRIEF, tables),
    }


ROOFTOP = QuickPart(LEVERS, _keep, _draw, aside=True)
