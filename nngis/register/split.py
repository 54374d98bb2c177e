"""Split a city's target over its counties so that the parts add up; always an assumption."""

import pandas as pd


def split_by_weight(total: float, weights: pd.Series) -> pd.Series:
    """Split a total in proportion to weights.

    Examples
    --------
    >>> split_by_weight(10, pd.Series([1, 1, 1], index=list("abc"))).tolist()
    [3.34, 3.33, 3.33]
    """
    cents = round(total * 100)
    exact = weights / weights.sum() * cents
    whole = exact.astype("int64")
    spare = cents - int(whole.sum())
    order = (exact - whole).sort_values(ascending=False, kind="stable").index[:spare]
    return (whole + whole.index.isin(order)) / 100
