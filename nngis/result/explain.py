"""Explain one object of a saved result: its decision, and every value that led there."""

import re
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
from nngis.text import Lang, Text, as_id, listing

MOST_NAMED = 8  # objects listed where a name is that of several


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
                found.append((field.heading(lang), _value_text(field, value, lang)))
        return found

    def parameters(self) -> dict[str, dict[str, Any]]:
        """Return the few parameters behind the decision: those of its entry, and those changed."""
        rule = str(self.values.get("rule") or "")
        told = self.result["parameters"]
        return {
            name: one
            for name, one in told.items()
            if (rule and re.search(rf"\b{re.escape(rule)}\b", f"{one['source']}", re.ASCII))
            or one["origin"] != "default"
        }

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


def _value_text(field: fields.Field, value: object, lang: Lang) -> str:
    """Write one value as people read it: yes or no, per cent, titles of codes."""
    if field.type == "boolean" or isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).say(lang)
    if isinstance(value, float):
        return f"{100.0 * value if field.is_share else value:.7g}"
    return field.value_title(value, lang)


def explain(folder: Path, id_: str) -> Explanation:
    """Find an object in a folder that a run left, by id or by name, and say what is known of it.

    An id goes before a name, and a whole name before a part of one.
    """
    id_ = as_id(id_)  # as it was copied from a page or a sheet
    found = [(_decided(path, result), result) for path, result in read_results(folder)]
    for rows, result in found:
        if id_ in rows.index.astype(str):
            return explain_row(rows, id_, result, where=str(folder))
    for whole in (True, False):
        named = [
            (rows, str(one), result)
            for rows, result in found
            for one in rows.index[_is_named(rows, id_, whole=whole)]
        ]
        if len(named) == 1:
            rows, only, result = named[0]
            return explain_row(rows, only, result, where=str(folder))
        if named:
            raise _several(id_, [(one, rows) for rows, one, _ in named], str(folder))
    raise _no_such_id(id_, str(folder))


def _decided(path: Path, result: dict[str, Any]) -> pd.DataFrame:
    """Read the decided objects of a result, indexed by id."""
    file = path.with_name("layers.gpkg")
    rows = read_layer(file, layer=result["subject"], read_geometry=False)
    if not {"decision", "reason_zh", "reason_en"} <= set(rows.columns[1:]):
        raise NngisError(
            "结果图层缺少处置意见的列；文件可能被改动，请重新运行。",
            "The result's layer lacks the columns of its decisions; it may have been changed: "
            "run again.",
            where=str(file),
        )
    return rows.set_index(rows.columns[0])


def _is_named(rows: pd.DataFrame, name: str, *, whole: bool) -> pd.Series:
    """Mark the rows that bear a name, in either language."""
    wanted = name.strip().casefold()
    hit = pd.Series(data=False, index=rows.index)
    for column in ("name_zh", "name_en"):
        if wanted and column in rows:
            names = rows[column].astype("string").fillna("").str.casefold()
            hit |= names.eq(wanted) if whole else names.str.contains(wanted, regex=False)
    return hit


def _several(name: str, found: list[tuple[str, pd.DataFrame]], where: str) -> NngisError:
    listed = [
        f"{one} {rows.loc[rows.index.astype(str) == one, 'name_zh'].iloc[0]}"
        for one, rows in found[:MOST_NAMED]
        if "name_zh" in rows
    ]
    more = len(found) - len(listed)
    zh, en = listing(listed)
    return NngisError(
        f"名称含 {name!r} 的有 {len(found)} 个：{zh}{'等' if more else ''}；请写编号。",
        f"{len(found)} are named like {name!r}: {en}{' ...' if more else ''}; give the id.",
        where=where,
    )


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
        f"结果中没有编号或名称 {id_!r}；编号见 tables.xlsx 各表的第一列。",
        f"No result holds the id or name {id_!r}; ids stand in the first column of tables.xlsx.",
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
