"""Compare two saved results: which objects are decided otherwise, and what moved."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.datasets.vector import read_layer
from nngis.errors import NngisError
from nngis.result.explain import read_results


@dataclass(frozen=True)
class Comparison:
    """What differs between two results of one plan.

    Parameters
    ----------
    plan : str
        The plan.
    changes : GeoDataFrame
        Objects whose decision differs or that only one result has, indexed by id: `name_zh`,
        `decision_before`, `decision_after`, `change`, the reasons of the later result.
    indicators : DataFrame
        Indexed by name: `before`, `after`, `difference`, `unit`.
    parameters : DataFrame
        Parameters that differ, indexed by name: `before`, `after`.
    """

    plan: str
    changes: gpd.GeoDataFrame
    indicators: pd.DataFrame
    parameters: pd.DataFrame


def compare(before: Path, after: Path) -> list[Comparison]:
    """Compare the results that two runs left.

    Parameters
    ----------
    before, after : Path
        The runs' folders.

    Returns
    -------
    list of Comparison
        One a plan that both have.

    Raises
    ------
    NngisError
        If a folder holds no result, or the two have no plan in common.
    """
    old, new = ({r["plan"]: (p, r) for p, r in read_results(f)} for f in (before, after))
    shared = [plan for plan in old if plan in new]
    if not shared:
        raise NngisError(
            "两个结果没有相同的规划，无法比较。",
            "The two results have no plan in common, so nothing can be compared.",
            where=f"{before}, {after}",
        )
    return [_compare(plan, old[plan], new[plan]) for plan in shared]


def _compare(
    plan: str, old: tuple[Path, dict[str, Any]], new: tuple[Path, dict[str, Any]]
) -> Comparison:
    was, now = old[1], new[1]
    a, b = (_subject(p, r["subject"], now["work_crs"]) for p, r in (old, new))
    ids = b.index.append(a.index.difference(b.index))
    table = pd.DataFrame(index=ids.rename(b.index.name))
    name = b["name_zh"].reindex(ids).fillna(a["name_zh"].reindex(ids)) if "name_zh" in b else None
    table["name_zh"] = name
    for column, frame in (("decision_before", a), ("decision_after", b)):
        table[column] = frame["decision"].reindex(ids).fillna("absent")
    for lang in ("zh", "en"):
        table[f"reason_{lang}"] = b[f"reason_{lang}"].reindex(ids)
    table["change"] = table["decision_before"] + "→" + table["decision_after"]
    shape = b.geometry.reindex(ids)
    shape = shape.where(shape.notna(), a.geometry.reindex(ids))
    moved = table["decision_before"].ne(table["decision_after"])
    changes = gpd.GeoDataFrame(table, geometry=shape, crs=b.crs)[moved.to_numpy()]
    return Comparison(plan, changes, _indicators(was, now), _parameters(was, now))


def _subject(path: Path, table: str, crs: str) -> gpd.GeoDataFrame:
    frame = read_layer(path.with_name("layers.gpkg"), layer=table)
    return frame.set_index(frame.columns[0]).to_crs(crs)


def _indicators(was: dict[str, Any], now: dict[str, Any]) -> pd.DataFrame:
    values = [{i["name"]: i["value"] for i in result["indicators"]} for result in (was, now)]
    units = {i["name"]: i["unit"] for i in now["indicators"]}
    table = pd.DataFrame(
        {"before": pd.Series(values[0], dtype=float), "after": pd.Series(values[1], dtype=float)}
    ).reindex(list(units))
    table["difference"] = table["after"] - table["before"]
    table["unit"] = pd.Series(units)
    return table


def _parameters(was: dict[str, Any], now: dict[str, Any]) -> pd.DataFrame:
    values = [{n: p["value"] for n, p in result["parameters"].items()} for result in (was, now)]
    names = [n for n in values[1] if values[0].get(n) != values[1][n]]
    return pd.DataFrame(
        {"before": [values[0].get(n) for n in names], "after": [values[1][n] for n in names]},
        index=pd.Index(names, name="name"),
    )
