"""The register on a store's layers: gather them and ask the 90 rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from pyproj import CRS

from nngis.catalog.layer import REJECT_COLUMNS, Layer
from nngis.crs import choose_work_crs
from nngis.evidence import weakest
from nngis.grid import Grid
from nngis.inputs.choices import LayerChoice
from nngis.inputs.rasters import find_raster, read_grids
from nngis.inputs.store import LayerStore, has_role, notes, open_role, record
from nngis.parameter_values import ParameterRecord
from nngis.register.data import Data
from nngis.register.public import read_figures
from nngis.register.rules import rules_of
from nngis.register.scorecard import (
    Scorecard,
    score,
)
from nngis.register.scored import FOLDER, Scored
from nngis.register.view import TITLE, analysis_of, sheets_of, view_of
from nngis.result.problems import with_problems
from nngis.result.result import InputRecord, Result, Sheet
from nngis.result.versions import versions
from nngis.text import Text

RASTERS = ("elevation", "land_cover")
CENSUS_YEAR = 2020


def score_city(
    store: LayerStore,
    choices: Mapping[str, LayerChoice],
    *,
    plans: Sequence[Result] = (),
    opened: Mapping[str, Layer] | None = None,
    split: bool = False,
    date: str = "",
) -> Scored:
    """Ask the 90 rules on the layers at hand."""
    layers = _open_all(store, choices, opened or {})
    box = layers["counties"].frame.total_bounds
    crs = store.stated_crs or choose_work_crs([(box[0] + box[2]) / 2], [(box[1] + box[3]) / 2])
    frames = {role: layer.in_crs(crs) for role, layer in layers.items()}
    grids, rasters = _grids(store, choices, crs, wanted="basin_outlets" in frames)
    data = Data(
        {role: frame for role, frame in frames.items() if role != "counties"},
        frames["counties"],
        read_figures(store.folder / store.case.figures) if store.case.figures else {},
        {one.plan: one.analysis for one in plans},
        grids,
        _population(store) if split else None,
        split,
        store.case.called,
    )
    card = score(rules_of(store.document), data)
    used = _used(card, layers)
    figures = [
        f for id_ in card.findings if card.findings[id_].source for f in data.figures.get(id_, ())
    ]
    return Scored(
        card,
        _result(card, used, [*rasters, *_figures_record(figures)], crs, (date, split), store),
    )


def has_register(store: LayerStore) -> bool:
    """Say whether the case's plan document is typed as a register, which can be asked."""
    return store.case.document is not None


def register_roles(store: LayerStore) -> set[str]:
    """Return every role that the register may use.

    Parameters
    ----------
    store : LayerStore
        The case.

    Returns
    -------
    set of str
        Roles, rasters among them; none where the case has no register.
    """
    if not has_register(store):
        return set()
    rules = rules_of(store.document)
    return {"counties", *RASTERS, *(role for rule in rules.values() for role in rule.uses)}


def _open_all(
    store: LayerStore, choices: Mapping[str, LayerChoice], opened: Mapping[str, Layer]
) -> dict[str, Layer]:
    wanted = ["counties", *sorted(register_roles(store) - {"counties", *RASTERS})]
    return {
        role: opened[role] if role in opened else open_role(role, store, choices)
        for role in wanted
        if role == "counties" or has_role(role, store, choices)
    }


def _grids(
    store: LayerStore, choices: Mapping[str, LayerChoice], crs: CRS, *, wanted: bool
) -> tuple[dict[str, Grid], list[InputRecord]]:
    """Read rasters only where something can be made of them: relief alone decides no rule."""
    if "land_cover" not in choices and not wanted:
        return {}, []
    found = [find_raster(role, store, choices) for role in RASTERS]
    files = [one for one in found if one is not None]
    paths = {one.record.role: one.path for one in files}
    bands = {one.record.role: one.band for one in files}
    return read_grids(paths, crs, bands), [one.record for one in files]


def _population(store: LayerStore) -> pd.Series | None:
    if "population" not in store.specs:
        return None
    frame = store.open("population").frame
    latest = frame[frame["year"].astype(int).eq(CENSUS_YEAR)]
    whole = store.case.name.zh
    return latest.set_index("name_zh")["population"].drop(whole, errors="ignore").astype(float)


def _used(card: Scorecard, layers: Mapping[str, Layer]) -> dict[str, Layer]:
    """Keep the layers that some rule could use."""
    answered = {
        role
        for id_, found in card.findings.items()
        if found.objects is not None or found.by_county is not None
        for role in (
            *card.rules[id_].roles,
            *card.rules[id_].optional_roles,
            *card.rules[id_].tables,
        )
    }
    return {role: one for role, one in layers.items() if role in answered or role == "counties"}


def _figures_record(figures: Sequence[Any]) -> list[InputRecord]:
    if not figures:
        return []
    title = Text("公开数字（各条注明来源）", "Public figures (each names its source)")
    level = weakest(figure.evidence for figure in figures)
    return [
        InputRecord(
            "public_figures",
            "public_figures",
            title,
            "public_figures.toml",
            "",
            level,
            len(figures),
            0,
        )
    ]


def _result(
    card: Scorecard,
    layers: Mapping[str, Layer],
    more: Sequence[InputRecord],
    crs: CRS,
    settings: tuple[str, bool],
    store: LayerStore,
) -> Result:
    analysis = analysis_of(card)
    rejects = pd.concat([layer.rejects for layer in layers.values()], ignore_index=True)
    rejects.index.name = None
    tables = {**analysis.tables, "rejects": rejects[list(REJECT_COLUMNS)]}
    sheets = sheets_of(analysis)
    if len(rejects):
        columns = ("file", "sheet", "row", "column", "raw", "reason")
        sheets = (*sheets, Sheet(Text("未采用记录", "Rejected rows"), "rejects", columns))
    date, split = settings
    found = Result(
        plan=FOLDER,
        title=TITLE,
        analysis=replace(analysis, tables=tables),
        subject="register",
        parameters=(
            ParameterRecord("date", Text("数据日期", "Date of the data"), date, "", "", "--date"),
            ParameterRecord(
                "split",
                Text("按人口分解目标（假定）", "Targets split by population (an assumption)"),
                split,
                "",
                "方案没有分县",
                "--split",
            ),
        ),
        inputs=(
            *(record(role, one, store.vintage(one.id)) for role, one in layers.items()),
            *more,
        ),
        view=view_of(card, analysis),
        sheets=sheets,
        work_crs=f"EPSG:{crs.to_epsg()}",
        versions=versions(),
        notes=tuple(note for layer in layers.values() for note in notes(layer)),
    )
    return with_problems(found)
