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
from nngis.outputs.qgis import BACKDROP_FILE, write_backdrop, write_qgis
from nngis.outputs.register_pages import scoreboard, write_register
from nngis.outputs.report import write_report
from nngis.outputs.save import as_json, save_result
from nngis.outputs.sections import write_sections
from nngis.outputs.shapefiles import write_shapefiles
from nngis.outputs.sheets import write_sheets
from nngis.outputs.site_cards import write_site_cards
from nngis.register.scored import FOLDER as REGISTER
from nngis.register.scored import Scored
from nngis.replacing import replaced_folder
from nngis.result.result import Result
from nngis.second_process import begin
from nngis.text import Lang, Text


def write_run(
    out: Path,
    results: Sequence[Result],
    store: LayerStore,
    *,
    title: Text,
    asked: Mapping[str, Any],
    lang: Lang,
    drawing: Drawing = PLAIN,
    scored: Scored | None = None,
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
    scored : Scored, optional
        Where the city stands on the whole plan.
    second : Executor, optional
        Another process, which draws while this one writes lists.
    """
    with replaced_folder(out) as folder:
        drawn = _begin_to_draw(second, folder, results, store, drawing, lang)
        files = []
        grounds: dict[str, tuple[QgisLayer, ...]] = {}
        for result in results:
            own = folder / result.plan
            written = save_result(result, own, lang)
            if result.view.layers:
                written.append(write_map(own, result, store, lang, drawing.tiles))
            if result.work_crs not in grounds:
                grounds[result.work_crs] = write_backdrop(folder, store, result.work_crs, lang)
            if drawing.shp:
                written += write_shapefiles(own, result, lang)
            written += write_qgis(own, result, grounds[result.work_crs], lang, drawing)
            files += [f"{result.plan}/{name}" for name in written]
        files += [BACKDROP_FILE] * any(grounds.values())
        if scored:
            own = folder / REGISTER
            own.mkdir()
            files += [f"{REGISTER}/{name}" for name in write_register(own, scored, store, lang)]
        # The second process begins with the first of them, this one with the last.
        for plan, end in reversed(drawn):
            files += [f"{plan}/{name}" for name in end()]
        files += write_report(
            folder, title, results, store, drawing=drawing, lang=lang, scored=scored
        )
        board = scoreboard(scored, files) if scored else None
        files.append(write_index(folder, title, results, lang, scoreboard=board))
        found = [as_json(result) for result in results]
        inputs = {record["role"]: record for result in found for record in result["inputs"]}
        record = {
            "nngis": nngis.__version__,
            **asked,
            "title": {"zh": title.zh, "en": title.en},
            "evidence": weakest(one.evidence for one in results) if results else None,
            "plans": [result.plan for result in results],
            "parameters": {result["plan"]: result["parameters"] for result in found},
            "inputs": list(inputs.values()),
            "files": sorted([*files, "run.json"]),
        }
        write_json(folder / "run.json", record)


def _begin_to_draw(
    second: Executor | None,
    folder: Path,
    results: Sequence[Result],
    store: LayerStore,
    drawing: Drawing,
    lang: Lang,
) -> list[tuple[str, Callable[[], list[str]]]]:
    """Begin what takes longest, plan by plan, into a folder each."""
    under = with_backdrop_alone(store)
    begun: list[tuple[str, Callable[[], list[str]]]] = []
    plain = [Result(**{f.name: getattr(one, f.name) for f in fields(Result)}) for one in results]
    for one in plain:
        own = folder / one.plan
        own.mkdir()
        begun.append((one.plan, begin(second, write_sheets, own, one, under, drawing, lang)))
    for one in plain:
        own = folder / one.plan
        begun.append((one.plan, begin(second, write_sections, own, one, drawing, lang)))
        begun.append((one.plan, begin(second, write_network, own, one)))
        if drawing.site_cards:
            begun.append(
                (one.plan, begin(second, write_site_cards, own, one, under, drawing, lang))
            )
    return begun
