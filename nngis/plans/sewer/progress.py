"""Progress: kilometres and treatment done, under way and planned, by county and year, and ahead."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.decide.trends import linear_forecast
from nngis.law import citing
from nngis.plans.sewer.ledger import Counted
from nngis.plans.sewer.ledger_parameters import LedgerParameters
from nngis.text import Text

M3_PER_10K_T = 10_000.0  # a cubic metre of sewage is a tonne, as the plan counts
AMOUNTS = (
    *("done_km", "new_km", "renovation_km", "misconnection_km", "under_way_km", "planned_km"),
    *("undecided_km", "done_m3_d", "under_way_m3_d", "planned_m3_d"),
)
TARGET_COLUMNS = (
    *("indicator_value", "indicator_unit", "target_value", "target_share", "target_status"),
    *("under_way_value", "planned_value", "last_year", "pace_per_year", "needed_per_year"),
    *("forecast_value", "forecast_low_value", "forecast_high_value", "forecast_status"),
)
FIGURES = tuple(  # of a target, what a ledger must tell
    name
    for name in TARGET_COLUMNS
    if name not in ("indicator_unit", "target_value", "target_status", "forecast_status")
)
SEWERS = ("sewer_km", Text("新增和改造污水管网", "Sewers built or renovated"), "km", "A74")
CAPACITY = (
    *("capacity_10k_t_d", Text("新增污水处理能力", "Treatment capacity added")),
    *("10⁴ t/d", "A75"),
)


def amounts(counted: Counted) -> pd.DataFrame:
    """Spread every project's kilometres and treatment over what they count as."""
    parts, projects = counted.parts, counted.projects
    of = projects.loc[parts["project_id"]].reset_index()
    first = ~parts["project_id"].duplicated().to_numpy()
    km = parts["counted_km"].fillna(0.0).to_numpy()
    # Treatment stands in one place: the county that comes first among the project's.
    treated = np.where(first, of["added_m3_d"].fillna(0.0), 0.0)
    out = pd.DataFrame(
        {"project_id": parts["project_id"], "county": parts["county"], "year": of["plan_year"]}
    )
    stage, kind = of["stage"].to_numpy(object), of["project_kind"].to_numpy(object)
    for name in ("done", "under_way", "planned"):
        out[f"{name}_km"] = np.where(stage == name, km, 0.0)
        out[f"{name}_m3_d"] = np.where(stage == name, treated, 0.0)
    out["undecided_km"] = np.where(stage == "unknown", km, 0.0)
    for name in ("new", "renovation", "misconnection"):
        out[f"{name}_km"] = np.where((stage == "done") & (kind == name), km, 0.0)
    return out[["project_id", "county", "year", *AMOUNTS]]


def progress_tables(
    counted: Counted,
    counties: gpd.GeoDataFrame | None,
    parameters: LedgerParameters,
) -> dict[str, pd.DataFrame]:
    """Add up a ledger by county and year, and by target."""
    rows = amounts(counted)
    names = [] if counties is None else list(counties["name_zh"])
    names += sorted(set(rows["county"]) - set(names))
    by_county = rows.groupby("county")[list(AMOUNTS)].sum().reindex(names, fill_value=0.0)
    count = rows.groupby("county")["project_id"].nunique()
    by_county.insert(0, "projects_count", count.reindex(names, fill_value=0))
    double = counted.parts.groupby("county")["double_km"].sum()
    by_county["double_km"] = double.reindex(names, fill_value=0.0)
    by_county = by_county.reset_index()
    by_county.index = pd.Index([f"C{at:03d}" for at in range(1, len(names) + 1)], name="group_id")
    by_year = _by_year(rows, names, parameters)
    if counted.projects.empty:  # no project is known, which is not that none was built
        sums = [*AMOUNTS, "double_km"]
        by_county[sums] = np.nan
        by_year[[name for name in (*sums, "done_total_km") if name in by_year]] = np.nan
    found = targets(rows, parameters)
    for name, known in _said(counted).items():
        if not known:
            found.loc[name, list(FIGURES)] = np.nan
            found.loc[name, ["target_status", "forecast_status"]] = "unknown"
    return {"progress": by_year, "by_county": by_county, "targets": found}


def _said(counted: Counted) -> dict[str, bool]:
    """Say of which targets the ledger says anything."""
    projects = counted.projects
    return {
        SEWERS[0]: bool(projects["counted_km"].notna().any()),
        CAPACITY[0]: bool(projects["added_m3_d"].notna().any()),
    }


def _by_year(
    rows: pd.DataFrame, names: Sequence[str], parameters: LedgerParameters
) -> pd.DataFrame:
    """List counties by year from the first after the base year, and what has no year."""
    years = rows["year"].dropna().astype(int)
    last = max(parameters.target_year, int(years.max()) if len(years) else 0)
    first = min(parameters.base_year + 1, int(years.min()) if len(years) else last)
    every = pd.MultiIndex.from_product([names, range(first, last + 1)], names=["county", "year"])
    known = rows[rows["year"].notna()].astype({"year": int})
    table = known.groupby(["county", "year"])[list(AMOUNTS)].sum().reindex(every, fill_value=0.0)
    # What is done adds up over the years of the plan; earlier projects are none of its.
    mine = table.index.get_level_values("year") > parameters.base_year
    done = table["done_km"].where(mine, 0.0)
    table.insert(1, "done_total_km", done.groupby(level="county").cumsum())
    table = table.reset_index()
    bare = rows[rows["year"].isna()].groupby("county", as_index=False)[list(AMOUNTS)].sum()
    table = pd.concat([table, bare], ignore_index=True) if len(bare) else table
    table["year"] = table["year"].astype("Int64")
    rank = {name: at for at, name in enumerate(names)}
    table["rank"] = table["county"].map(rank)
    table = table.sort_values(["rank", "year"], kind="stable", ignore_index=True)
    word = table["year"].astype("string").fillna("no-year")
    ids = [f"C{at + 1:03d}-{year}" for at, year in zip(table["rank"], word, strict=True)]
    table.index = pd.Index(ids, name="progress_id", dtype=object)
    return table.drop(columns="rank")


def targets(rows: pd.DataFrame, parameters: LedgerParameters) -> pd.DataFrame:
    """Hold what is done against the targets, and say where the pace leads."""
    found = [
        _target(rows, parameters, SEWERS, "km", 1.0, parameters.sewer_target_km),
        _target(
            rows, parameters, CAPACITY, "m3_d", M3_PER_10K_T, parameters.capacity_target_10k_t_d
        ),
    ]
    index = pd.Index([SEWERS[0], CAPACITY[0]], name="target_id", dtype=object)
    return pd.DataFrame(found, index=index)[list(TARGET_COLUMNS)]


def _target(
    rows: pd.DataFrame,
    parameters: LedgerParameters,
    what: tuple[str, Text, str, str],
    column: str,
    per: float,
    wanted: float | None,
) -> dict[str, object]:
    year = rows["year"].astype("Float64")
    due = ~((year <= parameters.base_year) | (year > parameters.target_year)).fillna(value=False)
    sums = rows.loc[due.to_numpy(bool), [f"{s}_{column}" for s in ("done", "under_way", "planned")]]
    value, under_way, planned = (float(v) for v in sums.sum() / per)
    dated = rows[due.to_numpy(bool) & rows["year"].notna().to_numpy(bool)]
    yearly = dated.groupby(dated["year"].astype(int))[f"done_{column}"].sum() / per
    yearly = yearly[yearly > 0]
    last = int(yearly.index[-1]) if len(yearly) else None
    total = pd.Series(dtype=float)
    if last is not None:
        # A year in which nothing was done is a year of the pace; so is the start from nothing.
        span = range(parameters.base_year, last + 1)
        total = yearly.reindex(span, fill_value=0.0).cumsum()
    target = np.nan if wanted is None else wanted
    ahead = linear_forecast(total.index.to_numpy(), total.to_numpy(), parameters.target_year)
    met = value >= target
    left = None if last is None else parameters.target_year - last
    plain = "unknown" if wanted is None else "met" if met else "missed"
    status = plain
    if left and plain == "missed" and ahead is not None and round(ahead.value, 9) >= target:
        status = "on_track"  # a line that ends on the target reaches it
    return {
        "indicator_value": value,
        "indicator_unit": what[2],
        "target_value": target,
        "target_share": value / target if target else np.nan,
        "target_status": plain,
        "under_way_value": under_way,
        "planned_value": planned,
        "last_year": last,
        "pace_per_year": np.nan if ahead is None else ahead.pace,
        "needed_per_year": np.nan
        if not left or wanted is None
        else max(target - value, 0.0) / left,
        "forecast_value": np.nan if ahead is None else ahead.value,
        "forecast_low_value": np.nan if ahead is None or ahead.low is None else ahead.low,
        "forecast_high_value": np.nan if ahead is None or ahead.high is None else ahead.high,
        "forecast_status": status,
    }


def target_indicators(table: pd.DataFrame, counted: Counted) -> tuple[Indicator, ...]:
    """Say where the targets stand."""
    said = _said(counted)
    found = []
    for name, title, unit, rule in (SEWERS, CAPACITY):
        known = said[name]
        row = table.loc[name]
        found.append(
            Indicator(
                name,
                title,
                round(float(row["indicator_value"]), 6) if known else None,
                unit,
                citing(rule),
                target=None if pd.isna(row["target_value"]) else float(row["target_value"]),
                sense="at_least",
                note=_ahead(row) if known else _silent(rule),
                basis="achieved",
                rule=rule,
                rests_on=("sewer_projects", "plant_projects"),
                is_least=known and _unsure(counted, name),
            )
        )
    return tuple(found)


def _unsure(counted: Counted, name: str) -> bool:
    """Say whether some project of a target does not say how far it is, or how much."""
    projects = counted.projects
    known = projects["counted_km" if name == SEWERS[0] else "added_m3_d"].notna()
    unsure = known & projects["stage"].eq("unknown")
    if name == SEWERS[0]:  # a sewer of no length is one of unknown length; treatment has none
        silent = ~known & projects["added_m3_d"].isna()
        unsure |= silent & projects["stage"].isin(("done", "unknown"))
    return bool(unsure.any())


def _silent(rule: str) -> Text:
    column = {"A74": ("长度", "lengths"), "A75": ("新增处理能力", "capacity")}[rule]
    return Text(f"台账没有{column[0]}。", f"The ledger gives no {column[1]}.")


def _ahead(row: pd.Series) -> Text:
    """Say what is under way, and where the pace leads where the target's year is still ahead."""
    unit = row["indicator_unit"]
    under_way, planned = row["under_way_value"], row["planned_value"]
    zh = f"另有在建 {under_way:.4g}、计划 {planned:.4g} {unit}。"
    en = f"Under way {under_way:.4g}, planned {planned:.4g} {unit} besides."
    needed, ahead = row["needed_per_year"], row["forecast_value"]
    if not np.isnan(needed):
        low, high = row["forecast_low_value"], row["forecast_high_value"]
        bounds = "" if np.isnan(low) else f"（80% 区间 {low:.4g} 至 {high:.4g}）"
        bounds_en = "" if np.isnan(low) else f" (80 % range {low:.4g} to {high:.4g})"
        last, pace = row["last_year"], row["pace_per_year"]
        zh += (
            f"截至 {last:g} 年，每年 {pace:+.4g}，按此到期为 {ahead:.4g}{bounds}；"
            f"达到目标每年需 {needed:.4g}。"
        )
        en += (
            f" Up to {last:g} the pace is {pace:+.4g} a year, which leads to "
            f"{ahead:.4g}{bounds_en}; the target needs {needed:.4g} a year."
        )
    return Text(zh, en)
