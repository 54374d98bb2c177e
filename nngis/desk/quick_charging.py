"""The charging plan's picture at once: a choice that keeps the rules, then the best one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.catalog.layer import Layer
from nngis.desk.picture import (
    draw_look,
    draw_table,
    indicator,
    layers_of,
    list_in,
    row_in,
    shape_key,
)
from nngis.desk.quick_part import QuickPart
from nngis.inputs.edits import SURE, Edit, apply_edits
from nngis.plans.charging.findings import of_choice
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.siting import Choice
from nngis.plans.charging.study import Study
from nngis.plans.charging.view import SHEETS, TITLE, VIEW
from nngis.plans.charging.what_if import (
    Asked,
    Kept,
    keep_layers,
    people_near,
    put,
    sketched,
    solve,
    solved,
)
from nngis.result.mapview import MapLayer
from nngis.roles import role as role_named
from nngis.run.results import Result
from nngis.solvers.site import Progress

ROLE = "charging_candidates"
LIST = next(one for one in SHEETS if one.table == "stations")
Lock = AbstractContextManager[Any]


@dataclass(frozen=True, eq=False)
class ChargingFacts:
    """What the desk keeps of the charging plan, and the work CRS."""

    kept: Kept
    crs: Any


def _keep(layers: ChargingLayers, _parameters: ChargingParameters, _: None) -> ChargingFacts:
    return ChargingFacts(keep_layers(layers), layers.counties.crs)


def ask_of(facts: ChargingFacts, parameters: ChargingParameters, edits: Sequence[Edit]) -> Asked:
    """Put the question of siting with the candidates as the scenario edits them."""
    mine = [one for one in edits if one.role == ROLE]
    return put(facts.kept, parameters, _edited(facts, tuple(mine)) if mine else None)


def _edited(facts: ChargingFacts, edits: tuple[Edit, ...]) -> dict[str, gpd.GeoDataFrame]:
    """Edit the candidates as a run does; rows that stay where they were keep their very place."""
    kept = facts.kept
    return {ROLE: kept.steps(_candidates, kept.frames.get(ROLE), edits, facts.crs)}


def _candidates(
    frame: gpd.GeoDataFrame | None,
    edits: tuple[Edit, ...],
    crs: Any,  # noqa: ANN401 - whatever pyproj takes
) -> gpd.GeoDataFrame:
    if frame is None:
        return apply_edits({}, edits)[ROLE].in_crs(crs)
    layer = Layer("", role_named(ROLE).title, frame.to_crs(4326), SURE, None, "", len(frame))
    out = apply_edits({ROLE: layer}, edits)[ROLE].in_crs(crs)
    moved = {one.id for one in edits if one.action in ("move", "add")}
    still = out.index[out.index.isin(frame.index) & ~out.index.isin(moved)]
    out.loc[still, "geometry"] = frame.geometry[still]
    return out


def _draw(
    facts: ChargingFacts,
    parameters: ChargingParameters,
    known: Mapping[str, str],
    edits: Sequence[Edit],
) -> dict[str, Any]:
    """Draw stations, candidates, coverage and gaps; indicators of the choice."""
    asked = ask_of(facts, parameters, edits)
    study, tables = sketched(facts.kept, asked)
    layers = [
        draw_look(one, tables["demand"], _demand_key(facts, study, one), known, id_)
        if one.table == "demand"
        else draw_table(one, tables[one.table], known, id_)
        for id_, one in layers_of(VIEW).items()
        if one.table in tables
    ]
    found = of_choice(study, tables["demand"], parameters)
    drawn = {
        "title": list(TITLE),
        "subject": "stations",
        "layers": layers,
        "indicators": [indicator(one) for one in found],
        "siting": siting_of(study.choice, study.question.weights),
    }
    if study.choice.is_first:  # the list waits for the best choice: it comes within seconds
        return drawn
    return drawn | {"list": list_in(tables["stations"], LIST.columns)}


def _demand_key(facts: ChargingFacts, study: Study, layer: MapLayer) -> str:
    return facts.kept.steps(shape_key, study.points, layer.name)


def more_of(result: Result) -> dict[str, Any]:
    """Say of a whole result what the page shows of siting, and the other plans that are as good."""
    if result.plan != "charging":
        return {}
    value = {one.name: one.value for one in result.analysis.indicators}
    covered, gap = value["covered_share"] or 0.0, value["siting_gap_share"] or 0.0
    siting = {"covered": covered, "bound": covered * (1.0 + gap), "first": False, "status": ""}
    rows = result.analysis.tables["alternatives"]
    others = [
        {
            "id": str(id_),
            "covered": row["covered_weight"],
            "lost": row["lost_weight"],
            "lost_share": row["loss_share"],
            "gone": _ids(row["sites_left_out"]),
            "come": _ids(row["sites_instead"]),
        }
        for id_, row in rows.to_dict("index").items()
    ]
    return {"siting": siting, "others": others}


def _ids(joined: str) -> list[str]:
    return joined.split(";") if joined else []


def siting_of(choice: Choice, weights: pd.Series) -> dict[str, Any]:
    """Say how much a choice covers, and how much any could."""
    whole = float(weights.sum()) or 1.0
    return {
        "covered": choice.covered / whole,
        "bound": choice.bound / whole,
        "first": choice.is_first,
        "status": choice.status,
    }


def _seek(
    facts: ChargingFacts, parameters: ChargingParameters, edits: Sequence[Edit], _lock: Lock
) -> Callable[..., None] | None:
    """Return the search for the best choice, where it was not found yet."""
    asked = ask_of(facts, parameters, edits)
    if solved(facts.kept, asked) is not None:
        return None
    whole = float(asked.ground.question.weights.sum()) or 1.0

    def seek(told: Callable[[float, float], None]) -> None:
        solve(facts.kept, asked, lambda covered, bound: told(covered / whole, bound / whole))

    return seek


def _why(
    facts: ChargingFacts,
    parameters: ChargingParameters,
    edits: Sequence[Edit],
    table: str,
    id_: str,
) -> dict[str, Any]:
    """Say what is known of a row before the whole result is there."""
    _, tables = sketched(facts.kept, ask_of(facts, parameters, edits))
    return row_in(tables[table], id_) if table in tables else {}


def without(
    facts: ChargingFacts,
    parameters: ChargingParameters,
    edits: Sequence[Edit],
    id_: str,
    lock: Lock,
    progress: Progress,
) -> dict[str, Any]:
    """Say what is lost if a site is refused: the best choice without it against the best with it.

    Parameters
    ----------
    facts : ChargingFacts
        What the desk keeps.
    parameters : ChargingParameters
        As the scenario has them.
    edits : sequence of Edit
        The scenario's.
    id_ : str
        The site.
    lock : context manager
        Held while facts are read.
    progress : callable
        Told covered weight and bound of a search on the way; ends it by raising.

    Returns
    -------
    dict
        `loss` and `people` (vehicles and residents covered less), `least` and `most` between which
        the loss of the best choices is proved to lie, `exact` (both are the same), `covered` and
        `bound` as shares without it, `gone` and `come` (stations that close and open: id, name,
        place), `runner_up` (the best single replacement; a list, empty where there is none).
    """
    refused = tuple(dict.fromkeys([*parameters.refused_sites, id_]))
    both = [parameters, parameters.model_copy(update={"refused_sites": refused})]
    with lock:
        asked = [ask_of(facts, one, edits) for one in both]
    choices = [solved(facts.kept, one) or solve(facts.kept, one, progress) for one in asked]
    (now, then), whole = choices, float(asked[0].ground.question.weights.sum()) or 1.0
    people = [people_near(*one) for one in zip(asked, choices, strict=True)]
    sites = asked[1].ground.sites
    least, most = max(0.0, now.covered - then.bound), now.bound - then.covered
    runner = now.worth["runner_up"].reindex([id_])
    return {
        "id": id_,
        "loss": now.covered - then.covered,
        "people": people[0] - people[1],
        "least": least,
        "most": most,
        "exact": bool(np.isclose(least, most, rtol=0.0, atol=1e-6 * whole)),
        "whole": whole,
        **siting_of(then, asked[1].ground.question.weights),
        "gone": _named(asked[0].ground.sites, [s for s in now.selected if s not in then.selected]),
        "come": _named(sites, [s for s in then.selected if s not in now.selected]),
        "runner_up": _named(sites, runner[runner.isin(sites.index)].tolist()),
    }


def _named(sites: gpd.GeoDataFrame, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows = sites.loc[list(ids)]
    at = rows.geometry.to_crs(4326)
    names = rows["name_zh"].astype(object).where(rows["name_zh"].notna(), None)
    return [
        {"id": id_, "name": name, "lonlat": [round(point.x, 6), round(point.y, 6)]}
        for id_, name, point in zip(ids, names, at, strict=True)
    ]


CHARGING = QuickPart(
    tuple(ChargingParameters.model_fields), _keep, _draw, _why, _seek, (ROLE,), aside=True
)
