"""Overpass, spoken for real by a small server: questions, tiles, busy times, cut answers."""

import re

import geopandas as gpd
import pytest
import shapely

from nngis.errors import FetchError
from nngis.fetch import osm_source, overpass
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.order import Order
from nngis.fetch.osm_mapping import osm_layers

pytest.importorskip("osmium")

TOWN = Area("town", shapely.box(108.30, 22.80, 108.32, 22.82), gpd.GeoDataFrame())
LAYERS = ("roads", "roofs", "charging_stations", "places")
NODES = {
    1: (0, 0), 2: (4, 0), 3: (4, 4), 4: (0, 4), 5: (1, 1), 6: (2, 1), 7: (2, 2), 8: (1, 2),
    20: (5, 5), 21: (15, 5), 22: (15, 15),
    30: (3, 3, {"amenity": "charging_station", "name": "甲充电站"}),
    31: (16, 16, {"amenity": "fuel;charging_station"}),
    32: (6, 6, {"amenity": "cafe", "name": "咖啡"}),
    33: (200, 200, {"amenity": "charging_station"}),
}  # fmt: skip
WAYS = {
    50: ([1, 2, 3, 4, 1], {}),
    51: ([5, 6, 7, 8, 5], {}),
    52: ([20, 21, 22], {"highway": "primary", "name": "民族大道"}),
    53: ([20, 22], {"highway": "footway"}),
    54: ([1, 2, 3, 1], {"building": "厂房"}),
}
RELATIONS = {
    70: (
        [("way", 50, "outer"), ("way", 51, "inner")],
        {"type": "multipolygon", "building": "yes", "amenity": "school", "name": "甲小学"},
    )
}


class Overpass:
    """Answers the questions that nngis asks, as Overpass does."""

    def __init__(self, nodes, ways, relations, say):
        self.world = ({"n": nodes, "w": ways, "r": relations}, say)
        self.asked = []

    def __call__(self, text):
        kinds, say = self.world
        head = re.match(r"\[out:xml\]\[timeout:\d+\]\[bbox:([-\d.,]+)\];\n\(\n", text)
        assert head, text
        assert text.endswith(");\n(._;>;);\nout body;\n")
        self.asked.append(head[1])
        south, west, north, east = (float(side) for side in head[1].split(","))
        found = {"n": set(), "w": set(), "r": set()}
        for line in text[head.end() : text.index("\n);")].splitlines():
            types, filters = re.fullmatch(r'  (way|wr|nwr)((?:\["[^\]]*"\])+);', line).groups()
            for kind in {"way": "w"}.get(types, types):
                for ref, thing in kinds[kind].items():
                    tags = thing[-1] if isinstance(thing[-1], dict) else {}
                    if all(
                        self.fits(tags, *part)
                        for part in re.findall(r'\["([^"]*)"(?:~"([^"]*)")?\]', filters)
                    ) and self.within(kind, ref, (west, south, east, north)):
                        found[kind].add(ref)
        for ref in found["r"]:
            found["w"] |= {r for t, r, _ in kinds["r"][ref][0] if t == "way" and r in kinds["w"]}
        for ref in found["w"]:
            found["n"] |= set(kinds["w"][ref][0])
        parts = [{ref: kinds[kind][ref] for ref in refs} for kind, refs in found.items()]
        meta = '<meta osm_base="2025-03-04T05:06:07Z"/>'
        return say(*parts).replace('version="0.6">', f'version="0.6">{meta}').encode()

    @staticmethod
    def fits(tags, key, pattern):
        return key in tags and (not pattern or re.search(pattern, tags[key]) is not None)

    def within(self, kind, ref, box):
        kinds, _ = self.world
        if kind == "n":
            x, y = (108.3, 22.8)[0] + kinds["n"][ref][0] / 1000, 22.8 + kinds["n"][ref][1] / 1000
            return box[0] <= x <= box[2] and box[1] <= y <= box[3]
        if kind == "w":
            return any(self.within("n", node, box) for node in kinds["w"][ref][0])
        return any(self.within("w", way, box) for _, way, _ in kinds["r"][ref][0])


@pytest.fixture
def speaker(loopback, osm_say):
    made = Overpass(NODES, WAYS, RELATIONS, osm_say)
    loopback.speakers["/api/interpreter"] = made
    return made


@pytest.fixture
def order(loopback, speaker, patient, tmp_path):
    endpoint = read_endpoints()["overpass"].model_copy(
        update={"url": loopback.url("/api/interpreter"), "tile_deg": 0.01}
    )
    return Order(LAYERS, TOWN, endpoint, patient, Cache(tmp_path / "cache"))


def test_overpass_gives_the_same_rows_as_a_file(order, osm):
    by_overpass = overpass.fetch(order)
    path = osm(NODES, WAYS, RELATIONS)
    by_file = osm_source.layers_from(path, order, query="", vintage="")
    assert [layer.id for layer in by_overpass] == list(LAYERS)
    for one, other in zip(by_overpass, by_file, strict=True):
        assert one.content.to_wkb().equals(other.content.to_wkb()), one.id
    rows = {layer.id: layer.content for layer in by_overpass}
    assert rows["roads"]["name_zh"].tolist() == ["民族大道"]
    assert rows["roofs"]["roof_id"].tolist() == ["r70", "w54"]
    assert rows["charging_stations"]["station_id"].tolist() == ["n30", "n31"]
    assert rows["places"]["name_zh"].tolist() == ["甲小学"]


def test_a_layer_says_what_was_asked_and_how_old_the_data_are(order):
    roads = overpass.fetch(order)[0]
    assert roads.vintage == "2025-03-04"
    assert (roads.licence, roads.attribution) == ("ODbL-1.0", "© OpenStreetMap contributors")
    assert 'way["highway"~' in roads.query


def test_tiles_are_asked_one_by_one_with_a_pause_and_only_once(order, speaker, waits):
    overpass.fetch(order)
    assert speaker.asked == [
        "22.8,108.3,22.81,108.31", "22.8,108.31,22.81,108.32",
        "22.81,108.3,22.82,108.31", "22.81,108.31,22.82,108.32",
    ]  # fmt: skip
    assert waits == [1.0] * 4
    overpass.fetch(order)
    assert len(speaker.asked) == 4


def test_a_run_that_was_killed_goes_on_at_the_tile_it_stopped(order, speaker, loopback):
    loopback.moods["/api/interpreter"] = [("well",), ("well",), *[("status", 504, {})] * 3]
    with pytest.raises(FetchError, match="busy"):
        overpass.fetch(order)
    assert len(speaker.asked) == 2
    assert len(overpass.fetch(order)[0].content) == 1
    assert len(speaker.asked) == 4


def test_a_cut_answer_is_asked_for_again(order, loopback, speaker):
    loopback.moods["/api/interpreter"] = [("cut", 150)]
    assert len(overpass.fetch(order)[0].content) == 1
    assert len(speaker.asked) == 5


def test_an_answer_that_stops_without_its_end_is_asked_for_again(order, loopback, speaker):
    answers = [b"<osm><node"]
    loopback.speakers["/api/interpreter"] = lambda text: answers.pop() if answers else speaker(text)
    assert len(overpass.fetch(order)[0].content) == 1


def test_a_tile_that_holds_too_much_is_asked_for_in_quarters(order, loopback, speaker):
    remark = "<remark> runtime error: Query timed out in &quot;query&quot; </remark>"
    answers = [f'<osm version="0.6">{remark}</osm>'.encode()]
    loopback.speakers["/api/interpreter"] = lambda text: answers.pop() if answers else speaker(text)
    found = overpass.fetch(order)
    assert speaker.asked[:2] == ["22.8,108.3,22.805,108.305", "22.8,108.305,22.805,108.31"]
    assert len(speaker.asked) == 7
    assert found[2].content["station_id"].tolist() == ["n30", "n31"]


def test_a_tile_is_named_to_the_last_digit(order):
    box = overpass.tiles(order.area.shape, 0.03125)[0]
    assert "[bbox:22.78125,108.28125,22.8125,108.3125]" in overpass.question(order, box)


def test_a_server_that_has_no_slot_is_left_with_its_own_words(order, loopback):
    remark = "<remark> runtime error: open64: 0 Success /osm3s Dispatcher_Client </remark>"
    loopback.speakers["/api/interpreter"] = lambda _: f"<osm>{remark}</osm>".encode()
    with pytest.raises(FetchError, match="Dispatcher_Client"):
        overpass.fetch(order)


def test_a_web_page_in_place_of_an_answer_is_named(order, loopback):
    loopback.speakers["/api/interpreter"] = lambda _: b"<!DOCTYPE html><title>login</title>"
    with pytest.raises(FetchError, match="web page"):
        overpass.fetch(order)


def test_a_dry_run_asks_nothing_and_knows_what_is_there(order, loopback):
    assert [(p.size, p.kept) for p in overpass.parcels(order)] == [(None, False)] * 4
    assert loopback.asked == []
    overpass.fetch(order)
    assert all(p.kept and p.size for p in overpass.parcels(order))


def test_every_statement_of_the_table_is_one_that_overpass_knows(order, speaker):
    whole = Order(tuple(osm_layers()), order.area, order.endpoint, order.network, order.cache)
    assert len(overpass.fetch(whole)) == len(osm_layers())
