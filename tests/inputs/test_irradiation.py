"""Irradiation rasters: their unit, their gaps, and exact means over small roofs."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from pyproj import CRS

from nngis.errors import LayerError
from nngis.inputs.irradiation import cells_under, parse_unit, read_irradiation
from nngis.inputs.zonal import Field, zonal_means

DAILY = 3.4  # kWh/m²·d, about Nanning's
COUNTIES = gpd.GeoDataFrame(
    {"name_zh": ["甲县", "乙县"]},
    geometry=[shapely.box(108.0, 22.0, 108.5, 22.5), shapely.box(108.5, 22.0, 109.0, 22.5)],
    crs="EPSG:4326",
)


@pytest.fixture
def raster(tmp_path):
    def write(values, unit="", *, west=107.9, north=22.6, step=0.1, **options):
        path = tmp_path / "ghi.tif"
        values = np.asarray(values, dtype="float32")
        settings = {"crs": "EPSG:4326", "driver": "GTiff", "dtype": "float32", **options}
        with rasterio.open(
            path, "w", height=values.shape[0], width=values.shape[1], count=1,
            transform=rasterio.Affine(step, 0.0, west, 0.0, -step, north), **settings,
        ) as out:  # fmt: skip
            out.write(values, 1)
            if unit:
                out.units = (unit,)
        return path

    return write


def full(value):
    return np.full((8, 13), value)


@pytest.mark.parametrize(
    ("factor", "unit"),
    [
        (1.0, "kWh/m²·d"),
        (365.0, "kWh/m²·a"),
        (1000 / 24, "W/m²"),
        (3.6, "MJ/m²·d"),
        (1e3, "Wh/m²·d"),
    ],
)
def test_a_unit_that_the_file_states_or_its_values_tell_is_turned_into_daily_means(
    raster, factor, unit
):
    for stated in ("", unit):
        found = read_irradiation(raster(full(DAILY * factor), stated), COUNTIES, DAILY)
        np.testing.assert_allclose(found.field.values, DAILY, rtol=1e-6)
        assert unit in found.notes[0].en
        assert ("states no unit" in found.notes[0].en) == (not stated)


def test_a_stated_unit_that_the_values_deny_is_refused(raster):
    with pytest.raises(LayerError, match="its values look like W/m²"):
        read_irradiation(raster(full(140.0), "kWh/m2/day"), COUNTIES, DAILY)


@pytest.mark.parametrize("value", [20.0, 122.0])  # no unit; W/m² or kWh a month
def test_values_that_do_not_tell_their_unit_are_refused(raster, value):
    with pytest.raises(LayerError, match="states no known unit"):
        read_irradiation(raster(full(value)), COUNTIES, DAILY)


def test_nodata_written_as_zero_is_counted_and_named_by_county(raster):
    values = full(DAILY)
    values[:, :6] = 0.0  # 107.9 to 108.5: the whole of 甲县
    values[0, 12] = -9999.0
    found = read_irradiation(raster(values), COUNTIES, DAILY)
    said = [note.en for note in found.notes]
    assert "49 cells hold 0" in said[1]
    assert "甲县 0%" in said[2]
    assert "乙县" not in said[2]


def test_stated_nodata_is_missing_too(raster):
    values = full(DAILY)
    values[:, 6:] = -1.0
    found = read_irradiation(raster(values, nodata=-1.0), COUNTIES, DAILY)
    assert "乙县 0%" in found.notes[1].zh


def test_a_raster_elsewhere_without_values_or_without_a_crs_is_refused(raster):
    with pytest.raises(LayerError, match="outside the counties"):
        read_irradiation(raster(full(DAILY), west=10.0), COUNTIES, DAILY)
    with pytest.raises(LayerError, match="no value within the counties"):
        read_irradiation(raster(full(0.0)), COUNTIES, DAILY)
    with pytest.raises(LayerError, match="states no CRS"):
        read_irradiation(raster(full(DAILY), crs=None), COUNTIES, DAILY)


def test_only_the_part_over_the_counties_is_read(raster):
    found = read_irradiation(
        raster(np.full((300, 300), DAILY), west=100.0, north=30.0), COUNTIES, DAILY
    )
    assert max(found.field.values.shape) < 20
    assert zonal_means(found.field, COUNTIES.geometry)["covered_share"].tolist() == [1.0, 1.0]


def test_units_are_read_as_people_write_them():
    known = {"kWh/m^2/day": "kWh/m²·d", "kWh m-2 yr-1": "kWh/m²·a", "MJ/(m2 d)": "MJ/m²·d",
             "kWh/m2/month": "kWh/m²·month", "W/m²": "W/m²", "J m**-2": None, "": None}  # fmt: skip
    assert {word: parse_unit(word) for word in known} == known


def test_means_are_those_of_exact_overlays():
    random = np.random.default_rng(3)
    values = random.uniform(1, 9, (6, 7))
    values[2, 3] = np.nan
    field = Field(values, 100.0, 60.0, 10.0, 10.0, CRS("EPSG:4545"))
    spots = shapely.points(random.uniform(95, 175, 60), random.uniform(-5, 65, 60))
    shapes = [*shapely.buffer(spots, random.uniform(0.5, 12, 60)), None, shapely.Polygon()]
    areas = gpd.GeoSeries(shapes, crs="EPSG:4545")
    found = zonal_means(field, areas)
    row, column = np.nonzero(np.isfinite(values))
    west, north = 100.0 + 10 * column, 60.0 - 10 * row
    cells = shapely.box(west, north - 10, west + 10, north)
    for at, area in enumerate(areas):
        if area is None or area.is_empty:
            assert found.iloc[at].isna().tolist() == [True, False]
            continue
        weights = shapely.area(shapely.intersection(cells, area))
        assert found["covered_share"][at] == pytest.approx(weights.sum() / area.area, abs=1e-6)
        if weights.sum() > 1e-9:
            mean = (weights * values[row, column]).sum() / weights.sum()
            assert found["mean"][at] == pytest.approx(mean, rel=1e-6)
        else:
            assert np.isnan(found["mean"][at])


def test_a_cell_takes_the_mean_of_its_square_and_keeps_its_own_beyond_the_raster():
    climate = gpd.GeoDataFrame(
        {"lon": [0.5, 1.5, 2.5], "lat": 0.5, "ghi_kwh_m2_d": 5.0}, geometry=[None] * 3
    )
    field = Field(np.array([[2.0, 4.0, 3.0, 3.0]]), 0.0, 1.0, 0.5, 1.0, CRS("EPSG:4326"))
    assert cells_under(climate, field)["ghi_kwh_m2_d"].tolist() == [3.0, 3.0, 5.0]
