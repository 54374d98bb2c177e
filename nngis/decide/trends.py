"""Pace: a straight line through the years, and the range of what it leads to."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from nngis.text import Text

RANGE_SHARE = 0.8  # of outcomes that the forecast's range holds, if the years scatter as they did
ENOUGH_FOR_RANGE = 3
METHOD = Text(
    "外推：各年数值的最小二乘直线；三年以上给出 80% 预测区间。",
    "Forecast: least-squares line through the years, with an 80 % prediction interval from three "
    "years on.",
)


@dataclass(frozen=True)
class Forecast:
    """Where a straight line through the years leads.

    Parameters
    ----------
    year : int
        The year it is for.
    value : float
        The line's value in that year.
    low, high : float or None
        Range that holds four of five such outcomes; None with fewer than three years.
    pace : float
        Change in a year.
    """

    year: int
    value: float
    low: float | None
    high: float | None
    pace: float


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
