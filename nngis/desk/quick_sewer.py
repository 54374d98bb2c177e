"""The sewer plan's picture while packages are ticked, or years and budgets move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nngis.cartography.encode import encode_column
from nngis.desk.picture import briefs, draw_look, indicator, layers_of, shape_key, words_of
from nngis.desk.quick_part import QuickPart
from nngis.inputs.edits import Edit
from nngis.plans.sewer.findings import coarse_terrain
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.view import BRIEF, VIEW
from nngis.plans.sewer.what_if import LEVERS, Kept, WhatIf, keep_facts, what_if
from nngis.run.results import Result
from nngis.text import Lang

PROJECTS = "sewer_projects"
PACKAGE = ("wwtp_id", "build_year", "length_km", "people", "cost_yuan", "people_per_km")
PROJECT = ("name_zh", "county", "stage", "plan_year", "counted_km")
MOST_TICKS = 500  # packages, and projects, that are listed to be ticked
FOLLOW = ("decision", "build_year", "rule")


@dataclass(frozen=True, eq=False)
class SewerFacts:
    """What hangs on no lever, and the keys of the shapes that follow it."""

    kept: Kept
    keys: Mapping[str, str]
    result: Result

    def about(self, lang: Lang) -> dict[str, Any]:
        """Return what stands at the foot of a sheet."""
        said = [one.say(lang) for one in self.result.warnings]
        return {
            "evidence": self.result.evidence, "said": said, "work_crs": self.result.work_crs
        }  # fmt: skip


def _keep(layers: SewerLayers, _: SewerParameters, result: Result) -> SewerFacts:
    tables = result.analysis.tables
    keys = {
        id_: shape_key(tables[one.table], one.name)
        for id_, one in layers_of(VIEW).items()
        if one.table in ("pipes", "gaps")
    }
    return SewerFacts(keep_facts(layers, tables), keys, result)


def _draw(
    facts: SewerFacts,
    parameters: SewerParameters,
    known: Mapping[str, str],
    edits: Sequence[Edit],
) -> dict[str, Any]:
    found = _asked(facts, parameters, edits)
    tables = {"pipes": found.pipes, "gaps": found.gaps, "by_county": found.by_county}
    columns = {name: found.gaps[name] for name in FOLLOW if name in found.gaps}
    return {
        "layers": [
            draw_look(one, tables[one.table], facts.keys[id_], known, id_)
            for id_, one in layers_of(VIEW).items()
            if id_ in facts.keys
        ],
        "columns": {name: encode_column(column) for name, column in columns.items()},
        "indicators": [indicator(one) for one in found.indicators],
        "tables": briefs(BRIEF, tables),
        **_beside(facts, parameters, edits),
    }


def _asked(facts: SewerFacts, parameters: SewerParameters, edits: Sequence[Edit]) -> WhatIf:
    return what_if(facts.kept, parameters, _off(edits))


def _off(edits: Sequence[Edit]) -> list[str]:
    return [one.id for one in edits if one.role == PROJECTS and one.action == "off"]


def _beside(
    facts: SewerFacts, parameters: SewerParameters, edits: Sequence[Edit]
) -> dict[str, Any]:
    """List what can be ticked in and out of the programme."""
    found, off = _asked(facts, parameters, edits), _off(edits)
    mine, ledger = pd.DataFrame(found.projects), facts.kept.layers.sewer_projects
    if off and ledger is not None:
        gone = ledger.reindex(off)
        mine = pd.concat([mine, gone.assign(counted_km=gone.get("sewer_length_km"))])
    # A package has the name of its first pipe; one of pipes that exist costs nothing.
    listed = found.packages[found.packages["length_km"].astype(float).gt(0)]
    out = set(parameters.left_out_packages)
    both = [_ticks("packages", listed, PACKAGE, out), _ticks(PROJECTS, mine, PROJECT, set(off))]
    return {"ticks": [one for one in both if one["rows"]]}


def _ticks(kind: str, table: pd.DataFrame, columns: Sequence[str], out: set[str]) -> dict[str, Any]:
    names = [name for name in columns if name in table]
    shown = pd.DataFrame(table).reindex(columns=names).head(MOST_TICKS)
    rows = [
        [str(id_), str(id_) not in out, *(None if pd.isna(value) else value for value in row)]
        for id_, row in zip(shown.index, shown.astype(object).to_numpy(), strict=True)
    ]
    return {"kind": kind, "columns": names, "fields": words_of(names), "rows": rows,
            "count": len(table)}  # fmt: skip


def _why(
    facts: SewerFacts, parameters: SewerParameters, _: Sequence[Edit], table: str, id_: str
) -> dict[str, Any]:
    """Say which package a pipe belongs to, and whether that is in; of a route, why no more."""
    if table == "routes":
        coarse = coarse_terrain(facts.kept.layers)
        return {} if coarse is None else {"said": [list(coarse)]}
    if table != "pipes" or id_ not in facts.kept.tables["pipes"].index:
        return {}
    package = what_if(facts.kept, parameters).pipes.loc[id_, "package_id"]
    if pd.isna(package):
        return {}
    return {"package": str(package), "package_in": package not in parameters.left_out_packages}


SEWER = QuickPart(
    LEVERS,
    _keep,
    _draw,
    _why,
    edited=(PROJECTS,),
    actions=("off",),
    of_result=True,
    beside=_beside,
)
