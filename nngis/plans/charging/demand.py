"""Demand: people and vehicles at points, from a ledger or spread over townships and places."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.crs.place import with_place
from nngis.decide.counties import county_of
from nngis.errors import LayerError
from nngis.plans.charging.demand_parameters import DemandParameters
from nngis.plans.charging.place_classes import HOME_WEIGHTS, TRIP_WEIGHTS
from nngis.text import Text, Warned, counted

DISTRICT = "0"  # fifth figure of the code of a city's district; a county's is 2, a city's 8
COLUMNS = (
    *("name_zh", "demand_kind", "county", "population", "nev_count", "trips_share"),
    *("weight", "evidence"),
)
Frames = Mapping[str, gpd.GeoDataFrame]


@dataclass(frozen=True, eq=False)
class Demand:
    """Who asks for charging.

    Parameters
    ----------
    points : GeoDataFrame
        Indexed by `demand_id`: `name_zh`, `demand_kind` (``given``, ``township``, ``place`` or
        ``destination``), `county`, `population`, `nev_count` [vehicles], `trips_share` (share of
        all trips that end there), `weight` (vehicles that charge there), `evidence`.
    said : tuple of Text
        What was done that a reader must know.
    """

    points: gpd.GeoDataFrame
    said: tuple[Text, ...]


def make_demand(
    frames: Frames, places: pd.DataFrame, nev_count: float, parameters: DemandParameters
) -> Demand:
    """Put people, vehicles and trips at points.

    The weight of a point is the number of vehicles that charge there: its share of the people (or
    its own vehicles) for what is charged at home, its share of the trips for the rest.
    """
    counties = frames["counties"]
    if "demand" in frames:
        homes, said = _given(frames["demand"], counties)
    else:
        homes, said = _spread(frames, places, parameters)
    ends = _destinations(frames.get("places"), places, counties)
    trip_share = parameters.trip_share if len(ends) else 0.0
    live = homes["nev_count"].fillna(homes["population"].fillna(0.0))
    if not live.sum() > 0:
        raise LayerError(
            "需求点没有人口，也没有车辆；请检查需求图层或分县人口。",
            "The demand has neither people nor vehicles; check the demand layer or the population.",
            where="demand",
        )
    # Vehicles by point: as the ledger has them, scaled to the year, else as the people. Where no
    # fleet is known the demand weighs what the layer itself counts, and vehicles stay unknown.
    homes["nev_count"] = nev_count * live / live.sum()
    whole = float(live.sum()) if np.isnan(nev_count) else nev_count
    homes["weight"] = (1.0 - trip_share) * whole * live / live.sum()
    ends["weight"] = trip_share * whole * ends["trips_share"]
    points = pd.concat([homes, ends]) if len(ends) else homes
    out = gpd.GeoDataFrame(
        points[list(COLUMNS)], geometry=points["geometry"].array, crs=counties.crs
    )
    return Demand(out.rename_axis("demand_id"), said)


def has_point(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the rows that have a place."""
    kept = with_place(frame)
    finite = np.isfinite(kept.geometry.get_coordinates().to_numpy()).all(axis=1)
    return kept if finite.all() else kept[finite]


def _given(
    demand: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Take a layer of demand as it is."""
    placed = has_point(demand)
    said = []
    lost = demand.index.difference(placed.index)
    if len(lost):
        said.append(
            Warned(
                f"{len(lost)} 个需求点没有坐标，未计。",
                f"{counted(len(lost), 'demand', 'have')} no place; left out.",
                table="demand",
                ids=lost,
            )
        )
    people = pd.to_numeric(placed["population"], errors="coerce")
    bare = people.index[people.isna()]
    if len(bare):
        said.append(
            Warned(
                f"{len(bare)} 个需求点没有人口数，按不知道处理，权重为 0。",
                f"{counted(len(bare), 'demand', 'state')} no people: not known, weight 0.",
                table="demand",
                ids=bare,
            )
        )
    vehicles = (
        pd.to_numeric(placed["vehicles_count"], errors="coerce")
        if "vehicles_count" in placed
        else pd.Series(np.nan, placed.index)
    )
    if vehicles.isna().any():
        vehicles[:] = np.nan  # people and vehicles are not one unit; without all, people decide
    name = placed["name_zh"] if "name_zh" in placed else placed.index.astype(str)
    out = pd.DataFrame(
        {
            "name_zh": name,
            "demand_kind": "given",
            "county": county_of(placed, counties),
            "population": people.astype(float),
            "nev_count": vehicles.astype(float),
            "trips_share": np.nan,
            "evidence": placed.get("evidence", "surveyed"),
            "geometry": placed.geometry.array,
        },
        index=placed.index,
    )
    return out, tuple(said)


def _spread(
    frames: Frames, places: pd.DataFrame, parameters: DemandParameters
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Spread each county's people over its townships and places."""
    lacking = [role for role in ("population", "townships") if role not in frames]
    if lacking:
        raise LayerError(
            f"没有需求图层，也没有 {'、'.join(lacking)}，无法分摊人口；"
            "请用 --layer demand=文件 给出。",
            f"There is no demand layer, and no {', '.join(lacking)} to spread people by; name one "
            "with --layer demand=FILE.",
            where="demand",
        )
    counties = frames["counties"]
    people = _latest(frames["population"], counties.index)
    towns = has_point(frames["townships"])
    towns = towns.assign(county=county_of(towns, counties), home=1.0, demand_kind="township")
    spots = _homes(frames.get("places"), places, counties)
    columns = ["name_zh", "county", "home", "demand_kind", "geometry"]
    both = pd.concat([towns[columns], spots[columns]])
    both.index = pd.Index(["H-" + str(one) for one in both.index])
    code = both["county"].map(pd.Series(counties.index, index=counties["name_zh"]))
    both, code = both[code.notna()], code[code.notna()]
    is_place = both["demand_kind"].eq("place")
    counted = is_place.groupby(code).transform("sum")
    by_place = np.where(
        code.str[4].eq(DISTRICT), parameters.place_share_district, parameters.place_share_county
    )
    by_place = np.where(counted >= parameters.fewest_places_count, by_place, 0.0)
    by_place = np.where(counted == is_place.groupby(code).transform("size"), 1.0, by_place)
    part = both["home"] / both["home"].groupby([code, is_place]).transform("sum")
    share = part * np.where(is_place, by_place, 1.0 - by_place)
    both = both.assign(
        population=share * code.map(people),
        nev_count=np.nan,
        trips_share=np.nan,
        evidence="derived",
    )
    bare = counties["name_zh"][~counties.index.isin(code)]
    said = [
        Text(
            "需求由分县人口分摊到乡镇中心和有名称的地点得出（等级：推导），不是实测人口分布。",
            "Demand is each county's people spread over township centres and named places "
            "(derived); it is not a measured distribution.",
        )
    ]
    if len(bare):
        said.append(
            Text(
                f"{'、'.join(bare)}没有可分摊人口的点，未计入需求。",
                f"There is no point to spread the people of {', '.join(bare)} over; they are "
                "not counted.",
            )
        )
    return both[both["population"] > 0], tuple(said)


def _latest(population: pd.DataFrame, codes: pd.Index) -> pd.Series:
    """People by county, of the latest year of each."""
    rows = population[population["adcode"].isin(codes)].sort_values(["adcode", "year"])
    last = rows.drop_duplicates("adcode", keep="last").set_index("adcode")["population"]
    if last.empty:
        raise LayerError(
            "人口表里没有这些县（市、区）；请核对区划代码。",
            "The population names none of the counties; check their codes.",
            where="population",
        )
    return last.astype(float)


def _homes(
    places: gpd.GeoDataFrame | None, classes: pd.DataFrame, counties: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Places about which people live."""
    columns = ["name_zh", "county", "home", "demand_kind", "geometry"]
    if places is None:
        return pd.DataFrame(columns=columns).astype({"home": float})
    home = classes["kind"].map(HOME_WEIGHTS)
    kept = has_point(places[home.notna().to_numpy()])
    return kept.assign(
        county=county_of(kept, counties), home=home.reindex(kept.index), demand_kind="place"
    )[columns]


def _destinations(
    places: gpd.GeoDataFrame | None, classes: pd.DataFrame, counties: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Places that people drive to, with their share of the trips."""
    if places is None:
        return pd.DataFrame(columns=[*COLUMNS, "geometry"])
    pull = classes["kind"].map(TRIP_WEIGHTS)
    kept = has_point(places[pull.notna().to_numpy()])
    county = county_of(kept, counties)
    kept, county = kept[county.notna()], county[county.notna()]
    pull = pull.reindex(kept.index)
    return pd.DataFrame(
        {
            "name_zh": kept["name_zh"],
            "demand_kind": "destination",
            "county": county,
            "population": np.nan,
            "nev_count": np.nan,
            "trips_share": pull / pull.sum(),
            "weight": 0.0,
            "evidence": "derived",
            "geometry": kept.geometry.array,
        },
        index=kept.index,
    ).set_axis(["T-" + str(one) for one in kept.index])
