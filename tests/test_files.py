"""An output folder is replaced whole or not at all."""

from pathlib import Path

import pytest

from nngis.errors import OutputError
from nngis.files import check_output, write_json
from nngis.replacing import replaced_folder


def wrote(out: Path, name: str, text: str) -> None:
    with replaced_folder(out) as folder:
        (folder / name).write_text(text, encoding="utf-8")
        write_json(folder / "run.json", {"files": [name, "run.json"]})


def test_the_new_folder_takes_the_old_ones_place(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrote(out, "a.txt", "old")
    wrote(out, "b.txt", "new")
    assert sorted(p.name for p in out.iterdir()) == ["b.txt", "run.json"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_files_of_others_move_along_and_ours_do_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrote(out, "a.txt", "old")
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("keep", encoding="utf-8")
    wrote(out, "b.txt", "new")
    assert (out / "notes" / "mine.txt").read_text(encoding="utf-8") == "keep"
    assert not (out / "a.txt").exists()


def test_a_failure_half_way_leaves_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrote(out, "a.txt", "old")

    def fails() -> None:
        with replaced_folder(out) as folder:
            (folder / "b.txt").write_text("half", encoding="utf-8")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fails()
    assert (out / "a.txt").read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_foreign_folder_is_refused_until_forced_and_our_own_is_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    check_output(out, force=False)
    (out / "x").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="--force"):
        check_output(out, force=False)
    check_output(out, force=True)
    (out / "run.json").write_text("{}", encoding="utf-8")
    check_output(out, force=False)


def test_nan_never_reaches_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nan"):
        write_json(tmp_path / "a.json", {"x": float("nan")})


@pytest.mark.parametrize(
    "name",
    [
        "x" * 260,
        "中" * 100,
        "a\0b",
        "file/out",
        "dangling",
        "loop",
        "\ud800",
        "/".join(["y" * 200] * 25),
    ],
)
def test_a_path_that_cannot_be_is_refused_before_the_work(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    before = sorted(tmp_path.iterdir())
    for force in (False, True):
        with pytest.raises(OutputError, match=r"name a|remove the link|cannot be"):
            check_output(tmp_path / name, force=force)
    assert sorted(tmp_path.iterdir()) == before


def test_the_folder_one_is_in_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    for out in (Path(), Path(".."), tmp_path / "in"):
        with pytest.raises(OutputError, match="the folder you are in"):
            check_output(out, force=True)
    check_output(Path("further"), force=False)


def test_a_disk_with_no_room_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr("nngis.files.shutil.disk_usage", lambda _: usage)
    with pytest.raises(OutputError, match="1 MB left"):
        check_output(tmp_path / "out", force=False)
