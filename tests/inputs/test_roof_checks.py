"""Roofs that lie elsewhere than they should: refused by name, or moved where somebody says so."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nngis.catalog.load import shipped_layers
from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84
from nngis.errors import LayerError
from nngis.inputs.roof_checks import check_roofs, moved_from
from nngis.inputs.store import open_store

COUNT = 300


@pytest.fixture(scope="module")
def references():
    return open_store(shipped_layers()).references()


@pytest.fixture(scope="module")
def roofs(references):
    """Return roofs at roads of Nanning, in WGS84."""
    random = np.random.default_rng(1)
    points = references.road_tree.data
    at = points[random.integers(0, len(points), COUNT)] + random.normal(0, 60, (COUNT, 2))
    shapes = shapely.box(at[:, 0] - 6, at[:, 1] - 5, at[:, 0] + 6, at[:, 1] + 5)
    index = pd.Index([f"r{i}" for i in range(COUNT)], name="roof_id")
    return gpd.GeoDataFrame(geometry=shapes, index=index, crs=references.crs).to_crs(4326)


def shifted(roofs, move):
    shapes = shapely.transform(
        roofs.geometry.to_numpy(), lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))
    )
    return roofs.set_geometry(gpd.GeoSeries(shapes, index=roofs.index, crs=4326))


def test_roofs_where_they_should_be_pass(roofs, references):
    assert check_roofs(roofs, lambda: references, where="x") == ()


@pytest.mark.parametrize(
    ("datum", "move"), [("gcj02", gcj02_from_wgs84), ("bd09", bd09_from_wgs84)]
)
def test_roofs_of_a_web_map_are_refused_with_the_datum_that_fits(roofs, references, datum, move):
    wrong = shifted(roofs, move)
    with pytest.raises(LayerError, match=f"in {datum}") as refused:
        check_roofs(wrong, lambda: references, where="roofs.shp")
    assert f"--datum {datum}" in refused.value.say("zh")
    assert check_roofs(wrong, lambda: references, where="x", datum=datum) == ()
    back = moved_from(wrong, datum).geometry.to_crs(references.crs)
    off = back.centroid.distance(roofs.geometry.to_crs(references.crs).centroid)
    assert off.max() < 0.01  # m


def test_too_few_roofs_do_not_tell_and_a_note_says_so(roofs, references):
    (note,) = check_roofs(roofs.iloc[:3], lambda: references, where="x")
    assert "do not tell" in note.en


@pytest.mark.parametrize("plane", ["EPSG:4545", "EPSG:3857", "EPSG:32649"])
def test_degrees_taken_for_metres_are_refused(roofs, plane):
    wrong = roofs.set_crs(plane, allow_override=True).to_crs(4326)
    with pytest.raises(LayerError, match="their coordinates are degrees"):
        check_roofs(wrong, lambda: None, where="x")


def test_roofs_without_an_outline_are_no_evidence():
    empty = gpd.GeoDataFrame(geometry=[None, shapely.Polygon()], crs=4326)
    assert check_roofs(empty, lambda: None, where="x") == ()
