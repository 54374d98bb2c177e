"""Candidate sites: where a station could stand, and which of them may not be chosen, and why."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Positions
from nngis.decide.counties import county_of
from nngis.network.geodesic_links import inside
from nngis.plans.charging.demand import has_point
from nngis.plans.charging.nearest import straight
from nngis.plans.charging.siting_parameters import SitingParameters
from nngis.solvers.site import SiteLinks
from nngis.steps import Step, at_once
from nngis.text import Text
from nngis.units import KW_PER_MW

CELLS = 1 << 31  # more than there are cells along either axis
EXCLUDED = {
    "outside": Text("不在县（市、区）边界内。", "It lies outside the counties."),
    "forbidden": Text("位于禁建区内。", "It lies in an area where nothing may be built."),
    "too_near": Text(
        "与现有站或必建场所的距离小于最小站距。",
        "It is nearer to a station that exists, or to a mandatory place, than stations may be.",
    ),
    "no_grid": Text("可用电力容量不足。", "The grid has no room for a station."),
    "refused": Text("由用户指定不建。", "Somebody said that nothing is built here."),
    "few_vehicles": Text(
        "服务半径内的车辆少于设站下限。",
        "There are fewer vehicles within reach than a station needs.",
    ),
}


def make_candidates(
    frames: Mapping[str, gpd.GeoDataFrame],
    classes: pd.DataFrame,
    places: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    parameters: SitingParameters,
    step: Step = at_once,
) -> gpd.GeoDataFrame:
    """List every place where a station could stand; a ledger's candidates change by themselves."""
    first = step(_mandatory, frames, places, parameters)
    own = step(_of_ledger, frames)
    rest = step(_others, frames, classes, parameters)
    cells = step(_heaviest_first, points, parameters)
    return step(_joined, first, own, rest, points, cells, parameters)


def _mandatory(
    frames: Mapping[str, gpd.GeoDataFrame], places: gpd.GeoDataFrame, parameters: SitingParameters
) -> pd.DataFrame:
    """List the places where a station must stand."""
    must = places["place_class"].isin(parameters.mandatory_classes) & places["decision"].ne(
        "existing"
    )
    return _in_county(
        [_listed(places[must], "", "place_class", "mandatory", source="six_classes")], frames
    )


def _of_ledger(frames: Mapping[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """List the candidates of a ledger."""
    own = frames.get("charging_candidates")
    if own is None:
        return pd.DataFrame()
    return _in_county([_listed(has_point(own), "C-", "place_class", source="ledger")], frames)


def _others(
    frames: Mapping[str, gpd.GeoDataFrame], classes: pd.DataFrame, parameters: SitingParameters
) -> pd.DataFrame:
    """List what else a station could stand at: car parks, petrol stations, places, townships."""
    taken = [
        _listed(has_point(frames[role]), letter, None, source=role)
        for role, letter in (("car_parks", "K-"), ("petrol_stations", "B-"))
        if role in frames
    ]
    if "places" in frames:
        kind = classes["kind"]
        good = kind.isin(parameters.candidate_classes).to_numpy()
        named = frames["places"][good].assign(kind=kind[good])
        taken.append(_listed(has_point(named), "L-", "kind", source="places"))
    if "townships" in frames and parameters.township_candidates:
        taken.append(_listed(has_point(frames["townships"]), "W-", None, source="townships"))
    return _in_county(taken, frames)


def _in_county(taken: list[pd.DataFrame], frames: Mapping[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """Put candidates into one list, each with its county."""
    if not taken:
        return pd.DataFrame()
    counties = frames["counties"]
    out = pd.concat(taken)
    return out.assign(county=county_of(gpd.GeoSeries(out["geometry"], crs=counties.crs), counties))


def _joined(
    first: pd.DataFrame,
    own: pd.DataFrame,
    rest: pd.DataFrame,
    points: gpd.GeoDataFrame,
    cells: pd.Series,
    parameters: SitingParameters,
) -> gpd.GeoDataFrame:
    """Join the lists; of candidates of one id the first stays; cells without any get one."""
    out = pd.concat([one for one in (first, own, rest) if len(one.columns)])
    out = out[~out.index.duplicated()]
    out = out[out["county"].notna() | out["candidate_source"].eq("ledger")]
    added = _filled(points, out, cells, parameters.grid_candidate_m)
    out = gpd.GeoDataFrame(pd.concat([out, added]), geometry="geometry", crs=points.crs)
    out["role"] = out["role"].mask(out.index.isin(parameters.required_sites), "mandatory")
    return out.rename_axis("site_id")


def _listed(
    frame: gpd.GeoDataFrame, letter: str, kind: str | None, role: str = "candidate", *, source: str
) -> pd.DataFrame:
    """Give rows of any layer the form of candidates."""

    def number(name: str) -> object:
        return pd.to_numeric(frame[name], errors="coerce") if name in frame else np.nan

    return pd.DataFrame(
        {
            "name_zh": frame.get("name_zh"),
            "site_kind": frame[kind] if kind and kind in frame else source,
            "candidate_source": source,
            "role": role,
            "cost_10k_cny": number("cost_10k_cny"),
            "grid_capacity_kw": number("grid_capacity_kw"),
            "evidence": frame.get("evidence", "derived"),
            "geometry": frame.geometry.array,
        },
        index=frame.index,
    ).set_axis([letter + str(one) for one in frame.index])


def _cells(points: gpd.GeoSeries, cell_m: float) -> Positions:
    """Find the square cell of each point, as one number."""
    xy = np.floor(points.get_coordinates().to_numpy() / cell_m).astype(np.int64)
    return np.asarray(xy[:, 0] * CELLS + xy[:, 1], np.intp)


def _heaviest_first(points: gpd.GeoDataFrame, parameters: SitingParameters) -> pd.Series:
    """Give the cell of each demand by its position, the heaviest demand first."""
    weight = points["weight"].fillna(0.0).to_numpy(float)
    order = np.lexsort((points.index.to_numpy(str), -weight))
    return pd.Series(_cells(points.geometry, parameters.grid_candidate_m)[order], order)


def _filled(
    points: gpd.GeoDataFrame, sites: pd.DataFrame, cells: pd.Series, cell_m: float
) -> pd.DataFrame:
    """Add the heaviest demand of each cell that holds no candidate."""
    bare = cells[~cells.isin(_cells(gpd.GeoSeries(sites["geometry"], crs=points.crs), cell_m))]
    rows = points.iloc[np.sort(bare.index[~bare.duplicated()])]
    return _listed(rows, "N-", None, source="cells").assign(county=rows["county"].to_numpy())


def exclude(
    sites: gpd.GeoDataFrame,
    frames: Mapping[str, gpd.GeoDataFrame],
    existing: gpd.GeoDataFrame,
    parameters: SitingParameters,
) -> gpd.GeoDataFrame:
    """Say which candidates may not be chosen, and why."""
    why = np.full(len(sites), None, dtype=object)
    free = sites["role"].ne("mandatory").to_numpy(bool)
    fixed = pd.concat([existing.geometry, sites.geometry[~free]])
    if len(fixed) and parameters.separation_m > 0 and free.any():
        around = gpd.GeoDataFrame(geometry=fixed, crs=sites.crs)
        away, _ = straight(sites[["geometry"]][free], around)
        why[np.flatnonzero(free)[away.to_numpy() < parameters.separation_m]] = "too_near"
    substation, room = _grid(sites, frames.get("substations"), parameters)
    own = pd.to_numeric(sites["grid_capacity_kw"], errors="coerce").to_numpy(float)
    poor = (own < parameters.station_power_kw) | (np.isnan(own) & (room.to_numpy(float) < 1))
    why[free & poor] = "no_grid"
    if "red_lines" in frames:
        barred = inside(sites, frames["red_lines"])["demand_id"].unique()
        why[sites.index.isin(barred)] = "forbidden"
    why[sites["county"].isna().to_numpy(bool)] = "outside"
    return sites.assign(
        excluded=pd.Series(why, sites.index, dtype=object), substation_id=substation
    )


def refuse(sites: gpd.GeoDataFrame, parameters: SitingParameters) -> gpd.GeoDataFrame:
    """Exclude the candidates that somebody refuses, whatever else bars them."""
    refused = sites.index.isin(parameters.refused_sites)
    return sites.assign(excluded=sites["excluded"].mask(refused, "refused"))


def exclude_idle(
    sites: gpd.GeoDataFrame, reach: SiteLinks, weight: pd.Series, parameters: SitingParameters
) -> gpd.GeoDataFrame:
    """Leave out candidates with too few vehicles within reach; what exists or must be stays."""
    vehicles = weight.fillna(0.0).to_numpy(float)[reach.demand_at]
    near = np.bincount(reach.site_at, vehicles, len(sites))
    idle = pd.Series(near < parameters.station_vehicles_min, sites.index)
    idle &= sites["role"].eq("candidate") & sites["excluded"].isna()
    return sites.assign(excluded=sites["excluded"].mask(idle, "few_vehicles"))


def _grid(
    sites: gpd.GeoDataFrame, substations: gpd.GeoDataFrame | None, parameters: SitingParameters
) -> tuple[pd.Series, pd.Series]:
    """Name each site's substation, and count the stations that it has room for."""
    nothing = pd.Series(None, sites.index, dtype=object)
    if substations is None or has_point(substations).empty:
        return nothing, pd.Series(np.inf, sites.index)
    placed = has_point(substations)
    away, station = straight(sites, placed)
    reached = away <= parameters.substation_reach_m
    room = stations_with_room(placed, parameters)
    return station.where(reached, None), station.map(room).astype(float).where(reached, 0.0)


def stations_with_room(substations: gpd.GeoDataFrame, parameters: SitingParameters) -> pd.Series:
    """Count the stations that each substation can feed.

    Examples
    --------
    >>> one = pd.DataFrame({"capacity_mva": [40.0, 40.0], "peak_load_mw": [36.0, None]})
    >>> stations_with_room(one, SitingParameters()).tolist()
    [3.0, inf]
    """

    def number(name: str) -> pd.Series:
        if name not in substations:
            return pd.Series(np.nan, substations.index)
        return pd.to_numeric(substations[name], errors="coerce")

    left = number("capacity_mva") * parameters.grid_power_factor - number("peak_load_mw")
    room = number("hosting_capacity_mw").fillna(left).clip(lower=0.0)
    return np.floor(room * KW_PER_MW / parameters.station_power_kw + 1e-9).fillna(np.inf)
