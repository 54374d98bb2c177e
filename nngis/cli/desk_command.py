"""``nngis desk``: the planning desk, a page on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from nngis.cli.options import Layers


def desk_command(
    case: Layers = None,
    folder: Annotated[
        Path, typer.Option("--folder", help="情景与拖入文件的存放处 where scenarios are kept")
    ] = Path("nngis_desk"),
    open_: Annotated[
        Path | None,
        typer.Option("--open", help="打开情景文件或运行结果 a scenario.toml, or a run's folder"),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="端口，0 为任选 0 is any")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="打开浏览器 open the browser")
    ] = True,
) -> None:
    """打开规划桌面：改一个数、拖一个点，即见结果。 Change a number, drag a site, see the answer.

    例 Examples:

      nngis desk

      nngis desk --open 方案.toml --folder 方案比选
    """
    from nngis.catalog.load import shipped_layers
    from nngis.desk.start import start

    typer.echo("按 Ctrl+C 结束 press Ctrl+C to end", err=True)
    start(
        case or shipped_layers(), folder, open_=open_, port=port, browser=browser, said=typer.echo
    )
