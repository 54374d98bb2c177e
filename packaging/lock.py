"""Lock every dependency: ``constraints.txt`` for the README, ``pylock.toml`` for bundles.

Needs ``pip install uv packaging``. Versions already locked are kept where they still fit;
``--upgrade`` takes the newest of all. One version serves every Python from 3.11 on and every
platform; ``held.txt`` holds some back. `pylock.toml` (PEP 751) adds the wheels of every target with
their hashes, and says which packages only an extra needs; a package without a wheel for a target
stops the lock.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from targets import Target, all_targets

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CONSTRAINTS = ROOT / "constraints.txt"
PYLOCK = HERE / "pylock.toml"
HEAD = """\
# The set of versions that the tests passed on; `pip install -c constraints.txt .` installs it.
# Written by `python packaging/lock.py`; any newer release may be taken by leaving `-c` out.
"""
PYLOCK_HEAD = """\
# The tested set with the wheels and hashes of every target; written by `python packaging/lock.py`.
lock-version = "1.0"
created-by = "nngis packaging/lock.py"
requires-python = ">=3.11"
"""

Package = dict[str, Any]


def resolve(path: Path, *options: str) -> None:
    """Have uv choose one version of each package, for every Python and platform."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
    command += ["--no-header", "--no-annotate", "--output-file", str(path), *options]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(done.stderr)


def locked(folder: Path, *extras: str) -> dict[str, Package]:
    """Resolve the project with some extras within the constraints; return its packages by name."""
    path = folder / f"pylock.{'-'.join(extras) or 'none'}.toml"
    wanted = [part for extra in extras for part in ("--extra", extra)]
    resolve(path, "--constraints", str(CONSTRAINTS), "--format", "pylock.toml", *wanted)
    return {one["name"]: one for one in tomllib.loads(path.read_text("utf-8"))["packages"]}


def merge(default: dict[str, Package], extras: dict[str, dict[str, Package]]) -> list[Package]:
    """Join the sets: a package that only extras need gets a marker that names them."""
    everything = {
        name: one for packages in (*extras.values(), default) for name, one in packages.items()
    }
    merged = []
    for name, one in sorted(everything.items()):
        usual = default[name].get("marker", "") if name in default else None
        clauses = [] if usual is None else [usual]
        for extra, packages in extras.items():
            marker = packages[name].get("marker", "") if name in packages else usual
            if usual not in {"", marker}:
                clauses.append(
                    f"({marker}) and '{extra}' in extras" if marker else f"'{extra}' in extras"
                )
        marker = " or ".join(f"({clause})" if len(clauses) > 1 else clause for clause in clauses)
        merged.append(
            {"name": name, "version": one["version"], "marker": marker, "wheels": wheels(one)}
        )
    return merged


def wheels(package: Package) -> dict[str, tuple[int, str]]:
    """Take the wheels that some target would take: size and sha256 by file name."""
    files = {
        one["url"].rsplit("/", 1)[1]: (one["size"], one["hashes"]["sha256"])
        for one in package.get("wheels", ())
    }
    taken = {target.best_wheel(list(files)) for target in all_targets()} - {None}
    return {name: files[name] for name in sorted(map(str, taken))}


def select(packages: list[Package], target: Target, extras: frozenset[str]) -> dict[str, Package]:
    """Choose what a target installs: the packages by file name; a missing wheel is an error."""
    environment: dict[str, Any] = {**target.environment(), "extras": extras}
    chosen, missing = {}, []
    for one in packages:
        marker = one.get("marker")
        if marker and not Marker(marker).evaluate(environment, context="lock_file"):
            continue
        files = {wheel["path"].rsplit("/", 1)[1]: wheel for wheel in one["wheels"]}
        best = target.best_wheel(list(files))
        if best is None:
            missing.append(f"{one['name']} {one['version']}")
        else:
            chosen[best] = {**one, "wheel": files[best]}
    if missing:
        raise SystemExit(f"{target.name}: no wheel of {', '.join(missing)}")
    return chosen


def read_lock() -> list[Package]:
    """Read the packages of ``pylock.toml``."""
    return list(tomllib.loads(PYLOCK.read_text("utf-8"))["packages"])


def as_toml(packages: list[Package], extras: list[str]) -> str:
    """Write the packages as PEP 751 has it; a wheel lies in the folder ``wheels`` of a bundle."""
    lines = [PYLOCK_HEAD + f"extras = {json.dumps(extras)}\n"]
    for one in packages:
        lines += ["[[packages]]", f'name = "{one["name"]}"', f'version = "{one["version"]}"']
        lines += [f"marker = {json.dumps(one['marker'])}"] if one["marker"] else []
        lines.append("wheels = [")
        for name, (size, sha256) in one["wheels"].items():
            hashes = f'hashes = {{ sha256 = "{sha256}" }}'
            lines.append(f'  {{ path = "wheels/{name}", size = {size}, {hashes} }},')
        lines.append("]\n")
    return "\n".join(lines)


def main() -> None:
    """Write both files."""
    resolve(CONSTRAINTS, "--all-extras", "--constraints", str(HERE / "held.txt"), *sys.argv[1:])
    text = HEAD + CONSTRAINTS.read_text("utf-8")
    CONSTRAINTS.write_text(text, encoding="utf-8", newline="\n")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = sorted(project["optional-dependencies"])
    with tempfile.TemporaryDirectory() as folder:
        default = locked(Path(folder))
        packages = merge(default, {extra: locked(Path(folder), extra) for extra in extras})
    PYLOCK.write_text(as_toml(packages, extras), encoding="utf-8", newline="\n")
    for target in all_targets():
        count = len(select(read_lock(), target, frozenset()))
        select(read_lock(), target, frozenset(extras))
        print(f"{target.name}: {count} packages in the default install, each with a wheel")


if __name__ == "__main__":
    main()
