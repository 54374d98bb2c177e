"""Make a layer's rows from what it takes of OpenStreetMap: columns, lengths, speeds."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.crs import geodesic_m
from nngis.fetch.osm_mapping import OsmLayer, osm_words, roof_class
from nngis.fetch.osm_read import Taken
from nngis.network.graph.drive_rules import KEYS, drive_rules
from nngis.units import M_PER_KM

WGS84 = "EPSG:4326"
V_PER_KV = 1000.0
#: A division code: six digits for a county, with those of township and village behind them.
CODE = r"^\s*(\d{6})(?:\d{3}|\d{6})?\s*$"
#: A number alone, or with a unit that changes nothing; anything else is not guessed at.
NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*(?:m|米|层|个|台|kW|KW|kw)?\s*"


def layer_frame(layer: OsmLayer, taken: Taken) -> gpd.GeoDataFrame:
    """Make the rows of a layer."""
    words = osm_words()
    columns: dict[str, object] = {layer.key: taken.ids}
    for name, (kind, keys) in layer.columns.items():
        columns[name] = _column(taken, kind, keys)
    if layer.class_column:
        columns[layer.class_column] = [words.rename.get(kind, kind) for kind in taken.classes]
    if "places" in layer.roles:
        columns["place_class"] = [words.place_class.get(kind) for kind in taken.classes]
    if "roofs" in layer.roles:
        columns["roof_class"] = [roof_class(tags) for tags in taken.tags]
    if "charging_stations" in layer.roles:
        columns |= _sockets(taken)
    frame = gpd.GeoDataFrame(columns, geometry=taken.geometry, crs=WGS84)
    if "roads" in layer.roles:
        frame = _with_rules(frame, taken)
    if layer.shape == "line":
        frame["length_km"] = _length_km(frame.geometry)
    if "stated_code" in frame:
        frame = _coded(frame, layer.key)
    return _sorted(frame, layer.key)


def _column(taken: Taken, kind: str, keys: tuple[str, ...]) -> pd.Series:
    """Read one column from the first of its tags that each object has."""
    given = pd.Series(
        [next((tags[key] for key in keys if key in tags), None) for tags in taken.tags],
        dtype=object,
    )
    if kind == "text":
        return given.str.strip().replace({"": None}) if len(given) else given
    if kind == "flag":
        return given.notna() & (given != "no")
    if kind == "kilovolt":
        # 110000;10000: the higher side is what the substation is called by.
        high = given.map(_highest, na_action="ignore")
        return pd.to_numeric(high) / V_PER_KV
    number = pd.to_numeric(given.astype("str").str.extract(f"^{NUMBER}$", expand=False))
    return number.where(number == number.round()).astype("Int64") if kind == "integer" else number


def _highest(text: str) -> float:
    volts = [float(part) for part in text.replace(",", ";").split(";") if part.strip().isdigit()]
    return max(volts, default=np.nan)


def _sockets(taken: Taken) -> dict[str, pd.Series]:
    """Sum the sockets of charging stations and their power; unknown where none is stated."""
    rows = [
        (at, key.count(":"), value)
        for at, tags in enumerate(taken.tags)
        for key, value in tags.items()
        if key.startswith("socket:") and (key.count(":") == 1 or key.endswith(":output"))
    ]
    table = pd.DataFrame(rows, columns=["at", "depth", "value"])
    table["value"] = pd.to_numeric(table["value"].astype("str").str.extract(f"^{NUMBER}$")[0])
    every = pd.RangeIndex(len(taken.tags))
    sums = table.groupby(["depth", "at"])["value"].sum(min_count=1)
    count = sums.loc[1].reindex(every) if 1 in sums.index else pd.Series(np.nan, index=every)
    stated = pd.Series([tags.get("charging_station:output") for tags in taken.tags], dtype=object)
    power = pd.to_numeric(stated.astype("str").str.extract(f"^{NUMBER}$", expand=False))
    return {"connectors_count": count.round().astype("Int64"), "power_kw": power}


def _with_rules(frame: gpd.GeoDataFrame, taken: Taken) -> gpd.GeoDataFrame:
    tags = pd.DataFrame({key: [tags.get(key) for tags in taken.tags] for key in KEYS}, dtype="str")
    rules = drive_rules(tags)
    frame = frame.assign(
        oneway=rules["oneway"].astype(int),
        # One speed a line: against a one-way street it is the speed against the line.
        speed_km_h=rules["speed_km_h"].where(rules["oneway"] >= 0, rules["back_speed_km_h"]),
        layer=frame["layer"].fillna(0).astype(int),
    )
    return frame[rules["open"].to_numpy()]


def _length_km(lines: gpd.GeoSeries) -> pd.Series:
    """Measure each line on the ground [km]."""
    xy, at = shapely.get_coordinates(lines.to_numpy(), return_index=True)
    step_m = geodesic_m(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    within = at[1:] == at[:-1]
    length_m = np.bincount(at[1:][within], weights=step_m[within], minlength=len(lines))
    return pd.Series(length_m / M_PER_KM, index=lines.index).round(4)


def _coded(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Take the first six digits of a stated division code as the id, where they stand once."""
    code = frame["stated_code"].astype("str").str.extract(CODE, expand=False)
    good = code.notna() & ~code.duplicated(keep=False)
    return frame.assign(**{key: frame[key].where(~good, code)}).drop(columns="stated_code")


def _sorted(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Sort by kind and number, so that the same objects give the same bytes."""
    part = frame[key].astype("str").str.extract(r"^(\D*)(\d+)(?:-(\d+))?$")
    order = pd.DataFrame(
        {
            "kind": part[0],
            "number": part[1].astype(float),
            "part": part[2].astype(float).fillna(1.0),
        }
    )
    return frame.loc[order.sort_values(["kind", "number", "part"]).index].reset_index(drop=True)
