"""Layers of polygons hold polygons of some area, layers of lines lines of some length."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import nngis
from nngis.ledger.problems import faulty
from nngis.ledger.shapes import as_role_asks
from nngis.roles import role

xy = st.tuples(st.floats(108, 109), st.floats(22, 23))


def ring(points: list[tuple[float, float]]) -> shapely.Polygon:
    return shapely.Polygon(points)


degenerate = st.one_of(
    xy.map(lambda p: ring([p, p, p, p])),
    st.tuples(xy, xy).map(lambda pq: ring([pq[0], pq[1], pq[0], pq[0]])),
    xy.map(shapely.Point),
    st.tuples(xy, xy).map(shapely.LineString),
    xy.map(lambda p: shapely.GeometryCollection([shapely.Point(p)])),
    st.just(shapely.Polygon()),
    st.just(shapely.GeometryCollection()),
    st.none(),
)
square = xy.map(lambda p: shapely.box(p[0], p[1], p[0] + 0.01, p[1] + 0.02))
bow_tie = xy.map(
    lambda p: ring([p, (p[0] + 0.01, p[1] + 0.01), (p[0] + 0.01, p[1]), (p[0], p[1] + 0.01)])
)


def array(shapes: list[shapely.Geometry | None]) -> np.ndarray:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(degenerate, square, bow_tie), min_size=1, max_size=6))
def test_what_is_kept_of_a_polygon_layer_is_polygons(shapes: list[shapely.Geometry | None]) -> None:
    out, faults = as_role_asks(array(shapes), role("built_up"))
    bad = faulty(faults, len(shapes))
    assert np.array_equal(bad, [shape is None for shape in out])
    kept = out[~bad]
    assert all(shape.geom_type in ("Polygon", "MultiPolygon") for shape in kept)
    assert all(shape.is_valid and shape.area > 0 for shape in kept)


@given(degenerate)
def test_a_degenerate_polygon_is_rejected(shape: shapely.Geometry | None) -> None:
    _, faults = as_role_asks(array([shape]), role("built_up"))
    assert faulty(faults, 1)[0]


@given(square, xy)
def test_of_a_collection_the_polygons_are_taken_and_it_is_doubted(
    shape: shapely.Polygon, point: tuple[float, float]
) -> None:
    mixed = shapely.GeometryCollection(
        [
            shapely.GeometryCollection([shape]),
            shapely.Point(point),
            shapely.LineString([point, (1, 1)]),
        ]
    )
    out, faults = as_role_asks(array([mixed]), role("built_up"))
    assert out[0].equals(shape)
    assert [one.doubt for one in faults] == [True]
    assert not faulty(faults, 1)[0]


def test_a_bow_tie_keeps_its_two_triangles_and_is_doubted() -> None:
    tie = ring([(0, 0), (1, 1), (1, 0), (0, 1)])  # two triangles of 1/4 each
    out, faults = as_role_asks(array([tie]), role("parks"))
    assert out[0].area == 0.5
    assert [one.doubt for one in faults] == [True]


def test_of_a_collection_the_lines_are_taken() -> None:
    mixed = shapely.GeometryCollection([shapely.LineString([(0, 0), (1, 0)]), shapely.Point(5, 5)])
    still = shapely.LineString([(1, 1), (1, 1)])
    out, faults = as_role_asks(array([mixed, still]), role("roads"))
    assert out[0].length == 1
    assert faulty(faults, 2).tolist() == [False, True]


@pytest.mark.parametrize("step", [(1e-4, 0.0), (0.0, 1e-4), (1e-4, 1e-4), (-1e-4, 3e-5)])
def test_a_wall_that_stands_upright_is_no_roof_and_takes_nothing_from_one(tmp_path, step):
    x, y, dx, dy = 108.3, 22.8, *step
    wall = shapely.Polygon([(x, y, 0), (x + dx, y + dy, 0), (x + dx, y + dy, 9), (x, y, 9)])
    roof = shapely.box(x, y, x + 1e-4, y + 1e-4)
    frame = gpd.GeoDataFrame(
        {"roof_id": ["wall", "roof", "both"]},
        geometry=[wall, shapely.force_3d(roof, 9.0), shapely.MultiPolygon([wall, roof])],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "roofs.gpkg")
    found = nngis.read_ledger(tmp_path / "roofs.gpkg", "roofs")
    assert list(found.frame.index) == ["roof", "both"]
    assert shapely.area(found.frame.geometry.to_numpy()).tolist() == pytest.approx([roof.area] * 2)
    assert len(found.rejects) == 1


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_nested_collections_of_kml_keep_every_part(tmp_path, depth):
    polygon = (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>{0},22.8 {1},22.8 {1},22.81 {0},22.81 "
        "{0},22.8</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
    parts = [polygon.format(108.3, 108.31), polygon.format(108.4, 108.41)]
    shape = parts[0]
    for at in range(depth):
        shape = f"<MultiGeometry>{shape}{parts[1] if at == 0 else ''}</MultiGeometry>"
    text = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        f"<name>甲区</name>{shape}</Placemark></Document></kml>"
    )
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    found = nngis.read_ledger(tmp_path / "a.kml", "built_up")
    assert shapely.area(found.frame.geometry.to_numpy()).sum() == pytest.approx(2 * 0.01 * 0.01)
