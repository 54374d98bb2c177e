"""Demand from a population raster: nobody is lost, nobody counted twice."""

import numpy as np
import pytest
import rasterio
import shapely

from nngis.catalog.load import shipped_layers
from nngis.errors import LayerError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.population import people_from_raster, wants_people
from nngis.inputs.store import open_store

WEST, NORTH, STEP = 107.0, 24.5, 0.05


@pytest.fixture(scope="module")
def store():
    return open_store(shipped_layers())


@pytest.fixture
def raster(tmp_path):
    def write(values, west=WEST):
        path = tmp_path / "people.tif"
        with rasterio.open(
            path, "w", driver="GTiff", dtype="float64", count=1, crs="EPSG:4326",
            height=values.shape[0], width=values.shape[1],
            transform=rasterio.Affine(STEP, 0.0, west, 0.0, -STEP, NORTH),
        ) as out:  # fmt: skip
            out.write(values, 1)
        return LayerChoice(path=str(path))

    return write


def test_everybody_in_the_counties_is_counted_once(store, raster):
    people = np.random.default_rng(1).integers(0, 900, (60, 60)).astype(float)
    layer = people_from_raster(raster(people), store)
    counties = store.open("counties").frame.to_crs("EPSG:4326").union_all()
    expected = 0.0
    for row in range(60):
        for column in range(60):
            west, north = WEST + column * STEP, NORTH - row * STEP
            cell = shapely.box(west, north - STEP, west + STEP, north)
            expected += people[row, column] * cell.intersection(counties).area / cell.area
    assert layer.frame["population"].sum() == pytest.approx(expected, rel=2e-4)
    assert layer.frame.index.is_unique
    assert "people within the counties" in layer.notes[0].en


def test_a_single_cell_puts_its_people_where_it_lies(store, raster):
    people = np.zeros((60, 60))
    people[33, 27] = 5000.0  # its middle: 108.375 E, 22.825 N, in the city
    layer = people_from_raster(raster(people), store)
    assert layer.frame["population"].sum() == pytest.approx(5000.0, rel=1e-3)
    west, south, east, north = layer.frame.total_bounds
    assert 108.34 < west < east < 108.41
    assert 22.79 < south < north < 22.86


def test_negative_cells_are_missing_and_said(store, raster):
    people = np.full((60, 60), 10.0)
    people[30, 30] = -99999.0
    layer = people_from_raster(raster(people), store)
    assert (layer.frame["population"] > 0).all()
    assert "1 cell is negative" in layer.notes[1].en


def test_a_raster_without_people_or_from_elsewhere_is_refused(store, raster):
    with pytest.raises(LayerError, match="counts nobody"):
        people_from_raster(raster(np.zeros((60, 60))), store)
    with pytest.raises(LayerError, match="outside the counties"):
        people_from_raster(raster(np.ones((5, 5)), west=10.0), store)


def test_only_a_raster_is_taken_as_one():
    assert wants_people(LayerChoice(path="people.TIF"))
    assert not wants_people(LayerChoice(path="people.xlsx"))
    assert not wants_people(None)
