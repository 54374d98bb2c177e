"""One desk at work: what scenario is open, what is known of it, and what is being computed."""

import datetime as dt
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from nngis.desk import changes
from nngis.desk.area import area_totals
from nngis.desk.comparing import compared, indicator_table
from nngis.desk.computing import STOPPED, Computing, Tell, key_of
from nngis.desk.ground import ROADS, draw_ground, ground_key
from nngis.desk.intake import Intake
from nngis.desk.levers import levers
from nngis.desk.opening import read_asked, read_dropped
from nngis.desk.picture import draw_result, row_of
from nngis.desk.quick import Quick
from nngis.desk.quick_charging import more_of
from nngis.desk.refusing import Refusing
from nngis.desk.section import section_of
from nngis.desk.seeking import Seeking
from nngis.desk.shelf import Shelf
from nngis.desk.under_way import UnderWay
from nngis.desk.worker import Bench
from nngis.desk.written import Written
from nngis.errors import NngisError, ScenarioError
from nngis.inputs.choices import LayerChoice
from nngis.run.cases import case as open_case
from nngis.run.plans import PLAN_IDS, PLAN_TITLES
from nngis.run.results import Result
from nngis.run.scenario import Scenario
from nngis.text import Lang, Text

VERSION, MOST_HISTORY, ENDING_S = 1, 200, 30.0


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
        self.intake = Intake(self.case.store, shelf)
        self.written = Written(shelf)
        self._lock = threading.RLock()
        self._drawing = threading.Lock()
        self.seq = 0
        self.computing = Computing(self.case, tell)
        self.under_way = UnderWay()
        self.quick = Quick(self.bench, self.computing, self._ready, self.under_way)
        self.seeking = Seeking(tell, self.under_way)
        self.refusing = Refusing(self.quick, self.seeking, lambda: self.kept.scenario)
        self._described: dict[str, tuple[str, list[dict[str, Any]]]] = {}
        self._ground: dict[str, Any] | None = None
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
                "levers": {p: self._levers(p) for p in PLAN_IDS},
                "edits": [one.model_dump() for one in kept.scenario.edits],
                "layers": self.intake.chosen(kept.scenario),
                "history": [
                    {"n": e.number, "what": list(e.what), "at": e.at, "who": e.who} for e in entries
                ],
                "head": kept.history.head,
                "undo": kept.history.before,
                "redo": kept.history.after,
                "who": self.shelf.notes["who"],
                "base": self.shelf.notes.get("base", ""),
                "busy": self.computing.busy(),
                "ground": ground_key(kept.scenario),
            }

    def ground(self) -> dict[str, Any]:
        """Return what lies under every map: the case's layers, and roads of the scenario's own."""
        scenario = self.kept.scenario
        key = ground_key(scenario)
        if self._ground is None or self._ground["key"] != key:
            self._ground = draw_ground(self.case, self.quick.layer(ROADS, scenario), key)
        return self._ground

    def picture(self, plan: str, known: Mapping[str, str], id_: str = "") -> dict[str, Any]:
        """Return what is known of a plan now, and see to it that the rest is found."""
        scenario = self._scenario(id_)
        key = key_of(plan, scenario)
        head = {"v": VERSION, "seq": self.seq, "plan": plan, "key": key}
        head["base"] = self._base(plan)
        result = self.computing.result(key)
        if result is not None:
            self.seeking.leave(plan, key)
            if head["base"] is None and not id_:
                self._want(plan, self._base_scenario())
            beside = self.quick.beside(plan, scenario) | more_of(result)
            return {**head, "stage": "settled", **draw_result(result, known), **beside}
        if key in self.computing.failed:
            return {**head, "stage": "failed", "problems": self.computing.failed[key]}
        found = self._at_once(plan, scenario, known)
        self._seek_or_want(plan, scenario, key)
        return {**head, **found}

    def _seek_or_want(self, plan: str, scenario: Scenario, key: str) -> None:
        """Let the best be sought first where that is quick; then the whole analysis."""
        want = partial(self.computing.want, plan, scenario, key)
        try:
            seek = self.quick.seek(plan, scenario)
        except NngisError:  # the worker meets the same, and its answer says so
            seek = None
        if seek is None:
            want()
        else:
            self.seeking.start(plan, key, seek, want)

    def attempt(
        self, plan: str, values: Mapping[str, Any], known: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the picture for values that a slider passes; nothing is kept."""
        scenario = changes.set_parameters(self.kept.scenario, plan, values)
        key = key_of(plan, scenario)
        head = {"v": VERSION, "seq": self.seq, "plan": plan, "key": key, "base": self._base(plan)}
        return {**head, **self._at_once(plan, scenario, known)}

    def _at_once(self, plan: str, scenario: Scenario, known: Mapping[str, str]) -> dict[str, Any]:
        try:
            found = self.quick.picture(plan, scenario, known)
        except NngisError:  # the worker meets the same, and its answer says so
            found = None
        return {"stage": "waiting"} if found is None else {"stage": "quick", **found}

    def why(self, plan: str, table: str, id_: str) -> dict[str, Any]:
        """Return all that is known of one row, and at which radius its decision changes."""
        result = self.settled(plan)
        found = {"v": VERSION, "plan": plan, "table": table}
        if result is not None:
            found |= row_of(result, table, id_)
        return {"id": id_, **self.quick.why(plan, self.kept.scenario, table, id_), **found}

    def section(self, pipe: str, lang: Lang) -> dict[str, Any]:
        """Draw the long section through a pipe of the sewer plan's design."""
        facts = self.quick.facts("sewer", self.kept.scenario)
        if facts is None:
            raise NngisError("还在计算，请稍候。", "It is still being computed; wait a moment.")
        with self._drawing:  # matplotlib draws one picture at a time
            found = section_of(facts.kept, pipe, lang=lang, **facts.about(lang))
        return {"v": VERSION, "id": pipe, **found}

    def settled(self, plan: str, id_: str = "") -> Result | None:
        """Return the whole result of a plan, where it is known."""
        return self.computing.result(key_of(plan, self._scenario(id_)))

    def compare(self, plan: str, left: str, right: str) -> dict[str, Any]:
        """Hold two scenarios against each other; what is not computed yet is asked for."""
        found = [self.settled(plan, id_) for id_ in (left, right)]
        for id_, result in zip((left, right), found, strict=True):
            if result is None:
                self._want(plan, self._scenario(id_))
        if found[0] is None or found[1] is None:
            return {"v": VERSION, "stage": "waiting"}
        return {"v": VERSION, "stage": "settled", **compared(found[0], found[1])}

    def indicators(self, plan: str) -> dict[str, Any]:
        """Return the table of all scenarios by indicator, as far as they are computed."""
        asked = {id_: self._scenario(id_) for id_ in self.shelf.ids()}
        figures = {id_: self.computing.figures(key_of(plan, one)) for id_, one in asked.items()}
        missing = [id_ for id_, found in figures.items() if found is None]
        for id_ in missing:
            if self._want(plan, asked[id_]):
                break  # the next one is asked for when this one is there
        titles = {id_: one.title for id_, one in asked.items()}
        return {"v": VERSION, **indicator_table(figures, titles)}

    def _want(self, plan: str, scenario: Scenario) -> bool:
        """Ask for a result that has not failed before."""
        key = key_of(plan, scenario)
        if key in self.computing.failed:
            return False
        self.computing.want(plan, scenario, key)
        return True

    def _base_scenario(self) -> Scenario:
        """Return what differences are told from: a scenario that was picked, or the case's own."""
        id_ = str(self.shelf.notes.get("base", ""))
        return self._scenario(id_) if id_ in self.shelf.ids() else self.case.scenario

    def _base(self, plan: str) -> dict[str, float | None] | None:
        figures = self.computing.figures(key_of(plan, self._base_scenario()))
        return None if figures is None else {one.name: one.for_readers.value for one in figures}

    def area(self, plan: str, ring: list[list[float]]) -> dict[str, Any]:
        """Add up what lies in an area that was drawn."""
        result = self.settled(plan)
        if result is None:
            raise NngisError("还在计算，请稍候。", "It is still being computed; wait a moment.")
        return {"v": VERSION, **area_totals(result, ring)}

    def accept(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Let a dropped file play its role."""
        choice = self.intake.take(asked)
        return self.do({"do": "layer", "role": str(asked["role"]), "choice": choice})

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
        known = {
            "set": self._make,
            "edit": self._make,
            "many": self._make,
            "unedit": self._unedit,
            "layer": self._layer,
            "undo": self._go,
            "redo": self._go,
            "go": self._go,
            "rename": self._rename,
            "duplicate": self._duplicate,
            "open": self._open,
            "who": self._sign,
            "base": self._set_base,
        }
        if action not in known:
            raise ScenarioError(
                "页面与程序版本不一致；请刷新页面。",
                "The page and the program are of different versions; reload the page.",
                where=action,
            )
        known[action](asked)

    def _make(self, asked: Mapping[str, Any]) -> None:
        """Set parameters, edit a row, or do several of both as one change."""
        made, said = self.kept.scenario, []
        for one in asked["all"] if asked["do"] == "many" else [asked]:
            if one["do"] == "edit":
                made, words = changes.edit_row(made, one["edit"]), changes.edit_words(one["edit"])
            else:
                plan, values = changes.plan_of(one), dict(one["values"])
                made, words = (
                    changes.set_parameters(made, plan, values),
                    changes.set_words(plan, values),
                )
            said.append(words)
        self._keep(made, Text("；".join(t.zh for t in said), "; ".join(t.en for t in said)))

    def _unedit(self, asked: Mapping[str, Any]) -> None:
        role, id_ = str(asked["role"]), str(asked["id"])
        words = Text(f"{id_}：恢复原样", f"{id_}: as in the ledger again")
        self._keep(changes.unedit(self.kept.scenario, role, id_), words)

    def _layer(self, asked: Mapping[str, Any]) -> None:
        choice = None if asked["choice"] is None else LayerChoice(**asked["choice"])
        made = changes.choose_layer(self.kept.scenario, str(asked["role"]), self._own(choice))
        self._keep(made, Text(f"图层：{asked['role']}", f"layer: {asked['role']}"))

    def _go(self, asked: Mapping[str, Any]) -> None:
        history = self.kept.history
        to = {"undo": history.before, "redo": history.after}.get(str(asked["do"]), asked.get("n"))
        if isinstance(to, int) and 1 <= to <= len(history.entries):
            self.kept = self.shelf.go(self.kept, to)

    def _rename(self, asked: Mapping[str, Any]) -> None:
        made = changes.rename(self.kept.scenario, str(asked["title"]))
        self._keep(made, Text("改名", "renamed"))

    def _duplicate(self, asked: Mapping[str, Any]) -> None:
        title = self.kept.scenario.title
        made = changes.rename(self.kept.scenario, str(asked["title"]))
        words = Text(f"由“{title.zh}”复制", f"copied from {title.en}")
        self.kept = self.shelf.make(made, words, at=_now(), who=self._who())

    def _open(self, asked: Mapping[str, Any]) -> None:
        self.kept = self.shelf.read(str(asked["id"]), at=_now())

    def _sign(self, asked: Mapping[str, Any]) -> None:
        self.shelf.note(who=str(asked["name"])[:80])

    def _set_base(self, asked: Mapping[str, Any]) -> None:
        id_ = str(asked["id"])
        self.shelf.note(base=id_ if id_ in self.shelf.ids() else "")

    def write_everything(self, lang: Lang) -> None:
        """Write the whole output folder of the open scenario."""
        self.computing.write(self.kept.scenario, self.written.folder(self.kept.id), lang)

    def stop(self) -> None:
        """Stop what is being sought and computed; what was asked stays asked."""
        for _, key in self.seeking.stop():
            self.computing.failed[key] = [STOPPED]
        self.computing.stop()

    def again(self, plan: str) -> None:
        """Forget that a plan was stopped or failed, so that it is asked anew."""
        self.computing.failed.pop(key_of(plan, self.kept.scenario), None)

    def open_file(self, path: Path) -> None:
        """Take a colleague's scenario, or what a run was asked, as a new scenario."""
        with self._lock:
            self._take(read_asked(path, self.case.scenario), path.name)

    def open_dropped(self, name: str, content: bytes) -> dict[str, Any]:
        """Take a scenario that was dropped on the page; no path of it leads out of the case."""
        asked = read_dropped(self.shelf.store(name, content), self.case)
        with self._lock:
            self._take(asked, Path(name).name[:80])
            self.seq += 1
        self._tell({"kind": "changed", "seq": self.seq})
        return {"v": VERSION, "scenario": self.kept.id}

    def _take(self, asked: Scenario, name: str) -> None:
        words = Text(f"取自 {name}", f"taken from {name}")
        self.kept = self.shelf.make(asked, words, at=_now(), who=self._who())
        self.shelf.note(current=self.kept.id)

    def leave(self) -> None:
        """Leave off searching."""
        self.refusing.close()
        self.seeking.close()

    def close(self) -> bool:
        """Leave off everything; say whether nothing is at work any more."""
        self.leave()
        ended = self.under_way.wait(ENDING_S)
        self.computing.close()
        return ended

    # Within.

    def _ready(self, plan: str) -> None:
        self._tell({"kind": "ready", "plan": plan})

    def _keep(self, scenario: Scenario, what: Text) -> None:
        self.kept = self.shelf.change(self.kept, scenario, what, at=_now(), who=self._who())

    def _who(self) -> str:
        return str(self.shelf.notes["who"])

    def _own(self, choice: LayerChoice | None) -> LayerChoice | None:
        """Let a layer be a file of the desk's own folder, or a layer of the case; no other path."""
        if choice is None or choice.path in self.case.store.specs:
            return choice
        return choice.model_copy(update={"path": str(self.intake.file(choice.path))})

    def _levers(self, plan: str) -> list[dict[str, Any]]:
        """Describe a plan's levers; a change of one plan leaves those of the others."""
        scenario = self.kept.scenario
        said = repr(scenario.parameters.get(plan, {}))
        if plan not in self._described or self._described[plan][0] != said:
            self._described[plan] = (said, levers(plan, scenario, self.case))
        return self._described[plan][1]

    def _listed(self, id_: str) -> dict[str, Any]:
        kept = self.kept if id_ == self.kept.id else self.shelf.read(id_, at=_now())
        return {"id": id_, "t": list(kept.scenario.title), "changes": len(kept.history.entries) - 1}

    def _scenario(self, id_: str) -> Scenario:
        if not id_ or id_ == self.kept.id:
            return self.kept.scenario
        return self.shelf.read(id_, at=_now()).scenario


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
