"""What the roofs add up to against the shares, what was assumed, what a reader must know."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.decide.indicators import Indicator
from nngis.fields import get
from nngis.law import citing, law
from nngis.plans.rooftop.built import COLUMNS as BUILT
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.roofs import min_shares
from nngis.text import Text, Warned, counted
from nngis.units import KW_PER_MW, W_PER_KW

MWH_PER_GWH = 1000.0
A37, A67 = citing("A37"), law("A67").source
PILOT_SHARES = law("A37.policy_min_share_public").origin
ROOFS = ("roofs",)
NO_ROOF = Text("试点县没有该类屋顶。", "No such roof in the pilots.")
NO_BUILT = Text(
    "没有已建（备案）光伏台账；请用 --layer pv_registered=文件 给出。",
    "There is no ledger of PV that stands; name one with --layer pv_registered=FILE.",
)
NO_ROOM = Text(
    "没有可开放容量已知的变电站；请用 --layer substations=文件 给出。",
    "There is no substation of known room; name them with --layer substations=FILE.",
)
NO_CLASS = Text(
    "部分已建光伏不知道装在哪类屋顶上。", "Of some PV it is not known on what class of roof it is."
)


def indicators(
    tables: Mapping[str, pd.DataFrame], parameters: RooftopParameters, *, built_known: bool = False
) -> tuple[Indicator, ...]:
    """Say what the roofs add up to."""
    phases = tables["by_phase"]
    pilot = phases[phases["decision"].eq("pilot")]
    energy_mwh = float(phases["energy_mwh_a"].sum())
    factor = f"{parameters.grid_factor_kg_kwh:g} kg/kWh（{parameters.grid_factor_year}）"
    unknown = int(tables["by_class"]["roofs_unknown_count"].sum())
    return (
        _amount(
            "pilot_capacity_mw",
            Text("试点县（市、区）装机容量", "Capacity in the pilot counties"),
            pilot["capacity_kwp"].sum() / KW_PER_MW,
            "MWp",
        ),
        _amount(
            "pv_capacity_mw",
            Text("全部装机容量", "Capacity in all"),
            phases["capacity_kwp"].sum() / KW_PER_MW,
            "MWp",
        ),
        _amount(
            "policy_capacity_mw",
            Text("达到最低比例的装机容量", "Capacity that makes up the least shares"),
            phases["policy_capacity_kwp"].sum() / KW_PER_MW,
            "MWp",
        ),
        _amount(
            "pv_energy_gwh_a",
            Text("年发电量", "Energy a year"),
            energy_mwh / MWH_PER_GWH,
            "GWh/a",
            note=_range(phases, "energy", "mwh_a", "MWh/a"),
        ),
        Indicator(
            "co2_avoided_t_a",
            Text("二氧化碳减排量", "CO2 avoided"),
            round(energy_mwh * parameters.grid_factor_kg_kwh, 3),
            "t/a",
            citing("A37", then=f"；{factor}"),
            note=_range(phases, "co2_avoided", "t_a", "t/a"),
            basis="potential",
            rests_on=ROOFS,
        ),
        *_shares(tables["by_county_class"], parameters),
        *_built(tables if built_known else None, tables["by_county_class"], parameters),
        Indicator("roofs_unknown_count", Text("无法判定的屋顶", "Roofs not decided"),
                  float(unknown), "个", A37, basis="potential", rests_on=ROOFS),
        _non_fossil(energy_mwh, parameters),
    )  # fmt: skip


def hosted(hosted_kwp: Floats | None) -> Indicator:
    """Say how much of the capacity the substations take.

    Parameters
    ----------
    hosted_kwp : (n,) float array or None
        What they take of each roof [kWp], missing where that is not known; None without any.

    Returns
    -------
    Indicator
        Not known without substations of known room.
    """
    known = hosted_kwp is not None and bool(np.isfinite(hosted_kwp).any())
    watts = np.nansum(np.rint(np.asarray(hosted_kwp, float) * W_PER_KW)) if known else 0.0
    return Indicator(
        "hosted_capacity_mw",
        Text("变电站可接纳的装机容量", "Capacity that the substations take"),
        round(float(watts) / W_PER_KW / KW_PER_MW, 6) if known else None,
        "MWp",
        A37,
        note=None if known else NO_ROOM,
        basis="potential",
        rule="A37",
        rests_on=("roofs", "substations"),
    )


def _amount(name: str, title: Text, value: float, unit: str, note: Text | None = None) -> Indicator:
    return Indicator(name, title, round(float(value), 6), unit, A37, note=note,
                     basis="potential", rule="A37", rests_on=ROOFS)  # fmt: skip


def _range(phases: pd.DataFrame, stem: str, end: str, unit: str) -> Text:
    low, high = (float(phases[f"{stem}_{level}_{end}"].sum()) for level in ("low", "high"))
    return Text(f"范围 {low:,.0f}–{high:,.0f} {unit}。", f"Range {low:,.0f}-{high:,.0f} {unit}.")


def _shares(pairs: pd.DataFrame, parameters: RooftopParameters) -> list[Indicator]:
    mine = pairs[pairs["county"].isin(parameters.pilot_counties)]
    sums = mine.groupby("class")[["area_m2", "installed_area_m2"]].sum()
    found = []
    for kind, least in min_shares(parameters).items():
        there = kind in sums.index and sums.loc[kind, "area_m2"] > 0
        value = (
            float(sums.loc[kind, "installed_area_m2"] / sums.loc[kind, "area_m2"])
            if there
            else None
        )
        title = get("class").values[kind]
        found.append(
            Indicator(
                f"installed_{kind}_share",
                Text(
                    f"试点{title.zh}屋顶可安装比例", f"Pilot roofs that could carry PV, {title.en}"
                ),
                None if value is None else round(value, 6),
                "",
                PILOT_SHARES,
                note=Text(
                    f"潜力；要求不低于 {least:.0%}，以已建成的判定。",
                    f"A potential; {least:.0%} or more is asked, judged by what is built.",
                )
                if there
                else NO_ROOF,
                basis="potential",
                rule="A37",
                rests_on=ROOFS,
            )
        )
    return found


def _built(
    tables: Mapping[str, pd.DataFrame] | None, pairs: pd.DataFrame, parameters: RooftopParameters
) -> list[Indicator]:
    """Hold what is built against the least shares, class by class in the pilot counties."""
    pilot = set(parameters.pilot_counties)
    area = pairs[pairs["county"].isin(pilot)].groupby("class")["area_m2"].sum()
    known = tables is not None
    built = tables["pv_built"] if tables is not None else pd.DataFrame(columns=list(BUILT))
    mine = built[built["county"].isin(pilot)]
    whole = float(built["capacity_kwp"].sum()) / KW_PER_MW if known else None
    found = [
        Indicator(
            "pv_built_mw",
            Text("已建成屋顶光伏", "Rooftop PV that stands"),
            None if whole is None else round(whole, 6),
            "MWp",
            A37,
            note=None if known else NO_BUILT,
            basis="achieved",
            rule="A37",
            rests_on=("pv_registered",),
        )
    ]
    for kind, least in min_shares(parameters).items():
        title = get("class").values[kind]
        there = float(area.get(kind, 0.0))
        done = float(mine.loc[mine["class"].eq(kind), "pv_area_m2"].sum())
        unsure = bool(mine["class"].isna().any())
        value = round(done / there, 6) if known and there > 0 and not unsure else None
        why = NO_BUILT if not known else (NO_ROOF if not there else None)
        found.append(
            Indicator(
                f"built_{kind}_share",
                Text(f"试点{title.zh}屋顶已安装比例", f"Pilot roofs that carry PV, {title.en}"),
                value,
                "",
                PILOT_SHARES,
                target=least,
                sense="at_least",
                note=why or (NO_CLASS if unsure else None),
                basis="achieved",
                rule="A37",
                rests_on=("pv_registered", "roofs"),
            )
        )
    return found


def _non_fossil(energy_mwh: float, parameters: RooftopParameters) -> Indicator:
    tce = energy_mwh * parameters.tce_per_mwh
    used = parameters.city_energy_tce_a
    return Indicator(
        "non_fossil_share",
        Text("对非化石能源占比的贡献", "Added to the non-fossil share"),
        None if used is None else round(tce / used, 8),
        "",
        A67,
        basis="potential",
        rule="A67",
        rests_on=ROOFS,
        note=Text(
            f"年发电量折 {tce:,.0f} tce（当量值）"
            + ("；全市能源消费总量未给出（city_energy_tce_a）。" if used is None else "。"),
            f"The energy is {tce:,.0f} tce by heat"
            + (
                "; the energy the city uses is not given (city_energy_tce_a)."
                if used is None
                else "."
            ),
        ),
    )


def assumptions(
    roofs: pd.DataFrame, parameters: RooftopParameters, *, hourly: bool = False
) -> tuple[Text, ...]:
    """Say what was taken as true without data."""
    sized = roofs.index[roofs["class_basis"].eq("size")]
    means_only = Text(
        "气候图层只有年均值；各月分配、日内形状和逐日晴朗程度由参数与晴空模型推得，全年总量不变。",
        "The climate holds annual means only; months, days and hours are spread by parameters "
        "and the clear sky, and add up to the same year.",
    )
    stated = Text(
        "逐时气象取自典型年文件；每个屋顶用最近一处，不作空间内插。",
        "Hours of weather are those of typical years; each roof takes the nearest, nothing is "
        "interpolated between them.",
    )
    found = [
        stated if hourly else means_only,
        Text(
            f"减排量按 {parameters.grid_factor_year} 年电网平均因子 "
            f"{parameters.grid_factor_kg_kwh:g} kg/kWh 计。",
            f"CO2 by the average factor of the grid of {parameters.grid_factor_year}, "
            f"{parameters.grid_factor_kg_kwh:g} kg/kWh.",
        ),
    ]
    if len(sized):
        found.append(
            Warned(
                f"{len(sized)} 个屋顶没有类别、名称和用地，类别只按面积与是否在建成区推定。",
                f"{counted(len(sized), 'roof', 'have')} no class, name or land use; theirs is "
                "guessed from size and place alone.",
                table="roofs",
                ids=sized,
            )
        )
    return tuple(found)


def warnings(
    roofs: gpd.GeoDataFrame, dropped: pd.DataFrame, substations: gpd.GeoDataFrame | None
) -> tuple[Text, ...]:
    """Say what a reader must know before using the decisions."""
    found: list[Text] = []

    def about(ids: pd.Index, zh: str, en: str, table: str = "roofs") -> None:
        if len(ids):
            found.append(
                Warned(f"{len(ids)} {zh}", counted(len(ids), "roof", en), table=table, ids=ids)
            )

    told = (
        ("no_outline", "没有面状轮廓，未计", "have no outline with an area: not counted"),
        ("doubled", "与另一屋顶重复，只计一次", "repeat another roof: counted once"),
        ("within", "在另一屋顶之内，未另计", "lie within another roof: not counted again"),
    )
    for word, zh, en in told:
        rows = dropped.index[dropped["problem"].eq(word)]
        about(rows, f"个屋顶{zh}。", f"{en}.", "dropped_roofs")
    overlapping = "partly overlap a larger roof; what overlaps is counted once"
    for column, zh, en in (
        ("mended", "轮廓自相交，已修复后量面积", "were self-crossing: mended"),
        ("overlap_m2", "与更大的屋顶部分重叠，重叠部分只计一次", overlapping),
    ):
        rows = roofs.index[roofs[column].astype(float) > 0]
        about(rows, f"个屋顶{zh}。", f"{en}.")
    high = roofs["shading_share"].notna()
    if high.any() and not high.all():
        about(
            roofs.index[~high],
            "个屋顶没有高度和层数：不计其遮挡，也不计其对邻近屋顶的遮挡。",
            "have neither height nor storeys: no shade from others, none on others.",
        )
    about(
        roofs.index[roofs["county"].isna()],
        "个屋顶不在县（市、区）边界内；若整体偏移约 500 m 或 1.1 km，"
        "请核对是否为 GCJ-02 或 BD-09 坐标。",
        "lie outside the counties at hand; if all are off by some 500 m or 1.1 km, check "
        "whether they are in GCJ-02 or BD-09.",
    )
    if substations is None:
        found.append(
            Text(
                "没有变电站图层，未核算接入能力；装机容量未受电网限制。",
                "There are no substations: what the grid takes is not computed, and the capacity "
                "is not limited by it.",
            )
        )
    else:
        cut = float(substations["curtailed_kwp"].fillna(0.0).sum())
        if cut:
            found.append(
                Text(
                    f"{cut / KW_PER_MW:,.3f} MWp 超出变电站可开放容量。",
                    f"{cut / KW_PER_MW:,.3f} MWp exceed what the substations take.",
                )
            )
        about(
            roofs.index[roofs["rank"].notna() & roofs["substation_id"].isna()],
            "个屋顶在接入距离内没有变电站。",
            "have no substation within reach.",
        )
    return tuple(found)
