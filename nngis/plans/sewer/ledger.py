"""The project ledger: kilometres as measured and as declared, and what state each project is in."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.network.cut import cut_by_zones
from nngis.plans.sewer.ledger_parameters import LedgerParameters
from nngis.plans.sewer.overlap import find_doubles, same_streets
from nngis.units import M_PER_KM

# Declared by measured: metres in a column of kilometres give a thousand, give or take a tenth.
METRES = (900.0, 1100.0)
# How the states of a ledger count; what is cancelled or shelved is neither progress nor a plan.
STAGE_OF = {
    **dict.fromkeys(("completed", "in_use", "operating"), "done"),
    "construction": "under_way",
    **dict.fromkeys(("planned", "permitted", "pre-permit", "announced"), "planned"),
    **dict.fromkeys(("cancelled", "shelved", "stopped", "dismantled", "retired"), "dropped"),
}
STAGES = ("done", "under_way", "planned", "unknown", "dropped")
KIND_OF = {"new": "new", "extension": "new", "renovation": "renovation"}
OUTSIDE = "（未落入各县区）"
PROJECT_COLUMNS = (
    *("name_zh", "county", "project_kind", "stage", "plan_year", "declared_km", "measured_km"),
    *("difference_share", "length_basis", "double_km", "counted_km", "added_m3_d"),
    "ledger_problem",
)
PART_COLUMNS = ("project_id", "county", "measured_km", "double_km", "counted_km")


@dataclass(frozen=True)
class Counted:
    """What a ledger counts.

    Parameters
    ----------
    projects : GeoDataFrame
        A row a project, on the ledger's index, with `PROJECT_COLUMNS`, geometry, evidence.
    parts : DataFrame
        A row a project and county, with `PART_COLUMNS`; they add up to the projects.
    overlaps : GeoDataFrame
        Pairs of projects that share a street: `project_id`, `counted_with`, `double_m`,
        `double_basis` (``geometry``: taken off; ``name``: a hint, not taken off).
    """

    projects: gpd.GeoDataFrame
    parts: pd.DataFrame
    overlaps: gpd.GeoDataFrame


def count_projects(
    ledger: gpd.GeoDataFrame, counties: gpd.GeoDataFrame | None, parameters: LedgerParameters
) -> Counted:
    """Count every project once, on its line where it has one, else as declared."""
    table = _stages(ledger)
    lines = ledger.geometry.where(ledger.geom_type.isin(("LineString", "MultiLineString")))
    lines = gpd.GeoSeries(
        shapely.line_merge(shapely.node(lines.to_numpy())), ledger.index, crs=ledger.crs
    )
    table["measured_km"] = (lines.length / M_PER_KM).where(lines.length > 0)
    table = _lengths(table, parameters)
    rank = {stage: at for at, stage in enumerate(STAGES)}
    order = table.assign(at=table["stage"].map(rank), id=table.index)
    order = order.sort_values(["at", "plan_year", "id"], na_position="last", kind="stable").index
    foul = lines.where(~table["storm"])  # a storm sewer beside it is another pipe
    zones = gpd.GeoDataFrame(geometry=[], crs=ledger.crs) if counties is None else counties
    drawn = cut_by_zones(foul[order], zones).rename(columns={"line_id": "project_id"})
    double_m, overlaps = find_doubles(
        drawn, within_m=parameters.overlap_within_m, least_m=parameters.overlap_least_m
    )
    drawn["county"] = drawn["zone_id"].map(zones.get("name_zh", pd.Series(dtype=object)))
    drawn["measured_km"] = drawn.length / M_PER_KM
    drawn["double_km"] = double_m / M_PER_KM
    parts = _parts(drawn, table, counties)
    sums = parts.groupby("project_id")[["double_km", "counted_km"]].sum()
    table = table.join(sums.reindex(table.index))
    table["counted_km"] = table["counted_km"].mask(table["storm"], 0.0)
    largest = parts.sort_values("measured_km", ascending=False, kind="stable")
    table["county"] = largest.drop_duplicates("project_id").set_index("project_id")["county"]
    loose = table[table["measured_km"].isna()]
    loose = loose.loc[[name for name in order if name in loose.index]]
    named = same_streets(loose.join(ledger[[c for c in ("address",) if c in ledger]]))
    pairs = pd.concat(
        [overlaps.assign(double_basis="geometry"), named.assign(double_basis="name")],
        ignore_index=True,
    )
    pairs.index = pd.Index([f"D{at:04d}" for at in range(1, len(pairs) + 1)], name="double_id")
    projects = gpd.GeoDataFrame(
        table[[*PROJECT_COLUMNS, "evidence"]], geometry=lines, crs=ledger.crs
    )
    return Counted(projects, parts, gpd.GeoDataFrame(pairs, geometry="geometry", crs=ledger.crs))


def _stages(ledger: pd.DataFrame) -> pd.DataFrame:
    """Read what kind each project is, how far it has come, and the treatment it adds."""
    nothing = pd.Series(None, ledger.index, dtype=object)
    status = ledger.get("status", nothing)
    stage = status.map(STAGE_OF)
    completed = ledger.get("completed", nothing).astype("boolean")
    stage = stage.mask(completed.fillna(value=False).astype(bool), "done")
    # Said not to be complete, whatever its state: under way at the most.
    denied = completed.eq(other=False).fillna(value=False).astype(bool) & stage.eq("done")
    kind = ledger.get("project_kind", nothing)
    return pd.DataFrame(
        {
            "name_zh": ledger.get("name_zh", nothing),
            "county_said": ledger.get("county", ledger.get("county_stated", nothing)),
            "project_kind": kind.map(KIND_OF).where(kind.ne("misconnection"), kind),
            "stage": stage.mask(denied, "under_way").fillna("unknown"),
            "plan_year": pd.to_numeric(ledger.get("plan_year", nothing)).astype("Int64"),
            "declared_km": pd.to_numeric(ledger["sewer_length_km"]).astype(float),
            "added_m3_d": pd.to_numeric(ledger.get("capacity_m3_d", nothing)).astype(float),
            "storm": ledger.get("sewer_kind", nothing).eq("storm"),
            "evidence": ledger["evidence"],
        },
        index=ledger.index,
    )


def _lengths(table: pd.DataFrame, parameters: LedgerParameters) -> pd.DataFrame:
    """Compare declared and measured lengths, and say which of them counts."""
    declared, measured = table["declared_km"], table["measured_km"]
    ratio = declared / measured
    metres = ratio.between(*METRES)
    drawn = ratio.notna()
    # Where most lines say that the column is in metres, so it is for rows without a line.
    all_metres = bool(drawn.any() and metres[drawn].mean() > 1 / 2)
    lost = measured.isna() & declared.notna()
    said_km = declared.where(~(metres | (lost & all_metres)), declared / M_PER_KM)
    doubtful = lost & (said_km > parameters.longest_project_km)
    difference = said_km / measured - 1
    # A thousandth of the limit more or less is rounding of the ledger's own figures.
    apart = difference.abs() > parameters.declared_difference_share * 1.001
    length = measured.fillna(said_km.mask(doubtful))
    problem = pd.Series(None, table.index, dtype=object)
    told = (
        (apart, "difference"),
        (metres | (lost & all_metres), "metres"),
        (doubtful, "perhaps_metres"),
        (length.isna() & ~doubtful & table["added_m3_d"].isna(), "no_length"),
        (table["storm"], "storm"),
    )
    for rows, word in told:
        problem = problem.mask(rows, word)
    basis = pd.Series("measured", table.index).where(drawn | measured.notna(), "declared")
    return table.assign(
        declared_km=said_km,
        difference_share=difference,
        length_basis=basis.where(length.notna()),
        length_km=length.mask(table["storm"], 0.0),
        ledger_problem=problem,
    )


def _parts(
    drawn: gpd.GeoDataFrame, table: pd.DataFrame, counties: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Give every project its kilometres by county; they add up to the projects."""
    storm = drawn["project_id"].map(table["storm"]).to_numpy(bool)
    own_km = (drawn["measured_km"] - drawn["double_km"]).clip(lower=0.0)  # rounding may lie below
    counted = np.where(storm, 0.0, own_km)
    measured = pd.DataFrame(drawn.drop(columns="geometry")).assign(counted_km=counted)
    loose = table[
        table["measured_km"].isna() & (table["length_km"].notna() | table["added_m3_d"].notna())
    ]
    said = pd.DataFrame(
        {
            "project_id": loose.index,
            "county": loose["county_said"].to_numpy(object),
            "measured_km": np.nan,
            "double_km": 0.0,
            "counted_km": loose["length_km"].to_numpy(),
        }
    )
    if counties is None:
        measured["county"] = measured["project_id"].map(table["county_said"])
    else:
        said["county"] = said["county"].where(said["county"].isin(counties["name_zh"]))
    both = pd.concat([measured[list(PART_COLUMNS)], said[list(PART_COLUMNS)]], ignore_index=True)
    both["county"] = both["county"].astype(object).where(both["county"].notna(), OUTSIDE)
    names = [] if counties is None else list(counties["name_zh"])
    rank = {name: at for at, name in enumerate(names)}
    sums = both.groupby(["project_id", "county"], sort=True)[list(PART_COLUMNS[2:])]
    parts = sums.sum(min_count=1).reset_index()
    parts["rank"] = parts["county"].map(rank).fillna(len(rank))
    parts = parts.sort_values(["project_id", "rank", "county"], kind="stable", ignore_index=True)
    return parts[list(PART_COLUMNS)]
