import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.cartography.backdrop import TOLERANCE_M, county_bounds, draw_backdrop
from nngis.errors import LayerError


def test_layers_are_drawn_from_the_ground_up(maps):
    roles = [one["role"] for one in draw_backdrop(maps.backdrop())]
    assert roles == ["county", "road", "city", "place"]


def test_the_city_is_outlined_around_its_counties(maps):
    city = next(one for one in draw_backdrop(maps.backdrop()) if one["role"] == "city")
    assert city["n"] == 1
    corners = np.cumsum(np.array(city["xy"]).reshape(-1, 2), axis=0) / city["scale"]
    assert corners.min(axis=0).tolist() == [108.0, 22.5]
    assert corners.max(axis=0).tolist() == [108.8, 23.0]


def test_labels_stand_inside_and_fall_back_to_chinese(maps):
    layers = {one["role"]: one for one in draw_backdrop(maps.backdrop())}
    assert [label[2:] for label in layers["county"]["labels"]] == [
        ["甲县", "Jia"],
        ["乙县", "乙县"],
    ]
    assert 108 < layers["county"]["labels"][0][0] < 108.4 < layers["county"]["labels"][1][0]
    assert layers["place"]["labels"] == [[108.6, 22.6, "丙镇", "丙镇"]]
    assert layers["road"]["labels"] == []


def test_neighbours_keep_their_common_border_when_simplified():
    ragged = [
        (108.4 + 0.00002 * (at % 2), 22.5 + at / 2000) for at in range(1001)
    ]  # 2 m to and fro
    west = shapely.Polygon([(108, 22.5), *ragged, (108, 23)])
    east = shapely.Polygon([*ragged, (108.8, 23), (108.8, 22.5)])
    frame = gpd.GeoDataFrame(geometry=[west, east], crs=4326)
    county = draw_backdrop({"county": frame})[0]
    corners = np.cumsum(np.array(county["xy"]).reshape(-1, 2), axis=0)
    rings = np.split(corners, np.cumsum(county["len"])[:-1])
    assert len(corners) < 200
    border = [
        {tuple(one) for one in ring.tolist() if 10839000 < one[0] < 10841000} for ring in rings
    ]
    assert border[0] == border[1]


def test_lines_are_generalised_within_the_stated_tolerance():
    wiggle = [(108 + at / 1000, 22.5 + 0.0001 * (at % 2)) for at in range(100)]  # 11 m to and fro
    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(wiggle)], crs=4326)
    assert TOLERANCE_M == 50
    assert draw_backdrop({"road": frame})[0]["len"] == [2]


def test_gaps_in_a_backdrop_do_no_harm(maps):
    frames = maps.backdrop()
    frames["county"].loc[0, "geometry"] = None
    frames["place"] = frames["place"].iloc[:0]
    layers = {one["role"]: one for one in draw_backdrop(frames)}
    assert layers["county"]["n"] == 1
    assert [label[2] for label in layers["county"]["labels"]] == ["乙县"]
    assert layers["place"]["n"] == 0
    assert draw_backdrop({}) == []


def test_a_frame_without_a_crs_is_refused(maps):
    frames = maps.backdrop()
    frames["road"] = frames["road"].set_crs(None, allow_override=True)
    with pytest.raises(LayerError, match="road"):
        draw_backdrop(frames)


def test_the_counties_give_the_view(maps):
    assert county_bounds(maps.backdrop()) == (108.0, 22.5, 108.8, 23.0)
    assert county_bounds({}) is None


def test_what_has_no_place_gets_no_label(maps):
    ground = maps.backdrop()
    town = ground["place"].iloc[0]["geometry"]
    ground["place"] = gpd.GeoDataFrame(
        {"name_zh": ["丙镇", "丁镇", None, "戊镇"]},
        geometry=[town, None, town, shapely.Point()],
        crs=4326,
    )
    ground["county"].loc[1, "geometry"] = None
    layers = {one["role"]: one for one in draw_backdrop(ground)}
    assert [label[2] for label in layers["place"]["labels"]] == ["丙镇"]
    assert [label[2] for label in layers["county"]["labels"]] == ["甲县"]
