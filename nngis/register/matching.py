"""Matching of heat sources to users: as much heat as can be, over as little distance as can be."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from nngis.kernel.links import positions
from nngis.kernel.reach import euclidean
from nngis.register.data import Data, numbers
from nngis.register.finding import Finding, Part
from nngis.register.lists import tally
from nngis.register.rules import Rule
from nngis.text import Text


def match(links: pd.DataFrame, load: pd.Series, capacity: pd.Series) -> npt.NDArray[np.float64]:
    """Share out capacities so that most load is served, and of those ways the shortest.

    A transport problem: maximise the sum of what flows; each metre costs so little that no load
    is left out for it.

    Parameters
    ----------
    links : DataFrame
        A links table of users and sources.
    load, capacity : Series
        By user and by source, in one unit.

    Returns
    -------
    (n,) float array
        What flows along each link.

    Examples
    --------
    >>> links = pd.DataFrame({"demand_id": ["a", "a", "b"], "facility_id": ["x", "y", "y"],
    ...                       "distance_m": [1.0, 2.0, 1.0]})
    >>> match(links, pd.Series({"a": 10, "b": 5}), pd.Series({"x": 6, "y": 8})).tolist()
    [6.0, 3.0, 5.0]
    """
    if links.empty:
        return np.zeros(0)
    user, source = positions(links, load.index, capacity.index)
    n = len(links)
    ones, at = np.ones(n), np.arange(n)
    rows = vstack(
        [
            coo_array((ones, (user, at)), shape=(len(load), n)),
            coo_array((ones, (source, at)), shape=(len(capacity), n)),
        ]
    )
    distance = links["distance_m"].to_numpy()
    cost = distance / (2 * (distance.max() + 1) * (len(load) + len(capacity))) - 1
    limit = np.concatenate([load.to_numpy(float), capacity.to_numpy(float)])
    found = linprog(cost, A_ub=rows.tocsr(), b_ub=limit, bounds=(0, None), method="highs")
    return np.round(np.asarray(found.x), 6) + 0.0


def waste_heat(
    rule: Rule,
    data: Data,
    *,
    sources: str,
    capacity: str,
    users: str,
    load: str,
    within_m: float,
    assumed: str,
) -> Finding:
    """Match sources of waste heat to users within a distance.

    Parameters
    ----------
    rule : Rule
        Without a number of its own.
    data : Data
        The layers.
    sources, capacity : str
        Layer of the sources and what they can give [t/h].
    users, load : str
        Layer of the users and what they take [t/h].
    within_m : float
        Longest way [m], included.
    assumed : str
        Where that distance comes from.

    Returns
    -------
    Finding
        Value: heat that can be served [t/h]. Objects: users with `served_t_h`, `source_id` of the
        largest part and its distance.
    """
    giving, taking = data.need(sources, capacity), data.need(users, load)
    room, want = numbers(giving[capacity]), numbers(taking[load])
    links = euclidean(taking[want.notna().to_numpy()], giving[room.notna().to_numpy()], within_m)
    flow = match(links, want.dropna(), room.dropna())
    used = links.assign(flow_t_h=flow)[flow > 0]
    served = used.groupby("demand_id")["flow_t_h"].sum().reindex(taking.index, fill_value=0.0)
    main = used.sort_values(["demand_id", "flow_t_h", "facility_id"], ascending=[True, False, True])
    main = main.drop_duplicates("demand_id").set_index("demand_id")
    kept = taking.assign(served_t_h=served, source_id=main["facility_id"].reindex(taking.index))
    kept["distance_m"] = main["distance_m"].reindex(taking.index)
    full = (served >= want - 1e-6).astype("boolean").mask(want.isna())
    every = pd.Series(data=True, index=taking.index, dtype="boolean")
    base = tally(
        rule, data, kept, every, full, columns=[load, "served_t_h", "source_id", "distance_m"]
    )
    value = float(served.sum())
    county = data.county_of(taking)
    by = served.groupby(county).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    return Finding(
        "done",
        Text(
            f"{within_m / 1000:g} km 以内，余热可供 {value:g} t/h，"
            f"需求 {want.sum():g} t/h，余热能力 {room.sum():g} t/h。",
            f"Within {within_m / 1000:g} km waste heat can serve {value:g} of {want.sum():g} t/h; "
            f"the sources have {room.sum():g} t/h.",
        ),
        (Part(rule.id, value, "t/h", "done"),),
        objects=base.objects,
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        assumptions=(
            Text(
                f"{rule.id}：{assumed}",
                f"{rule.id}: the distance of {within_m / 1000:g} km is the tool's own.",
            ),
        ),
    )
