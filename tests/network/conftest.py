"""What several tests of networks need."""

from pathlib import Path

import geopandas as gpd
import pytest

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "nanning"


@pytest.fixture(scope="session")
def nanning_roads():
    """Main roads around Nanning in the work CRS."""
    path = DATA / "roads_osm_generalised.geojson"
    if not path.is_file():
        pytest.skip("the roads of Nanning are not beside the repository")
    return gpd.read_file(path).to_crs("EPSG:4545")
