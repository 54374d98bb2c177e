"""From OpenStreetMap's tags to layers, by the table in osm_roles.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from nngis.text import Text

Shape = Literal["line", "polygon", "point"]
Tags = Mapping[str, str]
ANY = "*"
COLUMN_KINDS = ("text", "integer", "number", "flag", "kilovolt")


@dataclass(frozen=True)
class OsmLayer:
    """What one layer takes from OpenStreetMap.

    Parameters
    ----------
    id : str
        Id of the layer.
    title : Text
        What people call it.
    shape : {"line", "polygon", "point"}
        Geometry of its rows.
    key : str
        Column of the id.
    roles : tuple of str
        Roles it plays.
    take, skip, only : mapping of str to tuple of str
        Tags of which an object must have one, may have none, must have all.
    columns : mapping of str to (str, tuple of str)
        Kind of a column and the tags it is read from.
    class_column : str
        Column of the value that matched; empty for none.
    needs_name : bool
        Whether objects without a name are left out.
    yields_to : str
        Role that a curated layer plays better.
    said : Text, optional
        What the layer is not good for.
    """

    id: str
    title: Text
    shape: Shape
    key: str
    roles: tuple[str, ...]
    take: Mapping[str, tuple[str, ...]]
    skip: Mapping[str, tuple[str, ...]]
    only: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, tuple[str, tuple[str, ...]]]
    class_column: str
    needs_name: bool
    yields_to: str
    said: Text | None

    def class_of(self, tags: Tags) -> str | None:
        """Return the value by which the layer takes an object.

        Examples
        --------
        >>> fuel = osm_layers()["petrol_stations"]
        >>> fuel.class_of({"amenity": "fuel"}), fuel.class_of({"amenity": "cafe"})
        ('fuel', None)
        """
        if any(fits(tags, key, values) for key, values in self.skip.items()):
            return None
        if not all(fits(tags, key, values) for key, values in self.only.items()):
            return None
        if self.needs_name and not ("name" in tags or "name:zh" in tags):
            return None
        return next(
            (found for key, values in self.take.items() if (found := fits(tags, key, values))),
            None,
        )


@dataclass(frozen=True)
class Words:
    """What single values mean.

    Parameters
    ----------
    chinese : mapping
        Values written in Chinese, by key.
    rename : mapping of str to str
        Classes that the shipped layers spell otherwise.
    place_class : mapping of str to str
        Which of the six classes of places a class is.
    roof_class : tuple of (str, tuple of str, str)
        Tag, values and the class of building that they mean, in order.
    silent_buildings : tuple of str
        Values of ``building`` that do not say what the building is for.
    """

    chinese: Mapping[str, Mapping[str, str]]
    rename: Mapping[str, str]
    place_class: Mapping[str, str]
    roof_class: tuple[tuple[str, tuple[str, ...], str], ...]
    silent_buildings: tuple[str, ...]


def fits(tags: Tags, key: str, values: tuple[str, ...]) -> str | None:
    """Return the value of a key that is one of some values.

    Examples
    --------
    >>> fits({"amenity": "cafe;fuel"}, "amenity", ("fuel",))
    'fuel'
    """
    value = tags.get(key)
    if value is None:
        return None
    parts = [part.strip() for part in value.split(";")] if ";" in value else [value]
    if values == (ANY,):
        return next((part for part in parts if part not in ("", "no")), None)
    return next((part for part in parts if part in values), None)


def in_english(tags: Tags) -> Tags:
    """Put English values in the place of those that mappers wrote in Chinese.

    Examples
    --------
    >>> in_english({"building": "厂房", "name": "厂房"})
    {'building': 'industrial', 'name': '厂房'}
    """
    changed = {
        key: known[tags[key]]
        for key, known in osm_words().chinese.items()
        if key in tags and tags[key] in known
    }
    return {**tags, **changed} if changed else tags


def roof_class(tags: Tags) -> str | None:
    """Return what other tags say of a building that does not say itself what it is for.

    Examples
    --------
    >>> roof_class({"building": "yes", "shop": "mall"})
    'industrial_commercial'
    >>> roof_class({"building": "apartments", "shop": "convenience"}) is None
    True
    """
    words = osm_words()
    if tags.get("building") not in words.silent_buildings:
        return None
    return next(
        (kind for tag, values, kind in words.roof_class if fits(tags, tag, values)),
        None,
    )


@cache
def osm_layers() -> Mapping[str, OsmLayer]:
    """Read the layers of the table."""
    return MappingProxyType({name: _layer(name, raw) for name, raw in _table()["layers"].items()})


@cache
def osm_words() -> Words:
    """Read what single values mean."""
    raw = _table()
    return Words(
        raw["chinese"],
        raw["rename"],
        raw["place_class"],
        tuple((rule["tag"], tuple(rule["values"]), rule["class"]) for rule in raw["roof_class"]),
        tuple(raw["silent_buildings"]),
    )


def _table() -> dict[str, Any]:
    path = files("nngis.fetch").joinpath("osm_roles.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _layer(name: str, raw: Mapping[str, Any]) -> OsmLayer:
    columns = {
        column: (kind, tuple(keys))
        for kind in COLUMN_KINDS
        for column, keys in raw.get(kind, {}).items()
    }
    take, skip, only = (
        {key: tuple(values) for key, values in raw.get(part, {}).items()}
        for part in ("take", "skip", "only")
    )
    return OsmLayer(
        name,
        Text(**raw["title"]),
        raw["shape"],
        raw["key"],
        tuple(raw["roles"]),
        take,
        skip,
        only,
        columns,
        raw.get("class_column", "class"),
        raw.get("needs_name", False),
        raw.get("yields_to", ""),
        Text(**raw["said"]) if "said" in raw else None,
    )
