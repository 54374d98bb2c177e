"""``nngis compare``: whose decision changed between two results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis import fields
from nngis.cli.options import Force, Json, LangOption, Layers
from nngis.cli.tables import print_table
from nngis.text import Lang, Text

if TYPE_CHECKING:
    from nngis.run.compare import Comparison


def compare_command(
    before: Annotated[Path, typer.Argument(help="先前的结果文件夹 the earlier result")],
    after: Annotated[Path, typer.Argument(help="后来的结果文件夹 the later result")],
    out: Annotated[
        Path | None, typer.Option("--out", help="写出差异地图与清单 write a map of the differences")
    ] = None,
    layers: Layers = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
) -> None:
    """比较两次结果：哪些对象的处置意见变了。 Compare two results: whose decision changed.

    例 Example:

      nngis compare maps/heat15 maps/heat30 --out maps/difference
    """
    from nngis.catalog.load import shipped_layers
    from nngis.files import check_output
    from nngis.inputs.store import open_store
    from nngis.run.compare import compare_folders
    from nngis.run.difference import write_difference

    if out is not None:
        check_output(out, force=force)
    found = compare_folders(before, after)
    if as_json:
        content = {one.plan: _as_json(one) for one in found}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        for one in found:
            _print(one, lang)
    if out is not None:
        store = open_store(layers or shipped_layers())
        write_difference(out, found, before, after, store, lang=lang)


def _as_json(one: Comparison) -> dict[str, object]:
    changes = one.changes.drop(columns="geometry").reset_index()
    return {
        "changed": len(one.changes),
        "changes": json.loads(changes.to_json(orient="records", force_ascii=False)),
        "indicators": json.loads(one.indicators.to_json(orient="index", force_ascii=False)),
        "parameters": one.parameters.to_dict("index"),
    }


def _print(one: Comparison, lang: Lang) -> None:
    import pandas as pd

    typer.echo(
        Text(
            f"{one.plan}：{len(one.changes)} 个对象的处置意见有变",
            f"{one.plan}: {len(one.changes)} objects are decided otherwise",
        ).say(lang)
    )
    decision = fields.get("decision")
    counts = one.changes.groupby(["decision_before", "decision_after"]).size()
    print_table(
        [Text("先前", "Before").say(lang), Text("后来", "After").say(lang), ""],
        [
            [decision.value_title(a, lang), decision.value_title(b, lang), str(n)]
            for (a, b), n in counts.items()
        ],
    )
    for name, row in one.parameters.iterrows():
        typer.echo(f"  {name}: {row['before']} → {row['after']}")
    for name, row in one.indicators.iterrows():
        if pd.notna(row["difference"]) and row["difference"] != 0:
            typer.echo(f"  {name}: {row['before']:g} → {row['after']:g} {row['unit']}")
