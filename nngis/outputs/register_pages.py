"""The register's files: tables, maps, and its part of the index page."""

from collections.abc import Sequence
from pathlib import Path

from nngis.cartography.choropleth import CountyMap, draw_choropleth, draw_county_maps
from nngis.cartography.index_page import PageLink, Scoreboard, ScoreRow
from nngis.files import write_json
from nngis.inputs.store import LayerStore
from nngis.outputs.pages import write_map
from nngis.outputs.save import WORKBOOK, save_data
from nngis.outputs.workbook import write_workbook
from nngis.register.finding import status_title
from nngis.register.scorecard import Scorecard, as_records, counts, county_values, stands_on
from nngis.register.scored import FOLDER, SNAPSHOT, Scored
from nngis.register.view import TITLE
from nngis.result.imprint import imprint
from nngis.text import Lang, Text


def write_register(folder: Path, scored: Scored, store: LayerStore, lang: Lang) -> list[str]:
    """Write the register's files."""
    files = write_scores(folder, scored, lang)
    files += write_map(folder, scored.result, store, lang)
    return files + write_workbook(folder / WORKBOOK, scored.result, lang)


def write_scores(folder: Path, scored: Scored, lang: Lang) -> list[str]:
    """Write the register's files but its map and its workbook."""
    files = [*save_data(scored.result, folder, lang), SNAPSHOT]
    about = imprint([scored.result], lang)
    own = {"about": about, "evidence": scored.result.evidence}
    write_json(folder / SNAPSHOT, {**own, **scored.snapshot()})
    maps = county_maps(scored.card)
    if maps:
        (folder / "maps").mkdir()
        for one in maps:
            path = folder / "maps" / f"{one.id}.svg"
            text = draw_choropleth(scored.card.counties, one, lang, about)
            path.write_text(text, encoding="utf-8", newline="\n")
            files.append(f"maps/{one.id}.svg")
        title = Text("分县指标图", "Indicators by county")
        page = draw_county_maps(
            scored.card.counties,
            maps,
            title=title,
            evidence=scored.result.evidence,
            lang=lang,
            about=about,
        )
        (folder / "county_maps.html").write_text(page, encoding="utf-8", newline="\n")
        files.append("county_maps.html")
    return files


def county_maps(card: Scorecard) -> list[CountyMap]:
    """List the maps of a scorecard: one an indicator that has values by county."""
    values = county_values(card)
    found = []
    for id_, rows in values.groupby("rule_id", sort=True):
        rule = card.rules[id_]
        target = rule.targets[0] if rule.targets else None
        unit = str(rows["indicator_unit"].iloc[0])
        rate = target is not None and not target.extensive and unit == target.unit
        edge = target.value if target is not None and rate else None
        by = rows.set_index("county")["indicator_value"]
        found.append(CountyMap(str(id_), rule.meaning, unit, by, edge))
    return found


def scoreboard(scored: Scored, files: Sequence[str]) -> Scoreboard:
    """Make the scorecard's part of the index page."""
    rows = []
    for one in as_records(scored.card):
        finding, rule = scored.card.findings[str(one["id"])], scored.card.rules[str(one["id"])]
        rows.append(
            ScoreRow(
                rule.id,
                rule.clause,
                rule.meaning,
                finding.status,
                _number(one["value"]),
                _number(one["target"]),
                str(one["unit"]),
                None if one["sense"] is None else str(one["sense"]),
                stands_on(finding),
                finding.source,
                finding.evidence,
            )
        )
    ranking = scored.result.analysis.tables["county_ranking"]
    ranked = ranking[ranking["rank"].notna()]
    titles = {
        "tables.xlsx": TITLE,
        "county_maps.html": Text("分县指标图", "Indicators by county"),
        "map.html": Text("地图", "Map"),
        "layers.gpkg": Text("图层（GeoPackage）", "Layers (GeoPackage)"),
        SNAPSHOT: Text("完成情况（JSON）", "Scorecard (JSON)"),
    }
    return Scoreboard(
        tuple((s, n, status_title(s)) for s, n in counts(scored.card).items()),
        tuple(rows),
        tuple(
            (str(county), int(row.rank), int(row.met_count), int(row.missed_count), row.behind)
            for county, row in zip(ranked.index, ranked.itertuples(), strict=True)
        ),
        tuple(
            PageLink(text, f"{FOLDER}/{name}")
            for name, text in titles.items()
            if f"{FOLDER}/{name}" in files
        ),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
