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
from nngis.result.settings import value_words
from nngis.run.cases import case as open_case
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.results import Result
from nngis.text import Lang, Text
from nngis.unit_words import with_unit

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


@dataclass(frozen=True, repr=False)
class Comparison:
    """What differs between two results of one plan.

    Parameters
    ----------
    plan : str
        The plan.
    changes : GeoDataFrame
        Objects whose decision differs or that only one result has, indexed by id: `name_zh`,
        `county` where there is one, `decision_before`, `decision_after`, `change`, the reasons of
        the later result (of the earlier one for what is gone), and what was set otherwise.
    counts : DataFrame
        How many objects went from which decision to which, unchanged ones too: `decision_before`,
        `decision_after`, `objects_count`.
    indicators : DataFrame
        Indexed by name: `title_zh`, `title_en`, `before`, `after`, `difference`, `unit`.
    parameters : DataFrame
        Parameters that differ, indexed by name: `title_zh`, `title_en`, `before`, `after`, `unit`.
    inputs : DataFrame
        Layers that differ, indexed by role: `title_zh`, `title_en`, `before`, `after` as file
        and number of rows.
    before, after : Side
        The two results.
    """

    plan: str
    changes: gpd.GeoDataFrame
    counts: pd.DataFrame
    indicators: pd.DataFrame
    parameters: pd.DataFrame
    inputs: pd.DataFrame
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

    def __repr__(self) -> str:
        """Say in a line what it is."""
        set_otherwise = ", ".join(
            f"{name}: {row['before']} -> {row['after']}" for name, row in self.parameters.iterrows()
        )
        return (
            f"<nngis.Comparison {self.plan}: {len(self.changes)} changes ({set_otherwise or '='})>"
        )

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


def compare_folders(before: Path, *others: Path) -> list[Comparison]:
    """Compare the results that runs left, each with the first.

    Parameters
    ----------
    before : Path
        The folder of the first run.
    *others : Path
        The folders of those that are held against it.

    Returns
    -------
    list of Comparison
        One a plan that both have, for each of the others.

    Raises
    ------
    NngisError
        If a folder holds no result, or one has no plan in common with the first.
    """
    return [found for after in others for found in _compare_two(before, after)]


def _compare_two(before: Path, after: Path) -> list[Comparison]:
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
    ids = b.index.append(a.index.difference(b.index)).rename(b.index.name)
    parameters, inputs = _parameters(was, now), _inputs(was, now)
    table = pd.DataFrame(index=ids)
    for column in ("name_zh", "county"):
        if column in b or column in a:
            table[column] = _either(b, a, column, ids)
    for column, frame in (("decision_before", a), ("decision_after", b)):
        table[column] = frame["decision"].astype("string").reindex(ids).fillna("absent")
    for lang in ("zh", "en"):
        table[f"reason_{lang}"] = _either(b, a, f"reason_{lang}", ids)
        table[f"cause_{lang}"] = _cause(parameters, inputs).say(lang)
    table["change"] = table["decision_before"] + "→" + table["decision_after"]
    shape = b.geometry.reindex(ids)
    shape = shape.where(shape.notna(), a.geometry.reindex(ids))
    moved = table["decision_before"].ne(table["decision_after"]).to_numpy()
    changes = gpd.GeoDataFrame(table, geometry=shape, crs=b.crs)[moved]
    counts = table.groupby(["decision_before", "decision_after"]).size()
    return Comparison(
        plan,
        changes,
        counts.rename("objects_count").reset_index(),
        _indicators(was, now),
        parameters,
        inputs,
        old,
        new,
    )


def _either(first: pd.DataFrame, second: pd.DataFrame, column: str, ids: pd.Index) -> pd.Series:
    """Take a column from the first frame, and from the second what that does not have."""
    found = [frame[column].reindex(ids) for frame in (first, second) if column in frame]
    return found[0] if len(found) == 1 else found[0].where(found[0].notna(), found[1])


def _cause(parameters: pd.DataFrame, inputs: pd.DataFrame) -> Text:
    """Name what was set otherwise: one difference is the cause, of several each may be."""
    said = {lang: _differences(parameters, inputs, lang) for lang in ("zh", "en")}
    if not said["zh"]:
        return Text(
            "参数与数据都相同；差异来自程序版本或计算时限。",
            "Parameters and data are the same; what differs is the version or the time allowed.",
        )
    if len(said["zh"]) == 1:
        return Text(said["zh"][0], said["en"][0])
    return Text(
        f"以下之一或共同：{'；'.join(said['zh'])}",
        f"One of these, or several: {'; '.join(said['en'])}",
    )


def _differences(parameters: pd.DataFrame, inputs: pd.DataFrame, lang: Lang) -> list[str]:
    found = []
    for name, row in parameters.iterrows():
        pair = [value_words(str(name), row[side], lang) for side in ("before", "after")]
        found.append(f"{row[f'title_{lang}']} {with_unit(' → '.join(pair), row['unit'], lang)}")
    for _, row in inputs.iterrows():
        found.append(f"{row[f'title_{lang}']} {row['before']} → {row['after']}")
    return found


def _indicators(was: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    sides = [{one["name"]: one for one in result["indicators"]} for result in (was, now)]
    names = [*sides[1], *(name for name in sides[0] if name not in sides[1])]
    known = {**sides[0], **sides[1]}
    values = [[side.get(name, {}).get("value") for name in names] for side in sides]
    table = pd.DataFrame(
        {
            "title_zh": [known[name]["title"]["zh"] for name in names],
            "title_en": [known[name]["title"]["en"] for name in names],
            "before": pd.Series(values[0], dtype=float).to_numpy(),
            "after": pd.Series(values[1], dtype=float).to_numpy(),
        },
        index=pd.Index(names, name="name"),
    )
    table["difference"] = table["after"] - table["before"]
    table["unit"] = [known[name]["unit"] for name in names]
    return table


def _parameters(was: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    values = [{n: p["value"] for n, p in result["parameters"].items()} for result in (was, now)]
    known = {**was["parameters"], **now["parameters"]}
    names = [n for n in known if values[0].get(n) != values[1].get(n)]
    titles = [known[n].get("title") or {"zh": n, "en": n} for n in names]
    return pd.DataFrame(
        {
            "title_zh": [one["zh"] for one in titles],
            "title_en": [one["en"] for one in titles],
            "before": pd.Series([values[0].get(n) for n in names], dtype=object).to_numpy(),
            "after": pd.Series([values[1].get(n) for n in names], dtype=object).to_numpy(),
            "unit": [known[n]["unit"] for n in names],
        },
        index=pd.Index(names, name="name"),
    )


def _inputs(was: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    """List the layers of which the two results read different files."""
    sides = [{one["role"]: one for one in result["inputs"]} for result in (was, now)]
    known = {**sides[0], **sides[1]}
    roles = [
        role
        for role in known
        if sides[0].get(role, {}).get("sha256") != sides[1].get(role, {}).get("sha256")
    ]
    return pd.DataFrame(
        {
            "title_zh": [known[role]["title"]["zh"] for role in roles],
            "title_en": [known[role]["title"]["en"] for role in roles],
            "before": [_file_words(sides[0].get(role)) for role in roles],
            "after": [_file_words(sides[1].get(role)) for role in roles],
        },
        index=pd.Index(roles, name="role"),
    )


def _file_words(record: Mapping[str, Any] | None) -> str:
    return "—" if record is None else f"{Path(record['path']).name} ({record['rows']:,})"
