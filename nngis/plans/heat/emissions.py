"""Tonnes a year: the coal each boiler burns, what leaves its stack, and what a CHP unit avoids.

Every factor has a low, a central and a high value. The low of a result takes every factor at its
favourable end and the high at the other, so the range is one that the truth leaves only if a
factor does; it is no confidence interval.
"""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.plans.heat.emission_factors import Factors

Floats = npt.NDArray[np.float64]

FURNACES = ("grate_automatic", "grate_manual", "fluidised_bed", "pulverised")
UNKNOWN = "unknown"
DEFAULT_FURNACE = "grate_automatic"
ENDS = ("low", "central", "high")
POLLUTANTS = ("so2", "nox", "pm")
# What it is made of, what of that stays in the ash, and its weight over that of what it is made of
# (SO2 weighs 64 g/mol, sulphur 32).
MADE_OF = {
    "so2": ("sulphur_share", "so2_retained_share", 2.0),
    "pm": ("ash_share", "ash_retained_share", 1.0),
}
KG_PER_T = 1000.0

# GB/T 1626: two letters for the body, one for how it burns. From memory; the older edition's
# letters (H, Z, B) are read as well.
BODIES = "DZ|DH|DL|SZ|SH|ZZ|LS|LH|WN|WW|QX"
BURNS = {
    "L": "grate_automatic",  # chain
    "W": "grate_automatic",  # reciprocating
    "D": "grate_automatic",  # rolling
    "P": "grate_automatic",  # spreader
    "A": "grate_automatic",  # underfeed
    "Z": "grate_automatic",  # vibrating
    "G": "grate_manual",  # fixed
    "C": "grate_manual",  # fixed, two levels
    "H": "grate_manual",  # rocked by hand
    "F": "fluidised_bed",  # bubbling
    "B": "fluidised_bed",
    "X": "fluidised_bed",  # circulating
    "S": "pulverised",  # burnt in suspension
}
WORDS = (
    ("fluidised_bed", "CFB|流化床|沸腾"),
    ("pulverised", "煤粉|室燃"),
    ("grate_manual", "手烧|固定炉排"),
    ("grate_automatic", "链条|往复|层燃"),
)


def furnace_of(model: pd.Series) -> pd.Series:
    """Read the kind of furnace from a boiler's model.

    Parameters
    ----------
    model : Series of str
        Models as written; may be missing.

    Returns
    -------
    Series of str
        On the same index: one of `FURNACES`, or ``unknown``.

    References
    ----------
    GB/T 1626, codes of industrial boilers (letters from memory).

    Examples
    --------
    >>> furnace_of(pd.Series(["DZL10-1.25-AⅡ", "SHX20-2.5-A", "循环流化床", None])).tolist()
    ['grate_automatic', 'fluidised_bed', 'fluidised_bed', 'unknown']
    """
    text = model.astype("string").str.normalize("NFKC").str.upper().fillna("")
    letter = text.str.extract(f"(?<![A-Z])(?:{BODIES})([{''.join(BURNS)}])", expand=False)
    found = letter.map(BURNS).astype("object")
    for furnace, words in reversed(WORDS):
        found = found.mask(text.str.contains(re.compile(words)), furnace)
    return found.where(found.notna(), UNKNOWN)


def emissions(boilers: pd.DataFrame, factors: Factors) -> pd.DataFrame:
    """Count the coal that boilers burn and what leaves their stacks.

    Parameters
    ----------
    boilers : DataFrame
        `fuel`, `capacity_t_h`; where there are any, `fuel_use_t_a` and `boiler_model`.
    factors : Factors
        The factors.

    Returns
    -------
    DataFrame
        On the same index: `furnace`, `coal_basis` (``stated`` or ``estimated``), and for coal,
        co2, so2, nox and pm the columns `coal_t_a`, `coal_low_t_a`, `coal_high_t_a` and so on.
        Missing where the boiler burns no coal, or neither use nor capacity is known: never zero
        for want of data. All tonnes add up.

    References
    ----------
    T/CSES 144-2024: E = A·EF·(1−η), EF of SO2 = 2·S·(1−sr), EF of dust = A·(1−ar).

    Examples
    --------
    1,000 t of coal with 1 % of sulphur: 2 x 0.01 x 0.85 x 1,000 t of SO2 before any removal.

    >>> from nngis.plans.heat.emission_factors import (
    ...     EmissionParameters, emission_factors, known_factors)
    >>> clean = known_factors(emission_factors(), EmissionParameters(so2_removal_share=0.0))
    >>> boilers = pd.DataFrame({"fuel": ["coal", "gas"], "capacity_t_h": 10.0,
    ...                         "fuel_use_t_a": 1000.0})
    >>> emissions(boilers, clean)["so2_t_a"].tolist()
    [17.0, nan]
    """
    model = boilers.get("boiler_model", pd.Series(None, index=boilers.index, dtype="string"))
    furnace = furnace_of(model)
    table = _Table(factors, furnace)
    coal, stated = _coal(boilers, table)
    burns_coal = boilers["fuel"].eq("coal").fillna(value=False).to_numpy(bool)
    basis = np.where(stated, "stated", "estimated").astype(object)
    basis[~np.isfinite(coal[1])] = None
    columns: dict[str, object] = {
        "furnace": furnace.where(burns_coal, None),
        "coal_basis": basis,
    }
    columns |= _named("coal", coal)
    columns |= _named("co2", coal * table.rows("co2_t_t"))
    for name in POLLUTANTS:
        columns |= _named(name, coal * _left_kg_t(name, table) / KG_PER_T)
    return pd.DataFrame(columns, index=boilers.index)


def avoided_by_chp(boilers: pd.DataFrame, counted: pd.DataFrame, factors: Factors) -> pd.DataFrame:
    """Count what is avoided when a CHP unit makes the boilers' heat.

    The same heat, and what the network loses of it, is made with coal at the CHP unit's better
    efficiency and with its cleaner stack; that is taken off what the boilers emitted.

    Parameters
    ----------
    boilers : DataFrame
        The boilers that close; `boiler_model` is read where it is there.
    counted : DataFrame
        What `emissions` says of them.
    factors : Factors
        The factors.

    Returns
    -------
    DataFrame
        On the same index: `coal_avoided_t_a`, `co2_avoided_t_a`, `so2_avoided_t_a`,
        `nox_avoided_t_a`, `pm_avoided_t_a`, each also with ``_low`` and ``_high`` before the
        unit. Missing where `counted` is. A low below zero says that with every factor at its
        worst nothing is avoided. All add up.

    Examples
    --------
    A grate of 70 % against CHP of 90 % and a network that loses 8 %: 0.70 / 0.90 / 0.92 = 0.8454
    t of coal for each tonne of before.

    >>> from nngis.plans.heat.emission_factors import emission_factors
    >>> boilers = pd.DataFrame({"fuel": ["coal"], "capacity_t_h": 10.0, "fuel_use_t_a": 1000.0,
    ...                         "boiler_model": "SZL10-1.25-A"})
    >>> counted = emissions(boilers, emission_factors())
    >>> avoided_by_chp(boilers, counted, emission_factors())["coal_avoided_t_a"].round(1).tolist()
    [154.6]
    """
    model = boilers.get("boiler_model", pd.Series(None, index=boilers.index, dtype="string"))
    table = _Table(factors, furnace_of(model))
    coal = np.array([counted[_column("coal", end)].to_numpy(float) for end in ENDS])
    # Efficiency of the boiler at its low end makes for little coal at the CHP unit.
    ratio = table.rows("boiler_efficiency_share") / (
        table.rows("chp_efficiency_share")[::-1] * (1 - table.rows("network_loss_share"))
    )
    saved = 1 - ratio[::-1]
    columns = _named("coal_avoided", _product(coal, saved))
    columns |= _named("co2_avoided", _product(table.rows("co2_t_t"), _product(coal, saved)))
    for name in POLLUTANTS:
        spared = _left_kg_t(name, table) - (ratio * table.rows(f"chp_{name}_kg_t"))[::-1]
        columns |= _named(f"{name}_avoided", _product(coal, spared / KG_PER_T))
    return pd.DataFrame(columns, index=boilers.index)


class _Table:
    """The factors, taken row by row."""

    def __init__(self, factors: Factors, furnace: pd.Series) -> None:
        self.factors = factors
        self.at = pd.Index([*FURNACES, UNKNOWN]).get_indexer(pd.Index(furnace))

    def rows(self, name: str) -> Floats:
        """Return the low, central and high of each row, as (3, n)."""
        by_furnace = self.factors[name]
        each = [by_furnace.get(furnace) or by_furnace["any"] for furnace in FURNACES]
        default = by_furnace.get(DEFAULT_FURNACE) or by_furnace["any"]
        # Of a furnace nobody names, the value is that of the default and the range that of all.
        unknown = (min(f.low for f in each), default.central, max(f.high for f in each))
        values = np.array([*((f.low, f.central, f.high) for f in each), unknown])
        return np.asarray(values[self.at].T)


def _coal(boilers: pd.DataFrame, table: _Table) -> tuple[Floats, npt.NDArray[np.bool_]]:
    capacity = pd.to_numeric(boilers["capacity_t_h"]).to_numpy(float, na_value=np.nan)
    use = np.full(len(boilers), np.nan)
    if "fuel_use_t_a" in boilers:
        use = pd.to_numeric(boilers["fuel_use_t_a"]).to_numpy(float, na_value=np.nan)
    stated = np.isfinite(use)
    estimate = capacity * table.rows("full_load_h_a") * table.rows("coal_t_t_steam")
    coal = np.where(stated, use, estimate)
    other = ~boilers["fuel"].eq("coal").fillna(value=False).to_numpy(bool)
    coal[:, other] = np.nan
    return coal, stated


def _made_kg_t(pollutant: str, table: _Table) -> Floats:
    """Return what a tonne of coal makes in the furnace [kg/t]."""
    if pollutant == "nox":
        return table.rows("nox_kg_t")
    content, retained, weight = MADE_OF[pollutant]
    return KG_PER_T * weight * table.rows(content) * (1 - table.rows(retained)[::-1])


def _left_kg_t(pollutant: str, table: _Table) -> Floats:
    """Return what leaves the stack for a tonne of coal [kg/t]; most is removed at the low end."""
    removed = table.rows(f"{pollutant}_removal_share")[::-1]
    return np.asarray(_made_kg_t(pollutant, table) * (1 - removed))


def _product(a: Floats, b: Floats) -> Floats:
    """Multiply two ranges, of which the second may be below zero."""
    corners = np.array([a[i] * b[j] for i in (0, 2) for j in (0, 2)])
    return np.array([corners.min(axis=0), a[1] * b[1], corners.max(axis=0)])


def _named(name: str, values: Floats) -> dict[str, object]:
    found = {_column(name, end): row for end, row in zip(ENDS, values, strict=True)}
    return {key: found[key] for key in (_column(name, end) for end in ("central", "low", "high"))}


def _column(name: str, end: str) -> str:
    return f"{name}_t_a" if end == "central" else f"{name}_{end}_t_a"
