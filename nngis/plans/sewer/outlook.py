"""Outlook: when a sewer comes to whoever has none, and why not sooner."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from nngis.decide.rules import Rule, decide
from nngis.fields import get
from nngis.plans.sewer.ledger_parameters import CLAUSE_3_10
from nngis.text import Text

DECISION_COLUMNS = ("decision", "rule", "rules_hit", "reason_zh", "reason_en")


def decide_demand(gaps: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Say of every point of the demand what becomes of it."""
    pipe = tables["connections"]["pipe_id"].reindex(gaps.index).astype(object)
    order = tables["priority"]
    frame = gaps.assign(
        pipe_id=pipe,
        build_year=pipe.map(order["build_year"].to_dict()).astype("Int64"),
        planned=pipe.map(order["decision"].to_dict()),
    )
    frame["why_zh"], frame["why_en"] = _words("gap_reason", gaps["gap_reason"])
    put_off = pipe.map(order["defer_reason"].to_dict())
    frame["late_zh"], frame["late_en"] = _words("defer_reason", put_off)
    found = decide(frame, RULES, NOT_REACHED)
    kept = frame.drop(columns=["decision", "planned", "why_zh", "why_en", "late_zh", "late_en"])
    first = [name for name in gaps.columns if name not in ("decision", "geometry")]
    out = kept.join(found)
    return out[[*first, "pipe_id", "build_year", *DECISION_COLUMNS, "geometry"]]


def _words(field: str, values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give the titles of coded values in both languages."""
    titles = get(field).values
    zh = values.map({word: text.zh for word, text in titles.items()})
    en = values.map({word: text.en for word, text in titles.items()})
    return zh, en


UNKNOWN = Rule(
    "A74", CLAUSE_3_10, "unknown", lambda f: f["decision"].eq("unknown"),
    Text(
        "{why_zh}，不知道是否已有污水管服务；没有可接入的拟建管道。",
        "{why_en}: whether it is served is not known; no pipe to be built reaches it.",
    ),
)  # fmt: skip
RULES = (
    Rule(
        "A74", CLAUSE_3_10, "covered", lambda f: f["decision"].eq("covered"),
        Text(
            "离污水管 {sewer_id} {sewer_distance_m:.0f} m，视为已有服务。",
            "{sewer_distance_m:.0f} m from sewer {sewer_id}, which counts as served.",
        ),
    ),
    Rule(
        "A74", CLAUSE_3_10, "build", lambda f: f["planned"].eq("build").fillna(value=False),
        Text(
            "{why_zh}；拟于 {build_year} 年接入管段 {pipe_id}。",
            "{why_en}; to be joined to pipe {pipe_id} in {build_year}.",
        ),
    ),
    Rule(
        "A74", CLAUSE_3_10, "defer", lambda f: f["planned"].eq("defer").fillna(value=False),
        Text(
            "{why_zh}；可接入管段 {pipe_id}，但{late_zh}。",
            "{why_en}; pipe {pipe_id} would join it, but {late_en}.",
        ),
    ),
    UNKNOWN,
)  # fmt: skip
NOT_REACHED = Rule(
    "A74",
    CLAUSE_3_10,
    "gap",
    lambda f: pd.Series(data=True, index=f.index),
    Text("{why_zh}；没有可接入的拟建管道。", "{why_en}; no pipe to be built reaches it."),
)
