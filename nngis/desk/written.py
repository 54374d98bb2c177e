"""What "Write all" left in the desk's folder, by name: no path comes from the page."""

from pathlib import Path
from typing import Any

from nngis.desk.shelf import Shelf
from nngis.errors import NngisError
from nngis.outputs.pages import PLAN_FILES, RUN_FILES
from nngis.run.plans import PLAN_IDS, PLAN_TITLES

VERSION = 1
SCENARIO = "scenario.toml"
FIRST = ("tables.xlsx", "sheet.pdf", "map.html")  # what a desk works with


def written_files(folder: Path) -> list[dict[str, Any]]:
    """List what people open of a run's folder: lists and sheets first.

    Parameters
    ----------
    folder : Path
        The folder; there may be none.

    Returns
    -------
    list of dict
        `name` within the folder, `t`, and the title of the plan that it is of.
    """
    rest = [name for name in PLAN_FILES if name not in FIRST]
    asked = [(plan, name, PLAN_FILES[name]) for name in FIRST for plan in PLAN_IDS]
    asked += [("", name, text) for name, text in RUN_FILES.items()]
    asked += [(plan, name, PLAN_FILES[name]) for plan in PLAN_IDS for name in rest]
    found = []
    for plan, name, text in asked:
        within = f"{plan}/{name}" if plan else name
        if (folder / within).is_file():
            of = list(PLAN_TITLES[plan]) if plan else ["", ""]
            found.append({"name": within, "t": list(text), "of": of})
    return found


class Written:
    """Folders that hold what was written of each scenario.

    Parameters
    ----------
    shelf : Shelf
        The desk's folder.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def folder(self, id_: str) -> Path:
        """Return the folder of a scenario."""
        if id_ not in self._shelf.ids():
            raise NngisError("没有这个情景。", "There is no such scenario.", where=id_[:80])
        return self._shelf.folder / "out" / id_

    def listed(self, id_: str) -> dict[str, Any]:
        """List what was written of a scenario."""
        folder = self.folder(id_)
        return {"v": VERSION, "id": id_, "folder": str(folder), "files": written_files(folder)}

    def file(self, id_: str, name: str) -> Path | None:
        """Return a file that was written, where it is one that is listed, or the scenario's own."""
        folder = self.folder(id_)
        if name == SCENARIO:
            return self._shelf.folder / "scenarios" / f"{id_}.toml"
        is_listed = any(one["name"] == name for one in written_files(folder))
        return folder / name if is_listed else None
