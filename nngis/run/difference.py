"""A map and a list of what changed between two results."""

from collections.abc import Sequence
from pathlib import Path

from nngis.evidence import weakest
from nngis.inputs.store import LayerStore
from nngis.outputs.write_run import write_run
from nngis.result.explain import read_results
from nngis.result.mapview import MapLayer, MapView
from nngis.result.result import Analysis, InputRecord, Result, Sheet
from nngis.result.versions import versions
from nngis.run.compare import Comparison
from nngis.run.plans import PLAN_IDS, PLAN_TITLES, load_plan
from nngis.text import Lang, Text

COLUMNS = ("name_zh", "decision_before", "decision_after", "reason")


def write_difference(
    out: Path,
    found: Sequence[Comparison],
    before: Path,
    after: Path,
    store: LayerStore,
    *,
    lang: Lang,
) -> None:
    """Write the differences as a folder like that of a run.

    Parameters
    ----------
    out : Path
        The folder.
    found : sequence of Comparison
        What `compare` found.
    before, after : Path
        The folders compared.
    store : LayerStore
        Where the map's backdrop comes from.
    lang : {"zh", "en"}
        Language of sheets and pages.
    """
    saved = {result["plan"]: result for _, result in read_results(after)}
    moved = [one for one in found if len(one.changes)] or found
    results = [_as_result(one, saved[one.plan]) for one in moved]
    title = Text(f"{before.name} 与 {after.name} 的差异", f"From {before.name} to {after.name}")
    asked = {"compared": [before.name, after.name]}
    write_run(out, results, store, title=title, asked=asked, lang=lang)


def _as_result(one: Comparison, saved: dict[str, object]) -> Result:
    inputs = saved["inputs"]
    if not isinstance(inputs, list):
        raise TypeError(type(inputs))
    records = tuple(InputRecord(**{**r, "title": Text(**r["title"])}) for r in inputs)
    name = PLAN_TITLES.get(one.plan) or _saved_title(saved)
    title = Text(f"{name.zh}：处置意见的变化", f"{name.en}: decisions that changed")
    subject = str(saved["subject"])
    like = _drawn_as(one.plan, subject)
    changed = MapLayer(
        subject,
        Text("处置意见有变", "Decided otherwise"),
        like.shape if like else "point",
        like.role if like else "boiler",
        colour_by="decision_after",
        name="name_zh",
        popup=COLUMNS,
    )
    weak = weakest(record.evidence for record in records)
    return Result(
        plan=one.plan,
        title=title,
        analysis=Analysis({subject: one.changes.assign(evidence=weak)}),
        subject=subject,
        parameters=(),
        inputs=records,
        view=MapView(one.plan, title, (changed,) if one.changes.geometry.notna().any() else ()),
        sheets=(
            Sheet(Text("变化清单", "Changes"), subject, (str(one.changes.index.name), *COLUMNS)),
        ),
        work_crs=str(saved["work_crs"]),
        versions=versions(),
    )


def _drawn_as(plan: str, subject: str) -> MapLayer | None:
    """Find how a plan draws what it decides."""
    if plan not in PLAN_IDS:
        return None
    layers = load_plan(plan).view.layers
    return next((layer for layer in layers if layer.table == subject), None)


def _saved_title(saved: dict[str, object]) -> Text:
    title = saved["title"]
    if not isinstance(title, dict):
        raise TypeError(type(title))
    return Text(**title)
