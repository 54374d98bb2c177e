"""County maps: a choropleth an indicator with natural breaks, and all as small multiples."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import Markup

from nngis.cartography.page import environment, policy
from nngis.cartography.style import badge, missing_colour, ramp
from nngis.text import Lang, Text
from nngis.unit_words import with_unit

WIDTH_PX, MARGIN_PX = 300.0, 6.0
LABEL_PX = 9.0
SIMPLIFY_SHARE = 1 / 400  # of the map's width: finer than a pixel of a small map
NO_VALUE = Text("无数据", "no value")


@dataclass(frozen=True)
class CountyMap:
    """One indicator by county.

    Parameters
    ----------
    id : str
        The indicator's id.
    title : Text
        What it is.
    unit : str
        Unit of the values.
    values : Series
        By county name; missing where there is none.
    target : float, optional
        A value that must stand between two classes, so that no class mixes reached and missed.
    """

    id: str
    title: Text
    unit: str
    values: pd.Series
    target: float | None = None


def natural_breaks(values: npt.ArrayLike, classes: int) -> list[float]:
    """Cut values where the classes scatter least: Fisher's exact optimum.

    Examples
    --------
    >>> natural_breaks([1, 2, 2, 9, 10, 50], 3)
    [9.0, 50.0]
    """
    # Fisher (1958), On grouping for maximum homogeneity.
    x, count = np.unique(np.asarray(values, dtype=float), return_counts=True)
    n, k = len(x), min(classes, len(x))
    if k <= 1:
        return []
    weight = np.concatenate([[0], np.cumsum(count)])
    total = np.concatenate([[0], np.cumsum(count * x)])
    square = np.concatenate([[0], np.cumsum(count * x * x)])
    # scatter[i, j]: of the distinct values i .. j - 1 around their mean
    w = weight[None, :] - weight[:, None]
    s = total[None, :] - total[:, None]
    scatter = square[None, :] - square[:, None] - s * s / np.where(w > 0, w, 1)
    scatter[np.tril_indices(n + 1)] = np.inf
    best, cuts = scatter[0].copy(), []
    for _ in range(k - 1):
        trial = best[:, None] + scatter
        cuts.append(trial.argmin(axis=0))
        best = trial.min(axis=0)
    at, found = n, []
    for cut in reversed(cuts):
        at = int(cut[at])
        found.append(float(x[at]))
    return sorted(found)


def class_edges(values: pd.Series, target: float | None) -> list[float]:
    """Choose class edges: natural breaks, with the target as an edge where it parts the values.

    Examples
    --------
    >>> class_edges(pd.Series([70.0, 80.0, 85.0, 87.0, 95.0]), 86.0)
    [80.0, 86.0, 95.0]
    """
    known = values.dropna().to_numpy(dtype=float)
    most = len(ramp())
    if target is None or not (known < target).any() or not (known >= target).any():
        return natural_breaks(known, most)
    under, over = known[known < target], known[known >= target]
    room = min(len(np.unique(under)), most - 1 - min(len(np.unique(over)), most // 2))
    low = natural_breaks(under, max(room, 1))
    high = natural_breaks(over, most - 1 - len(low))
    return [*low, target, *high]


def draw_choropleth(counties: gpd.GeoDataFrame, one: CountyMap, lang: Lang, about: str = "") -> str:
    """Draw one indicator by county as an SVG image.

    Parameters
    ----------
    counties : GeoDataFrame
        Polygons in a projected CRS, with `name_zh` and `name_en`.
    one : CountyMap
        The indicator.
    lang : {"zh", "en"}
        Language of labels.
    about : str
        Version, date of the data and evidence.

    Returns
    -------
    str
        A standalone SVG document with its legend; the same input gives the same text.
    """
    west, south, east, north = counties.total_bounds
    scale = (WIDTH_PX - 2 * MARGIN_PX) / (east - west)
    height = (north - south) * scale + 2 * MARGIN_PX
    shapes = counties.geometry.simplify((east - west) * SIMPLIFY_SHARE)
    values = one.values.reindex(counties["name_zh"])
    edges = class_edges(values, one.target)
    codes = np.searchsorted(edges, values.to_numpy(dtype=float), side="right")
    colours, blank = _colours(len(edges) + 1), f"url(#none-{one.id})"
    parts = []
    for shape, value, code in zip(shapes, values, codes, strict=True):
        fill = blank if pd.isna(value) else colours[code]
        path = _path(shape, (west, north), scale)
        parts.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd"/>')
    labels = []
    names = counties["name_en" if lang == "en" and "name_en" in counties else "name_zh"]
    for point, name, value, code in zip(
        shapes.representative_point(), names, values, codes, strict=True
    ):
        x = (point.x - west) * scale + MARGIN_PX
        y = (north - point.y) * scale + MARGIN_PX
        dark = not pd.isna(value) and code > len(edges) // 2
        number = "" if pd.isna(value) else f"{value:.4g}"
        labels.append(
            f'<text x="{x:.1f}" y="{y:.1f}" fill="{"#fff" if dark else "#222"}">'
            f'{escape(str(name))}<tspan x="{x:.1f}" dy="{LABEL_PX:g}">{number}</tspan></text>'
        )
    legend, legend_height = _legend(edges, colours, values, one, lang, height)
    full = height + legend_height
    hatch = (
        f'<defs><pattern id="none-{one.id}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{missing_colour()}" '
        'fill-opacity="0.35"/><path d="M0 0V5" stroke="#8a8a8a"/></pattern></defs>'
    )
    title = f"{one.id} {one.title.say(lang)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX:g} {full:.0f}" '
        f'role="img" font-family="sans-serif"><title>{escape(title)}</title>'
        f"<desc>{escape(about)}</desc>{hatch}"
        f'<g stroke="#6f6a5e" stroke-width="0.7">{"".join(parts)}</g>'
        f'<g font-size="{LABEL_PX - 1.5:g}" text-anchor="middle">{"".join(labels)}</g>'
        f"{legend}</svg>"
    )


def draw_county_maps(
    counties: gpd.GeoDataFrame,
    maps: Sequence[CountyMap],
    *,
    title: Text,
    evidence: str,
    lang: Lang,
    about: str = "",
) -> str:
    """Draw every indicator as small multiples on one page.

    Parameters
    ----------
    counties : GeoDataFrame
        Polygons in a projected CRS.
    maps : sequence of CountyMap
        The indicators.
    title : Text
        Title of the page.
    evidence : str
        The weakest evidence used.
    lang : {"zh", "en"}
        Language of the page.
    about : str
        Version, date of the data and evidence.

    Returns
    -------
    str
        A static HTML page without scripts and without anything from outside.
    """
    drawn = [
        (one, Markup(draw_choropleth(counties, one, lang)))  # noqa: S704 - ours, text escaped
        for one in maps
    ]
    template = environment().get_template("county_maps.html.j2")
    return template.render(
        title=title,
        maps=drawn,
        shown=badge(evidence),
        lang=lang,
        about=about,
        policy=policy([]),
    )


def _colours(n: int) -> list[str]:
    """Spread the classes over the ramp: two classes take its ends, not its two lightest."""
    colours = ramp()
    return (
        [colours[round(at)] for at in np.linspace(0, len(colours) - 1, n)]
        if n > 1
        else [colours[2]]
    )


def _path(shape: object, corner: tuple[float, float], scale: float) -> str:
    rings = []
    for part in getattr(shape, "geoms", [shape]):
        for ring in (part.exterior, *part.interiors):
            xy = np.asarray(ring.coords)
            x = (xy[:, 0] - corner[0]) * scale + MARGIN_PX
            y = (corner[1] - xy[:, 1]) * scale + MARGIN_PX
            points = [f"{a:.1f} {b:.1f}" for a, b in zip(x[:-1], y[:-1], strict=True)]
            rings.append("M" + "L".join(points) + "Z")
    return "".join(rings)


def _legend(
    edges: Sequence[float],
    colours: Sequence[str],
    values: pd.Series,
    one: CountyMap,
    lang: Lang,
    top: float,
) -> tuple[str, float]:
    known = values.dropna()
    rows: list[tuple[str, str]] = []
    if len(known):
        words = [f"{edge:.4g}" for edge in edges]
        names = [f"{known.min():.4g}"] if not words else [f"< {words[0]}"]
        names += [f"{a} – {b}" for a, b in pairwise(words)]
        names += [f"≥ {words[-1]}"] if words else []
        rows = [
            (c, with_unit(name, one.unit, lang)) for c, name in zip(colours, names, strict=True)
        ]
    if values.isna().any():
        rows.append((f"url(#none-{one.id})", NO_VALUE.say(lang)))
    line = 13.0
    out = [
        f'<rect x="{MARGIN_PX:g}" y="{top + at * line:.1f}" width="16" height="9" fill="{colour}" '
        f'stroke="#6f6a5e" stroke-width="0.5"/><text x="{MARGIN_PX + 22:g}" '
        f'y="{top + at * line + 8:.1f}">{escape(text)}</text>'
        for at, (colour, text) in enumerate(rows)
    ]
    return f'<g font-size="9" fill="#222">{"".join(out)}</g>', len(rows) * line + MARGIN_PX
