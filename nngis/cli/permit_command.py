"""``nngis permit``: may it be built here, and where could steam come from."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import typer

from nngis import fields
from nngis.catalog.load import shipped_layers
from nngis.cli.options import choose_scenario, pairs
from nngis.cli.tables import print_table
from nngis.inputs.store import open_store
from nngis.run.cases import Case
from nngis.run.permit import permit
from nngis.text import Lang, Text

BANNED = 3
Proposal = tuple[float | None, float | None, float | None, str, bool]


def show_permit(
    proposal: Proposal,
    file: Path | None,
    layer: Sequence[str],
    set_: Sequence[str],
    *,
    datum: str | None,
    layers: Path | None,
    lang: Lang,
    as_json: bool,
    strict: bool,
) -> int:
    """Judge one proposal or a ledger of them; return the exit code."""
    store = open_store(layers or shipped_layers())
    scenario = choose_scenario(["heat"], store, layer, datum)
    lon, lat, capacity_t_h, fuel, captive = proposal
    table = permit(
        lon,
        lat,
        capacity_t_h=capacity_t_h,
        fuel=fuel,
        captive=captive,
        ledger=file,
        datum=datum,
        case=Case(store, scenario),
        **pairs(set_, "--set"),
    )
    rows = pd.DataFrame(table.drop(columns="geometry"))
    if as_json:
        typer.echo(rows.reset_index().to_json(orient="records", force_ascii=False, indent=2))
    else:
        _print(rows, lang)
        for text in table.attrs["notes"]:
            typer.echo(f"{Text('提醒', 'Note').say(lang)}: {text.say(lang)}")
    return BANNED if strict and rows["decision"].eq("banned").any() else 0


def _print(rows: pd.DataFrame, lang: Lang) -> None:
    shown = ["county", "capacity_t_h", "fuel", "in_built_up", "plant_name", "distance_m"]
    shown += ["in_supply_radius", "beyond_radius_m"]
    shown += ["park_name", "park_distance_m", "park_has_heat"]
    for id_, row in rows.iterrows():
        decision = fields.get("decision").value_title(row["decision"], lang)
        clause = Text(row["clause"], "clause 3(8)").say(lang)
        typer.echo(f"{id_}: {decision}  {row['rule']}  {clause}  {row[f'reason_{lang}']}")
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
