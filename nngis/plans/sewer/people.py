"""Who is to be served: the demand as given, or towns without a plant nearby standing in for it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.crs.place import has_place, with_place
from nngis.decide.counties import county_of
from nngis.network.geodesic_links import nearest_straight
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.quota import settlement_of

CENSUS_YEAR = 2020
FARTHEST_M = 200_000.0  # no town of a prefecture is farther from the nearest plant
DEMAND_COLUMNS = (
    *("name_zh", "county", "population", "population_low", "population_high", "people_basis"),
    *("settlement", "evidence"),
)
DISTRICT = "0"  # fifth figure of the code of a city's district, where streets hold most people


def people_of(
    demand: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame | None,
    parameters: SewerParameters,
) -> gpd.GeoDataFrame:
    """Give every point of the demand its people and its county."""
    placed = with_place(demand)
    nothing = pd.Series(None, index=placed.index, dtype=object)
    stated = pd.to_numeric(placed.get("population", nothing)).astype(float)
    out = gpd.GeoDataFrame(
        {
            "name_zh": placed.get("name_zh", nothing),
            "county": placed.get("county_stated", placed.get("county", nothing)),
            "population": stated.fillna(parameters.persons_per_building),
            "people_basis": np.where(stated.notna(), "stated", "assumed"),
            "evidence": placed["evidence"],
        },
        geometry=placed.geometry,
        crs=demand.crs,
    )
    out = out.assign(
        population_low=out["population"],
        population_high=out["population"],
        settlement=settlement_of(placed),
    )
    return out if counties is None else out.assign(county=county_of(out, counties))


def towns_without_plant(
    townships: gpd.GeoDataFrame,
    population: pd.DataFrame,
    plants: gpd.GeoDataFrame | None,
    counties: gpd.GeoDataFrame,
    parameters: SewerParameters,
) -> gpd.GeoDataFrame:
    """Let the towns that have no plant nearby stand in for the demand."""
    latest = population[population["year"].astype(int).eq(CENSUS_YEAR)]
    people = latest.set_index(latest["adcode"].astype(str))["population"].astype(float)
    county = townships["adcode"].astype(str)
    each = county.map(people) / county.map(county.value_counts())
    placed = has_place(townships)
    rural = townships["name_zh"].astype("string").str.endswith(("镇", "乡")).fillna(value=False)
    towns = townships[placed & rural.to_numpy(bool) & each.notna()]
    towns = towns.sort_index()
    if plants is not None and len(plants):
        here = with_place(plants)
        near = nearest_straight(towns, here, FARTHEST_M)["distance_m"].reindex(towns.index)
        towns = towns.loc[near[near > parameters.plant_reach_m].sort_values(kind="stable").index]
    towns = towns.iloc[: parameters.most_towns].sort_index()
    share = each[towns.index]
    in_city = county[towns.index].str[4].eq(DISTRICT)
    ends = {
        end: np.where(
            in_city,
            share * getattr(parameters, f"district_town_{end}_share"),
            share * getattr(parameters, f"county_town_{end}_share"),
        ).round()
        for end in ("low", "high")
    }
    out = gpd.GeoDataFrame(
        {
            "name_zh": towns["name_zh"],
            "population": np.nan,
            "population_low": ends["low"],
            "population_high": ends["high"],
        },
        geometry=shapely.force_2d(towns.geometry.to_numpy()),
        crs=townships.crs,
    ).rename_axis("demand_id")
    out = out.assign(
        county=county_of(out, counties),
        people_basis="estimated",
        settlement=settlement_of(out),
        evidence="approximate",
    )
    return out[[*DEMAND_COLUMNS, "geometry"]]
