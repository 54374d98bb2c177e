"""Pace: whether a quantity arrives at its target in time."""

import pandas as pd

from nngis.decide.indicators import Sense
from nngis.decide.trends import linear_forecast
from nngis.register.finding import Status, bounded


def judge(series: pd.Series, target: float | None, sense: Sense, year: int) -> Status:
    """Judge a quantity by its years.

    Examples
    --------
    >>> judge(pd.Series({2021: 2.0, 2022: 4.0}), 10.0, "at_least", 2025)
    'on_track'
    >>> judge(pd.Series({2021: 2.0, 2022: 4.0}), 11.0, "at_least", 2025)
    'missed'
    """
    known = series.dropna()
    if known.empty:
        return "unknown"
    now = bounded(known.iloc[-1], known.iloc[-1], target, sense)
    if now != "missed" or int(known.index[-1]) >= year:
        return now
    ahead = linear_forecast(known.index.to_numpy(), known.to_numpy(), year)
    if ahead is None:
        return "unknown"
    # A line that ends on the target reaches it; the last digits are rounding.
    value = round(ahead.value, 9)
    reached = bounded(value, value, target, sense)
    return "on_track" if reached == "met" else "missed"
