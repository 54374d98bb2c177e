"""Explain one object of a saved result: its decision, and every value that led there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from nngis import fields
from nngis.datasets.vector import read_layer
from nngis.errors import NngisError
from nngis.replacing import settle
from nngis.result.saved import read_result
from nngis.text import Lang


@dataclass(frozen=True)
class Explanation:
    """One row of a result's subject table, with what the result was made with.

    Parameters
    ----------
    plan : str
        The plan that decided.
    id : str
        The object's id.
    values : dict
        Its columns; None where a value is missing.
    result : dict
        The plan's result.json.
    """

    plan: str
    id: str
    values: dict[str, Any]
    result: dict[str, Any]

    def say(self, lang: Lang) -> str:
        """Return the decision, its sentence and the values that led there, a line each."""
        decision = fields.get("decision").value_title(self.values["decision"], lang)
        lines = [f"{self.id}: {decision}", self.values[f"reason_{lang}"] or ""]
        lines += [f"  {title}: {value}" for title, value in self.rows(lang)]
        return "\n".join(lines)

    def rows(self, lang: Lang) -> list[tuple[str, str]]:
        """Return every value that is there, as titles and texts."""
        found = []
        for name, value in self.values.items():
            if not name.startswith("reason_") and value is not None:
                field = fields.get(name)
                text = (
                    f"{value:.7g}" if isinstance(value, float) else field.value_title(value, lang)
                )
                found.append((field.heading(lang), text))
        return found

    def __str__(self) -> str:
        """Return it in Chinese."""
        return self.say("zh")

    def _repr_html_(self) -> str:
        head = Markup("<h4>{}</h4><p>{}<br>{}</p>").format(
            self.id, self.values["reason_zh"], self.values["reason_en"]
        )
        row = Markup("<tr><th>{}</th><td>{}</td></tr>")
        body = Markup("").join(row.format(*pair) for pair in self.rows("zh"))
        return f"{head}<table>{body}</table>"


def explain(folder: Path, id_: str) -> Explanation:
    """Find an object in a folder that a run left, and say what is known of it."""
    for path, result in read_results(folder):
        rows = read_layer(
            path.with_name("layers.gpkg"), layer=result["subject"], read_geometry=False
        )
        if not {"decision", "reason_zh", "reason_en"} <= set(rows.columns[1:]):
            raise NngisError(
                "结果图层缺少处置意见的列；文件可能被改动，请重新运行。",
                "The result's layer lacks the columns of its decisions; it may have been changed: "
                "run again.",
                where=str(path.with_name("layers.gpkg")),
            )
        rows = rows.set_index(rows.columns[0])
        if id_ in rows.index.astype(str):
            return explain_row(rows, id_, result, where=str(folder))
    raise _no_such_id(id_, str(folder))


def explain_row(rows: pd.DataFrame, id_: str, result: dict[str, Any], *, where: str) -> Explanation:
    """Explain one row of a table of decisions.

    Parameters
    ----------
    rows : DataFrame
        The decided objects, indexed by id.
    id_ : str
        The object's id.
    result : dict
        The result as json.
    where : str
        What an error names.

    Returns
    -------
    Explanation
        What decided and on what.

    Raises
    ------
    NngisError
        If there is no such id.
    """
    match = rows[rows.index.astype(str) == id_].drop(columns="geometry", errors="ignore")
    if match.empty:
        raise _no_such_id(id_, where)
    values = {str(rows.index.name): id_} | {
        str(name): None if pd.isna(value) else getattr(value, "item", lambda v=value: v)()
        for name, value in match.iloc[0].items()
    }
    return Explanation(result["plan"], id_, values, result)


def _no_such_id(id_: str, where: str) -> NngisError:
    return NngisError(
        f"结果中没有编号 {id_!r}；编号见 tables.xlsx 各表的第一列。",
        f"No result holds the id {id_!r}; the ids stand in the first column of tables.xlsx.",
        where=where,
    )


def read_results(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Read the result.json files of a folder that a run left.

    Parameters
    ----------
    folder : Path
        The run's folder, or one plan's folder in it.

    Returns
    -------
    list of (Path, dict)
        Each file and what it holds.

    Raises
    ------
    NngisError
        If the folder holds no result.
    """
    settle(folder)
    own = [folder / "result.json"] if (folder / "result.json").is_file() else []
    found = own or sorted(folder.glob("*/result.json"))
    if not found:
        raise NngisError(
            "这个文件夹里没有 nngis 的运行结果；请给出 nngis run 的输出文件夹。",
            "This folder holds no result of nngis; name the output folder of nngis run.",
            where=str(folder),
        )
    return [(path, read_result(path)) for path in found]
