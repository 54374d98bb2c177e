"""``nngis swmm``: a design held against the EPA engine, printed, and left beside it as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from nngis import fields
from nngis.cli.options import Json, LangOption
from nngis.errors import ScenarioError
from nngis.text import Lang, Text, counted

if TYPE_CHECKING:
    import pandas as pd

    from nngis.run.swmm import SwmmCheck


FILES = ("swmm_pipes.csv", "swmm_manholes.csv")
LOADS = "swmm_loads.csv"


TITLES = {
    "pipes": Text("管段", "pipes"),
    "flooded": Text("冒溢的检查井", "flooded manholes"),
    "surcharged": Text("超载的检查井", "surcharged manholes"),
    "full": Text("满流管段", "full pipes"),
    "largest_depth_difference_share": Text("水深最大差", "largest difference of depths"),
}


def swmm_command(
    folder: Annotated[Path, typer.Argument(help="输出文件夹中的 sewer the sewer folder of a run")],
    routing: Annotated[
        str, typer.Option(help="STEADY、KINWAVE 或 DYNWAVE flow routing")
    ] = "STEADY",
    above: Annotated[
        str | None, typer.Option(help="只算流经此检查井的管段 only what flows through this manhole")
    ] = None,
    loads: Annotated[
        bool,
        typer.Option(
            help="各种工况与首先超载处，并绘纵断面图 all loads, what breaks first, with sections"
        ),
    ] = False,
    lang: LangOption = "zh",
    as_json: Json = False,
) -> None:
    """用 EPA SWMM 校核设计管网。 Hold a designed network against EPA SWMM.

    例 Examples:

      nngis swmm maps/town/sewer

      nngis swmm maps/town/sewer --routing DYNWAVE --above M00012

      nngis swmm maps/town/sewer --loads
    """
    from nngis.outputs.swmm_inp import ROUTINGS, Routing
    from nngis.replacing import replaced_files
    from nngis.run.swmm import check_folder

    if routing.upper() not in ROUTINGS:
        raise ScenarioError(
            f"不认识的演算方法；可用的有：{'、'.join(ROUTINGS)}。",
            f"There is no such routing; there are: {', '.join(ROUTINGS)}.",
            where=f"--routing {routing}",
        )
    if loads:
        _all_loads(folder, above, lang, as_json=as_json)
        return
    check = check_folder(folder, routing=cast("Routing", routing.upper()), above=above)
    with replaced_files([folder / name for name in FILES]) as made:
        for path, table in zip(made, (check.pipes, check.manholes), strict=True):
            _headed(table, lang).to_csv(path, encoding="utf-8-sig", lineterminator="\n")
    found = _summary(check)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        said = f"{value:.2%}" if name.endswith("_share") else f"{value:,}"
        typer.echo(f"  {TITLES[name].say(lang)}: {said}")
    for name in FILES:
        typer.echo(f"  {folder / name}")


def _all_loads(folder: Path, above: str | None, lang: Lang, *, as_json: bool) -> None:
    """Run every load, print the cases and what breaks first, leave a table and the sections."""
    from nngis.replacing import replaced_files
    from nngis.run.swmm import read_design
    from nngis.run.swmm_loads import STEPS, check_loads
    from nngis.run.swmm_sections import FILES as SECTIONS
    from nngis.run.swmm_sections import write_loaded_sections

    pipes, manholes, stations, roughness = read_design(folder, above=above, also=("mean_flow_l_s",))
    found = check_loads(pipes, manholes, stations, roughness=roughness)
    names = (LOADS, *SECTIONS)
    with replaced_files([folder / name for name in names]) as (path, *_):
        _headed(found.cases, lang).to_csv(path, encoding="utf-8-sig", lineterminator="\n")
        design = (pipes, manholes, stations)
        write_loaded_sections(path.parent, folder, design, found, lang, whole=above is None)
    if as_json:
        cases = json.loads(found.cases.to_json(orient="index"))
        breaks = found.breaks_at if found.breaks_first else None
        told = {"cases": cases, "breaks_at": breaks, "breaks_first": found.breaks_first or None}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, row in found.cases.iterrows():
        said = Text(
            f"满流 {row['full_count']} 段，超载 {row['surcharged_count']} 井，"
            f"冒溢 {row['flooded_count']} 井",
            f"{counted(row['full_count'], 'pipe')} full, "
            f"{counted(row['surcharged_count'], 'manhole')} surcharged, {row['flooded_count']} "
            "flooded",
        )
        title = fields.get("load_case").value_title(name, lang)
        typer.echo(f"  {title}: {said.say(lang)}")
    slow = found.cases.loc["night", "slow_count"]
    typer.echo(
        Text(f"  夜间低于不淤流速: {slow} 段", f"  too slow at night: {counted(slow, 'pipe')}").say(
            lang
        )
    )
    first = Text(
        f"  最先超载: {found.breaks_first}（{found.breaks_at:g} 倍设计流量）",
        f"  first surcharged: {found.breaks_first} (at {found.breaks_at:g} times the design flow)",
    )
    none = Text(f"  {STEPS[-1]:g} 倍设计流量以内无超载", f"  nothing up to {STEPS[-1]:g} times")
    typer.echo((first if found.breaks_first else none).say(lang))
    for written in names:
        typer.echo(f"  {folder / written}")


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
