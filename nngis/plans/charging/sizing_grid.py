"""The grid connection of a station: simultaneous load, apparent power, standard transformers."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Floats
from nngis.plans.charging.sizing_parameters import GridParameters


def simultaneity(count: npt.ArrayLike, of_many: float) -> Floats:
    """Give the greatest share of the installed power that so many piles draw at once.

    Examples
    --------
    >>> simultaneity([1, 4, 100], 0.6)
    array([1.  , 0.8 , 0.64])
    """
    # Rusck, S. (1956). The simultaneous demand in distribution network supplying domestic
    # consumers. ASEA Journal 10(11): g(n) = g(∞) + (1 - g(∞)) / √n.
    piles = np.maximum(np.asarray(count, np.float64), 1.0)
    return np.asarray(of_many + (1.0 - of_many) / np.sqrt(piles))


def connect(
    fast_piles: npt.ArrayLike,
    slow_piles: npt.ArrayLike,
    batteries: npt.ArrayLike,
    *,
    fast_kw: float,
    slow_kw: float,
    battery_kw: float,
    parameters: GridParameters,
) -> pd.DataFrame:
    """Find the load, the way of connection and the transformers of each station.

    Examples
    --------
    Four DC piles of 60 kW, simultaneity 0.8: 192 kW; over 0.94 and 0.95 that is 215 kVA, and at
    80 % load it needs 269 kVA: a transformer of 315 kVA.

    >>> connect([4], [0], [0], fast_kw=60.0, slow_kw=7.0, battery_kw=60.0,
    ...         parameters=GridParameters()).T
                                     0
    power_kw                     240.0
    load_kw                      192.0
    grid_kva                     215.0
    grid_connection     medium_voltage
    transformers_count             1.0
    transformer_kva              315.0
    """
    counts = [np.asarray(c, np.float64) for c in (fast_piles, slow_piles, batteries)]
    installed = [c * kw for c, kw in zip(counts, (fast_kw, slow_kw, battery_kw), strict=True)]
    many = (
        parameters.fast_simultaneity,
        parameters.slow_simultaneity,
        parameters.fast_simultaneity,
    )
    power_kw = np.sum(installed, axis=0)
    load_kw = np.sum(
        [kw * simultaneity(c, g) for kw, c, g in zip(installed, counts, many, strict=True)], axis=0
    )
    grid_kva = load_kw / (parameters.charger_efficiency * parameters.charger_power_factor)
    sizes = np.asarray(parameters.transformer_sizes_kva)
    need_kva = grid_kva / parameters.transformer_load_share
    units = np.ceil(need_kva / sizes[-1])
    each = np.divide(need_kva, units, out=np.zeros(units.shape), where=units > 0)
    known = ~np.isnan(need_kva)
    unit_kva = sizes[np.searchsorted(sizes, np.where(known, each, 0.0)).clip(max=len(sizes) - 1)]
    low = power_kw <= parameters.low_voltage_limit_kw
    connection = pd.Series(np.where(low, "low_voltage", "medium_voltage"), dtype=object)
    return pd.DataFrame(
        {
            "power_kw": power_kw,
            "load_kw": load_kw.round(1),
            "grid_kva": grid_kva.round(1),
            "grid_connection": connection.where(known, None),
            "transformers_count": np.where(low, 0.0, units),
            "transformer_kva": np.where(low, 0.0, units * unit_kva),
        }
    )
