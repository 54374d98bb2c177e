"""What a run leaves behind: one folder, replaced whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import fields
from pathlib import Path
from typing import Any

import nngis
from nngis.cartography.qgis_files import QgisLayer
from nngis.evidence import weakest
from nngis.files import write_json
from nngis.inputs.store import LayerStore
from nngis.outputs.drawing import PLAIN, Drawing
from nngis.outputs.networks import write_network
from nngis.outputs.pages import with_backdrop_alone, write_index, write_map
from nngis.outputs.qgis import BACKDROP_FILE, style_layers, write_backdrop, write_qgis
from nngis.outputs.register_pages import scoreboard, write_scores
from nngis.outputs.report import draw_picture, write_report
from nngis.outputs.save import WORKBOOK, as_json, save_data
from nngis.outputs.sections import write_sections
from nngis.outputs.shapefiles import write_shapefiles
from nngis.outputs.sheets import write_sheets
from nngis.outputs.site_cards import write_site_cards
from nngis.outputs.workbook import write_workbook
from nngis.register.scored import FOLDER as REGISTER
from nngis.register.scored import Scored
from nngis.replacing import replaced_folder
from nngis.result.result import Result
from nngis.second_process import begin, send_once
from nngis.text import Lang, Text

LONG = 20_000
"""Rows of a table from which on the workbook takes longest of all: it is begun first."""


def write_run(
    out: Path,
    results: Sequence[Result],
    store: LayerStore,
    *,
    title: Text,
    asked: Mapping[str, Any],
    lang: Lang,
    drawing: Drawing = PLAIN,
    score: Callable[[], Scored | None] = lambda: None,
    second: Executor | None = None,
) -> None:
    """Write results, maps, the index and the record of the run.

    Parameters
    ----------
    out : Path
        The folder, checked by `check_output` before any work was done.
    results : sequence of Result
        What was found.
    store : LayerStore
        Where the map's backdrop comes from.
    title : Text
        Title of the index page.
    asked : mapping
        What the run was asked to do, for its record.
    lang : {"zh", "en"}
        Language of sheets and pages.
    drawing : Drawing
        Paper, title block and tiles.
    score : callable
        Says where the city stands on the whole plan, while another process draws.
    second : Executor, optional
        Another process, which draws while this one writes lists.
    """
    with replaced_folder(out) as folder:
        for one in results:
            (folder / one.plan).mkdir()
        plains = [*map(_plain, results)]
        under = with_backdrop_alone(store)
        send_once(second, under, *plains)
        drawn = [_begin_lists(second, folder, one, lang) for one in plains if _is_long(one)]
        begun, pictures = _begin_to_draw(second, folder, plains, under, drawing, lang)
        drawn += begun
        files = []
        grounds: dict[str, tuple[QgisLayer, ...]] = {}
        for plain in plains:
            own, crs = folder / plain.plan, plain.work_crs
            if crs not in grounds:
                grounds[crs] = write_backdrop(folder, store, crs, lang)
            qgis = begin(second, write_qgis, own, plain, grounds[crs], lang, drawing)
            drawn.append((plain.plan, qgis))
        scored = score()
        if scored:
            drawn += _begin_register(second, folder, scored.result, under, lang)
        drawn += [_begin_lists(second, folder, one, lang) for one in plains if not _is_long(one)]
        files += [BACKDROP_FILE] * any(grounds.values())
        for result in results:
            own = folder / result.plan
            written = save_data(result, own, lang)
            style_layers(own, result, lang)
            if drawing.shp:
                written += write_shapefiles(own, result, lang)
            files += [f"{result.plan}/{name}" for name in written]
        if scored:
            names = write_scores(folder / REGISTER, scored, lang)
            files += [f"{REGISTER}/{name}" for name in names]
        # The second process begins with the first of them, this one with the last.
        for plan, end in reversed(drawn):
            files += [f"{plan}/{name}" for name in end()]
        shown = {plan: end() for plan, end in reversed(pictures)}
        files += write_report(
            folder, title, results, shown, drawing=drawing, lang=lang, scored=scored
        )
        board = scoreboard(scored, files) if scored else None
        files.append(write_index(folder, title, results, lang, scoreboard=board))
        about = {**asked, "title": {"zh": title.zh, "en": title.en}}
        write_json(folder / "run.json", _record(about, results, files))


def _record(
    about: Mapping[str, Any], results: Sequence[Result], files: Sequence[str]
) -> dict[str, Any]:
    """Say what was run on what, and which files that made."""
    found = [as_json(result) for result in results]
    inputs = {record["role"]: record for result in found for record in result["inputs"]}
    return {
        "nngis": nngis.__version__,
        **about,
        "evidence": weakest(one.evidence for one in results) if results else None,
        "plans": [result.plan for result in results],
        "parameters": {result["plan"]: result["parameters"] for result in found},
        "inputs": list(inputs.values()),
        "files": sorted([*files, "run.json"]),
    }


def _begin_register(
    second: Executor | None, folder: Path, result: Result, under: LayerStore, lang: Lang
) -> list[tuple[str, Callable[[], list[str]]]]:
    own = folder / REGISTER
    own.mkdir()
    send_once(second, result)
    drawn = begin(second, write_map, own, result, under, lang)
    return [(REGISTER, drawn), _begin_lists(second, folder, result, lang)]


def _begin_lists(
    second: Executor | None, folder: Path, plain: Result, lang: Lang
) -> tuple[str, Callable[[], list[str]]]:
    path = folder / plain.plan / WORKBOOK
    return plain.plan, begin(second, write_workbook, path, plain, lang)


def _begin_to_draw(
    second: Executor | None,
    folder: Path,
    results: Sequence[Result],
    under: LayerStore,
    drawing: Drawing,
    lang: Lang,
) -> tuple[list[tuple[str, Callable[[], list[str]]]], list[tuple[str, Callable[[], bytes]]]]:
    """Begin what takes longest, plan by plan, into a folder each; and the report's pictures."""
    begun: list[tuple[str, Callable[[], list[str]]]] = []
    pictures: list[tuple[str, Callable[[], bytes]]] = []
    shown = [one for one in results if one.view.layers]
    for one in shown:
        pictures.append((one.plan, begin(second, draw_picture, one, under, lang)))
        own = folder / one.plan
        begun.append((one.plan, begin(second, write_sheets, own, one, under, drawing, lang)))
    for one in results:
        own = folder / one.plan
        if one.view.sections or one.view.network:
            begun.append((one.plan, begin(second, write_sections, own, one, drawing, lang)))
        if one.view.network:
            begun.append((one.plan, begin(second, write_network, own, one)))
        if drawing.site_cards:
            begun.append(
                (one.plan, begin(second, write_site_cards, own, one, under, drawing, lang))
            )
    for one in shown:
        own = folder / one.plan
        begun.append((one.plan, begin(second, write_map, own, one, under, lang, drawing.tiles)))
    return begun, pictures


def _is_long(result: Result) -> bool:
    return any(len(table) >= LONG for table in result.analysis.tables.values())


def _plain(result: Result) -> Result:
    """Return a result without the case that it may hold: it is light to send."""
    return Result(**{f.name: getattr(result, f.name) for f in fields(Result)})
