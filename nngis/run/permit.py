"""Judge proposals against the plan's bans, on the layers of a store."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.crs import choose_work_crs, to_wgs84
from nngis.inputs.store import LayerStore, has_role, open_role
from nngis.ledger.read import read_ledger
from nngis.parameters import build
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import judge_proposals
from nngis.roles import role
from nngis.run.scenario import Scenario
from nngis.text import Text

ROLES = ("heat_sources", "built_up", "counties")
OPTIONAL = ("parks",)


def one_proposal(
    lon: float, lat: float, capacity_t_h: float, fuel: str, *, captive: bool
) -> gpd.GeoDataFrame:
    """Make the layer of a single proposal.

    Parameters
    ----------
    lon, lat : float
        Where it would stand, WGS84 [degrees].
    capacity_t_h : float
        Rated capacity [t/h].
    fuel : str
        Fuel class.
    captive : bool
        Whether it is a captive power plant.

    Returns
    -------
    GeoDataFrame
        One row in WGS84.
    """
    row = {"capacity_t_h": [capacity_t_h], "fuel": [fuel], "captive": [captive]}
    x, y = to_wgs84([lon], [lat], "wgs84")
    index = pd.Index(["P1"], name="boiler_id")
    return gpd.GeoDataFrame(row, index=index, geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")


def read_proposals(path: Path, store: LayerStore, *, datum: str | None) -> gpd.GeoDataFrame:
    """Read a ledger of proposals; its columns are those of boilers.

    Parameters
    ----------
    path : Path
        The file.
    store : LayerStore
        The layers folder.
    datum : str, optional
        Datum of its coordinates.

    Returns
    -------
    GeoDataFrame
        Its accepted rows in WGS84.
    """
    layer = read_ledger(
        path,
        role("boilers"),
        datum=datum,
        work_crs=store.home_crs,
        references=store.references,
    )
    return layer.frame


def judge(
    proposals: gpd.GeoDataFrame, store: LayerStore, scenario: Scenario, overrides: Mapping[str, str]
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Judge proposals.

    Parameters
    ----------
    proposals : GeoDataFrame
        Rows in WGS84.
    store : LayerStore
        The layers folder.
    scenario : Scenario
        Layers and heat parameters.
    overrides : mapping of str to str
        Parameters as typed.

    Returns
    -------
    table : GeoDataFrame
        As `judge_proposals` makes it.
    cautions : tuple of Text
        What must be known of the layers it was judged by.
    """
    parameters, _ = build(
        HeatParameters,
        scenario.parameters.get("heat", {}),
        overrides,
        scenario_name=scenario.name,
    )
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
    )
    return table, layers["built_up"].notes
