"""``nngis run``: options to a scenario, the run, and a summary of what it found."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from nngis import fields
from nngis.catalog.load import shipped_layers
from nngis.cli.tables import print_table
from nngis.errors import Problem, ScenarioError, require
from nngis.result.result import Result
from nngis.result.save import as_json as result_as_json
from nngis.run.inputs import open_shelf
from nngis.run.plans import PLAN_TITLES
from nngis.run.run import Outcome, run
from nngis.run.scenario import LayerChoice, Scenario, check_plans, read_scenario
from nngis.text import Lang, Text

DEMONSTRATION = "nanning.toml"
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
) -> int:
    """Run, print a summary, and return the exit code."""
    shelf = open_shelf(layers or shipped_layers())
    scenario = _scenario(what, shelf.folder / DEMONSTRATION)
    choices = {
        role: LayerChoice(path=path, datum=datum) for role, path in _pairs(layer, "--layer").items()
    }
    scenario = scenario.model_copy(update={"layers": {**scenario.layers, **choices}})
    console = Console(stderr=True, quiet=quiet)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=None)
        outcome = run(
            scenario,
            shelf,
            out,
            overrides=_pairs(set_, "--set"),
            lang=lang,
            force=force,
            say=lambda text: progress.update(task, description=text.say(lang)),
        )
    if as_json:
        found = {r.plan: result_as_json(r) for r in outcome.results}
        typer.echo(json.dumps({"out": str(out), "results": found}, ensure_ascii=False, indent=2))
    else:
        _print_summary(outcome, lang)
    missed = any(
        i.status == "missed" for result in outcome.results for i in result.analysis.indicators
    )
    return MISSED if strict and missed else 0


def _scenario(what: Sequence[str], demonstration: Path) -> Scenario:
    files = [name for name in what if name.endswith(".toml")]
    if len(files) > 1 or (files and len(what) > 1):
        raise ScenarioError(
            "一次只能给一个情景文件，且不与规划名同用。",
            "Give one scenario file and no plan beside it.",
            where=" ".join(what),
        )
    if files:
        return read_scenario(Path(files[0]))
    base = (
        read_scenario(demonstration)
        if demonstration.is_file()
        else Scenario(name="default", title=Text("缺省", "Default"))
    )
    if not what:
        return base
    check_plans(what, where="nngis run")
    return base.model_copy(update={"plans": tuple(dict.fromkeys(what))})


def _pairs(words: Sequence[str], option: str) -> dict[str, str]:
    split = [(word, *word.partition("=")) for word in words]
    require(
        [
            Problem("应写成 名称=值。", "Write it as NAME=VALUE.", where=f"{option} {word}")
            for word, name, sign, value in split
            if not (name.strip() and sign and value.strip())
        ],
        ScenarioError,
    )
    return {name.strip(): value.strip() for _, name, _, value in split}


def _print_summary(outcome: Outcome, lang: Lang) -> None:
    for result in outcome.results:
        typer.echo(result.title.say(lang))
        _print_result(result, lang)
    if outcome.not_built:
        names = [PLAN_TITLES[name].say(lang) for name in outcome.not_built]
        text = Text("尚未建成，未运行", "Not built yet, not run")
        typer.echo(f"{text.say(lang)}: {', '.join(names)}")
    typer.echo(Text("结果", "Results").say(lang) + f": {outcome.out / 'index.html'}")


def _print_result(result: Result, lang: Lang) -> None:
    decisions = result.analysis.tables[result.subject]
    rows = []
    field = fields.get("decision")
    for decision, count in decisions["decision"].value_counts().items():
        rows.append([field.value_title(decision, lang), f"{count}"])
    print_table([field.title.say(lang), fields.get("boilers_count").title.say(lang)], rows)
    for indicator in result.analysis.indicators:
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
