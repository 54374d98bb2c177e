"""``nngis run``: options to a scenario, the run, and a summary of what it found."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from nngis import fields
from nngis.catalog.load import shipped_layers
from nngis.cli.options import choose_scenario, pairs
from nngis.cli.tables import print_table
from nngis.files import check_output
from nngis.inputs.store import open_store
from nngis.outputs.drawing import choose_drawing
from nngis.outputs.save import as_json as result_as_json
from nngis.result.result import Result
from nngis.run.cases import Case
from nngis.run.results import Run
from nngis.run.run import run_scenario
from nngis.text import Lang, Text

MISSED = 3


def run_plans(
    what: Sequence[str],
    layer: Sequence[str],
    set_: Sequence[str],
    *,
    datum: str | None,
    layers: Path | None,
    out: Path,
    lang: Lang,
    as_json: bool,
    quiet: bool,
    force: bool,
    strict: bool,
    drawing: tuple[str, Sequence[str], bool, bool, str],
) -> int:
    """Run, print a summary, and return the exit code."""
    paper, stamp, svg, atlas, tiles = drawing
    drawn = choose_drawing(paper, pairs(stamp, "--stamp"), svg=svg, atlas=atlas, tiles=tiles)
    store = open_store(layers or shipped_layers())
    scenario = choose_scenario(what, store, layer, datum)
    check_output(out, force=force)
    console = Console(stderr=True, quiet=quiet)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=None)

        def show(text: Text) -> None:
            progress.update(task, description=text.say(lang))

        found = run_scenario(
            scenario,
            case=Case(store, scenario),
            overrides=pairs(set_, "--set"),
            progress=show,
        )
        show(Text("写出结果与地图", "Writing results and maps"))
        found.save(out, lang=lang, force=force, drawing=drawn)
    if as_json:
        results = {r.plan: result_as_json(r) for r in found.results}
        typer.echo(json.dumps({"out": str(out), "results": results}, ensure_ascii=False, indent=2))
    else:
        _print_summary(found, out, lang)
    missed = any(
        i.status == "missed" for result in found.results for i in result.analysis.indicators
    )
    return MISSED if strict and missed else 0


def _print_summary(found: Run, out: Path, lang: Lang) -> None:
    for result in found.results:
        typer.echo(result.title.say(lang))
        _print_result(result, lang)
    typer.echo(Text("结果", "Results").say(lang) + f": {out / 'index.html'}")


def _print_result(result: Result, lang: Lang) -> None:
    decisions = result.analysis.tables[result.subject]
    rows = []
    field = fields.get("decision")
    for decision, count in decisions["decision"].value_counts().items():
        rows.append([field.value_title(decision, lang), f"{count}"])
    print_table([field.title.say(lang), Text("数量", "Count").say(lang)], rows)
    for indicator in (one.for_readers for one in result.analysis.indicators):
        value = "—" if indicator.value is None else f"{indicator.value:g}"
        target = "" if indicator.target is None else f" / {indicator.target:g}"
        typer.echo(f"  {indicator.title.say(lang)}: {value}{target} {indicator.unit}")
    for title, texts in (
        (Text("假定", "Assumed"), result.analysis.assumptions),
        (Text("提醒", "Note"), result.analysis.warnings),
    ):
        for text in texts:
            typer.echo(f"  {title.say(lang)}: {text.say(lang)}")
    word = fields.get("evidence")
    typer.echo(f"  {word.title.say(lang)}: {word.value_title(result.evidence, lang)}")
