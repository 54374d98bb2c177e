"""The factors of each boiler: by how it burns, how big it is and when it was built."""

import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.plans.heat.emission_factors import Factor, Factors
from nngis.plans.heat.furnaces import (
    FURNACES,
    LARGEST_GRATE_T_H,
    built_year,
    furnace_of,
)

SMALL, LARGE = "grate_automatic", "fluidised_bed"  # what an unnamed furnace is taken as


class FactorTable:
    """The factors, taken row by row.

    Parameters
    ----------
    factors : Factors
        The factors.
    boilers : DataFrame
        `capacity_t_h`; `boiler_model` and `commissioned` where there are any.
    """

    def __init__(self, factors: Factors, boilers: pd.DataFrame) -> None:
        model = boilers.get("boiler_model", pd.Series(None, index=boilers.index, dtype="string"))
        self.factors = factors
        self.furnace = furnace_of(model)
        size = pd.to_numeric(boilers["capacity_t_h"]).to_numpy(float, na_value=np.nan)
        self.size = np.nan_to_num(size)  # of an unknown size, what counts for all
        self.year = np.nan_to_num(built_year(boilers).to_numpy(float))

    def rows(self, name: str) -> Floats:
        """Return the low, central and high of each row, as (3, n).

        Of a furnace nobody names, the value is that of an automatic grate, above the size of any
        grate that of a fluidised bed, and the range that of all furnaces.
        """
        by_furnace = {one: self._of(name, one) for one in FURNACES}
        named = self.furnace.to_numpy(object)
        large = self.size >= LARGEST_GRATE_T_H
        out = np.where(large, by_furnace[LARGE], by_furnace[SMALL])
        out[0] = np.min([one[0] for one in by_furnace.values()], axis=0)
        out[2] = np.max([one[2] for one in by_furnace.values()], axis=0)
        for furnace, values in by_furnace.items():
            out = np.where(named == furnace, values, out)
        return np.asarray(out)

    def _of(self, name: str, furnace: str) -> Floats:
        """Return what counts for every row, were it of this furnace: the most specific."""
        every = [(key.split("/")[0], one) for key, one in self.factors[name].items()]
        own = [one for of, one in every if of == furnace] or [
            one for of, one in every if of == "any"
        ]
        out = np.full((3, self.size.size), np.nan)

        def specific(one: Factor) -> tuple[float, float]:
            return one.from_t_h, one.from_year

        for one in sorted(own, key=specific):
            counts = (self.size >= one.from_t_h) & (self.year >= one.from_year)
            out[:, counts] = np.array([[one.low], [one.central], [one.high]])
        return out
