"""What is being computed and what is known: whole results by what they hang on."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nngis.decide.indicators import Indicator
from nngis.desk.picture import problems_json
from nngis.desk.worker import Done, Job, Worker
from nngis.run.cases import Case
from nngis.run.plans import load_plan
from nngis.run.results import Result
from nngis.run.scenario import Scenario
from nngis.text import Lang, Text

MOST_RESULTS = 12
STOPPED = {"zh": "已停止。", "en": "Stopped.", "where": ""}
MOST_FIGURES = 2_000  # results whose indicators alone are remembered
Tell = Callable[[dict[str, Any]], None]


class Computing:
    """Whole results, by key, and the worker that finds them.

    Parameters
    ----------
    case : Case
        The case.
    tell : callable
        Told what begins, what is found and what fails, in any thread.
    """

    def __init__(self, case: Case, tell: Tell) -> None:
        self.case, self._tell = case, tell
        self._lock = threading.RLock()
        self._results: OrderedDict[str, tuple[Scenario, Result]] = OrderedDict()
        self._figures: OrderedDict[str, tuple[Indicator, ...]] = OrderedDict()
        self.failed: dict[str, list[dict[str, str]]] = {}
        self._jobs: dict[int, tuple[str, str, Scenario]] = {}
        self._waiting: dict[str, tuple[str, Scenario]] = {}
        self._number = 0
        self._worker = Worker(case.store.folder, self._answered)

    def result(self, key: str) -> Result | None:
        """Return a result that is known."""
        with self._lock:
            if key not in self._results:
                return None
            self._results.move_to_end(key)
            return self._results[key][1]

    def figures(self, key: str) -> tuple[Indicator, ...] | None:
        """Return the indicators of a result that is known, or was."""
        with self._lock:
            return self._figures.get(key)

    def alike(self, plan: str, same: Callable[[Scenario], bool]) -> Result | None:
        """Return the latest result of a plan whose scenario is the same in what counts."""
        with self._lock:
            for scenario, result in reversed(self._results.values()):
                if result.plan == plan and same(scenario):
                    return result
        return None

    def want(self, plan: str, scenario: Scenario, key: str) -> None:
        """Ask the worker, one question a plan at a time; of those that wait the last counts."""
        with self._lock:
            running = [known for asked, known, _ in self._jobs.values() if asked == plan]
            if key in running:
                self._waiting.pop(plan, None)
                return
            if running:
                self._waiting[plan] = (key, scenario)
                return
            number = self._next(plan, key, scenario)
        asked = scenario.model_copy(update={"plans": (plan,), **only_of(plan, scenario)})
        self._worker.ask(Job(number, "run", asked))
        self._tell({"kind": "busy", "busy": self.busy()})

    def write(self, scenario: Scenario, out: Path, lang: Lang) -> None:
        """Write the whole output folder of a scenario, in the worker."""
        with self._lock:
            number = self._next("", str(out), scenario)
        self._worker.ask(Job(number, "write", scenario, str(out), lang))
        self._tell({"kind": "busy", "busy": self.busy()})

    def stop(self) -> None:
        """Stop what is being computed; what was asked stays asked."""
        with self._lock:
            stopped = [key for plan, key, _ in self._jobs.values() if plan]
            stopped += [key for key, _ in self._waiting.values()]
            self._jobs.clear()
            self._waiting.clear()
            self.failed |= {key: [STOPPED] for key in stopped}
        self._worker.stop()
        self._tell({"kind": "stopped", "busy": []})

    def close(self) -> None:
        """End the worker."""
        self._worker.stop()

    def busy(self) -> list[dict[str, Any]]:
        """List what is being computed."""
        with self._lock:
            return [{"plan": plan, "number": n} for n, (plan, *_) in self._jobs.items()]

    def _next(self, plan: str, key: str, scenario: Scenario) -> int:
        self._number += 1
        self._jobs[self._number] = (plan, key, scenario)
        return self._number

    def _answered(self, done: Done) -> None:
        with self._lock:
            if done.number not in self._jobs:  # it was stopped
                return
            plan, key, scenario = self._jobs[done.number]
            if not done.finished:
                said = done.progress or Text("", "")
                self._tell({"kind": "progress", "plan": plan, "said": list(said)})
                return
            del self._jobs[done.number]
            for result in done.results if plan else ():
                self._results[key] = (scenario, replace(result, case=self.case))
                self._figures[key] = result.analysis.indicators
                for kept, most in ((self._results, MOST_RESULTS), (self._figures, MOST_FIGURES)):
                    while len(kept) > most:
                        kept.popitem(last=False)
            if done.problems and plan:
                self.failed[key] = problems_json(done.problems)
            waiting = self._waiting.pop(plan, None)
        message: dict[str, Any] = {"kind": "settled", "plan": plan, "key": key}
        if not plan:
            wrong = problems_json(done.problems)
            message = {"kind": "written", "problems": wrong, "id": Path(key).name}
        self._tell({**message, "busy": self.busy()})
        if waiting is not None:
            self.want(plan, waiting[1], waiting[0])


def only_of(plan: str, scenario: Scenario) -> dict[str, Any]:
    """Return those layers and edits of a scenario that a plan takes."""
    built = load_plan(plan)
    roles = {*built.roles, *built.optional_roles, *built.raster_roles}
    return {
        "layers": {role: one for role, one in scenario.layers.items() if role in roles},
        "edits": tuple(one for one in scenario.edits if one.role in roles),
    }


def key_of(plan: str, scenario: Scenario) -> str:
    """Return what a plan's result hangs on: its layers, its rows' edits, its parameters."""
    only = only_of(plan, scenario)
    asked = {
        "plan": plan,
        "layers": {role: one.model_dump() for role, one in only["layers"].items()},
        "edits": [one.model_dump() for one in only["edits"]],
        "values": scenario.parameters.get(plan, {}),
    }
    return json.dumps(asked, sort_keys=True, ensure_ascii=False)
