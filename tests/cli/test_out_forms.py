"""Every form of --out, for every command that writes: one clear message before it, or the work."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.run.example_town import new_example

pytestmark = pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")

NEAR = ("--demand", "places", "--facilities", "charging_stations", "--limit-km", "3")
SITES = ("pmedian", "--demand", "places", "--candidates", "charging_stations", "-p", "1")
FOLDERS = {
    "reach": ("reach", *NEAR, "--case", "{town}", "--out", "{out}"),
    "site": ("site", *SITES, "--case", "{town}", "--out", "{out}"),
    "register": ("register", "--case", "{town}", "--out", "{out}"),
    "compare": ("compare", "{old}", "{old}", "--case", "{town}", "--out", "{out}"),
    "run": ("run", "heat", "--case", "{town}", "--out", "{out}"),
    "roofs": ("roofs", "{roofs}", "--out", "{out}"),
    "unpack": ("layers", "unpack", "{pack}", "--out", "{out}"),
    "new": ("case", "new", "{out}", "--example"),
    "install": ("qgis", "install", "--profile", "{out}"),
}
FILES = {
    ".gpkg": {
        "import": ("layers", "import", "{town}/boilers.csv", "--as", "boilers", "--case", "{town}",
                   "--out", "{out}"),
        "streets": ("layers", "streets", "roads", "--case", "{town}", "--out", "{out}"),
    },
    ".xlsx": {"template": ("layers", "template", "boilers", "--out", "{out}")},
    ".zip": {
        "pack": ("layers", "pack", "{town}", "--out", "{out}"),
        "plugin": ("qgis", "pack", "--out", "{out}"),
    },
}  # fmt: skip
COMMANDS = {name: ("", words) for name, words in FOLDERS.items()} | {
    name: (suffix, words) for suffix, told in FILES.items() for name, words in told.items()
}


def long(place: Path, suffix: str) -> Path:
    return place / ("x" * 260 + suffix)


def deep(place: Path, suffix: str) -> Path:
    return place.joinpath(*["x" * 200] * 20) / f"out{suffix}"


def dangling(place: Path, suffix: str) -> Path:
    path = place / f"out{suffix}"
    path.symlink_to(place / "gone" / f"away{suffix}")
    return path


def loop(place: Path, suffix: str) -> Path:
    path = place / f"out{suffix}"
    path.symlink_to(path.name)
    return path


def under_a_file(place: Path, suffix: str) -> Path:
    (place / "file").write_text("mine", encoding="utf-8")
    return place / "file" / f"out{suffix}"


def of_the_other_kind(place: Path, suffix: str) -> Path:
    path = place / f"out{suffix}"
    if suffix:
        path.mkdir()
        (path / "mine").write_text("mine", encoding="utf-8")
    else:
        path.write_text("mine", encoding="utf-8")
    return path


def here(place: Path, suffix: str) -> Path:
    return Path()


def device(place: Path, suffix: str) -> Path:
    path = place / f"out{suffix}"
    path.symlink_to(os.devnull)
    return path


def nul(place: Path, suffix: str) -> Path:
    return place / f"a\0b{suffix}"


BAD = [long, deep, under_a_file, of_the_other_kind, here, loop, device, nul]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, nngis_once) -> dict[str, str]:
    place = tmp_path_factory.mktemp("made")
    new_example(place / "town")
    nngis_once("run", "heat", "--case", place / "town", "--out", place / "old")
    nngis_once("layers", "pack", place / "town", "--out", place / "town.zip")
    boxes = shapely.box(108.3 + np.arange(3) / 1e3, 22.8, 108.3003 + np.arange(3) / 1e3, 22.8003)
    frame = gpd.GeoDataFrame({"roof_id": list("abc")}, geometry=boxes, crs=4326)
    frame.to_parquet(place / "roofs.parquet")
    names = {"town": "town", "old": "old", "pack": "town.zip", "roofs": "roofs.parquet"}
    return {name: str(place / file) for name, file in names.items()}


def held(place: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(place)}:{path.read_bytes() if path.is_file() else ''}"
        for path in place.rglob("*")
    )


@pytest.mark.parametrize("form", BAD)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_place_that_cannot_be_written_is_said_before_the_work(
    nngis, made, tmp_path, monkeypatch, name, form
):
    if form is here and name in ("roofs", "install"):
        pytest.skip("these fill the folder that one is in, file by file")
    monkeypatch.chdir(tmp_path)
    suffix, words = COMMANDS[name]
    out = form(tmp_path, suffix)
    before = held(tmp_path)
    ran = nngis(*(word.format(out=out, **made) for word in words), "--lang", "en")
    assert ran.code in (1, 2), ran.out
    assert ran.err.startswith("error: "), ran.err
    assert ran.err.count("error: ") == 1
    assert "not foreseen" not in ran.err
    assert held(tmp_path) == before


@pytest.mark.parametrize("name", COMMANDS)
def test_a_link_that_leads_nowhere_is_said_or_filled(nngis, made, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    suffix, words = COMMANDS[name]
    out = dangling(tmp_path, suffix)
    ran = nngis(*(word.format(out=out, **made) for word in words), "--lang", "en")
    assert "not foreseen" not in ran.err
    assert out.is_symlink()
    if ran.code:
        assert ran.err.startswith("error: ")
        assert not out.exists()
    else:
        assert out.is_file() if suffix else any(out.iterdir())
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".nngis")]
