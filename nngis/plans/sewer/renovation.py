"""Renovation: the sewers to mend, by what is known of them and by the plant they lead to."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from nngis.decide.rules import Rule, decide
from nngis.law import clause_of
from nngis.plans.sewer.ledger_parameters import CLAUSE_3_10
from nngis.plans.sewer.parameters import SewerParameters
from nngis.text import Text
from nngis.units import M_PER_KM

KNOWN = ("sewer_kind", "diameter_mm", "material", "built_year", "defect_grade")
RENOVATION_COLUMNS = (
    *("county", "wwtp_id", *KNOWN, "age_years", "misconnected", "damaged", "mended"),
    *("length_km", "decision", "rule", "rules_hit", "reason_zh", "reason_en", "evidence"),
)


def judge_sewers(
    sewers: gpd.GeoDataFrame,
    belongs: pd.Series,
    catchments: pd.DataFrame,
    county: pd.Series,
    parameters: SewerParameters,
) -> gpd.GeoDataFrame:
    """Decide which sewers are to be renovated."""
    nothing = pd.Series(None, index=sewers.index, dtype=object)
    table = pd.DataFrame({name: sewers.get(name, nothing) for name in KNOWN}, index=sewers.index)
    for name in ("misconnected", "damaged", "mended"):
        table[name] = sewers.get(name, nothing).astype("boolean")
    year = pd.to_numeric(table["built_year"]).astype("Float64")
    table["age_years"] = (parameters.target_year - year).astype("Int64")
    abnormal = catchments["abnormal"].fillna(value=False).astype(bool)
    table["wwtp_id"], table["county"] = belongs.astype(object), county.astype(object)
    name = belongs.map(catchments["name_zh"].to_dict()).astype(object)
    table["plant_name"] = name.where(name.notna(), belongs)
    table["thin"] = belongs.isin(catchments.index[abnormal])
    table["length_km"] = sewers.length / M_PER_KM
    found = decide(table, renovation_rules(parameters), KEEP)
    table["evidence"] = sewers["evidence"]
    columns = [name for name in RENOVATION_COLUMNS if name not in found]
    out = gpd.GeoDataFrame(table[columns].join(found), geometry=sewers.geometry, crs=sewers.crs)
    return out[[*RENOVATION_COLUMNS, "geometry"]]


def renovation_rules(parameters: SewerParameters) -> Sequence[Rule]:
    """Give the rules in order of precedence."""
    words = "|".join(parameters.renovate_materials)

    return (
        Rule(
            "A81", CLAUSE_3_10, "existing", lambda f: _sure(f["mended"]),
            Text("已修复。", "Mended."),
        ),
        Rule(
            "A81", CLAUSE_3_10, "renovate", lambda f: _sure(f["misconnected"]),
            Text("混错接。", "Misconnected."),
        ),
        Rule(
            "A81", CLAUSE_3_10, "renovate", lambda f: _sure(f["damaged"]),
            Text("破损。", "Damaged."),
        ),
        Rule(
            "A81", CLAUSE_3_10, "renovate",
            lambda f: _sure(pd.to_numeric(f["defect_grade"]) >= parameters.renovate_from_grade),
            Text("缺陷等级 {defect_grade}。", "Defect grade {defect_grade}."),
        ),
        Rule(
            "A16", clause_of("A16"), "renovate", lambda f: _sure(f["thin"]),
            Text(
                "所属的{plant_name}进水浓度异常，片区系统化整治。",
                "It leads to {plant_name}, whose influent is abnormal.",
            ),
        ),
        Rule(
            "A81", CLAUSE_3_10, "renovate",
            lambda f: _sure(f["age_years"] >= parameters.renovate_after_years),
            Text("管龄 {age_years} 年。", "{age_years} years old."),
        ),
        Rule(
            "A81", CLAUSE_3_10, "renovate",
            lambda f: _sure(f["material"].astype("string").str.contains(words, regex=True)),
            Text("管材{material}。", "Made of {material}."),
        ),
    )  # fmt: skip


def _sure(answer: pd.Series) -> pd.Series:
    return answer.astype("boolean").fillna(value=False)


KEEP = Rule(
    "",
    "",
    "existing",
    lambda f: pd.Series(data=True, index=f.index),
    Text("没有应改造的记录。", "Nothing on record calls for renovation."),
)


def renovation_km(judged: pd.DataFrame) -> pd.Series:
    """Add up the kilometres to renovate by rule."""
    todo = judged[judged["decision"].eq("renovate")]
    named = todo["rules_hit"].astype("string").str.split(";")
    km = {
        rule: float(todo["length_km"].where(named.map(lambda hit, r=rule: r in hit), 0.0).sum())
        for rule in ("A16", "A81")
    }
    return pd.Series(km, dtype=float)
