"""``nngis layers streets``: the quality of a road layer, and the layer made simpler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis.cli.options import Datum, Json, LangOption, Layers
from nngis.text import Text

if TYPE_CHECKING:
    from nngis.network.graph import StreetFigure


def layers_streets(
    roads: Annotated[
        str,
        typer.Argument(
            metavar="ROADS",
            help="道路文件、osmnx 路网或图层编号 a file, a graph of osmnx, the id of a layer",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="写出简化后的道路 .gpkg write the roads simplified")
    ] = None,
    merge_junctions_m: Annotated[
        float,
        typer.Option(
            "--merge-junctions",
            min=0.0,
            help="合并近于其两倍的路口 merge junctions nearer than twice this [m]; 0 none",
        ),
    ] = 0.0,
    datum: Datum = None,
    layers: Layers = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 replace the file")] = False,
) -> None:
    """统计道路图层的质量，或写出简化的道路。 Count a road layer's streets, or write it simplified.

    例 Examples:

      nngis layers streets city.graphml

      nngis layers streets roads.gpkg --out simple.gpkg --merge-junctions 12
    """
    import pyogrio

    from nngis.catalog.load import shipped_layers
    from nngis.datasets.geopackage import fitting_columns, repeatable_writing
    from nngis.inputs.roads import count_streets, roads_from
    from nngis.inputs.store import open_store
    from nngis.ledger.write import check_target
    from nngis.replacing import replaced_files

    if out is not None:
        check_target(out, force=force)
    store = open_store(layers or shipped_layers())
    given = store.open(roads).frame if roads in store.specs else roads
    found, notes = roads_from(given, datum=datum)
    figures, more = count_streets(found)
    notes = (*notes, *more)
    after: tuple[StreetFigure, ...] = ()
    if out is not None:
        simple, said = roads_from(found, simplify=True, merge_junctions_m=merge_junctions_m)
        after, _ = count_streets(simple)
        notes = (*notes, *said)
        written = fitting_columns(simple.reset_index())
        with replaced_files([out]) as (made,), repeatable_writing():
            pyogrio.write_dataframe(written, made, layer="roads", driver="GPKG")
    if as_json:
        content = {
            "streets": {one.name: one.value for one in figures},
            "simplified": {one.name: one.value for one in after} or None,
            "out": None if out is None else str(out),
            "notes": [note.say(lang) for note in notes],
        }
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for note in notes:
        typer.echo(note.say(lang))
    then = {one.name: one for one in after}
    for one in figures:
        line = f"{one.title.say(lang)}: {_shown(one)}"
        typer.echo(line + (f" → {_shown(then[one.name])}" if one.name in then else ""))
    if out is not None:
        typer.echo(Text(f"已写出：{out}", f"Written: {out}").say(lang))


def _shown(figure: StreetFigure) -> str:
    if figure.value is None:
        return "—"
    if figure.name.endswith("_count"):
        return f"{figure.value:,.0f}"
    if figure.name.endswith("_share"):
        return f"{figure.value:.1%}".replace("%", " %")
    return f"{figure.value:,.4g} {figure.unit}".strip()
