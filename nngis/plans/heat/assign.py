"""Boilers to outlets: as many t/h as possible, then the least pipe, within what there is."""

from dataclasses import dataclass

import pandas as pd

from nngis.solvers.allocate import assign_by_capacity

SECONDS = 20.0  # to prove that no other choice closes more, or needs less pipe


@dataclass(frozen=True)
class Assigned:
    """Who goes where.

    Parameters
    ----------
    chosen : Series of str
        Outlet of each boiler that is served, by boiler.
    dual : Series of float
        By outlet: t/h more that could be served for a t/h more of steam, if boilers could be
        served in part; 0 where steam is left.
    """

    chosen: pd.Series
    dual: pd.Series


def assign(links: pd.DataFrame, load_t_h: pd.Series, available_t_h: pd.Series) -> Assigned:
    """Assign boilers to outlets.

    First the steam that is used is made as much as possible, then load times pipe as little as
    possible, each boiler whole.

    Examples
    --------
    Ten t/h for boilers of 6, 5 and 4: the 6 and the 4 are served.

    >>> links = pd.DataFrame({"boiler_id": ["a", "b", "c"], "outlet_id": "P", "pipe_m": 1.0})
    >>> load = pd.Series([6.0, 5.0, 4.0], index=["a", "b", "c"])
    >>> answer = assign(links, load, pd.Series({"P": 10.0}))
    >>> answer.chosen.to_dict(), answer.dual.tolist()
    ({'a': 'P', 'c': 'P'}, [1.0])
    """
    table = pd.DataFrame(
        {
            "demand_id": links["boiler_id"],
            "facility_id": links["outlet_id"],
            "distance_m": links["pipe_m"],
        }
    )
    asks = load_t_h[load_t_h.index.isin(links["boiler_id"])]
    answer = assign_by_capacity(table, asks, available_t_h.fillna(0.0), time_limit_s=SECONDS)
    chosen = answer.assignments.set_index("demand_id")["facility_id"].astype(object)
    price = answer.facilities["served_per_unit"].reindex(available_t_h.index)
    return Assigned(chosen.rename_axis("boiler_id"), price.astype(float).fillna(0.0))
