"""``nngis site``: options to a question or a matrix, the answer, and a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nngis.cli.options import Datum, Force, Json, LangOption, Layers, OptionalOut, Roads, Weight
from nngis.cli.reach_command import print_answer
from nngis.errors import ScenarioError
from nngis.text import Lang, Text
from nngis.units import M_PER_KM

if TYPE_CHECKING:
    from nngis.solvers.site.answer import SiteAnswer


Problem = Literal["mclp", "lscp", "pmedian", "pcenter"]


def site_command(
    problem: Annotated[
        Problem, typer.Argument(help="mclp 最大覆盖 lscp 全覆盖 pmedian p-中位 pcenter p-中心")
    ],
    demand: Annotated[str | None, typer.Option(help="需求点 demand: a file or layer id")] = None,
    candidates: Annotated[str | None, typer.Option(help="候选点 candidates, likewise")] = None,
    existing: Annotated[str | None, typer.Option(help="已有设施 sites that exist")] = None,
    roads: Roads = None,
    p: Annotated[int | None, typer.Option("-p", help="新建站点数 sites to open", min=0)] = None,
    limit_km: Annotated[
        float | None, typer.Option("--limit-km", help="服务半径 limit, km", min=0.001)
    ] = None,
    links: Annotated[
        Path | None,
        typer.Option(help="距离表 csv/parquet: demand_id, facility_id, distance_m"),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="权重表 csv/parquet: demand_id, weight")
    ] = None,
    weight: Weight = None,
    gap: Annotated[float, typer.Option(help="允许差距 relative gap to stop at")] = 1e-4,
    time_limit_s: Annotated[
        float, typer.Option("--time-limit-s", help="时间上限 time allowed, s")
    ] = 60.0,
    datum: Datum = None,
    layers: Layers = None,
    out: OptionalOut = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
) -> None:
    """选址并给出可证明的差距。 Choose sites, with a proved gap.

    例 Examples:

      nngis site mclp --demand 小区.gpkg --candidates 候选点.csv -p 50 --limit-km 5 --out maps/site

      nngis site pmedian --links 距离.parquet --weights 权重.csv -p 30 --json
    """
    from nngis.catalog.load import shipped_layers
    from nngis.files import check_output
    from nngis.inputs.features import read_features, weights_of
    from nngis.inputs.store import open_store
    from nngis.outputs.write_run import write_run
    from nngis.run.site import SiteQuestion, Task, answer_site, read_matrix, solve

    task = Task(problem, p, gap, time_limit_s)
    if links is not None:
        reach, weight_of = read_matrix(links, weights)
        _print(solve(task, reach, weight_of, []), lang, as_json=as_json)
        return
    if demand is None or candidates is None or limit_km is None:
        raise ScenarioError(
            "请给出 --demand、--candidates 和 --limit-km，或用 --links 给出距离表。",
            "Give --demand, --candidates and --limit-km, or a table of distances with --links.",
            where="nngis site",
        )
    if out is not None:
        check_output(out, force=force)
    store = open_store(layers or shipped_layers())
    asking = read_features(demand, "demand", store, datum=datum)
    question = SiteQuestion(
        task,
        asking,
        read_features(candidates, "candidates", store, datum=datum),
        read_features(existing, "existing", store, datum=datum) if existing else None,
        read_features(roads, "roads", store) if roads else None,
        weights_of(asking, weight),
        limit_km * M_PER_KM,
    )
    answer, result = answer_site(question)
    if as_json:
        _print(answer, lang, as_json=True)
    else:
        print_answer(result, lang, as_json=False)
        _print(answer, lang, as_json=False)
    if out is not None:
        asked = {"problem": task.problem, "p": task.p, "demand": demand, "candidates": candidates}
        write_run(out, [result], store, title=result.title, asked=asked, lang=lang)


def _print(answer: SiteAnswer, lang: Lang, *, as_json: bool) -> None:
    from nngis.run.site import summary

    found = summary(answer)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name in ("objective", "bound", "gap", "status", "seconds"):
        typer.echo(f"  {name}: {found[name]}")
    typer.echo(f"  {Text('入选', 'selected').say(lang)}: {' '.join(map(str, answer.selected))}")
