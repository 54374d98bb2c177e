"""What may leave a coal boiler's stack, and which boilers it contradicts."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.parameters import Verified
from nngis.plans.heat.furnaces import built_year

AIR_OXYGEN = 21.0
AT_OXYGEN = 9.0  # to which every concentration here is brought [%]


@dataclass(frozen=True)
class Limit:
    """One line of the standards.

    Parameters
    ----------
    from_t_h : float
        Boilers above this size [t/h].
    from_year : int
        Commissioned in this year or later.
    furnaces : tuple of str
        Of these furnaces; none for all.
    pm, so2, nox : float
        Limits [mg/m³].
    oxygen : float
        At this oxygen in the dry flue gas [%].
    source : str
        Standard.
    verified : {"yes", "no", "disputed"}
        Whether it was read there.
    note : str
        What else to know.
    """

    from_t_h: float
    from_year: int
    furnaces: tuple[str, ...]
    pm: float
    so2: float
    nox: float
    oxygen: float
    source: str
    verified: Verified = "no"
    note: str = ""


Limits = Sequence[Limit]


@cache
def shipped_limits() -> tuple[Limit, ...]:
    """Read the limits that ship with the plan; of those that apply the last counts.

    Examples
    --------
    >>> shipped_limits()[0].pm
    80.0
    """
    text = files("nngis.plans.heat").joinpath("emission_limits.toml").read_text(encoding="utf-8")
    return tuple(
        Limit(**{**row, "furnaces": tuple(row["furnaces"])}) for row in tomllib.loads(text)["limit"]
    )


def local_limits(so2_note1_mg_m3: float | None) -> Limits:
    """Put what a note of the standard allows here in the place of the general limit of SO2."""
    first, *rest = shipped_limits()
    if so2_note1_mg_m3 is not None:
        first = replace(first, so2=so2_note1_mg_m3)
    return (first, *rest)


def limits_of(boilers: pd.DataFrame, furnace: pd.Series, limits: Limits) -> dict[str, Floats]:
    """Find the limits of each boiler.

    Examples
    --------
    100 mg/m³ at 6 % oxygen are 100 x (21 - 9) / (21 - 6) = 80 at 9 %.
    """
    size = pd.to_numeric(boilers["capacity_t_h"]).to_numpy(float, na_value=np.nan)
    size, year = np.nan_to_num(size), np.nan_to_num(built_year(boilers).to_numpy(float))
    named = furnace.to_numpy(object)
    out = {name: np.full(len(boilers), np.nan) for name in ("pm", "so2", "nox")}
    for one in limits:
        counts = (size > one.from_t_h) & (year >= one.from_year)
        if not one.from_t_h:
            counts = year >= one.from_year
        if one.furnaces:
            counts &= np.isin(named, one.furnaces)
        dilution = (AIR_OXYGEN - AT_OXYGEN) / (AIR_OXYGEN - one.oxygen)
        for name, values in out.items():
            values[counts] = getattr(one, name) * dilution
    return out
