"""The long section through a pipe: the route that it stands in, to its end."""

import geopandas as gpd
import pytest

from nngis.desk.section import route_through
from nngis.errors import NngisError

MANHOLES = gpd.GeoDataFrame({"ground_m": [5.0, 5.0, 5.0, 5.0]}, index=list("ABCD"))
PIPES = gpd.GeoDataFrame(
    {
        "from_manhole": list("ABC"), "to_manhole": list("CCD"), "length_m": [60.0, 40.0, 50.0],
        "diameter_mm": 300, "slope": 0.01, "invert_up_m": [4.0, 4.0, 3.4],
        "invert_down_m": [3.4, 3.6, 2.9], "kind": "gravity", "governing": "min_cover",
    },
    index=["p", "q", "r"],
)  # fmt: skip
TABLES = {
    "pipes": PIPES,
    "manholes": MANHOLES,
    "lift_stations": gpd.GeoDataFrame({"manhole_id": []}),
}


@pytest.mark.parametrize(
    ("pipe", "manholes", "chainage"),
    [("p", "ACD", [0, 60, 110]), ("r", "ACD", [0, 60, 110]), ("q", "BC", [0, 40])],
)
def test_a_pipe_stands_in_one_route_from_its_head_down(pipe, manholes, chainage):
    rows = route_through(TABLES, pipe)
    assert rows["manhole_id"].tolist() == list(manholes)
    assert rows["chainage_m"].tolist() == chainage
    assert pipe in rows["pipe_id"].tolist()


def test_a_pipe_that_is_not_in_the_design_is_refused_in_words():
    with pytest.raises(NngisError) as error:
        route_through(TABLES, "<b>")
    assert error.value.problems[0].zh
