from itertools import pairwise

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod, Transformer

pytestmark = pytest.mark.browser

RETIRE, KEEP = "#D55E00", "#009E73"
POPUP = ".leaflet-popup-content"


def shown(page, selector):
    """Return the text that a person sees."""
    return page.locator(selector).inner_text()


@pytest.fixture
def opened(open_page, maps):
    return open_page(maps.draw(maps.panel_of(maps.boilers()), maps.area_panel()))


def test_the_map_opens_offline_and_draws_its_features(opened):
    assert opened.shows(RETIRE, opened.at("B1"))
    assert opened.shows(KEEP, opened.at("B2"))
    assert opened.page.title() == "供热图、范围图"


def test_a_click_opens_a_popup_with_rule_reason_and_evidence(opened):
    opened.page.mouse.click(*opened.at("B1"))
    text = shown(opened.page, POPUP)
    for word in ("一号锅炉", "B1", "淘汰", "A57", "位于建成区。"):
        assert word in text
    assert "It lies in the built-up area." not in text  # one language at a time
    assert "合成演示" in text
    assert "额定蒸发量" in text
    assert "0 t/h" in text  # zero is a value


def test_what_has_no_name_is_called_by_its_id(open_page, maps):
    table = maps.boilers()
    table["name_zh"] = None
    opened = open_page(maps.draw(maps.panel_of(table)))
    opened.page.mouse.click(*opened.at("B1"))
    assert opened.page.locator(f"{POPUP} h3").inner_text() == "B1"


def test_a_click_beside_everything_opens_nothing(opened):
    box = opened.page.locator("#map_nngis").bounding_box()
    opened.page.mouse.click(box["x"] + 300, box["y"] + 20)
    assert opened.page.locator(POPUP).count() == 0


def test_features_on_one_spot_are_leafed_through(open_page, maps):
    table = maps.boilers()
    table.loc["B2", "geometry"] = table.loc["B1", "geometry"]
    page = open_page(maps.draw(maps.panel_of(table))).page
    at = page.evaluate(
        "(() => { const l = nngis.scene.layers[0], b = nngis.map.getContainer()"
        ".getBoundingClientRect(), p = nngis.map.latLngToContainerPoint("
        "nngis.latLng(l.x[0], l.y[0])); return [b.left + p.x, b.top + p.y]; })()",
    )
    page.mouse.click(*at)
    assert "1 / 2" in shown(page, POPUP)
    assert "二号锅炉" in shown(page, POPUP)  # the one on top
    page.click(".pager .next")
    assert "2 / 2" in shown(page, POPUP)
    assert "一号锅炉" in shown(page, POPUP)


def test_an_area_answers_inside_and_not_in_its_hole(opened):
    place = (
        "([lon, lat]) => nngis.hits(nngis.canvas, L.latLng(lat, lon), 3).map(h => h.layer.title[1])"
    )
    assert opened.page.evaluate(place, [108.25, 22.85]) == ["Area"]
    assert opened.page.evaluate(place, [108.42, 22.8]) == []
    assert opened.page.evaluate(place, [108.3, 22.72]) == ["Main", "Area"]


def test_a_layer_is_switched_off_and_on(opened):
    place = opened.at("B1")
    switch = opened.page.locator('.layer-switch[data-layer="0"]')
    switch.uncheck()
    assert not opened.shows(RETIRE, place)
    opened.page.mouse.click(*place)
    assert "一号锅炉" not in opened.page.locator("body").inner_text()
    switch.check()
    assert opened.shows(RETIRE, place)


def test_a_plan_is_switched_as_a_whole(opened):
    plan = opened.page.locator(".plan-switch").nth(1)
    opened.page.locator('.layer-switch[data-layer="2"]').uncheck()
    assert plan.evaluate("box => box.indeterminate")
    plan.check()
    assert opened.page.evaluate("nngis.scene.layers.map(l => l.shown)") == [True, True, True]
    plan.uncheck()
    assert opened.page.evaluate("nngis.scene.layers.map(l => l.shown)") == [True, False, False]


def test_a_class_is_hidden_and_its_features_no_longer_answer(opened):
    place = opened.at("B1")
    opened.page.get_by_role("button", name="淘汰").click()
    assert not opened.shows(RETIRE, place)
    assert opened.shows(KEEP, opened.at("B2"))


@pytest.mark.parametrize("wanted", ["三号", "b3"])
def test_search_finds_by_name_and_by_id(opened, wanted):
    opened.page.fill("#search", wanted)
    assert opened.page.locator("#results [role=option]").count() == 1
    opened.page.keyboard.press("Enter")
    assert "三号锅炉" in shown(opened.page, POPUP)


def test_search_with_the_keyboard_goes_down_the_list(opened):
    opened.page.fill("#search", "锅炉")
    for _ in range(2):
        opened.page.keyboard.press("ArrowDown")
    active = opened.page.locator("#search").get_attribute("aria-activedescendant")
    assert active == "result-1"
    opened.page.keyboard.press("Enter")
    assert "二号锅炉" in shown(opened.page, POPUP)
    opened.page.keyboard.press("Escape")
    opened.page.wait_for_selector(POPUP, state="detached")


def test_an_empty_search_lists_everything_to_the_keyboard(opened):
    opened.page.focus("#search")
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.locator("#results [role=option]").count() == 5
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector(POPUP)
    opened.page.keyboard.press("Escape")
    opened.page.wait_for_selector(POPUP, state="detached")
    assert opened.page.evaluate("document.activeElement.id") == "map_nngis"


def test_row_numbers_are_no_ids(open_page, maps):
    opened = open_page(maps.draw(maps.panel_of(maps.boilers().reset_index())))
    opened.page.fill("#search", "0")
    assert opened.page.locator("#results [role=option]").count() == 0
    opened.page.mouse.click(*opened.at("0"))
    assert "B1" in shown(opened.page, POPUP)


def test_search_shows_a_layer_that_was_off(opened):
    opened.page.locator('.layer-switch[data-layer="0"]').uncheck()
    opened.page.fill("#search", "B2")
    opened.page.keyboard.press("Enter")
    assert opened.page.locator('.layer-switch[data-layer="0"]').is_checked()
    assert "二号锅炉" in shown(opened.page, POPUP)


def test_search_finds_places_and_puts_what_is_on_the_map_before_what_is_hidden(opened):
    places = opened.page.evaluate("nngis.scene.labels.map(l => l.zh)")
    opened.page.fill("#search", places[0])
    assert places[0] in shown(opened.page, "#results")
    opened.page.fill("#search", "锅炉")
    opened.page.evaluate("nngis.scene.layers[1].shown = false")
    ranks = opened.page.evaluate(
        "[...document.querySelectorAll('#results [role=option]')].map(n => n.textContent)"
    )
    assert ranks
    assert all("锅炉" in one for one in ranks)


def test_a_class_that_was_hidden_comes_back_when_search_goes_there(opened):
    opened.page.get_by_role("button", name="淘汰").click()
    opened.page.fill("#search", "一号")
    opened.page.keyboard.press("Enter")
    assert "一号锅炉" in shown(opened.page, POPUP)
    pressed = opened.page.get_by_role("button", name="淘汰").get_attribute("aria-pressed")
    assert pressed == "true"


def test_search_that_finds_nothing_says_so(opened):
    opened.page.fill("#search", "没有这个")
    assert shown(opened.page, "#results") == "没有找到"


def test_the_language_is_switched_everywhere(opened):
    opened.page.mouse.click(*opened.at("B1"))
    opened.page.click("#language")
    assert opened.page.locator("html").get_attribute("lang") == "en"
    text = shown(opened.page, POPUP)
    assert "retire" in text
    assert "淘汰" not in text
    assert "Rated capacity" in text
    body = opened.page.locator("body").inner_text()
    assert "Schematic map, not a basis for delimiting boundaries." in body
    assert "示意图" not in body
    assert opened.page.locator("#search").get_attribute("placeholder") == "Find by name or id"
    assert opened.page.title().startswith("Heat map")
    opened.page.click("#language")
    assert "淘汰" in shown(opened.page, POPUP)


def test_hostile_names_are_shown_as_text(open_page, maps):
    opened = open_page(maps.draw(maps.panel_of(maps.boilers(maps.hostile))))
    page = opened.page
    for at, name in enumerate(maps.hostile):
        page.fill("#search", f"B{at + 1}")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        told = page.locator(f"{POPUP} h3 bdi").last  # the one before is still fading
        assert told.evaluate("node => node.textContent") == name

        def hovered(at=at, name=name):  # the map may still be moving to what was found
            x, y = opened.at(f"B{at + 1}")
            page.mouse.move(x + 1, y)
            page.mouse.move(x, y)
            return name in page.locator(".tip bdi").all_text_contents()

        maps.until(page, hovered)
    assert page.evaluate("window.hacked") is None
    assert page.locator(f"{POPUP} img, {POPUP} script, .tip img, .tip script").count() == 0


def test_a_script_that_slips_in_does_not_run(opened):
    opened.page.evaluate(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); })()",
    )
    assert opened.page.evaluate("window.hacked") is None
    refused = [said for said in opened.complaints if "Content Security Policy" in said]
    assert len(refused) == 1
    opened.complaints.clear()


def test_hovering_names_a_feature(opened):
    opened.page.mouse.move(*opened.at("B2"))
    opened.page.wait_for_selector(".tip")
    assert shown(opened.page, ".tip") == "二号锅炉"


def test_the_mouse_reads_coordinates(opened):
    opened.page.mouse.move(*opened.at("B1"))
    lon, lat = shown(opened.page, ".readout").split()
    assert lon.endswith("°E")
    assert abs(float(lon[:-2]) - 108.3) < 0.002
    assert abs(float(lat[:-2]) - 22.8) < 0.002


def test_the_scale_bar_is_metric(opened):
    assert shown(opened.page, ".leaflet-control-scale").endswith("km")


def test_measured_lengths_and_areas_are_those_of_the_ellipsoid(opened):
    geod = Geod(ellps="WGS84")
    mercator = Transformer.from_crs(4326, 3857, always_xy=True).transform
    degrees = Transformer.from_crs(3857, 4326, always_xy=True).transform
    places = [(108.0, 22.5), (108.5, 22.6), (108.4, 23.1)]
    for (ax, ay), (bx, by) in pairwise(places):
        own = opened.page.evaluate(
            "([ax, ay, bx, by]) => nngis.distance(L.latLng(ay, ax), L.latLng(by, bx))",
            [ax, ay, bx, by],
        )
        assert own == pytest.approx(geod.inv(ax, ay, bx, by)[2], rel=1e-5)
    area = opened.page.evaluate(
        "places => nngis.area(places.map(([x, y]) => L.latLng(y, x)))", places
    )
    ring = shapely.transform(shapely.Polygon(places), mercator, interleaved=False)
    drawn = shapely.transform(shapely.segmentize(ring, 100), degrees, interleaved=False)
    assert area == pytest.approx(abs(geod.geometry_area_perimeter(drawn)[0]), rel=1e-6)


def test_measuring_with_the_mouse_opens_no_popup(opened):
    opened.page.click("#measure")
    assert "双击" in shown(opened.page, ".measure")
    for feature in ("B1", "B3"):
        opened.page.mouse.click(*opened.at(feature))
    said = shown(opened.page, ".measure")
    length, unit = said.removeprefix("长度 ").split()
    assert unit == "km"
    assert float(length) == pytest.approx(2.05, abs=0.2)  # two pixels
    assert opened.page.locator(POPUP).count() == 0
    opened.page.keyboard.press("Escape")
    assert opened.page.locator(".measure").count() == 0


def test_the_keyboard_moves_and_zooms_the_map(opened, maps):
    page = opened.page
    page.focus("#map_nngis")
    zoom, lon = page.evaluate("[nngis.map.getZoom(), nngis.map.getCenter().lng]")
    page.keyboard.press("ArrowRight")
    maps.until(page, lambda: page.evaluate("nngis.map.getCenter().lng") > lon)
    page.keyboard.press("+")
    maps.until(page, lambda: page.evaluate("nngis.map.getZoom()") == zoom + 1)


def test_every_control_has_a_name(opened):
    unnamed = opened.page.evaluate(
        "[...document.querySelectorAll('button, a, input, [role=button]')].filter(n =>"
        " !(n.getAttribute('aria-label') || n.innerText.trim() || n.labels?.length))"
        ".map(n => n.outerHTML)",
    )
    assert unnamed == []


def test_a_phone_has_the_map_and_a_drawer(open_page, maps):
    opened = open_page(maps.draw(maps.panel_of(maps.boilers())), phone=True)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.locator("#map_nngis").bounding_box()
    assert box["width"] == 390
    assert box["height"] > 500
    assert not page.locator("#panel").is_visible()
    page.tap("#drawer")
    page.locator('.layer-switch[data-layer="0"]').wait_for(state="visible")
    page.fill("#search", "B1")
    page.locator("#results [role=option]").tap()
    assert "一号锅炉" in shown(page, POPUP)
    page.locator("#panel").wait_for(state="hidden")
    small = page.evaluate(
        "[...document.querySelectorAll('.leaflet-bar a, .leaflet-bar button, .tools button')]"
        ".filter(n => n.offsetParent && n.getBoundingClientRect().height < 38).map(n => n.id)",
    )
    assert small == []


def test_a_tap_opens_a_popup(open_page, maps):
    opened = open_page(maps.draw(maps.panel_of(maps.boilers())), phone=True)
    opened.page.touchscreen.tap(*opened.at("B3"))
    opened.page.wait_for_selector(POPUP)


def test_the_print_has_title_map_legend_and_strip_on_one_page(opened, tmp_path):
    raw = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    assert raw.count(b"/Type /Page\n") == 1
    opened.page.emulate_media(media="print")
    for selector in ("h1", "#panel", ".strip", ".north", ".leaflet-control-scale"):
        assert opened.page.locator(selector).is_visible()
    for selector in ("#search", "#print", ".leaflet-bar"):
        assert not opened.page.locator(selector).first.is_visible()


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_layer_and_a_single_feature_open_without_complaint(open_page, maps, count):
    table = maps.boilers().iloc[:count]
    opened = open_page(maps.draw(maps.panel_of(table), backdrop={}))
    assert opened.page.evaluate("nngis.scene.layers[0].n") == count


def test_a_crowd_is_drawn_in_full_and_answers(open_page, maps):
    side = 100
    names = tuple(f"点{at}" for at in range(side * side))
    table = maps.boilers(names)
    table["geometry"] = [
        shapely.Point(108 + 0.007 * (at % side), 22.5 + 0.005 * (at // side))
        for at in range(side * side)
    ]
    opened = open_page(maps.draw(maps.panel_of(table)))
    assert opened.page.evaluate("nngis.scene.layers[0].crowded")
    for feature in ("B1", "B5051", "B10000"):
        assert any(opened.shows(colour, opened.at(feature)) for colour in (RETIRE, KEEP))
    opened.page.mouse.click(*opened.at("B5051"))
    assert "B5051" in shown(opened.page, POPUP)


def test_crowds_of_lines_and_areas_are_drawn(open_page, maps):
    lines = gpd.GeoDataFrame(
        geometry=[
            shapely.LineString([(108 + at / 30000, 22.6), (108 + at / 30000, 22.9)])
            for at in range(24000)
        ],
        crs=4326,
    )
    areas = gpd.GeoDataFrame(
        geometry=shapely.box(
            *[[108 + 0.008 * (at % 100) + side * 0.0002 for at in range(9000)] for side in (0,)],
            *[[22.5 + 0.005 * (at // 100) for at in range(9000)]],
            *[[108.0002 + 0.008 * (at % 100) for at in range(9000)]],
            *[[22.5002 + 0.005 * (at // 100) for at in range(9000)]],
        ),
        crs=4326,
    )
    for table, shape, role, colour in (
        (lines, "line", "heat_main", "#A3262A"),
        (areas, "polygon", "roof", "#C58A00"),
    ):
        layer = type(maps.layer)("boilers", maps.layer.title, shape, role)
        opened = open_page(maps.draw(maps.panel_of(table, layer)))
        assert opened.page.evaluate("nngis.scene.layers[0].crowded")
        x, y = opened.page.evaluate(
            "(() => { const b = nngis.map.getContainer().getBoundingClientRect(),"
            " l = nngis.scene.layers[0], p = nngis.map.latLngToContainerPoint("
            "nngis.latLng(l.x[0], l.y[0])); return [b.left + p.x, b.top + p.y]; })()",
        )
        assert opened.shows(colour, (x, y))
