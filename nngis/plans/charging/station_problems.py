"""The record of what was wrong with a row of a stations layer, and what was done."""

from collections.abc import Iterable

import pandas as pd

COLUMNS = (
    "station_id",
    "station_problem",
    "station_action",
    "kept_station_id",
    "reason_zh",
    "reason_en",
)


def problem_rows(
    ids: Iterable[object],
    problem: str,
    action: str,
    said: Iterable[tuple[str, str]],
    kept: Iterable[object] | None = None,
) -> pd.DataFrame:
    """List problems of one kind.

    Examples
    --------
    >>> problem_rows(["a"], "power_zero", "set_unknown", [("零。", "Zero.")]).iloc[0].tolist()[:3]
    ['a', 'power_zero', 'set_unknown']
    """
    rows = list(ids)
    words = list(said)
    return pd.DataFrame(
        {
            "station_id": pd.Series(rows, dtype=object),
            "station_problem": problem,
            "station_action": action,
            "kept_station_id": pd.Series(
                [None] * len(rows) if kept is None else list(kept), dtype=object
            ),
            "reason_zh": pd.Series([zh for zh, _ in words], dtype=object),
            "reason_en": pd.Series([en for _, en in words], dtype=object),
        },
        columns=list(COLUMNS),
    )
