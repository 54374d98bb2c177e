"""Parks: who lies outside them, where the nearest one is, and which utilities they share."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nngis.crs.place import with_place
from nngis.register.data import Data, matches, numbers, truth
from nngis.register.finding import Finding, Part, Status
from nngis.register.lists import tally
from nngis.register.nearness import nearest_of
from nngis.register.rules import PlanRule
from nngis.register.zones import within
from nngis.text import Text, listing


def outside_parks(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    where: Mapping[str, Any] | None = None,
    weight: str | None = None,
    park_where: Mapping[str, Any] | None = None,
) -> Finding:
    """Tell who lies inside a park, and for the others which park is nearest."""
    frame = data.need(role, *(where or {}))
    parks = data.need("parks", *(park_where or {}))
    asked = matches(frame, where or {})
    frame = frame[asked.fillna(value=False).to_numpy(bool)]
    lies = within(frame, parks)
    takers = parks[matches(parks, park_where or {}).fillna(value=False).to_numpy(bool)]
    to = nearest_of(frame, takers)
    outside = lies.eq(False).fillna(value=False)
    kept = frame.assign(
        park_id=to["facility_id"].where(outside), facility_m=to["facility_m"].where(outside)
    )
    every = pd.Series(data=True, index=frame.index, dtype="boolean")
    columns = [*(where or {}), *([weight] if weight else []), "park_id", "facility_m"]
    base = tally(rule, data, kept, every, lies, columns=columns)
    known = lies.dropna()
    value = float(known.mean()) * 100 if len(known) else None
    zh = f"{len(frame)} 个中 {int(known.sum())} 个在园区内，{int(outside.sum())} 个在园区外"
    en = f"Of {len(frame)}, {int(known.sum())} lie in a park and {int(outside.sum())} outside"
    if weight and weight in frame:
        size = numbers(frame[weight])
        inner = float(size[lies.fillna(value=False).astype(bool)].sum())
        zh += f"；园区内占 {inner:g} / {size.sum():g}"
        en += f"; those inside have {inner:g} of {size.sum():g}"
    if outside.any() and to["facility_m"][outside].notna().any():
        middle = to["facility_m"][outside].median() / 1000
        zh += f"；园区外者距最近可迁入园区的中位距离 {middle:.1f} km"
        en += f"; the nearest park they could move to is {middle:.1f} km away (median)"
    status: Status = "done" if value is not None else "unknown"
    left = outside.groupby(data.county_of(frame)).sum()
    left = left.reindex(data.counties["name_zh"], fill_value=0).astype(float)
    return Finding(
        status,
        Text(f"{zh}。", f"{en}."),
        (Part(rule.id, value, "%", status),),
        objects=base.objects,
        by_county=pd.DataFrame({"value": left}).rename_axis("county"),
        county_unit="个",
    )


def utilities(
    rule: PlanRule,
    data: Data,
    *,
    columns: Sequence[str],
    near: Mapping[str, Mapping[str, float]],
) -> Finding:
    """Make the matrix of parks and shared utilities: has it, lacks it, not known."""
    parks = data.need("parks")
    matrix = pd.DataFrame(index=parks.index)
    for name in columns:
        own = (
            truth(parks[name]) if name in parks else pd.Series(pd.NA, parks.index, dtype="boolean")
        )
        for layer, limit in near.get(name, {}).items():
            if layer in data.frames:
                close = _near(parks, data.frames[layer], limit)
                own = own.where(own.notna(), close)
        matrix[name] = own.astype("boolean")
    known = int(matrix.notna().sum().sum())
    if not known:
        data.need("parks", *columns)
    yes = int(matrix.fillna(value=False).to_numpy(bool).sum())
    kept = [c for c in ("name_zh", "park_level") if c in parks]
    full = matrix.all(axis=1, skipna=False)
    state = pd.Series("unknown", parks.index, dtype="object")
    state = state.mask(matrix.eq(False).fillna(value=False).any(axis=1), "open")
    state = state.mask(full.fillna(value=False).astype(bool), "done")
    said = listing(f"{c} {int(matrix[c].sum())}/{int(matrix[c].notna().sum())}" for c in columns)
    return Finding(
        "done",
        Text(
            f"{len(parks)} 个园区 × {len(columns)} 类设施，"
            f"已知 {known} 格中 {yes} 格具备：{said.zh}。",
            f"{len(parks)} parks x {len(columns)} utilities; {yes} of {known} known cells are yes: "
            f"{said.en}.",
        ),
        (Part(rule.id, yes / known * 100 if known else None, "%", "done"),),
        objects=parks[[*kept, "geometry"]]
        .join(matrix)
        .assign(state=state, county=data.county_of(parks)),
    )


def _near(parks: pd.DataFrame, facilities: Any, limit: float) -> pd.Series:  # noqa: ANN401
    there = with_place(facilities)
    if there.empty:
        return pd.Series(pd.NA, parks.index, dtype="boolean")
    (rows, _), away = there.sindex.nearest(parks.geometry, return_all=False, return_distance=True)
    out = np.zeros(len(parks), dtype=bool)
    out[rows] = away <= limit
    return pd.Series(out, parks.index).astype("boolean")
