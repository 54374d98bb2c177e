"""Where nngis is on this machine, and whether it fits this plugin."""

import json
import os
import shutil
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from qgis.core import QgsSettings

from .child import ChildError, run_child
from .words import READS, interface, say

SETTING, CASE = "nngis/command", "nngis/case"
VARIABLE = "NNGIS_COMMAND"
FOUND = Path(__file__).with_name("found.json")  # written by `nngis qgis install`
NAME = "nngis.exe" if os.name == "nt" else "nngis"


def find_program():
    """Return the nngis to call: as set, as installed with the plugin, or found by itself.

    Raises ChildError if there is none.
    """
    for one in _places():
        if one and Path(one).is_file() and os.access(one, os.X_OK):
            return str(one)
    raise ChildError(
        say(
            "找不到 nngis。请在“nngis 面板 → 设置”中指出 nngis 程序的位置，"
            "或先安装：pip install nngis，再运行 nngis qgis install。",
            "nngis was not found. Name the program in the nngis panel's settings, or install it: "
            "pip install nngis, then nngis qgis install.",
        )
    )


def set_program(path):
    """Remember which nngis to call; an empty path forgets it."""
    QgsSettings().setValue(SETTING, path)


def case_folder():
    """Return the folder of the case that planners work on; empty for the one that ships."""
    return QgsSettings().value(CASE, "") or ""


def set_case(folder):
    """Remember the folder of the case."""
    QgsSettings().setValue(CASE, folder)


def _places():
    yield QgsSettings().value(SETTING, "")
    yield os.environ.get(VARIABLE, "")
    with suppress(OSError, ValueError, KeyError):
        yield json.loads(FOUND.read_text(encoding="utf-8"))["command"]
    yield shutil.which("nngis")
    home = Path.home()
    yield home / ".local" / "bin" / NAME
    yield home / "pipx" / "venvs" / "nngis" / ("Scripts" if os.name == "nt" else "bin") / NAME
    yield Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin") / NAME


def check_fit(feedback=None):
    """Return the nngis to call, and say it where its version and this plugin's do not fit.

    Raises ChildError if it is too old, or reads another format.
    """
    program = find_program()
    about = _about(program, Path(program).stat().st_mtime_ns)
    own = interface()
    if about.get("format") != READS:
        raise ChildError(
            say(
                f"版本不符：插件来自 nngis {own['nngis']}，这台机器上的 nngis 是 {about['nngis']}"
                f"（{program}），两者不能配合。请运行 nngis qgis install 重装插件。",
                f"Versions do not fit: the plugin is of nngis {own['nngis']}, the nngis on this "
                f"machine is {about['nngis']} ({program}); they cannot work together. Run "
                "nngis qgis install to install the plugin again.",
            )
        )
    if about.get("digest") != own["digest"] and feedback is not None:
        feedback.reportError(
            say(
                f"注意版本：插件来自 nngis {own['nngis']}，这台机器上的 nngis 是 {about['nngis']}，"
                "参数或图层角色有出入。请运行 nngis qgis install 重装插件。",
                f"Mind the versions: the plugin is of nngis {own['nngis']}, the nngis on this "
                f"machine is {about['nngis']}; parameters or roles differ. Run "
                "nngis qgis install to install the plugin again.",
            ),
            False,
        )
    return program


@lru_cache(maxsize=8)
def _about(program, _changed_ns):
    """Ask an nngis what it is; asked once, and again when the program changes."""
    try:
        return json.loads(run_child([program, "qgis", "about", "--json"]))
    except (ChildError, ValueError) as error:
        raise ChildError(
            say(
                f"{program} 太旧，或不是 nngis：它不认得 nngis qgis about。请升级 nngis。\n{error}",
                f"{program} is too old, or is not nngis: it does not know nngis qgis about. "
                f"Upgrade nngis.\n{error}",
            )
        ) from error


@lru_cache(maxsize=8)
def commands(program):
    """Return the names of the commands that an nngis has."""
    return frozenset(_about(program, Path(program).stat().st_mtime_ns).get("commands", ()))
