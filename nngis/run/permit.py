"""Judge proposals against the plan's bans, on the layers of a store."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.case_parameters import assumed_values
from nngis.crs import choose_work_crs, to_wgs84
from nngis.crs.coordinates import parse_coordinates
from nngis.errors import ScenarioError
from nngis.inputs.given import check_given, given_layer, take_given
from nngis.inputs.store import LayerStore, has_role, open_role
from nngis.ledger.read import read_ledger
from nngis.ledger.words import read_fuel
from nngis.parameter_values import build
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import judge_proposals
from nngis.roles import role
from nngis.run.analyse import values_of
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.citing import cited_table
from nngis.run.scenario import Scenario
from nngis.text import Text

ROLES = ("heat_sources", "built_up", "counties")
OPTIONAL = ("parks",)
USED = (*ROLES, *OPTIONAL)
SWAPPED = Text(
    "经度与纬度填反，已换回；请核对。",
    "Longitude and latitude were swapped and put right; check them.",
)


def permit(
    lon: float | None = None,
    lat: float | None = None,
    *,
    capacity_t_h: float | None = None,
    fuel: str = "coal",
    captive: bool = False,
    ledger: str | Path | pd.DataFrame | None = None,
    datum: str | None = None,
    case: Case | None = None,
    **layers_and_parameters: Any,  # noqa: ANN401 - whatever plays a role, or sets a parameter
) -> gpd.GeoDataFrame:
    """Judge whether the plan bans a new boiler or captive unit.

    Parameters
    ----------
    lon, lat : float, optional
        Where one would stand, WGS84 [degrees].
    capacity_t_h : float, optional
        Its rated capacity [t/h].
    fuel : str
        Its fuel, as a ledger would write it.
    captive : bool
        Whether it is a captive power plant.
    ledger : str, Path or DataFrame, optional
        A ledger of proposals instead.
    datum : str, optional
        Datum of the ledger.
    case : Case, optional
        The place; the one that ships if absent.
    **layers_and_parameters : object
        Layers by role (``built_up=...``) and parameters of the heat plan by name.

    Returns
    -------
    GeoDataFrame
        A row a proposal: `decision`, `rule`, `clause`, reasons, what lies near; ``attrs["notes"]``
        holds what must be known of the layers.

    Raises
    ------
    ScenarioError
        If neither a place with capacity and fuel nor a ledger is given.
    LayerError, LedgerError, ParameterError
        If a layer or a value is not what it must be.
    """
    place = case or open_case()
    layers = {k: v for k, v in layers_and_parameters.items() if k in USED}
    values = {k: v for k, v in layers_and_parameters.items() if k not in layers}
    given = take_given(layers, place.store, datum=datum)
    if isinstance(ledger, pd.DataFrame):
        proposals = given_layer(ledger, "proposed_boilers", place.store, datum=datum).frame
    elif ledger is not None:
        proposals = read_proposals(Path(ledger), place.store, datum=datum)
    else:
        proposals = _single(lon, lat, capacity_t_h, fuel, captive=captive)
    layers_of = {**place.scenario.layers, **given.choices}
    scenario = place.scenario.model_copy(update={"layers": layers_of})
    check_given(layers_of, given.store)
    table, notes = judge(proposals, given.store, scenario, values)
    table.attrs["notes"] = (*proposals.attrs.get("notes", ()), *notes)
    return table


def _mapped(built_up: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> frozenset[str]:
    """Name the counties in which the layer holds some built-up area: each has a seat."""
    touched = counties.sindex.query(built_up.geometry, predicate="intersects")[1]
    return frozenset(counties["name_zh"].iloc[np.unique(touched)])


def _single(
    lon: float | None, lat: float | None, capacity_t_h: float | None, fuel: str, *, captive: bool
) -> gpd.GeoDataFrame:
    known = read_fuel(fuel)
    if lon is None or lat is None or capacity_t_h is None or known is None:
        raise ScenarioError(
            "请给出经度、纬度、额定蒸发量（t/h）和认得的燃料"
            "（煤、天然气、生物质、油、电），或给出台账。",
            "Give longitude, latitude, capacity (t/h) and a known fuel (coal, gas, biomass, oil, "
            "electric), or a ledger.",
            where="permit",
        )
    if not (math.isfinite(capacity_t_h) and capacity_t_h > 0):
        raise ScenarioError(
            f"额定蒸发量 {capacity_t_h:g} t/h 无效：应为大于 0 的有限数。",
            f"A capacity of {capacity_t_h:g} t/h cannot be: give a finite number above 0.",
            where="capacity_t_h",
        )
    return one_proposal(lon, lat, capacity_t_h, known, captive=captive)


def one_proposal(
    lon: float, lat: float, capacity_t_h: float, fuel: str, *, captive: bool
) -> gpd.GeoDataFrame:
    """Make the layer of a single proposal."""
    found = parse_coordinates([str(lon)], [str(lat)])
    if found.note[0] not in ("ok", "swapped"):
        raise ScenarioError(
            f"经度 {lon:g}、纬度 {lat:g} 不是经纬度；请给出以度为单位的有限数。",
            f"Longitude {lon:g} and latitude {lat:g} are no place; give finite degrees.",
            where="lon, lat",
        )
    row = {"capacity_t_h": [capacity_t_h], "fuel": [fuel], "captive": [captive]}
    x, y = to_wgs84(found.lon, found.lat, "wgs84")
    index = pd.Index(["P1"], name="boiler_id")
    made = gpd.GeoDataFrame(row, index=index, geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")
    swapped = found.note[0] == "swapped"
    made.attrs["notes"] = (SWAPPED,) if swapped else ()
    return made


def read_proposals(path: Path, store: LayerStore, *, datum: str | None) -> gpd.GeoDataFrame:
    """Read a ledger of proposals."""
    layer = read_ledger(
        path,
        role("proposed_boilers"),
        datum=datum,
        work_crs=store.home_crs,
        references=store.references,
        divisions=store.divisions,
    )
    return layer.frame


def judge(
    proposals: gpd.GeoDataFrame, store: LayerStore, scenario: Scenario, overrides: Mapping[str, Any]
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Judge proposals."""
    asked, here = scenario.parameters.get("heat", {}), values_of(HeatParameters, store)
    parameters, _ = build(HeatParameters, asked, overrides, scenario_name=scenario.name, case=here)
    assumed = assumed_values(HeatParameters, here, {*asked, *overrides})
    used = [*ROLES, *(r for r in OPTIONAL if has_role(r, store, scenario.layers))]
    layers = {name: open_role(name, store, scenario.layers) for name in used}
    xy = proposals.get_coordinates()
    crs = choose_work_crs(xy["x"].to_numpy(), xy["y"].to_numpy())
    frames = {name: layer.in_crs(crs) for name, layer in layers.items()}
    table = judge_proposals(
        proposals.to_crs(crs),
        frames["heat_sources"],
        frames["built_up"],
        frames["counties"],
        parameters,
        parks=frames.get("parks"),
        mapped=_mapped(frames["built_up"], frames["counties"]),
    )
    if not store.is_shipped:
        table = cited_table(table, store.document)
    return table, (*layers["built_up"].notes, *assumed)
