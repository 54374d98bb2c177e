"""``nngis explain`` and ``nngis schema``."""

import json
from dataclasses import asdict
from pathlib import Path

import typer

from nngis import fields
from nngis.cli.tables import print_table
from nngis.parameters import build, origin_words
from nngis.result import explain as explaining
from nngis.roles import role
from nngis.run.plans import load_plan
from nngis.run.scenario import check_plans
from nngis.text import Lang, Text


def explain(folder: Path, id_: str, *, lang: Lang, as_json: bool) -> None:
    """Print why an object was decided as it was."""
    found = explaining.explain(folder, id_)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    decision = fields.get("decision").value_title(found.values["decision"], lang)
    typer.echo(f"{found.id}: {decision}")
    typer.echo(found.values[f"reason_{lang}"])
    rows = [list(pair) for pair in found.rows(lang)]
    print_table([Text("项目", "Column").say(lang), Text("值", "Value").say(lang)], rows)
    typer.echo(Text("参数", "Parameters").say(lang))
    parameters = found.result["parameters"].items()
    print_table(
        [
            Text("参数", "Parameter").say(lang),
            Text("取值", "Value").say(lang),
            Text("依据", "Source").say(lang),
            Text("来自", "Origin").say(lang),
        ],
        [
            [n, f"{p['value']} {p['unit']}".strip(), p["source"], origin_words(p["origin"], lang)]
            for n, p in parameters
        ],
    )
    for text in found.result["assumptions"]:
        typer.echo(f"{Text('假定', 'Assumed').say(lang)}: {text[lang]}")


def schema(plan_id: str, *, lang: Lang, as_json: bool) -> None:
    """Print a plan's roles, their columns, and its parameters."""
    check_plans([plan_id], where="nngis schema")
    plan = load_plan(plan_id)
    if as_json:
        content = {
            "plan": plan.id,
            "roles": {
                name: {
                    "needed": name in plan.roles,
                    "shape": r.shape,
                    "key": r.key,
                    "required": r.required,
                    "optional": r.optional,
                }
                for name in (*plan.roles, *plan.optional_roles)
                for r in [role(name)]
            },
            "rasters": plan.raster_roles,
            "parameters": plan.parameters.model_json_schema()["properties"],
        }
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    typer.echo(plan.title.say(lang))
    must = {True: Text("必需", "required").say(lang), False: ""}
    for name in (*plan.roles, *plan.optional_roles):
        one = role(name)
        may = "" if name in plan.roles else Text("（可选）", " (optional)").say(lang)
        typer.echo(f"\n--layer {name}=…  {one.title.say(lang)}{may}")
        columns = (one.key, *one.required, *one.optional)
        print_table(
            [Text("列", "Column").say(lang), Text("标题", "Title").say(lang), "", ""],
            [
                [
                    c,
                    fields.get(c).heading(lang),
                    must[c in one.required],
                    fields.get(c).note.say(lang),
                ]
                for c in columns
            ],
        )
    for name in plan.raster_roles:
        raster = Text("栅格（GeoTIFF，可选）", "a raster (GeoTIFF, optional)").say(lang)
        typer.echo(f"\n--layer {name}=…  {raster}")
    typer.echo("\n" + Text("参数（--set 名称=值）", "Parameters (--set NAME=VALUE)").say(lang))
    _, records = build(plan.parameters, {}, {}, scenario_name="")
    print_table(
        [
            Text("名称", "Name").say(lang),
            Text("标题", "Title").say(lang),
            Text("缺省", "Default").say(lang),
            Text("依据", "Source").say(lang),
        ],
        [[r.name, r.title.say(lang), f"{r.value} {r.unit}".strip(), r.source] for r in records],
    )
