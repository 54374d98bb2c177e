"""nngis on the command line: every command parses, calls one function, and prints."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nngis import __version__

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
layers_app = typer.Typer(
    help="图层：有哪些、多可靠、是否完好。 The layers: which, how sure, whether intact.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(layers_app, name="layers")


class Language(StrEnum):
    """Language of what a command writes."""

    zh = "zh"
    en = "en"


Lang = Annotated[Language, typer.Option("--lang", help="语言 language of everything written")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 打印 print JSON")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度 no progress")]
Layers = Annotated[
    Path | None,
    typer.Option(
        "--layers", help="图层文件夹，缺省为内置 layers folder; the shipped one if absent"
    ),
]
Out = Annotated[Path, typer.Option("--out", help="输出文件夹 output folder")]
Force = Annotated[
    bool, typer.Option("--force", help="文件夹里有别的文件也写 write beside other files")
]
Paper = Annotated[str, typer.Option("--paper", help="图幅 paper: A3 A3-portrait A1 A1-portrait")]
Stamp = Annotated[
    list[str] | None,
    typer.Option(
        "--stamp",
        help="图签 名称=值 title block: unit date number drawn_by checked_by approved_by "
        "review_number",
    ),
]
Svg = Annotated[bool, typer.Option("--svg", help="另存 SVG 图纸 write sheets as SVG too")]
Atlas = Annotated[bool, typer.Option("--atlas", help="另出分县图册 write a sheet a county too")]
Tiles = Annotated[
    str,
    typer.Option(
        "--tiles",
        help="网络底图 tiles under web maps: tianditu:密钥KEY, osm, [gcj02+]https://…/{z}/{x}/{y}",
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="有目标未完成或项目被禁止则退出码为 3 exit 3 if missed or banned"
    ),
]


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
    layers: Layers = None,
    lang: Lang = Language.zh,
) -> None:
    """成批判定屋顶：分区流式处理，可续跑。 Judge any number of roofs, partition by partition.

    例 Example:

      nngis roofs buildings/ --key id --rename class=building --workers 2 --out maps/roofs
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
    from nngis.cli.permit_command import permit

    code = permit(
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
    from nngis.cli.compare_command import compare_folders

    compare_folders(
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


@layers_app.command("list")
def layers_list(layers: Layers = None, lang: Lang = Language.zh, as_json: Json = False) -> None:
    """列出目录中的图层。 List the layers of the catalog."""
    from nngis.cli.layer_commands import list_layers

    list_layers(layers, lang=lang.value, as_json=as_json)


@layers_app.command("show")
def layers_show(
    layer_id: Annotated[str, typer.Argument(metavar="ID", help="图层编号 id of a layer")],
    layers: Layers = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
) -> None:
    """显示一个图层的来源、字段与前几行。 Show a layer's sources, fields and first rows."""
    from nngis.cli.layer_commands import show_layer

    show_layer(layers, layer_id, lang=lang.value, as_json=as_json)


FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="文件、文件夹或 postgresql://…#表 a file, a folder, or postgresql://…#table",
    ),
]
As = Annotated[str, typer.Option("--as", help="作为哪个角色 as which role")]
DatumOfFile = Annotated[
    str | None,
    typer.Option(
        "--datum",
        help="坐标系 datum of the file: wgs84 cgcs2000 gcj02 bd09 EPSG:4545 assume-wgs84",
    ),
]
Merge = Annotated[
    float | None,
    typer.Option(
        "--merge", min=0.0, max=1.0, help="合并相似度不低于此值的记录对 merge pairs from this score"
    ),
]


class EvidenceWord(StrEnum):
    """How sure a file is."""

    official = "official"
    surveyed = "surveyed"
    derived = "derived"
    approximate = "approximate"
    synthetic = "synthetic"


@layers_app.command("check")
def layers_check(
    file: Annotated[str | None, typer.Argument(help="要检查的文件 a file of your own")] = None,
    role: As = "boilers",
    datum: DatumOfFile = None,
    merge: Merge = None,
    layers: Layers = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
) -> None:
    """检查图层是否完好，或检查自己的文件。 Check the catalog's layers, or a file of your own.

    例 Examples:

      nngis layers check

      nngis layers check 锅炉台账.xlsx --as boilers
    """
    from nngis.cli.layer_commands import check_layers
    from nngis.cli.ledger_commands import check_ledger

    if file is None:
        check_layers(layers, lang=lang.value, as_json=as_json)
    else:
        check_ledger(
            file,
            role,
            datum=datum,
            merge=merge,
            layers=layers,
            lang=lang.value,
            as_json=as_json,
        )


@layers_app.command("template")
def layers_template(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="角色 a role, e.g. boilers")],
    out: Annotated[Path | None, typer.Option("--out", help="输出的 .xlsx file to write")] = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 replace the file")] = False,
) -> None:
    """写出一个角色的填报模板。 Write a role's template to fill in.

    例 Example:

      nngis layers template boilers --out 锅炉台账模板.xlsx
    """
    from nngis.cli.ledger_commands import make_template

    make_template(role, out, lang=lang.value, force=force, as_json=as_json)


@layers_app.command("import")
def layers_import(
    file: FileArgument,
    role: As,
    out: Annotated[Path, typer.Option("--out", help="输出的 .gpkg file to write")],
    datum: DatumOfFile = None,
    merge: Merge = None,
    evidence: Annotated[
        EvidenceWord, typer.Option("--evidence", help="数据等级 how sure the file is")
    ] = EvidenceWord.surveyed,
    layers: Layers = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 replace the files")] = False,
) -> None:
    """把台账读成干净的图层，逐行说明去向。 Read a ledger into a clean layer, row by row.

    例 Examples:

      nngis layers import 锅炉台账.xlsx --as boilers --out 锅炉.gpkg

      nngis layers import 三局台账/ --as boilers --merge 0.9 --out 锅炉.gpkg
    """
    from nngis.cli.ledger_commands import import_ledger

    import_ledger(
        file,
        role,
        out,
        datum=datum,
        merge=merge,
        evidence=evidence.value,
        layers=layers,
        lang=lang.value,
        as_json=as_json,
        force=force,
    )


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


def main() -> None:
    """Run the command line; an error of ours is printed as one message, never as a traceback."""
    from nngis.errors import NngisError
    from nngis.text import Lang

    try:
        app()
    except NngisError as error:
        lang: Lang = "en" if _asked_for_english(sys.argv) else "zh"
        prefix = {"zh": "错误", "en": "error"}[lang]
        for line in error.say(lang).splitlines():
            typer.echo(f"{prefix}: {line}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _asked_for_english(arguments: list[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(a == "--lang=en" or (a == "--lang" and b == "en") for a, b in pairs)
