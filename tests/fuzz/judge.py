"""Run one command on one file in a process of its own, and say what came of it."""

import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.corpus import Seed

SECONDS, MEGABYTES = 10, 1000
SECONDS_OF_A_RUN = 60  # of plans that a mutated scenario still asks for
LONG = ("run", "roofs", "register")
HANGS = 600  # seconds of the clock: a busy machine kills nothing good
SECRET = "SECRET-7731"
OURS = re.compile(r"(请|错误|error|Error|Usage|Try|─|│|╭|╰)")
_GONE = ("Traceback (most recent call last)", "panicked at", "没有料到的错误")
_PLACES = re.compile(r"/\S+|\d+|'[^']*'|\"[^\"]*\"|（[^）]*）")


@dataclass(frozen=True)
class Verdict:
    """What came of it: ``done``, ``refused``, or the name of a fault."""

    kind: str
    said: str
    seconds: float
    megabytes: float

    @property
    def is_fault(self) -> bool:
        return self.kind not in ("done", "refused")

    @property
    def answer(self) -> str:
        """Give the answer without names, places and numbers: what is new is worth a further try."""
        return self.kind + _PLACES.sub("", self.said[:400])


class Judge:
    """Forks a child for each case; what is imported is imported once.

    Parameters
    ----------
    folder : Path
        Where cases are laid out and results written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        self.secret = folder / "secret.geojson"
        folder.mkdir(parents=True, exist_ok=True)
        self.secret.write_text(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"锅炉编号":"'
            f'{SECRET}","额定蒸发量":10}},"geometry":{{"type":"Point","coordinates":[108.9,22.8]}}}}]}}',
            encoding="utf-8",
        )

    def judge(self, seed: Seed, data: bytes) -> Verdict:
        """Run the seed's command on other content."""
        place = self.folder / "case"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        path, folder = seed.laid(place, data)
        out = self.folder / "out"
        for old in (*self.folder.glob("out*"), *self.folder.glob(".nngis-*")):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        words = [
            word.replace("{}", str(path)).replace("{out}", str(out)).replace("{dir}", str(folder))
            for word in seed.command
        ]
        status, used, seconds = self._run(words)
        said = (self.folder / "said").read_text("utf-8", "replace")
        megabytes = used.ru_maxrss / 1e3
        limit = SECONDS_OF_A_RUN if seed.command[0] in LONG else SECONDS * seed.answers
        kind = self._kind(status, said, seconds, megabytes, limit)
        if kind == "traceback":
            self._run([*words, "--debug"])
            said = (self.folder / "said").read_text("utf-8", "replace")
        if kind in ("done", "refused"):
            kind = self._aftermath(kind, said, out, seed) or kind
        return Verdict(kind, said[-3000:], seconds, megabytes)

    def _run(self, words: list[str]) -> tuple[int, resource.struct_rusage, float]:
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            _be_the_command(words, self.folder / "said")
        while True:
            done, status, used = os.wait4(child, os.WNOHANG)
            seconds = time.monotonic() - start
            if done:
                # Other work on the machine counts not.
                return status, used, min(seconds, used.ru_utime + used.ru_stime)
            if seconds > HANGS:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.002)

    def _kind(self, status: int, said: str, seconds: float, megabytes: float, limit: int) -> str:
        if any(mark in said for mark in _GONE):
            return "traceback"
        if seconds > limit or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
            return "slow"
        if os.WIFSIGNALED(status):
            return "died"
        if megabytes > MEGABYTES:
            return "heavy"
        code = os.WEXITSTATUS(status)
        if code not in (0, 1, 2, 3):
            return "died"
        if code in (1, 2) and not OURS.search(said):
            return "wordless"
        return "done" if code in (0, 3) else "refused"

    def _aftermath(self, kind: str, said: str, out: Path, seed: Seed) -> str | None:
        heard = False
        with contextlib.suppress(BlockingIOError):
            self.server.accept()[0].close()
            heard = True
        left = [path for path in self.folder.glob("out*") if path.name != "out"]
        written = b"".join(path.read_bytes() for path in left if path.is_file())
        if heard or SECRET in said or SECRET.encode() in written:
            return "leak"
        hidden = list(self.folder.glob(".nngis-*"))
        pair = [path for path in left if path.suffix in (".gpkg", ".xlsx")]
        if hidden or len(pair) == 1 or (kind == "refused" and pair):
            return "half"
        whole = out / "run.json" if seed.command[0] != "layers" else out
        if kind == "refused" and whole.exists():
            return "half"
        return None


def _be_the_command(words: list[str], said: Path) -> None:
    """Be ``nngis WORDS``, as the command line has it, and end."""
    code = 99
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS_OF_A_RUN, 2 * SECONDS_OF_A_RUN))
    try:
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="backslashreplace")
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace")
        sys.argv = ["nngis", *words]
        if words[0] == "python":
            from tests.fuzz.doors import ask

            code = ask([word for word in words[1:] if word != "--debug"])
        else:
            from nngis.cli.app import main

            main()
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 -- what a user would see as a traceback
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                stream.flush()
        os._exit(code)
