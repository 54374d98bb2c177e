"""Charging's rules: what becomes of demands, stations, candidates, places and long routes."""

from collections.abc import Callable

import pandas as pd

from nngis.decide.rules import UNKNOWN, Rule, decide, equals, holds
from nngis.law import clause_of
from nngis.plans.charging.candidates import EXCLUDED
from nngis.plans.charging.siting_parameters import PlaceParameters
from nngis.text import Text

CLAUSE = clause_of("A26")
STATIONS = Text("现有充电站", "the stations that exist")
EQUIPPED = Text("是否已有充电设施", "whether it has chargers")

COVERED = Rule(
    "reach",
    CLAUSE,
    "covered",
    holds("covered"),
    Text("服务半径内有充电站。", "A station is within its radius."),
    {"covered": STATIONS},
)
UNCOVERED = Rule(
    "reach",
    CLAUSE,
    "gap",
    holds("covered"),
    Text("服务半径内没有充电站。", "No station is within its radius."),
)
EXISTS = Rule("exists", CLAUSE, "existing", holds("exists"), Text("已有充电站。", "It exists."))
STATION_RULES = (
    EXISTS,
    Rule(
        "wanted",
        "",
        "build",
        holds("wanted"),
        Text("由用户指定建设；{year} 年。", "Somebody said that one is built here; in {year}."),
    ),
    Rule(
        "A26",
        CLAUSE,
        "build",
        lambda f: f["mandatory"].astype("boolean") & f["equipped_known"].astype("boolean"),
        Text(
            "六类场所，须建设；{year} 年。", "A place of the six classes must get one; in {year}."
        ),
    ),
    Rule(
        "A26",
        CLAUSE,
        "build",
        holds("mandatory"),
        Text(
            "六类场所，不知道是否已有充电设施，按没有处理，建设前须核实；{year} 年。",
            "A place of the six classes; whether it has chargers is not known and must be checked "
            "before building; in {year}.",
        ),
    ),
)
CHOSEN = Rule(
    "mclp",
    CLAUSE,
    "build",
    holds("mandatory"),
    Text(
        "入选，{year} 年；没有它将少覆盖 {marginal:,.0f} 辆，次优替代为 {runner_zh}。",
        "Chosen, in {year}; without it {marginal:,.0f} vehicles fewer are covered, and "
        "{runner_en} would replace it best.",
    ),
)
CANDIDATE_RULES = (
    Rule("mclp", CLAUSE, "build", holds("chosen"), Text("入选。", "Chosen.")),
    *(
        Rule(name, CLAUSE, "excluded", equals("excluded", name), text)
        for name, text in EXCLUDED.items()
    ),
)
NOT_CHOSEN = Rule("mclp", CLAUSE, "not_chosen", holds("chosen"), Text("未入选。", "Not chosen."))


def decide_coverage(covered: pd.Series) -> pd.DataFrame:
    """Decide on every demand.

    Examples
    --------
    >>> decide_coverage(pd.Series([True, False, None], dtype="boolean"))["decision"].tolist()
    ['covered', 'gap', 'unknown']
    """
    return decide(covered.astype("boolean").to_frame("covered"), [COVERED], UNCOVERED)


def decide_places(spots: pd.DataFrame, parameters: PlaceParameters) -> pd.DataFrame:
    """Decide on every place that must have chargers."""
    within = parameters.equipped_within_m
    frame = spots[["equipped", "nearest_m", "nearest_station_id"]].copy()
    frame["equipped"] = frame["equipped"].astype("boolean")
    frame["stated"] = spots["equipped_basis"].eq("stated")
    has = {"equipped": EQUIPPED}
    rules = [
        Rule(
            "stated",
            CLAUSE,
            "existing",
            lambda f: f["equipped"] & f["stated"],
            Text("台账注明已有充电设施。", "The ledger says that it has chargers."),
            has,
        ),
        Rule(
            "near",
            CLAUSE,
            "existing",
            holds("equipped"),
            Text(
                f"{within:g} m 内有充电站 {{nearest_station_id}}。",
                f"Station {{nearest_station_id}} is within {within:g} m.",
            ),
            has,
        ),
        Rule(
            "stated",
            CLAUSE,
            "missing",
            lambda f: ~f["equipped"] & f["stated"],
            Text("台账注明没有充电设施。", "The ledger says it has no chargers."),
            has,
        ),
    ]
    otherwise = Rule(
        "near",
        CLAUSE,
        "missing",
        holds("equipped"),
        Text(
            f"最近的充电站在 {{nearest_m:.0f}} m 处，超过 {within:g} m。",
            f"The nearest station is {{nearest_m:.0f}} m away, more than {within:g} m.",
        ),
    )
    return decide(frame, rules, otherwise)


def decide_routes(routes: pd.DataFrame, limit_km: float) -> pd.DataFrame:
    """Decide whether the gaps of each long route keep the limit."""
    gap = "{largest_gap_km:.1f} km"
    where = "{gap_from_km:.1f}–{gap_to_km:.1f} km"
    zh = f"最大间距 {gap}（{where}）超过 {limit_km:g} km，"
    en = f"The largest gap of {gap} ({where}) exceeds {limit_km:g} km; "

    def over(frame: pd.DataFrame) -> pd.Series:
        return frame["over_limit"].astype("boolean")

    def late(when: Callable[[pd.DataFrame], pd.Series], more: Text) -> Rule:
        return Rule("spacing", CLAUSE, "missed", when, Text(f"{zh}{more.zh}", f"{en}{more.en}"))

    rules = [
        Rule(
            "spacing",
            CLAUSE,
            UNKNOWN,
            lambda f: f["over_limit"].isna(),
            Text(
                "没有道路连通起讫点，间距未知。", "No road joins the ends, so the gaps are unknown."
            ),
        ),
        late(
            lambda f: over(f) & f["new_sites_count"].eq(0),
            Text(
                "由其他线路的 {shared_count} 处新增站点补足。",
                "new sites of other routes fill it: {shared_count} shared.",
            ),
        ),
        late(
            lambda f: over(f) & f["shared_count"].gt(0),
            Text(
                "需新增 {new_sites_count} 处，另与其他线路共用 {shared_count} 处。",
                "new sites needed: {new_sites_count}, and shared ones: {shared_count}.",
            ),
        ),
        late(over, Text("需新增 {new_sites_count} 处。", "new sites needed: {new_sites_count}.")),
    ]
    keeps = Rule(
        "spacing",
        CLAUSE,
        "met",
        over,
        Text(
            f"最大间距 {gap}（{where}），不超过 {limit_km:g} km。",
            f"The largest gap is {gap} ({where}), within {limit_km:g} km.",
        ),
    )
    return decide(routes, rules, keeps)
