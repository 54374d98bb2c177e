"""What a design of sewers leaves to be set: people, water, depth, how finely to look."""

from nngis.parameters import Parameters, parameter
from nngis.text import Text

FROM_MEMORY = "未核对，凭记忆"
OWN = "本程序"


class DesignParameters(Parameters):
    """From people to pipes."""

    persons_per_building: float = parameter(
        5.0,
        Text("每栋建筑人数（无人口数据时）", "People per building, where none are given"),
        unit="人",
        source=OWN,
        ge=0.1,
        le=1000.0,
    )
    water_l_head_d: float | None = parameter(
        None,
        Text("人均用水定额（给出则不分城乡）", "Water use per head (one for all)"),
        unit="L/(人·d)",
        source="空：按聚落类别取下列三项；GB 50013-2018 一区大城市平均日约 150～330"
        f"（{FROM_MEMORY}）",
        ge=20.0,
        le=600.0,
    )
    water_urban_l_head_d: float = parameter(
        202.0,
        Text("城镇居民人均用水", "Water use per head in cities"),
        unit="L/(人·d)",
        source="柳州市 2020 年水资源公报：城镇 202；广西 2010 年居民 223",
        verified="yes",
        ge=20.0,
        le=600.0,
    )
    water_town_l_head_d: float = parameter(
        170.0,
        Text("建制镇人均用水", "Water use per head in towns"),
        unit="L/(人·d)",
        source=f"城镇 202 与农村 135 的中间值（{OWN}）",
        ge=20.0,
        le=600.0,
    )
    water_rural_l_head_d: float = parameter(
        135.0,
        Text("乡村人均用水", "Water use per head in villages"),
        unit="L/(人·d)",
        source="柳州市 2020 年水资源公报：农村 135；广西 2010 年农村居民 143",
        verified="yes",
        ge=20.0,
        le=600.0,
    )
    road_accuracy_m: float = parameter(
        1.0,
        Text("道路线位精度", "How well the lines of roads are placed"),
        unit="m",
        source=f"实测道路中线（{OWN}）；概化道路应取其自身误差，内置道路约 100 m",
        ge=0.0,
        le=1_000.0,
    )
    sewage_share: float = parameter(
        0.9,
        Text("污水排放系数", "Sewage of the water used"),
        source=f"GB 50014-2021：90%（{FROM_MEMORY}）",
        ge=0.5,
        le=1.0,
    )
    infiltration_share: float = parameter(
        0.10,
        Text("地下水入渗比例", "Groundwater that seeps in"),
        source=f"GB 50014-2021：10%～15%（{FROM_MEMORY}）",
        ge=0.0,
        le=1.0,
    )
    roughness_n: float = parameter(
        0.013,
        Text("粗糙系数 n", "Manning's n"),
        verified="yes",
        source="GB 50014-2021：混凝土管 0.013～0.014，塑料管 0.009～0.011",
        ge=0.008,
        le=0.03,
    )
    max_depth_m: float = parameter(
        7.0,
        Text("管底最大埋深", "Deepest invert under the ground"),
        unit="m",
        source=f"工程经验 6～7 m（{FROM_MEMORY}）",
        ge=2.0,
        le=20.0,
    )
    min_cover_m: float = parameter(
        0.7,
        Text("最小覆土", "Least cover"),
        unit="m",
        verified="yes",
        source="GB 50014-2021 5.3.7：车行道下 0.7 m，人行道下 0.6 m",
        ge=0.3,
        le=5.0,
    )
    connection_cover_m: float = parameter(
        0.4,
        Text("接户管起点覆土", "Cover where a house connection begins"),
        unit="m",
        source=f"院内无车行处的经验值（{FROM_MEMORY}）",
        ge=0.0,
        le=2.0,
    )
    connection_depth_m: float = parameter(
        2.5,
        Text("为接户而加深时管顶的最大埋深", "Deepest that a crown is laid for the sake of houses"),
        unit="m",
        source=OWN,
        ge=0.0,
        le=10.0,
        note=Text(
            "更低的房屋需自行提升，单独列出。", "Houses that lie lower need pumps, and are named."
        ),
    )
    level_step_m: float = parameter(
        0.02,
        Text("标高计算步长", "Step of levels"),
        unit="m",
        verified="yes",
        source=OWN,
        ge=0.005,
        le=0.5,
    )
    connect_within_m: float = parameter(
        300.0,
        Text("建筑到道路的最远接户距离", "Farthest that a building is from a road"),
        unit="m",
        source=OWN,
        ge=1.0,
        le=5000.0,
    )
    plant_within_m: float = parameter(
        2000.0,
        Text("污水厂到路网的最远距离", "Farthest that a plant is from a road"),
        unit="m",
        source=OWN,
        ge=1.0,
        le=20000.0,
    )
    join_within_m: float = parameter(
        50.0,
        Text("新管接入现状管网的最远距离", "Farthest that a street is from a sewer it joins"),
        unit="m",
        source=OWN,
        ge=0.0,
        le=1000.0,
    )
    road_tolerance_m: float = parameter(
        1.0,
        Text("道路断头的接合容差", "How far a loose end of a road is moved"),
        unit="m",
        source=OWN,
        ge=0.0,
        le=20.0,
    )
    course_tolerance_m: float = parameter(
        2.0,
        Text("管道偏离道路中线的容差", "How far a straight pipe may leave the course of its road"),
        unit="m",
        source=OWN,
        ge=0.1,
        le=50.0,
    )
    terrain_tolerance_m: float = parameter(
        0.3,
        Text("地面偏离两井连线的容差", "How far the ground may leave the line between manholes"),
        unit="m",
        source=OWN,
        ge=0.05,
        le=10.0,
    )
    layout_rounds: int = parameter(
        4,
        Text("布线与计价的轮数", "Rounds of laying out and pricing"),
        verified="yes",
        source=OWN,
        ge=1,
        le=20,
    )
    layout_moves: int = parameter(
        0,
        Text("布线与纵断面联合搜索的步数", "Moves of the search over layout and profile together"),
        verified="yes",
        source=OWN,
        ge=0,
        le=10_000,
        note=Text(
            "每步重新布线并设计一次，只留更省的。",
            "Each lays out and designs all again, and stays if cheaper.",
        ),
    )
