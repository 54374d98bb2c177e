"""A figure for notebooks and reports: map, title and legend, all of them on it."""

import itertools

import pytest

from nngis.cartography.figure import NOTEBOOK, PAGE, draw_figure


@pytest.fixture(params=[NOTEBOOK, PAGE], ids=["notebook", "page"])
def figure(maps, request):
    panel = maps.panel_of(maps.boilers())
    made = draw_figure(
        panel.view, panel.tables, work_crs="EPSG:4545", lang="zh", backdrop=maps.backdrop(),
        evidence="synthetic", size=request.param,
    )  # fmt: skip
    made.canvas.draw()
    return made


def test_legend_and_words_lie_on_the_figure_beside_the_map(figure):
    whole, (axes,) = figure.bbox, figure.axes
    (legend,) = figure.legends
    places = [legend.get_window_extent(), *(one.get_window_extent() for one in figure.texts)]
    for place in places:
        assert whole.x0 - 1 <= place.x0 < place.x1 <= whole.x1 + 1
        assert whole.y0 - 1 <= place.y0 < place.y1 <= whole.y1 + 1
    for one, other in itertools.combinations(places, 2):
        assert not one.overlaps(other)
    assert places[0].x0 >= axes.get_window_extent().x1 - 0.01 * whole.width


def test_the_legend_names_each_class_on_the_map(figure):
    words = [one.get_text() for one in figure.legends[0].get_texts()]
    assert any("淘汰" in word for word in words)
    assert len(words) == len(set(words)) >= 2
    assert figure.texts[0].get_text() == "供热图"


def test_the_map_is_drawn_in_metres_of_the_work_crs(figure):
    # Boilers 1 km apart about 108.3 E, 22.8 N: some 31 km east of 108 E, where x is 500 km.
    west, east = figure.axes[0].get_xlim()
    assert west < 531_000 < east
    south, north = figure.axes[0].get_ylim()
    assert south < 2_522_500 < north
    high, wide = north - south, east - west
    place = figure.axes[0].get_window_extent()
    assert high / wide == pytest.approx(place.height / place.width, rel=0.01)
