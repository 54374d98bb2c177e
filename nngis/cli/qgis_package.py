"""The QGIS plugin as files: its code, what nngis offers, help pages, metadata; zipped or installed.

What nngis offers is written when the plugin is packed, not asked for when QGIS starts: the
toolbox, the model designer and qgis_process want every parameter at once, and starting nngis for
that would cost seconds each time and leave the toolbox empty where it is not found. A digest tells
whether the nngis on the machine still means the same.
"""

from __future__ import annotations

import html
import io
import json
import shutil
import sysconfig
import zipfile
from collections.abc import Mapping
from importlib.metadata import metadata
from importlib.resources import files
from pathlib import Path

from nngis.cli.qgis_inputs import Record
from nngis.cli.qgis_interface import interface
from nngis.errors import OutputError
from nngis.files import FIXED_ZIP_TIME, check_file, check_path
from nngis.replacing import replaced_files, replaced_folder, said_as_output
from nngis.text import Lang, Text

#: Not `nngis`: QGIS puts plugins first on its path, and there it would hide an installed nngis.
FOLDER = "nngis_plugin"
LEAST_QGIS, MOST_QGIS = "3.22", "4.99"
ABOUT = Text(
    "在 QGIS 里运行 nngis：锅炉关停、污水管网、屋顶光伏、充换电、可达性、选址、许可、台账导入、"
    "目标完成情况。"
    "需要本机已安装 nngis（pip install nngis）；插件通过文件和命令行与它交谈。",
    "Run nngis inside QGIS: boilers to close, sewers, rooftop PV, charging, reach, siting, "
    "permits, ledgers, the plan's targets. It needs nngis installed "
    "on this machine (pip install nngis) and talks to it through files and its command line.",
)
TAGS = "planning,heat,sewer,photovoltaics,charging,location-allocation,china,GCJ-02,规划"


def plugin_files() -> dict[str, bytes]:
    """Gather the files of the plugin.

    Returns
    -------
    dict
        Contents by path in the plugin's folder, with forward slashes; the same nngis gives the
        same bytes.
    """
    room = files("nngis").joinpath("qgis_plugin")
    found = {
        one.name: one.read_bytes()
        for one in room.iterdir()
        if one.is_file() and one.name.endswith((".py", ".svg"))
    }
    offered = interface()
    found["interface.json"] = _json(offered)
    found["metadata.txt"] = _metadata().encode()
    found["LICENSE"] = _licence().encode()
    for record in offered["algorithms"]:
        for lang in ("zh", "en"):
            page = help_page(record, "zh" if lang == "zh" else "en")
            found[f"help/{lang}/{record['id']}.html"] = page.encode()
    return dict(sorted(found.items()))


def pack(path: Path) -> None:
    """Write the plugin as a zip that QGIS installs.

    Parameters
    ----------
    path : Path
        The .zip file.

    Raises
    ------
    OutputError
        If it is no .zip, or its folder is not there.
    """
    check_file(path, ".zip")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in plugin_files().items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", FIXED_ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            held.writestr(entry, content)
    with replaced_files([path]) as (beside,):
        beside.write_bytes(stream.getvalue())


def install(profile: Path) -> Path:
    """Put the plugin into a QGIS profile, with the place of this nngis written in.

    Parameters
    ----------
    profile : Path
        The profile's folder.

    Returns
    -------
    Path
        The plugin's folder.

    Raises
    ------
    OutputError
        If there is no such profile, or it cannot be written.
    """
    check_path(profile)
    if not profile.is_dir():
        raise OutputError(
            "没有这个 QGIS 用户配置文件夹；请先启动一次 QGIS，或用 --profile 指出"
            "（QGIS 菜单“设置 → 用户配置 → 打开当前配置文件夹”）。",
            "There is no such QGIS profile; start QGIS once, or name it with --profile (in QGIS: "
            "Settings, User Profiles, Open Active Profile Folder).",
            where=str(profile),
        )
    target = profile / "python" / "plugins" / FOLDER
    with said_as_output(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear(target)
        with replaced_folder(target) as folder:
            for name, content in {**plugin_files(), **_found()}.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    return target


def _clear(target: Path) -> None:
    """Take away an older version, whose files would stay beside the new ones."""
    if not target.is_dir() or not any(target.iterdir()):
        return
    said = target / "metadata.txt"
    if not said.is_file() or "name=nngis\n" not in said.read_text("utf-8", errors="replace"):
        raise OutputError(
            "这个文件夹不是 nngis 的插件；请移走它再安装。",
            "This folder is not the plugin of nngis; move it away and install again.",
            where=str(target),
        )
    shutil.rmtree(target)


def default_profile(system: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Return where QGIS 3 keeps its default profile; that of QGIS 4 where there is only that.

    Parameters
    ----------
    system : str
        ``Windows``, ``Darwin`` or another, as `platform.system` tells.
    home : Path
        The user's folder.
    environment : mapping
        Environment variables.

    Returns
    -------
    Path
        The folder, there or not.

    Examples
    --------
    >>> default_profile("Linux", Path("/home/li"), {}).as_posix()
    '/home/li/.local/share/QGIS/QGIS3/profiles/default'
    """
    own = environment.get("QGIS_CUSTOM_CONFIG_PATH")
    if own:
        return Path(own) / "profiles" / "default"
    base = {
        "Windows": Path(environment.get("APPDATA", home / "AppData" / "Roaming")),
        "Darwin": home / "Library" / "Application Support",
    }.get(system, Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share"))
    places = [base / "QGIS" / one / "profiles" / "default" for one in ("QGIS3", "QGIS4")]
    return next((one for one in places if one.is_dir()), places[0])


def help_page(record: Record, lang: Lang) -> str:
    """Write the help of an algorithm: what it does, and every input with bounds and clause.

    Parameters
    ----------
    record : dict
        The algorithm.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        A page of HTML; texts are escaped.
    """

    def said(text: Record) -> str:
        return html.escape(text[lang])

    plain = [one for one in record["inputs"] if not one["advanced"]]
    folded = [one for one in record["inputs"] if one["advanced"]]
    empty = Text(
        "留空的项用案例和 nngis 的缺省值。",
        "What is left empty is as the case and nngis have it.",
    )
    parts = [f"<p>{said(record['help'])}</p>", f"<p>{empty.say(lang)}</p>"]
    parts += [_help_of(one, lang) for one in plain]
    if folded:
        parts.append(f"<h3>{Text('高级参数', 'Advanced').say(lang)}</h3>")
        parts += [_help_of(one, lang) for one in folded]
    command = " ".join(["nngis", *record["command"]])
    parts.append(f"<p><code>{html.escape(command)}</code></p>")
    head = f"<meta charset='utf-8'><title>{said(record['title'])}</title>"
    body = "\n".join(parts)
    return f"<html><head>{head}</head><body>\n{body}\n</body></html>\n"


def _help_of(one: Record, lang: Lang) -> str:
    bounds = [f"{one[end]:g}" if one.get(end) is not None else "…" for end in ("least", "most")]
    more = f" [{bounds[0]} – {bounds[1]}]" if bounds != ["…", "…"] else ""
    if "choices" in one and len(one["choices"]) < 10:  # noqa: PLR2004 - roles are too many
        more = f" [{' | '.join(one['choices'])}]"
    title, help_ = html.escape(one["title"][lang]), html.escape(one["help"][lang])
    return f"<p><b>{title}</b>{html.escape(more)}<br>{help_}</p>"


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _found() -> dict[str, bytes]:
    """Say where the nngis that installs the plugin is, if it is a program of its own."""
    scripts = Path(sysconfig.get_path("scripts"))
    named = shutil.which("nngis", path=str(scripts))
    return {"found.json": _json({"command": named})} if named else {}


def _metadata() -> str:
    own = metadata("nngis")
    lines = {
        "name": "nngis",
        "qgisMinimumVersion": LEAST_QGIS,
        "qgisMaximumVersion": MOST_QGIS,
        "supportsQt6": "True",
        "description": own["Summary"],
        "description[zh]": ABOUT.zh.partition("。")[0],
        "version": own["Version"],
        "author": "nngis maintainers",
        "about": ABOUT.en,
        "about[zh]": ABOUT.zh,
        "tags": TAGS,
        "category": "Analysis",
        "icon": "icon.svg",
        "hasProcessingProvider": "yes",
        "experimental": "False",
        "deprecated": "False",
        "server": "False",
    }
    return "[general]\n" + "".join(f"{name}={value}\n" for name, value in lines.items())


def _licence() -> str:
    own = metadata("nngis")
    return f"nngis {own['Version']}: {own['License-Expression']}\n"
