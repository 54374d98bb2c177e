"""The part of the world that the layers cover: Nanning and a margin."""

WEST, SOUTH, EAST, NORTH = 107.2, 22.1, 109.8, 24.2
# The city ends at 24.04° N; lines run on a little further so that routes do not end at its edge.
POINTS_NORTH = 24.1


def inside(lon: float, lat: float) -> bool:
    """Tell whether a place lies in the box.

    Parameters
    ----------
    lon, lat : float
        WGS84 [°].

    Returns
    -------
    bool
        True inside or on the edge.

    Examples
    --------
    >>> inside(108.37, 22.82), inside(113.3, 23.1)
    (True, False)
    """
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH
