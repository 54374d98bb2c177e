"""A disk that is full while a command writes: said in words, and what was there is whole."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from nngis.run.example_town import new_example

resource = pytest.importorskip("resource")
ROOM = 3_000  # bytes that a file may have: less than any result
ASKED = ("--demand", "places", "--facilities", "charging_stations", "--limit-km", "3")
COMMANDS = {
    "out": ("reach", *ASKED, "--case", "{town}", "--out", "out", "--force"),
    "a.gpkg": ("layers", "import", "{town}/boilers.csv", "--as", "boilers", "--case", "{town}",
               "--out", "a.gpkg", "--force"),
    "b.gpkg": ("layers", "streets", "roads", "--case", "{town}", "--out", "b.gpkg", "--force"),
    "c.xlsx": ("layers", "template", "boilers", "--out", "c.xlsx", "--force"),
    "d.zip": ("layers", "pack", "{town}", "--out", "d.zip"),
    "case": ("case", "new", "case", "--example", "--force"),
    "town": ("case", "add", "town", "sewers={town}/sewers.geojson"),
    "qgis.zip": ("qgis", "pack", "--out", "qgis.zip"),
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full") / "town"
    new_example(folder)
    return folder


@pytest.fixture
def full() -> Iterator[None]:
    """Let no file become larger than a little; Python is told so, and is not killed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of openpyxl
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_said_and_nothing_is_lost(nngis, town, tmp_path, monkeypatch, name, request):
    monkeypatch.chdir(tmp_path)
    old = tmp_path / name
    if name == "town":
        new_example(old)
    elif "." in name:
        old.write_bytes(b"old")
    else:
        old.mkdir()
        (old / "mine.txt").write_bytes(b"mine")
    before = held(tmp_path)
    request.getfixturevalue("full")
    ran = nngis(*(word.format(town=town) for word in COMMANDS[name]), "--lang", "en")
    assert ran.code == 1, ran.out
    assert "written" in ran.err
    assert "not foreseen" not in ran.err
    assert held(tmp_path) == before
    gc.collect()  # what openpyxl began is ended here, not in a test that comes after
