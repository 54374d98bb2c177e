"""``nngis permit``: may it be built here, and where could steam come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis import fields
from nngis.cli.options import (
    Datum,
    Json,
    LangOption,
    LayerOf,
    Layers,
    Set,
    Strict,
    choose_scenario,
    pairs,
)
from nngis.cli.tables import print_table
from nngis.errors import Problem, ScenarioError, require
from nngis.text import Lang, Text

if TYPE_CHECKING:
    import pandas as pd


BANNED = 3


Proposal = tuple[float | None, float | None, float | None, str, bool]


def permit_command(
    lon: Annotated[float | None, typer.Option(help="经度 longitude, WGS84")] = None,
    lat: Annotated[float | None, typer.Option(help="纬度 latitude, WGS84")] = None,
    capacity_t_h: Annotated[
        float | None, typer.Option("--capacity-t-h", help="额定蒸发量 rated capacity, t/h", min=0.0)
    ] = None,
    fuel: Annotated[str, typer.Option(help="燃料 fuel: coal 煤 gas biomass oil ...")] = "coal",
    captive: Annotated[
        bool, typer.Option("--captive", help="是自备电厂 it is a captive power plant")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="一批拟建项目的台账 a ledger of proposals")
    ] = None,
    layer: LayerOf = None,
    set_: Set = None,
    datum: Datum = None,
    layers: Layers = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """新建锅炉或自备电厂是否被方案禁止。 Say whether the plan bans a new boiler.

    例 Examples:

      nngis permit --lon 108.94 --lat 22.80 --capacity-t-h 20 --fuel coal

      nngis permit --file 拟建项目.xlsx --datum gcj02 --strict
    """
    import pandas as pd

    from nngis.catalog.load import shipped_layers
    from nngis.inputs.store import open_store
    from nngis.run.cases import Case
    from nngis.run.permit import USED, permit

    store = open_store(layers or shipped_layers())
    scenario = choose_scenario(["heat"], store, layer or [], datum)
    require(
        [_unused(role) for role in pairs(layer or [], "--layer") if role not in USED], ScenarioError
    )
    table = permit(
        lon,
        lat,
        capacity_t_h=capacity_t_h,
        fuel=fuel,
        captive=captive,
        ledger=file,
        datum=datum,
        case=Case(store, scenario),
        **pairs(set_ or [], "--set"),
    )
    rows = pd.DataFrame(table.drop(columns="geometry"))
    if as_json:
        typer.echo(rows.reset_index().to_json(orient="records", force_ascii=False, indent=2))
    else:
        _print(rows, lang)
        for text in table.attrs["notes"]:
            typer.echo(f"{Text('提醒', 'Note').say(lang)}: {text.say(lang)}")
    if strict and rows["decision"].eq("banned").any():
        raise typer.Exit(BANNED)


def _unused(role: str) -> Problem:
    return Problem(
        f"准入判定不用图层角色 {role!r}。",
        f"A permit uses no layer role {role!r}.",
        where=f"--layer {role}",
    )


def _print(rows: pd.DataFrame, lang: Lang) -> None:
    import pandas as pd

    from nngis.law import clause_words

    shown = ["county", "capacity_t_h", "fuel", "in_built_up", "plant_name", "distance_m"]
    shown += ["in_supply_radius", "beyond_radius_m"]
    shown += ["park_name", "park_distance_m", "park_has_heat"]
    for id_, row in rows.iterrows():
        decision = fields.get("decision").value_title(row["decision"], lang)
        clause = clause_words(row["clause"] or "").say(lang)
        said = (decision, row["rule"], clause, row[f"reason_{lang}"])
        typer.echo(f"{id_}: {'  '.join(one for one in said if one)}")
        known = [name for name in shown if pd.notna(row[name])]
        print_table(
            ["", ""],
            [[fields.get(n).heading(lang), _text(n, row[n], lang)] for n in known],
        )


def _text(name: str, value: object, lang: Lang) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if name.endswith("_m") else f"{value:g}"
    if fields.get(name).type == "boolean":
        return (Text("是", "yes") if value else Text("否", "no")).say(lang)
    return fields.get(name).value_title(value, lang)
