"""Counties: a ledger's are held against those of its place, whatever place that is."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import nngis
from nngis.case_file import CaseFile, FormerCounty
from nngis.ledger.divisions import NOWHERE, Divisions, divisions_of
from nngis.text import Text

LIUZHOU = Divisions(
    {"450202": "城中区", "450203": "鱼峰区", "450206": "柳江区", "450222": "柳城县"},
    {"柳江县": "柳江区", "450221": "柳江区"},
    ("广西壮族自治区", "广西", "柳州市", "柳州"),
)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("城中区", "城中区"),
        ("柳州市城中区", "城中区"),
        ("广西壮族自治区柳州市柳江县", "柳江区"),
        ("广西柳州柳江", "柳江区"),
        ("柳江區", "柳江区"),
        ("魚峰區人民政府", "鱼峰区"),
        (450221, "柳江区"),
        ("450222000000", "柳城县"),
        ("横县", "横县"),  # another city's: nothing is known of it here
        ("450127", "450127"),
        ("大同市新城中区", "大同市新城中区"),  # ends alike, is another
        ("", None),
    ],
)
def test_a_county_is_read_by_the_names_of_its_place(cell: object, name: str | None) -> None:
    assert LIUZHOU.read(cell) == name


def test_where_no_county_is_known_names_stay_as_they_are() -> None:
    assert NOWHERE.read("横县") == "横县"
    assert NOWHERE.named_in("南宁市横县六景镇") == ()
    assert NOWHERE.code_of("兴宁区") is None
    assert NOWHERE.bare("南宁市某厂") == "南宁市某厂"


def test_an_old_name_counts_only_where_the_county_of_today_is_there() -> None:
    counties = gpd.GeoDataFrame(
        {"adcode": ["450202"], "name_zh": ["城中区"]}, geometry=[box(0, 0, 1, 1)], crs=4326
    )
    former = (FormerCounty(name="甲县", now="城中区"), FormerCounty(name="横县", now="横州市"))
    found = divisions_of(counties, CaseFile(name=Text("柳州市", "Liuzhou"), former=former))
    assert (found.read("甲县"), found.read("横县")) == ("城中区", "横县")


def test_a_ledger_is_held_against_the_counties_that_were_given() -> None:
    """Rows name a county of another city by its old name and short; headings name one too."""
    sent = pd.DataFrame(
        {
            "编号": ["a", "b"],
            "容量(t/h)": [10, 20],
            "燃料": ["煤", "煤"],
            "县区": ["柳州市甲县", "横县"],
            "lon": [109.4, 109.5],
            "lat": [24.3, 24.4],
        }
    )
    counties = gpd.GeoDataFrame(
        {"adcode": ["450299"], "name_zh": ["甲县"]},
        geometry=[box(109.0, 24.0, 110.0, 25.0)],
        crs=4326,
    )
    at_home = nngis.read_ledger(sent, "boilers").frame["county_stated"].tolist()
    assert at_home == ["柳州市甲县", "横州市"]
    run = nngis.run("heat", boilers=sent, counties=counties, heat_sources=_plant())
    assert run.tables["boilers"]["county_stated"].tolist() == ["甲县", "横县"]


def _plant() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"unit_id": ["p"], "name_zh": ["厂"], "capacity_mw": [350.0], "fuel": ["煤"]},
        geometry=gpd.GeoSeries.from_xy([109.4], [24.35], crs=4326),
    )
