"""The legend on paper: every line in the box, one below the other, its count beside it."""

import itertools

import pytest

from nngis.cartography.canvas import blank_canvas
from nngis.cartography.legend import HEAD_MM, LINE_MM, Line, draw_legend
from nngis.cartography.paper import Box, Paper

BOX = Box(300.0, 20.0, 86.0, 118.0)
HALF_LETTER_MM = 1.5


def lines(count):
    return [Line("锅炉", "9", height_mm=HEAD_MM)] + [
        Line(f"第 {at} 类", f"{at}") for at in range(1, count)
    ]


def written(rows, columns=1, box=BOX):
    """Draw, and return where each text stands [mm], the heads of the legend left out."""
    canvas = blank_canvas(Paper("A3", "landscape"))
    draw_legend(canvas, box, rows, columns, "zh")
    found = [(one.get_text(), *one.get_position()) for one in canvas.axes.texts]
    return found[2:]


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 4, 18, 40])
def test_every_line_lies_in_the_box_and_none_on_another(count, columns):
    found = written(lines(count), columns)
    assert [text for text, *_ in found[::2]] == [one.text for one in lines(count)]
    for _, x, y in found:
        assert BOX.left < x < BOX.right
        assert BOX.bottom + HALF_LETTER_MM < y < BOX.top - 9
    by_column = {}
    for _, x, y in found[::2]:
        by_column.setdefault(round(x, 3), []).append(y)
    for down in by_column.values():
        gaps = [above - below for above, below in itertools.pairwise(down)]
        assert all(gap >= 0.55 * LINE_MM - 1e-9 for gap in gaps)
    apart = [b - a for a, b in itertools.pairwise(sorted(by_column))]
    wide = (BOX.width - 5) / max(columns, len(by_column))
    assert all(one == pytest.approx(wide) for one in apart)


def test_the_count_of_a_line_stands_on_its_right_at_its_height():
    found = written(lines(5))
    for (_, x, y), (count, right, high), line in zip(
        found[::2], found[1::2], lines(5), strict=True
    ):
        assert (count, high) == (line.count, y)
        assert right > x


def test_lines_that_find_room_are_as_far_apart_as_they_are_high():
    downs = [y for _, _, y in written(lines(4))[::2]]
    # The first is a head: half of its height and half of a line's.
    assert downs[0] - downs[1] == pytest.approx((HEAD_MM + LINE_MM) / 2)
    assert downs[1] - downs[2] == pytest.approx(LINE_MM)
    assert BOX.top - downs[0] == pytest.approx(9 + HEAD_MM / 2)


def test_what_opens_a_column_stands_at_its_top_and_halves_side_by_side():
    rows = [*lines(3), Line("底图", opens=True), Line("路", half=True), Line("河", half=True)]
    place = {text: (x, y) for text, x, y in written(rows, columns=2) if text}
    assert place["底图"][0] > place["锅炉"][0]
    assert place["底图"][1] == pytest.approx(place["锅炉"][1] + (HEAD_MM - LINE_MM) / 2)
    assert place["路"][1] == place["河"][1]
    assert place["路"][0] == place["底图"][0] < place["河"][0] < BOX.right


def test_a_legend_too_long_for_its_columns_takes_another():
    assert len({round(x, 3) for _, x, _ in written(lines(60))[::2]}) == 2


def test_a_legend_of_nothing_is_its_head_alone():
    assert written([]) == []
