"""The plugin's child process and its folder, without QGIS: stopped whole, written whole."""

import importlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stopped there by taskkill")
SOON_S = 30.0
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(600)
"""


@pytest.fixture(scope="module")
def plugin() -> Iterator[Any]:
    """The module of the child, which asks QGIS for nothing but its language."""
    qgis, core = ModuleType("qgis"), ModuleType("qgis.core")
    vars(core)["QgsApplication"] = SimpleNamespace(locale=lambda: "en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "qgis", qgis)
        patch.setitem(sys.modules, "qgis.core", core)
        yield importlib.import_module("nngis.qgis_plugin.child")
    for name in ("child", "words"):  # which hold the stand-in
        sys.modules.pop(f"nngis.qgis_plugin.{name}", None)


def runs(pid: int) -> bool:
    """Tell whether a process is there and no mere entry."""
    try:
        os.kill(pid, 0)
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return told.rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_who_is_stopped_is_stopped_with_the_children_that_he_started(plugin, tmp_path) -> None:
    told = tmp_path / "pid"
    child = plugin.start_alone([sys.executable, "-c", PARENT, str(told)])
    end = time.monotonic() + SOON_S
    while not (told.is_file() and told.read_text()):
        assert time.monotonic() < end
        time.sleep(0.02)
    grandchild = int(told.read_text())
    assert child.poll() is None
    plugin.stop(child)
    assert child.poll() is not None
    while runs(grandchild):
        assert time.monotonic() < end
        time.sleep(0.02)
    plugin.stop(child)  # who has ended stays so


def test_what_a_child_says_when_it_fails_is_what_is_told(plugin) -> None:
    said = "import sys; print('error: no such layer', file=sys.stderr); sys.exit(2)"
    with pytest.raises(plugin.ChildError, match="error: no such layer"):
        plugin.run_child([sys.executable, "-c", said])
    assert plugin.run_child([sys.executable, "-c", "print('甲')"]).strip() == "甲"


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_comes_whole_with_the_folders_above_it(plugin, tmp_path, *, there: bool) -> None:
    target = tmp_path / "no" / "such" / "folder"
    if there:
        target.mkdir(parents=True)
    with plugin.whole_folder(target) as place:
        place.mkdir()
        (place / "map.html").write_text("x")
        assert not (target / "map.html").exists()
    assert [one.name for one in target.iterdir()] == ["map.html"]
    assert [one.name for one in target.parent.iterdir()] == ["folder"]


def test_a_folder_that_was_not_finished_is_not_there_and_leaves_nothing(plugin, tmp_path) -> None:
    target = tmp_path / "new" / "folder"

    def breaks_off() -> None:
        with plugin.whole_folder(target) as place:
            place.mkdir()
            (place / "no" / "such").touch()

    with pytest.raises(FileNotFoundError):
        breaks_off()
    assert list(target.parent.iterdir()) == []


def test_a_result_that_is_there_is_left_to_nngis_to_replace(plugin, tmp_path) -> None:
    (tmp_path / "old.html").write_text("old")
    with plugin.whole_folder(tmp_path) as place:
        assert place == tmp_path
    assert (tmp_path / "old.html").read_text() == "old"
