"""Place: whether what was given lies in the case, or is a place of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from nngis.catalog.layer import Layer
from nngis.crs.place import with_place
from nngis.errors import LayerError, Problem, require
from nngis.inputs.choices import LayerChoice
from nngis.inputs.store import GIVEN, LayerStore
from nngis.result.plan import Plan
from nngis.roles import role as role_named
from nngis.text import Text, Warned

EDGE_DEG = 0.02  # a boundary is generalised: what lies so near it is in it
NEAR_DEG = 0.5  # a source or a road so near may still serve the place
HALF = 0.5


@dataclass(frozen=True)
class Place:
    """Where the given layers lie.

    Parameters
    ----------
    is_elsewhere : bool
        Whether they are a place of their own, about which the case says nothing.
    outside : mapping of str to float
        Share of each given layer's rows outside the case's boundary, by role.
    strays : mapping of str to Index
        Ids of these rows, by role.
    unknown : tuple of str
        Roles that a plan needs and nobody gave for a place of its own: they are empty.
    """

    is_elsewhere: bool = False
    outside: Mapping[str, float] = field(default_factory=dict)
    strays: Mapping[str, pd.Index] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[Text, ...]:
        """What a reader must know of it.

        Returns
        -------
        tuple of Text
            Nothing where all that was given lies in the case.
        """
        if self.is_elsewhere:
            return (
                Text(
                    "所给资料在案例边界之外（"
                    + "、".join(f"{_title(r).zh} {v:.0%}" for r, v in self.outside.items() if v)
                    + "）：按自成一地计算，不用案例的任何图层、目标和本地数字。",
                    "The given data lie outside the case ("
                    + ", ".join(f"{_title(r).en} {v:.0%}" for r, v in self.outside.items() if v)
                    + "): they are taken as a place of their own, and no layer, target or local "
                    "number of the case is used.",
                ),
                *self._unknown(),
            )
        return tuple(
            Warned(
                f"{_title(role).zh}：{share:.1%} 的对象在案例边界之外。",
                f"{_title(role).en}: {share:.1%} of the objects lie outside the case.",
                table=role,
                ids=self.strays[role],
            )
            for role, share in self.outside.items()
            if share > 0
        )

    def _unknown(self) -> tuple[Text, ...]:
        if not self.unknown:
            return ()
        zh = "、".join(f"{_title(role).zh}（--layer {role}=文件）" for role in self.unknown)
        en = ", ".join(f"{_title(role).en} (--layer {role}=FILE)" for role in self.unknown)
        return (
            Text(f"没有当地的下列图层，按未知处理：{zh}。", f"Not given there, so unknown: {en}."),
        )


def empty_layer(role: str) -> Layer:
    """Make the layer of a role of which nothing is known: its columns, and no rows."""
    wanted = role_named(role)
    columns = [*wanted.required, *wanted.optional]
    frame = gpd.GeoDataFrame(
        {name: pd.Series(dtype=object) for name in columns},
        geometry=gpd.GeoSeries([], crs="EPSG:4326"),
        index=pd.Index([], name=wanted.key, dtype=str),
    )
    return Layer("", wanted.title, frame, "official", None, "", 0)


def find_place(
    plans: Sequence[Plan],
    layers: Mapping[str, Layer],
    store: LayerStore,
    choices: Mapping[str, LayerChoice],
) -> Place:
    """Decide whether the given layers lie in the case; one answer for a whole run.

    Parameters
    ----------
    plans : sequence of Plan
        The plans of the run.
    layers : mapping of str to Layer
        Every layer that was opened, by role.
    store : LayerStore
        The case.
    choices : mapping of str to LayerChoice
        What was given, by role.

    Returns
    -------
    Place
        The place. A layer that a plan decides about (its first role) is elsewhere where most of it
        lies beyond the boundary; any other, where most of it lies far beyond and it does not reach
        over the case. A layer of the case named again is none that was given.

    Raises
    ------
    LayerError
        If some of them lie in the case and others elsewhere, or what a plan decides about was
        neither given nor may be taken from the case; with the shares.
    """
    boundary = store.boundary
    mine = [role for role in choices if role in layers and _is_given(role, store, choices)]
    given = {role: layers[role] for role in mine}
    if not given or boundary is None:
        return Place()
    here = shapely.buffer(boundary, EDGE_DEG)
    around = shapely.buffer(boundary, NEAR_DEG)
    strays = {role: _outside(layer.frame, here) for role, layer in given.items()}
    outside = {role: _share(strays[role], layer.frame) for role, layer in given.items()}
    first = {plan.roles[0] if plan.roles else "" for plan in plans} | {store.case.boundary}
    away: list[str] = []
    home: list[str] = []
    for role, layer in given.items():
        if np.isnan(outside[role]):
            continue  # nothing of it has a place
        if role in first:
            (away if outside[role] > HALF else home).append(role)
        elif _share(_outside(layer.frame, around), layer.frame) > HALF and not _reaches_over(
            layer.frame, boundary
        ):
            away.append(role)
    shares = {role: share for role, share in outside.items() if not np.isnan(share)}
    if not away:
        return Place(outside={role: shares[role] for role in home}, strays=strays)
    named = [role for role in choices if not _is_given(role, store, choices)]
    require(_mixed(home, away, shares), LayerError)
    here_now = set(choices) - set(named)
    require(_lacking(plans, here_now, away, shares), LayerError)
    needed = dict.fromkeys(role for plan in plans for role in plan.roles)
    unknown = tuple(role for role in needed if role not in here_now)
    return Place(is_elsewhere=True, outside=shares, strays=strays, unknown=unknown)


def lies_outside(layer: Layer, store: LayerStore) -> bool:
    """Say whether most of a layer lies outside the case.

    Parameters
    ----------
    layer : Layer
        The layer.
    store : LayerStore
        The case.

    Returns
    -------
    bool
        False too where the case has no boundary, or nothing of the layer has a place.
    """
    if store.boundary is None:
        return False
    here = shapely.buffer(store.boundary, EDGE_DEG)
    return _share(_outside(layer.frame, here), layer.frame) > HALF


def _is_given(role: str, store: LayerStore, choices: Mapping[str, LayerChoice]) -> bool:
    path = choices[role].path
    return path.startswith(GIVEN) or path not in store.specs


def _outside(frame: gpd.GeoDataFrame, boundary: BaseGeometry) -> pd.Index:
    """Find a layer's rows whose middle lies outside."""
    shapes = with_place(frame.geometry)
    middles = shapely.centroid(shapes.to_numpy())
    shapely.prepare(boundary)
    return shapes.index[~shapely.intersects(boundary, middles)]


def _share(rows: pd.Index, frame: gpd.GeoDataFrame) -> float:
    """Give the share of a layer's rows that have a place; NaN where none has one."""
    whole = len(with_place(frame.geometry))
    return len(rows) / whole if whole else float("nan")


def _reaches_over(frame: gpd.GeoDataFrame, boundary: BaseGeometry) -> bool:
    """Say whether a layer is of a larger area that holds the case, as a province's roads do."""
    bounds = frame.total_bounds
    return bool(shapely.box(*bounds).contains(boundary.representative_point()))


def _mixed(home: Sequence[str], away: Sequence[str], shares: Mapping[str, float]) -> list[Problem]:
    if not home:
        return []
    inside = Text(
        "、".join(_title(role).zh for role in home), ", ".join(_title(role).en for role in home)
    )
    return [
        Problem(
            f"{_title(role).zh}的 {shares[role]:.0%} 在案例边界之外，而{inside.zh}在其中；"
            "请核对坐标，或只给出同一处的图层。",
            f"{shares[role]:.0%} of {_title(role).en} lies outside the case, while {inside.en} "
            "lies in it; check the coordinates, or give layers of one place.",
            where=f"--layer {role}",
        )
        for role in away
    ]


def _lacking(
    plans: Sequence[Plan], given: set[str], away: Sequence[str], shares: Mapping[str, float]
) -> list[Problem]:
    zh = "、".join(f"{_title(role).zh} {shares[role]:.0%}" for role in away)
    en = ", ".join(f"{_title(role).en} {shares[role]:.0%}" for role in away)
    found = []
    for plan in plans:
        every = (*plan.roles, *plan.optional_roles)
        lacking = [role for role in plan.roles[:1] if role not in given]
        if not plan.roles and not given & set(every):
            lacking = list(every)
        if lacking:
            words = " ".join(f"--layer {role}=…" for role in plan.roles) or " ".join(lacking)
            found.append(
                Problem(
                    f"所给资料在案例边界之外（{zh}），案例的图层不能代替当地的；"
                    f"“{plan.title.zh}”需要当地的 {words}，或用 --case 换一个案例。",
                    f"The given data lie outside the case ({en}), whose own layers cannot stand in "
                    f"there; {plan.title.en!r} needs {words} of that place, or name another case "
                    "with --case.",
                    where=str(plan.id),
                )
            )
    return found


def _title(role: str) -> Text:
    return role_named(role).title
