"""``nngis doctor``: whether this machine has all that a run needs, each thing tried."""

from __future__ import annotations

import json
import locale
import platform
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple

import typer

import nngis
from nngis.cli.options import Json, LangOption
from nngis.cli.tables import print_table
from nngis.errors import NngisError
from nngis.text import Text, counted

State = Literal["ok", "warn", "fail"]


DRIVERS = {  # what a run writes, and what offices send
    "GPKG": "w", "GeoJSON": "r", "ESRI Shapefile": "r", "FlatGeobuf": "r", "OpenFileGDB": "r",
    "DXF": "r", "LIBKML": "r",
}  # fmt: skip


STATES: dict[State, Text] = {
    "ok": Text("正常", "ok"),
    "warn": Text("注意", "note"),
    "fail": Text("不行", "fails"),
}


SIGNS = "供热 36×10⁴ t/d m²"  # cp936 lacks one of them, cp1252 most


HEADER = (Text("检查", "check"), Text("状态", "state"), Text("结果", "found"))


class Finding(NamedTuple):
    """What one check found, and how to mend it where it is not in order."""

    state: State
    found: str
    mend: Text | None = None


def doctor_command(lang: LangOption = "zh", as_json: Json = False) -> None:
    """检查这台机器：软件包、字体、数据格式、写权限、代码页。 Check this machine, each thing tried.

    例 Examples:

      nngis doctor
    """
    findings = {name: _tried(check) for name, check in CHECKS.items()}
    if as_json:
        records = [
            {"check": name, "state": one.state, "found": one.found}
            | ({"mend": one.mend.say(lang)} if one.mend else {})
            for name, one in findings.items()
        ]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        rows = [
            (TITLES[name].say(lang), STATES[one.state].say(lang), one.found)
            for name, one in findings.items()
        ]
        print_table([text.say(lang) for text in HEADER], rows)
        for name, one in findings.items():
            if one.mend:
                typer.echo(f"{TITLES[name].say(lang)}: {one.mend.say(lang)}")
    raise typer.Exit(int(any(one.state == "fail" for one in findings.values())))


def _tried(check: Callable[[], Finding]) -> Finding:
    """Run a check; whatever it meets is a finding, since a doctor never falls ill."""
    try:
        return check()
    except NngisError as error:
        problem = error.problems[0]
        return Finding("fail", problem.where, Text(problem.zh, problem.en))
    except Exception as error:  # noqa: BLE001 -- a broken library may raise anything
        return Finding("fail", f"{type(error).__name__}: {error}", REINSTALL)


REINSTALL = Text(
    "安装不完整或已损坏；请删除环境文件夹后重新安装。",
    "The installation is not whole; delete its folder and install again.",
)


def check_python() -> Finding:
    """Look at Python: version, 64 bits, where it lies."""
    bits = struct.calcsize("P") * 8
    found = f"{platform.python_version()} {bits}-bit {platform.system()} {platform.machine()}"
    if bits == 64:  # noqa: PLR2004
        return Finding("ok", f"{found}, {sys.executable}")
    need = Text("请安装 64 位的 Python。", "Install a 64-bit Python.")
    return Finding("fail", found, need)


def check_packages() -> Finding:
    """Look whether every dependency is here and no older than nngis needs."""
    wrong = list(_wrong_packages())
    if wrong:
        return Finding("fail", ", ".join(wrong), REINSTALL)
    count = sum("extra ==" not in text for text in metadata.requires("nngis") or ())
    return Finding("ok", f"nngis {nngis.__version__}, {counted(count, 'package')} in order")


def _wrong_packages() -> Iterator[str]:
    from packaging.requirements import Requirement

    for text in metadata.requires("nngis") or ():
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            yield f"{wanted.name} is missing"
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            yield f"{wanted.name} {version}, needs {wanted.specifier}"


def check_font() -> Finding:
    """Find the Chinese font of the sheets."""
    from nngis.cartography.font import font_file

    return Finding("ok", font_file().name)


def check_drivers() -> Finding:
    """Ask GDAL for the formats that it reads and writes here."""
    import pyogrio

    known = pyogrio.list_drivers()
    lacking = [name for name, mode in DRIVERS.items() if mode not in known.get(name, "")]
    version = ".".join(map(str, pyogrio.__gdal_version__))
    if lacking:
        return Finding("fail", f"GDAL {version}: no {', '.join(lacking)}", REINSTALL)
    return Finding("ok", f"GDAL {version}, {counted(len(known), 'format')}")


def check_projection() -> Finding:
    """Take a point to a plane and back."""
    import pyproj

    there = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
    lon, lat = there.transform(*there.transform(114.366, 22.816), direction="INVERSE")
    if max(abs(lon - 114.366), abs(lat - 22.816)) > 1e-9:  # noqa: PLR2004
        return Finding("fail", f"{lon} {lat}", REINSTALL)
    return Finding("ok", f"PROJ {pyproj.proj_version_str}")


def check_run() -> Finding:
    """Solve a small question with a known answer, by the compiled code.

    Five places 1 km apart in a row; the middle one serves all with 2 + 1 + 0 + 1 + 2 km.
    """
    import geopandas as gpd
    import shapely

    from nngis.network.geodesic_links import geodesic_links
    from nngis.solvers.site.p_median import solve_p_median
    from nngis.solvers.site.site_links import site_links

    at = [shapely.Point(500_000.0 + 1000.0 * i, 2_523_000.0) for i in range(5)]
    row = gpd.GeoDataFrame(index=list("abcde"), geometry=at, crs="EPSG:4547")
    spent = []
    for _ in range(2):  # the first time compiles
        begun = time.perf_counter()
        links = site_links(geodesic_links(row, row, 5000.0), row.index, row.index)
        answer = solve_p_median(links, [1.0] * 5, 1)
        spent.append(time.perf_counter() - begun)
    found = f"{''.join(answer.selected)} {answer.objective:.0f} m, {spent[1]:.1f} s"
    found += f" (first {spent[0]:.1f} s)"
    if answer.selected != ("c",) or abs(answer.objective - 6000.0) > 10.0:  # noqa: PLR2004
        return Finding("fail", found, REINSTALL)
    return Finding("ok", found)


def check_writing() -> Finding:
    """Make, replace and remove files in the folder that the command is called in."""
    here = Path.cwd()
    try:
        with tempfile.TemporaryDirectory(dir=here, prefix=".nngis-") as folder:
            made = Path(folder) / "a"
            made.write_bytes(b"1")
            (Path(folder) / "b").write_bytes(b"2")
            made.replace(Path(folder) / "b")
    except OSError as error:
        mend = Text(
            "这里不能写文件；请换一个文件夹，或用 --out 指定。",
            "Nothing can be written here; change the folder, or name one with --out.",
        )
        return Finding("warn", f"{here}: {error.strerror}", mend)
    return Finding("ok", str(here))


def check_code_page() -> Finding:
    """Look whether the console or the pipe has the signs that a run prints."""
    page = sys.stdout.encoding or locale.getpreferredencoding(do_setlocale=False)
    files = locale.getpreferredencoding(do_setlocale=False)
    found = f"console {page}, files {files}, names {sys.getfilesystemencoding()}"
    lacking = [sign for sign in SIGNS if not _writable(sign, page)]
    if not lacking:
        return Finding("ok", found)
    mend = Text(
        "有的字符在此代码页里没有，显示为 \\uXXXX；先运行 chcp 65001 或设 PYTHONUTF8=1 即可。",
        r"Signs that this code page lacks are shown as \uXXXX; run chcp 65001 or set PYTHONUTF8=1.",
    )
    return Finding("warn", found, mend)


def _writable(sign: str, page: str) -> bool:
    try:
        sign.encode(page)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def check_chinese_path() -> Finding:
    """Write and read a GeoPackage and a raster where the path has Chinese and a space."""
    import geopandas as gpd
    import numpy as np
    import rasterio  # type: ignore[import-untyped]
    import shapely

    with tempfile.TemporaryDirectory(prefix="nngis-") as parent:
        folder = Path(parent) / "城市 规划"
        folder.mkdir()
        points = gpd.GeoDataFrame(
            {"名称": ["锅炉"]}, geometry=[shapely.Point(108.4, 22.8)], crs="EPSG:4490"
        )
        points.to_file(folder / "锅炉.gpkg", driver="GPKG", layer="锅炉")
        back = gpd.read_file(folder / "锅炉.gpkg", layer="锅炉")
        grid = np.ones((2, 2), "uint8")
        options = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "uint8"}
        options["transform"] = rasterio.Affine(0.1, 0.0, 108.0, 0.0, -0.1, 23.0)
        with rasterio.open(folder / "高程.tif", "w", **options) as raster:
            raster.write(grid, 1)
        with rasterio.open(folder / "高程.tif") as raster:
            same = bool((raster.read(1) == grid).all())
    if back["名称"].tolist() != ["锅炉"] or not same:
        return Finding("fail", str(folder), REINSTALL)
    return Finding("ok", str(folder))


CHECKS: dict[str, Callable[[], Finding]] = {
    "python": check_python,
    "packages": check_packages,
    "font": check_font,
    "formats": check_drivers,
    "projection": check_projection,
    "run": check_run,
    "writing": check_writing,
    "code_page": check_code_page,
    "chinese_path": check_chinese_path,
}


TITLES = {
    "python": Text("Python", "Python"),
    "packages": Text("软件包", "packages"),
    "font": Text("中文字体", "Chinese font"),
    "formats": Text("数据格式", "data formats"),
    "projection": Text("坐标转换", "projection"),
    "run": Text("小算例", "small run"),
    "writing": Text("写文件", "writing"),
    "code_page": Text("代码页", "code page"),
    "chinese_path": Text("中文路径", "Chinese path"),
}
