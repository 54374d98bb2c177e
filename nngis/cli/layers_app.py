"""nngis layers …: the layers there are, their state, templates, and ledgers read into layers."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nngis.cli.shared_options import Force, Json, Lang, Language, Layers, Quiet

layers_app = typer.Typer(
    help="图层：有哪些、多可靠、是否完好。 The layers: which, how sure, whether intact.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


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
    rows: Annotated[
        bool, typer.Option("--rows", help="逐行列出未采用与存疑的行 rejects and doubts, row by row")
    ] = False,
    lang: Lang = Language.zh,
    as_json: Json = False,
) -> None:
    """检查图层是否完好，或检查自己的文件。 Check the catalog's layers, or a file of your own.

    例 Examples:

      nngis layers check

      nngis layers check 锅炉台账.xlsx --as boilers --rows
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
            rows=rows,
        )


@layers_app.command("streets")
def layers_streets(
    roads: Annotated[
        str,
        typer.Argument(
            metavar="ROADS",
            help="道路文件、osmnx 路网或图层编号 a file, a graph of osmnx, the id of a layer",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="写出简化后的道路 .gpkg write the roads simplified")
    ] = None,
    merge_junctions_m: Annotated[
        float,
        typer.Option(
            "--merge-junctions",
            min=0.0,
            help="合并近于其两倍的路口 merge junctions nearer than twice this [m]; 0 none",
        ),
    ] = 0.0,
    datum: DatumOfFile = None,
    layers: Layers = None,
    lang: Lang = Language.zh,
    as_json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 replace the file")] = False,
) -> None:
    """统计道路图层的质量，或写出简化的道路。 Count a road layer's streets, or write it simplified.

    例 Examples:

      nngis layers streets city.graphml

      nngis layers streets roads.gpkg --out simple.gpkg --merge-junctions 12
    """
    from nngis.cli.streets_command import report_streets

    report_streets(
        roads,
        out,
        datum=datum,
        merge_junctions_m=merge_junctions_m,
        layers=layers,
        lang=lang.value,
        as_json=as_json,
        force=force,
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


@layers_app.command("fetch")
def layers_fetch(
    area: Annotated[
        str,
        typer.Option(
            "--area", help="范围 a division code 450100, a file of polygons, or 西,南,东,北 W,S,E,N"
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="图层文件夹 layers folder to write")
    ] = None,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…|all]", help="图层编号，缺省为全部 ids of layers; all if none"),
    ] = None,
    osm: Annotated[
        str,
        typer.Option(
            "--osm",
            help="用 OSM 文件或其网址代替 Overpass an .osm.pbf or its address, not Overpass",
        ),
    ] = "",
    endpoints: Annotated[
        Path | None,
        typer.Option("--endpoints", help="自己的来源地址表 a table of your own addresses, .toml"),
    ] = None,
    margin_km: Annotated[
        float, typer.Option("--margin-km", help="边界外多取几公里 how far beyond the area", min=0)
    ] = 2.0,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="缓存文件夹 where what has come is kept")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="不用缓存，重新获取 ask again for what is kept")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出将获取什么 only list what would be fetched")
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="向每个来源要几个字节，看今天哪些能用 what answers today"),
    ] = False,
    lang: Lang = Language.zh,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """从网络获取真实图层，写成图层文件夹。 Fetch real layers into a layers folder (network).

    例 Examples:

      nngis layers fetch --check

      nngis layers fetch all --area 450100 --dry-run

      nngis layers fetch roads roofs --area 450100 --out 南宁图层

      nngis layers fetch --area 450100 --osm guangxi-latest.osm.pbf --out 南宁图层
    """
    from nngis.cli.fetch_command import fetch_layers

    fetch_layers(
        ids or [],
        area,
        out,
        osm=osm,
        endpoints=endpoints,
        cache=cache,
        margin_km=margin_km,
        refresh=refresh,
        dry_run=dry_run,
        check=check,
        force=force,
        quiet=quiet,
        lang=lang.value,
        as_json=as_json,
    )


@layers_app.command("pack")
def layers_pack(
    folder: Annotated[Path, typer.Argument(help="图层文件夹 a layers folder")],
    out: Annotated[Path | None, typer.Option("--out", help="打包文件 the file to write")] = None,
    lang: Lang = Language.zh,
) -> None:
    """把图层文件夹打成一个文件，带到内网。 Pack a layers folder into one file to carry.

    例 Example:

      nngis layers pack 南宁图层 --out 南宁图层.zip
    """
    from nngis.cli.fetch_command import pack_layers

    pack_layers(folder, out, lang=lang.value)


@layers_app.command("unpack")
def layers_unpack(
    file: Annotated[Path, typer.Argument(help="打包文件 a packed file")],
    out: Annotated[Path, typer.Option("--out", help="图层文件夹 layers folder to write")],
    lang: Lang = Language.zh,
) -> None:
    """解包并逐个核对 sha256。 Unpack a packed layers folder and verify every file.

    例 Example:

      nngis layers unpack 南宁图层.zip --out 南宁图层
    """
    from nngis.cli.fetch_command import unpack_layers

    unpack_layers(file, out, lang=lang.value)
