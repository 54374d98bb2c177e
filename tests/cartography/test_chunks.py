"""Very many features: none lost, each with its own, and squares that count them."""

import base64
import json
import zlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nngis.cartography import chunks as crowd
from nngis.cartography import layers
from nngis.cartography.chunks import in_pieces, world
from nngis.cartography.layers import draw_layer
from nngis.result.mapview import MapLayer, MapView
from nngis.text import Text

MANY = 300
LAYER = MapLayer(
    "roofs", Text("屋顶", "Roofs"), "polygon", "roof",
    colour_by="decision", name="roof_id", popup=("decision", "area_m2"),
)  # fmt: skip


def roofs(count=MANY):
    """Return roofs on a lattice in two decisions, of areas that tell their numbers."""
    at = np.arange(count)
    x, y = 500_000.0 + 400 * (at % 20), 2_500_000.0 + 400 * (at // 20)
    shapes = shapely.box(x, y, x + 30, y + 20)
    shapes[7] = shapes[7].difference(shapely.box(x[7] + 9, y[7] + 9, x[7] + 12, y[7] + 12))
    return gpd.GeoDataFrame(
        {"decision": np.where(at % 3 == 0, "pilot", "phase_2"), "area_m2": at + 1.0},
        geometry=shapes,
        crs="EPSG:4545",
        index=pd.Index([f"R{i:03d}" for i in at], name="roof_id"),
    )


def unpack(text):
    return json.loads(zlib.decompress(base64.b64decode(text)))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(layers, "MANY", 100)
    monkeypatch.setattr(crowd, "AT_ONCE", 40)


@pytest.mark.usefixtures("small")
def test_every_feature_stands_in_one_piece_with_its_own_values():
    table = roofs()
    table.loc["R005", "geometry"] = None
    drawn = draw_layer(LAYER, table)
    assert (drawn.count, drawn.left_out, drawn.data["n"]) == (299, 1, 299)
    pieces = [unpack(piece[5]) for piece in drawn.data["pieces"]]
    assert [piece[4] for piece in drawn.data["pieces"]] == [40] * 7 + [19]
    assert [piece["n"] for piece in pieces] == [40] * 7 + [19]
    ids = [one for piece in pieces for one in piece["id"][1]]
    assert sorted(ids) == sorted(set(table.index) - {"R005"})
    for piece in pieces:
        areas = dict(zip(piece["id"][1], dict(piece["popup"])["area_m2"][0], strict=True))
        assert areas == {one: float(one[1:]) + 1 for one in piece["id"][1]}
        shown = [drawn.classes[code].title.en for code in piece["cls"]]
        expected = ["pilot" if int(one[1:]) % 3 == 0 else "phase 2" for one in piece["id"][1]]
        assert [word.lower().startswith("pilot") for word in shown] == [
            word == "pilot" for word in expected
        ]
        # R007 has a hole: two rings.
        assert len(piece["len"]) == piece["n"] + ("R007" in piece["id"][1])


@pytest.mark.usefixtures("small")
def test_the_box_of_a_piece_holds_its_features_and_neighbours_stand_together():
    drawn = draw_layer(LAYER, roofs())
    for west, south, east, north, _, text in drawn.data["pieces"]:
        piece = unpack(text)
        lonlat = np.cumsum(np.array(piece["xy"]).reshape(-1, 2), axis=0) / piece["scale"]
        assert lonlat.min(axis=0) == pytest.approx([west, south], abs=1.1e-5)
        assert lonlat.max(axis=0) == pytest.approx([east, north], abs=1.1e-5)
        assert (east - west) * (north - south) < 0.3 * 0.075 * 0.055  # of the whole


@pytest.mark.usefixtures("small")
def test_the_same_features_give_the_same_bytes_and_few_stay_one_list():
    assert draw_layer(LAYER, roofs()).data == draw_layer(LAYER, roofs()).data
    assert "pieces" not in draw_layer(LAYER, roofs(100)).data
    assert draw_layer(LAYER, roofs(100)).data["n"] == 100


def test_squares_count_every_feature_of_each_class_the_most_frequent_last():
    spots = gpd.GeoSeries(shapely.points([108.3] * 5 + [109.0], [22.8] * 5 + [23.0]), crs=4326)
    found = in_pieces(spots, np.array([0, 0, 0, 1, 1, 1]), lambda rows: {"rows": rows.tolist()})
    afar = unpack(found["afar"])
    x, y = world(np.array([108.3, 109.0]), np.array([22.8, 23.0]))
    squares = list(zip(afar["x"], afar["y"], afar["c"], strict=True))
    side = 2 ** afar["level"]
    first, second = [(int(a * side), int(b * side)) for a, b in zip(x, y, strict=True)]
    assert squares == [(*second, 1), (*first, 1), (*first, 0)]  # 1, 2, 3 features
    assert afar["s"][0] <= afar["s"][1] < afar["s"][2]


def test_too_many_squares_are_made_larger(monkeypatch):
    monkeypatch.setattr(crowd, "SQUARES", 10)
    random = np.random.default_rng(2)
    spots = gpd.GeoSeries(shapely.points(random.uniform(108, 109, (50, 2)) - [0, 86]), crs=4326)
    found = in_pieces(spots, np.zeros(50, dtype=np.intp), lambda _: {})
    afar = unpack(found["afar"])
    assert len(afar["x"]) <= 10
    assert afar["level"] < crowd.FINEST


def test_the_world_is_that_of_web_maps():
    x, y = world(np.array([-180.0, 180.0, 0.0]), np.array([85.0511287798, -85.0511287798, 0.0]))
    np.testing.assert_allclose(x, [0.0, 1.0, 0.5])
    np.testing.assert_allclose(y, [0.0, 1.0, 0.5], atol=1e-4)


@pytest.mark.browser
@pytest.mark.usefixtures("small")
def test_the_page_opens_pieces_from_near_and_squares_from_afar(open_page, maps):
    view = MapView("rooftop", Text("屋顶光伏", "Rooftop PV"), (LAYER,))
    panel = type(maps.area_panel())(view, {"roofs": roofs()})
    opened = open_page(maps.draw(panel))
    page = opened.page

    def settle():
        come = (
            "(() => { const l = nngis.scene.layers[0];"
            "return !l.pieces.some((p) => p.coming) && (l.open.length > 0 || !!l.squares); })()"
        )
        maps.until(page, lambda: page.evaluate(come))

    assert "放大后逐件显示" in page.locator(".panel").inner_text()
    settle()
    page.evaluate("() => { nngis.map.setView([22.6075, 108.0022], 17, { animate: false }); }")
    settle()
    ids = "nngis.scene.layers[0].open.flatMap((o) => Array.from(o.id[1]))"
    near = page.evaluate(ids)
    assert 0 < len(near) < MANY
    # In the middle of a roof of the view a click tells of that roof.
    name, x, y = page.evaluate(
        """(() => {
            const box = nngis.map.getContainer().getBoundingClientRect();
            for (const one of nngis.scene.layers[0].open) {
                for (let p = 0; p + 1 < one.start.length; p++) {
                    const at = one.box.slice(4 * p, 4 * p + 4);
                    const spot = nngis.map.latLngToContainerPoint(
                        nngis.latLng((at[0] + at[2]) / 2, (at[1] + at[3]) / 2));
                    if (spot.x > 350 && spot.x < 900 && spot.y > 350 && spot.y < 700) {
                        const name = one.id[1][nngis.ownerOf(one, p)];
                        return [name, box.left + spot.x, box.top + spot.y];
                    }
                }
            }
            return [null, 0, 0];
        })()"""
    )
    assert name in near
    page.mouse.click(x, y)
    assert name in page.locator(".leaflet-popup-content").inner_text()
    # Search looks through all pieces, and goes to what it finds.
    (far,) = sorted({"R000", "R299"} - set(near))[-1:]
    page.fill("#search", far)
    page.wait_for_selector(f"#results :text('{far}')")
    page.press("#search", "Enter")
    settle()
    assert far in page.locator(".leaflet-popup-content").last.inner_text()
    assert far in page.evaluate(ids)


def test_from_afar_the_fewest_come_first_and_a_quarter_of_the_squares_is_of_each_size():
    # One feature in the first place, two in the second ... eight in the eighth.
    lon = np.repeat(np.arange(8.0) + 100, np.arange(1, 9))
    bounds = np.column_stack([lon, np.full(36, 22.0), lon, np.full(36, 22.0)])
    found = crowd._afar(bounds, np.zeros(36, np.intp))
    assert found["s"] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found["x"] == sorted(found["x"])  # from the west on, as there are ever more
    assert found["c"] == [0] * 8
    side = 2 ** found["level"]
    assert found["x"][0] == int((100 / 360 + 0.5) * side)
    assert len(set(found["y"])) == 1
