"""Insets: where a map is dense, what they show, and that they hide nothing."""

import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.cartography.dense import CELL_MM, count_marks, find_dense
from nngis.cartography.details import MOST, place_details
from nngis.cartography.extent import map_extent
from nngis.cartography.ground import prepare_ground
from nngis.cartography.paper import Paper, lay_out
from nngis.cartography.printed import print_layers
from nngis.cartography.window import choose_window
from nngis.result.mapview import MapLayer
from nngis.text import Text

WORK = "EPSG:4545"
CITY = (400_000.0, 2_400_000.0, 630_000.0, 2_600_000.0)  # 230 km by 200 km: 1:1,000,000 on A3
HOME = shapely.Point(515_000, 2_500_000).buffer(80_000)


@pytest.fixture
def layers(maps):
    def made(points):
        table = maps.boilers(tuple(f"锅炉{at}" for at in range(len(points))))
        table = table.set_geometry(gpd.points_from_xy(*np.array(points).T, crs=WORK))
        return print_layers(maps.panel_of(table).view, {"boilers": table}, WORK)

    return made


def core(side, step_m=1_000.0, middle=(515_000.0, 2_500_000.0)):
    """So many points a side, so far apart."""
    at = (np.arange(side) - side / 2) * step_m
    return np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2) + middle


def mm_box(box):
    return shapely.box(box.left, box.bottom, box.right, box.top)


def test_a_crowd_comes_apart_in_an_inset_that_holds_all_of_it(layers):
    points = core(8)  # 1 mm apart on the map, under symbols of 2 mm
    window, [inset] = place_details(CITY, lay_out(Paper()).frame, layers(points), HOME, 1.0)
    assert window.denominator == 1_000_000
    assert inset.window.denominator <= 500_000
    west, south, east, north = inset.window.bounds
    assert (points >= (west, south)).all()
    assert (points <= (east, north)).all()
    assert 1_000 / inset.window.m_per_mm > CELL_MM


def test_points_apart_need_no_inset(layers):
    points = core(8, step_m=15_000)
    assert place_details(CITY, lay_out(Paper()).frame, layers(points), HOME, 1.0)[1] == []


def test_points_at_one_place_are_no_crowd_since_no_scale_parts_them(layers):
    points = np.repeat(core(1), 200, axis=0)
    assert place_details(CITY, lay_out(Paper()).frame, layers(points), HOME, 1.0)[1] == []


def test_a_part_too_large_for_any_inset_is_shown_where_it_is_densest(layers):
    wide = core(60, step_m=2_000.0, middle=(515_000.0, 2_500_000.0))
    dense = core(20, step_m=300.0, middle=(560_000.0, 2_480_000.0))
    frame = lay_out(Paper()).frame
    window, insets = place_details(CITY, frame, layers([*wide, *dense]), None, 1.0)
    west, south, east, north = insets[0].window.bounds
    assert insets[0].window.denominator <= window.denominator / 2
    assert west < 560_000 < east
    assert south < 2_480_000 < north


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("paper", [Paper(), Paper("A1"), Paper("A3", "portrait")])
def test_insets_hide_no_mark_and_lie_in_the_frame_apart_from_all_parts_and_each_other(
    layers, seed, paper
):
    rng = np.random.default_rng(seed)
    angle, far = rng.uniform(0, 2 * np.pi, 60), rng.uniform(0, 75_000, 60)
    away = np.column_stack([np.cos(angle) * far, np.sin(angle) * far])
    spread = away + np.array([515_000, 2_500_000])
    heaps = [rng.normal(spread[at], 3_000, (40, 2)) for at in range(1 + seed % 5)]
    points = np.vstack([spread, *heaps])
    frame, unit = lay_out(paper).frame, paper.unit
    window, insets = place_details(CITY, frame, layers(points), HOME, unit)
    assert 0 < len(insets) <= MOST
    marks = shapely.points(window.to_mm(points))
    own = [mm_box(one.window.frame) for one in insets]
    parts = [mm_box(one.part) for one in insets]
    assert not any(shapely.intersects(box, marks).any() for box in own)
    assert all(mm_box(frame).contains(box) for box in own)
    assert all(a.intersection(b).area == 0 for a, b in itertools.combinations(own, 2))
    assert all(a.intersection(b).area == 0 for a, b in itertools.product(own, parts))
    home = shapely.transform(HOME, window.to_mm)
    assert all(box.intersection(home).area < 0.2 * box.area for box in own)
    assert [one.letter for one in insets] == ["A", "B", "C"][: len(insets)]


def test_where_every_corner_is_full_there_is_no_inset(layers):
    everywhere = core(60, step_m=9_000.0)
    points = [*everywhere, *core(8)]
    assert place_details(CITY, lay_out(Paper()).frame, layers(points), None, 1.0)[1] == []


def test_one_long_line_is_no_dense_part_and_a_net_of_lines_is_one(maps):
    def found(lines):
        table = gpd.GeoDataFrame(
            {"name_zh": ["管"] * len(lines)}, geometry=lines, crs=WORK
        ).rename_axis("line_id")
        view = maps.area_panel().view
        tables = {"line": table, "area": table.iloc[:0]}
        window = choose_window(CITY, lay_out(Paper()).frame)
        return find_dense(count_marks(print_layers(view, tables, WORK), window, 1.0))

    west, south, _, _ = CITY
    at = [(west + 5_000 * step, south + 60_000.0 + 500 * (step % 2)) for step in range(30)]
    assert found([shapely.LineString(at)]) == []
    pieces = [shapely.LineString(pair) for pair in itertools.pairwise(at)]
    assert found(pieces) == []
    net = [
        shapely.LineString([(500_000 + 3_000 * a, 2_500_000), (500_000 + 3_000 * a, 2_515_000)])
        for a in range(6)
    ]
    assert len(found(net)) == 1


def extent_of(maps, table, counties):
    layers = print_layers(maps.panel_of(table).view, {"boilers": table}, WORK)
    return map_extent(layers, prepare_ground({"county": counties}, WORK))


def boilers_at(maps, points):
    table = maps.boilers(tuple(f"锅炉{at}" for at in range(len(points))))
    return table.set_geometry(gpd.points_from_xy(*np.array(points, dtype=float).T, crs=WORK))


FOUR = gpd.GeoDataFrame(
    {"name_zh": ["甲县", "乙县", "丙县", "丁县"], "name_en": ["A", "B", "C", "D"]},
    geometry=[
        shapely.box(x, y, x + 100_000, y + 100_000)
        for x in (400_000, 500_000)
        for y in (2_400_000, 2_500_000)
    ],
    crs=WORK,
)


def test_a_map_shows_what_its_plan_spans_and_all_counties_where_that_is_most_of_them(maps):
    half = boilers_at(maps, [(410_000, 2_410_000), (510_000, 2_450_000)])
    west, south, east, north = extent_of(maps, half, FOUR)
    assert (west, south, east, north) == pytest.approx((408e3, 2_408e3, 512e3, 2_452e3))
    most = boilers_at(maps, [(410_000, 2_410_000), (590_000, 2_450_000)])
    assert extent_of(maps, most, FOUR) == (400_000, 2_400_000, 600_000, 2_600_000)


def test_a_plan_that_fills_just_so_much_is_shown_with_all_counties(maps):
    # 0.65 of 200 km are 130.
    just = boilers_at(maps, [(400_000, 2_410_000), (530_000, 2_450_000)])
    assert extent_of(maps, just, FOUR) == (400_000, 2_400_000, 600_000, 2_600_000)
    less = boilers_at(maps, [(400_000, 2_410_000), (529_999, 2_450_000)])
    assert extent_of(maps, less, FOUR)[2] < 533_000


def test_a_map_of_one_place_shows_its_county_and_one_elsewhere_only_itself(maps):
    one = boilers_at(maps, [(450_000, 2_550_000)])
    assert extent_of(maps, one, FOUR) == (400_000, 2_500_000, 500_000, 2_600_000)
    away = boilers_at(maps, [(900_000, 2_550_000), (950_000, 2_560_000)])
    assert extent_of(maps, away, FOUR) == (900_000, 2_550_000, 950_000, 2_560_000)


def test_counties_without_a_value_are_not_what_a_map_shows(maps):
    layer = MapLayer(
        "county", Text("县", "County"), "polygon", "supply_area", colour_by="capacity_kwp"
    )
    nothing = np.nan
    for values, expected in (
        ([5.0, nothing, nothing, nothing], (398e3, 2_398e3, 502e3, 2_502e3)),
        ([5.0, 6.0, nothing, nothing], (400e3, 2_400e3, 600e3, 2_600e3)),
        ([nothing] * 4, (400e3, 2_400e3, 600e3, 2_600e3)),
    ):
        table = FOUR.assign(capacity_kwp=values).rename_axis("county_id")
        layers = print_layers(maps.panel_of(table, layer).view, {"county": table}, WORK)
        found = map_extent(layers, prepare_ground({"county": FOUR}, WORK))
        assert found == pytest.approx(expected)
