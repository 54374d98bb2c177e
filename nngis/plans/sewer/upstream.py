"""What lies above a manhole: the part of a network that flows through it."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.network.tracing import backwards, upstream


def pipes_above(pipes: gpd.GeoDataFrame, manhole_id: str) -> gpd.GeoDataFrame:
    """Select the pipes whose water comes through a manhole.

    Parameters
    ----------
    pipes : GeoDataFrame
        `from_manhole`, `to_manhole`. A forest.
    manhole_id : str
        The manhole.

    Returns
    -------
    GeoDataFrame
        The pipes above it, in their order; it is the one end that they have.

    Examples
    --------
    >>> pipes = gpd.GeoDataFrame({"from_manhole": list("ABC"), "to_manhole": list("BCD")},
    ...                          index=["p", "q", "r"])
    >>> pipes_above(pipes, "C").index.tolist()
    ['p', 'q']
    """
    ids = pd.Index(pd.concat([pipes["from_manhole"], pipes["to_manhole"]])).unique()
    if manhole_id not in ids:
        return pipes.iloc[:0]
    start, end = (ids.get_indexer(pipes[column]) for column in ("from_manhole", "to_manhole"))
    above = upstream(backwards(start, end), int(ids.get_loc(manhole_id)))
    return pipes[np.isin(end, above)]
