"""From hand-made OpenStreetMap to the rows of layers, with every trap that extracts hold."""

import numpy as np
import pytest

from nngis.errors import LayerError
from nngis.fetch.osm_frames import layer_frame
from nngis.fetch.osm_mapping import fits, osm_layers, osm_words
from nngis.fetch.osm_read import read_osm
from nngis.network.graph.drive_rules import SPEED_KM_H
from nngis.plans.rooftop.classes import CLASSES, classify
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.roles import roles

pytest.importorskip("osmium")

SQUARE = {1: (0, 0), 2: (4, 0), 3: (4, 4), 4: (0, 4)}
HOLE = {5: (1, 1), 6: (2, 1), 7: (2, 2), 8: (1, 2)}
LINE = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0)}
STREET = {"highway": "residential"}


def rows(path, layer):
    spec = osm_layers()[layer]
    return layer_frame(spec, read_osm(path, [spec])[layer]).set_index(spec.key)


def test_a_road_has_class_speed_direction_bridge_and_level(osm):
    tags = {"highway": "primary", "maxspeed": "60", "bridge": "viaduct", "layer": "1"}
    found = rows(osm(LINE, {7: ([1, 2], {**tags, "name": "民族大道"})}), "roads")
    road = found.loc["w7"]
    assert road[["class", "name_zh"]].tolist() == ["primary", "民族大道"]
    assert (road["speed_km_h"], road["oneway"], road["layer"]) == (60, 0, 1)
    assert (road["bridge"], road["tunnel"]) == (True, False)
    assert road["length_km"] == pytest.approx(0.1027, abs=1e-4)


def test_every_road_class_is_one_that_the_drive_rules_know():
    assert set(osm_layers()["roads"].take["highway"]) == set(SPEED_KM_H)


def test_a_road_without_a_limit_gets_the_speed_of_its_class(osm):
    assert rows(osm(LINE, {7: ([1, 2], STREET)}), "roads")["speed_km_h"].tolist() == [25]


def test_a_roundabout_is_one_way_though_nobody_says_so(osm):
    ring = {7: ([1, 2, 3, 4, 1], {**STREET, "junction": "roundabout"})}
    assert rows(osm(SQUARE, ring), "roads").loc["w7", "oneway"] == 1


def test_a_street_against_its_line_has_the_speed_against_it(osm):
    tags = {**STREET, "oneway": "-1", "maxspeed:forward": "20", "maxspeed:backward": "40"}
    road = rows(osm(LINE, {7: ([1, 2], tags)}), "roads").loc["w7"]
    assert (road["oneway"], road["speed_km_h"]) == (-1, 40)


def test_private_roads_and_footways_are_left_out(osm):
    ways = {
        7: ([1, 2], {**STREET, "access": "private"}),
        8: ([2, 3], {"highway": "footway"}),
        9: ([3, 4], STREET),
    }
    assert rows(osm(LINE, ways), "roads").index.tolist() == ["w9"]


def test_a_way_that_lacks_a_node_is_cut_there(osm):
    path = osm(LINE, {7: ([1, 2, 99, 3, 4], STREET), 8: ([1, 98], STREET)})
    found = rows(path, "roads")
    assert found.index.tolist() == ["w7", "w7-2"]
    assert found["length_km"].tolist() == pytest.approx([0.1027, 0.1027], abs=1e-4)
    spec = osm_layers()["roads"]
    assert read_osm(path, [spec])["roads"].broken == 1


def test_a_file_without_any_such_object_gives_an_empty_layer(osm):
    for layer in osm_layers():
        assert rows(osm(LINE, {}), layer).empty


def test_a_building_with_a_yard_keeps_its_hole(osm):
    ways = {7: ([1, 2, 3, 4, 1], {}), 8: ([5, 6, 7, 8, 5], {})}
    members = [("way", 7, "outer"), ("way", 8, "inner")]
    relation = {3: (members, {"type": "multipolygon", "building": "school", "name": "甲小学"})}
    roof = rows(osm(SQUARE | HOLE, ways, relation), "roofs").loc["r3"]
    assert roof.geometry.geom_type == "Polygon"
    assert roof.geometry.area == pytest.approx(15e-6)
    assert roof[["building", "name_zh"]].tolist() == ["school", "甲小学"]


def test_a_relation_cut_at_the_border_is_counted_and_not_made_up(osm):
    ways = {7: ([1, 2, 3], {})}
    members = [("way", 7, "outer"), ("way", 8, "outer")]
    path = osm(SQUARE, ways, {3: (members, {"type": "multipolygon", "building": "yes"})})
    spec = osm_layers()["roofs"]
    taken = read_osm(path, [spec])["roofs"]
    assert (taken.ids, taken.broken) == ([], 1)


def test_two_outlines_of_one_relation_are_one_roof(osm):
    nodes = {**SQUARE, 11: (10, 0), 12: (11, 0), 13: (11, 1)}
    ways = {7: ([1, 2, 3, 4, 1], {}), 8: ([11, 12, 13, 11], {})}
    members = [("way", 7, "outer"), ("way", 8, "outer")]
    path = osm(nodes, ways, {3: (members, {"type": "multipolygon", "building": "yes"})})
    assert rows(path, "roofs").geometry.geom_type.tolist() == ["MultiPolygon"]


def test_no_building_and_an_underground_one_are_no_roofs(osm):
    ring = [1, 2, 3, 4, 1]
    ways = {
        7: (ring, {"building": "no"}),
        8: (ring, {"building": "yes", "location": "underground"}),
        9: (ring, {"building": "yes", "building:levels": "6", "height": "18.5 m"}),
        10: (ring, {"building": "yes", "building:levels": "许多", "height": "60'"}),
    }
    found = rows(osm(SQUARE, ways), "roofs")
    assert found.index.tolist() == ["w9", "w10"]
    assert found.loc["w9", ["storeys_count", "height_m"]].tolist() == [6, 18.5]
    assert found.loc["w10", ["storeys_count", "height_m"]].isna().all()


def test_values_written_in_chinese_are_understood(osm):
    ring = [1, 2, 3, 4, 1]
    ways = {7: (ring, {"building": "厂房"}), 8: (ring, {"amenity": "停车场", "capacity": "120个"})}
    path = osm(SQUARE, ways)
    assert rows(path, "roofs")["building"].tolist() == ["industrial"]
    assert rows(path, "car_parks")["spaces_count"].tolist() == [120]


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"building": "school"}, "public"),
        ({"building": "yes", "office": "government"}, "government"),
        ({"building": "office", "office": "government"}, "government"),
        ({"building": "yes", "shop": "mall"}, "industrial_commercial"),
        ({"building": "apartments", "shop": "convenience"}, "urban_residential"),
        ({"building": "厂房"}, "industrial_commercial"),
        ({"building": "yes", "healthcare": "clinic"}, "public"),
        ({"building": "yes"}, "unknown"),
    ],
)
def test_the_rooftop_plan_finds_the_class_that_the_tags_mean(osm, tags, kind):
    found = rows(osm(SQUARE, {7: ([1, 2, 3, 4, 1], tags)}), "roofs").to_crs("EPSG:4545")
    found["area_m2"] = found.area
    assert classify(found, RooftopParameters())["class"].tolist() == [kind]


def test_a_fetched_place_tells_what_the_building_around_it_is(osm):
    places = {
        5: (2, 2, {"amenity": "school", "name": "甲小学"}),
        6: (9, 9, {"highway": "services", "name": "甲服务区"}),
    }
    path = osm(SQUARE | places, {7: ([1, 2, 3, 4, 1], {"building": "yes"})})
    found = rows(path, "roofs").to_crs("EPSG:4545")
    found["area_m2"] = found.area
    named = rows(path, "places").to_crs("EPSG:4545")
    assert named["place_class"].notna().sum() == 1
    classed = classify(found, RooftopParameters(), places=named)
    assert classed.loc["w7"].tolist() == ["public", "point"]


def test_a_station_counts_its_sockets_and_knows_what_it_does_not_know(osm):
    tags = {"amenity": "charging_station", "operator": "国家电网", "capacity": "8"}
    sockets = {"socket:gb_dc": "6", "socket:type2": "2", "socket:gb_dc:output": "120 kW"}
    nodes = {1: (0, 0, {**tags, **sockets}), 2: (1, 0, {"amenity": "fuel;charging_station"})}
    found = rows(osm(nodes, {}), "charging_stations")
    assert found.loc["n1", ["piles_count", "connectors_count"]].tolist() == [8, 8]
    assert found.loc["n2", ["piles_count", "connectors_count", "power_kw"]].isna().all()


def test_two_values_of_one_tag_put_a_place_into_two_layers(osm):
    path = osm({2: (1, 0, {"amenity": "fuel;charging_station", "brand": "中国石化"})}, {})
    assert rows(path, "petrol_stations")["name_zh"].tolist() == ["中国石化"]
    assert len(rows(path, "charging_stations")) == 1


def test_an_area_becomes_a_point_inside_it(osm):
    ring = {**SQUARE, 5: (1, 1)}
    ways = {7: ([1, 2, 3, 5, 4, 1], {"amenity": "hospital", "name": "甲医院"})}
    point = rows(osm(ring, ways), "hospitals").geometry.iloc[0]
    assert point.geom_type == "Point"
    assert 0 < point.x - 108.3 < 0.004


@pytest.mark.parametrize(
    ("tags", "place_class", "kind"),
    [
        ({"highway": "services", "name": "甲服务区"}, "service_area", "services"),
        ({"aeroway": "aerodrome", "name": "吴圩机场"}, "airport", "aerodrome"),
        ({"amenity": "bus_station", "name": "客运站"}, "passenger_hub", "bus_station"),
        ({"landuse": "depot", "depot": "bus", "name": "公交总站"}, "bus_depot", "bus_depot"),
        ({"amenity": "townhall", "name": "政府"}, None, "town_hall"),
        ({"office": "government", "name": "局"}, None, "government"),
    ],
)
def test_a_place_knows_which_of_the_six_classes_it_is(osm, tags, place_class, kind):
    found = rows(osm({1: (0, 0, tags)}, {}), "places").loc["n1"]
    assert found["class"] == kind
    assert found["place_class"] == place_class or (
        place_class is None and found["place_class"] is None
    )


def test_a_place_without_a_name_is_left_out(osm):
    assert rows(osm({1: (0, 0, {"amenity": "school"})}, {}), "places").empty


def test_a_substation_is_called_by_its_higher_side(osm):
    nodes = {
        1: (0, 0, {"power": "substation", "voltage": "110000;10000"}),
        2: (0, 1, {"power": "substation", "voltage": "高压"}),
    }
    found = rows(osm(nodes, {}), "substation_sites")["voltage_kv"]
    assert found["n1"] == 110
    assert np.isnan(found["n2"])


def test_a_county_takes_its_stated_code_and_other_levels_are_left_out(osm):
    ways = {7: ([1, 2, 3, 4, 1], {})}
    tags = {"type": "boundary", "boundary": "administrative", "name": "隆安县"}
    member = [("way", 7, "outer")]
    relations = {
        3: (member, {**tags, "admin_level": "6", "ref": "450123"}),
        4: (member, {**tags, "admin_level": "8"}),
    }
    found = rows(osm(SQUARE, ways, relations), "boundaries")
    assert found["name_zh"].to_dict() == {"450123": "隆安县"}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("ref:admin:CN", "450123", "450123"),
        ("ref:admin:CN:mca", "450123000000", "450123"),
        ("ref:admin:CN:nbs", "450123000000", "450123"),
        ("ref:cadc:2020", "450123000", "450123"),
        ("ref", "45012", None),
        ("ref:admin:CN", "4501", None),
        ("ref:admin:CN", "G210450123", None),
    ],
)
def test_a_county_takes_the_first_six_digits_of_each_tag_that_states_its_code(
    osm, key, value, code
):
    tags = {"type": "boundary", "boundary": "administrative", "name": "隆安县", "admin_level": "6"}
    relations = {3: ([("way", 7, "outer")], {**tags, key: value})}
    found = rows(osm(SQUARE, {7: ([1, 2, 3, 4, 1], {})}, relations), "boundaries")
    assert found.index.tolist() == [code or "r3"]


def test_a_code_that_two_boundaries_state_is_nobodys(osm):
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "6"}
    member = [("way", 7, "outer")]
    relations = {
        3: (member, {**tags, "ref:admin:CN": "450123"}),
        4: (member, {**tags, "ref": "450123000000"}),
    }
    found = rows(osm(SQUARE, {7: ([1, 2, 3, 4, 1], {})}, relations), "boundaries")
    assert found.index.tolist() == ["r3", "r4"]


def test_sidings_and_culverts_are_left_out(osm):
    ways = {
        7: ([1, 2], {"railway": "rail"}),
        8: ([2, 3], {"railway": "rail", "service": "siding"}),
        9: ([3, 4], {"waterway": "river", "name": "邕江"}),
        10: ([3, 4], {"waterway": "stream", "tunnel": "culvert"}),
    }
    path = osm(LINE, ways)
    assert rows(path, "railways").index.tolist() == ["w7"]
    assert rows(path, "rivers")["name_zh"].tolist() == ["邕江"]


def test_any_value_but_no_fits_a_star():
    assert fits({"building": "yes"}, "building", ("*",)) == "yes"
    assert fits({"building": "no"}, "building", ("*",)) is None


def test_a_damaged_file_is_said(tmp_path):
    path = tmp_path / "cut.osm"
    path.write_text('<?xml version="1.0"?><osm version="0.6"><node id="1" lat="1"')
    with pytest.raises(LayerError, match="damaged"):
        read_osm(path, osm_layers().values())


def test_every_role_of_the_table_exists_and_gets_its_columns(osm):
    for layer in osm_layers().values():
        named = [role for role in layer.roles if role in roles()]
        columns = rows(osm(SQUARE, {}), layer.id).reset_index().columns
        for role in named:
            assert set(roles()[role].required) <= set(columns), (layer.id, role)
            assert roles()[role].shape == layer.shape


def test_every_class_of_building_in_the_table_is_one_of_the_rooftop_plan():
    assert {kind for _, _, kind in osm_words().roof_class} <= set(CLASSES)
