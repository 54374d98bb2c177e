"""A province's results by city add up to those by county."""

import pandas as pd

from nngis.result.mapview import MapView
from nngis.result.result import Analysis, Result
from nngis.run.by_city import SHEET, with_cities
from nngis.text import Text

TITLE = Text("供热", "Heat")
COUNTIES = pd.DataFrame(
    {"name_zh": ["兴宁区", "青秀区", "城中区"]}, index=["450102", "450103", "450202"]
)
TABLE = pd.DataFrame(
    {
        "county": ["兴宁区", "青秀区", "城中区"],
        "boilers_count": [2, 3, 0],
        "co2_avoided_t_a": [10.0, 5.0, None],
        "covered_share": [0.5, 0.2, None],
    }
).set_index("county")


def result(table: pd.DataFrame) -> Result:
    return Result(
        "heat", TITLE, Analysis({"by_county": table}), "by_county", (), (),
        MapView("heat", TITLE, ()), (), "EPSG:4545",
    )  # fmt: skip


def test_cities_are_the_sums_of_their_counties_and_shares_are_not_summed() -> None:
    found = with_cities(result(TABLE), COUNTIES)
    table = found.analysis.tables["by_city"]
    assert table.index.tolist() == ["4501"]  # nothing of the other city is there
    assert table.loc["4501", "city"] in ("南宁市", "4501")
    assert (table.loc["4501", "boilers_count"], table.loc["4501", "co2_avoided_t_a"]) == (5, 15.0)
    assert "covered_share" not in table
    assert SHEET in found.sheets


def test_what_is_not_known_of_one_county_is_not_known_of_its_city() -> None:
    table = TABLE.assign(co2_avoided_t_a=[10.0, None, 4.0], boilers_count=[2, 3, 1])
    sums = with_cities(result(table), COUNTIES).analysis.tables["by_city"]
    assert pd.isna(sums.loc["4501", "co2_avoided_t_a"])
    assert sums.loc["4502", "co2_avoided_t_a"] == 4.0


def test_one_city_has_no_table_of_cities() -> None:
    assert "by_city" not in with_cities(result(TABLE), COUNTIES.iloc[:2]).analysis.tables
