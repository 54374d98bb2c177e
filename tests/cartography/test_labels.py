"""Names on a map: the best place that is free, the nearest to it, none over another."""

import numpy as np
from shapely import box

from nngis.cartography.labels import Wish, place_names, places_in
from nngis.cartography.paper import Box

FRAME = Box(0, 0, 100, 100)
NONE = np.empty((0, 2))


def wish(*places, must=False):
    return Wish("甲", np.array(places, float), 10, 4, must=must)


def test_the_free_place_nearest_to_the_best_is_taken():
    # Another name lies on the best; the second place listed is farther from it than the third.
    found = place_names([wish((50, 50)), wish((50, 50), (10, 50), (70, 50))], NONE, FRAME)
    assert found == [(50.0, 50.0), (70.0, 50.0)]


def test_a_name_lies_whole_in_the_frame_up_to_its_edge():
    assert place_names([wish((5, 2))], NONE, FRAME) == [(5.0, 2.0)]
    assert place_names([wish((4.9, 2)), wish((5, 98.1))], NONE, FRAME) == [None, None]
    assert place_names([wish((95, 98))], NONE, FRAME) == [(95.0, 98.0)]


def test_names_may_touch_and_not_overlap():
    touching = place_names([wish((50, 50)), wish((60, 50)), wish((50, 54))], NONE, FRAME)
    assert touching == [(50.0, 50.0), (60.0, 50.0), (50.0, 54.0)]
    assert place_names([wish((50, 50)), wish((59.9, 50))], NONE, FRAME)[1] is None


def test_a_symbol_under_a_name_keeps_it_away_unless_it_must_be_written():
    symbol = np.array([[50.0, 50.0]])
    assert place_names([wish((50, 50))], symbol, FRAME) == [None]
    assert place_names([wish((50, 50), must=True)], symbol, FRAME) == [(50.0, 50.0)]
    # Three symbols under the best place weigh more than a little way.
    crowd = np.array([[50.0, 50.0], [51.0, 50.0], [52.0, 50.0]])
    assert place_names([wish((50, 50), (50, 60), must=True)], crowd, FRAME) == [(50.0, 60.0)]


def test_an_area_is_named_first_where_it_is_widest():
    shape = box(0, 0, 60, 4).union(box(60, -20, 100, 20))
    first = places_in(shape)[0]
    assert np.hypot(*(first - (80, 0))) < 1.5
    assert all(shape.buffer(1e-9).covers(box(*spot, *spot).centroid) for spot in places_in(shape))
