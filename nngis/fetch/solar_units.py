"""The unit of a solar map, found from its file's name and held against its values."""

from dataclasses import dataclass

from nngis.errors import FetchError

#: Words that the Global Solar Atlas puts into the names of its archives, and the period they mean.
NAMED = {"avgdailytotals": "d", "yearlymonthlytotals": "a"}
DAYS_A_YEAR = 365.0


@dataclass(frozen=True)
class Sums:
    """What a solar map sums up.

    Parameters
    ----------
    amount : str
        Unit without its period.
    least_d, most_d : float
        Between which daily means lie anywhere on land; yearly sums are 365 times as large, so that
        the two cannot be taken for each other.
    """

    amount: str
    least_d: float
    most_d: float


SUMS = {"ghi": Sums("kWh/m2", 1.0, 9.0), "pvout": Sums("kWh/kWp", 0.5, 8.0)}


def solar_unit(layer: str, named: str, median: float, *, stated: str = "") -> str:
    """Find the unit of a solar map.

    Examples
    --------
    >>> solar_unit("ghi", "China_GISdata_LTAy_AvgDailyTotals_GlobalSolarAtlas-v2_GEOTIFF", 3.4)
    'kWh/m2/d'
    >>> solar_unit("pvout", "PVOUT.tif", 1040.0)
    'kWh/kWp/a'
    """
    sums = SUMS[layer]
    if sums.least_d <= median <= sums.most_d:
        period = "d"
    elif sums.least_d * DAYS_A_YEAR <= median <= sums.most_d * DAYS_A_YEAR:
        period = "a"
    else:
        raise FetchError(
            f"栅格的值（中位数 {median:g}）既不像日均值也不像年总量（{sums.amount}）；请检查文件。",
            f"The values (median {median:g}) are neither daily means nor yearly sums of "
            f"{sums.amount}; check the file.",
            where=named,
        )
    found = f"{sums.amount}/{period}"
    said = next((of for word, of in NAMED.items() if word in named.lower()), period)
    if said != period or stated not in ("", found):
        words = stated or f"{sums.amount}/{said}"
        raise FetchError(
            f"名称或写明的单位是 {words}，而值（中位数 {median:g}）像 {found}；请检查文件。",
            f"The name or the stated unit means {words}, while the values (median {median:g}) "
            f"are {found}; check the file.",
            where=named,
        )
    return found
