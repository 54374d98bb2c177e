"""Means over areas where exactextract cannot be had."""

import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from nngis.errors import LayerError
from nngis.inputs.zonal import Field, zonal_means

FIELD = Field(np.array([[1.0, 3.0]]), 0.0, 1.0, 1.0, 1.0, CRS.from_epsg(4545))


def test_without_exactextract_areas_within_a_cell_are_averaged_and_wider_ones_refused(monkeypatch):
    for name in ("exactextract", "exactextract.raster"):
        monkeypatch.setitem(sys.modules, name, None)
    within = gpd.GeoSeries([shapely.box(1.2, 0.2, 1.8, 0.8)], crs="EPSG:4545")
    wider = gpd.GeoSeries([shapely.box(0.5, 0.2, 1.5, 0.8)], crs="EPSG:4545")
    assert zonal_means(FIELD, within)["mean"].tolist() == [3.0]
    with pytest.raises(LayerError, match="pip install exactextract"):
        zonal_means(FIELD, wider)
