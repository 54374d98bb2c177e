"""Long routes of the city: as given, or from the city to each county seat, and their chargers."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from nngis.crs.place import with_place
from nngis.network.graph import Graph
from nngis.plans.charging.corridor_parameters import CorridorParameters
from nngis.plans.charging.corridor_routes import routes_between
from nngis.plans.charging.corridors import Corridors, check_corridors
from nngis.plans.charging.demand import has_point


def long_routes(
    graph: Graph | None, frames: Mapping[str, gpd.GeoDataFrame], parameters: CorridorParameters
) -> gpd.GeoDataFrame:
    """Take the motorways that are given, else the ways from the city to its county seats."""
    if "motorways" in frames:
        lines = frames["motorways"]
        lines = with_place(lines).explode()
        lines.index = pd.Index(
            [f"{one}" for one in _numbered(lines.index.astype(str))], name="corridor_id"
        )
        return lines
    towns = has_point(frames["towns"]).sort_index() if "towns" in frames else None
    empty = gpd.GeoDataFrame(
        {"name_zh": pd.Series([], dtype=object)},
        geometry=[],
        crs=frames["counties"].crs,
        index=pd.Index([], name="corridor_id"),
    )
    if graph is None or towns is None or len(towns) < 2:  # noqa: PLR2004 - a way has two ends
        return empty
    is_city = towns["adcode"].astype(str).str.endswith("00")
    city = towns.index[is_city][0] if is_city.any() else towns.index[0]
    others = towns.drop(index=city)
    pairs = pd.DataFrame(
        {
            "from_id": others.index,
            "to_id": city,
            "name_zh": others["name_zh"].to_numpy(dtype=object) + "—" + towns["name_zh"][city],
        },
        index=[f"{one}-{city}" for one in others.index],
    )
    return routes_between(graph, towns, pairs, parameters)


def _numbered(ids: pd.Index) -> list[str]:
    """Tell the parts of one line apart by a number."""
    part = pd.Series(ids).groupby(ids).cumcount()
    return [one if at == 0 else f"{one}.{at + 1}" for one, at in zip(ids, part, strict=True)]


def chargers_along(
    routes: gpd.GeoDataFrame,
    opened: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    parameters: CorridorParameters,
) -> Corridors:
    """Say how far apart the chargers along each route are, and where to fill what is too long."""
    return check_corridors(routes, opened[["geometry"]], candidates[["geometry"]], parameters)
