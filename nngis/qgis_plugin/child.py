"""Run nngis as a child process: its steps are told, and it can be cancelled at any moment."""

import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

from .words import say

LOOK_AGAIN_S = 0.1
GRACE_S = 3.0  # for a child that is asked to stop, before it is made to
MOST_LINES = 40  # of what a child said before it broke off
ERRORS = ("错误", "error")  # how nngis begins the lines of an error
#: What QGIS sets for its own Python and its own GDAL, and what would lead another one astray.
OF_QGIS = ("PYTHON", "GDAL_", "PROJ_", "QT_", "QGIS_", "OSGEO4W", "VIRTUAL_ENV", "LD_PRELOAD")


class ChildError(Exception):
    """nngis could not be run, or says why it could not do what was asked."""


class CancelledError(Exception):
    """The user cancelled; the child was stopped."""


def run_child(arguments, feedback=None, folder=None):
    """Run a command, tell its steps, and return what it printed.

    Raises ChildError with the command's own words if it fails, CancelledError if it was cancelled.
    """
    with tempfile.TemporaryFile() as printed:
        child = _start(arguments, printed, folder)
        said = []
        lines = queue.Queue()
        reader = threading.Thread(target=_read, args=(child.stderr, lines), daemon=True)
        reader.start()
        try:
            while child.poll() is None or reader.is_alive() or not lines.empty():
                if feedback is not None and feedback.isCanceled():
                    raise CancelledError
                with suppress(queue.Empty):
                    line = lines.get(timeout=LOOK_AGAIN_S)
                    said.append(line)
                    _tell(line, feedback)
        finally:
            stop(child)
            reader.join(GRACE_S)
            child.stderr.close()
        printed.seek(0)
        text = printed.read().decode("utf-8", "replace")
    if child.returncode != 0:
        own = [one for one in said if one.startswith(ERRORS)] or said[-MOST_LINES:]
        raise ChildError("\n".join(own) or f"nngis: {child.returncode}")
    return text


def start_alone(arguments):
    """Start a program that outlives QGIS, and return it; what it prints is not kept."""
    return _start(arguments, subprocess.DEVNULL, None, subprocess.DEVNULL)


def _start(arguments, printed, folder, said=subprocess.PIPE):
    clean = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(OF_QGIS)
    }
    own = {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    told = {"stdin": subprocess.DEVNULL, "stdout": printed, "stderr": said}
    if sys.platform == "win32":
        told["creationflags"] = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        told["start_new_session"] = True  # the child's own children are stopped with it
    try:
        return subprocess.Popen(list(arguments), env={**clean, **own}, cwd=folder, **told)
    except OSError as error:
        raise ChildError(
            say(f"不能运行 {arguments[0]}：{error}", f"{arguments[0]} cannot be run: {error}")
        ) from error


def _read(stream, lines):
    for raw in iter(stream.readline, b""):
        line = raw.decode("utf-8", "replace").rstrip()
        if line:
            lines.put(line)


def _tell(line, feedback):
    if feedback is None:
        return
    feedback.setProgressText(line)  # QGIS moves its bar and writes the line into its log


def stop(child):
    """Stop a child and the children that it started; do nothing if it has ended."""
    if child.poll() is not None:
        return
    if sys.platform == "win32":
        command = ["taskkill", "/T", "/F", "/PID", str(child.pid)]
        subprocess.run(command, capture_output=True, check=False)
    else:
        for sent in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(child.pid, sent)
            with suppress(subprocess.TimeoutExpired):
                child.wait(GRACE_S)
                return
    child.wait()


@contextmanager
def whole_folder(target):
    """Give a place to write a result into that becomes `target` only when all went well.

    A folder that is there already is nngis's own to replace, which it does whole or not at all.
    """
    target = Path(target)
    if target.exists() and any(target.iterdir()):
        yield target
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # One of `tempfile` is private on Windows, and so would be what is moved out of it.
    work = target.parent / f".nngis-qgis-{secrets.token_hex(4)}"
    work.mkdir()
    try:
        yield work / target.name
        if target.exists():
            target.rmdir()
        (work / target.name).replace(target)
    finally:
        shutil.rmtree(str(work), ignore_errors=True)
