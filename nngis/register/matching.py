"""Matching of heat sources to users: as much heat as can be, over as little distance as can be."""

import pandas as pd

from nngis.network.geodesic_links import geodesic_links
from nngis.register.data import Data, numbers
from nngis.register.finding import Finding, Part
from nngis.register.lists import tally
from nngis.register.rules import PlanRule
from nngis.solvers.allocate import assign_by_capacity
from nngis.text import Text

ROUNDING_T_H = 1e-6


def waste_heat(
    rule: PlanRule,
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
    rule : PlanRule
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
    links = geodesic_links(
        taking[want.notna().to_numpy()], giving[room.notna().to_numpy()], within_m
    )
    answer = assign_by_capacity(links, want.dropna(), room.dropna(), split=True)
    used = answer.assignments.rename(columns={"load": "flow_t_h"})
    served = used.groupby("demand_id")["flow_t_h"].sum().reindex(taking.index, fill_value=0.0)
    main = used.sort_values(["demand_id", "flow_t_h", "facility_id"], ascending=[True, False, True])
    main = main.drop_duplicates("demand_id").set_index("demand_id")
    kept = taking.assign(served_t_h=served, source_id=main["facility_id"].reindex(taking.index))
    kept["distance_m"] = main["distance_m"].reindex(taking.index)
    full = (served >= want - ROUNDING_T_H).astype("boolean").mask(want.isna())
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
