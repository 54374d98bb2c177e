"""Told means told: the order of projected columns is as it stands in the CRS that is named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from nngis.crs import Order, parse_coordinates
from nngis.crs.extent import Box

# A CRS, and the middle of where it is used.
PLACES = {
    32648: (103.83, 1.31), 27700: (-1.5, 52.5), 2263: (-73.95, 40.75), 3414: (103.83, 1.35),
    25832: (10.3, 55.4), 4545: (108.4, 22.8), 4524: (108.4, 22.8), 32649: (108.4, 22.8),
}  # fmt: skip


def metres(epsg: int, lon: float, lat: float) -> tuple[float, float]:
    there = Transformer.from_crs(4326, epsg, always_xy=True)
    x, y = there.transform(lon, lat)
    return float(x), float(y)


@settings(deadline=None)
@given(
    epsg=st.sampled_from(list(PLACES)), east=st.floats(-0.05, 0.05), north=st.floats(-0.05, 0.05)
)
def test_easting_then_northing_is_read_as_it_stands(epsg: int, east: float, north: float) -> None:
    lon, lat = PLACES[epsg][0] + east, PLACES[epsg][1] + north
    x, y = metres(epsg, lon, lat)
    for order in (Order(), Order(told=True)):
        found = parse_coordinates([x], [y], projected=CRS(epsg), order=order)
        assert found.note.tolist() == ["projected"]
        # OSGB's grid is reached by a shift of a few metres.
        assert (found.lon[0], found.lat[0]) == pytest.approx((lon, lat), abs=1e-4)


@pytest.mark.parametrize("epsg", [4545, 32649])
def test_a_geometry_with_the_northing_first_is_asked_about_and_columns_are_turned(
    epsg: int,
) -> None:
    x, y = metres(epsg, 108.4, 22.8)
    asked = parse_coordinates([y], [x], projected=CRS(epsg), order=Order(told=True))
    assert asked.note.tolist() == ["order_doubtful"]
    turned = parse_coordinates([y], [x], projected=CRS(epsg))
    assert turned.note.tolist() == ["projected"]
    assert turned.lon[0] == pytest.approx(108.4, abs=1e-6)


def test_a_place_outside_the_case_is_asked_about_only_if_the_other_order_is_inside() -> None:
    x, y = metres(3414, 103.95, 1.30)  # Singapore: both orders lie in its grid's area
    home = Box(103.90, 1.25, 104.00, 1.35)
    kept = parse_coordinates([x], [y], projected=CRS(3414), order=Order(told=True, home=home))
    assert kept.note.tolist() == ["projected"]
    asked = parse_coordinates([y], [x], projected=CRS(3414), order=Order(told=True, home=home))
    assert asked.note.tolist() == ["order_doubtful"]
    elsewhere = Box(108.0, 22.0, 109.0, 23.0)
    told = parse_coordinates([x], [y], projected=CRS(3414), order=Order(told=True, home=elsewhere))
    assert np.isfinite(told.lon[0])
