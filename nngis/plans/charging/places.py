"""The six classes and car parks: which have chargers, how many are required, what is missing."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from nngis.decide.counties import county_of
from nngis.network.geodesic_links import geodesic_links
from nngis.plans.charging.demand import has_point
from nngis.plans.charging.nearest import straight
from nngis.plans.charging.place_rules import RULES, SIDES
from nngis.plans.charging.rules import decide_places
from nngis.plans.charging.siting_parameters import SIX, PlaceParameters
from nngis.solvers.links import positions

COLUMNS = (
    *("name_zh", "place_class", "class_basis", "county", "equipped", "equipped_basis"),
    *("nearest_m", "nearest_station_id", "spaces_count", "charging_spaces_count"),
    *("piles_required_count", "piles_missing_count", "rule", "decision", "reason_zh"),
    *("reason_en", "evidence"),
)


def judge_places(
    frames: Mapping[str, gpd.GeoDataFrame],
    classes: pd.DataFrame,
    stations: gpd.GeoDataFrame | None,
    parameters: PlaceParameters,
) -> gpd.GeoDataFrame:
    """Say of every place of the six classes, and every car park, whether it has chargers.

    Places of one class within `equipped_within_m` of each other are one place: an open map holds
    the yards and houses of a hub each for itself.
    """
    found = pd.concat([_six(frames, classes, parameters), _car_parks(frames)])
    counties = frames["counties"]
    spots = gpd.GeoDataFrame(found, geometry="geometry", crs=counties.crs)
    spots["county"] = county_of(spots, counties)
    spots = spots[spots["county"].notna()]
    if stations is None or stations.empty:
        away, station = pd.Series(np.nan, spots.index), pd.Series(None, spots.index, dtype=object)
    else:
        away, station = straight(spots, stations)
    near = (away <= parameters.equipped_within_m).astype("boolean").mask(away.isna())
    if stations is not None and stations.empty:
        near = pd.Series(data=False, index=spots.index, dtype="boolean")
    stated = spots["has_chargers"].astype("boolean")
    spots["nearest_m"], spots["nearest_station_id"] = away, station
    spots["equipped"] = stated.fillna(near)
    spots["equipped_basis"] = np.where(stated.notna(), "stated", np.where(near.notna(), "near", ""))
    return _required(spots, parameters)


def _six(
    frames: Mapping[str, gpd.GeoDataFrame], classes: pd.DataFrame, parameters: PlaceParameters
) -> pd.DataFrame:
    """Places of the six classes, each once."""
    columns = ["name_zh", "place_class", "class_basis", "has_chargers", "evidence", "geometry"]
    if "places" not in frames:
        return pd.DataFrame(columns=columns)
    places = frames["places"]
    mine = classes["place_class"].isin(SIX).to_numpy()
    kept = has_point(places[mine])
    kept = kept.assign(**classes.loc[kept.index, ["place_class", "class_basis"]])
    kept = _once(kept, parameters.equipped_within_m)
    kept.index = pd.Index(["P-" + str(one) for one in kept.index], name="place_id")
    if "has_chargers" not in kept:
        kept["has_chargers"] = None
    if "evidence" not in kept:
        kept["evidence"] = "derived"
    return pd.DataFrame(kept).reindex(columns=columns)


def _once(places: gpd.GeoDataFrame, within_m: float) -> gpd.GeoDataFrame:
    """Keep one of the places of a class that stand together: the first."""
    if len(places) < 2 or within_m == 0:  # noqa: PLR2004 - one place has no double
        return places
    links = geodesic_links(places, places, within_m)
    a, b = positions(links, places.index, places.index)
    kind = pd.factorize(places["place_class"])[0]
    same = kind[a] == kind[b]
    n = len(places)
    joined = sparse.coo_matrix((np.ones(int(same.sum())), (a[same], b[same])), shape=(n, n))
    _, group = connected_components(joined, directed=False)
    return places[~pd.Series(group).duplicated().to_numpy()]


def _car_parks(frames: Mapping[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    if "car_parks" not in frames:
        return pd.DataFrame()
    parks = has_point(frames["car_parks"])
    housing = (
        parks["new_housing"].astype("boolean").fillna(value=False)
        if "new_housing" in parks
        else pd.Series(data=False, index=parks.index)
    )
    out = pd.DataFrame(
        {
            "name_zh": parks["name_zh"] if "name_zh" in parks else parks.index.astype(str),
            "place_class": np.where(housing, "new_housing", "car_park"),
            "class_basis": "stated",
            "has_chargers": parks.get("has_chargers"),
            "spaces_count": pd.to_numeric(parks["spaces_count"], errors="coerce"),
            "charging_spaces_count": pd.to_numeric(
                parks["charging_spaces_count"]
                if "charging_spaces_count" in parks
                else pd.Series(np.nan, parks.index),
                errors="coerce",
            ),
            "ready": parks.get("charging_ready"),
            "evidence": parks.get("evidence", "surveyed"),
            "geometry": parks.geometry.array,
        },
        index=parks.index,
    ).set_axis(["K-" + str(one) for one in parks.index])
    some = out["charging_spaces_count"].gt(0)
    out["has_chargers"] = out["has_chargers"].astype("boolean").mask(some, other=True)
    return out


def _required(spots: gpd.GeoDataFrame, parameters: PlaceParameters) -> gpd.GeoDataFrame:
    """Count what the rules ask for and what is missing of it."""
    by_class = {one.place_class: one for one in RULES}
    of = {name: float(getattr(parameters, one.parameter)) for name, one in by_class.items()}
    size = {"place": 1.0, "side": SIDES, "space": np.nan}
    kind = spots["place_class"]
    spaces = (
        spots["spaces_count"] if "spaces_count" in spots else pd.Series(np.nan, spots.index)
    ).astype(float)
    units = kind.map({name: size[one.per] for name, one in by_class.items()}).astype(float)
    # A share of the spaces is rounded up: ten per cent of 15 spaces is two.
    required = np.ceil((units.fillna(spaces) * kind.map(of).astype(float)).round(9))
    built = (
        spots["charging_spaces_count"]
        if "charging_spaces_count" in spots
        else pd.Series(np.nan, spots.index)
    ).astype(float)
    equipped = spots["equipped"]
    ready = kind.eq("new_housing") & (
        spots["ready"].astype("boolean").fillna(value=False)
        if "ready" in spots
        else pd.Series(data=False, index=spots.index)
    )
    known = built.mask(built.isna() & equipped.eq(False).fillna(value=False), 0.0)
    missing = (required - known).clip(lower=0.0).mask(ready, 0.0)
    out = spots.assign(
        spaces_count=spaces,
        charging_spaces_count=built,
        piles_required_count=required,
        piles_missing_count=missing,
        rule=kind.map({name: one.rule for name, one in by_class.items()}),
    )
    # The rule is what asks for chargers; the engine's own says how it is known whether they are.
    out = out.join(decide_places(out, parameters).drop(columns=["rule", "rules_hit"]))
    return out[[*COLUMNS, "geometry"]].rename_axis("place_id").sort_index()


def class_table(places: pd.DataFrame) -> pd.DataFrame:
    """Count the places of each class, and how many have chargers.

    Examples
    --------
    >>> class_table(pd.DataFrame({"place_class": ["port", "port"], "decision": ["existing",
    ...     "missing"], "piles_required_count": 4.0, "piles_missing_count": [0.0, 4.0]})
    ...     ).loc[["port"], "equipped_share"].tolist()
    [0.5]
    """
    order = [*SIX, "car_park", "new_housing"]
    counts = pd.crosstab(places["place_class"], places["decision"]).reindex(
        index=[*SIX, *(one for one in order[len(SIX) :] if one in set(places["place_class"]))],
        columns=["existing", "missing", "unknown"],
        fill_value=0,
    )
    n = counts.sum(axis=1)
    share = (counts["existing"] / n.where(n > 0)).mask(counts["unknown"] > 0)
    piles = places.groupby("place_class")[["piles_required_count", "piles_missing_count"]].sum(
        min_count=1
    )
    return (
        pd.DataFrame(
            {
                "places_count": n,
                "equipped_count": counts["existing"],
                "missing_count": counts["missing"],
                "places_unknown_count": counts["unknown"],
                "equipped_share": share,
            }
        )
        .join(piles.reindex(counts.index))
        .rename_axis("place_class")
    )
