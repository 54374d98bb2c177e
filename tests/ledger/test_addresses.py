"""Rows without coordinates: placed where they name a place, within a radius."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from nngis.crs import geodesic_m
from nngis.ledger.addresses import match_addresses
from nngis.ledger.gazetteer import Gazetteer
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.references import References
from nngis.roles import role


def claims(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)


def test_a_firm_found_by_its_own_name_stands_on_its_site(references: References) -> None:
    site = references.sites.iloc[0]
    found = match_addresses(claims(name_zh=[site["name_zh"]]), references).iloc[0]
    apart = geodesic_m(found["lon"], found["lat"], site.geometry.x, site.geometry.y)
    assert float(apart) < 0.01
    assert found["uncertainty_m"] == 500


def test_a_township_is_found_in_its_own_column_or_in_the_address(references: References) -> None:
    box = references.boxes["450181", "六景镇"]
    half = np.hypot(box[2] - box[0], box[3] - box[1]) / 2
    found = match_addresses(
        claims(
            county_stated=["横州市", "横州市", None],
            township=["六景镇", None, None],
            address=[None, "横县六景镇", "横州市六景镇工业路3号"],
        ),
        references,
    )
    assert found["matched_to"].tolist() == ["六景镇"] * 3
    assert found["uncertainty_m"].tolist() == pytest.approx([half] * 3, abs=0.1)


def test_a_county_alone_is_matched_with_a_wide_radius(references: References) -> None:
    found = match_addresses(claims(county_stated=["上林县"], address=["某村"]), references).iloc[0]
    assert found["matched_to"] == "上林县"
    xy = references.plane([found["lon"]], [found["lat"]])[0]
    corners = np.array(references.polygons["上林县"].convex_hull.exterior.coords)
    farthest = np.linalg.norm(corners - xy, axis=1).max()
    assert found["uncertainty_m"] == pytest.approx(farthest, abs=0.1)


def test_nothing_is_matched_where_names_are_not_unique_or_contradict(
    references: References,
) -> None:
    found = match_addresses(
        claims(
            county_stated=[None, None, None, "邕宁县"],
            address=["青秀区或西乡塘区某路", "某村", None, "某街"],
        ),
        references,
    )
    assert found["matched_to"].isna().all()
    assert found["lon"].isna().all()


def test_a_place_outside_the_named_county_is_not_taken(references: References) -> None:
    site = references.sites.iloc[0]
    xy = references.plane([site.geometry.x], [site.geometry.y])[0]
    county = next(n for n, p in references.polygons.items() if not shapely.contains_xy(p, *xy))
    found = match_addresses(claims(name_zh=[site["name_zh"]], county_stated=[county]), references)
    assert found["matched_to"].tolist() == [county]


def test_rows_placed_by_address_are_approximate_and_keep_their_radius(
    references: References, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["编号", "蒸吨", "燃料", "县区", "乡镇", "经度", "纬度"],
        ["G1", 4, "煤", "横县", "六景镇", None, None],
        ["G2", 4, "煤", "横县", "六景镇", 108.94, 22.79],
        ["G3", 4, "煤", None, None, None, None],
    ):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    options = Options(datum="wgs84", references=lambda: references)
    layer = survey_ledger(tmp_path / "a.xlsx", role("boilers"), options).layer
    assert layer.frame["evidence"].tolist() == ["approximate", "surveyed", "surveyed"]
    assert layer.evidence == "approximate"
    assert layer.frame["uncertainty_m"].isna().tolist() == [False, True, True]
    assert layer.frame.geometry["G3"] is None
    notes = " ".join(note.en for note in layer.notes)
    assert "1 row has no coordinates: placed by the address" in notes
    assert "1 row has no coordinates and no address that places it" in notes


def test_townships_without_extents_are_known_by_their_outlines_and_points_by_nothing() -> None:
    box = shapely.box(108.3, 22.8, 108.4, 22.9)
    towns = gpd.GeoDataFrame(
        {"name_zh": ["甲镇", "乙镇"], "adcode": ["450103", "450103"]},
        geometry=[box, box.centroid],
        crs=4326,
    )
    counties = gpd.GeoDataFrame({"name_zh": ["丙县"]}, geometry=[box], crs=4326)
    none = gpd.GeoDataFrame(geometry=[], crs=4326)
    known = References(counties, towns, none, none, none)
    assert list(known.boxes) == [("450103", "甲镇")]
    west, south, east, north = known.boxes["450103", "甲镇"]
    # 0.1 degrees at 22.85 N: 111.32 km a degree times cos 22.85 = 10.26 km wide, 11.07 km high.
    assert (east - west, north - south) == pytest.approx((10_260, 11_070), rel=0.01)
    assert References(counties, towns[["geometry"]], none, none, none).boxes == {}
    assert Gazetteer(known)._named == {}
