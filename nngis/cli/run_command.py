"""``nngis run``: options to a scenario, the run, and a summary of what it found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis import fields
from nngis.cli.options import (
    Atlas,
    Datum,
    Force,
    Json,
    LangOption,
    LayerOf,
    Layers,
    Paper,
    Set,
    ShowRows,
    Shp,
    SiteCards,
    Stamp,
    Strict,
    Svg,
    Tiles,
    choose_scenario,
    pairs,
)
from nngis.cli.steps import told_steps
from nngis.cli.tables import print_rows, print_table
from nngis.text import Lang, Text
from nngis.unit_words import with_unit

if TYPE_CHECKING:
    from nngis.result.result import Result
    from nngis.run.results import Run


MISSED = 3
# what the second process needs for the last of several plans, and for what it draws
ANALYSES = ("nngis.run.analyse",)
DRAWS = (
    "nngis.cartography.sheet",
    "nngis.cartography.write_sheet",
    "nngis.outputs.write_run",
    "nngis.cartography.webmap",
    "nngis.cartography.long_section",
    "nngis.cartography.section_dxf",
)


def run_command(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="规划名（heat sewer rooftop charging）或情景文件 plans, or a scenario.toml"
        ),
    ] = None,
    layer: LayerOf = None,
    set_: Set = None,
    datum: Datum = None,
    layers: Layers = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="输出文件夹，缺省为 maps/案例名 output folder; maps/CASE if absent"
        ),
    ] = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
    strict: Strict = False,
    paper: Paper = "A3",
    stamp: Stamp = None,
    svg: Svg = False,
    atlas: Atlas = False,
    site_cards: SiteCards = False,
    shp: Shp = False,
    tiles: Tiles = "",
    show_rows: ShowRows = False,
) -> None:
    """运行规划，写出清单、图层与地图。 Run plans and write lists, layers and maps.

    例 Examples:

      nngis run

      nngis run heat --layer boilers=锅炉台账.xlsx --out maps/heat

      nngis run heat --set supply_radius_m=30000 --lang en --out maps/heat30

      nngis run my_plan.toml

      nngis run heat --paper A1 --atlas --stamp unit=市规划院 --stamp number=热-01
    """
    from nngis.second_process import begin, second_process

    # Before all else: it begins while this process imports what it needs itself.
    imports = DRAWS if len(what or []) == 1 else (*ANALYSES, *DRAWS)
    with second_process(imports) as second, told_steps(lang) as show:
        from nngis.catalog.load import shipped_layers
        from nngis.catalog.prefectures import read_prefectures
        from nngis.files import check_output
        from nngis.inputs.store import open_store
        from nngis.outputs.drawing import choose_drawing
        from nngis.run.cases import Case
        from nngis.run.run import run_scenario

        drawn = choose_drawing(
            paper, pairs(stamp or [], "--stamp"), svg=svg, atlas=atlas, tiles=tiles,
            site_cards=site_cards, shp=shp,
        )  # fmt: skip
        store = open_store(layers or shipped_layers())
        begin(second, read_prefectures, store.case.province, {})  # before anything is to be drawn
        scenario = choose_scenario(what or [], store, layer or [], datum)
        out = out or Path("maps") / store.case.slug
        check_output(out, force=force)
        found = run_scenario(
            scenario,
            case=Case(store, scenario),
            overrides=pairs(set_ or [], "--set"),
            progress=show,
            second=second,
        )
        show(Text("写出结果与地图", "Writing results and maps"))
        found.save(out, lang=lang, force=force, drawing=drawn, second=second)
    if as_json:
        from nngis.outputs.save import as_json as result_as_json

        results = {r.plan: result_as_json(r) for r in found.results}
        typer.echo(json.dumps({"out": str(out), "results": results}, ensure_ascii=False, indent=2))
    else:
        _print_summary(found, out, lang, rows=show_rows)
    missed = any(
        i.status == "missed" for result in found.results for i in result.analysis.indicators
    )
    if found.scored is not None:  # one target, one verdict: the register's entries count as well
        missed |= any(one.status == "missed" for one in found.scored.card.findings.values())
    if strict and missed:
        raise typer.Exit(MISSED)


def _print_summary(found: Run, out: Path, lang: Lang, *, rows: bool) -> None:
    for result in found.results:
        typer.echo(result.title.say(lang))
        _print_result(result, lang)
        if rows:
            print_rows(result, lang)
    if rows and found.scored is not None:
        typer.echo(found.scored.result.title.say(lang))
        print_rows(found.scored.result, lang)
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
        typer.echo(
            f"  {indicator.title.say(lang)}: {with_unit(value + target, indicator.unit, lang)}"
        )
    for title, texts in (
        (Text("假定", "Assumed"), result.analysis.assumptions),
        (Text("提醒", "Note"), result.analysis.warnings),
    ):
        for text in texts:
            typer.echo(f"  {title.say(lang)}: {text.say(lang)}")
    word = fields.get("evidence")
    typer.echo(f"  {word.title.say(lang)}: {word.value_title(result.evidence, lang)}")
