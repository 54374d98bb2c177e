"""Long sections: what happens along each route, a page a route."""

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from nngis import fields
from nngis.cartography.font import HEAD_PT, PLAIN_PT, SETTINGS, SMALL_PT, register_font, written
from nngis.cartography.style import symbol
from nngis.result.mapview import LongSection
from nngis.text import Lang, Text
from nngis.units import M_PER_KM

PAGE_IN = (11.69, 8.27)  # A4, landscape
MOST = 100  # pages; routes beyond the longest so many are in the table only
ALONG = Text("沿程 km", "Way, km")


def draw_long_sections(
    section: LongSection, table: pd.DataFrame, *, lang: Lang, colour_role: str, evidence: str
) -> list[Figure]:
    """Draw the long section of every route."""
    register_font()
    by_route = table.groupby(section.route, sort=True)
    inner = table.loc[by_route.cumcount(ascending=False) > 0, section.place]
    longest = by_route[section.along].max()[~by_route[section.place].last().isin(inner)]
    routes = longest.sort_values(ascending=False, kind="stable").index[:MOST]
    with mpl.rc_context(SETTINGS):
        return [
            _page(section, str(route), rows, lang, (symbol(colour_role).colour, evidence))
            for route, rows in ((r, table[table[section.route].eq(r)]) for r in routes)
        ]


def _page(
    section: LongSection, route: str, rows: pd.DataFrame, lang: Lang, look: tuple[str, str]
) -> Figure:
    colour, evidence = look
    figure = Figure(figsize=PAGE_IN, facecolor="white")
    axes = figure.subplots(len(section.values), 1, sharex=True, squeeze=False)[:, 0]
    km = rows[section.along].to_numpy(float) / M_PER_KM
    for axis, name in zip(axes, section.values, strict=True):
        value = rows[name].to_numpy(float)
        axis.plot(km, value, color=colour, marker="o", markersize=3, linewidth=1.2)
        axis.set_ylabel(fields.get(name).heading(lang), fontsize=PLAIN_PT)
        axis.tick_params(labelsize=SMALL_PT)
        axis.grid(visible=True, linewidth=0.3, color="#BBBBBB")
        axis.margins(y=0.15)
        axis.locator_params(axis="y", nbins=5)  # a tick takes as long to draw as all the rest
    field = fields.get(section.label)
    for start, end, word in zip(km[:-1], km[1:], rows[section.label].iloc[1:], strict=True):
        if pd.notna(word):
            axes[0].text(
                (start + end) / 2,
                0.02,
                written(f"{word}"),
                fontsize=SMALL_PT,
                ha="center",
                transform=axes[0].get_xaxis_transform(),
            )
    axes[-1].set_xlabel(ALONG.say(lang), fontsize=PLAIN_PT)
    figure.suptitle(written(f"{section.title.say(lang)}: {route}"), fontsize=HEAD_PT)
    foot = f"{field.heading(lang)}; {fields.get('evidence').title.say(lang)}: "
    foot += fields.get("evidence").value_title(evidence, lang)
    figure.text(0.02, 0.01, written(foot), fontsize=SMALL_PT)
    return figure
