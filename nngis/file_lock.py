"""A lock between processes: a file beside what is written, held as long as its holder lives."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path


def try_lock(path: Path) -> int | None:
    """Take the lock, which ends with the process.

    Parameters
    ----------
    path : Path
        The lock's file; made where there is none.

    Returns
    -------
    int or None
        What to give back by `release`; None where another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock_handle(handle)
        # Who held it before may have removed the file that was opened here.
        if os.path.samestat(os.fstat(handle), path.stat()):
            return handle
    except OSError as error:
        held = (errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.ENOENT)
        if error.errno not in held:
            os.close(handle)
            raise
    os.close(handle)
    return None


def release(handle: int, path: Path) -> None:
    """Remove the lock's file and let the lock go.

    Elsewhere another run could take a file that is about to go; Windows removes none that is open,
    neither by us nor by that run.

    Parameters
    ----------
    handle : int
        As `try_lock` gave it.
    path : Path
        The lock's file.
    """
    if sys.platform == "win32":
        os.close(handle)
    with suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        os.close(handle)


def _lock_handle(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 -- of that system

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 -- of the others

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
