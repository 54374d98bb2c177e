"""What is dropped on the page: kept, looked at, mended, and written as the layer of a role."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nngis.desk.ledger import ENDINGS, MOST_TEXT, guess_role, look_at, mended, take
from nngis.desk.shelf import Shelf
from nngis.errors import NngisError, ScenarioError
from nngis.files import write_json
from nngis.inputs.store import LayerStore
from nngis.ledger.part import Correction
from nngis.roles import role as role_named
from nngis.run.scenario import Scenario
from nngis.text import Lang

VERSION = 1
BESIDE_SHP = (".dbf", ".shx", ".prj", ".cpg")
MOST_CORRECTIONS = 2_000


class Intake:
    """Dropped files of one desk.

    Parameters
    ----------
    store : LayerStore
        The case's layers; they tell a datum that nobody states.
    shelf : Shelf
        Where files are kept.
    """

    def __init__(self, store: LayerStore, shelf: Shelf) -> None:
        self._store, self._shelf = store, shelf

    def drop(self, name: str, content: bytes, beside: str = "") -> dict[str, Any]:
        """Keep a file that was dropped, or one that belongs to it: a shapefile has several."""
        if beside and Path(name).suffix.lower() in BESIDE_SHP:
            kept = self._shelf.store_beside(self.file(beside), name, content)
            return {"v": VERSION, "file": kept.name}
        if Path(name).suffix.lower() not in ENDINGS:
            raise NngisError(
                "不认识这种文件；请用 xlsx、csv、shp（zip）、gpkg、geojson、kml 或 dxf。",
                "This kind of file is not known; use xlsx, csv, shp (zipped), gpkg, geojson, kml "
                "or dxf.",
                where=Path(name).name[:80],
            )
        return {"v": VERSION, "file": self._shelf.store(name, content).name, "name": name[:200]}

    def look(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Read a dropped file for a role."""
        path = self.file(str(asked["file"]))
        role = str(asked["role"] or guess_role(path, [str(one) for one in asked["roles"]]))
        names = self._names({**asked, "role": role})
        datum = asked.get("datum")
        mine = _corrections(asked)
        found = look_at(path, role, self._store, datum=datum, names=names, corrections=mine)
        return {"v": VERSION, **found, "names": names}

    def mended(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return a dropped ledger with the cells that were mended, as a workbook."""
        content = mended(self.file(str(asked["file"])), str(asked["role"]), _corrections(asked))
        return {"v": VERSION, "xlsx": base64.b64encode(content).decode("ascii")}

    def take(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Write a dropped file as a clean layer, and return it as a layer's choice.

        What was mapped by hand is kept for the next one.
        """
        role, names = str(asked["role"]), self._names(asked)
        path = self.file(str(asked["file"]))
        self._shelf.note(columns={**self._shelf.notes["columns"], role: names})
        out = self._shelf.store("clean.gpkg", b"")
        out.unlink()
        lang: Lang = "en" if asked.get("lang") == "en" else "zh"
        datum = asked.get("datum")
        mine = _corrections(asked)
        if mine:  # what was mended is kept beside the ledger, never in it
            write_json(path.with_suffix(".corrections.json"), [one._asdict() for one in mine])
        take(path, role, self._store, out, datum=datum, names=names, corrections=mine, lang=lang)
        names = self._shelf.notes.get("names", {})
        self._shelf.note(names={**names, out.name: str(asked.get("name", out.name))[:200]})
        return {"path": out.name}

    def chosen(self, scenario: Scenario) -> dict[str, Any]:
        """Say which file plays which role, by the name that it came with."""
        names = self._shelf.notes.get("names", {})
        found = {}
        for role, choice in scenario.layers.items():
            path = Path(choice.path).name
            said = {"t": list(role_named(role).title), "name": names.get(path, path)}
            found[role] = {**choice.model_dump(), "path": path, **said}
        return found

    def _names(self, asked: Mapping[str, Any]) -> dict[str, str]:
        told = asked.get("names")
        if told is None:
            return dict(self._shelf.columns_of(str(asked["role"])))
        return {str(header): str(name) for header, name in dict(told).items() if name}

    def file(self, name: str) -> Path:
        """Return a file that was dropped."""
        for path in self._shelf.files():
            if path.name == name:
                return path
        raise ScenarioError(
            "没有这个文件；请把文件拖到页面上。",
            "There is no such file; drop it on the page.",
            where=name,
        )


def _corrections(asked: Mapping[str, Any]) -> list[Correction]:
    return [
        Correction(str(sheet), int(row), int(column), str(text)[:MOST_TEXT])
        for sheet, row, column, text in list(asked.get("corrections") or [])[:MOST_CORRECTIONS]
    ]
