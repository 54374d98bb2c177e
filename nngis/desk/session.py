"""One desk at work: what scenario is open, what is known of it, and what is being computed."""

import datetime
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nngis.cartography.backdrop import county_bounds, draw_backdrop
from nngis.cartography.style import badges, shapes
from nngis.desk import changes
from nngis.desk.levers import levers
from nngis.desk.opening import read_asked
from nngis.desk.picture import draw_result, problems_json, row_of
from nngis.desk.quick_heat import quick_heat
from nngis.desk.shelf import Kept, Shelf
from nngis.desk.worker import Bench, Done, Job, Worker
from nngis.errors import NngisError, ScenarioError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.edits import apply_edits
from nngis.inputs.open_layers import open_layers
from nngis.inputs.plan_inputs import plan_inputs
from nngis.parameters import build
from nngis.plans.heat.what_if import LEVERS, decision_by_radius, keep_facts
from nngis.plans.heat.what_if import Kept as HeatFacts
from nngis.run.cases import case as open_case
from nngis.run.plans import PLAN_IDS, PLAN_TITLES, load_plan
from nngis.run.results import Result
from nngis.run.scenario import Scenario
from nngis.text import Lang, Text

VERSION = 1
MOST_RESULTS = 24
MOST_HISTORY = 200
Tell = Callable[[dict[str, Any]], None]


class Session:
    """The state behind the page; the page may be closed and opened at any moment.

    Parameters
    ----------
    case : Path
        The case's folder.
    shelf : Shelf
        The desk's folder.
    tell : callable
        Called with each message to all pages, in any thread.
    """

    def __init__(self, case: Path, shelf: Shelf, tell: Tell) -> None:
        self.case = open_case(case)
        self.bench = Bench(self.case)
        self.shelf, self._tell = shelf, tell
        self._lock = threading.RLock()
        self._computing = threading.Lock()
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._failed: dict[str, list[dict[str, str]]] = {}
        self._jobs: dict[int, tuple[str, str]] = {}
        self._waiting: dict[str, tuple[str, Scenario]] = {}
        self._number, self.seq = 0, 0
        self._heat: tuple[str, HeatFacts] | None = None
        self._worker = Worker(self.case.store.folder, self._answered)
        self._backdrop: dict[str, Any] | None = None
        if not shelf.ids():
            first = self.case.scenario
            shelf.make(first.model_copy(update={"plans": PLAN_IDS}), first.title, at=_now())
        current = shelf.notes["current"]
        self.kept = shelf.read(current if current in shelf.ids() else shelf.ids()[0], at=_now())

    # What the page asks to see.

    def state(self) -> dict[str, Any]:
        """Return all but the pictures: scenarios, levers, edits, history, what is computed."""
        with self._lock:
            kept = self.kept
            entries = kept.history.entries[-MOST_HISTORY:]
            return {
                "v": VERSION,
                "seq": self.seq,
                "case": list(self.case.title),
                "plans": [{"id": one, "t": list(PLAN_TITLES[one])} for one in PLAN_IDS],
                "scenario": kept.id,
                "scenarios": [self._listed(id_) for id_ in self.shelf.ids()],
                "levers": {p: levers(p, kept.scenario, self.case.scenario) for p in PLAN_IDS},
                "edits": [one.model_dump() for one in kept.scenario.edits],
                "layers": {r: _choice_json(c) for r, c in kept.scenario.layers.items()},
                "history": [
                    {"n": e.number, "what": list(e.what), "at": e.at, "who": e.who}
                    for e in entries
                ],
                "head": kept.history.head,
                "undo": kept.history.before,
                "redo": kept.history.after,
                "who": self.shelf.notes["who"],
                "busy": self._busy(),
            }

    def ground(self) -> dict[str, Any]:
        """Return what lies under every map, once."""
        if self._backdrop is None:
            under = self.case.backdrop()
            self._backdrop = {
                "backdrop": draw_backdrop(under),
                "bounds": county_bounds(under),
                "shapes": {name: shape.path for name, shape in shapes().items()},
                "badges": {
                    word: [one.colour, one.ink, one.hatched, *one.title]
                    for word, one in badges().items()
                },
            }
        return self._backdrop

    def picture(self, plan: str, known: Mapping[str, str], id_: str = "") -> dict[str, Any]:
        """Return what is known of a plan now, and see to it that the rest is found."""
        scenario = self._scenario(id_)
        key = self.key(plan, scenario)
        head = {"v": VERSION, "seq": self.seq, "plan": plan, "key": key}
        result = self._result(key)
        if result is not None:
            return {**head, "stage": "settled", **draw_result(result, known)}
        if key in self._failed:
            return {**head, "stage": "failed", "problems": self._failed[key]}
        self._want(plan, scenario, key)
        if plan == "heat":
            return {**head, "stage": "quick", **self._quick(scenario)}
        return {**head, "stage": "waiting"}

    def attempt(self, plan: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the picture for values that a slider passes; nothing is kept."""
        scenario = changes.set_parameters(self.kept.scenario, plan, values)
        key = self.key(plan, scenario)
        head = {"v": VERSION, "seq": self.seq, "plan": plan, "key": key}
        if plan == "heat":
            return {**head, "stage": "quick", **self._quick(scenario)}
        return {**head, "stage": "waiting"}

    def why(self, plan: str, table: str, id_: str) -> dict[str, Any]:
        """Return all that is known of one row, and at which radius its decision changes."""
        result = self.settled(plan)
        found = {"v": VERSION, "plan": plan, "table": table}
        if result is not None:
            found |= row_of(result, table, id_)
        if plan == "heat" and table == "boilers":
            found["spans"] = self._spans(id_)
        return {"id": id_, **found}

    def settled(self, plan: str, id_: str = "") -> Result | None:
        """Return the whole result of a plan, where it is known."""
        return self._result(self.key(plan, self._scenario(id_)))

    def key(self, plan: str, scenario: Scenario) -> str:
        """Return what a plan's result hangs on: its layers, its rows' edits, its parameters."""
        built = load_plan(plan)
        roles = {*built.roles, *built.optional_roles, *built.raster_roles}
        asked = {
            "plan": plan,
            "layers": {r: c.model_dump() for r, c in scenario.layers.items() if r in roles},
            "edits": [e.model_dump() for e in scenario.edits if e.role in roles],
            "values": scenario.parameters.get(plan, {}),
        }
        return json.dumps(asked, sort_keys=True, ensure_ascii=False)

    # What the page asks to do.

    def do(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Make one change, keep it on disk, and tell every page."""
        with self._lock:
            self._change(str(asked.get("do", "")), asked)
            self.seq += 1
            self.shelf.note(current=self.kept.id)
        self._tell({"kind": "changed", "seq": self.seq})
        return self.state()

    def _change(self, action: str, asked: Mapping[str, Any]) -> None:
        scenario = self.kept.scenario
        if action == "set":
            plan, values = _plan(asked), dict(asked["values"])
            made = changes.set_parameters(scenario, plan, values)
            self._keep(made, changes.set_words(plan, values))
        elif action == "edit":
            self._keep(changes.edit_row(scenario, asked["edit"]), changes.edit_words(asked["edit"]))
        elif action == "unedit":
            role, id_ = str(asked["role"]), str(asked["id"])
            words = Text(f"{id_}：恢复原样", f"{id_}: as in the ledger again")
            self._keep(changes.unedit(scenario, role, id_), words)
        elif action == "layer":
            choice = None if asked["choice"] is None else LayerChoice(**asked["choice"])
            made = changes.choose_layer(scenario, str(asked["role"]), self._own(choice))
            self._keep(made, Text(f"图层：{asked['role']}", f"layer: {asked['role']}"))
        elif action in ("undo", "redo", "go"):
            history = self.kept.history
            to = {"undo": history.before, "redo": history.after}.get(action, asked.get("n"))
            if isinstance(to, int) and 1 <= to <= len(history.entries):
                self.kept = self.shelf.go(self.kept, to)
        elif action == "rename":
            made = changes.rename(scenario, str(asked["title"]))
            self._keep(made, Text("改名", "renamed"))
        elif action == "duplicate":
            made = changes.rename(scenario, str(asked["title"]))
            words = Text(f"由“{scenario.title.zh}”复制", f"copied from {scenario.title.en}")
            self.kept = self.shelf.make(made, words, at=_now(), who=self._who())
        elif action == "open":
            self.kept = self.shelf.read(str(asked["id"]), at=_now())
        elif action == "who":
            self.shelf.note(who=str(asked["name"])[:80])
        else:
            raise ScenarioError(
                "页面与程序版本不一致；请刷新页面。",
                "The page and the program are of different versions; reload the page.",
                where=action,
            )

    def write_everything(self, lang: Lang) -> None:
        """Write the whole output folder of the open scenario, in the worker."""
        with self._lock:
            out = self.shelf.folder / "out" / self.kept.id
            asked = self.kept.scenario
            number = self._next("", "write")
        self._worker.ask(Job(number, "write", asked, str(out), lang))
        self._tell({"kind": "busy", "busy": self._busy()})

    def stop(self) -> None:
        """Stop what is being computed; what was asked stays asked."""
        with self._lock:
            stopped = list(self._jobs.values())
            self._jobs.clear()
            self._waiting.clear()
            said = {"zh": "已停止。", "en": "Stopped.", "where": ""}
            for plan, key in stopped:
                if plan:
                    self._failed[key] = [said]
        self._worker.stop()
        self._tell({"kind": "stopped", "busy": []})

    def again(self, plan: str) -> None:
        """Forget that a plan was stopped or failed, so that it is asked anew."""
        self._failed.pop(self.key(plan, self.kept.scenario), None)

    def close(self) -> None:
        """End the worker."""
        self._worker.stop()

    def open_file(self, path: Path) -> None:
        """Take a colleague's scenario, or what a run was asked, as a new scenario."""
        with self._lock:
            asked = read_asked(path, self.case.scenario)
            words = Text(f"取自 {path.name}", f"taken from {path.name}")
            self.kept = self.shelf.make(asked, words, at=_now(), who=self._who())
            self.shelf.note(current=self.kept.id)

    # Within.

    def _keep(self, scenario: Scenario, what: Text) -> None:
        self.kept = self.shelf.change(self.kept, scenario, what, at=_now(), who=self._who())

    def _who(self) -> str:
        return str(self.shelf.notes["who"])

    def _own(self, choice: LayerChoice | None) -> LayerChoice | None:
        """Let a layer be a file of the desk's own folder, or a layer of the case; no other path."""
        if choice is None or choice.path in self.case.store.specs:
            return choice
        for path in self.shelf.files():
            if path.name == choice.path:
                return choice.model_copy(update={"path": str(path)})
        raise ScenarioError(
            "没有这个文件；请把文件拖到页面上。",
            "There is no such file; drop it on the page.",
            where=choice.path,
        )

    def _listed(self, id_: str) -> dict[str, Any]:
        kept = self.kept if id_ == self.kept.id else self.shelf.read(id_, at=_now())
        return {"id": id_, "t": list(kept.scenario.title), "changes": len(kept.history.entries) - 1}

    def _scenario(self, id_: str) -> Scenario:
        if not id_ or id_ == self.kept.id:
            return self.kept.scenario
        return self.shelf.read(id_, at=_now()).scenario

    def _result(self, key: str) -> Result | None:
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def _want(self, plan: str, scenario: Scenario, key: str) -> None:
        """Ask the worker, one question a plan at a time; of those that wait the last counts."""
        with self._lock:
            running = [known for asked, known in self._jobs.values() if asked == plan]
            if key in running:
                self._waiting.pop(plan, None)
                return
            if running:
                self._waiting[plan] = (key, scenario)
                return
            number = self._next(plan, key)
        asked = scenario.model_copy(update={"plans": (plan,), **_only(plan, scenario)})
        self._worker.ask(Job(number, "run", asked))
        self._tell({"kind": "busy", "busy": self._busy()})

    def _next(self, plan: str, key: str) -> int:
        self._number += 1
        self._jobs[self._number] = (plan, key)
        return self._number

    def _busy(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{"plan": plan, "number": n} for n, (plan, _) in self._jobs.items()]

    def _answered(self, done: Done) -> None:
        with self._lock:
            if done.number not in self._jobs:  # it was stopped
                return
            plan, key = self._jobs[done.number]
            if not done.finished:
                said = done.progress or Text("", "")
                self._tell({"kind": "progress", "plan": plan, "said": list(said)})
                return
            del self._jobs[done.number]
            for result in done.results if plan else ():
                self._results[key] = replace(result, case=self.case)
                while len(self._results) > MOST_RESULTS:
                    self._results.popitem(last=False)
            if done.problems and plan:
                self._failed[key] = problems_json(done.problems)
            waiting = self._waiting.pop(plan, None)
        message: dict[str, Any] = {"kind": "settled", "plan": plan, "key": key}
        if not plan:
            message = {"kind": "written", "problems": problems_json(done.problems),
                       "out": str(self.shelf.folder / "out")}  # fmt: skip
        self._tell({**message, "seq": self.seq, "busy": self._busy()})
        if waiting is not None:
            self._want(plan, waiting[1], waiting[0])

    def _quick(self, scenario: Scenario) -> dict[str, Any]:
        with self._computing:
            facts, parameters = self._facts(scenario)
            return quick_heat(facts, parameters)

    def _spans(self, id_: str) -> list[dict[str, Any]]:
        with self._computing:
            facts, parameters = self._facts(self.kept.scenario)
            if id_ not in facts.frame.index:
                return []
            field = type(parameters).model_fields["supply_radius_m"]
            low = next(m.ge for m in field.metadata if hasattr(m, "ge"))
            high = next(m.le for m in field.metadata if hasattr(m, "le"))
            spans = decision_by_radius(facts, id_, parameters, from_m=low, to_m=high)
        return [
            {"from_m": s.from_m, "to_m": s.to_m, "decision": s.decision, "rule": s.rule}
            for s in spans
        ]

    def _facts(self, scenario: Scenario) -> tuple[HeatFacts, Any]:
        """Return what hangs on no lever of the heat plan, gathered anew where it changed."""
        plan = load_plan("heat")
        values = scenario.parameters.get("heat", {})
        parameters, _ = build(plan.parameters, values, {}, scenario_name=scenario.name)
        still = {name: value for name, value in values.items() if name not in LEVERS}
        fixed = scenario.model_copy(update={"parameters": {"heat": still}})
        key = self.key("heat", fixed)
        if self._heat is None or self._heat[0] != key:
            asked = self.bench.kept(scenario.model_copy(update=_only("heat", scenario)))
            store = self.bench.case.store
            layers = apply_edits(open_layers([plan], store, asked.layers), asked.edits)
            fed = plan_inputs(plan, layers, store, asked.layers)
            self._heat = (key, keep_facts(plan.layers(**fed.frames, **fed.grids), parameters))
        return self._heat[1], parameters


def _only(plan: str, scenario: Scenario) -> dict[str, Any]:
    """Return those layers and edits of a scenario that a plan takes."""
    built = load_plan(plan)
    roles = {*built.roles, *built.optional_roles, *built.raster_roles}
    return {
        "layers": {role: one for role, one in scenario.layers.items() if role in roles},
        "edits": tuple(one for one in scenario.edits if one.role in roles),
    }


def _plan(asked: Mapping[str, Any]) -> str:
    plan = str(asked.get("plan", ""))
    if plan not in PLAN_IDS:
        raise NngisError("没有这个规划。", "There is no such plan.", where=plan)
    return plan


def _choice_json(choice: LayerChoice) -> dict[str, Any]:
    return {**choice.model_dump(), "path": Path(choice.path).name}


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
