"""One style for map, sheet, QGIS and report: colours, shapes and dashes, read from style.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from nngis import fields
from nngis.text import Text

PT_PER_PX = 0.62  # a pixel of the web map on an A3 sheet and in QGIS [pt]


@dataclass(frozen=True)
class Shape:
    """Outline of a point symbol.

    Parameters
    ----------
    name : str
        Name, for example ``"diamond"``.
    path : str
        SVG path in the square from -1 to 1.
    matplotlib, qgis : str
        What matplotlib and QGIS call the same figure.
    """

    name: str
    path: str
    matplotlib: str
    qgis: str


@dataclass(frozen=True)
class Mark:
    """How one value of a decision is drawn.

    Parameters
    ----------
    value : str
        The value, for example ``"retire"``.
    title : Text
        What a legend calls it.
    colour : str
        Fill of points and areas, stroke of lines, as ``#RRGGBB``.
    shape : str
        Name of the shape of points.
    dash : tuple of float
        Dashes and gaps of lines [px]; empty for a solid line.
    hatch : str
        Hatch of areas: none, right, left, cross, dots or horizontal.
    """

    value: str
    title: Text
    colour: str
    shape: str
    dash: tuple[float, ...] = ()
    hatch: str = "none"


@dataclass(frozen=True)
class Symbol:
    """How a role is drawn where no decision colours it.

    Parameters
    ----------
    role : str
        The role, for example ``"boiler"``.
    title : Text
        What the legend of a backdrop calls it.
    colour : str
        Stroke, and fill of points, as ``#RRGGBB``.
    fill : str
        Fill of areas.
    fill_share : float
        Opacity of that fill, 0 to 1.
    width_px : float
        Width of strokes [px].
    size_px : float
        Radius of points [px].
    shape : str
        Name of the shape of points.
    dash : tuple of float
        Dashes and gaps of strokes [px].
    named : bool
        Whether printed maps write the names of the points, those of the legend's first class.
    """

    role: str
    title: Text
    colour: str
    fill: str
    fill_share: float = 0.25
    width_px: float = 1.2
    size_px: float = 4.5
    shape: str = "circle"
    dash: tuple[float, ...] = ()
    named: bool = False


@dataclass(frozen=True)
class Badge:
    """How a degree of evidence is shown.

    Parameters
    ----------
    evidence : str
        The degree, for example ``"synthetic"``.
    title : Text
        Its name.
    sentence : Text
        What it means for whoever reads the map.
    colour, ink : str
        Ground and lettering, as ``#RRGGBB``.
    shape : str
        Name of the shape of points that are coloured by evidence.
    hatched : bool
        Whether the ground is hatched, so that nobody overlooks it.
    """

    evidence: str
    title: Text
    sentence: Text
    colour: str
    ink: str
    shape: str
    hatched: bool = False


@cache
def shapes() -> Mapping[str, Shape]:
    """Return every point shape by name."""
    return {name: Shape(name, **table) for name, table in _raw()["shape"].items()}


@cache
def marks() -> Mapping[str, Mark]:
    """Return the mark of every decision and degree of evidence, in the order of legends."""
    titles = fields.get("decision").values
    found = {}
    for value, table in _raw()["mark"].items():
        own = Text(**table["title"]) if "title" in table else Text(value, value)
        found[value] = Mark(
            value,
            titles.get(value, own),
            table["colour"],
            table["shape"],
            tuple(table["dash"]),
            table["hatch"],
        )
    for word, one in badges().items():
        hatch = "cross" if one.hatched else "none"
        found[word] = Mark(word, one.title, one.colour, one.shape, hatch=hatch)
    return found


@cache
def symbols() -> Mapping[str, Symbol]:
    """Return the symbol of every role, those of the backdrop last and in drawing order.

    Returns
    -------
    mapping of str to Symbol
        Symbols by role.
    """
    found = {}
    for role, table in _raw()["role"].items():
        title = Text(**table["title"]) if "title" in table else Text(role, role)
        own = {"title": title, "dash": tuple(table.get("dash", ()))}
        found[role] = Symbol(role, **({"fill": table["colour"]} | table | own))
    return found


def symbol(role: str) -> Symbol:
    """Return the symbol of a role.

    Parameters
    ----------
    role : str
        The role.

    Returns
    -------
    Symbol
        Its symbol; for a role that the style does not name, the one of ``"other"``.

    Examples
    --------
    >>> symbol("heat_source").shape
    'star'
    >>> symbol("lighthouse").role
    'other'
    """
    return symbols().get(role) or symbols()["other"]


def marks_of(column: str, values: list[str]) -> tuple[Mark, ...]:
    """Return the marks of a column's values, in the order of the legend.

    A decision has its own mark; a value that the style does not name takes the next colour of
    the series and the next shape.

    Parameters
    ----------
    column : str
        Column that holds the values; its glossary gives their titles and order.
    values : list of str
        The distinct values.

    Returns
    -------
    tuple of Mark
        One per value: decisions first, then the glossary's order, then the alphabet.

    Examples
    --------
    >>> [mark.value for mark in marks_of("decision", ["keep", "retire"])]
    ['retire', 'keep']
    >>> [(mark.value, mark.shape) for mark in marks_of("fuel", ["木屑", "稻壳"])]
    [('木屑', 'circle'), ('稻壳', 'square')]
    """
    titles = fields.get(column).values
    order = {value: at for at, value in enumerate([*marks(), *titles])}
    wanted = sorted(set(values), key=lambda value: (order.get(value, len(order)), value))
    unnamed = [value for value in wanted if value not in marks()]
    series, figures = _raw()["series"], tuple(shapes())
    found = []
    for value in wanted:
        title = titles.get(value, Text(value, value))
        if value in marks():
            own = marks()[value]
            title = titles.get(value, own.title)
            found.append(Mark(value, title, own.colour, own.shape, own.dash, own.hatch))
        else:
            at = unnamed.index(value)
            found.append(
                Mark(value, title, series[at % len(series)], figures[at % len(figures)]),
            )
    return tuple(found)


def ramp() -> tuple[str, ...]:
    """Return the colours of classes of a quantity, from low to high."""
    return tuple(_raw()["ramp"])


def missing_colour() -> str:
    """Return the colour of features whose value is missing."""
    return str(_raw()["missing"])


def blank_colour() -> str:
    """Return the colour of features that are not what their layer is about."""
    return str(_raw()["blank"])


@cache
def badges() -> Mapping[str, Badge]:
    """Return the badge of every degree of evidence, the strongest first."""
    titles = fields.get("evidence").values
    return {
        word: Badge(
            word,
            titles[word],
            Text(**table["sentence"]),
            table["colour"],
            table["ink"],
            table["shape"],
            table.get("hatched", False),
        )
        for word, table in _raw()["evidence"].items()
    }


def badge(evidence: str) -> Badge:
    """Return the badge of a degree of evidence.

    Parameters
    ----------
    evidence : str
        The degree.

    Returns
    -------
    Badge
        Its badge.

    Raises
    ------
    ValueError
        If there is no such degree.
    """
    if evidence not in badges():
        raise ValueError(evidence)
    return badges()[evidence]


@cache
def _raw() -> dict[str, Any]:
    text = files("nngis.cartography").joinpath("style.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
