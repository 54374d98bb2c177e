"""Edits: what a scenario changes of the layers, row by row, without touching a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

import geopandas as gpd
import pandas as pd
import shapely
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from nngis.catalog.layer import Layer
from nngis.errors import Problem, ScenarioError, require
from nngis.evidence import Evidence
from nngis.roles import Role
from nngis.roles import role as role_named
from nngis.text import Text, Warned, as_id

Action = Literal["off", "move", "add", "set"]
SURE: Evidence = "approximate"  # a place that somebody only thinks of is no surveyed one
MOST = 10**15  # of a whole number; columns hold no larger ones
DONE: dict[str, Text] = {
    "off": Text("情景中不计：{id}", "left out by the scenario: {id}"),
    "move": Text("情景中移位：{id}", "moved by the scenario: {id}"),
    "add": Text("情景中新增：{id}", "added by the scenario: {id}"),
    "set": Text("情景中改写：{id}", "changed by the scenario: {id}"),
}


_Whole = Annotated[int, Field(ge=-MOST, le=MOST)]


class Edit(BaseModel):
    """One row changed: left out, moved, added, or some of its values set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    id: Annotated[str, AfterValidator(as_id)] = Field(min_length=1, max_length=200)
    action: Action
    lon: float | None = Field(None, ge=-180.0, le=180.0)
    lat: float | None = Field(None, ge=-85.0, le=85.0)
    values: Mapping[str, str | bool | _Whole | float] = Field(default_factory=dict)
    reason: str = Field("", max_length=500)

    @model_validator(mode="after")
    def _place(self) -> Self:
        if self.action in ("move", "add") and (self.lon is None or self.lat is None):
            raise ValueError("move and add need lon and lat / 移位与新增须给出 lon 与 lat")
        return self


def apply_edits(layers: Mapping[str, Layer], edits: Sequence[Edit]) -> dict[str, Layer]:
    """Change the layers of a run as a scenario asks.

    Parameters
    ----------
    layers : mapping of str to Layer
        Layers by role, as opened (in WGS84).
    edits : sequence of Edit
        In order; a later one finds what an earlier one left.

    Returns
    -------
    dict of str to Layer
        The layers; an edited one says in its notes what was done to which rows, and why. A role
        that nothing plays is played by the rows that are added to it.

    Raises
    ------
    ScenarioError
        With every edit whose row is not there, is there already, or has no such column.
    """
    out, problems = dict(layers), []
    for at, one in enumerate(edits):
        where = f"edits[{at}] {one.role} {one.id}"
        role = role_named(one.role)
        layer = out.get(one.role) or _empty(role)
        found = _wrong(one, layer, role, where)
        problems += found
        if not found:
            out[one.role] = _edited(layer, one)
    require(problems, ScenarioError)
    return out


def _wrong(one: Edit, layer: Layer, role: Role, where: str) -> list[Problem]:
    there = one.id in layer.frame.index
    if there == (one.action == "add"):
        zh, en = ("已有这个编号", "There is") if there else ("没有这个编号", "There is no row of")
        tail = " one of this id already" if there else " this id"
        return [Problem(f"{role.title.zh}中{zh}。", f"{en}{tail} in {role.title.en}.", where)]
    known = {*role.required, *role.optional}
    return [
        Problem(
            f"{role.title.zh}没有 {name!r} 这一列；可用的列：{'、'.join(sorted(known))}。",
            f"{role.title.en} has no column {name!r}; it has: {', '.join(sorted(known))}.",
            where,
        )
        for name in one.values
        if name not in known
    ]


def _edited(layer: Layer, one: Edit) -> Layer:
    frame = layer.frame
    if one.action == "off":
        frame = frame.drop(index=one.id)
    elif one.action == "add":
        frame = _added(frame, one)
    else:
        frame = frame.copy()
        for name, value in one.values.items():
            frame[name] = _with(frame, name, one.id, value)
    if one.action == "move":
        frame.loc[[one.id], "geometry"] = gpd.GeoSeries([shapely.Point(one.lon, one.lat)]).values
    if one.action in ("move", "add"):
        frame = frame.assign(evidence=frame.get("evidence", layer.evidence))
        frame.loc[one.id, "evidence"] = SURE
    said, why = DONE[one.action], f"（{one.reason}）" if one.reason else ""
    reason_en = f" ({one.reason})" if one.reason else ""
    note = Warned(
        said.zh.format(id=one.id) + why,
        said.en.format(id=one.id) + reason_en,
        table=one.role,
        ids=[one.id],
    )
    return replace(layer, frame=frame, notes=(*layer.notes, note))


def _added(frame: gpd.GeoDataFrame, one: Edit) -> gpd.GeoDataFrame:
    row = gpd.GeoDataFrame(
        {name: [value] for name, value in one.values.items()},
        geometry=[shapely.Point(one.lon, one.lat)],
        index=pd.Index([one.id], name=frame.index.name, dtype=frame.index.dtype),
        crs=frame.crs,
    )
    if frame.empty and not len(frame.columns.drop("geometry")):
        return row
    for name in frame.columns.drop("geometry"):
        kept = row[name] if name in row else pd.Series([pd.NA], index=row.index, dtype=object)
        row[name] = kept.where(kept.notna(), None).astype(_room_for(frame[name]))
    frame = frame.astype({name: _room_for(frame[name]) for name in frame.columns.drop("geometry")})
    return gpd.GeoDataFrame(pd.concat([frame, row]), crs=frame.crs)


def _room_for(column: pd.Series) -> Any:  # noqa: ANN401 - a dtype
    """Return a dtype of the column's kind that can hold a gap."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "Int64"
    return column.dtype


def _with(frame: gpd.GeoDataFrame, name: str, id_: str, value: object) -> pd.Series:
    column = frame[name] if name in frame else pd.Series(None, index=frame.index, dtype=object)
    try:
        held = column.astype(_room_for(column)).copy()
        held.loc[id_] = value
    except (TypeError, ValueError):  # a word where there were numbers only
        held = column.astype(object)
        held.loc[id_] = value
    return held


def _empty(role: Role) -> Layer:
    frame = gpd.GeoDataFrame(geometry=[], crs=4326, index=pd.Index([], name=role.key, dtype=object))
    return Layer(
        id="scenario", title=role.title, frame=frame, evidence=SURE, path=None, sha256="", rows=0
    )
