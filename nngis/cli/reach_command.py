"""``nngis reach``: options to a question, the answer, and a folder like that of a run."""

import json
from pathlib import Path

import typer

from nngis.catalog.load import shipped_layers
from nngis.cli.tables import print_table
from nngis.files import check_output
from nngis.inputs.features import read_features, weights_of
from nngis.inputs.store import open_store
from nngis.outputs.save import as_json as result_as_json
from nngis.outputs.write_run import write_run
from nngis.result.result import Result
from nngis.run.reach import ReachQuestion, answer_reach
from nngis.text import Lang, Text


def reach(
    demand: str,
    facilities: str,
    roads: str | None,
    *,
    limit_km: float,
    weight: str | None,
    datum: str | None,
    layers: Path | None,
    out: Path | None,
    lang: Lang,
    as_json: bool,
    force: bool,
) -> None:
    """Answer who is within reach, print it, and leave a folder where one is named."""
    if out is not None:
        check_output(out, force=force)
    store = open_store(layers or shipped_layers())
    asking = read_features(demand, "demand", store, datum=datum)
    question = ReachQuestion(
        asking,
        read_features(facilities, "facilities", store, datum=datum),
        read_features(roads, "roads", store) if roads else None,
        weights_of(asking, weight),
        limit_km * 1000.0,
    )
    result = answer_reach(question)
    print_answer(result, lang, as_json=as_json)
    if out is not None:
        asked = {"demand": demand, "facilities": facilities, "roads": roads, "limit_km": limit_km}
        write_run(out, [result], store, title=result.title, asked=asked, lang=lang)


def print_answer(result: Result, lang: Lang, *, as_json: bool) -> None:
    """Print what an answer adds up to."""
    if as_json:
        typer.echo(json.dumps(result_as_json(result), ensure_ascii=False, indent=2))
        return
    rows = []
    for indicator in (one.for_readers for one in result.analysis.indicators):
        value = "—" if indicator.value is None else f"{indicator.value:.6g}"
        rows.append([indicator.title.say(lang), f"{value} {indicator.unit}".strip()])
    print_table([result.title.say(lang), ""], rows, indent=0)
    for text in result.analysis.warnings:
        typer.echo(f"  {Text('提醒', 'Note').say(lang)}: {text.say(lang)}")
