"""A folder that shows what changed between results: page, lists, maps, a sheet."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import pandas as pd

import nngis
from nngis.cartography.compare_page import (
    CompareCard,
    ComparePage,
    draw_comparison,
)
from nngis.cartography.explore import numbered
from nngis.cartography.index_page import PageLink
from nngis.evidence import weakest
from nngis.files import write_json
from nngis.inputs.store import LayerStore
from nngis.outputs.drawing import PLAIN
from nngis.outputs.pages import PLAN_FILES, write_map
from nngis.outputs.save import save_result
from nngis.outputs.sheets import write_sheets
from nngis.replacing import replaced_folder
from nngis.result.mapview import MapLayer, MapView
from nngis.result.result import Analysis, InputRecord, Result, Sheet
from nngis.result.settings import value_words
from nngis.result.versions import versions
from nngis.run.compare import Comparison
from nngis.run.difference_page import page_tables
from nngis.run.plans import PLAN_IDS, PLAN_TITLES, load_plan
from nngis.text import Lang, Text

PLACE = ("name_zh", "county")
CHANGED = ("compared_run", "decision_before", "decision_after", "reason", "cause")
SWIPE = Text("卷帘地图", "Swipe map")


def write_difference(
    out: Path, found: Sequence[Comparison], store: LayerStore, *, lang: Lang
) -> None:
    """Write the differences as a folder like that of a run.

    Parameters
    ----------
    out : Path
        The folder.
    found : sequence of Comparison
        What `compare_folders` found: the first run against each of the others.
    store : LayerStore
        Where the map's backdrop comes from.
    lang : {"zh", "en"}
        Language of sheets and pages.
    """
    by_plan = [
        (plan, list(same))
        for plan, same in groupby(sorted(found, key=_order), key=lambda one: one.plan)
    ]
    first = found[0].before.name.say(lang)
    names = list(dict.fromkeys(one.after.name.say(lang) for one in found))
    title = Text(f"{first} 与 {'、'.join(names)} 的差异", f"{first} against {', '.join(names)}")
    with replaced_folder(out) as folder:
        cards, files = [], ["index.html", "run.json"]
        for plan, same in by_plan:
            result = _as_result(same, lang)
            own = folder / plan
            own.mkdir()
            written = save_result(result, own, lang)
            if result.view.layers:
                written += write_map(own, result, store, lang)
                written += write_sheets(own, result, store, PLAIN, lang)
            swipes = _write_swipes(own, same, lang)
            cards.append(_card(result, same, [*written, *swipes], lang))
            files += [f"{plan}/{name}" for name in (*written, *swipes)]
        sides = [side for one in found for side in (one.before, one.after)]
        page = ComparePage(
            title, first, weakest(side.content["evidence"] for side in sides), tuple(cards)
        )
        text = draw_comparison(page, lang=lang)
        (folder / "index.html").write_text(text, encoding="utf-8", newline="\n")
        write_json(
            folder / "run.json",
            {
                "nngis": nngis.__version__,
                "title": {"zh": title.zh, "en": title.en},
                "compared": [first, *names],
                "plans": [plan for plan, _ in by_plan],
                "files": sorted(files),
            },
        )


def _order(one: Comparison) -> tuple[int, str]:
    return (PLAN_IDS.index(one.plan) if one.plan in PLAN_IDS else len(PLAN_IDS), one.plan)


def _as_result(same: Sequence[Comparison], lang: Lang) -> Result:
    """Make a result of what changed in one plan, so that it is saved and drawn like any other."""
    last = same[-1].after.content
    records = tuple(InputRecord(**{**r, "title": Text(**r["title"])}) for r in last["inputs"])
    plan, subject = same[0].plan, str(last["subject"])
    name = PLAN_TITLES.get(plan) or Text(**last["title"])
    title = Text(f"{name.zh}：处置意见的变化", f"{name.en}: decisions that changed")
    changes = _all_changes(same, lang).assign(
        evidence=weakest(
            side.content["evidence"] for one in same for side in (one.before, one.after)
        )
    )
    listed = (str(changes.index.name), *(c for c in PLACE if c in changes), *CHANGED)
    like = _drawn_as(plan, subject)
    drawn = MapLayer(
        subject,
        Text("处置意见有变", "Decided otherwise"),
        like.shape if like else "point",
        like.role if like else "boiler",
        colour_by="decision_after",
        name="name_zh",
        popup=listed[1:],
    )
    tables = {
        subject: changes,
        "decision_counts": _counts(same, lang),
        "indicator_differences": _indicator_rows(same, lang),
        "setting_differences": _setting_rows(same, lang),
    }
    sheets = (
        Sheet(Text("变化清单", "Changes"), subject, listed),
        Sheet(Text("变化统计", "Counts"), "decision_counts", adds=False),
        Sheet(Text("指标对比", "Indicators"), "indicator_differences", adds=False),
        Sheet(Text("参数与数据", "Parameters and data"), "setting_differences", adds=False),
    )
    return Result(
        plan=plan,
        title=title,
        analysis=Analysis(tables),
        subject=subject,
        parameters=(),
        inputs=records,
        view=MapView(plan, title, (drawn,) if changes.geometry.notna().any() else ()),
        sheets=sheets,
        work_crs=str(last["work_crs"]),
        versions=versions(),
    )


def _all_changes(same: Sequence[Comparison], lang: Lang) -> gpd.GeoDataFrame:
    """Put the changes of all comparisons into one table; of several runs ids carry the run."""
    parts = []
    for one in same:
        run = one.after.name.say(lang)
        part = one.changes.assign(compared_run=run, cause=one.changes[f"cause_{lang}"])
        part = part.drop(columns=["cause_zh", "cause_en"])
        if len(same) > 1:
            part.index = pd.Index([f"{id_}@{run}" for id_ in part.index], name=part.index.name)
        parts.append(part)
    joined = pd.concat(parts)
    joined.index.name = same[0].changes.index.name
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=parts[-1].crs)


def _counts(same: Sequence[Comparison], lang: Lang) -> pd.DataFrame:
    rows = [one.counts.assign(compared_run=one.after.name.say(lang)) for one in same]
    table = pd.concat(rows, ignore_index=True)
    return _numbered(table[["compared_run", *table.columns[:-1]]])


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    table.index = pd.Index([f"D{at:04d}" for at in range(1, len(table) + 1)], name="difference_id")
    return table


def _indicator_rows(same: Sequence[Comparison], lang: Lang) -> pd.DataFrame:
    rows = []
    for one in same:
        for name, row in one.indicators.iterrows():
            scale = 100.0 if str(name).endswith("_share") else 1.0  # readers see per cent
            rows.append(
                {
                    "compared_run": one.after.name.say(lang),
                    "indicator": row[f"title_{lang}"],
                    "value_before": scale * row["before"],
                    "value_after": scale * row["after"],
                    "value_difference": scale * row["difference"],
                    "indicator_unit": "%" if scale > 1 else row["unit"],
                }
            )
    columns = ["compared_run", "indicator", "value_before", "value_after", "value_difference"]
    return _numbered(pd.DataFrame(rows, columns=[*columns, "indicator_unit"]))


def _setting_rows(same: Sequence[Comparison], lang: Lang) -> pd.DataFrame:
    rows = []
    for one in same:
        run = one.after.name.say(lang)
        for name, row in one.parameters.iterrows():
            pair = [value_words(str(name), row[side], lang) for side in ("before", "after")]
            rows.append((run, row[f"title_{lang}"], *pair, row["unit"]))
        for _, row in one.inputs.iterrows():
            rows.append((run, row[f"title_{lang}"], row["before"], row["after"], ""))
    columns = ["compared_run", "setting", "text_before", "text_after", "indicator_unit"]
    return _numbered(pd.DataFrame(rows, columns=columns, dtype=object))


def _write_swipes(folder: Path, same: Sequence[Comparison], lang: Lang) -> list[str]:
    """Write a map of both results, parted by a bar, for each of the other runs."""
    if same[0].plan not in PLAN_IDS:
        return []
    files = []
    for at, one in enumerate(same, start=1):
        name = "swipe.html" if len(same) == 1 else f"swipe_{at}.html"
        page = numbered(one.explore(lang=lang).get_root().render())
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
        files.append(name)
    return files


def _card(
    result: Result, same: Sequence[Comparison], written: Sequence[str], lang: Lang
) -> CompareCard:
    links = [
        PageLink(text, f"{result.plan}/{name}")
        for name, text in PLAN_FILES.items()
        if name in written
    ]
    for at, one in enumerate(same, start=1):
        name = "swipe.html" if len(same) == 1 else f"swipe_{at}.html"
        if name in written:
            run = f"：{one.after.name.zh}" if len(same) > 1 else ""
            title = Text(SWIPE.zh + run, SWIPE.en + run.replace("：", ": "))
            links.insert(at - 1, PageLink(title, f"{result.plan}/{name}"))
    moved = tuple((one.after.name.say(lang), len(one.changes)) for one in same)
    tables = page_tables(result, result.sheets[0], same, lang)
    return CompareCard(result.title, moved, tuple(links), tables)


def _drawn_as(plan: str, subject: str) -> MapLayer | None:
    """Find how a plan draws what it decides."""
    if plan not in PLAN_IDS:
        return None
    layers = load_plan(plan).view.layers
    return next((layer for layer in layers if layer.table == subject), None)
