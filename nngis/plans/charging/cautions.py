"""What a reader must know before using the siting: what is missing, guessed, or left over."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from nngis.fields import get
from nngis.plans.charging.study import Study
from nngis.text import Text, Warned, counted

MEASURED_PILES = 10.6  # 18,061 public piles at 1,706 stations, Shenzhen 2022 (ST-EVCDP)


def warnings(
    study: Study,
    tables: Mapping[str, pd.DataFrame],
    frames: Mapping[str, gpd.GeoDataFrame],
) -> tuple[Text, ...]:
    """Say what a reader must know before using the siting."""
    return (
        *_of_stations(study),
        *_of_candidates(study, frames["counties"]),
        *_of_demand(study),
        *_of_routes(tables["corridors"]),
        *_of_sizes(tables["sizing"]),
        *_of_gaps(tables["gaps"]),
    )


def _of_stations(study: Study) -> list[Text]:
    """Say whether stations are known, and count what was wrong with their list."""
    if not study.stations_known:
        return [
            Text(
                "没有现有充电站数据：现状覆盖率未知，六类场所是否已配建未知，选址按没有现有站计算。"
                "接入现有站台账后必须重算。",
                "No stations are known: coverage now, and whether the six classes have chargers, "
                "is not known, and the siting starts from none. Run again with the ledger of "
                "stations.",
            )
        ]
    titles = get("station_problem")
    said: list[Text] = [
        Warned(
            f"充电站台账：{titles.value_title(kind, 'zh')} {count} 处，处理见“充电站问题”表。",
            f"List of stations: {titles.value_title(kind, 'en')}, {counted(count, 'time')}; what "
            "was done stands in the sheet of problems.",
            table="station_problems",
            ids=study.problems.index[study.problems["station_problem"].eq(kind)],
        )
        for kind, count in study.problems["station_problem"].value_counts().sort_index().items()
    ]
    beyond = study.stations.index[study.stations["county"].isna()]
    if len(beyond):
        said.append(
            Warned(
                f"{len(beyond)} 座现有充电站不在县（市、区）边界内：参与覆盖，不计入站数。",
                f"{counted(len(beyond), 'station', 'lie')} outside the counties: they serve, but "
                "are not counted.",
                table="stations",
                ids=beyond,
            )
        )
    return said


def _of_candidates(study: Study, counties: gpd.GeoDataFrame) -> list[Text]:
    """Name the counties that had no candidate of their own."""
    sites, names = study.sites, counties["name_zh"]
    own = sites["role"].ne("existing") & sites["excluded"].isna()
    own &= sites["candidate_source"].ne("cells")
    bare = names[~names.isin(sites.loc[own, "county"])]
    if not len(bare):
        return []
    return [
        Text(
            f"{'、'.join(bare)}没有候选点，已在需求格网中补充。",
            f"{', '.join(bare)} had no candidates; some were added in the cells with demand.",
        )
    ]


def _of_demand(study: Study) -> list[Text]:
    """Count the demands off the roads and outside the counties."""
    said: list[Text] = []
    off = int(study.after["off_road"].sum())
    if 0 < off < len(study.after):
        people = float(study.points.loc[study.after["off_road"], "population"].sum())
        said.append(
            Warned(
                f"{off} 个需求点（{people:,.0f} 人）离道路图层太远，"
                "其道路距离按直线乘绕行系数估算。",
                f"{counted(off, 'demand', 'lie')} too far from the roads at hand ({people:,.0f} "
                "people); the distance by road is the straight one with a detour.",
                table="demand",
                ids=study.after.index[study.after["off_road"]],
            )
        )
    outside = study.points.index[study.points["county"].isna()]
    if len(outside):
        said.append(
            Warned(
                f"{len(outside)} 个需求点不在县（市、区）边界内。",
                f"{counted(len(outside), 'demand', 'lie')} outside the counties.",
                table="demand",
                ids=outside,
            )
        )
    return said


def _of_routes(corridors: pd.DataFrame) -> list[Text]:
    """Count the long routes whose gaps are too long."""
    over = corridors.index[corridors["over_limit"].fillna(value=False).to_numpy(bool)]
    count = len(over)
    if not count:
        return []
    added = int(corridors["new_sites_count"].sum())
    return [
        Warned(
            f"{count} 条干线的充电间距超过上限，需沿线补 {added} 处，见“干线走廊”表；"
            "补点未计入新建站数。",
            f"{counted(count, 'long route', 'have')} gaps over the limit; "
            f"{counted(added, 'more site')} along them would fill these. They are not among the "
            "stations to build.",
            table="corridors",
            ids=over,
        )
    ]


def _of_sizes(sizing: pd.DataFrame) -> list[Text]:
    """Hold the piles of a station against those of real ones."""
    piles = (sizing["fast_piles_count"] + sizing["slow_piles_count"]).dropna()
    if piles.empty or piles.mean() <= 2.0 * MEASURED_PILES:
        return []
    mean = float(piles.mean())
    return [
        Text(
            f"平均每站 {mean:.0f} 桩，深圳实测平均 {MEASURED_PILES:g} 桩（ST-EVCDP）：站数取的是"
            f"下限，一个点应理解为附近约 {mean / MEASURED_PILES:.0f} 座实际规模的站。",
            f"A station has {mean:.0f} piles on average, a real one in Shenzhen "
            f"{MEASURED_PILES:g} (ST-EVCDP): the number of stations is a least one, and a point "
            f"stands for some {mean / MEASURED_PILES:.0f} stations of real size near it.",
        )
    ]


def _of_gaps(gaps: pd.DataFrame) -> list[Text]:
    """Count what is left beyond reach."""
    if gaps.empty:
        return []
    people = float(gaps["population"].sum())
    return [
        Warned(
            f"规划后仍有 {len(gaps)} 片空白区，涉及 {people:,.0f} 人。",
            f"After the plan {counted(len(gaps), 'gap area')} with {people:,.0f} people are left.",
            table="gaps",
            ids=gaps.index,
        )
    ]
