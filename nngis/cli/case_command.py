"""``nngis case``: make a case, put layers into it, and see what it can run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis.cli.options import Datum, Force, Json, LangOption, pairs
from nngis.text import Lang, Text, counted

if TYPE_CHECKING:
    from nngis.run.check_case import CaseCheck

case_app = typer.Typer(
    help="案例：一座城市是一个文件夹。 A case: a place that is planned for is a folder.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folder = Annotated[Path, typer.Argument(help="案例文件夹 the case's folder")]


@case_app.command("new")
def case_new(
    folder: Folder,
    name: Annotated[str, typer.Option("--name", help="名称 name: 柳州市")] = "",
    name_en: Annotated[str, typer.Option("--name-en", help="英文名称 name in English")] = "",
    counties: Annotated[
        str,
        typer.Option(
            "--counties", help="县（市、区）面图层，或区划代码 polygons, or a code: 450200"
        ),
    ] = "",
    register: Annotated[
        Path | None,
        typer.Option("--register", help="方案文件 plan document typed as register.toml"),
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="虚构的小城，四个规划齐全 a made-up small town")
    ] = False,
    datum: Datum = None,
    lang: LangOption = "zh",
    force: Force = False,
) -> None:
    """新建案例文件夹。 Make a case's folder.

    例 Examples:

      nngis case new 柳州 --name 柳州市 --counties 450200

      nngis case new 柳州 --name 柳州市 --counties 县界.gpkg --register 方案.toml

      nngis case new 样例 --example
    """
    from nngis.errors import ScenarioError
    from nngis.run.example_town import new_example
    from nngis.run.new_case import new_case

    if example:
        made = new_example(folder, force=force)
    elif name and counties:
        made = new_case(
            folder,
            name=Text(name, name_en or name),
            counties=counties,
            register=register,
            datum=datum,
            force=force,
        )
    else:
        raise ScenarioError(
            "请给出 --name 和 --counties，或 --example。",
            "Give --name and --counties, or --example.",
            where="nngis case new",
        )
    count = len(made.store.specs)
    said = Text(
        f"{made.store.case.name.zh}：已建 {folder}，{count} 个图层。"
        f"接着看 {folder / 'roles.md'}，用 nngis case add 放入图层，用 nngis case check 检查。",
        f"{made.store.case.name.en}: {folder} is made, with {counted(count, 'layer')}. Next: read "
        f"{folder / 'roles.md'}, put layers in with nngis case add, and run nngis case check.",
    )
    typer.echo(said.say(lang))


@case_app.command("add")
def case_add(
    folder: Folder,
    layers: Annotated[list[str], typer.Argument(help="角色=文件 ROLE=FILE")],
    datum: Datum = None,
    evidence: Annotated[
        str,
        typer.Option("--evidence", help="数据等级 official surveyed derived approximate synthetic"),
    ] = "surveyed",
    lang: LangOption = "zh",
) -> None:
    """把台账或图层放入案例。 Put ledgers and layers into a case.

    例 Example:

      nngis case add 柳州 boilers=锅炉台账.xlsx heat_sources=电厂.csv
    """
    from typing import cast, get_args

    from nngis.errors import ScenarioError
    from nngis.evidence import Evidence
    from nngis.run.new_case import add_layer

    words = get_args(Evidence)
    if evidence not in words:
        raise ScenarioError(
            f"没有这个数据等级；可用的有：{'、'.join(words)}。",
            f"There is no such evidence; use one of: {', '.join(words)}.",
            where=f"--evidence {evidence}",
        )
    for role, path in pairs(layers, "nngis case add").items():
        spec = add_layer(folder, role, Path(path), datum=datum, evidence=cast("Evidence", evidence))
        said = Text(f"{spec.rows} 行", counted(spec.rows or 0, "row")).under(spec.title)
        typer.echo(f"{said.say(lang)}  {folder / str(spec.file)}")


@case_app.command("check")
def case_check(folder: Folder, lang: LangOption = "zh", as_json: Json = False) -> None:
    """哪些规划可以运行，还缺什么。 Which plans can run, and what is missing.

    例 Example:

      nngis case check 柳州
    """
    from dataclasses import asdict

    from nngis.run.cases import case
    from nngis.run.check_case import check_case

    place = case(folder)
    found = check_case(place)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        typer.echo(place.store.case.name.say(lang))
        _print(found, lang)
    if found.problems:
        raise typer.Exit(1)


def _print(found: CaseCheck, lang: Lang) -> None:
    yes, no = Text("可以运行", "can run").say(lang), Text("不能运行", "cannot run").say(lang)
    for one in found.plans:
        typer.echo(f"{one.title.say(lang)}: {yes if one.can_run else no}")
        for title, names in (
            (Text("缺少", "missing"), one.missing),
            (Text("未知（案例没有给出）", "unknown, not stated by the case"), one.unknown),
            (Text("取缺省值", "defaults taken"), one.assumed),
            (Text("还可以用", "could also use"), one.unused),
        ):
            if names:
                typer.echo(f"  {title.say(lang)}: {' '.join(names)}")
    told = (
        Text("方案文件：有", "Plan document: yes")
        if found.has_register
        else Text("方案文件：无，不核对目标", "Plan document: none; nothing is scored")
    )
    typer.echo(told.say(lang))
    for problem in found.problems:
        typer.echo(f"{Text('错误', 'error').say(lang)}: {problem.say(lang)}")
