"""What the tests of the shipped layers share."""

import sys
import tomllib
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def layers():
    return REPO / "layers"


@pytest.fixture(scope="session")
def catalog(layers):
    return tomllib.loads((layers / "catalog.toml").read_text(encoding="utf-8"))["layers"]


@pytest.fixture(scope="session")
def shared():
    folder = REPO.parent / "shared" / "data" / "nanning"
    if not folder.is_dir():
        pytest.skip("no ../shared/data to compare with")
    return folder


@pytest.fixture(scope="session", autouse=True)
def recipe_on_path(layers):
    sys.path.insert(0, str(layers / "build"))
    yield
    sys.path.remove(str(layers / "build"))
