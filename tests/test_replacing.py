"""A result is replaced whole or not at all, whatever is killed when, and whoever else writes."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nngis import replacing
from nngis.errors import OutputError
from nngis.files import check_output, write_json
from nngis.replacing import replaced_files, replaced_folder, settle

KILLS = Path(__file__).with_name("killed_at_each_step.py")
OLD, NEW, NEWEST = (
    {"a.txt": word, "mine.txt": "mine", "sub/b.txt": word, "sub/mine.txt": "mine"}
    for word in ("old", "new", "newest")
)
LEAST_STEPS = 15


def wrote(out: Path, text: str) -> None:
    with replaced_folder(out) as folder:
        (folder / "a.txt").write_text(text, encoding="utf-8")
        write_json(folder / "run.json", {"files": ["a.txt", "run.json"]})


def killed(what: str, tmp_path: Path) -> list[dict[str, dict[str, str]]]:
    done = subprocess.run(
        [sys.executable, KILLS, what, tmp_path], capture_output=True, check=True, text=True
    )
    found: list[dict[str, dict[str, str]]] = json.loads(done.stdout)
    assert len(found) > LEAST_STEPS
    return found


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@needs_fork
def test_killed_at_any_step_the_old_result_or_the_new_one_is_there_with_what_others_put_in(
    tmp_path: Path,
) -> None:
    found = killed("exchange", tmp_path)
    # At no moment is there neither: what lies there untouched is whole.
    assert all(one["lying"] in (OLD, NEW) for one in found)
    assert [one["lying"] for one in found if one["lying"] == OLD]
    assert [one["lying"] for one in found if one["lying"] == NEW]
    assert all(one["settled"] == one["lying"] for one in found)
    assert all(one["after"] == NEWEST and one["left"] == ["out"] for one in found)


@needs_fork
def test_without_an_exchange_the_next_command_finishes_what_was_killed(tmp_path: Path) -> None:
    found = killed("two renames", tmp_path)
    assert {} in [one["lying"] for one in found]  # the moment between two renames is among them
    assert all(one["settled"] in (OLD, NEW) for one in found)
    assert all(one["after"] == NEWEST and one["left"] == ["out"] for one in found)


@needs_fork
def test_two_files_of_one_result_never_stay_apart(tmp_path: Path) -> None:
    found = killed("pair", tmp_path)
    pairs = [one["settled"] for one in found]
    assert all(pair["a.gpkg"] == pair["a.xlsx"] for pair in pairs)
    assert {pair["a.gpkg"] for pair in pairs} == {"old", "new"}
    assert all(one["left"] == ["a.gpkg", "a.xlsx"] for one in found)


def test_what_was_finished_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    out = tmp_path / "out"
    wrote(out, "new")
    staging = tmp_path / "made"
    out.rename(staging)
    wrote(out, "old")
    out.rename(tmp_path / replacing._name(out, "-old"))
    names = {"staging": staging.name, "old": replacing._name(out, "-old")}
    replacing._write_journal(out, names)
    with caplog.at_level(logging.WARNING, logger="nngis"):
        check_output(out, force=False)
    assert "cut off" in caplog.text
    assert (out / "a.txt").read_text(encoding="utf-8") == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_file_of_the_users_with_a_name_of_ours_is_kept_under_another(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("mine", encoding="utf-8")
    wrote(out, "ours")
    wrote(out, "ours again")
    assert (out / "a.txt").read_text(encoding="utf-8") == "ours again"
    assert (out / "a.kept.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(p.name for p in out.iterdir()) == ["a.kept.txt", "a.txt", "run.json"]


def test_empty_folders_and_links_of_the_users_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrote(out, "old")
    (out / "empty").mkdir()
    (out / "link").symlink_to("a.txt")
    (out / "far").symlink_to(tmp_path)
    wrote(out, "new")
    assert (out / "empty").is_dir()
    assert (out / "link").readlink() == Path("a.txt")
    assert (out / "far").readlink() == tmp_path


def test_without_links_what_others_put_in_is_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", no_link)
    out = tmp_path / "out"
    wrote(out, "old")
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    wrote(out, "new")
    assert sorted(p.name for p in out.iterdir()) == ["a.txt", "mine.txt", "run.json"]


def test_two_runs_into_one_folder_write_one_after_the_other(tmp_path: Path) -> None:
    out = tmp_path / "out"
    inside: list[str] = []

    def run(word: str) -> None:
        with replaced_folder(out) as folder:
            inside.append(word)
            time.sleep(0.05)
            assert inside[-1] == word
            (folder / "a.txt").write_text(word, encoding="utf-8")
            inside.append(word)

    threads = [threading.Thread(target=run, args=(f"{at}",)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside[::2] == inside[1::2]
    assert (out / "a.txt").read_text(encoding="utf-8") == inside[-1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_run_that_waits_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "WAIT_S", 0.1)
    out = tmp_path / "out"
    with (
        replaced_folder(out),
        pytest.raises(OutputError, match="Another run"),
        replaced_folder(out),
    ):
        pass


def test_what_dead_runs_left_for_other_folders_is_cleaned_and_what_live_ones_use_is_not(
    tmp_path: Path,
) -> None:
    live, dead = (replacing._name(tmp_path / name, "") for name in ("live", "dead"))
    (tmp_path / f"{dead}-abc").mkdir()
    (tmp_path / f"{dead}.lock").touch()
    with replaced_folder(tmp_path / "live"):
        wrote(tmp_path / "out", "new")
        left = sorted(path.name for path in tmp_path.iterdir())
    assert not [name for name in left if name.startswith(dead)]
    assert len([name for name in left if name.startswith(live)]) == 2


def test_a_full_disk_leaves_the_old_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrote(out, "old")

    def fills() -> None:
        with replaced_folder(out) as folder:
            (folder / "a.txt").write_text("half", encoding="utf-8")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="the disk is full"):
        fills()
    assert (out / "a.txt").read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    check_output(link, force=False)
    wrote(link, "new")
    assert link.is_symlink()
    assert (real / "a.txt").read_text(encoding="utf-8") == "new"


def test_only_one_of_two_files_may_be_written(tmp_path: Path) -> None:
    with replaced_files([tmp_path / "a", tmp_path / "b"]) as (first, _):
        first.write_text("new", encoding="utf-8")
    settle(tmp_path / "a")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")
def test_a_result_is_open_to_others(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        wrote(tmp_path / "out", "new")
        wrote(tmp_path / "out", "newer")
    finally:
        os.umask(old)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "out" / "a.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes among its files")
@pytest.mark.parametrize("is_link", [False, True])
def test_a_pipe_or_a_device_is_never_replaced(tmp_path: Path, is_link: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    target = tmp_path / "link" if is_link else pipe
    if is_link:
        target.symlink_to(pipe)
    for replaced in (lambda: replaced_files([target]), lambda: replaced_folder(target)):
        with pytest.raises(OutputError, match="device or a pipe"), replaced():
            pytest.fail("nothing may be written")
    assert pipe.is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link"] * is_link + ["pipe"]
