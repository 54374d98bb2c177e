"""``nngis compare``: what changed between results, and by what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis import fields
from nngis.cli.options import Force, Json, LangOption, Layers
from nngis.cli.tables import print_table
from nngis.text import Lang, Text, counted
from nngis.unit_words import with_unit

if TYPE_CHECKING:
    from nngis.run.compare import Comparison


def compare_command(
    before: Annotated[Path, typer.Argument(help="先前的结果文件夹 the first result")],
    others: Annotated[
        list[Path],
        typer.Argument(
            metavar="AFTER...", help="与之比较的结果文件夹，可有多个 one or more others"
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="写出差异清单与地图 write lists and maps of it")
    ] = None,
    layers: Layers = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
) -> None:
    """比较两次或多次结果：哪些处置意见变了，由何改动。 Compare results: what changed, by what.

    例 Examples:

      nngis compare maps/heat15 maps/heat30 --out maps/difference

      nngis compare maps/heat15 maps/heat20 maps/heat30 --out maps/difference
    """
    from nngis.catalog.load import shipped_layers
    from nngis.files import check_output
    from nngis.inputs.store import open_store
    from nngis.run.compare import compare_folders
    from nngis.run.difference import write_difference

    if out is not None:
        check_output(out, force=force)
    store = open_store(layers or shipped_layers())
    found = compare_folders(before, *others)
    if as_json:
        content: dict[str, object] = {}
        for one in found:
            held = content if len(others) == 1 else content.setdefault(one.after.name.en, {})
            if isinstance(held, dict):
                held[one.plan] = _as_json(one)
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        for one in found:
            _print(one, lang, several=len(others) > 1)
    if out is not None:
        write_difference(out, found, store, lang=lang)


def _as_json(one: Comparison) -> dict[str, object]:
    changes = one.changes.drop(columns="geometry").reset_index()
    return {
        "changed": len(one.changes),
        "changes": json.loads(changes.to_json(orient="records", force_ascii=False)),
        "counts": json.loads(one.counts.to_json(orient="records", force_ascii=False)),
        "indicators": json.loads(one.indicators.to_json(orient="index", force_ascii=False)),
        "parameters": one.parameters.to_dict("index"),
        "inputs": one.inputs.to_dict("index"),
    }


def _print(one: Comparison, lang: Lang, *, several: bool) -> None:
    import pandas as pd

    from nngis.result.settings import value_words

    run = f" {one.after.name.say(lang)}" if several else ""
    typer.echo(
        Text(
            f"{one.plan}{run}：{len(one.changes)} 个对象的处置意见有变",
            f"{one.plan}{run}: {counted(len(one.changes), 'object', 'are')} decided otherwise",
        ).say(lang)
    )
    decision = fields.get("decision")
    moved = one.counts[one.counts["decision_before"].ne(one.counts["decision_after"])]
    if len(moved):
        print_table(
            [Text("先前", "Before").say(lang), Text("后来", "After").say(lang), ""],
            [
                [
                    decision.value_title(row["decision_before"], lang),
                    decision.value_title(row["decision_after"], lang),
                    str(row["objects_count"]),
                ]
                for _, row in moved.iterrows()
            ],
        )
    for name, row in one.parameters.iterrows():
        pair = [value_words(str(name), row[side], lang) for side in ("before", "after")]
        typer.echo(f"  {row[f'title_{lang}']}: {with_unit(' → '.join(pair), row['unit'], lang)}")
    for _, row in one.inputs.iterrows():
        typer.echo(f"  {row[f'title_{lang}']}: {row['before']} → {row['after']}")
    for name, row in one.indicators.iterrows():
        if pd.notna(row["difference"]) and row["difference"] != 0:
            scale, unit = (100.0, "%") if str(name).endswith("_share") else (1.0, row["unit"])
            was, now, change = (scale * row[one] for one in ("before", "after", "difference"))
            shown = with_unit(f"{was:g} → {now:g} ({change:+g})", unit, lang)
            typer.echo(f"  {row[f'title_{lang}']}: {shown}")
