"""Gazetteer: named places, townships and counties, each with how far from its middle it reaches."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from nngis.ledger.references import References
from nngis.ledger.table import LONGEST

PLACE_RADIUS_M = 1_000.0  # an address names a place that stands near, not the spot itself
SITE_RADIUS_M = 500.0  # a firm found by its own name stands on its site
_APART_M = 500.0  # points of one name nearer than this are one place
_SHORTEST, _LONGEST = 4, 24  # characters of a name that can be told in an address
_FIRM = re.compile(r"(股份)?(有限)?(责任)?公司$|[(（].*?[)）]|\s")


@dataclass(frozen=True)
class Place:
    """A position known to within a radius.

    Parameters
    ----------
    name : str
        What it is called.
    x_m, y_m : float
        Middle [m], in the plane of the references.
    radius_m : float
        How far from the middle the true position can lie [m].
    """

    name: str
    x_m: float
    y_m: float
    radius_m: float


@dataclass(frozen=True)
class Gazetteer:
    """What names say of positions.

    Parameters
    ----------
    references : References
        The layers that hold the names.
    """

    references: References

    def by_own_name(self, name: str) -> Place | None:
        """Find the place that bears a name."""
        return self._named.get(plain_name(name)) if name else None

    def by_address(self, text: str, county: str | None, township: str | None) -> Place | None:
        """Find the finest of place, township and county that an address names uniquely."""
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:LONGEST]))
        known = self.references.divisions
        counties = {c for c in (county,) if c in known.names.values()} or set(known.named_in(plain))
        if len(counties) > 1:
            return None
        home = next(iter(counties), None)
        for found in (self._place_in(plain, home), self._township_in(plain, home, township)):
            if found is not None:
                return found
        return self._counties.get(home or "")

    def _place_in(self, text: str, county: str | None) -> Place | None:
        """Find the longest place name in a text; it must lie in the county."""
        for size in range(min(len(text), _LONGEST), _SHORTEST - 1, -1):
            parts = {text[at : at + size] for at in range(len(text) - size + 1)}
            found = [self._named[plain] for plain in parts if plain in self._named]
            found = [place for place in found if self.lies_in(place, county)]
            if found:
                place = found[0] if len(found) == 1 else None
                return place and Place(place.name, place.x_m, place.y_m, PLACE_RADIUS_M)
        return None

    def lies_in(self, place: Place, county: str | None) -> bool:
        """Tell whether a place lies in a county; one that is not known holds every place."""
        polygon = self.references.polygons.get(county or "")
        return polygon is None or bool(shapely.contains_xy(polygon, place.x_m, place.y_m))

    def _township_in(self, text: str, county: str | None, township: str | None) -> Place | None:
        found = {}
        for (adcode, name), box in self.references.boxes.items():
            if county is not None and adcode != self.references.divisions.code_of(county):
                continue
            if name == (township or "").strip() or (not township and name in text):
                found[(adcode, name)] = box
        if len(found) != 1:
            return None
        ((_, name), (west, south, east, north)) = next(iter(found.items()))
        radius = float(np.hypot(east - west, north - south) / 2)
        return Place(name, float(west + east) / 2, float(south + north) / 2, radius)

    @cached_property
    def _counties(self) -> dict[str, Place]:
        out = {}
        for name, polygon in self.references.polygons.items():
            point = polygon.representative_point()
            corners = shapely.get_coordinates(polygon) - (point.x, point.y)
            out[name] = Place(name, point.x, point.y, float(np.linalg.norm(corners, axis=1).max()))
        return out

    @cached_property
    def _named(self) -> dict[str, Place]:
        """Places by plain name; a name of several places apart is left out."""
        layers = [self.references.sites, self.references.places]
        frame = pd.concat([layer.reindex(columns=["name_zh", "geometry"]) for layer in layers])
        frame = frame[frame["name_zh"].notna() & frame.geometry.geom_type.eq("Point")]
        if frame.empty:
            return {}
        xy = self.references.plane(frame.geometry.x, frame.geometry.y)
        table = pd.DataFrame(
            {"plain": frame["name_zh"].map(plain_name).to_numpy(), "x": xy[:, 0], "y": xy[:, 1]}
        )
        table["name"] = frame["name_zh"].to_numpy()
        table = table[table["plain"].str.len() >= _SHORTEST]
        groups = table.groupby("plain", sort=True)
        wide = np.hypot(
            groups["x"].max() - groups["x"].min(), groups["y"].max() - groups["y"].min()
        )
        one = groups.first()[wide <= _APART_M]
        return {
            row.Index: Place(row.name, row.x, row.y, SITE_RADIUS_M)
            for row in one.itertuples()
            if row.Index not in _TOO_PLAIN
        }


def plain_name(name: str) -> str:
    """Bring a firm's name to the form in which names are compared.

    Examples
    --------
    >>> plain_name("某市 某某食品有限责任公司（二厂）")
    '某市某某食品'
    """
    plain = unicodedata.normalize("NFKC", name[:LONGEST])
    before = ""
    while before != plain:
        before, plain = plain, _FIRM.sub("", plain)
    return plain


# Names of places that addresses hold without meaning the place.
_TOO_PLAIN = frozenset(("人民政府", "人民医院", "中心小学", "工业园区", "火车站", "汽车站"))
