"""Service areas as they are drawn: what is within reach of any station by road."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.errors import ParameterError
from nngis.network.graph import Graph
from nngis.network.service_area import service_areas
from nngis.plans.charging.coverage_parameters import CoverageParameters
from nngis.units import M_PER_KM


def areas(
    graph: Graph | None, stations: gpd.GeoDataFrame, parameters: CoverageParameters
) -> gpd.GeoDataFrame:
    """Draw what is within reach of any station by road, radius by radius."""
    crs = stations.crs
    empty = gpd.GeoDataFrame(
        {"limit_m": np.array([], float), "reach": []},
        geometry=[],
        crs=crs,
        index=pd.Index([], name="area_id"),
    )
    if graph is None or stations.empty:
        return empty
    if parameters.drawn_cell_m * 2 > parameters.drawn_width_m:
        raise ParameterError(
            f"drawn_cell_m（{parameters.drawn_cell_m}）应不超过 drawn_width_m 的一半。",
            f"drawn_cell_m ({parameters.drawn_cell_m}) must be at most half of drawn_width_m.",
            where="charging.drawn_cell_m",
        )
    found, _ = service_areas(
        graph,
        stations,
        breaks_m=list(parameters.radii_m),
        max_snap_m=parameters.max_snap_m,
        width_m=parameters.drawn_width_m,
        cell_m=parameters.drawn_cell_m,
        merged=True,
    )
    found = found.rename(columns={"break_m": "limit_m"}).sort_values("limit_m", ascending=False)
    found.index = pd.Index([f"A{one:g}" for one in found["limit_m"]], name="area_id")
    found["reach"] = [f"≤ {one / M_PER_KM:g} km" for one in found["limit_m"]]
    return found[["limit_m", "reach", "geometry"]]
