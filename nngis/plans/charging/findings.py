"""What charging adds up to against the targets, what was assumed, what a reader must know."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.law import citing
from nngis.network.graph import Graph
from nngis.parameters import source_of
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.siting_parameters import GB_73, SIX
from nngis.plans.charging.study import Study
from nngis.text import Text

A26, A47 = citing("A26"), citing("A47")
NO_FLEET = Text("新能源汽车保有量未知。", "The fleet of new-energy vehicles is not known.")
NO_STATIONS = Text(
    "没有现有充电站图层；请用 --layer charging_stations=文件 给出。",
    "There is no layer of stations; name one with --layer charging_stations=FILE.",
)
AIMS = {
    "vehicles": Text(
        "选址目标 siting_aim=vehicles：各县（市、区）的站数按其车辆数分配，再在其内求覆盖最大；"
        "改为 coverage 则只求覆盖（均等），偏远乡镇得站更多。",
        "Siting aim: stations are shared out among the counties by their vehicles, and cover most "
        "within each; siting_aim=coverage looks at coverage alone (equity), and gives far towns "
        "more stations.",
    ),
    "coverage": Text(
        "选址目标为覆盖最大（均等）：站数不按各县（市、区）车辆数分配。",
        "Siting aim: most coverage (equity); stations are not shared out by vehicles.",
    ),
}
NO_PILES = Text(
    "现有充电桩数不全，无法计算。", "The piles that exist are not all known, so it is not computed."
)
PER_PILE = source_of(ChargingParameters, "vehicles_per_pile")
STATIONS = ("charging_stations",)
STATUS = {
    "optimal": Text("已证明最优", "proved optimal"),
    "within_gap": Text("已达到要求的差距", "proved to within the gap asked for"),
    "time_limit": Text("时间用完", "the time was up"),
    "gap": Text("未证明最优", "not proved optimal"),
}


def indicators(
    study: Study, tables: Mapping[str, pd.DataFrame], parameters: ChargingParameters
) -> tuple[Indicator, ...]:
    """Say what charging adds up to."""
    return (
        *of_choice(study, tables["demand"], parameters),
        *_places(tables["by_class"]),
        *_ratios(study, tables, parameters),
    )


def of_choice(
    study: Study, demand: pd.DataFrame, parameters: ChargingParameters
) -> tuple[Indicator, ...]:
    """Say what hangs on the choice alone: who is covered, by how many, how near to the best.

    Parameters
    ----------
    study : Study
        What was found.
    demand : DataFrame
        The table of that name.
    parameters : ChargingParameters
        The plan's parameters.

    Returns
    -------
    tuple of Indicator
        Vehicles, coverage now and after, people, stations to build, gap proved.
    """
    weight = demand["weight"].fillna(0.0)
    whole = float(weight.sum())
    after = float(weight[demand["decision"].eq("covered")].sum()) / whole
    now = float(weight[demand["decision_before"].eq("covered")].sum()) / whole
    people = demand["population"].fillna(0.0)
    covered = float(people[demand["decision"].eq("covered")].sum())
    of_people = covered / float(people.sum()) if people.sum() else None
    known = study.stations_known
    choice = study.choice
    most = f"{choice.bound / whole:.2%}"
    radius = Text(
        f"建成区内 {parameters.service_radius_m:g} m，建成区外 {parameters.outer_radius_m:g} m。",
        f"{parameters.service_radius_m:g} m in the built-up area, {parameters.outer_radius_m:g} m "
        "outside.",
    )
    return (
        Indicator("nev_count", Text("新能源汽车保有量", "New-energy vehicles"),
                  _known(study.nev_count, 1), "辆", citing("A32"), basis="planned"),
        Indicator("covered_before_share",
                  Text("现状覆盖率（按车辆）", "Share of vehicles covered now"),
                  round(now, 6) if known else None, "", A26, note=radius if known else NO_STATIONS,
                  basis="achieved", rule="A26", rests_on=STATIONS),
        Indicator("covered_share", Text("规划后覆盖率（按车辆）",
                  "Share of vehicles covered after"), round(after, 6), "",
                  A26, note=Text(f"按在该处充电的车辆加权；{radius.zh}",
                                 f"Weighted by the vehicles that charge there; {radius.en}"),
                  basis="planned", rule="A26"),
        Indicator("covered_people_share", Text("规划后覆盖率（按居民）",
                  "Share of residents covered after"),
                  None if of_people is None else round(of_people, 6), "", A26,
                  note=Text(
                      f"{covered:,.0f} 人在半径内，{float(people.sum()) - covered:,.0f} 人不在。",
                      f"{covered:,.0f} people are within the radius, "
                      f"{float(people.sum()) - covered:,.0f} are not."),
                  basis="planned", rule="A26"),
        Indicator("built_count", Text("新建充电站", "Stations to build"), float(len(study.years)),
                  "座", A26, basis="planned", rule="A26"),
        Indicator("siting_gap_share", Text("选址最优差距（已证明）", "Siting gap, proved"),
                  round(choice.gap, 8), "", "", basis="planned", note=Text(
                      f"任何方案覆盖不超过 {most}；{STATUS[choice.status].zh}。",
                      f"No choice covers more than {most}; {STATUS[choice.status].en}.")),
    )  # fmt: skip


def _known(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(value, digits)


def _places(by_class: pd.DataFrame) -> list[Indicator]:
    """Share equipped, of the six classes together and of car parks."""
    found = []
    six = by_class.reindex(list(SIX)).sum()
    for name, title, row, source, rule in (
        (
            "six_classes_equipped_share",
            Text("六类场所已配建比例", "Six classes, equipped"),
            six,
            A26,
            "A26",
        ),
        (
            "car_parks_equipped_share",
            Text("停车场已配建比例", "Car parks, equipped"),
            by_class.loc["car_park"] if "car_park" in by_class.index else None,
            A47,
            "A47",
        ),
    ):
        if row is None or not row["places_count"]:
            note = Text("没有这类场所的图层。", "There is no layer of such places.")
            found.append(
                Indicator(name, title, None, "", source, note=note, basis="achieved", rule=rule)
            )
            continue
        open_ = row["places_unknown_count"] > 0
        note = Text(
            f"{row['places_count']:.0f} 处中已有 {row['equipped_count']:.0f}，没有 "
            f"{row['missing_count']:.0f}，不知道 {row['places_unknown_count']:.0f}。",
            f"Of {row['places_count']:.0f}, {row['equipped_count']:.0f} have them, "
            f"{row['missing_count']:.0f} lack them, of {row['places_unknown_count']:.0f} it is "
            "not known.",
        )
        value = None if open_ else round(float(row["equipped_count"] / row["places_count"]), 6)
        leans = ("places", "car_parks", "charging_stations")
        found.append(
            Indicator(
                name,
                title,
                value,
                "",
                source,
                note=note,
                basis="achieved",
                rule=rule,
                rests_on=leans,
            )
        )
    return found


def _ratios(
    study: Study, tables: Mapping[str, pd.DataFrame], parameters: ChargingParameters
) -> list[Indicator]:
    """Stations and piles against vehicles: those that exist against the ratios, and after."""
    stations, sizing = tables["stations"], tables["sizing"]
    own = pd.to_numeric(stations["piles_count"], errors="coerce")
    old = stations["decision"].eq("existing")
    new = sizing[["fast_piles_count", "slow_piles_count"]].sum().sum() if len(sizing) else 0
    piles = float(own[old].sum()) + float(new)
    known = study.stations_known
    incomplete = bool(own[old].isna().any()) or not known
    note = NO_STATIONS if not known else (NO_PILES if incomplete else None)
    mine = stations["county"].notna()
    known_fleet = not np.isnan(study.nev_count)
    return [
        *_existing(int((old & mine).sum()), float(own[old].sum()), study, parameters, note),
        Indicator(
            "stations_count",
            Text("规划末期充电站", "Stations at the end"),
            float(mine.sum()) if known else None,
            "座",
            GB_73,
            note=None if known else NO_STATIONS,
            basis="planned",
        ),
        Indicator(
            "vehicle_per_pile",
            Text("规划末期车桩比", "Vehicles for a public pile at the end"),
            _known(study.nev_count / piles, 3) if piles and not incomplete else None,
            "辆/个",
            PER_PILE,
            note=note or (NO_FLEET if np.isnan(study.nev_count) else None),
            basis="planned",
        ),
        _any_pile(study, piles, parameters, incomplete=incomplete),
        Indicator(
            "cost_10k_cny",
            Text("投资（按规模）", "Cost, by size"),
            _known(float(stations.loc[~old, "cost_10k_cny"].sum(skipna=known_fleet)), 3),
            "万元",
            "",
            basis="planned",
        ),
    ]


def _existing(
    count: int, piles: float, study: Study, parameters: ChargingParameters, note: Text | None
) -> list[Indicator]:
    """Hold what exists against the ratios: the vehicles and the list are of their own years."""
    vehicles = parameters.nev_stock_count
    year = NO_FLEET
    if vehicles is not None:
        year = Text(
            f"{parameters.nev_stock_year} 年保有量 {vehicles:,.0f} 辆与台账所列的站、桩之比。",
            f"The {vehicles:,.0f} vehicles of {parameters.nev_stock_year} and the stations and "
            "piles that the list holds.",
        )
    return [
        Indicator(
            "stations_existing_count",
            Text("现有充电站", "Stations that exist"),
            float(count) if study.stations_known else None,
            "座",
            GB_73,
            None if vehicles is None else round(vehicles / parameters.vehicles_per_station, 3),
            "at_least",
            year if study.stations_known else NO_STATIONS,
            basis="achieved",
            rests_on=STATIONS,
        ),
        Indicator(
            "vehicle_per_pile_existing",
            Text("现状车桩比", "Vehicles for a public pile today"),
            round(vehicles / piles, 3) if vehicles and piles and note is None else None,
            "辆/个",
            PER_PILE,
            parameters.vehicles_per_pile,
            "at_most",
            note or year,
            basis="achieved",
            rests_on=STATIONS,
        ),
    ]


_ANY_PILE = (
    "vehicle_per_any_pile",
    Text("规划末期车桩比（含私人桩）", "Vehicles for any pile at the end"),
)


def _any_pile(
    study: Study, public_piles: float, parameters: ChargingParameters, *, incomplete: bool
) -> Indicator:
    """Vehicles for a pile of any kind, private ones in it, beside the published ratio."""
    if np.isnan(study.nev_count):
        return Indicator(*_ANY_PILE, None, "辆/个", "", note=NO_FLEET, basis="planned")
    home = study.nev_count * parameters.home_pile_share
    piles = public_piles + home
    value = round(study.nev_count / piles, 3) if piles else None
    zh = f"含私人桩约 {home:,.0f} 个（{parameters.home_pile_share:.0%} 的车辆）。"
    en = f"With some {home:,.0f} private piles ({parameters.home_pile_share:.0%} of the vehicles)."
    stock = parameters.piles_stock_count
    if stock and value and parameters.nev_stock_count:
        real = parameters.nev_stock_count / stock
        zh += (
            f"{parameters.nev_stock_year} 年公布 {parameters.nev_stock_count:,.0f} 辆、"
            f"{stock:,.0f} 桩，即 {real:.1f}；拟建的为 {value:.1f}，是其 {value / real:.2f} 倍。"
        )
        en += (
            f" Published for {parameters.nev_stock_year}: {parameters.nev_stock_count:,.0f} "
            f"vehicles, {stock:,.0f} piles: {real:.1f}; ours {value:.1f}, {value / real:.2f}x."
        )
    if incomplete:
        # What exists is not known, so the ratio is not either; the sizes can still be compared.
        value = None
        zh += "现有公共桩未知，只计拟建的。"
        en += " Public piles that exist are not known; those to be built alone are counted."
    return Indicator(
        *_ANY_PILE,
        value,
        "辆/个",
        "",
        note=Text(zh, en),
        basis="planned",
    )


def assumptions(
    study: Study, graph: Graph | None, parameters: ChargingParameters
) -> tuple[Text, ...]:
    """Say what was taken as true without data."""
    given = study.points["demand_kind"].eq("given").any()
    said = [
        Text(
            f"需求点的权重是在该处充电的车辆数：{1 - parameters.trip_share:.0%} 按居住地"
            f"（{'台账' if given else '人口'}），{parameters.trip_share:.0%} 按出行目的地。",
            f"The weight of a demand is the vehicles that charge there: "
            f"{1 - parameters.trip_share:.0%} by where people live, {parameters.trip_share:.0%} by "
            "where they go.",
        ),
        Text(
            "站点规模只按其覆盖的车辆计；半径之外的车辆也会来充电，实际到达会更多。",
            "A station is sized for the vehicles that it covers; those beyond the radius come too, "
            "so more will arrive.",
        ),
    ]
    said.append(AIMS["vehicles" if study.question.shares is not None else "coverage"])
    if graph is None:
        said.append(
            Text(
                "没有道路图层，覆盖按直线距离计，偏大。",
                "There are no roads; coverage is by straight lines, which is too much.",
            )
        )
    return tuple(said)
