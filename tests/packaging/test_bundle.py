"""The bundle: complete, checked by hash, the same bytes for the same sources; its install works."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

pytest.importorskip("hatchling", reason="hatchling is not installed")
pytest.importorskip("cyclonedx", reason="cyclonedx-python-lib is not installed")
import bundle
from targets import Target
from wheels import sha256_of

HERE = "{}.{}".format(*sys.version_info[:2])
MIT = "License-Expression: MIT"
WINDOWS = Target("win_amd64", "3.12")


def lock_of(*paths):
    return [
        {
            "name": path.name.split("-")[0],
            "version": path.name.split("-")[1],
            "wheels": [{"path": f"wheels/{path.name}", "hashes": {"sha256": sha256_of(path)}}],
        }
        for path in paths
    ]


@pytest.fixture
def tiny(wheel):
    return wheel("tiny", MIT, "License-File: LICENSE", **{"INFO/licenses/LICENSE": "MIT text"})


@pytest.fixture
def stub(wheel, monkeypatch):
    """Build no real nngis: a stub whose command prints what it was asked."""
    entry = "[console_scripts]\nnngis = stub:main\n"
    code = "import sys\ndef main():\n    print('ran', *sys.argv[1:])\n"
    own = wheel(
        "nngis", MIT, "Requires-Dist: tiny; extra != 'dev'", version="0.1.0",
        **{"INFO/entry_points.txt": entry, "stub.py": code},
    )  # fmt: skip
    monkeypatch.setattr(bundle, "build", lambda *_: [own])
    return own


def opened(path):
    with zipfile.ZipFile(path) as archive:
        (top,) = {name.split("/")[0] for name in archive.namelist()}
        return {name.removeprefix(f"{top}/"): archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("stub")
def test_a_bundle_holds_wheels_hashes_scripts_licences_and_a_bill(monkeypatch, tmp_path, tiny):
    monkeypatch.setattr(bundle, "read_lock", lambda: lock_of(tiny))
    installer = tmp_path / "python-3.12.10-amd64.exe"
    installer.write_bytes(b"MZ")
    made = bundle.make_bundle(WINDOWS, tmp_path / "out", wheels=tiny.parent, also=(installer,))
    assert made.name == "nngis-0.1.0-win_amd64-cp312.zip"
    held = opened(made)
    assert {name for name in held if name.startswith("wheels/")} == {
        f"wheels/{tiny.name}", "wheels/nngis-0.1.0-py3-none-any.whl",
    }  # fmt: skip
    assert f"tiny==1.0 --hash=sha256:{sha256_of(tiny)}" in held["requirements.txt"].decode()
    assert held["licences/tiny-1.0/licenses_LICENSE"] == b"MIT text"
    assert "layer roads\t\tODbL-1.0" in held["licences.tsv"].decode()
    assert held["also/python-3.12.10-amd64.exe"] == b"MZ"
    bill = json.loads(held["sbom.cdx.json"])
    assert bill["metadata"]["component"]["purl"] == "pkg:pypi/nngis@0.1.0"
    (part,) = bill["components"]
    assert (part["name"], part["hashes"][0]["content"]) == ("tiny", sha256_of(tiny))
    needs = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    assert needs["nngis==0.1.0"] == ["tiny==1.0"]
    assert json.loads(held["bundle.json"])["sys_platform"] == "win32"


@pytest.mark.usefixtures("stub")
def test_what_windows_reads_is_written_for_it(monkeypatch, tmp_path, tiny):
    monkeypatch.setattr(bundle, "read_lock", lambda: lock_of(tiny))
    held = opened(bundle.make_bundle(WINDOWS, tmp_path, wheels=tiny.parent))
    script = held["install.cmd"]
    assert script.isascii()  # cmd reads a script in its own code page
    assert script.count(b"\r\n") == script.count(b"\n")
    assert b"py -3.12" in script
    assert script.index(b'if exist "%HERE%python\\python.exe"') < script.index(b"py -3.12")
    page = held["README.txt"].decode("utf-8-sig")
    assert "python-3.12.10-amd64.exe" in page
    assert "the package python 3.12.10 of nuget.org" in page
    assert r"nngis-env\Scripts\nngis run" in page
    assert not [name for name, text in held.items() if b"@PYTHON@" in text]
    linux = Target("manylinux_x86_64", "3.12")
    others = opened(bundle.make_bundle(linux, tmp_path, wheels=tiny.parent))
    assert ("install.sh" in others, "install.cmd" in others) == (True, False)


@pytest.mark.usefixtures("stub")
def test_the_same_sources_give_the_same_bundle(monkeypatch, tmp_path, tiny):
    monkeypatch.setattr(bundle, "read_lock", lambda: lock_of(tiny))
    made = [bundle.make_bundle(WINDOWS, tmp_path / a, wheels=tiny.parent) for a in "xy"]
    assert made[0].read_bytes() == made[1].read_bytes()


@pytest.mark.usefixtures("stub")
def test_a_wheel_that_is_not_the_locked_one_stops_the_bundle(monkeypatch, tmp_path, tiny):
    lock = lock_of(tiny)
    monkeypatch.setattr(bundle, "read_lock", lambda: lock)
    tiny.write_bytes(tiny.read_bytes() + b" ")
    with pytest.raises(SystemExit, match="is not the file that was locked"):
        bundle.make_bundle(WINDOWS, tmp_path / "out", wheels=tiny.parent)
    tiny.unlink()
    with pytest.raises(SystemExit, match=r"not in .*made: tiny-1\.0"):
        bundle.make_bundle(WINDOWS, tmp_path / "out", wheels=tiny.parent)
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.usefixtures("stub")
def test_a_gpl_wheel_stops_the_bundle(monkeypatch, tmp_path, wheel):
    bad = wheel(
        "bad", "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    )
    monkeypatch.setattr(bundle, "read_lock", lambda: lock_of(bad))
    with pytest.raises(SystemExit, match=r"bad.*REFUSED: GPL or AGPL"):
        bundle.make_bundle(WINDOWS, tmp_path / "out", wheels=bad.parent)


@pytest.fixture
def unpacked(monkeypatch, tmp_path, tiny, stub):
    assert stub.is_file()
    monkeypatch.setattr(bundle, "read_lock", lambda: lock_of(tiny))
    target = Target("manylinux_x86_64", HERE)
    made = bundle.make_bundle(target, tmp_path, wheels=tiny.parent)
    folder = tmp_path / "离线 安装"
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
    (inside,) = folder.iterdir()
    return inside


def install(folder, *arguments, **env):
    return subprocess.run(
        ["sh", folder / "install.sh", *arguments], capture_output=True, text=True, check=False,
        env=os.environ | {"NNGIS_PYTHON": sys.executable, **env},
    )  # fmt: skip


linux = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64", reason="installs the Linux bundle"
)


@linux
@pytest.mark.slow
def test_it_installs_from_the_folder_alone_and_is_removed_again(unpacked):
    ran = install(unpacked, PIP_INDEX_URL="file:///nowhere", PIP_NO_BINARY=":all:")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "ran doctor" in ran.stdout
    command = unpacked / "nngis-env" / "bin" / "nngis"
    assert subprocess.run([command, "run"], capture_output=True, check=True).stdout == b"ran run\n"
    assert install(unpacked).returncode == 0  # again: in place of the old one
    assert install(unpacked, "--remove").returncode == 0
    assert not (unpacked / "nngis-env").exists()


@linux
def test_a_changed_wheel_is_not_installed(unpacked):
    (tiny,) = (unpacked / "wheels").glob("tiny*")
    tiny.write_bytes(tiny.read_bytes() + b" ")
    ran = install(unpacked)
    assert ran.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in ran.stderr
    assert "copy the bundle again" in ran.stdout


@linux
def test_a_folder_of_others_is_neither_used_nor_removed(unpacked):
    folder = unpacked / "mine"
    folder.mkdir()
    (folder / "a.txt").write_text("mine", encoding="utf-8")
    for arguments in ((folder,), ("--remove", folder)):
        ran = install(unpacked, *arguments)
        assert ran.returncode == 1
        assert (folder / "a.txt").is_file()


@linux
@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("python", "3.99", "This bundle is for 64-bit Python 3.99"),
        ("sys_platform", "win32", "this machine is linux"),
        ("machine", "aarch64", "this machine is linux"),
    ],
)
def test_another_machine_is_told_which_bundle_this_is(unpacked, key, value, said):
    about = unpacked / "bundle.json"
    about.write_text(json.dumps(json.loads(about.read_text("utf-8")) | {key: value}), "utf-8")
    ran = install(unpacked)
    assert (ran.returncode, said in ran.stdout) == (1, True)
    assert not (unpacked / "nngis-env").exists()


@linux
def test_without_the_right_python_the_script_says_so(unpacked):
    text = (unpacked / "install.sh").read_text("utf-8").replace(HERE, "3.99")
    (unpacked / "install.sh").write_text(text, encoding="utf-8")
    ran = install(unpacked)
    assert (ran.returncode, "Python 3.99 is needed" in ran.stderr) == (1, True)
