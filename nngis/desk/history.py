"""The history of one scenario: every change a line of a file, undo and redo among them."""

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nngis.text import Text

START = Text("开始", "Start")
OUTSIDE = Text("在别处改写", "Changed elsewhere")


@dataclass(frozen=True)
class Entry:
    """One state of the scenario.

    Parameters
    ----------
    number, parent : int
        Its number, and that of the state it came from; 0 for the first.
    what : Text
        What was changed.
    at : str
        When, as ISO 8601.
    who : str
        By whom, where a name was given.
    toml : str
        The scenario after it.
    """

    number: int
    parent: int
    what: Text
    at: str
    who: str
    toml: str


@dataclass(frozen=True)
class History:
    """All states, and which of them holds.

    Parameters
    ----------
    entries : tuple of Entry
        In the order of their making.
    head : int
        Number of the state that holds.
    """

    entries: tuple[Entry, ...] = field(default_factory=tuple)
    head: int = 0

    @property
    def current(self) -> Entry:
        """The state that holds."""
        return self.entries[self.head - 1]

    @property
    def before(self) -> int | None:
        """Where undo leads."""
        return self.current.parent or None

    @property
    def after(self) -> int | None:
        """Where redo leads: the latest state that came from this one."""
        later = [one.number for one in self.entries if one.parent == self.head]
        return later[-1] if later else None

    def with_state(self, what: Text, toml: str, *, at: str, who: str = "") -> "History":
        """Return the history with one state more, which then holds."""
        number = len(self.entries) + 1
        entry = Entry(number, self.head, what, at, who, toml)
        return replace(self, entries=(*self.entries, entry), head=number)

    def at(self, number: int) -> "History":
        """Return the history with another of its states holding."""
        return replace(self, head=number)


def append_to(path: Path, history: History) -> None:
    """Append the state that holds to a history file: as a new state, or as a step to an old one.

    Parameters
    ----------
    path : Path
        The file.
    history : History
        Its last entry is new where it holds and the file has it not yet.
    """
    known = len(read_history(path).entries)
    line: dict[str, Any] = {"head": history.head}
    if history.head > known:
        one = history.current
        line = {
            "n": one.number,
            "parent": one.parent,
            "what": list(one.what),
            "at": one.at,
            "who": one.who,
            "toml": one.toml,
        }
    torn = path.is_file() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    with path.open("ab") as stream:
        text = json.dumps(line, ensure_ascii=False)
        stream.write((b"\n" if torn else b"") + text.encode("utf-8") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def read_history(path: Path) -> History:
    """Read a history file; a line that a killed process left half written counts for nothing.

    Parameters
    ----------
    path : Path
        The file; it may be missing.

    Returns
    -------
    History
        What it holds.
    """
    found = History()
    if not path.is_file():
        return found
    for raw in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(raw)
            if "head" in line:
                number = int(line["head"])
                found = found.at(number) if 1 <= number <= len(found.entries) else found
                continue
            entry = Entry(
                int(line["n"]), int(line["parent"]), Text(*map(str, line["what"])),
                str(line["at"]), str(line["who"]), str(line["toml"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            continue
        if entry.number == len(found.entries) + 1 and 0 <= entry.parent < entry.number:
            found = History((*found.entries, entry), entry.number)
    return found
