"""What siting is for: stations shared out by vehicles, or as many as possible within reach.

Most weight covered with few stations puts them where people are thin: a town of its own adds more
to coverage than the third station of a full district. A bureau that builds for vehicles shares
the stations out by them first, and covers most within each county's share.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.solvers.site import AtMost, SiteLinks


@dataclass(frozen=True, eq=False)
class CountyShares:
    """What the stations of each county are counted by.

    Parameters
    ----------
    weight : Series
        Vehicles that charge in each county.
    county : Series
        County of every site.
    existing : Series
        Stations that exist in each county.
    mandatory : Series
        Stations that must be built in each county.
    room : Series
        Sites at which a station may be built in each county, mandatory ones in it.
    """

    weight: pd.Series
    county: pd.Series
    existing: pd.Series
    mandatory: pd.Series
    room: pd.Series


def county_shares(points: pd.DataFrame, sites: gpd.GeoDataFrame) -> CountyShares:
    """Count what each county has and may have."""
    weight = points["weight"].fillna(0.0).groupby(points["county"]).sum().sort_index()
    role, open_to = sites["role"], sites["excluded"].isna()

    def counted(rows: pd.Series) -> pd.Series:
        return sites["county"][rows].value_counts().reindex(weight.index, fill_value=0)

    return CountyShares(
        weight,
        sites["county"],
        existing=counted(role.eq("existing")),
        mandatory=counted(role.eq("mandatory") & open_to),
        room=counted(role.ne("existing") & open_to),
    )


def apportion(
    weight: pd.Series, count: int, *, have: pd.Series, least: pd.Series, most: pd.Series
) -> pd.Series:
    """Share stations out by weight, one after the other to whoever has fewest for its weight.

    Examples
    --------
    Seven stations for 53, 24 and 23 vehicles: 53/1, 24/1, 23/1, 53/3, 53/5, 24/3, 23/3.

    >>> w = pd.Series({"a": 53.0, "b": 24.0, "c": 23.0})
    >>> none = w * 0
    >>> apportion(w, 7, have=none, least=none, most=w).tolist()
    [3, 2, 2]
    """
    # Webster's divisor method (Sainte-Laguë): the next one goes where weight / (2n + 1) is
    # greatest; of all methods it favours neither large nor small ones (Balinski and Young 1982).
    got = least.to_numpy(np.int64).copy()
    held, room = have.to_numpy(np.int64), most.to_numpy(np.int64)
    size = weight.to_numpy(np.float64)
    for _ in range(count - int(got.sum())):
        claim = np.where((got < room) & (size > 0), size / (2 * (held + got) + 1), -1.0)
        at = int(claim.argmax())  # of equals the first by name
        if claim[at] < 0:
            break
        got[at] += 1
    return pd.Series(got, weight.index)


def county_limits(shares: CountyShares, count: int, barred: Bools) -> list[AtMost]:
    """Let each county get no more new stations than its vehicles give it."""
    given = apportion(
        shares.weight, count, have=shares.existing, least=shares.mandatory, most=shares.room
    )
    free = shares.county[~barred]
    return [
        AtMost(tuple(ids), int(given.get(name, 0)), f"county {name}")
        for name, ids in free.groupby(free).groups.items()
    ]


def fill_up(
    reach: SiteLinks,
    weights: Floats,
    is_open: Bools,
    barred: Bools,
    at_most: list[AtMost],
    count: int,
) -> Bools:
    """Open more sites where everybody is covered, at the ones that would get most vehicles.

    The covering solver leaves out what adds no coverage; in a full district a further station
    still takes vehicles off its neighbours. A vehicle is taken to go to each open site within its
    reach alike, so a site gets weight / (1 + open sites within reach) of each demand. Greedy, one
    after the other; coverage can only grow, so its bound still holds.
    """
    now = is_open.copy()
    groups = [
        (np.asarray(reach.site_ids.isin(list(one.site_ids)), bool), one.most) for one in at_most
    ]
    for _ in range(count):
        shut = now | barred
        for members, most in groups:
            if int((members & now).sum()) >= most:
                shut = shut | members
        about = np.bincount(reach.demand_at[now[reach.site_at]], minlength=len(weights))
        gets = np.bincount(
            reach.site_at,
            weights=(weights / (1.0 + about))[reach.demand_at],
            minlength=len(now),
        )
        gets[shut] = -1.0
        at = int(gets.argmax())
        if gets[at] <= 0:
            break
        now[at] = True
    return now
