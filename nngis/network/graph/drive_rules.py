"""Which OSM ways cars may use, in which direction and how fast."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

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
FORWARD = frozenset({"yes", "true", "1"})
BACKWARD = frozenset({"-1", "reverse"})
BOTH = frozenset({"no", "false", "0"})
ROUND = frozenset({"roundabout", "circular"})
ONEWAY_CLASSES = frozenset({"motorway", "motorway_link"})
SPEED_KEYS = ("maxspeed:forward", "maxspeed:backward", "maxspeed")
#: Every key that the rules look at.
KEYS = ("highway", "area", "service", "junction", *ACCESS_KEYS, *ONEWAY_KEYS, *SPEED_KEYS)

KM_PER_MILE, KM_PER_NAUTICAL_MILE = 1.609344, 1.852
WALK_KM_H = 5.0
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?")


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
    access = _first_given(tags, ACCESS_KEYS)
    is_open = by_class.notna() & ~access.isin(CLOSED) & (tags["area"] != "yes")
    is_open &= ~((tags["highway"] == "service") & tags["service"].isin(PRIVATE_SERVICE))
    sign = _first_given(tags, ONEWAY_KEYS)
    implied = tags["junction"].isin(ROUND) | tags["highway"].isin(ONEWAY_CLASSES)
    oneway = np.select(
        [sign.isin(FORWARD), sign.isin(BACKWARD), sign.isin(BOTH), implied], [1, -1, 0, 1], 0
    )
    # Ways whose direction changes by the hour cannot be counted on.
    is_open &= ~sign.isin({"reversible", "alternating"})
    limits = {key: _each(tags[key], speed_limit_km_h) for key in SPEED_KEYS}
    general = limits["maxspeed"].fillna(by_class)
    given = tags[list(SPEED_KEYS)].notna()
    read = pd.DataFrame(limits).notna()
    return pd.DataFrame(
        {
            "open": is_open,
            "oneway": oneway.astype(np.int8),
            "speed_km_h": limits["maxspeed:forward"].fillna(general),
            "back_speed_km_h": limits["maxspeed:backward"].fillna(general),
            "speed_unread": (given & ~read).any(axis=1) & ~tags["maxspeed"].isin({"none"}),
        },
        index=tags.index,
    )


def speed_limit_km_h(text: str) -> float:
    """Read a `maxspeed` value.

    Parameters
    ----------
    text : str
        As written in OSM. Of several values the lowest counts.

    Returns
    -------
    float
        Speed [km/h]; nan where it is no number (``none``, ``signals``, ``CN:urban``) or zero.

    Examples
    --------
    >>> [round(speed_limit_km_h(text), 1) for text in ("60", "30 mph", "walk", "80;60", "none")]
    [60.0, 48.3, 5.0, 60.0, nan]
    """
    factor = {"mph": KM_PER_MILE, "knots": KM_PER_NAUTICAL_MILE}
    read = []
    for part in re.split(r"[;,|]", text):
        word = part.strip().lower()
        number = _NUMBER.fullmatch(word)
        if number:
            read.append(float(number[1]) * factor.get(number[2], 1.0))
        elif word == "walk":
            read.append(WALK_KM_H)
    return min((speed for speed in read if speed > 0), default=np.nan)


def _first_given(tags: pd.DataFrame, keys: tuple[str, ...]) -> pd.Series:
    """Value of the first of several keys that a way has."""
    # Column by column: across rows pandas would turn the frame, a column a way.
    found = tags[keys[0]]
    for key in keys[1:]:
        found = found.fillna(tags[key])
    return found


def _each(values: pd.Series, read: Callable[[str], float]) -> pd.Series:
    """Read each different text once."""
    known = values.dropna().unique()
    return values.map({text: read(text) for text in known}).astype(float)
