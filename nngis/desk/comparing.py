"""Two scenarios held against each other, and all of them by indicator."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.desk.picture import words_of
from nngis.run.compare import compare
from nngis.run.results import Result
from nngis.unit_words import unit_words

MOST_CHANGES = 20_000


def compared(before: Result, after: Result) -> dict[str, Any]:
    """Hold one result against another of the same plan.

    Parameters
    ----------
    before, after : Result
        The left and the right one.

    Returns
    -------
    dict
        `changes` (a row each: id, name, decisions, reasons, place), `parameters`, `indicators`,
        `edits` of inputs that differ.
    """
    found = compare(before, after)
    points = gpd.GeoSeries(found.changes.geometry).to_crs(4326).representative_point()
    rows = []
    for id_, row in found.changes.head(MOST_CHANGES).iterrows():
        at = points.get(id_)
        placed = at is not None and not at.is_empty
        rows.append(
            {
                "id": str(id_),
                "name": None if pd.isna(row["name_zh"]) else str(row["name_zh"]),
                "before": row["decision_before"],
                "after": row["decision_after"],
                "reason": [_text(row["reason_zh"]), _text(row["reason_en"])],
                "lonlat": [round(at.x, 6), round(at.y, 6)] if placed else None,
            }
        )
    titles = {one.name: list(one.title) for one in (*before.parameters, *after.parameters)}
    values = found.parameters.to_dict("index")
    return {
        "count": len(found.changes),
        "changes": rows,
        "parameters": [
            {"name": name, "t": titles[str(name)], "before": _plain(v["before"]),
             "after": _plain(v["after"])}
            for name, v in values.items()
        ],
        "fields": words_of(["decision"]),
    }  # fmt: skip


def indicator_table(
    figures: Mapping[str, Sequence[Indicator] | None], titles: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Put all scenarios side by side, a row an indicator.

    Parameters
    ----------
    figures : mapping of str to sequence of Indicator, or None
        By scenario, in order; None where it is not computed yet.
    titles : mapping
        What the scenarios are called.

    Returns
    -------
    dict
        `scenarios` and `rows`: name, title, unit, target, and a value a scenario (None: not
        known, or not computed).
    """
    rows: dict[str, dict[str, Any]] = {}
    for id_, found in figures.items():
        for one in found or ():
            read = one.for_readers
            fresh: dict[str, Any] = {
                "name": one.name,
                "t": list(one.title),
                "unit": list(unit_words(read.unit)),
                "target": read.target,
                "sense": one.sense,
                "values": {},
            }
            row = rows.setdefault(one.name, fresh)
            row["values"][id_] = {"value": read.value, "status": one.status}
    return {
        "scenarios": [
            {"id": id_, "t": list(titles[id_]), "known": figures[id_] is not None}
            for id_ in figures
        ],
        "rows": list(rows.values()),
    }


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
