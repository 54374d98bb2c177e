"""Compare two results: which objects are decided otherwise, what moved, and both on one map."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from nngis.datasets.vector import list_layers, read_layer
from nngis.errors import NngisError, boundary
from nngis.evidence import weakest
from nngis.outputs.save import as_json
from nngis.result.explain import read_results
from nngis.run.cases import case as open_case
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.results import Result
from nngis.text import Lang, Text

if TYPE_CHECKING:
    import folium


@dataclass(frozen=True)
class Side:
    """One of two results, from a folder or from memory.

    Parameters
    ----------
    name : Text
        What it is called beside the other.
    content : dict
        The result as json.
    tables : mapping of str to GeoDataFrame
        Its tables that can be drawn, the decided one among them.
    """

    name: Text
    content: Mapping[str, Any]
    tables: Mapping[str, gpd.GeoDataFrame]

    @property
    def decisions(self) -> gpd.GeoDataFrame:
        """The table of decided objects."""
        return self.tables[self.content["subject"]]


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
    before, after : Side
        The two results.
    """

    plan: str
    changes: gpd.GeoDataFrame
    indicators: pd.DataFrame
    parameters: pd.DataFrame
    before: Side
    after: Side

    def explore(self, *, lang: Lang = "zh") -> "folium.Map":
        """Draw both results on one folium map, parted by a bar that is drawn left and right.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the map.

        Returns
        -------
        folium.Map
            The map, with all its scripts inside.
        """
        from nngis.cartography.swipe import Half, swipe_map  # noqa: PLC0415 - folium comes late

        view = load_plan(self.plan).view
        halves = [
            Half(one.name, view.of_tables(one.tables), one.tables)
            for one in (self.before, self.after)
        ]
        evidence = weakest(one.content["evidence"] for one in (self.before, self.after))
        under = open_case().backdrop()
        return swipe_map(*halves, lang=lang, backdrop=under, evidence=evidence)

    def _repr_html_(self) -> str:
        head = Markup("<h4>{}: {} → {}</h4><p>{}</p>").format(
            self.plan, self.before.name.en, self.after.name.en, len(self.changes)
        )
        moved = self.indicators[self.indicators["difference"].fillna(0.0).ne(0.0)]
        listed = pd.DataFrame(self.changes.drop(columns="geometry"))
        return f"{head}{self.parameters.to_html()}{moved.to_html()}{listed.to_html(max_rows=12)}"


def compare(before: Result, after: Result) -> Comparison:
    """Compare two results of one plan.

    Parameters
    ----------
    before, after : Result
        What `nngis.run` returned.

    Returns
    -------
    Comparison
        Objects decided otherwise, indicators and parameters that moved; ``explore`` draws both.

    Raises
    ------
    NngisError
        If they are results of different plans.
    """
    sides = [_held(one, Text(*names)) for one, names in zip((before, after), NAMES, strict=True)]
    if before.plan != after.plan:
        raise _nothing_shared(f"{before.plan}, {after.plan}")
    return _compare(before.plan, *sides)


NAMES = (("先前", "before"), ("后来", "after"))


def compare_folders(before: Path, after: Path) -> list[Comparison]:
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
        raise _nothing_shared(f"{before}, {after}")
    with boundary(
        f"{before}, {after}",
        "两个结果无法比较（{}）；其中一个可能被改动，请重新运行。",
        "The two results cannot be compared ({}); one may have been changed: run again.",
        error=NngisError,
    ):
        return [
            _compare(plan, _saved(*old[plan], before.name), _saved(*new[plan], after.name))
            for plan in shared
        ]


def _nothing_shared(where: str) -> NngisError:
    return NngisError(
        "两个结果没有相同的规划，无法比较。",
        "The two results have no plan in common, so nothing can be compared.",
        where=where,
    )


def _held(result: Result, name: Text) -> Side:
    tables = result.analysis.tables.items()
    placed = {key: one for key, one in tables if isinstance(one, gpd.GeoDataFrame)}
    return Side(name, as_json(result), placed)


def _saved(path: Path, content: dict[str, Any], name: str) -> Side:
    """Read from a folder the tables that the plan draws, and the decided one."""
    plan = content["plan"]
    drawn = [one.table for one in load_plan(plan).view.layers] if plan in PLAN_IDS else []
    file = path.with_name("layers.gpkg")
    there = set(list_layers(file))
    tables = {}
    for table in dict.fromkeys((content["subject"], *drawn)):
        if table in there:
            frame = read_layer(file, layer=table)
            if isinstance(frame, gpd.GeoDataFrame):
                tables[table] = frame.set_index(frame.columns[0]).to_crs(content["work_crs"])
    return Side(Text(name, name), content, tables)


def _compare(plan: str, old: Side, new: Side) -> Comparison:
    was, now = old.content, new.content
    a, b = old.decisions.to_crs(now["work_crs"]), new.decisions
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
    return Comparison(plan, changes, _indicators(was, now), _parameters(was, now), old, new)


def _indicators(was: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    values = [{i["name"]: i["value"] for i in result["indicators"]} for result in (was, now)]
    units = {i["name"]: i["unit"] for i in now["indicators"]}
    table = pd.DataFrame(
        {"before": pd.Series(values[0], dtype=float), "after": pd.Series(values[1], dtype=float)}
    ).reindex(list(units))
    table["difference"] = table["after"] - table["before"]
    table["unit"] = pd.Series(units)
    return table


def _parameters(was: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    values = [{n: p["value"] for n, p in result["parameters"].items()} for result in (was, now)]
    names = [n for n in values[1] if values[0].get(n) != values[1][n]]
    return pd.DataFrame(
        {"before": [values[0].get(n) for n in names], "after": [values[1][n] for n in names]},
        index=pd.Index(names, name="name"),
    )
