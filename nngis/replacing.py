"""Replace a folder, or some files, whole or not at all, whatever is killed when.

What is new is built beside the old in a hidden place, under a lock. A folder then changes places
with the old one in one step where the system has such a step. Where it has none, and for several
files, a journal is written first that says what is to be moved where, so that whoever comes next
can finish. Files of others in a folder are linked into the new one before the change: no moment
has them in a hidden folder alone.
"""

import ctypes
import errno
import hashlib
import json
import logging
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nngis.errors import OutputError
from nngis.file_lock import release, try_lock
from nngis.foreign_files import keep_foreign
from nngis.text import Text

WAIT_S = 120.0  # for another run that writes into the same place
LOOK_AGAIN_S = 0.05
_PREFIX = ".nngis-"
_LOCK, _JOURNAL = ".lock", ".swap"
_AT_FDCWD, _EXCHANGE = -100, 2
_NO_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}
_LOG = logging.getLogger("nngis")
FINISHED = Text(
    "上次写入被中断；已把写好的新结果换上。",
    "The last run was cut off while it put its result in place; that has been finished.",
)


@contextmanager
def replaced_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes `out` once everything is there.

    Parameters
    ----------
    out : Path
        The folder that the reader will open.

    Yields
    ------
    Path
        An empty folder beside it. If the block ends well it takes the place of `out`, and files
        of `out` that no run of ours wrote are in it too; if not, `out` stays as it was.

    Raises
    ------
    OutputError
        If a file of the old folder is held open by another program, the disk is full, or another
        run writes there and does not end.
    """
    _refuse_devices([out], or_folders=False)
    out = Path(os.path.realpath(out))
    with said_as_output(out), _locked(out):
        _recover(out)
        staging = folder_beside(out, _name(out, "-"))
        try:
            yield staging
            _swap(staging, out)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def replaced_files(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give paths to write to that become `targets`, all of them, once everything is there.

    Parameters
    ----------
    targets : sequence of Path
        Files of one folder; the first names the lock.

    Yields
    ------
    list of Path
        A path of the same name each, in an empty folder beside them.

    Raises
    ------
    OutputError
        As for `replaced_folder`.
    """
    _refuse_devices(targets, or_folders=True)
    names = [Path(os.path.realpath(path)).name for path in targets]
    with added_files(targets[0]) as staging:
        yield [staging / name for name in names]


@contextmanager
def added_files(lead: Path) -> Iterator[Path]:
    """Give a folder whose files come to lie beside `lead`, all of them, once all are there.

    Parameters
    ----------
    lead : Path
        A file, there or not, that names the lock; whoever reads it asks `settle` first.

    Yields
    ------
    Path
        An empty folder; what is written into it takes the place of files of the same names.

    Raises
    ------
    OutputError
        As for `replaced_folder`.
    """
    lead = Path(os.path.realpath(lead))
    with said_as_output(lead), _locked(lead):
        _recover(lead)
        staging = folder_beside(lead, _name(lead, "-"))
        try:
            yield staging
            made = sorted(path.name for path in staging.iterdir())
            _write_journal(lead, {"staging": staging.name, "files": made})
            _move_files(lead)
        finally:
            if not _journal(lead).exists():
                shutil.rmtree(staging, ignore_errors=True)


def try_beside(out: Path) -> None:
    """Make a folder beside a path and remove it, to see that it can be.

    Parameters
    ----------
    out : Path
        Where a result will lie; the next run there removes what a killed one left.
    """
    shutil.rmtree(folder_beside(out, _name(out, "-")), ignore_errors=True)


def folder_beside(out: Path, prefix: str) -> Path:
    """Make an empty folder beside a path, to become it.

    One of `tempfile` is private, on Windows for all that is written into it and moved out of it.

    Parameters
    ----------
    out : Path
        Where the result will lie.
    prefix : str
        How its name begins.

    Returns
    -------
    Path
        The folder, with a name that nobody else has; a result is to be shared.
    """
    made = out.parent / f"{prefix}{secrets.token_hex(4)}"
    made.mkdir()
    made.chmod(0o755)
    return made


def settle(out: Path) -> None:
    """Finish what a killed run began, if it did; whoever reads or writes `out` asks first.

    Parameters
    ----------
    out : Path
        A folder of results, or the first file of several.
    """
    out = Path(os.path.realpath(out))
    if _journal(out).exists():
        with said_as_output(out), _locked(out):
            _recover(out)


@contextmanager
def locked_folder(out: Path) -> Iterator[None]:
    """Keep other runs out of a folder that is filled piece by piece.

    Parameters
    ----------
    out : Path
        The folder.

    Yields
    ------
    None
        The folder is ours.

    Raises
    ------
    OutputError
        If another run writes there and does not end in time.
    """
    out = Path(os.path.realpath(out))
    with said_as_output(out), _locked(out):
        yield


@contextmanager
def said_as_output(out: Path) -> Iterator[None]:
    """Say in words what the system says when nothing can be written.

    Parameters
    ----------
    out : Path
        What is written.

    Yields
    ------
    None
        The block writes.

    Raises
    ------
    OutputError
        For every OSError of the block.
    """
    try:
        yield
    except PermissionError as error:
        raise OutputError(
            f"不能写或替换输出文件（{error.filename}）；请检查权限，并关闭正在打开它的程序"
            "（如 Excel）后重试。",
            f"The output cannot be written or replaced ({error.filename}); check the permissions, "
            "close the program that has it open (Excel?) and run again.",
            where=str(out),
        ) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = Text("磁盘已满" if full else f"{error}", "the disk is full" if full else f"{error}")
        raise OutputError(
            f"写不完输出（{what.zh}）；原有结果未动。请腾出空间，或用 --out 换一个位置。",
            f"The output cannot be written ({what.en}); what was there is untouched. Make room, or "
            "name another place with --out.",
            where=str(out),
        ) from error


def _refuse_devices(targets: Sequence[Path], *, or_folders: bool) -> None:
    """Refuse what is neither file nor folder: a device that was replaced is gone for everybody."""
    for path in targets:
        is_plain = path.is_file() or (path.is_dir() and not or_folders)
        if path.exists() and not is_plain:
            raise OutputError(
                "这是设备、管道或文件夹，不能换成文件；请另写一个路径。",
                "This is a device or a pipe, or a folder, and is not replaced by a file; name "
                "another path.",
                where=str(path),
            )


def _name(out: Path, end: str) -> str:
    """Name what belongs to `out` beside it; short, however long its own name is."""
    return f"{_PREFIX}{hashlib.sha256(os.fsencode(out.name)).hexdigest()[:12]}{end}"


def _journal(out: Path) -> Path:
    return out.with_name(_name(out, _JOURNAL))


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    path = out.with_name(_name(out, _LOCK))
    until = time.monotonic() + WAIT_S
    while (handle := try_lock(path)) is None:
        if time.monotonic() > until:
            raise OutputError(
                "另一次运行正在写这个位置；请等它结束，或用 --out 换一个。",
                "Another run is writing here; wait until it ends, or name another place with "
                "--out.",
                where=str(out),
            )
        time.sleep(LOOK_AGAIN_S)
    try:
        _sweep(out.parent, _name(out, ""))
        yield
    finally:
        release(handle, path)


def _sweep(parent: Path, mine: str) -> None:
    """Remove what dead runs left: all that is mine now, and all whose lock is free.

    What a journal speaks of stays, for the next command on its folder.
    """
    groups: dict[str, list[Path]] = {}
    with suppress(OSError):
        for path in parent.glob(f"{_PREFIX}*"):
            stem = path.name[: len(mine)]
            groups.setdefault(stem, []).append(path)
    for stem, paths in groups.items():
        lock = parent / f"{stem}{_LOCK}"
        if (parent / f"{stem}{_JOURNAL}").exists():
            continue
        if stem == mine:
            _remove(path for path in paths if path != lock)
        elif lock in paths:
            with suppress(OSError):
                handle = try_lock(lock)
                if handle is not None:
                    _remove(path for path in paths if path != lock)
                    release(handle, lock)


def _remove(paths: Any) -> None:  # noqa: ANN401 -- an iterable of paths
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _swap(staging: Path, out: Path) -> None:
    if not out.exists():
        staging.rename(out)
        return
    keep_foreign(out, staging)
    if _exchange(staging, out):
        keep_foreign(staging, out)  # what came between the two
    else:
        old = out.with_name(_name(out, "-old"))
        _write_journal(out, {"staging": staging.name, "old": old.name})
        _move_folders(out)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system has no such step."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        code = library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _EXCHANGE)
    elif hasattr(library, "renamex_np"):
        code = library.renamex_np(*paths, _EXCHANGE)
    else:
        return False
    number = ctypes.get_errno() if code else 0
    if number and number not in _NO_EXCHANGE:
        raise OSError(number, os.strerror(number), str(other))
    return not code


def _write_journal(out: Path, content: dict[str, Any]) -> None:
    beside = out.with_name(_name(out, "-journal"))
    beside.write_text(json.dumps(content), encoding="utf-8")
    beside.replace(_journal(out))


def _read_journal(out: Path) -> dict[str, Any]:
    """Read what is to be moved; names of files beside `out` alone, for anybody can write a file."""
    content: dict[str, Any] = json.loads(_journal(out).read_text(encoding="utf-8"))
    for name in (content["staging"], *content.get("files", [content.get("old")])):
        if not isinstance(name, str) or Path(name).name != name or name == "..":
            raise OSError(errno.EINVAL, "not a journal of ours", str(_journal(out)))
    return content


def _recover(out: Path) -> None:
    """Finish what the journal says; the lock is held."""
    path = _journal(out)
    if not path.exists():
        return
    content = _read_journal(out)
    if "files" in content:
        _move_files(out)
    else:
        _move_folders(out)
    _LOG.warning("%s: %s %s", out, FINISHED.zh, FINISHED.en)


def _move_folders(out: Path) -> None:
    content = _read_journal(out)
    staging, old = (out.with_name(content[name]) for name in ("staging", "old"))
    if staging.exists():
        if out.exists() and not old.exists():
            out.rename(old)
        if not out.exists():
            staging.rename(out)
    elif not out.exists() and old.exists():
        old.rename(out)
    if old.exists():
        keep_foreign(old, out)
        # Half of it removed, nobody could tell any more what of the rest was ours.
        old.rename(out.with_name(_name(out, "-done")))
    _journal(out).unlink()
    shutil.rmtree(out.with_name(_name(out, "-done")), ignore_errors=True)


def _move_files(out: Path) -> None:
    content = _read_journal(out)
    staging = out.with_name(content["staging"])
    for name in content["files"]:
        if (staging / name).exists():
            (staging / name).replace(out.with_name(name))
    _journal(out).unlink()
    shutil.rmtree(staging, ignore_errors=True)
