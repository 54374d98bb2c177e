"""``nngis qgis pack | install | about``: nngis inside QGIS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from nngis.cli.options import Json, LangOption
from nngis.text import Text

qgis_app = typer.Typer(
    help="在 QGIS 里使用 nngis：打包或安装插件。 nngis inside QGIS: pack or install the plugin.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Zip = Annotated[Path, typer.Option("--out", help="输出的 .zip file to write")]
Profile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        help="QGIS 用户配置文件夹，缺省为 default QGIS profile; the default one if absent",
    ),
]


def qgis_pack(
    out: Zip = Path("nngis_plugin.zip"), lang: LangOption = "zh", as_json: Json = False
) -> None:
    """打包插件，供 QGIS“从 ZIP 安装”。 Pack the plugin for "install from ZIP".

    例 Example:

      nngis qgis pack --out nngis_plugin.zip
    """
    from nngis.cli.qgis_package import pack

    pack(out)
    if as_json:
        typer.echo(json.dumps({"out": str(out)}, ensure_ascii=False, indent=2))
        return
    typer.echo(Text(f"已写出插件：{out}", f"Plugin written: {out}").say(lang))


def qgis_install(profile: Profile = None, lang: LangOption = "zh", as_json: Json = False) -> None:
    """把插件装进 QGIS 用户配置。 Install the plugin into a QGIS profile.

    例 Examples:

      nngis qgis install

      nngis qgis install --profile ~/.local/share/QGIS/QGIS3/profiles/default
    """
    import os
    import platform

    from nngis.cli.qgis_package import FOLDER, default_profile, install

    folder = profile or default_profile(platform.system(), Path.home(), os.environ)
    target = install(folder)
    if as_json:
        typer.echo(json.dumps({"out": str(target)}, ensure_ascii=False, indent=2))
        return
    typer.echo(
        Text(
            f"已装入 {target}；请重启 QGIS，在“插件 → 管理和安装插件”中启用 nngis"
            f"（命令行：qgis_process plugins enable {FOLDER}）。",
            f"Installed into {target}; restart QGIS and switch nngis on in Plugins, Manage "
            f"(on the command line: qgis_process plugins enable {FOLDER}).",
        ).say(lang)
    )


def qgis_about(lang: LangOption = "zh", as_json: Json = False) -> None:
    """说明版本，供插件核对是否相配。 Say the version, by which the plugin sees whether it fits.

    例 Example:

      nngis qgis about --json
    """
    import typer.main

    from nngis.cli.app import app
    from nngis.cli.qgis_interface import interface

    offered = interface()
    root = typer.main.get_command(app)
    content = {name: offered[name] for name in ("nngis", "format", "digest")}
    if as_json:
        names = sorted(getattr(root, "commands", {}))
        typer.echo(json.dumps({**content, "commands": names}, ensure_ascii=False, indent=2))
        return
    version = Text("接口", "interface").say(lang)
    typer.echo(f"nngis {content['nngis']}  {version} {content['format']} {content['digest']}")


for _name, _command in (("pack", qgis_pack), ("install", qgis_install), ("about", qgis_about)):
    qgis_app.command(_name)(_command)
