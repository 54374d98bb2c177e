"""``nngis layers``: list, show, check the catalog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis import fields
from nngis.cli.options import Json, LangOption, Layers
from nngis.cli.tables import print_table
from nngis.errors import LayerError, NngisError, Problem, require
from nngis.text import Lang, Text, counted

if TYPE_CHECKING:
    from nngis.catalog.layer import Layer
    from nngis.inputs.store import LayerStore


FIRST_ROWS = 5


def _store(folder: Path | None) -> LayerStore:
    from nngis.catalog.load import shipped_layers
    from nngis.inputs.store import open_store

    return open_store(folder or shipped_layers())


def layers_list(layers: Layers = None, lang: LangOption = "zh", as_json: Json = False) -> None:
    """列出目录中的图层。 List the layers of the catalog."""
    store = _store(layers)
    if as_json:
        found = [spec.model_dump(mode="json") for spec in store.specs.values()]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    evidence = fields.get("evidence")
    titles = (
        Text("编号", "ID"),
        Text("名称", "Title"),
        evidence.title,
        Text("行数", "Rows"),
        Text("年份", "Vintage"),
        Text("许可", "Licence"),
    )
    print_table(
        [title.say(lang) for title in titles],
        [
            [
                spec.id,
                spec.title.say(lang),
                evidence.value_title(spec.evidence, lang),
                "—" if spec.rows is None else str(spec.rows),
                spec.vintage,
                spec.licence,
            ]
            for spec in store.specs.values()
        ],
        indent=0,
    )


def layers_show(
    layer_id: Annotated[str, typer.Argument(metavar="ID", help="图层编号 id of a layer")],
    layers: Layers = None,
    lang: LangOption = "zh",
    as_json: Json = False,
) -> None:
    """显示一个图层的来源、字段与前几行。 Show a layer's sources, fields and first rows."""
    store = _store(layers)
    spec = store.spec(layer_id)
    if as_json:
        typer.echo(json.dumps(spec.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{spec.id}  {spec.title.say(lang)}")
    rows = [
        (Text("文件", "File"), spec.file or str(spec.provider)),
        (fields.get("evidence").title, fields.get("evidence").value_title(spec.evidence, lang)),
        (Text("来源", "Sources"), "; ".join(spec.sources)),
        (Text("署名", "Attribution"), spec.attribution),
        (Text("许可", "Licence"), spec.licence),
        (Text("年份", "Vintage"), spec.vintage),
        (Text("角色", "Roles"), ", ".join(spec.roles)),
        (Text("说明", "Note"), spec.note.say(lang) if spec.note else ""),
    ]
    print_table(["", ""], [[title.say(lang), text] for title, text in rows if text])
    if spec.geometry == "raster":
        return
    layer = store.open(layer_id)
    _print_counts(layer, lang)
    typer.echo(Text("字段", "Columns").say(lang))
    print_table(
        ["", ""],
        [
            [str(c), f"{fields.get(str(c)).heading(lang)}  {fields.get(str(c)).note.say(lang)}"]
            for c in (layer.frame.index.name, *layer.frame.columns)
            if c != "geometry"
        ],
    )
    typer.echo(layer.frame.head(FIRST_ROWS).to_string(max_colwidth=24))


def check_layers(layers: Path | None, lang: Lang, *, as_json: bool) -> None:
    """Open every layer and report what is wrong with any of them."""
    from nngis.catalog.load import verified_path

    store = _store(layers)
    problems: list[Problem] = []
    counts: dict[str, int] = {}
    for spec in store.specs.values():
        try:
            if spec.geometry == "raster":
                verified_path(spec, store.folder)
                continue
            layer = store.open(spec.id)
            counts[spec.id] = layer.rows
            if spec.rows is not None and layer.rows != spec.rows:
                problems.append(
                    Problem(
                        f"目录写明 {spec.rows} 行，文件有 {layer.rows} 行。",
                        f"The catalog says {counted(spec.rows, 'row')}, the file has {layer.rows}.",
                        where=spec.id,
                    )
                )
        except NngisError as error:
            problems += error.problems
    require(problems, LayerError)
    if as_json:
        typer.echo(json.dumps({"intact": True, "rows": counts}, ensure_ascii=False, indent=2))
    else:
        text = Text(
            f"{len(store.specs)} 个图层完好。",
            f"{counted(len(store.specs), 'layer', 'are')} intact.",
        )
        typer.echo(text.say(lang))


def _print_counts(layer: Layer, lang: Lang) -> None:
    counts = Text(
        f"读到 {layer.rows} 行：采用 {len(layer.frame)}，未采用 {len(layer.rejects)}。",
        f"{counted(layer.rows, 'row')} read: {len(layer.frame)} accepted, {len(layer.rejects)} "
        "rejected.",
    )
    typer.echo(counts.say(lang))
    for note in layer.notes:
        typer.echo(f"  {note.say(lang)}")
    for row in layer.rejects.itertuples():
        reason = row.reason_zh if lang == "zh" else row.reason_en
        typer.echo(Text(f"  第 {row.row} 行：", f"  row {row.row}: ").say(lang) + reason)
