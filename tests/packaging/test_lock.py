"""The tested set of versions: whole for each target, in bounds, and named by the README."""

import re
import tomllib
from pathlib import Path

import pytest
from lock import read_lock, select
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from targets import PYTHONS, Target, all_targets, find_platform

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"].values()
DECLARED = [Requirement(one) for group in (PROJECT["dependencies"], *EXTRAS) for one in group]
DIRECT = sorted({str(one): one for one in DECLARED if one.name != "nngis"}.values(), key=str)
LOCKED = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text("ascii").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("dependency", DIRECT, ids=str)
def test_every_dependency_has_a_lowest_version_and_a_tested_one(dependency):
    assert any(bound.operator in (">=", "==") for bound in dependency.specifier)
    tested = [one for one in LOCKED if one.name == canonicalize_name(dependency.name)]
    assert len(tested) == 1
    (pin,) = tested[0].specifier
    assert pin.operator == "=="
    assert dependency.specifier.contains(pin.version)


def test_one_version_of_each_package_serves_every_python():
    names = [one.name for one in LOCKED]
    assert sorted(set(names)) == names


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_both_commands_of_the_readme_install_the_tested_set(readme):
    commands = re.findall(
        r"^    python3 -m venv .*$", (ROOT / readme).read_text("utf-8"), re.MULTILINE
    )
    assert len(commands) == 2
    assert all(" install -c constraints.txt " in command for command in commands)


@pytest.mark.parametrize("target", list(all_targets()), ids=lambda target: target.name)
@pytest.mark.parametrize("extras", [frozenset(), frozenset(PROJECT["optional-dependencies"])])
def test_every_dependency_has_a_wheel_for_every_target(target, extras):
    chosen = select(read_lock(), target, extras)
    tags = set(target.tags())
    assert all(parse_wheel_filename(name)[3] & tags for name in chosen)
    assert all(
        re.fullmatch("[0-9a-f]{64}", one["wheel"]["hashes"]["sha256"]) for one in chosen.values()
    )
    names = {one["name"] for one in chosen.values()}
    environment = {**target.environment(), "extra": ""}
    needed = {
        canonicalize_name(one.name)
        for one in map(Requirement, PROJECT["dependencies"])
        if one.marker is None or one.marker.evaluate(environment)
    }
    assert needed <= names
    assert ("colorama" in names) == (target.platform == "win_amd64")  # click's marker
    assert ("pytest" in names) == ("dev" in extras)


def test_both_files_of_the_lock_hold_the_same_versions():
    pins = {one.name: str(one.specifier) for one in LOCKED}
    assert {one["name"]: f"=={one['version']}" for one in read_lock()} == pins


def test_the_lock_names_no_address():
    assert "://" not in (ROOT / "packaging" / "pylock.toml").read_text("utf-8")


def test_a_wheel_for_this_system_is_taken_before_a_plainer_one():
    names = ["a-1-py3-none-any.whl", "a-1-cp312-cp312-win_amd64.whl", "a-1-cp312-cp312-win32.whl"]
    assert Target("win_amd64", "3.12").best_wheel(names) == names[1]
    assert Target("win_amd64", "3.13").best_wheel(names) == names[0]
    assert Target("win_amd64", "3.12").best_wheel(names[2:]) is None
    stable = [
        "a-1-cp311-abi3-manylinux_2_28_x86_64.whl",
        "a-1-cp313-cp313-manylinux_2_34_x86_64.whl",
    ]
    assert Target("manylinux_x86_64", "3.13").best_wheel(stable) == stable[0]  # glibc 2.28


def test_a_missing_wheel_stops_the_lock():
    lock = [
        {"name": "a", "version": "1", "wheels": [{"path": "wheels/a-1-cp311-cp311-win_amd64.whl"}]}
    ]
    assert list(select(lock, Target("win_amd64", "3.11"), frozenset())) == [
        "a-1-cp311-cp311-win_amd64.whl"
    ]
    with pytest.raises(SystemExit, match=r"manylinux_x86_64-cp311: no wheel of a 1"):
        select(lock, Target("manylinux_x86_64", "3.11"), frozenset())


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("win_amd64", "win_amd64"), ("manylinux2014_x86_64", "manylinux_x86_64"),
        ("manylinux_2_28_aarch64", "manylinux_aarch64"), ("linux_x86_64", "manylinux_x86_64"),
        ("macosx_14_0_arm64", "macosx_arm64"),
    ],
)  # fmt: skip
def test_a_platform_is_read_as_pip_writes_it(given, meant):
    assert find_platform(given) == meant


@pytest.mark.parametrize(
    "given", ["win32", "win_arm64", "macosx_13_0_x86_64", "musllinux_1_2_x86_64", ""]
)
def test_a_platform_that_is_not_served_is_refused(given):
    with pytest.raises(SystemExit, match="not served"):
        find_platform(given)


def test_the_lock_serves_the_pythons_that_the_project_names():
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
