"""The scorecard: every rule asked, every county ranked, every objects' table kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from nngis.register.asking import _with_links, ask, named_missing
from nngis.register.data import Data
from nngis.register.finding import STATUS_TITLES, Finding
from nngis.register.rules import PlanRule
from nngis.text import Text

RANKED = {"met": "met", "on_track": "on_track", "missed": "missed", "unknown": "undecided"}


DIGITS = 6


@dataclass(frozen=True)
class Scorecard:
    """Where the city stands on every rule.

    Parameters
    ----------
    rules : mapping of str to PlanRule
        The rules, in order.
    findings : mapping of str to Finding
        One a rule.
    counties : GeoDataFrame
        The counties, for maps.
    """

    rules: Mapping[str, PlanRule]
    findings: Mapping[str, Finding]
    counties: gpd.GeoDataFrame


def score(rules: Mapping[str, PlanRule], data: Data) -> Scorecard:
    """Ask every rule.

    Parameters
    ----------
    rules : mapping of str to PlanRule
        The rules.
    data : Data
        Everything at hand.

    Returns
    -------
    Scorecard
        One finding a rule, with what other plans contribute.
    """
    findings = {id_: _with_links(rule, ask(rule, data), data) for id_, rule in rules.items()}
    return Scorecard(rules, findings, data.counties)


def as_records(card: Scorecard) -> list[dict[str, object]]:
    """Return the scorecard as json: one object a rule.

    Parameters
    ----------
    card : Scorecard
        The scorecard.

    Returns
    -------
    list of dict
        `id, clause, quote_zh, meaning, type, status, value, target, unit, missing` first, then
        sense, year, share, forecast, parts, departments, geography, note, source, evidence,
        contributions, assumptions.
    """
    return [_record(card.rules[id_], found) for id_, found in card.findings.items()]


def register_table(card: Scorecard) -> gpd.GeoDataFrame:
    """Make the table of the rules, one row each."""
    rows = []
    for record in as_records(card):
        finding, meaning = card.findings[str(record["id"])], record["meaning"]
        note = stands_on(finding)
        if not isinstance(meaning, dict):
            raise TypeError(record["id"])
        rows.append(
            {
                "rule_id": record["id"],
                "clause": record["clause"],
                "name_zh": meaning["zh"],
                "name_en": meaning["en"],
                "rule_type": record["type"],
                "decision": record["status"],
                "indicator_value": record["value"],
                "target_value": record["target"],
                "indicator_unit": record["unit"],
                "target_share": record["share"],
                "pace_per_year": record["pace"],
                "forecast_value": record["forecast"],
                "reason_zh": note.zh,
                "reason_en": note.en,
                "missing": "；".join(_words(record["missing"])),
                "missing_zh": "、".join(named_missing(one).zh for one in finding.missing),
                "missing_en": ", ".join(named_missing(one).en for one in finding.missing),
                "departments": "、".join(_words(record["departments"])),
                "source": record["source"],
                "evidence": record["evidence"],
                "quote_zh": record["quote_zh"],
            }
        )
    table = gpd.GeoDataFrame(rows, geometry=[None] * len(rows), crs=card.counties.crs)
    numbers = ["indicator_value", "target_value", "target_share", "pace_per_year", "forecast_value"]
    table = table.astype(dict.fromkeys(numbers, "float64"))
    return table.assign(**table[numbers].round(DIGITS)).set_index("rule_id")


def county_values(card: Scorecard) -> pd.DataFrame:
    """Make the long table of every rule that has values by county.

    Parameters
    ----------
    card : Scorecard
        The scorecard.

    Returns
    -------
    DataFrame
        A row a rule and county: `rule_id`, `county`, `indicator_value`, `target_value`,
        `incentive_value`, `target_share`, `decision`, `indicator_unit`.
    """
    found = []
    for id_, finding in card.findings.items():
        if finding.by_county is None:
            continue
        own = finding.by_county.rename_axis("county").reset_index()
        table = pd.DataFrame({"rule_id": id_, "county": own["county"]})
        for name, column in (
            ("indicator_value", "value"),
            ("target_value", "target"),
            ("incentive_value", "incentive"),
            ("target_share", "share"),
        ):
            table[name] = own[column].astype(float) if column in own else float("nan")
        table["decision"] = own.get("status")
        unit = finding.parts[0].unit if finding.parts else ""
        table["indicator_unit"] = finding.county_unit or unit
        found.append(table.dropna(subset=["indicator_value"]))
    columns = ["rule_id", "county", "indicator_value", "target_value", "incentive_value"]
    columns += ["target_share", "decision", "indicator_unit"]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    keys = table["rule_id"].astype(str) + "/" + table["county"].astype(str)
    table.index = pd.Index(keys, name="row_id")
    return table[columns]


def rank_counties(card: Scorecard) -> gpd.GeoDataFrame:
    """Rank the counties by how many of their targets they miss."""
    values = county_values(card)
    judged = values[values["target_value"].notna()]
    names = list(dict.fromkeys([*card.counties["name_zh"], *judged["county"]]))
    out = pd.DataFrame(index=pd.Index(names, name="county"))
    for status, name in RANKED.items():
        hits = judged["county"][judged["decision"].eq(status)].value_counts()
        out[f"{name}_count"] = hits.reindex(names, fill_value=0).astype("int64")
    late = judged[judged["decision"].eq("missed")].groupby("county")["rule_id"].agg("、".join)
    out["behind"] = late.reindex(names).fillna("")
    share = judged["target_share"].clip(upper=1.0).groupby(judged["county"]).mean()
    out["mean_share"] = share.reindex(names)
    total = out[[f"{name}_count" for name in RANKED.values()]].sum(axis=1)
    order = [out["missed_count"], -out["met_count"], -out["mean_share"].fillna(0.0)]
    keys = pd.concat(order, axis=1)
    keys.columns = pd.RangeIndex(3)
    place = keys[total > 0].apply(tuple, axis=1).rank(method="min")
    out["rank"] = place.reindex(names).astype("Int64")
    shape = card.counties.set_index("name_zh").geometry.reindex(names)
    table = gpd.GeoDataFrame(out, geometry=shape.to_numpy(), crs=card.counties.crs)
    return table.sort_values("rank", ascending=False, na_position="last", kind="stable")


def objects_tables(card: Scorecard) -> dict[str, pd.DataFrame]:
    """Return the objects of every rule that has some."""
    return {
        id_: found.objects.assign(rule=id_)
        for id_, found in card.findings.items()
        if found.objects is not None and len(found.objects)
    }


def counts(card: Scorecard) -> dict[str, int]:
    """Count the rules by status.

    Parameters
    ----------
    card : Scorecard
        The scorecard.

    Returns
    -------
    dict of str to int
        Every status, in the order of `STATUS_TITLES`; illustrations only where there are any.
    """
    found = [finding.status for finding in card.findings.values()]
    count = {str(status): found.count(status) for status in STATUS_TITLES}
    return {status: n for status, n in count.items() if n or status != "illustration"}


def stands_on(found: Finding) -> Text:
    """Return a finding's note with the assumptions on which it stands.

    Parameters
    ----------
    found : Finding
        The finding.

    Returns
    -------
    Text
        The note; what is assumed behind it.
    """
    if not found.assumptions:
        return found.note
    zh = "".join(one.zh for one in found.assumptions)
    en = " ".join(one.en for one in found.assumptions)
    return Text(f"{found.note.zh}假定：{zh}", f"{found.note.en} Assumed: {en}")


def _record(rule: PlanRule, found: Finding) -> dict[str, object]:
    worst = [part for part in found.parts if part.status == found.status] or list(found.parts)
    one = worst[0] if worst else None
    target = rule.targets[0] if rule.targets else None
    ahead = one.forecast if one else None
    return {
        "id": rule.id,
        "clause": rule.clause,
        "quote_zh": rule.quote_zh,
        "meaning": {"zh": rule.meaning.zh, "en": rule.meaning.en},
        "type": rule.type,
        "status": found.status,
        "value": one.value if one else None,
        "target": one.target if one else target.value if target else None,
        "unit": one.unit if one else target.unit if target else "",
        "missing": list(found.missing),
        "sense": one.sense if one else target.sense if target else None,
        "year": one.year if one else None,
        "share": one.share if one else None,
        "pace": ahead.pace if ahead else None,
        "forecast": ahead.value if ahead else None,
        "forecast_low": ahead.low if ahead else None,
        "forecast_high": ahead.high if ahead else None,
        "forecast_year": ahead.year if ahead else None,
        "parts": [
            {
                "name": part.name,
                "title": {"zh": part.title.zh, "en": part.title.en} if part.title else None,
                "value": part.value,
                "target": part.target,
                "unit": part.unit,
                "status": part.status,
            }
            for part in found.parts
        ],
        "geography": rule.geography,
        "uses": list(rule.uses),
        "departments": list(rule.departments),
        "note": {"zh": found.note.zh, "en": found.note.en},
        "source": found.source,
        "evidence": found.evidence,
        "contributions": [
            {"plan": plan, "indicator": name, "value": value, "unit": unit}
            for plan, name, value, unit in found.contributions
        ],
        "assumptions": [{"zh": t.zh, "en": t.en} for t in found.assumptions],
    }


def _words(given: object) -> list[str]:
    return [str(word) for word in given] if isinstance(given, list) else []
