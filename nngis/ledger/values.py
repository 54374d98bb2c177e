"""Read what stands in a cell: numbers with their units, fuels, statuses, yes and no."""

import re
import unicodedata
from typing import NamedTuple

from nngis.ledger.table import Cell

MW_PER_T_H = 0.7  # FACTS D1: 1 t/h of steam = 0.7 MW; 10 t/h = 7 MW, 65 t/h = 45.5 MW
KCAL_H_PER_T_H = 600_000.0  # 60 x 10^4 kcal/h = 0.7 MW, the trade's rule of thumb
MISSING = {
    "",
    "/",
    "\\",
    "-",
    "--",
    "—",
    "——",
    "无",
    "不详",
    "未知",
    "暂无",
    "n/a",
    "na",
    "nan",
    "none",
    "null",
}

FUEL_WORDS = {
    "coal": ("煤", "焦炭", "coal", "lignite", "anthracite"),
    "biomass": (
        "生物质",
        "甘蔗渣",
        "蔗渣",
        "木屑",
        "木材",
        "木柴",
        "柴薪",
        "秸秆",
        "稻壳",
        "成型燃料",
        "biomass",
        "bagasse",
        "wood",
        "straw",
    ),
    "gas": ("天然气", "燃气", "煤气", "液化气", "沼气", "lng", "lpg", "gas"),
    "oil": ("柴油", "重油", "燃油", "燃料油", "轻油", "diesel", "oil"),
    "waste": ("垃圾", "废弃物", "污泥", "refuse", "waste"),
    "electric": ("电加热", "电锅炉", "电热", "electric"),
    "hydro": ("水电", "水能", "hydro"),
    "wind": ("风电", "风能", "wind"),
    "solar": ("光伏", "太阳能", "solar"),
}
# 煤气 and 煤层气 hold 煤 but are gases; biomass words hold no 煤.
NOT_COAL = ("煤气", "煤层气", "煤制气")
STATUS_WORDS = {
    "stopped": ("停用", "停运", "停炉", "闲置", "备用", "封停", "stopped", "idle", "standby"),
    "dismantled": ("报废", "拆除", "注销", "关停", "淘汰", "scrapped", "dismantled", "closed"),
    "planned": ("拟建", "规划", "新建", "planned", "proposed"),
    "in_use": ("在用", "使用", "运行", "正常", "投用", "in use", "in_use", "active"),
}
UNIT_STATUS_WORDS = {
    "operating": ("在运", "运行", "投产", "在用", "operating", "in use", "active"),
    "construction": ("在建", "建设中", "construction"),
    "permitted": ("核准", "permitted"),
    "pre-permit": ("前期", "pre-permit"),
    "announced": ("宣布", "规划", "拟建", "announced", "planned"),
    "cancelled": ("取消", "cancelled", "canceled"),
    "shelved": ("搁置", "shelved"),
    "mothballed": ("封存", "mothballed"),
    "retired": ("退役", "关停", "retired"),
}
YES = {"是", "有", "在", "内", "y", "yes", "true", "1", "√", "对"}
NO = {"否", "没有", "不在", "外", "n", "no", "false", "0", "×", "x"}
# Names before the changes of 2004, 2015 and 2021 (FACTS C); 邕宁县 became two districts and
# 城北, 新城, 永新 were cut up, so these name no county of today.
RENAMED_COUNTIES = {"横县": "横州市", "武鸣县": "武鸣区"}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


class Number(NamedTuple):
    """A number read from a cell, and the words that stood after it."""

    value: float
    unit: str


def tidy(cell: Cell) -> str:
    """Bring a cell's text to half width, without outer spaces; missing marks become nothing.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str
        The text, or ``""`` where the cell says that there is none.

    Examples
    --------
    >>> tidy(" １０ｔ／ｈ "), tidy("——"), tidy(7.0)
    ('10t/h', '', '7')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    return "" if text.lower() in MISSING else text


def read_number(cell: Cell) -> Number | None:
    """Read a number with the unit that may follow it.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    Number or None
        None where the cell holds no single number; ``10-15`` holds two.

    Examples
    --------
    >>> read_number("1,200.5 t/h")
    Number(value=1200.5, unit='t/h')
    >>> read_number("约２０蒸吨").value, read_number("十吨"), read_number("10-15")
    (20.0, None, None)
    """
    text = tidy(cell).replace(",", "").lower()
    text = text.removeprefix("约").removeprefix("~")
    match = _NUMBER.match(text)
    if not match:
        return None
    rest = text[match.end() :].strip()
    if _NUMBER.search(rest):
        return None
    return Number(float(match.group()), rest)


def steam_t_h(number: Number, header: str) -> float | None:
    """Turn a rated output into tonnes of steam an hour.

    Parameters
    ----------
    number : Number
        What the cell holds.
    header : str
        The column's header: its unit counts where the cell names none.

    Returns
    -------
    float or None
        Rated capacity [t/h]; None where the unit is not known.

    Examples
    --------
    >>> steam_t_h(Number(14.0, "mw"), "额定蒸发量(蒸吨/时)")
    20.0
    >>> steam_t_h(Number(10.0, ""), "额定出力(兆瓦)")
    14.285714
    >>> steam_t_h(Number(60.0, "万大卡"), "容量"), steam_t_h(Number(4.0, "hp"), "容量")
    (1.0, None)
    """
    factor = _t_h_per_unit(number.unit)
    if not number.unit:
        unit_in_header = unicodedata.normalize("NFKC", header).lower()
        factor = _t_h_per_unit(unit_in_header) or 1.0
    # Rounded so that 7 MW, which the standards call 10 t/h, does not come out a hair above it.
    return None if factor is None else round(number.value * factor, 6)


def _t_h_per_unit(text: str) -> float | None:
    if "万大卡" in text or "万kcal" in text or "万千卡" in text:
        return 1e4 / KCAL_H_PER_T_H
    if "mw" in text or "兆瓦" in text:
        return 1.0 / MW_PER_T_H
    if "kw" in text or "千瓦" in text:
        return 1e-3 / MW_PER_T_H
    if re.search(r"蒸吨|吨|t/h|^t$|\bt\b|t_h", text):
        return 1.0
    return None


def read_fuel(cell: Cell) -> str | None:
    """Read a fuel as its class.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str or None
        A class; a mix that holds coal is coal; None where the words are not known.

    Examples
    --------
    >>> read_fuel("烟煤"), read_fuel("煤、生物质混烧"), read_fuel("焦炉煤气"), read_fuel("蔗渣")
    ('coal', 'coal', 'gas', 'biomass')
    """
    text = tidy(cell).lower()
    without_gas = text
    for word in NOT_COAL:
        without_gas = without_gas.replace(word, "")
    for fuel, words in FUEL_WORDS.items():
        if any(word in (without_gas if fuel == "coal" else text) for word in words):
            return fuel
    return "electric" if text == "电" else None


def read_status(cell: Cell, words: dict[str, tuple[str, ...]] | None = None) -> str | None:
    """Read a status as its class.

    Parameters
    ----------
    cell : object
        A cell's value.
    words : dict, optional
        Class -> words; those of boilers by default.

    Returns
    -------
    str or None
        A class, or None where the words are not known or there are none.

    Examples
    --------
    >>> read_status("停用（备用）"), read_status("已拆除"), read_status("")
    ('stopped', 'dismantled', None)
    """
    text = tidy(cell).lower()
    for status, known in (words or STATUS_WORDS).items():
        if text == status or any(word in text for word in known):
            return status
    return None


def read_yes_no(cell: Cell) -> bool | None:
    """Read yes or no.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    bool or None
        None where the cell says neither.

    Examples
    --------
    >>> read_yes_no("是"), read_yes_no("否"), read_yes_no("待查")
    (True, False, None)
    """
    text = tidy(cell).lower()
    if text in YES:
        return True
    return False if text in NO else None


def read_county(cell: Cell) -> str | None:
    """Read the name of a county, an old one as its name of today.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str or None
        The name without the city before it; None where there is none.

    Examples
    --------
    >>> read_county("南宁市横县"), read_county("青秀区")
    ('横州市', '青秀区')
    """
    text = tidy(cell).removeprefix("广西").removeprefix("南宁市") or None
    return RENAMED_COUNTIES.get(text, text) if text else None
