"""``nngis swmm``: a design held against the EPA engine, printed, and left beside it as tables."""

import json
from pathlib import Path
from typing import cast

import pandas as pd
import typer

from nngis import fields
from nngis.errors import ScenarioError
from nngis.outputs.swmm_inp import ROUTINGS, Routing
from nngis.run.swmm import SwmmCheck, check_folder
from nngis.text import Lang, Text

FILES = ("swmm_pipes.csv", "swmm_manholes.csv")
TITLES = {
    "pipes": Text("管段", "pipes"),
    "flooded": Text("冒溢的检查井", "flooded manholes"),
    "surcharged": Text("超载的检查井", "surcharged manholes"),
    "full": Text("满流管段", "full pipes"),
    "largest_depth_difference_share": Text("水深最大差", "largest difference of depths"),
}


def swmm(folder: Path, *, routing: str, above: str | None, lang: Lang, as_json: bool) -> None:
    """Run the engine, print what it found, and write both tables into the folder."""
    if routing.upper() not in ROUTINGS:
        raise ScenarioError(
            f"不认识的演算方法；可用的有：{'、'.join(ROUTINGS)}。",
            f"There is no such routing; there are: {', '.join(ROUTINGS)}.",
            where=f"--routing {routing}",
        )
    check = check_folder(folder, routing=cast("Routing", routing.upper()), above=above)
    for name, table in zip(FILES, (check.pipes, check.manholes), strict=True):
        _headed(table, lang).to_csv(folder / name, encoding="utf-8-sig", lineterminator="\n")
    found = _summary(check)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        said = f"{value:.2%}" if name.endswith("_share") else f"{value:,}"
        typer.echo(f"  {TITLES[name].say(lang)}: {said}")
    for name in FILES:
        typer.echo(f"  {folder / name}")


def _headed(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    named = table.rename(columns={name: fields.get(name).heading(lang) for name in table})
    return named.rename_axis(fields.get(str(table.index.name)).heading(lang))


def _summary(check: SwmmCheck) -> dict[str, float]:
    return {
        "pipes": len(check.pipes),
        "flooded": int(check.manholes["flooding_l_s"].gt(0).sum()),
        "surcharged": int(check.manholes["surcharge_m"].gt(0).sum()),
        "full": int(check.pipes["is_full"].sum()),
        "largest_depth_difference_share": float(check.pipes["depth_off_share"].abs().max()),
    }
