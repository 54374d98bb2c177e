"""Paths that are no plain files, given to commands: answered in words, not waited for."""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")

COMMANDS = {
    "toml": [
        ("run", "{}", "--out", "{out}"),
        ("case", "new", "{out}", "--name", "甲", "--counties", "450200", "--register", "{}"),
        ("layers", "check", "{csv}", "--as", "boilers", "--map-file", "{}"),
        ("layers", "fetch", "--check", "--endpoints", "{}"),
    ],
    "zip": [("layers", "unpack", "{}", "--out", "{out}"), ("layers", "import", "{}", "--as",
            "boilers", "--out", "{out}.gpkg"), ("layers", "pack", "{}")],
    "csv": [
        ("layers", "check", "{}", "--as", "boilers"),
        ("site", "pmedian", "--links", "{}", "-p", "1"),
        ("permit", "--file", "{}"),
        ("layers", "pack", "{case}", "--with", "{}", "--out", "{out}.zip"),
    ],
    "": [("explain", "{}", "x"), ("compare", "{}", "{}"), ("swmm", "{}"), ("case", "check", "{}"),
         ("register", "--since", "{}"), ("roofs", "{}", "--out", "{out}")],
}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_text("锅炉编号,蒸吨\nG1,4\n", encoding="utf-8")
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "catalog.toml").write_text("format = 1\n", encoding="utf-8")
    return tmp_path


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    "words",
    [
        ("desk", "--open", "{}"),
        ("desk", "--case", "{}"),
        ("layers", "fetch", "--area", "450100", "--osm", "{}", "--out", "{out}"),
        ("layers", "fetch", "--area", "{}", "--out", "{out}"),
        ("layers", "fetch", "--area", "450100", "--endpoints", "{}", "--out", "{out}"),
        ("qgis", "install", "--profile", "{}"),
        ("qgis", "pack", "--out", "{}/a.zip"),
    ],
)
def test_a_path_that_is_not_there_is_said_at_once(nngis, tmp_path, words):
    missing = tmp_path / "missing.toml"
    ran = nngis(*(word.format(missing, out=tmp_path / "out") for word in words))
    assert ran.code in (1, 2)
    assert ran.err.count("错误: ") == 1
    assert "missing.toml" in ran.err
    assert "运行结果" not in ran.err  # a file was meant, not a folder of results
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [pipe, device, loop])
@pytest.mark.parametrize(
    ("suffix", "words"), [(suffix, words) for suffix in COMMANDS for words in COMMANDS[suffix]]
)
def test_what_is_no_plain_file_is_refused_in_words(nngis, place, kind, suffix, words):
    path = place / (f"a.{suffix}" if suffix else "a")
    kind(path)
    names = {
        "out": place / "out", "csv": place / "good.csv", "case": place / "case",
    }  # fmt: skip
    ran = nngis(*(word.format(path, path, **names) for word in words), "--lang", "en")
    assert ran.code in (1, 2)
    assert ran.err.startswith("error: ")
    assert "not foreseen" not in ran.err
    assert not (place / "out").exists()
    assert not [one for one in place.iterdir() if one.name.startswith(".nngis-")]
