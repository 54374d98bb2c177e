"""Sewers, analysed: what is done, who is not served, what to renovate, what to build."""

import geopandas as gpd
import pandas as pd

from nngis.decide.indicators import with_evidence
from nngis.plans.sewer import findings
from nngis.plans.sewer.additions import lay_out
from nngis.plans.sewer.by_county import county_of_pipes, with_works
from nngis.plans.sewer.catchments import (
    CATCHMENT_COLUMNS,
    catchment_areas,
    catchment_table,
    foul_sewers,
    trace_plants,
)
from nngis.plans.sewer.gaps import GAP_COLUMNS, find_gaps, gaps_by_county
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.ledger import count_projects
from nngis.plans.sewer.outlook import decide_demand
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.people import people_of, towns_without_plant
from nngis.plans.sewer.plants import place_capacity
from nngis.plans.sewer.progress import M3_PER_10K_T, progress_tables
from nngis.plans.sewer.quota import sewage_m3_d
from nngis.plans.sewer.renovation import RENOVATION_COLUMNS, judge_sewers
from nngis.plans.sewer.separation import compare_separation, no_variants
from nngis.result.plan import given_layers
from nngis.result.result import Analysis


def analyse(layers: SewerLayers, parameters: SewerParameters) -> Analysis:
    """Count what is done, find who is not served, and say what to renovate and to build."""
    crs = next(frame.crs for frame in vars(layers).values() if isinstance(frame, gpd.GeoDataFrame))
    counted = count_projects(projects_of(layers, crs), layers.counties, parameters)
    service = _service(layers, parameters, crs)
    additions = lay_out(layers, service["gaps"], service["plants"], parameters)
    progress = progress_tables(counted, layers.counties, parameters)
    wanted = progress["targets"].loc["capacity_10k_t_d"]
    missing = 0.0
    if counted.projects["added_m3_d"].notna().any() and pd.notna(wanted["target_value"]):
        # Else nobody knows what is missing.
        missing = (wanted["target_value"] - wanted["indicator_value"]) * M3_PER_10K_T
    extended = place_capacity(service["gaps"], service["plants"], missing, parameters)
    progress["by_county"] = with_works(
        progress["by_county"],
        additions.tables["priority"],
        additions.tables["connections"],
        (county_of_pipes(additions.tables["priority"], layers.counties), service["gaps"]["county"]),
        parameters,
    )
    tables = {
        **progress,
        "projects": counted.projects,
        "overlaps": counted.overlaps,
        **service,
        "gaps": decide_demand(service["gaps"], additions.tables),
        "plants": service["plants"].join(extended),
        **additions.tables,
    }
    return Analysis(
        tables=tables,
        indicators=with_evidence(
            (
                *findings.indicators(tables, counted, layers),
                *findings.of_design(additions, parameters),
            ),
            given_layers(layers),
        ),
        assumptions=findings.assumptions(layers, tables, parameters),
        warnings=findings.warnings(layers, counted, additions, tables["separation"]),
    )


def _service(
    layers: SewerLayers, parameters: SewerParameters, crs: object
) -> dict[str, gpd.GeoDataFrame]:
    """Find who is not served, by which plant everybody else is, and what to renovate."""
    foul = foul_sewers(layers.sewers)
    plants = layers.treatment_plants
    found, belongs = trace_plants(foul, plants)
    demand = _demand(layers, parameters)
    gaps = _empty("demand_id", GAP_COLUMNS, crs)
    if demand is not None:
        gaps = find_gaps(demand, foul, belongs, parameters)
    tables = {"gaps": gaps, "gaps_by_county": gaps_by_county(gaps)}
    catchments = _empty("wwtp_id", CATCHMENT_COLUMNS, crs)
    if plants is not None:
        people = gaps["population"].groupby(gaps["wwtp_id"]).sum()
        brought = sewage_m3_d(gaps, parameters).astype(float).groupby(gaps["wwtp_id"]).sum()
        table = catchment_table(plants, found, people, brought, parameters)
        areas = catchment_areas(foul, belongs, parameters.served_within_m)
        drawn = table.loc[areas.index]
        catchments = gpd.GeoDataFrame(drawn, geometry=areas, crs=crs)
        tables["plants"] = gpd.GeoDataFrame(table, geometry=plants.geometry, crs=crs)
    else:
        tables["plants"] = catchments
    tables["catchments"] = catchments
    tables["renovation"] = _empty("sewer_id", RENOVATION_COLUMNS, crs)
    tables["separation"] = no_variants()
    if foul is not None:
        stated = foul.get("county_stated", pd.Series(None, foul.index, dtype=object))
        county = stated if layers.counties is None else county_of_pipes(foul, layers.counties)
        judged = judge_sewers(foul, belongs, tables["plants"], county, parameters)
        tables["renovation"] = judged
        # Towns that stand in for the demand live on no sewer.
        people_on = gaps if layers.demand is not None else gaps.iloc[:0]
        tables["separation"] = compare_separation(judged, foul, people_on, parameters)
    return tables


def projects_of(layers: SewerLayers, crs: object) -> gpd.GeoDataFrame:
    """Put both ledgers of projects one under the other.

    Parameters
    ----------
    layers : SewerLayers
        What the plan is given.
    crs : CRS
        That of a table without rows.

    Returns
    -------
    GeoDataFrame
        By `project_id`; one that stands in both has a mark.
    """
    given = [one for one in (layers.sewer_projects, layers.plant_projects) if one is not None]
    if not given:
        return _empty("project_id", ("sewer_length_km", "evidence"), crs)
    whole = pd.concat([one for one in given if len(one)] or given[:1])
    if "sewer_length_km" not in whole:
        whole["sewer_length_km"] = float("nan")
    twice = whole.index.duplicated()
    ids = [f"{id_}*" if again else id_ for id_, again in zip(whole.index, twice, strict=True)]
    index = pd.Index(ids, name="project_id", dtype=object)
    return gpd.GeoDataFrame(whole.set_axis(index), geometry="geometry", crs=crs)


def _demand(layers: SewerLayers, parameters: SewerParameters) -> gpd.GeoDataFrame | None:
    if layers.demand is not None:
        return people_of(layers.demand, layers.counties, parameters)
    if layers.townships is None or layers.population is None or layers.counties is None:
        return None
    return towns_without_plant(
        layers.townships, layers.population, layers.treatment_plants, layers.counties, parameters
    )


def _empty(key: str, columns: tuple[str, ...], crs: object) -> gpd.GeoDataFrame:
    index = pd.Index([], name=key, dtype=object)
    return gpd.GeoDataFrame(columns=list(columns), index=index, geometry=[], crs=crs)
