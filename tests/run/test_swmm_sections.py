"""Sections of a design under load: the manhole that breaks first is always on one of them."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.run.swmm_sections import loaded_sections

COUNT = 7  # branches, of which the four longest are drawn


def comb() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Lay a main M0 .. M7 of 100 m each, with a branch B1 .. B7 into each of its manholes.

    The branch Bk is 10 k m long and joins at Mk.
    """
    places = {f"M{k}": Point(100.0 * k, 0) for k in range(COUNT + 1)}
    places |= {f"B{k}": Point(100.0 * k, 10.0 * k) for k in range(1, COUNT + 1)}
    ways = {f"m{k}": (f"M{k}", f"M{k + 1}") for k in range(COUNT)}
    ways |= {f"b{k}": (f"B{k}", f"M{k}") for k in range(1, COUNT + 1)}
    lines = [LineString([places[a], places[b]]) for a, b in ways.values()]
    pipes = gpd.GeoDataFrame(
        {
            "from_manhole": [a for a, _ in ways.values()],
            "to_manhole": [b for _, b in ways.values()],
            "length_m": [line.length for line in lines],
            "diameter_mm": 300.0,
            "slope": 0.003,
            "invert_up_m": 9.0,
            "invert_down_m": 8.9,
            "kind": "gravity",
            "governing": "min_slope",
        },
        index=pd.Index(list(ways), name="pipe_id"),
        geometry=lines,
    )
    manholes = gpd.GeoDataFrame(
        {"ground_m": 11.0}, index=list(places), geometry=list(places.values())
    )
    return pipes, manholes


@pytest.mark.parametrize(("first", "added"), [("", 0), ("M3", 0), ("B7", 0), ("B1", 1)])
def test_a_route_is_added_where_none_passes_what_breaks_first(first: str, added: int) -> None:
    pipes, manholes = comb()
    table = loaded_sections(pipes, manholes, (), first)
    assert table["route_id"].nunique() == 4 + added
    assert not first or first in set(table["manhole_id"])
    if added:
        own = table[table["route_id"].eq(first)]
        assert own["manhole_id"].tolist() == ["B1", *(f"M{k}" for k in range(1, COUNT + 1))]
        assert table["route_id"].iloc[0] == first
        assert own["chainage_m"].iloc[-1] == pytest.approx(10.0 + 100.0 * (COUNT - 1))
