"""The wheel and the sdist: the same sources give the same bytes, and hold what they should."""

import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

pytest.importorskip("hatchling", reason="hatchling is not installed")
from build import build
from wheels import sha256_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tracked():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()]


def copy_of(tracked, folder, time, mode):
    for name in tracked:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
        target.chmod(mode)
        os.utime(target, (time, time))
    return folder


@pytest.fixture(scope="module")
def built(tracked, tmp_path_factory):
    """Build twice: other folder, times, modes and umask, files in another order."""
    one = copy_of(tracked, tmp_path_factory.mktemp("a"), 1_700_000_000, 0o644)
    two = copy_of(tracked[::-1], tmp_path_factory.mktemp("bb") / "路径 b", 1_600_000_000, 0o600)
    first = build(tmp_path_factory.mktemp("dist"), root=one)
    before = os.umask(0o077)
    try:
        second = build(tmp_path_factory.mktemp("dist"), root=two)
    finally:
        os.umask(before)
    return first, second


def test_two_builds_give_the_same_bytes(built):
    first, second = built
    assert [path.suffix for path in first] == [".whl", ".gz"]
    assert [path.name for path in first] == [path.name for path in second]
    assert [sha256_of(path) for path in first] == [sha256_of(path) for path in second]


def test_the_wheel_holds_what_a_run_needs_and_nothing_else(built, tracked):
    with zipfile.ZipFile(built[0][0]) as archive:
        names = [PurePosixPath(name) for name in archive.namelist()]
    held = {str(name) for name in names}
    ships = {
        name.replace("layers/", "nngis/_layers/", 1) if name.startswith("layers/") else name
        for name in tracked
        if name.startswith(("nngis/", "layers/"))
        and not name.startswith("layers/build/")
        and PurePosixPath(name).name not in {".gitattributes", ".gitignore"}
    }
    assert {name for name in held if ".dist-info/" not in name} == ships
    assert {"nngis/_layers/catalog.toml", "nngis/cartography/assets/leaflet.js"} <= ships
    assert {name.parts[0] for name in names} == {"nngis", "nngis-0.1.0.dist-info"}
    assert {"nngis-0.1.0.dist-info/licenses/LICENSE"} <= held


def test_the_wheel_is_small(built):
    assert built[0][0].stat().st_size < 3_000_000


def test_names_in_the_wheel_and_the_sdist_are_names_on_windows(built):
    with zipfile.ZipFile(built[0][0]) as archive, tarfile.open(built[0][1]) as source:
        names = [*archive.namelist(), *source.getnames()]
        assert not [one.name for one in source if one.issym() or one.islnk()]
    assert all(name.isascii() and not set('<>:"|?*\\') & set(name) for name in names)
    assert max(map(len, names)) < 120
