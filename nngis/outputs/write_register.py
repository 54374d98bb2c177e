"""What ``nngis register --out`` leaves behind: a folder like that of a run."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

import nngis
from nngis.cartography.index_page import IndexPage, PageLink, draw_index
from nngis.files import write_json
from nngis.inputs.store import LayerStore
from nngis.outputs.register_pages import scoreboard, write_register
from nngis.outputs.save import as_json
from nngis.register.history import Move
from nngis.register.scored import FOLDER, Scored
from nngis.replacing import replaced_folder
from nngis.result.imprint import imprint
from nngis.result.result import Sheet
from nngis.text import Lang, Text

CHANGES = Text("变化", "What moved")


def write_register_run(
    out: Path, scored: Scored, store: LayerStore, *, moved: Sequence[Move], lang: Lang
) -> None:
    """Write the scorecard as a folder.

    Parameters
    ----------
    out : Path
        The folder, checked by `check_output`.
    scored : Scored
        What was found.
    store : LayerStore
        Where the map's backdrop comes from.
    moved : sequence of Move
        What moved since a snapshot; a sheet of its own where there is some.
    lang : {"zh", "en"}
        Language of sheets and pages.
    """
    kept = _with_moves(scored, moved)
    with replaced_folder(out) as folder:
        own = folder / FOLDER
        own.mkdir()
        files = [f"{FOLDER}/{name}" for name in write_register(own, kept, store, lang)]
        page = IndexPage(
            kept.result.title,
            kept.result.evidence,
            (),
            kept.result.inputs,
            (PageLink(Text("运行记录", "Record of the run"), "run.json"),),
            scoreboard(kept, files),
            imprint([kept.result], lang),
        )
        text = draw_index(page, lang=lang)
        (folder / "index.html").write_text(text, encoding="utf-8", newline="\n")
        saved = as_json(kept.result)
        content = {
            "nngis": nngis.__version__,
            "evidence": saved["evidence"],
            "title": saved["title"],
            "plans": [FOLDER],
            "parameters": {FOLDER: saved["parameters"]},
            "inputs": saved["inputs"],
            "files": sorted([*files, "index.html", "run.json"]),
        }
        write_json(folder / "run.json", content)


def _with_moves(scored: Scored, moved: Sequence[Move]) -> Scored:
    if not moved:
        return scored
    table = pd.DataFrame(
        {
            "name_zh": [scored.card.rules[m.rule].meaning.zh for m in moved],
            "status_before": [m.status_before for m in moved],
            "status_after": [m.status_after for m in moved],
            "value_before": [m.value_before for m in moved],
            "value_after": [m.value_after for m in moved],
            "indicator_unit": [m.unit for m in moved],
            "reason_zh": [m.why.zh for m in moved],
            "reason_en": [m.why.en for m in moved],
        },
        index=pd.Index([m.rule for m in moved], name="rule_id"),
    ).astype({"value_before": "float64", "value_after": "float64"})
    columns = ("rule_id", *(str(name) for name in table if not str(name).startswith("reason_")))
    result = scored.result
    tables = {**result.analysis.tables, "moved": table}
    sheets = (result.sheets[0], Sheet(CHANGES, "moved", (*columns, "reason")), *result.sheets[1:])
    analysis = replace(result.analysis, tables=tables)
    return replace(scored, result=replace(result, analysis=analysis, sheets=sheets))
