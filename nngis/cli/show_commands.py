"""``nngis explain`` and ``nngis schema``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nngis import fields
from nngis.cli.options import Json, LangOption, Layers
from nngis.cli.tables import print_table
from nngis.text import Lang, Text
from nngis.unit_words import with_unit

if TYPE_CHECKING:
    from nngis.parameter_values import ParameterRecord


def explain_command(
    folder: Annotated[Path, typer.Argument(help="运行结果文件夹 a folder that a run left")],
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="编号或名称 id of an object, or its name")
    ],
    lang: LangOption = "zh",
    as_json: Json = False,
    everything: Annotated[
        bool, typer.Option("--all", help="列出全部参数 every parameter, not the few that decided")
    ] = False,
) -> None:
    """说明一个对象为何得到它的处置意见。 Explain why an object was decided as it was.

    例 Examples:

      nngis explain maps/heat GL-0001

      nngis explain maps/heat 演示企业001
    """
    from dataclasses import asdict

    from nngis.parameter_values import origin_words
    from nngis.result import explain as explaining
    from nngis.result.settings import value_words
    from nngis.source_words import source_words

    found = explaining.explain(folder, id_)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    decision = fields.get("decision").value_title(found.values["decision"], lang)
    name = found.values.get(f"name_{lang}") or found.values.get("name_zh")
    typer.echo(f"{found.id}{f' {name}' if name else ''}: {decision}")
    typer.echo(found.values[f"reason_{lang}"])
    rows = [list(pair) for pair in found.rows(lang)]
    print_table([Text("项目", "Column").say(lang), Text("值", "Value").say(lang)], rows)
    all_of_them = found.result["parameters"]
    shown = all_of_them if everything else found.parameters()
    if len(shown) == len(all_of_them):
        typer.echo(Text("参数", "Parameters").say(lang))
    else:
        text = Text(
            f"与此有关的参数（共 {len(all_of_them)} 项，--all 全部列出）",
            f"Parameters that bear on it (of {len(all_of_them)}; --all lists them all)",
        )
        typer.echo(text.say(lang))
    print_table(
        [
            Text("参数", "Parameter").say(lang),
            Text("名称", "Name").say(lang),
            Text("取值", "Value").say(lang),
            Text("依据", "Source").say(lang),
            Text("来自", "Origin").say(lang),
        ],
        [
            [
                (one.get("title") or {}).get(lang, name),
                name,
                with_unit(value_words(name, one["value"], lang), one["unit"], lang),
                source_words(one["source"]).say(lang),
                origin_words(one["origin"], lang),
            ]
            for name, one in shown.items()
        ],
    )
    for text in found.result["assumptions"]:
        typer.echo(f"{Text('假定', 'Assumed').say(lang)}: {text[lang]}")


def schema_command(
    plan: Annotated[str, typer.Argument(help="规划名 a plan: heat")],
    lang: LangOption = "zh",
    as_json: Json = False,
    unverified: Annotated[
        bool,
        typer.Option(
            "--unverified",
            help="只列待核实的参数，影响大的在前 only what must be confirmed, by how much it moves",
        ),
    ] = False,
    layers: Layers = None,
) -> None:
    """列出规划的图层角色、列与参数。 List a plan's layer roles, their columns, and its parameters.

    例 Example:

      nngis schema heat

      nngis schema heat --unverified

      nngis --case 柳州 schema charging
    """
    from nngis.catalog.load import shipped_layers
    from nngis.inputs.store import open_store
    from nngis.roles import role
    from nngis.run.analyse import defaults_in
    from nngis.run.plans import load_plan
    from nngis.run.scenario import check_plans
    from nngis.source_words import source_words

    check_plans([plan], where="nngis schema")
    built = load_plan(plan)
    records = defaults_in(built.parameters, open_store(layers or shipped_layers()))
    if unverified:
        _unverified(plan, records, lang, as_json=as_json)
        return
    if as_json:
        content = {
            "plan": built.id,
            "roles": {
                name: {
                    "needed": name in built.roles,
                    "shape": r.shape,
                    "key": r.key,
                    "required": r.required,
                    "optional": r.optional,
                }
                for name in (*built.roles, *built.optional_roles)
                for r in [role(name)]
            },
            "rasters": built.raster_roles,
            "parameters": _properties(built.parameters.model_json_schema()["properties"], records),
        }
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    typer.echo(built.title.say(lang))
    must = {True: Text("必需", "required").say(lang), False: ""}
    for name in (*built.roles, *built.optional_roles):
        one = role(name)
        may = "" if name in built.roles else Text("（可选）", " (optional)").say(lang)
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
    for name in built.raster_roles:
        raster = Text("栅格（GeoTIFF，可选）", "a raster (GeoTIFF, optional)").say(lang)
        typer.echo(f"\n--layer {name}=…  {raster}")
    typer.echo("\n" + Text("参数（--set 名称=值）", "Parameters (--set NAME=VALUE)").say(lang))
    print_table(
        [
            Text("名称", "Name").say(lang),
            Text("标题", "Title").say(lang),
            Text("缺省", "Default").say(lang),
            Text("依据", "Source").say(lang),
        ],
        [
            [
                r.name,
                r.title.say(lang),
                with_unit(str(r.value), r.unit, lang),
                source_words(r.source).say(lang),
            ]
            for r in records
        ],
    )


def _properties(
    schema: Mapping[str, dict[str, Any]], records: Sequence[ParameterRecord]
) -> dict[str, dict[str, Any]]:
    """Say in the schema of the parameters what the case has of them."""
    return {
        one.name: {
            **schema[one.name],
            "default": one.value,
            "source": one.source,
            "verified": one.verified,
            "origin": one.origin,
        }
        for one in records
    }


def _unverified(
    plan: str, records: Sequence[ParameterRecord], lang: Lang, *, as_json: bool
) -> None:
    """Print what a planner must confirm, what moves the headlines most first."""
    from nngis.parameters import VERIFIED
    from nngis.run.plans import load_plan
    from nngis.run.sensitivity import MOVED_BY, unverified_of
    from nngis.source_words import source_words

    rows, headlines = unverified_of(plan, records), load_plan(plan).headlines
    if as_json:
        content = [
            {
                "name": one.name,
                "verified": one.verified,
                "default": one.value,
                "unit": one.unit,
                "source": one.source,
                "moved_to": (move and move.moved_to) or None,
                "headline": (move and move.headline) or None,
                "moved_share": move and move.moved_share,
            }
            for one, move in rows
        ]
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    typer.echo(
        Text(
            f"待核实的参数：各自增加 {MOVED_BY:.0%}（选项取另一项）时，五个主要指标"
            f"（{'、'.join(headlines)}）中变化最大的一个。按内置图层计算，— 为未算。",
            f"Parameters to confirm: each moved alone by {MOVED_BY:.0%} (a choice to another), the "
            f"one of five headlines ({', '.join(headlines)}) that moves most. Computed on "
            "the layers that ship; — was not computed.",
        ).say(lang)
    )
    print_table(
        [
            Text("名称", "Name").say(lang),
            Text("标题", "Title").say(lang),
            Text("缺省", "Default").say(lang),
            Text("核实", "Verified").say(lang),
            Text("影响", "Moves").say(lang),
            Text("依据", "Source").say(lang),
        ],
        [
            [
                one.name,
                one.title.say(lang),
                with_unit(str(one.value), one.unit, lang),
                VERIFIED[one.verified].say(lang),
                f"{move.moved_share:.1%} {move.headline}".strip() if move else "—",
                source_words(one.source).say(lang),
            ]
            for one, move in rows
        ],
    )
