"""Tiles: only those asked for, from their own servers only, and GCJ-02 ones in their place."""

import io

import numpy as np
import pytest
from PIL import Image

from nngis.cartography.tiles import choose_tiles
from nngis.crs.datum import gcj02_from_wgs84
from nngis.errors import OutputError

SERVER = "https://map.example"
URL = SERVER + "/{z}/{x}/{y}.png"


def test_tianditu_has_two_layers_eight_hosts_and_the_key():
    vector, names = choose_tiles("tianditu:0123456789abcdef")
    assert "LAYER=vec" in vector.url
    assert "LAYER=cva" in names.url
    assert vector.url.endswith("&tk=0123456789abcdef")
    assert vector.origins[0] == "https://t0.tianditu.gov.cn"
    assert len(vector.origins) == 8
    assert not vector.gcj02


@pytest.mark.parametrize(
    "text",
    [
        "tianditu",
        "tianditu:",
        "tianditu:a b",
        "ftp://a/{z}/{x}/{y}",
        "https://a/{z}/{x}",
        "x",
        "https://a'; script-src *//{z}/{x}/{y}",
        "https:///{z}/{x}/{y}",
    ],
)
def test_what_is_no_source_of_tiles_is_refused(text):
    with pytest.raises(OutputError, match="tianditu:KEY"):
        choose_tiles(text)


def test_no_tiles_are_asked_for_by_default(maps):
    assert choose_tiles("") == ()
    assert "img-src data:;" in maps.draw(maps.panel_of(maps.boilers()))


def test_a_page_with_tiles_may_ask_their_server_and_no_other(maps):
    page = maps.draw(maps.panel_of(maps.boilers()), tiles=choose_tiles(URL))
    assert f"img-src data: {SERVER};" in page
    assert "map.example</span>" in page  # named among the sources


def one_tile():
    held = io.BytesIO()
    Image.new("RGB", (256, 256), "#AACCEE").save(held, "PNG")
    return held.getvalue()


@pytest.fixture
def tiled(chromium, tmp_path, maps):
    """Open a map over tiles that the test itself serves; return the page and what it asked for."""
    contexts = []

    def open_it(text, center=(22.8, 108.3), zoom=16):
        asked, complaints = [], []
        file = tmp_path / "page.html"
        page_text = maps.draw(maps.panel_of(maps.boilers()), tiles=choose_tiles(text))
        file.write_text(page_text, encoding="utf-8")
        context = chromium.new_context(viewport={"width": 1000, "height": 700})
        context.set_default_timeout(maps.soon)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def serve(route):
            asked.append(route.request.url)
            route.fulfill(body=one_tile(), content_type="image/png")

        page.route(f"{SERVER}/**", serve)
        page.goto(file.as_uri())
        page.evaluate("([c, z]) => nngis.map.setView(c, z, {animate: false})", [list(center), zoom])
        loaded = (
            "nngis.tiles.map(l => Object.values(l._tiles))"
            ".every(all => all.length && all.every(one => one.loaded))"
        )
        maps.until(page, lambda: page.evaluate(loaded))
        return page, asked, complaints

    yield open_it
    for context in contexts:
        context.close()


def place_of_tile(page):
    """Return the north-west corner of a loaded tile as the map shows it, and its number."""
    return page.evaluate(
        """() => {
            const layer = nngis.tiles[0];
            const tile = Object.values(layer._tiles).find((one) => one.loaded);
            const box = tile.el.getBoundingClientRect();
            const home = nngis.map.getContainer().getBoundingClientRect();
            const at = nngis.map.containerPointToLatLng([box.left - home.left, box.top - home.top]);
            return [at.lng, at.lat, tile.coords.x, tile.coords.y, tile.coords.z];
        }"""
    )


def corner(x, y, z):
    """Return longitude and latitude of a tile's north-west corner in its own datum."""
    share = 2.0**z
    return x / share * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / share))))


@pytest.mark.browser
def test_plain_tiles_lie_where_their_number_says(tiled):
    page, asked, complaints = tiled(URL)
    lon, lat, *number = place_of_tile(page)
    assert asked
    assert (lon, lat) == pytest.approx(corner(*number), abs=3e-5)
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("zoom", [11, 16])
def test_gcj02_tiles_are_moved_to_where_things_are(tiled, zoom):
    page, asked, complaints = tiled("gcj02+" + URL, zoom=zoom)
    lon, lat, *number = place_of_tile(page)
    shifted = [float(one) for one in gcj02_from_wgs84(lon, lat)]
    pixel = 360 / 256 / 2.0**zoom
    assert asked
    assert shifted == pytest.approx(corner(*number), abs=2 * pixel)
    assert complaints == []


@pytest.mark.browser
def test_gcj02_tiles_cover_the_whole_view_where_the_shift_is_wider_than_a_tile(tiled):
    page, *_ = tiled("gcj02+" + URL, zoom=18)
    covered = page.evaluate(
        """() => {
            const home = nngis.map.getContainer().getBoundingClientRect();
            const tiles = Object.values(nngis.tiles[0]._tiles);
            const boxes = tiles.map((one) => one.el.getBoundingClientRect());
            const edge = 3;
            return [[edge, edge], [home.width - edge, edge], [edge, home.height - edge],
                [home.width - edge, home.height - edge]].every(([x, y]) => boxes.some((b) =>
                    b.left <= home.left + x && home.left + x <= b.right &&
                    b.top <= home.top + y && home.top + y <= b.bottom));
        }"""
    )
    assert covered


@pytest.mark.browser
def test_the_page_shifts_as_the_package_does(tiled):
    page, *_ = tiled("gcj02+" + URL)
    places = [(108.3, 22.8), (121.5, 31.2), (87.6, 43.8), (105.0, 35.0), (100.2, 25.6)]
    found = np.array(page.evaluate("(all) => all.map(([a, b]) => nngis.gcj02(a, b))", places))
    lon, lat = np.array(places).T
    assert np.abs(found - np.stack(gcj02_from_wgs84(lon, lat), axis=1)).max() < 1e-9
