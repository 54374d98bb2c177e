"""The links table: who can serve whom, how far. Every metric makes it, every solver takes it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Floats
from nngis.errors import LayerError
from nngis.text import counted

COLUMNS = ("demand_id", "facility_id", "distance_m")


def make_links(
    demand_ids: Sequence[Any] | pd.Index,
    facility_ids: Sequence[Any] | pd.Index,
    demand_at: npt.NDArray[np.intp],
    facility_at: npt.NDArray[np.intp],
    distance_m: Floats,
) -> pd.DataFrame:
    """Build a links table from positions.

    Parameters
    ----------
    demand_ids, facility_ids : sequence of str
        The ids of all demands and all facilities.
    demand_at, facility_at : (n,) int array
        Position of each link's demand and facility in those ids. A pair occurs once at most.
    distance_m : (n,) float array
        Length of each link [m].

    Returns
    -------
    DataFrame
        `demand_id`, `facility_id`, `distance_m`, sorted by the position of the demand, then by
        distance, then by the position of the facility.

    Examples
    --------
    >>> import numpy as np
    >>> make_links(["a", "b"], ["x", "y"], np.array([1, 0, 0]), np.array([0, 1, 0]),
    ...            np.array([5.0, 7.0, 9.0]))
      demand_id facility_id  distance_m
    0         a           y         7.0
    1         a           x         9.0
    2         b           x         5.0
    """
    order = np.lexsort((facility_at, distance_m, demand_at))
    return pd.DataFrame(
        {
            "demand_id": pd.Index(demand_ids).take(demand_at[order]),
            "facility_id": pd.Index(facility_ids).take(facility_at[order]),
            "distance_m": distance_m[order],
        },
    )


def positions(
    links: pd.DataFrame,
    demand_ids: Sequence[Any] | pd.Index,
    facility_ids: Sequence[Any] | pd.Index,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give each link's demand and facility as positions in the two lists of ids.

    Parameters
    ----------
    links : DataFrame
        A links table.
    demand_ids, facility_ids : sequence of str
        Unique ids.

    Returns
    -------
    demand_at : (n,) int array
        Position of each link's demand.
    facility_at : (n,) int array
        Position of each link's facility.

    Raises
    ------
    LayerError
        If a link names an id that is not in the lists.
    """
    found = []
    for column, ids in (("demand_id", demand_ids), ("facility_id", facility_ids)):
        at = pd.Index(ids).get_indexer(pd.Index(links[column]))
        missing = links[column].to_numpy()[at < 0]
        if missing.size:
            raise LayerError(
                f"链接表中有 {missing.size} 行的 {column} 不在图层内，例如 {missing[0]!r}；"
                "请用同一批对象重新计算链接。",
                f"{counted(missing.size, 'row of the links table', 'name')} a {column} that is not "
                f"in the layer, for example {missing[0]!r}; make the links from the same objects.",
                where=column,
            )
        found.append(at.astype(np.intp))
    return found[0], found[1]


def nearest(links: pd.DataFrame) -> pd.DataFrame:
    """Keep the nearest facility of each demand.

    Parameters
    ----------
    links : DataFrame
        A links table, sorted as `make_links` sorts it.

    Returns
    -------
    DataFrame
        `facility_id` and `distance_m`, indexed by `demand_id`; ties go to the facility that
        comes first.
    """
    return links.drop_duplicates("demand_id").set_index("demand_id")
