"""Classes of places: which of the six a place is, who lives or goes there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

KNOWN_CLASSES = ("service_area", "port", "passenger_hub", "logistics_park", "bus_depot", "airport")


@dataclass(frozen=True)
class NameRule:
    """How a class of places is told by the name of a place on an open map.

    Parameters
    ----------
    place_class : str
        The class.
    says : str
        Regular expression that the name matches.
    but_not : str
        Regular expression that it does not match.
    of : tuple of str
        Classes of the open map that the place may be of.
    """

    place_class: str
    says: str
    but_not: str
    of: tuple[str, ...]


BUILT = ("building", "industrial", "commercial", "post_office", "tower", "retail", "restaurant")
NAME_RULES = (
    NameRule("service_area", r"服务区(餐厅)?$", r"殡|社区|便民", BUILT),
    NameRule(
        "port", r"港$|港区|作业区|码头|集装箱港", r"物流|铁路|企业|空港|国际港", ("industrial",)
    ),
    NameRule("airport", r"机场(塔台|航站楼|T\d)?$|国际机场", r"酒店|小区|站$|收费", BUILT),
    NameRule(
        "passenger_hub",
        r"客运(总|中心)?站|汽车.?站$|火车站$|高铁站$|客运中心|机场站$|[东西南北]站$|^[\u4e00-\u9fff]{2,3}站$",
        r"收费|变电|加油|地铁|酒店|广场|服务|行包|公司|管网|水文|驿",
        BUILT,
    ),
    NameRule("logistics_park", r"物流(园|中心|港|基地)|国际铁路港$", r"孵化|研发|二期", BUILT),
    NameRule("bus_depot", r"公交(总站|枢纽|场站|停车场|首末站|车场)|公交站场", r"酒店", BUILT),
)

# How many live about a place of a class, and how many go to it, in shares of those of a housing
# estate and of a mall. Rough on purpose: no open source counts either (assumed by nngis).
HOME_WEIGHTS = {
    "residential": 10.0,
    "school": 3.0,
    "kindergarten": 3.0,
    "university": 6.0,
    "college": 4.0,
    "building": 2.0,
    "hospital": 1.0,
    "supermarket": 1.0,
    "market_place": 1.0,
    "town_hall": 1.0,
    "bank": 0.5,
    "commercial": 1.0,
    "industrial": 1.0,
}
TRIP_WEIGHTS = {
    "mall": 10.0,
    "department_store": 6.0,
    "supermarket": 3.0,
    "market_place": 3.0,
    "hospital": 6.0,
    "university": 5.0,
    "college": 3.0,
    "stadium": 4.0,
    "sports_centre": 2.0,
    "museum": 3.0,
    "theme_park": 4.0,
    "park": 1.0,
    "attraction": 1.0,
    "hotel": 1.5,
    "town_hall": 2.0,
    "commercial": 2.0,
    "retail": 1.0,
    "industrial": 1.0,
    "airport": 20.0,
    "passenger_hub": 15.0,
    "service_area": 10.0,
    "logistics_park": 5.0,
    "port": 3.0,
    "bus_depot": 3.0,
}


def classify_places(places: pd.DataFrame) -> pd.DataFrame:
    """Tell which of the six classes each place is of.

    Examples
    --------
    >>> found = classify_places(pd.DataFrame(
    ...     {"name_zh": ["柳东服务区", "柳州港官塘作业区", "柳东小学"],
    ...      "class": ["commercial", "industrial", "school"]}, index=["a", "b", "c"]))
    >>> found["place_class"].tolist()
    ['service_area', 'port', None]
    """
    own = places["class"].astype(object) if "class" in places else _empty(places)
    names = places["name_zh"].astype("string").fillna("").str.replace(r"\s", "", regex=True)
    found, basis = _empty(places), _empty(places)
    if "place_class" in places:
        stated = places["place_class"].astype(object)
        there = stated.notna()
        found[there], basis[there] = stated[there], "stated"
    for rule in NAME_RULES:
        told = names.str.contains(_plain(rule.says)) & ~names.str.contains(_plain(rule.but_not))
        told &= found.isna() & (own.isin(rule.of) | own.isna())
        found[told], basis[told] = rule.place_class, "name"
    known = found.where(found.isin(KNOWN_CLASSES), None)
    kind = known.where(known.notna(), own.where(own.notna(), found))
    return pd.DataFrame(
        {"place_class": known, "class_basis": basis.where(known.notna(), None), "kind": kind},
        index=places.index,
    )


def _empty(places: pd.DataFrame) -> pd.Series:
    return pd.Series(np.full(len(places), None, dtype=object), index=places.index)


def _plain(pattern: str) -> str:
    """Write groups as ones that capture nothing: pandas warns of the others."""
    return pattern.replace("(", "(?:")
