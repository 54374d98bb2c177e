"""Which OSM ways cars may use, in which direction and how fast."""

import pandas as pd
import pytest

from nngis.network.graph.drive_rules import KEYS, drive_rules
from nngis.network.graph.road_words import speed_limit_km_h


def rule(**tags):
    """What the rules say of one way; `_` in a key stands for `:` where OSM has one."""
    row = pd.DataFrame([dict.fromkeys(KEYS)], dtype=str)
    for key, value in {"highway": "residential", **tags}.items():
        row.loc[0, key.replace("__", ":")] = value
    return drive_rules(row).iloc[0]


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"access": "yes"},
        {"access": "destination"},
        {"access": "no", "motor_vehicle": "yes"},
        {"access": "private", "motorcar": "permissive", "vehicle": "no"},
        {"highway": "service"},
        {"highway": "service", "service": "alley"},
        {"highway": "road"},
        {"highway": "motorway_link"},
    ],
)
def test_cars_may_use(tags):
    assert rule(**tags)["open"]


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no"},
        {"access": "private"},
        {"access": "yes", "motor_vehicle": "no"},
        {"motor_vehicle": "yes", "motorcar": "no"},
        {"vehicle": "agricultural"},
        {"highway": "footway"},
        {"highway": "construction"},
        {"highway": "track"},
        {"highway": "service", "service": "driveway"},
        {"highway": "service", "service": "parking_aisle"},
        {"area": "yes"},
        {"oneway": "reversible"},
    ],
)
def test_cars_may_not_use(tags):
    assert not rule(**tags)["open"]


@pytest.mark.parametrize(
    ("tags", "oneway"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "true"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "no"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "circular"}, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"junction": "roundabout", "oneway": "no"}, 0),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "trunk"}, 0),
        ({"oneway": "yes", "oneway__motor_vehicle": "no"}, 0),
        ({"oneway": "no", "oneway__motorcar": "yes"}, 1),
    ],
)
def test_one_way_signs_are_read(tags, oneway):
    assert rule(**tags)["oneway"] == oneway


@pytest.mark.parametrize(
    ("tags", "speed", "back"),
    [
        ({}, 25, 25),
        ({"highway": "motorway"}, 90, 90),
        ({"maxspeed": "40"}, 40, 40),
        ({"maxspeed": "30 mph"}, 48.28032, 48.28032),
        ({"maxspeed": "none"}, 25, 25),
        ({"maxspeed": "signals"}, 25, 25),
        ({"maxspeed": "0"}, 25, 25),
        ({"maxspeed__forward": "50"}, 50, 25),
        ({"maxspeed": "60", "maxspeed__backward": "20 mph"}, 60, 32.18688),
    ],
)
def test_speeds_are_read_in_each_direction(tags, speed, back):
    found = rule(**tags)
    assert found["speed_km_h"] == pytest.approx(speed)
    assert found["back_speed_km_h"] == pytest.approx(back)


@pytest.mark.parametrize(
    ("value", "unread"),
    [("60", False), ("none", False), ("signals", True), ("CN:urban", True), ("0", True)],
)
def test_limits_that_cannot_be_read_are_counted(value, unread):
    assert rule(maxspeed=value)["speed_unread"] == unread


@pytest.mark.parametrize(
    ("text", "speed"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("50km/h", 50),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("walk", 5),
        ("100;80", 80),
        ("80|60", 60),
        ("12.5", 12.5),
    ],
)
def test_speed_limits_are_read(text, speed):
    assert speed_limit_km_h(text) == pytest.approx(speed)
