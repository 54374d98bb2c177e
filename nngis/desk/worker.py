"""The process that runs whole analyses, so that the page never waits for one and can stop it."""

import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nngis.errors import NngisError, Problem, unforeseen
from nngis.inputs.choices import LayerChoice
from nngis.inputs.given import take_given
from nngis.inputs.store import open_role
from nngis.run.analyse import analyse
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.results import Result, Run, held
from nngis.run.scenario import Scenario
from nngis.text import Lang, Text

GONE = Problem(
    "计算进程意外结束（可能是内存不足）；请再算一次。",
    "The process that computes ended (perhaps there was not enough memory); compute again.",
)


@dataclass(frozen=True)
class Job:
    """One thing to do.

    Parameters
    ----------
    number : int
        Its number; the answer carries it.
    kind : {"run", "write"}
        Whether results are wanted, or the whole output folder.
    scenario : Scenario
        What to run: of a "run" one plan.
    out : str
        The folder of a "write".
    lang : {"zh", "en"}
        Language of sheets and pages.
    """

    number: int
    kind: str
    scenario: Scenario
    out: str = ""
    lang: Lang = "zh"


@dataclass(frozen=True)
class Done:
    """What became of a job: results, or a message on the way, or what is wrong."""

    number: int
    results: tuple[Result, ...] = ()
    progress: Text | None = None
    problems: tuple[Problem, ...] = ()
    finished: bool = True


class Worker:
    """A process that does one job after the other; stopping it loses the job and nothing else.

    Parameters
    ----------
    case : Path
        The case's folder.
    answer : callable
        Called with each `Done`, in a thread of its own.
    """

    def __init__(self, case: Path, answer: Callable[[Done], None]) -> None:
        self._case, self._answer = case, answer
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Connection | None = None
        self._asked: set[int] = set()  # numbers of jobs that have no answer yet

    def ask(self, job: Job) -> None:
        """Send a job; the process is started where there is none."""
        with self._lock:
            if self._process is None or not self._process.is_alive():
                self._start()
            if self._pipe is not None:
                self._asked.add(job.number)
                self._pipe.send(job)

    def stop(self) -> None:
        """End the process with all it has to do."""
        with self._lock:
            process, self._process, self._pipe = self._process, None, None
            self._asked.clear()
        if process is not None:
            process.kill()
            process.join(10)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        mine, its = context.Pipe()
        self._process = context.Process(target=work, args=(str(self._case), its), daemon=True)
        self._process.start()
        its.close()
        self._pipe = mine
        threading.Thread(target=self._listen, args=(mine,), daemon=True).start()

    def _listen(self, pipe: Connection) -> None:
        while True:
            try:
                done = pipe.recv()
            except (EOFError, OSError):  # it was stopped, or something else ended it
                self._ended(pipe)
                return
            if done.finished:
                self._asked.discard(done.number)
            self._answer(done)

    def _ended(self, pipe: Connection) -> None:
        """Answer the jobs of a process that was ended by somebody else."""
        with self._lock:
            lost = sorted(self._asked) if self._pipe is pipe else []
            if lost:
                self._process, self._pipe = None, None
                self._asked.clear()
        for number in lost:
            self._answer(Done(number, problems=(GONE,)))


def work(case: str, pipe: Connection) -> None:
    """Do jobs until the pipe closes.

    Parameters
    ----------
    case : str
        The case's folder.
    pipe : Connection
        Jobs come and answers go through it.
    """
    bench = Bench(open_case(case))
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            results = bench.do(job, partial(_tell, pipe, job.number))
        except NngisError as error:
            pipe.send(Done(job.number, problems=error.problems))
        except Exception as error:  # noqa: BLE001 - the desk stays open whatever an analysis meets
            pipe.send(Done(job.number, problems=unforeseen(error).problems))
        else:
            pipe.send(Done(job.number, results))


def _tell(pipe: Connection, number: int, said: Text) -> None:
    pipe.send(Done(number, progress=said, finished=False))


class Bench:
    """A case with what was read for it, so that a ledger is read once and not at each change.

    Parameters
    ----------
    case : Case
        The case.
    """

    # Roles that are read by what kind of file plays them, each time anew.
    OWN_READERS = ("solar_climate", "population", "elevation")

    def __init__(self, case: Case) -> None:
        self.case = case
        self._names: dict[tuple[str, LayerChoice, float], str] = {}

    def do(self, job: Job, progress: Callable[[Text], None]) -> tuple[Result, ...]:
        """Run a scenario's plans; write the folder where it is asked for."""
        write = job.kind == "write"
        asked = self.kept(job.scenario)
        found = analyse(asked, self.case.store, overrides={}, score=write, progress=progress)
        results = tuple(held(one, self.case) for one in found.results)
        if write:
            record = {"scenario": job.scenario.name, "set": {}}
            run = Run(results, job.scenario.title, record, found.score)
            progress(Text("写出结果与地图", "Writing results and maps"))
            run.save(job.out, lang=job.lang, force=True)
        return tuple(replace(one, case=None) for one in results)  # the page has the case itself

    def kept(self, scenario: Scenario) -> Scenario:
        """Put ledgers that were read already in the place of their files."""
        choices = dict(scenario.layers)
        for role, choice in scenario.layers.items():
            if role in self.OWN_READERS or choice.path in self.case.store.specs:
                continue
            path = Path(choice.path)
            key = (role, choice, path.stat().st_mtime if path.is_file() else 0.0)
            if key not in self._names:
                self._read(key)
            choices[role] = choice.model_copy(update={"path": self._names[key]})
        return scenario.model_copy(update={"layers": choices})

    def _read(self, key: tuple[str, LayerChoice, float]) -> None:
        role, choice, _ = key
        layer = open_role(role, self.case.store, {role: choice})
        given = take_given({role: layer}, self.case.store)
        own = given.choices[role].path
        name = f"{own}:{len(self._names)}"
        spec = given.store.spec(own)
        store = self.case.store.with_layer(name, layer, spec)
        self.case = Case(store, self.case.scenario)
        self._names[key] = name
