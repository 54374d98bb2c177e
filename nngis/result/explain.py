"""Explain one object of a saved result: its decision, and every value that led there."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from nngis.datasets.vector import read_layer
from nngis.errors import NngisError
from nngis.replacing import settle


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


def explain(folder: Path, id_: str) -> Explanation:
    """Find an object in a folder that a run left, and say what is known of it.

    Parameters
    ----------
    folder : Path
        The run's folder, or one plan's folder in it.
    id_ : str
        The object's id.

    Returns
    -------
    Explanation
        What decided and on what.

    Raises
    ------
    NngisError
        If the folder holds no result, or no result holds the id.
    """
    for path, result in read_results(folder):
        rows = read_layer(
            path.with_name("layers.gpkg"), layer=result["subject"], read_geometry=False
        )
        match = rows[rows.iloc[:, 0].astype(str).eq(id_)]
        if len(match):
            row = match.iloc[0]
            values = {
                str(name): None if pd.isna(value) else getattr(value, "item", lambda v=value: v)()
                for name, value in row.items()
            }
            return Explanation(result["plan"], id_, values, result)
    raise NngisError(
        f"结果中没有编号 {id_!r}；编号见 tables.xlsx 各表的第一列。",
        f"No result holds the id {id_!r}; the ids stand in the first column of tables.xlsx.",
        where=str(folder),
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
    return [(path, json.loads(path.read_text(encoding="utf-8"))) for path in found]
