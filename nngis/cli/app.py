"""nngis on the command line: every command parses, calls one function, and prints."""

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nngis import __version__
from nngis.cli.layers_app import layers_app
from nngis.cli.shared_options import (
    Atlas,
    Force,
    Json,
    Lang,
    Language,
    Layers,
    Out,
    Paper,
    Quiet,
    Stamp,
    Strict,
    Svg,
    Tiles,
)

HELP = """nngis：节能减排方案的空间规划工具 · maps, lists and decisions from an energy-saving plan.

例 Examples:

  nngis run                                  四个规划，内置演示数据 all plans on the shipped layers

  nngis run heat --layer boilers=锅炉台账.xlsx   用自己的锅炉台账 your own boiler ledger

  nngis layers list                          有哪些图层 which layers there are
"""

app = typer.Typer(
    name="nngis",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(layers_app, name="layers")


@app.command("run")
def run_command(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="规划名（heat sewer rooftop charging）或情景文件 plans, or a scenario.toml"
        ),
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option("--layer", help="角色=文件 ROLE=FILE, e.g. boilers=锅炉台账.xlsx"),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="参数=值 NAME=VALUE, e.g. supply_radius_m=30000"),
    ] = None,
    datum: Annotated[
        str | None,
        typer.Option(
            "--datum",
            help="所给文件的坐标系 datum of the files given: wgs84 cgcs2000 gcj02 bd09",
        ),
    ] = None,
    layers: Layers = None,
    out: Out = Path("maps/nanning"),
    lang: Lang = Language.zh,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    strict: Strict = False,
    paper: Paper = "A3",
    stamp: Stamp = None,
    svg: Svg = False,
    atlas: Atlas = False,
    tiles: Tiles = "",
) -> None:
    """运行规划，写出清单、图层与地图。 Run plans and write lists, layers and maps.

    例 Examples:

      nngis run

      nngis run heat --layer boilers=锅炉台账.xlsx --out maps/heat

      nngis run heat --set supply_radius_m=30000 --lang en --out maps/heat30

      nngis run my_plan.toml

      nngis run heat --paper A1 --atlas --stamp unit=市规划院 --stamp number=热-01
    """
    from nngis.cli.run_command import run_plans

    code = run_plans(
        what or [],
        layer or [],
        set_ or [],
        datum=datum,
        layers=layers,
        out=out,
        lang=lang.value,
        as_json=as_json,
        quiet=quiet,
        force=force,
        strict=strict,
        drawing=(paper, stamp or [], svg, atlas, tiles),
    )
    raise typer.Exit(code)


@app.command("swmm")
def swmm_command(
    folder: Annotated[Path, typer.Argument(help="输出文件夹中的 sewer the sewer folder of a run")],
    routing: Annotated[
        str, typer.Option(help="STEADY、KINWAVE 或 DYNWAVE flow routing")
    ] = "STEADY",
    above: Annotated[
        str | None, typer.Option(help="只算流经此检查井的管段 only what flows through this manhole")
    ] = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
) -> None:
    """用 EPA SWMM 校核设计管网。 Hold a designed network against EPA SWMM.

    例 Examples:

      nngis swmm maps/nanning/sewer

      nngis swmm maps/nanning/sewer --routing DYNWAVE --above M00012
    """
    from nngis.cli.swmm_command import swmm

    swmm(folder, routing=routing, above=above, lang=lang.value, as_json=as_json)


@app.command("reach")
def reach_command(
    demand: Annotated[str, typer.Option(help="需求点：文件或图层编号 a file or a layer id")],
    facilities: Annotated[str, typer.Option(help="设施：文件或图层编号 facilities, likewise")],
    limit_km: Annotated[float, typer.Option("--limit-km", help="服务半径 limit, km", min=0.001)],
    roads: Annotated[
        str | None, typer.Option(help="道路；没有则只算直线距离 roads; straight lines without them")
    ] = None,
    weight: Annotated[str | None, typer.Option(help="需求点的权重列 column of weights")] = None,
    datum: Annotated[str | None, typer.Option("--datum", help="表格坐标系 tables' datum")] = None,
    layers: Layers = None,
    out: Annotated[Path | None, typer.Option("--out", help="输出文件夹 output folder")] = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Force = False,
) -> None:
    """谁在设施的服务半径内：直线与道路两种距离。 Who is within reach, straight and by road.

    例 Example:

      nngis reach --demand 小区.gpkg --facilities 充电站.csv --roads roads --limit-km 5
    """
    from nngis.cli.reach_command import reach

    reach(
        demand,
        facilities,
        roads,
        limit_km=limit_km,
        weight=weight,
        datum=datum,
        layers=layers,
        out=out,
        lang=lang.value,
        as_json=as_json,
        force=force,
    )


@app.command("roofs")
def roofs_command(
    source: Annotated[Path, typer.Argument(help="GeoParquet 文件或文件夹 a file or a folder")],
    out: Out = Path("maps/roofs"),
    key: Annotated[str, typer.Option("--key", help="编号列 column of the ids")] = "roof_id",
    rename: Annotated[
        list[str] | None,
        typer.Option("--rename", help="文件列=规划列 COLUMN=NAME, e.g. class=building"),
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="参数=值 NAME=VALUE")] = None,
    workers: Annotated[int, typer.Option("--workers", help="进程数 processes", min=1)] = 1,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Dask 集群 a cluster, tcp://HOST:8786")
    ] = None,
    climate: Annotated[
        Path | None,
        typer.Option("--climate", help="EPW、TMY3、PVGIS 文件或辐照 GeoTIFF weather or a raster"),
    ] = None,
    datum: Annotated[str | None, typer.Option("--datum", help="轮廓的坐标系 wgs84, gcj02")] = None,
    draw: Annotated[bool, typer.Option("--map", help="另绘离线地图 draw an offline map")] = False,
    layers: Layers = None,
    lang: Lang = Language.zh,
) -> None:
    """成批判定屋顶：分区流式处理，可续跑。 Judge any number of roofs, partition by partition.

    例 Example:

      nngis roofs buildings/ --key id --rename class=building --workers 2 --out maps/roofs

      nngis roofs buildings/ --climate ghi.tif --datum gcj02 --map
    """
    from nngis.cli.roofs_command import stream_roofs

    stream_roofs(
        source,
        out,
        set_ or [],
        key=key,
        rename=rename or [],
        workers=workers,
        scheduler=scheduler,
        layers=layers,
        lang=lang.value,
        climate=climate,
        datum=datum,
        draw=draw,
    )


@app.command("register")
def register_command(
    layer: Annotated[
        list[str] | None,
        typer.Option("--layer", help="角色=文件 ROLE=FILE, e.g. counties_table=分县指标.xlsx"),
    ] = None,
    datum: Annotated[str | None, typer.Option("--datum", help="所给文件的坐标系 datum")] = None,
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
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Force = False,
    strict: Strict = False,
) -> None:
    """方案 90 条目标和要求，各完成到什么程度。 Where the city stands on the plan's 90 entries.

    例 Examples:

      nngis register

      nngis register --layer counties_table=分县指标.xlsx --date 2025-06-30 --out maps/2025-06

      nngis register --layer counties_table=分县指标.xlsx --since maps/2024-12
    """
    from nngis.cli.register_command import show_register

    code = show_register(
        layer or [],
        datum=datum,
        layers=layers,
        out=out,
        since=since,
        date=date,
        split=split,
        lang=lang.value,
        as_json=as_json,
        force=force,
        strict=strict,
    )
    raise typer.Exit(code)


class SiteProblem(StrEnum):
    """What ``nngis site`` can be asked."""

    mclp = "mclp"
    lscp = "lscp"
    pmedian = "pmedian"
    pcenter = "pcenter"


@app.command("site")
def site_command(
    problem: Annotated[
        SiteProblem, typer.Argument(help="mclp 最大覆盖 lscp 全覆盖 pmedian p-中位 pcenter p-中心")
    ],
    demand: Annotated[str | None, typer.Option(help="需求点 demand: a file or layer id")] = None,
    candidates: Annotated[str | None, typer.Option(help="候选点 candidates, likewise")] = None,
    existing: Annotated[str | None, typer.Option(help="已有设施 sites that exist")] = None,
    roads: Annotated[str | None, typer.Option(help="道路 roads; straight without them")] = None,
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
    weight: Annotated[str | None, typer.Option(help="需求点的权重列 column of weights")] = None,
    gap: Annotated[float, typer.Option(help="允许差距 relative gap to stop at")] = 1e-4,
    time_limit_s: Annotated[
        float, typer.Option("--time-limit-s", help="时间上限 time allowed, s")
    ] = 60.0,
    datum: Annotated[str | None, typer.Option("--datum", help="表格坐标系 tables' datum")] = None,
    layers: Layers = None,
    out: Annotated[Path | None, typer.Option("--out", help="输出文件夹 output folder")] = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Force = False,
) -> None:
    """选址并给出可证明的差距。 Choose sites, with a proved gap.

    例 Examples:

      nngis site mclp --demand 小区.gpkg --candidates 候选点.csv -p 50 --limit-km 5 --out maps/site

      nngis site pmedian --links 距离.parquet --weights 权重.csv -p 30 --json
    """
    from nngis.cli.site_command import site
    from nngis.run.site import Task

    site(
        Task(problem.value, p, gap, time_limit_s),
        (demand, candidates, existing, roads),
        (links, weights),
        limit_km=limit_km,
        weight=weight,
        datum=datum,
        layers=layers,
        out=out,
        lang=lang.value,
        as_json=as_json,
        force=force,
    )


@app.command("permit")
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
    layer: Annotated[list[str] | None, typer.Option("--layer", help="角色=文件 ROLE=FILE")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="参数=值 NAME=VALUE")] = None,
    datum: Annotated[str | None, typer.Option("--datum", help="台账的坐标系 its datum")] = None,
    layers: Layers = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """新建锅炉或自备电厂是否被方案禁止。 Say whether the plan bans a new boiler.

    例 Examples:

      nngis permit --lon 108.94 --lat 22.80 --capacity-t-h 20 --fuel coal

      nngis permit --file 拟建项目.xlsx --datum gcj02 --strict
    """
    from nngis.cli.permit_command import show_permit

    code = show_permit(
        (lon, lat, capacity_t_h, fuel, captive),
        file,
        layer or [],
        set_ or [],
        datum=datum,
        layers=layers,
        lang=lang.value,
        as_json=as_json,
        strict=strict,
    )
    raise typer.Exit(code)


@app.command("explain")
def explain_command(
    folder: Annotated[Path, typer.Argument(help="运行结果文件夹 a folder that a run left")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="锅炉等对象的编号 id of an object")],
    lang: Lang = Language.zh,
    as_json: Json = False,
) -> None:
    """说明某一对象为何如此判定。 Say why one object was decided as it was.

    例 Example:

      nngis explain maps/nanning GL-0001
    """
    from nngis.cli.show_commands import explain

    explain(folder, id_, lang=lang.value, as_json=as_json)


@app.command("compare")
def compare_command(
    before: Annotated[Path, typer.Argument(help="先前的结果文件夹 the earlier result")],
    after: Annotated[Path, typer.Argument(help="后来的结果文件夹 the later result")],
    out: Annotated[
        Path | None, typer.Option("--out", help="写出差异地图与清单 write a map of the differences")
    ] = None,
    layers: Layers = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Force = False,
) -> None:
    """比较两次结果：哪些对象的处置意见变了。 Compare two results: whose decision changed.

    例 Example:

      nngis compare maps/heat15 maps/heat30 --out maps/difference
    """
    from nngis.cli.compare_command import show_comparison

    show_comparison(
        before, after, out, layers=layers, lang=lang.value, as_json=as_json, force=force
    )


@app.command("schema")
def schema_command(
    plan: Annotated[str, typer.Argument(help="规划名 a plan: heat")],
    lang: Lang = Language.zh,
    as_json: Json = False,
) -> None:
    """列出规划的图层角色、列与参数。 List a plan's layer roles, their columns, and its parameters.

    例 Example:

      nngis schema heat
    """
    from nngis.cli.show_commands import schema

    schema(plan, lang=lang.value, as_json=as_json)


@app.callback(invoke_without_command=True)
def _version(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="版本 print the version")
    ] = False,
) -> None:
    if version:
        typer.echo(f"nngis {__version__}")
        raise typer.Exit


@app.command("doctor")
def doctor_command(lang: Lang = Language.zh, as_json: Json = False) -> None:
    """检查这台机器：软件包、字体、数据格式、写权限、代码页。 Check this machine, each thing tried.

    例 Examples:

      nngis doctor
    """
    from nngis.cli.doctor_command import run_doctor

    raise typer.Exit(run_doctor(lang=lang.value, as_json=as_json))


def main() -> None:
    """Run the command line; an error of ours is printed as one message, never as a traceback."""
    from nngis.cli.console import escape_unwritable
    from nngis.errors import NngisError
    from nngis.text import Lang as LangWord

    escape_unwritable()

    # A run makes millions of small objects that live to its end; looking through them for cycles
    # again and again took a seventh of its time.
    gc.set_threshold(100_000, 50, 100)
    try:
        app()
    except NngisError as error:
        lang: LangWord = "en" if _asked_for_english(sys.argv) else "zh"
        prefix = {"zh": "错误", "en": "error"}[lang]
        for line in error.say(lang).splitlines():
            typer.echo(f"{prefix}: {line}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _asked_for_english(arguments: list[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(a == "--lang=en" or (a == "--lang" and b == "en") for a, b in pairs)
