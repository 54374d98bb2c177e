"""Play a rule of Windows on Linux: a file that is open is neither removed, renamed nor replaced.

Python opens files there so that nothing else may be done to them until they are closed, and GDAL
and SQLite do too; a file that is mapped is held as well. Every removal and renaming of this process
is asked first, whichever library opened the file.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from nngis import file_lock, replacing

fcntl = pytest.importorskip("fcntl")

_ASKED: list[bool] = []  # whether the rule holds now; a hook cannot be taken away again
REFUSED: list[str] = []


def _held() -> set[str]:
    """Name the files that this process has open or mapped."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the listing's own is gone
            found.add(handle.readlink())
    maps = Path("/proc/self/maps").read_text("utf-8").splitlines()
    found |= {Path(line.split(maxsplit=5)[5]) for line in maps if line.count("/")}
    return {str(path) for path in found if path.is_file()}


def _whole(path: str | bytes, folder: int) -> str:
    start = Path(f"/proc/self/fd/{folder}").readlink() if folder >= 0 else Path.cwd()
    asked = start / os.fsdecode(path)
    return str(asked.parent.resolve() / asked.name)


def _ask(event: str, given: tuple) -> None:
    if not any(_ASKED) or event not in {"os.remove", "os.rename"}:
        return
    _ASKED.append(False)
    try:
        half = len(given) // 2
        touched = [_whole(*pair) for pair in zip(given[:half], given[half:], strict=True)]
        held = [o for o in _held() for a in touched if o == a or o.startswith(f"{a}/")]
    finally:
        _ASKED.remove(False)
    if held:
        REFUSED.append(f"{event} {held[0]}")
        raise PermissionError(errno.EACCES, "used by another process", held[0])


@contextmanager
def windows_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold the rule for a while, and go the way that `nngis.replacing` goes on Windows."""

    def locking(handle: int, _mode: int, _bytes: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    module = ModuleType("msvcrt")
    module.locking, module.LK_NBLCK = locking, 2
    monkeypatch.setitem(sys.modules, "msvcrt", module)
    for module_of_ours in (replacing, file_lock):
        monkeypatch.setattr(module_of_ours, "sys", SimpleNamespace(platform="win32"))
    if not REFUSED:
        sys.addaudithook(_ask)
        REFUSED.append("")
    del REFUSED[1:]
    _ASKED.append(True)
    try:
        yield
    finally:
        _ASKED.remove(True)
