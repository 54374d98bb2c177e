"""Cells of a road layer that its graph is built from: none of them costs the road its row."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from nngis.arrays import Objects
from nngis.network.graph.road_words import filled, flags, levels, oneway_signs, speeds


def _oneway(cells: pd.Series) -> pd.Series:
    return oneway_signs(cells).replace(np.inf, np.nan)


def _level(cells: pd.Series) -> pd.Series:
    return pd.Series(levels(cells)).map("{:g}".format, na_action="ignore")


def _flag(cells: pd.Series) -> pd.Series:
    return pd.Series(flags(cells)).where(filled(cells))


def _number(cells: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    return numbers.where(numbers >= 0)


def _objects(read: Callable[[pd.Series], pd.Series]) -> Callable[[Objects], Objects]:
    def read_cells(cells: Objects) -> Objects:
        values = read(pd.Series(cells, dtype=object)).astype(object)
        return np.asarray(values.where(values.notna(), None), object)

    return read_cells


#: Field -> what its column of cells says; None where a cell says nothing or is not understood.
ROAD_CELLS: Mapping[str, Callable[[Objects], Objects]] = {
    "oneway": _objects(_oneway),
    "layer": _objects(_level),
    "bridge": _objects(_flag),
    "tunnel": _objects(_flag),
    "speed_km_h": _objects(speeds),
    "edge_length_m": _objects(_number),
    "edge_time_s": _objects(_number),
    "edge_back_time_s": _objects(_number),
}
