"""What the register wants drawn, listed and saved."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.decide.trends import METHOD
from nngis.register.finding import Finding, Part
from nngis.register.rules import PlanRule
from nngis.register.scorecard import (
    Scorecard,
    county_values,
    objects_tables,
    rank_counties,
    register_table,
)
from nngis.result.mapview import MapLayer, MapView, Shape
from nngis.result.result import Analysis, Sheet
from nngis.text import Text

TITLE = Text("目标完成情况", "Where the city stands")
LEFT = ("open", "unknown")
MOST_LISTED = 2000  # rows of a list in the workbook; longer ones are in the GeoPackage alone
MOST_DRAWN = 20_000  # features of one layer of the interactive map
POPUP_COLUMNS = 6
SHAPES: Mapping[str, Shape] = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
REGISTER_COLUMNS = (
    "rule_id",
    "clause",
    "name_zh",
    "rule_type",
    "decision",
    "indicator_value",
    "target_value",
    "indicator_unit",
    "target_share",
    "pace_per_year",
    "forecast_value",
    "reason",
    "missing",
    "departments",
    "source",
    "evidence",
    "quote_zh",
)
RANKS = ("missed_count", "met_count", "on_track_count", "undecided_count")
RANKING_COLUMNS = (
    "rank",
    "met_count",
    "on_track_count",
    "missed_count",
    "undecided_count",
    "mean_share",
    "behind",
)


def analysis_of(card: Scorecard) -> Analysis:
    """Make the tables, indicators and notes of a scorecard.

    Parameters
    ----------
    card : Scorecard
        The scorecard.

    Returns
    -------
    Analysis
        Tables ``register``, ``county_ranking``, ``county_values`` and one a rule that is about
        objects, named by its id.
    """
    tables: dict[str, pd.DataFrame] = {
        "register": register_table(card),
        "county_ranking": rank_counties(card),
        "county_values": county_values(card),
    }
    for id_, table in objects_tables(card).items():
        bare = isinstance(table, gpd.GeoDataFrame) and table.geometry.isna().all()
        tables[id_] = pd.DataFrame(table.drop(columns=table.geometry.name)) if bare else table
    assumed = [text for found in card.findings.values() for text in found.assumptions]
    if any(p.forecast for found in card.findings.values() for p in found.parts):
        assumed.append(METHOD)
    return Analysis(
        tables,
        tuple(
            indicator(card.rules[id_], found, part)
            for id_, found in card.findings.items()
            for part in found.parts or (_blank(card.rules[id_], found),)
        ),
        tuple(assumed),
        (
            Text(
                "方案没有把目标分到各县（市、区）；各县目标由使用者给出，凡由本工具分出的均标为假定。",
                "The plan splits no target over the counties; county targets are the user's, and "
                "any split made here is marked as an assumption.",
            ),
        ),
    )


def indicator(rule: PlanRule, found: Finding, part: Part) -> Indicator:
    """Make the indicator of one of a rule's numbers."""
    title = rule.meaning
    if part.title:
        title = Text(f"{title.zh}（{part.title.zh}）", f"{title.en} ({part.title.en})")
    return Indicator(
        part.name,
        title,
        part.value,
        part.unit,
        f"方案{rule.clause}（{rule.id}）",
        part.target,
        part.sense,
        found.note,
        basis="achieved",
        rule=rule.id,
        assumptions=found.assumptions,
        evidence="synthetic" if found.status == "illustration" else None,
    )


def view_of(card: Scorecard, analysis: Analysis) -> MapView:
    """Say what the map of a scorecard shows.

    Parameters
    ----------
    card : Scorecard
        The scorecard.
    analysis : Analysis
        As `analysis_of` makes it.

    Returns
    -------
    MapView
        The counties by the number of targets they miss, and a layer a rule, coloured by state.
    """
    ranking = analysis.tables["county_ranking"]
    spread = ranking[list(RANKS)].fillna(0)
    tells = next((one for one in RANKS if spread[one].max() > spread[one].min()), None)
    opens_on = None if tells else telling(analysis.tables)
    layers = [
        MapLayer(
            "county_ranking",
            Text("县（市、区）排名", "Ranking of counties"),
            "polygon",
            "site",
            colour_by=tells,
            name="county",
            popup=("county", *RANKING_COLUMNS),
            shown=tells is not None or opens_on is None,
        )
    ]
    for name, table in analysis.tables.items():
        if not isinstance(table, gpd.GeoDataFrame) or name in ("register", "county_ranking"):
            continue
        asks = card.rules[name].meaning
        kinds = {SHAPES.get(k.removeprefix("Multi")) for k in table.geometry.dropna().geom_type}
        shape = kinds.pop() if len(kinds) == 1 else None
        if shape is None or len(table) > MOST_DRAWN:
            continue
        columns = [c for c in table if c not in ("geometry", "rule", "state", "county")]
        popup = tuple(
            c for c in ("rule", "state", "county", *columns[:POPUP_COLUMNS]) if c in table
        )
        layers.append(
            MapLayer(
                name,
                Text(f"{name} {asks.zh}", f"{name} {asks.en}"),
                shape,
                "site",
                colour_by="state" if "state" in table else None,
                name="name_zh" if "name_zh" in table else None,
                popup=popup,
                shown=name == opens_on,  # where no county differs, objects do
            )
        )
    return MapView("register", TITLE, tuple(layers))


def telling(tables: Mapping[str, pd.DataFrame]) -> str | None:
    """Name the table of objects that says most on a map of a whole city.

    Known states that differ come first, then points, since short lines are hardly seen, then rows.

    Examples
    --------
    >>> def made(*states):
    ...     return gpd.GeoDataFrame({"state": states}, geometry=[None] * len(states))
    >>> telling({"A1": made("unknown"), "A2": made("done", "open"), "A3": made("done", "done")})
    'A2'
    """
    known = {
        name: table["state"][table["state"] != "unknown"]
        for name, table in tables.items()
        if isinstance(table, gpd.GeoDataFrame) and "state" in table and len(table) <= MOST_DRAWN
    }

    def says(name: str) -> tuple[int, bool, int]:
        points = set(tables[name].geometry.dropna().geom_type) == {"Point"}
        return known[name].nunique(), points, len(known[name])

    return max(known, key=says, default=None)


def sheets_of(analysis: Analysis) -> tuple[Sheet, ...]:
    """Say what the workbook of a scorecard shows.

    Parameters
    ----------
    analysis : Analysis
        As `analysis_of` makes it.

    Returns
    -------
    tuple of Sheet
        The 90 rules, the ranking, the values by county, and for each rule what is left to do.
    """
    sheets = [
        Sheet(TITLE, "register", REGISTER_COLUMNS),
        Sheet(Text("县区排名", "Ranking"), "county_ranking", ("county", *RANKING_COLUMNS)),
        Sheet(
            Text("分县数值", "By county"),
            "county_values",
            (
                "rule_id",
                "county",
                "indicator_value",
                "indicator_unit",
                "target_value",
                "incentive_value",
                "target_share",
                "decision",
            ),
        ),
    ]
    for name, table in analysis.tables.items():
        if "state" in table and 0 < int(table["state"].isin(LEFT).sum()) <= MOST_LISTED:
            title = Text(f"{name} 清单", f"{name} list")
            sheets.append(Sheet(title, name, where=("state", LEFT)))
    return tuple(sheets)


def _blank(rule: PlanRule, found: Finding) -> Part:
    target = rule.targets[0] if rule.targets else None
    return Part(
        rule.id,
        None,
        target.unit if target else "",
        found.status,
        target.value if target else None,
        target.sense if target else None,
    )
