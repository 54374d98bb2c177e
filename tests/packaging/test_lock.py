"""The tested set of versions: whole, within the bounds, and named by the README."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
