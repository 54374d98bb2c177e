"""``nngis reach``: options to a question, the answer, and a folder like that of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from nngis.cli.options import (
    Datum,
    Force,
    Json,
    LangOption,
    Layers,
    OptionalOut,
    Roads,
    ShowRows,
    Shp,
    Weight,
)
from nngis.cli.tables import print_rows, print_table
from nngis.text import Lang, Text
from nngis.unit_words import with_unit
from nngis.units import M_PER_KM

if TYPE_CHECKING:
    from nngis.result.result import Result


def reach_command(
    demand: Annotated[str, typer.Option(help="需求点：文件或图层编号 a file or a layer id")],
    facilities: Annotated[str, typer.Option(help="设施：文件或图层编号 facilities, likewise")],
    limit_km: Annotated[float, typer.Option("--limit-km", help="服务半径 limit, km", min=0.001)],
    roads: Roads = None,
    weight: Weight = None,
    datum: Datum = None,
    layers: Layers = None,
    out: OptionalOut = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
    shp: Shp = False,
    show_rows: ShowRows = False,
) -> None:
    """谁在设施的服务半径内：直线与道路两种距离。 Who is within reach, straight and by road.

    例 Example:

      nngis reach --demand 小区.gpkg --facilities 充电站.csv --roads roads --limit-km 5
    """
    from nngis.catalog.load import shipped_layers
    from nngis.files import check_output
    from nngis.inputs.features import read_features, weights_of
    from nngis.inputs.given import with_given
    from nngis.inputs.store import open_store
    from nngis.outputs.drawing import Drawing
    from nngis.outputs.write_run import write_run
    from nngis.run.reach import ReachQuestion, answer_reach

    if out is not None:
        check_output(out, force=force)
    store = open_store(layers or shipped_layers())
    asking = read_features(demand, "demand", store, datum=datum)
    question = ReachQuestion(
        asking,
        read_features(facilities, "facilities", store, datum=datum),
        read_features(roads, "roads", store) if roads else None,
        weights_of(asking, weight),
        limit_km * M_PER_KM,
    )
    result = answer_reach(question)
    print_answer(result, lang, as_json=as_json, rows=show_rows)
    if out is not None:
        asked = {"demand": demand, "facilities": facilities, "roads": roads, "limit_km": limit_km}
        if question.roads is not None:
            store = with_given(store, "roads", question.roads)
        drawing = Drawing(shp=shp)
        write_run(out, [result], store, title=result.title, asked=asked, lang=lang, drawing=drawing)


def print_answer(result: Result, lang: Lang, *, as_json: bool, rows: bool = False) -> None:
    """Print what an answer adds up to."""
    from nngis.outputs.save import as_json as result_as_json

    if as_json:
        typer.echo(json.dumps(result_as_json(result), ensure_ascii=False, indent=2))
        return
    said = []
    for indicator in (one.for_readers for one in result.analysis.indicators):
        value = "—" if indicator.value is None else f"{indicator.value:.6g}"
        said.append([indicator.title.say(lang), with_unit(value, indicator.unit, lang)])
        if indicator.note:
            said.append(["", indicator.note.say(lang)])
    print_table([result.title.say(lang), ""], said, indent=0)
    for text in result.warnings:
        typer.echo(f"  {Text('提醒', 'Note').say(lang)}: {text.say(lang)}")
    if rows:
        print_rows(result, lang)
