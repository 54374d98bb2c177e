"""``nngis compare``: whose decision changed between two results."""

import json
from pathlib import Path

import pandas as pd
import typer

from nngis import fields
from nngis.catalog.load import shipped_layers
from nngis.cli.tables import print_table
from nngis.files import check_output
from nngis.inputs.store import open_store
from nngis.run.compare import Comparison, compare_folders
from nngis.run.difference import write_difference
from nngis.text import Lang, Text


def show_comparison(
    before: Path,
    after: Path,
    out: Path | None,
    *,
    layers: Path | None,
    lang: Lang,
    as_json: bool,
    force: bool,
) -> None:
    """Print what changed, and leave a map of it where an output is named."""
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
