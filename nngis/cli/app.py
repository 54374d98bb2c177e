"""nngis on the command line: one file a command; each parses, calls the facade, and prints."""

import gc
import sys
import traceback
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from nngis import __version__
from nngis.cli import (
    compare_command,
    desk_command,
    doctor_command,
    permit_command,
    reach_command,
    register_command,
    roofs_command,
    run_command,
    show_commands,
    site_command,
    swmm_command,
)
from nngis.cli.case_command import case_app
from nngis.cli.layers_app import layers_app
from nngis.cli.qgis_command import qgis_app
from nngis.cli.quiet import every_command_can_be_quiet

if TYPE_CHECKING:
    from nngis.errors import NngisError
    from nngis.text import Lang as LangWord

HELP = """nngis：节能减排方案的空间规划工具 · maps, lists and decisions from an energy-saving plan.

例 Examples:

  nngis run                                  四个规划，内置演示数据 all plans on the shipped layers

  nngis run heat --layer boilers=锅炉台账.xlsx   用自己的锅炉台账 your own boiler ledger

  nngis layers list                          有哪些图层 which layers there are

  nngis case new 样例 --example && nngis --case 样例 run   另一座城市 another city
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
app.add_typer(case_app, name="case")
app.add_typer(qgis_app, name="qgis")
for name, command in (
    ("run", run_command.run_command),
    ("swmm", swmm_command.swmm_command),
    ("reach", reach_command.reach_command),
    ("roofs", roofs_command.roofs_command),
    ("register", register_command.register_command),
    ("site", site_command.site_command),
    ("permit", permit_command.permit_command),
    ("explain", show_commands.explain_command),
    ("compare", compare_command.compare_command),
    ("schema", show_commands.schema_command),
    ("desk", desk_command.desk_command),
    ("doctor", doctor_command.doctor_command),
):
    app.command(name)(command)
every_command_can_be_quiet(app)


@app.callback(invoke_without_command=True)
def _version(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="版本 print the version")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="出错时打印详情；任何命令都可加 details of an error")
    ] = False,
) -> None:
    del debug  # `main` takes it out, wherever it stands
    if version:
        typer.echo(f"nngis {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an error of ours is printed as one message, never as a traceback."""
    from nngis.cli.console import escape_unwritable
    from nngis.errors import NngisError

    escape_unwritable()

    # A run makes millions of small objects that live to its end; looking through them for cycles
    # again and again took a seventh of its time.
    gc.set_threshold(100_000, 50, 100)
    debug = "--debug" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--debug"]  # of every command
    sys.argv = _case_last(sys.argv)
    lang: LangWord = "en" if _asked_for_english(sys.argv) else "zh"
    try:
        code = app(standalone_mode=False)
    except NngisError as error:
        _tell(error, lang, debug=debug)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001 -- the last boundary: never a traceback
        _end(error, lang, debug=debug)
    raise SystemExit(code if isinstance(code, int) else 0)


def _end(error: Exception, lang: "LangWord", *, debug: bool) -> NoReturn:
    """Say what a library ended on: what was typed wrongly, or what nobody foresaw."""
    from nngis.cli.usage import is_usage_error, usage_error
    from nngis.errors import unforeseen

    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.ctx.get_help(), err=True)  # type: ignore[attr-defined]
        raise SystemExit(2) from None
    if type(error).__name__ == "Abort":
        raise SystemExit(130) from None
    wrong = usage_error(error) if is_usage_error(error) else unforeseen(error)
    _tell(wrong, lang, debug=debug)
    raise SystemExit(wrong.exit_code) from None


def _case_last(arguments: list[str]) -> list[str]:
    """Let ``--case DIR`` stand before the command too, as where one works is said first."""
    head, rest = arguments[:1], arguments[1:]
    took = len(rest[:1]) and (2 if rest[0] == "--case" else int(rest[0].startswith("--case=")))
    return [*head, *rest[took:], *rest[:took]]


def _tell(error: "NngisError", lang: "LangWord", *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
    prefix = {"zh": "错误", "en": "error"}[lang]
    for line in error.say(lang).splitlines():
        typer.echo(f"{prefix}: {line}", err=True)


def _asked_for_english(arguments: list[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(a == "--lang=en" or (a == "--lang" and b == "en") for a, b in pairs)
