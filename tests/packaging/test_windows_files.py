"""Results come to their place where no open file can be removed or renamed, as on Windows."""

import json
import os
import sys
from pathlib import Path

import pytest

from nngis import replacing
from nngis.replacing import replaced_files, replaced_folder
from tests.packaging.windows_files import REFUSED, windows_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what is open")


@pytest.fixture(autouse=True)
def rule(monkeypatch):
    with windows_files(monkeypatch):
        yield


def refused() -> list[str]:
    return REFUSED[1:]


def wrote(out: Path, text: str) -> None:
    with replaced_folder(out) as folder:
        (folder / "a.txt").write_text(text, encoding="utf-8")
        (folder / "run.json").write_text(json.dumps({"files": ["a.txt", "run.json"]}), "utf-8")


def test_the_rule_holds_for_what_is_open_and_for_folders_around_it(tmp_path):
    one, other = tmp_path / "in" / "a", tmp_path / "b"
    one.parent.mkdir()
    other.write_text("b", encoding="utf-8")
    with one.open("w", encoding="utf-8"):
        for forbidden in (
            one.unlink, lambda: one.rename(tmp_path / "c"), lambda: other.replace(one),
            lambda: one.parent.rename(tmp_path / "out"),
        ):  # fmt: skip
            with pytest.raises(PermissionError):
                forbidden()
    assert len(refused()) == 4
    other.replace(one)
    one.parent.rename(tmp_path / "out")


def test_a_folder_and_files_are_replaced_and_nothing_is_left_beside_them(tmp_path):
    for text in ("old", "new"):
        wrote(tmp_path / "out", text)
        (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
        with replaced_files([tmp_path / "a", tmp_path / "b"]) as paths:
            for path in paths:
                path.write_text(text, encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "out"]
    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == "new"
    assert (tmp_path / "out" / "mine.txt").read_text("utf-8") == "mine"
    assert (tmp_path / "b").read_text("utf-8") == "new"
    assert refused() == []


def test_what_a_dead_run_left_is_swept_away(tmp_path):
    dead = replacing._name(tmp_path / "other", "")
    (tmp_path / f"{dead}.lock").touch()
    (tmp_path / f"{dead}-x").mkdir()
    handles = len(list(Path("/proc/self/fd").iterdir()))
    wrote(tmp_path / "out", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(list(Path("/proc/self/fd").iterdir())) == handles


def test_a_file_that_excel_holds_leaves_the_old_result_whole(tmp_path):
    wrote(tmp_path / "out", "old")
    with (
        (tmp_path / "out" / "a.txt").open("rb"),
        pytest.raises(replacing.OutputError, match="close the program"),
    ):
        wrote(tmp_path / "out", "new")
    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == "old"
    wrote(tmp_path / "out", "newer")
    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == "newer"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_written_has_the_rights_of_the_folder_that_it_lies_in(monkeypatch, tmp_path):
    """Since 3.12.4 `mkdtemp` keeps others out on Windows, of what is moved away from it too."""
    private = []
    monkeypatch.setattr(os, "mkdir", _noting(os.mkdir, private))
    wrote(tmp_path / "out", "new")
    with replaced_files([tmp_path / "a"]) as (path,):
        path.write_text("new", encoding="utf-8")
    assert private == [0o777, 0o777]


def _noting(mkdir, modes):
    def noting(path, mode=0o777, **options):
        modes.append(mode)
        mkdir(path, mode, **options)

    return noting


def test_commands_write_check_and_carry_under_the_rule(nngis, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ledger = tmp_path / "台账.csv"
    ledger.write_text("锅炉编号,蒸吨,燃料,经度,纬度\nG1,4,烟煤,108.36,22.82\n", encoding="gbk")
    for arguments in (
        ("layers", "template", "boilers", "--out", "模板.xlsx"),
        ("layers", "import", "台账.csv", "--as", "boilers", "--datum", "wgs84", "--out", "甲.gpkg"),
        ("layers", "check", "甲.gpkg", "--as", "boilers"),
        ("case", "new", "示例 镇", "--example"),
        ("layers", "pack", "示例 镇", "--with", "台账.csv", "--out", "u.zip"),
        ("layers", "unpack", "u.zip", "--out", "那边"),
        ("run", "rooftop", "--case", "那边", "--out", "结果"),
        ("run", "rooftop", "--case", "那边", "--out", "结果"),
    ):
        ran = nngis(*arguments)
        assert ran.code == 0, (arguments, ran.out, ran.err)
    assert refused() == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
