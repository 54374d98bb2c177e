"""Make one zip that installs nngis on a machine without internet.

    python packaging/bundle.py --platform win_amd64 --python 3.12 --out DIR

It holds the locked wheels of that platform and Python, nngis's own among them, requirements with a
hash for each, install scripts, the licences, a bill of materials. Needs the network to fetch the
wheels, or ``--wheels DIR`` where they lie already. The same lock and sources give the same bytes.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from build import ROOT, build, source_time
from licences import judge, layer_licences, report
from lock import HERE, read_lock, select
from sbom import bill_of_materials
from targets import NAMES, PYTHONS, Target, find_platform
from wheels import Wheel, read_wheel, sha256_of

PARTS = HERE / "parts"
LAST_WITH_INSTALLER = {"3.11": "3.11.9", "3.12": "3.12.10"}  # later ones come as source only
INSTALLER_ZH = """\
python.org 的 Windows installer (64-bit)，{file}
   不许装程序的电脑：nuget.org 的 python 包 {version}（就是 zip），把其中 tools 文件夹
   改名为 python，放在本文件夹里"""
INSTALLER_EN = """\
python.org's Windows installer (64-bit), {file}
   Where no installer may run: the package python {version} of nuget.org (a zip); put its folder
   tools here under the name python"""
FIXED_TIME = (2020, 2, 2, 0, 0, 0)


def make_bundle(
    target: Target,
    out: Path,
    *,
    extras: frozenset[str] = frozenset(),
    wheels: Path | None = None,
    also: tuple[Path, ...] = (),
) -> Path:
    """Gather everything for one target and write the zip; return its path."""
    chosen = select(read_lock(), target, extras)
    with tempfile.TemporaryDirectory(prefix="nngis-bundle-") as parent:
        (own,) = build(Path(parent) / "dist", "wheel")
        version = own.name.split("-")[1]
        folder = Path(parent) / f"nngis-{version}-{target.name}"
        (folder / "wheels").mkdir(parents=True)
        shutil.copy(own, folder / "wheels")
        take_wheels(chosen, target, folder / "wheels", wheels)
        for one in also:
            (folder / "also").mkdir(exist_ok=True)
            shutil.copy(one, folder / "also")
        write_papers(folder, target, version)
        out.mkdir(parents=True, exist_ok=True)
        return pack(folder, out / f"{folder.name}.zip")


def take_wheels(chosen: dict[str, Any], target: Target, into: Path, wheels: Path | None) -> None:
    """Copy or download the wheels, each by its hash."""
    if wheels is None:
        lines = [
            f"{one['name']}=={one['version']} --hash=sha256:{one['wheel']['hashes']['sha256']}\n"
            for one in chosen.values()
        ]
        wanted = into.parent / "wanted.txt"
        wanted.write_text("".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--only-binary", ":all:", "-r", str(wanted)]
        command += ["--implementation", "cp", "--python-version", target.python]
        command += [part for abi in (target.interpreter, "abi3", "none") for part in ("--abi", abi)]
        command += [part for tag in target.platforms() for part in ("--platform", tag)]
        if subprocess.run([*command, "--dest", str(into)], check=False).returncode:
            raise SystemExit("the wheels could not be fetched")
        wanted.unlink()
    else:
        missing = [name for name in chosen if not (wheels / name).is_file()]
        if missing:
            raise SystemExit(f"not in {wheels}: {', '.join(missing)}")
        for name in chosen:
            shutil.copy(wheels / name, into)
    for name, one in chosen.items():
        if sha256_of(into / name) != one["wheel"]["hashes"]["sha256"]:
            raise SystemExit(f"{name} is not the file that was locked")


def write_papers(folder: Path, target: Target, version: str) -> None:
    """Write all that is not a wheel: requirements, scripts, licences, bill of materials, hashes."""
    wheels = [read_wheel(path) for path in sorted((folder / "wheels").iterdir())]
    write_licences(folder, wheels)
    lines = [f"{w.name}=={w.version} --hash=sha256:{sha256_of(w.path)}\n" for w in wheels]
    _write(folder / "requirements.txt", "".join(lines))
    made = datetime.fromtimestamp(source_time(), UTC)
    bill = bill_of_materials(wheels, target.environment(), made)
    _write(folder / "sbom.cdx.json", bill)
    about = {
        "nngis": version,
        "platform": target.platform,
        "python": target.python,
        "sys_platform": NAMES[target.platform][0],
        "machine": NAMES[target.platform][3],
        "longest_name": max(len(name) for wheel in wheels for name in wheel.names),
    }
    _write(folder / "bundle.json", json.dumps(about, indent=2) + "\n")
    write_scripts(folder, target, version)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    _write(folder / "SHA256SUMS", "".join(sums))


def write_licences(folder: Path, wheels: list[Wheel]) -> None:
    """Write the licence of every part, and stop at one that may not be passed on."""
    judged = [judge(wheel.metadata, wheel.libraries()) for wheel in wheels]
    judged += layer_licences(ROOT / "layers" / "catalog.toml")
    refused = [one for one in judged if one.problem]
    if refused:
        raise SystemExit(report(refused))
    _write(folder / "licences.tsv", report(judged))
    for wheel in wheels:
        for name, text in wheel.licence_texts().items():
            path = folder / "licences" / f"{wheel.name}-{wheel.version}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)


def write_scripts(folder: Path, target: Target, version: str) -> None:
    """Fill in what the scripts and the page need to know of the target."""
    windows = target.platform.startswith("win")
    installer = LAST_WITH_INSTALLER.get(target.python, f"{target.python}.N")
    file = f"python-{installer}-amd64.exe"
    system_zh, system_en = "系统自带或由管理员安装（含 venv）", "from the system, with venv"
    words = {
        "VERSION": version,
        "PLATFORM": target.platform,
        "PYTHON": target.python,
        "SCRIPT": "install.cmd" if windows else "sh install.sh",
        "COMMAND": r"nngis-env\Scripts\nngis" if windows else "nngis-env/bin/nngis",
        "INSTALLER_ZH": INSTALLER_ZH.format(file=file, version=installer) if windows else system_zh,
        "INSTALLER_EN": INSTALLER_EN.format(file=file, version=installer) if windows else system_en,
    }
    names = ["install.py", "install.sh", "README.txt", *(["install.cmd"] if windows else [])]
    for name in names:
        text = (PARTS / name).read_text(encoding="utf-8")
        for word, meant in words.items():
            text = text.replace(f"@{word}@", meant)
        crlf = name == "install.cmd" or (windows and name == "README.txt")
        encoding = "utf-8-sig" if name == "README.txt" and windows else "utf-8"
        path = folder / name
        path.write_text(text, encoding=encoding, newline="\r\n" if crlf else "\n")


def pack(folder: Path, target: Path) -> Path:
    """Zip a folder so that the same files give the same bytes; wheels are packed already."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = (
                zipfile.ZIP_STORED
                if path.suffix in {".whl", ".zip", ".exe"}
                else zipfile.ZIP_DEFLATED
            )
            entry.external_attr = (0o755 if path.suffix == ".sh" else 0o644) << 16
            with path.open("rb") as source, archive.open(entry, "w") as into:
                shutil.copyfileobj(source, into, 1 << 20)
    return target


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Read the options, make the bundle, say how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--platform", required=True, help=", ".join(NAMES))
    parser.add_argument("--python", required=True, choices=PYTHONS)
    parser.add_argument("--out", type=Path, default=Path("dist"))
    parser.add_argument("--extra", action="append", default=[], help="osm, swmm, postgis, dev ...")
    parser.add_argument("--wheels", type=Path, help="take the wheels from this folder")
    parser.add_argument("--also", type=Path, action="append", default=[], help="carry a file along")
    given = parser.parse_args()
    target = Target(find_platform(given.platform), given.python)
    path = make_bundle(
        target,
        given.out,
        extras=frozenset(given.extra),
        wheels=given.wheels,
        also=tuple(given.also),
    )
    print(f"{path}  {path.stat().st_size / 1e6:.0f} MB  sha256 {sha256_of(path)}")


if __name__ == "__main__":
    main()
