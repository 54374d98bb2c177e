"""How complete layers are, by county, and whether they lie where they should."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.crs import gcj02_from_wgs84
from nngis.fetch.area import Area
from nngis.fetch.order import Fetched
from nngis.fetch.quality import check_datum, count_by_county, sentences
from nngis.text import Text

COUNTIES = gpd.GeoDataFrame(
    {"name_zh": ["甲县", "乙县", "丙县"], "name_en": ["A", "B", "C"]},
    index=["1", "2", "3"],
    geometry=[shapely.box(108 + i / 10, 22, 108.1 + i / 10, 22.1) for i in range(3)],
    crs="EPSG:4326",
).rename_axis("adcode")


def layer(name, rows, roles, broken=0):
    return Fetched(
        name, Text(name, name), "polygon", rows, "key", roles, "", "", "", "derived", (), "",
        broken=broken,
    )  # fmt: skip


def roofs(*at, **columns):
    outlines = [shapely.box(x, 22.05, x + 1e-4, 22.0501) for x in at]
    return layer("roofs", gpd.GeoDataFrame(columns, geometry=outlines, crs="EPSG:4326"), ("roofs",))


def test_objects_names_and_tags_are_counted_by_county():
    found = count_by_county(
        [
            roofs(
                108.01, 108.02, 108.03, 108.11,
                name_zh=["楼", None, None, None],
                building=["yes", "school", "yes", "yes"],
                roof_class=["government", None, None, None],
            )
        ],
        COUNTIES,
        population={"1": 30.0, "2": 10.0, "3": 5.0},
    ).set_index("adcode")  # fmt: skip
    assert found["objects"].tolist() == [3, 1, 0]
    assert found["unnamed_share"].tolist()[:2] == pytest.approx([2 / 3, 1])
    assert found["untagged_share"].tolist()[:2] == pytest.approx([1 / 3, 1])
    assert np.isnan(found.loc["3", "unnamed_share"])
    assert found["roofs_per_resident"].tolist() == pytest.approx([0.1, 0.1, 0])
    assert found["hint"].tolist() == ["ok", "ok", "none"]


def test_a_county_with_under_a_tenth_of_the_densest_is_sparse():
    rows = gpd.GeoDataFrame(
        {"length_km": [100.0, 9.0, 50.0]},
        geometry=[shapely.LineString([(x, 22.05), (x + 0.01, 22.05)]) for x in
                  (108.05, 108.15, 108.25)],
        crs="EPSG:4326",
    )  # fmt: skip
    found = count_by_county([layer("roads", rows, ("roads",))], COUNTIES)
    assert found["hint"].tolist() == ["ok", "sparse", "ok"]
    assert found["road_km_per_km2"].iloc[0] == pytest.approx(100 / 114.6, rel=0.01)


def test_a_gap_is_said_and_not_taken_for_a_finding():
    made = roofs(108.01, 108.11)
    made = layer("roofs", made.content, ("roofs",), broken=2)
    counts = count_by_county([made], COUNTIES)
    said = [text.en for text in sentences(counts, check_datum(COUNTIES, COUNTIES), [made])]
    assert said == [
        "roofs has nothing in C: perhaps not drawn; do not take it for not there.",
        "roofs: 2 objects are incomplete in the source and left out.",
    ]


def test_a_boundary_in_another_datum_is_found_out():
    lon, lat = gcj02_from_wgs84(*shapely.get_coordinates(shapely.segmentize(
        COUNTIES.geometry.iloc[0], 0.01)).T)  # fmt: skip
    drawn = gpd.GeoDataFrame(
        {"name_zh": ["甲县", "别处"]},
        geometry=[shapely.Polygon(np.c_[lon, lat]), shapely.box(0, 0, 1, 1)],
        crs="EPSG:4326",
    )
    found = check_datum(drawn, COUNTIES)
    assert found["name_zh"].tolist() == ["甲县"]
    assert found["datum"].tolist() == ["gcj02"]
    assert found["wgs84"].iloc[0] > 200 > found["gcj02"].iloc[0]
    (said,) = sentences(count_by_county([], COUNTIES), found, [])
    assert "甲县" in said.zh


def test_a_boundary_that_fits_nowhere_is_unknown():
    drawn = COUNTIES.iloc[:1].set_geometry(COUNTIES.geometry.iloc[:1].translate(0.3, 0))
    assert check_datum(drawn, COUNTIES)["datum"].tolist() == [None]


def test_a_county_cut_by_the_area_counts_with_the_part_that_was_fetched():
    area = Area("box", shapely.box(108.0, 21.9, 108.15, 22.2), COUNTIES)
    parts = area.covered()
    assert parts["whole"].to_dict() == {"1": True, "2": False}


def test_without_counties_there_is_nothing_to_count():
    assert count_by_county([roofs(108.0)], COUNTIES.iloc[:0]).empty


def test_streets_and_junctions_of_roads_are_counted_by_county():
    def street(*at):
        return shapely.LineString([(108 + x / 100, 22 + y / 100) for x, y in at])

    rows = gpd.GeoDataFrame(
        {"length_km": 1.0, "oneway": [1, 0, 0]},
        geometry=[street((1, 5), (2, 5)), street((2, 5), (3, 5)), street((2, 5), (2, 6))],
        crs="EPSG:4326",
    )
    found = count_by_county([layer("roads", rows, ("roads",))], COUNTIES).set_index("adcode")
    assert found["junctions_count"].tolist()[0] == 1
    assert found["dead_ends_count"].tolist()[0] == 3
    assert found["parts_count"].tolist()[0] == 1
    assert 0.3 < found["oneway_share"].iloc[0] < 0.36
    assert found["junctions_count"].isna().tolist() == [False, True, True]
