"""``nngis register``: where the city stands on the plan's 90 rules and targets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis.cli.options import (
    Datum,
    Force,
    Json,
    LangOption,
    LayerOf,
    Layers,
    ShowRows,
    Strict,
    choose_scenario,
    pairs,
)
from nngis.cli.tables import print_rows, print_table
from nngis.errors import NngisError, Problem, ScenarioError, require
from nngis.text import Lang, Text
from nngis.unit_words import unit_words, with_unit

if TYPE_CHECKING:
    from nngis.register.history import Move
    from nngis.register.scored import Scored


MISSED = 3


NOTE_WIDTH = 60


def register_command(
    layer: LayerOf = None,
    datum: Datum = None,
    layers: Layers = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="写出文件夹 write a folder as a run does")
    ] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="与先前的结果文件夹比较 compare with a folder")
    ] = None,
    date: Annotated[str, typer.Option("--date", help="数据日期 date of the data, 2025-06-30")] = "",
    split: Annotated[
        bool,
        typer.Option("--split", help="按人口把目标分到各县（假定） split targets, an assumption"),
    ] = False,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
    strict: Strict = False,
    show_rows: ShowRows = False,
) -> None:
    """方案的目标和要求，各完成到什么程度。 Where the city stands on the plan's entries.

    例 Examples:

      nngis register

      nngis register --layer counties_table=分县指标.xlsx --date 2025-06-30 --out maps/2025-06

      nngis register --layer counties_table=分县指标.xlsx --since maps/2024-12
    """
    from nngis.catalog.load import shipped_layers
    from nngis.files import check_output
    from nngis.inputs.store import open_store
    from nngis.outputs.write_register import write_register_run
    from nngis.register.history import moves
    from nngis.register.scorecard import as_records, counts
    from nngis.run.register import require_register, score_given
    from nngis.run.score import register_roles

    store = open_store(layers or shipped_layers())
    scenario = choose_scenario(["heat"], store, layer or [], datum)
    require_register(store)
    known = register_roles(store)
    require([_unused(role) for role in scenario.layers if role not in known], ScenarioError)
    if out is not None:
        check_output(out, force=force)
    before = _snapshot(since) if since else None
    given = pairs(layer or [], "--layer")
    scored = score_given(scenario, store, given, split=split, date=date)
    moved = moves(before, scored.snapshot()) if before else []
    if as_json:
        typer.echo(json.dumps(as_records(scored.card), ensure_ascii=False, indent=2))
    else:
        _print(scored, lang)
        if show_rows:
            print_rows(scored.result, lang)
        if before:
            _print_moves(moved, str(before.get("date") or since), lang)
    if out is not None:
        write_register_run(out, scored, store, moved=moved, lang=lang)
        if not as_json:
            typer.echo(f"{Text('结果', 'Results').say(lang)}: {out / 'index.html'}")
    if strict and counts(scored.card)["missed"]:
        raise typer.Exit(MISSED)


def _snapshot(folder: Path) -> dict[str, object]:
    from nngis.register.scored import FOLDER, SNAPSHOT
    from nngis.result.saved import read_scorecard

    for path in (folder / FOLDER / SNAPSHOT, folder / SNAPSHOT):
        if path.is_file():
            return read_scorecard(path)
    raise NngisError(
        "这个文件夹里没有目标完成情况；请给出 nngis register --out 或 nngis run 的输出文件夹。",
        "This folder holds no scorecard; name a folder left by nngis register --out or nngis run.",
        where=str(folder),
    )


def _unused(role: str) -> Problem:
    return Problem(
        f"目标完成情况不用图层角色 {role!r}；所用的角色见 docs/register.md。",
        f"The register uses no layer role {role!r}; see docs/register.md for those it uses.",
        where=f"--layer {role}",
    )


def _print(scored: Scored, lang: Lang) -> None:
    from nngis.register.finding import status_title
    from nngis.register.scorecard import as_records, counts

    rows = []
    for one in as_records(scored.card):
        rule = scored.card.rules[str(one["id"])]
        finding = scored.card.findings[rule.id]
        note = finding.note.say(lang)
        rows.append(
            [
                rule.id,
                status_title(finding.status).say(lang).partition("（")[0].partition(" (")[0],
                _number(one["value"]),
                _number(one["target"]),
                unit_words(str(one["unit"])).say(lang),
                rule.meaning.say(lang),
                note if len(note) <= NOTE_WIDTH else note[: NOTE_WIDTH - 1] + "…",
            ]
        )
    titles = (
        Text("条目", "Entry"),
        Text("结论", "Status"),
        Text("数值", "Value"),
        Text("目标", "Target"),
        Text("单位", "Unit"),
        Text("要求", "What is asked"),
        Text("说明", "Note"),
    )
    print_table([title.say(lang) for title in titles], rows, indent=0)
    said = [f"{status_title(s).say(lang)} {n}" for s, n in counts(scored.card).items()]
    typer.echo("  ".join(said))


def _print_moves(moved: Sequence[Move], since: str, lang: Lang) -> None:
    from nngis.register.finding import status_title

    head = Text(f"自 {since} 以来变化的条目：{len(moved)}", f"Moved since {since}: {len(moved)}")
    typer.echo(head.say(lang))
    for one in moved:
        was, now = (
            f"{status_title(s).say(lang)} {_number(v)}".rstrip()
            for s, v in ((one.status_before, one.value_before), (one.status_after, one.value_after))
        )
        typer.echo(f"  {one.rule}: {was} → {with_unit(now, one.unit, lang)}  {one.why.say(lang)}")


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else ""
