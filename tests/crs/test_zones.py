"""The arithmetic of CGCS2000's codes, against the register."""

import numpy as np
import pytest
from pyproj import CRS

from nngis.crs.zones import central_meridian, prefix_epsg, without_prefix, zone_epsg


def constants(epsg):
    crs = CRS.from_epsg(epsg)
    given = {param.name: param.value for param in crs.coordinate_operation.params}
    assert crs.geodetic_crs.to_epsg() == 4490
    return given["Longitude of natural origin"], given["False easting"]


@pytest.mark.parametrize("meridian", range(75, 136, 3))
def test_a_zone_without_prefix_is_what_the_register_says(meridian):
    assert constants(zone_epsg(meridian)) == (meridian, 500_000.0)


@pytest.mark.parametrize("prefix", [*range(13, 24), *range(25, 46)])
def test_a_prefix_is_the_zone_the_register_says(prefix):
    meridian, easting = constants(int(prefix_epsg(np.array([prefix]))[0]))
    assert easting == prefix * 1e6 + 500_000.0
    assert meridian == (prefix * 6 - 3 if prefix < 24 else prefix * 3)


@pytest.mark.parametrize("prefix", [*range(13, 24), *range(25, 46)])
def test_the_zone_without_prefix_keeps_the_meridian(prefix):
    code = int(prefix_epsg(np.array([prefix]))[0])
    assert constants(without_prefix(code)) == (constants(code)[0], 500_000.0)


def test_other_numbers_name_no_zone():
    assert prefix_epsg(np.array([-1, 0, 12, 24, 46, 99])).tolist() == [0] * 6
    assert [zone_epsg(meridian) for meridian in (72, 138, 0)] == [None] * 3
    assert [without_prefix(code) for code in (4490, 4502, 4534, 4555, 0)] == [None] * 5


def test_a_longitude_between_two_zones_belongs_to_the_eastern_one():
    assert [central_meridian(lon) for lon in (106.5, 109.4999, 109.5, 109.65)] == [
        108,
        108,
        111,
        111,
    ]
