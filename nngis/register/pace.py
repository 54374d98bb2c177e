"""Pace: a straight line through the years, its range, and whether it arrives in time."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from nngis.kernel.indicator import Sense
from nngis.register.finding import Forecast, Status, bounded
from nngis.text import Text

RANGE_SHARE = 0.8  # of outcomes that the forecast's range holds, if the years scatter as they did
ENOUGH_FOR_RANGE = 3
METHOD = Text(
    "外推：各年数值的最小二乘直线；三年以上给出 80% 预测区间。",
    "Forecast: least-squares line through the years, with an 80 % prediction interval from three "
    "years on.",
)


def linear_forecast(years: npt.ArrayLike, values: npt.ArrayLike, year: int) -> Forecast | None:
    """Draw a straight line through the years and read it in another.

    Parameters
    ----------
    years, values : (n,) array
        What was observed; values may be NaN.
    year : int
        The year to read.

    Returns
    -------
    Forecast or None
        None with fewer than two years.

    Examples
    --------
    >>> found = linear_forecast([2021, 2022, 2023], [2.0, 4.0, 6.0], 2025)
    >>> found.value, found.pace, found.low
    (10.0, 2.0, 10.0)
    >>> linear_forecast([2021], [2.0], 2025) is None
    True
    """
    t, v = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    t, v = t[np.isfinite(v)], v[np.isfinite(v)]
    if len(np.unique(t)) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    middle = t.mean()
    spread = ((t - middle) ** 2).sum()
    pace = float(((t - middle) * (v - v.mean())).sum() / spread)
    value = float(v.mean() + pace * (year - middle))
    if len(t) < ENOUGH_FOR_RANGE:
        return Forecast(year, value, None, None, pace)
    free = len(t) - 2
    scatter = np.sqrt(((v - v.mean() - pace * (t - middle)) ** 2).sum() / free)
    width = stdtrit(free, (1 + RANGE_SHARE) / 2) * scatter
    half = float(width * np.sqrt(1 + 1 / len(t) + (year - middle) ** 2 / spread))
    return Forecast(year, value, value - half, value + half, pace)


def judge(series: pd.Series, target: float | None, sense: Sense, year: int) -> Status:
    """Judge a quantity by its years.

    Parameters
    ----------
    series : Series
        Values by year, ascending.
    target : float or None
        What is asked for.
    sense : {"at_least", "at_most"}
        Which side is good.
    year : int
        When it is asked for.

    Returns
    -------
    str
        ``met`` where the last value reaches the target; ``missed`` where it does not and the year
        has come, or the line through the years does not reach it in time; ``on_track`` where the
        line does; ``unknown`` with no value, or one year before the target's.

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
