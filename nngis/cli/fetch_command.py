"""``nngis layers fetch | pack | unpack``: real layers over the network, carried as one file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis.cli.options import Force, Json, LangOption
from nngis.cli.tables import print_table
from nngis.errors import FetchError, Problem, ScenarioError, require
from nngis.files import require_file
from nngis.text import Lang, Text, counted
from nngis.units import BYTES_PER_MB

if TYPE_CHECKING:
    from nngis.fetch.collect import Collected
    from nngis.fetch.order import Parcel
    from nngis.fetch.providers import Wish


FEW = 4


def layers_fetch(
    area: Annotated[
        str,
        typer.Option(
            "--area", help="范围 a division code 320100, a file of polygons, or 西,南,东,北 W,S,E,N"
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
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Force = False,
) -> None:
    """从网络获取真实图层，写成图层文件夹。 Fetch real layers into a layers folder (network).

    例 Examples:

      nngis layers fetch --check

      nngis layers fetch all --area 320100 --dry-run

      nngis layers fetch roads roofs --area 320100 --out 图层

      nngis layers fetch --area 320100 --osm province-latest.osm.pbf --out 图层
    """
    _require_options(area, out, needless=check or dry_run, check=check)
    try:
        from nngis.fetch.area import read_area
        from nngis.fetch.cache import Cache, usual_folder
        from nngis.fetch.endpoints import read_endpoints
        from nngis.fetch.http import Network
        from nngis.fetch.place import is_local
        from nngis.fetch.providers import Wish
    except ImportError as error:
        raise FetchError(
            f"获取图层还需要软件包 {error.name}；请运行 pip install 'nngis[fetch]'。",
            f"Fetching layers needs {error.name} too; run pip install 'nngis[fetch]'.",
            where="nngis layers fetch",
        ) from None
    wish = Wish(
        tuple(ids or []),
        read_area(area or _own_area(out), margin_km=margin_km),
        read_endpoints(endpoints),
        Network(),
        Cache(cache or usual_folder(), refresh=refresh),
        osm,
    )
    if osm and is_local(osm):
        require_file(Path(osm), ScenarioError)  # before any other source is asked
    if check:
        _check(wish, lang=lang, as_json=as_json)
    elif dry_run:
        _look(wish, lang=lang, as_json=as_json)
    elif out is not None:
        _collect(wish, out, force=force, lang=lang, as_json=as_json)


def _own_area(out: Path | None) -> str:
    """Name the area of the case that is filled, or of the one that ships."""
    from nngis.case_file import read_case_file, shipped_case

    codes = read_case_file(out).adcodes if out is not None else ()
    return (codes or shipped_case().adcodes)[0]


def layers_pack(
    folder: Annotated[Path, typer.Argument(help="图层文件夹 a layers folder")],
    out: Annotated[Path | None, typer.Option("--out", help="打包文件 the file to write")] = None,
    carried: Annotated[
        list[Path] | None,
        typer.Option("--with", help="一并带上的文件或文件夹（安装包、案例） what travels along"),
    ] = None,
    lang: LangOption = "zh",
) -> None:
    """把图层文件夹打成一个文件，带到内网。 Pack a layers folder into one file to carry.

    例 Examples:

      nngis layers pack 图层 --out 图层.zip

      nngis layers pack 图层 --with nngis-0.1.0-win_amd64-cp312.zip --out U盘.zip
    """
    from nngis.fetch.pack import pack

    packed = out or folder.with_name(f"{Path(os.path.realpath(folder)).name}.nngis.zip")
    count = pack(folder, packed, carried or ())
    text = Text(f"已打包 {count} 个文件：{packed}", f"{counted(count, 'file')} packed: {packed}")
    typer.echo(text.say(lang))


def layers_unpack(
    file: Annotated[Path, typer.Argument(help="打包文件 a packed file")],
    out: Annotated[Path, typer.Option("--out", help="图层文件夹 layers folder to write")],
    lang: LangOption = "zh",
) -> None:
    """解包并逐个核对 sha256。 Unpack a packed layers folder and verify every file.

    例 Example:

      nngis layers unpack 图层.zip --out 图层
    """
    from nngis.fetch.pack import unpack

    count = unpack(file, out)
    text = Text(
        f"已解包并核对 {count} 个文件：{out}。接着可运行 nngis run --layers {out}",
        f"{counted(count, 'file')} unpacked and verified: {out}. Next: nngis run --layers {out}",
    )
    typer.echo(text.say(lang))


def _look(wish: Wish, *, lang: Lang, as_json: bool) -> None:
    from dataclasses import asdict

    from nngis.fetch.collect import look

    found, notes = look(wish)
    if as_json:
        said = [
            {
                "source": order.endpoint.id,
                "layers": order.layers,
                "about_mb": order.endpoint.about_mb,
                **asdict(parcel),
            }
            for order, parcels in found
            for parcel in parcels
        ]
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    header = (
        Text("来源", "Source"),
        Text("图层", "Layers"),
        Text("内容", "What"),
        Text("大小", "Size"),
        Text("许可", "Licence"),
        Text("地址", "From"),
    )
    rows = [
        [
            order.endpoint.title.say(lang),
            _few(order.layers),
            f"{len(parcels)} × {parcels[0].what.say(lang)}",
            _size(parcels, order.endpoint.about_mb).say(lang),
            order.endpoint.licence,
            parcels[0].url,
        ]
        for order, parcels in found
    ]
    print_table([title.say(lang) for title in header], rows, indent=0)
    note = Text(
        "大小为“—”的，服务器事先不说，或现在连不上；“≈”是取一个地级市的估计，不是实测。"
        "全部细目见 --json。",
        "A size of — is not told beforehand, or the server cannot be reached; ≈ is an estimate for "
        "a city of 22,000 km², not measured. All parts: --json.",
    )
    for text in (note, *notes):
        typer.echo(text.say(lang))


def _require_options(area: str, out: Path | None, *, needless: bool, check: bool) -> None:
    """Ask for the options that a fetch needs and a look does not, all at once."""
    missing = []
    if not area and not check:
        missing.append(
            Problem("请写明范围，例如 320100。", "Name the area, as 320100.", where="--area")
        )
    if out is None and not needless:
        missing.append(
            Problem("请写明图层文件夹。", "Name the layers folder to write.", where="--out")
        )
    require(missing, ScenarioError)


def _check(wish: Wish, *, lang: Lang, as_json: bool) -> None:
    """Ask every source for a few bytes and print what answers."""
    from dataclasses import asdict, replace

    from nngis.fetch.check import TIMEOUT_S, check_sources
    from nngis.fetch.collect import together

    network = replace(wish.network, timeout_s=TIMEOUT_S, attempts=1)
    found = check_sources(wish.endpoints, wish.area, network=network, cache=wish.cache)
    if as_json:
        said = [
            {
                **asdict(one),
                "title": one.title.say(lang),
                "problem": one.problem.say(lang) if one.problem else None,
            }
            for one in found
        ]
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    header = (
        Text("来源", "Source"),
        Text("可达", "Reachable"),
        Text("大小", "Size"),
        Text("日期", "Date"),
        Text("分段", "Ranges"),
        Text("许可", "Licence"),
        Text("地址", "Address"),
    )
    yes, no = Text("是", "yes").say(lang), Text("否", "no").say(lang)
    rows = [
        [
            one.title.say(lang),
            yes if one.reachable else no,
            "—" if one.size is None else f"{one.size / BYTES_PER_MB:.1f} MB",
            one.date or "—",
            "—" if one.ranges is None else (yes if one.ranges else no),
            one.licence,
            one.url,
        ]
        for one in found
    ]
    print_table([title.say(lang) for title in header], rows, indent=0)
    problems = [replace(one.problem, where=one.source) for one in found if one.problem]
    for problem in together(problems):
        typer.echo(problem.say(lang))


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:FEW])
    return f"{shown} … ({len(names)})" if len(names) > FEW else shown


def _size(parcels: Sequence[Parcel], about_mb: float | None) -> Text:
    """Sum the sizes that are known, and say how much of it is at hand already."""
    known = [parcel.size for parcel in parcels if parcel.size is not None]
    about = "—" if about_mb is None else f"≈ {about_mb:g} MB"
    text = f"{sum(known) / BYTES_PER_MB:.1f} MB" if known else about
    if 0 < len(known) < len(parcels):
        text = f"> {text}"
    kept = sum(parcel.kept for parcel in parcels)
    return Text(
        text + (f"（已有 {kept}/{len(parcels)}）" if kept else ""),
        text + (f" ({kept}/{len(parcels)} kept)" if kept else ""),
    )


def _collect(wish: Wish, out: Path, *, force: bool, lang: Lang, as_json: bool) -> None:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    from nngis.fetch.collect import collect

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as bar:
        tasks: dict[str, int] = {}

        def progress(title: str, done: int, total: int | None) -> None:
            if title not in tasks:
                for task in tasks.values():
                    bar.remove_task(task)  # type: ignore[arg-type]
                tasks.clear()
                tasks[title] = bar.add_task(title, total=total)
            bar.update(tasks[title], completed=done, total=total)  # type: ignore[arg-type]

        collected = collect(
            wish,
            out,
            force=force,
            progress=progress,
            say=lambda text: console.print(text.say(lang), markup=False, highlight=False),
        )
    _tell(collected, out, lang=lang, as_json=as_json)
    if collected.failed:
        raise FetchError.of([*collected.failed, _some_came(out)])


def _tell(collected: Collected, out: Path, *, lang: Lang, as_json: bool) -> None:
    came = [collected.specs[layer.id] for layer in collected.fetched]
    if as_json:
        said = [spec.model_dump(mode="json") for spec in came]
        told = {
            "out": str(out),
            "layers": said,
            "empty": collected.empty,
            "quality": json.loads(collected.counts.to_json(orient="records", force_ascii=False)),
            "warnings": [text.say(lang) for text in collected.warnings],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    header = (
        Text("编号", "ID"),
        Text("名称", "Title"),
        Text("行数", "Rows"),
        Text("年份", "Vintage"),
        Text("许可", "Licence"),
    )
    rows = [
        [
            spec.id,
            spec.title.say(lang),
            "—" if spec.rows is None else str(spec.rows),
            spec.vintage,
            spec.licence,
        ]
        for spec in came
    ]
    print_table([title.say(lang) for title in header], rows, indent=0)
    if collected.empty:
        names = ", ".join(collected.empty)
        none = Text(
            f"来源在此范围内没有对象，未写出：{names}。没有画出不等于不存在。",
            f"The source has nothing for: {names}; not written. Not drawn does not mean not there.",
        )
        typer.echo(none.say(lang))
    for warning in collected.warnings:
        typer.echo(Text("提醒", "Note").say(lang) + f": {warning.say(lang)}")
    text = Text(
        f"图层文件夹：{out}（共 {len(collected.specs)} 个图层；各县完整程度见 quality.csv）。"
        f"接着可运行 nngis run --layers {out}",
        f"Layers folder: {out} ({counted(len(collected.specs), 'layer')}; completeness by county "
        f"in quality.csv). Next: nngis run --layers {out}",
    )
    typer.echo(text.say(lang))


def _some_came(out: Path) -> Problem:
    return Problem(
        "其余图层已写入；再运行一次同样的命令，只会获取缺少的部分。",
        "The other layers are written; run the same command again to fetch only what is missing.",
        where=str(out),
    )
