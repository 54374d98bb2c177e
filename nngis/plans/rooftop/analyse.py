"""Rooftop PV, analysed: which roofs, how much, against which shares, in what order."""

import geopandas as gpd

from nngis.decide.indicators import with_evidence
from nngis.errors import LayerError, Problem, require
from nngis.plans.rooftop import findings
from nngis.plans.rooftop.built import built_pv
from nngis.plans.rooftop.estimate import estimate_counties
from nngis.plans.rooftop.grid import GRID_COLUMNS, grid_table, host, hosting_mw, substation_of
from nngis.plans.rooftop.horizon import sky_table
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.measured import Surroundings
from nngis.plans.rooftop.order import put_in_order
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.roofs import MORE_COLUMNS, ROOF_COLUMNS, judge_roofs, min_shares
from nngis.plans.rooftop.sums import all_tables, cube
from nngis.plans.rooftop.weather import has_hours
from nngis.plans.rooftop.whereabouts import with_position
from nngis.plans.rooftop.yields import yield_table
from nngis.result.plan import given_layers
from nngis.result.result import Analysis

ORDER_COLUMNS = ("tranche", "rank", "energy_per_cny", "substation_id", "hosted_kwp")
ENOUGH = 1e-6  # a roof is hosted whole where what is hosted lacks less than a milliwatt


def analyse(layers: RooftopLayers, parameters: RooftopParameters) -> Analysis:
    """Decide which roofs carry PV, how much, and in what order."""
    roofs, counties = layers.roofs, layers.counties
    require(
        [
            Problem(f"{zh}没有行。", f"There are no {en}.", where=role)
            for role, zh, en, frame in (
                ("roofs", "屋顶图层", "roofs", roofs),
                ("solar_climate", "气候图层", "cells of the climate", layers.solar_climate),
            )
            if frame.empty
        ],
        LayerError,
    )
    around = around_all(layers, parameters)
    judged, dropped = judge_roofs(roofs, around, parameters)
    table, stations = _connected(judged, layers.substations, parameters)
    own = [name for name in roofs.columns if name not in table and name != "geometry"]
    table = table.join(roofs[own])
    tables = all_tables(cube(table), counties, parameters)
    tables["substations"] = (
        gpd.GeoDataFrame(columns=[*GRID_COLUMNS, "geometry"], crs=roofs.crs).rename_axis(
            "substation_id"
        )
        if stations is None
        else stations
    )
    tables["dropped_roofs"] = dropped
    tables["pv_built"] = built_pv(layers.pv_registered, table, counties, parameters)
    tables["county_estimate"] = estimate_counties(
        layers.population, counties["name_zh"], around.yields, parameters
    )
    return Analysis(
        tables={"roofs": table, **tables},
        indicators=with_evidence(
            (
                *findings.indicators(
                    tables, parameters, built_known=layers.pv_registered is not None
                ),
                findings.hosted(None if stations is None else table["hosted_kwp"].to_numpy(float)),
            ),
            given_layers(layers),
        ),
        assumptions=findings.assumptions(table, parameters, hourly=has_hours(around.climate)),
        warnings=findings.warnings(table, dropped, stations),
    )


def around_all(layers: RooftopLayers, parameters: RooftopParameters) -> Surroundings:
    """Gather what all roofs of the layers are judged by."""
    return surroundings(
        layers.roofs,
        layers.counties,
        layers.solar_climate,
        parameters,
        townships=layers.townships,
        places=layers.places,
        land_use=layers.land_use,
        built_up=layers.built_up,
    )


def surroundings(
    roofs: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    solar_climate: gpd.GeoDataFrame,
    parameters: RooftopParameters,
    *,
    townships: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    land_use: gpd.GeoDataFrame | None = None,
    built_up: gpd.GeoDataFrame | None = None,
) -> Surroundings:
    """Gather what roofs are judged by, with the yield of the cells around them.

    Parameters
    ----------
    roofs : GeoDataFrame
        Some roofs, or the counties: what bounds the cells that are needed.
    counties, solar_climate : GeoDataFrame
        As in `analyse`.
    parameters : RooftopParameters
        The plan's parameters.
    townships, places, land_use, built_up : GeoDataFrame, optional
        As in `analyse`.

    Returns
    -------
    Surroundings
        Counties, climate, yields, and what tells township and class.
    """
    west, south, east, north = roofs.total_bounds
    reach = parameters.climate_reach_m
    near = solar_climate.cx[west - reach : east + reach, south - reach : north + reach].sort_index()
    climate = with_position(near if len(near) else solar_climate)
    return Surroundings(
        counties=counties,
        climate=climate,
        yields=yield_table(climate, parameters),
        sky=sky_table(climate, parameters) if parameters.shade_reach_m > 0 else None,
        townships=townships,
        places=places,
        land_use=land_use,
        built_up=built_up,
    )


def _connected(
    judged: gpd.GeoDataFrame,
    substations: gpd.GeoDataFrame | None,
    parameters: RooftopParameters,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None]:
    """Rank the roofs, give them the substations' room in that order, and rank them again."""
    least = min_shares(parameters)
    columns = [*ROOF_COLUMNS, *ORDER_COLUMNS, *MORE_COLUMNS, "geometry"]
    if substations is None:
        order = put_in_order(judged, least)
        out = judged.join(order).assign(substation_id=None, hosted_kwp=float("nan"))
        return out[columns], None
    limits = hosting_mw(substations, parameters)
    to = substation_of(judged.geometry.centroid, substations, parameters.substation_reach_m)
    wired = judged.join(to["substation_id"])
    hosted = host(wired, put_in_order(wired, least)["rank"], limits["hosting_capacity_mw"])
    room = hosted.isna() | (hosted >= wired["capacity_kwp"] - ENOUGH)
    out = wired.join(hosted).join(put_in_order(wired, least, has_room=room))
    return out[columns], grid_table(substations, out, limits)
