"""``nngis layers fetch | pack | unpack``: real layers over the network, carried as one file."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from nngis.cli.tables import print_table
from nngis.errors import FetchError, Problem, ScenarioError, require
from nngis.text import Lang, Text

if TYPE_CHECKING:
    from nngis.fetch.collect import Collected
    from nngis.fetch.order import Parcel
    from nngis.fetch.providers import Wish

BYTES_PER_MB = 1_000_000.0
FEW = 4
#: Area whose tiles are asked for where none is named.
HOME = "450100"


def fetch_layers(
    layers: Sequence[str],
    area: str,
    out: Path | None,
    *,
    osm: str,
    endpoints: Path | None,
    cache: Path | None,
    margin_km: float,
    refresh: bool,
    dry_run: bool,
    check: bool,
    force: bool,
    quiet: bool,
    lang: Lang,
    as_json: bool,
) -> None:
    """Fetch layers, write the folder, and say what came and what did not."""
    _require_options(area, out, needless=check or dry_run, check=check)
    try:
        from nngis.fetch.area import read_area
        from nngis.fetch.cache import Cache, usual_folder
        from nngis.fetch.endpoints import read_endpoints
        from nngis.fetch.http import Network
        from nngis.fetch.providers import Wish
    except ImportError as error:
        raise FetchError(
            f"获取图层还需要软件包 {error.name}；请运行 pip install 'nngis[fetch]'。",
            f"Fetching layers needs {error.name} too; run pip install 'nngis[fetch]'.",
            where="nngis layers fetch",
        ) from None
    wish = Wish(
        tuple(layers),
        read_area(area or HOME, margin_km=margin_km),
        read_endpoints(endpoints),
        Network(),
        Cache(cache or usual_folder(), refresh=refresh),
        osm,
    )
    if check:
        _check(wish, lang=lang, as_json=as_json)
    elif dry_run:
        _look(wish, lang=lang, as_json=as_json)
    elif out is not None:
        _collect(wish, out, force=force, quiet=quiet, lang=lang, as_json=as_json)


def pack_layers(folder: Path, target: Path | None, *, lang: Lang) -> None:
    """Pack a layers folder into one file."""
    from nngis.fetch.pack import pack

    packed = target or folder.with_name(f"{folder.resolve().name}.nngis.zip")
    count = pack(folder, packed)
    text = Text(f"已打包 {count} 个文件：{packed}", f"{count} files packed: {packed}")
    typer.echo(text.say(lang))


def unpack_layers(source: Path, out: Path, *, lang: Lang) -> None:
    """Unpack and verify a packed layers folder."""
    from nngis.fetch.pack import unpack

    count = unpack(source, out)
    text = Text(
        f"已解包并核对 {count} 个文件：{out}。接着可运行 nngis run --layers {out}",
        f"{count} files unpacked and verified: {out}. Next: nngis run --layers {out}",
    )
    typer.echo(text.say(lang))


def _look(wish: "Wish", *, lang: Lang, as_json: bool) -> None:
    from nngis.fetch.collect import look

    found = look(wish)
    if as_json:
        said = [
            {"source": order.endpoint.id, "layers": order.layers, **asdict(parcel)}
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
            _size(parcels).say(lang),
            order.endpoint.licence,
            parcels[0].url,
        ]
        for order, parcels in found
    ]
    print_table([title.say(lang) for title in header], rows, indent=0)
    note = Text(
        "大小为“—”的，服务器事先不说，或现在连不上。全部细目见 --json。",
        "A size of — is not told beforehand, or the server cannot be reached. All parts: --json.",
    )
    typer.echo(note.say(lang))


def _require_options(area: str, out: Path | None, *, needless: bool, check: bool) -> None:
    """Ask for the options that a fetch needs and a look does not, all at once."""
    missing = []
    if not area and not check:
        missing.append(
            Problem("请写明范围，例如 450100。", "Name the area, as 450100.", where="--area")
        )
    if out is None and not needless:
        missing.append(
            Problem("请写明图层文件夹。", "Name the layers folder to write.", where="--out")
        )
    require(missing, ScenarioError)


def _check(wish: "Wish", *, lang: Lang, as_json: bool) -> None:
    """Ask every source for a few bytes and print what answers."""
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


def _size(parcels: "Sequence[Parcel]") -> Text:
    """Sum the sizes that are known, and say how much of it is at hand already."""
    known = [parcel.size for parcel in parcels if parcel.size is not None]
    text = f"{sum(known) / BYTES_PER_MB:.1f} MB" if known else "—"
    if 0 < len(known) < len(parcels):
        text = f"> {text}"
    kept = sum(parcel.kept for parcel in parcels)
    return Text(
        text + (f"（已有 {kept}/{len(parcels)}）" if kept else ""),
        text + (f" ({kept}/{len(parcels)} kept)" if kept else ""),
    )


def _collect(
    wish: "Wish", out: Path, *, force: bool, quiet: bool, lang: Lang, as_json: bool
) -> None:
    from nngis.fetch.collect import collect

    console = Console(stderr=True, quiet=quiet)
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


def _tell(collected: "Collected", out: Path, *, lang: Lang, as_json: bool) -> None:
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
        f"Layers folder: {out} ({len(collected.specs)} layers; completeness by county in "
        f"quality.csv). Next: nngis run --layers {out}",
    )
    typer.echo(text.say(lang))


def _some_came(out: Path) -> Problem:
    return Problem(
        "其余图层已写入；再运行一次同样的命令，只会获取缺少的部分。",
        "The other layers are written; run the same command again to fetch only what is missing.",
        where=str(out),
    )
