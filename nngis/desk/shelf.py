"""The desk's own folder: scenarios, their histories, files that were dropped, and what is open."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nngis.desk.history import OUTSIDE, START, History, append_to, read_history
from nngis.desk.scenario_file import scenario_toml
from nngis.errors import NngisError, ScenarioError
from nngis.files import write_json, write_whole
from nngis.json_file import read_json
from nngis.replacing import said_as_output
from nngis.run.scenario import Scenario, read_scenario
from nngis.text import Text

VERSION = 1
MOST_SCENARIOS = 200


@dataclass(frozen=True)
class Kept:
    """One scenario as the desk keeps it.

    Parameters
    ----------
    id : str
        Its name in the folder; the desk makes it, never the user.
    scenario : Scenario
        What holds now.
    history : History
        How it came to that.
    """

    id: str
    scenario: Scenario
    history: History


class Shelf:
    """The folder of one desk.

    Parameters
    ----------
    folder : Path
        The folder; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        with said_as_output(folder):
            for name in ("scenarios", "files", "out"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.notes: dict[str, Any] = {"v": VERSION, "current": "", "columns": {}, "who": ""}
        held = self.folder / "desk.json"
        if held.is_file():
            try:
                self.notes |= read_json(held, ScenarioError)
            except (
                ScenarioError
            ):  # half written by a killed desk; the scenarios hold all that counts
                held.unlink()

    def note(self, **values: Any) -> None:  # noqa: ANN401 - any json
        """Keep what is open, and columns mapped by hand."""
        self.notes |= values
        write_json(self.folder / "desk.json", self.notes)

    def ids(self) -> list[str]:
        """List the scenarios in the order of their making."""
        found = (self.folder / "scenarios").glob("s*.toml")
        return sorted((p.stem for p in found if p.stem[1:].isdigit()), key=lambda s: int(s[1:]))

    def read(self, id_: str, *, at: str) -> Kept:
        """Read one scenario; what was changed elsewhere becomes a state of its history."""
        if id_ not in self.ids():
            raise ScenarioError(
                "没有这个情景；请刷新页面。",
                "There is no such scenario; reload the page.",
                where=id_,
            )
        path = self._path(id_)
        scenario = read_scenario(path)
        history = read_history(self._history(id_))
        text = scenario_toml(scenario, folder=path.parent)
        if not history.entries or history.current.toml != text:
            what = OUTSIDE if history.entries else START
            history = history.with_state(what, text, at=at)
            append_to(self._history(id_), history)
        return Kept(id_, scenario, history)

    def make(self, scenario: Scenario, what: Text, *, at: str, who: str = "") -> Kept:
        """Keep a new scenario."""
        known = self.ids()
        if len(known) >= MOST_SCENARIOS:
            raise NngisError(
                f"情景已有 {MOST_SCENARIOS} 个；请先移走一些文件。",
                f"There are {MOST_SCENARIOS} scenarios; move some files away first.",
                where=str(self.folder / "scenarios"),
            )
        id_ = f"s{int(known[-1][1:]) + 1 if known else 1}"
        return self.change(Kept(id_, scenario, History()), scenario, what, at=at, who=who)

    def change(self, kept: Kept, scenario: Scenario, what: Text, *, at: str, who: str = "") -> Kept:
        """Write a change: first the scenario, then its line of the history."""
        path = self._path(kept.id)
        scenario = scenario.model_copy(update={"name": path.name})
        text = scenario_toml(scenario, folder=path.parent)
        history = kept.history.with_state(what, text, at=at, who=who)
        write_whole(path, text)
        append_to(self._history(kept.id), history)
        return replace(kept, scenario=scenario, history=history)

    def go(self, kept: Kept, number: int) -> Kept:
        """Return to a state of the history, earlier or later."""
        history = kept.history.at(number)
        path = self._path(kept.id)
        write_whole(path, history.current.toml)
        append_to(self._history(kept.id), history)
        return Kept(kept.id, read_scenario(path), history)

    def place_of(self, kept: Kept) -> Path:
        """Return the file of a scenario: what ``nngis run`` takes."""
        return self._path(kept.id)

    def store(self, name: str, content: bytes) -> Path:
        """Keep a file that was dropped, under a name that the desk makes.

        Only the ending of its own name is used, and only where it is letters and digits.
        """
        end = Path(name).suffix.lower()
        end = end if end[1:].isascii() and end[1:].isalnum() and len(end) < 12 else ""  # noqa: PLR2004
        number = 1 + max((int(p.stem[1:]) for p in self.files()), default=0)
        path = self.folder / "files" / f"f{number}{end}"
        path.write_bytes(content)
        return path

    def store_beside(self, first: Path, name: str, content: bytes) -> Path:
        """Keep a file that belongs to one that was dropped, under that one's name."""
        path = first.with_suffix(Path(name).suffix.lower())
        path.write_bytes(content)
        return path

    def files(self) -> list[Path]:
        """List the files that were dropped."""
        found = (self.folder / "files").glob("f*")
        return sorted(p for p in found if p.stem[1:].isdigit())

    def columns_of(self, role: str) -> Mapping[str, str]:
        """Return the headers that were mapped by hand for a role."""
        return dict(self.notes["columns"].get(role, {}))

    def _path(self, id_: str) -> Path:
        return self.folder / "scenarios" / f"{id_}.toml"

    def _history(self, id_: str) -> Path:
        return self.folder / "scenarios" / f"{id_}.history.jsonl"
