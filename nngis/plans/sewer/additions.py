"""Additions: the sewers that would join whoever is not served, and which of them come first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd
import shapely

from nngis.crs.place import with_place
from nngis.errors import NngisError, Problem
from nngis.grid import Grid
from nngis.plans.sewer.catchments import foul_sewers
from nngis.plans.sewer.design import SewerDesign, design
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.priority import Priority, put_in_order
from nngis.plans.sewer.programme import LOT_COLUMNS, plan_years
from nngis.plans.sewer.sections import COLUMNS as SECTION_COLUMNS
from nngis.plans.sewer.sections import GROUND_COLUMNS, ground_along, long_sections
from nngis.plans.sewer.terrain import COARSE_M
from nngis.units import M_PER_KM

PIPE_COLUMNS = (
    *("from_manhole", "to_manhole", "wwtp_id", "length_m", "diameter_mm", "slope"),
    *("invert_up_m", "invert_down_m", "cover_up_m", "cover_down_m", "flow_l_s", "fill_ratio"),
    *("velocity_m_s", "kind", "governing", "cost_yuan"),
)
CHECK_COLUMNS = {
    "rule": "code_rule",
    "value": "code_value",
    "limit": "code_limit",
    "unit": "code_unit",
    "result": "code_result",
    "verified": "code_verified",
}
ROUTE_COLUMNS = ("wwtp_id", "length_m")
LEAST_STEP_M = 2.0  # between two heights of the terrain on long sections
SNAP_TOWNS_M = 5_000.0  # towns that stand in are put on the nearest road so far away


@dataclass(frozen=True)
class Additions:
    """What would be built.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``pipes``, ``manholes``, ``lift_stations``, ``compliance``, ``compliance_summary``,
        ``connections``, ``sections``, ``section_ground``, ``priority``, ``packages``,
        ``programme``; empty where nothing is laid out, or the terrain is too coarse for it; then
        ``routes`` has the lengths.
    figures : mapping of str to float
        Sums of the design; none where there is no design, and lengths and people alone where the
        terrain is too coarse.
    problems : tuple of Problem
        What the design says of its input, or why there is none.
    """

    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def lay_out(
    layers: SewerLayers,
    gaps: gpd.GeoDataFrame,
    plants: gpd.GeoDataFrame,
    parameters: SewerParameters,
) -> Additions:
    """Design sewers for whoever is not served, and put them in order."""
    todo = gaps[gaps["decision"].isin(("gap", "unknown"))]
    # Pipes are sized for as many as there may be.
    todo = todo.assign(population=todo["population"].fillna(todo["population_high"]))
    placed = with_place(plants)
    none = Additions(_nothing(gaps.crs))
    if layers.roads is None or layers.elevation is None or todo.empty or placed.empty:
        return none
    spare = spare_of(placed)
    if layers.demand is None:
        todo = _on_roads(todo, layers.roads)
    try:
        made = design(
            todo,
            layers.roads,
            layers.elevation,
            placed[["geometry"]].assign(capacity_m3_d=spare),
            parameters,
            sewers=foul_sewers(layers.sewers),
            rivers=layers.rivers,
            railways=layers.railways,
        )
    except NngisError as error:
        return replace(none, problems=error.problems)
    joined = todo.loc[made.connections.index[made.connections["pipe_id"].notna()]]
    people = {f"people_{end}": float(joined[f"population_{end}"].sum()) for end in ("low", "high")}
    if layers.elevation.cell_m > COARSE_M:
        length_km = {"gravity_km": float(_routes(made)["length_m"].sum()) / M_PER_KM}
        return Additions({**none.tables, "routes": _routes(made)}, length_km | people, ())
    tables, programme = _tables(made, spare, parameters)
    tables |= _sections(made, layers.elevation, parameters.section_routes)
    figures = {**made.figures, **people, **programme}
    return Additions({**none.tables, **tables}, figures, made.problems)


def _routes(made: SewerDesign) -> gpd.GeoDataFrame:
    """Take of a design what coarse terrain can carry: where pipes might run, and how far."""
    pipes = made.pipes[made.pipes["kind"].ne("existing")]
    return pipes[[*ROUTE_COLUMNS, "geometry"]].rename_axis("route_id")


def _on_roads(towns: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put towns on their nearest road: generalised roads do not pass through each."""
    rows, at = roads.sindex.nearest(towns.geometry, return_all=False, max_distance=SNAP_TOWNS_M)
    shape = towns.geometry.to_numpy().copy()
    lines = roads.geometry.to_numpy()[at]
    shape[rows] = shapely.get_point(shapely.shortest_line(lines, shape[rows]), 0)
    return towns.set_geometry(gpd.GeoSeries(shape, index=towns.index, crs=towns.crs))


def _tables(
    made: SewerDesign, spare: pd.Series, parameters: SewerParameters
) -> tuple[dict[str, pd.DataFrame], Mapping[str, float]]:
    """Write a design's tables as the plan shows them, and what its programme comes to."""
    whole = _with_their_works(made.pipes, made.manholes, made.lift_stations)
    order = put_in_order(whole, made.connections, spare, parameters)
    programme = plan_years(whole, made.connections, spare, order, parameters)
    pipes = _ordered(made.pipes, order)
    checks = made.compliance.rename(columns=CHECK_COLUMNS)
    ids = checks["pipe_id"].astype(str) + "/" + checks["code_rule"].astype(str)
    checks.index = pd.Index(ids, name="check_id", dtype=object)
    tables = {
        "pipes": pipes,
        "manholes": made.manholes,
        "lift_stations": made.lift_stations.rename_axis("lift_station_id").rename(
            columns={"power_kw": "pump_kw"}
        ),
        "compliance": checks,
        "compliance_summary": _summary(checks),
        "connections": made.connections.rename_axis("demand_id"),
        "priority": order.pipes.join(programme.lot_of),
        "packages": order.packages,
        "programme": programme.lots,
    }
    return tables, programme.figures


def _ordered(pipes: gpd.GeoDataFrame, order: Priority) -> gpd.GeoDataFrame:
    """Say of each pipe when it is built, or that it is put off."""
    more = ["build_year", "decision", "package_id"]
    held = pipes.drop(columns=more, errors="ignore").join(order.pipes[more])
    first = [*PIPE_COLUMNS, *more]
    rest = [name for name in held if name not in (*first, "geometry")]
    return held[[*first, *rest, "geometry"]]


def spare_of(plants: gpd.GeoDataFrame) -> pd.Series:
    """Say what each plant has left.

    Parameters
    ----------
    plants : GeoDataFrame
        Plants with `spare_m3_d`.

    Returns
    -------
    Series of float
        At least 0 [m³/d]; missing where it is not known.
    """
    return pd.to_numeric(plants["spare_m3_d"]).astype(float).clip(lower=0.0)


def lay_order(
    tables: Mapping[str, pd.DataFrame], plants: gpd.GeoDataFrame, parameters: SewerParameters
) -> tuple[gpd.GeoDataFrame, Priority]:
    """Put a design that is there in another order of building.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of `Additions`.
    plants : GeoDataFrame
        Plants that have a place, with `spare_m3_d`.
    parameters : SewerParameters
        Years, budgets, packages left out.

    Returns
    -------
    pipes : GeoDataFrame
        The pipes with their years.
    order : Priority
        As `put_in_order` has it.
    """
    pipes = gpd.GeoDataFrame(tables["pipes"])
    whole = _with_their_works(pipes, tables["manholes"], tables["lift_stations"])
    order = put_in_order(whole, tables["connections"], spare_of(plants), parameters)
    return _ordered(pipes, order), order


def _sections(made: SewerDesign, elevation: Grid, routes: int) -> dict[str, pd.DataFrame]:
    """Follow the longest routes manhole by manhole, and the terrain along them."""
    sections = long_sections(
        made.pipes, made.manholes, made.lift_stations["manhole_id"], most=routes
    )
    step = max(elevation.cell_m, LEAST_STEP_M)
    return {
        "sections": sections,
        "section_ground": ground_along(sections, made.pipes, elevation, step_m=step),
    }


def _with_their_works(
    pipes: gpd.GeoDataFrame, manholes: pd.DataFrame, stations: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Give each pipe what its upper manhole and its lift station cost besides."""
    manhole = manholes["cost_yuan"].reindex(pipes["from_manhole"]).fillna(0.0)
    station = stations.groupby("pipe_id")["cost_yuan"].sum()
    more = manhole.to_numpy(float) + station.reindex(pipes.index).fillna(0.0).to_numpy(float)
    return pipes.assign(cost_yuan=pipes["cost_yuan"] + more)


def _summary(checks: pd.DataFrame) -> pd.DataFrame:
    """Count by clause what passes, and what does not."""
    keys = ["code_rule", "clause", "title_zh", "title_en", "code_unit", "code_verified"]
    counts = checks.pivot_table(
        index=keys, columns="code_result", aggfunc="size", fill_value=0, sort=False
    )
    counts = counts.reindex(columns=["pass", "exempt", "fail"], fill_value=0)
    out = counts.add_suffix("_count").reset_index().set_index("code_rule")
    out.columns.name = None
    return out


def _nothing(crs: object) -> dict[str, pd.DataFrame]:
    """Make the tables of no design."""

    def places(key: str, *columns: str) -> gpd.GeoDataFrame:
        index = pd.Index([], name=key, dtype=object)
        return gpd.GeoDataFrame(columns=list(columns), index=index, geometry=[], crs=crs)

    def rows(key: str, *columns: str) -> pd.DataFrame:
        return pd.DataFrame(columns=list(columns), index=pd.Index([], name=key, dtype=object))

    more = ("build_year", "decision", "package_id")
    clause = ("clause", "title_zh", "title_en", "code_unit", "code_verified")
    pipes = places("pipe_id", *PIPE_COLUMNS, *more)
    order = put_in_order(
        pipes, rows("", "pipe_id", "people", "mean_flow_l_s"), pd.Series(dtype=float), NO_BUDGET
    )
    return {
        "routes": places("route_id", *ROUTE_COLUMNS),
        "pipes": pipes,
        "manholes": places(
            "manhole_id", "ground_m", "invert_m", "depth_m", "drop_m", "kind", "wwtp_id",
            "cost_yuan",
        ),
        "lift_stations": places(
            "lift_station_id", "manhole_id", "pipe_id", "wwtp_id", "kind", "flow_l_s", "lift_m",
            "head_m", "pump_kw", "well_level_m", "well_depth_m", "rising_main_m",
            "rising_main_mm", "cost_yuan",
        ),
        "compliance": rows("check_id", "pipe_id", *CHECK_COLUMNS.values(), *clause[:3]),
        "compliance_summary": rows(
            "code_rule", *clause, "pass_count", "exempt_count", "fail_count"
        ),
        "connections": rows(
            "demand_id", "manhole_id", "pipe_id", "wwtp_id", "length_m", "people",
            "mean_flow_l_s",
        ),
        "sections": rows("way_id", *SECTION_COLUMNS),
        "section_ground": rows("way_id", *GROUND_COLUMNS),
        "priority": order.pipes.assign(lot_id=None),
        "packages": order.packages,
        "programme": rows("lot_id", *LOT_COLUMNS),
    }  # fmt: skip


NO_BUDGET = SewerParameters()
