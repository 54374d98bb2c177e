"""Which OSM ways cars may use, in which direction and how fast."""

import numpy as np
import pandas as pd

from nngis.network.graph.road_words import filled, oneway_signs, speeds

#: Driving speed by `highway` class [km/h]; ways of other classes are not for cars.
SPEED_KM_H = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "road": 25.0,
    "living_street": 10.0,
    "service": 15.0,
}
#: The same key said more narrowly wins: the order is from the narrowest to the widest.
ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
CLOSED = frozenset(
    {
        "no",
        "private",
        "agricultural",
        "forestry",
        "emergency",
        "psv",
        "bus",
        "military",
        "customers",
    }
)
#: Service ways that lead to one house or bay, not through.
PRIVATE_SERVICE = frozenset(
    {"driveway", "parking_aisle", "parking", "drive-through", "emergency_access", "private"}
)
ONEWAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
ROUND = frozenset({"roundabout", "circular"})
ONEWAY_CLASSES = frozenset({"motorway", "motorway_link"})
SPEED_KEYS = ("maxspeed:forward", "maxspeed:backward", "maxspeed")
#: Every key that the rules look at.
KEYS = ("highway", "area", "service", "junction", *ACCESS_KEYS, *ONEWAY_KEYS, *SPEED_KEYS)


def drive_rules(tags: pd.DataFrame) -> pd.DataFrame:
    """Read from the tags of ways how cars may use them.

    Classes, default speeds and closed access values follow OSRM's car profile; driveways and
    parking aisles are left out, as osmnx leaves them out of its drive network. `oneway` given
    for cars wins over `oneway` for all; roundabouts and motorways are one-way unless they say
    otherwise. A speed limit counts as the speed driven. Turn restrictions, barriers on nodes and
    limits that hold at certain hours are not looked at.

    Parameters
    ----------
    tags : DataFrame
        A column of strings for each of `KEYS`, missing where a way has no such tag.

    Returns
    -------
    DataFrame
        On the index of `tags`: `open` (bool), `oneway` (1 along the way only, -1 against it only,
        0 both), `speed_km_h` and `back_speed_km_h` along and against it, and `speed_unread`
        (bool) where a limit was given that could not be read.

    References
    ----------
    OSM wiki, "Key:access", "Key:oneway", "Key:maxspeed"; OSRM 5, profiles/car.lua.

    Examples
    --------
    >>> tags = pd.DataFrame(index=["a", "b", "c"], columns=KEYS, dtype=str)
    >>> tags["highway"] = ["primary", "primary", "footway"]
    >>> tags.loc["a", ["oneway", "maxspeed"]] = ["-1", "30 mph"]
    >>> drive_rules(tags)[["open", "oneway", "speed_km_h"]].round(1)
        open  oneway  speed_km_h
    a   True      -1        48.3
    b   True       0        65.0
    c  False       0         NaN
    """
    by_class = tags["highway"].map(SPEED_KM_H).astype(float)
    oneway, fixed, _ = directions(tags)
    km_h, back_km_h, unread = limits(tags)
    return pd.DataFrame(
        {
            "open": by_class.notna() & fixed & may_be_driven(tags),
            "oneway": oneway,
            "speed_km_h": km_h.fillna(by_class),
            "back_speed_km_h": back_km_h.fillna(by_class),
            "speed_unread": unread,
        },
        index=tags.index,
    )


def may_be_driven(tags: pd.DataFrame) -> pd.Series:
    """Find the ways that no access tag closes to cars, whatever their class."""
    closed = first_given(tags, ACCESS_KEYS).isin(CLOSED) | tags["area"].eq("yes")
    closed |= tags["highway"].eq("service") & tags["service"].isin(PRIVATE_SERVICE)
    return ~closed


def directions(
    tags: pd.DataFrame, *, letters_are_directions: bool = False
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Find the direction in which each way is open."""
    given = first_given(tags, ONEWAY_KEYS)
    sign = oneway_signs(given, letters_are_directions=letters_are_directions)
    implied = tags["junction"].isin(ROUND) | tags["highway"].isin(ONEWAY_CLASSES)
    changing = np.isinf(sign)
    oneway = sign.mask(changing, 0.0).fillna(implied.astype(float)).astype(np.int8)
    return oneway, ~changing, filled(given) & sign.isna()


def limits(tags: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Read the speed limits along and against each way."""
    read = pd.DataFrame({key: speeds(tags[key]) for key in SPEED_KEYS})
    given = pd.DataFrame({key: filled(tags[key]) for key in SPEED_KEYS})
    unread = (given & read.isna()).any(axis=1)
    general = read["maxspeed"]
    return (
        read["maxspeed:forward"].fillna(general),
        read["maxspeed:backward"].fillna(general),
        unread,
    )


def first_given(tags: pd.DataFrame, keys: tuple[str, ...]) -> pd.Series:
    """Take the value of the first of several keys that a way has."""
    # Column by column: across rows pandas would turn the frame, a column a way.
    found = tags[keys[0]]
    for key in keys[1:]:
        found = found.fillna(tags[key])
    return found
