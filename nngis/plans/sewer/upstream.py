"""What lies above a manhole: the part of a network that flows through it."""

import geopandas as gpd


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
    above = {manhole_id}
    found = pipes["to_manhole"].isin(above)
    while True:
        starts = set(pipes.loc[found, "from_manhole"])
        if starts <= above:
            return pipes[found]
        above |= starts
        found = pipes["to_manhole"].isin(above)
