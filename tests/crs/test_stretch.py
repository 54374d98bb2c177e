"""How far a plane is off: by the series of the transverse Mercator projection, by hand."""

import numpy as np
import pytest
from pyproj import CRS

from nngis.crs.stretch import SAID_SHARE, stretch_share

ZONE = CRS.from_epsg(4545)  # central meridian 108 E, k0 = 1
RADIUS_M = 6_371_000.0


@pytest.mark.parametrize("away_deg", [0.0, 1.0, 2.0, 4.0])
def test_a_length_grows_with_the_square_of_the_distance_from_the_central_meridian(away_deg):
    lat = 24.0
    x = np.radians(away_deg) * RADIUS_M * np.cos(np.radians(lat))
    by_hand = x**2 / (2 * RADIUS_M**2)
    found = stretch_share(ZONE, [108 - away_deg, 108 + away_deg] * 100, [lat] * 200)
    assert found == pytest.approx(by_hand, rel=0.02, abs=1e-9)


def test_within_a_zone_nothing_is_worth_a_word():
    assert stretch_share(ZONE, [106.5, 109.5] * 100, [22.0, 24.0] * 100) < SAID_SHARE / 2


def test_a_stray_row_stretches_nothing():
    lon = [108.0] * 999 + [0.0]
    assert stretch_share(ZONE, lon, [23.0] * 1000) == pytest.approx(0.0, abs=1e-9)


def test_no_data_are_off_by_nothing():
    assert stretch_share(ZONE, [np.nan], [np.nan]) == 0.0
