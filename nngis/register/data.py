"""What the register is computed from: layers by role, counties, figures, and other plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.case_file import shipped_case
from nngis.decide.counties import county_of
from nngis.grid import Grid
from nngis.register.finding import MissingDataError
from nngis.register.public import Figure
from nngis.result.result import Analysis

YES = ("是", "有", "已", "已完成", "完成", "达标", "yes", "true", "y", "1", "1.0")
NO = ("否", "无", "未", "未完成", "不达标", "no", "false", "n", "0", "0.0")


@dataclass(frozen=True)
class Data:
    """Everything that a rule may be computed from.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        Layers by role, in the work CRS, indexed by their ids.
    counties : GeoDataFrame
        The counties, with `name_zh`.
    figures : mapping of str to tuple of Figure
        Public figures by rule.
    plans : mapping of str to Analysis
        What other plans found.
    grids : mapping of str to Grid
        Rasters by role, on one common grid.
    population : Series, optional
        People by county name; splits a target where `split` is on.
    split : bool
        Whether the city's targets are split over the counties, as an assumption.
    city : tuple of str
        Names under which tables state the whole place; those of the case that ships, if absent.
    """

    frames: Mapping[str, gpd.GeoDataFrame]
    counties: gpd.GeoDataFrame
    figures: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    plans: Mapping[str, Analysis] = field(default_factory=dict)
    grids: Mapping[str, Grid] = field(default_factory=dict)
    population: pd.Series | None = None
    split: bool = False
    city: tuple[str, ...] = field(default_factory=lambda: shipped_case().called)

    def need(self, role: str, *columns: str) -> gpd.GeoDataFrame:
        """Return a layer that has some columns."""
        if role not in self.frames:
            raise MissingDataError([role])
        frame = self.frames[role]
        lacking = [c for c in columns if c not in frame or frame[c].isna().all()]
        if lacking and len(frame):
            raise MissingDataError([f"{role}.{column}" for column in lacking])
        return frame.assign(**dict.fromkeys(lacking)) if lacking else frame

    def county_of(self, frame: pd.DataFrame) -> pd.Series:
        """Say in which county each row lies: by its position, or as its own column says."""
        stated = frame["county"] if "county" in frame else pd.Series(index=frame.index, dtype="str")
        if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.isna().all():
            return stated.astype("object")
        found = county_of(frame.geometry.representative_point(), self.counties)
        return found.where(found.notna(), stated)


def matches(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    """Say which rows have the values asked for.

    Examples
    --------
    >>> frame = pd.DataFrame({"fuel": ["coal", "gas", None]})
    >>> matches(frame, {"fuel": "coal"}).tolist()
    [True, False, <NA>]
    """
    found = pd.Series(data=True, index=frame.index, dtype="boolean")
    for column, wanted in where.items():
        if column == "any":
            found &= pd.concat([matches(frame, one) for one in wanted], axis=1).any(
                axis=1, skipna=False
            )
            continue
        values = frame[column] if column in frame else pd.Series(None, frame.index, dtype="object")
        if isinstance(wanted, bool):
            one = truth(values).eq(wanted)
        elif isinstance(wanted, Mapping):
            size = numbers(values)
            good = size.between(wanted.get("min", -np.inf), wanted.get("max", np.inf))
            one = good.astype("boolean").mask(size.isna())
        else:
            options = wanted if isinstance(wanted, list | tuple) else [wanted]
            one = values.isin(options).astype("boolean").mask(values.isna())
        found &= one
    return found


def truth(values: pd.Series) -> pd.Series:
    """Read yes and no, as a ledger's column of its own may write them.

    Examples
    --------
    >>> truth(pd.Series(["是", "no", "?", None])).tolist()
    [True, False, <NA>, <NA>]
    """
    if pd.api.types.is_bool_dtype(values):
        return values.astype("boolean")
    words = values.astype("string").str.strip().str.lower()
    known = words.map(dict.fromkeys(YES, True) | dict.fromkeys(NO, False))
    return known.astype("boolean")


def numbers(values: pd.Series) -> pd.Series:
    """Read a column as floats, NaN where empty."""
    return pd.to_numeric(values, errors="coerce").astype("float64")
