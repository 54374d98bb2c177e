"""What Windows does not have, or does otherwise: looked for in the code, and played here.

What cannot be tried without a Windows machine is listed in docs/offline.md.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from operator import mul
from pathlib import Path

import pytest

from nngis import replacing
from nngis.errors import OutputError
from nngis.run import parallel
from tests.packaging.windows_rules import breaches

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted((ROOT / "nngis").rglob("*.py")), *sorted((ROOT / "packaging").rglob("*.py"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_leans_on_what_windows_lacks(path):
    assert breaches(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.fork()", "import fcntl", "from pwd import getpwnam", "p.symlink_to(q)",
        "os.rename(a, b)", "open('a.txt')", "open('a.txt', 'w')", "p.read_text()",
        "p.write_text(text)", "get_context('fork')", "tempfile.NamedTemporaryFile('w')",
        "folder = '/tmp/x'", "day.strftime('%-d')", "signal.SIGKILL", "os.sched_getaffinity(0)",
        "from os import fork", "getattr(os, 'fork')()", "os.kill(pid, 0)", "p.open()",
        "p.open('w')", "p.open(mode='a')", "open(p, mode='w')", "io.open(p)", "os.fdopen(n, 'w')",
        "io.TextIOWrapper(raw)", "gzip.open(p, 'rt')", "tempfile.TemporaryFile('w+')",
        "subprocess.run(command, text=True)", "os.system('dir')", "run('dir', shell=True)",
        "try:\n    os.fork()\nexcept OSError:\n    pass",
        "try:\n    open('a')\nexcept OSError:\n    pass",
        "with suppress(OSError):\n    p.write_text(text)", "os.open(p, os.O_DIRECTORY)",
        "loop.add_signal_handler(2, stop)", "socket.socket(socket.AF_UNIX)",
        "if sys.platform != 'win32':\n    pass\nelse:\n    import fcntl", "os.environ['HOME']",
    ],
)  # fmt: skip
def test_each_kind_of_breach_is_found(source):
    assert breaches(source)


@pytest.mark.parametrize(
    "source",
    [
        "open('a', 'rb')", "open('a', encoding='utf-8')", "p.read_text('utf-8')",
        "os.replace(a, b)", "try:\n    os.link(a, b)\nexcept OSError:\n    shutil.copy2(a, b)",
        "if sys.platform == 'win32':\n    import msvcrt\nelse:\n    import fcntl",
        "p.write_text(t, 'utf-8')", "p.write_text(t, encoding='utf-8')", "get_context('spawn')",
        "try:\n    import resource\nexcept ImportError:\n    resource = None",
        "with suppress(OSError):\n    os.link(a, b)", "if os.name == 'posix':\n    os.fork()",
        "try:\n    os.fork()\nexcept (OSError, AttributeError):\n    pass", "p.open('rb')",
        "store.open('counties')", "archive.open(info)", "p.open(encoding='utf-8')",
        "gzip.open(p)", "gzip.open(p, 'rb')", "os.fdopen(n, 'wb')", "open(p, mode='rb')",
        "subprocess.run(command, text=True, encoding='utf-8')", "draw(text='a')",
        "page = a if sys.platform == 'win32' else os.uname()",
        "tempfile.TemporaryFile()", "window.alarms", "node.link_id", "store.sync()",
        "frame.rename(columns=x)", "p.rename(q)", "url = 'a/tmp/b'",
    ],
)  # fmt: skip
def test_what_windows_does_too_is_no_breach(source):
    assert breaches(source) == []


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "-C", ROOT, "-c", "core.quotepath=off", "ls-files", "-z"],
        capture_output=True, check=False,
    )  # fmt: skip
    return listed.stdout.decode().split("\0")[:-1]


def test_every_file_can_be_checked_out_on_windows():
    names = tracked() or pytest.skip("not a git checkout")
    reserved = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
    parts = {part for name in names for part in name.split("/")}
    assert [part for part in parts if reserved.fullmatch(part) or part[-1] in ". "] == []
    assert [part for part in parts if set(part) & set('<>:"|?*\\')] == []
    assert len({name.lower() for name in names}) == len(names)
    assert max(map(len, names)) < 150


def test_a_file_held_open_by_another_program_leaves_the_old_folder(monkeypatch, tmp_path):
    """Windows renames no folder in which a file is open."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text("{}", encoding="utf-8")
    (out / "tables.xlsx").write_text("old", encoding="utf-8")

    def rename(self, _target):
        raise PermissionError(13, "used by another process", str(self / "tables.xlsx"))

    monkeypatch.setattr(replacing, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", rename)
    with (
        pytest.raises(OutputError, match="close the program"),
        replacing.replaced_folder(out) as folder,
    ):
        (folder / "tables.xlsx").write_text("new", encoding="utf-8")
    monkeypatch.undo()
    assert (out / "tables.xlsx").read_text("utf-8") == "old"
    with replacing.replaced_folder(out) as folder:
        (folder / "tables.xlsx").write_text("new", encoding="utf-8")
    assert (out / "tables.xlsx").read_text("utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_work_is_shared_out_to_processes_that_are_not_forked(monkeypatch):
    spawned = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", spawned)
    with parallel.workers_of(2) as each:
        assert each(mul, [1, 2, 3], 10) == [10, 20, 30]


@pytest.fixture(scope="module")
def gbk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make a locale whose files and pipes are GBK, as cp936 is on a Chinese Windows."""
    if sys.platform == "win32":
        return {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp936"}
    folder = tmp_path_factory.mktemp("locales")
    maker = shutil.which("localedef")
    command = [maker or "localedef", "-i", "zh_CN", "-f", "GBK", folder / "zh_CN.GBK"]
    if maker is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no GBK locale can be made (Debian: locales)")
    return {"LOCPATH": str(folder), "LC_ALL": "zh_CN.GBK", "PYTHONUTF8": "0"}


def call(gbk, *arguments, cwd):
    code = "import locale; print(locale.getpreferredencoding(False))"
    env = os.environ | gbk
    env |= {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    page = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert page.stdout.decode().strip().lower() in {"gbk", "cp936"}
    command = [sys.executable, "-c", "from nngis.cli.app import main; main()", *arguments]
    ran = subprocess.run(command, env=env, cwd=cwd, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode("gbk", "replace")
    assert b"Traceback" not in ran.stderr
    return ran.stdout.decode("gbk")


def test_commands_print_in_the_code_page_of_a_chinese_windows(gbk, tmp_path):
    assert "锅炉" in call(gbk, "layers", "list", cwd=tmp_path)
    ledger = tmp_path / "ledger.csv"
    rows = "锅炉编号,蒸吨,燃料,经度,纬度\nG1,4,烟煤,108.36,22.82\n"
    for encoding in ("utf-8", "gbk"):
        ledger.write_text(rows, encoding=encoding)
        said = call(
            gbk,
            "layers",
            "check",
            "ledger.csv",
            "--as",
            "boilers",
            "--datum",
            "wgs84",
            cwd=tmp_path,
        )
        assert "1" in said


@pytest.mark.slow
def test_a_run_writes_the_same_files_whatever_the_code_page(gbk, small_case, tmp_path):
    """Files are UTF-8 whatever the machine's page is; only what is printed follows it."""
    asked = ("run", "heat", "--layers", str(small_case))
    printed = call(gbk, *asked, "--out", "gbk", cwd=tmp_path)
    assert "锅炉" in printed
    plain = (
        {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"} if sys.platform != "win32" else {"PYTHONUTF8": "1"}
    )
    command = [sys.executable, "-c", "from nngis.cli.app import main; main()", *asked]
    env = os.environ | plain | {"PYTHONPATH": str(ROOT)}
    subprocess.run(
        [*command, "--quiet", "--out", "utf8"],
        env=env,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    for name in ("index.html", "heat/map.html", "heat/result.json", "report.html"):
        assert (tmp_path / "gbk" / name).read_bytes() == (tmp_path / "utf8" / name).read_bytes()
