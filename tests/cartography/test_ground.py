"""The ground under a map: what is not the subject steps back behind a veil."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

from nngis.cartography import ground
from nngis.cartography.paper import Box
from nngis.cartography.window import choose_window


@pytest.fixture
def veiled(maps, monkeypatch):
    """Draw two counties with a town, and return what was left unveiled."""
    seen = []
    monkeypatch.setattr(ground, "_veil", lambda _axes, home, _frame: seen.append(home))

    def draw(**more):
        under = ground.prepare_ground(maps.backdrop(), "EPSG:4545")
        whole = gpd.GeoSeries([shapely.box(108, 22.5, 108.8, 23)], crs=4490).to_crs(4545)
        window = choose_window(whole.total_bounds, Box(0, 0, 200, 150))
        axes = Figure().add_axes((0, 0, 1, 1))
        ground.draw_ground(axes, under, window, 1.0, **more)
        return seen

    return draw


def test_all_counties_are_the_subject_unless_one_is(veiled, maps):
    (home,) = veiled()
    counties = maps.backdrop()["county"].to_crs(4545)
    assert home.symmetric_difference(counties.union_all()).area < 1e-6 * home.area
    one = counties.geometry.iloc[0]
    assert veiled(home=one)[1:] == [one]
    assert np.isfinite(one.area)
