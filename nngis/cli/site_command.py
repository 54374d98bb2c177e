"""``nngis site``: options to a question or a matrix, the answer, and a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nngis.cli.options import (
    Datum,
    Force,
    Json,
    LangOption,
    Layers,
    OptionalOut,
    Roads,
    ShowRows,
    Shp,
    SiteCards,
    Weight,
)
from nngis.cli.reach_command import print_answer
from nngis.errors import ScenarioError
from nngis.text import Lang, Text, counted, listing
from nngis.units import M_PER_KM

if TYPE_CHECKING:
    from nngis.run.site_task import Solved, Task


Problem = Literal["mclp", "lscp", "pmedian", "pcenter"]
TOLD_EVERY_S = 1.0


def site_command(
    problem: Annotated[
        Problem, typer.Argument(help="mclp 最大覆盖 lscp 全覆盖 pmedian p-中位 pcenter p-中心")
    ],
    demand: Annotated[str | None, typer.Option(help="需求点 demand: a file or layer id")] = None,
    candidates: Annotated[str | None, typer.Option(help="候选点 candidates, likewise")] = None,
    existing: Annotated[
        str | None,
        typer.Option(help="已有设施 sites that exist; with --links a table or a comma list of ids"),
    ] = None,
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
    sites: Annotated[
        Path | None,
        typer.Option(help="站点表（配合 --links）csv/parquet: facility_id and --cost, --capacity"),
    ] = None,
    weight: Weight = None,
    must: Annotated[str, typer.Option(help="必选站点编号，逗号分隔 ids that must be opened")] = "",
    forbid: Annotated[str, typer.Option(help="禁选站点编号 ids that must not be opened")] = "",
    cost: Annotated[str | None, typer.Option(help="费用列 column of the sites' costs")] = None,
    budget: Annotated[
        float | None, typer.Option(help="预算，代替 -p（配合 --cost） budget in place of -p")
    ] = None,
    capacity: Annotated[
        str | None, typer.Option(help="容量列 column of the weight that a site serves (mclp)")
    ] = None,
    backup: Annotated[
        float | None,
        typer.Option(help="第二重覆盖的价值 0–1 worth of a second cover (mclp)", min=0, max=1),
    ] = None,
    beyond_km: Annotated[
        float | None,
        typer.Option(
            "--beyond-km", help="未服务需求按此距离计 distance charged for the unserved (pmedian)"
        ),
    ] = None,
    alternatives: Annotated[
        int, typer.Option(help="另求的方案数 good plans, and what each site is worth", min=0)
    ] = 0,
    phases: Annotated[
        str, typer.Option(help="分期：各期末的站点数，如 5,10,20 sites open after each phase")
    ] = "",
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
    site_cards: SiteCards = False,
    shp: Shp = False,
    show_rows: ShowRows = False,
) -> None:
    """选址并给出可证明的差距。 Choose sites, with a proved gap.

    例 Examples:

      nngis site mclp --demand 小区.gpkg --candidates 候选点.csv -p 50 --limit-km 5 --out maps/site

      nngis site pmedian --links 距离.parquet --weights 权重.csv -p 30 --json

      nngis site mclp --links 距离.csv --sites 站点.csv --cost 造价 --budget 800 --must S01,S07

      nngis site mclp --demand 小区.gpkg --candidates 候选点.csv --limit-km 5 --phases 5,10,20
    """
    from nngis.catalog.load import shipped_layers
    from nngis.files import check_output
    from nngis.inputs.given import with_given
    from nngis.inputs.store import open_store
    from nngis.outputs.drawing import Drawing
    from nngis.outputs.write_run import write_run
    from nngis.run.site import answer_site, read_question
    from nngis.run.site_tables import summary
    from nngis.run.site_task import Task, read_ids

    task = Task(
        problem,
        p,
        must=read_ids(must),
        forbid=read_ids(forbid),
        budget=budget,
        backup_share=backup,
        beyond_m=None if beyond_km is None else beyond_km * M_PER_KM,
        others=alternatives,
        phases=_numbers(phases),
        gap=gap,
        time_limit_s=time_limit_s,
    )
    follow = None if as_json else _teller(lang)
    _refuse_idle(
        {"--weights": weights, "--sites": sites}
        if links is None
        else {
            "--demand": demand,
            "--candidates": candidates,
            "--roads": roads,
            "--weight": weight,
            "--datum": datum,
            "--out": out,
            "--site-cards": site_cards,
            "--shp": shp,
            "--show-rows": show_rows,
        },
        on_links=links is not None,
    )
    if links is not None:
        limit_m = None if limit_km is None else limit_km * M_PER_KM
        _answer_matrix(
            task, (links, weights, sites), existing, limit_m, (cost, capacity), follow, lang,
            as_json=as_json,
        )  # fmt: skip
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
    question = read_question(
        task, demand, candidates, store, limit_m=limit_km * M_PER_KM, existing=existing or None,
        roads=roads or None, weight=weight, cost=cost, capacity=capacity, datum=datum,
    )  # fmt: skip
    solved, result = answer_site(question, follow)
    if as_json:
        typer.echo(json.dumps(summary(solved), ensure_ascii=False, indent=2))
    else:
        print_answer(result, lang, as_json=False, rows=show_rows)
        table = result.analysis.tables["sites"]
        names = table["name_zh"].dropna().to_dict() if "name_zh" in table else {}
        _print(solved, lang, names)
    if out is not None:
        asked = {"problem": task.problem, "p": task.p, "demand": demand, "candidates": candidates}
        if question.roads is not None:
            store = with_given(store, "roads", question.roads)
        drawing = Drawing(site_cards=site_cards, shp=shp)
        write_run(out, [result], store, title=result.title, asked=asked, lang=lang, drawing=drawing)


def _refuse_idle(options: dict[str, object], *, on_links: bool) -> None:
    """Refuse options that would do nothing here: those of layers with a matrix, and the reverse."""
    idle = [name for name, value in options.items() if value]
    if not idle:
        return
    zh, en = listing(idle)
    why = (
        Text(
            f"{zh} 用于图层，不与 --links 同用；权重用 --weights，站点的列用 --sites。",
            f"{en}: for layers, not with --links; weights come with --weights, columns of sites "
            "with --sites.",
        )
        if on_links
        else Text(
            f"{zh} 只与 --links 同用；图层的权重是其一列（--weight）。",
            f"{en}: with --links alone; the weights of a layer are a column of it (--weight).",
        )
    )
    raise ScenarioError(why.zh, why.en, where="nngis site")


def _numbers(text: str) -> tuple[int, ...]:
    from nngis.run.site_task import read_ids

    try:
        return tuple(map(int, read_ids(text)))
    except ValueError as error:
        raise ScenarioError(
            f"{text!r} 不是以逗号分隔的整数。",
            f"{text!r} is no comma list of whole numbers.",
            where="--phases",
        ) from error


def _answer_matrix(
    task: Task,
    files: tuple[Path, Path | None, Path | None],
    existing: str | None,
    limit_m: float | None,
    columns: tuple[str | None, str | None],
    follow: Callable[[float, float], bool] | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Answer on a ready matrix: the same options hold as on layers."""
    from nngis.run.site import numbers_in
    from nngis.run.site_matrix import read_matrix, read_sites
    from nngis.run.site_tables import site_warnings, summary
    from nngis.run.site_task import read_ids, solve

    if files[2] is None and any(columns):
        raise ScenarioError(
            "--cost、--capacity 是站点表的列；请用 --sites 给出站点表。",
            "--cost and --capacity are columns of a table of sites; give it with --sites.",
            where="--sites",
        )
    matrix = read_matrix(*files, limit_m=limit_m)
    open_now: list[str] = []
    if existing:
        is_table = Path(existing).suffix.lower() in (".csv", ".parquet", ".txt")
        open_now = read_sites(Path(existing)) if is_table else list(read_ids(existing))
    where = str(files[2] or "--sites")
    cost, capacity = (
        None if one is None else numbers_in(matrix.sites, one, where) for one in columns
    )
    task = replace(task, cost=cost, capacity=capacity)
    solved = solve(task, matrix.links, matrix.weights, open_now, follow)
    if as_json:
        typer.echo(json.dumps(summary(solved), ensure_ascii=False, indent=2))
        return
    _print(solved, lang, {})
    candidates = len(matrix.links.site_ids) - len(open_now)
    said = site_warnings(task, solved.answer, candidates=candidates, weighted=files[1] is not None)
    for text in (*matrix.notes, *said):
        typer.echo(f"  {Text('提醒', 'Note').say(lang)}: {text.say(lang)}")


def _teller(lang: Lang) -> Callable[[float, float], bool]:
    """Return what tells, at most every second, how far a search is."""
    told_s = monotonic()

    def tell(objective: float, bound: float) -> bool:
        nonlocal told_s
        if monotonic() - told_s >= TOLD_EVERY_S:
            told_s = monotonic()
            typer.echo(
                Text(
                    f"……目标值 {objective:.6g}，界 {bound:.6g}",
                    f"… objective {objective:.6g}, bound {bound:.6g}",
                ).say(lang),
                err=True,
            )
        return False

    return tell


def _print(solved: Solved, lang: Lang, names: dict[str, str]) -> None:
    from nngis.run.site_tables import phases_table, shown_gap, status_text

    answer = solved.answer
    gap = shown_gap(answer)
    typer.echo(
        Text(
            f"  目标值 {answer.objective:.10g}，界 {answer.bound:.10g}，差距 {gap:.2%}："
            f"{status_text(answer).zh} 用时 {answer.seconds:.1f} 秒",
            f"  objective {answer.objective:.10g}, bound {answer.bound:.10g}, gap {gap:.2%}: "
            f"{status_text(answer).en} {answer.seconds:.1f} s",
        ).say(lang)
    )
    chosen = [f"{one} {names[one]}" if one in names else str(one) for one in answer.selected]
    listed = (Text("、", ", ").say(lang) if names else " ").join(chosen)
    typer.echo(f"  {Text('入选', 'selected').say(lang)}: {listed}")
    for at, row in phases_table(solved.phases).iterrows() if solved.phases else ():
        n, worth, new = row["chosen_count"], row["site_objective"], row["opened"]
        told = Text(
            f"  第 {at} 期：{n} 个，目标值 {worth:.6g}，新开 {new}",
            f"  phase {at}: {counted(n, 'site')}, objective {worth:.6g}, new {new}",
        )
        typer.echo(told.say(lang))
    if solved.others is not None:
        _print_others(solved, lang)


def _print_others(solved: Solved, lang: Lang) -> None:
    from nngis.cli.tables import print_table

    others = solved.others
    if others is None:
        return
    heads = [("方案", "plan"), ("目标值", "objective"), ("少", "loss"), ("入选", "selected")]
    print_table(
        [Text(*head).say(lang) for head in heads],
        [
            [str(at), f"{plan.objective:.6g}", f"{others.table.loc[at, 'loss']:.6g}",
             " ".join(map(str, plan.selected))]
            for at, plan in enumerate(others.plans, start=1)
        ],
    )  # fmt: skip
    worth = others.sites.dropna(subset=["loss"])
    heads = [("站点", "site"), ("不建则少", "loss if refused"), ("至少", "at least")]
    print_table(
        [Text(*head).say(lang) for head in heads],
        [
            [str(one), f"{row['loss']:.6g}", f"{row['loss_proved']:.6g}"]
            for one, row in worth.iterrows()
        ],
    )
